//! The table and the operations.

use async_trait::async_trait;
use chrono::{Datelike, NaiveDateTime, Timelike};
use rust_decimal::Decimal;
use toasty::Db;
use work::{Change, NewRow, Peer, Result, rows};

/// Rows in one INSERT.
const CHUNK: usize = 1000;

fn moment(moment: NaiveDateTime) -> jiff::civil::DateTime {
    jiff::civil::DateTime::constant(
        moment.year() as i16,
        moment.month() as i8,
        moment.day() as i8,
        moment.hour() as i8,
        moment.minute() as i8,
        moment.second() as i8,
        moment.nanosecond() as i32,
    )
}

fn same(amount: Decimal) -> Decimal {
    amount
}

fn float(amount: Decimal) -> f64 {
    amount.try_into().unwrap_or_default()
}

/// SQLite has no exact numbers and no moments, and a model no type parameters.
macro_rules! peer {
    ($module:ident, $amount:ty, $to_amount:expr, { $($exact:meta)? }, { $($moment:meta)? }) => {
        #[expect(dead_code, reason = "a model has more methods than are used")]
        pub(crate) mod $module {
            use super::*;

            #[derive(Debug, toasty::Model)]
            #[table = "bench_row"]
            pub(crate) struct BenchRow {
                #[key]
                #[auto]
                id: i64,
                #[unique]
                code: String,
                name: String,
                note: Option<String>,
                $(#[$exact])?
                amount: $amount,
                #[index]
                quantity: i32,
                active: bool,
                rating: f64,
                $(#[$moment])?
                created_at: jiff::civil::DateTime,
                $(#[$moment])?
                updated_at: Option<jiff::civil::DateTime>,
            }

            pub(crate) struct Toasty(pub(crate) Db);

            #[async_trait]
            impl Peer for Toasty {
                async fn get(&self, id: i64) -> Result<i64> {
                    let mut db = self.0.clone();
                    Ok(BenchRow::get_by_id(&mut db, &id).await?.id)
                }

                /// It gives back what it wrote, and reads nothing again but the key.
                async fn create(&self, row: NewRow) -> Result<i64> {
                    let mut db = self.0.clone();
                    let create = BenchRow::create()
                        .code(row.code)
                        .name(row.name)
                        .note(row.note)
                        .amount($to_amount(row.amount))
                        .quantity(row.quantity)
                        .active(row.active)
                        .rating(row.rating)
                        .created_at(moment(row.created_at))
                        .updated_at(row.updated_at.map(moment));
                    Ok(create.exec(&mut db).await?.id)
                }

                async fn update(&self, id: i64, change: Change) -> Result<i64> {
                    let mut db = self.0.clone();
                    BenchRow::update_by_id(id)
                        .name(change.name)
                        .amount($to_amount(change.amount))
                        .exec(&mut db)
                        .await?;
                    Ok(BenchRow::get_by_id(&mut db, &id).await?.id)
                }

                /// It does not tell whether there was one.
                async fn delete(&self, id: i64) -> Result<bool> {
                    let mut db = self.0.clone();
                    BenchRow::delete_by_id(&mut db, &id).await?;
                    Ok(true)
                }

                async fn exists(&self, quantity: i32) -> Result<bool> {
                    let mut db = self.0.clone();
                    let rows = BenchRow::filter_by_quantity(quantity).limit(1);
                    Ok(!rows.exec(&mut db).await?.is_empty())
                }

                async fn count(&self, quantity: i32) -> Result<u64> {
                    let mut db = self.0.clone();
                    Ok(BenchRow::filter_by_quantity(quantity).count().exec(&mut db).await?)
                }

                async fn list(&self, limit: u64) -> Result<usize> {
                    let mut db = self.0.clone();
                    let rows = BenchRow::all().order_by(BenchRow::fields().id().asc());
                    Ok(rows.limit(limit as usize).exec(&mut db).await?.len())
                }

                async fn transaction(&self, read: i64, change: i64, delete: i64) -> Result<()> {
                    let mut db = self.0.clone();
                    let mut transaction = db.transaction().await?;
                    BenchRow::get_by_id(&mut transaction, &read).await?;
                    let new = Change::numbered(read);
                    BenchRow::update_by_id(change)
                        .name(new.name)
                        .amount($to_amount(new.amount))
                        .exec(&mut transaction)
                        .await?;
                    BenchRow::delete_by_id(&mut transaction, &delete).await?;
                    Ok(transaction.commit().await?)
                }

                async fn bulk_insert(&self, tag: &str, size: u64) -> Result<u64> {
                    let mut db = self.0.clone();
                    let mut transaction = db.transaction().await?;
                    let mut rows = rows(tag, size).peekable();
                    let mut done = 0;
                    while rows.peek().is_some() {
                        let mut create = BenchRow::create_many();
                        for row in rows.by_ref().take(CHUNK) {
                            create = create.item(
                                BenchRow::create()
                                    .code(row.code)
                                    .name(row.name)
                                    .note(row.note)
                                    .amount($to_amount(row.amount))
                                    .quantity(row.quantity)
                                    .active(row.active)
                                    .rating(row.rating)
                                    .created_at(moment(row.created_at))
                                    .updated_at(row.updated_at.map(moment)),
                            );
                        }
                        done += create.exec(&mut transaction).await?.len() as u64;
                    }
                    transaction.commit().await?;
                    Ok(done)
                }

                /// One after the other: it has no statement for different changes to many rows.
                async fn bulk_update(&self, changes: Vec<(i64, Change)>) -> Result<u64> {
                    let mut db = self.0.clone();
                    let mut transaction = db.transaction().await?;
                    let done = changes.len() as u64;
                    for (id, change) in changes {
                        BenchRow::update_by_id(id)
                            .name(change.name)
                            .amount($to_amount(change.amount))
                            .exec(&mut transaction)
                            .await?;
                    }
                    transaction.commit().await?;
                    Ok(done)
                }
            }
        }
    };
}

peer!(
    exact,
    Decimal,
    same,
    { column(type = numeric(12, 2)) },
    { column(type = datetime(6)) }
);
peer!(float, f64, float, {}, {});
