//! A compact entity file, read back.

use anyhow::{Context, Result, bail};
use heck::ToUpperCamelCase;
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Expr, ExprLit, Fields, File, GenericArgument, Item, ItemEnum, ItemImpl, ItemStruct,
    Lit, Meta, PathArguments, Token, Type, parse_quote,
};

/// A compact entity file, read back.
#[derive(Debug)]
pub(super) struct Source {
    /// The file's name, such as `film.rs` or `crm/film.rs`.
    pub(super) name: String,
    /// The code.
    pub(super) file: File,
    /// The columns, in order.
    pub(super) columns: Vec<Column>,
    /// What the enum of relations says.
    pub(super) relations: Vec<Relation>,
    /// The features of SeaORM that its form needs beside those of the compact form.
    pub(super) features: Vec<&'static str>,
}

/// A column of the model.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// The field.
    pub(super) field: syn::Ident,
    /// The variant of the enum of columns.
    pub(super) variant: String,
    /// The field's type.
    pub(super) ty: Type,
    /// The parts of the `sea_orm` attribute.
    pub(super) metas: Vec<Meta>,
}

/// What a relation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    BelongsTo,
    HasOne,
    HasMany,
}

/// A variant of the enum of relations.
#[derive(Debug, Clone)]
pub(super) struct Relation {
    /// Its name.
    pub(super) variant: String,
    /// What it is.
    pub(super) kind: Kind,
    /// The entity that it leads to, as a path: `super::film::Entity`, or `Entity`.
    pub(super) target: String,
    /// The parts of the `sea_orm` attribute.
    pub(super) metas: Vec<Meta>,
}

impl Source {
    /// Reads a file; `None` for one that holds no entity of the compact form.
    pub(super) fn read(name: &str, content: &str) -> Result<Option<Self>> {
        let mut file = syn::parse_file(content)?;
        let Some(model) = model(&mut file) else {
            return Ok(None);
        };
        if !derives(&model.attrs)?
            .iter()
            .any(|name| name == "DeriveEntityModel")
        {
            return Ok(None);
        }
        let Fields::Named(fields) = &model.fields else {
            bail!("a Model without names for its fields");
        };
        let columns = fields
            .named
            .iter()
            .map(Column::read)
            .collect::<Result<_>>()?;
        let relations = relation_enum(&file).context("there is no enum of relations")?;
        let relations = relations
            .variants
            .iter()
            .map(Relation::read)
            .collect::<Result<_>>()?;
        Ok(Some(Self {
            name: name.to_owned(),
            columns,
            relations,
            features: Vec::new(),
            file,
        }))
    }

    /// The struct `Model`.
    pub(super) fn model(&mut self) -> Result<&mut ItemStruct> {
        model(&mut self.file).context("there is no struct Model")
    }

    /// The modules from the root of the crate to this one.
    pub(super) fn path(&self) -> Vec<&str> {
        let path = self.name.trim_end_matches(".rs").trim_end_matches("/mod");
        path.split('/').collect()
    }
}

impl Column {
    fn read(field: &syn::Field) -> Result<Self> {
        let ident = field.ident.clone().context("a field without a name")?;
        let metas = metas(&field.attrs)?;
        let plain = ident
            .to_string()
            .trim_start_matches("r#")
            .to_upper_camel_case();
        Ok(Self {
            // As the macros do it.
            variant: text_of(&metas, "enum_name")?.unwrap_or(plain),
            field: ident,
            ty: field.ty.clone(),
            metas,
        })
    }

    /// Whether the attribute has a part of that name.
    pub(super) fn has(&self, key: &str) -> bool {
        self.metas.iter().any(|meta| meta.path().is_ident(key))
    }

    /// The text of a part `key = "text"`.
    pub(super) fn text(&self, key: &str) -> Result<Option<String>> {
        text_of(&self.metas, key)
    }

