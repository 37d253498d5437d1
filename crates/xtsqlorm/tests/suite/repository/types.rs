//! Every type of the sample schema, through the reflected entities.

use chrono::{NaiveDate, NaiveTime, SubsecRound, TimeZone, Utc};
use entity::{categories, orders, products, sea_orm_active_enums::OrdersStatus, users};
use sea_orm::ActiveModelTrait as _;
use sea_orm::prelude::Uuid;
use xtsqlorm::prelude::*;

use super::writes::user;
use crate::support::{Result, TestDatabase, on_every_backend};

on_every_backend!(
    values_come_back_as_they_went_in,
    seeded_rows_can_all_be_read
);

/// Decimal, UUID, blob, text, enum, JSON, dates and times with and without zone, and NULL for each.
async fn values_come_back_as_they_went_in(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    let categories = Repository::<categories::Entity>::new(&provider);
    let products = Repository::<products::Entity>::new(&provider);
    let orders = Repository::<orders::Entity>::new(&provider);
    let root = categories
        .create(categories::ActiveModel {
            slug: Set("root".into()),
            name: Set("Root".into()),
            ..Default::default()
        })
        .await?;
    let day = NaiveDate::from_ymd_opt(2026, 2, 28).unwrap();
    let hour = NaiveTime::from_hms_opt(23, 59, 58).unwrap();
    let full = products::ActiveModel {
        public_id: Set(Uuid::new_v4()),
        sku: Set("SKU-1".into()),
        name: Set("茶 \"O'Tea\" \\ % _".into()),
        description: Set(Some("long ".repeat(5000))),
        category_id: Set(root.id),
        price: Set("1234567890.05".parse()?),
        stock: Set(i32::MAX),
        weight_kg: Set(Some(0.1)),
        available_from: Set(Some(day.and_time(hour))),
        thumbnail: Set(Some((0..=255).collect())),
        deleted_at: Set(Some(Utc.timestamp_micros(1_700_000_000_123_456).unwrap())),
        ..Default::default()
    };
    let bare = products::ActiveModel {
        public_id: Set(Uuid::nil()),
        sku: Set("SKU-2".into()),
        name: Set(String::new()),
        category_id: Set(root.id),
        // A whole number in a decimal column, which SQLite's other affinities lose.
        price: Set("5.00".parse()?),
        ..Default::default()
    };
    for given in [full, bare] {
        let stored = products.create(given.clone()).await?;
        assert_eq!(products.require_by_id(stored.id).await?, stored);
        for column in products::Column::iter() {
            if let ActiveValue::Set(value) = given.get(column) {
                assert_eq!(stored.get(column), value, "{column:?}");
            }
        }
    }
    let buyer = Repository::<users::Entity>::new(&provider)
        .create(user("a@example.com"))
        .await?;
    for status in OrdersStatus::iter() {
        let given = orders::ActiveModel {
            number: Set(format!("T-{status:?}")),
            user_id: Set(buyer.id),
            status: Set(status),
            total: Set("0.01".parse()?),
            delivery_date: Set(Some(day)),
            delivery_slot: Set(Some(hour)),
            paid_at: Set(Some(Utc::now().trunc_subsecs(6))),
            ..Default::default()
        };
        let stored = orders.create(given.clone()).await?;
        assert_eq!(stored.status, status);
        assert_eq!(stored.delivery_slot, Some(hour));
        assert_eq!(ActiveValue::Set(stored.paid_at), given.paid_at);
        let found = orders
            .find()
            .filter(orders::Column::Status.eq(status))
            .count()
            .await?;
        assert_eq!(found, 1);
    }
    Ok(())
}

/// No seeded row fails to decode.
async fn seeded_rows_can_all_be_read(db: TestDatabase) -> Result {
    db.seeded().await?;
    let provider = db.provider();
    macro_rules! read_all {
        ($($table:ident),+) => {$(
            let repository = Repository::<entity::$table::Entity>::new(&provider);
            let rows = repository.get_all(Page::all()).await?;
            assert_eq!(rows.len() as u64, repository.count().await?);
            assert!(!rows.is_empty(), stringify!($table));
        )+};
    }
    read_all!(
        audit_log,
        categories,
        countries,
        order_items,
        orders,
        products,
        tags,
        users,
        users_tags
    );
    Ok(())
}
