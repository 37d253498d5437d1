//! The table of an entity and its enums: its name, its columns, its key.

use anyhow::{Context, Result};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Item, Meta, Type, parse_quote};

use super::super::source::{Column, plain, text_of};
use crate::reflect::names;

/// The struct `Entity` and its name.
pub(super) fn entity(table: &[Meta]) -> Result<[Item; 2]> {
    let name = text_of(table, "table_name")?.context("a table without a name")?;
    let schema = text_of(table, "schema_name")?.map(|schema| -> TokenStream {
        quote! {
            fn schema_name(&self) -> Option<&str> {
                Some(#schema)
            }
        }
    });
    let comment = text_of(table, "comment")?.map(|comment| -> TokenStream {
        quote! {
            fn comment(&self) -> Option<&str> {
                Some(#comment)
            }
        }
    });
    Ok([
        parse_quote! {
            #[derive(Copy, Clone, Default, Debug, DeriveEntity)]
            pub struct Entity;
        },
        parse_quote! {
            impl EntityName for Entity {
                #schema
                fn table_name(&self) -> &'static str {
                    #name
                }
                #comment
            }
        },
    ])
}

/// The variants of columns, each with the column's name where the derive macro would guess another.
fn variants<'a>(columns: impl Iterator<Item = &'a Column>) -> Result<Vec<TokenStream>> {
    columns
        .map(|column| {
            let variant: Ident = syn::parse_str(&column.variant)?;
            let guessed =
                heck::ToSnakeCase::to_snake_case(names::as_read(&column.variant).as_str());
            let field = column.field.to_string();
            let field = field.trim_start_matches("r#").to_owned();
            let name = column.text("column_name")?.unwrap_or(field);
            let attr = (name != guessed).then(|| quote!(#[sea_orm(column_name = #name)]));
            Ok(quote!(#attr #variant))
        })
        .collect()
}

/// The enum of columns.
pub(super) fn column_enum(columns: &[Column]) -> Result<Vec<Item>> {
    let variants = variants(columns.iter())?;
    Ok(vec![parse_quote! {
        #[derive(Copy, Clone, Debug, EnumIter, DeriveColumn)]
        pub enum Column {
            #(#variants),*
        }
    }])
}

/// The enum of the key's columns, and what the key is.
pub(super) fn primary_key(columns: &[Column]) -> Result<[Item; 2]> {
    let key: Vec<&Column> = columns
        .iter()
        .filter(|column| column.has("primary_key"))
        .collect();
    let variants = variants(key.iter().copied())?;
    let types: Vec<&Type> = key.iter().map(|column| &column.ty).collect();
    let value: Type = match types.as_slice() {
        [one] => parse_quote!(#one),
        types => parse_quote!((#(#types),*)),
    };
    let says_no = |column: &&Column| {
        let not = |meta: &&Meta| plain(*meta) == "auto_increment=false";
        let (inner, _) = column.inner();
        let text = plain(&inner);
        column.metas.iter().any(|meta| not(&meta))
            || text.ends_with("String")
            || text.ends_with("Uuid")
    };
    let numbered = key.len() == 1 && !key.iter().any(says_no);
    Ok([
        parse_quote! {
            #[derive(Copy, Clone, Debug, EnumIter, DerivePrimaryKey)]
            pub enum PrimaryKey {
                #(#variants),*
            }
        },
        parse_quote! {
            impl PrimaryKeyTrait for PrimaryKey {
                type ValueType = #value;

                fn auto_increment() -> bool {
                    #numbered
                }
            }
        },
    ])
}
