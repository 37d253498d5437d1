//! PostgreSQL's `COPY`, which takes rows as text, without a statement to plan for them.
//!
//! It does what INSERT does but for a few things: rules and row security do not see it, and it
//! writes numbers where the column is `GENERATED ALWAYS`. Tables where that matters are left to
//! INSERT, and so is every value whose text is not what INSERT would make of it.
//! <https://www.postgresql.org/docs/current/sql-copy.html>

use std::io::Write;

use sea_orm::{
    ConnectionTrait, DbBackend, Statement, Value,
    prelude::{Date, DateTime, DateTimeWithTimeZone, Json},
    sea_query::{
        OptionEnum, PostgresQueryBuilder, Query, TableRef,
        prelude::chrono::{Datelike, Timelike},
    },
};

use super::{row::BulkRow, table::BulkTable};
use crate::{
    connection::Backend,
    error::Result,
    repository::{Form, dates::is_leap_second, value::is_null},
    session::Session,
};

/// From so many rows on it pays to ask whether a table can be copied to.
pub(super) const FEWEST_ROWS: usize = 500;

/// So many rows are read or written out before other tasks have their turn, the one that sends the
/// rows before them among these: rows that are at hand never wait.
pub(super) const ROWS_AT_A_TIME: usize = 250;

/// Rows of one form, as COPY reads them.
pub(super) struct Copied {
    pub(super) sql: String,
    pub(super) data: Vec<u8>,
}

/// Writes out rows of a table to which COPY does what INSERT does.
pub(super) struct Copier {
    table: BulkTable,
    /// Whether it takes any copies.
    is_open: bool,
    /// The columns that the database numbers itself, whoever gives a number.
    numbered: Vec<String>,
}

impl Copier {
    /// Asks the catalogue which copies the table takes.
    pub(super) async fn of(table: &BulkTable, session: &Session) -> Result<Self> {
        const ASK: &str = "SELECT c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND NOT c.relhasrules AS is_open, \
             COALESCE((SELECT json_agg(a.attname) FROM pg_attribute a \
             WHERE a.attrelid = c.oid AND a.attidentity = 'a'), '[]') AS numbered \
             FROM pg_class c WHERE c.oid = CAST($1 AS regclass)";
        let mut copier = Self {
            table: table.clone(),
            is_open: false,
            numbered: Vec::new(),
        };
        if table.backend != Backend::Postgres {
            return Ok(copier);
        }
        let name = quoted(&table.reference);
        let ask = Statement::from_sql_and_values(DbBackend::Postgres, ASK, [name.into()]);
        if let Some(answer) = session.query_one_raw(ask).await? {
            let numbered: Json = answer.try_get("", "numbered")?;
            let numbered = numbered.as_array().into_iter().flatten();
            let numbered = numbered.filter_map(Json::as_str);
            copier.is_open = answer.try_get("", "is_open")?;
            copier.numbered = numbered.map(str::to_owned).collect();
        }
        Ok(copier)
    }

    /// The rows as COPY reads them; `None` where they are too few, are of a form that the table does
    /// not take or differ in it, or where a value has no text that means just the same.
    pub(super) async fn copied(&self, rows: &[BulkRow]) -> Option<Copied> {
        let first = rows.first()?;
        if rows.len() < FEWEST_ROWS || !self.takes(first) {
            return None;
        }
        let cells = || first.cells.iter().map(|(place, _)| *place);
        let forms = cells().map(|place| self.table.binding.text_form(place));
        let forms: Vec<Form> = forms.collect::<Option<_>>()?;
        if forms.is_empty() {
            return None;
        }
        let mut data = Vec::with_capacity(rows.len() * forms.len() * 12);
        for some in rows.chunks(ROWS_AT_A_TIME) {
            for row in some {
                if !self.table.cells_are_alike(&first.cells, &row.cells)
                    || !self.write(&forms, row, &mut data)
                {
                    return None;
                }
            }
            tokio::task::yield_now().await;
        }
        let columns = cells().map(|place| quote(&self.table.columns[place]));
        let columns: Vec<String> = columns.collect();
        let table = quoted(&self.table.reference);
        let sql = format!("COPY {table} ({}) FROM STDIN", columns.join(", "));
        Some(Copied { sql, data })
    }

