//! How much each operation allocates, which is exact where times are not.
//!
//! Counted on the thread that asks; SQLite's own thread, and what the driver does there, is not.

use entity::users;
use tokio::runtime::{Builder, Runtime};
use xtsqlorm::prelude::*;

use crate::repository::writes::user;

/// The fewest allocations of some runs: now and then a queue between threads grows.
fn allocations<F: Future>(runtime: &Runtime, operation: impl Fn() -> F) -> u64 {
    let run = |_| {
        let counted = allocation_counter::measure(|| {
            runtime.block_on(operation());
        });
        counted.count_total
    };
    (0..20).map(run).min().unwrap_or_default()
}

/// The sample schema in memory, and one thread to ask it from.
fn database() -> (Runtime, SessionProvider) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let provider = runtime.block_on(async {
        let config = DatabaseConfig::from_url("sqlite::memory:").unwrap();
        let manager = ConnectionManager::connect(&config).await.unwrap();
        let migrated = <migration::Migrator as migration::MigratorTrait>::up(manager.db(), None);
        migrated.await.unwrap();
        SessionProvider::new(manager)
    });
    (runtime, provider)
}

#[test]
fn a_read_allocates_no_more_than_seaorm_does_by_itself() {
    let (runtime, provider) = database();
    let users = Repository::<users::Entity>::new(&provider);
    let id = runtime
        .block_on(users.create(user("a@example.com")))
        .unwrap()
        .id;
    let db = provider.manager().db();
    let ours = allocations(&runtime, || async {
        users.get_by_id(id).await.unwrap().unwrap()
    });
    let plain = allocations(&runtime, || async {
        let row = users::Entity::find_by_id(id).one(db).await;
        row.unwrap().unwrap()
    });
    assert!(
        ours <= plain,
        "{ours} allocations, and {plain} by SeaORM on its own handle"
    );
}

#[test]
fn a_bulk_insert_allocates_a_bounded_number_for_each_row() {
    let (runtime, provider) = database();
    let users = Repository::<users::Entity>::new(&provider);
    let of = |rows: usize| {
        allocations(&runtime, || async {
            let session = provider.create_session().await.unwrap();
            let row = |number| user(&format!("{number}@example.com"));
            let inside = users.in_session(&session);
            let report = inside.bulk_create((0..rows).map(row)).await.unwrap();
            assert_eq!(report.inserted, rows as u64);
            session.rollback().await.unwrap();
        })
    };
    // The text of the statement is made once for all chunks: what more rows cost is theirs alone.
    let (one, three) = (of(1_000), of(3_000));
    let each = (three - one) as f64 / 2_000.0;
    assert!(
        each <= 12.0,
        "{each} allocations for each row; {one} for 1,000"
    );
}
