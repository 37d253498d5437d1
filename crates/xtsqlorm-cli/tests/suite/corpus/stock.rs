//! The same databases through sea-orm-cli, for figures side by side.
//!
//! Only where `XTSQLORM_CORPUS_STOCK` names the program, version 2.0.4:
//! `cargo install sea-orm-cli --version 2.0.4 --root target/generated/stock --no-default-features
//! --features cli,codegen,sqlx-mysql,sqlx-postgres,sqlx-sqlite,runtime-tokio-rustls`.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::base::Base;
use super::crates::Crates;
use super::entities;
use super::report::Line;
use crate::servers::Server;
use crate::support::Result;

/// The figures of every database.
pub(super) async fn lines(server: Server, bases: &[Base]) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    let Some(program) = std::env::var_os("XTSQLORM_CORPUS_STOCK") else {
        return Ok(lines);
    };
    let key = format!("{server:?}-stock").to_lowercase();
    let crates = Crates::new(&key, false)?;
    for base in bases {
        base.empty_copy().await?;
        let name = format!("{}-{key}", base.name);
        let mut line = Line::new(&name, &base.catalogue);
        let dir = crates.entity_dir(&name)?;
        // Cargo takes no workspace with a crate that has no code.
        crates.add_program(&name)?;
        if generate(&program, base, &dir, &mut line)? && compile(&crates, &name, &dir, &mut line)? {
            crates.add_program(&name)?;
            let built = crates.build(&["--package", &format!("{name}-program")])?;
            if !built.status.success() {
                let said = String::from_utf8_lossy(&built.stderr);
                line.problem(format!("cannot be used: {said}"));
            } else if let Err(error) = entities(&crates, base, &mut line).await {
                line.problem(format!("cannot be run: {error}"));
            }
        }
        lines.push(line);
    }
    Ok(lines)
}

/// Writes the entities of a database; answers whether it could.
fn generate(program: &OsStr, base: &Base, dir: &Path, line: &mut Line) -> Result<bool> {
    let url = base.full.url.split('?').next().unwrap_or_default();
    let output = Command::new(program)
        .args(["generate", "entity", "--lib", "--with-serde", "both"])
        .args(["--entity-format", "compact"])
        .args(["--database-url", url])
        .arg("--output-dir")
        .arg(dir.join("src"))
        .output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said: Vec<&str> = said.lines().filter(|line| !line.is_empty()).collect();
        line.problem(format!("writes nothing: {}", said.join(" ")));
        line.modules = Some((0, 0));
    }
    Ok(output.status.success())
}

/// Leaves modules out until the rest compiles, and counts those that did not need to go.
fn compile(crates: &Crates, name: &str, dir: &Path, line: &mut Line) -> Result<bool> {
    let package = format!("{name}-entity");
    let lib = dir.join("src/lib.rs");
    let all = modules(&lib)?;
    line.compiled = true;
    loop {
        let built = crates.build(&["--package", &package])?;
        if built.status.success() {
            let left = modules(&lib)?.len();
            line.modules = Some((left, all.len()));
            return Ok(left > 0);
        }
        line.compiled = false;
        let said = String::from_utf8_lossy(&built.stderr);
        let broken = broken(&said);
        let text = fs::read_to_string(&lib)?;
        let rest = text.lines().filter(|line| {
            let module = line.trim().strip_prefix("pub mod ");
            let module = module.and_then(|rest| rest.strip_suffix(';'));
            // The list of all names goes with the first of them.
            module.is_none_or(|name| name != "prelude" && !broken.contains(name))
        });
        let rest: String = rest.map(|line| format!("{line}\n")).collect();
        if rest == text {
            line.problem(format!("nothing compiles: {said}"));
            return Ok(false);
        }
        fs::write(&lib, rest)?;
    }
}

fn modules(lib: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(lib)?;
    let named = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub mod "));
    let named = named.filter_map(|rest| rest.strip_suffix(';'));
    let own = named.filter(|name| !matches!(*name, "prelude" | "sea_orm_active_enums"));
    Ok(own.map(str::to_owned).collect())
}

/// The modules that the compiler's errors are in: `--> film-entity/src/film.rs:3:1`.
fn broken(said: &str) -> BTreeSet<String> {
    let places = said
        .lines()
        .filter_map(|line| line.trim().strip_prefix("--> "));
    let files = places.filter_map(|place| place.split(".rs:").next());
    files
        .filter_map(|file| file.rsplit('/').next())
        .map(str::to_owned)
        .collect()
}
