//! Conventions and hooks of tables without an entity, on every path.

use std::time::Duration;

use futures_util::TryStreamExt;
use serde_json::json;
use xtsqlorm::{
    dynamic::column,
    operations::{Format, Import},
    prelude::*,
    repository::{conventions::ManualClock, hooks::Phase},
};

use crate::{
    repository::{
        covered::{
            Does::{self, Nothing, Reads, Writes},
            check,
        },
        hooks::Diary,
    },
    support::{Result, TestDatabase, on_every_backend},
};

on_every_backend!(
    reads_pass_over_deleted_rows,
    every_write_keeps_to_the_conventions,
    a_stale_row_is_refused,
    old_deleted_rows_are_purged,
    every_way_to_write_runs_the_hooks,
    columns_that_are_none_are_refused,
);

const SEEN: &str = "kept.rs reads_pass_over_deleted_rows";
const KEPT: &str = "kept.rs every_write_keeps_to_the_conventions";
const PURGED: &str = "kept.rs old_deleted_rows_are_purged";
const HOOKED: &str = "kept.rs every_way_to_write_runs_the_hooks";

/// Every public method of a repository of a table, and of its queries.
const REPOSITORY: &[(&str, Does)] = &[
    ("new", Nothing),
    ("reflect", Nothing),
    ("with_type", Nothing),
    ("table", Nothing),
    ("provider", Nothing),
    ("in_session", Nothing),
    ("timestamps", Nothing),
    ("soft_delete", Nothing),
    ("versioned", Nothing),
    ("clock", Nothing),
    ("hook", Nothing),
    ("is_deleted", Reads(PURGED)),
    ("deletion_age", Reads(PURGED)),
    ("with_deleted", Reads(SEEN)),
    ("only_deleted", Reads(SEEN)),
    ("find", Reads(SEEN)),
    ("get_by_id", Reads(SEEN)),
    ("get_by_id_in_session", Reads(SEEN)),
    ("require_by_id", Reads(SEEN)),
    ("get_many", Reads(SEEN)),
    ("get_all", Reads(SEEN)),
    ("count", Reads(SEEN)),
    ("exists", Reads(SEEN)),
    ("create", Writes(KEPT, HOOKED)),
    ("create_json", Writes(KEPT, HOOKED)),
    ("create_many", Writes(KEPT, HOOKED)),
    ("create_many_json", Writes(KEPT, HOOKED)),
    ("create_in_session", Writes(KEPT, HOOKED)),
    ("bulk", Nothing),
    ("bulk_create", Writes(KEPT, HOOKED)),
    ("bulk_update", Writes(KEPT, HOOKED)),
    ("bulk_upsert", Writes(KEPT, HOOKED)),
    ("bulk_delete", Writes(KEPT, HOOKED)),
    ("get_or_create", Writes(KEPT, HOOKED)),
    ("get_or_create_json", Writes(KEPT, HOOKED)),
    ("upsert", Writes(KEPT, HOOKED)),
    ("upsert_json", Writes(KEPT, HOOKED)),
    ("update", Writes(KEPT, HOOKED)),
    ("update_json", Writes(KEPT, HOOKED)),
    ("update_where", Writes(KEPT, HOOKED)),
    ("update_where_json", Writes(KEPT, HOOKED)),
    ("update_in_session", Writes(KEPT, HOOKED)),
    ("delete", Writes(KEPT, HOOKED)),
    ("delete_where", Writes(KEPT, HOOKED)),
    ("delete_in_session", Writes(KEPT, HOOKED)),
    ("restore", Writes(KEPT, HOOKED)),
    ("purge", Writes(PURGED, HOOKED)),
    ("purge_deleted", Writes(PURGED, HOOKED)),
];

