//! Rows as JSON objects on their way in.

use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, Iterable,
    ModelTrait, TryIntoModel,
    sea_query::{ColumnType, Enum, OptionEnum, sea_value_to_json_value},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{Key, Repository, key};
use crate::{
    config::nearest,
    error::{Error, Result},
};

/// JSON takes the names that the model has in JSON: a field that the model does not have is an
/// error, a field that is left out is not written, and `null` is NULL.
impl<E> Repository<E>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel> + Serialize + DeserializeOwned,
    E::ActiveModel: ActiveModelBehavior + TryIntoModel<E::Model> + Send,
{
    /// Creates a row from a JSON object.
    ///
    /// ```
    /// # include!("../doctest_setup.rs");
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
    /// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
    /// let countries = Repository::<countries::Entity>::new(&provider);
    /// let fields = serde_json::json!({ "code": "IS", "name": "Iceland" });
    /// assert_eq!(countries.create_json(fields).await?.name, "Iceland");
    ///
    /// let typo = serde_json::json!({ "code": "NO", "nmae": "Norway" });
    /// let error = countries.create_json(typo).await.unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "countries.nmae: there is no such field; did you mean `name`?"
    /// );
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for what is no object, an unknown field, or a value of the wrong
    /// type, before any SQL; otherwise as [`create`](Self::create).
    pub async fn create_json(&self, fields: Value) -> Result<E::Model> {
        self.create(active_model::<E>(fields)?).await
    }

    /// Changes the row with this key by a JSON object; `None` where there is none.
    ///
    /// # Errors
    ///
    /// As [`create_json`](Self::create_json) and [`update`](Self::update).
    pub async fn update_json(
        &self,
        id: impl Into<Key<E>>,
        fields: Value,
    ) -> Result<Option<E::Model>> {
        self.update(id, active_model::<E>(fields)?).await
    }
}

/// Checks the names, lets serde read the values through the model, and keeps what was given.
///
/// SeaORM's `from_json` does the same but for the fields that are left out: it fills them with
/// texts that serde does not read back (a time stamp as `1970-01-01 00:00:00 UTC`), and enums not
/// at all.
fn active_model<E>(fields: Value) -> Result<E::ActiveModel>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel> + Serialize + DeserializeOwned,
    E::ActiveModel: TryIntoModel<E::Model>,
{
    let table = key::table::<E>();
    let fields = object(&table, fields)?;
    let names = || E::Column::iter().map(|column| column.json_key());
    for field in fields.keys() {
        if !names().any(|name| name == field) {
            return Err(unknown_field(&table, field, names()));
        }
    }
    let mut row = placeholders::<E>();
    for (field, value) in &fields {
        row.insert(field.clone(), value.clone());
        // Read one by one, so that the error can name the field. What stands in for the others may
        // be missing; that is told of the row as a whole.
        if let Err(error) = read::<E::Model>(row.clone())
            && !error.to_string().starts_with(MISSING)
        {
            return Err(Error::invalid(
                format!("{table}.{field}"),
                problem(value, &error),
                "give a value of the column's type",
            ));
        }
    }
    let model: E::Model = read(row.clone()).map_err(|error| {
        let error = error.to_string();
        let problem = match error.strip_prefix(MISSING) {
            Some(field) => format!("{MISSING}{field}"),
            None => "the model does not take the fields together".to_owned(),
        };
        Error::invalid(
            &table,
            problem,
            "give the field, which has no default that JSON could leave out",
        )
    })?;
    let mut changes = model.clone().into_active_model();
    for column in E::Column::iter() {
        let field = column.json_key();
        match (changes.get(column).into_value(), fields.get(field)) {
            (Some(stored), Some(given)) => {
                check_read::<E>(&table, &row, &model, column, given)?;
                changes.set(column, stored);
            }
            _ => changes.not_set(column),
        }
    }
    Ok(changes)
}

/// How serde begins to say that a field is not there.
const MISSING: &str = "missing field ";

/// What serde says of a refused value, without the value, which may be a secret.
fn problem(given: &Value, error: &serde_json::Error) -> String {
    const SAYING_WHAT: [&str; 4] = [
        "invalid type: ",
        "invalid value: ",
        "invalid length ",
        "unknown variant ",
    ];
    let given = describe(given);
    let error = error.to_string();
    let expected = SAYING_WHAT
        .iter()
        .any(|start| error.starts_with(start))
        // What is expected comes after the value.
        .then(|| error.rsplit_once(", expected "))
        .flatten();
    match expected {
        Some((_, expected)) => format!("{given} does not suit the field, which takes {expected}"),
        None => format!("{given} does not suit the field"),
    }
}

