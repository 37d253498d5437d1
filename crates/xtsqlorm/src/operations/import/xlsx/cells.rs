//! What a cell is as a value.

use calamine::DataRef;
use sea_orm::{
    Value,
    sea_query::prelude::chrono::{NaiveDate, NaiveDateTime, NaiveTime},
};

use crate::{
    dynamic::{Form, LoadedColumn},
    error::{Error, Result},
    operations::text::value_of_text,
};

/// What a cell holds.
pub(super) enum Cell {
    Empty,
    Truth(bool),
    Number(f64),
    Text(String),
    /// A number that is shown as a date or a time of day.
    Moment(NaiveDateTime),
    /// A formula that came to nothing.
    Error,
}

impl Cell {
    /// The name of a column.
    pub(super) fn into_name(self) -> String {
        match self {
            Self::Text(name) => name,
            Self::Number(number) => number.to_string(),
            _ => String::new(),
        }
    }
}

pub(super) fn read_cell(value: &DataRef<'_>) -> Cell {
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
            let day = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into());
            let time = NaiveTime::from_hms_milli_opt(
                hour.into(),
                minute.into(),
                second.into(),
                milli.into(),
            );
            match day.zip(time) {
                Some((day, time)) => Cell::Moment(day.and_time(time)),
                None => Cell::Number(moment.as_f64()),
            }
        }
        DataRef::Error(_) => Cell::Error,
    }
}

/// The value of a cell for a column.
///
/// # Errors
///
/// [`Error::InvalidInput`] for an error of Excel's.
pub(super) fn value(cell: Cell, target: &LoadedColumn) -> Result<Value> {
    Ok(match cell {
        Cell::Empty => Value::String(None),
        Cell::Truth(truth) => truth.into(),
        Cell::Text(text) => value_of_text(target.form, target.loose, text),
        Cell::Number(number) if target.form == Form::Any => match is_whole(number) {
            true => Value::from(number as i64),
            false => number.into(),
        },
        Cell::Number(number) => value_of_text(target.form, target.loose, shown(number)),
        Cell::Moment(moment) => match target.form {
            Form::Date if moment.time() == NaiveTime::MIN => moment.date().into(),
            Form::Time => moment.time().into(),
            Form::Text if moment.time() == NaiveTime::MIN => moment.date().to_string().into(),
            Form::Text | Form::Any => moment.to_string().into(),
            _ => moment.into(),
        },
        Cell::Error => {
            return Err(Error::invalid(
                &target.name,
                "the cell holds an error and no value",
                "repair the formula, or clear the cell",
            ));
        }
    })
}

/// Whether a number has no fraction, and all of its digits are kept.
fn is_whole(number: f64) -> bool {
    number.fract() == 0.0 && number.abs() < 1e15
}

/// The number as Excel shows it.
fn shown(number: f64) -> String {
    match is_whole(number) {
        true => format!("{number:.0}"),
        false => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use calamine::{ExcelDateTime, ExcelDateTimeType};

    use super::*;

    fn target(form: Form) -> LoadedColumn {
        LoadedColumn {
            name: "c".to_owned(),
            form,
            loose: false,
            nullable: true,
            computed: false,
            numbered: false,
        }
    }

    fn read(cell: &DataRef<'_>, form: Form) -> Value {
        value(read_cell(cell), &target(form)).unwrap()
    }

    /// Of a workbook that a person wrote.
    #[test]
    fn a_number_is_what_its_column_holds() {
        let whole = DataRef::Float(30_303.0);
        let integer = Form::Integer {
            bits: 32,
            unsigned: false,
        };
        assert_eq!(read(&whole, Form::Text), Value::from("30303"));
        assert_eq!(read(&whole, integer), Value::from(30_303_i64));
        assert_eq!(read(&whole, Form::Any), Value::from(30_303_i64));
        assert_eq!(read(&whole, Form::Double), Value::from(30_303.0));
        let price = DataRef::Float(0.1);
        assert_eq!(read(&price, Form::Decimal), Value::from("0.1"));
        assert_eq!(read(&price, integer), Value::from("0.1"), "it is refused");
        assert_eq!(read(&price, Form::Float), Value::from(0.1_f32));
    }

    #[test]
    fn a_date_is_what_its_column_holds() {
        let serial = |days| {
            let is_time = ExcelDateTimeType::DateTime;
            DataRef::DateTime(ExcelDateTime::new(days, is_time, false))
        };
        let day = NaiveDate::from_ymd_opt(2026, 2, 28).unwrap();
        let midnight = serial(46_081.0);
        assert_eq!(read(&midnight, Form::Date), day.into());
        assert_eq!(
            read(&midnight, Form::DateTime),
            day.and_time(NaiveTime::MIN).into()
        );
        assert_eq!(read(&midnight, Form::Text), "2026-02-28".into());
        let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap();
        assert_eq!(
            read(&serial(46_081.5), Form::DateTime),
            day.and_time(noon).into()
        );
        assert_eq!(read(&serial(0.5), Form::Time), noon.into());
        let error = DataRef::Error(calamine::CellErrorType::Div0);
        assert!(value(read_cell(&error), &target(Form::Date)).is_err());
    }
}