const FIND: &[(&str, Does)] = &[
    ("filter", Nothing),
    ("order_by", Nothing),
    ("order_by_asc", Nothing),
    ("order_by_desc", Nothing),
    ("limit", Nothing),
    ("offset", Nothing),
    ("page", Nothing),
    ("list", Nothing),
    ("sort_by", Nothing),
    ("columns", Nothing),
    ("lock", Nothing),
    ("lock_exclusive", Nothing),
    ("lock_shared", Nothing),
    ("lock_with_behavior", Nothing),
    ("map", Nothing),
    ("into_select", Reads(SEEN)),
    ("with_deleted", Reads(SEEN)),
    ("only_deleted", Reads(SEEN)),
    ("all", Reads(SEEN)),
    ("one", Reads(SEEN)),
    ("count", Reads(SEEN)),
    ("exists", Reads(SEEN)),
    ("stream", Reads(SEEN)),
];

#[test]
fn every_method_of_a_dynamic_repository_is_covered() {
    check("dynamic", "DynamicRepository", REPOSITORY);
}

#[test]
fn every_method_of_a_dynamic_query_is_covered() {
    check("dynamic", "DynamicFind", FIND);
}

/// A repository with all conventions, and the clock that it goes by.
async fn kept(db: &TestDatabase) -> Result<(DynamicRepository, ManualClock)> {
    db.migrated().await?;
    let clock = ManualClock::at("2026-02-28T10:00:00.123456Z".parse()?);
    let users = DynamicRepository::reflect(&db.provider(), "users").await?;
    let users = users
        .timestamps("created_at", "updated_at")
        .soft_delete("deleted_at")
        .versioned("version")
        .clock(clock.clone());
    Ok((users, clock))
}

fn user(name: &str) -> serde_json::Value {
    json!({ "email": format!("{name}@example.com"), "name": name })
}

fn row(name: &str) -> Row {
    Row::from([("name", name)]).with("email", format!("{name}@example.com"))
}

fn id(row: &Row) -> i64 {
    row.try_get("id").unwrap()
}

fn ids(rows: Vec<Row>) -> Vec<i64> {
    rows.iter().map(id).collect()
}

async fn reads_pass_over_deleted_rows(db: TestDatabase) -> Result {
    let (users, _) = kept(&db).await?;
    let alive = id(&users.create_json(user("alive")).await?);
    let gone = id(&users.create_json(user("gone")).await?);
    assert!(users.delete(gone).await?);
    let with = users.with_deleted();
    let only = users.only_deleted();
    for (sees, expected) in [
        (&users, vec![alive]),
        (&with, vec![alive, gone]),
        (&only, vec![gone]),
    ] {
        for id in [alive, gone] {
            let seen = expected.contains(&id);
            assert_eq!(sees.get_by_id(id).await?.is_some(), seen);
            assert_eq!(sees.require_by_id(id).await.is_ok(), seen);
            assert_eq!(sees.exists(id).await?, seen);
            let session = db.provider().create_session().await?;
            let read = sees.get_by_id_in_session(&session, id).await?;
            assert_eq!(read.is_some(), seen);
            session.rollback().await?;
        }
        assert_eq!(ids(sees.get_many([alive, gone]).await?), expected);
        assert_eq!(ids(sees.get_all(Page::all()).await?), expected);
        assert_eq!(sees.count().await?, expected.len() as u64);
        let find = || sees.find().order_by_asc("id");
        assert_eq!(ids(find().all().await?), expected);
        assert_eq!(
            find().one().await?.as_ref().map(id),
            expected.first().copied()
        );
        assert_eq!(find().count().await?, expected.len() as u64);
        let exists = find().filter(column("id").eq(gone)).exists().await?;
        assert_eq!(exists, expected.contains(&gone));
        assert_eq!(ids(find().stream().try_collect().await?), expected);
        let select = find().into_select()?;
        let rows = db.provider().query_all(&select).await?;
        assert_eq!(rows.len(), expected.len());
        let find = sees.find().with_deleted().filter(column("id").gt(0));
        assert_eq!(find.clone().count().await?, 2);
        assert_eq!(ids(find.only_deleted().all().await?), [gone]);
    }
    assert_eq!(users.update(gone, [("name", "B")]).await?, None);
    Ok(())
}

