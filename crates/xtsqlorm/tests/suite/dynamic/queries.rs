//! Queries by column name.

use futures_util::{StreamExt, TryStreamExt};
use sea_orm::{ExprTrait as _, Order, sea_query::Expr};
use serde_json::json;
use xtsqlorm::{
    dynamic::{Filter, column},
    prelude::*,
};

use super::sample::everything;
use crate::support::{Kind, Result, TestDatabase, on_every_backend, on_every_server};

on_every_backend!(
    queries_filter_sort_and_page,
    every_comparison_means_what_it_says,
    text_is_searched_literally,
    json_is_compared_where_the_database_knows_how,
    what_is_wrong_with_a_query_is_told_when_it_is_run,
    streams_give_the_same_rows,
    a_stream_can_be_dropped_half_way,
);
on_every_server!(locks_hold_rows_until_the_transaction_ends);

async fn users(db: &TestDatabase) -> Result<DynamicRepository> {
    db.seeded().await?;
    Ok(DynamicRepository::reflect(&db.provider(), "users").await?)
}

async fn queries_filter_sort_and_page(db: TestDatabase) -> Result {
    let users = users(&db).await?;
    let active = users
        .find()
        .filter(column("is_active").eq(true))
        .order_by_desc("id");
    let all = active.clone().all().await?;
    let ids: Vec<i64> = all
        .iter()
        .map(|row| row.try_get("id"))
        .collect::<Result<_, _>>()?;
    assert!(ids.len() > 4 && ids.is_sorted_by(|left, right| left > right));
    assert_eq!(active.clone().limit(2).offset(1).all().await?, all[1..3]);
    assert_eq!(
        active.clone().page(Page::limit(2).offset(1)).all().await?,
        all[1..3]
    );
    assert_eq!(
        active.clone().page(Page::all().offset(1)).all().await?,
        all[1..]
    );
    assert_eq!(active.clone().one().await?.as_ref(), all.first());
    assert_eq!(
        active.clone().limit(2).offset(1).count().await?,
        all.len() as u64
    );
    let nobody = users.find().filter(column("id").lt(0));
    assert_eq!(nobody.clone().one().await?, None);
    assert!(!nobody.exists().await? && active.exists().await?);

    let some = users
        .find()
        .columns(["name", "id"])
        .order_by("email", Order::Asc)
        .limit(2);
    let some = some.all().await?;
    assert_eq!(some[0].columns().collect::<Vec<_>>(), ["name", "id"]);
    let answers = users.find().columns(["is_active"]).map(|select| {
        select.distinct();
    });
    let distinct = answers.clone().all().await?;
    assert_eq!(distinct.len(), 2);
    assert_eq!(answers.count().await?, distinct.len() as u64);
    Ok(())
}

