//! Read-only records: entities whose rows have no key, as `xtsqlorm reflect` writes them.

#[path = "../../../../xtsqlorm-cli/src/reflect/generate/support/read_only.rs"]
mod read_only;

#[expect(unreachable_pub, reason = "the macro's items are public")]
mod entities;

use entities::{log, misused, spot};
use sea_orm::prelude::Json;
use serde_json::json;
use xtsqlorm::prelude::*;

use crate::support::{Kind, Result, TestDatabase, on_every_backend, on_postgres};

on_every_backend!(
    pages_of_rows_without_a_key_are_the_table,
    nothing_is_asked_of_the_server_by_a_key_that_is_not_there,
    rows_without_a_key_are_filtered_changed_and_deleted,
    a_row_without_a_key_is_added_where_it_comes_back,
);
on_postgres!(columns_that_cannot_be_sorted_are_sorted_as_their_text);

/// Rows that are not in order, two of them alike.
async fn filled(db: &TestDatabase) -> Result<Repository<log::Entity>> {
    db.execute(&[
        "CREATE TABLE log (owner_id INT NOT NULL, note VARCHAR(20) NOT NULL, meta JSON)",
        "INSERT INTO log VALUES (2, 'x', '{\"a\": 1}'), (1, 'b', NULL), (2, 'a', '[]'), \
         (2, 'x', '{\"a\": 1}'), (1, 'a', '[1]')",
    ])
    .await?;
    Ok(Repository::new(&db.provider()))
}

fn row(owner_id: i32, note: &str, meta: Option<Json>) -> log::Model {
    log::Model {
        owner_id,
        note: note.to_owned(),
        meta,
    }
}

async fn pages_of_rows_without_a_key_are_the_table(db: TestDatabase) -> Result {
    let log = filled(&db).await?;
    let all = log.get_all(Page::all()).await?;
    let twice = row(2, "x", Some(json!({ "a": 1 })));
    let expected = [
        row(1, "a", Some(json!([1]))),
        row(1, "b", None),
        row(2, "a", Some(json!([]))),
        twice.clone(),
        twice,
    ];
    assert_eq!(all, expected);
    let mut pages = Vec::new();
    for offset in [0, 2, 4, 6] {
        pages.extend(log.get_all(Page::limit(2).offset(offset)).await?);
    }
    assert_eq!(pages, expected);
    assert_eq!(log.count().await?, 5);
    let mut numbered = Vec::new();
    for number in 1..=3 {
        let page = log.find().paginate(PageRequest::new(number, 2)).await?;
        assert_eq!((page.total, page.has_next), (5, number < 3));
        numbered.extend(page.items);
    }
    assert_eq!(numbered, expected);
    let window = WindowRequest::new(2, &TokenKey::random()?);
    let refused = log.find().window(window).await.unwrap_err();
    assert!(refused.to_string().contains("no key"), "{refused}");
    Ok(())
}

/// The key of an entity may have values although no column holds them.
async fn nothing_is_asked_of_the_server_by_a_key_that_is_not_there(db: TestDatabase) -> Result {
    filled(&db).await?;
    let misused = Repository::<misused::Entity>::new(&db.provider());
    let row = || misused::ActiveModel { owner_id: Set(3) };
    let one = || misused::Number(1);
    let before = db.manager().statements_sent();
    for refused in [
        misused.get_by_id(one()).await.unwrap_err(),
        misused.require_by_id(one()).await.unwrap_err(),
        misused.get_many([one()]).await.unwrap_err(),
        misused
            .get_many(Vec::<misused::Number>::new())
            .await
            .unwrap_err(),
        misused.exists(one()).await.unwrap_err(),
        misused.update(one(), row()).await.unwrap_err(),
        misused.upsert(row()).await.unwrap_err(),
        misused.delete(one()).await.unwrap_err(),
    ] {
        assert!(matches!(refused, Error::InvalidInput { .. }), "{refused}");
        assert_eq!(
            refused.to_string(),
            "log: its rows have no key to find one by; use `find`, `update_where` or `delete_where`"
        );
    }
    assert_eq!(db.manager().statements_sent(), before);
    assert_eq!(misused.get_all(Page::all()).await?.len(), 5);
    Ok(())
}

async fn rows_without_a_key_are_filtered_changed_and_deleted(db: TestDatabase) -> Result {
    let log = filled(&db).await?;
    let ones = || log::Column::OwnerId.eq(1);
    assert_eq!(log.find().filter(ones()).all().await?.len(), 2);
    assert!(log.find().filter(ones()).exists().await?);
    let changes = log::ActiveModel {
        note: Set("c".to_owned()),
        ..Default::default()
    };
    assert_eq!(log.update_where(ones(), changes).await?, 2);
    assert_eq!(log.delete_where(log::Column::Note.eq("x")).await?, 2);
    let left = log.get_all(Page::all()).await?;
    let notes: Vec<&str> = left.iter().map(|row| row.note.as_str()).collect();
    assert_eq!(notes, ["c", "c", "a"]);
    Ok(())
}

/// MySQL would not find it again; the record itself refuses on MariaDB, whose RETURNING SeaORM does
/// not know of.
async fn a_row_without_a_key_is_added_where_it_comes_back(db: TestDatabase) -> Result {
    let log = filled(&db).await?;
    let added = || log::ActiveModel {
        owner_id: Set(3),
        note: Set("z".to_owned()),
        ..Default::default()
    };
    let before = db.manager().statements_sent();
    let created = log.create(added()).await;
    let count = match db.kind() {
        Kind::Sqlite | Kind::Postgres => {
            assert_eq!(created?, row(3, "z", None));
            6
        }
        Kind::MySql => {
            let refused = created.unwrap_err();
            assert!(matches!(refused, Error::InvalidInput { .. }), "{refused}");
            assert_eq!(db.manager().statements_sent(), before);
            5
        }
        Kind::MariaDb => {
            created.unwrap_err();
            assert_eq!(db.manager().statements_sent(), before);
            5
        }
    };
    assert_eq!(log.count().await?, count);
    Ok(())
}

async fn columns_that_cannot_be_sorted_are_sorted_as_their_text(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE spot (place point)",
        "INSERT INTO spot VALUES ('(2,1)'), ('(1,2)'), (NULL), ('(1,1)')",
    ])
    .await?;
    let spots = Repository::<spot::Entity>::new(&db.provider());
    let all = spots.get_all(Page::all()).await?;
    let places: Vec<Option<&str>> = all.iter().map(|spot| spot.place.as_deref()).collect();
    assert_eq!(places, [Some("(1,1)"), Some("(1,2)"), Some("(2,1)"), None]);
    Ok(())
}
