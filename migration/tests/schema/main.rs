//! What the sample schema promises, tried on every database.

mod entities;
mod support;

use chrono::{TimeDelta, Utc};
use entities::{audit_log, order_items, orders, products, users};
use migration::{Migrator, MigratorTrait, seed};
use sea_orm::prelude::*;
use sea_orm::sea_query::Query;
use sea_orm::{
    DatabaseConnection, DbBackend, ExprTrait, IntoActiveModel, Iterable, NotSet, QueryOrder,
    QuerySelect, Set, Statement, TransactionTrait,
};
use support::{count, on_every_backend};

on_every_backend!(
    the_schema_goes_up_and_down,
    fresh_clears_a_filled_schema,
    seeding_twice_adds_nothing,
    a_seed_rolled_back_leaves_nothing,
    the_seed_reads_like_a_shop,
    keys_go_on_after_the_seed,
    one_product_entity_reads_and_writes,
    one_order_entity_reads_and_writes,
    one_audit_entity_reads_and_writes,
    defaults_fill_what_an_insert_leaves_out,
    instants_compare_with_defaults,
    checks_and_unique_keys_refuse_bad_rows,
    deleting_a_parent_follows_its_rule,
    comments_reach_the_server,
);

const TABLES: [&str; 9] = [
    "countries",
    "users",
    "categories",
    "products",
    "orders",
    "order_items",
    "tags",
    "users_tags",
    "audit_log",
];

/// `up` makes all tables, `down` drops all of them, rows or not, and then `up` works again.
async fn the_schema_goes_up_and_down(db: DatabaseConnection) -> Result<(), DbErr> {
    Migrator::up(&db, None).await?;
    seed(&db).await?;
    for table in TABLES {
        assert!(count(&db, table).await? > 0, "{table} has no seed row");
    }
    assert!(Migrator::get_pending_migrations(&db).await?.is_empty());
    Migrator::down(&db, None).await?;
    for table in TABLES {
        assert!(count(&db, table).await.is_err(), "{table} is still there");
    }
    Migrator::up(&db, None).await
}

/// `fresh` gives empty tables, whatever was in them.
async fn fresh_clears_a_filled_schema(db: DatabaseConnection) -> Result<(), DbErr> {
    filled(&db).await?;
    Migrator::fresh(&db).await?;
    for table in TABLES {
        assert_eq!(count(&db, table).await?, 0, "{table}");
    }
    Ok(())
}

/// The second seed sees the first.
async fn seeding_twice_adds_nothing(db: DatabaseConnection) -> Result<(), DbErr> {
    filled(&db).await?;
    let mut before = Vec::new();
    for table in TABLES {
        before.push(count(&db, table).await?);
    }
    seed(&db).await?;
    for (table, before) in TABLES.into_iter().zip(before) {
        assert_eq!(count(&db, table).await?, before, "{table}");
    }
    Ok(())
}

/// In a transaction the seed is all or nothing.
async fn a_seed_rolled_back_leaves_nothing(db: DatabaseConnection) -> Result<(), DbErr> {
    Migrator::up(&db, None).await?;
    let transaction = db.begin().await?;
    seed(&transaction).await?;
    transaction.rollback().await?;
    for table in TABLES {
        assert_eq!(count(&db, table).await?, 0, "{table}");
    }
    Ok(())
}

