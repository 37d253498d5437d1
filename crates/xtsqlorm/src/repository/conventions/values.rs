//! Times and versions in the form that a column holds them in.

use std::time::Duration;

use sea_orm::{
    ActiveModelTrait, EntityName, EntityTrait, IdenStatic, Value,
    prelude::{DateTimeLocal, DateTimeUtc},
};

use crate::{
    error::{Error, Result},
    repository::value,
};

/// A moment in every form that it can be stored in, the plainest last.
fn time_forms(moment: DateTimeUtc) -> [Value; 5] {
    let local: DateTimeLocal = moment.into();
    [
        moment.into(),
        moment.fixed_offset().into(),
        local.into(),
        moment.naive_utc().into(),
        time_text(moment).into(),
    ]
}

/// A moment as text of one length, so that the order of texts is that of moments.
pub(crate) fn time_text(moment: DateTimeUtc) -> String {
    moment.format("%FT%T%.6fZ").to_string()
}

/// The moment in the form that `column` holds.
pub(super) fn time<A: ActiveModelTrait>(
    column: <A::Entity as EntityTrait>::Column,
    moment: DateTimeUtc,
) -> Result<Value> {
    held::<A>(column, time_forms(moment)).ok_or_else(|| {
        refused::<A>(
            column,
            "it holds no time",
            "name a column of a date and time, or of text",
        )
    })
}

/// The version of a new row in the form that `column` holds.
pub(super) fn first_version<A: ActiveModelTrait>(
    column: <A::Entity as EntityTrait>::Column,
) -> Result<Value> {
    let forms = [
        1_i32.into(),
        1_i64.into(),
        1_u32.into(),
        1_u64.into(),
        1_i16.into(),
        1_u16.into(),
        1_i8.into(),
        1_u8.into(),
    ];
    held::<A>(column, forms).ok_or_else(|| {
        refused::<A>(
            column,
            "it holds no version",
            "name a column of whole numbers",
        )
    })
}

/// The first of these values that the entity takes for `column`.
fn held<A: ActiveModelTrait>(
    column: <A::Entity as EntityTrait>::Column,
    forms: impl IntoIterator<Item = Value>,
) -> Option<Value> {
    let mut row = <A as ActiveModelTrait>::default();
    forms.into_iter().find_map(|form| {
        row.try_set(column, form).ok()?;
        row.get(column).into_value()
    })
}

pub(super) fn refused<A: ActiveModelTrait>(
    column: <A::Entity as EntityTrait>::Column,
    problem: &str,
    remedy: &str,
) -> Error {
    let table = <A::Entity as Default>::default();
    let subject = format!("{}.{}", table.table_name(), column.as_str());
    Error::invalid(subject, problem, remedy)
}

/// The moment that a stored value means; a time without a zone is in UTC.
pub(crate) fn moment_of(value: &Value) -> Option<DateTimeUtc> {
    let without_zone = || value::date_time(value).map(|time| time.and_utc());
    value::moment(value)
        .map(|moment| moment.to_utc())
        .or_else(without_zone)
}

/// The moment since which `age` has passed; `None` where nothing can be that old.
pub(crate) fn at_most_old(now: DateTimeUtc, age: Duration) -> Option<DateTimeUtc> {
    // Below the first year, databases differ in what they can compare with.
    const FIRST_YEAR: i64 = -62_135_596_800_000_000;
    let age: i64 = age.as_micros().try_into().ok()?;
    let moment = now.timestamp_micros().checked_sub(age)?;
    let moment = Some(moment).filter(|moment| *moment >= FIRST_YEAR)?;
    DateTimeUtc::from_timestamp_micros(moment)
}
