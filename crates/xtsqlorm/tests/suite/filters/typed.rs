//! Filters on entities.

use chrono::Utc;
use entity::{orders, products, users};
use sea_orm::sea_query::Expr;
use serde_json::json;
use xtsqlorm::{
    prelude::*,
    repository::{Filter, column},
};

use super::samples::{self, NAMES, samples};
use crate::support::{Kind, Result, TestDatabase, on_every_backend};

on_every_backend!(
    values_are_changed_to_the_type_of_the_column,
    what_the_column_cannot_be_compared_with_is_refused,
    case_is_ignored_where_that_is_asked_for,
    writes_take_filters_and_refuse_empty_ones,
    json_says_what_rust_says,
);

/// Enum, exact number, UUID, date, moment, bytes, truth, and whole numbers of any width.
async fn values_are_changed_to_the_type_of_the_column(db: TestDatabase) -> Result {
    db.seeded().await?;
    let orders = Repository::<orders::Entity>::new(&db.provider());
    let products = Repository::<products::Entity>::new(&db.provider());
    let order = orders.find().one().await?.unwrap();
    let product = products.find().one().await?.unwrap();
    let status = serde_json::to_value(order.status)?;
    for filter in [
        json!({ "status": status, "id": order.id }),
        json!({ "total": order.total.to_string(), "id": order.id }),
        json!({ "total": { "between": [0, order.total.to_string()] }, "id": order.id }),
        json!({ "created_at": { "lte": Utc::now().to_rfc3339() }, "id": order.id }),
        json!({ "number": { "in": [order.number, null] } }),
        json!({ "user_id": { "lt": 9_000_000_000_000_i64 }, "id": order.id }),
    ] {
        let found = orders.find().filter_by(Filter::from_json(&filter)?)?;
        assert_eq!(found.all().await?, std::slice::from_ref(&order), "{filter}");
    }
    for filter in [
        json!({ "public_id": product.public_id.to_string() }),
        json!({ "stock": { "lt": 9_000_000_000_i64 }, "id": product.id }),
        json!({ "stock": { "gt": -9_000_000_000_i64 }, "id": product.id }),
        json!({ "name": { "starts_with": product.name }, "id": product.id }),
    ] {
        let found = products.find().filter_by(Filter::from_json(&filter)?)?;
        assert_eq!(
            found.all().await?,
            std::slice::from_ref(&product),
            "{filter}"
        );
    }
    let wide = products
        .find()
        .filter_by(column("stock").gt(9_000_000_000_i64))?;
    assert_eq!(wide.count().await?, 0);
    Ok(())
}

/// The error names the column and what to give; the value is not in it, and nothing is sent.
async fn what_the_column_cannot_be_compared_with_is_refused(db: TestDatabase) -> Result {
    let users = Repository::<users::Entity>::new(&db.provider());
    let orders = Repository::<orders::Entity>::new(&db.provider());
    let before = db.manager().statements_sent();
    for (filter, expected) in [
        (
            column("nmae").eq("x"),
            "users.nmae: there is no such field; did you mean `name`?",
        ),
        (
            column("is_active").eq("s3cret"),
            "users.is_active: a text of 6 characters does not suit a column of truth values; \
             give true or false",
        ),
        (
            column("id").contains("1"),
            "users.id: a column of whole numbers is no text to search in; compare it with a value",
        ),
        (
            column("id").lt(Option::<i64>::None),
            "users.id: NULL is neither less nor greater than anything; ask whether it is NULL, or \
             give a value",
        ),
        (
            column("name").icontains("a\0b"),
            "users.name: a text with a zero character cannot be searched for; take it out",
        ),
    ] {
        let error = users.find().filter_by(filter).unwrap_err().to_string();
        assert_eq!(error, expected);
    }
    for (name, value) in [
        ("total", "12,50"),
        ("created_at", "2026-03-01"),
        ("delivery_date", "2026-02-30"),
        ("delivery_slot", "25:00:00"),
    ] {
        let error = orders
            .filter(column(name).eq(value))
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(&format!("orders.{name}: ")), "{error}");
        assert!(
            error.contains("; give ") && !error.contains(value),
            "{error}"
        );
    }
    let error = orders
        .filter(column("status").eq("s3cret"))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("the members are pending, ") && !error.contains("s3cret"),
        "{error}"
    );
    assert_eq!(db.manager().statements_sent(), before);
    Ok(())
}