/// Totals are sums, all statuses occur, two users are inactive and one is deleted.
async fn the_seed_reads_like_a_shop(db: DatabaseConnection) -> Result<(), DbErr> {
    filled(&db).await?;

    let orders = orders::Entity::find().all(&db).await?;
    for order in &orders {
        let items = order_items::Entity::find()
            .filter(order_items::Column::OrderId.eq(order.id))
            .all(&db)
            .await?;
        let sum: Decimal = items
            .iter()
            .map(|item| item.unit_price * Decimal::from(item.quantity))
            .sum();
        assert_eq!(order.total, sum, "{}", order.number);
    }
    for status in orders::Status::iter() {
        let some = orders.iter().any(|order| order.status == status);
        assert!(some, "no order is {status:?}");
    }

    let users = users::Entity::find()
        .order_by_asc(users::Column::Id)
        .all(&db)
        .await?;
    assert_eq!(users.iter().filter(|user| !user.is_active).count(), 2);
    assert_eq!(
        users
            .iter()
            .filter(|user| user.deleted_at.is_some())
            .count(),
        1
    );
    let sato = users.iter().find(|user| user.name == "佐藤 美咲").unwrap();
    assert_eq!(sato.preferences.as_ref().unwrap()["locale"], "ja-JP");
    assert_eq!(sato.birthday, Date::from_ymd_opt(1996, 7, 7));
    let ids: Vec<_> = users.iter().map(|user| user.id).collect();
    assert_eq!(
        ids,
        Vec::from_iter(1..=15),
        "keys of a fresh schema count from 1"
    );

    let products = products::Entity::find().all(&db).await?;
    let lamp = products
        .iter()
        .find(|product| product.sku == "LT-DESK-01")
        .unwrap();
    assert_eq!(
        lamp.available_from.unwrap().to_string(),
        "2026-02-15 08:30:00.250"
    );
    let audit = audit_log::Entity::find().all(&db).await?;
    assert!(
        audit
            .iter()
            .any(|line| line.detail["address"]["city"] == "Köln")
    );
    Ok(())
}

/// The database goes on counting where the seed rows end.
async fn keys_go_on_after_the_seed(db: DatabaseConnection) -> Result<(), DbErr> {
    filled(&db).await?;
    let last: i64 = users::Entity::find()
        .order_by_desc(users::Column::Id)
        .one(&db)
        .await?
        .unwrap()
        .id;
    let user = new_user("new@example.com").insert(&db).await?;
    assert_eq!(user.id, last + 1);
    Ok(())
}

/// UUID, decimal, double, bool, text, blob, date-time: out comes what went in.
async fn one_product_entity_reads_and_writes(db: DatabaseConnection) -> Result<(), DbErr> {
    filled(&db).await?;
    for price in ["5.00", "0.00", "0.10", "1234567890.99", "19.95"] {
        let written = products::Model {
            id: 0,
            public_id: Uuid::new_v4(),
            sku: format!("TEST-{price}"),
            name: "Ünïcode – 試験 🧪".into(),
            description: Some("long ".repeat(2_000)),
            category_id: 1,
            price: price.parse().unwrap(),
            stock: i32::MAX,
            weight_kg: Some(0.1),
            is_active: false,
            available_from: Some("2026-03-29T02:30:00.123456".parse().unwrap()),
            thumbnail: Some((0..=255).collect()),
            version: 7,
            created_at: "2026-01-02T03:04:05.000006Z".parse().unwrap(),
            updated_at: "1999-12-31T23:59:59.999999Z".parse().unwrap(),
            deleted_at: Some("2026-06-01T00:00:00Z".parse().unwrap()),
        };
        let mut row = written.clone().into_active_model();
        row.id = NotSet;
        let inserted = row.insert(&db).await?;
        let written = products::Model {
            id: inserted.id,
            ..written
        };
        assert_eq!(inserted, written);
        // Found by UUID, by decimal and by instant: they compare as well as they decode.
        let read = products::Entity::find()
            .filter(products::Column::PublicId.eq(written.public_id))
            .filter(products::Column::Price.eq(written.price))
            .filter(products::Column::CreatedAt.eq(written.created_at))
            .filter(products::Column::AvailableFrom.eq(written.available_from))
            .filter(products::Column::IsActive.eq(false))
            .one(&db)
            .await?;
        assert_eq!(read, Some(written));
    }
    Ok(())
}

/// Enum, date and time of day: every status, and NULL for each optional column.
async fn one_order_entity_reads_and_writes(db: DatabaseConnection) -> Result<(), DbErr> {
    filled(&db).await?;
    for status in orders::Status::iter() {
        let row = orders::ActiveModel {
            number: Set(format!("T-{status:?}")),
            user_id: Set(1),
            status: Set(status),
            total: Set(Decimal::new(500, 2)),
            delivery_date: Set(Date::from_ymd_opt(2026, 2, 28)),
            delivery_slot: Set(Time::from_hms_opt(23, 59, 58)),
            ..Default::default()
        };
        let mut order = row.insert(&db).await?;
        assert_eq!(order.delivery_date, Date::from_ymd_opt(2026, 2, 28));
        assert_eq!(order.delivery_slot, Time::from_hms_opt(23, 59, 58));
        assert_eq!((order.note.as_ref(), order.paid_at), (None, None));

        let mut changes = order.clone().into_active_model();
        changes.delivery_slot = Set(None);
        order = changes.update(&db).await?;
        let found = orders::Entity::find()
            .filter(orders::Column::Status.eq(status))
            .filter(orders::Column::Number.eq(order.number.as_str()))
            .one(&db)
            .await?;
        assert_eq!(found, Some(order));
    }
    Ok(())
}

