//! Statements in SQL, with named parameters.
//!
//! *I have a query that no builder writes. How do I run it with values, on whichever database, and
//! get typed rows?* Write it with `:name` where a value belongs:
//!
//! ```
//! # include!("../doctest_setup.rs");
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
//! # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
//! # migration::seed(&provider).await?;
//! use xtsqlorm::operations::RawSql;
//!
//! #[derive(sea_orm::FromQueryResult)]
//! struct PerCountry {
//!     country_code: String,
//!     people: i64,
//! }
//!
//! let busiest: Vec<PerCountry> = RawSql::new(
//!     "SELECT country_code, COUNT(*) AS people FROM users
//!      WHERE country_code IN (:codes) AND is_active = :active
//!      GROUP BY country_code ORDER BY people DESC, country_code",
//! )
//! .bind("active", true)
//! .bind_all("codes", ["DE", "CN", "JP"])
//! .all(&provider)
//! .await?;
//! assert!(busiest[0].people >= busiest[1].people);
//! assert!(busiest[0].country_code.len() == 2);
//! # Ok(())
//! # }
//! ```
//!
//! The text goes to the database as it is, but for the names. They become the placeholders of the
//! database; inside texts, quoted names and comments, and in a cast such as `::int`, nothing is
//! replaced. A value is never pasted into the text.
//!
//! | rows as | ask for |
//! |---|---|
//! | a struct of your own | `.all::<PerCountry>(..)`, with `#[derive(FromQueryResult)]` |
//! | models of an entity | `.all::<users::Model>(..)` |
//! | values by column name | `.all::<Row>(..)`, see [`Row`](super::Row) |
//! | JSON | [`.json(..)`](RawSql::json) |
//! | one value | [`.value::<i64>(..)`](RawSql::value) |

mod parameters;

use std::{collections::BTreeMap, fmt};

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, TryGetable, Value, Values};

use self::parameters::{Parameter, parameters};
use crate::{
    config::nearest,
    error::{Error, Result},
    row::Row,
};

/// A statement in SQL with values for its named parameters.
///
/// It runs on whatever SeaORM calls a connection: a [`SessionProvider`] joins the current
/// transaction, a [`Session`] is one, and so is a unit of work's.
///
/// [`SessionProvider`]: crate::session::SessionProvider
/// [`Session`]: crate::session::Session
#[derive(Clone)]
#[must_use = "a statement does nothing until it is run"]
pub struct RawSql {
    sql: String,
    values: BTreeMap<String, Bound>,
}

#[derive(Clone)]
enum Bound {
    One(Value),
    Many(Vec<Value>),
}

