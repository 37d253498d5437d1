//! What happens to the files of the entity crate.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::support::{Result, TestDatabase, assert_code, reflect, run};

/// Two tables, a key between them, an enum, a column that an override can change.
const SCHEMA: [&str; 3] = [
    "CREATE TABLE owner (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL \
     COMMENT 'as [printed]') \
     COMMENT 'who pays'",
    "CREATE TABLE item (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, owner_id INT NOT NULL, \
     public_id BINARY(16) NOT NULL UNIQUE, state ENUM('new','in-use') NOT NULL DEFAULT 'new', \
     price DECIMAL(10,2) NOT NULL, doubled DECIMAL(11,2) AS (price * 2) STORED, doc JSON, \
     seen TIMESTAMP NULL, made DATETIME NOT NULL, FOREIGN KEY (owner_id) REFERENCES owner (id))",
    "CREATE VIEW cheap AS SELECT * FROM item WHERE price < 1",
];

async fn database() -> Result<TestDatabase> {
    let database = TestDatabase::create("XTSQLORM_TEST_MYSQL_URL", "files").await?;
    let mut connection = database.connect().await?;
    for statement in SCHEMA {
        run(&mut connection, statement).await?;
    }
    Ok(database)
}

/// Every file of the crate.
fn contents(dir: &Path) -> Result<BTreeMap<String, String>> {
    let mut contents = BTreeMap::new();
    for entry in fs::read_dir(dir.join("src"))? {
        let entry = entry?;
        contents.insert(
            entry.file_name().to_string_lossy().into_owned(),
            fs::read_to_string(entry.path())?,
        );
    }
    Ok(contents)
}

mod a_second_run_gives_the_same_bytes_and_check_sees_drift {
    use super::*;

    #[tokio::test]
    #[ignore = "needs a server: scripts/test"]
    async fn mysql() -> Result<()> {
        let database = database().await?;
        let dir = tempfile::tempdir()?;
        let out = dir.path().join("entity");
        assert_code(&reflect(&database.url(), &out, &["--dry-run"]), 0);
        assert!(!out.exists(), "a dry run writes nothing");
        assert_code(&reflect(&database.url(), &out, &["--check"]), 1);
        assert!(!out.exists(), "a check writes nothing");

        assert_code(&reflect(&database.url(), &out, &[]), 0);
        let first = contents(&out)?;
        assert_eq!(
            first.keys().collect::<Vec<_>>(),
            [
                "cheap.rs",
                "item.rs",
                "lib.rs",
                "owner.rs",
                "prelude.rs",
                "read_only.rs",
                "sea_orm_active_enums.rs"
            ]
        );
        fs::remove_dir_all(out.join("src"))?;
        assert_code(&reflect(&database.url(), &out, &[]), 0);
        assert_eq!(contents(&out)?, first);
        assert_code(&reflect(&database.url(), &out, &["--check"]), 0);

        let mut connection = database.connect().await?;
        run(&mut connection, "ALTER TABLE item ADD COLUMN note TEXT").await?;
        let output = reflect(&database.url(), &out, &["--check"]);
        assert_code(&output, 1);
        let diff = String::from_utf8(output.stdout)?;
        assert!(diff.contains("+    pub note: Option<String>,"), "{diff}");
        assert_eq!(contents(&out)?, first);
        database.drop().await
    }
}

mod a_file_written_by_hand_is_never_overwritten {
    use super::*;

    #[tokio::test]
    #[ignore = "needs a server: scripts/test"]
    async fn mysql() -> Result<()> {
        let database = database().await?;
        let dir = tempfile::tempdir()?;
        fs::create_dir(dir.path().join("src"))?;
        fs::write(dir.path().join("src/item.rs"), "// by hand\n")?;
        let output = reflect(&database.url(), dir.path(), &["--prune"]);
        assert_code(&output, 1);
        assert!(String::from_utf8(output.stderr)?.contains("src/item.rs"));
        assert_eq!(
            contents(dir.path())?,
            BTreeMap::from([("item.rs".to_owned(), "// by hand\n".to_owned())])
        );

        assert_code(
            &reflect(&database.url(), dir.path(), &["--exclude", "it*"]),
            0,
        );
        assert_eq!(contents(dir.path())?["item.rs"], "// by hand\n");
        database.drop().await
    }
}

