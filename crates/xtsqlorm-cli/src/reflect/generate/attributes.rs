//! Small edits of syntax trees: the parts of `#[sea_orm(..)]`, and documentation.

use anyhow::Result;
use quote::{format_ident, quote};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, File, Lit, Meta, Token, parse_quote};

use super::MARK;

/// The parts of the `#[sea_orm(..)]` attribute.
pub(super) fn metas(attrs: &[Attribute]) -> Result<Vec<Meta>> {
    let Some(attr) = attrs.iter().find(|attr| attr.path().is_ident("sea_orm")) else {
        return Ok(Vec::new());
    };
    let metas = attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)?;
    Ok(metas.into_iter().collect())
}

/// Changes the parts of the `#[sea_orm(..)]` attribute; adds or drops the attribute as needed.
pub(super) fn with_metas(
    attrs: &mut Vec<Attribute>,
    change: impl FnOnce(&mut Vec<Meta>),
) -> Result<()> {
    let mut metas = metas(attrs)?;
    change(&mut metas);
    let position = attrs
        .iter()
        .position(|attr| attr.path().is_ident("sea_orm"));
    if let Some(position) = position {
        attrs.remove(position);
    }
    if !metas.is_empty() {
        let attr = quote!(#[sea_orm(#(#metas),*)]);
        attrs.insert(position.unwrap_or(0), parse_quote!(#attr));
    }
    Ok(())
}

/// Sets `key = "value"`.
pub(super) fn set(metas: &mut Vec<Meta>, key: &str, value: &str) {
    let ident = format_ident!("{key}");
    let meta: Meta = parse_quote!(#ident = #value);
    match metas.iter_mut().find(|meta| meta.path().is_ident(key)) {
        Some(found) => *found = meta,
        None => metas.push(meta),
    }
}

/// The text of `key = "text"`.
pub(super) fn text_of(metas: &[Meta], key: &str) -> Option<String> {
    let meta = metas.iter().find(|meta| meta.path().is_ident(key))?;
    match &meta.require_name_value().ok()?.value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

/// Puts lines of documentation before the other attributes.
pub(super) fn document(attrs: &mut Vec<Attribute>, lines: &[String]) {
    for (index, line) in lines.iter().enumerate() {
        let line = doc_text(line);
        attrs.insert(index, parse_quote!(#[doc = #line]));
    }
}

/// Replaces the documentation at the head of a file by these paragraphs and our mark.
pub(super) fn head(file: &mut File, paragraphs: &[String]) {
    let mark = format!("{MARK}; edits are overwritten");
    let written = paragraphs.iter().filter(|text| !text.is_empty()).cloned();
    let lines = written.flat_map(|text| [text, String::new()]).chain([mark]);
    file.attrs = lines
        .map(|line| {
            let line = doc_text(&line);
            parse_quote!(#![doc = #line])
        })
        .collect();
}

/// A comment of the schema as one line of documentation, with nothing in it that rustdoc acts on.
pub(super) fn comment(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut comment = String::with_capacity(line.len());
    for c in line.chars() {
        if matches!(c, '[' | ']' | '<' | '>' | '`' | '\\') {
            comment.push('\\');
        }
        comment.push(c);
    }
    comment
}

/// The text of a `doc` attribute.
fn doc_text(line: &str) -> String {
    if line.is_empty() {
        String::new()
    } else {
        format!(" {line}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_set_added_and_dropped_with_the_attribute() -> Result<()> {
        let mut attrs: Vec<Attribute> = vec![parse_quote!(#[sea_orm(column_type = "Text")])];
        with_metas(&mut attrs, |metas| {
            set(metas, "column_type", "Blob");
            set(metas, "select_as", "binary");
        })?;
        let expected: Attribute =
            parse_quote!(#[sea_orm(column_type = "Blob", select_as = "binary")]);
        assert_eq!(
            quote!(#(#attrs)*).to_string(),
            quote!(#expected).to_string()
        );
        assert_eq!(
            text_of(&metas(&attrs)?, "select_as").as_deref(),
            Some("binary")
        );
        with_metas(&mut attrs, Vec::clear)?;
        assert!(attrs.is_empty());
        Ok(())
    }

    #[test]
    fn comments_are_one_line_and_link_nowhere() {
        assert_eq!(comment("as [printed]\n  <b>"), r"as \[printed\] \<b\>");
    }
}
