//! Countries and the users who live there.

use sea_orm_migration::{prelude::*, schema::*};

use crate::column;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Not char(2): PostgreSQL compares a bound text with char by converting the column, and so
        // cannot look the key up in its index.
        let countries = column::table(manager, "countries", "Countries that the shop ships to")
            .col(
                string_len("code", 2)
                    .primary_key()
                    .comment("ISO 3166-1 alpha-2"),
            )
            .col(string_len("name", 80))
            .index(&mut column::unique("uq_countries_name", &["name"]))
            .take();
        column::create_table(manager, countries).await?;

        let users = column::table(manager, "users", "People with an account")
            .col(big_pk_auto("id"))
            .col(string_len("email", 190).comment("Signs the user in"))
            .col(string_len("name", 100).comment("As the user writes it, in any script"))
            .col(string_len_null("country_code", 2))
            .col(date_null("birthday"))
            .col(boolean("is_active").default(true))
            .col(
                column::json(manager, "preferences")
                    .null()
                    .comment("Locale, theme and the like"),
            )
            .col(column::version())
            .col(column::timestamp_now(manager, "created_at"))
            .col(column::timestamp_now(manager, "updated_at"))
            .col(column::deleted_at(manager))
            .index(&mut column::unique("uq_users_email", &["email"]))
            .foreign_key(&mut column::foreign_key(
                "fk_users_country",
                ("users", "country_code"),
                ("countries", "code"),
                ForeignKeyAction::SetNull,
            ))
            .take();
        column::create_table(manager, users).await?;
        column::index(manager, "users", &["country_code"]).await?;
        column::index(manager, "users", &["created_at"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        column::drop_table(manager, "users").await?;
        column::drop_table(manager, "countries").await
    }
}
