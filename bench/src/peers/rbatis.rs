//! rbatis, with the functions that its `crud!` makes, and SQL where those have no such operation.

use std::{path::Path, sync::Arc};

use anyhow::Context;
use async_trait::async_trait;
use chrono::NaiveDateTime;
use rbatis::{RBatis, executor::Executor, rbdc};
use rbs::value;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use work::{Backend, Change, NewRow, Peer, Result, Target, rows};

/// Rows in one INSERT.
const CHUNK: u64 = 1000;

pub(super) async fn connect(target: &Target) -> Result<Arc<dyn Peer>> {
    let db = RBatis::new();
    let peer: Arc<dyn Peer> = match target.backend {
        Backend::Sqlite => {
            db.init(rbdc_sqlite::SqliteDriver {}, &target.url)?;
            Arc::new(sqlite::Rbatis::new(db.clone(), target.backend))
        }
        Backend::MySql | Backend::MariaDb => {
            let url = format!("{}?ssl-mode=DISABLED", target.url);
            db.init(rbdc_mysql::MysqlDriver {}, &url)?;
            Arc::new(mysql::Rbatis::new(db.clone(), target.backend))
        }
        Backend::Postgres => {
            db.init(rbdc_pg::PgDriver {}, &target.url)?;
            Arc::new(postgres::Rbatis::new(db.clone(), target.backend))
        }
    };
    db.get_pool()?.set_max_open_conns(target.pool.into()).await;
    Ok(peer)
}

async fn decoded<T: DeserializeOwned>(
    executor: &dyn Executor,
    text: &str,
    values: Vec<rbs::Value>,
) -> Result<T> {
    Ok(rbatis::decode(executor.query(text, values).await?)?)
}

/// PostgreSQL's TIMESTAMP is one of milliseconds here.
fn timestamp(moment: NaiveDateTime) -> rbdc::Timestamp {
    rbdc::Timestamp(moment.and_utc().timestamp_millis())
}

fn datetime(moment: NaiveDateTime) -> rbdc::DateTime {
    rbdc::DateTime::from_timestamp_micros(moment.and_utc().timestamp_micros())
}

fn exact(amount: rust_decimal::Decimal) -> rbdc::Decimal {
    amount.to_string().parse().unwrap_or_else(|_| 0.into())
}

fn float(amount: rust_decimal::Decimal) -> f64 {
    amount.try_into().unwrap_or_default()
}

