//! The end of a table.

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, Statement};
use xtsqlorm::{
    Error,
    reflect::reflect_table,
    session::SessionProvider,
    tables::{
        DropOptions, copy_table_structure, create_if_missing, drop_table, drop_table_with, exists,
    },
};

use super::{HOSTILE, number, quoted, run};
use crate::support::{
    Kind, Result, TestDatabase, on_every_backend, on_every_server, on_mysql_and_mariadb,
    on_postgres, on_sqlite,
};

on_every_backend!(
    a_table_that_others_refer_to_stays,
    a_table_that_refers_to_itself_goes,
    what_is_no_table_is_not_dropped,
    a_table_that_is_not_there_is_an_error_unless_asked,
    hostile_names_are_dropped_as_they_are
);
on_every_server!(
    foreign_keys_go_with_the_table_when_asked,
    nobody_waits_for_ever_for_a_table_that_he_holds_himself
);
on_mysql_and_mariadb!(
    a_table_whose_name_differs_in_case_keeps_its_keys,
    what_a_cascade_did_before_it_was_given_up_is_seen
);
on_postgres!(views_and_heirs_keep_a_table);
on_sqlite!(
    no_foreign_key_is_left_without_its_table,
    a_virtual_table_goes_with_what_keeps_its_data,
    a_change_inside_a_transaction_that_writes_is_refused_at_once
);

const FAMILY: [&str; 4] = [
    "CREATE TABLE parent (id INTEGER NOT NULL PRIMARY KEY)",
    "CREATE TABLE child (id INTEGER, p INTEGER, q INTEGER, \
     CONSTRAINT child_p FOREIGN KEY (p) REFERENCES parent (id), \
     CONSTRAINT child_q FOREIGN KEY (q) REFERENCES parent (id))",
    "CREATE TABLE cousin (p INTEGER, CONSTRAINT cousin_p FOREIGN KEY (p) REFERENCES parent (id))",
    "INSERT INTO parent VALUES (1)",
];

/// With its rows; the error names the others, and they go first.
async fn a_table_that_others_refer_to_stays(db: TestDatabase) -> Result {
    run(&db, &FAMILY).await?;
    let manager = db.manager();
    let schema = reflect_table("parent", &manager).await?.name.schema.clone();
    let refused = drop_table("parent", &manager).await.unwrap_err();
    let others = format!("`{schema}.child`, `{schema}.cousin` refer to it");
    assert!(refused.to_string().contains(&others), "{refused}");
    assert_eq!(number(&db, "SELECT COUNT(*) FROM parent").await?, 1);
    drop_table("cousin", &manager).await?;
    drop_table(&format!("{schema}.child"), &manager).await?;
    drop_table("parent", &manager).await?;
    for name in ["parent", "child", "cousin"] {
        assert!(!exists(name, &manager).await?);
    }
    assert!(
        reflect_table("parent", &manager).await.is_err(),
        "nor is it remembered"
    );
    Ok(())
}

async fn a_table_that_refers_to_itself_goes(db: TestDatabase) -> Result {
    run(
        &db,
        &[
            "CREATE TABLE tree (id INTEGER NOT NULL PRIMARY KEY, up INTEGER, \
             FOREIGN KEY (up) REFERENCES tree (id))",
            "INSERT INTO tree VALUES (1, NULL), (2, 1)",
        ],
    )
    .await?;
    drop_table("tree", &db.manager()).await?;
    assert!(!exists("tree", &db.manager()).await?);
    Ok(())
}

async fn what_is_no_table_is_not_dropped(db: TestDatabase) -> Result {
    run(
        &db,
        &[
            "CREATE TABLE a (id INTEGER)",
            "CREATE VIEW v AS SELECT id FROM a",
        ],
    )
    .await?;
    let manager = db.manager();
    let options = DropOptions::new().cascade(true).if_exists(true);
    let refused = drop_table_with("v", options, &manager).await.unwrap_err();
    assert!(refused.to_string().contains("it is a view"), "{refused}");
    assert!(exists("v", &manager).await?);
    Ok(())
}

