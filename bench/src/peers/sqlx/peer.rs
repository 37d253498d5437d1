//! The operations.

use std::path::Path;

use anyhow::Context;
use async_trait::async_trait;
use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, Connection, MySql, Postgres, Sqlite};
use work::{Backend, Change, CsvFile, NewRow, Peer, Result, rows};

use super::{
    Sqlx,
    bulk::BulkUpdate,
    row::{Amount, Row},
};

/// Rows in one INSERT.
const CHUNK: usize = 1000;

/// Binds the values of a new row to a query.
macro_rules! bind {
    ($db:ty, $query:expr, $row:expr) => {{
        let row = $row;
        $query
            .bind(row.code)
            .bind(row.name)
            .bind(row.note)
            .bind(<$db>::amount(row.amount))
            .bind(row.quantity)
            .bind(row.active)
            .bind(row.rating)
            .bind(row.created_at)
            .bind(row.updated_at)
    }};
}

/// The drivers have no common type for what can be bound and decoded.
macro_rules! peer {
    ($db:ty, |$result:ident| $new_id:expr) => {
        #[async_trait]
        impl Peer for Sqlx<$db> {
            async fn get(&self, id: i64) -> Result<i64> {
                let mut connection = self.source.borrow().await?;
                let row: Option<Row<<$db as Amount>::Amount>> = sqlx::query_as(self.text.get)
                    .bind(id)
                    .fetch_optional(&mut *connection)
                    .await?;
                Ok(row.context("no row")?.id)
            }

            async fn create(&self, row: NewRow) -> Result<i64> {
                let mut connection = self.source.borrow().await?;
                let row: Row<<$db as Amount>::Amount> = if self.backend == Backend::MySql {
                    let insert = bind!($db, sqlx::query(self.text.create), row);
                    let $result = insert.execute(&mut *connection).await?;
                    let select = sqlx::query_as(self.text.get).bind($new_id);
                    select.fetch_one(&mut *connection).await?
                } else {
                    let insert = bind!($db, sqlx::query_as(self.text.create), row);
                    insert.fetch_one(&mut *connection).await?
                };
                Ok(row.id)
            }

            async fn update(&self, id: i64, change: Change) -> Result<i64> {
                let mut connection = self.source.borrow().await?;
                let amount = <$db>::amount(change.amount);
                if matches!(self.backend, Backend::MySql | Backend::MariaDb) {
                    let update = sqlx::query(self.text.update);
                    let update = update.bind(change.name).bind(amount).bind(id);
                    update.execute(&mut *connection).await?;
                    let select = sqlx::query_as(self.text.get).bind(id);
                    let row: Row<<$db as Amount>::Amount> =
                        select.fetch_one(&mut *connection).await?;
                    return Ok(row.id);
                }
                let update = sqlx::query_as(self.text.update_returning);
                let update = update.bind(change.name).bind(amount).bind(id);
                let row: Row<<$db as Amount>::Amount> = update.fetch_one(&mut *connection).await?;
                Ok(row.id)
            }

            async fn delete(&self, id: i64) -> Result<bool> {
                let mut connection = self.source.borrow().await?;
                let delete = sqlx::query(self.text.delete).bind(id);
                Ok(delete.execute(&mut *connection).await?.rows_affected() > 0)
            }

            async fn exists(&self, quantity: i32) -> Result<bool> {
                let mut connection = self.source.borrow().await?;
                let select = sqlx::query(self.text.exists).bind(quantity);
                Ok(select.fetch_optional(&mut *connection).await?.is_some())
            }

            async fn count(&self, quantity: i32) -> Result<u64> {
                let mut connection = self.source.borrow().await?;
                let select = sqlx::query_scalar(self.text.count).bind(quantity);
                let count: i64 = select.fetch_one(&mut *connection).await?;
                Ok(count.try_into()?)
            }

            async fn list(&self, limit: u64) -> Result<usize> {
                let mut connection = self.source.borrow().await?;
                let select = sqlx::query_as(self.text.list).bind(limit as i64);
                let rows: Vec<Row<<$db as Amount>::Amount>> =
                    select.fetch_all(&mut *connection).await?;
                Ok(rows.len())
            }

            async fn transaction(&self, read: i64, change: i64, delete: i64) -> Result<()> {
                let mut connection = self.source.borrow().await?;
                let mut transaction = connection.begin().await?;
                let select = sqlx::query_as(self.text.get).bind(read);
                let _: Row<<$db as Amount>::Amount> = select.fetch_one(&mut *transaction).await?;
                let new = Change::numbered(read);
                let update = sqlx::query(self.text.update)
                    .bind(new.name)
                    .bind(<$db>::amount(new.amount))
                    .bind(change);
                update.execute(&mut *transaction).await?;
                let delete = sqlx::query(self.text.delete).bind(delete);
                delete.execute(&mut *transaction).await?;
                Ok(transaction.commit().await?)
            }

            async fn bulk_insert(&self, tag: &str, size: u64) -> Result<u64> {
                let mut connection = self.source.borrow().await?;
                let mut transaction = connection.begin().await?;
                let mut rows = rows(tag, size);
                let full = self.text.insert(CHUNK);
                let mut done = 0;
                loop {
                    let chunk: Vec<NewRow> = rows.by_ref().take(CHUNK).collect();
                    if chunk.is_empty() {
                        break;
                    }
                    let text = match chunk.len() {
                        CHUNK => full.clone(),
                        rest => self.text.insert(rest),
                    };
                    let mut insert = sqlx::query(AssertSqlSafe(text));
                    for row in chunk {
                        insert = bind!($db, insert, row);
                    }
                    done += insert.execute(&mut *transaction).await?.rows_affected();
                }
                transaction.commit().await?;
                Ok(done)
            }

            async fn bulk_update(&self, changes: Vec<(i64, Change)>) -> Result<u64> {
                let mut connection = self.source.borrow().await?;
                let mut transaction = connection.begin().await?;
                let done = <$db>::change_many(&mut transaction, changes).await?;
                transaction.commit().await?;
                Ok(done)
            }

            async fn export(&self, path: &Path) -> Result<u64> {
                let mut connection = self.source.borrow().await?;
                let mut file = CsvFile::create(path)?;
                let mut rows = sqlx::query_as(self.text.all).fetch(&mut *connection);
                while let Some(row) = rows.try_next().await? {
                    let row: Row<<$db as Amount>::Amount> = row;
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
                let mut connection = self.source.borrow().await?;
                let select = sqlx::query_as(self.text.page)
                    .bind(after)
                    .bind(limit as i64);
                let rows: Vec<Row<<$db as Amount>::Amount>> =
                    select.fetch_all(&mut *connection).await?;
                Ok(rows.len())
            }

            async fn upsert(&self, id: i64, row: NewRow) -> Result<i64> {
                let mut connection = self.source.borrow().await?;
                if matches!(self.backend, Backend::MySql | Backend::MariaDb) {
                    let upsert = bind!($db, sqlx::query(self.text.upsert).bind(id), row);
                    upsert.execute(&mut *connection).await?;
                    let select = sqlx::query_as(self.text.get).bind(id);
                    let row: Row<<$db as Amount>::Amount> =
                        select.fetch_one(&mut *connection).await?;
                    return Ok(row.id);
                }
                let upsert = bind!($db, sqlx::query_as(self.text.upsert).bind(id), row);
                let row: Row<<$db as Amount>::Amount> = upsert.fetch_one(&mut *connection).await?;
                Ok(row.id)
            }
        }
    };
}

peer!(MySql, |result| i64::try_from(result.last_insert_id())?);
peer!(Postgres, |result| i64::try_from(result.rows_affected())?);
peer!(Sqlite, |result| result.last_insert_rowid());
