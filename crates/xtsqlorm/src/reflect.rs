//! What a database holds, read at run time: tables, columns, keys and rules.
//!
//! [`reflect_table`] reads one table, [`reflect_schema`] all of them, on all four databases, through
//! the catalogue of the server (`information_schema`, `pg_catalog`, SQLite's pragmas). A whole schema
//! takes as many statements as one table, about ten.
//!
//! ```
//! # include!("doctest_setup.rs");
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
//! # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
//! use xtsqlorm::reflect::{DataType, reflect_schema, reflect_table};
//!
//! let users = reflect_table("users", provider.manager()).await?;
//! assert_eq!(users.key_columns(), ["id"]);
//! let email = users.column("email").expect("users have one");
//! assert!(!email.nullable);
//! assert!(matches!(email.data_type, DataType::VarChar { .. }));
//!
//! let schema = reflect_schema(provider.manager()).await?;
//! assert!(schema.tables.contains(&users));
//! assert!(schema.unreadable.is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! # What is read
//!
//! | | MySQL, MariaDB | PostgreSQL | SQLite |
//! |---|---|---|---|
//! | tables | partitioned and system-versioned ones are one table | partitions, foreign tables | virtual tables, and the shadow tables behind them |
//! | views | yes | materialized ones, too | yes |
//! | left out | sequences, temporary tables | system schemas | tables of SQLite itself (`sqlite_..`) |
//! | defaults | as the server takes them; MySQL's bare values become literals | as the server writes them | as written; a name in place of a text becomes the text |
//! | expressions | as the server writes them | as the server writes them | as written in the `CREATE` statement |
//! | checks | since MySQL 8.0.16 | yes | read out of the `CREATE` statement |
//! | comments | yes | yes | there are none |
//! | names | as the server compares them | case counts | any case |
//!
//! An account sees what it has rights on: a table may have fewer columns for it. A view that refers
//! to what is gone has none, and is among [`SchemaModel::unreadable`] with the reason, as is a virtual
//! table without its module; the rest is read all the same.
//!
//! What is read is no snapshot. While somebody changes a table, a read may see parts of both states.
//!
//! # Models that were read before
//!
//! Each pool keeps the models that [`reflect_table`] read: those who ask at the same time share one
//! read, those who ask later get the same model without a statement. It tells of the table *when it
//! was read*. A table that somebody else changes, a migration, say, stays in it as it was until
//! [`refresh_table`] reads it again; [`tables`](crate::tables) does that for what it changes itself.
//! A model that is held stays as it is in any case. Failures are not kept, nor is
//! [`reflect_schema`]'s answer. All of it ends with the pool.
//!
//! What is stale shows up as the database's refusal: of a column that is gone, or of a row without
//! one that is new and required. A service that goes on while its schema changes refreshes then, and
//! tries again.

mod affinity;
mod cache;
mod data_type;
mod mapping;
mod model;
mod mysql;
mod postgres;
mod resolve;
mod rows;
mod sqlite;
pub(crate) mod tokens;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use sea_orm::DbBackend;

pub use affinity::Affinity;
pub use data_type::{DataType, TypeName};
pub use mapping::{MappedKind, Mapping, MappingOptions, map_column, map_column_as_text};
pub use model::{
    CheckModel, ColumnModel, Deferral, ForeignKeyModel, GeneratedModel, Identity, IndexModel,
    IndexPart, KeyAction, KeyModel, SchemaModel, TableKind, TableModel, TableName, Unreadable,
};

pub(crate) use resolve::{candidates, exactly, unknown};
pub(crate) use rows::texts;
pub(crate) use sqlite::Modules;

use crate::{connection::ConnectionManager, error::Result};

/// One table or view, as it was when it was first read.
///
/// `name` is a table of the schema that the connection is in, in exactly this spelling, or else
/// `schema.table`. It is compared and never becomes a part of a statement, so any text may be asked
/// for. The manager takes a connection for each statement: a transaction that holds the pool's only
/// one makes it wait, so read the table first.
///
/// # Errors
///
/// [`Error::InvalidInput`](crate::Error::InvalidInput) for a table that is not there, with the name
/// that is most like it, and for a view that is broken; otherwise what the server reports. Whoever
/// asks next reads again.
///
/// # Cancel safety
///
/// Dropping the future leaves nothing behind. Somebody who waits for the same read takes it over.
///
/// # Examples
///
/// ```
/// # include!("doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// # use xtsqlorm::reflect::reflect_table;
/// let orders = reflect_table("orders", provider.manager()).await?;
/// for key in &orders.foreign_keys {
///     println!("{:?} -> {} {:?}", key.columns, key.table, key.referenced);
/// }
/// let error = reflect_table("order", provider.manager()).await.unwrap_err();
/// assert!(error.to_string().contains("did you mean `orders`?"));
/// # Ok(())
/// # }
/// ```
pub async fn reflect_table(name: &str, manager: &ConnectionManager) -> Result<Arc<TableModel>> {
    cache::of(manager).get(name, manager).await
}

