//! Pieces of SQLite's texts as they were written.

use sea_orm::DbBackend;

use crate::reflect::tokens::{Kind, Token, items, tokens};

/// What stands between these tokens, as it was written.
pub(super) fn written<'a>(sql: &'a str, tokens: &[Token<'_>]) -> &'a str {
    match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => sql
            .get(first.place.start..last.place.end)
            .unwrap_or_default(),
        _ => "",
    }
}

/// The pieces between the commas that stand outside brackets.
pub(super) fn split<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
    let items = items(tokens, 0..tokens.len()).into_iter();
    items.filter_map(|item| tokens.get(item)).collect()
}

/// Whether SELECTs are put together in the text of a view: the type of a column is that of one of them.
pub(super) fn is_compound(sql: &str) -> bool {
    const WORDS: [&str; 3] = ["UNION", "INTERSECT", "EXCEPT"];
    let tokens = tokens(DbBackend::Sqlite, sql);
    let mut words = tokens.iter();
    words.any(|token| WORDS.iter().any(|word| token.is(word)))
}

/// A default as an expression. SQLite takes a name for a text there; NULL is no default.
pub(super) fn default_expression(written: &str) -> Option<String> {
    const WORDS: [&str; 5] = [
        "TRUE",
        "FALSE",
        "CURRENT_DATE",
        "CURRENT_TIME",
        "CURRENT_TIMESTAMP",
    ];
    if let [token] = tokens(DbBackend::Sqlite, written).as_slice() {
        let number = token.text.starts_with(|first: char| first.is_ascii_digit());
        if token.is("NULL") {
            return None;
        }
        let name = match token.kind {
            Kind::Name => true,
            Kind::Word => !number && !WORDS.iter().any(|word| token.is(word)),
            _ => false,
        };
        if name {
            return Some(format!("'{}'", token.name().replace('\'', "''")));
        }
    }
    Some(written.to_owned())
}
