//! Several repositories in one transaction.

use entity::{countries, tags, users};
use xtsqlorm::{
    prelude::*,
    session::{Session, SessionProvider, TransactionOptions},
    unit_of_work::UnitOfWork,
};

use super::{Log, refused};
use crate::support::{Result, TestDatabase, on_every_backend, on_every_server};

on_every_backend!(
    the_closure_form_commits_or_rolls_back,
    the_explicit_form_commits_or_rolls_back,
    a_dropped_unit_leaves_nothing_behind,
    two_repositories_see_each_other_s_writes,
    a_savepoint_is_kept_or_taken_back_alone,
    a_repository_answers_session_closed_after_the_end,
    a_unit_runs_in_a_spawned_task_and_borrows,
    the_closure_form_joins_a_current_transaction,
    a_unit_s_session_takes_hooks_and_seaorm,
    options_reach_the_unit,
);
on_every_server!(the_explicit_form_is_independent_of_a_current_transaction);

fn tag(name: &str) -> tags::ActiveModel {
    tags::ActiveModel {
        name: Set(name.into()),
        ..Default::default()
    }
}

fn user(name: &str) -> users::ActiveModel {
    users::ActiveModel {
        email: Set(format!("{name}@example.com")),
        name: Set(name.into()),
        ..Default::default()
    }
}

/// How many tags and users there are, as nobody's transaction sees it.
async fn stored(db: &TestDatabase) -> Result<(i64, i64)> {
    let mut raw = db.raw().await?;
    Ok((
        raw.number("SELECT COUNT(*) FROM tags").await?,
        raw.number("SELECT COUNT(*) FROM users").await?,
    ))
}

/// `Ok` keeps what all repositories did, `Err` keeps nothing.
async fn the_closure_form_commits_or_rolls_back(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    let name = provider
        .unit_of_work(async |unit| -> xtsqlorm::Result<String> {
            let users = unit.repository::<users::Entity>();
            unit.repository::<tags::Entity>().create(tag("vip")).await?;
            Ok(users.create(user("ada")).await?.name)
        })
        .await?;
    assert_eq!(name, "ada");
    assert_eq!(stored(&db).await?, (1, 1));
    let failed: xtsqlorm::Result<()> = provider
        .unit_of_work(async |unit| {
            let users = unit.repository::<users::Entity>();
            unit.repository::<tags::Entity>().create(tag("new")).await?;
            users.create(user("grace")).await?;
            Err(refused())
        })
        .await;
    assert!(failed.unwrap_err().is_not_found());
    assert_eq!(stored(&db).await?, (1, 1));
    Ok(())
}

/// Whoever opened it says how it ends.
async fn the_explicit_form_commits_or_rolls_back(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    let unit = UnitOfWork::begin(&provider).await?;
    unit.repository::<tags::Entity>().create(tag("vip")).await?;
    unit.repository::<users::Entity>()
        .create(user("ada"))
        .await?;
    unit.commit().await?;
    assert_eq!(stored(&db).await?, (1, 1));
    let unit = UnitOfWork::begin(&provider).await?;
    unit.repository::<tags::Entity>().create(tag("new")).await?;
    unit.repository::<users::Entity>()
        .create(user("grace"))
        .await?;
    unit.rollback().await?;
    assert_eq!(stored(&db).await?, (1, 1));
    Ok(())
}

/// On every early return, too; a repository that is still there does not keep it open.
async fn a_dropped_unit_leaves_nothing_behind(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    let early_return = async || -> xtsqlorm::Result<()> {
        let unit = UnitOfWork::begin(&provider).await?;
        unit.repository::<tags::Entity>().create(tag("vip")).await?;
        Err(refused())
    };
    assert!(early_return().await.unwrap_err().is_not_found());
    let tags = Repository::<tags::Entity>::new(&provider);
    assert_eq!(tags.count().await?, 0);
    tags.create(tag("vip")).await?;
    assert_eq!(stored(&db).await?, (1, 0));
    Ok(())
}

/// One transaction below all of them, whichever was asked for first.
async fn two_repositories_see_each_other_s_writes(db: TestDatabase) -> Result {
    db.migrated().await?;
    let unit = UnitOfWork::begin(&db.provider()).await?;
    let (one, other) = (
        unit.repository::<countries::Entity>(),
        unit.repository::<countries::Entity>(),
    );
    let users = unit.repository::<users::Entity>();
    one.create(countries::ActiveModel {
        code: Set("IS".into()),
        name: Set("Iceland".into()),
    })
    .await?;
    assert_eq!(other.require_by_id("IS".to_owned()).await?.name, "Iceland");
    // The foreign key finds the row of the other repository.
    let ada = users.create(users::ActiveModel {
        country_code: Set(Some("IS".into())),
        ..user("ada")
    });
    assert_eq!(ada.await?.country_code.as_deref(), Some("IS"));
    assert_eq!(stored(&db).await?, (0, 0));
    unit.commit().await?;
    assert_eq!(stored(&db).await?, (0, 1));
    Ok(())
}

