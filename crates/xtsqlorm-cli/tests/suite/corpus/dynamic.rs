//! The same without generated code: rows at run time.

use std::sync::Arc;

use sea_orm::ConnectionTrait;
use xtsqlorm::config::{DatabaseConfig, PoolConfig};
use xtsqlorm::connection::ConnectionManager;
use xtsqlorm::dynamic::{DynamicRepository, Row};
use xtsqlorm::reflect::{TableModel, reflect_schema, reflect_schemas};
use xtsqlorm::repository::Page;
use xtsqlorm::session::SessionProvider;

use super::base::{Base, freedom};
use super::catalogue::{Kind, Table};
use super::contents::difference;
use crate::servers::Server;
use crate::support::Result;

/// What became of the tables.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) read: usize,
    pub(super) round_tripped: usize,
    pub(super) failed: Vec<String>,
}

/// Reads every table and view, and writes every row to the copy.
pub(super) async fn trip(base: &Base) -> Result<Tally> {
    base.empty_copy().await?;
    let full = ConnectionManager::connect(&config(&base.full.url)?).await?;
    let copy = ConnectionManager::connect(&config(&base.copy.url)?).await?;
    for statement in freedom(base.full.server) {
        copy.db().execute_unprepared(statement).await?;
    }
    // The copy has a model of its own: its columns take values that the other's do not.
    let models = (tables(base, &full).await?, tables(base, &copy).await?);
    let full = SessionProvider::new(full);
    let copy = SessionProvider::new(copy);
    let mut tally = Tally::default();
    for table in base.catalogue.wanted() {
        let own = |tables: &[TableModel]| {
            let mut tables = tables.iter();
            let schema = &table.schema;
            let found = tables.find(|found| {
                found.name.table == table.name
                    && (schema.is_empty() || found.name.schema == *schema)
            });
            found.cloned().map(Arc::new)
        };
        let (Some(from), Some(to)) = (own(&models.0), own(&models.1)) else {
            tally
                .failed
                .push(format!("{}: is not reflected", table.name));
            continue;
        };
        // The hidden columns of SQLite's modules take commands.
        let shown = from.columns.iter().filter(|column| !column.hidden);
        let columns = match base.full.server {
            Server::Sqlite => shown.count(),
            _ => from.columns.len(),
        };
        if columns != table.columns.len() {
            tally
                .failed
                .push(format!("{}: {columns} columns are reflected", table.name));
        }
        let from = DynamicRepository::new(&full, from);
        let to = DynamicRepository::new(&copy, to);
        match one(base, table, from, to).await {
            Ok(()) => {
                tally.read += 1;
                tally.round_tripped += 1;
            }
            Err(Failed { read, why }) => {
                tally.read += usize::from(read);
                tally.failed.push(format!("{}: {why}", table.name));
            }
        }
    }
    full.manager().dispose().await;
    copy.manager().dispose().await;
    Ok(tally)
}

/// How a table failed.
struct Failed {
    /// Whether its rows were read.
    read: bool,
    why: String,
}

fn unread(why: impl Into<String>) -> Failed {
    Failed {
        read: false,
        why: why.into(),
    }
}

fn unwritten(why: impl Into<String>) -> Failed {
    Failed {
        read: true,
        why: why.into(),
    }
}

async fn one(
    base: &Base,
    table: &Table,
    from: DynamicRepository,
    to: DynamicRepository,
) -> std::result::Result<(), Failed> {
    // In a task, for the driver may panic.
    let read = tokio::spawn(async move { from.get_all(Page::all()).await });
    let rows = match read.await {
        Ok(rows) => rows.map_err(|error| unread(chain(&error)))?,
        Err(_) => return Err(unread("the driver panicked")),
    };
    if table.kind != Kind::Table || rows.is_empty() {
        return Ok(());
    }
    let complete = |mut row: Row| {
        for column in table.generated() {
            row.remove(column);
        }
        row
    };
    let rows: Vec<Row> = rows.into_iter().map(complete).collect();
    for some in rows.chunks(200) {
        let written = to.bulk_create(some.to_vec()).await;
        written.map_err(|error| unwritten(chain(&error)))?;
    }
    match difference(base, table).await {
        Ok(None) => Ok(()),
        Ok(Some(difference)) => Err(unwritten(difference)),
        Err(error) => Err(unwritten(error.to_string())),
    }
}

/// All tables of the database, of all its schemas.
async fn tables(base: &Base, manager: &ConnectionManager) -> Result<Vec<TableModel>> {
    if base.full.server != Server::Postgres {
        return Ok(reflect_schema(manager).await?.tables);
    }
    let tables = base.catalogue.tables.iter();
    let mut schemas: Vec<String> = tables.map(|table| table.schema.clone()).collect();
    schemas.dedup();
    Ok(reflect_schemas(manager, &schemas).await?.tables)
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

fn config(url: &str) -> Result<DatabaseConfig> {
    Ok(DatabaseConfig::from_url(url)?.pool(PoolConfig::new().max_connections(1)))
}
