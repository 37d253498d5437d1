//! Tables as a whole: which there are, what they look like, and how they are made, copied, dropped.
//!
//! ```
//! use xtsqlorm::{prelude::*, tables};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> xtsqlorm::Result<()> {
//! # let manager = ConnectionManager::connect(&DatabaseConfig::from_url("sqlite::memory:")?).await?;
//! manager
//!     .execute_unprepared("CREATE TABLE orders (id INTEGER PRIMARY KEY, total REAL NOT NULL)")
//!     .await?;
//! let archive = tables::copy_table_structure("orders", "orders_2025", &manager).await?;
//! assert_eq!(archive.columns.len(), 2);
//! assert!(tables::exists("orders_2025", &manager).await?);
//! tables::drop_table("orders_2025", &manager).await?;
//! assert!(!tables::exists("orders_2025", &manager).await?);
//! # Ok(())
//! # }
//! ```
//!
//! # Names
//!
//! The name of a table that is there is read as
//! [`reflect_table`](crate::reflect::reflect_table) reads it: a table of the current schema, else
//! `schema.table`. The name of a new table is one name, dots and all; the table comes to stand beside
//! its source. Names are always quoted.
//!
//! # All or nothing
//!
//! On PostgreSQL and SQLite each function works in a transaction of its own. MySQL and MariaDB commit
//! every statement, so that one statement does it all there, but for
//! [`DropOptions::cascade`]. None of them takes part in the transaction of a
//! [`Session`](crate::session::Session).
//!
//! # Locks
//!
//! A change waits for the transactions that hold the table, and no longer than 30 seconds for each
//! lock: then it is [`Error::Contention`]. The holder may be the caller's own transaction, which the
//! change is no part of, and which would never end. On PostgreSQL a `lock_timeout` of the connection
//! is kept, on MySQL and MariaDB a shorter `lock_wait_timeout`. SQLite, which has one writer, refuses
//! a change inside a transaction that writes at once, as [`Error::Unsupported`].

mod catalogue;
mod copy;
mod ddl;
mod describe;
mod drop;
mod edits;
mod names;
mod options;
mod quote;
mod run;
mod statements;

use std::{fmt, sync::Arc};

use serde::Serialize;

pub use describe::Description;
pub use options::{CopyOptions, DropOptions};
pub use statements::{check_identifier, delete_sql, insert_sql, update_sql};

use crate::{
    connection::{Backend, ConnectionManager},
    error::{Error, Result},
    reflect::{TableKind, TableModel, TableName, current_schema, forget_table, refresh_table},
};

/// A table or view, without its columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableEntry {
    /// Its name.
    pub name: TableName,
    /// What it is.
    pub kind: TableKind,
}

impl fmt::Display for TableEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.kind)
    }
}

/// Whether there is a table or view of that name.
///
/// # Errors
///
/// [`Error::InvalidInput`] for a name that is empty or has a NUL in it.
///
/// # Examples
///
/// ```
/// # include!("doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// # let manager = provider.manager();
/// assert!(xtsqlorm::tables::exists("users", manager).await?);
/// assert!(!xtsqlorm::tables::exists("nobody", manager).await?);
/// # Ok(())
/// # }
/// ```
pub async fn exists(name: &str, manager: &ConnectionManager) -> Result<bool> {
    Ok(catalogue::find(name, manager).await?.is_some())
}

/// The tables and views of the schema that the connection is in, by name.
///
/// # Errors
///
/// What the server reports.
///
/// # Examples
///
/// ```
/// # include!("doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// # let manager = provider.manager();
/// let tables = xtsqlorm::tables::list(manager).await?;
/// assert!(tables.iter().any(|entry| entry.to_string() == "main.users (table)"));
/// # Ok(())
/// # }
/// ```
pub async fn list(manager: &ConnectionManager) -> Result<Vec<TableEntry>> {
    let schema = current_schema(manager).await?;
    catalogue::entries(&schema, None, manager).await
}

