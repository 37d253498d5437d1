//! Which entity refers to which, and which entities can have relations as fields.

use std::collections::HashMap;

use anyhow::Result;
use heck::ToUpperCamelCase;
use syn::visit::Visit;
use syn::{Item, UseTree};

use crate::reflect::shape::source::{Column, Kind, Relation, Source, plain, related_to};

/// Columns whose setters would hide a method that the macro calls.
const SETTERS: [&str; 4] = [
    "parent_key",
    "parent_key_for",
    "parent_key_for_def",
    "parent_key_for_self_rev",
];

/// Types that the macro makes or names, which no import may have the name of.
const TYPES: [&str; 14] = [
    "ActiveBelongsTo",
    "ActiveHasMany",
    "ActiveHasOne",
    "ActiveModelEx",
    "BelongsTo",
    "EntityLoader",
    "EntityLoaderNest",
    "EntityLoaderWith",
    "EntityLoaderWithParam",
    "EntityReverse",
    "HasMany",
    "HasOne",
    "ModelEx",
    "RelatedEntity",
];

/// The entities' relations to each other.
#[derive(Debug)]
pub(super) struct Links {
    /// The foreign keys.
    pub(super) links: Vec<Link>,
    /// The ways through junctions.
    pub(super) ways: Vec<Way>,
    /// For each entity why it must stay compact, if it must.
    pub(super) obstacles: Vec<Option<String>>,
}

/// A foreign key from one entity to another, or to itself.
#[derive(Debug)]
pub(super) struct Link {
    /// The entity that refers.
    pub(super) from: usize,
    /// The entity referred to.
    pub(super) to: usize,
    /// Its place among the relations of the entity that refers.
    pub(super) relation: usize,
    /// The name of that relation.
    pub(super) variant: String,
    /// Whether a row may refer to nothing.
    pub(super) optional: bool,
    /// The place of the reverse among the relations of the entity referred to, where it has one.
    pub(super) back: Option<usize>,
}

/// A relation through a junction.
#[derive(Debug)]
pub(super) struct Way {
    /// The entity that it starts from.
    pub(super) from: usize,
    /// The junction.
    pub(super) junction: usize,
    /// The entity that it leads to.
    pub(super) to: usize,
    /// The junction's relation to that.
    pub(super) variant: String,
}

impl Links {
    /// Reads them from compact entities.
    pub(super) fn read(sources: &[Source]) -> Result<Self> {
        let places: HashMap<Vec<&str>, usize> = sources
            .iter()
            .enumerate()
            .map(|(place, source)| (source.path(), place))
            .collect();
        let mut links = Vec::new();
        let mut obstacles: Vec<Option<String>> = sources.iter().map(obstacle).collect();
        for (from, source) in sources.iter().enumerate() {
            for (index, relation) in source.relations.iter().enumerate() {
                let to = places.get(&resolved(source, &relation.target));
                let (Kind::BelongsTo, Some(&to)) = (relation.kind, to) else {
                    continue;
                };
                let columns = relation.columns("from")?;
                for name in columns.iter().chain(&relation.columns("to")?) {
                    // The macro converts the names once more.
                    if *name != name.to_upper_camel_case()
                        || syn::parse_str::<syn::Path>(name).is_err()
                    {
                        obstacles[from] = Some(format!("a relation by the column {name}"));
                    }
                }
                let of =
                    |name: &String| source.columns.iter().find(|column| column.variant == *name);
                links.push(Link {
                    from,
                    to,
                    relation: index,
                    variant: relation.variant.clone(),
                    optional: columns.iter().filter_map(of).any(|column| column.inner().1),
                    back: back(sources, from, to, relation)?,
                });
            }
        }
        let mut ways = Vec::new();
        for (from, source) in sources.iter().enumerate() {
            for item in &source.file.items {
                let way = through(item).and_then(|(junction, variant)| {
                    let to = *places.get(&resolved(source, &related_to(item)?))?;
                    let junction = *places.get(&resolved(source, &junction))?;
                    Some(Way {
                        from,
                        junction,
                        to,
                        variant,
                    })
                });
                ways.extend(way);
            }
        }
        // What a compact table refers to in a junction must be there.
        for Way {
            from, junction, to, ..
        } in &ways
        {
            let missing = [*from, *to]
                .into_iter()
                .find(|&end| obstacles[end].is_some());
            if let (Some(end), None) = (missing, &obstacles[*junction]) {
                obstacles[*junction] = Some(format!("it joins {}", sources[end].name));
            }
        }
        Ok(Self {
            links,
            ways,
            obstacles,
        })
    }

    /// Whether both ends of a foreign key can have relations as fields.
    pub(super) fn joins_dense(&self, link: &Link) -> bool {
        self.is_dense(link.from) && self.is_dense(link.to)
    }

    /// Whether the entity can have relations as fields, and be the type of one.
    pub(super) fn is_dense(&self, place: usize) -> bool {
        self.obstacles[place].is_none()
    }
}

/// Why the macro cannot handle the entity.
fn obstacle(source: &Source) -> Option<String> {
    let field = |column: &Column| column.field.to_string();
    if let Some(column) = source
        .columns
        .iter()
        .find(|column| SETTERS.contains(&field(column).as_str()))
    {
        return Some(format!(
            "SeaORM has a method set_{} of its own",
            column.field
        ));
    }
    let mut imported = Imported::default();
    imported.visit_file(&source.file);
    let taken = imported
        .0
        .iter()
        .find(|name| TYPES.contains(&name.as_str()));
    taken.map(|name| format!("SeaORM has a type {name} of its own"))
}

/// The names that a file imports.
#[derive(Default)]
struct Imported(Vec<String>);

impl Visit<'_> for Imported {
    fn visit_use_tree(&mut self, tree: &UseTree) {
        match tree {
            UseTree::Name(name) => self.0.push(name.ident.to_string()),
            UseTree::Rename(rename) => self.0.push(rename.rename.to_string()),
            _ => syn::visit::visit_use_tree(self, tree),
        }
    }
}

/// The modules of a path such as `super::film::Entity`, seen from a file, from the root on.
fn resolved<'a>(source: &'a Source, target: &'a str) -> Vec<&'a str> {
    let mut path = source.path();
    for word in target.split("::") {
        match word {
            "super" => {
                path.pop();
            }
            "crate" => path.clear(),
            "Entity" => {}
            word => path.push(word.trim_start_matches("r#")),
        }
    }
    path
}

/// The reverse of a relation among those of the entity that it leads to.
fn back(sources: &[Source], from: usize, to: usize, relation: &Relation) -> Result<Option<usize>> {
    let wanted = format!("Relation::{}", relation.variant);
    for (place, other) in sources[to].relations.iter().enumerate() {
        if other.kind == Kind::BelongsTo
            || resolved(&sources[to], &other.target) != sources[from].path()
        {
            continue;
        }
        // One that names no relation is the reverse of the only one.
        if other.text("via_rel")?.is_none_or(|named| named == wanted) {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

/// For an `impl Related<..>` by way of a junction: the junction as a path to its entity, and its
/// relation to the far end.
fn through(item: &Item) -> Option<(String, String)> {
    let Item::Impl(item) = item else { return None };
    let method = |name: &str| {
        item.items.iter().find_map(|item| match item {
            syn::ImplItem::Fn(method) if method.sig.ident == name => Some(&method.block),
            _ => None,
        })
    };
    method("via")?;
    let to = plain(method("to")?);
    let path = to.trim_matches(['{', '}']).strip_suffix(".def()")?;
    let (junction, variant) = path.split_once("::Relation::")?;
    Some((format!("{junction}::Entity"), variant.to_owned()))
}
