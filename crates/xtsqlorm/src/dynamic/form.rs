//! How the values of each column are held in a row.

use sea_orm::{DbBackend, Value};
use sea_query::{ArrayType, ColumnType};

use crate::{
    connection::Backend,
    reflect::{ColumnModel, DataType, MappedKind, MappingOptions, map_column, map_column_as_text},
};

/// The variant of [`sea_orm::Value`] that a column's values come as, and are bound as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Bool,
    Integer {
        bits: u8,
        unsigned: bool,
    },
    Float,
    Double,
    Decimal,
    Text,
    Bytes,
    Date,
    Time,
    DateTime,
    /// A moment, in UTC.
    Moment,
    Json,
    Uuid,
    /// Whatever was stored: a column that SQLite was told no type for.
    Any,
}

impl Form {
    /// How the values of a field of an entity are held, if they can be compared with each other.
    pub(crate) fn of_field(field: &ArrayType) -> Option<Self> {
        use ArrayType as A;
        let integer = |bits, unsigned| Self::Integer { bits, unsigned };
        Some(match field {
            A::Bool => Self::Bool,
            A::TinyInt => integer(8, false),
            A::SmallInt => integer(16, false),
            A::Int => integer(32, false),
            A::BigInt => integer(64, false),
            A::TinyUnsigned => integer(8, true),
            A::SmallUnsigned => integer(16, true),
            A::Unsigned => integer(32, true),
            A::BigUnsigned => integer(64, true),
            A::Float => Self::Float,
            A::Double => Self::Double,
            A::Decimal => Self::Decimal,
            A::String | A::Char | A::Enum(_) => Self::Text,
            A::ChronoDate => Self::Date,
            A::ChronoTime => Self::Time,
            A::ChronoDateTime => Self::DateTime,
            A::ChronoDateTimeUtc | A::ChronoDateTimeLocal | A::ChronoDateTimeWithTimeZone => {
                Self::Moment
            }
            A::Uuid => Self::Uuid,
            _ => return None,
        })
    }

    /// NULL of this form; the driver tells PostgreSQL the type even of a NULL.
    pub(super) fn null(self) -> Value {
        match self {
            Self::Bool => Value::Bool(None),
            Self::Integer { bits, unsigned } => match (bits, unsigned) {
                (8, false) => Value::TinyInt(None),
                (16, false) => Value::SmallInt(None),
                (32, false) => Value::Int(None),
                (_, false) => Value::BigInt(None),
                (8, true) => Value::TinyUnsigned(None),
                (16, true) => Value::SmallUnsigned(None),
                (32, true) => Value::Unsigned(None),
                (_, true) => Value::BigUnsigned(None),
            },
            Self::Float => Value::Float(None),
            Self::Double => Value::Double(None),
            Self::Decimal => Value::Decimal(None),
            Self::Bytes => Value::Bytes(None),
            Self::Date => Value::ChronoDate(None),
            Self::Time => Value::ChronoTime(None),
            Self::DateTime => Value::ChronoDateTime(None),
            Self::Moment => Value::ChronoDateTimeUtc(None),
            Self::Json => Value::Json(None),
            Self::Uuid => Value::Uuid(None),
            Self::Text | Self::Any => Value::String(None),
        }
    }
}

/// A column and what stands between it and a row.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) model: ColumnModel,
    pub(super) dialect: DbBackend,
    /// Whether the database holds values to the column's type: not so in most tables of SQLite.
    pub(super) strict: bool,
    /// Whether the database knows which JSON is equal: MySQL, and PostgreSQL's `jsonb`.
    pub(super) compares_json: bool,
    pub(super) form: Form,
    /// What a SELECT casts it to.
    pub(super) select_as: Option<String>,
    /// What a value is cast to.
    pub(super) save_as: Option<String>,
    /// What text is cast to that stands in for a value which the form cannot hold.
    pub(super) save_text_as: Option<String>,
}