/// A table as it is now, in words: columns, keys, indexes, foreign keys and rules.
/// [`Description`] does the same for a model that was read before.
///
/// # Errors
///
/// [`Error::InvalidInput`] for a table that is not there.
///
/// # Examples
///
/// ```
/// # include!("doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// # let manager = provider.manager();
/// let words = xtsqlorm::tables::describe("users_tags", manager).await?;
/// assert!(words.starts_with("table main.users_tags\n"), "{words}");
/// assert!(words.contains("(user_id) -> main.users (id) on delete cascade"), "{words}");
/// # Ok(())
/// # }
/// ```
pub async fn describe(name: &str, manager: &ConnectionManager) -> Result<String> {
    let table = refresh_table(name, manager).await?;
    Ok(Description(&table).to_string())
}

/// The statements that make a table, for the kind of database that its types are of, in the order
/// in which they are to be sent.
///
/// The model's types, defaults, expressions and conditions are SQL, and are sent as they are: take a
/// model from reflection or from code, never from a user.
///
/// What a model does not have cannot be made: engines, partitions, storage parameters, triggers,
/// grants, and the rows. Each `UNIQUE` rule is a unique index. SQLite's number of a row counts on
/// after the last row was deleted (`AUTOINCREMENT`).
///
/// # Errors
///
/// [`Error::InvalidInput`] for a view, a partition, a name that the database would cut short, a key
/// of columns that are not there.
///
/// # Examples
///
/// ```
/// use xtsqlorm::{
///     prelude::*,
///     reflect::{ColumnModel, DataType, TableKind, TableModel, TableName},
///     tables::create_statements,
/// };
///
/// # fn main() -> xtsqlorm::Result<()> {
/// let mut table = TableModel::new(TableName::new("main", "tags"), TableKind::Table);
/// let text = DataType::Text { max_bytes: None };
/// table.columns.push(ColumnModel::new("the \"name\"", "text", text));
/// assert_eq!(
///     create_statements(&table, Backend::Sqlite)?,
///     ["CREATE TABLE \"main\".\"tags\" (\n    \"the \"\"name\"\"\" text\n)"]
/// );
/// # Ok(())
/// # }
/// ```
pub fn create_statements(table: &TableModel, backend: Backend) -> Result<Vec<String>> {
    ddl::statements(table, backend)
}

/// Makes a table as the model says, under the model's name. See [`create_statements`] for what that
/// takes.
///
/// # Errors
///
/// [`Error::InvalidInput`] as [`create_statements`], and for a name that is taken; what the server
/// reports. Nothing was made then.
///
/// # Cancel safety
///
/// Dropping the future makes the whole table or nothing of it.
///
/// # Examples
///
/// ```
/// # include!("doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// # let manager = provider.manager();
/// use xtsqlorm::{reflect::reflect_table, tables};
///
/// let mut tags = reflect_table("tags", manager).await?.as_ref().clone();
/// tags.name.table = "labels".into();
/// for index in &mut tags.indexes {
///     index.name = index.name.replace("tags", "labels");
/// }
/// tables::create(&tags, manager).await?;
/// assert_eq!(*reflect_table("labels", manager).await?, tags);
/// assert!(tables::create(&tags, manager).await.is_err());
/// # Ok(())
/// # }
/// ```
pub async fn create(table: &TableModel, manager: &ConnectionManager) -> Result<()> {
    if create_if_missing(table, manager).await? {
        return Ok(());
    }
    Err(Error::invalid(
        format!("the table `{}`", table.name),
        "it exists already",
        "choose another name, or call `create_if_missing`",
    ))
}

/// Makes a table unless there is one of that name, whatever it looks like. Returns whether it was
/// made.
///
/// # Errors
///
/// As [`create`], but for a name that is taken.
///
/// # Examples
///
/// ```
/// # include!("doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// # let manager = provider.manager();
/// let users = xtsqlorm::reflect::reflect_table("users", manager).await?;
/// assert!(!xtsqlorm::tables::create_if_missing(&users, manager).await?);
/// # Ok(())
/// # }
/// ```
pub async fn create_if_missing(table: &TableModel, manager: &ConnectionManager) -> Result<bool> {
    let statements = ddl::statements(table, manager.backend())?;
    run::refuse_inside_a_writer(manager)?;
    let there = async || catalogue::entry(&table.name, manager).await;
    if there().await?.is_some() {
        return Ok(false);
    }
    if let Err(error) = run::all(&statements, manager).await {
        // Somebody else may have been faster.
        return match there().await {
            Ok(Some(_)) => Ok(false),
            _ => Err(error),
        };
    }
    forget_table(&table.name, manager);
    Ok(true)
}

