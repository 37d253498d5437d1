//! What a column holds, in numbers.
//!
//! *What is the turnover, and how is it spread?* One query answers, whatever the size of the table:
//!
//! ```
//! # include!("../doctest_setup.rs");
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
//! # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
//! # migration::seed(&provider).await?;
//! let orders = Repository::<orders::Entity>::new(&provider);
//! let total = orders.field_stats(orders::Column::Total).await?;
//! assert_eq!(total.count, orders.count().await?);
//! println!("{} orders, {:?} on average", total.count, total.avg);
//!
//! let paid = orders.find().filter(orders::Column::PaidAt.is_not_null());
//! for (status, total) in paid.field_stats_by(orders::Column::Total, orders::Column::Status).await? {
//!     println!("{status:?}: {:?}", total.sum);
//! }
//! # Ok(())
//! # }
//! ```

mod exact;
mod fold;
mod query;

use sea_orm::{EntityTrait, Value, prelude::Decimal};
use serde::{Serialize, Serializer};

use crate::{
    error::Result,
    repository::{Find, Repository, json_of},
};

/// What one column holds.
///
/// | on | of a column of text, which values are one is the collation's choice |
/// |---|---|
/// | MySQL, MariaDB | `distinct` counts `a` and `A` once under a collation ending in `_ci` |
/// | PostgreSQL, SQLite | `distinct` counts them twice, unless the column says otherwise |
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FieldStats {
    /// How many rows there are.
    pub rows: u64,
    /// How many of them have a value.
    pub count: u64,
    /// How many of them have none.
    pub nulls: u64,
    /// How many different values there are; NULL is none.
    pub distinct: u64,
    /// The least value; `None` where there is no value, or where values of this type have no order
    /// on every database (bytes, JSON).
    #[serde(serialize_with = "as_json")]
    pub min: Option<Value>,
    /// The greatest value.
    #[serde(serialize_with = "as_json")]
    pub max: Option<Value>,
    /// The sum; `None` where there is no value, or the column does not hold numbers.
    pub sum: Option<Number>,
    /// The mean: of integers and decimals to 28 digits.
    pub avg: Option<Number>,
}

/// A sum or a mean: exact for columns of integers and decimals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// Of integers or decimals.
    Exact(Decimal),
    /// Of floating-point numbers.
    Float(f64),
}

impl<E: EntityTrait> Repository<E> {
    /// What `column` holds in all rows of the table. One round trip.
    ///
    /// # Errors
    ///
    /// As [`Find::field_stats`].
    #[doc(alias = "get_field_stats")]
    pub async fn field_stats(&self, column: E::Column) -> Result<FieldStats> {
        self.find().field_stats(column).await
    }

    /// What `column` holds for each value of `group`. One round trip.
    ///
    /// # Errors
    ///
    /// As [`Find::field_stats`].
    pub async fn field_stats_by(
        &self,
        column: E::Column,
        group: E::Column,
    ) -> Result<Vec<(Value, FieldStats)>> {
        self.find().field_stats_by(column, group).await
    }
}

impl<E: EntityTrait> Find<E> {
    /// What `column` holds in the rows that the filters leave; limit and offset do not matter. One
    /// round trip.
    ///
    /// Sums and means of integers and decimals are exact. SQLite, which sums decimals as
    /// floating-point numbers, is asked for each different value and its number instead, and they are
    /// added here.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`](crate::Error::InvalidInput) where a sum has more than 28 digits;
    /// otherwise what the database reports.
    pub async fn field_stats(self, column: E::Column) -> Result<FieldStats> {
        let groups = query::run(self, column, None).await?;
        let all = groups.into_iter().next();
        Ok(all.map_or_else(FieldStats::empty, |(_, stats)| stats))
    }

    /// What `column` holds for each value of `group`, least first; NULL is a group, too.
    ///
    /// # Errors
    ///
    /// As [`field_stats`](Self::field_stats).
    pub async fn field_stats_by(
        self,
        column: E::Column,
        group: E::Column,
    ) -> Result<Vec<(Value, FieldStats)>> {
        query::run(self, column, Some(group)).await
    }
}

impl FieldStats {
    /// Of no row.
    fn empty() -> Self {
        Self {
            rows: 0,
            count: 0,
            nulls: 0,
            distinct: 0,
            min: None,
            max: None,
            sum: None,
            avg: None,
        }
    }
}

impl Number {
    /// The exact number; `None` of a floating-point one.
    #[must_use]
    pub fn exact(self) -> Option<Decimal> {
        match self {
            Self::Exact(number) => Some(number),
            Self::Float(_) => None,
        }
    }

    /// The number in double precision, rounded where it has more digits.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        match self {
            Self::Exact(number) => number.try_into().unwrap_or(f64::NAN),
            Self::Float(number) => number,
        }
    }
}

/// An exact number is a string, as decimals in models are.
impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Exact(number) => Serialize::serialize(number, serializer),
            Self::Float(number) => Serialize::serialize(number, serializer),
        }
    }
}

fn as_json<S: Serializer>(value: &Option<Value>, serializer: S) -> Result<S::Ok, S::Error> {
    value.as_ref().map(json_of).serialize(serializer)
}
