//! The operations.

use std::path::Path;

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncMysqlConnection, AsyncPgConnection, RunQueryDsl};
use futures_util::TryStreamExt;
use work::{Change, CsvFile, NewRow, Peer, Result, rows};

use super::{
    AsyncSqliteConnection, Diesel,
    row::{Changed, New, Row, bench_row},
};

#[diesel::declare_sql_function]
extern "SQL" {
    /// MySQL's: the key of the row that this connection made last.
    fn last_insert_id() -> BigInt;
}

/// Rows in one INSERT.
const CHUNK: usize = 1000;

macro_rules! peer {
    (
        $connection:ty,
        create: |$create:ident, $row:ident| $created:expr,
        update: |$update:ident, $id:ident, $change:ident| $updated:expr,
        chunk: |$bulk:ident, $chunk:ident| $inserted:expr $(,)?
    ) => {
        #[async_trait]
        impl Peer for Diesel<$connection> {
            async fn get(&self, id: i64) -> Result<i64> {
                let mut connection = self.source.borrow().await?;
                let find = bench_row::table.find(id).select(Row::as_select());
                Ok(find.first(&mut *connection).await?.id)
            }

            async fn create(&self, row: NewRow) -> Result<i64> {
                let mut connection = self.source.borrow().await?;
                let ($create, $row) = (&mut *connection, New::from(row));
                let row: Row = $created;
                Ok(row.id)
            }

            async fn update(&self, id: i64, change: Change) -> Result<i64> {
                let mut connection = self.source.borrow().await?;
                let ($update, $id, $change) = (&mut *connection, id, Changed::from(change));
                let row: Row = $updated;
                Ok(row.id)
            }

            async fn delete(&self, id: i64) -> Result<bool> {
                let mut connection = self.source.borrow().await?;
                let delete = diesel::delete(bench_row::table.find(id));
                Ok(delete.execute(&mut *connection).await? > 0)
            }

            async fn exists(&self, quantity: i32) -> Result<bool> {
                let mut connection = self.source.borrow().await?;
                let rows = bench_row::table.filter(bench_row::quantity.eq(quantity));
                let exists = diesel::select(diesel::dsl::exists(rows));
                Ok(exists.get_result(&mut *connection).await?)
            }

            async fn count(&self, quantity: i32) -> Result<u64> {
                let mut connection = self.source.borrow().await?;
                let rows = bench_row::table.filter(bench_row::quantity.eq(quantity));
                let count: i64 = rows.count().get_result(&mut *connection).await?;
                Ok(count.try_into()?)
            }

            async fn list(&self, limit: u64) -> Result<usize> {
                let mut connection = self.source.borrow().await?;
                let rows = bench_row::table.order(bench_row::id).limit(limit as i64);
                let rows: Vec<Row> = rows.select(Row::as_select()).load(&mut *connection).await?;
                Ok(rows.len())
            }

            async fn transaction(&self, read: i64, change: i64, delete: i64) -> Result<()> {
                let mut connection = self.source.borrow().await?;
                let done = connection
                    .transaction(async |connection| {
                        let find = bench_row::table.find(read).select(Row::as_select());
                        find.first(connection).await?;
                        diesel::update(bench_row::table.find(change))
                            .set(Changed::from(Change::numbered(read)))
                            .execute(connection)
                            .await?;
                        diesel::delete(bench_row::table.find(delete))
                            .execute(connection)
                            .await?;
                        diesel::QueryResult::Ok(())
                    })
                    .await?;
                Ok(done)
            }

            async fn bulk_insert(&self, tag: &str, size: u64) -> Result<u64> {
                let mut connection = self.source.borrow().await?;
                let mut rows = rows(tag, size).map(New::from);
                let done = connection
                    .transaction(async |connection| {
                        let mut done = 0;
                        loop {
                            let chunk: Vec<New> = rows.by_ref().take(CHUNK).collect();
                            if chunk.is_empty() {
                                return diesel::QueryResult::Ok(done as u64);
                            }
                            let ($bulk, $chunk) = (&mut *connection, chunk);
                            done += $inserted;
                        }
                    })
                    .await?;
                Ok(done)
            }

            /// One after the other: diesel has no statement for different changes to many rows.
            async fn bulk_update(&self, changes: Vec<(i64, Change)>) -> Result<u64> {
                let mut connection = self.source.borrow().await?;
                let done = connection
                    .transaction(async |connection| {
                        let mut done = 0;
                        for (id, change) in changes {
                            let update = diesel::update(bench_row::table.find(id));
                            done += update
                                .set(Changed::from(change))
                                .execute(connection)
                                .await?;
                        }
                        diesel::QueryResult::Ok(done as u64)
                    })
                    .await?;
                Ok(done)
            }

            async fn export(&self, path: &Path) -> Result<u64> {
                let mut connection = self.source.borrow().await?;
                let mut file = CsvFile::create(path)?;
                let rows = bench_row::table.select(Row::as_select());
                let mut rows = rows.load_stream::<Row>(&mut *connection).await?;
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
        }
    };
}

peer!(
    AsyncMysqlConnection,
    create: |connection, row| {
        diesel::insert_into(bench_row::table).values(row).execute(connection).await?;
        let created = bench_row::table.filter(bench_row::id.eq(last_insert_id()));
        created.select(Row::as_select()).first(connection).await?
    },
    update: |connection, id, change| {
        let update = diesel::update(bench_row::table.find(id)).set(change);
        update.execute(connection).await?;
        bench_row::table.find(id).select(Row::as_select()).first(connection).await?
    },
    chunk: |connection, chunk| {
        diesel::insert_into(bench_row::table).values(chunk).execute(connection).await?
    },
);

peer!(
    AsyncPgConnection,
    create: |connection, row| {
        let insert = diesel::insert_into(bench_row::table).values(row);
        insert.returning(Row::as_returning()).get_result(connection).await?
    },
    update: |connection, id, change| {
        let update = diesel::update(bench_row::table.find(id)).set(change);
        update.returning(Row::as_returning()).get_result(connection).await?
    },
    chunk: |connection, chunk| {
        diesel::insert_into(bench_row::table).values(chunk).execute(connection).await?
    },
);

peer!(
    AsyncSqliteConnection,
    create: |connection, row| {
        let insert = diesel::insert_into(bench_row::table).values(row);
        insert.returning(Row::as_returning()).get_result(connection).await?
    },
    update: |connection, id, change| {
        let update = diesel::update(bench_row::table.find(id)).set(change);
        update.returning(Row::as_returning()).get_result(connection).await?
    },
    // diesel puts many rows into one statement for SQLite on its own connection only, which blocks.
    chunk: |connection, chunk| {
        let mut done = 0;
        for row in chunk {
            let insert = diesel::insert_into(bench_row::table).values(row);
            done += insert.execute(connection).await?;
        }
        done
    },
);
