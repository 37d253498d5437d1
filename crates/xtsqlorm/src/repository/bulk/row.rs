//! Rows on their way into a statement.

use sea_orm::{Value, sea_query::ValueTuple};

/// Columns by their place in the table, in rising order, and their values.
pub(crate) type Cells = Vec<(usize, Value)>;

/// A row that hooks and conventions are done with.
#[derive(Clone, Debug, Default)]
pub(crate) struct BulkRow {
    /// Its place in the input.
    pub(crate) index: usize,
    /// The values of its key; empty where the database gives it one.
    pub(crate) key: Vec<Value>,
    /// What is written. For a change, without the key.
    pub(crate) cells: Cells,
    /// Of an upsert, the places that are changed where the row is there already.
    pub(crate) changed: Vec<usize>,
    /// The version that a change was made for.
    pub(crate) version: Option<Value>,
}

impl BulkRow {
    /// About how many bytes it adds to a statement.
    pub(crate) fn bytes(&self) -> usize {
        let cells = self.cells.iter().map(|(_, value)| value);
        cells.chain(&self.key).map(bytes_of).sum()
    }
}

/// About how many bytes a value takes on its way.
fn bytes_of(value: &Value) -> usize {
    match value {
        Value::String(Some(text)) => text.len() + 4,
        Value::Bytes(Some(bytes)) => bytes.len() + 4,
        Value::Json(Some(json)) => json.to_string().len() + 4,
        _ => 12,
    }
}

/// The values of a key as SeaORM has them.
pub(crate) fn key_tuple(key: Vec<Value>) -> ValueTuple {
    match <[Value; 1]>::try_from(key) {
        Ok([value]) => ValueTuple::One(value),
        Err(key) => match <[Value; 2]>::try_from(key) {
            Ok([first, second]) => ValueTuple::Two(first, second),
            Err(key) => match <[Value; 3]>::try_from(key) {
                Ok([first, second, third]) => ValueTuple::Three(first, second, third),
                Err(key) => ValueTuple::Many(key),
            },
        },
    }
}
