//! Messages name the file, the line, the variable.

use std::fs;

use super::load;
use crate::config::Settings;

#[test]
fn files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = |text: &str| {
        fs::write(folder.path().join("xtsqlorm.toml"), text).unwrap();
        load(&[], folder.path()).unwrap_err().to_string()
    };
    assert_eq!(
        file("databases.mysql.pasword = 'x'"),
        "unknown field `pasword` in databases.mysql (xtsqlorm.toml); did you mean `password`?"
    );
    assert_eq!(
        file("databases.mysql = { type = 'mysql', database = 'd', pool.size = 'x' }"),
        "databases.mysql.pool.size (xtsqlorm.toml): expected an integer from 1 to 100000, found \
         string \"x\""
    );
    assert_eq!(
        file("a = 1\n\nb = \n"),
        "xtsqlorm.toml: line 3: string values must be quoted, expected literal string"
    );
    let path = folder.path().join("absent.toml");
    let error = load(&[("XTSQLORM_CONFIG", "absent.toml")], folder.path()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "cannot read the configuration file {} named by XTSQLORM_CONFIG",
            path.display()
        )
    );
    assert!(
        std::error::Error::source(&error)
            .unwrap()
            .to_string()
            .contains("os error 2")
    );
    let error = Settings::from_file(&path).unwrap_err().to_string();
    assert_eq!(
        error,
        format!("cannot read the configuration file {}", path.display())
    );
    let error = load(&[("XTSQLORM_CONFIG", "a.ini")], folder.path())
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "a.ini: the name of a configuration file ends in .toml, .yaml, .yml or .json"
    );
}

#[test]
fn lines_are_counted_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let error = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).unwrap();
        load(&[("XTSQLORM_CONFIG", name)], folder.path())
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        error("a.json", "{\n\"databases\": {,}\n}"),
        "a.json: line 2: key must be a string"
    );
    assert_eq!(
        error("a.yaml", "databases:\n  x: [1\n"),
        "a.yaml: line 3: while parsing a flow sequence, expected ',' or ']'"
    );
    assert_eq!(
        error("a.yaml", "- x\n"),
        "a.yaml: this is not a table of settings"
    );
}

#[test]
fn variables_are_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("xtsqlorm.toml"),
        "databases.mysql = { type = 'mysql', database = 'd' }",
    )
    .unwrap();
    let error = |name: &str, value: &str| {
        load(&[(name, value)], folder.path())
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        error("XTSQLORM__DATABASES__MYSQL__PASWORD", "x"),
        "unknown field `pasword` in databases.mysql (environment variable \
         XTSQLORM__DATABASES__MYSQL__PASWORD); did you mean `password`?",
    );
    assert_eq!(
        error("XTSQLORM__DATABSES__MYSQL__PASSWORD", "x"),
        "unknown field `databses` in the top level (environment variable \
         XTSQLORM__DATABSES__MYSQL__PASSWORD); did you mean `databases`?",
    );
    assert_eq!(
        error("XTSQLORM__DATABASES__MYSQL__PORT", "x"),
        "databases.mysql.port (environment variable XTSQLORM__DATABASES__MYSQL__PORT): expected an \
         integer from 1 to 65535, found string \"x\"",
    );
    assert_eq!(
        error("XTSQLORM__DATABASES__MYSQL__POOL__MIN_CONNECTIONS", "99"),
        "databases.mysql.pool.min_connections (environment variable \
         XTSQLORM__DATABASES__MYSQL__POOL__MIN_CONNECTIONS): 99 is more than the pool may \
         hold (15)",
    );
    assert_eq!(
        error("XTSQLORM__DATABASES__MYSQ__PASSWORD", "x"),
        "databases.mysq (environment variable XTSQLORM__DATABASES__MYSQ__PASSWORD) needs `type` \
         (one of \
         mysql, mariadb, postgres, sqlite) or `url`; did you mean the database `mysql`?",
    );
    assert_eq!(
        error("XTSQLORM__DATABASES__MYSQL", "x"),
        "databases.mysql (environment variable XTSQLORM__DATABASES__MYSQL): expected a table, \
         found a string"
    );
    assert_eq!(
        error("XTSQLORM__DATABASES____PORT", "x"),
        "environment variable XTSQLORM__DATABASES____PORT: a name between two `__` is empty"
    );
    assert_eq!(
        error("DATABASE_URL", "mysql//x"),
        "databases.default.url (environment variable DATABASE_URL): not a usable database URL: it \
         does \
         not begin with a scheme such as `mysql://`",
    );
    let both = load(
        &[
            ("XTSQLORM__DATABASES__MYSQL", "x"),
            ("XTSQLORM__DATABASES__MYSQL__PORT", "1"),
        ],
        folder.path(),
    );
    assert_eq!(
        both.unwrap_err().to_string(),
        "environment variable XTSQLORM__DATABASES__MYSQL__PORT: another variable sets a table \
         above it to \
         a plain value",
    );
}
