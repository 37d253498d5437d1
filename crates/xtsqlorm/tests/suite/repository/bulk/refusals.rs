//! Rows that are refused, and what becomes of the others.

use entity::{orders, users};
use sea_orm::Value;
use xtsqlorm::{
    prelude::*,
    repository::bulk::{BulkOptions, Commit, OnError},
};

use super::{many, order, user};
use crate::support::{Result, TestDatabase, eventually, on_every_backend};

on_every_backend!(
    the_first_refusal_takes_everything_back,
    refused_rows_are_left_out_and_reported,
    each_chunk_is_committed_by_itself,
    a_bulk_that_is_dropped_leaves_nothing,
    a_failing_stream_takes_everything_back,
    a_failing_stream_can_be_skipped,
    a_long_list_of_refusals_is_cut,
);

/// The tenth of them has the email of the third.
fn with_a_twin(count: usize) -> impl Iterator<Item = users::ActiveModel> + Send {
    many("u", count)
        .enumerate()
        .map(|(number, row)| match number {
            9 => user("u00003@example.com"),
            _ => row,
        })
}

async fn the_first_refusal_takes_everything_back(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    for count in [20, 2_500] {
        let error = users.bulk_create(with_a_twin(count)).await.unwrap_err();
        assert!(error.is_unique_violation(), "{error}");
        let Error::Rows {
            first,
            last,
            committed,
            ..
        } = error
        else {
            panic!("{error}");
        };
        assert!(
            first <= 3 && last >= 9 && committed == 0,
            "{first} to {last}"
        );
        assert_eq!(users.count().await?, 0);
    }
    Ok(())
}

async fn refused_rows_are_left_out_and_reported(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let options = || BulkOptions::new().on_error(OnError::Skip);
    for count in [20, 1_700] {
        let report = users.bulk(options()).create(with_a_twin(count)).await?;
        assert_eq!(report.inserted, count as u64 - 1);
        assert_eq!((report.refused_rows, report.refused[0].index), (1, 9));
        assert!(report.refused[0].error.is_unique_violation());
        assert!(!report.is_complete());
        assert!(report.into_result().unwrap_err().is_unique_violation());
        let ids = users.find().all().await?.into_iter().map(|row| row.id);
        users.bulk_delete(ids.collect::<Vec<_>>()).await?;
    }

    // A foreign key, and keys where they are asked for.
    let buyer = users.create(user("buyer@example.com")).await?;
    let orders = Repository::<orders::Entity>::new(&db.provider());
    let rows = (0..30).map(|number| order(number, if number % 10 == 4 { -1 } else { buyer.id }));
    let report = orders.bulk(options().return_keys()).create(rows).await?;
    let refused: Vec<usize> = report.refused.iter().map(|refused| refused.index).collect();
    assert_eq!((report.inserted, refused), (27, vec![4, 14, 24]));
    assert!(
        report
            .refused
            .iter()
            .all(|row| row.error.is_foreign_key_violation())
    );
    for (place, key) in report.keys.iter().enumerate() {
        assert_eq!(key.is_none(), place % 10 == 4);
    }
    let stored = orders.find().order_by_asc(orders::Column::Id).all().await?;
    let keys = report.keys.into_iter().flatten().flatten();
    let ids: Vec<Value> = stored.iter().map(|row| row.id.into()).collect();
    assert_eq!(keys.collect::<Vec<_>>(), ids);
    Ok(())
}

async fn each_chunk_is_committed_by_itself(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let rows = many("u", 50).enumerate().map(|(number, row)| match number {
        34 => user("u00003@example.com"),
        _ => row,
    });
    let options = BulkOptions::new().chunk(10).commit(Commit::EachChunk);
    let error = users.bulk(options).create(rows).await.unwrap_err();
    assert!(error.is_unique_violation());
    assert_eq!(
        error.to_string(),
        "one of the rows 30 to 39 of the input was refused; 30 rows before it are committed"
    );
    assert_eq!(users.count().await?, 30);
    Ok(())
}

/// Dropped between two chunks, while the input keeps it waiting.
async fn a_bulk_that_is_dropped_leaves_nothing(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    for (commit, kept) in [(Commit::Once, 0), (Commit::EachChunk, 200)] {
        let (sender, mut progress) = tokio::sync::mpsc::unbounded_channel();
        let options = BulkOptions::new()
            .chunk(100)
            .commit(commit)
            .progress(move |progress| {
                let _ = sender.send(progress.rows);
            });
        let rows = futures_util::stream::iter(many("u", 200).map(Ok::<_, Error>));
        let waiting = futures_util::stream::pending();
        let rows = futures_util::StreamExt::chain(rows, waiting);
        let bulk = users.bulk(options);
        let mut bulk = Box::pin(bulk.create_stream::<_, users::ActiveModel>(rows));
        tokio::select! {
            done = &mut bulk => panic!("{done:?}"),
            () = async { while progress.recv().await != Some(200) {} } => {}
        }
        drop(bulk);
        let users = users.clone();
        eventually("what was not committed is gone", async || {
            users.count().await.ok() == Some(kept)
        })
        .await;
    }
    Ok(())
}

async fn a_failing_stream_takes_everything_back(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let broken = || Error::Unsupported {
        feature: "the rest",
        backend: "this file",
    };
    let rows = many("u", 1_500).map(Ok).chain([Err(broken())]);
    let bulk = users.bulk(BulkOptions::new());
    let error = bulk
        .create_stream(futures_util::stream::iter(rows))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Unsupported { .. }), "{error}");
    assert_eq!(users.count().await?, 0);
    Ok(())
}

/// Where its error says that a row is not good, the row is left out like any other.
async fn a_failing_stream_can_be_skipped(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let bad = Error::InvalidInput {
        subject: "line 4".into(),
        problem: "it is empty".into(),
        remedy: "fill it".into(),
    };
    let rows = many("a", 3)
        .map(Ok)
        .chain([Err(bad)])
        .chain(many("b", 2).map(Ok));
    let bulk = users.bulk(BulkOptions::new().on_error(OnError::Skip));
    let report = bulk.create_stream(futures_util::stream::iter(rows)).await?;
    assert_eq!((report.inserted, report.refused[0].index), (5, 3));
    Ok(())
}

async fn a_long_list_of_refusals_is_cut(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    users.bulk_create(many("u", 40)).await?;
    let options = BulkOptions::new().on_error(OnError::Skip).most_refused(3);
    let report = users.bulk(options).create(many("u", 40)).await?;
    assert_eq!((report.refused.len(), report.refused_rows), (3, 40));
    Ok(())
}
