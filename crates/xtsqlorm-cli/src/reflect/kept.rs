//! What users add to generated files.
//!
//! Each generated file ends with [`LINE`]; what stands below it is the user's, is carried over byte
//! for byte, and counts for nothing when files are compared. An impl that the user writes there
//! takes the place of the generated one of the same trait for the same type.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, bail};
use quote::ToTokens;
use syn::{GenericArgument, Item, ItemImpl, PathArguments, Type};

use super::format;
use super::generate::MARK;
use super::write::read;

/// Parts the generated code from the user's.
pub(crate) const LINE: &str =
    "// --- your own code: xtsqlorm reflect keeps what stands below this line ---";

/// The users' parts of the files of a crate, by file name; files without one are absent.
#[derive(Debug, Default)]
pub(crate) struct Kept(BTreeMap<String, String>);

impl Kept {
    /// Reads what the files of `src` hold below the line.
    ///
    /// # Errors
    ///
    /// When a file was not generated, or has lost its line: nothing can tell then what is whose.
    pub(crate) fn read<'a>(src: &Path, names: impl Iterator<Item = &'a String>) -> Result<Self> {
        let (mut kept, mut foreign, mut without_line) = (Self::default(), Vec::new(), Vec::new());
        for name in names {
            let path = src.join(name);
            let Some(content) = read(&path)? else {
                continue;
            };
            let shown = path.display().to_string();
            match split(&content) {
                _ if !is_generated(&content) => foreign.push(shown),
                None => without_line.push(shown),
                Some((_, "")) => {}
                Some((_, own)) => {
                    kept.0.insert(name.clone(), own.to_owned());
                }
            }
        }
        if !foreign.is_empty() {
            bail!(
                "not written by `xtsqlorm reflect`, and so not overwritten: {}; nothing was \
                 changed. Move it away, or leave its table out with --exclude",
                foreign.join(", ")
            );
        }
        if !without_line.is_empty() {
            bail!(
                "the line that parts your code from generated code is missing in {}; nothing was \
                 changed. Put this line above your own code, or remove the file if it has none:\n{LINE}",
                without_line.join(", ")
            );
        }
        Ok(kept)
    }

    /// The user's part of a file.
    pub(crate) fn of(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Takes the impls that the user has written out of the generated files; answers what the user
    /// should know about it.
    ///
    /// # Errors
    ///
    /// When a generated file does not parse.
    pub(crate) fn make_room(&self, files: &mut BTreeMap<String, String>) -> Result<Vec<String>> {
        let mut notes = Vec::new();
        for (name, own) in &self.0 {
            let Some(content) = files.get_mut(name) else {
                continue;
            };
            let own = match syn::parse_file(own) {
                Ok(own) => own,
                Err(error) => {
                    notes.push(format!(
                        "{name}: your own code there does not parse: {error}"
                    ));
                    continue;
                }
            };
            let own: Vec<String> = own.items.iter().filter_map(what).collect();
            let mut file = syn::parse_file(content)?;
            let before = file.items.len();
            file.items.retain(|item| match what(item) {
                Some(what) if own.contains(&what) => {
                    if has_code(item) {
                        notes.push(format!(
                            "{name}: your {what} stands in for the generated one"
                        ));
                    }
                    false
                }
                _ => true,
            });
            if file.items.len() < before {
                *content = format::print(file);
            }
        }
        Ok(notes)
    }
}

/// The generated part of a file, the line included.
pub(crate) fn generated(content: &str) -> String {
    format!("{content}\n{LINE}\n")
}

/// A file's generated part, the line included, and the user's; `None` where there is no line.
pub(crate) fn split(content: &str) -> Option<(&str, &str)> {
    let mut end = 0;
    for line in content.split_inclusive('\n') {
        end += line.len();
        if line.trim() == LINE {
            return Some(content.split_at(end));
        }
    }
    None
}

/// Whether the file carries our mark at its head.
pub(crate) fn is_generated(content: &str) -> bool {
    let mut head = content
        .trim_start_matches('\u{feff}')
        .lines()
        .take_while(|line| line.starts_with("//!") || line.trim().is_empty());
    head.any(|line| line.contains(MARK))
}

/// `impl Trait for Type`, for impls of traits; paths by their last words, as one may be written
/// with `super::` and another with `crate::`.
fn what(item: &Item) -> Option<String> {
    let Item::Impl(ItemImpl {
        trait_: Some((None, path, _)),
        self_ty,
        ..
    }) = item
    else {
        return None;
    };
    let last = path.segments.last()?;
    let arguments = match &last.arguments {
        PathArguments::AngleBracketed(arguments) => {
            let arguments = arguments.args.iter().map(|argument| match argument {
                GenericArgument::Type(argument) => last_words(argument),
                other => other.to_token_stream().to_string(),
            });
            format!("<{}>", arguments.collect::<Vec<_>>().join(", "))
        }
        _ => String::new(),
    };
    let to = last_words(self_ty);
    Some(format!("impl {}{arguments} for {to}", last.ident))
}

