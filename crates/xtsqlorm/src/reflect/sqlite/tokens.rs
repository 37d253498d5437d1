//! Cuts an SQL text of SQLite into tokens (<https://www.sqlite.org/lang_keywords.html>,
//! <https://www.sqlite.org/lang_comment.html>).

use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword, a name without quotes, a number.
    Word,
    /// A name in quotes.
    Name,
    /// `'..'`, which SQLite takes for a name, too, where only a name can be.
    Text,
    /// Any other character.
    Sign(char),
}

/// A piece of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    /// Where it stands.
    pub(super) place: Range<usize>,
}

impl Token<'_> {
    /// Whether it is this keyword.
    pub(super) fn is(&self, keyword: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(keyword)
    }

    pub(super) fn is_sign(&self, sign: char) -> bool {
        self.kind == Kind::Sign(sign)
    }

    /// The name that it stands for.
    pub(super) fn name(&self) -> String {
        let Some(quote) = self.text.chars().next() else {
            return String::new();
        };
        let inner = || self.text.get(1..self.text.len() - 1).unwrap_or_default();
        match (self.kind, quote) {
            (Kind::Name, '[') => inner().to_owned(),
            (Kind::Name | Kind::Text, quote) => {
                inner().replace(&format!("{quote}{quote}"), &quote.to_string())
            }
            _ => self.text.to_owned(),
        }
    }
}

/// The tokens of a text, without its spaces and comments.
pub(super) fn tokens(sql: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let start = sql.len() - rest.len();
        let (kind, length) = match first {
            _ if first.is_whitespace() => (None, first.len_utf8()),
            '-' if rest.starts_with("--") => (None, rest.find('\n').unwrap_or(rest.len())),
            '/' if rest.starts_with("/*") => {
                let end = rest[2..].find("*/").map_or(rest.len(), |end| end + 4);
                (None, end)
            }
            '"' | '`' => (Some(Kind::Name), quoted(rest, first)),
            '\'' => (Some(Kind::Text), quoted(rest, first)),
            '[' => {
                let end = rest.find(']').map_or(rest.len(), |end| end + 1);
                (Some(Kind::Name), end)
            }
            _ if is_word(first) => {
                let end = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
                (Some(Kind::Word), end)
            }
            sign => (Some(Kind::Sign(sign)), sign.len_utf8()),
        };
        if let Some(kind) = kind {
            found.push(Token {
                kind,
                text: &rest[..length],
                place: start..start + length,
            });
        }
        rest = &rest[length..];
    }
    found
}

fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '$') || !letter.is_ascii()
}

/// The length of a quoted piece; a doubled quote does not end it.
fn quoted(rest: &str, quote: char) -> usize {
    let mut letters = rest.char_indices().skip(1).peekable();
    while let Some((place, letter)) = letters.next() {
        if letter == quote && letters.next_if(|(_, next)| *next == quote).is_none() {
            return place + 1;
        }
    }
    rest.len()
}

/// The place behind the bracket that closes the one at `open`.
pub(super) fn behind_group(tokens: &[Token<'_>], open: usize) -> usize {
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
    let mut pieces = Vec::new();
    let (mut start, mut index) = (0, 0);
    while let Some(token) = tokens.get(index) {
        match token.kind {
            Kind::Sign('(') => {
                index = behind_group(tokens, index);
                continue;
            }
            Kind::Sign(',') => {
                pieces.push(&tokens[start..index]);
                start = index + 1;
            }
            _ => {}
        }
        index += 1;
    }
    pieces.push(&tokens[start..]);
    pieces
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
    if let [token] = tokens(written).as_slice() {
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