/// Drops a table and its rows, if nothing refers to it. Partitions go with their parent.
///
/// # Errors
///
/// [`Error::InvalidInput`] for a table that is not there, for a view, and where other tables refer
/// to it by foreign keys; on PostgreSQL also where views or heirs do. It names them.
///
/// # Examples
///
/// ```
/// # include!("doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// # let manager = provider.manager();
/// let refused = xtsqlorm::tables::drop_table("tags", manager).await.unwrap_err();
/// assert!(refused.to_string().contains("`main.users_tags` refers to it"), "{refused}");
/// xtsqlorm::tables::drop_table("users_tags", manager).await?;
/// xtsqlorm::tables::drop_table("tags", manager).await?;
/// # Ok(())
/// # }
/// ```
pub async fn drop_table(name: &str, manager: &ConnectionManager) -> Result<()> {
    drop_table_with(name, DropOptions::new(), manager).await?;
    Ok(())
}

/// Drops a table and its rows as asked for. Returns whether there was one.
///
/// # Errors
///
/// As [`drop_table`], unless the options say otherwise. [`Error::Unsupported`] where foreign keys
/// are to be dropped on SQLite.
pub async fn drop_table_with(
    name: &str,
    options: DropOptions,
    manager: &ConnectionManager,
) -> Result<bool> {
    drop::drop_table(name, options, manager).await
}

/// Makes an empty table of the same structure as another one, beside it.
///
/// The copy has the columns, defaults, computed columns, collations, comments, the primary key,
/// indexes, checks and foreign keys of its source. What numbers rows counts anew and by itself: a
/// `serial` column gets a sequence of its own. Names of indexes and rules that must differ within a
/// schema are made of those of the source. Not copied are rows, triggers, grants, policies, the views on it, the foreign keys of
/// others to it; on PostgreSQL also partitions, inheritance, tablespace and storage parameters. On
/// MySQL and MariaDB engine and partitions are the same.
///
/// # Errors
///
/// [`Error::InvalidInput`] for a source that is not there or is a view, and for a name that is taken
/// or too long. Nothing is ever dropped or changed to make room.
///
/// # Cancel safety
///
/// Dropping the future makes the whole table or nothing of it.
///
/// # Examples
///
/// ```
/// # include!("doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// # let manager = provider.manager();
/// use xtsqlorm::tables;
///
/// let archive = tables::copy_table_structure("orders", "orders_2025", manager).await?;
/// assert_eq!(archive.name.to_string(), "main.orders_2025");
/// assert_eq!(archive.foreign_keys.len(), 1);
/// let taken = tables::copy_table_structure("orders", "users", manager).await.unwrap_err();
/// assert!(taken.to_string().starts_with("the table `main.users`: it exists already"), "{taken}");
/// # Ok(())
/// # }
/// ```
pub async fn copy_table_structure(
    source: &str,
    new_name: &str,
    manager: &ConnectionManager,
) -> Result<Arc<TableModel>> {
    copy_table_structure_with(source, new_name, CopyOptions::new(), manager).await
}

/// Makes an empty table of the same structure as another one as asked for, or takes the one that is
/// there.
///
/// # Errors
///
/// As [`copy_table_structure`], unless the options say otherwise. A table that is there and has
/// another structure is refused, with where it differs.
///
/// # Examples
///
/// ```
/// # include!("doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// # let manager = provider.manager();
/// use xtsqlorm::tables::{CopyOptions, copy_table_structure_with};
///
/// let options = CopyOptions::new().foreign_keys(false).get_or_create(true);
/// for _ in 0..2 {
///     let audit = copy_table_structure_with("orders", "orders_old", options, manager).await?;
///     assert!(audit.foreign_keys.is_empty());
/// }
/// let other = copy_table_structure_with("orders", "users", options, manager).await.unwrap_err();
/// assert!(other.to_string().contains("differs from `main.orders`"), "{other}");
/// # Ok(())
/// # }
/// ```
#[doc(alias = "get_or_create_table_model")]
pub async fn copy_table_structure_with(
    source: &str,
    new_name: &str,
    options: CopyOptions,
    manager: &ConnectionManager,
) -> Result<Arc<TableModel>> {
    copy::copy(source, new_name, options, manager).await
}
