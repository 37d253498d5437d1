//! Excel's workbooks: the first sheet, whose first row is the header.

mod cells;

use std::{
    fs::File,
    io::{BufReader, Read, Seek},
    sync::Arc,
};

use calamine::{Reader, Xlsx, XlsxError, open_workbook_from_rs};

use self::cells::{Cell, read_cell, value};
use super::{decode::Record, files::Rows, targets::Targets};
use crate::{
    dynamic::{LoadedColumn, Row},
    error::{Error, Result},
};

/// Rows that are handed on at a time.
const BATCH: usize = 1_000;

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
                Some(header) if header.passes_over(&ended) => {}
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

struct Header {
    targets: Vec<Option<Arc<LoadedColumn>>>,
    columns: Arc<Vec<String>>,
}

impl Header {
    fn read(mut cells: Vec<Cell>, targets: &mut Targets) -> Result<Self> {
        // Behind the last name, a cell may have a format and nothing in it.
        let width = cells.iter().rposition(|cell| !cell.is_empty());
        cells.truncate(width.map_or(0, |last| last + 1));
        let names: Vec<String> = cells.into_iter().map(Cell::into_name).collect();
        let targets = targets.of_header(&names)?;
        let columns = targets.iter().flatten();
        let columns = columns.map(|target| target.name.clone()).collect();
        Ok(Self {
            targets,
            columns: Arc::new(columns),
        })
    }

    /// Whether a row is one of cells that have a format and nothing in them, as below the rows of
    /// many workbooks. Where all columns may be NULL, it is a row.
    fn passes_over(&self, cells: &[Cell]) -> bool {
        let mut targets = self.targets.iter().flatten();
        targets.any(|target| !target.nullable) && cells.iter().all(Cell::is_empty)
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
        if cells.any(|cell| !cell.is_empty()) {
            return Err(Error::invalid(
                "the row",
                format!(
                    "it has cells beyond the {} of the header",
                    self.targets.len()
                ),
                "name their columns in the header, or clear them",
            ));
        }
        Ok(Row::of_columns(&self.columns, values))
    }
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
