//! Excel's workbooks, of one sheet.

mod cells;

use std::{
    fs::File,
    io::{Seek, SeekFrom},
    panic::{AssertUnwindSafe, catch_unwind},
};

use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet, XlsxError};
use sea_orm::Value;

use self::cells::{Cell, cell};
use super::encode::Encode;
use crate::{
    dynamic::ReadColumn,
    error::{Error, Result},
};

/// The most rows of a sheet, with the header.
const ROWS: u32 = 1_048_576;

pub(super) struct XlsxEncoder {
    table: String,
    columns: Vec<ReadColumn>,
    workbook: Workbook,
    /// What makes an empty cell one that is there.
    plain: Format,
    /// The next row, of which the first is the header.
    row: u32,
}

impl XlsxEncoder {
    pub(super) fn new(table: &str, columns: Vec<ReadColumn>) -> Result<Self> {
        let mut workbook = Workbook::new();
        // Rows go to a temporary file as they come.
        workbook
            .add_worksheet_with_constant_memory()
            .map_err(refused)?
            // Of the only formula, that of the empty text.
            .set_formula_result_default("");
        Ok(Self {
            table: table.to_owned(),
            columns,
            workbook,
            plain: Format::new().set_text_wrap(),
            row: 0,
        })
    }

    fn header(&mut self) -> Result<()> {
        let sheet = self.workbook.worksheet_from_index(0).map_err(refused)?;
        for (place, column) in self.columns.iter().enumerate() {
            let name = Cell::Text(column.name.as_str().into());
            write(sheet, self.row, place, name).map_err(refused)?;
        }
        self.row = 1;
        Ok(())
    }

    fn write_row(&mut self, values: &[Value]) -> Result<()> {
        if self.row == ROWS {
            return Err(Error::invalid(
                &self.table,
                format!("there are more rows than the {} of a sheet", ROWS - 1),
                "export a part of the rows, or to another format",
            ));
        }
        let sheet = self.workbook.worksheet_from_index(0).map_err(refused)?;
        let (mut is_empty, mut room) = (true, String::new());
        for (place, value) in values.iter().enumerate() {
            let cell = match cell(value, &mut room) {
                Ok(None) => continue,
                Ok(Some(cell)) => cell,
                Err(problem) => {
                    let name = self.columns.get(place).map_or("", |column| &column.name);
                    return Err(Error::invalid(
                        format!("{}.{name}", self.table),
                        format!("row {} of the sheet has {problem}", self.row + 1),
                        "leave the column out, or export to another format",
                    ));
                }
            };
            is_empty = false;
            write(sheet, self.row, place, cell).map_err(refused)?;
        }
        if is_empty {
            // Without any cell it would be no row.
            sheet
                .write_blank(self.row, 0, &self.plain)
                .map_err(refused)?;
        }
        self.row += 1;
        Ok(())
    }
}

fn write(sheet: &mut Worksheet, row: u32, place: usize, cell: Cell<'_>) -> Result<(), XlsxError> {
    // Beyond the last column, the writer refuses it.
    let place = u16::try_from(place).unwrap_or(u16::MAX);
    match cell {
        Cell::Truth(truth) => sheet.write_boolean(row, place, truth)?,
        Cell::Number(number) => sheet.write_number(row, place, number)?,
        Cell::Text(text) if text.is_empty() => {
            // An empty cell is NULL.
            sheet.write_formula(row, place, Formula::new("=\"\""))?
        }
        Cell::Text(text) => sheet.write_string(row, place, text)?,
    };
    Ok(())
}

fn refused(error: XlsxError) -> Error {
    Error::invalid(
        "the workbook",
        error.to_string(),
        "export to another format",
    )
}

/// The writer panics where its temporary file cannot be written, as on a full disk.
fn on_disk<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(cannot_write(std::io::Error::other(
            "its temporary file cannot be written",
        )))
    })
}

fn cannot_write(error: std::io::Error) -> Error {
    Error::file("the workbook cannot be written", error)
}

impl Encode for XlsxEncoder {
    fn begin(&mut self, _: &mut Vec<u8>) -> Result<()> {
        on_disk(|| self.header())
    }

    fn rows(&mut self, rows: &[Vec<Value>], _: &mut Vec<u8>) -> Result<()> {
        on_disk(|| rows.iter().try_for_each(|row| self.write_row(row)))
    }

    fn end(mut self: Box<Self>, _: &mut Vec<u8>) -> Result<Option<File>> {
        let mut file = tempfile::tempfile().map_err(cannot_write)?;
        on_disk(|| self.workbook.save_to_writer(&mut file).map_err(refused))?;
        file.seek(SeekFrom::Start(0)).map_err(cannot_write)?;
        Ok(Some(file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_too_many_is_an_error_and_the_last_one_is_not() {
        let mut encoder = XlsxEncoder::new("numbers", Vec::new()).unwrap();
        let mut out = Vec::new();
        encoder.begin(&mut out).unwrap();
        encoder.row = ROWS - 1;
        encoder.rows(&[vec![Value::from(7)]], &mut out).unwrap();
        let error = encoder.rows(&[vec![Value::from(8)]], &mut out).unwrap_err();
        assert_eq!(
            error.to_string(),
            "numbers: there are more rows than the 1048575 of a sheet; \
             export a part of the rows, or to another format"
        );
        let file = Box::new(encoder).end(&mut out).unwrap().unwrap();
        assert!(file.metadata().unwrap().len() > 1_000);
    }
}
