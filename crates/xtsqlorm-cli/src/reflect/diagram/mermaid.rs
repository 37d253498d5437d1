//! The schema as a Mermaid `erDiagram`.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use xtsqlorm::reflect::{ColumnModel, DataType};

use super::chart::{Chart, Entry, Relation};

/// Most characters that Mermaid draws unless its `maxTextSize` is raised.
const MAX_TEXT: usize = 50_000;

/// Most relations that Mermaid draws unless its `maxEdges` is raised.
const MAX_RELATIONS: usize = 500;

/// Most characters of a comment.
const MAX_COMMENT: usize = 120;

/// Words of Mermaid's own.
const RESERVED: [&str; 11] = [
    "class",
    "classdef",
    "direction",
    "end",
    "erdiagram",
    "many",
    "one",
    "only",
    "style",
    "subgraph",
    "to",
];

/// The diagram in a Markdown document.
pub(super) fn document(chart: &Chart<'_>) -> String {
    let title: String = chart
        .title
        .chars()
        .filter(|c| !c.is_control())
        .map(markdown)
        .collect();
    format!("# {title}\n\n```mermaid\n{}```\n", diagram(chart))
}

/// The diagram.
pub(super) fn diagram(chart: &Chart<'_>) -> String {
    let mut text = "erDiagram\n".to_owned();
    let names = names(chart);
    for (entry, (id, declared)) in chart.tables.iter().zip(&names) {
        entity(&mut text, entry, id, declared);
    }
    let mut outside = BTreeMap::new();
    for relation in &chart.relations {
        let to = match relation.to {
            Some(place) => names[place].0.clone(),
            None => {
                let number = outside.len() + 1;
                let known = outside.entry(relation.to_label.as_str());
                let id = known.or_insert_with(|| {
                    let id = free(&format!("outside_{number}"), &names);
                    let _ = writeln!(text, "    {id}[\"{}\"]", escaped(&relation.to_label));
                    id
                });
                id.clone()
            }
        };
        line(&mut text, &names[relation.from].0, &to, relation);
    }
    text
}

/// What a reader should know when Mermaid refuses a diagram as too large.
pub(super) fn limit(text: &str) -> Option<String> {
    let relations = text.lines().filter(|line| line.contains(" : \"")).count();
    (text.len() > MAX_TEXT || relations > MAX_RELATIONS).then(|| {
        format!(
            "the diagram has {} characters and {relations} relations; Mermaid draws {MAX_TEXT} and \
             {MAX_RELATIONS} unless its maxTextSize and maxEdges are raised. Choose some --tables, \
             or a file that ends in .html",
            text.chars().count()
        )
    })
}

/// For each table its name in the diagram, and how it is declared there.
fn names(chart: &Chart<'_>) -> Vec<(String, String)> {
    let plain: HashSet<&str> = chart
        .tables
        .iter()
        .map(|entry| entry.label.as_str())
        .filter(|label| is_plain(label))
        .collect();
    let stand_ins = (1..).map(|number| format!("t{number}"));
    let mut stand_ins = stand_ins.filter(|name| !plain.contains(name.as_str()));
    chart
        .tables
        .iter()
        .map(|entry| {
            if is_plain(&entry.label) {
                return (entry.label.clone(), entry.label.clone());
            }
            let id = stand_ins.next().expect("numbers do not run out");
            let declared = format!("{id}[\"{}\"]", escaped(&entry.label));
            (id, declared)
        })
        .collect()
}

/// A name that no table has.
fn free(wanted: &str, names: &[(String, String)]) -> String {
    let mut name = wanted.to_owned();
    while names.iter().any(|(taken, _)| *taken == name) {
        name.push('_');
    }
    name
}

/// Whether Mermaid takes the name without quotes.
fn is_plain(name: &str) -> bool {
    name.len() > 1
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.ends_with('_') // Markdown
        && !RESERVED.contains(&name.to_ascii_lowercase().as_str())
}

