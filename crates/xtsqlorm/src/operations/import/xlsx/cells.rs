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

/// The milliseconds of a day.
const DAY: i64 = 86_400_000;

/// What a cell holds.
pub(super) enum Cell {
    Empty,
    Truth(bool),
    Number(f64),
    Text(String),
    /// A number that is shown as a date or a time of day.
    Moment(NaiveDateTime),
    /// A number that is shown as hours, of which there may be more than a day has, or fewer than none;
    /// in milliseconds.
    Span(i64),
    /// A time of day, of no day.
    Time(NaiveTime),
    /// A formula that came to nothing.
    Error,
}

impl Cell {
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

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
        DataRef::DateTime(span) if span.is_duration() => {
            let milliseconds = (span.as_f64() * DAY as f64).round();
            Cell::Span(milliseconds as i64)
        }
        DataRef::DateTime(moment) => {
            let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
            let day = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into());
            let time = NaiveTime::from_hms_milli_opt(
                hour.into(),
                minute.into(),
                second.into(),
                milli.into(),
            );
            match (day, time) {
                // The day before the first one.
                (_, Some(time)) if (0.0..1.0).contains(&moment.as_f64()) => Cell::Time(time),
                (Some(day), Some(time)) => Cell::Moment(day.and_time(time)),
                _ => Cell::Number(moment.as_f64()),
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
            Form::Text if moment.time() == NaiveTime::MIN => moment.date().to_string().into(),
            Form::Text | Form::Any => moment.to_string().into(),
            _ => moment.into(),
        },
        Cell::Span(milliseconds) => span(milliseconds, target.form),
        Cell::Time(time) => match target.form {
            Form::Text | Form::Any => time.to_string().into(),
            _ => time.into(),
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

/// A time of day where it is one and the column holds that; else the text of hours, minutes and
/// seconds, which the column accepts or refuses.
fn span(milliseconds: i64, form: Form) -> Value {
    let (seconds, rest) = (milliseconds.abs() / 1_000, milliseconds.abs() % 1_000);
    if form == Form::Time && (0..DAY).contains(&milliseconds) {
        let seconds = u32::try_from(seconds).ok();
        let nanoseconds = u32::try_from(rest * 1_000_000).ok();
        let time = seconds.zip(nanoseconds).and_then(|(seconds, rest)| {
            NaiveTime::from_num_seconds_from_midnight_opt(seconds, rest)
        });
        if let Some(time) = time {
            return time.into();
        }
    }
    let sign = if milliseconds < 0 { "-" } else { "" };
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let fraction = match rest {
        0 => String::new(),
        rest => format!(".{rest:03}"),
    };
    format!("{sign}{hours:02}:{minutes:02}:{seconds:02}{fraction}").into()
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
    fn hours_are_kept_beyond_a_day() {
        let hours = |hours: f64| {
            let is_span = ExcelDateTimeType::TimeDelta;
            DataRef::DateTime(ExcelDateTime::new(hours / 24.0, is_span, false))
        };
        for (given, text) in [
            (30.0, "30:00:00"),
            (48.0, "48:00:00"),
            (-1.0, "-01:00:00"),
            (24.000_5, "24:00:01.800"),
        ] {
            assert_eq!(read(&hours(given), Form::Time), text.into());
            assert_eq!(read(&hours(given), Form::Text), text.into());
        }
        let time = NaiveTime::from_hms_milli_opt(23, 59, 59, 500);
        assert_eq!(
            read(&hours(23.999_861_111), Form::Time),
            time.unwrap().into()
        );
        assert_eq!(read(&hours(0.5), Form::Text), "00:30:00".into());
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
        assert_eq!(read(&serial(0.5), Form::Text), "12:00:00".into());
        let with_day = read(&serial(46_081.5), Form::Time);
        assert_eq!(with_day, day.and_time(noon).into(), "it is refused");
        let error = DataRef::Error(calamine::CellErrorType::Div0);
        assert!(value(read_cell(&error), &target(Form::Date)).is_err());
    }
}
