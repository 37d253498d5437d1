//! Writes an entity down in the dense form.

use anyhow::Result;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, Fields, Item, Meta, parse_quote};

use super::fields::{RelationField, Road};
use super::links::{Links, Way};
use super::names::Holds;
use super::unique;
use crate::reflect::shape::expanded::built;
use crate::reflect::shape::source::{Source, derives, plain, related_to, with_derives};

/// Derives that a model with relations can have too.
const FOR_BOTH: [&str; 7] = [
    "Clone",
    "Debug",
    "PartialEq",
    "Eq",
    "DeriveEntityModel",
    "Serialize",
    "Deserialize",
];

/// Brings an entity into the dense form, with these relation fields.
pub(super) fn dense(
    sources: &mut [Source],
    place: usize,
    links: &Links,
    fields: &[RelationField],
    notes: &mut Vec<String>,
) -> Result<()> {
    let new: Vec<syn::Field> = fields
        .iter()
        .map(|field| relation_field(sources, place, links, field))
        .collect::<Result<_>>()?;
    let items = items(sources, place, links, fields, notes)?;
    let source = &mut sources[place];
    let mut columns = source.columns.clone();
    let silent = unique::adapt(&mut columns)?;
    if !silent.is_empty() {
        let names = silent.join(", ").replace("r#", "");
        notes.push(format!(
            "{}: {names} cannot be declared unique in the dense form",
            source.name
        ));
    }
    let model = source.model()?;
    let derived = derives(&model.attrs)?;
    let (both, own): (Vec<String>, Vec<String>) = derived
        .into_iter()
        .partition(|name| FOR_BOTH.contains(&name.as_str()));
    model.attrs = with_derives(&model.attrs, &both)?;
    let own: Vec<syn::Path> = own
        .iter()
        .map(|name| syn::parse_str(name))
        .collect::<Result<_, _>>()?;
    if !own.is_empty() {
        model
            .attrs
            .push(parse_quote!(#[sea_orm(model_attrs(derive(#(#own),*)))]));
    }
    let first = model
        .attrs
        .iter()
        .position(|attr| !attr.path().is_ident("doc"));
    model
        .attrs
        .insert(first.unwrap_or(0), parse_quote!(#[sea_orm::model]));
    if let Fields::Named(named) = &mut model.fields {
        for (field, column) in named.named.iter_mut().zip(&columns) {
            field.attrs = with_metas(&field.attrs, &column.metas);
        }
        named.named.extend(new);
    }
    let model = Item::Struct(model.clone());
    let old = std::mem::take(&mut source.file.items).into_iter();
    source.file.items = old
        .filter_map(|item| match item {
            Item::Struct(item) if item.ident == "Model" => Some(model.clone()),
            Item::Enum(item) if item.ident == "Relation" => None,
            item if related_to(&item).is_some() => None,
            item => Some(item),
        })
        .collect();
    let after_model = source.file.items.iter().position(|item| *item == model);
    let after_model = after_model.map_or(0, |at| at + 1);
    source.file.items.splice(after_model..after_model, items);
    Ok(())
}

/// The attributes with these parts of `sea_orm`, in the place of the first.
fn with_metas(attrs: &[Attribute], metas: &[Meta]) -> Vec<Attribute> {
    let mut new = unique::attribute(metas);
    let kept = attrs
        .iter()
        .filter_map(|attr| match attr.path().is_ident("sea_orm") {
            true => new.take(),
            false => Some(attr.clone()),
        });
    kept.collect()
}

/// The field with its attribute.
fn relation_field(
    sources: &[Source],
    place: usize,
    links: &Links,
    field: &RelationField,
) -> Result<syn::Field> {
    let name = format_ident!("{}", field.name);
    let entity = entity(sources, place, field.to)?;
    let variant = field
        .variant
        .as_ref()
        .map(|variant| quote!(relation_enum = #variant));
    let parts: Vec<TokenStream> = match field.road {
        Road::Key(index) => {
            let link = &links.links[index];
            let relation = &sources[link.from].relations[link.relation];
            let kind = if link.from == link.to {
                quote!(self_ref)
            } else {
                quote!(belongs_to)
            };
            let from = list(&relation.columns("from")?);
            let to = list(&relation.columns("to")?);
            let mut parts = vec![kind];
            parts.extend(variant);
            parts.extend([quote!(from = #from), quote!(to = #to)]);
            for key in ["on_update", "on_delete"] {
                if let Some(action) = relation.text(key)? {
                    let key = format_ident!("{key}");
                    parts.push(quote!(#key = #action));
                }
            }
            parts
        }
        Road::Back(index, _) => {
            let kind = match field.holds {
                Holds::Many => quote!(has_many),
                _ => quote!(has_one),
            };
            let via = &links.links[index].variant;
            let via = (!field.related).then(|| quote!(via_rel = #via));
            [Some(kind), variant, via].into_iter().flatten().collect()
        }
        Road::Way(index) => {
            let path = sources[links.ways[index].junction].path();
            let junction = raw(path.last().copied().unwrap_or_default());
            [
                Some(quote!(has_many)),
                variant,
                Some(quote!(via = #junction)),
            ]
            .into_iter()
            .flatten()
            .collect()
        }
    };
    let holds: TokenStream = match (field.road, field.holds) {
        (Road::Key(_), Holds::One) => quote!(BelongsTo<#entity>),
        (Road::Key(_), _) => quote!(BelongsTo<Option<#entity>>),
        (_, Holds::Many) => quote!(HasMany<#entity>),
        (_, _) => quote!(HasOne<#entity>),
    };
    Ok(parse_quote!(#[sea_orm(#(#parts),*)] pub #name: #holds))
}

/// `A`, or `(A, B)`.
fn list(columns: &[String]) -> String {
    match columns {
        [column] => column.clone(),
        columns => format!("({})", columns.join(", ")),
    }
}

/// The path from one entity's module to another entity.
fn entity(sources: &[Source], from: usize, to: usize) -> Result<syn::Path> {
    if from == to {
        return Ok(parse_quote!(Entity));
    }
    let (from, to) = (sources[from].path(), sources[to].path());
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("super".to_owned(), from.len() - common);
    let down = to[common..].iter().map(|module| raw(module));
    let words: Vec<String> = up.chain(down).chain(["Entity".to_owned()]).collect();
    Ok(syn::parse_str(&words.join("::"))?)
}

/// The module as code names it.
fn raw(module: &str) -> String {
    match syn::parse_str::<syn::Ident>(module) {
        Ok(_) => module.to_owned(),
        Err(_) => format!("r#{module}"),
    }
}

/// The `impl Related<..>` of the compact form for entities to which no field leads; notes tell what
/// has no place.
fn items(
    sources: &[Source],
    place: usize,
    links: &Links,
    fields: &[RelationField],
    notes: &mut Vec<String>,
) -> Result<Vec<Item>> {
    let source = &sources[place];
    let mut note = |text: String| notes.push(format!("{}: {text}", source.name));
    let mut items = Vec::new();
    let mut told = Vec::new();
    for item in &source.file.items {
        let Some(target) = related_to(item) else {
            continue;
        };
        let leads_there =
            |to: usize| entity(sources, place, to).is_ok_and(|path| plain(&path) == target);
        let fields: Vec<_> = fields
            .iter()
            .filter(|field| leads_there(field.to))
            .collect();
        let way = links
            .ways
            .iter()
            .find(|way| way.from == place && leads_there(way.to));
        let relation = source
            .relations
            .iter()
            .find(|relation| relation.target == target);
        match (fields.as_slice(), way, relation) {
            ([only], Some(_), _) if !matches!(only.road, Road::Way(_)) => note(format!(
                "find_related({target}) does not go through the junction in the dense form"
            )),
            ([_], _, _) => {}
            // The loader would take the entity for a way, and load nothing.
            ([_, _, ..], _, _) => note(format!(
                "several relations lead to {target}, and in the dense form find_related takes none"
            )),
            ([], Some(way), _) if is_whole(links, way) => items.push(item.clone()),
            ([], None, Some(relation)) => {
                let (path, built): (syn::Path, _) = (syn::parse_str(&target)?, built(relation)?);
                told.push(&relation.variant);
                items.push(parse_quote! {
                    impl Related<#path> for Entity {
                        fn to() -> RelationDef {
                            #built
                        }
                    }
                });
            }
            ([], _, _) => note(format!("no find_related({target}) in the dense form")),
        }
    }
    let has_field = |relation: usize| {
        fields.iter().any(|field| match field.road {
            Road::Key(link) => links.links[link].relation == relation,
            Road::Back(_, back) => back == relation,
            Road::Way(_) => false,
        })
    };
    for (index, relation) in source.relations.iter().enumerate() {
        if !has_field(index) && !told.contains(&&relation.variant) {
            note(format!(
                "the relation {} has no place in the dense form",
                relation.variant
            ));
        }
    }
    Ok(items)
}

/// Whether the junction on the way has its relations to both ends.
fn is_whole(links: &Links, way: &Way) -> bool {
    !links.is_dense(way.junction) || links.is_dense(way.from) && links.is_dense(way.to)
}
