//! What is answered.

use sea_orm::FromQueryResult;
use serde::{Deserialize, de::DeserializeOwned};

use crate::error::{Error, Result};

/// Everything that was read.
pub(super) struct Catalogue {
    pub(super) tables: Vec<TableRow>,
    pub(super) columns: Vec<ColumnRow>,
    pub(super) types: Vec<TypeRow>,
    pub(super) constraints: Vec<ConstraintRow>,
    pub(super) indexes: Vec<IndexRow>,
}

#[derive(Debug, FromQueryResult)]
pub(super) struct TableRow {
    pub(super) oid: i64,
    pub(super) schema: String,
    pub(super) name: String,
    /// `relkind`.
    pub(super) kind: String,
    pub(super) partition: bool,
    pub(super) comment: Option<String>,
    /// A JSON list of schema and name: the table that this is a partition of, or inherits from.
    pub(super) parents: Option<String>,
}

#[derive(Debug, FromQueryResult)]
pub(super) struct ColumnRow {
    pub(super) table_oid: i64,
    pub(super) name: String,
    pub(super) sql_type: Option<String>,
    pub(super) type_oid: i64,
    pub(super) modifier: i32,
    pub(super) not_null: bool,
    /// Whether there is a default or a generating expression.
    pub(super) has_default: bool,
    pub(super) default_sql: Option<String>,
    /// `attidentity`: `a` for always, `d` for by default.
    pub(super) identity: String,
    /// `attgenerated`: `s` for stored, `v` for virtual.
    pub(super) generated: String,
    pub(super) collation: Option<String>,
    /// Whether the default uses a sequence that is owned by the column.
    pub(super) owns_sequence: bool,
    pub(super) comment: Option<String>,
}

#[derive(Debug, FromQueryResult)]
pub(super) struct TypeRow {
    pub(super) oid: i64,
    pub(super) schema: String,
    pub(super) name: String,
    /// `typtype`.
    pub(super) kind: String,
    /// Whether it is a domain that takes no NULL.
    pub(super) not_null: bool,
    /// What an array holds.
    pub(super) element: Option<i64>,
    /// What a domain restricts, or 0.
    pub(super) base: i64,
    pub(super) base_modifier: i32,
    /// What the bounds of a range are.
    pub(super) subtype: Option<i64>,
    /// A JSON list: the values of an enum.
    pub(super) labels: Option<String>,
    /// A JSON list of [`FieldRow`]: the fields of a row type.
    pub(super) fields: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct FieldRow {
    pub(super) name: String,
    pub(super) type_oid: i64,
    pub(super) modifier: i32,
}

#[derive(Debug, FromQueryResult)]
pub(super) struct ConstraintRow {
    pub(super) table_oid: i64,
    pub(super) name: String,
    /// `contype`: `p`, `f` or `c`.
    pub(super) kind: String,
    /// JSON lists of columns.
    pub(super) columns: Option<String>,
    pub(super) foreign_schema: Option<String>,
    pub(super) foreign_table: Option<String>,
    pub(super) referenced: Option<String>,
    pub(super) on_update: String,
    pub(super) on_delete: String,
    pub(super) on_delete_columns: Option<String>,
    /// `confmatchtype`: `f` for full.
    pub(super) match_type: String,
    pub(super) deferrable: bool,
    pub(super) deferred: bool,
    pub(super) enforced: bool,
    pub(super) expression: Option<String>,
}

#[derive(Debug, FromQueryResult)]
pub(super) struct IndexRow {
    pub(super) table_oid: i64,
    pub(super) name: String,
    pub(super) is_unique: bool,
    pub(super) nulls_equal: bool,
    pub(super) method: String,
    pub(super) partial: bool,
    pub(super) condition: Option<String>,
    pub(super) exclusion: Option<String>,
    /// A JSON list of [`PartRow`].
    pub(super) parts: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct PartRow {
    /// False for a column that is stored beside the key.
    pub(super) in_key: bool,
    pub(super) column_name: Option<String>,
    pub(super) expression: Option<String>,
    /// Bits of `indoption`: 1 for descending, 2 for NULLs first.
    pub(super) options: i16,
    pub(super) collation: Option<String>,
    pub(super) operator_class: Option<String>,
}

/// A list that the server wrote as JSON. No list is an empty one.
pub(super) fn list<T: DeserializeOwned>(json: Option<&str>) -> Result<Vec<T>> {
    let Some(json) = json else {
        return Ok(Vec::new());
    };
    serde_json::from_str(json).map_err(|error| {
        Error::Database(sea_orm::DbErr::Json(format!(
            "the server's catalogue answered {json}: {error}"
        )))
    })
}
