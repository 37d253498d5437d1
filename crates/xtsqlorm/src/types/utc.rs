//! Moments in UTC, whatever the column is.

use std::ops::Deref;

use sea_orm::{
    ColIdx, DbErr, QueryResult, TryGetError, TryGetable, Value,
    prelude::{ChronoDateTimeUtc as Moment, DateTime},
    sea_query::{ArrayType, ColumnType, Nullable, ValueType, ValueTypeErr},
};
use serde::{Deserialize, Serialize};

macro_rules! moments {
    ($($(#[$doc:meta])+ $name:ident: $column_type:expr, $array_type:ident, $variant:ident, $write:expr;)+) => {$(
        $(#[$doc])+
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub Moment);

        impl From<Moment> for $name {
            fn from(moment: Moment) -> Self {
                Self(moment)
            }
        }

        impl Deref for $name {
            type Target = Moment;

            fn deref(&self) -> &Moment {
                &self.0
            }
        }

        impl From<$name> for Value {
            fn from(moment: $name) -> Self {
                let write: fn(Moment) -> Value = $write;
                write(moment.0)
            }
        }

        impl TryGetable for $name {
            fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
                read(row, index).map(Self)
            }
        }

        impl ValueType for $name {
            fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
                from_value(value).map(Self).ok_or(ValueTypeErr)
            }

            fn type_name() -> String {
                stringify!($name).to_owned()
            }

            fn array_type() -> ArrayType {
                ArrayType::$array_type
            }

            fn column_type() -> ColumnType {
                $column_type
            }
        }

        impl Nullable for $name {
            fn null() -> Value {
                Value::$variant(None)
            }
        }

        impl sea_orm::IntoActiveValue<Self> for $name {
            fn into_active_value(self) -> sea_orm::ActiveValue<Self> {
                sea_orm::ActiveValue::Set(self)
            }
        }
    )+};
}

moments! {
    /// A moment in a column of time: with a zone, without one (then what it holds is UTC), or
    /// SQLite's text.
    ///
    /// It always comes back as the same moment in UTC, to the microsecond where the column keeps
    /// microseconds.
    UtcDateTime: ColumnType::TimestampWithTimeZone, ChronoDateTimeUtc, ChronoDateTimeUtc, Value::from;

    /// A moment in a column of text, in RFC 3339 with six digits and `Z`, so that the order of the
    /// texts is that of the moments. Text in another form of RFC 3339, and text without an offset
    /// (then it is UTC), is read as well.
    UtcText: ColumnType::Text, String, String, |moment| {
        moment.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string().into()
    };
}

/// Tries what the column may be, one after another. NULL is told by the first.
fn read<I: ColIdx>(row: &QueryResult, index: I) -> Result<Moment, TryGetError> {
    match Moment::try_get_by(row, index) {
        Ok(moment) => return Ok(moment),
        Err(TryGetError::Null(column)) => return Err(TryGetError::Null(column)),
        Err(TryGetError::DbErr(_)) => {}
    }
    if let Ok(moment) = DateTime::try_get_by(row, index) {
        return Ok(moment.and_utc());
    }
    let text = String::try_get_by(row, index)?;
    parse(&text).ok_or_else(|| {
        TryGetError::DbErr(DbErr::Type(
            "the text of the column is no moment".to_owned(),
        ))
    })
}

fn from_value(value: Value) -> Option<Moment> {
    match value {
        Value::ChronoDateTimeUtc(moment) => moment,
        Value::ChronoDateTimeWithTimeZone(moment) => moment.map(|moment| moment.to_utc()),
        Value::ChronoDateTime(moment) => moment.map(|moment| moment.and_utc()),
        Value::String(text) => parse(&text?),
        _ => None,
    }
}

fn parse(text: &str) -> Option<Moment> {
    if let Ok(moment) = sea_orm::prelude::ChronoDateTimeWithTimeZone::parse_from_rfc3339(text) {
        return Some(moment.to_utc());
    }
    let with_space = text.replacen(' ', "T", 1);
    if let Ok(moment) =
        sea_orm::prelude::ChronoDateTimeWithTimeZone::parse_from_rfc3339(&with_space)
    {
        return Some(moment.to_utc());
    }
    with_space
        .parse::<DateTime>()
        .ok()
        .map(|moment| moment.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_every_form_that_databases_write() {
        for text in [
            "2026-02-28T10:00:00Z",
            "2026-02-28T10:00:00.000000Z",
            "2026-02-28 10:00:00+00:00",
            "2026-02-28T18:00:00+08:00",
            "2026-02-28 10:00:00",
            "2026-02-28T10:00:00.000",
        ] {
            let moment = parse(text).unwrap();
            assert_eq!(moment.to_rfc3339(), "2026-02-28T10:00:00+00:00", "{text}");
        }
        for text in [
            "",
            "2026-02-28",
            "28.02.2026 10:00",
            "2026-02-30T10:00:00Z",
            "now",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn texts_sort_as_their_moments_do() {
        let text = |text: &str| match Value::from(UtcText(parse(text).unwrap())) {
            Value::String(Some(text)) => text,
            other => panic!("{other:?}"),
        };
        let early = text("2026-02-28T18:00:00+08:00");
        let late = text("2026-02-28T10:00:00.000001Z");
        assert_eq!(early, "2026-02-28T10:00:00.000000Z");
        assert!(early < late);
    }
}
