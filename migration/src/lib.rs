//! The sample schema: a small shop, chosen for the breadth of its column types.
//!
//! Examples, tests and the generated `entity` crate all work on these tables. They hold what a
//! service usually meets (generated and given keys, a composite key, money, enums, JSON, UUIDs, dates and
//! times, blobs, checks, soft deletion, versions) and mean the same on MySQL, MariaDB, PostgreSQL
//! and SQLite: one set of entities, generated from MySQL, reads and writes all four.
//!
//! ```text
//! countries ──< users ──< orders ──< order_items >── products >── categories ─┐
//!  code        │  │  id     id        order_id        id            id        │
//!              │  │                   product_id                    parent_id ┘
//!              │  └──< users_tags >── tags
//!              │        user_id, tag_id (the key)
//!              └──< audit_log
//!                    id (UUID)
//! ```
//!
//! | Table | Key | What it shows |
//! |---|---|---|
//! | `countries` | `code` | a given string key |
//! | `users` | `id` | unique, date, boolean, JSON, `version`, `deleted_at` |
//! | `categories` | `id` | a tree: `parent_id` points into the same table |
//! | `products` | `id` | UUID, decimal, double, text, blob, date-time without zone, checks |
//! | `orders` | `id` | an enum with a default, time of day, a guarded parent (`RESTRICT`) |
//! | `order_items` | `id` | composite unique key, checks, `CASCADE` |
//! | `tags`, `users_tags` | `id`; `user_id, tag_id` | many to many |
//! | `audit_log` | `id` | a UUID key made by the caller, JSON that must be there, `SET NULL` |
//!
//! Schema and data stay apart: [`Migrator`] makes the tables, [`seed()`] adds rows. What a type is
//! called on which database, and why, is written beside the columns in `src/column.rs`.
//!
//! # Examples
//!
//! ```
//! use migration::{Migrator, MigratorTrait, seed};
//! use sea_orm_migration::sea_orm::Database;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), sea_orm_migration::DbErr> {
//! let db = Database::connect("sqlite::memory:").await?;
//! Migrator::up(&db, None).await?;
//! seed(&db).await?;
//! # Ok(())
//! # }
//! ```
//!
//! On the command line, with `DATABASE_URL` set: `cargo run -p migration -- up` (or `down`, `fresh`,
//! `status`).

mod column;
mod m20260101_000001_users;
mod m20260101_000002_catalogue;
mod m20260101_000003_orders;
mod m20260101_000004_tags;
mod m20260101_000005_audit;
mod seed;

use sea_orm_migration::MigrationTrait;

pub use sea_orm_migration::MigratorTrait;
pub use seed::seed;

/// Makes and drops the sample schema; see [`MigratorTrait`] for what it can do.
#[derive(Debug, Clone, Copy)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20260101_000001_users::Migration),
            Box::new(m20260101_000002_catalogue::Migration),
            Box::new(m20260101_000003_orders::Migration),
            Box::new(m20260101_000004_tags::Migration),
            Box::new(m20260101_000005_audit::Migration),
        ]
    }
}
