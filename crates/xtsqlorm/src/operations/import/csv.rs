//! Comma-separated values.

use std::sync::Arc;

use sea_orm::Value;

use super::{
    decode::{Decode, Record},
    lines::{Field, Lines, MOST, RawRecord},
    targets::Targets,
};
use crate::{
    dynamic::{LoadedColumn, Row},
    error::{Error, Result},
    operations::{Csv, text::value_of_text},
};

pub(super) struct CsvDecoder {
    null: Vec<u8>,
    table: String,
    lines: Lines,
    /// What came of the file as long as it may be the mark of UTF-8, and nothing after.
    begin: Option<Vec<u8>>,
    header: Option<Header>,
    found: Vec<RawRecord>,
}

struct Header {
    targets: Vec<Option<Arc<LoadedColumn>>>,
    /// The columns that are written.
    columns: Arc<Vec<String>>,
}

impl CsvDecoder {
    pub(super) fn new(options: Csv, table: &str) -> Self {
        Self {
            null: options.null.into_bytes(),
            table: table.to_owned(),
            lines: Lines::new(options.delimiter),
            begin: Some(Vec::new()),
            header: None,
            found: Vec::new(),
        }
    }

    fn take(&mut self, targets: &mut Targets, rows: &mut Vec<Record>) -> Result<()> {
        for record in std::mem::take(&mut self.found) {
            match &self.header {
                None => self.header = Some(self.read_header(record, targets)?),
                // In a file of one column, a line with nothing in it is a row with NULL.
                Some(header) if is_blank(&record) && header.targets.len() > 1 => {}
                Some(header) => rows.push(Record {
                    line: record.line,
                    row: self.read_row(header, record),
                }),
            }
        }
        Ok(())
    }

    fn read_header(&self, record: RawRecord, targets: &mut Targets) -> Result<Header> {
        if let Some(problem) = record.problem {
            return Err(self.refused(problem, "repair the header"));
        }
        let names = record.fields.into_iter();
        let names = names
            .map(|field| String::from_utf8(field.bytes).map_err(|_| self.no_utf8()))
            .collect::<Result<Vec<String>>>()?;
        let targets = targets.of_header(&names);
        let targets = targets.map_err(|error| self.other_delimiter(&names).unwrap_or(error))?;
        let columns = targets.iter().flatten();
        let columns = columns.map(|target| target.name.clone()).collect();
        Ok(Header {
            targets,
            columns: Arc::new(columns),
        })
    }

    /// What is wrong with a header of one name that looks like several.
    fn other_delimiter(&self, names: &[String]) -> Option<Error> {
        let [name] = names else {
            return None;
        };
        let mut others = [';', '\t', '|', ','].into_iter();
        let other = others.find(|other| name.contains(*other))?;
        let shown = match other {
            '\t' => "$'\\t'".to_owned(),
            other => format!("'{other}'"),
        };
        Some(self.refused(
            format!("the header is one name, with {other:?} in it"),
            &format!("if that stands between the fields, name it: --delimiter {shown}"),
        ))
    }

    fn read_row(&self, header: &Header, record: RawRecord) -> Result<Row> {
        if let Some(problem) = record.problem {
            return Err(self.refused(problem, "put the field in quotes, and double those in it"));
        }
        let (given, wanted) = (record.fields.len(), header.targets.len());
        if given != wanted {
            return Err(self.refused(
                format!("the row has {given} fields and the header {wanted}"),
                "put fields with a delimiter in them in quotes",
            ));
        }
        let mut values = Vec::with_capacity(header.columns.len());
        for (field, target) in record.fields.into_iter().zip(&header.targets) {
            if let Some(target) = target {
                values.push(self.read_field(field, target)?);
            }
        }
        Ok(Row::of_columns(&header.columns, values))
    }

    fn read_field(&self, field: Field, target: &LoadedColumn) -> Result<Value> {
        if !field.quoted && field.bytes == self.null {
            return Ok(Value::String(None));
        }
        let text = String::from_utf8(field.bytes).map_err(|_| self.no_utf8())?;
        Ok(value_of_text(target.form, target.loose, text))
    }

    fn refused(&self, problem: impl Into<String>, remedy: &str) -> Error {
        Error::invalid(&self.table, problem, remedy)
    }

    fn no_utf8(&self) -> Error {
        self.refused("the text is not in UTF-8", "save the file in UTF-8")
    }
}

const MARK: &[u8] = "\u{feff}".as_bytes();

fn is_blank(record: &RawRecord) -> bool {
    matches!(record.fields.as_slice(), [field] if *field == Field::default())
}

impl Decode for CsvDecoder {
    fn feed(&mut self, bytes: &[u8], targets: &mut Targets, rows: &mut Vec<Record>) -> Result<()> {
        let begin;
        let bytes = match self.begin.take() {
            None => bytes,
            Some(mut before) => {
                before.extend_from_slice(bytes);
                if before.len() < MARK.len() && MARK.starts_with(&before) {
                    self.begin = Some(before);
                    return Ok(());
                }
                begin = before;
                // Not part of the first name, which may be in quotes.
                begin.strip_prefix(MARK).unwrap_or(&begin)
            }
        };
        let open = self.lines.feed(bytes, &mut self.found);
        self.take(targets, rows)?;
        if open > MOST {
            return Err(self.refused(
                format!("a row has more than {} MiB", MOST >> 20),
                "look for a quote that is not closed",
            ));
        }
        Ok(())
    }

    fn end(&mut self, targets: &mut Targets, rows: &mut Vec<Record>) -> Result<()> {
        let begin = self.begin.take().unwrap_or_default();
        self.lines.feed(&begin, &mut self.found);
        self.lines.end(&mut self.found);
        self.take(targets, rows)?;
        if self.header.is_none() {
            return Err(self.refused(
                "the file is empty",
                "give a file whose first line names the columns",
            ));
        }
        Ok(())
    }
}
