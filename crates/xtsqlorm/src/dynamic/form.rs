//! How the values of each column are held in a row.

use sea_orm::DbBackend;

use crate::{
    connection::Backend,
    reflect::{ColumnModel, DataType, MappedKind, MappingOptions, map_column, map_column_as_text},
    repository::{Form, Held},
};

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
            MappedKind::Plain(column_type) => Form::of(column_type).unwrap_or(Form::Text),
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

    /// The column as its values see it.
    pub(super) fn held(&self) -> Held<'_> {
        Held {
            form: self.form,
            dialect: self.dialect,
            type_name: self.type_name(),
        }
    }

    pub(super) fn is_sqlite(&self) -> bool {
        self.dialect == DbBackend::Sqlite
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