async fn every_comparison_means_what_it_says(db: TestDatabase) -> Result {
    let table = everything(&db).await?;
    for (name, small) in [("a", Some(1)), ("b", Some(2)), ("c", Some(3)), ("d", None)] {
        table
            .create_json(json!({ "name": name, "small": small, "born": "2026-02-28" }))
            .await?;
    }
    let names = async |filter: Filter| -> Result<String> {
        let rows = table
            .find()
            .filter(filter)
            .order_by_asc("name")
            .all()
            .await?;
        let names: Vec<String> = rows
            .iter()
            .map(|row| row.try_get("name"))
            .collect::<Result<_, _>>()?;
        Ok(names.concat())
    };
    let small = || column("small");
    for (filter, expected) in [
        (small().eq(2), "b"),
        (small().eq(Option::<i32>::None), "d"),
        (small().ne(2), "ac"),
        (small().ne(Option::<i32>::None), "abc"),
        (small().lt(2), "a"),
        (small().lte(2_i64), "ab"),
        (small().gt(2_u8), "c"),
        (small().gte(2), "bc"),
        (small().gt(40_000), ""),
        (small().lt(-40_000_i64), ""),
        (small().between(2, 3), "bc"),
        (small().is_in([1, 3]), "ac"),
        (small().is_in(Vec::<i32>::new()), ""),
        (small().is_not_in([1, 3]), "b"),
        (small().is_not_in(Vec::<i32>::new()), "abcd"),
        (small().is_null(), "d"),
        (small().is_not_null(), "abc"),
        (small().eq(1).or(small().eq(3)), "ac"),
        (small().gt(1).and(small().lt(3)), "b"),
        (small().eq(1).not(), "bc"),
        (Filter::all([]), "abcd"),
        (Filter::any([]), ""),
        (Filter::any([small().eq(1), small().is_null()]), "ad"),
        (column("born").eq("2026-02-28"), "abcd"),
        (column("born").lt("2026-02-28"), ""),
        (column("seen").gt("2026-02-28T10:00:00+01:00"), ""),
        (column("price").eq("1.50"), ""),
        (column("kind").is_null(), "abcd"),
        (column("kind").eq("small"), ""),
        (Expr::col("name").eq("a").into(), "a"),
    ] {
        let shown = format!("{filter:?}");
        assert_eq!(names(filter).await?, expected, "{shown}");
    }
    Ok(())
}

async fn text_is_searched_literally(db: TestDatabase) -> Result {
    let table = everything(&db).await?;
    for note in ["50% off", "50 off", "a_b!c", "axb!c", "back\\slash", "it's"] {
        table
            .create_json(json!({ "name": "n", "note": note, "kind": "large" }))
            .await?;
    }
    let count = async |filter: Filter| table.find().filter(filter).count().await;
    assert_eq!(count(column("note").contains("50%")).await?, 1);
    assert_eq!(count(column("note").starts_with("a_b!")).await?, 1);
    assert_eq!(count(column("note").ends_with("\\slash")).await?, 1);
    assert_eq!(count(column("note").contains("'")).await?, 1);
    assert_eq!(count(column("note").like("50%off")).await?, 2);
    assert_eq!(count(column("note").like("a_b!c")).await?, 2);
    assert_eq!(count(column("kind").starts_with("lar")).await?, 6);
    let error = count(column("small").contains("1")).await.unwrap_err();
    assert!(
        error.to_string().contains("is no text to search in"),
        "{error}"
    );
    Ok(())
}

/// As JSON, whatever its spelling; elsewhere it would be compared as text, and never found.
async fn json_is_compared_where_the_database_knows_how(db: TestDatabase) -> Result {
    let table = everything(&db).await?;
    let extra = json!({ "b": [1, null], "a": "x" });
    table
        .create_json(json!({ "name": "n", "extra": extra }))
        .await?;
    let same = table.find().filter(column("extra").eq(extra.clone()));
    let other = table.find().filter(column("extra").eq(json!({ "a": "y" })));
    match db.kind() {
        Kind::MySql | Kind::Postgres => {
            assert_eq!((same.count().await?, other.count().await?), (1, 0));
        }
        Kind::MariaDb | Kind::Sqlite => {
            let error = same.count().await.unwrap_err().to_string();
            assert!(error.contains("is compared letter by letter"), "{error}");
        }
    }
    let none = table.find().filter(column("extra").is_null());
    assert_eq!(none.count().await?, 0);
    Ok(())
}

