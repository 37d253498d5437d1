//! Code around every write: when it runs, what it is told, and what its errors do.

mod commits;

use std::sync::{Arc, Mutex};

use entity::users;
use serde_json::json;
use xtsqlorm::{
    prelude::*,
    repository::hooks::{Event, Hooked, Hooks, Phase, Target},
};

use super::{conventions::kept, conventions::named, writes::user};
use crate::support::{Result, TestDatabase, on_every_backend};

on_every_backend!(
    every_way_to_write_runs_the_hooks,
    a_hook_changes_what_is_written,
    a_hook_refuses_before_anything_is_sent,
    hooks_run_where_something_was_written,
    hooks_run_in_order,
);

/// Writes down what it is told, each as `method operation table target`.
#[derive(Clone)]
pub(crate) struct Diary {
    lines: Arc<Mutex<Vec<String>>>,
    phase: Phase,
    name: &'static str,
}

impl Diary {
    pub(crate) fn new(phase: Phase) -> Self {
        Self {
            lines: Arc::default(),
            phase,
            name: "",
        }
    }

    /// Another writer of the same diary.
    fn signed(&self, name: &'static str) -> Self {
        Self {
            name,
            ..self.clone()
        }
    }

    fn write(&self, method: &str, event: &Event) {
        let target = match event.target() {
            Target::New => "new".to_owned(),
            Target::Key(key) => format!("{:?}", key.clone().into_iter().next().unwrap()),
            _ => "where".to_owned(),
        };
        let index = event.index().map(|index| format!("#{index}"));
        let rows = event.rows().map(|rows| format!(" {rows}"));
        let line = format!(
            "{}{method} {:?}{} {target}{}{}",
            self.name,
            event.operation(),
            index.unwrap_or_default(),
            rows.unwrap_or_default(),
            if event.is_committed() {
                " committed"
            } else {
                ""
            },
        );
        assert_eq!(event.table(), "users");
        self.lines.lock().unwrap().push(line);
    }

    /// What was written since the last time, keys left out.
    pub(crate) fn take(&self) -> Vec<String> {
        let lines = std::mem::take(&mut *self.lines.lock().unwrap());
        let without_key = |line: String| match (line.find("BigInt("), line.find(')')) {
            (Some(start), Some(end)) => format!("{}key{}", &line[..start], &line[end + 2..]),
            _ => line,
        };
        lines.into_iter().map(without_key).collect()
    }
}

#[async_trait::async_trait]
impl<T: Hooked> Hooks<T> for Diary {
    fn phase(&self) -> Phase {
        self.phase
    }

    async fn before_create(&self, _: &mut T::Changes, event: &Event) -> xtsqlorm::Result<()> {
        self.write("before_create", event);
        Ok(())
    }

    async fn before_update(&self, _: &mut T::Changes, event: &Event) -> xtsqlorm::Result<()> {
        self.write("before_update", event);
        Ok(())
    }

    async fn before_delete(&self, event: &Event) -> xtsqlorm::Result<()> {
        self.write("before_delete", event);
        Ok(())
    }

    async fn after_create(&self, row: Option<&T::Row>, event: &Event) -> xtsqlorm::Result<()> {
        assert_eq!(row.is_some(), event.key().is_some());
        self.write("after_create", event);
        Ok(())
    }

    async fn after_update(&self, row: Option<&T::Row>, event: &Event) -> xtsqlorm::Result<()> {
        assert_eq!(row.is_some(), event.key().is_some());
        self.write("after_update", event);
        Ok(())
    }

    async fn after_delete(&self, event: &Event) -> xtsqlorm::Result<()> {
        self.write("after_delete", event);
        Ok(())
    }
}

