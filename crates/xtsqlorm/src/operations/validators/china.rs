//! Numbers that mainland China gives out.

use sea_orm::sqlx::types::chrono::{NaiveDate, Utc};

use super::{RuleResult, broken};
use crate::error::RuleError;

/// The first two digits of an ID card: provinces, and residents from Hong Kong, Macao and Taiwan.
const PROVINCES: [u8; 35] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52,
    53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83,
];

/// Wants a mobile number of mainland China: 11 digits from 13 to 19, with or without `+86` before
/// them, and nothing between them. Code: `phone`.
///
/// ```
/// use xtsqlorm::operations::validators::phone;
///
/// assert!(phone("13800138000").is_ok());
/// assert!(phone("１３８００１３８０００").is_err());
/// ```
///
/// # Errors
///
/// A [`RuleError`] for everything else.
pub fn phone(value: &str) -> RuleResult {
    let number = value.strip_prefix("+86").unwrap_or(value).as_bytes();
    let is_one = matches!(number, [b'1', b'3'..=b'9', ..])
        && number.len() == 11
        && number.iter().all(u8::is_ascii_digit);
    match is_one {
        true => Ok(()),
        false => Err(RuleError::new("phone")),
    }
}

/// Wants the number of an ID card of mainland China (GB 11643): six digits of a region, the date of
/// birth, three digits, and a check digit, which can be a capital `X`. Code: `id_card`.
///
/// Numbers of 15 digits, which ended in 2013, are refused. Of the region, the province is looked up;
/// towns come, go and keep their numbers.
///
/// ```
/// use xtsqlorm::operations::validators::id_card;
///
/// assert!(id_card("11010519491231002X").is_ok());
/// let error = id_card("11010519990229002X").unwrap_err();
/// assert_eq!(error.parameters()["reason"], "birth_date");
/// ```
///
/// # Errors
///
/// A [`RuleError`] with the reason `form`, `region`, `birth_date` or `check_digit`.
pub fn id_card(value: &str) -> RuleResult {
    let Some((digits, check)) = parts(value.as_bytes()) else {
        return Err(broken("id_card", "form"));
    };
    let number = |range: std::ops::Range<usize>| {
        let digits = digits[range].iter();
        digits.fold(0_u32, |number, digit| number * 10 + u32::from(*digit))
    };
    if !PROVINCES
        .iter()
        .any(|province| u32::from(*province) == number(0..2))
    {
        return Err(broken("id_card", "region"));
    }
    let birth = i32::try_from(number(6..10))
        .ok()
        .and_then(|year| NaiveDate::from_ymd_opt(year, number(10..12), number(12..14)));
    if !birth.is_some_and(|birth| birth >= OLDEST && birth <= today()) {
        return Err(broken("id_card", "birth_date"));
    }
    match check == check_digit(&digits) {
        true => Ok(()),
        false => Err(broken("id_card", "check_digit")),
    }
}

/// Nobody who lives was born before.
const OLDEST: NaiveDate = match NaiveDate::from_ymd_opt(1900, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// The 17 digits as numbers, and the check digit as it is written.
fn parts(text: &[u8]) -> Option<([u8; 17], u8)> {
    let (&check, digits) = text.split_last()?;
    let digits: [u8; 17] = digits.try_into().ok()?;
    let are_digits = digits.iter().all(u8::is_ascii_digit);
    let is_check = matches!(check, b'0'..=b'9' | b'X');
    (are_digits && is_check).then(|| (digits.map(|digit| digit - b'0'), check))
}

/// ISO 7064, MOD 11-2.
fn check_digit(digits: &[u8; 17]) -> u8 {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(*digit) * weight)
        .sum();
    b"10X98765432"[sum as usize % 11]
}

/// The day in the place on Earth where it begins first, so that nobody is refused at birth.
fn today() -> NaiveDate {
    let utc = Utc::now().date_naive();
    utc.succ_opt().unwrap_or(utc)
}
