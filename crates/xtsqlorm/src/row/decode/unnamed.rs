//! Rows of a statement that no table describes: what a value is, the driver alone tells.

use std::sync::Arc;

use sea_orm::{
    DbErr, FromQueryResult, QueryResult, RuntimeErr, TryGetError, Value,
    sqlx::{
        self, Column as _, MySql, Row as _, TypeInfo as _, ValueRef as _,
        mysql::{MySqlRow, MySqlTypeInfo},
        postgres::{PgRow, PgTypeInfo, PgTypeKind},
    },
};

use super::decode;
use crate::{error::Error, repository::Form, row::Row};

/// A row of any statement, read by the types that the driver reports: integers in their width,
/// decimals exactly, moments in UTC, JSON as JSON, binary data as bytes. On SQLite each value is
/// what it is stored as, so that a truth is 0 or 1 and a date is text.
///
/// ```
/// # include!("../../doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// use sea_orm::{FromQueryResult, Statement};
///
/// let sql = "SELECT 7 AS id, 'Ann' AS name";
/// let dialect = provider.manager().backend().dialect();
/// let statement = Statement::from_string(dialect, sql);
/// let rows = Row::find_by_statement(statement).all(&provider).await?;
/// assert_eq!(rows[0].to_json(), serde_json::json!({ "id": 7, "name": "Ann" }));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// Where two columns have one name, since a row could not hold both; where a value is of a type
/// that no Rust type holds (an interval, a range, an array of PostgreSQL): cast it to text in the
/// statement.
impl FromQueryResult for Row {
    fn from_query_result(result: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        let (mut names, mut values) = (Vec::new(), Vec::new());
        for (index, full_name) in result.column_names().into_iter().enumerate() {
            let Some(name) = full_name.strip_prefix(prefix) else {
                continue;
            };
            if names.iter().any(|known| known == name) {
                return Err(Error::invalid(
                    name,
                    "two columns of the result have this name",
                    "give one of them another by AS",
                )
                .into());
            }
            values.push(value(result, index, name)?);
            names.push(name.to_owned());
        }
        Ok(Self::read(&Arc::new(names), values))
    }

    fn from_query_result_nullable(result: &QueryResult, prefix: &str) -> Result<Self, TryGetError> {
        Self::from_query_result(result, prefix).map_err(TryGetError::DbErr)
    }
}

fn value(result: &QueryResult, index: usize, name: &str) -> Result<Value, DbErr> {
    let form = if let Some(row) = result.try_as_mysql_row() {
        mysql(row, index)
    } else if let Some(row) = result.try_as_pg_row() {
        postgres(row, index)
    } else {
        Ok(Read::As(Form::Any))
    };
    let as_query_error = |error: sqlx::Error| DbErr::Query(RuntimeErr::SqlxError(error.into()));
    match form.map_err(as_query_error)? {
        Read::As(form) => decode(result, index, form),
        Read::Is(value) => Ok(value),
        Read::Unknown(sql_type) => Err(Error::invalid(
            name,
            format!("no type of Rust holds a value of the type {sql_type}"),
            "cast it to text in the statement",
        )
        .into()),
    }
}

/// What is known of a value before it is decoded.
enum Read {
    As(Form),
    Is(Value),
    Unknown(String),
}

fn mysql(row: &MySqlRow, index: usize) -> sqlx::Result<Read> {
    // A view's column may tell of another type than its value has.
    let type_info: MySqlTypeInfo = row.try_get_raw(index)?.type_info().into_owned();
    let name = type_info.name().to_owned();
    let signed = |bits| Form::Integer {
        bits,
        unsigned: false,
    };
    let unsigned = |bits| Form::Integer {
        bits,
        unsigned: true,
    };
    Ok(Read::As(match name.as_str() {
        "NULL" => return Ok(Read::Is(Value::String(None))),
        "BOOLEAN" => Form::Bool,
        "TINYINT" => signed(8),
        "SMALLINT" => signed(16),
        "MEDIUMINT" | "INT" => signed(32),
        "BIGINT" => signed(64),
        "TINYINT UNSIGNED" => unsigned(8),
        "SMALLINT UNSIGNED" | "YEAR" => unsigned(16),
        "MEDIUMINT UNSIGNED" | "INT UNSIGNED" => unsigned(32),
        "BIGINT UNSIGNED" | "BIT" => unsigned(64),
        "FLOAT" => Form::Float,
        "DOUBLE" => Form::Double,
        "DECIMAL" => Form::Decimal,
        "DATE" => Form::Date,
        "TIME" => Form::Time,
        "DATETIME" => Form::DateTime,
        "TIMESTAMP" => Form::Moment,
        "JSON" => Form::Json,
        "GEOMETRY" => {
            let bytes: Option<Vec<u8>> = row.try_get_unchecked(index)?;
            return Ok(Read::Is(bytes.into()));
        }
        // Text with a binary collation is called binary, too.
        _ if <String as sqlx::Type<MySql>>::compatible(&type_info) => Form::Text,
        "BINARY" | "VARBINARY" | "TINYBLOB" | "BLOB" | "MEDIUMBLOB" | "LONGBLOB" => Form::Bytes,
        _ => return Ok(Read::Unknown(name)),
    }))
}

fn postgres(row: &PgRow, index: usize) -> sqlx::Result<Read> {
    let type_info = base(row.column(index).type_info());
    let name = type_info.name().to_ascii_uppercase();
    let signed = |bits| Form::Integer {
        bits,
        unsigned: false,
    };
    let is_text = matches!(type_info.kind(), PgTypeKind::Enum(_))
        || ["CITEXT", "XML", "VOID"].contains(&name.as_str());
    if is_text {
        let text: Option<String> = row.try_get_unchecked(index)?;
        return Ok(Read::Is(text.into()));
    }
    Ok(Read::As(match name.as_str() {
        "BOOL" => Form::Bool,
        "INT2" => signed(16),
        "INT4" => signed(32),
        "INT8" => signed(64),
        "FLOAT4" => Form::Float,
        "FLOAT8" => Form::Double,
        "NUMERIC" => Form::Decimal,
        "BYTEA" => Form::Bytes,
        "DATE" => Form::Date,
        "TIME" => Form::Time,
        "TIMESTAMP" => Form::DateTime,
        "TIMESTAMPTZ" => Form::Moment,
        "JSON" | "JSONB" => Form::Json,
        "UUID" => Form::Uuid,
        "TEXT" | "VARCHAR" | "CHAR" | "BPCHAR" | "NAME" | "UNKNOWN" => Form::Text,
        "OID" => {
            let number = row.try_get::<Option<sqlx::postgres::types::Oid>, _>(index)?;
            return Ok(Read::Is(number.map(|oid| i64::from(oid.0)).into()));
        }
        _ if row.try_get_raw(index)?.is_null() => return Ok(Read::Is(Value::String(None))),
        _ => return Ok(Read::Unknown(name.to_ascii_lowercase())),
    }))
}

/// The type that a domain is made of.
fn base(type_info: &PgTypeInfo) -> &PgTypeInfo {
    match type_info.kind() {
        PgTypeKind::Domain(of) => base(of),
        _ => type_info,
    }
}
