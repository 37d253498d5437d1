//! The trait of relations.

use anyhow::{Result, bail};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Item, parse_quote};

use super::super::source::{Kind, Relation, plain};

/// Which columns of which tables each relation joins.
pub(super) fn relation_trait(relations: &[Relation]) -> Result<Item> {
    let arms = relations.iter().map(|relation| {
        let (variant, built) = (format_ident!("{}", relation.variant), built(relation)?);
        Ok(quote!(Self::#variant => #built))
    });
    let arms: Vec<TokenStream> = arms.collect::<Result<_>>()?;
    let body = if arms.is_empty() {
        quote!(match *self {})
    } else {
        quote!(match self { #(#arms,)* })
    };
    Ok(parse_quote! {
        impl RelationTrait for Relation {
            fn def(&self) -> RelationDef {
                #body
            }
        }
    })
}

/// The code that builds a relation's definition.
pub(in super::super) fn built(relation: &Relation) -> Result<TokenStream> {
    let call = match relation.kind {
        Kind::BelongsTo => quote!(belongs_to),
        Kind::HasOne => quote!(has_one),
        Kind::HasMany => quote!(has_many),
    };
    let target: TokenStream = syn::parse_str(&relation.target)?;
    let mut built = match (relation.kind, relation.text("via_rel")?) {
        (Kind::HasMany, Some(reverse)) => {
            let module = relation.target.trim_end_matches("Entity");
            let reverse: TokenStream = syn::parse_str(&format!("{module}{reverse}"))?;
            quote!(Entity::has_many_via(#target, #reverse))
        }
        _ => quote!(Entity::#call(#target)),
    };
    for meta in &relation.metas {
        let key = plain(meta.path());
        let text = relation.text(&key)?.unwrap_or_default();
        let (name, value): (_, TokenStream) = (format_ident!("{key}"), syn::parse_str(&text)?);
        built = match key.as_str() {
            "belongs_to" | "has_one" | "has_many" | "via_rel" => built,
            "from" | "to" => quote!(#built.#name(#value)),
            "on_update" | "on_delete" => quote!(#built.#name(ForeignKeyAction::#value)),
            _ => bail!("the relation {} has a part {key}", relation.variant),
        };
    }
    Ok(quote!(#built.into()))
}
