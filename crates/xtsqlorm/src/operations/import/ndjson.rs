//! A JSON object on each line.

use std::collections::BTreeMap;

use sea_orm::{Value, sqlx::types::Decimal};
use serde_json::value::RawValue;

use super::{
    decode::{Decode, Record},
    lines::MOST,
    targets::Targets,
};
use crate::{
    dynamic::{Form, LoadedColumn, Row},
    error::{Error, Result},
    operations::text::value_of_text,
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
        let fields: BTreeMap<String, &RawValue> =
            serde_json::from_slice(line).map_err(|error| {
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
                row.set(target.name.as_str(), value);
            }
        }
        Ok(row)
    }
}

/// The value that a JSON text stands for. What does not suit the column is left to its own rules.
fn read_value(json: &str, target: &LoadedColumn) -> Option<Value> {
    let (form, loose) = (target.form, target.loose);
    if form == Form::Json && (json != "null" || !target.nullable) {
        return Some(Value::Json(Some(serde_json::from_str(json).ok()?)));
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
            Err(_) => Value::Json(Some(serde_json::from_str(json).ok()?)),
        },
        b'[' | b'{' => Value::Json(Some(serde_json::from_str(json).ok()?)),
        _ => number(json, form)?,
    })
}

/// By its digits, of which a floating-point number would not hold all.
fn number(json: &str, form: Form) -> Option<Value> {
    let whole = || match json.parse::<i64>() {
        Ok(number) => Some(Value::from(number)),
        Err(_) => json.parse::<u64>().ok().map(Value::from),
    };
    match form {
        Form::Decimal => Some(json.into()),
        Form::Float => json.parse::<f32>().ok().map(Into::into),
        Form::Double => json.parse::<f64>().ok().map(Into::into),
        Form::Text => whole()
            .or_else(|| Decimal::from_str_exact(json).ok().map(Into::into))
            .or_else(|| json.parse::<f64>().ok().map(Into::into)),
        _ => whole().or_else(|| json.parse::<f64>().ok().map(Into::into)),
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
