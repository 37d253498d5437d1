//! Tags, and which user has which.

use sea_orm_migration::{prelude::*, schema::*};

use crate::column;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tags = column::table(manager, "tags", "Labels for users")
            .col(big_pk_auto("id"))
            .col(string_len("name", 40))
            .col(string_len_null("description", 200))
            .index(&mut column::unique("uq_tags_name", &["name"]))
            .take();
        column::create_table(manager, tags).await?;

        let users_tags = column::table(manager, "users_tags", "Which user has which tag")
            .col(big_integer("user_id"))
            .col(big_integer("tag_id"))
            .primary_key(
                Index::create()
                    .name("pk_users_tags")
                    .col("user_id")
                    .col("tag_id"),
            )
            .foreign_key(&mut column::foreign_key(
                "fk_users_tags_user",
                ("users_tags", "user_id"),
                ("users", "id"),
                ForeignKeyAction::Cascade,
            ))
            .foreign_key(&mut column::foreign_key(
                "fk_users_tags_tag",
                ("users_tags", "tag_id"),
                ("tags", "id"),
                ForeignKeyAction::Cascade,
            ))
            .take();
        column::create_table(manager, users_tags).await?;
        column::index(manager, "users_tags", &["tag_id"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        column::drop_table(manager, "users_tags").await?;
        column::drop_table(manager, "tags").await
    }
}
