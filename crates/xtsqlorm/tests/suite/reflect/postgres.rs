//! PostgreSQL, read from its catalogue.

mod columns;
mod datasets;
mod keys;
mod relations;
mod scope;
mod types;

use std::sync::Arc;

use xtsqlorm::reflect::{TableModel, reflect_table};

use crate::support::{Result, TestDatabase};

/// Runs a script, and reads the table `t`.
async fn after(db: &TestDatabase, script: &str) -> Result<Arc<TableModel>> {
    db.raw().await?.run(script).await?;
    Ok(reflect_table("t", &db.manager()).await?)
}