/// One table or view, read now; [`reflect_table`] gives the same from here on.
///
/// # Errors
///
/// As [`reflect_table`]. What was known before is forgotten all the same.
///
/// # Cancel safety
///
/// Dropping the future leaves what was known before.
///
/// # Examples
///
/// ```
/// # include!("doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// # use xtsqlorm::reflect::{reflect_table, refresh_table};
/// let manager = provider.manager();
/// reflect_table("tags", manager).await?;
/// manager.execute_unprepared("ALTER TABLE tags ADD COLUMN color TEXT").await?;
/// assert!(reflect_table("tags", manager).await?.column("color").is_none());
/// assert!(refresh_table("tags", manager).await?.column("color").is_some());
/// assert!(reflect_table("tags", manager).await?.column("color").is_some());
/// # Ok(())
/// # }
/// ```
pub async fn refresh_table(name: &str, manager: &ConnectionManager) -> Result<Arc<TableModel>> {
    cache::of(manager).refresh(name, manager).await
}

/// All tables and views of the schema that the connection is in: MySQL's database, the first schema
/// of PostgreSQL's search path, SQLite's `main`. Read anew with each call.
///
/// # Errors
///
/// [`Error::InvalidInput`](crate::Error::InvalidInput) when the connection is in none; otherwise what
/// the server reports. A table that cannot be read is no error: see [`SchemaModel::unreadable`].
///
/// # Examples
///
/// ```
/// # include!("doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// # use xtsqlorm::reflect::reflect_schema;
/// let schema = reflect_schema(provider.manager()).await?;
/// for table in &schema.tables {
///     println!("{} ({}): {} columns", table.name, table.kind, table.columns.len());
/// }
/// # assert!(schema.tables.len() > 3);
/// # Ok(())
/// # }
/// ```
pub async fn reflect_schema(manager: &ConnectionManager) -> Result<SchemaModel> {
    let schema = current_schema(manager).await?;
    reflect_schemas(manager, &[schema]).await
}

/// All tables and views of these schemas, each read once. Read anew with each call.
///
/// # Errors
///
/// [`Error::InvalidInput`](crate::Error::InvalidInput) for a schema that is not there, with the name
/// that is most like it; otherwise as [`reflect_schema`].
pub async fn reflect_schemas(
    manager: &ConnectionManager,
    schemas: &[String],
) -> Result<SchemaModel> {
    let mut wanted: Vec<String> = Vec::new();
    for schema in schemas {
        if !wanted.contains(schema) {
            wanted.push(schema.clone());
        }
    }
    resolve::check_schemas(manager, &wanted).await?;
    let Found {
        mut tables,
        unreadable,
    } = tables(manager, &wanted, None).await?;
    sort(&mut tables);
    Ok(SchemaModel {
        backend: manager.backend(),
        server_version: manager.server_version().to_owned(),
        schemas: wanted,
        tables,
        unreadable,
    })
}

/// Drops what is known of a table that was made, changed or dropped.
pub(crate) fn forget_table(name: &TableName, manager: &ConnectionManager) {
    cache::of(manager).forget_table(name);
}

/// What a backend's module reads.
#[derive(Debug, Default)]
struct Found {
    tables: Vec<TableModel>,
    unreadable: Vec<Unreadable>,
}

impl Found {
    /// Those of another schema.
    fn add(&mut self, other: Self) {
        self.tables.extend(other.tables);
        self.unreadable.extend(other.unreadable);
    }
}

/// The schema that a connection is in.
pub(crate) async fn current_schema(manager: &ConnectionManager) -> Result<String> {
    match manager.backend().dialect() {
        DbBackend::MySql => mysql::current_schema(manager).await,
        DbBackend::Postgres => postgres::current_schema(manager).await,
        _ => sqlite::current_schema(manager).await,
    }
}

async fn tables(
    manager: &ConnectionManager,
    schemas: &[String],
    only: Option<&TableName>,
) -> Result<Found> {
    match manager.backend().dialect() {
        DbBackend::MySql => mysql::tables(manager, schemas, only).await,
        DbBackend::Postgres => postgres::tables(manager, schemas, only).await,
        _ => sqlite::tables(manager, schemas, only).await,
    }
}

/// By schema and name, partitions after their parents.
fn sort(tables: &mut [TableModel]) {
    let parents: BTreeMap<TableName, TableName> = tables
        .iter()
        .filter_map(|table| Some((table.name.clone(), table.partition_of.clone()?)))
        .collect();
    tables.sort_by_cached_key(|table| {
        let mut path = vec![table.name.clone()];
        let mut seen = BTreeSet::new();
        let mut below = &table.name;
        while let Some(parent) = parents.get(below) {
            if !seen.insert(below) {
                break;
            }
            path.push(parent.clone());
            below = parent;
        }
        path.reverse();
        path
    });
}
