//! Excel's workbooks: the first sheet, whose first row is the header.

use std::{
    fs::File,
    io::{BufReader, Read, Seek},
    sync::Arc,
};

use calamine::{DataRef, Reader, Xlsx, XlsxError, open_workbook_from_rs};
use sea_orm::Value;

use super::{
    decode::Record,
    files::Rows,
    targets::{Target, Targets},
};
use crate::{
    dynamic::{Form, Row},
    error::{Error, Result},
    operations::text::value_of_text,
};

/// Rows that are handed on at a time.
const BATCH: usize = 1_000;

/// What a cell holds.
enum Cell {
    Empty,
    Truth(bool),
    Number(f64),
    Text(String),
    /// A formula that came to nothing.
    Error,
}

pub(super) fn read(file: File, targets: &mut Targets, rows: Rows<'_>) -> Result<()> {
    let mut workbook: Xlsx<_> = open_workbook_from_rs(BufReader::new(file)).map_err(unreadable)?;
    let names = workbook.sheet_names();
    let Some(sheet) = names.first() else {
        return Err(empty());
    };
    read_sheet(&mut workbook, sheet, targets, rows)
}

fn read_sheet<R: Read + Seek>(
    workbook: &mut Xlsx<R>,
    sheet: &str,
    targets: &mut Targets,
    rows: Rows<'_>,
) -> Result<()> {
    let mut cells = workbook.worksheet_cells_reader(sheet).map_err(unreadable)?;
    let mut header: Option<Header> = None;
    let mut batch = Vec::new();
    let (mut current, mut row) = (0, Vec::new());
    loop {
        let next = cells.next_cell().map_err(unreadable)?;
        let place = next.as_ref().map(calamine::Cell::get_position);
        // A cell of another row ends the one before it.
        if place.is_none_or(|(line, _)| line != current) && !row.is_empty() {
            let ended = std::mem::take(&mut row);
            match &header {
                None => header = Some(Header::read(ended, targets)?),
                Some(header) => batch.push(Record {
                    line: u64::from(current) + 1,
                    row: header.row(ended),
                }),
            }
        }
        let (Some(cell), Some((line, column))) = (next, place) else {
            break;
        };
        current = line;
        let column = column as usize;
        while row.len() < column {
            row.push(Cell::Empty);
        }
        row.push(read_cell(cell.get_value()));
        if batch.len() >= BATCH && !rows(std::mem::take(&mut batch)) {
            return Ok(());
        }
    }
    if header.is_none() {
        return Err(empty());
    }
    rows(batch);
    Ok(())
}

fn read_cell(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::Bool(truth) => Cell::Truth(*truth),
        DataRef::Int(number) => Cell::Text(number.to_string()),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::String(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::Text(text.clone()),
        DataRef::DateTime(moment) => {
            let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            Cell::Text(match (hour, minute, second, milli) {
                (0, 0, 0, 0) => date,
                _ => format!("{date}T{hour:02}:{minute:02}:{second:02}.{milli:03}"),
            })
        }
        DataRef::Error(_) => Cell::Error,
    }
}

struct Header {
    targets: Vec<Option<Arc<Target>>>,
    columns: Arc<Vec<String>>,
}

impl Header {
    fn read(cells: Vec<Cell>, targets: &mut Targets) -> Result<Self> {
        let name = |cell| match cell {
            Cell::Text(name) => name,
            Cell::Number(number) => number.to_string(),
            _ => String::new(),
        };
        let names: Vec<String> = cells.into_iter().map(name).collect();
        let targets = targets.of_header(&names)?;
        let columns = targets.iter().flatten();
        let columns = columns.map(|target| target.column.clone()).collect();
        Ok(Self {
            targets,
            columns: Arc::new(columns),
        })
    }

    fn row(&self, cells: Vec<Cell>) -> Result<Row> {
        let mut values = Vec::with_capacity(self.columns.len());
        let mut cells = cells.into_iter();
        for target in &self.targets {
            let cell = cells.next().unwrap_or(Cell::Empty);
            if let Some(target) = target {
                values.push(value(cell, target)?);
            }
        }
        Ok(Row::of_columns(&self.columns, values))
    }
}

fn value(cell: Cell, target: &Target) -> Result<Value> {
    Ok(match cell {
        Cell::Empty => Value::String(None),
        Cell::Truth(truth) => truth.into(),
        Cell::Text(text) => value_of_text(target.form, target.loose, text),
        Cell::Number(number) => match target.form {
            Form::Any | Form::Text => match number.fract() == 0.0 && number.abs() < 1e15 {
                // As Excel shows it; a column of text refuses it.
                true => Value::from(number as i64),
                false => number.into(),
            },
            form => value_of_text(form, target.loose, number.to_string()),
        },
        Cell::Error => {
            return Err(Error::invalid(
                &target.column,
                "the cell holds an error and no value",
                "repair the formula, or clear the cell",
            ));
        }
    })
}

fn unreadable(error: XlsxError) -> Error {
    Error::invalid(
        "the workbook",
        format!("it cannot be read: {error}"),
        "save it as .xlsx",
    )
}

fn empty() -> Error {
    Error::invalid(
        "the workbook",
        "its first sheet is empty",
        "give one whose first row names the columns",
    )
}
