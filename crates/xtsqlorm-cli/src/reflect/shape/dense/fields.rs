//! The relation fields of one entity.

use heck::{ToSnakeCase, ToUpperCamelCase};

use super::circles::Circles;
use super::links::Links;
use super::names::{Holds, Names, plural};
use crate::reflect::shape::source::{Kind, Source};

/// A field that holds what a relation leads to.
#[derive(Debug)]
pub(super) struct RelationField {
    /// The field.
    pub(super) name: String,
    /// What it holds.
    pub(super) holds: Holds,
    /// The entity that it leads to.
    pub(super) to: usize,
    /// How it leads there.
    pub(super) road: Road,
    /// The name of the relation, where the macro would find another.
    pub(super) variant: Option<String>,
    /// Whether it is the only one to that entity, and so `Related`.
    pub(super) related: bool,
}

/// How a relation leads to an entity.
#[derive(Debug, Clone, Copy)]
pub(super) enum Road {
    /// By this foreign key.
    Key(usize),
    /// Against this foreign key, by this relation of the entity referred to.
    Back(usize, usize),
    /// By this way through a junction.
    Way(usize),
}

/// The relation fields of an entity: what it refers to, what refers to it, what junctions join it
/// with.
pub(super) fn fields(
    sources: &[Source],
    links: &Links,
    circles: &Circles,
    place: usize,
) -> Vec<RelationField> {
    if !links.is_dense(place) {
        return Vec::new();
    }
    let mut roads = direct(links, circles, place);
    let met = |roads: &[(Road, usize)], to: usize| roads.iter().filter(|road| road.1 == to).count();
    for (index, way) in links.ways.iter().enumerate() {
        let from_junction = direct(links, circles, way.junction);
        let is_clear = |end: usize| met(&from_junction, end) == 1;
        let beside = |a: usize, b: usize| {
            let (a, b) = (sources[a].path(), sources[b].path());
            a[..a.len() - 1] == b[..b.len() - 1]
        };
        if way.from == place
            && circles.has_way(index)
            && links.is_dense(way.junction)
            && links.is_dense(way.to)
            && beside(place, way.junction)
            && is_clear(way.from)
            && is_clear(way.to)
            && met(&roads, way.to) == 0
            && !names_of(sources, links, place).contains(&way.variant)
        {
            roads.push((Road::Way(index), way.to));
        }
    }
    let columns = sources[place]
        .columns
        .iter()
        .map(|column| column.field.to_string());
    let columns: Vec<String> = columns
        .map(|name| name.trim_start_matches("r#").to_owned())
        .collect();
    let mut names = Names::new(columns.iter().map(String::as_str));
    let counts: Vec<usize> = roads.iter().map(|road| met(&roads, road.1)).collect();
    let roads = roads.into_iter().zip(counts);
    roads
        .map(|((road, to), count)| field(sources, links, &mut names, road, to, count == 1))
        .collect()
}

/// The names that the entity's relations have, and those that the macro makes of them.
fn names_of(sources: &[Source], links: &Links, place: usize) -> Vec<String> {
    let own = sources[place].relations.iter();
    let loops = links
        .links
        .iter()
        .filter(|link| link.from == place && link.to == place);
    own.map(|relation| relation.variant.clone())
        .chain(loops.map(|link| format!("{}Reverse", link.variant)))
        .collect()
}

/// The foreign keys from and to an entity that can be fields, with the entities at their other ends.
fn direct(links: &Links, circles: &Circles, place: usize) -> Vec<(Road, usize)> {
    let keys = links.links.iter().enumerate();
    let mut roads: Vec<(Road, usize)> = keys
        .clone()
        .filter(|(_, link)| link.from == place && links.joins_dense(link))
        .filter(|(_, link)| circles.has(link.from, link.to))
        .map(|(index, link)| (Road::Key(index), link.to))
        .collect();
    roads.extend(keys.filter_map(|(index, link)| {
        let comes = link.to == place
            && link.from != place
            && links.joins_dense(link)
            && circles.has(link.from, link.to)
            && circles.has(link.to, link.from);
        let back = link.back.filter(|_| comes)?;
        Some((Road::Back(index, back), link.from))
    }));
    roads
}

fn field(
    sources: &[Source],
    links: &Links,
    names: &mut Names,
    road: Road,
    to: usize,
    only: bool,
) -> RelationField {
    let module = sources[to].path().last().copied().unwrap_or_default();
    let (holds, wanted, variant) = match road {
        Road::Key(index) => {
            let link = &links.links[index];
            let holds = match link.optional {
                true => Holds::OneOrNone,
                false => Holds::One,
            };
            (holds, link.variant.to_snake_case(), &link.variant)
        }
        Road::Back(index, relation) => {
            let link = &links.links[index];
            let relation = &sources[link.to].relations[relation];
            let (holds, wanted) = match (only, relation.kind) {
                (true, Kind::HasOne) => (Holds::OneOrNone, module.to_owned()),
                (true, _) => (Holds::Many, plural(module)),
                (false, _) => {
                    let by = link.variant.to_snake_case();
                    (Holds::Many, format!("{}_by_{by}", plural(module)))
                }
            };
            (holds, wanted, &relation.variant)
        }
        Road::Way(index) => (Holds::Many, plural(module), &links.ways[index].variant),
    };
    let to_itself = matches!(road, Road::Key(index) if links.links[index].from == to);
    let named = !only || to_itself || *variant != guessed(module);
    RelationField {
        name: names.field(&wanted, holds),
        holds,
        to,
        road,
        variant: named.then(|| variant.clone()),
        related: only && !to_itself,
    }
}

/// The name that the macro gives a relation to the entity of a module, where nothing names it.
fn guessed(module: &str) -> String {
    match syn::parse_str::<syn::Ident>(module) {
        Ok(_) => module.to_upper_camel_case(),
        Err(_) => format!("r#{module}").to_upper_camel_case(),
    }
}