fn entity(text: &mut String, entry: &Entry<'_>, id: &str, declared: &str) {
    if entry.table.columns.is_empty() {
        let _ = writeln!(text, "    {declared}");
        return;
    }
    if id != declared {
        let _ = writeln!(text, "    {declared}");
    }
    let _ = writeln!(text, "    {id} {{");
    let mut taken = HashSet::new();
    for column in &entry.table.columns {
        let base = word(&column.name);
        let name = std::iter::once(base.clone())
            .chain((2..).map(|number| format!("{base}_{number}")))
            .find(|name| !taken.contains(name))
            .expect("numbers do not run out");
        attribute(text, entry, column, name.clone());
        taken.insert(name);
    }
    let _ = writeln!(text, "    }}");
}

fn attribute(text: &mut String, entry: &Entry<'_>, column: &ColumnModel, name: String) {
    let (sql_type, values) = match column.data_type.base() {
        DataType::Enum { values, name: None } => ("enum".to_owned(), Some(values)),
        DataType::Enum { values, .. } => (word(&column.sql_type), Some(values)),
        DataType::Set { values } => ("set".to_owned(), Some(values)),
        _ if column.sql_type.is_empty() => ("any".to_owned(), None),
        _ => (word(&column.sql_type), None),
    };
    let _ = write!(text, "        {sql_type} {name}");
    let marks = entry.marks(&column.name);
    if !marks.is_empty() {
        let _ = write!(text, " {}", marks.join(", "));
    }
    let parts = [
        (name != column.name).then(|| format!("named {}", column.name)),
        column.nullable.then(|| "nullable".to_owned()),
        values.map(|values| format!("one of {}", values.join(", "))),
        column.comment.clone(),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if !parts.is_empty() {
        let _ = write!(text, " \"{}\"", escaped(&shortened(&parts.join("; "))));
    }
    text.push('\n');
}

fn line(text: &mut String, from: &str, to: &str, relation: &Relation<'_>) {
    let parent = if relation.optional { "|o" } else { "||" };
    let child = if relation.single { "o|" } else { "o{" };
    let link = if relation.identifying { "--" } else { ".." };
    let label = escaped(&shortened(&relation.key.columns.join(", ")));
    let label = if label.is_empty() {
        "#32;".to_owned()
    } else {
        label
    };
    let _ = writeln!(text, "    {to} {parent}{link}{child} {from} : \"{label}\"");
}

/// The name or type in letters that every version of Mermaid takes inside a table, and that
/// Markdown does not act on.
fn word(name: &str) -> String {
    let stays =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '(' | ')' | '[' | ']');
    let mut word: String = name
        .chars()
        .map(|c| if stays(c) { c } else { '_' })
        .collect();
    if word != name || word.starts_with('_') && word.ends_with('_') {
        word = word.trim_matches('_').to_owned();
    }
    // A word that begins with a mark for keys would be read as the mark.
    let mark = word.get(..2).is_some_and(|start| {
        let rest = word[2..].chars().next();
        ["pk", "fk", "uk"].contains(&start.to_ascii_lowercase().as_str())
            && !rest.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
    });
    if word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && !mark {
        word
    } else {
        format!("_{word}")
    }
}

/// Text inside quotes: what Mermaid or Markdown could act on is written as a code.
fn escaped(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut escaped = String::with_capacity(line.len());
    let mut rest = line.as_str();
    while let Some(c) = rest.chars().next() {
        // A line with "direction LR" anywhere in it is taken for the setting.
        let setting = rest
            .get(..9)
            .is_some_and(|word| word.eq_ignore_ascii_case("direction"));
        let stays = c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.' | ',' | '(' | ')');
        if c.is_control() {
            escaped.push(' ');
        } else if stays && !setting {
            escaped.push(c);
        } else {
            let _ = write!(escaped, "#{};", u32::from(c));
        }
        rest = &rest[c.len_utf8()..];
    }
    if escaped.trim().is_empty() {
        "#32;".to_owned()
    } else {
        escaped
    }
}

