//! Where the statements of a script begin, and what in a statement is not to be read: texts, quoted
//! names and comments.

use sea_orm::DbBackend;

/// The statements of a script, each from its first word on.
pub(super) fn statements(dialect: DbBackend, sql: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = first_word(dialect, sql);
    while !rest.is_empty() {
        let end = end_of_statement(dialect, rest);
        found.push(&rest[..end]);
        rest = first_word(dialect, rest[end..].trim_start_matches(';'));
    }
    found
}

/// The text from its first word on. What MySQL runs within a comment is no comment.
pub(super) fn first_word(dialect: DbBackend, sql: &str) -> &str {
    let mut rest = sql.trim_start();
    loop {
        let length = match code_in_comment(dialect, rest) {
            Some(mark) => mark,
            None if rest.starts_with(['-', '/', '#']) => match opaque(dialect, rest, None) {
                Some(comment) => comment,
                None => return rest,
            },
            None => return rest,
        };
        rest = rest[length..].trim_start();
    }
}

/// Whether a text has a comment that MySQL or MariaDB runs: `/*!50000 .. */`.
pub(super) fn has_code_in_comment(sql: &str) -> bool {
    // Every statement is asked, and a letter is found faster than a word.
    if !sql.contains('!') {
        return false;
    }
    let mut comments = sql.match_indices("/*").map(|(start, _)| &sql[start + 2..]);
    comments.any(|comment| comment.starts_with('!') || comment.starts_with("M!"))
}

fn code_in_comment(dialect: DbBackend, rest: &str) -> Option<usize> {
    let mark = ["/*!", "/*M!"]
        .into_iter()
        .find(|mark| rest.starts_with(mark));
    let mark = mark.filter(|_| dialect == DbBackend::MySql)?;
    let version = rest[mark.len()..].bytes().take_while(u8::is_ascii_digit);
    Some(mark.len() + version.count())
}

fn end_of_statement(dialect: DbBackend, rest: &str) -> usize {
    let mut place = 0;
    let mut before = None;
    while let Some(letter) = rest[place..].chars().next() {
        if letter == ';' {
            return place;
        }
        let here = &rest[place..];
        let length = match code_in_comment(dialect, here) {
            // Another statement may begin in it.
            Some(_) if place > 0 => return place,
            Some(mark) => mark,
            None => opaque(dialect, here, before).unwrap_or(letter.len_utf8()),
        };
        before = here[..length].chars().next_back();
        place += length;
    }
    rest.len()
}

/// A statement without what is not to be read.
pub(super) fn visible(dialect: DbBackend, statement: &str) -> String {
    let mut visible = String::with_capacity(statement.len());
    let mut place = 0;
    while let Some(letter) = statement[place..].chars().next() {
        let here = &statement[place..];
        let before = statement[..place].chars().next_back();
        match opaque(dialect, here, before) {
            Some(length) => {
                visible.push(' ');
                place += length;
            }
            None => {
                visible.push(letter);
                place += letter.len_utf8();
            }
        }
    }
    visible
}

/// The length of a text, a quoted name or a comment at the beginning of `rest`.
pub(crate) fn opaque(dialect: DbBackend, rest: &str, before: Option<char>) -> Option<usize> {
    const MYSQL: DbBackend = DbBackend::MySql;
    const POSTGRES: DbBackend = DbBackend::Postgres;
    let mut letters = rest.chars();
    let (first, second) = (letters.next()?, letters.next());
    match (first, second) {
        ('\'', _) => {
            // E'..' of PostgreSQL knows the backslash, '..' does not.
            let escaping = dialect == POSTGRES && matches!(before, Some('e' | 'E'));
            Some(quoted(rest, '\'', dialect == MYSQL || escaping))
        }
        ('"', _) => Some(quoted(rest, '"', dialect == MYSQL)),
        ('`', _) => Some(quoted(rest, '`', false)),
        ('[', _) if dialect == DbBackend::Sqlite => Some(up_to(rest, "]")),
        // MySQL wants a space behind the two dashes: `5--1` is 6 there.
        ('-', Some('-')) if dialect != MYSQL || is_space(letters.next()) => Some(up_to(rest, "\n")),
        ('#', _) if dialect == MYSQL => Some(up_to(rest, "\n")),
        ('/', Some('*')) if dialect == POSTGRES => Some(nested(rest)),
        ('/', Some('*')) => Some(up_to(rest, "*/")),
        ('$', _) if dialect == POSTGRES && !before.is_some_and(is_word) => dollar_quoted(rest),
        _ => None,
    }
}

pub(crate) fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn is_space(letter: Option<char>) -> bool {
    letter.is_none_or(|letter| letter.is_whitespace() || letter.is_control())
}

/// The length up to the end of `mark`, or of everything where it does not come.
pub(crate) fn up_to(rest: &str, mark: &str) -> usize {
    rest.find(mark).map_or(rest.len(), |end| end + mark.len())
}

/// The length of what is quoted; a doubled quote does not end it.
pub(crate) fn quoted(rest: &str, quote: char, backslash: bool) -> usize {
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

/// PostgreSQL's comments hold comments.
fn nested(rest: &str) -> usize {
    let (mut depth, mut end) = (0_usize, 0);
    while end < rest.len() {
        if rest[end..].starts_with("/*") {
            depth += 1;
            end += 2;
        } else if rest[end..].starts_with("*/") {
            depth -= 1;
            end += 2;
            if depth == 0 {
                return end;
            }
        } else {
            end += rest[end..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length of `$tag$ .. $tag$`.
fn dollar_quoted(rest: &str) -> Option<usize> {
    let tag_end = rest[1..].find('$')? + 1;
    let tag = &rest[1..tag_end];
    let is_tag =
        tag.chars().all(is_word) && !tag.starts_with(|letter: char| letter.is_ascii_digit());
    if !is_tag {
        return None;
    }
    let mark = &rest[..=tag_end];
    let behind = &rest[mark.len()..];
    Some(mark.len() + up_to(behind, mark))
}
