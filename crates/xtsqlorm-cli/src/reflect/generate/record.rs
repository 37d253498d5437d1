//! The file of a view, or of a table whose rows have no key.

use std::fmt::Write;

use anyhow::Result;
use heck::ToSnakeCase;
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

use super::{Options, derives, docs, entity, ident, print, relations, root, types};
use crate::reflect::names;
use crate::reflect::plan::{Entity, Plan};

/// The file, and how many fields its model has.
pub(super) fn file(
    plan: &Plan,
    entity: &Entity,
    options: &Options,
    why: &str,
    appends: bool,
) -> Result<(String, usize)> {
    let mut head = entity::head(entity);
    head.push(format!("Its rows are read-only: it is {why}."));
    if appends {
        head.push(
            "Rows are added by `Entity::insert_many(..).exec_without_returning(..)`.".to_owned(),
        );
    }
    let imports = entity::imports(plan, entity, options);
    let model = model(plan, entity, options)?;
    let columns = columns(entity);
    let relations = relations::tokens(plan, entity)?;
    let (mut text, fields) = print(
        &head,
        quote! {
            #imports
            #model
            #columns
            #relations
        },
    )?;
    text.push('\n');
    text.push_str(&record(plan, entity, options, why, appends)?);
    Ok((text, fields))
}

/// The struct `Model`.
fn model(plan: &Plan, entity: &Entity, options: &Options) -> Result<TokenStream> {
    let eq = entity::eq(entity);
    let extra = derives(options.serde, &options.model_extra_derives)?;
    let mut fields = Vec::new();
    for column in 0..entity.fields.len() {
        let about = docs::column(&entity.table.model.columns[column], &entity.table.model);
        let about = docs::attributes(&about);
        let name = ident(&entity.fields[column]);
        let rust_type = types::rust_type(plan, entity, column, options.date_time_crate)?;
        fields.push(quote!(#about pub #name: #rust_type));
    }
    Ok(quote! {
        #[derive(Clone, Debug, PartialEq #eq #extra)]
        pub struct Model {
            #(#fields,)*
        }
    })
}

/// The enum `Column`.
fn columns(entity: &Entity) -> TokenStream {
    let variants = (0..entity.fields.len()).map(|column| {
        let variant = entity.variant(column);
        let name = &entity.table.model.columns[column].name;
        let renamed = (names::as_read(&variant).to_snake_case() != *name)
            .then(|| quote!(#[sea_orm(column_name = #name)]));
        let variant = format_ident!("{variant}");
        quote!(#renamed #variant)
    });
    let no_key = no_key(entity);
    let renamed = (no_key != "no_key").then(|| quote!(#[sea_orm(column_name = #no_key)]));
    quote! {
        #[derive(Copy, Clone, Debug, EnumIter, DeriveColumn)]
        pub enum Column {
            #(#variants,)*
            /// Stands where a key would; no statement lists it.
            #[strum(disabled)]
            #renamed
            NoKey,
        }
    }
}

/// A name that no column has: a statement that SeaORM builds on the key all the same must be refused
/// by the server, and not mean a column.
fn no_key(entity: &Entity) -> String {
    let columns = &entity.table.model.columns;
    let mut name = "no_key".to_owned();
    while columns
        .iter()
        .any(|column| column.name.eq_ignore_ascii_case(&name))
    {
        name.push('_');
    }
    name
}

/// The rest, which all records have in common.
fn record(
    plan: &Plan,
    entity: &Entity,
    options: &Options,
    why: &str,
    appends: bool,
) -> Result<String> {
    let root = one_line(&root(entity));
    let schema = match &entity.schema_name {
        Some(schema) => format!("Some({schema:?})"),
        None => "None".to_owned(),
    };
    let table = entity.table.name();
    let mut text = format!(
        "{root}::read_only::record! {{\n    schema: {schema},\n    table: {table:?},\n    \
         refused: {refused:?},\n    \
         key: {root}::read_only::NoKey,\n    appends: {appends},\n    columns: {{\n",
        refused = format!("`{table}` is read-only: it is {why}"),
    );
    for column in 0..entity.fields.len() {
        let field = &entity.table.fields[column];
        let rust_type = types::rust_type(plan, entity, column, options.date_time_crate)?;
        write!(
            text,
            "        {}: {} = {}",
            ident(&entity.fields[column]),
            one_line(&rust_type),
            entity.variant(column),
        )?;
        if let Some(column_type) = types::column_type(field) {
            write!(text, ", column_type ColumnType::{column_type}")?;
        }
        if let Some(select_as) = &field.select_as {
            write!(text, ", select_as {select_as:?}")?;
        }
        if let Some(save_as) = &field.save_as {
            write!(text, ", save_as {save_as:?}")?;
        }
        text.push_str(";\n");
    }
    text.push_str("    }\n}\n");
    Ok(text)
}

/// A type or path as it is usually written.
fn one_line(tokens: &impl ToTokens) -> String {
    tokens
        .to_token_stream()
        .to_string()
        .replace(" < ", "<")
        .replace(" > ", ">")
        .replace(" >", ">")
        .replace(" :: ", "::")
}