mod tables_that_are_gone_leave_files_until_pruned {
    use super::*;

    #[tokio::test]
    #[ignore = "needs a server: scripts/test"]
    async fn mysql() -> Result<()> {
        let database = database().await?;
        let dir = tempfile::tempdir()?;
        assert_code(&reflect(&database.url(), dir.path(), &[]), 0);
        let mut connection = database.connect().await?;
        run(&mut connection, "DROP VIEW cheap").await?;
        run(&mut connection, "DROP TABLE item").await?;
        let output = reflect(&database.url(), dir.path(), &[]);
        assert_code(&output, 0);
        assert!(
            String::from_utf8(output.stderr)?.contains("item.rs: belongs to no table any more")
        );
        assert!(dir.path().join("src/item.rs").exists());
        assert_code(&reflect(&database.url(), dir.path(), &["--prune"]), 0);
        assert!(!dir.path().join("src/item.rs").exists());
        database.drop().await
    }
}

mod overrides_change_types_and_unknown_ones_are_errors {
    use super::*;

    #[tokio::test]
    #[ignore = "needs a server: scripts/test"]
    async fn mysql() -> Result<()> {
        let database = database().await?;
        let dir = tempfile::tempdir()?;
        let config = dir.path().join("some.toml");
        let config_text = config.display().to_string();
        fs::write(&config, "[reflect.types]\n\"item.public_id\" = \"Uuid\"\n")?;
        assert_code(
            &reflect(&database.url(), dir.path(), &["--config", &config_text]),
            0,
        );
        let item = &contents(dir.path())?["item.rs"];
        for line in [
            "pub public_id: Uuid,",
            "pub state: ItemState,",
            "pub price: Decimal,",
            "pub doc: Option<Json>,",
            "pub seen: Option<DateTimeUtc>,",
            "pub made: DateTime,",
            "/// Computed by the database as",
        ] {
            assert!(item.contains(line), "no {line} in\n{item}");
        }
        fs::write(&config, "[reflect.types]\n\"item.publicid\" = \"Uuid\"\n")?;
        let output = reflect(&database.url(), dir.path(), &["--config", &config_text]);
        assert_code(&output, 1);
        let error = String::from_utf8(output.stderr)?;
        assert!(
            error.contains("\"item.publicid\"") && error.contains("\"item.public_id\""),
            "{error}"
        );
        database.drop().await
    }
}

mod a_wrong_password_is_in_no_message {
    use super::*;

    #[tokio::test]
    #[ignore = "needs a server: scripts/test"]
    async fn mysql() -> Result<()> {
        let database = database().await?;
        let url = database.url();
        let (_, host) = url
            .split_once('@')
            .or(url.split_once("//"))
            .ok_or("a host")?;
        let url = format!("mysql://nobody:s3cr%65t-word@{host}");
        let output = reflect(&url, &std::env::temp_dir(), &["--dry-run"]);
        assert_code(&output, 1);
        let text = String::from_utf8(output.stderr)?;
        assert!(
            text.contains("cannot connect") && text.contains("nobody"),
            "{text}"
        );
        assert!(
            !text.contains("s3cr%65t-word") && !text.contains("s3cret-word"),
            "{text}"
        );
        database.drop().await
    }
}

#[test]
fn a_password_is_in_no_message() {
    let dir = std::env::temp_dir();
    for url in [
        "mysql://app:s3cr%65t-word@127.0.0.1:1/shop",
        "mysql://app:s3cr%65t-word@nowhere.invalid/shop",
        "mysql://app:s3cr%65t-word@127.0.0.1:99999/shop",
        "nosql://app:s3cr%65t-word@127.0.0.1/shop",
    ] {
        let output = reflect(url, &dir, &["--dry-run"]);
        assert_code(&output, 1);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !text.contains("s3cr%65t-word") && !text.contains("s3cret-word"),
            "{text}"
        );
    }
}