impl Column {
    pub(super) fn new(model: ColumnModel, strict: bool, backend: Backend) -> Self {
        let dialect = backend.dialect();
        if dialect == DbBackend::Sqlite {
            // Rows say of each value which type it has, so that no cast has to make them alike.
            return Self {
                form: sqlite_form(&model.data_type),
                model,
                dialect,
                strict,
                compares_json: false,
                select_as: None,
                save_as: None,
                save_text_as: None,
            };
        }
        // Rows hold the few times that are no time of day as text beside the others.
        let options = MappingOptions {
            times_as_text: false,
            ..MappingOptions::default()
        };
        let mapping = map_column(&model, backend, &options);
        let as_text = map_column_as_text(&model, backend);
        let is_uuid_as_bytes = dialect == DbBackend::MySql
            && *model.data_type.base() == DataType::Uuid
            && model.sql_type.to_ascii_lowercase().contains("binary");
        let compares_json = *model.data_type.base() == DataType::Json { binary: true }
            && backend != Backend::MariaDb;
        let form = match &mapping.kind {
            _ if is_uuid_as_bytes => Form::Uuid,
            MappedKind::Plain(column_type) => form_of(column_type),
            _ => Form::Text,
        };
        Self {
            form,
            model,
            dialect,
            strict: true,
            compares_json,
            select_as: mapping.select_as,
            save_as: mapping.save_as,
            save_text_as: as_text.save_as,
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.model.name
    }

    /// The type in the database's words.
    pub(super) fn type_name(&self) -> &str {
        match self.model.sql_type.as_str() {
            "" => "any type",
            name => name,
        }
    }

    /// Whether it holds dates or times.
    pub(super) fn is_dated(&self) -> bool {
        matches!(
            self.form,
            Form::Date | Form::Time | Form::DateTime | Form::Moment
        )
    }

    pub(super) fn is_sqlite(&self) -> bool {
        self.dialect == DbBackend::Sqlite
    }
}

pub(crate) fn form_of(column_type: &ColumnType) -> Form {
    use ColumnType as C;
    let integer = |bits, unsigned| Form::Integer { bits, unsigned };
    match column_type {
        C::Boolean => Form::Bool,
        C::TinyInteger => integer(8, false),
        C::SmallInteger => integer(16, false),
        C::Integer => integer(32, false),
        C::BigInteger => integer(64, false),
        C::TinyUnsigned => integer(8, true),
        C::SmallUnsigned => integer(16, true),
        C::Unsigned => integer(32, true),
        C::BigUnsigned => integer(64, true),
        C::Float => Form::Float,
        C::Double => Form::Double,
        C::Decimal(_) => Form::Decimal,
        C::Binary(_) | C::VarBinary(_) | C::Blob => Form::Bytes,
        C::Date => Form::Date,
        C::Time => Form::Time,
        C::DateTime => Form::DateTime,
        C::Timestamp | C::TimestampWithTimeZone => Form::Moment,
        C::Json | C::JsonBinary => Form::Json,
        C::Uuid => Form::Uuid,
        _ => Form::Text,
    }
}

/// SQLite keeps no width, and of each value its own type; the declared type says what is meant.
fn sqlite_form(data_type: &DataType) -> Form {
    match data_type.base() {
        DataType::Boolean => Form::Bool,
        DataType::Integer { .. } | DataType::Year => Form::Integer {
            bits: 64,
            unsigned: false,
        },
        DataType::Float { .. } => Form::Double,
        DataType::Decimal { .. } | DataType::Money => Form::Decimal,
        DataType::Char { .. }
        | DataType::VarChar { .. }
        | DataType::Text { .. }
        | DataType::Enum { .. } => Form::Text,
        DataType::Binary { .. } | DataType::VarBinary { .. } | DataType::Blob { .. } => Form::Bytes,
        DataType::Date => Form::Date,
        DataType::Time { .. } => Form::Time,
        DataType::DateTime { .. } => Form::DateTime,
        DataType::Timestamp { .. } => Form::Moment,
        DataType::Json { .. } => Form::Json,
        DataType::Uuid => Form::Uuid,
        _ => Form::Any,
    }
}