async fn every_write_keeps_to_the_conventions(db: TestDatabase) -> Result {
    let (users, clock) = kept(&db).await?;
    let first = users.create(row("create")).await?;
    let session = db.provider().create_session().await?;
    users
        .create_in_session(&session, row("create_in_session"))
        .await?;
    session.commit().await?;
    users.create_json(user("create_json")).await?;
    users.create_many([row("create_many")]).await?;
    users.create_many_json([user("create_many_json")]).await?;
    users.bulk_create([row("bulk_create")]).await?;
    let by = |name: &str| column("name").eq(name);
    let one = users.get_or_create(by("get_or_create"), row("get_or_create"));
    one.await?;
    let one = users.get_or_create_json(by("or_json"), user("or_json"));
    one.await?;
    users.upsert(row("upsert")).await?;
    users
        .upsert(row("upsert with a key").with("id", 900))
        .await?;
    users.upsert_json(user("upsert_json")).await?;
    let unit = UnitOfWork::begin(&db.provider()).await?;
    unit.join_dynamic(&users).create(row("unit")).await?;
    unit.commit().await?;
    let rows = users.get_all(Page::all()).await?;
    assert_eq!(rows.len(), 12);
    for row in &rows {
        assert_eq!(row["created_at"], first["created_at"], "{row:?}");
        assert_eq!(row["updated_at"], first["created_at"], "{row:?}");
        assert_eq!(row.try_get::<i64>("version")?, 1, "{row:?}");
    }
    let created = first["created_at"].clone();
    assert!(
        rows[0].to_json()["created_at"]
            .to_string()
            .contains("10:00:00.123456")
    );

    let id = id(&first);
    let mut version = 1;
    macro_rules! changed {
        ($way:literal, $change:expr) => {{
            clock.advance(Duration::from_secs(60));
            $change.await?;
            version += 1;
            let after = users.with_deleted().require_by_id(id).await?;
            assert_eq!(after["created_at"], created, $way);
            assert_eq!(after.try_get::<i64>("version")?, version, $way);
            let updated = after.to_json()["updated_at"].to_string();
            let now = format!("{:02}:00.123456", version - 1);
            assert!(updated.contains(&now), "{}: {updated}", $way);
            after
        }};
    }
    let itself = || column("id").eq(id);
    let read = changed!("update", users.update(id, [("name", "B")]));
    changed!("update of a whole row", users.update(id, &read));
    let old = json!({ "name": "C", "updated_at": read.to_json()["created_at"] });
    changed!("update_json", users.update_json(id, old));
    changed!(
        "update_where",
        users.update_where(itself(), [("name", "D")])
    );
    let name = json!({ "name": "E" });
    let read = changed!("update_where_json", users.update_where_json(itself(), name));
    changed!("upsert", users.upsert(&read));
    let fields = json!({ "id": id, "name": "F", "email": "f@example.com" });
    changed!("upsert_json", users.upsert_json(fields));
    let named = |name: &str| Row::from([("name", name)]).with("id", id);
    changed!("bulk_update", users.bulk_update([named("H")]));
    let again = row("bulk").with("id", id);
    changed!("bulk_upsert", users.bulk_upsert([again.clone()]));
    changed!("bulk_delete", users.bulk_delete([id]));
    changed!("bulk_upsert of a deleted row", users.bulk_upsert([again]));
    let session = db.provider().create_session().await?;
    users
        .update_in_session(&session, id, [("name", "G")])
        .await?;
    session.commit().await?;
    version += 1;
    clock.advance(Duration::from_secs(60));
    let gone = changed!("delete", users.delete(id));
    assert!(users.is_deleted(&gone) && !users.exists(id).await?);
    changed!("restore", users.restore(id));
    let gone = changed!("delete_where", users.delete_where(itself()));
    let alive = changed!(
        "upsert of a deleted row",
        users.upsert(&row("back").with("id", id))
    );
    assert!(users.is_deleted(&gone) && !users.is_deleted(&alive));
    let session = db.provider().create_session().await?;
    assert!(users.delete_in_session(&session, id).await?);
    session.commit().await?;
    assert!(!users.exists(id).await?);
    Ok(())
}

