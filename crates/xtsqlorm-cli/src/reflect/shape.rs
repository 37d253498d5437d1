//! The forms in which entities are written.
//!
//! Entities are generated in the compact form. The other two are derived from it here, so that
//! what was repaired for one holds for all: names, casts and comments are read from the compact
//! code, and nothing is looked up a second time.

mod dense;
mod expanded;
mod source;

use anyhow::{Context, Result};
use syn::parse_quote;

use self::source::Source;
use super::format;
use super::generate::Generated;

/// How entities are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Shape {
    /// A Model with attributes, an enum of relations
    Compact,
    /// A Model with its relations as fields, which SeaORM can load and save with it; in a schema of
    /// more than 32 tables only those to the rows that it refers to, for the compiler's sake
    Dense,
    /// All that the derive macros would make, as code of its own
    Expanded,
}

/// Brings compact entities into the form; answers what the user should know about it.
///
/// # Errors
///
/// When a file is none that compact generation gives.
pub(crate) fn apply(shape: Shape, generated: &mut Generated) -> Result<Vec<String>> {
    if shape == Shape::Compact {
        return Ok(Vec::new());
    }
    let Generated {
        files, features, ..
    } = generated;
    let mut sources = Vec::new();
    for (name, content) in files.iter() {
        let source = Source::read(name, content).with_context(|| format!("in {name}"))?;
        sources.extend(source);
    }
    let (mut notes, limit) = match shape {
        Shape::Dense => dense::apply(&mut sources).map(|(notes, limit)| (notes, Some(limit)))?,
        _ => (expanded::apply(&mut sources)?, None),
    };
    for source in sources {
        features.extend(source.features);
        files.insert(source.name, format::print(source.file));
    }
    if let Some(limit) = limit.map(|limit| limit.to_string()) {
        // Models hold each other, and the compiler walks from each to the last.
        match files.get_mut("lib.rs") {
            Some(lib) => {
                let mut file = syn::parse_file(lib)?;
                file.attrs.push(parse_quote!(#![recursion_limit = #limit]));
                *lib = format::print(file);
            }
            None => notes.push(format!(
                "the dense form needs #![recursion_limit = \"{limit}\"] at the root of your crate"
            )),
        }
    }
    Ok(notes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: &str = r#"
        //! The table.
        use sea_orm::entity::prelude::*;
        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
        #[sea_orm(table_name = "owner")]
        pub struct Model {
            #[sea_orm(primary_key)]
            pub id: i32,
        }
        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub enum Relation {}
        impl ActiveModelBehavior for ActiveModel {}
    "#;

    fn given() -> Generated {
        let files = [
            ("owner.rs", OWNER),
            ("lib.rs", "//! All.\npub mod owner;\n"),
        ];
        Generated {
            files: files
                .map(|(name, text)| (name.to_owned(), text.to_owned()))
                .into(),
            ..Generated::default()
        }
    }

    #[test]
    fn compact_is_left_as_it_is() -> Result<()> {
        let mut same = given();
        assert_eq!(apply(Shape::Compact, &mut same)?, [""; 0]);
        assert_eq!(same.files, given().files);
        Ok(())
    }

    #[test]
    fn only_dense_raises_the_recursion_limit() -> Result<()> {
        for (shape, raised) in [(Shape::Dense, true), (Shape::Expanded, false)] {
            let mut given = given();
            assert_eq!(apply(shape, &mut given)?, [""; 0]);
            let lib = &given.files["lib.rs"];
            assert_eq!(lib.contains("#![recursion_limit = \"512\"]"), raised);
            assert!(
                lib.starts_with("//! All.\n") && lib.ends_with("pub mod owner;\n"),
                "{lib}"
            );
            assert!(!given.files["owner.rs"].contains("DeriveEntityModel") || raised);
        }
        Ok(())
    }
}
