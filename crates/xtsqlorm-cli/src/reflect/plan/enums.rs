//! One Rust enum for each list of values: PostgreSQL's types are shared by the columns that have
//! them, MySQL's lists belong to their column.

use std::collections::BTreeMap;

use heck::{ToSnakeCase, ToUpperCamelCase};
use xtsqlorm::reflect::{MappedKind, TypeName};

use super::Plan;
use crate::reflect::names;

/// A list of values that becomes a Rust enum.
#[derive(Debug)]
pub(crate) struct Enum {
    /// Its name in Rust.
    pub(crate) name: String,
    /// Its name as SeaORM writes it into casts between double quotes, without the outer two.
    pub(crate) type_name: String,
    /// The type or the column whose values it holds, for its documentation.
    pub(crate) of: String,
    /// Whether that is a type.
    pub(crate) is_type: bool,
    /// The values, in order.
    pub(crate) values: Vec<String>,
}

/// What tells lists of values apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    /// A type of its own.
    Type(TypeName),
    /// A column, as entity and place.
    Column(usize, usize),
}

/// Makes the enums and tells each column which is its own. Types are named with their schema unless
/// that is `current`.
pub(super) fn give(plan: &mut Plan, current: Option<&str>) {
    let mut owners: Vec<(Owner, Vec<String>)> = Vec::new();
    let mut places: BTreeMap<Owner, Vec<(usize, usize)>> = BTreeMap::new();
    for (e, entity) in plan.entities.iter().enumerate() {
        for (c, field) in entity.table.fields.iter().enumerate() {
            let (owner, values) = match &field.kind {
                MappedKind::Enum {
                    name: Some(name),
                    values,
                }
                | MappedKind::EnumArray { name, values } => (Owner::Type(name.clone()), values),
                MappedKind::Enum { name: None, values } => (Owner::Column(e, c), values),
                _ => continue,
            };
            if !places.contains_key(&owner) {
                owners.push((owner.clone(), values.clone()));
            }
            places.entry(owner).or_default().push((e, c));
        }
    }
    let wanted = owners.iter().map(|(owner, _)| plan.enum_names(owner));
    let names = names::enums(wanted.collect::<Vec<_>>());
    let mut found: Vec<(Owner, Enum)> = Vec::new();
    for ((owner, values), name) in owners.into_iter().zip(names) {
        let (type_name, of) = match &owner {
            Owner::Type(of) => {
                let is_current = of.schema.as_deref() == current;
                let shown = match (is_current, &of.schema) {
                    (false, Some(_)) => of.to_string(),
                    _ => of.name.clone(),
                };
                (quoted(of, is_current), shown)
            }
            Owner::Column(e, c) => {
                let table = &plan.entities[*e].table;
                let column = &table.model.columns[*c].name;
                (name.clone(), format!("{}.{column}", table.name()))
            }
        };
        let made = Enum {
            name: name.to_upper_camel_case(),
            type_name,
            of,
            is_type: matches!(owner, Owner::Type(_)),
            values,
        };
        found.push((owner, made));
    }
    found.sort_by(|a, b| a.1.name.cmp(&b.1.name));
    for (place, (owner, _)) in found.iter().enumerate() {
        for &(e, c) in &places[owner] {
            plan.entities[e].enums[c] = Some(place);
        }
    }
    plan.enums = found.into_iter().map(|(_, made)| made).collect();
}

/// The name between the quotes that SeaORM writes around it.
fn quoted(name: &TypeName, is_current: bool) -> String {
    let escaped = |name: &str| name.replace('"', "\"\"");
    match &name.schema {
        Some(schema) if !is_current => {
            format!("{}\".\"{}", escaped(schema), escaped(&name.name))
        }
        _ => escaped(&name.name),
    }
}

impl Plan {
    /// The names that an enum may get, the best first.
    fn enum_names(&self, owner: &Owner) -> Vec<String> {
        match owner {
            Owner::Type(TypeName { schema, name }) => {
                let long = schema.as_ref().map(|schema| format!("{schema}_{name}"));
                std::iter::once(name.clone()).chain(long).collect()
            }
            Owner::Column(e, c) => {
                let entity = &self.entities[*e];
                let short = format!("{}_{}", entity.module, entity.fields[*c]).to_snake_case();
                let long = entity
                    .parent
                    .map(|parent| format!("{}_{short}", self.schemas[parent].module));
                std::iter::once(short).chain(long).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Selection, plan};
    use super::*;
    use crate::reflect::model::samples::{schemas, table};
    use xtsqlorm::reflect::{DataType, TableModel};

    fn with_enum(name: &str, of: Option<TypeName>, values: [&str; 2]) -> TableModel {
        let mut table = table(name, &["id", "kind"], &["id"]);
        table.columns[1].data_type = DataType::Enum {
            name: of,
            values: values.map(str::to_owned).to_vec(),
        };
        table
    }

    #[test]
    fn tables_share_a_type_and_types_of_one_name_are_told_apart() {
        let of = |schema| Some(TypeName::new(Some(schema), "kind"));
        let found = schemas(
            &["shop"],
            [
                with_enum("a", of("shop"), ["x", "y"]),
                with_enum("b", of("shop"), ["x", "y"]),
                with_enum("c", of("crm"), ["p", "q"]),
            ],
        );
        let plan = plan(found, &Selection::default()).unwrap();
        let enums: Vec<_> = plan
            .enums
            .iter()
            .map(|made| (made.name.as_str(), made.type_name.as_str()))
            .collect();
        assert_eq!(enums, [("CrmKind", "crm\".\"kind"), ("Kind", "kind")]);
        let used: Vec<_> = plan.entities.iter().map(|entity| entity.enums[1]).collect();
        assert_eq!(used, [Some(1), Some(1), Some(0)]);
    }

    #[test]
    fn a_list_without_a_type_is_named_after_its_column() {
        let found = schemas(
            &["shop"],
            [
                with_enum("a", None, ["x", "y"]),
                with_enum("b", None, ["p", "q"]),
            ],
        );
        let plan = plan(found, &Selection::default()).unwrap();
        let names: Vec<_> = plan.enums.iter().map(|made| made.name.as_str()).collect();
        assert_eq!(names, ["AKind", "BKind"]);
    }
}
