//! Cuts SQL into tokens, so that definitions in the database's own words can be read, and names in
//! them replaced.

use std::ops::Range;

use sea_orm::DbBackend;

use crate::connection::text::passages::{quoted, up_to};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A keyword, a name without quotes, a number.
    Word,
    /// A name in quotes.
    Name,
    /// `'..'`, which SQLite takes for a name, too, where only a name can be.
    Text,
    /// A comment that a server executes.
    Executed,
    /// Any other character.
    Sign(char),
}

/// A piece of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind,
    /// As it is written.
    pub(crate) text: &'a str,
    /// Where it stands.
    pub(crate) place: Range<usize>,
}

impl Token<'_> {
    /// Whether it is this keyword.
    pub(crate) fn is(&self, keyword: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(keyword)
    }

    pub(crate) fn is_sign(&self, sign: char) -> bool {
        self.kind == Kind::Sign(sign)
    }

    /// Whether every database takes it for a name where one can be.
    pub(crate) fn may_be_name(&self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Name)
    }

    /// The name that it stands for.
    pub(crate) fn name(&self) -> String {
        let quote = match self.kind {
            Kind::Name | Kind::Text => self.text.chars().next(),
            _ => None,
        };
        let Some(quote) = quote else {
            return self.text.to_owned();
        };
        let end = if quote == '[' { ']' } else { quote };
        let inside = &self.text[quote.len_utf8()..];
        let inside = inside.strip_suffix(end).unwrap_or(inside);
        match quote {
            '[' => inside.to_owned(),
            _ => inside.replace(&String::from_iter([quote, quote]), &quote.to_string()),
        }
    }
}

/// The tokens of a text, without its spaces and comments. MySQL's texts know the backslash, SQLite's
/// names the square bracket
/// (<https://www.sqlite.org/lang_keywords.html>, <https://www.sqlite.org/lang_comment.html>).
pub(crate) fn tokens(dialect: DbBackend, sql: &str) -> Vec<Token<'_>> {
    let mysql = dialect == DbBackend::MySql;
    let mut found = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let start = sql.len() - rest.len();
        let (kind, length) = match first {
            _ if first.is_whitespace() => (None, first.len_utf8()),
            '-' if rest.starts_with("--") && !mysql => (None, up_to(rest, "\n")),
            '/' if rest.starts_with("/*") => {
                let executed = ["/*!", "/*T!", "/*M!"];
                let executed = mysql && executed.iter().any(|start| rest.starts_with(start));
                (
                    executed.then_some(Kind::Executed),
                    2 + up_to(&rest[2..], "*/"),
                )
            }
            '`' => (Some(Kind::Name), quoted(rest, '`', false)),
            '"' if mysql => (Some(Kind::Text), quoted(rest, '"', true)),
            '"' => (Some(Kind::Name), quoted(rest, '"', false)),
            '\'' => (Some(Kind::Text), quoted(rest, '\'', mysql)),
            '[' if !mysql => (Some(Kind::Name), up_to(rest, "]")),
            _ if is_word(first) => {
                let end = rest.find(|letter| !is_word(letter));
                (Some(Kind::Word), end.unwrap_or(rest.len()))
            }
            sign => (Some(Kind::Sign(sign)), sign.len_utf8()),
        };
        let (text, behind) = rest.split_at(length);
        if let Some(kind) = kind {
            found.push(Token {
                kind,
                text,
                place: start..start + length,
            });
        }
        rest = behind;
    }
    found
}

fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '$') || !letter.is_ascii()
}

/// The place behind the bracket that closes the one at `open`.
pub(crate) fn behind_group(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            Kind::Sign('(') => depth += 1,
            Kind::Sign(')') if depth <= 1 => return index + 1,
            Kind::Sign(')') => depth -= 1,
            _ => {}
        }
    }
    tokens.len()
}

/// The places of the items between the commas that stand outside brackets.
pub(crate) fn items(tokens: &[Token<'_>], within: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut index) = (within.start, within.start);
    while index < within.end {
        match tokens[index].kind {
            Kind::Sign('(') => {
                index = behind_group(tokens, index);
                continue;
            }
            Kind::Sign(',') => {
                found.push(start..index);
                start = index + 1;
            }
            _ => {}
        }
        index += 1;
    }
    found.push(start..within.end);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dialect: DbBackend, sql: &str) -> Vec<String> {
        tokens(dialect, sql).iter().map(Token::name).collect()
    }

    #[test]
    fn each_dialect_has_quotes_of_its_own() {
        let sql = r#"CREATE `a``b` "c""d" [e] 'f''\' -- g"#;
        assert_eq!(
            names(DbBackend::Sqlite, sql),
            ["CREATE", "a`b", "c\"d", "e", r"f'\"]
        );
        let sql = r#"`a\` 'it''s \' so' "x" /* no */ /*!80000 yes */ b=1"#;
        let tokens = tokens(DbBackend::MySql, sql);
        let texts: Vec<&str> = tokens.iter().map(|token| token.text).collect();
        assert_eq!(
            texts,
            [
                r"`a\`",
                r"'it''s \' so'",
                "\"x\"",
                "/*!80000 yes */",
                "b",
                "=",
                "1"
            ]
        );
        let may: Vec<bool> = tokens.iter().map(Token::may_be_name).collect();
        assert_eq!(may, [true, false, false, false, true, false, true]);
    }

    #[test]
    fn a_name_in_quotes_is_no_keyword() {
        let tokens = tokens(DbBackend::Sqlite, "REFERENCES \"references\"");
        assert!(tokens[0].is("references") && !tokens[1].is("references"));
    }

    #[test]
    fn what_does_not_end_goes_to_the_end() {
        assert_eq!(names(DbBackend::Sqlite, "中文 '"), ["中文", ""]);
        assert_eq!(names(DbBackend::Sqlite, "\"ab"), ["ab"]);
        assert_eq!(names(DbBackend::Sqlite, "a /*/ b"), ["a"]);
        assert_eq!(names(DbBackend::Sqlite, "a -- b"), ["a"]);
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
        let starts: Vec<&str> = items.iter().map(|item| tokens[item.start].text).collect();
        assert_eq!(starts, ["a", "b", "CHECK"]);
    }
}
