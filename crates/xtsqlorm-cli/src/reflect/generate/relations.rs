//! The enum `Relation` and the ways of `find_related`.

use anyhow::Result;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::way;
use crate::reflect::plan::{Entity, Kind, Plan, Relation};

/// The relations of an entity.
pub(super) fn tokens(plan: &Plan, entity: &Entity) -> Result<TokenStream> {
    let variants = entity.relations.iter().map(|relation| {
        let name = format_ident!("{}", relation.name);
        let attribute = attribute(plan, entity, relation);
        quote!(#attribute #name)
    });
    let variants: Vec<TokenStream> = variants.collect();
    let related = related(plan, entity)?;
    Ok(quote! {
        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub enum Relation {
            #(#variants,)*
        }
        #related
    })
}

/// The `#[sea_orm(..)]` of a relation.
fn attribute(plan: &Plan, entity: &Entity, relation: &Relation) -> TokenStream {
    let target = &plan.entities[relation.target];
    let module = match std::ptr::eq(target, entity) {
        true => String::new(),
        false => format!("{}::", way(plan, entity, target)),
    };
    let other = format!("{module}Entity");
    match &relation.kind {
        Kind::BelongsTo {
            from,
            to,
            on_update,
            on_delete,
        } => {
            let from = columns(entity, from, "");
            let to = columns(target, to, &module);
            let (on_update, on_delete) = (on_update.iter(), on_delete.iter());
            quote! {
                #[sea_orm(
                    belongs_to = #other,
                    from = #from,
                    to = #to
                    #(, on_update = #on_update)*
                    #(, on_delete = #on_delete)*
                )]
            }
        }
        Kind::Has { many, reverse_of } => {
            let kind = match many {
                true => format_ident!("has_many"),
                false => format_ident!("has_one"),
            };
            let reverse_of = reverse_of.iter().map(|name| format!("Relation::{name}"));
            quote!(#[sea_orm(#kind = #other #(, via_rel = #reverse_of)*)])
        }
    }
}

/// The columns of a relation in the words of the attribute.
fn columns(entity: &Entity, columns: &[usize], module: &str) -> String {
    let columns: Vec<String> = columns
        .iter()
        .map(|&column| format!("{module}Column::{}", entity.variant(column)))
        .collect();
    match columns.as_slice() {
        [column] => column.clone(),
        columns => format!("({})", columns.join(", ")),
    }
}

/// The implementations of `Related`.
fn related(plan: &Plan, entity: &Entity) -> Result<TokenStream> {
    let path = |text: String| syn::parse_str::<syn::Path>(&text);
    let mut tokens = TokenStream::new();
    for relation in entity.relations.iter().filter(|way| way.is_related) {
        let target = way(plan, entity, &plan.entities[relation.target]);
        let target = path(format!("{target}::Entity"))?;
        let name = format_ident!("{}", relation.name);
        tokens.extend(quote! {
            impl Related<#target> for Entity {
                fn to() -> RelationDef {
                    Relation::#name.def()
                }
            }
        });
    }
    for through in &entity.through {
        let target = way(plan, entity, &plan.entities[through.target]);
        let target = path(format!("{target}::Entity"))?;
        let junction = way(plan, entity, &plan.entities[through.junction]);
        let to = path(format!("{junction}::Relation::{}", through.to))?;
        let back = path(format!("{junction}::Relation::{}", through.back))?;
        tokens.extend(quote! {
            impl Related<#target> for Entity {
                fn to() -> RelationDef {
                    #to.def()
                }
                fn via() -> Option<RelationDef> {
                    Some(#back.def().rev())
                }
            }
        });
    }
    Ok(tokens)
}
