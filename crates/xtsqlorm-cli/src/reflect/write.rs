//! Puts the generated files into a directory: all or none, and never over what somebody wrote by
//! hand.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use similar::TextDiff;

use super::kept::{self, Kept};

/// Where the generated files go.
#[derive(Debug)]
pub(crate) struct Target {
    /// The directory of `lib.rs` or `mod.rs`.
    pub(crate) src: PathBuf,
    /// The manifest of the crate and what it holds if there is none yet.
    pub(crate) manifest: Option<(PathBuf, String)>,
}

/// What stands between a directory and the generated files.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Files to write.
    pub(crate) write: Vec<Change>,
    /// Files that are as they should be.
    pub(crate) unchanged: usize,
    /// Generated files that belong to no table any more.
    pub(crate) stale: Vec<Stale>,
}

/// A file to write.
#[derive(Debug)]
pub(crate) struct Change {
    /// The file.
    pub(crate) path: PathBuf,
    /// What is generated in it now, where there is such a file.
    now: Option<String>,
    /// What is to be generated in it.
    wanted: String,
    /// What the user has added to it.
    own: String,
}

/// A generated file that belongs to no table any more.
#[derive(Debug)]
pub(crate) struct Stale {
    /// The file.
    pub(crate) path: PathBuf,
    /// Whether the user has added to it; such a file is not removed.
    pub(crate) has_own_code: bool,
    /// What is generated in it.
    generated: String,
}

impl Changes {
    /// Whether there is nothing to do.
    pub(crate) fn is_empty(&self) -> bool {
        self.write.is_empty() && self.stale.is_empty()
    }
}

/// Compares a directory with the files wanted; reads only.
///
/// # Errors
///
/// When a file cannot be read.
pub(crate) fn compare(
    target: &Target,
    files: &BTreeMap<String, String>,
    kept: &Kept,
) -> Result<Changes> {
    let mut changes = Changes::default();
    let src = &target.src;
    for (name, content) in files {
        let path = src.join(name);
        let wanted = kept::generated(content);
        let now = read(&path)?.map(|now| generated_part(&now));
        if now.as_ref() == Some(&wanted) {
            changes.unchanged += 1;
        } else {
            changes.write.push(Change {
                path,
                now,
                wanted,
                own: kept.of(name).to_owned(),
            });
        }
    }
    if let Some((path, wanted)) = &target.manifest
        && read(path)?.is_none()
    {
        changes.write.push(Change {
            path: path.clone(),
            now: None,
            wanted: wanted.clone(),
            own: String::new(),
        });
    }
    let wanted: BTreeSet<PathBuf> = files.keys().map(|name| src.join(name)).collect();
    for path in rust_files(src)? {
        if wanted.contains(&path) {
            continue;
        }
        // What is not text is not ours.
        let Some(content) = read(&path).ok().flatten() else {
            continue;
        };
        if kept::is_generated(&content) {
            let own = kept::split(&content).map(|(_, own)| own);
            changes.stale.push(Stale {
                path,
                // Without the line nothing tells what is the user's.
                has_own_code: own.is_none_or(|own| !own.trim().is_empty()),
                generated: generated_part(&content),
            });
        }
    }
    changes.stale.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(changes)
}

/// What is generated in a file, with the line ends of this program.
fn generated_part(content: &str) -> String {
    let (head, _) = kept::split(content).unwrap_or((content, ""));
    let mut head = head.replace("\r\n", "\n");
    if !head.ends_with('\n') {
        head.push('\n');
    }
    head
}

/// Writes the changes: first everything beside its place, then each into its place by a rename.
pub(crate) fn write(changes: &Changes) -> Result<()> {
    let stage = || {
        changes.write.iter().try_for_each(|change| {
            let beside = beside(&change.path);
            if let Some(parent) = change.path.parent() {
                fs::create_dir_all(parent)
                    .with_context(|| format!("cannot make {}", parent.display()))?;
            }
            fs::write(&beside, format!("{}{}", change.wanted, change.own))
                .with_context(|| format!("cannot write {}", beside.display()))
        })
    };
    let done = stage().and_then(|()| {
        changes.write.iter().try_for_each(|Change { path, .. }| {
            fs::rename(beside(path), path)
                .with_context(|| format!("cannot write {}", path.display()))
        })
    });
    if done.is_err() {
        for change in &changes.write {
            let _ = fs::remove_file(beside(&change.path));
        }
    }
    done
}

/// Where a file is kept until all are there.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.xtsqlorm-new"))
}

/// Removes the generated files that belong to no table and that the user has added nothing to.
pub(crate) fn prune(changes: &Changes) -> Result<()> {
    let mut free = changes.stale.iter().filter(|stale| !stale.has_own_code);
    free.try_for_each(|Stale { path, .. }| {
        fs::remove_file(path).with_context(|| format!("cannot remove {}", path.display()))
    })
}