async fn a_table_that_is_not_there_is_an_error_unless_asked(db: TestDatabase) -> Result {
    run(&db, &["CREATE TABLE orders (id INTEGER)"]).await?;
    let manager = db.manager();
    let refused = drop_table("order", &manager).await.unwrap_err();
    assert!(
        refused.to_string().contains("did you mean `orders`?"),
        "{refused}"
    );
    let if_exists = DropOptions::new().if_exists(true);
    assert!(!drop_table_with("order", if_exists, &manager).await?);
    assert!(drop_table_with("orders", if_exists, &manager).await?);
    for name in ["", "a\0b"] {
        assert!(drop_table_with(name, if_exists, &manager).await.is_err());
    }
    Ok(())
}

/// And nothing beside them.
async fn hostile_names_are_dropped_as_they_are(db: TestDatabase) -> Result {
    run(&db, &["CREATE TABLE users (id INTEGER)"]).await?;
    let manager = db.manager();
    for name in HOSTILE {
        run(
            &db,
            &[&format!("CREATE TABLE {} (id INTEGER)", quoted(&db, name))],
        )
        .await?;
        assert!(exists(name, &manager).await?);
        drop_table(name, &manager).await?;
        assert!(!exists(name, &manager).await?);
    }
    assert!(exists("users", &manager).await?);
    Ok(())
}

/// The tables that they were of stay, with their rows.
async fn foreign_keys_go_with_the_table_when_asked(db: TestDatabase) -> Result {
    run(&db, &FAMILY).await?;
    run(&db, &["INSERT INTO child VALUES (5, 1, NULL)"]).await?;
    let manager = db.manager();
    assert_eq!(
        reflect_table("child", &manager).await?.foreign_keys.len(),
        2
    );
    let cascade = DropOptions::new().cascade(true);
    assert!(drop_table_with("parent", cascade, &manager).await?);
    assert!(!exists("parent", &manager).await?);
    assert!(
        reflect_table("child", &manager)
            .await?
            .foreign_keys
            .is_empty()
    );
    assert_eq!(
        number(&db, "SELECT COUNT(*) FROM child WHERE p = 1").await?,
        1
    );
    assert_ne!(db.kind(), Kind::Sqlite);
    Ok(())
}

/// The server keeps track of them.
async fn views_and_heirs_keep_a_table(db: TestDatabase) -> Result {
    run(
        &db,
        &[
            "CREATE TABLE base (id INTEGER); CREATE TABLE heir () INHERITS (base); \
             CREATE SCHEMA other; CREATE VIEW other.seen AS SELECT id FROM base",
        ],
    )
    .await?;
    let manager = db.manager();
    let refused = drop_table("base", &manager).await.unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("`other.seen`, `public.heir` refer to it"),
        "{refused}"
    );
    assert!(drop_table_with("base", DropOptions::new().cascade(true), &manager).await?);
    assert!(!exists("heir", &manager).await? && !exists("other.seen", &manager).await?);
    Ok(())
}

/// SQLite would leave it there, and refuse every row of its table from then on.
async fn no_foreign_key_is_left_without_its_table(db: TestDatabase) -> Result {
    run(&db, &FAMILY).await?;
    let manager = db.manager();
    let cascade = DropOptions::new().cascade(true);
    let refused = drop_table_with("PARENT", cascade, &manager).await;
    assert!(
        matches!(refused, Err(Error::Unsupported { .. })),
        "{refused:?}"
    );
    assert_eq!(number(&db, "SELECT COUNT(*) FROM parent").await?, 1);
    assert!(
        drop_table_with("child", cascade, &manager).await?,
        "nothing refers to this one"
    );
    Ok(())
}

/// Which does not go by itself.
async fn a_virtual_table_goes_with_what_keeps_its_data(db: TestDatabase) -> Result {
    run(&db, &["CREATE VIRTUAL TABLE words USING fts5 (body)"]).await?;
    let manager = db.manager();
    let refused = drop_table("words_data", &manager).await.unwrap_err();
    assert!(
        refused.to_string().contains("it is a shadow table"),
        "{refused}"
    );
    drop_table("words", &manager).await?;
    assert!(!exists("words_data", &manager).await?);
    Ok(())
}

