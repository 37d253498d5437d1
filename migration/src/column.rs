//! What the schema helpers of sea-orm-migration leave to each backend.
//!
//! | Rust type | MySQL, MariaDB | PostgreSQL | SQLite |
//! |---|---|---|---|
//! | `DateTimeUtc` | `timestamp(6)` | `timestamptz` | text, RFC 3339 |
//! | `DateTime` | `datetime(6)` | `timestamp` | text |
//! | `Uuid` | `binary(16)` | `uuid` | 16 bytes |
//! | `Json` | `json` (MariaDB: `longtext` with a check) | `jsonb` | text |
//! | `Decimal` | `decimal(12,2)` | `decimal(12,2)` | `real(12,2)` |
//! | `bool` | `tinyint(1)` | `bool` | `boolean` |
//!
//! `real` matters on SQLite: its affinity turns a stored 5 into 5.0, while in a column declared
//! `decimal` it stays an integer, which SeaORM refuses to read as a `Decimal`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// Starts `CREATE TABLE`. On MySQL and MariaDB the engine and the collation are those that both
/// know, whatever the server's defaults are; text there compares without regard to case or accent.
pub(crate) fn table(
    manager: &SchemaManager<'_>,
    name: &'static str,
    comment: &str,
) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name).comment(comment);
    if manager.get_database_backend() == DbBackend::MySql {
        table
            .engine("InnoDB")
            .character_set("utf8mb4")
            .collate("utf8mb4_unicode_ci");
    }
    table
}

/// Runs `CREATE TABLE`, and brings the comments to PostgreSQL, where they are statements.
pub(crate) async fn create_table(
    manager: &SchemaManager<'_>,
    table: TableCreateStatement,
) -> Result<(), DbErr> {
    manager.create_table(table.clone()).await?;
    let (DbBackend::Postgres, Some(TableRef::Table(TableName(_, name), _))) =
        (manager.get_database_backend(), table.get_table_name())
    else {
        return Ok(());
    };
    let on_table = table
        .get_comment()
        .map(|text| (format!(r#"TABLE "{name}""#), text));
    let on_columns = table.get_columns().iter().filter_map(|column| {
        let text = column.get_column_spec().comment.as_ref()?;
        let column = column.get_column_name();
        Some((format!(r#"COLUMN "{name}"."{column}""#), text))
    });
    for (target, text) in on_table.into_iter().chain(on_columns) {
        let text = text.replace('\'', "''");
        let statement = format!("COMMENT ON {target} IS '{text}'");
        let connection = manager.get_connection();
        connection.execute_unprepared(&statement).await?;
    }
    Ok(())
}

/// Drops a table that `up` made.
pub(crate) async fn drop_table(
    manager: &SchemaManager<'_>,
    name: &'static str,
) -> Result<(), DbErr> {
    manager.drop_table(Table::drop().table(name).take()).await
}

/// Makes a plain index, named `idx_` and the table and columns.
pub(crate) async fn index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    let mut index = Index::create();
    index
        .name(format!("idx_{table}_{}", columns.join("_")))
        .table(table);
    for column in columns {
        index.col(*column);
    }
    manager.create_index(index).await
}

/// A unique constraint for `CREATE TABLE`.
pub(crate) fn unique(name: &str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).unique();
    for column in columns {
        index.col(*column);
    }
    index
}

/// A foreign key for `CREATE TABLE`; SQLite keeps it but forgets its name.
pub(crate) fn foreign_key(
    name: &str,
    from: (&'static str, &'static str),
    to: (&'static str, &'static str),
    on_delete: ForeignKeyAction,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(name)
        .from(from.0, from.1)
        .to(to.0, to.1)
        .on_delete(on_delete)
        .take()
}

/// An instant, nullable: microseconds, always UTC.
pub(crate) fn timestamp_null(manager: &SchemaManager<'_>, name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    match manager.get_database_backend() {
        DbBackend::MySql => column.custom("timestamp(6)"),
        _ => column.timestamp_with_time_zone(),
    };
    column.null().take()
}

/// An instant that the database sets to the current time where an insert leaves it out.
///
/// On SQLite the default is spelled as sqlx writes a `DateTime<Utc>`, since there instants are
/// compared as text and `CURRENT_TIMESTAMP` (a space instead of the `T`, no offset) would sort
/// before every bound value of the same day.
pub(crate) fn timestamp_now(manager: &SchemaManager<'_>, name: &'static str) -> ColumnDef {
    let now = match manager.get_database_backend() {
        DbBackend::MySql => Expr::custom_keyword("CURRENT_TIMESTAMP(6)"),
        DbBackend::Sqlite => Expr::cust("strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')"),
        _ => Expr::current_timestamp(),
    };
    timestamp_null(manager, name).not_null().default(now).take()
}

/// A wall-clock time without a zone, nullable: microseconds.
pub(crate) fn date_time_null(manager: &SchemaManager<'_>, name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    match manager.get_database_backend() {
        DbBackend::MySql => column.custom("datetime(6)"),
        _ => column.date_time(),
    };
    column.null().take()
}

/// JSON, in PostgreSQL's binary form, the one of its two that can be compared and indexed.
pub(crate) fn json(manager: &SchemaManager<'_>, name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    match manager.get_database_backend() {
        DbBackend::Postgres => column.json_binary(),
        _ => column.json(),
    };
    column
}

/// The counter that optimistic locking compares and raises.
pub(crate) fn version() -> ColumnDef {
    ColumnDef::new("version")
        .integer()
        .not_null()
        .default(1)
        .comment("Raised by every update; a writer that holds an older value lost the race")
        .take()
}

/// The mark of soft deletion.
pub(crate) fn deleted_at(manager: &SchemaManager<'_>) -> ColumnDef {
    timestamp_null(manager, "deleted_at")
        .comment("Set by soft deletion; NULL while the row is alive")
        .take()
}
