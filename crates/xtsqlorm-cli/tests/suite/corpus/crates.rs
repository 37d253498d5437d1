//! A workspace of generated crates, compiled at once in a folder that all tests share.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

use super::base::{Base, freedom};
use super::catalogue::Kind;
use crate::support::{PROFILE, Result, generated, workspace};

const MANIFEST: &str = r#"[workspace]
resolver = "3"
members = ["*-entity", "*-program"]

[workspace.dependencies]
sea-orm = { version = "2", default-features = false, features = ["macros", "runtime-tokio-rustls", "sqlx-mysql", "sqlx-postgres", "sqlx-sqlite", "with-chrono", "with-json", "with-rust_decimal", "with-uuid"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
"#;

/// The workspace in the making.
pub(super) struct Crates {
    dir: PathBuf,
}

/// What the program of a crate says of one entity.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) table: String,
    pub(super) fields: usize,
    pub(super) rows: usize,
    pub(super) unread: Option<String>,
    pub(super) unwritten: Option<String>,
}

impl Crates {
    /// A workspace of that name, anew, in which a warning is an error where it is `strict`. It is
    /// always in one place, so that its crates replace those that were compiled before.
    pub(super) fn new(name: &str, strict: bool) -> Result<Self> {
        let dir = generated().join("workspaces").join(name);
        if dir.exists() {
            fs::remove_dir_all(&dir)?;
        }
        fs::create_dir_all(&dir)?;
        let level = if strict { "deny" } else { "allow" };
        let manifest =
            format!("{MANIFEST}\n{PROFILE}\n[workspace.lints.rust]\nwarnings = \"{level}\"\n");
        fs::write(dir.join("Cargo.toml"), manifest)?;
        fs::copy(workspace().join("Cargo.lock"), dir.join("Cargo.lock"))?;
        Ok(Self { dir })
    }

    /// Where the entities of a database go.
    pub(super) fn entity_dir(&self, name: &str) -> Result<PathBuf> {
        let dir = self.dir.join(format!("{name}-entity"));
        fs::create_dir_all(dir.join("src"))?;
        let manifest = format!(
            "[package]\nname = \"{name}-entity\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[lints]\n\
             workspace = true\n\n[dependencies]\nsea-orm.workspace = true\nserde.workspace = true\n"
        );
        fs::write(dir.join("Cargo.toml"), manifest)?;
        Ok(dir)
    }

    /// Writes the program that tries the entities of a database, once they are there.
    pub(super) fn add_program(&self, name: &str) -> Result<()> {
        let entity = self.dir.join(format!("{name}-entity"));
        let lib = entity.join("src/lib.rs");
        if !lib.exists() {
            fs::write(&lib, "")?;
        }
        let modules = modules(&lib)?;
        let dir = self.dir.join(format!("{name}-program"));
        fs::create_dir_all(dir.join("src"))?;
        let manifest = format!(
            "[package]\nname = \"{name}-program\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nentity = {{ path = \"../{name}-entity\", package = \"{name}-entity\" }}\n\
             sea-orm.workspace = true\nserde.workspace = true\nserde_json.workspace = true\n\
             tokio.workspace = true\n"
        );
        fs::write(dir.join("Cargo.toml"), manifest)?;
        let runner = include_str!("../../corpus/runner.rs");
        fs::write(dir.join("src/runner.rs"), runner)?;
        let entities = modules
            .iter()
            .map(|module| format!("    trip.entity::<entity::{module}::Entity>().await;\n"));
        let main = format!(
            "mod runner;\n\n#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {{\n    \
             let trip = runner::Trip::from_arguments().await?;\n{}    Ok(())\n}}\n",
            entities.collect::<String>()
        );
        fs::write(dir.join("src/main.rs"), main)?;
        Ok(())
    }

    /// Compiles everything, or what the arguments name.
    pub(super) fn build(&self, arguments: &[&str]) -> Result<Output> {
        Ok(Command::new(env!("CARGO"))
            .args(["build", "--offline", "--quiet"])
            .args(arguments)
            .current_dir(&self.dir)
            .env("CARGO_TARGET_DIR", generated())
            .env_remove("RUSTFLAGS")
            .output()?)
    }

    /// Runs the program of a database over its tables.
    pub(super) fn run(&self, name: &str, base: &Base, only: Option<Kind>) -> Result<Vec<Outcome>> {
        let tables = base.catalogue.wanted().map(|table| {
            let write = match only {
                Some(kind) => table.kind == kind,
                None => !matches!(table.kind, Kind::View | Kind::Parent),
            };
            let todo = json!({ "write": write, "generated": table.generated() });
            (format!("{}.{}", table.schema, table.name), todo)
        });
        let tables: BTreeMap<String, Value> = tables.collect();
        let plan = json!({
            "full": base.full.url,
            "copy": base.copy.url,
            "freedom": freedom(base.full.server),
            "schema": base.full.server.choose("", "public", ""),
            "tables": tables,
        });
        let file = self.dir.join(format!("{name}-plan.json"));
        fs::write(&file, plan.to_string())?;
        let program = generated().join(format!("debug/{name}-program"));
        let output = Command::new(program).arg(file).output()?;
        let said = String::from_utf8(output.stdout)?;
        if !output.status.success() {
            return Err(format!("{said}{}", String::from_utf8_lossy(&output.stderr)).into());
        }
        said.lines().map(outcome).collect()
    }
}

fn outcome(line: &str) -> Result<Outcome> {
    let line: Value = serde_json::from_str(line)?;
    let text = |key: &str| line[key].as_str().map(str::to_owned);
    let number = |key: &str| line[key].as_u64().and_then(|n| usize::try_from(n).ok());
    Ok(Outcome {
        table: text("table").ok_or("a table")?,
        fields: number("fields").ok_or("fields")?,
        rows: number("rows").ok_or("rows")?,
        unread: text("unread"),
        unwritten: text("unwritten"),
    })
}

/// The paths of the modules of entities below a file, such as `public::film`.
pub(super) fn modules(file: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(file)?;
    // The modules of `lib.rs` are beside it, those of another file in a folder of its name.
    let dir = match file.file_stem() {
        Some(stem) if stem != "lib" => file.with_file_name(stem),
        _ => file.parent().unwrap_or(file).to_owned(),
    };
    let mut found = Vec::new();
    let mut path = None;
    for line in text.lines() {
        if let Some(rest) = line.trim().strip_prefix("#[path = \"") {
            path = rest.strip_suffix("\"]").map(str::to_owned);
            continue;
        }
        let module = line.trim().strip_prefix("pub mod ");
        let Some(module) = module.and_then(|rest| rest.strip_suffix(';')) else {
            continue;
        };
        let usual = || format!("{}.rs", module.trim_start_matches("r#"));
        let file = dir.join(path.take().unwrap_or_else(usual));
        let text = fs::read_to_string(&file)?;
        if text.contains("pub struct Model {") {
            found.push(module.to_owned());
        } else if text.contains("\npub mod ") {
            let below = modules(&file)?.into_iter();
            found.extend(below.map(|name| format!("{module}::{name}")));
        }
    }
    Ok(found)
}
