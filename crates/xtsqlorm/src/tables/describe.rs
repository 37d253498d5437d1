//! A table in words.

use std::fmt;

use crate::reflect::{
    CheckModel, ColumnModel, Deferral, ForeignKeyModel, Identity, IndexModel, IndexPart, KeyAction,
    TableModel,
};

/// A table to be read by people: `Display` writes columns, keys, indexes, foreign keys and rules,
/// the columns below each other.
///
/// ```
/// use xtsqlorm::{
///     reflect::{ColumnModel, DataType, TableKind, TableModel, TableName},
///     tables::Description,
/// };
///
/// let mut table = TableModel::new(TableName::new("main", "tags"), TableKind::Table);
/// let text = DataType::Text { max_bytes: None };
/// let mut name = ColumnModel::new("name", "text", text);
/// name.nullable = false;
/// table.columns.push(name);
/// assert_eq!(
///     Description(&table).to_string(),
///     "table main.tags\n\ncolumns\n  name  text  not null\n"
/// );
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Description<'a>(pub &'a TableModel);

impl fmt::Display for Description<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = self.0;
        let name = shown(&table.name.to_string());
        writeln!(f, "{} {name}", table.kind)?;
        if let Some(comment) = &table.comment {
            writeln!(f, "  {}", shown(comment))?;
        }
        if let Some(parent) = &table.partition_of {
            writeln!(f, "  partition of {}", shown(&parent.to_string()))?;
        }
        for parent in &table.inherits {
            writeln!(f, "  inherits from {}", shown(&parent.to_string()))?;
        }
        let options = [
            (table.strict, "strict"),
            (table.without_rowid, "without rowid"),
        ];
        for (_, words) in options.iter().filter(|(holds, _)| *holds) {
            writeln!(f, "  {words}")?;
        }
        section(f, "columns", table.columns.iter().map(column))?;
        let key = table.primary_key.iter().map(|key| {
            let columns = format!("({})", list(&key.columns));
            vec![columns, key.name.as_deref().map(shown).unwrap_or_default()]
        });
        section(f, "primary key", key)?;
        section(f, "indexes", table.indexes.iter().map(index))?;
        section(
            f,
            "foreign keys",
            table.foreign_keys.iter().map(foreign_key),
        )?;
        section(f, "checks", table.checks.iter().map(check))
    }
}

/// A heading and rows below it, each cell as wide as the widest of its column.
fn section(
    f: &mut fmt::Formatter<'_>,
    heading: &str,
    rows: impl Iterator<Item = Vec<String>>,
) -> fmt::Result {
    let rows: Vec<Vec<String>> = rows.collect();
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n{heading}")?;
    let width = |place: usize| {
        let cells = rows.iter().filter_map(|row| row.get(place));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    for row in &rows {
        let mut line = String::new();
        for (place, cell) in row.iter().enumerate() {
            let width = width(place);
            if width > 0 {
                line.push_str(&format!("  {cell:width$}"));
            }
        }
        writeln!(f, "{}", line.trim_end())?;
    }
    Ok(())
}

/// On one line, whatever is in it.
fn shown(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() {
            line.extend(letter.escape_default());
        } else {
            line.push(letter);
        }
    }
    line
}

fn list(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| shown(name)).collect();
    names.join(", ")
}

fn column(column: &ColumnModel) -> Vec<String> {
    let null = if column.nullable { "null" } else { "not null" };
    let mut rest = Vec::new();
    match column.identity {
        Some(Identity::AutoIncrement) => rest.push("auto increment".to_owned()),
        Some(Identity::ByDefault) => rest.push("identity by default".to_owned()),
        Some(Identity::Always) => rest.push("identity always".to_owned()),
        None => {}
    }
    if let Some(default) = &column.default {
        rest.push(format!("default {}", shown(default)));
    }
    if let Some(on_update) = &column.on_update {
        rest.push(format!("on update {}", shown(on_update)));
    }
    if let Some(generated) = &column.generated {
        let kept = if generated.stored {
            "stored"
        } else {
            "virtual"
        };
        rest.push(format!("{kept} as {}", shown(&generated.expression)));
    }
    if let Some(collation) = &column.collation {
        rest.push(format!("collate {}", shown(collation)));
    }
    if column.hidden {
        rest.push("hidden".to_owned());
    }
    if let Some(comment) = &column.comment {
        rest.push(format!("-- {}", shown(comment)));
    }
    vec![
        shown(&column.name),
        shown(&column.sql_type),
        null.to_owned(),
        rest.join(", "),
    ]
}

fn index(index: &IndexModel) -> Vec<String> {
    let parts: Vec<String> = index.parts.iter().map(index_part).collect();
    let mut rest = vec![format!("({})", parts.join(", "))];
    if index.unique {
        rest.insert(0, "unique".to_owned());
    }
    if let Some(method) = index.method.as_deref().filter(|method| *method != "btree") {
        rest.push(format!("using {}", shown(method)));
    }
    if !index.include.is_empty() {
        rest.push(format!("include ({})", list(&index.include)));
    }
    if index.nulls_equal {
        rest.push("nulls not distinct".to_owned());
    }
    match (&index.exclusion, &index.condition) {
        (Some(exclusion), _) => rest = vec![shown(exclusion)],
        (None, Some(condition)) => rest.push(format!("where {}", shown(condition))),
        (None, None) => {}
    }
    vec![shown(&index.name), rest.join(" ")]
}

fn index_part(part: &IndexPart) -> String {
    let named = part.column.as_deref().or(part.expression.as_deref());
    let mut words = shown(named.unwrap_or_default());
    if let Some(prefix) = part.prefix {
        words.push_str(&format!("({prefix})"));
    }
    if let Some(collation) = &part.collation {
        words.push_str(&format!(" collate {}", shown(collation)));
    }
    if let Some(class) = &part.operator_class {
        words.push_str(&format!(" {}", shown(class)));
    }
    if part.descending {
        words.push_str(" desc");
    }
    match part.nulls_first {
        Some(true) => words.push_str(" nulls first"),
        Some(false) => words.push_str(" nulls last"),
        None => {}
    }
    words
}

fn foreign_key(key: &ForeignKeyModel) -> Vec<String> {
    let mut words = format!(
        "({}) -> {}",
        list(&key.columns),
        shown(&key.table.to_string())
    );
    if !key.referenced.is_empty() {
        words.push_str(&format!(" ({})", list(&key.referenced)));
    }
    if key.match_full {
        words.push_str(" match full");
    }
    for (event, action) in [("update", key.on_update), ("delete", key.on_delete)] {
        if action != KeyAction::NoAction {
            let action = action.sql().to_lowercase();
            words.push_str(&format!(" on {event} {action}"));
        }
    }
    if !key.on_delete_columns.is_empty() {
        words.push_str(&format!(" ({})", list(&key.on_delete_columns)));
    }
    match key.deferral {
        Deferral::Immediate => {}
        Deferral::Deferrable => words.push_str(" deferrable"),
        Deferral::Deferred => words.push_str(" deferrable initially deferred"),
    }
    vec![key.name.as_deref().map(shown).unwrap_or_default(), words]
}

fn check(check: &CheckModel) -> Vec<String> {
    let enforced = if check.enforced { "" } else { " not enforced" };
    vec![
        check.name.as_deref().map(shown).unwrap_or_default(),
        format!("{}{enforced}", shown(&check.expression)),
    ]
}
