//! What a row is called in the cache.

use std::fmt::Write;

use sea_orm::{Value, sea_query::ValueTuple};

/// Longer texts are no keys that are worth remembering.
const LONGEST: usize = 191;

/// A key whose rows can be remembered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct CacheKey {
    /// Where its row is kept. Keys that any database may call the same have the same slot.
    pub(super) slot: String,
    /// Its texts as they were written, which a hit compares.
    pub(super) spelling: String,
}

/// What kind of value a part of a key is. A database converts between them when it compares, by
/// rules of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Uuid,
    Text,
}

impl CacheKey {
    /// `None` where some database may call two such keys the same that look different here.
    ///
    /// Those are all values but integers, UUIDs, and texts of ASCII letters, digits, `-` and `_`,
    /// of which collations know no other spellings than upper and lower case.
    pub(super) fn new(key: &ValueTuple) -> Option<Self> {
        let mut slot = String::new();
        let mut spelling = String::new();
        for value in key.iter() {
            add(value, &mut slot, &mut spelling)?;
        }
        Some(Self { slot, spelling })
    }
}

/// The slot of a key that a statement binds, if it is of the kinds that keys are read with.
pub(super) fn slot_of(values: &[Value], kinds: &[Kind]) -> Option<String> {
    if values.len() != kinds.len() {
        return None;
    }
    let mut slot = String::new();
    for (value, kind) in values.iter().zip(kinds) {
        if kind_of(value)? != *kind {
            return None;
        }
        add(value, &mut slot, &mut String::new())?;
    }
    Some(slot)
}

/// The kinds of a key's values, where all of them can be remembered by.
pub(super) fn kinds_of(key: &ValueTuple) -> Option<Vec<Kind>> {
    key.iter().map(kind_of).collect()
}

fn kind_of(value: &Value) -> Option<Kind> {
    match value {
        Value::Uuid(Some(_)) => Some(Kind::Uuid),
        Value::String(Some(_)) => Some(Kind::Text),
        other => integer(other).map(|_| Kind::Number),
    }
}

/// Adds a part of a key. Nothing that is added contains a comma.
fn add(value: &Value, slot: &mut String, spelling: &mut String) -> Option<()> {
    let written = match value {
        Value::Uuid(Some(uuid)) => write!(slot, "{uuid},"),
        Value::String(Some(text)) if is_plain(text) => {
            write!(spelling, "{text},").ok()?;
            write!(slot, "{},", text.to_ascii_lowercase())
        }
        other => write!(slot, "{},", integer(other)?),
    };
    written.ok()
}

fn is_plain(text: &str) -> bool {
    let plain = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_');
    !text.is_empty() && text.len() <= LONGEST && text.bytes().all(plain)
}

fn integer(value: &Value) -> Option<i128> {
    match *value {
        Value::TinyInt(number) => number.map(i128::from),
        Value::SmallInt(number) => number.map(i128::from),
        Value::Int(number) => number.map(i128::from),
        Value::BigInt(number) => number.map(i128::from),
        Value::TinyUnsigned(number) => number.map(i128::from),
        Value::SmallUnsigned(number) => number.map(i128::from),
        Value::Unsigned(number) => number.map(i128::from),
        Value::BigUnsigned(number) => number.map(i128::from),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::sea_query::IntoValueTuple;

    use super::*;

    fn key(key: impl IntoValueTuple) -> Option<CacheKey> {
        CacheKey::new(&key.into_value_tuple())
    }

    /// Whatever a collation calls the same is kept in one place, and told apart by its spelling.
    #[test]
    fn keys_that_a_database_may_call_the_same_share_a_slot() {
        let (Some(small), Some(great)) = (key("is"), key("IS")) else {
            panic!("both are plain");
        };
        assert_eq!(small.slot, great.slot);
        assert_ne!(small.spelling, great.spelling);
        assert_eq!(key(7_i32), key(7_u64));
        assert_ne!(key(7), key(8));
        assert_ne!(key(("a", "b")), key(("a", "c")));
        assert_ne!(key((1, 23)), key((12, 3)));
    }

    /// Two spellings of one key that are kept in two places would outlive each other's changes.
    #[test]
    fn keys_with_other_spellings_are_not_remembered() {
        for text in ["", "é", "a ", "a,b", "ﬁ", "a\u{200f}", "ß", "1.0"] {
            assert_eq!(key(text), None, "{text:?}");
        }
        assert_eq!(key(1.0), None);
        assert_eq!(key("x".repeat(LONGEST + 1)), None);
        assert_eq!(key(vec![1_u8]), None);
    }

    /// A server compares `id = '7'` by rules of its own.
    #[test]
    fn a_statement_that_binds_another_kind_of_value_names_no_row() {
        let kinds = [Kind::Number];
        assert_eq!(slot_of(&[7_i64.into()], &kinds), Some("7,".into()));
        assert_eq!(slot_of(&["7".into()], &kinds), None);
        assert_eq!(slot_of(&[7.into(), 8.into()], &kinds), None);
        assert_eq!(slot_of(&[Value::Int(None)], &kinds), None);
    }
}
