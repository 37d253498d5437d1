//! Decides what is written: which tables, in which form, under which names, with which relations.

mod admit;
mod enums;
mod relations;

use std::collections::BTreeSet;

use anyhow::Result;
use heck::ToUpperCamelCase;
use xtsqlorm::reflect::TableName;

pub(crate) use self::admit::Selection;
pub(crate) use self::enums::Enum;
pub(crate) use self::relations::{Kind, Relation, Through};
use super::model::{Schema, Table};
use super::names;

/// What will be written, and what will not.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// The modules of schemas; empty where there is one schema, whose tables stand at the root.
    pub(crate) schemas: Vec<SchemaModule>,
    /// One per table or view, by schema and module.
    pub(crate) entities: Vec<Entity>,
    /// The lists of values, by name.
    pub(crate) enums: Vec<Enum>,
    /// Partitions, and the table that each is read through.
    pub(crate) folded: Vec<(TableName, TableName)>,
    /// What has no entity.
    pub(crate) left_out: Vec<LeftOut>,
    /// What else the user should know.
    pub(crate) notes: Vec<String>,
}

/// The module of a schema.
#[derive(Debug)]
pub(crate) struct SchemaModule {
    /// The schema.
    pub(crate) schema: String,
    /// Its module.
    pub(crate) module: String,
}

/// A table or view that becomes an entity.
#[derive(Debug)]
pub(crate) struct Entity {
    /// The table.
    pub(crate) table: Table,
    /// What its rows can do.
    pub(crate) form: Form,
    /// The schema that statements name, where they name one.
    pub(crate) schema_name: Option<String>,
    /// The place in [`Plan::schemas`] of the module that its module is in.
    pub(crate) parent: Option<usize>,
    /// Its module.
    pub(crate) module: String,
    /// Its name in the prelude.
    pub(crate) alias: String,
    /// The field for each column.
    pub(crate) fields: Vec<String>,
    /// The place in [`Plan::enums`] of the enum for each column that has one.
    pub(crate) enums: Vec<Option<usize>>,
    /// The relations, by the module of the table they lead to.
    pub(crate) relations: Vec<Relation>,
    /// The relations through a junction, by the module of the table they lead to.
    pub(crate) through: Vec<Through>,
}

/// What the rows of an entity can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    /// They have a key, of these columns.
    Keyed(Vec<usize>),
    /// They have none and can only be read.
    ReadOnly {
        /// Why that is so, as what is said of the table: `a view`.
        why: String,
        /// Whether rows can be added.
        appends: bool,
    },
}

impl Entity {
    /// An entity without enums and relations.
    fn new(table: Table, form: Form, module: String) -> Self {
        let (key, taken): (&[usize], &[&str]) = match &form {
            Form::Keyed(key) => (key, &[]),
            Form::ReadOnly { .. } => (&[], &[names::NO_KEY]),
        };
        let columns = table.model.columns.iter().enumerate();
        let columns = columns.map(|(place, column)| (column.name.as_str(), key.contains(&place)));
        let fields = names::fields(columns, taken);
        Self {
            enums: vec![None; fields.len()],
            fields,
            table,
            form,
            schema_name: None,
            parent: None,
            alias: String::new(),
            module,
            relations: Vec::new(),
            through: Vec::new(),
        }
    }

    /// Its name in camel case.
    pub(crate) fn name(&self) -> String {
        self.module.to_upper_camel_case()
    }

    /// The variant of `Column` for a column.
    pub(crate) fn variant(&self, column: usize) -> String {
        self.fields[column].to_upper_camel_case()
    }

    /// The places of the key's columns.
    pub(crate) fn key(&self) -> &[usize] {
        match &self.form {
            Form::Keyed(key) => key,
            Form::ReadOnly { .. } => &[],
        }
    }
}

/// A table without an entity.
#[derive(Debug)]
pub(crate) struct LeftOut {
    /// Its name.
    pub(crate) name: TableName,
    /// Why it has none.
    pub(crate) reason: String,
    /// Whether the user loses something that they did not exclude.
    pub(crate) lost: bool,
}

