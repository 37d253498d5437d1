//! Reads a database into a [`Schema`].

use anyhow::{Context, Result, bail};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use xtsqlorm::connection::ConnectionManager;
use xtsqlorm::reflect::{MappingOptions, reflect_schemas};

use super::model::Schema;

/// What stands for every schema on the command line.
const ALL: &str = "*";

/// Reads these schemas; none means the one that the connection is in.
pub(crate) async fn schema(
    manager: &ConnectionManager,
    wanted: &[String],
    options: &MappingOptions,
) -> Result<Schema> {
    let dialect = manager.backend().dialect();
    let current = texts(manager, current_schema(dialect)).await?.pop();
    let schemas = match wanted {
        [] => match &current {
            Some(schema) => vec![schema.clone()],
            None if dialect == DbBackend::MySql => bail!(
                "the URL names no database: add its name after the host, as in \
                 mysql://host/database, or give --schema"
            ),
            None => bail!(
                "the connection is in no schema: none of its search_path is there; give --schema"
            ),
        },
        [one] if one == ALL => texts(manager, all_schemas(dialect)).await?,
        named => {
            let mut schemas: Vec<String> = Vec::new();
            for schema in named {
                if !schemas.contains(schema) {
                    schemas.push(schema.clone());
                }
            }
            schemas
        }
    };
    let found = reflect_schemas(manager, &schemas).await?;
    Ok(Schema::new(found, current, options))
}

/// The schema that the connection is in.
fn current_schema(dialect: DbBackend) -> &'static str {
    match dialect {
        DbBackend::MySql => "SELECT DATABASE()",
        DbBackend::Postgres => "SELECT current_schema()::text",
        _ => "SELECT 'main'",
    }
}

/// The schemas that users make.
fn all_schemas(dialect: DbBackend) -> &'static str {
    match dialect {
        DbBackend::MySql => {
            "SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN \
             ('information_schema', 'mysql', 'performance_schema', 'sys') ORDER BY schema_name"
        }
        DbBackend::Postgres => {
            "SELECT nspname::text FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' \
             AND nspname NOT IN ('information_schema', 'crdb_internal') ORDER BY nspname"
        }
        _ => "SELECT name FROM pragma_database_list WHERE name <> 'temp' ORDER BY seq",
    }
}

/// The texts of the only column of a query, NULL left out.
async fn texts(manager: &ConnectionManager, sql: &str) -> Result<Vec<String>> {
    let statement = Statement::from_string(manager.backend().dialect(), sql);
    let rows = manager
        .db()
        .query_all_raw(statement)
        .await
        .context("cannot list the schemas")?;
    let texts = rows
        .iter()
        .map(|row| row.try_get_by_index::<Option<String>>(0));
    Ok(texts
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .flatten()
        .collect())
}
