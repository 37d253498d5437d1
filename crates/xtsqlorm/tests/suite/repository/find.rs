//! Queries.

use entity::{orders, users};
use futures_util::{StreamExt, TryStreamExt};
use sea_orm::{ActiveModelTrait, ExprTrait, sea_query::Expr};
use xtsqlorm::prelude::*;

use crate::support::{Result, TestDatabase, on_every_backend};

on_every_backend!(
    queries_filter_sort_and_page,
    counts_are_of_all_rows_that_the_filters_leave,
    streams_give_the_same_rows,
    a_stream_can_be_dropped_half_way,
    seaorm_itself_runs_on_our_handles,
);

/// All, one, limit and offset, over a filter and an order.
async fn queries_filter_sort_and_page(db: TestDatabase) -> Result {
    db.seeded().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let active = users
        .find()
        .filter(users::Column::IsActive.eq(true))
        .order_by_desc(users::Column::Id);
    let all = active.clone().all().await?;
    assert!(all.len() > 4 && all.iter().all(|user| user.is_active));
    assert!(all.is_sorted_by(|left, right| left.id > right.id));
    let middle = active.clone().limit(2).offset(1).all().await?;
    assert_eq!(middle, all[1..3]);
    assert_eq!(active.clone().one().await?.as_ref(), all.first());
    let nobody = users.find().filter(users::Column::Id.lt(0));
    assert_eq!(nobody.clone().one().await?, None);
    assert!(!nobody.exists().await?);
    assert!(active.exists().await?);
    Ok(())
}

/// Order, limit and offset do not matter to a count; DISTINCT and GROUP BY do.
async fn counts_are_of_all_rows_that_the_filters_leave(db: TestDatabase) -> Result {
    db.seeded().await?;
    let orders = Repository::<orders::Entity>::new(&db.provider());
    let rows = orders.get_all(Page::all()).await?;
    let sorted = orders
        .find()
        .order_by_desc(orders::Column::Total)
        .limit(2)
        .offset(1);
    assert_eq!(sorted.clone().count().await?, rows.len() as u64);
    assert_eq!(sorted.all().await?.len(), 2);

    let buyers: std::collections::BTreeSet<i64> = rows.iter().map(|order| order.user_id).collect();
    let distinct = |find: Find<orders::Entity>| {
        find.map(|select| {
            select
                .select_only()
                .column(orders::Column::UserId)
                .distinct()
        })
    };
    assert_eq!(distinct(orders.find()).count().await?, buyers.len() as u64);
    let grouped = orders.find().map(|select| {
        select
            .select_only()
            .column(orders::Column::UserId)
            .group_by(orders::Column::UserId)
            .having(Expr::col(orders::Column::Id).count().gt(1))
    });
    let twice = buyers
        .iter()
        .filter(|buyer| rows.iter().filter(|order| order.user_id == **buyer).count() > 1)
        .count();
    assert_eq!(grouped.clone().count().await?, twice as u64);
    assert_eq!(grouped.exists().await?, twice > 0);
    Ok(())
}

/// A stream gives what `all` gives, also inside a session.
async fn streams_give_the_same_rows(db: TestDatabase) -> Result {
    db.seeded().await?;
    let provider = db.provider();
    let users = Repository::<users::Entity>::new(&provider);
    let sorted = users.find().order_by_asc(users::Column::Email);
    let all = sorted.clone().all().await?;
    let streamed: Vec<_> = sorted.clone().stream().try_collect().await?;
    assert_eq!(streamed, all);
    let inside = provider
        .transaction(async |_| sorted.stream().try_collect::<Vec<_>>().await)
        .await?;
    assert_eq!(inside, all);
    Ok(())
}

/// The pool stays whole, and so does a transaction.
async fn a_stream_can_be_dropped_half_way(db: TestDatabase) -> Result {
    db.seeded().await?;
    let provider = db.provider();
    let users = Repository::<users::Entity>::new(&provider);
    for _ in 0..20 {
        let first: Vec<_> = users.find().stream().take(1).try_collect().await?;
        assert_eq!(first.len(), 1);
    }
    let count = provider
        .transaction(async |_| -> xtsqlorm::Result<u64> {
            for _ in 0..5 {
                users
                    .find()
                    .stream()
                    .take(1)
                    .try_collect::<Vec<_>>()
                    .await?;
            }
            users.count().await
        })
        .await?;
    assert_eq!(count, users.count().await?);
    Ok(())
}

/// Relations, paginators and partial queries of SeaORM take the provider, a session or the manager.
async fn seaorm_itself_runs_on_our_handles(db: TestDatabase) -> Result {
    db.seeded().await?;
    let provider = db.provider();
    let pairs = users::Entity::find()
        .find_with_related(orders::Entity)
        .all(&provider)
        .await?;
    let related: usize = pairs.iter().map(|(_, orders)| orders.len()).sum();
    assert_eq!(
        related as u64,
        orders::Entity::find().count(&db.manager()).await?
    );
    provider
        .transaction(async |session| -> xtsqlorm::Result<()> {
            let pages = users::Entity::find().paginate(session, 4);
            assert_eq!(pages.fetch_page(0).await?.len(), 4);
            let user = users::Entity::find().one(session).await?.unwrap();
            let mut changes = user.clone().into_active_model();
            changes.name = Set("Renamed".into());
            assert_eq!(changes.update(session).await?.name, "Renamed");
            let orders = user.find_related(orders::Entity).all(session).await?;
            assert!(orders.iter().all(|order| order.user_id == user.id));
            Ok(())
        })
        .await?;
    Ok(())
}
