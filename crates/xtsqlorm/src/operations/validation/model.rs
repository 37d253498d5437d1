//! Rules for the columns of an entity.

mod value;

use std::{fmt, sync::Arc};

use sea_orm::{ActiveModelTrait, ActiveValue, ColumnTrait, EntityTrait, Value};

pub use value::ColumnValue;

use crate::{
    error::{Error, Result, RuleError, ValidationReport},
    operations::validators::RuleResult,
};

/// When a rule is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Always,
    Create,
    Update,
}

/// What is done with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Write {
    Create,
    Update,
}

/// A rule for the value of a column; `None` where the column holds no value of its type.
type ColumnCheck = Arc<dyn Fn(&Value) -> Option<RuleResult> + Send + Sync>;

/// A rule for what is written of a row.
type RowCheck<E> = Arc<dyn Fn(&<E as EntityTrait>::ActiveModel) -> RuleResult + Send + Sync>;

enum Check<E: EntityTrait> {
    Required,
    Column(ColumnCheck, &'static str),
    Row(RowCheck<E>),
}

struct Rule<E: EntityTrait> {
    column: E::Column,
    when: When,
    check: Check<E>,
}

/// Rules for what is written to the columns of an entity.
///
/// They look at columns that are written: those that a change sets, and those that a new row has.
/// NULL passes unless the column is [`required`](Self::required). A field is named as the model is
/// in JSON.
///
/// ```
/// # use entity::users;
/// # use xtsqlorm::prelude::*;
/// use xtsqlorm::operations::{
///     validation::ModelRules,
///     validators::{email, length},
/// };
///
/// let rules = ModelRules::<users::Entity>::new()
///     .required(users::Column::Email)
///     .column(users::Column::Email, email)
///     .column(users::Column::Name, length(1..=100));
///
/// let changes = users::ActiveModel { name: Set("Ada".into()), ..Default::default() };
/// assert!(rules.check_update(&changes).is_ok());
/// assert!(rules.check_create(&changes).is_err());
/// ```
#[must_use]
pub struct ModelRules<E: EntityTrait> {
    rules: Vec<Rule<E>>,
}

impl<E: EntityTrait> ModelRules<E> {
    /// No rules.
    pub fn new() -> Self {
        Self { rules: Vec::new() }
    }

    /// A new row must have a value in the column, which is not NULL and, in a text, not blank; a
    /// change may leave the column as it is, but not empty it. For columns without a default.
    pub fn required(self, column: E::Column) -> Self {
        self.add(column, When::Always, Check::Required)
    }

    /// A rule for the values of a column: a [validator](crate::operations::validators) or a function
    /// of yours. The type that it takes is that of the column's field in the model, and `str` for
    /// texts and enums.
    pub fn column<V>(
        self,
        column: E::Column,
        rule: impl Fn(&V) -> RuleResult + Send + Sync + 'static,
    ) -> Self
    where
        V: ColumnValue + ?Sized + 'static,
    {
        self.add(column, When::Always, column_check(rule))
    }

    /// As [`column`](Self::column), for new rows only.
    pub fn on_create<V>(
        self,
        column: E::Column,
        rule: impl Fn(&V) -> RuleResult + Send + Sync + 'static,
    ) -> Self
    where
        V: ColumnValue + ?Sized + 'static,
    {
        self.add(column, When::Create, column_check(rule))
    }

    /// As [`column`](Self::column), for changes only.
    pub fn on_update<V>(
        self,
        column: E::Column,
        rule: impl Fn(&V) -> RuleResult + Send + Sync + 'static,
    ) -> Self
    where
        V: ColumnValue + ?Sized + 'static,
    {
        self.add(column, When::Update, column_check(rule))
    }

