//! Raw SQL that would open, end or outlive a transaction behind our back.

use xtsqlorm::{Error, prelude::*};

use crate::support::{
    NOTHING, Result, TestDatabase, balance, create_ledger, deposit, on_every_backend,
    on_mysql_and_mariadb,
};

on_every_backend!(
    a_script_that_stops_half_way_leaves_no_transaction,
    a_begin_outside_a_session_is_taken_back,
    a_session_refuses_to_be_ended_by_text,
);
on_mysql_and_mariadb!(
    a_session_refuses_what_would_commit_it,
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

/// MySQL commits before it changes the schema, and rolls nothing back after that.
async fn a_session_refuses_what_would_commit_it(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    deposit(&session, 1).await?;
    for text in [
        "CREATE TABLE other (id INT)",
        "TRUNCATE ledger",
        "LOCK TABLES ledger WRITE",
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
