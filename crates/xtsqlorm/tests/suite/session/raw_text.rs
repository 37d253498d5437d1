//! Raw SQL that would open, end or outlive a transaction behind our back.

use sea_orm::{ConnectionTrait, DbErr, Statement};
use xtsqlorm::{Error, prelude::*};

use crate::support::{
    Kind, NOTHING, Result, TestDatabase, balance, create_ledger, deposit, on_every_backend,
    on_every_server, on_mysql_and_mariadb,
};

on_every_backend!(
    a_script_that_stops_half_way_leaves_no_transaction,
    a_begin_outside_a_session_is_taken_back,
    a_session_refuses_to_be_ended_by_text,
    texts_that_only_look_like_an_end_are_sent,
);
on_every_server!(what_a_text_sets_is_not_left_to_others);
on_mysql_and_mariadb!(
    a_session_refuses_what_would_commit_it,
    locks_of_a_text_are_not_left_to_others,
    a_server_without_autocommit_loses_nothing,
);

/// The next writer's row would be in the transaction of the script, and gone with it.
async fn a_script_that_stops_half_way_leaves_no_transaction(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let manager = db.manager();
    let begin = match db.kind() {
        crate::support::Kind::Sqlite => "BEGIN IMMEDIATE",
        _ => "BEGIN",
    };
    let script = format!("{begin}; DELETE FROM ledger; SELECT no_such_column FROM ledger; COMMIT");
    for id in 1..=3 {
        manager.execute_unprepared(&script).await.unwrap_err();
        deposit(&manager, id).await?;
    }
    assert_eq!(
        db.raw()
            .await?
            .number("SELECT COUNT(*) FROM ledger")
            .await?,
        3
    );
    assert_eq!(balance(&manager).await?, [1, 2, 3]);
    Ok(())
}

async fn a_begin_outside_a_session_is_taken_back(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let manager = db.manager();
    manager.execute_unprepared("BEGIN").await?;
    deposit(&manager, 1).await?;
    let mut other = db.raw().await?;
    assert_eq!(other.number("SELECT COUNT(*) FROM ledger").await?, 1);
    Ok(())
}

/// `commit` and `rollback` end it, and say so to whoever holds it.
async fn a_session_refuses_to_be_ended_by_text(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    deposit(&session, 1).await?;
    for text in [
        "COMMIT",
        "rollback",
        " BEGIN",
        "SAVEPOINT x",
        "START TRANSACTION",
        "-- by the app\nCOMMIT",
        "/* by the app */ ROLLBACK",
        "DELETE FROM ledger; COMMIT; DELETE FROM ledger",
    ] {
        let refused = Error::from(session.execute_unprepared(text).await.unwrap_err());
        assert!(
            matches!(refused, Error::InvalidInput { .. }),
            "{text}: {refused}"
        );
    }
    session.rollback().await?;
    assert_eq!(balance(&db.manager()).await?, NOTHING);
    Ok(())
}

async fn texts_that_only_look_like_an_end_are_sent(db: TestDatabase) -> Result {
    db.execute(&["CREATE TABLE notes (note VARCHAR(40))"])
        .await?;
    let session = db.provider().create_session().await?;
    for text in [
        "INSERT INTO notes VALUES ('a; COMMIT; b')",
        "/* ; ROLLBACK; */ INSERT INTO notes VALUES ('it''s; END')",
    ] {
        session.execute_unprepared(text).await?;
    }
    session.commit().await?;
    assert_eq!(
        db.raw().await?.number("SELECT COUNT(*) FROM notes").await?,
        2
    );
    Ok(())
}

/// Without autocommit, the next writer's row would be gone. In a session, the setting is at work until
/// the session ends.
async fn what_a_text_sets_is_not_left_to_others(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let manager = db.pool_of(1).await?;
    let (set, ask, usual) = match db.kind() {
        Kind::Postgres => (
            "SET statement_timeout = 77000",
            "SELECT setting::int8 FROM pg_settings WHERE name = 'statement_timeout'",
            0,
        ),
        _ => (
            "SET foreign_key_checks = 0",
            "SELECT CAST(@@foreign_key_checks AS SIGNED)",
            1,
        ),
    };
    async fn asked(on: &impl ConnectionTrait, ask: &str) -> std::result::Result<i64, DbErr> {
        let row = on.query_one_raw(Statement::from_string(on.get_database_backend(), ask));
        row.await?.unwrap().try_get_by_index(0)
    }
    let lose = match db.kind() {
        Kind::Postgres => "SET default_transaction_read_only = on",
        _ => "SET autocommit = 0",
    };
    let script = format!("{set}; SELECT 1");
    let mut id = 0;
    for text in [lose, set, &script] {
        manager.execute_unprepared(text).await?;
        id += 1;
        deposit(&manager, id).await?;
        assert_eq!(asked(&manager, ask).await?, usual, "{text}");
    }
    let session = SessionProvider::new(manager.clone())
        .create_session()
        .await?;
    session.execute_unprepared(set).await?;
    assert_ne!(asked(&session, ask).await?, usual);
    deposit(&session, 4).await?;
    session.commit().await?;
    assert_eq!(asked(&manager, ask).await?, usual);
    assert_eq!(balance(&db.manager()).await?, [1, 2, 3, 4]);
    Ok(())
}

async fn locks_of_a_text_are_not_left_to_others(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let manager = db.pool_of(1).await?;
    for text in [
        "LOCK TABLES ledger WRITE",
        "/* dump */ lock tables ledger read; SELECT 1",
    ] {
        manager.execute_unprepared(text).await?;
    }
    deposit(&db.manager(), 1).await?;
    deposit(&manager, 2).await?;
    assert_eq!(balance(&manager).await?, [1, 2]);
    Ok(())
}

/// MySQL commits before it changes the schema, and rolls nothing back after that.
async fn a_session_refuses_what_would_commit_it(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    deposit(&session, 1).await?;
    for text in [
        "CREATE TABLE other (id INT)",
        "TRUNCATE ledger",
        "LOCK TABLES ledger WRITE",
        "/* by the app */ OPTIMIZE TABLE ledger",
        "DELETE FROM ledger; FLUSH TABLES",
        "/*!50000 DROP TABLE ledger */",
        "SET autocommit = 1",
    ] {
        let refused = Error::from(session.execute_unprepared(text).await.unwrap_err());
        assert!(
            matches!(refused, Error::Unsupported { .. }),
            "{text}: {refused}"
        );
    }
    session
        .execute_unprepared("CREATE TEMPORARY TABLE other (id INT)")
        .await?;
    session.rollback().await?;
    assert_eq!(balance(&db.manager()).await?, NOTHING);
    Ok(())
}

/// Every connection is told what a write that stands alone means.
async fn a_server_without_autocommit_loses_nothing(db: TestDatabase) -> Result {
    let manager = db.manager();
    let sql = "SELECT CAST(@@SESSION.autocommit AS SIGNED)";
    let row = manager
        .query_one_raw(sea_orm::Statement::from_string(
            sea_orm::DbBackend::MySql,
            sql,
        ))
        .await?
        .unwrap();
    assert_eq!(row.try_get_by_index::<i64>(0)?, 1);
    Ok(())
}
