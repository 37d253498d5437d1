//! What is asked of SQLite. All columns are texts.

use sea_orm::Value;

/// The queries for one schema or for one table of it.
pub(super) struct Queries<'a> {
    schema: &'a str,
    only: Option<&'a str>,
}

impl<'a> Queries<'a> {
    pub(super) fn new(schema: &'a str, only: Option<&'a str>) -> Self {
        Self { schema, only }
    }

    /// `?1`, the schema, and `?2`, the table.
    pub(super) fn values(&self) -> Vec<Value> {
        let names = std::iter::once(self.schema).chain(self.only);
        names.map(Value::from).collect()
    }

    /// Name and type.
    pub(super) fn names(&self) -> String {
        let filter = self.filter("name");
        format!(
            "SELECT name, type FROM pragma_table_list \
             WHERE schema = ?1 AND name NOT LIKE 'sqlite!_%' ESCAPE '!'{filter} ORDER BY name"
        )
    }

    /// Name, type, and whether it is WITHOUT ROWID or STRICT.
    pub(super) fn tables(&self) -> String {
        let filter = self.filter("name");
        format!(
            "SELECT name, type, CAST(wr AS TEXT), CAST(strict AS TEXT) FROM pragma_table_list \
             WHERE schema = ?1 AND name NOT LIKE 'sqlite!_%' ESCAPE '!'{filter} ORDER BY name"
        )
    }

    /// Type, name, table and text of what was created, and those of all virtual tables, which tell
    /// what other tables are.
    pub(super) fn texts(&self) -> String {
        let (master, filter) = (self.master(), self.filter("tbl_name"));
        format!(
            "SELECT type, name, tbl_name, sql FROM {master} \
             WHERE sql LIKE 'CREATE VIRTUAL TABLE%' \
             OR (type IN ('table', 'index', 'view') AND sql IS NOT NULL{filter})"
        )
    }

    /// Table, name, type, whether it is NOT NULL, default, place in the key, and how it is hidden.
    pub(super) fn columns(&self) -> String {
        let (master, filter) = (self.master(), self.filter("m.name"));
        format!(
            "SELECT m.name, x.name, x.type, CAST(x.\"notnull\" AS TEXT), x.dflt_value, \
             CAST(x.pk AS TEXT), CAST(x.hidden AS TEXT) \
             FROM {master} m JOIN pragma_table_xinfo(m.name, ?1) x \
             WHERE m.type IN ('table', 'view'){filter} ORDER BY m.name, x.cid"
        )
    }

    /// Table, index, whether it is unique, where it comes from, column, order and collation.
    pub(super) fn index_parts(&self) -> String {
        let (master, filter) = (self.master(), self.filter("m.name"));
        format!(
            "SELECT m.name, i.name, CAST(i.\"unique\" AS TEXT), i.origin, x.name, \
             CAST(x.\"desc\" AS TEXT), x.coll \
             FROM {master} m JOIN pragma_index_list(m.name, ?1) i \
             JOIN pragma_index_xinfo(i.name, ?1) x \
             WHERE x.\"key\" = 1 AND m.type = 'table'{filter} ORDER BY m.name, i.name, x.seqno"
        )
    }

    /// The name in a foreign key, the table of that name, its columns, and their places in its key.
    pub(super) fn parents(&self) -> String {
        let (master, filter) = (self.master(), self.filter("m.name"));
        format!(
            "SELECT w.written, (SELECT p.name FROM {master} p \
             WHERE p.name = w.written COLLATE NOCASE AND p.type = 'table'), \
             x.name, CAST(x.pk AS TEXT) \
             FROM (SELECT DISTINCT f.\"table\" AS written \
             FROM {master} m JOIN pragma_foreign_key_list(m.name, ?1) f \
             WHERE m.type = 'table'{filter}) w \
             CROSS JOIN pragma_table_xinfo(w.written, ?1) x ORDER BY w.written, x.cid"
        )
    }

    /// Table, number, the table referred to, column, the column referred to, and what is done.
    pub(super) fn foreign_keys(&self) -> String {
        let (master, filter) = (self.master(), self.filter("m.name"));
        format!(
            "SELECT m.name, CAST(f.id AS TEXT), f.\"table\", f.\"from\", f.\"to\", \
             f.on_update, f.on_delete \
             FROM {master} m JOIN pragma_foreign_key_list(m.name, ?1) f \
             WHERE m.type = 'table'{filter} ORDER BY m.name, f.id, f.seq"
        )
    }

    /// The schema's own catalogue.
    fn master(&self) -> String {
        format!("\"{}\".sqlite_master", self.schema.replace('"', "\"\""))
    }

    /// SQLite's names are the same in any case.
    fn filter(&self, column: &str) -> String {
        match self.only {
            Some(_) => format!(" AND {column} = ?2 COLLATE NOCASE"),
            None => String::new(),
        }
    }
}
