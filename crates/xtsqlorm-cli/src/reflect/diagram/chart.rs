//! What is in the picture: tables with their relations in both directions.

use std::collections::{BTreeMap, HashMap, HashSet};

use xtsqlorm::reflect::{ForeignKeyModel, SchemaModel, TableKind, TableModel, TableName};

/// A schema, ready to be drawn.
#[derive(Debug)]
pub(super) struct Chart<'a> {
    /// The schemas that were read.
    pub(super) title: String,
    /// The server.
    pub(super) server: String,
    /// The tables; partitions are with their parents.
    pub(super) tables: Vec<Entry<'a>>,
    /// The relations between them.
    pub(super) relations: Vec<Relation<'a>>,
    /// What could not be read, with the reason.
    pub(super) unreadable: Vec<(String, &'a str)>,
}

/// A table in the picture.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    /// The table.
    pub(super) table: &'a TableModel,
    /// Its name, with the schema where there are several.
    pub(super) label: String,
    /// A name of letters, digits, `-` and `_` that no other table has.
    pub(super) slug: String,
    /// Its partitions.
    pub(super) partitions: Vec<String>,
    /// The columns that are unique by themselves, the primary key aside.
    unique: HashSet<&'a str>,
    /// The columns of foreign keys.
    foreign: HashSet<&'a str>,
}

impl Entry<'_> {
    /// The marks of a column: `PK`, `FK`, `UK`.
    pub(super) fn marks(&self, column: &str) -> Vec<&'static str> {
        let is_key = self.table.key_columns().iter().any(|key| key == column);
        [
            (is_key, "PK"),
            (self.foreign.contains(column), "FK"),
            (self.unique.contains(column), "UK"),
        ]
        .into_iter()
        .filter_map(|(holds, mark)| holds.then_some(mark))
        .collect()
    }
}

/// A foreign key in the picture.
#[derive(Debug)]
pub(super) struct Relation<'a> {
    /// The table that refers, by its place.
    pub(super) from: usize,
    /// The table referred to; `None` where it is outside of the picture.
    pub(super) to: Option<usize>,
    /// The name of the table referred to.
    pub(super) to_label: String,
    /// The key.
    pub(super) key: &'a ForeignKeyModel,
    /// Whether a row may refer to nothing.
    pub(super) optional: bool,
    /// Whether at most one row refers to each.
    pub(super) single: bool,
    /// Whether the key is part of the primary key.
    pub(super) identifying: bool,
}

impl Relation<'_> {
    /// The columns on both sides, such as `user_id → id`.
    pub(super) fn columns(&self) -> String {
        format!(
            "{} → {}",
            self.key.columns.join(", "),
            self.key.referenced.join(", ")
        )
    }
}

impl<'a> Chart<'a> {
    /// Takes the tables and views of a schema; partitions and the inner tables of SQLite's virtual
    /// tables have no place of their own.
    pub(super) fn new(schema: &'a SchemaModel) -> Self {
        let several = schema.schemas.len() > 1;
        let mut partitions: BTreeMap<&TableName, Vec<String>> = BTreeMap::new();
        for table in &schema.tables {
            if let Some(parent) = &table.partition_of {
                let names = partitions.entry(parent).or_default();
                names.push(label(&table.name, several));
            }
        }
        let shown = schema
            .tables
            .iter()
            .filter(|table| table.partition_of.is_none() && table.kind != TableKind::ShadowTable);
        let mut slugs = HashSet::new();
        let tables: Vec<Entry<'_>> = shown
            .map(|table| {
                let label = label(&table.name, several);
                let partitions = partitions.remove(&table.name).unwrap_or_default();
                Entry::new(table, label, partitions, &mut slugs)
            })
            .collect();
        let places: HashMap<&TableName, usize> = tables
            .iter()
            .enumerate()
            .map(|(place, entry)| (&entry.table.name, place))
            .collect();
        let relations = tables.iter().enumerate().flat_map(|(from, entry)| {
            let keys = entry.table.foreign_keys.iter();
            let places = &places;
            keys.map(move |key| relation(entry.table, from, key, places, several))
        });
        Self {
            title: schema.schemas.join(", "),
            server: format!("{} {}", schema.backend, schema.server_version),
            relations: relations.collect(),
            unreadable: schema
                .unreadable
                .iter()
                .map(|table| (label(&table.table, several), table.reason.as_str()))
                .collect(),
            tables,
        }
    }

    /// The relations that start at a table.
    pub(super) fn from(&self, place: usize) -> impl Iterator<Item = &Relation<'a>> {
        let relations = self.relations.iter();
        relations.filter(move |relation| relation.from == place)
    }

    /// The relations that end at a table.
    pub(super) fn into(&self, place: usize) -> impl Iterator<Item = &Relation<'a>> {
        let relations = self.relations.iter();
        relations.filter(move |relation| relation.to == Some(place))
    }
}