/// The changes as a unified diff; empty when there are none. What users have added is not in it.
pub(crate) fn diff(changes: &Changes) -> String {
    let written = changes.write.iter().map(|change| {
        let now = change.now.as_deref().unwrap_or_default();
        (&change.path, now, change.wanted.as_str())
    });
    let stale = changes
        .stale
        .iter()
        .map(|stale| (&stale.path, stale.generated.as_str(), ""));
    written
        .chain(stale)
        .map(|(path, old, new)| {
            let path = path.display();
            TextDiff::from_lines(old, new)
                .unified_diff()
                .header(&format!("{path}\t(now)"), &format!("{path}\t(database)"))
                .to_string()
        })
        .collect()
}

/// The text of a file, or `None` where there is none.
pub(crate) fn read(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// The Rust files of a directory and those below it, or none where there is no directory.
fn rust_files(dir: &Path) -> Result<Vec<PathBuf>> {
    let context = || format!("cannot read {}", dir.display());
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(context),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.with_context(context)?;
        let path = entry.path();
        if entry.file_type().with_context(context)?.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::super::generate::MARK;
    use super::*;

    fn generated(text: &str) -> String {
        format!("//! The table.\n//!\n//! {MARK}\n\n{text}\n")
    }

    fn files(text: &str) -> BTreeMap<String, String> {
        BTreeMap::from([
            ("film.rs".to_owned(), generated(text)),
            ("lib.rs".to_owned(), generated("pub mod film;")),
        ])
    }

    fn compare(dir: &Path, files: &BTreeMap<String, String>) -> Result<Changes> {
        let target = Target {
            src: dir.join("src"),
            manifest: Some((dir.join("Cargo.toml"), "[package]\n".to_owned())),
        };
        let kept = Kept::read(&target.src, files.keys())?;
        super::compare(&target, files, &kept)
    }

    /// Appends to a file.
    fn add(path: &Path, text: &str) -> Result<()> {
        Ok(fs::write(path, fs::read_to_string(path)? + text)?)
    }

    #[test]
    fn a_second_run_changes_nothing() -> Result<()> {
        let dir = tempfile::tempdir()?;
        write(&compare(dir.path(), &files("a"))?)?;
        let again = compare(dir.path(), &files("a"))?;
        assert_eq!(
            (again.is_empty(), again.unchanged, diff(&again)),
            (true, 2, String::new())
        );
        let film = dir.path().join("src/film.rs").display().to_string();
        let diff = diff(&compare(dir.path(), &files("b"))?);
        assert!(diff.contains("-a\n+b\n"), "{diff}");
        let head = format!("--- {film}\t(now)\n+++ {film}\t(database)\n@@ -2,6 +2,6 @@\n");
        assert!(diff.starts_with(&head), "{diff}");
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
    fn what_the_user_adds_survives_and_is_no_difference() -> Result<()> {
        let dir = tempfile::tempdir()?;
        let film = dir.path().join("src/film.rs");
        write(&compare(dir.path(), &files("a"))?)?;
        let own = "\n\tuse std::fmt;\r\nfn mine() {}";
        add(&film, own)?;
        for text in ["a", "b", "c"] {
            let changes = compare(dir.path(), &files(text))?;
            assert_eq!(changes.is_empty(), text == "a");
            assert!(!diff(&changes).contains("mine"));
            write(&changes)?;
            let now = fs::read_to_string(&film)?;
            assert_eq!(now, format!("{}{own}", kept::generated(&generated(text))));
        }
        Ok(())
    }

    #[test]
    fn line_ends_of_windows_are_no_difference() -> Result<()> {
        let dir = tempfile::tempdir()?;
        write(&compare(dir.path(), &files("a"))?)?;
        for name in ["film.rs", "lib.rs"] {
            let path = dir.path().join("src").join(name);
            let text = fs::read_to_string(&path)?.replace('\n', "\r\n");
            fs::write(&path, text)?;
        }
        assert!(compare(dir.path(), &files("a"))?.is_empty());
        assert_eq!(compare(dir.path(), &files("b"))?.write.len(), 1);
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
        let added_to = dir.path().join("src/added_to.rs");
        for path in [&stale, &added_to] {
            fs::write(path, kept::generated(&generated("x")))?;
        }
        add(&added_to, "fn mine() {}\n")?;
        fs::write(dir.path().join("src/helper.rs"), "fn mine() {}\n")?;
        fs::write(dir.path().join("src/latin1.rs"), b"// caf\xe9\n")?;
        let changes = compare(dir.path(), &files("a"))?;
        let found: Vec<_> = changes
            .stale
            .iter()
            .map(|stale| (&stale.path, stale.has_own_code))
            .collect();
        assert_eq!(found, [(&added_to, true), (&stale, false)]);
        prune(&changes)?;
        assert!(!stale.exists() && added_to.exists());
        assert_eq!(fs::read_dir(dir.path().join("src"))?.count(), 5);
        Ok(())
    }
}
