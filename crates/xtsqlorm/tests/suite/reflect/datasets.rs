//! Databases of others are read whole.

use sea_orm::{ConnectionTrait, Statement};
use xtsqlorm::{
    config::DatabaseConfig,
    connection::ConnectionManager,
    reflect::{DataType, SchemaModel, TableKind, TableModel, reflect_schema, reflect_table},
};

use crate::support::{self, Kind, Result, TestDatabase, dataset, load, server_test};

/// Makes `claim::{sqlite, mysql, mariadb}`; the files of SQLite are not here either.
macro_rules! on_datasets {
    ($($claim:ident),+ $(,)?) => {$(
        mod $claim {
            use super::{Kind, server_test, support};

            server_test!($claim, sqlite, Sqlite);
            server_test!($claim, mysql, MySql);
            server_test!($claim, mariadb, MariaDb);
        }
    )+};
}

on_datasets!(
    sakila_is_read_whole,
    chinook_is_read_whole,
    odd_tables_are_read_whole
);

/// All tables of a schema, each found alone, too, with the columns that the server counts.
async fn assert_whole(manager: &ConnectionManager) -> Result<SchemaModel> {
    let schema = reflect_schema(manager).await?;
    assert!(schema.unreadable.is_empty(), "{:?}", schema.unreadable);
    for table in &schema.tables {
        let counted = count_columns(manager, &table.name.table).await?;
        assert_eq!(
            i64::try_from(table.columns.len())?,
            counted,
            "{}",
            table.name
        );
        let alone = reflect_table(&table.name.table, manager).await?;
        assert_eq!(*alone, *table);
        for key in &table.foreign_keys {
            assert_eq!(
                key.columns.len(),
                key.referenced.len(),
                "{}: {key:?}",
                table.name
            );
        }
    }
    Ok(schema)
}

async fn count_columns(manager: &ConnectionManager, table: &str) -> Result<i64> {
    let backend = manager.get_database_backend();
    let sql = match backend {
        sea_orm::DbBackend::Sqlite => "SELECT COUNT(*) FROM pragma_table_xinfo(?)",
        _ => {
            "SELECT COUNT(*) FROM information_schema.columns \
             WHERE table_schema = DATABASE() AND BINARY table_name = ?"
        }
    };
    let statement = Statement::from_sql_and_values(backend, sql, [table.into()]);
    let row = manager.query_one_raw(statement).await?.expect("one row");
    Ok(row.try_get_by_index(0)?)
}

fn count(schema: &SchemaModel, kind: TableKind) -> usize {
    schema
        .tables
        .iter()
        .filter(|table| table.kind == kind)
        .count()
}

fn table<'a>(schema: &'a SchemaModel, name: &str) -> &'a TableModel {
    let mut tables = schema.tables.iter();
    tables
        .find(|table| table.name.table == name)
        .unwrap_or_else(|| panic!("no table {name}"))
}

fn data_type<'a>(schema: &'a SchemaModel, name: &str, column: &str) -> &'a DataType {
    &table(schema, name).column(column).unwrap().data_type
}

async fn sakila_is_read_whole(db: TestDatabase) -> Result {
    if db.kind() == Kind::Sqlite {
        let file = db.name().replace("suite.db", "sakila.db");
        std::fs::copy(dataset("sakila/sqlite.db"), &file)?;
        let config = DatabaseConfig::from_url(&format!("sqlite://{file}"))?;
        let manager = ConnectionManager::connect(&config).await?;
        let schema = assert_whole(&manager).await?;
        assert_eq!(
            table(&schema, "film_actor").key_columns(),
            ["actor_id", "film_id"]
        );
        assert_eq!(table(&schema, "rental").foreign_keys.len(), 3);
        assert!(count(&schema, TableKind::View) > 0);
        manager.dispose().await;
        return Ok(());
    }
    let refused = load(&db, "sakila/mysql-schema.sql").await?;
    // It names the database that it comes from.
    assert_eq!(refused.len(), 1, "{refused:#?}");
    let schema = assert_whole(&db.manager()).await?;
    assert_eq!(count(&schema, TableKind::Table), 16);
    assert_eq!(count(&schema, TableKind::View), 6);
    assert_eq!(
        *data_type(&schema, "film", "special_features"),
        DataType::Set {
            values: [
                "Trailers",
                "Commentaries",
                "Deleted Scenes",
                "Behind the Scenes"
            ]
            .map(str::to_owned)
            .to_vec()
        }
    );
    assert_eq!(*data_type(&schema, "film", "release_year"), DataType::Year);
    // In a comment that MariaDB does not run.
    if db.kind() == Kind::MySql {
        assert_eq!(
            *data_type(&schema, "address", "location"),
            DataType::Geometry {
                kind: "geometry".to_owned()
            }
        );
    }
    assert_eq!(
        *data_type(&schema, "inventory", "inventory_id"),
        DataType::Integer {
            bits: 24,
            unsigned: true
        }
    );
    let rental = table(&schema, "rental");
    assert_eq!(rental.foreign_keys.len(), 3);
    assert_eq!(
        rental
            .indexes
            .iter()
            .find_map(|index| index.unique_columns()),
        Some(vec!["rental_date", "inventory_id", "customer_id"])
    );
    Ok(())
}

async fn chinook_is_read_whole(db: TestDatabase) -> Result {
    let file = match db.kind() {
        Kind::Sqlite => "chinook/sqlite.sql",
        _ => "chinook/mysql.sql",
    };
    let refused = load(&db, file).await?;
    assert!(refused.is_empty(), "{refused:#?}");
    let schema = assert_whole(&db.manager()).await?;
    assert_eq!(count(&schema, TableKind::Table), 11);
    assert_eq!(
        table(&schema, "PlaylistTrack").key_columns(),
        ["PlaylistId", "TrackId"]
    );
    assert_eq!(
        *data_type(&schema, "Track", "UnitPrice"),
        DataType::Decimal {
            precision: Some(10),
            scale: Some(2)
        }
    );
    let employee = table(&schema, "Employee");
    assert_eq!(employee.foreign_keys[0].table, employee.name);
    Ok(())
}

/// Tables made to be hard; what a server refuses of them is not of this claim.
async fn odd_tables_are_read_whole(db: TestDatabase) -> Result {
    let (file, at_least) = match db.kind() {
        Kind::Sqlite => ("edge/sqlite.sql", 31),
        _ => ("edge/mysql.sql", 63),
    };
    load(&db, file).await?;
    let schema = assert_whole(&db.manager()).await?;
    assert!(schema.tables.len() >= at_least, "{}", schema.tables.len());
    if db.kind() == Kind::MariaDb {
        assert_eq!(
            *data_type(&schema, "t_json", "j"),
            DataType::Json { binary: false }
        );
        assert_eq!(*data_type(&schema, "t_uuid_inet", "id"), DataType::Uuid);
        assert_eq!(
            data_type(&schema, "tbl_x", "id"),
            data_type(&schema, "tblX", "id")
        );
    }
    Ok(())
}
