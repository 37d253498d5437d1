//! Conventions and hooks hold on every path: no method is left out.
//!
//! The methods are read from the sources. Each that reads or writes rows names the claims that show
//! what conventions and hooks do on it; the claims are looked up, and must call it.

use std::{collections::BTreeSet, fs, path::Path};

/// What a method does with rows.
pub(crate) enum Does {
    /// Claims, by file and name, that conventions hold on it.
    Reads(&'static str),
    /// The same, and that hooks run on it.
    Writes(&'static str, &'static str),
    /// It only passes on to methods that are covered, and says nothing to the database itself.
    Nothing,
}

use Does::{Nothing, Reads, Writes};

const SEEN: &str = "conventions/deletion.rs reads_pass_over_deleted_rows";
const CREATED: &str = "conventions/stamps.rs every_way_to_create_stamps_the_row";
const CHANGED: &str = "conventions/stamps.rs every_way_to_change_stamps_the_row";
const PURGED: &str = "conventions/deletion.rs old_deleted_rows_are_purged";
const GONE: &str = "conventions/deletion.rs rows_are_purged";
const ROLLED_BACK: &str = "conventions/deletion.rs a_rollback_takes_a_deletion_back";
const HOOKED: &str = "hooks.rs every_way_to_write_runs_the_hooks";

/// Every public method of a repository of an entity, and of its queries.
const REPOSITORY: &[(&str, Does)] = &[
    ("new", Nothing),
    ("provider", Nothing),
    ("timestamps", Nothing),
    ("soft_delete", Nothing),
    ("versioned", Nothing),
    ("clock", Nothing),
    ("hook", Nothing),
    ("in_session", Nothing),
    ("is_deleted", Reads(PURGED)),
    ("deletion_age", Reads(PURGED)),
    ("with_deleted", Reads(SEEN)),
    ("only_deleted", Reads(SEEN)),
    ("filter", Nothing),
    ("find", Reads(SEEN)),
    ("get_by_id", Reads(SEEN)),
    ("require_by_id", Reads(SEEN)),
    ("get_many", Reads(SEEN)),
    ("get_all", Reads(SEEN)),
    ("count", Reads(SEEN)),
    ("exists", Reads(SEEN)),
    ("get_by_id_in_session", Reads(SEEN)),
    ("create", Writes(CREATED, HOOKED)),
    ("create_many", Writes(CREATED, HOOKED)),
    ("create_json", Writes(CREATED, HOOKED)),
    ("create_in_session", Writes(CREATED, HOOKED)),
    ("get_or_create", Writes(CREATED, HOOKED)),
    ("upsert", Writes(CHANGED, HOOKED)),
    ("update", Writes(CHANGED, HOOKED)),
    ("update_json", Writes(CHANGED, HOOKED)),
    ("update_where", Writes(CHANGED, HOOKED)),
    ("update_in_session", Writes(CHANGED, HOOKED)),
    ("bulk", Nothing),
    ("bulk_create", Writes(CREATED, HOOKED)),
    ("bulk_update", Writes(CHANGED, HOOKED)),
    ("bulk_upsert", Writes(CHANGED, HOOKED)),
    ("bulk_delete", Writes(CHANGED, HOOKED)),
    ("delete", Writes(CHANGED, HOOKED)),
    ("delete_where", Writes(CHANGED, HOOKED)),
    ("delete_in_session", Writes(ROLLED_BACK, HOOKED)),
    ("restore", Writes(CHANGED, HOOKED)),
    ("purge", Writes(GONE, HOOKED)),
    ("purge_deleted", Writes(PURGED, HOOKED)),
];

const FIND: &[(&str, Does)] = &[
    ("map", Nothing),
    ("filter_by", Nothing),
    ("sort_by", Nothing),
    ("list", Nothing),
    ("into_select", Reads(SEEN)),
    ("with_deleted", Reads(SEEN)),
    ("only_deleted", Reads(SEEN)),
    ("all", Reads(SEEN)),
    ("one", Reads(SEEN)),
    ("count", Reads(SEEN)),
    ("exists", Reads(SEEN)),
    ("stream", Reads(SEEN)),
    ("paginate", Reads(SEEN)),
    ("slice", Reads(SEEN)),
    ("window", Reads(SEEN)),
];

#[test]
fn every_method_of_a_repository_is_covered() {
    check("repository", "Repository<E>", REPOSITORY);
}

#[test]
fn every_method_of_a_query_is_covered() {
    check("repository", "Find<E>", FIND);
}

/// Compares the methods of a type with the table, and the table with the claims.
pub(crate) fn check(folder: &str, of: &str, table: &[(&str, Does)]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    collect(&root.join("src").join(folder), &mut sources);
    let mut methods: Vec<String> = sources
        .iter()
        .flat_map(|source| methods(source, of))
        .collect();
    methods.sort();
    let mut known: Vec<&str> = table.iter().map(|(method, _)| *method).collect();
    known.sort();
    assert_eq!(
        methods, known,
        "say in this file how conventions and hooks hold on each method of {of}"
    );
    let claims = root.join("tests/suite").join(folder);
    for (method, does) in table {
        match does {
            Nothing => {}
            Reads(claim) => check_claim(&claims, method, claim),
            Writes(conventions, hooks) => {
                check_claim(&claims, method, conventions);
                check_claim(&claims, method, hooks);
            }
        }
    }
}

/// The claim is there, runs on every backend, and calls the method.
fn check_claim(folder: &Path, method: &str, claim: &str) {
    let (file, name) = claim.split_once(' ').unwrap();
    let source = fs::read_to_string(folder.join(file)).unwrap();
    let (listed, body) = source
        .split_once(&format!("async fn {name}("))
        .unwrap_or_else(|| panic!("{file} has no claim {name}"));
    assert!(
        listed.contains(&format!("    {name},")),
        "{name} is not in on_every_backend!"
    );
    let body = body.split("\n}\n").next().unwrap();
    assert!(
        body.contains(&format!(".{method}(")),
        "{name} does not call {method}"
    );
}

/// The text of all files in a folder.
fn collect(folder: &Path, sources: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, sources);
        } else {
            sources.push(fs::read_to_string(path).unwrap());
        }
    }
}

/// The public methods in the blocks `impl .. of`, without those of traits.
fn methods(source: &str, of: &str) -> Vec<String> {
    let mut found = BTreeSet::new();
    let mut inside = false;
    for line in source.lines() {
        if line.starts_with("impl") {
            let header = line.trim_end_matches('{').trim_end();
            inside = header.ends_with(&format!(" {of}")) && !header.contains(" for ");
        }
        let declared = line
            .strip_prefix("    pub fn ")
            .or_else(|| line.strip_prefix("    pub async fn "));
        if let Some(declared) = declared
            && inside
        {
            let name = declared.split(['(', '<']).next().unwrap();
            found.insert(name.to_owned());
        }
    }
    found.into_iter().collect()
}

/// The reader of sources reads what `rustfmt` writes.
#[test]
fn methods_are_found_in_their_own_blocks() {
    let source = "
impl<E: EntityTrait> Repository<E> {
    pub fn find(&self) -> Find<E> {
    pub(super) fn hidden(&self) {
}
impl<E> Repository<E>
where
    E: EntityTrait,
{
    pub async fn get_many<I>(&self, ids: I) {
}
impl<E: EntityTrait> Clone for Repository<E> {
    pub fn clone(&self) -> Self {
}
impl UnitOfWork {
    pub fn other(&self) {
";
    assert_eq!(methods(source, "Repository<E>"), ["find", "get_many"]);
    assert_eq!(methods(source, "UnitOfWork"), ["other"]);
}
