//! The file with the lists of values.

mod variants;

use anyhow::Result;
use quote::{format_ident, quote};

use super::{Options, Serde, derives, docs, print, serde_import};
use crate::reflect::plan::{Enum, Plan};

/// The file `sea_orm_active_enums.rs`.
pub(super) fn file(plan: &Plan, options: &Options) -> Result<String> {
    let serde = serde_import(options.serde);
    let enums = plan.enums.iter().map(|made| item(made, options));
    let enums = enums.collect::<Result<Vec<_>>>()?;
    let about = "Columns that hold one of a fixed list of values.".to_owned();
    let tokens = quote! {
        use sea_orm::entity::prelude::*;
        #serde
        #(#enums)*
    };
    Ok(print(&[about], tokens)?.0)
}

/// One enum.
fn item(made: &Enum, options: &Options) -> Result<proc_macro2::TokenStream> {
    let of = if made.is_type { "of the type" } else { "of" };
    let of_what = docs::code(&made.of);
    let about = docs::attributes(&[format!("The values {of} `{of_what}`.")]);
    let extra = derives(options.serde, &options.enum_extra_derives)?;
    let names = variants::names(&made.values);
    let variants = made.values.iter().zip(names).map(|(value, name)| {
        let ident = format_ident!("{name}");
        let renamed = options.serde != Serde::None && name != *value;
        let renamed = renamed.then(|| quote!(#[serde(rename = #value)]));
        quote!(#[sea_orm(string_value = #value)] #renamed #ident)
    });
    let name = format_ident!("{}", made.name);
    let type_name = &made.type_name;
    Ok(quote! {
        #about
        #[derive(Debug, Clone, PartialEq, Eq, EnumIter, DeriveActiveEnum, Copy #extra)]
        #[sea_orm(rs_type = "Enum", db_type = "Enum", enum_name = #type_name)]
        pub enum #name {
            #(#variants,)*
        }
    })
}
