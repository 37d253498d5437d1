//! How a column is defined, as the derive macro makes it of the column's attributes.

use anyhow::{Result, bail};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Type;

use super::super::source::{Column, plain};

/// What an attribute of a column may say, and the call that says it of a definition.
const DEFINITION: [(&str, &str); 5] = [
    ("unique_key", "unique_key"),
    ("renamed_from", "renamed_from"),
    ("default_value", "default_value"),
    ("comment", "comment"),
    ("extra", "extra"),
];

/// The rest of what an attribute of a column may say.
const KNOWN: [&str; 12] = [
    "primary_key",
    "auto_increment",
    "column_name",
    "column_type",
    "nullable",
    "unique",
    "indexed",
    "default_expr",
    "select_as",
    "save_as",
    "enum_name",
    "ignore",
];

/// Refuses what has no place in a definition.
///
/// # Errors
///
/// When a field is no column, or an attribute says what no definition can.
pub(super) fn check(columns: &[Column]) -> Result<()> {
    if let Some(ignored) = columns.iter().find(|column| column.has("ignore")) {
        bail!("the field {} is no column", ignored.field);
    }
    for meta in columns.iter().flat_map(|column| &column.metas) {
        let known = |key: &str| meta.path().is_ident(key);
        if !KNOWN
            .into_iter()
            .chain(DEFINITION.map(|(key, _)| key))
            .any(known)
        {
            bail!("the expanded form has no {}", plain(meta.path()));
        }
    }
    Ok(())
}

/// The definition of a column.
///
/// # Errors
///
/// When an attribute is no code.
pub(super) fn definition(column: &Column) -> Result<TokenStream> {
    let (inner, is_option) = column.inner();
    let mut definition = match column.text("column_type")? {
        Some(column_type) => {
            let column_type: TokenStream = syn::parse_str(&column_type)?;
            quote!(ColumnType::#column_type.def())
        }
        None => match simple(&inner) {
            Some(simple) => {
                let simple = format_ident!("{simple}");
                quote!(ColumnType::#simple.def())
            }
            None => quote!(<#inner as sea_orm::sea_query::ValueType>::column_type().def()),
        },
    };
    if is_option || column.has("nullable") {
        definition = quote!(#definition.nullable());
    }
    for flag in ["indexed", "unique"] {
        if column.has(flag) {
            let flag = format_ident!("{flag}");
            definition = quote!(#definition.#flag());
        }
    }
    for (key, call) in DEFINITION {
        if let Some(meta) = column.metas.iter().find(|meta| meta.path().is_ident(key)) {
            let (call, value) = (format_ident!("{call}"), &meta.require_name_value()?.value);
            definition = quote!(#definition.#call(#value));
        }
    }
    if let Some(expression) = column.text("default_expr")? {
        let expression: TokenStream = syn::parse_str(&expression)?;
        definition = quote!(#definition.default(#expression));
    }
    Ok(definition)
}

/// The column type of a Rust type that has one of its own.
fn simple(of: &Type) -> Option<&'static str> {
    Some(match plain(of).as_str() {
        "bool" => "Boolean",
        "i8" => "TinyInteger",
        "i16" => "SmallInteger",
        "i32" => "Integer",
        "i64" => "BigInteger",
        "u8" => "TinyUnsigned",
        "u16" => "SmallUnsigned",
        "u32" => "Unsigned",
        "u64" => "BigUnsigned",
        "f32" => "Float",
        "f64" => "Double",
        _ => return None,
    })
}
