//! Documentation of generated code: what the schema says of its tables and columns.

use quote::quote;
use syn::{File, parse_quote};
use xtsqlorm::reflect::{ColumnModel, DataType, TableModel};

use super::{ADVICE, MARK};

/// Longest piece of SQL that documentation quotes.
const SQL_LENGTH: usize = 80;

/// Puts these paragraphs and our mark at the head of a file.
pub(super) fn head(file: &mut File, paragraphs: &[String]) {
    let mark = format!("{MARK}; {ADVICE}");
    let written = paragraphs.iter().filter(|text| !text.is_empty()).cloned();
    let lines = written.flat_map(|text| [text, String::new()]).chain([mark]);
    file.attrs = lines
        .map(|line| {
            let line = doc_text(&line);
            parse_quote!(#![doc = #line])
        })
        .collect();
}

/// Lines of documentation as attributes.
pub(super) fn attributes(lines: &[String]) -> proc_macro2::TokenStream {
    let lines = lines.iter().map(|line| doc_text(line));
    quote!(#(#[doc = #lines])*)
}

/// What is said of a column.
pub(super) fn column(column: &ColumnModel, table: &TableModel) -> Vec<String> {
    let said = column.comment.as_deref().map(comment).unwrap_or_default();
    let facts = facts(column, table);
    let mut lines = match (said.is_empty(), facts.is_empty()) {
        (true, true) => Vec::new(),
        (true, false) => {
            vec![facts.replacen("default", "Default", usize::from(facts.starts_with('d')))]
        }
        (false, true) => vec![said],
        (false, false) => vec![format!("{said} ({facts})")],
    };
    if let Some(generated) = &column.generated {
        let expression = code(&generated.expression);
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(format!(
            "Computed by the database as `{expression}`: leave it `NotSet` in every write."
        ));
    }
    lines
}

/// The length and the default of a column, where they are short enough to read.
fn facts(column: &ColumnModel, table: &TableModel) -> String {
    if table.kind.is_view() {
        return String::new(); // what a view says of its columns is seldom true of them
    }
    let is_short = |sql: &String| sql.len() <= SQL_LENGTH;
    let has_length = matches!(
        column.data_type.base(),
        DataType::Char { .. } | DataType::VarChar { .. } | DataType::VarBinary { .. }
    );
    let sql_type = column
        .length()
        .filter(|_| has_length)
        .map(|_| code(&column.sql_type))
        .filter(is_short)
        .map(|sql_type| format!("`{sql_type}`"));
    let default = column
        .default
        .as_deref()
        .filter(|_| column.generated.is_none() && column.identity.is_none())
        .filter(|default| !default.eq_ignore_ascii_case("null"))
        .map(code)
        .filter(is_short)
        .map(|default| format!("default `{default}`"));
    let facts: Vec<String> = sql_type.into_iter().chain(default).collect();
    facts.join(", ")
}

/// The rules of a table that are short enough to read.
pub(super) fn checks(table: &TableModel) -> Vec<String> {
    let checks = table.checks.iter().filter(|check| check.enforced);
    let mut lines: Vec<String> = checks
        .map(|check| without_parentheses(&code(&check.expression)).to_owned())
        .filter(|check| check.len() <= SQL_LENGTH)
        // How MariaDB marks JSON, which the type of the field says already.
        .filter(|check| !check.starts_with("json_valid("))
        .map(|check| format!("* `{check}`"))
        .collect();
    if !lines.is_empty() {
        lines.splice(0..0, ["Each row obeys:".to_owned(), String::new()]);
    }
    lines
}

/// The expression without a pair of parentheses around all of it.
fn without_parentheses(sql: &str) -> &str {
    let Some(inner) = sql.strip_prefix('(').and_then(|sql| sql.strip_suffix(')')) else {
        return sql;
    };
    let mut depth = 0i32;
    for letter in inner.chars() {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        if depth < 0 {
            return sql;
        }
    }
    inner
}

/// A comment of the schema as one line of documentation, with nothing in it that rustdoc acts on but
/// its addresses, which are links.
pub(super) fn comment(text: &str) -> String {
    let line = one_line(text);
    let mut comment = String::with_capacity(line.len());
    let mut rest = line.as_str();
    while let Some(c) = rest.chars().next() {
        let length = address(rest);
        if length > 0 {
            comment.extend(["<", &rest[..length], ">"]);
            rest = &rest[length..];
            continue;
        }
        // A `~~~` would make code of what follows, which rustdoc runs.
        if matches!(c, '[' | ']' | '<' | '>' | '`' | '~' | '\\') {
            comment.push('\\');
        }
        comment.push(c);
        rest = &rest[c.len_utf8()..];
    }
    comment
}

/// The length of the address that the text begins with, without the signs that end a sentence.
fn address(text: &str) -> usize {
    let schemes = ["https://", "http://"];
    let Some(scheme) = schemes.iter().find(|scheme| text.starts_with(*scheme)) else {
        return 0;
    };
    let may_stand = |c: char| c.is_ascii_alphanumeric() || "-@:%._+~#=?&/,;!*$'()".contains(c);
    let end = text.find(|c| !may_stand(c)).unwrap_or(text.len());
    let address = text[..end].trim_end_matches(|c: char| ".,;:!?'()".contains(c));
    match address.len() > scheme.len() {
        true => address.len(),
        false => 0,
    }
}

/// A piece of SQL as it may stand between backticks.
pub(super) fn code(sql: &str) -> String {
    one_line(sql).replace('`', "")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of a `doc` attribute.
fn doc_text(line: &str) -> String {
    if line.is_empty() {
        String::new()
    } else {
        format!(" {}", visible(line))
    }
}

/// The text with the marks spelt out that turn the direction of text, which the compiler refuses in
/// comments.
pub(super) fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => visible.extend(c.escape_unicode()),
            c => visible.push(c),
        }
    }
    visible
}