    /// A rule for several columns together, reported at one of them. In a change, columns that stay
    /// as they are, are not set.
    ///
    /// ```
    /// # use entity::users;
    /// # use xtsqlorm::prelude::*;
    /// use xtsqlorm::{error::RuleError, operations::validation::ModelRules};
    ///
    /// let rules = ModelRules::<users::Entity>::new().row(users::Column::Name, |row| {
    ///     match (&row.name, &row.email) {
    ///         (Set(name), Set(email)) if name == email => {
    ///             Err(RuleError::new("differs").saying("is the e-mail address", "不能与邮箱相同"))
    ///         }
    ///         _ => Ok(()),
    ///     }
    /// });
    /// # let _ = rules;
    /// ```
    pub fn row(
        self,
        column: E::Column,
        rule: impl Fn(&E::ActiveModel) -> RuleResult + Send + Sync + 'static,
    ) -> Self {
        self.add(column, When::Always, Check::Row(Arc::new(rule)))
    }

    /// Checks a row that is to be created.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] with all failures; [`Error::InvalidInput`] where a rule takes another
    /// type than its column has.
    pub fn check_create(&self, row: &E::ActiveModel) -> Result<()> {
        self.look(row, Write::Create)?.into_result()
    }

    /// Checks rows that are to be created together; the failures of all are reported.
    ///
    /// # Errors
    ///
    /// As [`check_create`](Self::check_create).
    pub fn check_create_many(&self, rows: &[E::ActiveModel]) -> Result<()> {
        let mut found = ValidationReport::new();
        for (place, row) in rows.iter().enumerate() {
            found.add_row(place, self.look(row, Write::Create)?);
        }
        found.into_result()
    }

    /// Checks changes.
    ///
    /// # Errors
    ///
    /// As [`check_create`](Self::check_create).
    pub fn check_update(&self, changes: &E::ActiveModel) -> Result<()> {
        self.look(changes, Write::Update)?.into_result()
    }

    fn add(mut self, column: E::Column, when: When, check: Check<E>) -> Self {
        self.rules.push(Rule {
            column,
            when,
            check,
        });
        self
    }

    fn look(&self, row: &E::ActiveModel, write: Write) -> Result<ValidationReport> {
        let mut report = ValidationReport::new();
        for rule in &self.rules {
            if let Err(error) = rule.look(row, write)? {
                report.add(rule.column.json_key(), error);
            }
        }
        Ok(report)
    }
}

impl<E: EntityTrait> Rule<E> {
    fn look(&self, row: &E::ActiveModel, write: Write) -> Result<RuleResult> {
        let applies = match self.when {
            When::Always => true,
            When::Create => write == Write::Create,
            When::Update => write == Write::Update,
        };
        if !applies {
            return Ok(Ok(()));
        }
        let value = match (row.get(self.column), write) {
            (ActiveValue::Set(value), _) | (ActiveValue::Unchanged(value), Write::Create) => {
                Some(value)
            }
            _ => None,
        };
        match (&self.check, value) {
            (Check::Row(rule), _) => Ok(rule(row)),
            (Check::Required, None) if write == Write::Update => Ok(Ok(())),
            (Check::Required, value) => {
                let is_there = value.is_some_and(|value| value::is_present(&value));
                Ok(match is_there {
                    true => Ok(()),
                    false => Err(RuleError::new("required")),
                })
            }
            (Check::Column(..), None) => Ok(Ok(())),
            (Check::Column(_, _), Some(value)) if value::is_null(&value) => Ok(Ok(())),
            (Check::Column(rule, taken), Some(value)) => {
                rule(&value).ok_or_else(|| self.of_another_type(taken))
            }
        }
    }

    fn of_another_type(&self, taken: &str) -> Error {
        let table = E::default().table_name().to_owned();
        Error::invalid(
            format!("{table}.{}", self.column.json_key()),
            format!("its rule takes `{taken}`, which is not what the column holds"),
            "write the rule for the type of the model's field, or for `str`",
        )
    }
}

fn column_check<E, V>(rule: impl Fn(&V) -> RuleResult + Send + Sync + 'static) -> Check<E>
where
    E: EntityTrait,
    V: ColumnValue + ?Sized + 'static,
{
    let check = move |value: &Value| V::check(value, &rule);
    Check::Column(Arc::new(check), std::any::type_name::<V>())
}

impl<E: EntityTrait> Default for ModelRules<E> {
    fn default() -> Self {
        Self::new()
    }
}

/// The columns that have rules.
impl<E: EntityTrait> fmt::Debug for ModelRules<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rules.iter().map(|rule| rule.column.json_key());
        f.debug_list().entries(columns).finish()
    }
}