/// A UUID key of the caller's making, and JSON of any shape.
async fn one_audit_entity_reads_and_writes(db: DatabaseConnection) -> Result<(), DbErr> {
    filled(&db).await?;
    let shapes = [
        r#"{"nested":{"list":[1,2.5,"三",null,true]},"empty":{}}"#,
        r#"[1,2,3]"#,
        r#""text""#,
        "123",
        "true",
    ];
    for shape in shapes {
        let written = audit_log::Model {
            id: Uuid::now_v7(),
            user_id: None,
            action: "test".into(),
            subject_table: "users".into(),
            subject_key: "1".into(),
            detail: shape.parse().unwrap(),
            created_at: "2026-01-01T00:00:00.5Z".parse().unwrap(),
        };
        let inserted = written.clone().into_active_model().insert(&db).await?;
        assert_eq!(inserted, written);
        let read = audit_log::Entity::find_by_id(written.id).one(&db).await?;
        assert_eq!(read, Some(written));
    }
    Ok(())
}

/// true, 1, 'pending', 0 and the current time.
async fn defaults_fill_what_an_insert_leaves_out(db: DatabaseConnection) -> Result<(), DbErr> {
    filled(&db).await?;
    let user = new_user("default@example.com").insert(&db).await?;
    assert!(user.is_active);
    assert_eq!(user.version, 1);
    assert_eq!(
        (user.birthday, user.preferences, user.deleted_at),
        (None, None, None)
    );
    let age = Utc::now() - user.created_at;
    assert!(age.abs() < TimeDelta::seconds(30), "created {age} ago");

    let order = new_order("D-1", user.id).insert(&db).await?;
    assert_eq!(order.status, orders::Status::Pending);
    let product = new_product("D-1").insert(&db).await?;
    assert_eq!(
        (product.stock, product.is_active, product.version),
        (0, true, 1)
    );
    Ok(())
}

/// An instant that the database wrote sorts among those that were bound.
async fn instants_compare_with_defaults(db: DatabaseConnection) -> Result<(), DbErr> {
    filled(&db).await?;
    let email = "instant@example.com";
    new_user(email).insert(&db).await?;
    let now = Utc::now();
    let around = users::Entity::find()
        .filter(users::Column::CreatedAt.gt(now - TimeDelta::seconds(30)))
        .filter(users::Column::CreatedAt.lt(now + TimeDelta::seconds(30)))
        .all(&db)
        .await?;
    let emails: Vec<_> = around.iter().map(|user| user.email.as_str()).collect();
    assert_eq!(emails, [email]);
    Ok(())
}

/// What breaks a rule of the schema is an error on every database, and the row is not there.
async fn checks_and_unique_keys_refuse_bad_rows(db: DatabaseConnection) -> Result<(), DbErr> {
    filled(&db).await?;
    let before = count(&db, "order_items").await?;
    let first = order_items::Entity::find().one(&db).await?.unwrap();
    let item = |product_id, quantity| order_items::ActiveModel {
        order_id: Set(first.order_id),
        product_id: Set(product_id),
        quantity: Set(quantity),
        unit_price: Set(Decimal::ONE),
        ..Default::default()
    };
    let twice = item(first.product_id, 1).insert(&db).await.unwrap_err();
    assert!(
        matches!(twice.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))),
        "{twice:?}"
    );
    let none = item(16, 0).insert(&db).await.unwrap_err();
    assert!(
        none.to_string().contains("ck_order_items_quantity"),
        "{none}"
    );
    let nowhere = item(9_999, 1).insert(&db).await.unwrap_err();
    assert!(
        matches!(
            nowhere.sql_err(),
            Some(SqlErr::ForeignKeyConstraintViolation(_))
        ),
        "{nowhere:?}"
    );
    assert_eq!(count(&db, "order_items").await?, before);

    let mut negative = new_product("N-1");
    negative.price = Set(Decimal::NEGATIVE_ONE);
    let negative = negative.insert(&db).await.unwrap_err();
    assert!(
        negative.to_string().contains("ck_products_price"),
        "{negative}"
    );

    let nameless = users::ActiveModel {
        email: Set("nameless@example.com".into()),
        ..Default::default()
    };
    assert!(nameless.insert(&db).await.is_err());

    let lost = match db.get_database_backend() {
        // A cast to the enum type, without which PostgreSQL refuses any text.
        DbBackend::Postgres => Expr::val("lost").as_enum("orders_status"),
        _ => Expr::val("lost"),
    };
    let update = Query::update().table("orders").value("status", lost).take();
    assert!(db.execute(&update).await.is_err());
    Ok(())
}

