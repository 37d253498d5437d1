//! A module uses only what stands left of it, so that it can be read with the rest closed.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// From left to right. Each may use itself and what stands before it.
const LAYERS: [&str; 9] = [
    "error",
    "config",
    "connection",
    "session",
    "repository",
    "unit_of_work",
    "row",
    "dynamic",
    "operations",
];

/// What a module may use.
fn allowed(module: &str) -> Vec<&'static str> {
    match module {
        "types" => vec!["error", "types"],
        // Beside the layers above it.
        "reflect" => vec!["error", "config", "connection", "reflect"],
        // They ask whether the task is inside a transaction that they would wait for.
        "tables" => vec![
            "error",
            "config",
            "connection",
            "session",
            "reflect",
            "tables",
        ],
        // They offer everything.
        "lib" | "prelude" | "factory" | "testing" => {
            let all = LAYERS
                .into_iter()
                .chain(["reflect", "tables", "prelude", "factory", "testing"]);
            all.collect()
        }
        _ => {
            let place = LAYERS.iter().position(|layer| *layer == module);
            let place = place.unwrap_or_else(|| {
                panic!("`{module}` is in no layer; give it its place in this file and in DESIGN")
            });
            let mut allowed = LAYERS[..=place].to_vec();
            // What stands beside the layers is of use to those that ask the catalogue.
            if ["dynamic", "operations"].contains(&module) {
                allowed.push("reflect");
            }
            allowed
        }
    }
}

/// `use crate::` never points to the right.
#[test]
fn every_module_uses_only_what_stands_left_of_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(files.len() > 10, "the sources are found");
    let mut wrong = Vec::new();
    for file in files {
        let path = file.strip_prefix(&root).unwrap();
        let module = path.iter().next().unwrap().to_str().unwrap();
        let module = module.trim_end_matches(".rs");
        if module == "doctest_setup" {
            continue;
        }
        let allowed = allowed(module);
        for used in modules_used(&fs::read_to_string(&file).unwrap()) {
            if !allowed.contains(&used.as_str()) {
                wrong.push(format!("{} uses crate::{used}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The modules that `crate::` is followed by, alone or in braces.
fn modules_used(source: &str) -> BTreeSet<String> {
    let code: Vec<&str> = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let code = code.join("\n");
    // `$crate` stands in macros for other crates, which see what is public and nothing else.
    let code = code.replace("$crate::", "");
    let paths = code.split("crate::").skip(1);
    paths
        .flat_map(|path| match path.strip_prefix('{') {
            Some(group) => first_names(group),
            None => vec![name(path)],
        })
        .map(|name| match name.as_str() {
            "Error" | "Result" => "error".to_owned(),
            _ => name,
        })
        .collect()
}

/// `error` and `config` in `error::{Error, Result}, config::Settings};`.
fn first_names(group: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut depth = 0;
    let mut start = Some(0);
    for (place, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => start = Some(place + 1),
            _ if letter.is_whitespace() => {}
            _ => {
                if start.take().is_some() {
                    names.push(name(&group[place..]));
                }
            }
        }
    }
    names
}

fn name(path: &str) -> String {
    let letters = path.chars();
    letters
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect()
}

/// The reader of sources reads what `rustfmt` writes.
#[test]
fn paths_are_found_alone_and_in_braces() {
    let source = "
        use crate::{
            config::{DatabaseConfig, DatabaseKind},
            error::{self, Error},
        };
        // use crate::operations::Nothing;
        pub(crate) fn f() -> crate::Result<crate::session::Session> {}
        macro_rules! m { () => { $crate::factory::f() }; }
    ";
    let found: Vec<String> = modules_used(source).into_iter().collect();
    assert_eq!(found, ["config", "error", "session"]);
}
