//! How Rust holds each column, in one place for generated entities and for rows at run time.
//!
//! The rule: a value that was read can be written back unchanged, byte for byte on the server,
//! whatever it is. Where the obvious Rust type cannot promise that, a wider one stands in, and
//! [`Mapping::note`] says why. What a type refuses is an error when it is read, never another value.
//!
//! Where the wider type would be a burden on everybody for the sake of values that hardly anybody
//! stores, the usual type stands, and [`map_column_as_text`] reads the rest:
//!
//! | column | is | but |
//! |---|---|---|
//! | PostgreSQL's `date`, `timestamp`, `timestamptz` | chrono's types | `infinity`, and years after 262100, are an error; SeaORM's own handle panics |
//! | PostgreSQL's `numeric(10,2)` | `Decimal` | `NaN` is an error |
//! | MySQL's `date`, `datetime`, `timestamp` | chrono's types | `0000-00-00` reads as NULL; a date such as `2020-00-00` is an error |
//! | MySQL's `tinyint(1)`, SQLite's `BOOLEAN` | `bool` | 2 is `true`, and written as 1 |
//! | MySQL's `enum` | an enum | the empty text that stands for a wrong value is an error |
//! | JSON | `Json` | numbers have 64 bits; where the server keeps JSON as text, its blanks and repeated keys go |
//! | SQLite's `BLOB` | `Vec<u8>` | text in it is read as its bytes |

mod enums;
mod mysql;
mod postgres;
mod sqlite;

use sea_orm::DbBackend;
use sea_query::ColumnType;

use self::enums::fits_enum;
use super::{ColumnModel, TypeName};
use crate::connection::Backend;

/// What is lost of JSON that the server keeps as text.
const JSON_TEXT: &str = "equal as JSON, but numbers have 64 bits, and longer ones lose digits; the \
    blanks and repeated keys of its text are not kept";

/// What is lost of JSON in any case.
const JSON_NUMBERS: &str = "numbers in it have 64 bits: longer ones lose digits";

/// Most digits that `Decimal` holds for every value.
const DECIMAL_DIGITS: u32 = 28;

/// How Rust holds a column.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    /// The type that SeaORM is told.
    pub kind: MappedKind,
    /// Whether the field is an `Option`: also where a `NOT NULL` column can read as NULL, which is
    /// how the driver reads MySQL's zero dates.
    pub nullable: bool,
    /// The `column_type` attribute in place of the one that follows from [`kind`](Self::kind), such
    /// as `custom("GEOMETRY")`.
    pub column_type: Option<String>,
    /// A Rust type in place of the one that follows from [`kind`](Self::kind).
    pub rust_type: Option<String>,
    /// What a `SELECT` casts the column to, for types that the driver cannot decode.
    pub select_as: Option<String>,
    /// What a write or a condition casts the value to, for types that the driver cannot describe.
    pub save_as: Option<String>,
    /// Why this is no exact match, for the report.
    pub note: Option<String>,
}

/// What a column is in SeaORM's terms.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum MappedKind {
    /// A type that stands for itself.
    Plain(ColumnType),
    /// One of a list of texts.
    Enum {
        /// The type's name, where it has one: PostgreSQL.
        name: Option<TypeName>,
        /// The texts, in order.
        values: Vec<String>,
    },
    /// An array of PostgreSQL of such texts.
    EnumArray {
        /// The type's name.
        name: TypeName,
        /// The texts, in order.
        values: Vec<String>,
    },
    /// Whatever was stored, of any of SQLite's five storage classes: NULL, an integer, a real
    /// number, text or bytes.
    Any,
}

/// What the mapping may choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingOptions {
    /// Whether MySQL's `tinyint(1)`, which is how it spells `BOOLEAN`, is a `bool`. A column of that
    /// type with numbers other than 0 and 1 wants `false`. Default: true.
    pub tiny_int_1_as_bool: bool,
    /// Whether a time of day is text. MySQL's go from -838:59:59 to 838:59:59, and PostgreSQL's end
    /// with 24:00:00, which the driver reads as 00:00:00. `false` gives a `Time` for columns that
    /// hold neither. Default: true.
    pub times_as_text: bool,
    /// Whether an array of PostgreSQL is a `Vec` where SeaORM has one, which its feature
    /// `postgres-array` brings. A `Vec` holds no NULL elements and one dimension only, and a row
    /// with other arrays does not decode; text holds them all. Default: false.
    pub arrays_as_vec: bool,
    /// Whether SQLite's `DECIMAL`, `DATE`, `DATETIME` and their like are what their names say, in
    /// a database in which one careful program has written all rows. If not, they are
    /// [`MappedKind::Any`]. Default: false.
    pub sqlite_as_declared: bool,
}

impl Default for MappingOptions {
    fn default() -> Self {
        Self {
            tiny_int_1_as_bool: true,
            times_as_text: true,
            arrays_as_vec: false,
            sqlite_as_declared: false,
        }
    }
}

/// How Rust holds the column so that what was read can be written back.
#[must_use]
pub fn map_column(column: &ColumnModel, backend: Backend, options: &MappingOptions) -> Mapping {
    let mapping = match backend.dialect() {
        DbBackend::MySql => mysql::map(column, backend, options),
        DbBackend::Postgres => postgres::map(column, options),
        _ => sqlite::map(column, options),
    };
    Mapping {
        nullable: mapping.nullable || column.nullable,
        ..mapping
    }
}

/// The column as text, which holds what its own type refuses: dates that are infinite or zero, times
/// of more than a day, numbers of any length. Bytes stay bytes.
#[must_use]
pub fn map_column_as_text(column: &ColumnModel, backend: Backend) -> Mapping {
    let mapping = match backend.dialect() {
        DbBackend::MySql => mysql::as_text(column),
        DbBackend::Postgres => postgres::as_text(column),
        _ => sqlite::as_text(column),
    };
    Mapping {
        nullable: column.nullable,
        ..mapping
    }
}

impl Mapping {
    /// A field that matches its column exactly.
    fn plain(column_type: ColumnType) -> Self {
        Self::of(MappedKind::Plain(column_type))
    }

    fn of(kind: MappedKind) -> Self {
        Self {
            kind,
            nullable: false,
            column_type: None,
            rust_type: None,
            select_as: None,
            save_as: None,
            note: None,
        }
    }

    /// The same, with the reason why it is no exact match.
    fn because(mut self, reason: impl Into<String>) -> Self {
        self.note = Some(reason.into());
        self
    }

    /// The same, read through `CAST(.. AS name)`.
    fn selected_as(mut self, name: impl Into<String>) -> Self {
        self.select_as = Some(name.into());
        self
    }

    /// The same, written through `CAST(.. AS name)`.
    fn saved_as(mut self, name: impl Into<String>) -> Self {
        self.save_as = Some(name.into());
        self
    }

    /// The same under the database's own name for its type.
    fn declared_as(mut self, name: &str) -> Self {
        self.column_type = Some(format!("custom({name:?})"));
        self
    }
}
