//! The parts that the library adds to a statement, each by size, without a server between:
//! `cargo bench -p xtsqlorm --all-features --bench parts`.
//!
//! They are for comparing a change with what was before it. How the whole compares with other
//! libraries on real servers is what the workspace in `bench/` measures.

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use entity::users;
use sea_orm::{DbBackend, EntityTrait, QueryFilter, QueryTrait};
use serde_json::{Value as Json, json};
use tokio::runtime::Runtime;
use xtsqlorm::{
    operations::CacheOptions,
    prelude::*,
    repository::{QueryRules, Sort, TokenKey, WindowRequest},
};

criterion_group!(parts, filters, conditions, windows, reads, bulk);
criterion_main!(parts);

/// So many comparisons, in groups of four.
fn filter(comparisons: usize) -> Json {
    let group = |number: usize| json!({ "or": [{ "name": { "icontains": format!("b{number}") } }, { "id": { "gt": number } }] });
    json!({ "and": (0..comparisons / 2).map(group).collect::<Vec<_>>() })
}

fn rules() -> QueryRules {
    QueryRules::any_column()
        .max_comparisons(1_000)
        .max_size(100)
}

fn filters(criterion: &mut Criterion) {
    let rules = rules();
    let mut group = criterion.benchmark_group("filter");
    for comparisons in [2, 16, 128] {
        let json = filter(comparisons);
        group.throughput(Throughput::Elements(comparisons as u64));
        group.bench_with_input(
            BenchmarkId::new("json", comparisons),
            &json,
            |bench, json| {
                bench.iter(|| rules.filter_from_json(json).expect("a good filter"));
            },
        );
    }
    group.bench_function("query string", |bench| {
        let query = "id__gte=18&name__icontains=bob&is_active=true&sort=-created_at&page=2&size=20";
        bench.iter(|| rules.parse(query).expect("a good query"));
    });
    group.finish();
}

/// From a filter to the statement's text.
fn conditions(criterion: &mut Criterion) {
    let (_runtime, provider) = database();
    let users = Repository::<users::Entity>::new(&provider);
    let mut group = criterion.benchmark_group("statement");
    for comparisons in [2, 16, 128] {
        let filter = rules()
            .filter_from_json(&filter(comparisons))
            .expect("a good filter");
        group.throughput(Throughput::Elements(comparisons as u64));
        group.bench_function(BenchmarkId::new("filtered", comparisons), |bench| {
            bench.iter(|| {
                let condition = users.filter(filter.clone()).expect("known columns");
                let select = users::Entity::find().filter(condition);
                select.build(DbBackend::Postgres).sql.len()
            });
        });
    }
    group.finish();
}

/// A window behind a token, which is checked, and two new tokens, which are signed.
fn windows(criterion: &mut Criterion) {
    let (runtime, provider) = database();
    let users = Repository::<users::Entity>::new(&provider);
    let key = TokenKey::random().expect("random bytes");
    let request = |size| WindowRequest::new(size, &key).sort(Sort::asc(users::Column::Name));
    let first = runtime
        .block_on(users.find().window(request(1)))
        .expect("a window");
    let next = first.next.expect("more rows");
    criterion.bench_function("window/10 rows behind a token", |bench| {
        bench.iter(|| {
            let window = users.find().window(request(10).after(next.clone()));
            runtime.block_on(window).expect("a window").items.len()
        });
    });
}

/// A row by its key: from the database in this process, and from the cache.
fn reads(criterion: &mut Criterion) {
    let (runtime, provider) = database();
    let users = Repository::<users::Entity>::new(&provider);
    let cached = OrmOperations::of(users.clone()).with_cache(CacheOptions::new());
    let mut group = criterion.benchmark_group("get_by_id");
    group.bench_function("SQLite", |bench| {
        bench.iter(|| runtime.block_on(users.get_by_id(1)).expect("a row"));
    });
    group.bench_function("SeaORM on the same pool", |bench| {
        let read = || async {
            let found = users::Entity::find_by_id(1).one(provider.manager().db());
            found.await.expect("a row")
        };
        bench.iter(|| runtime.block_on(read()));
    });
    group.bench_function("cache", |bench| {
        bench.iter(|| runtime.block_on(cached.get_by_id(1)).expect("a row"));
    });
    group.finish();
}

/// Rows that are created and taken back again.
fn bulk(criterion: &mut Criterion) {
    let (runtime, provider) = database();
    let users = Repository::<users::Entity>::new(&provider);
    let mut group = criterion.benchmark_group("bulk_create");
    group.sample_size(20);
    for rows in [10, 1_000, 10_000] {
        let made = || {
            (0..rows).map(|number| users::ActiveModel {
                email: Set(format!("{number}@bulk.example")),
                name: Set("Somebody".to_owned()),
                ..Default::default()
            })
        };
        group.throughput(Throughput::Elements(rows));
        group.bench_function(BenchmarkId::from_parameter(rows), |bench| {
            bench.iter_batched(
                || made().collect::<Vec<_>>(),
                |rows| {
                    runtime.block_on(async {
                        let session = provider.create_session().await.expect("a session");
                        let inside = users.in_session(&session);
                        inside.bulk_create(rows).await.expect("new rows");
                        session.rollback().await.expect("a rollback");
                    });
                },
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

/// The sample database, in memory.
fn database() -> (Runtime, SessionProvider) {
    let runtime = Runtime::new().expect("a runtime");
    let provider = runtime.block_on(async {
        let config = DatabaseConfig::from_url("sqlite::memory:").expect("a URL");
        let manager = ConnectionManager::connect(&config).await.expect("SQLite");
        let migrated = <migration::Migrator as migration::MigratorTrait>::up(manager.db(), None);
        migrated.await.expect("the sample schema");
        migration::seed(manager.db()).await.expect("its rows");
        SessionProvider::new(manager)
    });
    (runtime, provider)
}
