//! The expanded form: what `DeriveEntityModel` and `DeriveRelation` would make of the compact
//! form, as code that can be read and changed.

use anyhow::{Context, Result, bail};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, Ident, Item, Meta, Type, parse_quote};

use super::source::{Column, Kind, Relation, Source, derives, metas, plain, text_of, with_derives};

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

/// Expands every entity.
pub(super) fn apply(sources: &mut [Source]) -> Result<Vec<String>> {
    for source in sources.iter_mut() {
        expand(source).with_context(|| format!("in {}", source.name))?;
    }
    Ok(Vec::new())
}

fn expand(source: &mut Source) -> Result<()> {
    let columns = source.columns.clone();
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
    let relations = source.relations.clone();
    let model = source.model()?;
    let table = metas(&model.attrs)?;
    let derived = derives(&model.attrs)?.into_iter().flat_map(|name| {
        if name == "DeriveEntityModel" {
            vec!["DeriveModel".to_owned(), "DeriveActiveModel".to_owned()]
        } else {
            vec![name]
        }
    });
    let derived: Vec<String> = derived.collect();
    model.attrs = with_derives(&without_sea_orm(&model.attrs), &derived)?;
    for (field, column) in model.fields.iter_mut().zip(&columns) {
        field.attrs = without_sea_orm(&field.attrs);
        if let Some(variant) = column.text("enum_name")? {
            field
                .attrs
                .push(parse_quote!(#[sea_orm(enum_name = #variant)]));
        }
    }
    let mut items = Vec::new();
    for item in std::mem::take(&mut source.file.items) {
        match item {
            Item::Struct(item) if item.ident == "Model" => {
                items.extend(entity(&table)?);
                items.push(Item::Struct(item));
                items.extend(column_enum(&columns)?);
                items.extend(primary_key(&columns)?);
            }
            Item::Enum(mut item) if item.ident == "Relation" => {
                for variant in &mut item.variants {
                    variant.attrs = without_sea_orm(&variant.attrs);
                }
                let names = derives(&item.attrs)?.into_iter();
                let names: Vec<String> = names.filter(|name| name != "DeriveRelation").collect();
                item.attrs = with_derives(&item.attrs, &names)?;
                items.push(Item::Enum(item));
                let (column_trait, features) = column_trait(&columns)?;
                source.features = features;
                items.push(column_trait);
                items.push(relation_trait(&relations)?);
            }
            item => items.push(item),
        }
    }
    source.file.items = items;
    Ok(())
}

fn without_sea_orm(attrs: &[Attribute]) -> Vec<Attribute> {
    let kept = attrs.iter().filter(|attr| !attr.path().is_ident("sea_orm"));
    kept.cloned().collect()
}

/// The struct `Entity` and its name.
fn entity(table: &[Meta]) -> Result<[Item; 2]> {
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
            let guessed = heck::ToSnakeCase::to_snake_case(column.variant.as_str());
            let field = column.field.to_string();
            let field = field.trim_start_matches("r#").to_owned();
            let name = column.text("column_name")?.unwrap_or(field);
            let attr = (name != guessed).then(|| quote!(#[sea_orm(column_name = #name)]));
            Ok(quote!(#attr #variant))
        })
        .collect()
}

fn column_enum(columns: &[Column]) -> Result<Vec<Item>> {
    let variants = variants(columns.iter())?;
    Ok(vec![parse_quote! {
        #[derive(Copy, Clone, Debug, EnumIter, DeriveColumn)]
        pub enum Column {
            #(#variants),*
        }
    }])
}

fn primary_key(columns: &[Column]) -> Result<[Item; 2]> {
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

/// How columns are defined and cast, and the features of SeaORM that this takes.
fn column_trait(columns: &[Column]) -> Result<(Item, Vec<&'static str>)> {
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
        (!arms.is_empty()).then(|| quote!(#head { match self { #(#arms,)* _ => #other, } }))
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

/// The definition of a column, as the derive macro makes it.
fn definition(column: &Column) -> Result<TokenStream> {
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

fn relation_trait(relations: &[Relation]) -> Result<Item> {
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
pub(super) fn built(relation: &Relation) -> Result<TokenStream> {
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

#[cfg(test)]
mod tests {
    use super::super::{Shape, apply};
    use super::*;
    use crate::reflect::generate::Generated;

    const ITEM: &str = r##"
        //! The table `item`.
        use super::sea_orm_active_enums::ItemState;
        use sea_orm::entity::prelude::*;
        use serde::Serialize;
        #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize)]
        #[sea_orm(schema_name = "crm", table_name = "item")]
        pub struct Model {
            #[sea_orm(primary_key, auto_increment = false)]
            pub id: u64,
            /// A comment.
            #[sea_orm(column_name = "Full Name", column_type = "String(StringLen::N(40))", unique)]
            pub full_name: Option<String>,
            #[sea_orm(column_type = "custom(\"POINT\")", select_as = "BLOB", save_as = "POINT")]
            pub place: Vec<u8>,
            pub state: ItemState,
            pub r#type: i32,
            pub owner_id: i32,
            #[sea_orm(column_name = "address_1")]
            pub address_1: String,
        }
        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub enum Relation {
            #[sea_orm(belongs_to = "super::owner::Entity", from = "Column::OwnerId",
                      to = "super::owner::Column::Id", on_delete = "SetNull")]
            Owner,
            #[sea_orm(has_many = "super::part::Entity", via_rel = "Relation::Whole")]
            Part,
        }
        impl Related<super::owner::Entity> for Entity {
            fn to() -> RelationDef { Relation::Owner.def() }
        }
        impl ActiveModelBehavior for ActiveModel {}
    "##;

    fn expanded(code: &str) -> Result<String> {
        let mut generated = Generated::default();
        generated
            .files
            .insert("item.rs".to_owned(), code.to_owned());
        apply(Shape::Expanded, &mut generated)?;
        assert!(generated.features.contains("with-json"));
        Ok(generated.files.remove("item.rs").unwrap_or_default())
    }

    #[test]
    fn names_types_and_casts_come_through() -> Result<()> {
        let code = expanded(ITEM)?;
        let words = code.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in [
            "DeriveModel, DeriveActiveModel, Serialize",
            "fn schema_name(&self) -> Option<&str> { Some(\"crm\") }",
            "/// A comment. pub full_name: Option<String>,",
            "#[sea_orm(column_name = \"Full Name\")] FullName,",
            "#[sea_orm(column_name = \"address_1\")] Address1,",
            "pub enum PrimaryKey { Id, }",
            "type ValueType = u64; fn auto_increment() -> bool { false }",
            "Self::FullName => { ColumnType::String(StringLen::N(40)).def().nullable().unique() }",
            "Self::State => { <ItemState as sea_orm::sea_query::ValueType>::column_type().def() }",
            "Self::State => <ItemState as sea_orm::sea_query::ValueType>::enum_type_name(),",
            "Self::Place => expr.cast_as(\"BLOB\"),",
            "Self::Place => val.cast_as(\"POINT\"),",
            "Self::FullName => \"full_name\",",
            "Self::Owner => { Entity::belongs_to(super::owner::Entity) .from(Column::OwnerId) \
             .to(super::owner::Column::Id) .on_delete(ForeignKeyAction::SetNull) .into() }",
            "Entity::has_many_via(super::part::Entity, super::part::Relation::Whole) .into()",
            "impl Related<super::owner::Entity> for Entity",
        ] {
            assert!(words.contains(part), "no {part} in\n{code}");
        }
        assert!(
            !code.contains("DeriveEntityModel") && !code.contains("DeriveRelation"),
            "{code}"
        );
        Ok(())
    }

    #[test]
    fn what_has_no_expanded_form_is_refused() {
        let odd = ITEM.replace("unique)]", "unique, seen_before)]");
        let error = format!("{:#}", expanded(&odd).unwrap_err());
        assert_eq!(error, "in item.rs: the expanded form has no seen_before");
    }
}
