//! What an export writes, and what it leaves behind.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use entity::users;
use tempfile::tempdir;
use xtsqlorm::{
    dynamic::column,
    operations::{Csv, Export, Format},
    prelude::*,
    session::TransactionOptions,
};

use super::text_of;
use crate::support::{Kind, Result, TestDatabase, on_every_backend, on_sqlite};

on_every_backend!(
    an_entity_is_exported_as_its_table_is,
    the_query_says_which_rows_and_the_export_which_columns,
    a_wrong_column_is_named_before_anything_is_read,
    a_file_appears_when_it_is_whole,
    a_given_up_export_leaves_the_file_as_it_was,
    thousands_of_rows_come_once_each,
    an_export_is_of_one_moment,
    an_export_takes_part_in_the_transaction_of_its_task,
);
on_sqlite!(
    a_table_without_a_plain_key_is_exported_whole,
    only_the_columns_of_an_export_are_read,
    a_text_among_bytes_is_told_by_row_and_column,
    a_file_keeps_its_permissions_and_a_long_name,
);

async fn an_entity_is_exported_as_its_table_is(db: TestDatabase) -> Result {
    db.seeded().await?;
    let provider = db.provider();
    let typed = Repository::<users::Entity>::new(&provider);
    let by_name = DynamicRepository::reflect(&provider, "users").await?;
    for format in [Format::csv(), Format::Ndjson] {
        let mut bytes = Vec::new();
        let by_id = typed.find().order_by_asc(users::Column::Id);
        Export::of(by_id)
            .to_writer(&mut bytes, format.clone())
            .await?;
        let sorted = by_name.find().order_by_asc("id");
        let mut others = Vec::new();
        let written = Export::of(sorted).to_writer(&mut others, format).await?;
        assert_eq!(String::from_utf8(bytes)?, String::from_utf8(others)?);
        assert_eq!(written.rows, typed.count().await?);
    }
    Ok(())
}

async fn the_query_says_which_rows_and_the_export_which_columns(db: TestDatabase) -> Result {
    db.seeded().await?;
    let typed = Repository::<users::Entity>::new(&db.provider());
    let first = typed.find().filter(users::Column::Id.eq(1));
    let model = first.clone().one().await?.unwrap();
    let mut bytes = Vec::new();
    let written = Export::of(first)
        .columns(["email", "id"])
        .to_writer(&mut bytes, Format::csv())
        .await?;
    let text = String::from_utf8(bytes)?;
    assert_eq!(text, format!("email,id\n{},1\n", model.email));
    assert_eq!((written.rows, written.bytes), (1, text.len() as u64));
    let mut bytes = Vec::new();
    let by_name = DynamicRepository::reflect(&db.provider(), "users").await?;
    let nobody = by_name.find().filter(column("id").eq(-1)).columns(["id"]);
    Export::of(nobody)
        .to_writer(&mut bytes, Format::csv())
        .await?;
    assert_eq!(bytes, b"id\n");
    Ok(())
}

async fn a_wrong_column_is_named_before_anything_is_read(db: TestDatabase) -> Result {
    db.migrated().await?;
    let by_name = DynamicRepository::reflect(&db.provider(), "users").await?;
    let before = db.manager().statements_sent();
    for export in [
        Export::of(&by_name).columns(["emial"]),
        Export::of(by_name.find().columns(["emial"])),
        Export::of(&Repository::<users::Entity>::new(&db.provider())).columns(["emial"]),
    ] {
        let error = export
            .to_writer(Vec::new(), Format::csv())
            .await
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "users.emial: there is no such field; did you mean `email`?"
        );
    }
    let error = Export::of(&by_name).to_path("users.doc").await.unwrap_err();
    assert!(
        error.to_string().starts_with("users.doc: the ending"),
        "{error}"
    );
    assert_eq!(db.manager().statements_sent(), before);
    Ok(())
}

async fn a_file_appears_when_it_is_whole(db: TestDatabase) -> Result {
    db.seeded().await?;
    let by_name = DynamicRepository::reflect(&db.provider(), "users").await?;
    let folder = tempdir()?;
    let file = folder.path().join("users.csv");
    std::fs::write(&file, "old")?;
    let seen = Arc::new(AtomicU64::new(0));
    let hook = {
        let (seen, file) = (Arc::clone(&seen), file.clone());
        move |progress: xtsqlorm::operations::ExportProgress| {
            seen.store(progress.rows, Relaxed);
            assert_eq!(std::fs::read_to_string(&file).unwrap(), "old");
        }
    };
    let written = Export::of(&by_name)
        .on_progress(hook)
        .to_path(&file)
        .await?;
    assert_eq!(seen.load(Relaxed), written.rows);
    assert_eq!(
        std::fs::read_to_string(&file)?,
        text_of(&by_name, Format::csv()).await?
    );
    assert_eq!(
        std::fs::read_dir(folder.path())?.count(),
        1,
        "nothing else stays"
    );
    let nowhere = folder.path().join("no folder").join("users.csv");
    let error = Export::of(&by_name).to_path(&nowhere).await.unwrap_err();
    assert!(matches!(error, Error::File { .. }), "{error:?}");
    Ok(())
}

