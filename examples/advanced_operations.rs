//! Paging, conditions, statistics, raw SQL, cache, bulk, export: `cargo run --example advanced_operations`.

use entity::{orders, tags, users};
use sea_orm::FromQueryResult;
use xtsqlorm::{
    dynamic::column,
    operations::{CacheOptions, Export, Format, RawSql},
    prelude::*,
    repository::{
        Filter, PageRequest, QueryRules,
        bulk::{BulkOptions, OnError},
    },
};
use xtsqlorm_examples::{db_key, prepare, step};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let key = db_key();
    prepare(&create_connection_manager(&key).await?).await?;
    let users = create_orm_operations::<users::Entity>(&key).await?;
    let provider = users.repository().provider().clone();

    step("A page with its total");
    let active = users::Column::IsActive.eq(true);
    let order = [(users::Column::Name, Order::Asc)];
    let page = users
        .get_paginated(PageRequest::new(1, 5), active, order)
        .await?;
    println!(
        "{} rows on page {} of {}",
        page.items.len(),
        page.page,
        page.pages
    );

    step("Conditions from a client");
    let rules = QueryRules::new()
        .filter_by(["name", "is_active"])
        .sort_by(["name", "created_at"]);
    let query = rules.parse("is_active=true&name__icontains=a&sort=-name&size=3")?;
    let found = users.find().list(query)?.all().await?;
    println!("{} users, last names first", found.len());
    println!("{}", rules.parse("password=x").unwrap_err());
    let either = Filter::any([
        column("name").starts_with("A"),
        column("name").starts_with("B"),
    ]);
    println!(
        "A or B: {}",
        users.find().filter_by(either)?.count().await? > 0
    );

    step("Statistics");
    let orders = Repository::<orders::Entity>::new(&provider);
    let total = orders.field_stats(orders::Column::Total).await?;
    println!(
        "{} orders, exact sum: {}",
        total.count,
        total.sum.is_some_and(|sum| sum.exact().is_some())
    );

    step("SQL of one's own");
    #[derive(FromQueryResult)]
    struct Buyer {
        name: String,
        spent: rust_decimal::Decimal,
    }
    let buyers: Vec<Buyer> = RawSql::new(
        "SELECT u.name, SUM(o.total) AS spent FROM users u JOIN orders o ON o.user_id = u.id
         WHERE o.total >= :least GROUP BY u.id, u.name ORDER BY spent DESC, u.name",
    )
    .bind("least", rust_decimal::Decimal::ONE)
    .all(&provider)
    .await?;
    let sorted = buyers.windows(2).all(|pair| pair[0].spent >= pair[1].spent);
    println!(
        "{} buyers, sorted: {sorted}, first: {}",
        buyers.len(),
        !buyers[0].name.is_empty()
    );

    step("A cache");
    let cached = users.clone().with_cache(CacheOptions::new());
    let first = cached
        .get_one(users::Column::IsActive.eq(true))
        .await?
        .expect("the seed has users");
    cached.require_by_id(first.id).await?;
    cached.require_by_id(first.id).await?;
    println!("hits: {}", cached.cache_statistics().hits);

    step("Many rows at once");
    let tags = OrmOperations::<tags::Entity>::new(&provider);
    let named = |number| tags::ActiveModel {
        name: Set(format!("bulk {number}")),
        ..Default::default()
    };
    let report = tags.bulk_create((0..1_000).map(named)).await?;
    println!("{} created", report.inserted);
    let skipping = BulkOptions::new().on_error(OnError::Skip);
    let report = tags.bulk(skipping).create((998..1_002).map(named)).await?;
    println!(
        "{} created, {} were there",
        report.inserted, report.refused_rows
    );
    let made_here = column("name").starts_with("bulk ");
    println!("{} deleted", tags.delete_where(made_here).await?);

    step("Export");
    let mut csv = Vec::new();
    let some = users.find().order_by_asc(users::Column::Id).limit(2);
    let written = Export::of(some)
        .columns(["id", "email"])
        .to_writer(&mut csv, Format::csv())
        .await?;
    println!(
        "{} rows:\n{}",
        written.rows,
        String::from_utf8(csv)?.trim_end()
    );

    provider.manager().dispose().await;
    Ok(())
}