/// The character, with a backslash where Markdown could act on it.
fn markdown(c: char) -> String {
    if c.is_ascii_punctuation() && !matches!(c, '-' | '.' | ',') {
        format!("\\{c}")
    } else {
        c.to_string()
    }
}

/// Text that fits a line.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_COMMENT) {
        Some((end, _)) => format!("{}..", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    fn of(schema: &xtsqlorm::reflect::SchemaModel) -> String {
        diagram(&Chart::new(schema))
    }

    #[test]
    fn a_shop_reads_as_it_is() {
        let text = of(&samples::shop());
        for line in [
            "    users {",
            "        int id PK",
            "        text email UK",
            "        text name \"nullable\"",
            "        numeric(10_2) total",
            "        enum state \"one of new, it#39;s paid#59; where it #34;stands#34;\"",
            "    users ||..o{ orders : \"user_id\"",
            "    countries |o..o{ users : \"country_id\"",
            "    users ||--o| profiles : \"user_id\"",
            "    tags ||--o{ users_tags : \"tag_id\"",
        ] {
            assert!(
                text.lines().any(|found| found == line),
                "no {line:?} in\n{text}"
            );
        }
    }

    /// The rules of Mermaid's own lexer for what stands in each kind of line.
    #[test]
    fn hostile_names_are_declared_under_plain_ones() {
        let text = of(&samples::hostile());
        let in_quotes = |text: &str| {
            let allowed = |c: char| c.is_alphanumeric() || "_- .,()#;".contains(c);
            text.chars().all(allowed) && !text.to_lowercase().contains("direction")
        };
        for line in text.lines().skip(1) {
            let quoted: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
            assert!(quoted.iter().all(|text| in_quotes(text)), "{line}");
            let outside: String = line.split('"').step_by(2).collect();
            assert!(
                !outside.contains(['<', '>', '%', '\'', '\\', '`', ';', '#', '~']),
                "{line}"
            );
        }
        assert!(
            text.contains("t1[\"#60;script#62;alert(1)#60;#47;script#62;\"]"),
            "{text}"
        );
        assert!(text.contains("    t13[\"中文表\"]\n    t13 {\n"), "{text}");
        assert!(
            text.contains("        int _pk FK \"named pk#59; pk\""),
            "{text}"
        );
    }

    #[test]
    fn columns_that_collapse_are_numbered() {
        let text = of(&samples::schema(vec![samples::table(
            "t",
            &["a b", "a_b", "a.b"],
            &[],
        )]));
        let columns: Vec<&str> = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("int "))
            .filter_map(|rest| rest.split(' ').next())
            .collect();
        assert_eq!(columns, ["a_b", "a_b_2", "a_b_3"]);
    }

    #[test]
    fn a_table_outside_is_declared_once() {
        let mut schema = samples::shop();
        for name in ["crm", "crm", "erp"] {
            let mut key = samples::key("id", "accounts");
            key.table.schema = name.to_owned();
            schema.tables[1].foreign_keys.push(key);
        }
        let text = of(&schema);
        assert_eq!(
            text.matches("outside_1[\"crm.accounts\"]").count(),
            1,
            "{text}"
        );
        assert_eq!(
            text.matches("outside_2[\"erp.accounts\"]").count(),
            1,
            "{text}"
        );
        assert_eq!(
            text.matches("outside_1 ||--o| countries").count(),
            2,
            "{text}"
        );
    }

    #[test]
    fn the_reader_is_told_when_mermaid_would_refuse() {
        assert_eq!(limit(&of(&samples::shop())), None);
        let note = limit(&of(&samples::large(300))).unwrap();
        assert!(
            note.contains("600 relations") && note.contains(".html"),
            "{note}"
        );
    }
}
