//! Schemas for the tests of diagrams.

use xtsqlorm::connection::Backend;
use xtsqlorm::reflect::{
    CheckModel, ColumnModel, DataType, ForeignKeyModel, IndexModel, IndexPart, KeyAction, KeyModel,
    SchemaModel, TableKind, TableModel, TableName,
};

/// Names that have broken diagrams of others.
pub(super) const HOSTILE: [&str; 24] = [
    "<script>alert(1)</script>",
    "</script><script>alert(2)",
    "--><img src=x onerror=alert(3)>",
    "\"quoted\" 'names'",
    "order items",
    "50% off; #35; &amp;",
    "back`tick\\slash",
    "a\nb\tc",
    "1st",
    "%%{init: {}}%%",
    "many",
    "end",
    "pk",
    "PK",
    "中文表",
    "é~è~",
    "{brace}",
    "wind direction LR",
    "style:x#35;",
    "*",
    "",
    "erDiagram",
    "a~b~c",
    "]]>\u{0}",
];

/// A column.
pub(super) fn column(name: &str, sql_type: &str, nullable: bool) -> ColumnModel {
    let data_type = match sql_type {
        "text" => DataType::Text { max_bytes: None },
        "numeric(10,2)" => DataType::Decimal {
            precision: Some(10),
            scale: Some(2),
        },
        "enum('new','it''s paid')" => DataType::Enum {
            name: None,
            values: vec!["new".to_owned(), "it's paid".to_owned()],
        },
        _ => DataType::Integer {
            bits: 32,
            unsigned: false,
        },
    };
    let mut column = ColumnModel::new(name, sql_type, data_type);
    column.nullable = nullable;
    column
}

/// A foreign key to `id`.
pub(super) fn key(column: &str, to: &str) -> ForeignKeyModel {
    let columns = vec![column.to_owned()];
    let referenced = vec!["id".to_owned()];
    let mut key = ForeignKeyModel::new(columns, TableName::new("shop", to), referenced);
    key.name = Some(format!("fk_{column}"));
    key.on_delete = KeyAction::Cascade;
    key
}

/// A unique index.
pub(super) fn unique(column: &str) -> IndexModel {
    let mut index = IndexModel::new(format!("{column}_key"), vec![IndexPart::column(column)]);
    index.unique = true;
    index.method = Some("btree".to_owned());
    index
}

/// A table with these columns, all required integers, and this key.
pub(super) fn table(name: &str, columns: &[&str], primary: &[&str]) -> TableModel {
    let mut table = TableModel::new(TableName::new("shop", name), TableKind::Table);
    table.columns = columns
        .iter()
        .map(|name| column(name, "int", false))
        .collect();
    table.primary_key = Some(KeyModel {
        name: None,
        columns: primary.iter().map(|&name| name.to_owned()).collect(),
    });
    table
}

/// A schema of these tables.
pub(super) fn schema(tables: Vec<TableModel>) -> SchemaModel {
    SchemaModel {
        backend: Backend::MySql,
        server_version: "8.4.0".to_owned(),
        schemas: vec!["shop".to_owned()],
        tables,
        unreadable: Vec::new(),
    }
}

/// A shop.
pub(super) fn shop() -> SchemaModel {
    let mut users = table("users", &["id"], &["id"]);
    users.comment = Some("Who buys".to_owned());
    users.columns.push(column("email", "text", false));
    users.columns.push(column("name", "text", true));
    users.columns.push(column("country_id", "int", true));
    users.indexes.push(unique("email"));
    users.foreign_keys.push(key("country_id", "countries"));
    let mut profiles = table("profiles", &["user_id"], &["user_id"]);
    profiles.foreign_keys.push(key("user_id", "users"));
    let mut orders = table("orders", &["id", "user_id"], &["id"]);
    orders.columns.push(column("total", "numeric(10,2)", false));
    orders
        .columns
        .push(column("state", "enum('new','it''s paid')", false));
    orders.columns[3].default = Some("'new'".to_owned());
    orders.columns[3].comment = Some("where it \"stands\"".to_owned());
    orders.foreign_keys.push(key("user_id", "users"));
    orders.checks.push(CheckModel::new(
        Some("total_positive".to_owned()),
        "total >= 0 AND total < 100000",
    ));
    let mut links = table("users_tags", &["user_id", "tag_id"], &["user_id", "tag_id"]);
    links.foreign_keys = vec![key("user_id", "users"), key("tag_id", "tags")];
    let mut view = table("big_orders", &["id"], &["id"]);
    view.primary_key = None;
    view.kind = TableKind::View;
    schema(vec![
        view,
        table("countries", &["id"], &["id"]),
        orders,
        profiles,
        table("tags", &["id"], &["id"]),
        users,
        links,
    ])
}

/// Each hostile name as a table, a column, a comment and a type, each table with a key to the next.
pub(super) fn hostile() -> SchemaModel {
    let tables = HOSTILE.iter().enumerate().map(|(index, name)| {
        let mut table = table(name, &["id", name], &["id"]);
        table.comment = Some((*name).to_owned());
        table.columns[1].comment = Some((*name).to_owned());
        table.columns.push(column("typed", name, true));
        table.columns[2].default = Some((*name).to_owned());
        let next = HOSTILE[(index + 1) % HOSTILE.len()];
        table.foreign_keys.push(key(name, next));
        table.foreign_keys[0].name = Some((*name).to_owned());
        table.checks.push(CheckModel::new(None, *name));
        table
    });
    schema(tables.collect())
}

/// Many tables: each refers to a hub and to some table before it.
pub(super) fn large(count: usize) -> SchemaModel {
    let tables = (0..count).map(|index| {
        let mut table = table(
            &format!("table_{index}"),
            &["id", "hub_id", "other_id"],
            &["id"],
        );
        for extra in 0..15 {
            table
                .columns
                .push(column(&format!("field_{extra}"), "text", true));
        }
        table
            .foreign_keys
            .push(key("hub_id", &format!("table_{}", index % 7)));
        table
            .foreign_keys
            .push(key("other_id", &format!("table_{}", index * 7 / 9)));
        table
    });
    schema(tables.collect())
}
