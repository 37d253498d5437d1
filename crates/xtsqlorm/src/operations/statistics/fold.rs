//! Statistics of SQLite's decimals, from each different value and how often it comes.

use sea_orm::{DbErr, QueryResult, Value, prelude::Decimal};

use super::{FieldStats, Number, exact, query::Field};
use crate::{
    error::{Error, Result},
    repository::Form,
    row::decode::decode,
};

/// The rows are sorted by the group, if there is one.
pub(super) fn groups(
    rows: &[QueryResult],
    group: Option<&Field>,
) -> Result<Vec<(Value, FieldStats)>> {
    let mut groups: Vec<(Value, FieldStats)> = Vec::new();
    let at = usize::from(group.is_some());
    for row in rows {
        let of = match group {
            Some(group) => group.read(row, 0)?,
            None => Value::String(None),
        };
        if groups.last().is_none_or(|(last, _)| *last != of) {
            groups.push((of, FieldStats::empty()));
        }
        let Some((_, stats)) = groups.last_mut() else {
            continue;
        };
        let times: i64 = row.try_get_by_index(at + 1)?;
        add(stats, decimal(row, at)?, times.unsigned_abs())?;
    }
    for (_, stats) in &mut groups {
        stats.avg = exact::mean(stats.sum, stats.count);
    }
    Ok(groups)
}

/// Takes a value into account that comes `times` times.
fn add(stats: &mut FieldStats, value: Option<Decimal>, times: u64) -> Result<()> {
    stats.rows += times;
    let Some(value) = value else {
        stats.nulls += times;
        return Ok(());
    };
    stats.count += times;
    stats.distinct += 1;
    let replaces = |known: &Option<Value>, better: fn(&Decimal, &Decimal) -> bool| match known {
        Some(Value::Decimal(Some(known))) => better(&value, known),
        _ => true,
    };
    if replaces(&stats.min, |new, known| new < known) {
        stats.min = Some(value.into());
    }
    if replaces(&stats.max, |new, known| new > known) {
        stats.max = Some(value.into());
    }
    let sum = stats.sum.and_then(Number::exact).unwrap_or_default();
    let part = value.checked_mul(times.into());
    let sum = part.and_then(|part| sum.checked_add(part));
    stats.sum = Some(Number::Exact(sum.ok_or_else(exact::too_long)?));
    Ok(())
}

/// As SeaORM reads it into a model.
fn decimal(row: &QueryResult, index: usize) -> Result<Option<Decimal>> {
    let value = decode(row, index, Form::Decimal)?;
    let read = match value {
        Value::Decimal(number) => return Ok(number),
        Value::Double(Some(number)) => Decimal::try_from(number).ok(),
        _ => None,
    };
    let unreadable = || DbErr::Type("a value of the column is no number".to_owned());
    Ok(Some(read.ok_or_else(|| Error::from(unreadable()))?))
}
