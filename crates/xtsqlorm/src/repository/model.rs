//! What a model can do without knowing its fields by name.
//!
//! *How do I show a row, log it, or hand it out without its password?*
//!
//! ```
//! # include!("../doctest_setup.rs");
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
//! # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
//! use serde_json::json;
//! use xtsqlorm::repository::{DictOptions, ModelExt};
//!
//! let countries = Repository::<countries::Entity>::new(&provider);
//! let iceland = countries.create_json(json!({ "code": "IS", "name": "Iceland" })).await?;
//! assert_eq!(iceland.to_dict(), json!({ "code": "IS", "name": "Iceland" }));
//! assert_eq!(iceland.value_of("name")?, "Iceland".into());
//!
//! let options = DictOptions::new().rename("name", "title").without("code");
//! assert_eq!(iceland.to_dict_with(&options)?, json!({ "title": "Iceland" }));
//! assert_eq!(iceland.describe(), r#"countries("IS")"#);
//! # Ok(())
//! # }
//! ```

use sea_orm::{EntityTrait, IdenStatic, Iterable, ModelTrait, Value};
use serde_json::Map;

use super::{
    json::{json_of, unknown_field},
    key,
};
use crate::error::Result;

/// Access to the columns of a model by name. Every SeaORM model has it.
///
/// What serde says of a model does not matter here: all columns are there, also those that it
/// skips.
pub trait ModelExt: ModelTrait {
    /// The names of the columns, in the order of the model.
    #[must_use]
    fn column_names() -> Vec<&'static str> {
        columns::<Self>().map(|(name, _)| name).collect()
    }

    /// The value of the column of that name.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`](crate::Error::InvalidInput), with the nearest name, where there is no
    /// such column.
    fn value_of(&self, column: &str) -> Result<Value> {
        Ok(self.get(column_of::<Self>(column)?))
    }

    /// Column names and values, in the order of the model.
    #[must_use]
    fn values(&self) -> Vec<(&'static str, Value)> {
        let columns = columns::<Self>();
        columns
            .map(|(name, column)| (name, self.get(column)))
            .collect()
    }

    /// The model as a JSON object, by column name.
    #[must_use]
    fn to_dict(&self) -> serde_json::Value {
        let fields = self.values().into_iter();
        let fields = fields.map(|(name, value)| (name.to_owned(), json_of(&value)));
        serde_json::Value::Object(fields.collect())
    }

    /// The model as a JSON object, with some columns left out or under another name.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`](crate::Error::InvalidInput) where the options name a column that is
    /// none, so that a mistyped `without("pasword")` hands out nothing.
    fn to_dict_with(&self, options: &DictOptions) -> Result<serde_json::Value> {
        options.check::<Self>()?;
        let mut fields = Map::new();
        for (name, value) in self.values() {
            let value = json_of(&value);
            if !options.has(name) || (options.without_null && value.is_null()) {
                continue;
            }
            fields.insert(options.name(name).to_owned(), value);
        }
        Ok(serde_json::Value::Object(fields))
    }

    /// The table and the key, for a log: `users(7)`.
    #[must_use]
    fn describe(&self) -> String {
        let table = key::table::<Self::Entity>();
        match key::display(&self.get_primary_key_value()) {
            key if key.starts_with('(') => format!("{table}{key}"),
            key => format!("{table}({key})"),
        }
    }
}

impl<M: ModelTrait> ModelExt for M {}

/// Which columns [`ModelExt::to_dict_with`] gives, and under which names.
#[derive(Clone, Debug, Default)]
#[must_use = "options do nothing until they are used"]
pub struct DictOptions {
    only: Option<Vec<String>>,
    without: Vec<String>,
    renamed: Vec<(String, String)>,
    without_null: bool,
}

impl DictOptions {
    /// All columns under their own names.
    pub fn new() -> Self {
        Self::default()
    }

    /// This column, and others that are asked for so; default: all.
    pub fn only(mut self, column: impl Into<String>) -> Self {
        self.only.get_or_insert_default().push(column.into());
        self
    }

    /// Not this column.
    pub fn without(mut self, column: impl Into<String>) -> Self {
        self.without.push(column.into());
        self
    }

    /// This column under another name.
    pub fn rename(mut self, column: impl Into<String>, name: impl Into<String>) -> Self {
        self.renamed.push((column.into(), name.into()));
        self
    }

    /// No column that is NULL. Default: they are there, as `null`.
    pub fn exclude_none(mut self) -> Self {
        self.without_null = true;
        self
    }

    fn check<M: ModelTrait>(&self) -> Result<()> {
        let renamed = self.renamed.iter().map(|(column, _)| column);
        let named = self
            .only
            .iter()
            .flatten()
            .chain(&self.without)
            .chain(renamed);
        for column in named {
            column_of::<M>(column)?;
        }
        Ok(())
    }

    fn has(&self, column: &str) -> bool {
        let among = |names: &[String]| names.iter().any(|name| name == column);
        self.only.as_deref().is_none_or(among) && !among(&self.without)
    }

    fn name<'a>(&'a self, column: &'a str) -> &'a str {
        let mut renamed = self.renamed.iter();
        let found = renamed.find(|(of, _)| of == column);
        found.map_or(column, |(_, name)| name)
    }
}

type Column<M> = <<M as ModelTrait>::Entity as EntityTrait>::Column;

fn columns<M: ModelTrait>() -> impl Iterator<Item = (&'static str, Column<M>)> {
    Column::<M>::iter().map(|column| (column.as_str(), column))
}

fn column_of<M: ModelTrait>(name: &str) -> Result<Column<M>> {
    let mut known = columns::<M>();
    let found = known.find(|(known, _)| *known == name);
    found.map(|(_, column)| column).ok_or_else(|| {
        let names: Vec<&str> = columns::<M>().map(|(name, _)| name).collect();
        unknown_field(&key::table::<M::Entity>(), name, names.iter().copied())
    })
}
