//! Dates and times as text.

use sea_orm::sqlx::types::chrono::{NaiveDate, NaiveTime};

use super::RuleResult;
use crate::error::RuleError;

/// How a date or a time is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DateTimeFormat {
    /// RFC 3339, with its offset: `2024-02-29T12:30:00Z`, `2024-02-29T12:30:00.123+08:00`.
    #[default]
    Rfc3339,
    /// As SQL writes a time stamp, without an offset: `2024-02-29 12:30:00`, up to 9 digits of a
    /// second.
    Sql,
    /// `2024-02-29`
    Date,
    /// `12:30:00`, up to 9 digits of a second.
    Time,
}

impl DateTimeFormat {
    fn shown(self) -> &'static str {
        match self {
            Self::Rfc3339 => "YYYY-MM-DDTHH:MM:SS+HH:MM",
            Self::Sql => "YYYY-MM-DD HH:MM:SS",
            Self::Date => "YYYY-MM-DD",
            Self::Time => "HH:MM:SS",
        }
    }
}

/// Wants a date or a time of the calendar, written in this form. Code: `datetime`, with the form as
/// the parameter `format`.
///
/// Years are 0001 to 9999. The 60th second, which no database keeps, is refused.
///
/// ```
/// use xtsqlorm::operations::validators::{DateTimeFormat, datetime};
///
/// assert!(datetime(DateTimeFormat::Date)("2024-02-29").is_ok());
/// assert!(datetime(DateTimeFormat::Date)("2023-02-29").is_err());
/// ```
pub fn datetime(format: DateTimeFormat) -> impl Fn(&str) -> RuleResult + Clone {
    move |value| {
        let meets = match format {
            DateTimeFormat::Rfc3339 => moment(value, &['T', 't'], true),
            DateTimeFormat::Sql => moment(value, &[' '], false),
            DateTimeFormat::Date => date(value),
            DateTimeFormat::Time => time(value),
        };
        match meets {
            Some(()) => Ok(()),
            None => Err(RuleError::new("datetime").with("format", format.shown())),
        }
    }
}

fn moment(text: &str, separators: &[char], with_offset: bool) -> Option<()> {
    let (day, rest) = text.split_once(separators)?;
    date(day)?;
    if !with_offset {
        return time(rest);
    }
    if let Some(utc) = rest.strip_suffix(['Z', 'z']) {
        return time(utc);
    }
    let (clock, offset) = rest.split_at_checked(rest.rfind(['+', '-'])?)?;
    time(clock)?;
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    NaiveTime::from_hms_opt(digits(hours, 2)?, digits(minutes, 2)?, 0)?;
    Some(())
}

fn date(text: &str) -> Option<()> {
    let mut parts = text.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = digits(parts.next()?, 2)?;
    let day = digits(parts.next()?, 2)?;
    let is_one = parts.next().is_none() && year > 0;
    NaiveDate::from_ymd_opt(year.try_into().ok()?, month, day).filter(|_| is_one)?;
    Some(())
}

fn time(text: &str) -> Option<()> {
    let (clock, fraction) = match text.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (text, None),
    };
    if let Some(fraction) = fraction {
        (1..=9).contains(&fraction.len()).then_some(())?;
        digits(fraction, fraction.len())?;
    }
    let mut parts = clock.split(':');
    let hour = digits(parts.next()?, 2)?;
    let minute = digits(parts.next()?, 2)?;
    let second = digits(parts.next()?, 2)?;
    let is_one = parts.next().is_none();
    NaiveTime::from_hms_opt(hour, minute, second).filter(|_| is_one)?;
    Some(())
}

/// So many ASCII digits; `parse` would take a sign as well.
fn digits(text: &str, count: usize) -> Option<u32> {
    let are_digits = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| are_digits)
}