/// Everywhere, in ASCII; and what is beyond as far as the database knows it.
async fn case_is_ignored_where_that_is_asked_for(db: TestDatabase) -> Result {
    samples(&db).await?;
    let samples = Repository::<samples::Entity>::new(&db.provider());
    let count = async |filter: Filter| samples.find().filter_by(filter)?.count().await;
    let name = || column("name");
    let with_a = NAMES
        .iter()
        .filter(|name| name.to_lowercase().contains('a'))
        .count() as u64;
    assert_eq!(count(name().icontains("A")).await?, with_a);
    assert_eq!(count(name().istarts_with("aB")).await?, 3);
    assert_eq!(count(name().iends_with("b")).await?, 6);
    assert_eq!(count(name().ilike("A_")).await?, 2);
    assert_eq!(count(name().icontains("%")).await?, 2);
    // PostgreSQL's collation "C", too, knows ASCII only.
    let both = if db.kind().speaks_mysql() { 2 } else { 1 };
    assert_eq!(count(name().icontains("É")).await?, both);
    let sensitive = if db.kind() == Kind::Sqlite {
        with_a
    } else {
        with_a - 2
    };
    assert_eq!(count(name().contains("a")).await?, sensitive);
    Ok(())
}

/// `update_where`, `delete_where` and `get_or_create`; SeaORM's conditions go as they went.
async fn writes_take_filters_and_refuse_empty_ones(db: TestDatabase) -> Result {
    let rows = samples(&db).await?;
    let samples = Repository::<samples::Entity>::new(&db.provider());
    let old = || column("age").gte(2);
    let count = rows.iter().filter(|row| row.age >= Some(2)).count() as u64;
    let renamed = samples::ActiveModel {
        name: Set(Some("renamed".into())),
        ..Default::default()
    };
    assert_eq!(samples.update_where(old(), renamed.clone()).await?, count);
    let named = samples.find().filter_by(column("name").eq("renamed"))?;
    assert_eq!(named.clone().count().await?, count);
    let (found, created) = samples
        .get_or_create(
            column("name").eq("renamed").and(column("id").gte(0)),
            renamed.clone(),
        )
        .await?;
    assert!(!created && found.age >= Some(2));
    for empty in [
        Filter::all([]),
        Filter::any([]),
        Filter::any([Filter::all([])]),
        Filter::all([]).not(),
        Filter::from_json(&json!({}))?,
        Condition::all().into(),
    ] {
        for error in [
            samples.delete_where(empty.clone()).await.unwrap_err(),
            samples
                .update_where(empty.clone(), renamed.clone())
                .await
                .unwrap_err(),
            samples
                .get_or_create(empty.clone(), renamed.clone())
                .await
                .unwrap_err(),
        ] {
            assert!(
                error
                    .to_string()
                    .starts_with("samples: the condition is empty"),
                "{error}"
            );
        }
    }
    assert_eq!(samples.delete_where(old()).await?, count);
    assert!(!named.exists().await?);
    assert_eq!(samples.delete_where(samples::Column::Id.eq(0)).await?, 1);
    assert_eq!(
        samples.delete_where(Expr::value(true)).await?,
        rows.len() as u64 - count - 1
    );
    Ok(())
}

/// The forms that JSON has for each thing.
async fn json_says_what_rust_says(db: TestDatabase) -> Result {
    samples(&db).await?;
    let samples = Repository::<samples::Entity>::new(&db.provider());
    let ids = async |filter: Filter| -> Result<Vec<i64>> {
        let found = samples.find().filter_by(filter)?;
        let found = found.order_by_asc(samples::Column::Id).all().await?;
        Ok(found.iter().map(|row| row.id).collect())
    };
    let (age, name) = (|| column("age"), || column("name"));
    for (json, rust) in [
        (json!({}), Filter::all([])),
        (json!([]), Filter::any([])),
        (json!({ "age": 1 }), age().eq(1)),
        (json!({ "age": null }), age().is_null()),
        (
            json!({ "age": [1, 2, null] }),
            age().is_in([1, 2]).or(age().is_null()),
        ),
        (
            json!({ "age": { "gte": 0, "lt": 2 } }),
            age().gte(0).and(age().lt(2)),
        ),
        (json!({ "age": { "is_null": false } }), age().is_not_null()),
        (json!({ "age": { "not_in": [1, null] } }), age().ne(1)),
        (
            json!({ "not": { "age": 1, "name": "b" } }),
            age().eq(1).and(name().eq("b")).not(),
        ),
        (
            json!([{ "age": 1, "flag": true }, { "name": "b" }]),
            age().eq(1).and(column("flag").eq(true)).or(name().eq("b")),
        ),
        (
            json!({ "age": { "ne": 1 }, "or": [{ "name": "a" }, { "name": { "contains": "%" } }] }),
            age().ne(1).and(name().eq("a").or(name().contains("%"))),
        ),
    ] {
        assert_eq!(
            ids(Filter::from_json(&json)?).await?,
            ids(rust).await?,
            "{json}"
        );
    }
    Ok(())
}
