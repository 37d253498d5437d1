//! Puts into the generated code what codegen's input could not say: the database's own names,
//! types that codegen would hide, casts, comments, the values of enums.

use anyhow::{Context, Result, bail};
use heck::ToUpperCamelCase;
use quote::format_ident;
use sea_orm_codegen::WithSerde;
use syn::{Field, File, Item, ItemEnum, ItemStruct, parse_quote};

use super::attributes::{comment, document, head, metas, set, with_metas};
use super::relations::name_relations;
use super::{Options, enums};
use crate::reflect::model::{Column, Kind};
use crate::reflect::plan::{Entity, Plan};

/// Completes the file of one entity; answers how many columns have a field that reads and writes.
pub(super) fn entity(file: &mut File, entity: &Entity) -> Result<usize> {
    let table = &entity.table;
    head(
        file,
        &[
            format!("The table `{}`.", table.name),
            comment(&table.comment),
        ],
    );
    let model = model(file).context("there is no struct Model")?;
    with_metas(&mut model.attrs, |metas| {
        set(metas, "table_name", &table.name)
    })?;
    let (columns, fields) = (table.columns.len(), model.fields.len());
    if columns != fields {
        bail!("{columns} columns became {fields} fields");
    }
    for ((field, column), name) in model
        .fields
        .iter_mut()
        .zip(&table.columns)
        .zip(&entity.fields)
    {
        complete(field, column, name).with_context(|| format!("column {}", column.name))?;
    }
    name_relations(file, entity)?;
    guard_computed_columns(file, entity);
    Ok(fields)
}

/// Completes `lib.rs` and `prelude.rs`.
pub(super) fn index(file: &mut File, about: &str) {
    head(file, &[about.to_owned()]);
}

/// Gives the enums their variants.
pub(super) fn enums(file: &mut File, plan: &Plan, options: &Options) -> Result<()> {
    head(
        file,
        &["Columns that hold one of a fixed list of values.".to_owned()],
    );
    for item in &mut file.items {
        let Item::Enum(item) = item else { continue };
        let (entity, column, values) = owner(plan, item).context("an enum belongs to no column")?;
        let about = format!("The values of `{}.{}`.", entity.table.name, column.name);
        document(&mut item.attrs, &[about]);
        let names = enums::variants(values);
        for ((variant, value), name) in item.variants.iter_mut().zip(values).zip(names) {
            variant.ident = format_ident!("{name}");
            variant.attrs = vec![parse_quote!(#[sea_orm(string_value = #value)])];
            if options.serde != WithSerde::None && name != *value {
                variant.attrs.push(parse_quote!(#[serde(rename = #value)]));
            }
        }
    }
    Ok(())
}

/// The column that an enum was made for.
fn owner<'a>(plan: &'a Plan, item: &ItemEnum) -> Option<(&'a Entity, &'a Column, &'a [String])> {
    plan.entities.iter().find_map(|entity| {
        let mut columns = entity.table.columns.iter().zip(&entity.enums);
        columns.find_map(|(column, name)| match (&column.field.kind, name) {
            (Kind::Enum(values), Some(name)) if item.ident == name.to_upper_camel_case() => {
                Some((entity, column, values.as_slice()))
            }
            _ => None,
        })
    })
}

/// The struct `Model`.
fn model(file: &mut File) -> Option<&mut ItemStruct> {
    file.items.iter_mut().find_map(|item| match item {
        Item::Struct(item) if item.ident == "Model" => Some(item),
        _ => None,
    })
}

/// Completes one field.
fn complete(field: &mut Field, column: &Column, name: &str) -> Result<()> {
    let how = &column.field;
    if let Some(wanted) = &how.rust_type {
        let wanted: syn::Type = syn::parse_str(wanted)?;
        field.ty = if column.nullable {
            parse_quote!(Option<#wanted>)
        } else {
            wanted
        };
    }
    with_metas(&mut field.attrs, |metas| {
        metas.retain(|meta| !meta.path().is_ident("column_name"));
        if name != column.name {
            let column_name = &column.name;
            metas.insert(0, parse_quote!(column_name = #column_name));
        }
        if let Some(column_type) = &how.column_type {
            set(metas, "column_type", column_type);
        }
        if let Some(select_as) = &how.select_as {
            set(metas, "select_as", select_as);
        }
        if let Some(save_as) = &how.save_as {
            set(metas, "save_as", save_as);
        }
    })?;
    if metas(&field.attrs)?
        .iter()
        .any(|meta| meta.path().is_ident("ignore"))
    {
        bail!("sea-orm-codegen would ignore it");
    }
    let computed = column.generated.as_ref().map(|expression| {
        let expression = expression.replace(['\n', '\r'], " ").replace('`', "");
        format!("Computed by the database as `{expression}`: leave it `NotSet` in every write.")
    });
    let docs = [Some(comment(&column.comment)), computed];
    let docs: Vec<_> = docs
        .into_iter()
        .flatten()
        .filter(|line| !line.is_empty())
        .collect();
    document(&mut field.attrs, &docs);
    Ok(())
}

/// The server refuses any value for a column that it computes, so a save drops what a model
/// carries there.
fn guard_computed_columns(file: &mut File, entity: &Entity) {
    let columns = entity.table.columns.iter().zip(&entity.fields);
    let computed: Vec<syn::Ident> = columns
        .filter(|(column, _)| column.generated.is_some())
        .filter(|(column, _)| !entity.table.primary_key.contains(&column.name))
        .map(|(_, field)| syn::parse_str(field).unwrap_or_else(|_| format_ident!("r#{field}")))
        .collect();
    let behavior = file.items.iter_mut().find(|item| match item {
        Item::Impl(item) => item
            .trait_
            .as_ref()
            .is_some_and(|(_, path, _)| path.is_ident("ActiveModelBehavior")),
        _ => false,
    });
    let (false, Some(behavior)) = (computed.is_empty(), behavior) else {
        return;
    };
    *behavior = parse_quote! {
        #[async_trait::async_trait]
        impl ActiveModelBehavior for ActiveModel {
            /// Drops the values of computed columns, for which the database accepts none.
            async fn before_save<C>(mut self, _db: &C, _insert: bool) -> Result<Self, DbErr>
            where
                C: ConnectionTrait,
            {
                #(self.#computed = sea_orm::ActiveValue::NotSet;)*
                Ok(self)
            }
        }
    };
}
