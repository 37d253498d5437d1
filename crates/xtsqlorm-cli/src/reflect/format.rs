//! Formats the generated files as `cargo fmt` would in the directory they go to.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use syn::{File, Item};

/// One file as text: items apart by an empty line, except for runs of `use` and `mod`.
pub(crate) fn print(file: File) -> String {
    let part = |items: Vec<Item>, attrs| {
        prettyplease::unparse(&File {
            shebang: None,
            attrs,
            items,
        })
    };
    let mut text = part(Vec::new(), file.attrs);
    let mut last = None;
    for item in file.items {
        let kind = match item {
            Item::Use(_) => Some("use"),
            Item::Mod(_) => Some("mod"),
            _ => None,
        };
        if kind.is_none() || kind != last {
            text.push('\n');
        }
        last = kind;
        text.push_str(&part(vec![item], Vec::new()));
    }
    text
}

/// Runs rustfmt over all files at once, under the settings of the directory `dir`.
///
/// # Errors
///
/// When there is no rustfmt or it fails; the files are as they were.
pub(crate) fn rustfmt(files: &mut BTreeMap<String, String>, dir: &Path) -> Result<()> {
    let work = tempfile::tempdir()?;
    for (name, content) in files.iter() {
        let path = work.path().join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, content)?;
    }
    let mut command = Command::new("rustfmt");
    command
        .args(["--edition", "2024"])
        .args(files.keys().map(|name| work.path().join(name)));
    let dir = std::path::absolute(dir)?;
    let settings = dir
        .ancestors()
        .flat_map(|dir| ["rustfmt.toml", ".rustfmt.toml"].map(|name| dir.join(name)));
    if let Some(settings) = settings.into_iter().find(|path| path.is_file()) {
        command.arg("--config-path").arg(settings);
    }
    let output = command.output().context("rustfmt cannot be started")?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        anyhow::bail!("rustfmt: {}", message.lines().next().unwrap_or("failed"));
    }
    for (name, content) in files.iter_mut() {
        *content = fs::read_to_string(work.path().join(name))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_stand_apart_and_imports_together() {
        let file = syn::parse_quote! {
            #![doc = " Head."]
            use b::B;
            use a::A;
            pub struct Model { pub id: i32 }
            impl Model {}
        };
        assert_eq!(
            print(file),
            "//! Head.\n\nuse b::B;\nuse a::A;\n\npub struct Model {\n    pub id: i32,\n}\n\nimpl Model {}\n"
        );
    }

    #[test]
    fn rustfmt_follows_the_directory() -> Result<()> {
        let dir = tempfile::tempdir()?;
        fs::write(dir.path().join("rustfmt.toml"), "tab_spaces = 2\n")?;
        let mut files =
            BTreeMap::from([("lib.rs".to_owned(), "fn a() {\n    b();\n}\n".to_owned())]);
        rustfmt(&mut files, &dir.path().join("not/yet/there"))?;
        assert_eq!(files["lib.rs"], "fn a() {\n  b();\n}\n");
        Ok(())
    }
}