/// What a JSON value is, for messages, which never print the value itself.
pub(crate) fn describe(json: &Value) -> String {
    match json {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "a truth value".to_owned(),
        Value::Number(number) if number.is_f64() => "a number with a fraction".to_owned(),
        Value::Number(_) => "a whole number".to_owned(),
        Value::String(text) => format!("a text of {} characters", text.chars().count()),
        Value::Array(items) => format!("an array of {} items", items.len()),
        Value::Object(fields) => format!("an object of {} fields", fields.len()),
    }
}

/// Refuses a field that serde skips, which would be written with its default: the model is the same
/// with a value that no column has.
fn check_read<E>(
    table: &str,
    row: &Map<String, Value>,
    model: &E::Model,
    column: E::Column,
    given: &Value,
) -> Result<()>
where
    E: EntityTrait,
    E::Model: DeserializeOwned,
{
    let field = column.json_key();
    let probe = serde_json::json!({ "no": ["column", "has", "this"] });
    let mut other = row.clone();
    other.insert(field.to_owned(), probe.clone());
    match read::<E::Model>(other) {
        Ok(other) if *given != probe && other.get(column) == model.get(column) => {
            Err(Error::invalid(
                format!("{table}.{field}"),
                "the model does not read this field from JSON",
                "leave it out, or set it in an ActiveModel",
            ))
        }
        _ => Ok(()),
    }
}

fn read<M: DeserializeOwned>(row: Map<String, Value>) -> serde_json::Result<M> {
    serde_json::from_value(Value::Object(row))
}

/// A value of the right form for every field, which is never written: what the model itself makes
/// of its defaults, and where serde leaves a field out on the way, what the column's type has.
fn placeholders<E>() -> Map<String, Value>
where
    E: EntityTrait,
    E::Model: Serialize,
    E::ActiveModel: TryIntoModel<E::Model>,
{
    let mut defaults = E::ActiveModel::default_values();
    let mut row = Map::new();
    for column in E::Column::iter() {
        if defaults.is_not_set(column) {
            set_first_variant::<E>(&mut defaults, column);
        }
        if let Some(value) = defaults.get(column).into_value() {
            row.insert(column.json_key().to_owned(), json_of(&value));
        }
    }
    if let Ok(model) = defaults.try_into_model()
        && let Ok(Value::Object(fields)) = serde_json::to_value(model)
    {
        row.extend(fields);
    }
    row
}

/// An enum has no default of its own.
fn set_first_variant<E: EntityTrait>(row: &mut E::ActiveModel, column: E::Column) {
    let definition = column.def();
    let ColumnType::Enum { name, variants } = definition.get_column_type() else {
        return;
    };
    let Some(variant) = variants.first() else {
        return;
    };
    let variant = variant.to_string();
    let native = sea_orm::Value::Enum(OptionEnum::Some(Box::new(Enum {
        type_name: name.to_string().into(),
        value: variant.clone().into(),
    })));
    // The entity says which of the two forms its enum has; a third is told of the row.
    row.try_set(column, native)
        .or_else(|_| row.try_set(column, variant.into()))
        .ok();
}

/// As serde writes the types of SeaORM's entities; sea-query's own form of dates, exact numbers and
/// bytes is not what serde reads.
pub(crate) fn json_of(value: &sea_orm::Value) -> Value {
    use sea_orm::Value as Sql;
    let written = match value {
        Sql::ChronoDate(value) => serde_json::to_value(value),
        Sql::ChronoTime(value) => serde_json::to_value(value),
        Sql::ChronoDateTime(value) => serde_json::to_value(value),
        Sql::ChronoDateTimeUtc(value) => serde_json::to_value(value),
        Sql::ChronoDateTimeLocal(value) => serde_json::to_value(value),
        Sql::ChronoDateTimeWithTimeZone(value) => serde_json::to_value(value),
        Sql::Decimal(value) => serde_json::to_value(value),
        // A JSON value has double precision, in which 8.8 of single precision is
        // 8.800000190734863; the number that prints as 8.8 is meant.
        Sql::Float(value) => {
            let value: Option<f64> = value.and_then(|value| value.to_string().parse().ok());
            serde_json::to_value(value)
        }
        Sql::Bytes(value) => serde_json::to_value(value),
        other => Ok(sea_value_to_json_value(other)),
    };
    written.unwrap_or(Value::Null)
}

/// Refuses a name that no column has, and names the nearest one that there is.
pub(crate) fn unknown_field<'a>(
    table: &str,
    field: &str,
    names: impl Iterator<Item = &'a str> + Clone,
) -> Error {
    let remedy = match nearest(field, names.clone()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("the fields are {}", names.collect::<Vec<_>>().join(", ")),
    };
    Error::invalid(format!("{table}.{field}"), "there is no such field", remedy)
}

/// Refuses what is no JSON object.
pub(crate) fn object(table: &str, fields: Value) -> Result<Map<String, Value>> {
    match fields {
        Value::Object(fields) => Ok(fields),
        _ => Err(Error::invalid(
            table,
            "the row is not a JSON object",
            "give an object with a field for each column",
        )),
    }
}