    fn takes(&self, row: &BulkRow) -> bool {
        let mut names = row
            .cells
            .iter()
            .map(|(place, _)| &self.table.columns[*place]);
        self.is_open && !names.any(|name| self.numbered.contains(name))
    }

    /// Writes a line; `false`: a value has no text.
    fn write(&self, forms: &[Form], row: &BulkRow, data: &mut Vec<u8>) -> bool {
        for (cell, (form, (place, value))) in forms.iter().zip(&row.cells).enumerate() {
            if cell > 0 {
                data.push(b'\t');
            }
            // A cast of its own says that the value is not what the form says.
            let is_usual = self.table.binding.cast(*place, value).is_none();
            if !is_usual || !write_text(*form, value, data) {
                return false;
            }
        }
        data.push(b'\n');
        true
    }
}

/// `"schema"."table"`
fn quoted(table: &TableRef) -> String {
    let select = Query::select().from(table.clone()).to_owned();
    let text = select.to_string(PostgresQueryBuilder);
    text.rsplit_once(" FROM ")
        .map_or(text.clone(), |(_, name)| name.to_owned())
}

fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Writes what PostgreSQL reads as this value in a column of that form. `false`: nothing that it
/// would read so for sure.
fn write_text(form: Form, value: &Value, out: &mut Vec<u8>) -> bool {
    // Writing to a Vec never fails.
    macro_rules! plain {
        ($($text:tt)*) => {{
            let _ = write!(out, $($text)*);
            true
        }};
    }
    let integer = matches!(form, Form::Integer { .. });
    let numeric = integer || form == Form::Decimal;
    match value {
        value if is_null(value) => plain!("\\N"),
        Value::Bool(Some(it)) if form == Form::Bool => plain!("{}", if *it { 't' } else { 'f' }),
        Value::TinyInt(Some(it)) if numeric => plain!("{it}"),
        Value::SmallInt(Some(it)) if numeric => plain!("{it}"),
        Value::Int(Some(it)) if numeric => plain!("{it}"),
        Value::BigInt(Some(it)) if numeric => plain!("{it}"),
        Value::TinyUnsigned(Some(it)) if numeric => plain!("{it}"),
        Value::SmallUnsigned(Some(it)) if numeric => plain!("{it}"),
        Value::Unsigned(Some(it)) if numeric => plain!("{it}"),
        Value::BigUnsigned(Some(it)) if numeric => plain!("{it}"),
        Value::Float(Some(it)) if form == Form::Float => {
            float(it.is_nan(), f64::from(*it), it, out)
        }
        Value::Double(Some(it)) if form == Form::Double => float(it.is_nan(), *it, it, out),
        Value::Decimal(Some(it)) if form == Form::Decimal => plain!("{it}"),
        Value::String(Some(text)) if form == Form::Text => escaped(text, out),
        Value::Char(Some(character)) if form == Form::Text => {
            escaped(character.encode_utf8(&mut [0; 4]), out)
        }
        Value::Enum(OptionEnum::Some(variant)) if form == Form::Text => {
            escaped(&variant.value, out)
        }
        Value::Bytes(Some(bytes)) if form == Form::Bytes => {
            out.extend_from_slice(b"\\\\x");
            for byte in bytes {
                let _ = write!(out, "{byte:02x}");
            }
            true
        }
        Value::String(Some(text)) if form == Form::Json => escaped(text, out),
        Value::Json(Some(json)) if form == Form::Json => escaped(&json.to_string(), out),
        Value::Uuid(Some(it)) if form == Form::Uuid => plain!("{it}"),
        Value::ChronoDate(Some(it)) if form == Form::Date => date(*it, out) && era(*it, out),
        Value::ChronoTime(Some(it)) if form == Form::Time => time(*it, out),
        Value::ChronoDateTime(Some(it)) if form == Form::DateTime => date_time(*it, out),
        Value::ChronoDateTimeUtc(Some(it)) if form == Form::Moment => {
            moment(it.fixed_offset(), out)
        }
        Value::ChronoDateTimeLocal(Some(it)) if form == Form::Moment => {
            moment(it.fixed_offset(), out)
        }
        Value::ChronoDateTimeWithTimeZone(Some(it)) if form == Form::Moment => moment(*it, out),
        _ => false,
    }
}