    /// The type behind `Option`, and whether there is one.
    pub(super) fn inner(&self) -> (Type, bool) {
        if let Type::Path(path) = &self.ty
            && let Some(last) = path.path.segments.last()
            && last.ident == "Option"
            && let PathArguments::AngleBracketed(arguments) = &last.arguments
            && let Some(GenericArgument::Type(inner)) = arguments.args.first()
        {
            return (inner.clone(), true);
        }
        (self.ty.clone(), false)
    }
}

impl Relation {
    fn read(variant: &syn::Variant) -> Result<Self> {
        let metas = metas(&variant.attrs)?;
        for (key, kind) in [
            ("belongs_to", Kind::BelongsTo),
            ("has_one", Kind::HasOne),
            ("has_many", Kind::HasMany),
        ] {
            if let Some(target) = text_of(&metas, key)? {
                let variant = variant.ident.to_string();
                return Ok(Self {
                    variant,
                    kind,
                    target,
                    metas,
                });
            }
        }
        bail!("the relation {} leads nowhere", variant.ident)
    }

    /// The columns of a part such as `from = "(Column::A, Column::B)"`, by their variants.
    pub(super) fn columns(&self, key: &str) -> Result<Vec<String>> {
        let text = text_of(&self.metas, key)?.unwrap_or_default();
        let paths = text
            .trim_start_matches('(')
            .trim_end_matches(')')
            .split(',');
        let names = paths.map(|path| path.rsplit("::").next().unwrap_or_default().trim());
        Ok(names
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect())
    }

    /// The text of a part `key = "text"`.
    pub(super) fn text(&self, key: &str) -> Result<Option<String>> {
        text_of(&self.metas, key)
    }
}

fn model(file: &mut File) -> Option<&mut ItemStruct> {
    file.items.iter_mut().find_map(|item| match item {
        Item::Struct(item) if item.ident == "Model" => Some(item),
        _ => None,
    })
}

fn relation_enum(file: &File) -> Option<&ItemEnum> {
    file.items.iter().find_map(|item| match item {
        Item::Enum(item) if item.ident == "Relation" => Some(item),
        _ => None,
    })
}

/// The entity that an `impl Related<..> for Entity` is for.
pub(super) fn related_to(item: &Item) -> Option<String> {
    let Item::Impl(ItemImpl {
        trait_: Some((_, path, _)),
        self_ty,
        ..
    }) = item
    else {
        return None;
    };
    let last = path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    let argument = arguments.args.first()?;
    let is_ours = last.ident == "Related" && self_ty.to_token_stream().to_string() == "Entity";
    is_ours.then(|| plain(argument))
}

/// Code without spaces.
pub(super) fn plain(code: &impl ToTokens) -> String {
    code.to_token_stream().to_string().replace(' ', "")
}

/// The names in the `derive` attributes.
pub(super) fn derives(attrs: &[Attribute]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("derive")) {
        let paths = attr.parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated)?;
        names.extend(paths.iter().map(plain));
    }
    Ok(names)
}

/// Attributes with these names to derive in place of those that they derive.
pub(super) fn with_derives(attrs: &[Attribute], names: &[String]) -> Result<Vec<Attribute>> {
    let names: Vec<syn::Path> = names
        .iter()
        .map(|name| syn::parse_str(name))
        .collect::<Result<_, _>>()?;
    let mut derive = Some(parse_quote!(#[derive(#(#names),*)]));
    let kept = attrs
        .iter()
        .filter_map(|attr| match attr.path().is_ident("derive") {
            true => derive.take(),
            false => Some(attr.clone()),
        });
    Ok(kept.collect())
}

/// The parts of the `sea_orm` attributes.
pub(super) fn metas(attrs: &[Attribute]) -> Result<Vec<Meta>> {
    let mut metas = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("sea_orm")) {
        metas.extend(attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)?);
    }
    Ok(metas)
}

/// The text of a part `key = "text"`.
pub(super) fn text_of(metas: &[Meta], key: &str) -> Result<Option<String>> {
    let Some(meta) = metas.iter().find(|meta| meta.path().is_ident(key)) else {
        return Ok(None);
    };
    match &meta.require_name_value()?.value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Ok(Some(text.value())),
        _ => bail!("{key} is no text"),
    }
}
