//! The trait of columns: their definitions, and how each is read and written.

use anyhow::Result;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Item, Type, parse_quote};

use super::super::source::{Column, plain};
use super::definition::definition;

/// How columns are defined and cast, and the features of SeaORM that this takes.
pub(super) fn column_trait(columns: &[Column]) -> Result<(Item, Vec<&'static str>)> {
    let mut definitions = Vec::new();
    let (mut enums, mut selects, mut saves, mut arrays) = (vec![], vec![], vec![], vec![]);
    let mut keys = Vec::new();
    for column in columns {
        let variant: Ident = syn::parse_str(&column.variant)?;
        let definition = definition(column)?;
        definitions.push(quote!(Self::#variant => #definition));
        let (inner, _) = column.inner();
        if is_enum(&inner) {
            enums.push(quote! {
                Self::#variant => <#inner as sea_orm::sea_query::ValueType>::enum_type_name()
            });
        }
        if let Some(name) = column.text("select_as")? {
            selects.push(quote!(Self::#variant => expr.cast_as(#name)));
        }
        if let Some(name) = column.text("save_as")? {
            let array = format!("{name}[]");
            saves.push(quote!(Self::#variant => val.cast_as(#name)));
            arrays.push(quote!(Self::#variant => val.cast_as(#array)));
        }
        let field = column.field.to_string();
        let field = field.trim_start_matches("r#");
        if column
            .text("column_name")?
            .is_some_and(|name| name != field)
        {
            keys.push(quote!(Self::#variant => #field));
        }
    }
    let method = |head: TokenStream, arms: &[TokenStream], other: TokenStream| {
        let rest = (arms.len() < columns.len()).then(|| quote!(_ => #other,));
        (!arms.is_empty()).then(|| quote!(#head { match self { #(#arms,)* #rest } }))
    };
    let casts = (!selects.is_empty() || !saves.is_empty()).then(|| {
        quote!(
            use sea_orm::sea_query::ExprTrait as _;
        )
    });
    let methods = [
        method(
            quote!(fn enum_type_name(&self) -> Option<&'static str>),
            &enums,
            quote!(None),
        ),
        method(
            quote!(fn select_as(&self, expr: Expr) -> Expr),
            &selects,
            quote!(self.select_enum_as(expr)),
        ),
        method(
            quote!(fn save_as(&self, val: Expr) -> Expr),
            &saves,
            quote!(self.save_enum_as(val)),
        ),
        method(
            quote!(fn save_array_as(&self, val: Expr) -> Expr),
            &arrays,
            quote!(val),
        ),
        method(
            quote!(fn json_key(&self) -> &'static str),
            &keys,
            quote!(self.as_str()),
        ),
    ];
    let methods = methods
        .into_iter()
        .flatten()
        .map(|method| with_import(method, &casts));
    let methods: Vec<TokenStream> = methods.collect();
    let features = (!keys.is_empty()).then_some("with-json");
    let item = parse_quote! {
        impl ColumnTrait for Column {
            type EntityName = Entity;

            fn def(&self) -> ColumnDef {
                match self {
                    #(#definitions,)*
                }
            }

            #(#methods)*
        }
    };
    Ok((item, features.into_iter().collect()))
}

/// The method, with the import of `cast_as` where it casts.
fn with_import(method: TokenStream, import: &Option<TokenStream>) -> TokenStream {
    let text = method.to_string();
    match (import, syn::parse2::<syn::ImplItemFn>(method.clone())) {
        (Some(import), Ok(mut parsed)) if text.contains("cast_as") => {
            parsed.block.stmts.insert(0, parse_quote!(#import));
            quote!(#parsed)
        }
        _ => method,
    }
}

/// Whether it may be an enum of the database, or a list of such: it is none of the types that
/// columns otherwise have.
fn is_enum(of: &Type) -> bool {
    const OTHERS: [&str; 13] = [
        "String",
        "Uuid",
        "Json",
        "Decimal",
        "BigDecimal",
        "Date",
        "Time",
        "DateTime",
        "IpNetwork",
        "DateTimeUtc",
        "DateTimeWithTimeZone",
        "TimeDate",
        "PgVector",
    ];
    let text = plain(of);
    let item = text
        .strip_prefix("Vec<")
        .and_then(|rest| rest.strip_suffix('>'));
    let item = item.unwrap_or(&text);
    let is_name = item.chars().all(|c| c.is_alphanumeric() || c == '_');
    is_name
        && item.starts_with(char::is_uppercase)
        && !OTHERS.contains(&item)
        && !item.starts_with("TimeDateTime")
}
