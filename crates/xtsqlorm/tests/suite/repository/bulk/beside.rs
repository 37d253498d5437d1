//! What others do to the same rows meanwhile.

use entity::users;
use xtsqlorm::prelude::*;

use super::{many, user};
use crate::support::{Result, TestDatabase, on_every_server};

on_every_server!(
    a_put_makes_rows_that_others_deleted,
    a_change_of_rows_that_others_deleted_is_told,
);

/// Users of a session that has looked at the table, and of whom another has deleted one since.
async fn seen_and_gone(
    db: &TestDatabase,
) -> Result<(Session, Repository<users::Entity>, Vec<users::Model>)> {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    users.bulk_create(many("u", 250)).await?;
    let session = db.provider().create_session().await?;
    let inside = users.in_session(&session);
    let rows = inside.find().order_by_asc(users::Column::Id).all().await?;
    users.delete(rows[120].id).await?;
    Ok((session, inside, rows))
}

/// MySQL's snapshot still shows the row, so that it is changed and not created, and not there.
async fn a_put_makes_rows_that_others_deleted(db: TestDatabase) -> Result {
    let (session, inside, mut rows) = seen_and_gone(&db).await?;
    for row in &mut rows {
        row.name = "put".into();
    }
    let put = |row: &users::Model| users::ActiveModel {
        id: Set(row.id),
        name: Set("put".into()),
        ..user(&row.email)
    };
    let report = inside
        .bulk_upsert(rows.iter().map(put).collect::<Vec<_>>())
        .await?;
    assert_eq!((report.inserted, report.updated), (1, 249));
    session.commit().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let stored = users.find().order_by_asc(users::Column::Id).all().await?;
    let ids = |rows: &[users::Model]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(ids(&stored), ids(&rows));
    assert!(stored.iter().all(|row| row.name == "put"));
    Ok(())
}

async fn a_change_of_rows_that_others_deleted_is_told(db: TestDatabase) -> Result {
    let (session, inside, mut rows) = seen_and_gone(&db).await?;
    for row in &mut rows {
        row.name = "changed".into();
    }
    let report = inside.bulk_update(rows).await?;
    assert_eq!((report.updated, report.missing), (249, vec![120]));
    session.commit().await?;
    Ok(())
}
