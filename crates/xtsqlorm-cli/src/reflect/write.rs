//! Puts the generated files into a directory: all or none, and never over a file that somebody
//! wrote by hand.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use similar::TextDiff;

use super::generate::MARK;

/// What stands between a directory and the generated files.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Files to write: path, content there now if any, content wanted.
    pub(crate) write: Vec<(PathBuf, Option<String>, String)>,
    /// Files that are as they should be.
    pub(crate) unchanged: usize,
    /// Generated files that belong to no table any more.
    pub(crate) stale: Vec<PathBuf>,
}

/// Compares a directory with the files wanted; reads only.
///
/// # Errors
///
/// When a file that was not generated is in the way; the error names each.
pub(crate) fn compare(
    dir: &Path,
    files: &BTreeMap<String, String>,
    manifest: &str,
) -> Result<Changes> {
    let mut changes = Changes::default();
    let src = dir.join("src");
    let mut in_the_way = Vec::new();
    for (name, content) in files {
        let path = src.join(name);
        match read(&path)? {
            Some(now) if now == *content => changes.unchanged += 1,
            Some(now) if !is_generated(&now) => in_the_way.push(path.display().to_string()),
            now => changes.write.push((path, now, content.clone())),
        }
    }
    if !in_the_way.is_empty() {
        bail!(
            "not written by `xtsqlorm reflect`, and so not overwritten: {}; nothing was changed. \
             Move it away, or leave its table out with --exclude",
            in_the_way.join(", ")
        );
    }
    let cargo_toml = dir.join("Cargo.toml");
    if read(&cargo_toml)?.is_none() {
        changes.write.push((cargo_toml, None, manifest.to_owned()));
    }
    for path in rust_files(&src)? {
        let known = path
            .file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| files.contains_key(name));
        if !known && read(&path)?.is_some_and(|content| is_generated(&content)) {
            changes.stale.push(path);
        }
    }
    changes.stale.sort();
    Ok(changes)
}

/// Writes the changes: first everything beside its place, then each into its place by a rename.
pub(crate) fn write(changes: &Changes) -> Result<()> {
    let stage = || {
        changes.write.iter().try_for_each(|(path, _, content)| {
            let beside = beside(path);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)
                    .with_context(|| format!("cannot make {}", parent.display()))?;
            }
            fs::write(&beside, content)
                .with_context(|| format!("cannot write {}", beside.display()))
        })
    };
    let done = stage().and_then(|()| {
        changes.write.iter().try_for_each(|(path, ..)| {
            fs::rename(beside(path), path)
                .with_context(|| format!("cannot write {}", path.display()))
        })
    });
    if done.is_err() {
        for (path, ..) in &changes.write {
            let _ = fs::remove_file(beside(path));
        }
    }
    done
}

/// Where a file is kept until all are there.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.xtsqlorm-new"))
}

/// Removes the generated files that belong to no table.
pub(crate) fn prune(changes: &Changes) -> Result<()> {
    changes.stale.iter().try_for_each(|path| {
        fs::remove_file(path).with_context(|| format!("cannot remove {}", path.display()))
    })
}

/// The changes as a unified diff; empty when there are none.
pub(crate) fn diff(changes: &Changes) -> String {
    let mut text = String::new();
    let mut add = |path: &Path, old: &str, new: &str| {
        let (from, to) = (
            format!("{} (now)", path.display()),
            format!("{} (database)", path.display()),
        );
        text.push_str(
            &TextDiff::from_lines(old, new)
                .unified_diff()
                .header(&from, &to)
                .to_string(),
        );
    };
    for (path, old, new) in &changes.write {
        add(path, old.as_deref().unwrap_or_default(), new);
    }
    for path in &changes.stale {
        add(path, &fs::read_to_string(path).unwrap_or_default(), "");
    }
    text
}

/// Whether the file carries our mark at its head.
fn is_generated(content: &str) -> bool {
    let mut head = content
        .lines()
        .take_while(|line| line.starts_with("//!") || line.trim().is_empty());
    head.any(|line| line.contains(MARK))
}

/// The content of a file, or `None` where there is none.
fn read(path: &Path) -> Result<Option<String>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// The Rust files of a directory, or none where there is no directory.
fn rust_files(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", dir.display())),
    };
    let paths: io::Result<Vec<PathBuf>> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect();
    Ok(paths?
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generated(text: &str) -> String {
        format!("//! The table.\n//!\n//! {MARK}; edits are overwritten\n{text}\n")
    }

    fn files(text: &str) -> BTreeMap<String, String> {
        BTreeMap::from([
            ("film.rs".to_owned(), generated(text)),
            ("lib.rs".to_owned(), generated("pub mod film;")),
        ])
    }

    fn compare(dir: &Path, files: &BTreeMap<String, String>) -> Result<Changes> {
        super::compare(dir, files, "[package]\n")
    }

    #[test]
    fn a_second_run_changes_nothing() -> Result<()> {
        let dir = tempfile::tempdir()?;
        write(&compare(dir.path(), &files("a"))?)?;
        let again = compare(dir.path(), &files("a"))?;
        assert_eq!(
            (again.write.len(), again.unchanged, diff(&again)),
            (0, 2, String::new())
        );
        assert!(diff(&compare(dir.path(), &files("b"))?).contains("-a\n+b\n"));
        assert_eq!(fs::read_dir(dir.path().join("src"))?.count(), 2);
        Ok(())
    }

    #[test]
    fn a_file_written_by_hand_stops_everything() -> Result<()> {
        let dir = tempfile::tempdir()?;
        fs::create_dir(dir.path().join("src"))?;
        let by_hand = dir.path().join("src/film.rs");
        fs::write(
            &by_hand,
            "// says \"@generated by xtsqlorm reflect\" further down\nfn mine() {}\n",
        )?;
        let error = compare(dir.path(), &files("a")).unwrap_err().to_string();
        assert!(error.contains(&by_hand.display().to_string()), "{error}");
        assert!(!dir.path().join("src/lib.rs").exists());
        Ok(())
    }

    #[test]
    fn an_existing_manifest_stays_and_stale_files_go_only_when_pruned() -> Result<()> {
        let dir = tempfile::tempdir()?;
        fs::write(dir.path().join("Cargo.toml"), "# mine\n")?;
        write(&compare(dir.path(), &files("a"))?)?;
        assert_eq!(
            fs::read_to_string(dir.path().join("Cargo.toml"))?,
            "# mine\n"
        );
        let stale = dir.path().join("src/gone.rs");
        fs::write(&stale, generated("x"))?;
        fs::write(dir.path().join("src/helper.rs"), "fn mine() {}\n")?;
        let changes = compare(dir.path(), &files("a"))?;
        assert_eq!(changes.stale, std::slice::from_ref(&stale));
        prune(&changes)?;
        assert!(!stale.exists() && dir.path().join("src/helper.rs").exists());
        Ok(())
    }
}
