//! Which tables the modules of virtual tables keep, told by the texts that made these. SQLite goes by
//! names alone: beside a table `docs` of FTS5 it calls any `docs_content` a shadow table.

use std::collections::HashMap;

use sea_orm::DbBackend;

use super::pieces::split;
use crate::{
    connection::ConnectionManager,
    error::Result,
    reflect::{
        rows::texts,
        tokens::{Kind, Token, behind_group, tokens},
    },
};

/// The virtual tables of a schema, by name in lower case.
#[derive(Debug, Default)]
pub(crate) struct Modules(HashMap<String, Module>);

/// What a virtual table was made with.
#[derive(Debug, Default)]
struct Module {
    /// In lower case.
    name: String,
    /// The arguments `name = value`, names in lower case.
    options: HashMap<String, String>,
}

impl Modules {
    /// Reads them.
    pub(crate) async fn read(schema: &str, manager: &ConnectionManager) -> Result<Self> {
        let schema = schema.replace('"', "\"\"");
        let sql = format!(
            "SELECT name, sql FROM \"{schema}\".sqlite_master \
             WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%'"
        );
        let mut modules = Self::default();
        for row in texts(manager, &sql, Vec::new()).await? {
            if let [Some(name), Some(sql)] = row {
                modules.add(&name, &sql);
            }
        }
        Ok(modules)
    }

    /// Takes down a virtual table with its text.
    pub(super) fn add(&mut self, name: &str, sql: &str) {
        self.0.insert(name.to_lowercase(), Module::parse(sql));
    }

    /// Whether a table that SQLite calls a shadow is none: a user's own table of such a name.
    pub(crate) fn are_without(&self, table: &str) -> bool {
        let table = table.to_lowercase();
        let Some((owner, part)) = table.rsplit_once('_') else {
            return false;
        };
        let owner = self.0.get(owner);
        owner.is_some_and(|module| !module.keeps(part))
    }
}

impl Module {
    fn parse(sql: &str) -> Self {
        let tokens = tokens(DbBackend::Sqlite, sql);
        let using = tokens.iter().position(|token| token.is("USING"));
        let [name, rest @ ..] = using.map_or(&[][..], |place| &tokens[place + 1..]) else {
            return Self::default();
        };
        let arguments = rest.get(1..behind_group(rest, 0).saturating_sub(1));
        let options = split(arguments.unwrap_or_default()).into_iter();
        Self {
            name: name.name().to_lowercase(),
            options: options.filter_map(option).collect(),
        }
    }

    /// Whether it keeps a table of its own with that name at the end, of those that SQLite counts to
    /// it (<https://www.sqlite.org/fts5.html#fts5_data_structures>,
    /// <https://www.sqlite.org/fts3.html#*shadowtabs>).
    fn keeps(&self, part: &str) -> bool {
        let option = |name: &str| self.options.get(name).map(String::as_str);
        let is_off = |name| option(name).is_some_and(|value| value == "0");
        match (self.name.as_str(), part) {
            // It has no options: `content=..` is a column there.
            ("fts3", part) => !matches!(part, "docsize" | "stat"),
            ("fts4", "content") => option("content").is_none(),
            ("fts4", "docsize") => option("matchinfo").is_none_or(|value| value != "fts3"),
            ("fts5", "content") => match option("content") {
                None => true,
                Some("") => option("contentless_unindexed").is_some_and(|value| value != "0"),
                Some(_) => false,
            },
            ("fts5", "docsize") => !is_off("columnsize"),
            _ => true,
        }
    }
}

/// An argument `name = value`.
fn option(argument: &[Token<'_>]) -> Option<(String, String)> {
    match argument {
        [name, equals, value @ ..] if name.kind == Kind::Word && equals.is_sign('=') => {
            let value = value.first().map(Token::name);
            Some((name.text.to_lowercase(), value.unwrap_or_default()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the module keeps that table.
    fn keeps(sql: &str, table: &str) -> bool {
        let mut modules = Modules::default();
        modules.add("Docs", &format!("CREATE VIRTUAL TABLE Docs USING {sql}"));
        !modules.are_without(table)
    }

    #[test]
    fn a_table_of_contents_that_is_named_is_the_users() {
        for option in [
            "content='docs_content'",
            "content=\"docs_content\"",
            "content=docs_content",
            "Content = other",
        ] {
            let sql = format!("fts5(body, {option}, content_rowid='id')");
            assert!(!keeps(&sql, "docs_content"), "{sql}");
            assert!(keeps(&sql, "DOCS_DATA"), "{sql}");
        }
        assert!(!keeps("fts4(body, content=\"\")", "docs_content"));
        assert!(!keeps("fts5(body, content='')", "docs_content"));
        let unindexed = "fts5(a, content='', contentless_unindexed=1)";
        assert!(keeps(unindexed, "docs_content"));
    }

    #[test]
    fn a_module_keeps_what_its_options_leave_it() {
        for (sql, table) in [
            ("fts5(body)", "docs_content"),
            ("fts5(content)", "docs_content"),
            ("fts5", "docs_config"),
            ("fts4(body)", "docs_stat"),
            ("fts3(content=x)", "docs_content"),
            ("rtree(id, a, b)", "docs_node"),
            ("fts5(body)", "other_content"),
            ("fts5(body)", "docs"),
        ] {
            assert!(keeps(sql, table), "{sql} {table}");
        }
        for (sql, table) in [
            ("fts3(body)", "docs_stat"),
            ("fts3(body)", "docs_docsize"),
            ("fts4(body, matchinfo=fts3)", "docs_docsize"),
            ("fts5(body, columnsize=0)", "docs_docsize"),
        ] {
            assert!(!keeps(sql, table), "{sql} {table}");
        }
    }
}
