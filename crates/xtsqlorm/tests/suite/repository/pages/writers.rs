//! Windows while others write.

use std::{
    collections::HashSet,
    sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
};

use entity::products;
use xtsqlorm::{
    prelude::*,
    repository::{Sort, TokenKey, WindowRequest},
};

use super::rows;
use crate::support::{Random, Result, TestDatabase, on_every_backend};

on_every_backend!(no_row_is_seen_twice_and_none_is_missed_while_others_write);

/// Rows come and go in all places of the order, while it is read forward and backward.
async fn no_row_is_seen_twice_and_none_is_missed_while_others_write(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    let category = rows::category(&provider).await?;
    rows::fill(&provider, &mut Random::new(), category, 80).await?;
    let products = Repository::<products::Entity>::new(&provider);
    let stays: HashSet<i64> = ids(products.find().all().await?).collect();

    let writers = SessionProvider::new(db.pool_of(2).await?);
    let done = AtomicBool::new(false);
    let written = AtomicU64::new(0);
    let reading = async {
        let mut random = Random::new();
        let mut passing = HashSet::new();
        for round in 0..14 {
            let before = written.load(Relaxed);
            let sorts = [
                Sort::asc(products::Column::Description),
                Sort::desc(products::Column::Stock),
                Sort::asc(products::Column::Name),
            ];
            let sorts = &sorts[..random.below(4) as usize];
            let seen = read(&products, sorts, round % 2 == 0).await?;
            let mut distinct = HashSet::new();
            for id in &seen {
                assert!(
                    distinct.insert(*id),
                    "{id} is seen twice, sorted by {sorts:?}"
                );
            }
            let missed: Vec<_> = stays.difference(&distinct).collect();
            assert!(
                missed.is_empty(),
                "{missed:?} were missed, sorted by {sorts:?}"
            );
            passing.extend(distinct.difference(&stays).copied());
            while written.load(Relaxed) < before + 4 {
                tokio::task::yield_now().await;
            }
        }
        done.store(true, Relaxed);
        assert!(!passing.is_empty(), "the writers wrote where nobody read");
        Ok(())
    };
    let write = |number: i64| {
        let writers = &writers;
        let (done, written) = (&done, &written);
        async move {
            let products = Repository::<products::Entity>::new(writers);
            let mut random = Random::of_task(number);
            let mut own: Vec<i64> = Vec::new();
            while !done.load(Relaxed) {
                if own.len() > 20 || (!own.is_empty() && random.below(2) == 0) {
                    let place = random.below(own.len() as u64) as usize;
                    assert!(products.delete(own.swap_remove(place)).await?);
                } else {
                    let row = products
                        .create(rows::product(&mut random, category))
                        .await?;
                    own.push(row.id);
                }
                written.fetch_add(1, Relaxed);
            }
            Result::Ok(())
        }
    };
    let outcome = tokio::try_join!(
        async {
            let outcome: Result = reading.await;
            done.store(true, Relaxed);
            outcome
        },
        write(1),
        write(2)
    );
    writers.manager().dispose().await;
    outcome.map(drop)
}

fn ids(rows: Vec<products::Model>) -> impl Iterator<Item = i64> {
    rows.into_iter().map(|row| row.id)
}

/// All rows by windows, in the order that they were read in.
async fn read(
    products: &Repository<products::Entity>,
    sorts: &[Sort<products::Column>],
    backward: bool,
) -> Result<Vec<i64>> {
    let key = TokenKey::random()?;
    let request = sorts
        .iter()
        .fold(WindowRequest::new(7, &key), |request, sort| {
            request.sort(*sort)
        });
    let mut seen = Vec::new();
    let mut window = match backward {
        false => products.find().window(request.clone()).await?,
        true => products.find().window(request.clone().last()).await?,
    };
    loop {
        let more = if backward {
            window.has_previous
        } else {
            window.has_next
        };
        seen.extend(ids(window.items));
        if !more {
            return Ok(seen);
        }
        let request = match backward {
            false => request.clone().after(window.next),
            true => request.clone().before(window.previous),
        };
        window = products.find().window(request).await?;
    }
}
