//! Hooks and the end of the transaction.

use std::sync::{Arc, Mutex};

use entity::{tags, users};
use xtsqlorm::{
    prelude::*,
    repository::hooks::{Event, Hooks, Phase},
};

use super::Diary;
use crate::{
    repository::{
        conventions::{kept, named},
        writes::user,
    },
    support::{Result, TestDatabase, on_every_backend},
};

on_every_backend!(
    hooks_of_the_commit_run_after_it,
    hooks_of_the_commit_never_run_after_a_rollback,
    hooks_of_the_commit_run_after_a_statement_that_stands_alone,
    a_hook_writes_into_the_same_transaction,
    an_after_hook_that_fails,
);

async fn hooks_of_the_commit_run_after_it(db: TestDatabase) -> Result {
    db.migrated().await?;
    let diary = Diary::new(Phase::Commit);
    let users = kept(&db).0.hook(diary.clone());
    let provider = db.provider();
    provider
        .transaction(async |session| -> xtsqlorm::Result<()> {
            let row = users.create(user("a@example.com")).await?;
            session
                .transaction(async |_| users.update(row.id, named("B")).await)
                .await?;
            let undone = session.savepoint().await?;
            users.in_session(&undone).delete(row.id).await?;
            undone.rollback().await?;
            let lines = diary.take();
            assert!(
                lines.iter().all(|line| line.starts_with("before")),
                "{lines:?}"
            );
            Ok(())
        })
        .await?;
    assert_eq!(
        diary.take(),
        [
            "after_create Create key 1 committed",
            "after_update Update key 1 committed"
        ]
    );
    users
        .create_many([user("b@example.com"), user("c@example.com")])
        .await?;
    assert_eq!(
        diary.take()[2..],
        [
            "after_create Create#0 key 1 committed",
            "after_create Create#1 key 1 committed"
        ]
    );
    Ok(())
}

async fn hooks_of_the_commit_never_run_after_a_rollback(db: TestDatabase) -> Result {
    db.migrated().await?;
    let diary = Diary::new(Phase::Commit);
    let users = kept(&db).0.hook(diary.clone());
    let unit = UnitOfWork::begin(&db.provider()).await?;
    unit.join(&users).create(user("a@example.com")).await?;
    unit.rollback().await?;
    let failed = db
        .provider()
        .transaction(async |_| -> xtsqlorm::Result<()> {
            users.create(user("a@example.com")).await?;
            users.create(user("a@example.com")).await?;
            Ok(())
        })
        .await;
    assert!(failed.unwrap_err().is_unique_violation());
    let lines = diary.take();
    assert_eq!(lines.len(), 3);
    assert!(
        lines.iter().all(|line| line.starts_with("before")),
        "{lines:?}"
    );
    Ok(())
}

async fn hooks_of_the_commit_run_after_a_statement_that_stands_alone(db: TestDatabase) -> Result {
    db.migrated().await?;
    let diary = Diary::new(Phase::Commit);
    let users = kept(&db).0.hook(diary.clone());
    users.create(user("a@example.com")).await?;
    assert_eq!(
        diary.take(),
        [
            "before_create Create new",
            "after_create Create key 1 committed"
        ]
    );
    Ok(())
}

/// Leaves a tag for each user that is created.
struct Tags;

#[async_trait::async_trait]
impl Hooks<users::Entity> for Tags {
    async fn after_create(
        &self,
        row: Option<&users::Model>,
        event: &Event,
    ) -> xtsqlorm::Result<()> {
        let Some(row) = row else { return Ok(()) };
        assert_eq!(event.session().is_some(), !event.is_committed());
        let tag = tags::ActiveModel {
            name: Set(row.email.clone()),
            ..Default::default()
        };
        let tags = Repository::<tags::Entity>::new(event.provider());
        tags.create(tag).await.map(drop)
    }
}

async fn a_hook_writes_into_the_same_transaction(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = kept(&db).0.hook(Tags);
    let tags = Repository::<tags::Entity>::new(&db.provider());
    let session = db.provider().create_session().await?;
    users
        .create_in_session(&session, user("a@example.com"))
        .await?;
    assert_eq!(tags.in_session(&session).count().await?, 1);
    session.rollback().await?;
    assert_eq!(tags.count().await?, 0);
    let many = ["b@example.com", "c@example.com"].map(user);
    users.create_many(many).await?;
    assert_eq!(tags.count().await?, 2);
    Ok(())
}

/// Fails after every write.
#[derive(Clone)]
struct Fails(Phase, Arc<Mutex<u32>>);

#[async_trait::async_trait]
impl Hooks<users::Entity> for Fails {
    fn phase(&self) -> Phase {
        self.0
    }

    async fn after_create(&self, _: Option<&users::Model>, _: &Event) -> xtsqlorm::Result<()> {
        *self.1.lock().unwrap() += 1;
        Err(Error::InvalidInput {
            subject: "the hook".into(),
            problem: "failed".into(),
            remedy: "repair it".into(),
        })
    }
}

/// Inside a transaction it undoes the write, unless it waits for the commit.
async fn an_after_hook_that_fails(db: TestDatabase) -> Result {
    db.migrated().await?;
    let plain = kept(&db).0;
    let strict = plain.clone().hook(Fails(Phase::Statement, Arc::default()));
    let failed = strict.create_many([user("a@example.com")]).await;
    assert_eq!(
        failed.unwrap_err().to_string(),
        "the hook: failed; repair it"
    );
    assert_eq!(plain.count().await?, 0);
    strict.create(user("a@example.com")).await.unwrap_err();
    assert_eq!(plain.count().await?, 1);

    let late = Fails(Phase::Commit, Arc::default());
    let users = plain.clone().hook(late.clone());
    users.create_many([user("b@example.com")]).await?;
    users.create(user("c@example.com")).await?;
    assert_eq!((plain.count().await?, *late.1.lock().unwrap()), (3, 2));
    Ok(())
}
