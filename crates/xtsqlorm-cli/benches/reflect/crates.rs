//! The crates that the programs write, in one workspace, so that they share what they depend on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::stopwatch::{Taken, taken};

/// Nothing is kept from one check to the next but what the crates depend on.
const PROFILE: &str = r#"
[profile.dev]
debug = false
incremental = false
"#;

/// A crate of entities by either program.
const ENTITY: &str = r#"
version = "0.1.0"
edition = "2024"

[dependencies]
sea-orm = { version = "2", default-features = false, features = ["macros", "with-chrono", "with-json", "with-rust_decimal", "with-uuid"] }
serde = { version = "1", features = ["derive"] }
"#;

/// The workspace.
pub(crate) struct Crates {
    dir: PathBuf,
    /// Where they are compiled, together with what the tests generate.
    target: PathBuf,
}

impl Crates {
    /// A crate of each name, without code.
    pub(crate) fn new(names: &[&str]) -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let target = root.join("target/generated");
        let crates = Self {
            dir: target.join("workspaces/bench"),
            target,
        };
        if crates.dir.exists() {
            fs::remove_dir_all(&crates.dir)?;
        }
        for name in names {
            let dir = crates.emptied(name)?;
            let manifest = format!("[package]\nname = \"{name}\"{ENTITY}");
            fs::write(dir.join("Cargo.toml"), manifest)?;
        }
        let members = format!("[workspace]\nresolver = \"3\"\nmembers = {names:?}\n");
        fs::write(crates.dir.join("Cargo.toml"), members + PROFILE)?;
        fs::copy(root.join("Cargo.lock"), crates.dir.join("Cargo.lock"))?;
        Ok(crates)
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The folder of a crate, with no code in it.
    pub(crate) fn emptied(&self, name: &str) -> Result<PathBuf> {
        let dir = self.dir.join(name);
        if dir.join("src").exists() {
            fs::remove_dir_all(dir.join("src"))?;
        }
        fs::create_dir_all(dir.join("src"))?;
        Ok(dir)
    }

    /// How many modules the crate declares.
    pub(crate) fn modules(&self, name: &str) -> Result<usize> {
        let lib = fs::read_to_string(self.dir.join(name).join("src/lib.rs"))?;
        let declared = lib.lines().filter(|line| line.starts_with("pub mod "));
        Ok(declared.count())
    }

    /// Checks a crate as if its code were new.
    pub(crate) fn check(&self, name: &str) -> Result<Taken> {
        let lib = self.dir.join(name).join("src/lib.rs");
        let text = fs::read_to_string(&lib)?;
        fs::write(&lib, text)?;
        let mut command = Command::new(env!("CARGO"));
        command
            .args(["check", "--offline", "--quiet", "--package", name])
            .current_dir(&self.dir)
            .env("CARGO_TARGET_DIR", &self.target)
            .env_remove("RUSTFLAGS");
        taken(&mut command).with_context(|| format!("the crate of {name}"))
    }
}
