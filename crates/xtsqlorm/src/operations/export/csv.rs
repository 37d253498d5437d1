//! Comma-separated values, as RFC 4180 has them.

use std::fs::File;

use sea_orm::Value;

use super::encode::Encode;
use crate::{
    dynamic::ReadColumn,
    error::Result,
    operations::{
        Csv,
        text::{Written, push_base64, written},
    },
};

pub(super) struct CsvEncoder {
    options: Csv,
    columns: Vec<ReadColumn>,
}

impl CsvEncoder {
    pub(super) fn new(options: Csv, columns: Vec<ReadColumn>) -> Self {
        Self { options, columns }
    }

    fn push_text(&self, text: &str, out: &mut String) {
        let delimiter = char::from(self.options.delimiter);
        let needs_guard = self.options.guard_formulas && text.starts_with(FORMULA);
        let special = |letter| matches!(letter, '"' | '\n' | '\r') || letter == delimiter;
        let needs_quotes = text.is_empty()
            || text == self.options.null
            // At the beginning of a file it would be taken for the mark.
            || text.starts_with('\u{feff}')
            || text.contains(special);
        if !needs_quotes {
            if needs_guard {
                out.push('\'');
            }
            out.push_str(text);
            return;
        }
        out.push('"');
        if needs_guard {
            out.push('\'');
        }
        for (place, part) in text.split('"').enumerate() {
            if place > 0 {
                out.push_str("\"\"");
            }
            out.push_str(part);
        }
        out.push('"');
    }

    fn push_value(&self, value: &Value, room: &mut String, out: &mut String) {
        match written(value, room) {
            Written::Null => out.push_str(&self.options.null),
            // A number is no formula, and a minus not the beginning of one.
            Written::Number(text) | Written::Plain(text) => self.push_plain(text, out),
            Written::Truth(truth) => self.push_plain(if truth { "true" } else { "false" }, out),
            Written::Text(text) => self.push_text(text, out),
            Written::Json(text) => self.push_text(text, out),
            Written::Bytes([]) => out.push_str("\"\""),
            Written::Bytes(bytes) => {
                let mut text = String::new();
                push_base64(bytes, &mut text);
                self.push_plain(&text, out);
            }
        }
    }

    /// Text that only an unusual delimiter or marker puts in quotes.
    fn push_plain(&self, text: &str, out: &mut String) {
        if text == self.options.null || text.contains(char::from(self.options.delimiter)) {
            out.push('"');
            out.push_str(text);
            out.push('"');
        } else {
            out.push_str(text);
        }
    }
}

/// What Excel, LibreOffice and Google take for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

impl Encode for CsvEncoder {
    fn begin(&mut self, out: &mut Vec<u8>) -> Result<()> {
        let mut line = String::new();
        if self.options.byte_order_mark {
            line.push('\u{feff}');
        }
        for (place, column) in self.columns.iter().enumerate() {
            if place > 0 {
                line.push(char::from(self.options.delimiter));
            }
            self.push_text(&column.name, &mut line);
        }
        line.push('\n');
        out.extend_from_slice(line.as_bytes());
        Ok(())
    }

    fn rows(&mut self, rows: &[Vec<Value>], out: &mut Vec<u8>) -> Result<()> {
        let (mut line, mut room) = (String::new(), String::new());
        for row in rows {
            line.clear();
            for (place, value) in row.iter().enumerate() {
                if place > 0 {
                    line.push(char::from(self.options.delimiter));
                }
                self.push_value(value, &mut room, &mut line);
            }
            line.push('\n');
            out.extend_from_slice(line.as_bytes());
        }
        Ok(())
    }

    fn end(self: Box<Self>, _: &mut Vec<u8>) -> Result<Option<File>> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(options: Csv, values: &[Value]) -> String {
        let mut out = Vec::new();
        let mut encoder = CsvEncoder::new(options, Vec::new());
        encoder.rows(&[values.to_vec()], &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn only_what_must_be_is_in_quotes() {
        let values = [
            Value::String(None),
            "".into(),
            "plain text".into(),
            "a,b".into(),
            "say \"hi\"".into(),
            "two\r\nlines".into(),
            "日本 🦀".into(),
            "007".into(),
            (-5).into(),
            Vec::<u8>::new().into(),
        ];
        assert_eq!(
            line(Csv::new(), &values),
            ",\"\",plain text,\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\",日本 🦀,007,-5,\"\"\n"
        );
    }

    #[test]
    fn a_marker_for_null_is_quoted_where_it_is_a_text() {
        let values = [Value::String(None), "\\N".into(), "".into()];
        assert_eq!(line(Csv::new().null("\\N"), &values), "\\N,\"\\N\",\"\"\n");
    }

    #[test]
    fn a_marker_for_null_is_quoted_whatever_it_is() {
        let values = [Value::Bool(None), true.into(), false.into()];
        assert_eq!(
            line(Csv::new().null("true"), &values),
            "true,\"true\",false\n"
        );
        let values = [Value::Int(None), 7.into(), Value::from(vec![0_u8; 3])];
        assert_eq!(line(Csv::new().null("7"), &values), "7,\"7\",AAAA\n");
        assert_eq!(line(Csv::new().null("AAAA"), &values), "AAAA,7,\"AAAA\"\n");
    }

    #[test]
    fn formulas_are_guarded_where_that_is_asked_for() {
        let values = ["=1+1".into(), "@x,y".into(), Value::from(-5), "a=b".into()];
        let guarded = line(Csv::new().guard_formulas(), &values);
        assert_eq!(guarded, "'=1+1,\"'@x,y\",-5,a=b\n");
        assert_eq!(line(Csv::new(), &values), "=1+1,\"@x,y\",-5,a=b\n");
    }

    #[test]
    fn a_delimiter_that_stands_in_a_number_puts_it_in_quotes() {
        let values = [Value::from(1.5), Value::from(-5)];
        assert_eq!(line(Csv::new().delimiter('.'), &values), "\"1.5\".-5\n");
    }
}
