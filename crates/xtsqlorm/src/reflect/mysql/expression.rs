//! Expressions as `information_schema` shows them, turned into SQL.

use super::types::unescaped;
use crate::connection::Backend;

/// The expression of a default, a generated column, a check or an index.
///
/// MySQL escapes it once more than it is written, so that each quote has a backslash before it.
pub(super) fn expression(shown: &str, backend: Backend) -> String {
    if !is_escaped(shown, backend) {
        return shown.to_owned();
    }
    let mut sql = String::with_capacity(shown.len());
    let mut letters = shown.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => sql.extend(letters.next().map(unescaped)),
            letter => sql.push(letter),
        }
    }
    sql
}

/// Outside names, the first quote of an escaped text has a backslash before it, that of another one
/// opens a literal. So it holds for a MySQL that does not escape, too.
fn is_escaped(shown: &str, backend: Backend) -> bool {
    if backend == Backend::MariaDb {
        return false;
    }
    let mut in_name = false;
    let mut before = ' ';
    for letter in shown.chars() {
        match letter {
            '`' => in_name = !in_name,
            '\'' if !in_name => return before == '\\',
            _ => {}
        }
        before = letter;
    }
    backend == Backend::MySql
}

/// What an UPDATE sets the column to, from `extra` as the server wrote it.
pub(super) fn on_update(extra: &str) -> Option<String> {
    const WORDS: &str = "on update ";
    let start = extra.to_ascii_lowercase().find(WORDS)? + WORDS.len();
    let expression = extra[start..].split([' ', ',']).next()?;
    Some(expression.to_owned())
}

/// Whether a check says that this column is valid JSON, and no more: how MariaDB keeps JSON.
pub(super) fn keeps_json(check: &str, column: &str) -> bool {
    check == format!("json_valid(`{}`)", column.replace('`', "``"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mysql_escapes_once_more_than_sql_does() {
        for (shown, sql) in [
            (
                r"concat(`a`,_utf8mb4\'it\\\'s\')",
                r"concat(`a`,_utf8mb4'it\'s')",
            ),
            (
                r"(`a\\b` <> _utf8mb4\'x\\\\y\')",
                r"(`a\b` <> _utf8mb4'x\\y')",
            ),
            (r"(`c\'d` <> _utf8mb4\'q\')", "(`c'd` <> _utf8mb4'q')"),
            (r"(char_length(`a\\b`) > 1)", r"(char_length(`a\b`) > 1)"),
            (r"_utf8mb4\'\\n\'", r"_utf8mb4'\n'"),
            ("(`a` > 1)", "(`a` > 1)"),
        ] {
            assert_eq!(expression(shown, Backend::MySql), sql);
        }
    }

    #[test]
    fn others_do_not() {
        let sql = r"concat(`a`,'it\'s')";
        assert_eq!(expression(sql, Backend::MariaDb), sql);
        assert_eq!(expression(sql, Backend::TiDb), sql);
        assert_eq!(
            expression(sql, Backend::MySql),
            sql,
            "nor may MySQL for ever"
        );
    }

    #[test]
    fn on_update_is_told_from_its_neighbours() {
        for (extra, expected) in [
            (
                "DEFAULT_GENERATED on update CURRENT_TIMESTAMP(3)",
                Some("CURRENT_TIMESTAMP(3)"),
            ),
            (
                "on update current_timestamp(), INVISIBLE",
                Some("current_timestamp()"),
            ),
            ("DEFAULT_GENERATED", None),
        ] {
            assert_eq!(on_update(extra).as_deref(), expected);
        }
    }

    #[test]
    fn json_is_a_check_of_that_column_and_no_more() {
        assert!(keeps_json("json_valid(`a`)", "a"));
        assert!(keeps_json("json_valid(`a``b`)", "a`b"));
        assert!(!keeps_json("json_valid(`a`)", "b"));
        assert!(!keeps_json("json_valid(`a`) and `a` <> ''", "a"));
    }
}
