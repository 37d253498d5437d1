//! Rows for the sample schema: a few dozen, always the same.

mod audit;
mod catalogue;
mod orders;
mod users;

use std::collections::HashMap;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::prelude::{DateTimeUtc, Decimal};

/// Fills an empty schema with the sample rows; where `users` has a row it does nothing.
///
/// Every value is fixed, so examples and tests may name the rows by their natural keys
/// (`users.email`, `products.sku`, `orders.number`, ..). The `bigint` keys are given by the
/// database: on a fresh schema of a single server they count from 1 in the order of the rows.
///
/// It runs several statements. Hand it a transaction, and either all rows are there or none.
///
/// # Errors
///
/// Fails as the database fails: most likely because [`Migrator`](crate::Migrator) has not made the
/// tables yet.
pub async fn seed(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let any_user = Query::select().column("id").from("users").limit(1).take();
    if db.query_one(&any_user).await?.is_some() {
        return Ok(());
    }
    users::seed(db).await?;
    catalogue::seed(db).await?;
    orders::seed(db).await?;
    audit::seed(db).await
}

/// Inserts all rows of one table in one statement, each value bound.
async fn insert<const N: usize>(
    db: &impl ConnectionTrait,
    table: &'static str,
    columns: [&'static str; N],
    rows: Vec<[Expr; N]>,
) -> Result<(), DbErr> {
    let mut statement = Query::insert();
    statement.into_table(table).columns(columns);
    for row in rows {
        // Cannot panic: a row has as many values as there are columns.
        statement.values_panic(row);
    }
    db.execute(&statement).await?;
    Ok(())
}

/// The keys that the database gave to the rows of a table, by a unique column of the caller's choice.
struct Keys(HashMap<String, i64>);

impl Keys {
    async fn of(
        db: &impl ConnectionTrait,
        table: &'static str,
        natural: &'static str,
    ) -> Result<Self, DbErr> {
        let select = Query::select().columns(["id", natural]).from(table).take();
        let rows = db.query_all(&select).await?;
        let keys = rows
            .iter()
            .map(|row| Ok((row.try_get("", natural)?, row.try_get("", "id")?)));
        keys.collect::<Result<_, DbErr>>().map(Self)
    }

    fn get(&self, natural: &str) -> Result<i64, DbErr> {
        let key = self.0.get(natural).copied();
        key.ok_or_else(|| DbErr::RecordNotFound(format!("no seed row {natural:?}")))
    }
}

/// Reads an instant of the seed rows.
fn at(rfc3339: &str) -> DateTimeUtc {
    rfc3339.parse().expect("a seed instant is RFC 3339")
}

/// Reads an amount of the seed rows.
fn amount(text: &str) -> Decimal {
    text.parse().expect("a seed amount is decimal")
}
