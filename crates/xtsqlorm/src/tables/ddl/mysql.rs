//! MySQL and MariaDB: all in one statement, since each is committed by itself.

use sea_orm::DbBackend;

use super::{body, check_rule, foreign_key};
use crate::{
    connection::Backend,
    error::{Error, Result},
    reflect::{ColumnModel, Identity, IndexModel, IndexPart, TableModel},
    tables::quote,
};

const DIALECT: DbBackend = DbBackend::MySql;

pub(super) fn statements(table: &TableModel, backend: Backend) -> Result<Vec<String>> {
    let columns = table.columns.iter().map(|each| column(each, backend));
    let mut items = columns.collect::<Result<Vec<String>>>()?;
    if let Some(key) = &table.primary_key {
        let columns = quote::names(DIALECT, &key.columns);
        items.push(format!("PRIMARY KEY ({columns})"));
    }
    items.extend(table.indexes.iter().map(index));
    let keys = table.foreign_keys.iter();
    items.extend(keys.map(|key| foreign_key(DIALECT, key)));
    items.extend(table.checks.iter().map(|check| check_rule(DIALECT, check)));
    let name = quote::table(DIALECT, &table.name);
    let mut sql = format!("CREATE TABLE {name} {}", body(&items));
    if let Some(comment) = &table.comment {
        sql.push_str(&format!(" COMMENT = {}", quote::text(DIALECT, comment)));
    }
    Ok(vec![sql])
}

fn column(column: &ColumnModel, backend: Backend) -> Result<String> {
    let mut sql = format!("{} {}", quote::name(DIALECT, &column.name), column.sql_type);
    if let Some(charset) = &column.charset {
        sql.push_str(&format!(" CHARACTER SET {}", quote::name(DIALECT, charset)));
    }
    if let Some(collation) = &column.collation {
        sql.push_str(&format!(" COLLATE {}", quote::name(DIALECT, collation)));
    }
    if let Some(generated) = &column.generated {
        if generated
            .expression
            .to_ascii_uppercase()
            .starts_with("ROW ")
        {
            return Err(Error::invalid(
                format!("the column `{}`", column.name),
                "it holds the time of a row's version, and the model does not say for which period",
                "make the table by a statement of its own",
            ));
        }
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
    // MariaDB has no such rule for what it computes. Said in any other case: a TIMESTAMP that says
    // nothing takes no NULL on some servers.
    if column.generated.is_none() || backend != Backend::MariaDb {
        sql.push_str(if column.nullable {
            " NULL"
        } else {
            " NOT NULL"
        });
    }
    if let Some(default) = &column.default {
        sql.push_str(&format!(" DEFAULT {}", written_default(default)));
    }
    if let Some(on_update) = &column.on_update {
        sql.push_str(&format!(" ON UPDATE {on_update}"));
    }
    if column.identity == Some(Identity::AutoIncrement) {
        sql.push_str(" AUTO_INCREMENT");
    }
    if column.hidden {
        sql.push_str(" INVISIBLE");
    }
    if let Some(comment) = &column.comment {
        sql.push_str(&format!(" COMMENT {}", quote::text(DIALECT, comment)));
    }
    Ok(sql)
}

/// Literals and the present moment stand by themselves, any other expression in brackets.
fn written_default(default: &str) -> String {
    if is_literal(default) || is_moment(default) {
        default.to_owned()
    } else {
        format!("({default})")
    }
}

/// Whether all of it is one text, number, or constant.
fn is_literal(default: &str) -> bool {
    let text = default.trim_start_matches(['b', 'B', 'x', 'X']);
    if let Some(inside) = text.strip_prefix('\'') {
        return default.len() - text.len() <= 1 && ends_text(inside);
    }
    let constant = ["NULL", "TRUE", "FALSE"];
    constant
        .iter()
        .any(|word| default.eq_ignore_ascii_case(word))
        || default.parse::<f64>().is_ok()
            && default.ends_with(|c: char| c.is_ascii_digit() || c == '.')
}

/// Whether a text ends at the very end.
fn ends_text(inside: &str) -> bool {
    let mut letters = inside.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                letters.next();
            }
            '\'' if letters.next_if_eq(&'\'').is_none() => return letters.next().is_none(),
            _ => {}
        }
    }
    false
}

fn is_moment(default: &str) -> bool {
    let upper = default.to_ascii_uppercase();
    let name = upper.split('(').next().unwrap_or_default();
    let arguments = &upper[name.len()..];
    let digits = arguments.trim_start_matches('(').trim_end_matches(')');
    name == "CURRENT_TIMESTAMP" && digits.chars().all(|digit| digit.is_ascii_digit())
}

fn index(index: &IndexModel) -> String {
    let method = index.method.as_deref().unwrap_or("btree");
    let (kind, using) = match method {
        "fulltext" | "spatial" | "vector" => (format!("{} ", method.to_ascii_uppercase()), ""),
        "hash" => (unique(index), " USING HASH"),
        _ => (unique(index), ""),
    };
    let parts: Vec<String> = index.parts.iter().map(index_part).collect();
    format!(
        "{kind}KEY {} ({}){using}",
        quote::name(DIALECT, &index.name),
        parts.join(", ")
    )
}

fn unique(index: &IndexModel) -> String {
    if index.unique { "UNIQUE " } else { "" }.to_owned()
}

fn index_part(part: &IndexPart) -> String {
    let mut sql = match (&part.column, &part.expression) {
        (Some(column), _) => quote::name(DIALECT, column),
        (None, expression) => format!("({})", expression.as_deref().unwrap_or_default()),
    };
    if let Some(prefix) = part.prefix {
        sql.push_str(&format!("({prefix})"));
    }
    if part.descending {
        sql.push_str(" DESC");
    }
    sql
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_stands_in_brackets_unless_it_is_a_literal_or_the_moment() {
        for (default, bare) in [
            ("'new'", true),
            (r"'it''s \' x'", true),
            ("'a' 'b'", false),
            ("'a' + 'b'", false),
            ("-1.5", true),
            ("1e5", true),
            ("b'101'", true),
            ("x'00ff'", true),
            ("_utf8mb4'x'", false),
            ("NULL", true),
            ("true", true),
            ("nan", false),
            ("infinity", false),
            ("CURRENT_TIMESTAMP", true),
            ("current_timestamp(6)", true),
            ("current_timestamp() + interval 1 day", false),
            ("uuid()", false),
            ("1 + 1", false),
        ] {
            let written = written_default(default);
            assert_eq!(written == default, bare, "{default}: {written}");
        }
    }
}
