//! The types of columns, by what the server stores.

use std::fmt;

use serde::Serialize;

/// What a column stores, in terms that the four databases share.
///
/// [`ColumnModel::sql_type`](super::ColumnModel::sql_type) has the type in the database's own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DataType {
    /// True or false: `boolean`, and MySQL's `tinyint(1)`.
    Boolean,
    /// A whole number.
    Integer {
        /// 8, 16, 24, 32 or 64; in SQLite 64 under any name.
        bits: u8,
        /// Whether it starts at 0.
        unsigned: bool,
    },
    /// A binary floating-point number.
    Float {
        /// 32 or 64; in SQLite 64.
        bits: u8,
    },
    /// An exact number.
    Decimal {
        /// Digits in all; unlimited when absent.
        precision: Option<u32>,
        /// Digits after the point; PostgreSQL allows negative ones.
        scale: Option<i32>,
    },
    /// PostgreSQL's `money`.
    Money,
    /// Bits.
    Bit {
        /// How many; unlimited when absent.
        length: Option<u32>,
        /// Whether there may be fewer.
        varying: bool,
    },
    /// Text of a fixed length, in characters.
    Char {
        /// The length.
        length: Option<u32>,
    },
    /// Text up to a length, in characters.
    VarChar {
        /// The greatest length; unlimited when absent.
        length: Option<u32>,
    },
    /// Long text.
    Text {
        /// The greatest size in bytes, where there is one: MySQL's `tinytext` and its sisters.
        max_bytes: Option<u64>,
    },
    /// Bytes of a fixed length.
    Binary {
        /// The length.
        length: u32,
    },
    /// Bytes up to a length.
    VarBinary {
        /// The greatest length; unlimited when absent.
        length: Option<u32>,
    },
    /// Many bytes.
    Blob {
        /// The greatest size in bytes, where there is one.
        max_bytes: Option<u64>,
    },
    /// A day.
    Date,
    /// A time of day; in MySQL also a span of time up to 838 hours.
    Time {
        /// Digits of a fraction of a second.
        precision: Option<u8>,
        /// Whether an offset is stored with it.
        zoned: bool,
    },
    /// A day and a time, of no particular zone: MySQL's `datetime`, PostgreSQL's `timestamp`.
    DateTime {
        /// Digits of a fraction of a second.
        precision: Option<u8>,
    },
    /// A moment: MySQL's `timestamp`, PostgreSQL's `timestamp with time zone`.
    Timestamp {
        /// Digits of a fraction of a second.
        precision: Option<u8>,
    },
    /// MySQL's `year`.
    Year,
    /// A span of time.
    Interval,
    /// JSON.
    Json {
        /// Whether the server keeps it parsed: `jsonb`, and MySQL's `json`.
        binary: bool,
    },
    /// A UUID that the server knows as such.
    Uuid,
    /// One of a list of texts.
    Enum {
        /// The type's name, where it has one: PostgreSQL.
        name: Option<TypeName>,
        /// The texts, in order.
        values: Vec<String>,
    },
    /// Any of a list of texts: MySQL's `set`.
    Set {
        /// The texts, in order.
        values: Vec<String>,
    },
    /// PostgreSQL's arrays, of any number of dimensions.
    Array {
        /// What they hold.
        of: Box<DataType>,
    },
    /// PostgreSQL's domains. What their own `CHECK` rules say is left to the server.
    Domain {
        /// The domain's name.
        name: TypeName,
        /// What it restricts.
        of: Box<DataType>,
    },
    /// PostgreSQL's row types.
    Composite {
        /// The type's name.
        name: TypeName,
        /// The fields, in order.
        fields: Vec<(String, DataType)>,
    },
    /// PostgreSQL's ranges and multiranges.
    Range {
        /// The type's name.
        name: TypeName,
        /// What the bounds are.
        of: Box<DataType>,
        /// Whether it holds several ranges.
        multiple: bool,
    },
    /// A shape: MySQL's spatial types.
    Geometry {
        /// `geometry`, `point`, `linestring`, ..
        kind: String,
    },
    /// A vector of numbers.
    Vector {
        /// How many; unlimited when absent.
        dimensions: Option<u32>,
    },
    /// A type of the server that stands for itself, such as `inet` or `hstore`; in SQLite, a column
    /// declared with a name that is none of the above, or with none.
    Other {
        /// The type's name.
        name: TypeName,
    },
}

impl DataType {
    /// What the column holds behind its domains.
    #[must_use]
    pub fn base(&self) -> &Self {
        match self {
            Self::Domain { of, .. } => of.base(),
            other => other,
        }
    }
}

/// The name of a type that somebody defined, or that the server has beside the usual ones.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct TypeName {
    /// The schema that it lives in, where the database has schemas.
    pub schema: Option<String>,
    /// Its name there.
    pub name: String,
}

impl TypeName {
    /// A name, in a schema or in none.
    #[must_use]
    pub fn new(schema: Option<&str>, name: &str) -> Self {
        Self {
            schema: schema.map(str::to_owned),
            name: name.to_owned(),
        }
    }
}

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}
