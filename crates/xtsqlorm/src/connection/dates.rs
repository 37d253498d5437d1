//! Dates of PostgreSQL that no date of Rust's can hold.
//!
//! The driver panics over them, in the task of whoever reads the row. So rows are looked at before
//! they are handed on, and one with such a date is an error. Whoever can read it says so
//! ([`as_stored`]).

use sea_orm::{
    DbErr, QueryResult, RuntimeErr,
    sqlx::{
        self, Column as _, Row as _, TypeInfo as _, ValueRef as _,
        postgres::{PgRow, PgValueFormat},
    },
};

use crate::error::Error;

tokio::task_local! {
    static AS_STORED: ();
}

/// Runs `future`, which gets rows with such dates, too.
pub(crate) async fn as_stored<F: Future>(future: F) -> F::Output {
    AS_STORED.scope((), future).await
}

/// A date or moment, as PostgreSQL sends it in binary form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dated {
    /// `date`: days.
    Day,
    /// `timestamp` and `timestamptz`: microseconds.
    Moment,
}

/// What Rust's dates do not reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beyond {
    Infinity,
    MinusInfinity,
    TooFar,
}

impl Dated {
    /// Whether the value is one that Rust's dates do not reach. Years go to about 262,000 either way.
    pub(crate) fn beyond(self, bytes: &[u8]) -> Option<Beyond> {
        const DAYS: i64 = 95_000_000;
        const MICROSECONDS_IN_A_DAY: i64 = 86_400_000_000;
        let (number, least, most, days) = match self {
            Self::Day => {
                let number = i32::from_be_bytes(bytes.try_into().ok()?).into();
                (number, i32::MIN.into(), i32::MAX.into(), number)
            }
            Self::Moment => {
                let number = i64::from_be_bytes(bytes.try_into().ok()?);
                (number, i64::MIN, i64::MAX, number / MICROSECONDS_IN_A_DAY)
            }
        };
        match number {
            _ if number == most => Some(Beyond::Infinity),
            _ if number == least => Some(Beyond::MinusInfinity),
            _ if days.abs() > DAYS => Some(Beyond::TooFar),
            _ => None,
        }
    }

    /// The same for an array, of which one such element is enough.
    fn beyond_in_array(self, bytes: &[u8]) -> Option<Beyond> {
        const HEADER: usize = 12;
        const DIMENSION: usize = 8;
        let dimensions = usize::try_from(i32::from_be_bytes(*bytes.first_chunk()?)).ok()?;
        let mut rest = bytes.get(HEADER + dimensions * DIMENSION..)?;
        while let Some((length, elements)) = rest.split_first_chunk() {
            // NULL has a length of -1, and no bytes.
            let length = usize::try_from(i32::from_be_bytes(*length)).unwrap_or(0);
            let (element, others) = elements.split_at_checked(length)?;
            if let Some(beyond) = self.beyond(element) {
                return Some(beyond);
            }
            rest = others;
        }
        None
    }
}

/// A column to look at.
#[derive(Debug)]
struct Place {
    index: usize,
    dated: Dated,
    is_array: bool,
}

/// Looks at the rows of one statement.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// Known from the first row on.
    places: Option<Vec<Place>>,
}

impl Watch {
    /// Refuses a row with a date that would make the driver panic.
    pub(super) fn check(&mut self, row: &QueryResult) -> Result<(), DbErr> {
        let Some(row) = row.try_as_pg_row() else {
            return Ok(());
        };
        for place in self.places.get_or_insert_with(|| places(row)) {
            let value = row.try_get_raw(place.index).map_err(unreadable)?;
            if value.is_null() || value.format() != PgValueFormat::Binary {
                continue;
            }
            let bytes = value.as_bytes().unwrap_or_default();
            let beyond = match place.is_array {
                true => place.dated.beyond_in_array(bytes),
                false => place.dated.beyond(bytes),
            };
            if let Some(beyond) = beyond {
                return Err(refused(row, place, beyond));
            }
        }
        Ok(())
    }
}

/// The columns that hold dates, or none where the caller can read them all.
fn places(row: &PgRow) -> Vec<Place> {
    if AS_STORED.try_with(|()| ()).is_ok() {
        return Vec::new();
    }
    let columns = row.columns().iter().enumerate();
    columns
        .filter_map(|(index, column)| {
            let (dated, is_array) = match column.type_info().name() {
                "DATE" => (Dated::Day, false),
                "TIMESTAMP" | "TIMESTAMPTZ" => (Dated::Moment, false),
                "DATE[]" => (Dated::Day, true),
                "TIMESTAMP[]" | "TIMESTAMPTZ[]" => (Dated::Moment, true),
                _ => return None,
            };
            Some(Place {
                index,
                dated,
                is_array,
            })
        })
        .collect()
}

fn refused(row: &PgRow, place: &Place, beyond: Beyond) -> DbErr {
    let column = &row.columns()[place.index];
    let problem = match beyond {
        Beyond::Infinity | Beyond::MinusInfinity => "it is infinite",
        Beyond::TooFar => "its year is beyond those that Rust's dates go to",
    };
    let source = sqlx::Error::ColumnDecode {
        index: column.name().to_owned(),
        source: format!("{problem}; read the column as text").into(),
    };
    Error::Decode {
        column: column.name().to_owned(),
        sql_type: column.type_info().name().to_lowercase(),
        source: unreadable(source),
    }
    .into()
}

fn unreadable(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_rust_s_dates_are_told_from_infinity() {
        let day = |days: i32| Dated::Day.beyond(&days.to_be_bytes());
        assert_eq!(day(i32::MAX), Some(Beyond::Infinity));
        assert_eq!(day(i32::MIN), Some(Beyond::MinusInfinity));
        assert_eq!(day(-100_000_000), Some(Beyond::TooFar));
        assert_eq!(day(95_000_000), None);
        assert_eq!(day(-2_500_000), None);
        let moment = |microseconds: i64| Dated::Moment.beyond(&microseconds.to_be_bytes());
        assert_eq!(moment(i64::MAX), Some(Beyond::Infinity));
        assert_eq!(moment(i64::MIN), Some(Beyond::MinusInfinity));
        assert_eq!(moment(i64::MAX - 1), Some(Beyond::TooFar));
        assert_eq!(moment(0), None);
        // Of another length it is something else.
        assert_eq!(Dated::Day.beyond(&[0x7f; 8]), None);
    }

    #[test]
    fn one_element_of_an_array_is_enough() {
        let array = |elements: &[Option<i32>]| {
            let count = i32::try_from(elements.len()).unwrap_or_default();
            let mut bytes: Vec<u8> = [1, 1, 1082, count, 1]
                .into_iter()
                .flat_map(i32::to_be_bytes)
                .collect();
            for element in elements {
                match element {
                    None => bytes.extend((-1_i32).to_be_bytes()),
                    Some(days) => {
                        bytes.extend(4_i32.to_be_bytes());
                        bytes.extend(days.to_be_bytes());
                    }
                }
            }
            Dated::Day.beyond_in_array(&bytes)
        };
        assert_eq!(
            array(&[Some(1), None, Some(i32::MAX)]),
            Some(Beyond::Infinity)
        );
        assert_eq!(array(&[Some(1), None, Some(2)]), None);
        assert_eq!(array(&[]), None);
        assert_eq!(Dated::Day.beyond_in_array(&0_i32.to_be_bytes()), None);
    }
}
