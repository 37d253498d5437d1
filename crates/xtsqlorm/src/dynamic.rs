//! Tables that no entity was generated for: rows by column name, and as JSON.
//!
//! *I have a table, but no entity.* An admin page over every table, an import whose columns a user
//! chose, a table that another team changes: give the table's name, and read and write its rows.
//!
//! ```no_run
//! use serde_json::json;
//! use xtsqlorm::{dynamic::column, prelude::*};
//!
//! # async fn doctest() -> xtsqlorm::Result<()> {
//! let products = create_dynamic_repository("products", "default").await?;
//! let cheap = products.find().filter(column("price").lt("10.00")).order_by_asc("name");
//! for row in cheap.all().await? {
//!     println!("{} {}", row.try_get::<String>("name")?, row.to_json());
//! }
//! products.update_json(7, json!({ "stock": 0 })).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # What is the same
//!
//! A [`DynamicRepository`] has the methods of a [`Repository`](crate::repository::Repository), with
//! their meaning, their errors, and their [round trips](crate::repository#round-trips). It joins the
//! transaction that the current task is inside of, `in_session` binds it to one, and
//! [`UnitOfWork::dynamic_repository`](crate::unit_of_work::UnitOfWork::dynamic_repository) takes one
//! from a unit of work. What a dropped future may have done is written at each method. Time stamps,
//! soft deletion and versions are [declared](DynamicRepository::timestamps) by column names, and
//! [hooks](DynamicRepository::hook) get rows.
//!
//! # What a row holds
//!
//! A [`Row`] has a [`sea_orm::Value`] for each column, of the variant that the column's type calls
//! for, and as JSON it is what serde makes of a generated entity. No value is lost or changed on the
//! way:
//!
//! - What no type of Rust holds comes as text, and is taken as text: PostgreSQL's intervals, ranges,
//!   arrays and unlimited numbers, MySQL's times of more than a day.
//! - What the usual type of a column does not hold comes as text, too: `infinity` in a date, `NaN` in
//!   a decimal, MySQL's `0000-00-00`. Other numbers than 0 and 1 in a `tinyint(1)` come as numbers.
//! - On SQLite, where a value has its own type whatever its column says, it comes as what it is.
//!   Text is a date or a moment where it is written as SeaORM writes one, and stays text otherwise.
//! - A value that cannot be read is an [`Error::Decode`](crate::Error::Decode), with the table, the
//!   column and its type.
//!
//! The type of a column can be [set](DynamicRepository::with_type) where the database says too
//! little. A table or view without a key can be read and queried; methods that take a key are
//! refused, unless the [model](crate::reflect::TableModel) is given one before
//! [`DynamicRepository::new`].
//!
//! # What is refused before it is sent
//!
//! Unknown columns, with the nearest name; a NULL, or no value, where the database wants one; values
//! of another type; numbers out of range, or with too many digits; texts and bytes that are too
//! long; what is no member of an enum or set; values for columns that the database computes or
//! numbers itself. Each is an [`Error::InvalidInput`](crate::Error::InvalidInput) about
//! `table.column` that says what to do and never prints the value.
//!
//! SQLite enforces neither lengths nor widths, and neither do these checks there; a text in a column
//! of numbers is refused all the same, although SQLite would store it. A column that only a trigger
//! fills must be given a value.

mod bulk;
mod change;
mod check;
mod conventions;
mod deletion;
mod filter;
mod find;
mod form;
mod handle;
mod json;
mod key;
#[cfg(feature = "export")]
mod load;
mod prepare;
mod put;
mod read;
mod rules;
mod statement;
mod table;
mod write;

pub use bulk::DynamicBulk;
pub use find::DynamicFind;
pub use handle::DynamicRepository;
pub use key::RowKey;

use crate::repository::value;
pub use crate::{
    repository::{Filter, NamedColumn, column},
    row::Row,
};

#[cfg(feature = "export")]
pub(crate) use self::{find::ReadColumn, load::LoadedColumn};
pub(crate) use crate::repository::Form;
