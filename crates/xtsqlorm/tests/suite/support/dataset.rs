//! Schemas that were not made for this project, from the folder that `XTSQLORM_DATASETS` names.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{Raw, Result, TestDatabase};

/// Where a dataset's file is.
pub(crate) fn dataset(file: &str) -> PathBuf {
    let root = std::env::var("XTSQLORM_DATASETS").unwrap_or_else(|_| {
        panic!("XTSQLORM_DATASETS is not set: it names the folder that holds {file}")
    });
    Path::new(&root).join(file)
}

/// Runs a dataset's script, going on after errors; returns what was refused, with the reason.
///
/// Some statements create the database that they want to be in; they run in the claim's own.
pub(crate) async fn load(db: &TestDatabase, file: &str) -> Result<Vec<String>> {
    let script = fs::read_to_string(dataset(file))?;
    let mut raw = db.raw().await?;
    let mut refused = Vec::new();
    for statement in statements(&script) {
        if chooses_database(&statement) {
            continue;
        }
        if let Err(error) = run(&mut raw, &statement).await {
            let start: String = statement.trim().chars().take(120).collect();
            refused.push(format!("{error}: {start}"));
        }
    }
    Ok(refused)
}

async fn run(raw: &mut Raw, statement: &str) -> Result {
    Ok(raw.run(statement).await?)
}

fn chooses_database(statement: &str) -> bool {
    let statement = statement.trim_start().to_ascii_uppercase();
    [
        "CREATE DATABASE",
        "CREATE SCHEMA",
        "DROP DATABASE",
        "DROP SCHEMA",
        "USE ",
    ]
    .iter()
    .any(|words| statement.starts_with(words))
}

/// The statements of a script for a client, `DELIMITER` lines of `mysql` understood.
pub(crate) fn statements(script: &str) -> Vec<String> {
    let mut statements = Vec::new();
    let mut delimiter = ";".to_owned();
    let mut current = String::new();
    let mut rest = script;
    while let Some(letter) = rest.chars().next() {
        let word = rest.get(..10).unwrap_or_default();
        let length = if current.trim().is_empty() && word.eq_ignore_ascii_case("delimiter ") {
            let line = rest.lines().next().unwrap_or_default();
            delimiter = line[10..].trim().to_owned();
            current.clear();
            rest = &rest[line.len()..];
            continue;
        } else if rest.starts_with(&delimiter) {
            statements.push(std::mem::take(&mut current));
            rest = &rest[delimiter.len()..];
            continue;
        } else if matches!(letter, '\'' | '"' | '`') {
            quoted(rest, letter)
        } else if rest.starts_with("-- ") || rest.starts_with("--\n") {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
            continue;
        } else if rest.starts_with("/*") && !rest.starts_with("/*!") {
            rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
            continue;
        } else {
            letter.len_utf8()
        };
        current.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    statements.push(current);
    statements.retain(|statement| !statement.trim().is_empty());
    statements
}

/// The length of the quoted text at the start.
fn quoted(text: &str, quote: char) -> usize {
    let mut letters = text.char_indices().skip(1);
    while let Some((place, letter)) = letters.next() {
        if letter == '\\' && quote == '\'' {
            letters.next();
        } else if letter == quote {
            return place + 1;
        }
    }
    text.len()
}

#[test]
fn a_script_is_split_as_the_client_does() {
    let script = "-- it's\nSELECT 'a;''b\\';'; /* ; */\nDELIMITER ;;\nBEGIN x; y; END;;\nDELIMITER ;\nSELECT 1;\n";
    let statements: Vec<String> = statements(script)
        .iter()
        .map(|statement| statement.trim().to_owned())
        .collect();
    assert_eq!(
        statements,
        ["SELECT 'a;''b\\';'", "BEGIN x; y; END", "SELECT 1"]
    );
}
