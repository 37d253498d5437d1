//! Reads MySQL and MariaDB through sea-schema's queries, table by table, so that one odd table does
//! not cost the rest.

use std::collections::{BTreeMap, HashSet};

use anyhow::{Context, Result, anyhow, bail};
use futures_util::FutureExt;
use sea_orm::sqlx::{self, MySqlPool, Row, mysql::MySqlRow};
use sea_query::Alias;
use sea_query::IntoIden;
use sea_schema::Connection;
use sea_schema::mysql::def::{ColumnDefault, Type};
use sea_schema::mysql::discovery::{Executor, IntoExecutor};
use sea_schema::mysql::parser::{parse_foreign_key_query_results, parse_index_query_results};
use sea_schema::mysql::query::{ColumnQueryResult, SchemaQueryBuilder, VersionQueryResult};

use super::mysql_rows::{
    action, column_names, json_columns, known_index, unique, whole_and_unique,
};
use super::mysql_types;
use crate::reflect::model::{Column, ForeignKey, Schema, Table};

/// Tables of every kind, with their comments.
const TABLES: &str = "SELECT table_name, table_type, table_comment FROM information_schema.tables \
    WHERE table_schema = DATABASE() ORDER BY table_name";

/// Foreign keys that leave the database.
const FOREIGN: &str = "SELECT DISTINCT table_name, constraint_name, referenced_table_schema \
    FROM information_schema.key_column_usage \
    WHERE table_schema = DATABASE() AND referenced_table_schema <> DATABASE()";

/// MariaDB's JSON is LONGTEXT with this check.
const CHECKS: &str = "SELECT table_name, check_clause FROM information_schema.check_constraints \
    WHERE constraint_schema = DATABASE() AND check_clause LIKE '%json_valid(%'";

/// Reads the database that the pool's connections are in.
pub(super) async fn schema(pool: &MySqlPool) -> Result<Schema> {
    let database = rows(pool, "SELECT DATABASE()")
        .await?
        .first()
        .and_then(|row| text(row, 0).ok());
    let Some(database) = database.filter(|name| !name.is_empty()) else {
        bail!(
            "the URL names no database: add its name after the host, as in mysql://host/database"
        );
    };
    let reader = Reader::new(pool, &database).await?;
    let mut schema = Schema {
        server: reader.server.clone(),
        database,
        ..Schema::default()
    };
    for row in rows(pool, TABLES).await? {
        let (name, kind, comment) = (
            text(&row, 0)?,
            text(&row, 1)?,
            text(&row, 2).unwrap_or_default(),
        );
        if !matches!(kind.as_str(), "BASE TABLE" | "SYSTEM VERSIONED") {
            schema.others.push((name, kind.to_lowercase()));
            continue;
        }
        match without_panic(reader.table(&name, comment)).await {
            Ok(table) => schema.tables.push(table),
            Err(error) => schema.unreadable.push((name, format!("{error:#}"))),
        }
    }
    schema.tables.sort_by(|a, b| a.name.cmp(&b.name));
    schema.others.sort();
    Ok(schema)
}

/// Reads one table; sea-schema panics on what it does not expect, which costs this table alone.
async fn without_panic(read: impl Future<Output = Result<Table>>) -> Result<Table> {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let read = std::panic::AssertUnwindSafe(read).catch_unwind().await;
    std::panic::set_hook(usual);
    read.unwrap_or_else(|_| Err(anyhow!("sea-schema does not understand its definition")))
}

/// What is known of the whole database while its tables are read.
struct Reader {
    /// Runs sea-schema's queries.
    executor: Executor,
    /// Writes them for this server's version.
    query: SchemaQueryBuilder,
    /// The server in words.
    server: String,
    /// The database that is read.
    database: String,
    /// Columns that a check keeps valid JSON, as (table, column); MariaDB only.
    json: HashSet<(String, String)>,
    /// The database that a foreign key leads to, by (table, constraint).
    foreign: BTreeMap<(String, String), String>,
}

