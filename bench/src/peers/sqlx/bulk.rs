//! Different changes to many rows, each backend by what is fastest there.

use sqlx::{
    AssertSqlSafe, MySql, MySqlConnection, PgConnection, Postgres, Sqlite, SqliteConnection,
};
use work::{Change, Result};

use super::row::Amount;

pub(super) trait BulkUpdate: sqlx::Database {
    /// Makes the changes; says how many rows there were.
    async fn change_many(
        connection: &mut Self::Connection,
        changes: Vec<(i64, Change)>,
    ) -> Result<u64>;
}

impl BulkUpdate for MySql {
    /// `CASE` by 100: it grows with the square of its size.
    async fn change_many(
        connection: &mut MySqlConnection,
        changes: Vec<(i64, Change)>,
    ) -> Result<u64> {
        let mut done = 0;
        for chunk in changes.chunks(100) {
            let cases = vec!["WHEN ? THEN ?"; chunk.len()].join(" ");
            let keys = vec!["?"; chunk.len()].join(", ");
            let text = format!(
                "UPDATE bench_row SET name = CASE id {cases} END, amount = CASE id {cases} END \
                 WHERE id IN ({keys})"
            );
            let mut update = sqlx::query(AssertSqlSafe(text));
            for (id, change) in chunk {
                update = update.bind(id).bind(&change.name);
            }
            for (id, change) in chunk {
                update = update.bind(id).bind(change.amount);
            }
            for (id, _) in chunk {
                update = update.bind(id);
            }
            done += update.execute(&mut *connection).await?.rows_affected();
        }
        Ok(done)
    }
}

impl BulkUpdate for Postgres {
    /// Arrays, a statement for all.
    async fn change_many(
        connection: &mut PgConnection,
        changes: Vec<(i64, Change)>,
    ) -> Result<u64> {
        let mut done = 0;
        for chunk in changes.chunks(10_000) {
            let ids: Vec<i64> = chunk.iter().map(|(id, _)| *id).collect();
            let names: Vec<&str> = chunk.iter().map(|(_, change)| &*change.name).collect();
            let amounts: Vec<_> = chunk.iter().map(|(_, change)| change.amount).collect();
            let update = sqlx::query(
                "UPDATE bench_row SET name = new.name, amount = new.amount \
                 FROM UNNEST($1::bigint[], $2::text[], $3::numeric[]) AS new (id, name, amount) \
                 WHERE bench_row.id = new.id",
            );
            let update = update.bind(ids).bind(names).bind(amounts);
            done += update.execute(&mut *connection).await?.rows_affected();
        }
        Ok(done)
    }
}

impl BulkUpdate for Sqlite {
    /// Joined `VALUES` by 100.
    async fn change_many(
        connection: &mut SqliteConnection,
        changes: Vec<(i64, Change)>,
    ) -> Result<u64> {
        let mut done = 0;
        for chunk in changes.chunks(100) {
            let values = vec!["(?, ?, ?)"; chunk.len()].join(", ");
            let text = format!(
                "WITH new (id, name, amount) AS (VALUES {values}) \
                 UPDATE bench_row SET name = new.name, amount = new.amount FROM new \
                 WHERE bench_row.id = new.id"
            );
            let mut update = sqlx::query(AssertSqlSafe(text));
            for (id, change) in chunk {
                update = update.bind(id).bind(&change.name);
                update = update.bind(Self::amount(change.amount));
            }
            done += update.execute(&mut *connection).await?.rows_affected();
        }
        Ok(done)
    }
}