impl<'a> Entry<'a> {
    fn new(
        table: &'a TableModel,
        label: String,
        partitions: Vec<String>,
        slugs: &mut HashSet<String>,
    ) -> Self {
        let unique = table.indexes.iter().filter_map(|index| {
            let columns = index.unique_columns()?;
            (columns.len() == 1).then(|| columns[0])
        });
        let foreign = table.foreign_keys.iter().flat_map(|key| &key.columns);
        Self {
            table,
            slug: slug(&label, slugs),
            label,
            partitions,
            unique: unique.collect(),
            foreign: foreign.map(String::as_str).collect(),
        }
    }
}

fn relation<'a>(
    table: &'a TableModel,
    from: usize,
    key: &'a ForeignKeyModel,
    places: &HashMap<&TableName, usize>,
    several: bool,
) -> Relation<'a> {
    let columns: HashSet<&str> = key.columns.iter().map(String::as_str).collect();
    let is_nullable = |name: &&str| table.column(name).is_some_and(|column| column.nullable);
    let primary: Vec<&str> = table.key_columns().iter().map(String::as_str).collect();
    let indexes = table
        .indexes
        .iter()
        .filter_map(|index| index.unique_columns());
    let mut keys = indexes.chain((!primary.is_empty()).then(|| primary.clone()));
    let elsewhere = several || key.table.schema != table.name.schema;
    Relation {
        from,
        to: places.get(&key.table).copied(),
        to_label: label(&key.table, elsewhere),
        key,
        optional: columns.iter().any(is_nullable),
        single: keys.any(|unique| unique.iter().all(|column| columns.contains(column))),
        identifying: columns.iter().all(|column| primary.contains(column)),
    }
}

/// The name as people write it.
fn label(name: &TableName, with_schema: bool) -> String {
    if with_schema {
        name.to_string()
    } else {
        name.table.clone()
    }
}

/// A name for links that no other table has.
fn slug(label: &str, taken: &mut HashSet<String>) -> String {
    let plain = label.chars().map(|c| {
        let stays = c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        if stays { c } else { '-' }
    });
    let base: String = plain.collect();
    let slug = std::iter::once(base.clone())
        .chain((2..).map(|number| format!("{base}--{number}")))
        .find(|slug| !taken.contains(slug))
        .expect("numbers do not run out");
    taken.insert(slug.clone());
    slug
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    fn between<'c>(chart: &'c Chart<'_>, from: &str, to: &str) -> &'c Relation<'c> {
        let found = chart
            .relations
            .iter()
            .find(|relation| chart.tables[relation.from].label == from && relation.to_label == to);
        found.unwrap()
    }

    #[test]
    fn cardinality_follows_from_null_and_unique() {
        let schema = samples::shop();
        let chart = Chart::new(&schema);
        let sorts = |from, to| {
            let relation = between(&chart, from, to);
            (relation.optional, relation.single, relation.identifying)
        };
        assert_eq!(sorts("orders", "users"), (false, false, false));
        assert_eq!(sorts("users", "countries"), (true, false, false));
        assert_eq!(sorts("profiles", "users"), (false, true, true));
        assert_eq!(sorts("users_tags", "tags"), (false, false, true));
    }

    #[test]
    fn marks_tell_keys_apart() {
        let schema = samples::shop();
        let chart = Chart::new(&schema);
        let entry = |label| chart.tables.iter().find(|entry| entry.label == label);
        let marks = |table, column| entry(table).unwrap().marks(column);
        assert_eq!(marks("users", "id"), ["PK"]);
        assert_eq!(marks("users", "email"), ["UK"]);
        assert_eq!(marks("users", "name"), [""; 0]);
        assert_eq!(marks("users_tags", "tag_id"), ["PK", "FK"]);
    }

    #[test]
    fn partitions_are_with_their_parent_and_a_table_elsewhere_is_named() {
        let mut schema = samples::shop();
        let mut part = schema.tables[0].clone();
        part.partition_of = Some(schema.tables[0].name.clone());
        part.name.table = "part_1".to_owned();
        schema.tables.push(part);
        let key = &mut schema.tables[0].foreign_keys;
        assert!(key.is_empty());
        key.push(samples::key("id", "accounts"));
        key[0].table.schema = "crm".to_owned();
        let chart = Chart::new(&schema);
        assert_eq!(chart.tables[0].partitions, ["part_1"]);
        assert!(chart.tables.iter().all(|entry| entry.label != "part_1"));
        let outside = chart
            .relations
            .iter()
            .find(|relation| relation.to.is_none());
        assert_eq!(
            outside.map(|relation| relation.to_label.as_str()),
            Some("crm.accounts")
        );
    }

    #[test]
    fn slugs_are_plain_and_distinct() {
        let mut taken = HashSet::new();
        assert_eq!(slug("a b", &mut taken), "a-b");
        assert_eq!(slug("a.b", &mut taken), "a-b--2");
        assert_eq!(slug("<script>", &mut taken), "-script-");
    }
}