/// Names and values are checked while nothing is sent.
async fn what_is_wrong_with_a_query_is_told_when_it_is_run(db: TestDatabase) -> Result {
    let table = everything(&db).await?;
    let manager = db.manager();
    let before = manager.statements_sent();
    let wrong = |find: xtsqlorm::dynamic::DynamicFind| async move {
        let error = find.clone().all().await.unwrap_err().to_string();
        for other in [
            find.clone().one().await.unwrap_err(),
            find.clone().count().await.unwrap_err(),
            find.clone().exists().await.unwrap_err(),
            find.clone().into_select().unwrap_err(),
            find.stream().try_next().await.unwrap_err(),
        ] {
            assert_eq!(other.to_string(), error);
        }
        error
    };
    assert_eq!(
        wrong(table.find().filter(column("nmae").eq("x"))).await,
        "everything.nmae: there is no such field; did you mean `name`?"
    );
    assert_eq!(
        wrong(table.find().order_by_asc("nmae").order_by_asc("other")).await,
        "everything.nmae: there is no such field; did you mean `name`?"
    );
    let error = wrong(table.find().columns(["id", "nope"])).await;
    assert!(error.starts_with("everything.nope: "), "{error}");
    let error = wrong(table.find().filter(column("small").eq("x").not())).await;
    assert!(
        error.starts_with("everything.small: a text of 1 characters does not suit "),
        "{error}"
    );
    let error = wrong(table.find().filter(column("born").gt("2026-02-30"))).await;
    assert!(error.starts_with("everything.born: "), "{error}");
    for empty in [
        Filter::all([]),
        Filter::any([]),
        Filter::all([]).not(),
        Condition::all().into(),
    ] {
        let error = table
            .delete_where(empty.clone())
            .await
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("everything: the condition is empty"),
            "{error}"
        );
        table
            .update_where(empty.clone(), [("name", "x")])
            .await
            .unwrap_err();
        table
            .get_or_create(empty, [("name", "x")])
            .await
            .unwrap_err();
    }
    let error = table
        .update_where(column("id").eq(1), Row::new())
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "everything: the changes set no column; set at least one"
    );
    assert_eq!(manager.statements_sent(), before);
    assert_eq!(
        table.find().filter(column("name").eq("x")).count().await?,
        0
    );
    assert_eq!(manager.statements_sent(), before + 1);
    Ok(())
}

async fn streams_give_the_same_rows(db: TestDatabase) -> Result {
    let users = users(&db).await?;
    let sorted = users.find().order_by_asc("email");
    let all = sorted.clone().all().await?;
    let streamed: Vec<Row> = sorted.clone().stream().try_collect().await?;
    assert_eq!(streamed, all);
    let inside = db
        .provider()
        .transaction(async |_| sorted.stream().try_collect::<Vec<_>>().await)
        .await?;
    assert_eq!(inside, all);
    Ok(())
}

/// The pool stays whole, and so does a transaction.
async fn a_stream_can_be_dropped_half_way(db: TestDatabase) -> Result {
    let users = users(&db).await?;
    for _ in 0..20 {
        let first: Vec<Row> = users.find().stream().take(1).try_collect().await?;
        assert_eq!(first.len(), 1);
    }
    let count = db
        .provider()
        .transaction(async |session| -> xtsqlorm::Result<u64> {
            for _ in 0..5 {
                let mut rows = users.find().stream();
                rows.try_next().await?;
                let busy = users.in_session(session).count().await.unwrap_err();
                assert!(matches!(busy, Error::SessionBusy { .. }), "{busy}");
                drop(rows);
            }
            users.count().await
        })
        .await?;
    assert_eq!(count, users.count().await?);
    assert_eq!(db.manager().pool_status().in_use, 0);
    Ok(())
}

async fn locks_hold_rows_until_the_transaction_ends(db: TestDatabase) -> Result {
    use sea_orm::sea_query::{LockBehavior, LockType};
    let users = users(&db).await?;
    let one = users.find().filter(column("id").eq(1));
    let skipping = one
        .clone()
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    let session = db.provider().create_session().await?;
    let inside = users.in_session(&session).find().filter(column("id").eq(1));
    assert!(inside.lock_exclusive().one().await?.is_some());
    assert_eq!(skipping.clone().all().await?, []);
    assert!(one.exists().await?);
    session.rollback().await?;
    assert_eq!(skipping.all().await?.len(), 1);
    assert_ne!(db.kind(), Kind::Sqlite);
    Ok(())
}