/// The transaction of the caller goes on, and the connection is as it was.
async fn nobody_waits_for_ever_for_a_table_that_he_holds_himself(db: TestDatabase) -> Result {
    run(&db, &["CREATE TABLE t (id INTEGER)"]).await?;
    // One for the transaction, and one for the change and what is asked after it.
    let manager = db.pool_of(2).await?;
    let provider = SessionProvider::new(manager.clone());
    let as_before = match db.kind() {
        Kind::Postgres => "SELECT (current_setting('lock_timeout') = '0')::int::bigint",
        _ => "SELECT CAST(@@SESSION.lock_wait_timeout = @@GLOBAL.lock_wait_timeout AS SIGNED)",
    };
    provider
        .transaction(async |session| -> Result {
            session
                .execute_unprepared("INSERT INTO t VALUES (1)")
                .await?;
            let started = Instant::now();
            let refused = drop_table("t", &manager).await.unwrap_err();
            assert!(refused.is_lock_timeout(), "{refused:?}");
            assert!(started.elapsed() > Duration::from_secs(20));
            let asked = Statement::from_string(manager.backend().dialect(), as_before);
            let row = manager.query_one_raw(asked).await?.unwrap();
            assert_eq!(row.try_get_by_index::<i64>(0)?, 1);
            Ok(())
        })
        .await?;
    assert_eq!(number(&db, "SELECT COUNT(*) FROM t").await?, 1);
    drop_table("t", &manager).await?;
    manager.dispose().await;
    Ok(())
}

/// Where the server tells them apart.
async fn a_table_whose_name_differs_in_case_keeps_its_keys(db: TestDatabase) -> Result {
    if number(&db, "SELECT CAST(@@lower_case_table_names AS SIGNED)").await? > 0 {
        return Ok(());
    }
    run(
        &db,
        &[
            "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY)",
            "CREATE TABLE Users (id INTEGER NOT NULL PRIMARY KEY, lower INTEGER, \
             CONSTRAINT to_lower FOREIGN KEY (lower) REFERENCES users (id))",
            "CREATE TABLE child (p INTEGER, \
             CONSTRAINT child_p FOREIGN KEY (p) REFERENCES users (id))",
        ],
    )
    .await?;
    let manager = db.manager();
    let refused = drop_table("users", &manager).await.unwrap_err();
    for other in ["Users", "child"] {
        let other = format!("`{}.{other}`", db.name());
        assert!(refused.to_string().contains(&other), "{refused}");
    }
    let cascade = DropOptions::new().cascade(true);
    assert!(drop_table_with("Users", cascade, &manager).await?);
    let child = reflect_table("child", &manager).await?;
    assert_eq!(child.foreign_keys.len(), 1);
    assert!(drop_table_with("users", cascade, &manager).await?);
    let child = reflect_table("child", &manager).await?;
    assert!(child.foreign_keys.is_empty());
    Ok(())
}

/// These servers keep each statement, and the model of before would be wrong.
async fn what_a_cascade_did_before_it_was_given_up_is_seen(db: TestDatabase) -> Result {
    run(&db, &FAMILY).await?;
    let manager = db.manager();
    let keys = async || Ok::<_, Error>(reflect_table("child", &manager).await?.foreign_keys.len());
    assert_eq!(keys().await?, 2);
    let mut reader = db.raw().await?;
    reader.run("START TRANSACTION").await?;
    reader.numbers("SELECT p FROM cousin").await?;
    // The keys of the child go first, and then the cousin has to be waited for.
    let cascade = drop_table_with("parent", DropOptions::new().cascade(true), &manager);
    let given_up = tokio::time::timeout(Duration::from_secs(5), cascade).await;
    assert!(given_up.is_err());
    assert_eq!(keys().await?, 0);
    reader.run("ROLLBACK").await?;
    Ok(())
}

/// It would wait for the transaction, which waits for it.
async fn a_change_inside_a_transaction_that_writes_is_refused_at_once(db: TestDatabase) -> Result {
    run(&db, &["CREATE TABLE t (id INTEGER)"]).await?;
    let manager = db.manager();
    let model = reflect_table("t", &manager).await?;
    let refused = |error: Error| matches!(error, Error::Unsupported { .. });
    let started = Instant::now();
    db.provider()
        .transaction(async |_| -> Result {
            assert!(refused(drop_table("t", &manager).await.unwrap_err()));
            assert!(refused(
                create_if_missing(&model, &manager).await.unwrap_err()
            ));
            let copied = copy_table_structure("t", "u", &manager).await;
            assert!(refused(copied.unwrap_err()));
            Ok(())
        })
        .await?;
    assert!(started.elapsed() < Duration::from_secs(4));
    drop_table("t", &manager).await?;
    Ok(())
}
