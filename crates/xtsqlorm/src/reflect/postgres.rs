//! Reads PostgreSQL from `pg_catalog`, which shows what the user does not own, too.
//!
//! All is read in one transaction and so at one moment, with an empty `search_path`: the server then
//! writes every name that is not its own with its schema, and what it says means the same under any
//! `search_path`. Expressions are the exception, since the server writes them down as things stand
//! when it is asked: where somebody changed them in the meantime, all is read again.
//!
//! What the rules of a domain say is left to the server: [`DataType::Domain`](super::DataType) has
//! its name and what it restricts, and a `NOT NULL` of it counts for the column. The rule of an
//! `EXCLUDE` constraint is on the index behind it. Indexes that the server has not finished building
//! are left out, since they promise nothing.

mod assemble;
mod query;
mod rows;
mod types;

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement};

use self::{
    assemble::assemble,
    query::{Scope, Version},
    rows::Catalogue,
};
use super::{Found, TableName};
use crate::{
    connection::{ConnectionManager, Lease},
    error::{Error, Result},
};

/// How often what somebody was just changing is read again.
const AGAIN: usize = 2;

/// The schema that a connection is in: the first of its `search_path` that exists.
pub(super) async fn current_schema(manager: &ConnectionManager) -> Result<String> {
    let asked = Statement::from_string(DbBackend::Postgres, "SELECT current_schema()::text");
    let schema: Option<String> = match manager.query_one_raw(asked).await? {
        Some(row) => row.try_get_by_index(0)?,
        None => None,
    };
    schema.ok_or_else(|| {
        Error::invalid(
            "search_path",
            "it names no schema that exists",
            "create the schema, set the user's search_path, or name the schemas to be read",
        )
    })
}

/// The tables of these schemas, or one of them only.
pub(super) async fn tables(
    manager: &ConnectionManager,
    schemas: &[String],
    only: Option<&TableName>,
) -> Result<Found> {
    let Some(scope) = Scope::new(schemas, only) else {
        return Ok(Found::default());
    };
    let mut found = read(manager, &scope).await?;
    for _ in 0..AGAIN {
        if found.unreadable.is_empty() {
            break;
        }
        found = read(manager, &scope).await?;
    }
    Ok(found)
}

async fn read(manager: &ConnectionManager, scope: &Scope) -> Result<Found> {
    let mut snapshot = Snapshot::open(manager).await?;
    let version = snapshot.version;
    let catalogue = Catalogue {
        tables: snapshot.read(query::tables(scope)).await?,
        columns: snapshot.read(query::columns(scope)).await?,
        types: snapshot.read(query::types(scope, version)).await?,
        constraints: snapshot.read(query::constraints(scope, version)).await?,
        indexes: snapshot.read(query::indexes(scope, version)).await?,
    };
    snapshot.close().await?;
    assemble(catalogue)
}

/// A connection that sees the database as it was at one moment.
struct Snapshot {
    lease: Lease,
    version: Version,
}

impl Snapshot {
    async fn open(manager: &ConnectionManager) -> Result<Self> {
        let mut lease = manager.lease_to_read().await?;
        lease.enter_transaction();
        lease
            .execute_unprepared("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            .await?;
        let row = lease.query_one(query::settings()).await?;
        let number: Option<i32> = match row {
            Some(row) => row.try_get_by_index(0)?,
            None => None,
        };
        let version = Version(number.unwrap_or_default());
        Ok(Self { lease, version })
    }

    async fn read<Row: FromQueryResult>(&mut self, statement: Statement) -> Result<Vec<Row>> {
        let rows = self.lease.query_all(statement).await?;
        let rows = rows.iter().map(|row| Row::from_query_result(row, ""));
        Ok(rows.collect::<Result<_, _>>()?)
    }

    async fn close(mut self) -> Result<()> {
        self.lease.execute_unprepared("ROLLBACK").await?;
        self.lease.leave_transaction();
        Ok(())
    }
}