async fn a_given_up_export_leaves_the_file_as_it_was(db: TestDatabase) -> Result {
    db.execute(&["CREATE TABLE many (id INT NOT NULL PRIMARY KEY)"])
        .await?;
    fill(&db, 20_000).await?;
    let many = DynamicRepository::reflect(&db.provider(), "many").await?;
    let folder = tempdir()?;
    let file = folder.path().join("many.csv");
    std::fs::write(&file, "old")?;
    let (begun, hears) = tokio::sync::oneshot::channel();
    let mut begun = Some(begun);
    let export = Export::of(&many).on_progress(move |_| {
        if let Some(begun) = begun.take() {
            begun.send(()).ok();
        }
    });
    tokio::select! {
        biased;
        _ = hears => {}
        done = export.to_path(&file) => panic!("it was too fast: {done:?}"),
    }
    assert_eq!(std::fs::read_to_string(&file)?, "old");
    assert_eq!(std::fs::read_dir(folder.path())?.count(), 1);
    assert_eq!(
        many.count().await?,
        20_000,
        "the connection is of use again"
    );
    Ok(())
}

/// Numbers from 0 on.
async fn fill(db: &TestDatabase, rows: u64) -> Result {
    let mut raw = db.raw().await?;
    for from in (0..rows).step_by(1_000) {
        let values: Vec<String> = (from..from + 1_000).map(|id| format!("({id})")).collect();
        raw.run(format!("INSERT INTO many (id) VALUES {}", values.join(",")))
            .await?;
    }
    Ok(())
}

async fn thousands_of_rows_come_once_each(db: TestDatabase) -> Result {
    db.execute(&["CREATE TABLE many (id INT NOT NULL PRIMARY KEY, extra INT)"])
        .await?;
    fill(&db, 20_000).await?;
    let many = DynamicRepository::reflect(&db.provider(), "many").await?;
    let odd = many
        .find()
        .filter(column("id").gte(10))
        .columns(["extra", "id"]);
    let mut bytes = Vec::new();
    Export::of(odd).to_writer(&mut bytes, Format::csv()).await?;
    let text = String::from_utf8(bytes)?;
    let mut lines: Vec<u64> = Vec::new();
    for line in text.lines().skip(1) {
        lines.push(line.strip_prefix(',').unwrap().parse()?);
    }
    lines.sort_unstable();
    assert_eq!(lines, (10..20_000).collect::<Vec<u64>>());
    // A query with an order of its own keeps it.
    let mut bytes = Vec::new();
    let last = many.find().order_by_desc("id").limit(2);
    Export::of(last)
        .columns(["id"])
        .to_writer(&mut bytes, Format::csv())
        .await?;
    assert_eq!(String::from_utf8(bytes)?, "id\n19999\n19998\n");
    Ok(())
}

/// Rows that are added and removed behind it are not in it.
async fn an_export_is_of_one_moment(db: TestDatabase) -> Result {
    db.execute(&["CREATE TABLE many (id INT NOT NULL PRIMARY KEY)"])
        .await?;
    fill(&db, 20_000).await?;
    let many = DynamicRepository::reflect(&db.provider(), "many").await?;
    let (begun, hears) = tokio::sync::oneshot::channel();
    let mut begun = Some(begun);
    let export = Export::of(&many).on_progress(move |_| {
        if let Some(begun) = begun.take() {
            begun.send(()).ok();
        }
    });
    let change = async {
        hears.await?;
        let mut raw = db.raw().await?;
        raw.run("DELETE FROM many WHERE id >= 19000").await?;
        raw.run("INSERT INTO many (id) VALUES (50000)").await?;
        anyhow::Ok(())
    };
    let mut bytes = Vec::new();
    let (written, changed) = tokio::join!(export.to_writer(&mut bytes, Format::csv()), change);
    changed?;
    assert_eq!(written?.rows, 20_000);
    assert!(!String::from_utf8(bytes)?.contains("50000"));
    assert_eq!(many.count().await?, 19_001);
    Ok(())
}

