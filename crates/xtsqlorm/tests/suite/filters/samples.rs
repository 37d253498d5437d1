//! A table for filters, of which every value is known, and which compares text letter by letter.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use sea_orm::entity::prelude::*;
use xtsqlorm::prelude::*;

use crate::support::{Kind, Result, TestDatabase};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "samples")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: i64,
    pub(super) name: Option<String>,
    pub(super) age: Option<i32>,
    #[sea_orm(column_type = "Decimal(Some((12, 2)))", nullable)]
    pub(super) price: Option<Decimal>,
    pub(super) born: Option<Date>,
    pub(super) flag: Option<bool>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Texts in which something has a meaning to SQL, to LIKE, or to a collation.
pub(super) const NAMES: [&str; 20] = [
    "", " ", "a", "A", "b", "ab", "AB", "aB!", "%", "a%b", "_", "a_b", "\\", "a\\b", "it's",
    "\"q\"", "é", "É", "茶 tea", "!",
];

/// The table with its rows: NULLs in every column, and every name.
pub(super) async fn samples(db: &TestDatabase) -> Result<Vec<Model>> {
    let text = match db.kind() {
        Kind::Sqlite => "TEXT",
        Kind::MySql => "VARCHAR(40) COLLATE utf8mb4_0900_bin",
        Kind::MariaDb => "VARCHAR(40) COLLATE utf8mb4_nopad_bin",
        Kind::Postgres => "VARCHAR(40) COLLATE \"C\"",
    };
    // As sea-query has it: whole numbers would be stored as such in another one, and not be read.
    let price = match db.kind() {
        Kind::Sqlite => "REAL(12, 2)",
        _ => "DECIMAL(12, 2)",
    };
    let sql = format!(
        "CREATE TABLE samples (id BIGINT NOT NULL PRIMARY KEY, name {text}, age INT, \
         price {price}, born DATE, flag BOOLEAN)"
    );
    db.execute(&[&sql]).await?;
    let repository = Repository::<Entity>::new(&db.provider());
    let mut rows = Vec::new();
    for (index, name) in NAMES.iter().map(Some).chain([None, None]).enumerate() {
        let number = i32::try_from(index)?;
        let some = |every: i32| number % every != 0;
        let row = Model {
            id: i64::from(number),
            name: name.map(|name| (*name).to_owned()),
            age: some(5).then_some(number % 7 - 3),
            price: some(4).then(|| Decimal::new(i64::from(number % 6) * 125, 2)),
            born: some(3)
                .then(|| NaiveDate::from_ymd_opt(2026, 2, 20 + index as u32 % 8))
                .flatten(),
            flag: some(7).then_some(number % 2 == 0),
        };
        rows.push(row.clone());
        repository
            .create(row.into_active_model().reset_all())
            .await?;
    }
    Ok(rows)
}
