//! The file of a table whose rows have a key.

use anyhow::Result;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::support::Support;
use super::{Options, derives, docs, ident, print, relations, root, serde_import, types};
use crate::reflect::plan::{Entity, Plan};

/// The file, and how many fields its model has.
pub(super) fn file(plan: &Plan, entity: &Entity, options: &Options) -> Result<(String, usize)> {
    let imports = imports(plan, entity, options);
    let model = model(plan, entity, options)?;
    let relations = relations::tokens(plan, entity)?;
    let behavior = behavior(entity);
    print(
        &head(entity),
        quote! {
            #imports
            #model
            #relations
            #behavior
        },
    )
}

/// What the file is about.
pub(super) fn head(entity: &Entity) -> Vec<String> {
    let table = &entity.table.model;
    let comment = table.comment.as_deref().unwrap_or_default();
    vec![
        format!("The {} `{}`.", table.kind, docs::code(entity.table.name())),
        docs::comment(comment),
    ]
}

/// What every entity file imports.
pub(super) fn imports(plan: &Plan, entity: &Entity, options: &Options) -> TokenStream {
    let root = root(entity);
    let mut names: Vec<&str> = entity
        .enums
        .iter()
        .flatten()
        .map(|&place| plan.enums[place].name.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    let enums = names.iter().map(|name| {
        let name = format_ident!("{name}");
        quote!(use #root::sea_orm_active_enums::#name;)
    });
    let any_value = Support::needed_by(entity)
        .any(|support| support == Support::AnyValue)
        .then(|| quote!(use #root::any_value::AnyValue;));
    let serde = serde_import(options.serde);
    quote! {
        #any_value
        #(#enums)*
        use sea_orm::entity::prelude::*;
        #serde
    }
}

/// `Eq`, where all fields have it.
pub(super) fn eq(entity: &Entity) -> Option<TokenStream> {
    let mut fields = entity.table.fields.iter();
    fields.all(types::is_eq).then(|| quote!(, Eq))
}

/// The struct `Model`.
fn model(plan: &Plan, entity: &Entity, options: &Options) -> Result<TokenStream> {
    let eq = eq(entity);
    let extra = derives(options.serde, &options.model_extra_derives)?;
    let schema = entity.schema_name.iter();
    let table = entity.table.name();
    let checks = docs::attributes(&docs::checks(&entity.table.model));
    let mut fields = Vec::new();
    for column in 0..entity.fields.len() {
        let about = docs::column(&entity.table.model.columns[column], &entity.table.model);
        let about = docs::attributes(&about);
        let parts = attribute(entity, column)?;
        let attribute = (!parts.is_empty()).then(|| quote!(#[sea_orm(#(#parts),*)]));
        let name = ident(&entity.fields[column]);
        let rust_type = types::rust_type(plan, entity, column, options.date_time_crate)?;
        fields.push(quote!(#about #attribute pub #name: #rust_type));
    }
    Ok(quote! {
        #checks
        #[derive(Clone, Debug, PartialEq #eq, DeriveEntityModel #extra)]
        #[sea_orm(#(schema_name = #schema,)* table_name = #table)]
        pub struct Model {
            #(#fields,)*
        }
    })
}

/// The parts of a field's `#[sea_orm(..)]`.
fn attribute(entity: &Entity, column: usize) -> Result<Vec<TokenStream>> {
    let (name, field) = (&entity.fields[column], &entity.table.fields[column]);
    let of = &entity.table.model.columns[column];
    let mut parts = Vec::new();
    if *name != of.name {
        let column_name = &of.name;
        parts.push(quote!(column_name = #column_name));
    }
    if entity.key().contains(&column) {
        parts.push(quote!(primary_key));
        if of.identity.is_none() {
            parts.push(quote!(auto_increment = false));
        }
    }
    if let Some(column_type) = types::column_type(field) {
        parts.push(quote!(column_type = #column_type));
        if field.nullable {
            parts.push(quote!(nullable));
        }
    }
    parts.extend(unique(entity, &of.name));
    if let Some(select_as) = &field.select_as {
        parts.push(quote!(select_as = #select_as));
    }
    if let Some(save_as) = &field.save_as {
        parts.push(quote!(save_as = #save_as));
    }
    Ok(parts)
}

/// The unique index that a column is in, beside the key.
fn unique(entity: &Entity, column: &str) -> Option<TokenStream> {
    let table = &entity.table;
    let key: Vec<&str> = entity
        .key()
        .iter()
        .map(|&place| table.model.columns[place].name.as_str())
        .collect();
    let indexes: Vec<(&str, Vec<&str>)> = table
        .unique()
        .filter(|(_, columns)| *columns != key && columns.contains(&column))
        .collect();
    if indexes.iter().any(|(_, columns)| columns.len() == 1) {
        return Some(quote!(unique));
    }
    let (name, _) = indexes.last()?;
    Some(quote!(unique_key = #name))
}

/// What happens before a save.
///
/// The server refuses any value for a column that it computes, so a save drops what a model carries
/// there. A key stays, for it says which row is meant; only an INSERT leaves out a key that the
/// server always makes itself.
fn behavior(entity: &Entity) -> TokenStream {
    let fields = |keep: &dyn Fn(usize) -> bool| -> Vec<_> {
        let columns = 0..entity.fields.len();
        let kept = columns.filter(|&column| keep(column));
        kept.map(|column| ident(&entity.fields[column])).collect()
    };
    let in_key = |column| entity.key().contains(&column);
    let always = |column| entity.table.is_always_numbered(column);
    let never =
        fields(&|column| !in_key(column) && (entity.table.is_computed(column) || always(column)));
    let not_inserted = fields(&|column| in_key(column) && always(column));
    if never.is_empty() && not_inserted.is_empty() {
        return quote!(impl ActiveModelBehavior for ActiveModel {});
    }
    let insert = match not_inserted.is_empty() {
        true => quote!(_insert),
        false => quote!(insert),
    };
    let on_insert = (!not_inserted.is_empty()).then(|| {
        quote! {
            if insert {
                #(self.#not_inserted = sea_orm::ActiveValue::NotSet;)*
            }
        }
    });
    quote! {
        #[async_trait::async_trait]
        impl ActiveModelBehavior for ActiveModel {
            /// Drops the values of columns that the database computes, for it accepts none.
            async fn before_save<C>(mut self, _db: &C, #insert: bool) -> Result<Self, DbErr>
            where
                C: ConnectionTrait,
            {
                #(self.#never = sea_orm::ActiveValue::NotSet;)*
                #on_insert
                Ok(self)
            }
        }
    }
}