async fn an_export_takes_part_in_the_transaction_of_its_task(db: TestDatabase) -> Result {
    db.execute(&["CREATE TABLE many (id INT NOT NULL PRIMARY KEY)"])
        .await?;
    let many = DynamicRepository::reflect(&db.provider(), "many").await?;
    let inside = db
        .provider()
        .transaction(async |_| -> Result<String> {
            many.create([("id", 7)]).await?;
            text_of(&many, Format::csv()).await
        })
        .await?;
    assert_eq!(inside, "id\n7\n");
    let read_only = TransactionOptions::new().read_only();
    let session = db.provider().create_session_with(read_only).await?;
    let bound = many.in_session(&session);
    assert_eq!(text_of(&bound, Format::Ndjson).await?, "{\"id\":7}\n");
    session.rollback().await?;
    Ok(())
}

/// Where keys may be NULL, come twice, or are dates, no row is lost at the end of a page.
async fn a_table_without_a_plain_key_is_exported_whole(db: TestDatabase) -> Result {
    assert_eq!(db.kind(), Kind::Sqlite);
    db.execute(&[
        "CREATE TABLE loose (a TEXT PRIMARY KEY, n INT)",
        "CREATE TABLE keyless (n INT)",
        "CREATE TABLE pairs (a INT, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID",
        "CREATE TABLE days (day DATETIME NOT NULL PRIMARY KEY)",
        "CREATE VIEW both_ways AS SELECT n FROM keyless",
    ])
    .await?;
    let numbers = "WITH RECURSIVE i (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM i WHERE n < 999)";
    for (table, select) in [
        ("loose", "CASE n % 2 WHEN 0 THEN 'k' || n END, n"),
        ("keyless", "n % 7"),
        ("pairs", "n % 10, 'b' || n"),
        ("days", "datetime(n * 86400, 'unixepoch') || '.500'"),
    ] {
        let insert = format!("{numbers} INSERT INTO {table} SELECT {select} FROM i");
        db.raw().await?.run(insert).await?;
    }
    for table in ["loose", "keyless", "pairs", "days", "both_ways"] {
        let rows = DynamicRepository::reflect(&db.provider(), table).await?;
        let text = text_of(&rows, Format::Csv(Csv::new().null("-"))).await?;
        assert_eq!(text.lines().count(), 1_001, "{table}");
    }
    Ok(())
}

/// A text of other bytes than those of UTF-8 can be read by nobody.
async fn only_the_columns_of_an_export_are_read(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE odd (id INTEGER NOT NULL PRIMARY KEY, a TEXT, b TEXT, c TEXT)",
        "INSERT INTO odd VALUES (1, 'A', CAST(x'ff' AS TEXT), 'C')",
    ])
    .await?;
    let odd = DynamicRepository::reflect(&db.provider(), "odd").await?;
    assert!(text_of(&odd, Format::csv()).await.is_err());
    let unordered = || odd.find().columns(["c", "b", "a"]);
    for rows in [unordered(), unordered().order_by_asc("id")] {
        let mut bytes = Vec::new();
        let chosen = Export::of(rows).columns(["a", "c", "a"]);
        chosen.to_writer(&mut bytes, Format::csv()).await?;
        assert_eq!(String::from_utf8(bytes)?, "a,c,a\nA,C,A\n");
    }
    Ok(())
}

/// `AAAA` is three zeros in base64.
async fn a_text_among_bytes_is_told_by_row_and_column(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE files (id INTEGER NOT NULL PRIMARY KEY, b BLOB)",
        "INSERT INTO files VALUES (1, x'00'), (2, NULL), (3, 'AAAA')",
    ])
    .await?;
    let files = DynamicRepository::reflect(&db.provider(), "files").await?;
    for format in [Format::csv(), Format::Ndjson] {
        let export = Export::of(&files).to_writer(Vec::new(), format.clone());
        let told = export.await.unwrap_err().to_string();
        assert!(
            told.starts_with("files.b: row 3 has a text in a column of bytes"),
            "{told}"
        );
        let as_text = Export::of(&files).as_text(["b"]);
        assert_eq!(as_text.to_writer(Vec::new(), format).await?.rows, 3);
    }
    Ok(())
}

async fn a_file_keeps_its_permissions_and_a_long_name(db: TestDatabase) -> Result {
    db.execute(&["CREATE TABLE few (id INTEGER NOT NULL PRIMARY KEY)"])
        .await?;
    let few = DynamicRepository::reflect(&db.provider(), "few").await?;
    let folder = tempdir()?;
    let long = "\u{e4}".repeat(125);
    let file = folder.path().join(&long);
    Export::of(&few).to_path_as(&file, Format::csv()).await?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        for mode in [0o600, 0o664, 0o444] {
            std::fs::set_permissions(&file, PermissionsExt::from_mode(mode))?;
            Export::of(&few).to_path_as(&file, Format::csv()).await?;
            let stays = std::fs::metadata(&file)?.permissions().mode() & 0o777;
            assert_eq!(stays, mode);
        }
    }
    assert_eq!(std::fs::read_dir(folder.path())?.count(), 1);
    Ok(())
}
