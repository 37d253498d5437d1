//! The rows: ten columns, of which the database makes the key.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use rust_decimal::Decimal;

/// A row before it has a key.
#[derive(Clone, Debug)]
pub struct NewRow {
    /// Unique.
    pub code: String,
    /// A name of some length.
    pub name: String,
    /// Missing in every third row.
    pub note: Option<String>,
    /// An exact number with two digits after the point.
    pub amount: Decimal,
    /// One of four values; indexed.
    pub quantity: i32,
    /// True in two of three rows.
    pub active: bool,
    /// A floating-point number.
    pub rating: f64,
    /// With microseconds.
    pub created_at: NaiveDateTime,
    /// Missing in every second row.
    pub updated_at: Option<NaiveDateTime>,
}

/// What a partial update sets.
#[derive(Clone, Debug)]
pub struct Change {
    /// The new name.
    pub name: String,
    /// The new amount.
    pub amount: Decimal,
}

impl NewRow {
    /// The row of this number, with a code that begins with `tag`.
    #[must_use]
    pub fn numbered(tag: &str, number: i64) -> Self {
        Self {
            code: format!("{tag}-{number:010}"),
            name: format!("Name of row {number}"),
            note: (number % 3 != 0).then(|| format!("a note, \"quoted\", on row {number}")),
            amount: amount(number),
            quantity: i32::try_from(number % 4).unwrap_or_default(),
            active: number % 3 != 1,
            rating: number as f64 / 7.0,
            created_at: moment(number),
            updated_at: (number % 2 == 0).then(|| moment(number + 1)),
        }
    }
}

impl Change {
    /// The change of this number.
    #[must_use]
    pub fn numbered(number: i64) -> Self {
        Self {
            name: format!("Changed by {number}"),
            amount: amount(number * 7),
        }
    }
}

/// So many rows, one after another, so that a peer which can take them as they come does not have
/// to hold them.
pub fn rows(tag: &str, size: u64) -> impl Iterator<Item = NewRow> + Send + use<> {
    let tag = tag.to_owned();
    (1..=size as i64).map(move |number| NewRow::numbered(&tag, number))
}

/// Changes of the rows from key 1 on, all of them different.
#[must_use]
pub fn changes(size: u64, round: i64) -> Vec<(i64, Change)> {
    let change = |id| (id, Change::numbered(id + round));
    (1..=size as i64).map(change).collect()
}

fn amount(number: i64) -> Decimal {
    Decimal::new(number * 37 % 100_000_000, 2)
}

fn moment(number: i64) -> NaiveDateTime {
    let start = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap_or_default();
    start.and_hms_opt(0, 0, 0).unwrap_or_default() + TimeDelta::microseconds(number * 61_000_001)
}

/// Numbers that look random and are the same in every run.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The sequence of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// The next number from 1 to `most`.
    pub fn up_to(&mut self, most: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        1 + (self.0 >> 1) as i64 % most.max(1)
    }
}
