//! Names and texts as each dialect writes them.

use sea_orm::DbBackend;

use crate::{
    connection::Backend,
    error::{Error, Result},
    reflect::TableName,
};

/// A name of anything.
pub(super) fn name(dialect: DbBackend, name: &str) -> String {
    let quote = match dialect {
        DbBackend::MySql => "`",
        _ => "\"",
    };
    format!("{quote}{}{quote}", name.replace(quote, &quote.repeat(2)))
}

/// A table with its schema.
pub(super) fn table(dialect: DbBackend, table: &TableName) -> String {
    format!(
        "{}.{}",
        name(dialect, &table.schema),
        name(dialect, &table.table)
    )
}

/// Names with commas between them.
pub(super) fn names(dialect: DbBackend, names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|each| name(dialect, each)).collect();
    quoted.join(", ")
}

/// A text as a literal, for statements that take no parameters. MySQL's backslash is an escape in
/// the mode that these statements run in; PostgreSQL's `E''` is read alike in all modes.
pub(super) fn text(dialect: DbBackend, text: &str) -> String {
    let doubled = text.replace('\'', "''");
    match dialect {
        DbBackend::MySql => format!("'{}'", doubled.replace('\\', "\\\\")),
        DbBackend::Postgres if text.contains('\\') => {
            format!("E'{}'", doubled.replace('\\', "\\\\"))
        }
        _ => format!("'{doubled}'"),
    }
}

/// Refuses names that the database would cut short, or cannot have.
pub(super) fn check_name(backend: Backend, what: &str, name: &str) -> Result<()> {
    let refused = |problem: String, remedy: &str| {
        Err(Error::invalid(
            format!("the {what} name {name:?}"),
            problem,
            remedy,
        ))
    };
    if name.is_empty() {
        return refused("it is empty".into(), "choose another one");
    }
    if name.contains('\0') {
        return refused("no name has a NUL in it".into(), "choose another one");
    }
    let dialect = backend.dialect();
    let (length, limit, unit) = match dialect {
        DbBackend::MySql => (name.chars().count(), MYSQL_CHARACTERS, "characters"),
        DbBackend::Postgres => (name.len(), POSTGRES_BYTES, "bytes"),
        _ => return Ok(()),
    };
    if length > limit {
        let problem = format!("it has {length} {unit}, and {backend} takes {limit}");
        return refused(problem, "choose a shorter one");
    }
    if dialect == DbBackend::MySql {
        if name.ends_with(' ') {
            return refused("it ends with a space".into(), "choose another one");
        }
        if name.chars().any(|letter| letter > '\u{ffff}') {
            let problem = format!("{backend} takes no characters beyond U+FFFF in a name");
            return refused(problem, "choose another one");
        }
    }
    Ok(())
}

/// The longest name in MySQL.
pub(super) const MYSQL_CHARACTERS: usize = 64;
/// The longest name in PostgreSQL, which cuts off what is over.
pub(super) const POSTGRES_BYTES: usize = 63;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_texts_cannot_break_out_of_their_quotes() {
        let hostile = "a`b\"c'd\\";
        assert_eq!(name(DbBackend::MySql, hostile), "`a``b\"c'd\\`");
        assert_eq!(name(DbBackend::Postgres, hostile), "\"a`b\"\"c'd\\\"");
        assert_eq!(name(DbBackend::Sqlite, hostile), "\"a`b\"\"c'd\\\"");
        assert_eq!(text(DbBackend::MySql, hostile), r#"'a`b"c''d\\'"#);
        assert_eq!(text(DbBackend::Postgres, hostile), r#"E'a`b"c''d\\'"#);
        assert_eq!(text(DbBackend::Sqlite, hostile), r#"'a`b"c''d\'"#);
    }

    #[test]
    fn names_that_a_database_cannot_have_are_refused_before_any_sql() {
        let long = "x".repeat(64);
        let wide = "é".repeat(32);
        for (backend, given, allowed) in [
            (Backend::Sqlite, "x y", true),
            (Backend::Sqlite, "", false),
            (Backend::Sqlite, "a\0b", false),
            (Backend::Sqlite, long.as_str(), true),
            (Backend::MySql, long.as_str(), true),
            (Backend::MySql, wide.as_str(), true),
            (Backend::MySql, "trailing ", false),
            (Backend::MariaDb, "😀", false),
            (Backend::Postgres, "😀", true),
            (Backend::Postgres, long.as_str(), false),
            (Backend::Postgres, wide.as_str(), false),
        ] {
            let checked = check_name(backend, "table", given);
            assert_eq!(checked.is_ok(), allowed, "{backend} {given:?}");
        }
        let longer = "x".repeat(65);
        assert!(check_name(Backend::MySql, "table", &longer).is_err());
    }
}
