//! Databases of others: every row is read with every value, and can be written back.

use sea_orm::{
    ConnectionTrait,
    sea_query::{Expr, ExprTrait, Query},
};
use xtsqlorm::{
    prelude::*,
    reflect::{TableKind, TableModel, reflect_schema},
};

use crate::support::{self, Kind, Result, TestDatabase, dataset, load, server_test};

/// Makes `claim::{sqlite, mysql, mariadb, postgres}`; the files of SQLite are not here either.
macro_rules! on_datasets {
    ($($claim:ident),+ $(,)?) => {$(
        mod $claim {
            use super::{Kind, server_test, support};

            server_test!($claim, sqlite, Sqlite);
            server_test!($claim, mysql, MySql);
            server_test!($claim, mariadb, MariaDb);
            server_test!($claim, postgres, Postgres);
        }
    )+};
}

on_datasets!(
    no_value_of_sakila_is_lost,
    no_value_of_chinook_is_lost,
    no_value_of_odd_tables_is_lost
);

async fn no_value_of_sakila_is_lost(db: TestDatabase) -> Result {
    let files = match db.kind() {
        Kind::Sqlite => {
            let file = db.name().replace("suite.db", "sakila.db");
            std::fs::copy(dataset("sakila/sqlite.db"), &file)?;
            let config = DatabaseConfig::from_url(&format!("sqlite://{file}"))?;
            let manager = ConnectionManager::connect(&config).await?;
            let read = read_all(&manager).await?;
            manager.dispose().await;
            assert!(read > 200_000, "{read} values");
            return Ok(());
        }
        // Its rows are for a client that copies them.
        Kind::Postgres => vec!["sakila/postgres-schema.sql"],
        _ => vec!["sakila/mysql-schema.sql", "sakila/mysql-data.sql"],
    };
    for file in files {
        load(&db, file).await?;
    }
    let read = read_all(&db.manager()).await?;
    assert!(
        read > 200_000 || db.kind() == Kind::Postgres,
        "{read} values"
    );
    Ok(())
}

async fn no_value_of_chinook_is_lost(db: TestDatabase) -> Result {
    let file = match db.kind() {
        Kind::Sqlite => "chinook/sqlite.sql",
        Kind::Postgres => "chinook/postgres.sql",
        _ => "chinook/mysql.sql",
    };
    load(&db, file).await?;
    let read = read_all(&db.manager()).await?;
    assert!(read > 60_000, "{read} values");
    Ok(())
}

/// Tables made to be hard; what a server refuses of them is not of this claim.
async fn no_value_of_odd_tables_is_lost(db: TestDatabase) -> Result {
    let file = match db.kind() {
        Kind::Sqlite => "edge/sqlite.sql",
        Kind::Postgres => "edge/pg.sql",
        _ => "edge/mysql.sql",
    };
    load(&db, file).await?;
    let read = read_all(&db.manager()).await?;
    assert!(read > 100, "{read} values");
    Ok(())
}

/// Reads all rows of all tables and views, and returns how many values they hold that are not NULL:
/// as many as the database counts.
async fn read_all(manager: &ConnectionManager) -> Result<u64> {
    let provider = SessionProvider::new(manager.clone());
    let mut all = 0;
    for table in reflect_schema(manager).await?.tables {
        // What a module answers is not always a row.
        if matches!(table.kind, TableKind::VirtualTable | TableKind::ShadowTable) {
            continue;
        }
        let name = table.name.clone();
        let repository = DynamicRepository::new(&provider, table.clone().into());
        let rows = match repository.get_all(Page::all()).await {
            Ok(rows) => rows,
            // A view that is broken, or that a test cannot see.
            Err(Error::Database(_)) if table.kind.is_view() => continue,
            Err(error) => panic!("{name}: {error:?}"),
        };
        assert_eq!(rows.len() as u64, repository.count().await?, "{name}");
        let Some(first) = rows.first() else { continue };
        for column in first.columns() {
            let held = rows.iter().filter(|row| !is_null(row, column)).count() as i64;
            let counted = count(manager, &table, column).await?;
            assert_eq!(held, counted, "{name}.{column}");
            all += counted.unsigned_abs();
        }
        if !table.key_columns().is_empty() {
            write_back(&provider, &repository, &rows).await?;
        }
    }
    Ok(all)
}

fn is_null(row: &Row, column: &str) -> bool {
    let value = &row[column];
    *value == value.as_null()
}

/// How many rows have a value there.
async fn count(manager: &ConnectionManager, table: &TableModel, column: &str) -> Result<i64> {
    let mut select = Query::select();
    select
        .expr(Expr::col((table.name.table.clone(), column.to_owned())).count())
        .from((table.name.schema.clone(), table.name.table.clone()));
    let row = manager.query_one(&select).await?.unwrap();
    Ok(row.try_get_by_index(0)?)
}

/// Some of the rows are written as they are, and stay as they are.
async fn write_back(
    provider: &SessionProvider,
    repository: &DynamicRepository,
    rows: &[Row],
) -> Result {
    let name = &repository.table().name;
    let step = (rows.len() / 20).max(1);
    let undone: anyhow::Result<()> = provider
        .transaction(async |_| {
            for row in rows.iter().step_by(step) {
                assert_eq!(
                    repository.get_by_id(row).await?.as_ref(),
                    Some(row),
                    "{name}"
                );
                let written = repository.update(row, row).await;
                let written = written.map_err(|error| anyhow::anyhow!("{name}: {error:?}"))?;
                assert!(written.is_some(), "{name}");
            }
            anyhow::bail!("undone")
        })
        .await;
    assert_eq!(undone.unwrap_err().to_string(), "undone");
    Ok(())
}