/// A unit inside a unit, which waits for its end.
async fn a_savepoint_is_kept_or_taken_back_alone(db: TestDatabase) -> Result {
    db.migrated().await?;
    let unit = UnitOfWork::begin(&db.provider()).await?;
    let tags = unit.repository::<tags::Entity>();
    tags.create(tag("outer")).await?;
    let kept = unit.savepoint().await?;
    kept.repository::<tags::Entity>()
        .create(tag("kept"))
        .await?;
    let busy = tags.create(tag("between")).await.unwrap_err();
    assert!(matches!(busy, Error::SessionBusy { .. }), "{busy:?}");
    kept.commit().await?;
    let taken_back = unit.savepoint().await?;
    let inside = taken_back.repository::<tags::Entity>();
    inside.create(tag("taken back")).await?;
    taken_back.rollback().await?;
    assert!(inside.count().await.unwrap_err().is_session_closed());
    let dropped = unit.savepoint().await?;
    let inside = dropped.repository::<tags::Entity>();
    inside.create(tag("dropped")).await?;
    drop((dropped, inside));
    assert_eq!(tags.count().await?, 2);
    unit.commit().await?;
    assert_eq!(stored(&db).await?, (2, 0));
    Ok(())
}

/// A repository that outlives its unit does not write beside it.
async fn a_repository_answers_session_closed_after_the_end(db: TestDatabase) -> Result {
    db.migrated().await?;
    for commits in [true, false] {
        let unit = UnitOfWork::begin(&db.provider()).await?;
        let tags = unit.repository::<tags::Entity>();
        assert_eq!(tags.count().await?, 0);
        match commits {
            true => unit.commit().await?,
            false => unit.rollback().await?,
        }
        assert!(tags.count().await.unwrap_err().is_session_closed());
        let late = tags.create(tag("late")).await.unwrap_err();
        assert!(late.is_session_closed(), "{late:?}");
        assert!(tags.get_by_id(1).await.unwrap_err().is_session_closed());
    }
    let escaped = db
        .provider()
        .unit_of_work(async |unit| Ok::<_, Error>(unit.repository::<tags::Entity>()))
        .await?;
    assert!(escaped.count().await.unwrap_err().is_session_closed());
    assert_eq!(stored(&db).await?, (0, 0));
    Ok(())
}

/// The future can be sent between threads, and the closure borrows from around it.
async fn a_unit_runs_in_a_spawned_task_and_borrows(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    let names = tokio::spawn(async move {
        let names = vec!["a".to_owned(), "b".to_owned()];
        let mut created = 0;
        provider
            .unit_of_work(async |unit| -> xtsqlorm::Result<()> {
                for name in &names {
                    unit.repository::<tags::Entity>().create(tag(name)).await?;
                    created += 1;
                }
                Ok(())
            })
            .await?;
        assert_eq!(created, names.len());
        Ok::<_, Error>(names)
    });
    assert_eq!(names.await??.len(), 2);
    assert_eq!(stored(&db).await?, (2, 0));
    Ok(())
}

/// Services that use a unit each can be put into one transaction.
async fn the_closure_form_joins_a_current_transaction(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    let service = async |name: &str| {
        provider
            .unit_of_work(async |unit| -> xtsqlorm::Result<()> {
                unit.repository::<tags::Entity>().create(tag(name)).await?;
                Ok(())
            })
            .await
    };
    for (commits, expected) in [(false, 0), (true, 2)] {
        let outcome = provider
            .transaction(async |_| {
                service("one").await?;
                service("two").await?;
                // Inside a unit, the unit is what a plain repository joins.
                let tags = Repository::<tags::Entity>::new(&provider);
                assert_eq!(tags.count().await?, 2);
                match commits {
                    true => Ok(()),
                    false => Err(refused()),
                }
            })
            .await;
        assert_eq!(outcome.is_ok(), commits);
        assert_eq!(stored(&db).await?, (expected, 0));
    }
    Ok(())
}

/// `begin` opens a transaction of its own.
async fn the_explicit_form_is_independent_of_a_current_transaction(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    let outcome: xtsqlorm::Result<()> = provider
        .transaction(async |_| {
            let unit = UnitOfWork::begin(&provider).await?;
            unit.repository::<tags::Entity>().create(tag("vip")).await?;
            unit.commit().await?;
            Err(refused())
        })
        .await;
    assert!(outcome.unwrap_err().is_not_found());
    assert_eq!(stored(&db).await?, (1, 0));
    Ok(())
}

/// What is not a repository's business is the session's.
async fn a_unit_s_session_takes_hooks_and_seaorm(db: TestDatabase) -> Result {
    use sea_orm::{ActiveModelTrait, EntityTrait};
    db.migrated().await?;
    let log = Log::default();
    let unit = UnitOfWork::begin(&db.provider()).await?;
    unit.session().after_commit_sync(log.hook("committed"));
    tag("vip").insert(unit.session()).await?;
    assert_eq!(unit.repository::<tags::Entity>().count().await?, 1);
    let failed: xtsqlorm::Result<()> = Session::transaction(unit.session(), async |inner| {
        tag("inner").insert(inner).await?;
        Err(refused())
    })
    .await;
    assert!(failed.unwrap_err().is_not_found());
    assert_eq!(tags::Entity::find().all(unit.session()).await?.len(), 1);
    unit.commit().await?;
    assert_eq!(log.entries(), ["committed"]);
    assert_eq!(stored(&db).await?, (1, 0));
    Ok(())
}

/// A unit that only reads is refused its writes.
async fn options_reach_the_unit(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = SessionProvider::new(db.pool_of(2).await?);
    let options = TransactionOptions::new().read_only();
    let unit = UnitOfWork::begin_with(&provider, options).await?;
    let tags = unit.repository::<tags::Entity>();
    assert_eq!(tags.count().await?, 0);
    tags.create(tag("vip")).await.unwrap_err();
    unit.rollback().await?;
    assert_eq!(stored(&db).await?, (0, 0));
    Ok(())
}