async fn a_stale_row_is_refused(db: TestDatabase) -> Result {
    let (users, clock) = kept(&db).await?;
    let mut read = users.create(row("a")).await?;
    let id = id(&read);
    clock.advance(Duration::from_secs(60));
    users.update(id, [("name", "by another")]).await?;
    let whole = read.clone();
    read.set("name", "mine");
    for stale in [
        users.update(id, &read).await.map(drop),
        users.update(id, &whole).await.map(drop),
        users
            .update_json(id, json!({ "version": 1 }))
            .await
            .map(drop),
        users.upsert(&read).await.map(drop),
    ] {
        let stale = stale.unwrap_err();
        assert_eq!(
            stale.to_string(),
            format!(
                "the row of users with the key {id} was changed in between, and is in version 2"
            )
        );
    }
    let set = json!({ "name": "x", "version": 9 });
    let refused = users.update_where_json(column("id").eq(id), set).await;
    assert!(
        matches!(refused, Err(Error::InvalidInput { .. })),
        "{refused:?}"
    );
    let stored = users.require_by_id(id).await?;
    assert_eq!(stored["name"], "by another".into());
    // Nothing to write: nothing is written.
    clock.advance(Duration::from_secs(60));
    let same = users.update_json(id, json!({})).await?;
    assert_eq!(same.as_ref(), Some(&stored));
    assert_eq!(users.update(-1, &read.with("id", -1)).await?, None);
    Ok(())
}

async fn old_deleted_rows_are_purged(db: TestDatabase) -> Result {
    let (users, clock) = kept(&db).await?;
    let many = users.create_many(["a", "b", "c", "d"].map(row)).await?;
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    users.delete(&many[0]).await?;
    clock.advance(10 * DAY);
    users.delete(&many[1]).await?;
    clock.advance(DAY);
    let gone = users.only_deleted().get_all(Page::all()).await?;
    assert_eq!(users.deletion_age(&gone[0]), Some(11 * DAY));
    assert_eq!(users.deletion_age(&gone[1]), Some(DAY));
    assert!(users.is_deleted(&gone[0]) && !users.is_deleted(&many[2]));
    assert_eq!(users.purge_deleted(12 * DAY).await?, 0);
    assert_eq!(users.purge_deleted(11 * DAY).await?, 1);
    assert_eq!(users.purge_deleted(Duration::ZERO).await?, 1);
    assert!(users.purge(&many[2]).await?);
    assert!(!users.purge(&many[2]).await?);
    assert_eq!(
        ids(users.with_deleted().get_all(Page::all()).await?),
        [id(&many[3])]
    );

    let plain = DynamicRepository::reflect(&db.provider(), "users").await?;
    for refused in [
        plain.restore(1).await.map(drop),
        plain.purge_deleted(DAY).await.map(drop),
    ] {
        assert!(
            matches!(refused, Err(Error::InvalidInput { .. })),
            "{refused:?}"
        );
    }
    Ok(())
}

