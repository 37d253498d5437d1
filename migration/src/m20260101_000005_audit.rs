//! The log of who changed what.

use sea_orm_migration::{prelude::*, schema::*};

use crate::column;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let audit_log = column::table(manager, "audit_log", "Who changed what, and when")
            .col(pk_uuid("id").comment("UUID: made by the writer, version 7"))
            .col(big_integer_null("user_id").comment("NULL for the system and for deleted users"))
            .col(string_len("action", 40))
            .col(string_len("subject_table", 64))
            .col(string_len("subject_key", 64))
            .col(column::json(manager, "detail").not_null())
            .col(column::timestamp_now(manager, "created_at"))
            .foreign_key(&mut column::foreign_key(
                "fk_audit_log_user",
                ("audit_log", "user_id"),
                ("users", "id"),
                ForeignKeyAction::SetNull,
            ))
            .take();
        column::create_table(manager, audit_log).await?;
        column::index(manager, "audit_log", &["user_id"]).await?;
        column::index(manager, "audit_log", &["subject_table", "subject_key"]).await?;
        column::index(manager, "audit_log", &["created_at"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        column::drop_table(manager, "audit_log").await
    }
}
