//! Named parameters in the text of a statement, told apart from everything that only looks like one.

use std::ops::Range;

use sea_orm::DbBackend;

use crate::connection::text::passages::{is_word, opaque};

/// What a value can be put in the place of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Parameter {
    /// `:name`.
    Named { name: String, place: Range<usize> },
    /// A placeholder of the database's own, which no name stands for.
    Other { text: String },
}

/// The parameters of a statement, in order. Texts, quoted names and comments hold none; a cast
/// (`::int`), an assignment (`:=`) and a slice (`a[b:c]`) are none.
pub(super) fn parameters(dialect: DbBackend, sql: &str) -> Vec<Parameter> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut before = None;
    while let Some(first) = sql[start..].chars().next() {
        let rest = &sql[start..];
        let length = match skipped(dialect, rest, before) {
            Some(length) => length,
            None => match parameter(dialect, rest, before, start) {
                Some((parameter, length)) => {
                    found.push(parameter);
                    length
                }
                None => first.len_utf8(),
            },
        };
        before = rest[..length].chars().next_back();
        start += length;
    }
    found
}

/// The length of what holds no parameter at the beginning of `rest`.
fn skipped(dialect: DbBackend, rest: &str, before: Option<char>) -> Option<usize> {
    // A cast, or an assignment.
    let is_sign = rest.starts_with("::") || rest.starts_with(":=");
    is_sign
        .then_some(2)
        .or_else(|| opaque(dialect, rest, before))
}

fn parameter(
    dialect: DbBackend,
    rest: &str,
    before: Option<char>,
    start: usize,
) -> Option<(Parameter, usize)> {
    let first = rest.chars().next()?;
    let behind = &rest[first.len_utf8()..];
    let length = behind
        .find(|letter| !is_word(letter))
        .unwrap_or(behind.len());
    let name = &behind[..length];
    let begins_name = name.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
    let length = first.len_utf8() + length;
    let other = || {
        let text = rest[..length].to_owned();
        Some((Parameter::Other { text }, length))
    };
    match first {
        ':' if begins_name && !before.is_some_and(is_word) => Some((
            Parameter::Named {
                name: name.to_owned(),
                place: start..start + length,
            },
            length,
        )),
        '$' if dialect == DbBackend::Postgres
            && !before.is_some_and(is_word)
            && name.starts_with(|letter: char| letter.is_ascii_digit()) =>
        {
            other()
        }
        // PostgreSQL has operators of this sign.
        '?' if dialect != DbBackend::Postgres => other(),
        // An unbound parameter of SQLite is NULL without a word.
        '@' | '$' | ':' if dialect == DbBackend::Sqlite && !name.is_empty() => other(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dialect: DbBackend, sql: &str) -> Vec<String> {
        let described = |parameter| match parameter {
            Parameter::Named { name, place } => {
                assert_eq!(sql[place], format!(":{name}"));
                name
            }
            Parameter::Other { text } => format!("other {text}"),
        };
        parameters(dialect, sql)
            .into_iter()
            .map(described)
            .collect()
    }

    const ALL: [DbBackend; 3] = [DbBackend::MySql, DbBackend::Postgres, DbBackend::Sqlite];

    #[test]
    fn names_are_found_wherever_a_value_may_stand() {
        for dialect in ALL {
            let sql = "SELECT :a, (:b_2) FROM t WHERE x=:c AND y IN (:ids) LIMIT :größe;";
            assert_eq!(names(dialect, sql), ["a", "b_2", "c", "ids", "größe"]);
            assert_eq!(names(dialect, "x = :a OR :a = y"), ["a", "a"]);
            assert_eq!(names(dialect, ""), [""; 0]);
        }
    }

    #[test]
    fn texts_names_and_comments_hold_none() {
        for dialect in ALL {
            let sql = "SELECT ':a', 'it''s :b', \":c\", `:d` -- :e\n, /* :f */ :yes -- :g";
            assert_eq!(names(dialect, sql), ["yes"]);
        }
        assert_eq!(
            names(DbBackend::MySql, r"SELECT 'a\':b', :yes # :c"),
            ["yes"]
        );
        assert_eq!(names(DbBackend::Postgres, r"SELECT 'a\', :yes"), ["yes"]);
        assert_eq!(
            names(DbBackend::Postgres, r"SELECT E'a\':b', :yes"),
            ["yes"]
        );
        assert_eq!(
            names(DbBackend::Postgres, "SELECT $$:a$$, $t$:b $$ :c$t$, :yes"),
            ["yes"]
        );
        assert_eq!(
            names(DbBackend::Postgres, "/* a /* :b */ :c */ SELECT :yes"),
            ["yes"]
        );
        assert_eq!(names(DbBackend::Sqlite, "SELECT [:a], :yes"), ["yes"]);
    }

    #[test]
    fn casts_assignments_slices_and_operators_are_none() {
        assert_eq!(names(DbBackend::Postgres, "SELECT :a::int, b::text"), ["a"]);
        assert_eq!(names(DbBackend::Postgres, "SELECT a[b:c], d[1:2]"), [""; 0]);
        assert_eq!(
            names(
                DbBackend::Postgres,
                "SELECT j ? 'a', j ?| :keys, j @> :part"
            ),
            ["keys", "part"]
        );
        assert_eq!(names(DbBackend::MySql, "SET @x := :a, @y = @x"), ["a"]);
        assert_eq!(names(DbBackend::MySql, "SELECT 5--:a"), ["a"]);
        assert_eq!(names(DbBackend::Postgres, "SELECT '12:30', 12:30"), [""; 0]);
    }

    #[test]
    fn placeholders_without_a_name_are_told_apart() {
        assert_eq!(names(DbBackend::MySql, "x = ?"), ["other ?"]);
        assert_eq!(names(DbBackend::Sqlite, "x = ?1"), ["other ?1"]);
        assert_eq!(
            names(DbBackend::Sqlite, "x = @a, y = $b"),
            ["other @a", "other $b"]
        );
        assert_eq!(names(DbBackend::Postgres, "x = $1"), ["other $1"]);
        assert_eq!(names(DbBackend::Postgres, "x = a$1"), [""; 0]);
    }

    #[test]
    fn what_does_not_end_is_left_to_the_server() {
        for dialect in ALL {
            for sql in [
                "'", "\"a", "/* :a", "'\\", ":", "::", "$", "$a", "-", "--", "[", "é'é",
            ] {
                let _ = names(dialect, sql);
            }
        }
        assert_eq!(names(DbBackend::Postgres, "'open :a"), [""; 0]);
    }
}
