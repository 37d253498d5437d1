//! What no pragma tells of an index, read from its `CREATE INDEX`.

use sea_orm::DbBackend;

use super::pieces::{split, written};
use crate::reflect::tokens::{behind_group, tokens};

/// What the text says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct IndexText {
    /// What is indexed, in order, without `COLLATE`, `ASC` and `DESC`.
    pub(super) parts: Vec<String>,
    /// The condition of a partial index.
    pub(super) condition: Option<String>,
}

impl IndexText {
    pub(super) fn parse(sql: &str) -> Self {
        let tokens = tokens(DbBackend::Sqlite, sql);
        let Some(open) = tokens.iter().position(|token| token.is_sign('(')) else {
            return Self::default();
        };
        let end = behind_group(&tokens, open);
        let parts = split(tokens.get(open + 1..end - 1).unwrap_or_default());
        let parts = parts.into_iter().map(|mut part| {
            while let [before @ .., last] = part {
                if last.is("ASC") || last.is("DESC") {
                    part = before;
                } else if let [before @ .., collate, _] = part
                    && collate.is("COLLATE")
                {
                    part = before;
                } else {
                    break;
                }
            }
            written(sql, part).to_owned()
        });
        let rest = tokens.get(end..).unwrap_or_default();
        let condition = match rest {
            [first, condition @ ..] if first.is("WHERE") => {
                Some(written(sql, condition).to_owned())
            }
            _ => None,
        };
        Self {
            parts: parts.collect(),
            condition,
        }
    }
}