impl Reader {
    /// Asks for the version, checks and foreign keys across databases.
    async fn new(pool: &MySqlPool, database: &str) -> Result<Self> {
        let executor = pool.clone().into_executor();
        let version = executor
            .query_all(SchemaQueryBuilder::default().query_version())
            .await?;
        let version = version
            .into_iter()
            .next()
            .map(VersionQueryResult::from)
            .unwrap_or_default();
        let system = version.parse();
        let name = if system.is_maria_db() {
            "MariaDB"
        } else {
            "MySQL"
        };
        let server = format!("{name} {}", system.version_string());
        let mut json = HashSet::new();
        if system.is_maria_db() {
            for row in rows(pool, CHECKS).await? {
                let (table, clause) = (text(&row, 0)?, text(&row, 1)?);
                json.extend(json_columns(&clause).map(|column| (table.clone(), column)));
            }
        }
        let mut foreign = BTreeMap::new();
        for row in rows(pool, FOREIGN).await? {
            foreign.insert((text(&row, 0)?, text(&row, 1)?), text(&row, 2)?);
        }
        Ok(Self {
            executor,
            query: SchemaQueryBuilder::new(system),
            server,
            database: database.to_owned(),
            json,
            foreign,
        })
    }

    /// Reads one table.
    async fn table(&self, name: &str, comment: String) -> Result<Table> {
        let schema = || Alias::new(&self.database).into_iden();
        let table = || Alias::new(name).into_iden();
        let columns = self
            .executor
            .query_all(self.query.query_columns(schema(), table()))
            .await?;
        let columns = columns
            .into_iter()
            .map(|row| self.column(name, row.into()))
            .collect();

        let indexes = self
            .executor
            .query_all(self.query.query_indexes(schema(), table()))
            .await?;
        let indexes = indexes.into_iter().map(|row| known_index(row.into()));
        let (primary, others): (Vec<_>, Vec<_>) =
            parse_index_query_results(Box::new(indexes)).partition(|index| index.name == "PRIMARY");

        let keys = self
            .executor
            .query_all(self.query.query_foreign_key(schema(), table()))
            .await?;
        let keys = keys.into_iter().map(Into::into);
        let foreign_keys = parse_foreign_key_query_results(Box::new(keys))
            .map(|key| ForeignKey {
                foreign_database: self
                    .foreign
                    .get(&(name.to_owned(), key.name.clone()))
                    .cloned(),
                name: key.name,
                columns: key.columns,
                table: key.referenced_table,
                referenced: key.referenced_columns,
                on_update: action(&key.on_update),
                on_delete: action(&key.on_delete),
            })
            .collect();
        Ok(Table {
            name: name.to_owned(),
            comment,
            columns,
            primary_key: primary.iter().flat_map(column_names).collect(),
            unique: others
                .iter()
                .filter(|index| whole_and_unique(index))
                .map(unique)
                .collect(),
            foreign_keys,
        })
    }

    /// One column from sea-schema's row.
    fn column(&self, table: &str, row: ColumnQueryResult) -> Column {
        let sql_type = row.column_type.clone();
        let extra = row.extra.to_ascii_uppercase();
        let expression = row
            .generation_expression
            .clone()
            .filter(|text| !text.is_empty());
        let zero_date = row
            .column_default
            .as_deref()
            .is_some_and(|d| d.trim_matches('\'').starts_with("0000-00-00"));
        let info = row.parse(&self.query.system);
        let json = self.json.contains(&(table.to_owned(), info.name.clone()));
        let mut field = mysql_types::field(&info.col_type, json);
        // '0000-00-00' comes out of the driver as NULL.
        let temporal = matches!(
            info.col_type,
            Type::Date | Type::DateTime(_) | Type::Timestamp(_)
        );
        let reads_null = zero_date && temporal && !info.null;
        if reads_null {
            field = field.because("optional, because the default '0000-00-00' reads as NULL");
        }
        let generated = [
            "VIRTUAL GENERATED",
            "STORED GENERATED",
            "PERSISTENT GENERATED",
        ]
        .iter()
        .any(|word| extra.contains(word));
        let default = match &info.default {
            Some(ColumnDefault::CustomExpr(text) | ColumnDefault::String(text)) => text.clone(),
            _ => String::new(),
        };
        Column {
            nullable: info.null || reads_null,
            auto_increment: info.extra.auto_increment,
            generated: generated.then(|| expression.unwrap_or(default)),
            comment: info.comment,
            name: info.name,
            sql_type,
            field,
        }
    }
}

/// The rows of a query on information_schema.
async fn rows(pool: &MySqlPool, sql: &'static str) -> Result<Vec<MySqlRow>> {
    sqlx::query(sql)
        .fetch_all(pool)
        .await
        .context("cannot read information_schema")
}

/// A text of information_schema, which some versions hand out as bytes.
fn text(row: &MySqlRow, index: usize) -> Result<String> {
    let bytes: Vec<u8> = row.try_get(index)?;
    Ok(String::from_utf8(bytes)?)
}
