//! Sums that lose no digit.

use sea_orm::prelude::Decimal;

use super::Number;
use crate::error::{Error, Result};

/// `high * 2^32 + low`: what SQLite adds up as two halves, neither of which overflows.
pub(super) fn of_halves(high: i64, low: i64) -> Result<Decimal> {
    let sum = (i128::from(high) << 32) + i128::from(low);
    Decimal::try_from_i128_with_scale(sum, 0).map_err(|_| too_long())
}

/// The mean of `count` values.
pub(super) fn mean(sum: Option<Number>, count: u64) -> Option<Number> {
    match sum? {
        Number::Exact(sum) => sum.checked_div(count.into()).map(Number::Exact),
        // A count beyond 2^53 is beyond every table.
        Number::Float(sum) => Some(Number::Float(sum / (count as f64))),
    }
}

pub(super) fn too_long() -> Error {
    Error::invalid(
        "the sum",
        "it has more than 28 digits",
        "add up a part of the rows, or let the database return it as text by `RawSql`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_make_whole_numbers_again() {
        for number in [0, 1, -1, i64::MAX, i64::MIN, 4_294_967_296, -4_294_967_297] {
            let (high, low) = (number / 4_294_967_296, number % 4_294_967_296);
            assert_eq!(of_halves(high, low).unwrap(), Decimal::from(number));
        }
        let (high, low) = (i64::MAX / 4_294_967_296, i64::MAX % 4_294_967_296);
        let sum = of_halves(high * 3, low * 3).unwrap();
        assert_eq!(sum.to_string(), "27670116110564327421");
    }

    #[test]
    fn a_mean_is_exact_to_28_digits() {
        let third = mean(Some(Number::Exact(Decimal::ONE)), 3);
        let digits = third.unwrap().exact().unwrap().to_string();
        assert_eq!(digits, "0.3333333333333333333333333333");
        assert_eq!(mean(Some(Number::Float(1.0)), 4), Some(Number::Float(0.25)));
        assert_eq!(mean(None, 0), None);
    }
}