/// A type by its last words: `film::Entity` for `super::film::Entity`.
fn last_words(of: &Type) -> String {
    match of {
        Type::Path(path) if path.qself.is_none() => {
            let words = path.path.segments.iter();
            let words = words.map(|segment| segment.to_token_stream().to_string());
            let words: Vec<String> = words.collect();
            words[words.len().saturating_sub(2)..].join("::")
        }
        other => other.to_token_stream().to_string(),
    }
}

/// Whether the impl holds anything.
fn has_code(item: &Item) -> bool {
    matches!(item, Item::Impl(item) if !item.items.is_empty())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn file(body: &str) -> String {
        generated(&format!("//! The table.\n//!\n//! {MARK}\n\n{body}\n"))
    }

    fn names() -> Vec<String> {
        vec!["film.rs".to_owned()]
    }

    fn read_kept(content: &[u8]) -> Result<Kept> {
        let dir = tempfile::tempdir()?;
        fs::write(dir.path().join("film.rs"), content)?;
        Kept::read(dir.path(), names().iter())
    }

    #[test]
    fn what_stands_below_the_line_is_kept_to_the_byte() -> Result<()> {
        for own in [
            "fn mine() {}",
            "\r\n  use a::B;\r\n\tfn c() {}  \n\n\n",
            "// é\n",
            "\n\n",
        ] {
            let kept = read_kept(format!("{}{own}", file("struct A;")).as_bytes())?;
            assert_eq!(kept.of("film.rs"), own);
        }
        assert_eq!(read_kept(file("struct A;").as_bytes())?.of("film.rs"), "");
        Ok(())
    }

    #[test]
    fn a_file_of_which_nothing_tells_whose_it_is_stops_everything() {
        let error = |content: &[u8]| format!("{:#}", read_kept(content).unwrap_err());
        assert!(error(b"fn mine() {}\n").contains("not written by"));
        let without_line = format!("//! {MARK}\nstruct A;\nfn mine() {{}}\n");
        let message = error(without_line.as_bytes());
        assert!(
            message.contains("is missing in") && message.contains(LINE),
            "{message}"
        );
        let mut latin_1 = file("").into_bytes();
        latin_1.extend(b"// caf\xe9\n");
        assert!(error(&latin_1).contains("UTF-8"));
    }

    #[test]
    fn the_line_is_found_with_any_line_end_and_indentation() {
        let windows = file("struct A;").replace('\n', "\r\n");
        assert_eq!(
            split(&format!("{windows}own")).map(|parts| parts.1),
            Some("own")
        );
        assert_eq!(split(LINE), Some((LINE, "")));
        assert_eq!(split(&format!("let a = \"{LINE}\";")), None);
        assert!(is_generated(&format!("\u{feff}//! {MARK}\n")));
    }

    fn with_own(own: &str) -> Result<(String, Vec<String>)> {
        let kept = Kept(BTreeMap::from([("film.rs".to_owned(), own.to_owned())]));
        let generated = "impl Related<super::actor::Entity> for Entity { fn to() -> RelationDef { a() } }\n\
                         impl Related<super::store::Entity> for Entity { fn to() -> RelationDef { b() } }\n\
                         impl ActiveModelBehavior for ActiveModel {}\n";
        let mut files = BTreeMap::from([("film.rs".to_owned(), generated.to_owned())]);
        let notes = kept.make_room(&mut files)?;
        Ok((files.remove("film.rs").unwrap_or_default(), notes))
    }

    #[test]
    fn the_users_impl_takes_the_place_of_the_generated_one() -> Result<()> {
        let (code, notes) = with_own("impl sea_orm::ActiveModelBehavior for ActiveModel {}")?;
        assert!(!code.contains("ActiveModelBehavior") && code.contains("Related<super::actor"));
        assert_eq!(notes, [""; 0]);

        let own =
            "impl Related<crate::actor::Entity> for Entity { fn to() -> RelationDef { c() } }";
        let (code, notes) = with_own(own)?;
        assert!(!code.contains("actor") && code.contains("store") && code.contains("ActiveModel"));
        assert_eq!(
            notes,
            [
                "film.rs: your impl Related<actor::Entity> for Entity stands in for the generated one"
            ]
        );
        Ok(())
    }

    #[test]
    fn other_code_of_the_user_changes_nothing() -> Result<()> {
        let (plain, _) = with_own("")?;
        for own in [
            "impl Entity { fn a() {} }",
            "impl Related<X> for Entity {}",
            "use a::B;",
        ] {
            assert_eq!(with_own(own)?, (plain.clone(), Vec::new()));
        }
        let (code, notes) = with_own("fn ok() {}\nfn broken( {")?;
        assert_eq!(code, plain);
        assert!(
            notes[0].starts_with("film.rs: your own code there does not parse"),
            "{notes:?}"
        );
        Ok(())
    }
}
