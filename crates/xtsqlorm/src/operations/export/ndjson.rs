//! A JSON object on each line.

use std::fs::File;

use sea_orm::Value;
use serde::de::IgnoredAny;

use super::encode::Encode;
use crate::{
    dynamic::{Form, ReadColumn},
    error::Result,
    operations::text::{Written, push_base64, push_json_string, written},
};

pub(super) struct NdjsonEncoder {
    /// `{"id":`, `,"name":` and so on, and the form of each column.
    columns: Vec<(String, Form)>,
}

impl NdjsonEncoder {
    pub(super) fn new(columns: Vec<ReadColumn>) -> Self {
        let named = |(place, column): (usize, ReadColumn)| {
            let mut name = String::from(if place == 0 { "{" } else { "," });
            push_json_string(&column.name, &mut name);
            name.push(':');
            (name, column.form)
        };
        Self {
            columns: columns.into_iter().enumerate().map(named).collect(),
        }
    }
}

fn push_value(value: &Value, form: Form, room: &mut String, out: &mut String) {
    match written(value, room) {
        Written::Null => out.push_str("null"),
        Written::Number(text) => out.push_str(text),
        Written::Plain(text) => push_json_string(text, out),
        Written::Truth(truth) => out.push_str(if truth { "true" } else { "false" }),
        Written::Text(text) if form == Form::Json => push_json(text, out),
        Written::Text(text) => push_json_string(text, out),
        Written::Json(text) => out.push_str(text),
        Written::Bytes(bytes) if form == Form::Any => {
            // A text may stand in the same column.
            let numbers: Vec<String> = bytes.iter().map(ToString::to_string).collect();
            out.push('[');
            out.push_str(&numbers.join(","));
            out.push(']');
        }
        Written::Bytes(bytes) => {
            out.push('"');
            push_base64(bytes, out);
            out.push('"');
        }
    }
}

/// A JSON document on one line. What SQLite has in a column of JSON and is none, is a string.
fn push_json(text: &str, out: &mut String) {
    if serde_json::from_str::<IgnoredAny>(text).is_err() {
        return push_json_string(text, out);
    }
    // Inside of strings they do not stand as they are.
    let mut parts = text.split(['\n', '\r']);
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push(' ');
        out.push_str(part);
    }
}

impl Encode for NdjsonEncoder {
    fn begin(&mut self, _: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }

    fn rows(&mut self, rows: &[Vec<Value>], out: &mut Vec<u8>) -> Result<()> {
        let (mut line, mut room) = (String::new(), String::new());
        for row in rows {
            line.clear();
            for ((name, form), value) in self.columns.iter().zip(row) {
                line.push_str(name);
                push_value(value, *form, &mut room, &mut line);
            }
            line.push_str(if self.columns.is_empty() {
                "{}\n"
            } else {
                "}\n"
            });
            out.extend_from_slice(line.as_bytes());
        }
        Ok(())
    }

    fn end(self: Box<Self>, _: &mut Vec<u8>) -> Result<Option<File>> {
        Ok(None)
    }
}
