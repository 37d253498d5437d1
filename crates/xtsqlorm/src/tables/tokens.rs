//! Definitions in the database's own words, taken apart so that names in them can be replaced.

use std::ops::Range;

use sea_orm::DbBackend;

/// One word, name, text or sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    kind: Kind,
    /// A name without its quotes, anything else as it is written.
    pub(super) text: String,
    /// Where it is written.
    pub(super) place: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Not quoted: a keyword, a name, a number.
    Word,
    /// A quoted name.
    Name,
    /// Anything else: a text, a sign, a comment that a server executes.
    Other,
}

impl Token {
    /// Whether it is this keyword.
    pub(super) fn is(&self, keyword: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(keyword)
    }

    pub(super) fn is_sign(&self, sign: &str) -> bool {
        self.kind == Kind::Other && self.text == sign
    }

    pub(super) fn may_be_name(&self) -> bool {
        self.kind != Kind::Other
    }
}

/// The tokens of a definition. MySQL's texts know the backslash, SQLite's names the square bracket.
pub(super) fn tokens(dialect: DbBackend, sql: &str) -> Vec<Token> {
    let mysql = dialect == DbBackend::MySql;
    let mut found = Vec::new();
    let mut start = 0;
    while let Some(first) = sql[start..].chars().next() {
        let rest = &sql[start..];
        let (kind, length) = match first {
            _ if first.is_whitespace() => (None, first.len_utf8()),
            '-' if rest.starts_with("--") && !mysql => (None, until(rest, "\n")),
            '/' if rest.starts_with("/*!")
                || rest.starts_with("/*T!")
                || rest.starts_with("/*M!") =>
            {
                (Some(Kind::Other), until(rest, "*/"))
            }
            '/' if rest.starts_with("/*") => (None, until(rest, "*/")),
            '`' => (Some(Kind::Name), quoted(rest, '`', false)),
            '"' => {
                let kind = if mysql { Kind::Other } else { Kind::Name };
                (Some(kind), quoted(rest, '"', mysql))
            }
            '\'' => (Some(Kind::Other), quoted(rest, '\'', mysql)),
            '[' if !mysql => (Some(Kind::Name), until(rest, "]")),
            _ if is_word(first) => {
                let end = rest.find(|letter| !is_word(letter));
                (Some(Kind::Word), end.unwrap_or(rest.len()))
            }
            _ => (Some(Kind::Other), first.len_utf8()),
        };
        if let Some(kind) = kind {
            let written = &rest[..length];
            let text = match kind {
                Kind::Name => unquoted(written, first),
                _ => written.to_owned(),
            };
            found.push(Token {
                kind,
                text,
                place: start..start + length,
            });
        }
        start += length;
    }
    found
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$') || !letter.is_ascii()
}

/// The length up to the end of `mark`.
fn until(rest: &str, mark: &str) -> usize {
    rest.find(mark)
        .map_or(rest.len(), |start| start + mark.len())
}

/// The length of what is quoted; a doubled quote does not end it.
fn quoted(rest: &str, quote: char, backslash: bool) -> usize {
    let mut letters = rest.char_indices().skip(1).peekable();
    while let Some((place, letter)) = letters.next() {
        if backslash && letter == '\\' {
            letters.next();
        } else if letter == quote && letters.next_if(|(_, next)| *next == quote).is_none() {
            return place + quote.len_utf8();
        }
    }
    rest.len()
}

fn unquoted(written: &str, quote: char) -> String {
    let end = if quote == '[' { ']' } else { quote };
    let inside = &written[quote.len_utf8()..];
    let inside = inside.strip_suffix(end).unwrap_or(inside);
    if quote == '[' {
        return inside.to_owned();
    }
    inside.replace(&String::from_iter([quote, quote]), &quote.to_string())
}

/// The place behind the bracket that closes the one at `open`.
pub(super) fn behind_group(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        if token.is_sign("(") {
            depth += 1;
        } else if token.is_sign(")") {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return index + 1;
            }
        }
    }
    tokens.len()
}

/// The places of the items between the commas that stand outside brackets.
pub(super) fn items(tokens: &[Token], within: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut index) = (within.start, within.start);
    while index < within.end {
        if tokens[index].is_sign("(") {
            index = behind_group(tokens, index);
            continue;
        }
        if tokens[index].is_sign(",") {
            found.push(start..index);
            start = index + 1;
        }
        index += 1;
    }
    found.push(start..within.end);
    found
}

/// A definition in which pieces are replaced.
pub(super) struct Edits<'a> {
    sql: &'a str,
    edits: Vec<(Range<usize>, String)>,
}

impl<'a> Edits<'a> {
    pub(super) fn of(sql: &'a str) -> Self {
        Self {
            sql,
            edits: Vec::new(),
        }
    }

    /// Puts `by` where these bytes are. Pieces do not overlap.
    pub(super) fn replace(&mut self, place: Range<usize>, by: impl Into<String>) {
        self.edits.push((place, by.into()));
    }

    pub(super) fn finish(mut self) -> String {
        self.edits.sort_by_key(|(place, _)| place.start);
        let mut sql = String::with_capacity(self.sql.len());
        let mut end = 0;
        for (place, by) in self.edits {
            sql.push_str(&self.sql[end..place.start.max(end)]);
            sql.push_str(&by);
            end = place.end.max(end);
        }
        sql.push_str(&self.sql[end..]);
        sql
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(dialect: DbBackend, sql: &str) -> Vec<String> {
        let tokens = tokens(dialect, sql).into_iter();
        tokens.map(|token| token.text).collect()
    }

    #[test]
    fn each_dialect_has_quotes_of_its_own() {
        let sql = r#"CREATE `a``b` "c""d" [e] 'f''\' -- g"#;
        assert_eq!(
            texts(DbBackend::Sqlite, sql),
            ["CREATE", "a`b", "c\"d", "e", r"'f''\'"]
        );
        let sql = r#"`a\` 'it''s \' so' "x" /* no */ /*!80000 yes */ b=1"#;
        assert_eq!(
            texts(DbBackend::MySql, sql),
            [
                r"a\",
                r"'it''s \' so'",
                "\"x\"",
                "/*!80000 yes */",
                "b",
                "=",
                "1"
            ]
        );
        let tokens = tokens(DbBackend::Sqlite, "REFERENCES \"references\"");
        assert!(tokens[0].is("references") && !tokens[1].is("references"));
        assert_eq!(texts(DbBackend::Sqlite, "中文 '"), ["中文", "'"]);
    }

    #[test]
    fn items_stand_between_the_commas_outside_brackets() {
        let tokens = tokens(
            DbBackend::Sqlite,
            "t (a INT, b DECIMAL(1, 2), CHECK (x IN (1, 2)))",
        );
        let end = behind_group(&tokens, 1);
        assert_eq!(end, tokens.len());
        let items = items(&tokens, 2..end - 1);
        let starts: Vec<&str> = items
            .iter()
            .map(|item| tokens[item.start].text.as_str())
            .collect();
        assert_eq!(starts, ["a", "b", "CHECK"]);
    }

    #[test]
    fn edits_may_come_in_any_order() {
        let mut edits = Edits::of("one two three");
        edits.replace(8..13, "3");
        edits.replace(0..3, "1");
        assert_eq!(edits.finish(), "1 two 3");
    }
}