impl RawSql {
    /// A statement; a `:name` in it wants a value by [`bind`](Self::bind).
    pub fn new(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            values: BTreeMap::new(),
        }
    }

    /// The value of `:name`, wherever it stands. `None` is NULL.
    pub fn bind(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.values.insert(name.into(), Bound::One(value.into()));
        self
    }

    /// Values for a `:name` in brackets, separated by commas: `IN (:ids)`. There must be one at
    /// least, since no SQL means the same with none on every database.
    pub fn bind_all<V: Into<Value>>(
        mut self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        self.values.insert(name.into(), Bound::Many(values));
        self
    }

    /// SeaORM's statement: the text in the database's dialect, and the values in their order.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for a parameter without a value, a value without a parameter, an
    /// empty list, and a placeholder of the database's own (`?`, `$1`), which no name stands for.
    pub fn statement(&self, dialect: DbBackend) -> Result<Statement> {
        let parameters = parameters(dialect, &self.sql);
        let parameters = parameters.into_iter().map(|parameter| match parameter {
            Parameter::Named { name, place } => Ok((name, place)),
            Parameter::Other { text } => Err(unnamed(&text)),
        });
        let parameters: Vec<_> = parameters.collect::<Result<_>>()?;
        self.check(parameters.iter().map(|(name, _)| name.as_str()))?;
        let mut sql = String::with_capacity(self.sql.len());
        let mut values = Vec::new();
        let mut numbers = BTreeMap::new();
        let mut end = 0;
        for (name, place) in parameters {
            let Some(bound) = self.values.get(&name) else {
                continue;
            };
            sql.push_str(&self.sql[end..place.start]);
            end = place.end;
            if dialect != DbBackend::Postgres {
                sql.push_str(&vec!["?"; bound.values().len()].join(", "));
                values.extend_from_slice(bound.values());
                continue;
            }
            // A name that comes again is the same parameter, of which the server knows the type.
            let first = *numbers.entry(name).or_insert_with(|| {
                values.extend_from_slice(bound.values());
                values.len() + 1 - bound.values().len()
            });
            let places = (first..first + bound.values().len()).map(|number| format!("${number}"));
            sql.push_str(&places.collect::<Vec<_>>().join(", "));
        }
        sql.push_str(&self.sql[end..]);
        Ok(Statement {
            sql,
            values: Some(Values(values)),
            db_backend: dialect,
        })
    }

    /// Runs the statement, and returns how many rows it wrote.
    ///
    /// # Errors
    ///
    /// As [`statement`](Self::statement), before anything is sent; then what the database reports.
    ///
    /// # Cancel safety
    ///
    /// Outside a transaction, a dropped future may or may not have written.
    pub async fn execute(&self, db: &impl ConnectionTrait) -> Result<u64> {
        let statement = self.statement(db.get_database_backend())?;
        Ok(db.execute_raw(statement).await?.rows_affected())
    }

    /// All rows.
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute), and where a row is no `T`.
    pub async fn all<T: FromQueryResult>(&self, db: &impl ConnectionTrait) -> Result<Vec<T>> {
        let statement = self.statement(db.get_database_backend())?;
        let rows = db.query_all_raw(statement).await?;
        let rows = rows.iter().map(|row| T::from_query_result(row, ""));
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The first row. All are sent: `LIMIT 1` in the statement spares the rest.
    ///
    /// # Errors
    ///
    /// As [`all`](Self::all).
    pub async fn one<T: FromQueryResult>(&self, db: &impl ConnectionTrait) -> Result<Option<T>> {
        let statement = self.statement(db.get_database_backend())?;
        let row = db.query_one_raw(statement).await?;
        Ok(row.map(|row| T::from_query_result(&row, "")).transpose()?)
    }

    /// The first column of the first row: `COUNT(*)` and the like.
    ///
    /// # Errors
    ///
    /// As [`all`](Self::all).
    pub async fn value<T: TryGetable>(&self, db: &impl ConnectionTrait) -> Result<Option<T>> {
        let statement = self.statement(db.get_database_backend())?;
        let row = db.query_one_raw(statement).await?;
        Ok(row.map(|row| row.try_get_by_index(0)).transpose()?)
    }

    /// All rows as JSON objects, in which no value is lost: a decimal is a string, bytes are an
    /// array of numbers, a moment is RFC 3339.
    ///
    /// ```
    /// # include!("../doctest_setup.rs");
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
    /// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
    /// use xtsqlorm::operations::RawSql;
    ///
    /// let rows = RawSql::new("SELECT :name AS name, ':name' AS text").bind("name", "Ann");
    /// let expected = serde_json::json!({ "name": "Ann", "text": ":name" });
    /// assert_eq!(rows.json(&provider).await?, [expected]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`all`](Self::all) of [`Row`].
    pub async fn json(&self, db: &impl ConnectionTrait) -> Result<Vec<serde_json::Value>> {
        let rows = self.all::<Row>(db).await?;
        Ok(rows.iter().map(Row::to_json).collect())
    }

    /// Each parameter has a value, and each value a parameter.
    fn check<'a>(&self, names: impl Iterator<Item = &'a str> + Clone) -> Result<()> {
        for name in names.clone() {
            if !self.values.contains_key(name) {
                let remedy = match nearest(name, self.values.keys().map(String::as_str)) {
                    Some(bound) => format!("`{bound}` is bound; is it the one?"),
                    None => format!("bind one by `.bind(\"{name}\", ..)`"),
                };
                let problem = "the parameter of the statement has no value";
                return Err(Error::invalid(format!(":{name}"), problem, remedy));
            }
        }
        for (name, bound) in &self.values {
            // A value that no parameter takes is a name that somebody mistyped.
            if !names.clone().any(|known| known == name) {
                return Err(Error::invalid(
                    format!(":{name}"),
                    "the statement has no such parameter",
                    "leave the value out, or name it in the statement",
                ));
            }
            if bound.values().is_empty() {
                return Err(Error::invalid(
                    format!(":{name}"),
                    "the list of values is empty",
                    "leave the statement out, since no row can be in an empty list",
                ));
            }
        }
        Ok(())
    }
}

/// The text and the names; what is bound to them may be secret.
impl fmt::Debug for RawSql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawSql")
            .field("sql", &self.sql)
            .field("bound", &self.values.keys())
            .finish()
    }
}

impl Bound {
    fn values(&self) -> &[Value] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

fn unnamed(text: &str) -> Error {
    Error::invalid(
        text,
        "the statement has a placeholder without a name",
        "write `:name`, and bind a value to that name",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(dialect: DbBackend, raw: &RawSql) -> (String, Vec<Value>) {
        let statement = raw.statement(dialect).unwrap();
        (statement.sql, statement.values.unwrap().0)
    }

    #[test]
    fn each_database_gets_its_own_placeholders() {
        let raw = RawSql::new("SELECT :b::text, :a, x IN (:ids), :a")
            .bind("a", 1)
            .bind("b", "two")
            .bind_all("ids", [7, 8]);
        let (sql, values) = statement(DbBackend::Postgres, &raw);
        assert_eq!(sql, "SELECT $1::text, $2, x IN ($3, $4), $2");
        assert_eq!(values, ["two".into(), 1.into(), 7.into(), 8.into()]);
        for dialect in [DbBackend::MySql, DbBackend::Sqlite] {
            let (sql, values) = statement(dialect, &raw);
            assert_eq!(sql, "SELECT ?::text, ?, x IN (?, ?), ?");
            let expected: [Value; 5] = ["two".into(), 1.into(), 7.into(), 8.into(), 1.into()];
            assert_eq!(values, expected);
        }
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        let refused = |raw: RawSql| raw.statement(DbBackend::MySql).unwrap_err().to_string();
        assert_eq!(
            refused(RawSql::new("SELECT :nmae").bind("name", "secret")),
            ":nmae: the parameter of the statement has no value; `name` is bound; is it the one?"
        );
        assert_eq!(
            refused(RawSql::new("SELECT 1").bind("a", "secret")),
            ":a: the statement has no such parameter; leave the value out, or name it in the \
             statement"
        );
        assert_eq!(
            refused(RawSql::new("SELECT 1 WHERE 1 IN (:a)").bind_all("a", [0_i32; 0])),
            ":a: the list of values is empty; leave the statement out, since no row can be in an \
             empty list"
        );
        assert_eq!(
            refused(RawSql::new("SELECT ?")),
            "?: the statement has a placeholder without a name; write `:name`, and bind a value \
             to that name"
        );
    }
}
