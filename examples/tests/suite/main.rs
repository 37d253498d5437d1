//! Every example runs on every backend, and prints what it is meant to.
//!
//! `expected/NAME.txt` has the output of the example `NAME`; a `*` in it stands for any text, where
//! times and versions are printed.

mod databases;
mod web;

use std::{fs, process::Command};

use databases::{Database, program, root};

/// One for each question of a user. `overhead` measures, and prints figures only.
const EXAMPLES: [&str; 14] = [
    "advanced_operations",
    "basic_crud",
    "connection_manager",
    "mixins_and_types",
    "own_finders",
    "quickstart",
    "repository",
    "session_provider",
    "table_management",
    "table_reflection",
    "three_ways",
    "transactions",
    "user_service",
    "validation",
];

/// Runs all examples on a database.
fn run_all(database: &Database) {
    let mut wrong = Vec::new();
    for name in EXAMPLES {
        let output = Command::new(program(name))
            .args(["--db", database.key])
            .envs(database.environment())
            .output()
            .unwrap_or_else(|error| panic!("{name} does not start: {error}"));
        let printed = String::from_utf8_lossy(&output.stdout);
        let expected = root().join("expected").join(format!("{name}.txt"));
        let expected = fs::read_to_string(&expected).unwrap_or_default();
        if !output.status.success() || !matches(&expected, &printed) {
            let errors = String::from_utf8_lossy(&output.stderr);
            wrong.push(format!("--- {name}, {}\n{printed}{errors}", output.status));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether each line that is printed is the one that is expected; blank lines do not count.
fn matches(expected: &str, printed: &str) -> bool {
    let lines = |text: &str| -> Vec<String> {
        let lines = text.lines().map(str::trim_end);
        lines
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (expected, printed) = (lines(expected), lines(printed));
    expected.len() == printed.len()
        && !expected.is_empty()
        && expected
            .iter()
            .zip(&printed)
            .all(|(expected, printed)| like(expected, printed))
}

fn like(pattern: &str, line: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == line;
    };
    let Some(line) = line.strip_prefix(start) else {
        return false;
    };
    (0..=line.len())
        .filter(|end| line.is_char_boundary(*end))
        .any(|end| like(rest, &line[end..]))
}

#[test]
fn patterns_match_what_they_say_and_nothing_else() {
    assert!(like("ping: *", "ping: 30us"));
    assert!(like("a * b * c", "a 1 b 2 c"));
    assert!(!like("ping: *", "pong: 30us"));
    assert!(!like("true", "false"));
    assert!(matches("a\n\nb*", "a\nbc\n"));
    assert!(!matches("a", "a\nb"));
    assert!(!matches("", ""));
}

async fn every_example_prints_what_it_promises(database: Database) {
    tokio::task::spawn_blocking(move || run_all(&database))
        .await
        .unwrap();
}

databases::on_every_backend!(every_example_prints_what_it_promises);