async fn every_way_to_write_runs_the_hooks(db: TestDatabase) -> Result {
    let (users, _) = kept(&db).await?;
    let diary = Diary::new(Phase::Statement);
    let users = users.hook(diary.clone());
    macro_rules! runs {
        ($write:expr, $lines:expr) => {{
            let written = $write.await?;
            let lines = diary.take();
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            assert_eq!(lines, $lines);
            written
        }};
    }
    let create = [
        "before_create Create new",
        "after_create Create key 1 committed",
    ];
    let many = ["before_create Create#0 new", "after_create Create#0 key 1"];
    let insert = ["before_create Create#0 new", "after_create Create new 1"];
    let inside = ["before_create Create new", "after_create Create key 1"];
    let first = id(&runs!(users.create(row("a")), create));
    runs!(users.create_json(user("b")), create);
    runs!(users.create_many([row("c")]), many);
    runs!(users.create_many_json([user("d")]), many);
    runs!(users.bulk_create([row("e")]), insert);
    let lines: &[u8] = b"email,name\nf@example.com,f\n";
    runs!(
        Import::into(&users).from_reader(lines, Format::csv()),
        ["before_create Create#2 new", "after_create Create new 1"]
    );
    let known = row("e2").with("id", 700_i64);
    users.bulk_upsert([known.clone()]).await?;
    diary.take();
    runs!(
        users.bulk_update([known.clone()]),
        ["before_update Update#0 key", "after_update Update new 1"]
    );
    runs!(
        users.bulk_upsert([known]),
        ["before_create Upsert#0 key", "after_create Upsert new 1"]
    );
    runs!(
        users.bulk_delete([700_i64]),
        ["before_delete Delete#0 key", "after_delete Delete new 1"]
    );
    let by = |name: &str| column("name").eq(name);
    runs!(users.get_or_create(by("g"), row("g")), create);
    runs!(users.get_or_create_json(by("h"), user("h")), create);
    let upsert = [
        "before_create Upsert new",
        "after_create Upsert key 1 committed",
    ];
    runs!(users.upsert(row("i")), upsert);
    runs!(users.upsert_json(user("j")), upsert);
    let session = db.provider().create_session().await?;
    let row = id(&runs!(users.create_in_session(&session, row("k")), inside));
    let update = ["before_update Update key", "after_update Update key 1"];
    let name = [("name", "l")];
    runs!(users.update_in_session(&session, row, name), update);
    let delete = ["before_delete Delete key", "after_delete Delete key 1"];
    runs!(users.delete_in_session(&session, row), delete);
    session.commit().await?;
    let update = [
        "before_update Update key",
        "after_update Update key 1 committed",
    ];
    runs!(users.update(first, name), update);
    runs!(users.update_json(first, json!({ "name": "m" })), update);
    let update = [
        "before_update Update where",
        "after_update Update where 1 committed",
    ];
    let itself = || column("id").eq(first);
    runs!(users.update_where(itself(), name), update);
    runs!(
        users.update_where_json(itself(), json!({ "name": "n" })),
        update
    );
    let delete = [
        "before_delete Delete key",
        "after_delete Delete key 1 committed",
    ];
    runs!(users.delete(first), delete);
    let restore = [
        "before_update Restore key",
        "after_update Restore key 1 committed",
    ];
    runs!(users.restore(first), restore);
    let delete = [
        "before_delete Delete where",
        "after_delete Delete where 1 committed",
    ];
    runs!(users.delete_where(itself()), delete);
    let purge = [
        "before_delete Purge where",
        "after_delete Purge where 3 committed",
    ];
    runs!(users.purge_deleted(Duration::ZERO), purge);
    let purge = ["before_delete Purge key"];
    assert!(!runs!(users.purge(first), purge));
    Ok(())
}

async fn columns_that_are_none_are_refused(db: TestDatabase) -> Result {
    let (users, _) = kept(&db).await?;
    let before = db.manager().statements_sent();
    let typo = users.clone().soft_delete("deletd_at");
    assert_eq!(
        typo.count().await.unwrap_err().to_string(),
        "users.deletd_at: there is no such field; did you mean `deleted_at`?"
    );
    let number = users.timestamps("created_at", "version");
    let refused = number.create(row("a")).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "users.version: it holds no time; name a column of a date and time, or of text"
    );
    assert_eq!(db.manager().statements_sent(), before);
    Ok(())
}
