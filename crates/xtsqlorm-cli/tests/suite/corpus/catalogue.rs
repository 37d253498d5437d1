//! What is in a database, asked of the catalogue without the library that is under test.

use super::connection::Connection;
use crate::servers::Server;
use crate::support::Result;

/// The tables and views of a database.
#[derive(Debug, Default)]
pub(super) struct Catalogue {
    pub(super) tables: Vec<Table>,
}

#[derive(Debug)]
pub(super) struct Table {
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) columns: Vec<Column>,
}

/// How rows get into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Table,
    /// From a query, or from another server.
    View,
    /// Through the table that it is a part of, and that has the entity.
    Partition,
    /// The rows of its children are among its own.
    Parent,
    /// SQLite's module keeps its data there.
    Shadow,
}

#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) nature: Nature,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nature {
    Plain,
    /// The database computes it.
    Generated,
    /// `GENERATED ALWAYS AS IDENTITY`.
    Always,
    /// A binary number, of which text shows too few digits.
    Float,
    /// JSON that is kept as text.
    Json,
}

impl Catalogue {
    pub(super) async fn read(connection: &mut Connection, server: Server) -> Result<Self> {
        let query = server.choose(MYSQL, POSTGRES, SQLITE);
        let mut tables: Vec<Table> = Vec::new();
        for row in connection.texts(query).await? {
            let [schema, name, kind, column, nature] = row.as_slice() else {
                return Err("five columns".into());
            };
            let is_new = tables
                .last()
                .is_none_or(|last| (&last.schema, &last.name) != (schema, name));
            if is_new {
                let kind = match kind.as_str() {
                    "table" => Kind::Table,
                    "view" => Kind::View,
                    "partition" => Kind::Partition,
                    "parent" => Kind::Parent,
                    _ => Kind::Shadow,
                };
                let (schema, name) = (schema.clone(), name.clone());
                tables.push(Table {
                    schema,
                    name,
                    kind,
                    columns: Vec::new(),
                });
            }
            let nature = match nature.as_str() {
                "generated" => Nature::Generated,
                "always" => Nature::Always,
                "float" => Nature::Float,
                "json" => Nature::Json,
                _ => Nature::Plain,
            };
            let columns = &mut tables.last_mut().ok_or("a table")?.columns;
            columns.push(Column {
                name: column.clone(),
                nature,
            });
        }
        Ok(Self { tables })
    }

    /// What an entity is wanted for.
    pub(super) fn wanted(&self) -> impl Iterator<Item = &Table> {
        let own = |table: &&Table| !matches!(table.kind, Kind::Partition | Kind::Shadow);
        self.tables.iter().filter(own)
    }

    /// What takes rows.
    pub(super) fn writable(&self) -> impl Iterator<Item = &Table> {
        self.wanted().filter(|table| table.kind != Kind::View)
    }

    /// Columns that take no value from a statement which does not insist.
    pub(super) fn always(&self) -> impl Iterator<Item = (&Table, &str)> {
        self.writable().flat_map(|table| {
            let always = table
                .columns
                .iter()
                .filter(|column| column.nature == Nature::Always);
            always.map(move |column| (table, column.name.as_str()))
        })
    }
}

impl Table {
    /// Its name in a statement.
    pub(super) fn sql(&self, server: Server) -> String {
        let name = identifier(&self.name, server);
        match server {
            Server::Postgres => format!("{}.{name}", identifier(&self.schema, server)),
            _ => name,
        }
    }

    /// The columns that no statement may write.
    pub(super) fn generated(&self) -> Vec<&str> {
        let generated = self
            .columns
            .iter()
            .filter(|column| column.nature == Nature::Generated);
        generated.map(|column| column.name.as_str()).collect()
    }
}

/// A quoted name.
pub(super) fn identifier(name: &str, server: Server) -> String {
    match server {
        Server::Mysql | Server::Mariadb => format!("`{}`", name.replace('`', "``")),
        Server::Postgres | Server::Sqlite => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

const MYSQL: &str = "SELECT '', CAST(t.table_name AS CHAR), \
     CASE WHEN t.table_type LIKE '%VIEW' THEN 'view' ELSE 'table' END, CAST(c.column_name AS CHAR), \
     CASE WHEN c.generation_expression <> '' THEN 'generated' \
          WHEN c.data_type IN ('float', 'double') THEN 'float' ELSE '' END \
     FROM information_schema.tables t JOIN information_schema.columns c \
     ON c.table_schema = t.table_schema AND c.table_name = t.table_name \
     WHERE t.table_schema = DATABASE() AND t.table_type <> 'SEQUENCE' \
     ORDER BY CAST(t.table_name AS BINARY), c.ordinal_position";

const POSTGRES: &str = "SELECT n.nspname::text, c.relname::text, \
     CASE WHEN c.relkind IN ('v', 'm', 'f') THEN 'view' WHEN c.relispartition THEN 'partition' \
          WHEN c.relkind = 'r' AND c.relhassubclass AND EXISTS \
               (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid) THEN 'parent' \
          ELSE 'table' END, \
     a.attname::text, \
     CASE WHEN a.attgenerated <> '' THEN 'generated' WHEN a.attidentity = 'a' THEN 'always' \
          WHEN a.atttypid = 'json'::regtype THEN 'json' ELSE '' END \
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') \
     AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%' \
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') \
     ORDER BY n.nspname, c.relname, a.attnum";

const SQLITE: &str = "SELECT '', t.name, \
     CASE t.type WHEN 'view' THEN 'view' WHEN 'shadow' THEN 'shadow' ELSE 'table' END, c.name, \
     CASE WHEN c.hidden IN (2, 3) THEN 'generated' ELSE '' END \
     FROM pragma_table_list t, pragma_table_xinfo(t.name) c \
     WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND c.hidden <> 1 \
     ORDER BY t.name, c.cid";