/// The types of the fields are not the same on all backends, and `crud!` takes no generic ones. A
/// boolean is a number but on PostgreSQL.
macro_rules! peer {
    ($module:ident, $amount:ty, $to_amount:expr, $moment:ty, $to_moment:expr, $flag:ty) => {
        mod $module {
            use super::*;

            #[derive(Clone, Debug, Serialize, Deserialize)]
            struct BenchRow {
                id: Option<i64>,
                code: String,
                name: String,
                note: Option<String>,
                amount: $amount,
                quantity: i32,
                active: $flag,
                rating: f64,
                created_at: $moment,
                updated_at: Option<$moment>,
            }

            rbatis::crud!(BenchRow {});

            fn new(row: NewRow) -> BenchRow {
                BenchRow {
                    id: None,
                    code: row.code,
                    name: row.name,
                    note: row.note,
                    amount: $to_amount(row.amount),
                    quantity: row.quantity,
                    active: row.active.into(),
                    rating: row.rating,
                    created_at: $to_moment(row.created_at),
                    updated_at: row.updated_at.map($to_moment),
                }
            }

            async fn by_key(executor: &dyn Executor, id: i64) -> Result<i64> {
                let rows = BenchRow::select_by_map(executor, value! {"id": id}).await?;
                rows.first().and_then(|row| row.id).context("no row")
            }

            async fn change(executor: &dyn Executor, id: i64, change: Change) -> Result<u64> {
                let text = "UPDATE bench_row SET name = ?, amount = ? WHERE id = ?";
                let amount = value!($to_amount(change.amount));
                let values = vec![value!(change.name), amount, value!(id)];
                Ok(executor.exec(text, values).await?.rows_affected)
            }

            pub(super) struct Rbatis {
                db: RBatis,
                backend: Backend,
            }

            impl Rbatis {
                pub(super) fn new(db: RBatis, backend: Backend) -> Self {
                    Self { db, backend }
                }
            }

            #[async_trait]
            impl Peer for Rbatis {
                async fn get(&self, id: i64) -> Result<i64> {
                    by_key(&self.db, id).await
                }

                async fn create(&self, row: NewRow) -> Result<i64> {
                    let connection = self.db.acquire().await?;
                    let row = new(row);
                    if self.backend != Backend::Postgres {
                        let created = BenchRow::insert(&connection, &row).await?;
                        let id = created.last_insert_id.as_i64().context("no key")?;
                        return by_key(&connection, id).await;
                    }
                    let text = "INSERT INTO bench_row (code, name, note, amount, quantity, \
                                active, rating, created_at, updated_at) \
                                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *";
                    let values = vec![
                        value!(row.code),
                        value!(row.name),
                        value!(row.note),
                        value!(row.amount),
                        value!(row.quantity),
                        value!(row.active),
                        value!(row.rating),
                        value!(row.created_at),
                        value!(row.updated_at),
                    ];
                    let rows: Vec<BenchRow> = decoded(&connection, text, values).await?;
                    rows.first().and_then(|row| row.id).context("no row")
                }

                async fn update(&self, id: i64, changes: Change) -> Result<i64> {
                    let connection = self.db.acquire().await?;
                    change(&connection, id, changes).await?;
                    by_key(&connection, id).await
                }

                async fn delete(&self, id: i64) -> Result<bool> {
                    let deleted = BenchRow::delete_by_map(&self.db, value! {"id": id}).await?;
                    Ok(deleted.rows_affected > 0)
                }

                async fn exists(&self, quantity: i32) -> Result<bool> {
                    let text = "SELECT 1 AS one FROM bench_row WHERE quantity = ? LIMIT 1";
                    let found = self.db.query(text, vec![value!(quantity)]).await?;
                    Ok(!found.is_empty())
                }

                async fn count(&self, quantity: i32) -> Result<u64> {
                    let text = "SELECT COUNT(*) AS count FROM bench_row WHERE quantity = ?";
                    decoded(&self.db, text, vec![value!(quantity)]).await
                }

                async fn list(&self, limit: u64) -> Result<usize> {
                    let text = "SELECT * FROM bench_row ORDER BY id LIMIT ?";
                    let values = vec![value!(limit as i64)];
                    let rows: Vec<BenchRow> = decoded(&self.db, text, values).await?;
                    Ok(rows.len())
                }

                async fn transaction(&self, read: i64, id: i64, delete: i64) -> Result<()> {
                    let transaction = self.db.acquire_begin().await?;
                    by_key(&transaction, read).await?;
                    change(&transaction, id, Change::numbered(read)).await?;
                    BenchRow::delete_by_map(&transaction, value! {"id": delete}).await?;
                    Ok(transaction.commit().await?)
                }

                async fn bulk_insert(&self, tag: &str, size: u64) -> Result<u64> {
                    let transaction = self.db.acquire_begin().await?;
                    let rows: Vec<BenchRow> = rows(tag, size).map(new).collect();
                    let done = BenchRow::insert_batch(&transaction, &rows, CHUNK).await?;
                    transaction.commit().await?;
                    Ok(done.rows_affected)
                }

                /// One after the other: there is no statement for different changes to many rows.
                async fn bulk_update(&self, changes: Vec<(i64, Change)>) -> Result<u64> {
                    let transaction = self.db.acquire_begin().await?;
                    let mut done = 0;
                    for (id, changes) in changes {
                        done += change(&transaction, id, changes).await?;
                    }
                    transaction.commit().await?;
                    Ok(done)
                }

                /// By pages of a thousand, since there is no stream of rows.
                async fn export(&self, path: &Path) -> Result<u64> {
                    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
                    let text = "SELECT * FROM bench_row WHERE id > ? ORDER BY id LIMIT ?";
                    let (mut after, mut written) = (0_i64, 0);
                    loop {
                        let values = vec![value!(after), value!(CHUNK as i64)];
                        let rows: Vec<BenchRow> = decoded(&self.db, text, values).await?;
                        let Some(last) = rows.last() else {
                            std::io::Write::flush(&mut file)?;
                            return Ok(written);
                        };
                        after = last.id.context("a key")?;
                        for row in &rows {
                            line(&mut file, row)?;
                        }
                        written += rows.len() as u64;
                    }
                }
            }

            fn line(file: &mut impl std::io::Write, row: &BenchRow) -> Result<()> {
                let text = |text: &str| match text.contains(['"', ',', '\n', '\r']) {
                    true => format!("\"{}\"", text.replace('"', "\"\"")),
                    false => text.to_owned(),
                };
                write!(file, "{},{},", row.id.unwrap_or_default(), text(&row.code))?;
                let note = row.note.as_deref().unwrap_or_default();
                write!(file, "{},{},{},", text(&row.name), text(note), row.amount)?;
                write!(file, "{},{},{},", row.quantity, row.active, row.rating)?;
                write!(file, "{},", row.created_at)?;
                if let Some(updated_at) = &row.updated_at {
                    write!(file, "{updated_at}")?;
                }
                Ok(file.write_all(b"\n")?)
            }
        }
    };
}

peer!(mysql, rbdc::Decimal, exact, rbdc::DateTime, datetime, i64);
peer!(
    postgres,
    rbdc::Decimal,
    exact,
    rbdc::Timestamp,
    timestamp,
    bool
);
peer!(sqlite, f64, float, rbdc::DateTime, datetime, i64);
