//! Reads a database into a [`Schema`]; one module per backend.

mod mysql;
mod mysql_rows;
mod mysql_types;

use anyhow::{Result, bail};
use sea_orm::{DatabaseConnection, DbBackend};

use super::model::Schema;

/// Reads the database that the connection is in.
pub(crate) async fn schema(db: &DatabaseConnection) -> Result<Schema> {
    match db.get_database_backend() {
        DbBackend::MySql => mysql::schema(db.get_mysql_connection_pool()).await,
        other => bail!("`reflect` cannot read {other:?} yet"),
    }
}
