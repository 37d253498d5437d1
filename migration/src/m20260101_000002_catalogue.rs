//! The category tree and the products in it.

use sea_orm_migration::{prelude::*, schema::*};

use crate::column;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let categories = column::table(manager, "categories", "A tree of product categories")
            .col(big_pk_auto("id"))
            .col(big_integer_null("parent_id").comment("NULL at the top of the tree"))
            .col(string_len("slug", 80).comment("The name in URLs"))
            .col(string_len("name", 80))
            .col(
                integer("position")
                    .default(0)
                    .comment("Order among siblings"),
            )
            .index(&mut column::unique("uq_categories_slug", &["slug"]))
            .foreign_key(&mut column::foreign_key(
                "fk_categories_parent",
                ("categories", "parent_id"),
                ("categories", "id"),
                ForeignKeyAction::NoAction,
            ))
            .take();
        column::create_table(manager, categories).await?;
        column::index(manager, "categories", &["parent_id"]).await?;

        let products = column::table(manager, "products", "What the shop sells")
            .col(big_pk_auto("id"))
            .col(uuid("public_id").comment("UUID: the identifier in URLs and feeds"))
            .col(string_len("sku", 32).comment("Stock keeping unit"))
            .col(string_len("name", 160))
            .col(text_null("description"))
            .col(big_integer("category_id"))
            .col(decimal_len("price", 12, 2).comment("In euro, tax included"))
            .col(integer("stock").default(0))
            .col(double_null("weight_kg"))
            .col(boolean("is_active").default(true))
            .col(
                column::date_time_null(manager, "available_from")
                    .comment("Wall-clock time of the shop"),
            )
            .col(blob_null("thumbnail").comment("A small image"))
            .col(column::version())
            .col(column::timestamp_now(manager, "created_at"))
            .col(column::timestamp_now(manager, "updated_at"))
            .col(column::deleted_at(manager))
            .index(&mut column::unique("uq_products_public_id", &["public_id"]))
            .index(&mut column::unique("uq_products_sku", &["sku"]))
            .foreign_key(&mut column::foreign_key(
                "fk_products_category",
                ("products", "category_id"),
                ("categories", "id"),
                ForeignKeyAction::Restrict,
            ))
            .check(("ck_products_price", Expr::col("price").gte(0)))
            .check(("ck_products_stock", Expr::col("stock").gte(0)))
            .take();
        column::create_table(manager, products).await?;
        column::index(manager, "products", &["category_id"]).await?;
        column::index(manager, "products", &["name"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        column::drop_table(manager, "products").await?;
        column::drop_table(manager, "categories").await
    }
}
