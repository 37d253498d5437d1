//! JSON in a column of text.

use std::{any::type_name, fmt, ops::Deref};

use sea_orm::{
    ColIdx, DbErr, QueryResult, TryGetError, TryGetable, Value,
    sea_query::{ArrayType, ColumnType, Nullable, ValueType, ValueTypeErr},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};

use crate::error::{Error, Result};

/// A `T` that a column of text holds as JSON.
///
/// NULL is `None` of an `Option<JsonText<T>>`, and not the JSON `null`. What was read is written
/// back as the same text, letter for letter, as long as it is not replaced. Two are equal when their
/// values are.
///
/// ```
/// use xtsqlorm::types::JsonText;
///
/// let tags = JsonText::new(vec!["new", "sale"])?;
/// assert_eq!(tags.text(), r#"["new","sale"]"#);
/// assert_eq!(tags.len(), 2);
/// # Ok::<(), xtsqlorm::Error>(())
/// ```
#[derive(Clone)]
pub struct JsonText<T> {
    value: T,
    text: String,
}

impl<T: Serialize> JsonText<T> {
    /// Takes `value`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for what is no JSON: a map whose keys are no text, for example.
    pub fn new(value: T) -> Result<Self> {
        match serde_json::to_string(&value) {
            Ok(text) => Ok(Self { value, text }),
            Err(_) => Err(Error::invalid(
                type_name::<T>(),
                "the value cannot be written as JSON",
                "give its maps keys of text, and let its `Serialize` succeed",
            )),
        }
    }
}

impl<T> JsonText<T> {
    /// The value.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The JSON, as it is stored.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl<T> Deref for JsonText<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: PartialEq> PartialEq for JsonText<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for JsonText<T> {}

impl<T: fmt::Debug> fmt::Debug for JsonText<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("JsonText").field(&self.value).finish()
    }
}

/// As the value itself.
impl<T: Serialize> Serialize for JsonText<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<'de, T: Serialize + Deserialize<'de>> Deserialize<'de> for JsonText<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = T::deserialize(deserializer)?;
        Self::new(value).map_err(serde::de::Error::custom)
    }
}

impl<T> From<JsonText<T>> for Value {
    fn from(json: JsonText<T>) -> Self {
        json.text.into()
    }
}

impl<T: DeserializeOwned> TryGetable for JsonText<T> {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        let text = String::try_get_by(row, index)?;
        // Not serde's own words: they may hold the text.
        parse(text).ok_or_else(|| {
            let problem = format!("the text is no JSON of the type {}", type_name::<T>());
            TryGetError::DbErr(DbErr::Json(problem))
        })
    }
}

impl<T: DeserializeOwned> ValueType for JsonText<T> {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        match value {
            Value::String(Some(text)) => parse(text).ok_or(ValueTypeErr),
            _ => Err(ValueTypeErr),
        }
    }

    fn type_name() -> String {
        format!("JsonText<{}>", type_name::<T>())
    }

    fn array_type() -> ArrayType {
        ArrayType::String
    }

    fn column_type() -> ColumnType {
        ColumnType::Text
    }
}

impl<T> Nullable for JsonText<T> {
    fn null() -> Value {
        Value::String(None)
    }
}

impl<T> sea_orm::IntoActiveValue<Self> for JsonText<T>
where
    Value: From<Self>,
    T: DeserializeOwned,
{
    fn into_active_value(self) -> sea_orm::ActiveValue<Self> {
        sea_orm::ActiveValue::Set(self)
    }
}

fn parse<T: DeserializeOwned>(text: String) -> Option<JsonText<T>> {
    let value = serde_json::from_str(&text).ok()?;
    Some(JsonText { value, text })
}
