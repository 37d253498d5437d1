//! Orders and their items.

use sea_orm_migration::sea_orm::DbBackend;
use sea_orm_migration::sea_query::extension::postgres::Type;
use sea_orm_migration::{prelude::*, schema::*};

use crate::column;

/// The PostgreSQL type of `orders.status`, and so the enum's name in the entities.
pub(crate) const STATUS_TYPE: &str = "orders_status";

/// The values of `orders.status`, in the order in which an order meets them.
pub(crate) const STATUSES: [&str; 5] = ["pending", "paid", "shipped", "cancelled", "refunded"];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        if backend == DbBackend::Postgres {
            let status = Type::create()
                .as_enum(STATUS_TYPE)
                .values(STATUSES)
                .to_owned();
            manager.create_type(status).await?;
        }

        let mut orders = column::table(manager, "orders", "What users bought");
        orders
            .col(big_pk_auto("id"))
            .col(string_len("number", 20).comment("The number on the invoice"))
            .col(big_integer("user_id"))
            .col(enumeration("status", STATUS_TYPE, STATUSES).default("pending"))
            .col(decimal_len("total", 12, 2).comment("The sum of the items"))
            .col(date_null("delivery_date"))
            .col(time_null("delivery_slot").comment("Earliest time of delivery on that day"))
            .col(text_null("note"))
            .col(column::timestamp_null(manager, "paid_at"))
            .col(column::timestamp_now(manager, "created_at"))
            .col(column::timestamp_now(manager, "updated_at"))
            .index(&mut column::unique("uq_orders_number", &["number"]))
            .foreign_key(&mut column::foreign_key(
                "fk_orders_user",
                ("orders", "user_id"),
                ("users", "id"),
                ForeignKeyAction::Restrict,
            ))
            .check(("ck_orders_total", Expr::col("total").gte(0)));
        if backend == DbBackend::Sqlite {
            // SQLite has no enum; elsewhere the type itself refuses other values.
            orders.check(("ck_orders_status", Expr::col("status").is_in(STATUSES)));
        }
        column::create_table(manager, orders).await?;
        column::index(manager, "orders", &["user_id", "created_at"]).await?;
        column::index(manager, "orders", &["status"]).await?;

        let items = column::table(manager, "order_items", "The lines of an order")
            .col(big_pk_auto("id"))
            .col(big_integer("order_id"))
            .col(big_integer("product_id"))
            .col(integer("quantity"))
            .col(decimal_len("unit_price", 12, 2).comment("The price on the day of the order"))
            .index(&mut column::unique(
                "uq_order_items_order_product",
                &["order_id", "product_id"],
            ))
            .foreign_key(&mut column::foreign_key(
                "fk_order_items_order",
                ("order_items", "order_id"),
                ("orders", "id"),
                ForeignKeyAction::Cascade,
            ))
            .foreign_key(&mut column::foreign_key(
                "fk_order_items_product",
                ("order_items", "product_id"),
                ("products", "id"),
                ForeignKeyAction::Restrict,
            ))
            .check(("ck_order_items_quantity", Expr::col("quantity").gt(0)))
            .check(("ck_order_items_unit_price", Expr::col("unit_price").gte(0)))
            .take();
        column::create_table(manager, items).await?;
        column::index(manager, "order_items", &["product_id"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        column::drop_table(manager, "order_items").await?;
        column::drop_table(manager, "orders").await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            manager
                .drop_type(Type::drop().name(STATUS_TYPE).to_owned())
                .await?;
        }
        Ok(())
    }
}
