//! A JSON object on each line.

use std::{fmt, marker::PhantomData};

use sea_orm::{Value, sqlx::types::Decimal};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{
    decode::{Decode, Record},
    lines::MOST,
    targets::Targets,
};
use crate::{
    dynamic::{Form, LoadedColumn, Row},
    error::{Error, Result},
    operations::text::{floating, value_of_text},
};

pub(super) struct NdjsonDecoder {
    table: String,
    line: u64,
    /// What came of a line that has not ended.
    open: Vec<u8>,
}

impl NdjsonDecoder {
    pub(super) fn new(table: &str) -> Self {
        Self {
            table: table.to_owned(),
            line: 0,
            open: Vec::new(),
        }
    }

    fn take(&mut self, line: &[u8], targets: &mut Targets, rows: &mut Vec<Record>) {
        self.line += 1;
        let line = match self.line {
            1 => line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line),
            _ => line,
        };
        if line.trim_ascii().is_empty() {
            return;
        }
        rows.push(Record {
            line: self.line,
            row: self.read_row(line, targets),
        });
    }

    fn read_row(&self, line: &[u8], targets: &mut Targets) -> Result<Row> {
        let Fields(fields) = serde_json::from_slice(line).map_err(|error| {
            // Of what serde_json says, only the place holds nothing of the line itself.
            Error::invalid(
                &self.table,
                format!(
                    "the line is no JSON object, as its {}th byte shows",
                    error.column()
                ),
                "write an object with a field for each column on one line",
            )
        })?;
        let mut row = Row::new();
        for (name, json) in fields {
            if let Some(target) = targets.find(&name)? {
                let value = read_value(json.get(), &target).ok_or_else(|| {
                    Error::invalid(
                        format!("{}.{name}", self.table),
                        "the JSON value cannot be read",
                        "repair it",
                    )
                })?;
                if row.get(&target.name).is_some() {
                    return Err(Error::invalid(
                        format!("{}.{}", self.table, target.name),
                        "two fields of the line stand for it",
                        "leave one of them out, or tell the import to ignore it",
                    ));
                }
                row.set(target.name.as_str(), value);
            }
        }
        Ok(row)
    }
}

/// The fields of an object as they stand there, also where one comes twice.
struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each<'a>(PhantomData<&'a RawValue>);

        impl<'de: 'a, 'a> Visitor<'de> for Each<'a> {
            type Value = Fields<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Fields<'a>, M::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(Each(PhantomData))
    }
}

/// The value that a JSON text stands for. What does not suit the column is left to its own rules.
fn read_value(json: &str, target: &LoadedColumn) -> Option<Value> {
    let (form, loose) = (target.form, target.loose);
    if form == Form::Json && (json != "null" || !target.nullable) {
        return Some(json.into());
    }
    Some(match json.as_bytes().first()? {
        b'n' => Value::String(None),
        b't' => true.into(),
        b'f' => false.into(),
        b'"' => {
            let text: String = serde_json::from_str(json).ok()?;
            value_of_text(form, loose, text)
        }
        b'[' if matches!(form, Form::Bytes | Form::Any) => match serde_json::from_str(json) {
            Ok(bytes) => Value::Bytes(Some(bytes)),
            Err(_) => other(json, form)?,
        },
        b'[' | b'{' => other(json, form)?,
        _ => number(json, form)?,
    })
}

/// An array or object for a column that is none of JSON: the one that takes anything gets its text.
fn other(json: &str, form: Form) -> Option<Value> {
    match form {
        Form::Any => Some(json.into()),
        _ => Some(Value::Json(Some(serde_json::from_str(json).ok()?))),
    }
}

/// By its digits, of which a floating-point number would not hold all.
fn number(json: &str, form: Form) -> Option<Value> {
    let whole = || match json.parse::<i64>() {
        Ok(number) => Some(Value::from(number)),
        Err(_) => json.parse::<u64>().ok().map(Value::from),
    };
    // What no number of Rust's holds is left to the column.
    let text = || Some(Value::from(json));
    match form {
        Form::Decimal => text(),
        Form::Float => floating::<f32>(json).or_else(text),
        Form::Double => floating::<f64>(json).or_else(text),
        Form::Text => whole()
            .or_else(|| Decimal::from_str_exact(json).ok().map(Into::into))
            .or_else(|| floating::<f64>(json))
            .or_else(text),
        _ => whole().or_else(|| floating::<f64>(json)).or_else(text),
    }
}

impl Decode for NdjsonDecoder {
    fn feed(&mut self, bytes: &[u8], targets: &mut Targets, rows: &mut Vec<Record>) -> Result<()> {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, following) = (&rest[..end], &rest[end + 1..]);
            rest = following;
            if self.open.is_empty() {
                self.take(line, targets, rows);
            } else {
                let mut whole = std::mem::take(&mut self.open);
                whole.extend_from_slice(line);
                self.take(&whole, targets, rows);
            }
        }
        self.open.extend_from_slice(rest);
        if self.open.len() > MOST {
            return Err(Error::invalid(
                &self.table,
                format!("a line has more than {} MiB", MOST >> 20),
                "write each object on a line of its own",
            ));
        }
        Ok(())
    }

    fn end(&mut self, targets: &mut Targets, rows: &mut Vec<Record>) -> Result<()> {
        let last = std::mem::take(&mut self.open);
        self.take(&last, targets, rows);
        Ok(())
    }
}