/// An order takes its items along; a user with orders stays; the audit log outlives its user.
async fn deleting_a_parent_follows_its_rule(db: DatabaseConnection) -> Result<(), DbErr> {
    filled(&db).await?;
    let order = orders::Entity::find().one(&db).await?.unwrap();
    assert!(
        users::Entity::delete_by_id(order.user_id)
            .exec(&db)
            .await
            .is_err()
    );

    orders::Entity::delete_by_id(order.id).exec(&db).await?;
    let items = order_items::Entity::find()
        .filter(order_items::Column::OrderId.eq(order.id))
        .count(&db)
        .await?;
    assert_eq!(items, 0);

    let user = new_user("leaver@example.com").insert(&db).await?;
    let line = audit_log::Model {
        id: Uuid::now_v7(),
        user_id: Some(user.id),
        action: "test".into(),
        subject_table: "users".into(),
        subject_key: user.id.to_string(),
        detail: Json::Null,
        created_at: Utc::now(),
    };
    let id = line.id;
    line.into_active_model().insert(&db).await?;
    users::Entity::delete_by_id(user.id).exec(&db).await?;
    let user_id: Option<Option<i64>> = audit_log::Entity::find_by_id(id)
        .select_only()
        .column(audit_log::Column::UserId)
        .into_tuple()
        .one(&db)
        .await?;
    assert_eq!(user_id, Some(None));
    Ok(())
}

/// Where the database keeps comments, `orders.number` has one.
async fn comments_reach_the_server(db: DatabaseConnection) -> Result<(), DbErr> {
    Migrator::up(&db, None).await?;
    let sql = match db.get_database_backend() {
        DbBackend::MySql => {
            "SELECT column_comment AS words FROM information_schema.columns \
             WHERE table_schema = DATABASE() AND table_name = 'orders' AND column_name = 'number'"
        }
        DbBackend::Postgres => {
            "SELECT col_description(attrelid, attnum) AS words FROM pg_attribute \
             WHERE attrelid = 'orders'::regclass AND attname = 'number'"
        }
        // SQLite keeps none.
        _ => return Ok(()),
    };
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let row = db.query_one_raw(statement).await?.unwrap();
    let words: String = row.try_get("", "words")?;
    assert_eq!(words, "The number on the invoice");
    Ok(())
}

/// The schema with its seed rows.
async fn filled(db: &DatabaseConnection) -> Result<(), DbErr> {
    Migrator::up(db, None).await?;
    seed(db).await
}

fn new_user(email: &str) -> users::ActiveModel {
    users::ActiveModel {
        email: Set(email.into()),
        name: Set("Test".into()),
        ..Default::default()
    }
}

fn new_order(number: &str, user_id: i64) -> orders::ActiveModel {
    orders::ActiveModel {
        number: Set(number.into()),
        user_id: Set(user_id),
        total: Set(Decimal::ZERO),
        ..Default::default()
    }
}

fn new_product(sku: &str) -> products::ActiveModel {
    products::ActiveModel {
        public_id: Set(Uuid::new_v4()),
        sku: Set(sku.into()),
        name: Set("Test".into()),
        category_id: Set(1),
        price: Set(Decimal::ONE),
        ..Default::default()
    }
}
