//! SQLite: the table and its indexes.

use std::collections::BTreeMap;

use sea_orm::DbBackend;

use super::{body, check_rule, constraint, foreign_key};
use crate::{
    error::{Error, Result},
    reflect::{ColumnModel, Identity, IndexModel, IndexPart, KeyModel, TableModel},
    tables::quote,
};

const DIALECT: DbBackend = DbBackend::Sqlite;

/// How SQLite names the indexes of `UNIQUE` rules, with the table's name and a number behind it.
const AUTOMATIC: &str = "sqlite_autoindex_";

pub(super) fn statements(table: &TableModel) -> Result<Vec<String>> {
    let inline = inline_key(table);
    let mut items: Vec<String> = table
        .columns
        .iter()
        .map(|each| {
            let key = inline.filter(|key| key.columns == [each.name.as_str()]);
            column(each, key)
        })
        .collect();
    let (automatic, created): (Vec<_>, Vec<_>) = table
        .indexes
        .iter()
        .partition(|index| index.name.starts_with(AUTOMATIC));
    let key = table.primary_key.as_ref().filter(|_| inline.is_none());
    items.extend(keys(key, &automatic)?);
    items.extend(table.checks.iter().map(|check| check_rule(DIALECT, check)));
    let foreign = table.foreign_keys.iter();
    items.extend(foreign.map(|key| foreign_key(DIALECT, key)));
    let mut options = Vec::new();
    if table.strict {
        options.push("STRICT");
    }
    if table.without_rowid {
        options.push("WITHOUT ROWID");
    }
    let name = quote::table(DIALECT, &table.name);
    let sql = format!(
        "CREATE TABLE {name} {} {}",
        body(&items),
        options.join(", ")
    );
    let mut statements = vec![sql.trim_end().to_owned()];
    statements.extend(created.into_iter().map(|each| index(table, each)));
    Ok(statements)
}

/// The key, where it is to stand at its column: as the number of the row, or so that it does not
/// become that.
fn inline_key(table: &TableModel) -> Option<&KeyModel> {
    let key = table.primary_key.as_ref()?;
    let [only] = key.columns.as_slice() else {
        return None;
    };
    let column = table.column(only)?;
    (!table.without_rowid && column.sql_type.eq_ignore_ascii_case("INTEGER")).then_some(key)
}

/// The column that is the number of the row, if it is to be one.
pub(super) fn row_number(table: &TableModel) -> Option<&str> {
    let column = table.column(inline_key(table)?.columns.first()?)?;
    (column.identity == Some(Identity::AutoIncrement)).then_some(&column.name)
}

fn column(column: &ColumnModel, key: Option<&KeyModel>) -> String {
    let mut sql = quote::name(DIALECT, &column.name);
    if !column.sql_type.is_empty() {
        sql.push_str(&format!(" {}", written_type(&column.sql_type)));
    }
    if let Some(key) = key {
        let name = constraint(DIALECT, key.name.as_deref());
        // Ascending, it would be the number of the row.
        let how = match column.identity {
            Some(Identity::AutoIncrement) => "AUTOINCREMENT",
            _ => "DESC",
        };
        sql.push_str(&format!(" {name}PRIMARY KEY {how}"));
    }
    if !column.nullable {
        sql.push_str(" NOT NULL");
    }
    if let Some(default) = &column.default {
        sql.push_str(&format!(" DEFAULT ({default})"));
    }
    if let Some(collation) = &column.collation {
        sql.push_str(&format!(" COLLATE {}", quote::name(DIALECT, collation)));
    }
    if let Some(generated) = &column.generated {
        let kept = if generated.stored {
            "STORED"
        } else {
            "VIRTUAL"
        };
        sql.push_str(&format!(
            " GENERATED ALWAYS AS ({}) {kept}",
            generated.expression
        ));
    }
    sql
}

/// Words and lengths as they are, anything else in quotes.
fn written_type(sql_type: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "_ (),+-.".contains(letter);
    let bracketed = sql_type.contains('(') == sql_type.ends_with(')');
    let word = sql_type.starts_with(|first: char| first.is_alphabetic() || first == '_');
    if word && bracketed && sql_type.chars().all(plain) {
        sql_type.to_owned()
    } else {
        quote::name(DIALECT, sql_type)
    }
}

/// The primary key and the `UNIQUE` rules in the order in which SQLite numbered their indexes.
fn keys(primary: Option<&KeyModel>, automatic: &[&IndexModel]) -> Result<Vec<String>> {
    let mut ordered = BTreeMap::new();
    for (place, index) in automatic.iter().enumerate() {
        if index.parts.iter().any(|part| part.column.is_none()) || index.condition.is_some() {
            return Err(Error::invalid(
                format!("the index name `{}`", index.name),
                "SQLite keeps such names for the rules of a table, which know neither expressions \
                 nor conditions",
                "choose another name",
            ));
        }
        let number = index.name.rsplit('_').next();
        let number = number.and_then(|number| number.parse::<usize>().ok());
        let parts: Vec<String> = index.parts.iter().map(index_part).collect();
        let rule = format!("UNIQUE ({})", parts.join(", "));
        ordered.insert((number.unwrap_or(usize::MAX), place), rule);
    }
    let mut rules: Vec<String> = Vec::new();
    let gap = (1..)
        .zip(ordered.keys())
        .position(|(next, (number, _))| next != *number);
    let gap = gap.unwrap_or(ordered.len());
    rules.extend(ordered.into_values());
    if let Some(key) = primary {
        let name = constraint(DIALECT, key.name.as_deref());
        let columns = quote::names(DIALECT, &key.columns);
        rules.insert(gap, format!("{name}PRIMARY KEY ({columns})"));
    }
    Ok(rules)
}

fn index(table: &TableModel, index: &IndexModel) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let parts: Vec<String> = index.parts.iter().map(index_part).collect();
    let condition = match &index.condition {
        Some(condition) => format!(" WHERE {condition}"),
        None => String::new(),
    };
    format!(
        "CREATE {unique}INDEX {}.{} ON {} ({}){condition}",
        quote::name(DIALECT, &table.name.schema),
        quote::name(DIALECT, &index.name),
        quote::name(DIALECT, &table.name.table),
        parts.join(", ")
    )
}

fn index_part(part: &IndexPart) -> String {
    let mut sql = match (&part.column, &part.expression) {
        (Some(column), _) => quote::name(DIALECT, column),
        (None, expression) => expression.clone().unwrap_or_default(),
    };
    if let Some(collation) = &part.collation {
        sql.push_str(&format!(" COLLATE {}", quote::name(DIALECT, collation)));
    }
    if part.descending {
        sql.push_str(" DESC");
    }
    sql
}
