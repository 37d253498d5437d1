//! Tokens: a position in the order of one query, signed.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sea_orm::Value;
use serde::{Deserialize, Serialize};

use super::{
    fingerprint::Fingerprint,
    key::{SIGNATURE, TokenKey},
    wire::{self, Unfit},
};
use crate::error::{Error, Result};

/// The first byte of a token. Another one means another format.
const VERSION: u8 = 1;

/// More text than any token has: four sort columns of the longest texts.
const LONGEST: usize = 8192;

/// Where a window begins or ends: opaque text that can stand in a URL as it is.
///
/// It comes with a [`Window`](super::Window), and goes into a [`WindowRequest`](super::WindowRequest)
/// of the same query: the same entity, filters and sort, signed with the same key. The size may be
/// another one. It is signed, not encrypted, and holds the sort values of one row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WindowToken(String);

impl WindowToken {
    /// The token as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WindowToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for WindowToken {
    fn from(token: String) -> Self {
        Self(token)
    }
}

impl From<&str> for WindowToken {
    fn from(token: &str) -> Self {
        Self(token.to_owned())
    }
}

/// A place in an order, between two rows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Position {
    /// The sort values of a row; `None` for NULL.
    pub(super) values: Vec<Option<Value>>,
    /// Whether that row itself is among those that are asked for.
    pub(super) inclusive: bool,
}

/// Why a position does not go into a token: the number of the value, and what is wrong with it.
pub(super) type Unsealable = (usize, Unfit);

/// Makes the token of a position.
pub(super) fn seal(
    key: &TokenKey,
    fingerprint: &Fingerprint,
    position: &Position,
) -> Result<WindowToken, Unsealable> {
    let mut bytes = vec![VERSION];
    bytes.extend_from_slice(fingerprint.as_bytes());
    bytes.push(u8::from(position.inclusive));
    for (number, value) in position.values.iter().enumerate() {
        wire::write(&mut bytes, value.as_ref()).map_err(|unfit| (number, unfit))?;
    }
    bytes.extend_from_slice(&key.sign(&bytes));
    Ok(WindowToken(URL_SAFE_NO_PAD.encode(bytes)))
}

/// Reads the position of a token that has as many values as the query has sort columns.
pub(super) fn open(
    key: &TokenKey,
    fingerprint: &Fingerprint,
    values: usize,
    token: &WindowToken,
) -> Result<Position> {
    let no_token = || refused("it is no token, or a part of one is missing");
    if token.0.len() > LONGEST {
        return Err(no_token());
    }
    let bytes = URL_SAFE_NO_PAD.decode(&token.0).map_err(|_| no_token())?;
    if bytes.first().is_some_and(|version| *version != VERSION) {
        return Err(refused("it was made by another version, or is no token"));
    }
    let (signed, signature) = bytes.split_last_chunk::<SIGNATURE>().ok_or_else(no_token)?;
    if !key.verifies(signed, signature) {
        return Err(refused("it was changed, or signed with another key"));
    }
    let content = &signed[1..];
    let (of, mut rest) = content
        .split_first_chunk::<{ Fingerprint::LENGTH }>()
        .ok_or_else(no_token)?;
    if of != fingerprint.as_bytes() {
        return Err(refused("it belongs to a query with another sort or filter"));
    }
    read(&mut rest, values).ok_or_else(no_token)
}

fn read(bytes: &mut &[u8], values: usize) -> Option<Position> {
    let (inclusive, rest) = bytes.split_first()?;
    *bytes = rest;
    let values = (0..values).map(|_| wire::read(bytes));
    let values = values.collect::<Option<Vec<_>>>()?;
    bytes.is_empty().then_some(Position {
        values,
        inclusive: *inclusive != 0,
    })
}

/// What is wrong with a token. The token itself holds values of a row, and is not printed.
fn refused(problem: &str) -> Error {
    Error::invalid(
        "window token",
        problem,
        "begin with the first window, or give the token that came with the window before",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> TokenKey {
        TokenKey::from_bytes(&[byte; 32]).unwrap()
    }

    fn position() -> Position {
        Position {
            values: vec![Some("a".into()), None, Some(7_i64.into())],
            inclusive: true,
        }
    }

    fn problem(result: Result<Position>) -> String {
        match result {
            Err(Error::InvalidInput { problem, .. }) => problem,
            other => panic!("not refused: {other:?}"),
        }
    }

    #[test]
    fn a_token_opens_with_its_key_for_its_query() {
        let query = Fingerprint::of(["a"]);
        let token = seal(&key(1), &query, &position()).unwrap();
        assert_eq!(open(&key(1), &query, 3, &token).unwrap(), position());
        let safe = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
        assert!(token.as_str().chars().all(safe), "{token}");
        let text = serde_json::to_string(&token).unwrap();
        assert_eq!(text, format!("\"{token}\""));
        assert_eq!(serde_json::from_str::<WindowToken>(&text).unwrap(), token);
    }

    #[test]
    fn another_key_query_version_or_shape_is_refused() {
        let query = Fingerprint::of(["a"]);
        let token = seal(&key(1), &query, &position()).unwrap();
        let other_key = problem(open(&key(2), &query, 3, &token));
        assert!(other_key.contains("another key"), "{other_key}");
        let other_query = problem(open(&key(1), &Fingerprint::of(["b"]), 3, &token));
        assert!(
            other_query.contains("another sort or filter"),
            "{other_query}"
        );
        for values in [0, 2, 4] {
            problem(open(&key(1), &query, values, &token));
        }
        let mut bytes = URL_SAFE_NO_PAD.decode(token.as_str()).unwrap();
        bytes[0] += 1;
        let newer = URL_SAFE_NO_PAD.encode(bytes).into();
        let other_version = problem(open(&key(1), &query, 3, &newer));
        assert!(other_version.contains("another version"), "{other_version}");
    }

    #[test]
    fn every_change_of_a_token_is_seen() {
        let query = Fingerprint::of(["a"]);
        let token = seal(&key(1), &query, &position()).unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(token.as_str()).unwrap();
        for place in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[place] ^= 1 << bit;
                let changed = URL_SAFE_NO_PAD.encode(changed).into();
                problem(open(&key(1), &query, 3, &changed));
            }
            problem(open(
                &key(1),
                &query,
                3,
                &URL_SAFE_NO_PAD.encode(&bytes[..place]).into(),
            ));
        }
        for end in 0..token.as_str().len() {
            problem(open(&key(1), &query, 3, &token.as_str()[..end].into()));
        }
        let padded = format!("{token}=");
        let longest = "A".repeat(1 << 20);
        for text in ["", "?", "ä", &padded, &longest, " ", "null"] {
            problem(open(&key(1), &query, 3, &text.into()));
        }
    }
}