async fn every_way_to_write_runs_the_hooks(db: TestDatabase) -> Result {
    db.migrated().await?;
    let diary = Diary::new(Phase::Statement);
    let users = kept(&db).0.hook(diary.clone());
    macro_rules! runs {
        ($write:expr, [$($line:literal),*]) => {{
            let written = $write.await?;
            let expected: [&str; _] = [$($line),*];
            assert_eq!(diary.take(), expected);
            written
        }};
    }
    let row = runs!(
        users.create(user("a@example.com")),
        [
            "before_create Create new",
            "after_create Create key 1 committed"
        ]
    );
    runs!(
        users.create_many([
            user("b@example.com"),
            users::ActiveModel {
                id: Set(99),
                ..user("c@example.com")
            }
        ]),
        [
            "before_create Create#0 new",
            "before_create Create#1 key",
            "after_create Create#0 key 1",
            "after_create Create#1 key 1"
        ]
    );
    runs!(
        users.create_json(json!({ "email": "d@example.com", "name": "D" })),
        [
            "before_create Create new",
            "after_create Create key 1 committed"
        ]
    );
    runs!(
        users.get_or_create(
            users::Column::Email.eq("e@example.com"),
            user("e@example.com")
        ),
        [
            "before_create Create new",
            "after_create Create key 1 committed"
        ]
    );
    runs!(
        users.get_or_create(
            users::Column::Email.eq("e@example.com"),
            user("e@example.com")
        ),
        []
    );
    runs!(
        users.upsert(row.clone()),
        [
            "before_create Upsert key",
            "after_create Upsert key 1 committed"
        ]
    );
    runs!(
        users.upsert(user("f@example.com")),
        [
            "before_create Upsert new",
            "after_create Upsert key 1 committed"
        ]
    );
    runs!(
        users.update(row.id, named("B")),
        [
            "before_update Update key",
            "after_update Update key 1 committed"
        ]
    );
    runs!(
        users.update_json(row.id, json!({ "name": "C" })),
        [
            "before_update Update key",
            "after_update Update key 1 committed"
        ]
    );
    runs!(
        users.update_where(users::Column::Id.lte(row.id), named("D")),
        [
            "before_update Update where",
            "after_update Update where 1 committed"
        ]
    );
    runs!(
        users.delete(row.id),
        [
            "before_delete Delete key",
            "after_delete Delete key 1 committed"
        ]
    );
    runs!(
        users.restore(row.id),
        [
            "before_update Restore key",
            "after_update Restore key 1 committed"
        ]
    );
    runs!(
        users.delete_where(users::Column::Id.eq(row.id)),
        [
            "before_delete Delete where",
            "after_delete Delete where 1 committed"
        ]
    );
    runs!(
        users.purge_deleted(std::time::Duration::ZERO),
        [
            "before_delete Purge where",
            "after_delete Purge where 1 committed"
        ]
    );
    runs!(
        users.purge(99),
        [
            "before_delete Purge key",
            "after_delete Purge key 1 committed"
        ]
    );

    let bulk = users::ActiveModel {
        id: Set(200),
        ..user("bulk@example.com")
    };
    runs!(
        users.bulk_create([bulk.clone(), user("bulk2@example.com")]),
        [
            "before_create Create#0 key",
            "before_create Create#1 new",
            "after_create Create new 2"
        ]
    );
    runs!(
        users.bulk_update([users::ActiveModel {
            id: Set(200),
            ..named("B")
        }]),
        ["before_update Update#0 key", "after_update Update new 1"]
    );
    runs!(
        users.bulk_upsert([bulk]),
        ["before_create Upsert#0 key", "after_create Upsert new 1"]
    );
    runs!(
        users.bulk_delete([200, -5]),
        [
            "before_delete Delete#0 key",
            "before_delete Delete#1 key",
            "after_delete Delete new 1"
        ]
    );
    let session = db.provider().create_session().await?;
    let row = runs!(
        users.create_in_session(&session, user("s@example.com")),
        ["before_create Create new", "after_create Create key 1"]
    );
    runs!(
        users.update_in_session(&session, row.id, named("S")),
        ["before_update Update key", "after_update Update key 1"]
    );
    runs!(
        users.delete_in_session(&session, row.id),
        ["before_delete Delete key", "after_delete Delete key 1"]
    );
    session.commit().await?;
    let unit = UnitOfWork::begin(&db.provider()).await?;
    runs!(
        unit.join(&users).create(user("u@example.com")),
        ["before_create Create new", "after_create Create key 1"]
    );
    unit.commit().await?;
    let service: &dyn CrudRepository<users::Entity> = &users;
    runs!(
        service.create(user("c2@example.com")),
        [
            "before_create Create new",
            "after_create Create key 1 committed"
        ]
    );
    Ok(())
}

/// Sets a name that no caller gave.
struct Renames;

#[async_trait::async_trait]
impl Hooks<users::Entity> for Renames {
    async fn before_create(
        &self,
        row: &mut users::ActiveModel,
        event: &Event,
    ) -> xtsqlorm::Result<()> {
        row.name = Set(format!("by {:?}", event.operation()));
        Ok(())
    }

    async fn before_update(
        &self,
        changes: &mut users::ActiveModel,
        event: &Event,
    ) -> xtsqlorm::Result<()> {
        self.before_create(changes, event).await
    }
}

async fn a_hook_changes_what_is_written(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = kept(&db).0.hook(Renames);
    let row = users.create(user("a@example.com")).await?;
    assert_eq!(row.name, "by Create");
    assert_eq!(users.upsert(row.clone()).await?.name, "by Upsert");
    // What there was nothing to do for without the hook.
    let nothing = <users::ActiveModel as Default>::default();
    let row = users.update(row.id, nothing).await?.unwrap();
    assert_eq!((row.name.as_str(), row.version), ("by Update", 3));
    users.delete(row.id).await?;
    assert_eq!(users.restore(row.id).await?.unwrap().name, "by Restore");
    let itself = users::Column::Id.eq(row.id);
    users.update_where(itself, named("x")).await?;
    assert_eq!(users.require_by_id(row.id).await?.name, "by Update");
    Ok(())
}