#[cfg(test)]
mod tests {
    use xtsqlorm::reflect::CheckModel;

    use super::*;
    use crate::reflect::model::samples::table;

    #[test]
    fn comments_are_one_line_and_link_nowhere() {
        assert_eq!(comment("as [printed]\n  <b>"), r"as \[printed\] \<b\>");
    }

    #[test]
    fn a_comment_makes_no_code_and_its_addresses_are_links() {
        assert_eq!(comment("~~~ x"), r"\~\~\~ x");
        assert_eq!(comment("- ~~~"), r"- \~\~\~");
        assert_eq!(
            comment("see (https://a.example/x_[1]?q=~y), <http://b.example>. http:// no"),
            r"see (<https://a.example/x_>\[1\]?q=\~y), \<<http://b.example>\>. http:// no"
        );
    }

    #[test]
    fn marks_that_turn_text_are_spelt_out() {
        let line = format!("a {}", code("x\u{202e}y\u{2069}"));
        let tokens = attributes(&[line]).to_string();
        assert!(tokens.contains(r"a x\\u{202e}y\\u{2069}"), "{tokens}");
        let mut file: File = parse_quote!();
        head(&mut file, &["\u{2066}".to_owned()]);
        let text = crate::reflect::format::print(file);
        assert!(text.starts_with(r"//! \u{2066}"), "{text}");
    }

    #[test]
    fn lengths_and_defaults_are_told() {
        let table = table("t", &["id"], &["id"]);
        let mut name = ColumnModel::new(
            "name",
            "varchar(40)",
            DataType::VarChar { length: Some(40) },
        );
        assert_eq!(column(&name, &table), ["`varchar(40)`"]);
        name.comment = Some("Who".to_owned());
        name.default = Some("'`x`'".to_owned());
        assert_eq!(
            column(&name, &table),
            ["Who (`varchar(40)`, default `'x'`)"]
        );
        assert!(column(&table.columns[0], &table).is_empty());
    }

    #[test]
    fn short_checks_are_told_and_long_ones_are_not() {
        let mut table = table("t", &["id"], &["id"]);
        let check = |expression: &str| CheckModel::new(None, expression);
        table.checks = vec![
            check("(`id` > 0)"),
            check("(`id` > 0) OR (`id` < 9)"),
            check(&"x".repeat(100)),
            check("json_valid(`doc`)"),
        ];
        assert_eq!(
            checks(&table),
            [
                "Each row obeys:",
                "",
                "* `id > 0`",
                "* `(id > 0) OR (id < 9)`"
            ]
        );
    }
}
