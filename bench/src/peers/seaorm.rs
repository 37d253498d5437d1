//! SeaORM alone, as it comes and tuned.

use std::{path::Path, sync::Arc};

use anyhow::Context;
use async_trait::async_trait;
use futures_util::TryStreamExt;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectOptions, Database, DatabaseConnection, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, SelectExt, TransactionTrait,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use work::{Backend, Change, CsvFile, NewRow, Peer, Result, Target, rows};

use super::entity::{ActiveModel, Column, Entity, changed, new};

/// Rows in one INSERT.
const CHUNK: usize = 1000;

struct SeaOrm {
    db: DatabaseConnection,
}

pub(super) async fn connect(target: &Target, tuned: bool) -> Result<Arc<dyn Peer>> {
    let url = match target.backend {
        Backend::MySql | Backend::MariaDb => format!("{}?ssl-mode=DISABLED", target.url),
        Backend::Sqlite | Backend::Postgres => target.url.clone(),
    };
    let mut options = ConnectOptions::new(url);
    options.max_connections(target.pool);
    if tuned {
        options.test_before_acquire(false).sqlx_logging(false);
    }
    let db = Database::connect(options).await?;
    Ok(Arc::new(SeaOrm { db }))
}

#[async_trait]
impl Peer for SeaOrm {
    async fn get(&self, id: i64) -> Result<i64> {
        let row = Entity::find_by_id(id).one(&self.db).await?;
        Ok(row.context("no row")?.id)
    }

    async fn create(&self, row: NewRow) -> Result<i64> {
        Ok(new(row).insert(&self.db).await?.id)
    }

    async fn update(&self, id: i64, change: Change) -> Result<i64> {
        let changes = ActiveModel {
            id: Set(id),
            ..changed(change)
        };
        Ok(changes.update(&self.db).await?.id)
    }

    async fn delete(&self, id: i64) -> Result<bool> {
        let deleted = Entity::delete_by_id(id).exec(&self.db).await?;
        Ok(deleted.rows_affected > 0)
    }

    async fn exists(&self, quantity: i32) -> Result<bool> {
        let find = Entity::find().filter(Column::Quantity.eq(quantity));
        Ok(find.exists(&self.db).await?)
    }

    async fn count(&self, quantity: i32) -> Result<u64> {
        let find = Entity::find().filter(Column::Quantity.eq(quantity));
        Ok(find.count(&self.db).await?)
    }

    async fn list(&self, limit: u64) -> Result<usize> {
        let find = Entity::find().order_by_asc(Column::Id).limit(limit);
        Ok(find.all(&self.db).await?.len())
    }

    async fn transaction(&self, read: i64, change: i64, delete: i64) -> Result<()> {
        let transaction = self.db.begin().await?;
        let row = Entity::find_by_id(read).one(&transaction).await?;
        row.context("no row")?;
        Entity::update_many()
            .set(changed(Change::numbered(read)))
            .filter(Column::Id.eq(change))
            .exec(&transaction)
            .await?;
        Entity::delete_by_id(delete).exec(&transaction).await?;
        Ok(transaction.commit().await?)
    }

    async fn bulk_insert(&self, tag: &str, size: u64) -> Result<u64> {
        let transaction = self.db.begin().await?;
        let mut rows = rows(tag, size);
        let mut done = 0;
        loop {
            let chunk: Vec<ActiveModel> = rows.by_ref().take(CHUNK).map(new).collect();
            if chunk.is_empty() {
                break;
            }
            let insert = Entity::insert_many(chunk);
            done += insert.exec_without_returning(&transaction).await?;
        }
        transaction.commit().await?;
        Ok(done)
    }

    /// By `CASE` in chunks of 100, which SeaORM's builder can say.
    async fn bulk_update(&self, changes: Vec<(i64, Change)>) -> Result<u64> {
        let transaction = self.db.begin().await?;
        let mut done = 0;
        for chunk in changes.chunks(100) {
            let mut names = Expr::case(Expr::val(false), Expr::col(Column::Name));
            let mut amounts = Expr::case(Expr::val(false), Expr::col(Column::Amount));
            for (id, change) in chunk {
                names = names.case(Expr::col(Column::Id).eq(*id), &*change.name);
                amounts = amounts.case(Expr::col(Column::Id).eq(*id), change.amount);
            }
            let update = Entity::update_many()
                .col_expr(Column::Name, names.into())
                .col_expr(Column::Amount, amounts.into())
                .filter(Column::Id.is_in(chunk.iter().map(|(id, _)| *id)));
            done += update.exec(&transaction).await?.rows_affected;
        }
        transaction.commit().await?;
        Ok(done)
    }

    async fn export(&self, path: &Path) -> Result<u64> {
        let mut file = CsvFile::create(path)?;
        let mut rows = Entity::find().stream(&self.db).await?;
        while let Some(row) = rows.try_next().await? {
            file.row(
                row.id,
                &row.code,
                &row.name,
                row.note.as_deref(),
                row.amount,
                row.quantity,
                row.active,
                row.rating,
                row.created_at,
                row.updated_at,
            )?;
        }
        file.finish()
    }

    async fn page(&self, after: i64, limit: u64) -> Result<usize> {
        let mut cursor = Entity::find().cursor_by(Column::Id);
        Ok(cursor.after(after).first(limit).all(&self.db).await?.len())
    }

    async fn upsert(&self, id: i64, row: NewRow) -> Result<i64> {
        let row = ActiveModel {
            id: Set(id),
            ..new(row)
        };
        let columns = [
            Column::Code,
            Column::Name,
            Column::Note,
            Column::Amount,
            Column::Quantity,
            Column::Active,
            Column::Rating,
            Column::CreatedAt,
            Column::UpdatedAt,
        ];
        let conflict = OnConflict::column(Column::Id)
            .update_columns(columns)
            .to_owned();
        let insert = Entity::insert(row).on_conflict(conflict);
        Ok(insert.exec_with_returning(&self.db).await?.id)
    }
}