/// Makes the plan.
///
/// # Errors
///
/// When the selection names a table that is not there.
pub(crate) fn plan(schema: Schema, selection: &Selection) -> Result<Plan> {
    selection.check(&schema)?;
    let several = schema.has_several();
    // Statements need no schema where all tables are in the one that the connection is in.
    let named = several || schema.schemas.first() != schema.current.as_ref();
    let mut plan = Plan::default();
    let asked_for = schema.schemas.clone();
    let qualified = |name: &TableName| match several || !asked_for.contains(&name.schema) {
        true => name.to_string(),
        false => name.table.clone(),
    };
    let current = schema.current.clone();
    let kept = admit::tables(schema, selection, &mut plan, &qualified);
    for (table, form) in kept {
        let mut entity = Entity::new(table, form, String::new());
        entity.schema_name = named.then(|| entity.table.model.name.schema.clone());
        plan.entities.push(entity);
    }
    plan.name_modules(several);
    let current = current.filter(|_| !named);
    enums::give(&mut plan, current.as_deref());
    relations::give(&mut plan, &asked_for, &qualified);
    Ok(plan)
}

impl Plan {
    /// Names the modules and sorts by them.
    fn name_modules(&mut self, several: bool) {
        let schemas: BTreeSet<String> = self
            .entities
            .iter()
            .map(|entity| entity.table.model.name.schema.clone())
            .collect();
        if several {
            let modules = names::modules(schemas.iter().map(String::as_str), "schema");
            self.schemas = schemas
                .iter()
                .zip(modules)
                .map(|(schema, module)| SchemaModule {
                    schema: schema.clone(),
                    module,
                })
                .collect();
        }
        for (parent, schema) in schemas.iter().enumerate() {
            let mut here: Vec<&mut Entity> = self
                .entities
                .iter_mut()
                .filter(|entity| entity.table.model.name.schema == *schema)
                .collect();
            let modules = names::modules(here.iter().map(|entity| entity.table.name()), "table");
            let aliases = names::entities(modules.iter().map(String::as_str));
            for ((entity, module), alias) in here.iter_mut().zip(modules).zip(aliases) {
                entity.module = module;
                entity.alias = alias;
                entity.parent = several.then_some(parent);
            }
        }
        self.entities
            .sort_by(|a, b| (a.parent, &a.module).cmp(&(b.parent, &b.module)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reflect::model::samples::{schema, schemas, table};

    #[test]
    fn one_schema_is_flat_and_several_have_modules() -> Result<()> {
        let mut orders = table("orders", &["id"], &["id"]);
        let flat = plan(schema([orders.clone()]), &Selection::default())?;
        assert!(flat.schemas.is_empty());
        assert_eq!(flat.entities[0].schema_name, None);

        let customers = table("orders", &["id"], &["id"]);
        orders.name.schema = "sales-eu".to_owned();
        let found = schemas(&["shop", "sales-eu"], [customers, orders]);
        let deep = plan(found, &Selection::default())?;
        let places: Vec<_> = deep
            .entities
            .iter()
            .map(|entity| {
                let parent = &deep.schemas[entity.parent.unwrap_or_default()];
                let module = format!("{}::{}", parent.module, entity.module);
                (module, entity.schema_name.as_deref().unwrap_or_default())
            })
            .collect();
        assert_eq!(
            places,
            [
                ("sales_eu::orders".to_owned(), "sales-eu"),
                ("shop::orders".to_owned(), "shop"),
            ]
        );
        Ok(())
    }

    #[test]
    fn another_schema_than_the_connections_is_named() -> Result<()> {
        let mut found = schema([table("orders", &["id"], &["id"])]);
        found.current = Some("public".to_owned());
        let plan = plan(found, &Selection::default())?;
        assert_eq!(plan.entities[0].schema_name.as_deref(), Some("shop"));
        assert!(plan.schemas.is_empty());
        Ok(())
    }
}
