//! Reads records in every way, and tries to write them by a key that they do not have.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::TryStreamExt;
use records::{entry, log, owner, wide};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, Database, DatabaseConnection, EntityTrait,
    IntoActiveModel, ModelTrait, PaginatorTrait, QueryFilter, QueryOrder, Set,
};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Result {
    let mut db = Database::connect(std::env::var("DATABASE_URL")?).await?;
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&sent);
    db.set_metric_callback(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
    });
    reads(&db).await?;
    refuses(&db, &sent).await?;
    appends(&db).await?;
    println!("done");
    Ok(())
}

async fn reads(db: &DatabaseConnection) -> Result {
    let all = log::Entity::find()
        .order_by_asc(log::Column::OwnerId)
        .all(db)
        .await?;
    assert_eq!(all.len(), 3);
    assert_eq!(all[0], all[1]);
    assert_eq!(all[2].no_key_2.as_deref(), Some("x"));

    let bobs = log::Entity::find()
        .filter(log::Column::OwnerId.eq(2))
        .one(db)
        .await?;
    assert_eq!(bobs.as_ref(), Some(&all[2]));
    assert_eq!(log::Entity::find().count(db).await?, 3);
    let pages = log::Entity::find()
        .order_by_asc(log::Column::OwnerId)
        .paginate(db, 2);
    assert_eq!(
        (pages.num_pages().await?, pages.fetch_page(1).await?),
        (2, vec![all[2].clone()])
    );
    let streamed: Vec<log::Model> = log::Entity::find().stream(db).await?.try_collect().await?;
    assert_eq!(streamed.len(), 3);
    let after = log::Entity::find()
        .cursor_by(log::Column::OwnerId)
        .after(1)
        .all(db)
        .await?;
    assert_eq!(after, [all[2].clone()]);

    let owner = all[2]
        .find_related(owner::Entity)
        .one(db)
        .await?
        .expect("an owner");
    assert_eq!(owner.name, "Bob");
    assert_eq!(
        owner.find_related(log::Entity).all(db).await?,
        [all[2].clone()]
    );
    let joined = log::Entity::find()
        .find_also_related(owner::Entity)
        .all(db)
        .await?;
    assert!(joined.iter().all(|(_, owner)| owner.is_some()) && joined.len() == 3);
    let grouped = owner::Entity::find()
        .find_with_related(log::Entity)
        .all(db)
        .await?;
    let mut sizes: Vec<usize> = grouped.iter().map(|(_, rows)| rows.len()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 2]);

    let entries = entry::Entity::find()
        .filter(entry::Column::Note.eq("in"))
        .all(db)
        .await?;
    assert_eq!(entries.len(), 2);
    assert_eq!(serde_json::to_value(&entries[0])?["note"], "in");
    assert_eq!(wide::Entity::find().all(db).await?.len(), 1);
    Ok(())
}

/// Each is refused, and nothing is sent.
macro_rules! refused {
    ($sent:expr, $attempt:expr, $why:expr) => {{
        let before = $sent.load(Ordering::SeqCst);
        let error = $attempt.await.expect_err(stringify!($attempt)).to_string();
        assert_eq!(
            $sent.load(Ordering::SeqCst),
            before,
            "{}",
            stringify!($attempt)
        );
        assert!(error.contains($why), "{}: {error}", stringify!($attempt));
    }};
}

async fn refuses(db: &DatabaseConnection, sent: &AtomicUsize) -> Result {
    let row = log::Entity::find().one(db).await?.expect("a row");
    let changed = log::ActiveModel {
        note: Set(Some("out".to_owned())),
        ..row.clone().into()
    };
    let why = "`log` is read-only: it is a table without a key";
    refused!(sent, changed.clone().update(db), why);
    refused!(sent, changed.clone().save(db), why);
    refused!(sent, <log::ActiveModel as Default>::default().save(db), why);
    refused!(sent, row.clone().delete(db), why);
    refused!(sent, changed.clone().delete(db), why);
    refused!(
        sent,
        log::Entity::update(changed.clone()).exec(db),
        "key not set for"
    );
    refused!(
        sent,
        log::Entity::delete(changed).exec(db),
        "key not set for"
    );

    let row = entry::Entity::find()
        .one(db)
        .await?
        .expect("a row")
        .into_active_model();
    let why = "`entry` is read-only: it is a view";
    refused!(sent, row.clone().insert(db), why);
    refused!(sent, row.clone().update(db), why);
    refused!(sent, row.clone().delete(db), why);
    refused!(sent, entry::Entity::delete(row).exec(db), "key not set for");

    let row = wide::Entity::find()
        .one(db)
        .await?
        .expect("a row")
        .into_active_model();
    refused!(sent, row.clone().update(db), "a key of 13 columns");
    refused!(sent, row.delete(db), "a key of 13 columns");

    let rows = log::Entity::find().all(db).await?;
    assert!(rows.iter().all(|row| row.note.as_deref() != Some("out")) && rows.len() == 3);
    Ok(())
}

/// Rows are added, and changed and deleted by a condition.
async fn appends(db: &DatabaseConnection) -> Result {
    let row = |note: &str| log::ActiveModel {
        owner_id: Set(2),
        note: Set(Some(note.to_owned())),
        ..Default::default()
    };
    let added = log::Entity::insert_many([row("a"), row("b")])
        .exec_without_returning(db)
        .await?;
    assert_eq!(added, 2);
    let one = row("c").insert(db).await;
    match db.support_returning() {
        true => assert_eq!(one?.note.as_deref(), Some("c")),
        // No SELECT could find it again.
        false => assert!(one.is_err()),
    }
    let note = log::Column::Note;
    let changed = log::Entity::update_many()
        .set(log::ActiveModel {
            note: Set(None),
            ..Default::default()
        })
        .filter(note.eq("a"))
        .exec(db)
        .await?;
    assert_eq!(changed.rows_affected, 1);
    let gone = log::Entity::delete_many()
        .filter(note.is_in(["b", "c"]))
        .exec(db)
        .await?;
    assert_eq!(
        gone.rows_affected,
        if db.support_returning() { 2 } else { 1 }
    );
    assert_eq!(log::Entity::find().count(db).await?, 4);
    Ok(())
}