fn float(is_nan: bool, it: f64, text: &impl std::fmt::Display, out: &mut Vec<u8>) -> bool {
    let special = match it {
        _ if is_nan => "NaN",
        f64::INFINITY => "Infinity",
        f64::NEG_INFINITY => "-Infinity",
        _ => {
            // The shortest text that reads back as the same number.
            let _ = write!(out, "{text}");
            return true;
        }
    };
    out.extend_from_slice(special.as_bytes());
    true
}

/// Text with the signs masked that mean something to COPY.
fn escaped(text: &str, out: &mut Vec<u8>) -> bool {
    let mut rest = text.as_bytes();
    while let Some(at) = rest
        .iter()
        .position(|byte| matches!(byte, b'\\' | b'\n' | b'\r' | b'\t' | 0))
    {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(match rest[at] {
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            // PostgreSQL's text holds no such character; the INSERT says so.
            _ => return false,
        });
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    true
}

/// PostgreSQL counts no year 0: before the year 1 comes the year 1 BC.
fn date(date: Date, out: &mut Vec<u8>) -> bool {
    let year = match date.year() {
        year @ 1.. => year,
        year => 1 - year,
    };
    let _ = write!(out, "{year:04}-{:02}-{:02}", date.month(), date.day());
    true
}

fn era(date: Date, out: &mut Vec<u8>) -> bool {
    if date.year() < 1 {
        out.extend_from_slice(b" BC");
    }
    true
}

/// The time of day. The driver cuts what is finer than a microsecond, where text would be rounded;
/// leap seconds are left to it as well.
fn time(time: impl Timelike, out: &mut Vec<u8>) -> bool {
    let nanoseconds = time.nanosecond();
    if !nanoseconds.is_multiple_of(1_000) || is_leap_second(&time) {
        return false;
    }
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    let micros = nanoseconds / 1_000;
    let _ = write!(out, "{hour:02}:{minute:02}:{second:02}.{micros:06}");
    true
}

fn date_time(it: DateTime, out: &mut Vec<u8>) -> bool {
    date(it.date(), out);
    out.push(b' ');
    time(it, out) && era(it.date(), out)
}

fn moment(it: DateTimeWithTimeZone, out: &mut Vec<u8>) -> bool {
    let utc = it.naive_utc();
    date(utc.date(), out);
    out.push(b' ');
    let is_written = time(utc, out);
    out.extend_from_slice(b"+00");
    is_written && era(utc.date(), out)
}

#[cfg(test)]
mod tests {
    use sea_orm::prelude::DateTimeUtc;

    use super::*;

    fn text(form: Form, value: Value) -> Option<String> {
        let mut out = Vec::new();
        write_text(form, &value, &mut out).then(|| String::from_utf8(out).unwrap())
    }

    #[test]
    fn signs_of_copy_are_masked() {
        let given = "a\tb\\N\nc\r\\.";
        let masked = "a\\tb\\\\N\\nc\\r\\\\.";
        assert_eq!(text(Form::Text, given.into()).as_deref(), Some(masked));
        assert_eq!(
            text(Form::Text, Value::String(None)).as_deref(),
            Some("\\N")
        );
        assert_eq!(text(Form::Text, "\0".into()), None);
    }

    #[test]
    fn years_before_the_first_are_years_before_christ() {
        let utc = DateTimeUtc::from_timestamp(-62_198_755_200, 5_000).unwrap();
        assert_eq!(
            text(Form::Moment, utc.into()).as_deref(),
            Some("0002-01-01 00:00:00.000005+00 BC")
        );
    }

    #[test]
    fn values_of_another_form_are_left_to_insert() {
        assert_eq!(text(Form::Decimal, 0.1_f64.into()), None);
        assert_eq!(text(Form::Double, 0.1_f32.into()), None);
        assert_eq!(text(Form::DateTime, DateTimeUtc::default().into()), None);
        assert_eq!(text(Form::Bytes, "x".into()), None);
        assert_eq!(
            text(Form::Float, f32::NEG_INFINITY.into()).as_deref(),
            Some("-Infinity")
        );
        assert_eq!(
            text(Form::Bytes, vec![0_u8, 255].into()).as_deref(),
            Some("\\\\x00ff")
        );
    }
}