/// Refuses names that begin with `!`, and deletions.
struct Strict;

#[async_trait::async_trait]
impl Hooks<users::Entity> for Strict {
    async fn before_create(
        &self,
        row: &mut users::ActiveModel,
        event: &Event,
    ) -> xtsqlorm::Result<()> {
        match &row.name {
            ActiveValue::Set(name) if name.starts_with('!') => Err(refusal(event)),
            _ => Ok(()),
        }
    }

    async fn before_update(
        &self,
        changes: &mut users::ActiveModel,
        event: &Event,
    ) -> xtsqlorm::Result<()> {
        self.before_create(changes, event).await
    }

    async fn before_delete(&self, event: &Event) -> xtsqlorm::Result<()> {
        Err(refusal(event))
    }
}

fn refusal(event: &Event) -> Error {
    Error::InvalidInput {
        subject: format!("row {:?}", event.index()),
        problem: "no".into(),
        remedy: "yes".into(),
    }
}

async fn a_hook_refuses_before_anything_is_sent(db: TestDatabase) -> Result {
    db.migrated().await?;
    let plain = kept(&db).0;
    let row = plain.create(user("a@example.com")).await?;
    let users = plain.clone().hook(Strict);
    let bad = |email: &str| users::ActiveModel {
        name: Set("!".into()),
        ..user(email)
    };
    let itself = || users::Column::Id.eq(row.id);
    let before = db.manager().statements_sent();
    let many = [user("b@example.com"), bad("c@example.com")];
    let many = users.create_many(many).await.unwrap_err();
    assert_eq!(many.to_string(), "row Some(1): no; yes");
    let refused = [
        users.create(bad("b@example.com")).await.map(drop),
        users.upsert(bad("b@example.com")).await.map(drop),
        users.update(row.id, named("!")).await.map(drop),
        users.update_where(itself(), named("!")).await.map(drop),
        users.delete(row.id).await.map(drop),
        users.delete_where(itself()).await.map(drop),
        users.purge(row.id).await.map(drop),
        users
            .purge_deleted(std::time::Duration::ZERO)
            .await
            .map(drop),
    ];
    for refused in refused {
        assert_eq!(refused.unwrap_err().to_string(), "row None: no; yes");
    }
    assert_eq!(db.manager().statements_sent(), before);
    assert_eq!(
        plain.get_all(Page::all()).await?,
        std::slice::from_ref(&row)
    );
    // What is allowed goes on.
    assert_eq!(users.update(row.id, named("B")).await?.unwrap().name, "B");
    Ok(())
}

async fn hooks_run_where_something_was_written(db: TestDatabase) -> Result {
    db.migrated().await?;
    let plain = kept(&db).0;
    let row = plain.create(user("a@example.com")).await?;
    let diary = Diary::new(Phase::Statement);
    let users = plain.hook(diary.clone());
    let nobody = || users::Column::Id.lt(0);
    let nothing = <users::ActiveModel as Default>::default();
    assert_eq!(users.update(-1, named("B")).await?, None);
    assert_eq!(users.update(row.id, nothing).await?, Some(row.clone()));
    assert_eq!(users.update_where(nobody(), named("B")).await?, 0);
    assert!(!users.delete(-1).await?);
    assert_eq!(users.delete_where(nobody()).await?, 0);
    assert_eq!(users.restore(row.id).await?, None);
    assert!(!users.purge(-1).await?);
    let stale = users::Model {
        version: 9,
        ..row.clone()
    };
    assert!(users.update(row.id, stale).await.is_err());
    let taken = users.create(user("a@example.com")).await;
    assert!(taken.unwrap_err().is_unique_violation());
    let lines = diary.take();
    assert!(
        lines.iter().all(|line| line.starts_with("before")),
        "{lines:?}"
    );
    assert_eq!(lines.len(), 9);

    // Clones have the hooks, and the repository that they came from has its own.
    let other = users.clone();
    other.purge(row.id).await?;
    assert_eq!(diary.take().len(), 2);
    Ok(())
}

async fn hooks_run_in_order(db: TestDatabase) -> Result {
    db.migrated().await?;
    let diary = Diary::new(Phase::Statement);
    let users = kept(&db).0;
    let users = users.hook(diary.signed("1 ")).hook(diary.signed("2 "));
    users.create(user("a@example.com")).await?;
    assert_eq!(
        diary.take(),
        [
            "1 before_create Create new",
            "2 before_create Create new",
            "1 after_create Create key 1 committed",
            "2 after_create Create key 1 committed",
        ]
    );
    // The first refusal is the last word.
    let strict = users.hook(Strict).hook(diary.signed("3 "));
    strict.delete(1).await.unwrap_err();
    assert_eq!(
        diary.take(),
        ["1 before_delete Delete key", "2 before_delete Delete key"]
    );
    Ok(())
}
