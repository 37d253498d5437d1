//! Excel's workbooks, of one sheet.

use std::{
    fs::File,
    io::{Seek, SeekFrom},
};

use rust_xlsxwriter::{Formula, Workbook, XlsxError};
use sea_orm::Value;

use super::encode::Encode;
use crate::{
    dynamic::ReadColumn,
    error::{Error, Result},
    operations::text::{Written, push_base64, written},
};

/// The most rows of a sheet, with the header.
const ROWS: u32 = 1_048_576;

/// The most characters of a cell, as UTF-16 counts them.
const CHARACTERS: usize = 32_767;

/// The most digits of a number that Excel shows and keeps.
const DIGITS: usize = 15;

pub(super) struct XlsxEncoder {
    table: String,
    columns: Vec<ReadColumn>,
    workbook: Workbook,
    /// The next row, of which the first is the header.
    row: u32,
}

impl XlsxEncoder {
    pub(super) fn new(table: &str, columns: Vec<ReadColumn>) -> Result<Self> {
        let mut workbook = Workbook::new();
        // Rows go to a temporary file as they come.
        workbook
            .add_worksheet_with_constant_memory()
            .map_err(refused)?;
        Ok(Self {
            table: table.to_owned(),
            columns,
            workbook,
            row: 0,
        })
    }

    fn write(&mut self, column: usize, value: &Value) -> Result<()> {
        let place = u16::try_from(column).unwrap_or(u16::MAX);
        let text = match written(value) {
            Written::Null => return Ok(()),
            Written::Truth(truth) => {
                let sheet = self.workbook.worksheet_from_index(0).map_err(refused)?;
                sheet
                    .write_boolean(self.row, place, truth)
                    .map_err(refused)?;
                return Ok(());
            }
            Written::Number(text) => match number(&text) {
                Some(number) => {
                    let sheet = self.workbook.worksheet_from_index(0).map_err(refused)?;
                    sheet
                        .write_number(self.row, place, number)
                        .map_err(refused)?;
                    return Ok(());
                }
                None => text,
            },
            Written::Plain(text) | Written::Json(text) => text,
            Written::Text(text) => text.to_owned(),
            Written::Bytes(bytes) => {
                let mut text = String::new();
                push_base64(bytes, &mut text);
                text
            }
        };
        self.write_text(column, place, text)
    }

    fn write_text(&mut self, column: usize, place: u16, text: String) -> Result<()> {
        if text.encode_utf16().count() > CHARACTERS {
            let name = self.columns.get(column).map_or("", |column| &column.name);
            return Err(Error::invalid(
                format!("{}.{name}", self.table),
                format!("a text has more than the {CHARACTERS} characters that a cell holds"),
                "leave the column out, or export to another format",
            ));
        }
        let sheet = self.workbook.worksheet_from_index(0).map_err(refused)?;
        if text.is_empty() {
            // An empty cell is NULL.
            let empty = Formula::new("=\"\"").set_result("");
            sheet
                .write_formula(self.row, place, empty)
                .map_err(refused)?;
        } else {
            sheet.write_string(self.row, place, text).map_err(refused)?;
        }
        Ok(())
    }
}

/// The number that Excel would keep as it is.
fn number(text: &str) -> Option<f64> {
    let mantissa = text.split(['e', 'E']).next()?;
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    // Excel has no minus zero.
    (digits <= DIGITS && text != "-0.0").then(|| text.parse().ok())?
}

fn refused(error: XlsxError) -> Error {
    Error::invalid(
        "the workbook",
        error.to_string(),
        "export to another format",
    )
}

impl Encode for XlsxEncoder {
    fn begin(&mut self, _: &mut Vec<u8>) -> Result<()> {
        let names: Vec<String> = self
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect();
        for (place, name) in names.into_iter().enumerate() {
            let cell = u16::try_from(place).unwrap_or(u16::MAX);
            self.write_text(place, cell, name)?;
        }
        self.row = 1;
        Ok(())
    }

    fn rows(&mut self, rows: &[Vec<Value>], _: &mut Vec<u8>) -> Result<()> {
        for row in rows {
            if self.row == ROWS {
                return Err(Error::invalid(
                    &self.table,
                    format!(
                        "there are more rows than the {} that a sheet holds",
                        ROWS - 1
                    ),
                    "export to another format, or a part of the rows",
                ));
            }
            for (column, value) in row.iter().enumerate() {
                self.write(column, value)?;
            }
            self.row += 1;
        }
        Ok(())
    }

    fn end(mut self: Box<Self>, _: &mut Vec<u8>) -> Result<Option<File>> {
        let cannot = |error| Error::file("the workbook cannot be written", error);
        let mut file = tempfile::tempfile().map_err(cannot)?;
        self.workbook.save_to_writer(&mut file).map_err(refused)?;
        file.seek(SeekFrom::Start(0)).map_err(cannot)?;
        Ok(Some(file))
    }
}
