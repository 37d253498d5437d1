//! Counts, sums and extremes of one column.

use entity::{orders, products, users};
use rust_decimal::Decimal;
use xtsqlorm::{
    operations::{FieldStats, Number},
    prelude::*,
    repository::filter::column,
};

use crate::support::{
    Kind, Result, TestDatabase, on_every_backend, on_mysql_and_mariadb, on_postgres,
};

on_every_backend!(
    statistics_equal_what_the_rows_say,
    decimals_are_added_exactly,
    integers_are_added_beyond_64_bits,
    every_type_has_its_extremes,
    groups_come_in_order_and_null_is_one,
    of_no_row_there_is_nothing,
    filters_count_and_limits_do_not,
);
on_mysql_and_mariadb!(what_mysql_gives_as_text_is_sorted_as_what_it_is);
on_postgres!(what_postgres_gives_as_text_is_sorted_as_what_it_is);

/// A table with a column of each kind.
mod kinds {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "kinds")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i32,
        pub(super) big: Option<i64>,
        pub(super) price: Option<Decimal>,
        pub(super) ratio: Option<f64>,
        pub(super) label: Option<String>,
        pub(super) flag: Option<bool>,
        pub(super) born: Option<Date>,
        pub(super) raw: Option<Vec<u8>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use kinds::Column;

async fn table(db: &TestDatabase) -> Result<Repository<kinds::Entity>> {
    let (id, price, double, bytes) = match db.kind() {
        Kind::Sqlite => ("INTEGER PRIMARY KEY", "REAL", "REAL", "BLOB"),
        Kind::Postgres => (
            "SERIAL PRIMARY KEY",
            "DECIMAL(20, 4)",
            "DOUBLE PRECISION",
            "BYTEA",
        ),
        _ => (
            "INT AUTO_INCREMENT PRIMARY KEY",
            "DECIMAL(20, 4)",
            "DOUBLE",
            "BLOB",
        ),
    };
    db.execute(&[&format!(
        "CREATE TABLE kinds (id {id}, big BIGINT, price {price}, ratio {double}, \
         label VARCHAR(20), flag BOOLEAN, born DATE, raw {bytes})"
    )])
    .await?;
    Ok(Repository::new(&db.provider()))
}

fn exact(text: &str) -> Option<Number> {
    Some(Number::Exact(text.parse().unwrap()))
}

async fn statistics_equal_what_the_rows_say(db: TestDatabase) -> Result {
    let provider = db.seeded().await?.provider();
    let repository = Repository::<orders::Entity>::new(&provider);
    let rows = repository.find().all().await?;
    let totals: Vec<Decimal> = rows.iter().map(|row| row.total).collect();
    let sum: Decimal = totals.iter().copied().sum();
    let stats = xtsqlorm::assert_queries!(== 1, {
        repository.field_stats(orders::Column::Total).await?
    });
    assert_eq!(stats.rows, rows.len() as u64);
    assert_eq!(stats.count, rows.len() as u64);
    assert_eq!(stats.nulls, 0);
    assert_eq!(stats.sum.unwrap().exact().unwrap(), sum);
    assert_eq!(stats.min, Some((*totals.iter().min().unwrap()).into()));
    assert_eq!(stats.max, Some((*totals.iter().max().unwrap()).into()));
    let different: std::collections::BTreeSet<_> = totals.iter().collect();
    assert_eq!(stats.distinct, different.len() as u64);

    let names = Repository::<users::Entity>::new(&provider);
    let names = names.field_stats(users::Column::Email).await?;
    assert!(names.min.is_some() && names.sum.is_none() && names.avg.is_none());
    let weights = Repository::<products::Entity>::new(&provider);
    let weights = weights.field_stats(products::Column::PublicId).await?;
    assert_eq!(
        weights.distinct, weights.rows,
        "identifiers are all different"
    );
    assert!(matches!(weights.min, Some(sea_orm::Value::Uuid(Some(_)))));
    Ok(())
}

async fn decimals_are_added_exactly(db: TestDatabase) -> Result {
    let repository = table(&db).await?;
    let prices = ["0.1", "0.2", "0.3", "0.1"];
    let rows = prices.map(|price| kinds::ActiveModel {
        price: Set(Some(price.parse().unwrap())),
        ..Default::default()
    });
    repository.create_many(rows).await?;
    let stats = repository.field_stats(Column::Price).await?;
    let sum = stats.sum.unwrap().exact().unwrap();
    assert_eq!(
        sum.normalize().to_string(),
        "0.7",
        "and not 0.7000000000000001"
    );
    let mean = stats.avg.unwrap().exact().unwrap();
    assert_eq!(mean.normalize().to_string(), "0.175");
    assert_eq!(stats.distinct, 3);
    Ok(())
}

async fn integers_are_added_beyond_64_bits(db: TestDatabase) -> Result {
    let repository = table(&db).await?;
    let rows = [i64::MAX, i64::MAX, i64::MAX, -1].map(|big| kinds::ActiveModel {
        big: Set(Some(big)),
        ..Default::default()
    });
    repository.create_many(rows).await?;
    let stats = repository.field_stats(Column::Big).await?;
    assert_eq!(stats.sum, exact("27670116110564327420"));
    assert_eq!(stats.avg, exact("6917529027641081855"));
    assert_eq!(stats.min, Some((-1_i64).into()));
    assert_eq!(stats.max, Some(i64::MAX.into()));
    Ok(())
}

async fn every_type_has_its_extremes(db: TestDatabase) -> Result {
    let repository = table(&db).await?;
    let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    let row = |ratio, label: &str, flag, born| kinds::ActiveModel {
        ratio: Set(Some(ratio)),
        label: Set(Some(label.to_owned())),
        flag: Set(Some(flag)),
        born: Set(Some(born)),
        raw: Set(Some(vec![1])),
        ..Default::default()
    };
    let nothing = kinds::ActiveModel {
        big: Set(None),
        ..Default::default()
    };
    let rows = [
        row(0.5, "b", true, day("2026-02-28")),
        row(-2.0, "a", false, day("0999-01-01")),
        nothing,
    ];
    repository.create_many(rows).await?;
    let extremes = async |column| -> Result<(FieldStats, _, _)> {
        let stats = repository.field_stats(column).await?;
        assert_eq!(
            (stats.rows, stats.count, stats.nulls),
            (3, 2, 1),
            "{column:?}"
        );
        let (min, max) = (stats.min.clone(), stats.max.clone());
        Ok((stats, min, max))
    };
    let (ratio, min, max) = extremes(Column::Ratio).await?;
    assert_eq!((min, max), (Some((-2.0).into()), Some(0.5.into())));
    assert_eq!(
        (ratio.sum, ratio.avg),
        (Some(Number::Float(-1.5)), Some(Number::Float(-0.75)))
    );
    let (label, min, max) = extremes(Column::Label).await?;
    assert_eq!(
        (min, max, label.sum),
        (Some("a".into()), Some("b".into()), None)
    );
    let (_, min, max) = extremes(Column::Flag).await?;
    assert_eq!((min, max), (Some(false.into()), Some(true.into())));
    let (_, min, max) = extremes(Column::Born).await?;
    assert_eq!(
        (min, max),
        (
            Some(day("0999-01-01").into()),
            Some(day("2026-02-28").into())
        )
    );
    let (raw, min, max) = extremes(Column::Raw).await?;
    assert_eq!(
        (min, max, raw.distinct),
        (None, None, 1),
        "bytes have no order everywhere"
    );
    Ok(())
}

async fn groups_come_in_order_and_null_is_one(db: TestDatabase) -> Result {
    let repository = table(&db).await?;
    let row = |label: Option<&str>, price: &str, big| kinds::ActiveModel {
        label: Set(label.map(str::to_owned)),
        price: Set(Some(price.parse().unwrap())),
        big: Set(Some(big)),
        ..Default::default()
    };
    let rows = [
        row(Some("b"), "1.5", 1),
        row(Some("a"), "2.25", 2),
        row(None, "4", 3),
        row(Some("b"), "1.5", 4),
    ];
    repository.create_many(rows).await?;
    for column in [Column::Price, Column::Big] {
        let mut groups = repository.field_stats_by(column, Column::Label).await?;
        // Where NULL comes is the database's choice.
        groups.sort_by_key(|(label, _)| format!("{label:?}"));
        let labels: Vec<_> = groups.iter().map(|(label, _)| label.clone()).collect();
        let none = sea_orm::Value::String(None);
        assert_eq!(labels, [none, "a".into(), "b".into()], "{column:?}");
        let counts: Vec<_> = groups.iter().map(|(_, stats)| stats.count).collect();
        assert_eq!(counts, [1, 1, 2], "{column:?}");
    }
    let prices = repository
        .field_stats_by(Column::Price, Column::Label)
        .await?;
    let b = prices
        .iter()
        .find(|(label, _)| *label == "b".into())
        .unwrap();
    let sum = b.1.sum.unwrap().exact().unwrap();
    assert_eq!(
        (sum.normalize().to_string().as_str(), b.1.distinct),
        ("3", 1)
    );
    Ok(())
}

async fn of_no_row_there_is_nothing(db: TestDatabase) -> Result {
    let repository = table(&db).await?;
    for column in [
        Column::Big,
        Column::Price,
        Column::Ratio,
        Column::Label,
        Column::Raw,
    ] {
        let stats = repository.field_stats(column).await?;
        assert_eq!(
            (stats.rows, stats.count, stats.nulls, stats.distinct),
            (0, 0, 0, 0)
        );
        assert_eq!((stats.min, stats.max), (None, None));
        assert_eq!((stats.sum, stats.avg), (None, None), "empty is no zero");
        assert_eq!(repository.field_stats_by(column, Column::Label).await?, []);
    }
    Ok(())
}

async fn filters_count_and_limits_do_not(db: TestDatabase) -> Result {
    let repository = table(&db).await?;
    let rows = [1_i64, 2, 3, 4].map(|big| kinds::ActiveModel {
        big: Set(Some(big)),
        ..Default::default()
    });
    repository.create_many(rows).await?;
    let find = repository
        .find()
        .filter(Column::Big.gt(1))
        .order_by_desc(Column::Big)
        .limit(1);
    let stats = find.clone().field_stats(Column::Big).await?;
    assert_eq!((stats.count, stats.sum), (3, exact("9")));
    let distinct = repository.find().map(sea_orm::QuerySelect::distinct);
    let stats = distinct.field_stats(Column::Big).await?;
    assert_eq!((stats.count, stats.sum), (4, exact("10")));
    Ok(())
}

/// As `xtsqlorm reflect` writes them.
mod of_mysql {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "wide")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) id: i32,
        #[sea_orm(column_type = "Text", select_as = "char", save_as = "decimal(40, 2)")]
        pub(super) amount: String,
        #[sea_orm(column_type = "custom(\"time\")", select_as = "char")]
        pub(super) span: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod of_postgres {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "wide")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) id: i32,
        #[sea_orm(
            column_type = "custom(\"numeric(40,2)\")",
            select_as = "text",
            save_as = "numeric"
        )]
        pub(super) amount: String,
        #[sea_orm(
            column_type = "custom(\"interval\")",
            select_as = "text",
            save_as = "interval"
        )]
        pub(super) span: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Of texts, "9" would be the greatest; and numbers that no double tells apart are two.
macro_rules! extremes_of {
    ($entity:ident, $db:expr, $type:literal) => {{
        let db: TestDatabase = $db;
        let table = concat!(
            "CREATE TABLE wide (id INT PRIMARY KEY, amount DECIMAL(40, 2) NOT NULL, span ",
            $type,
            " NOT NULL)"
        );
        db.execute(&[table]).await?;
        let wide = Repository::<$entity::Entity>::new(&db.provider());
        let long = "12345678901234567890123456789.01";
        let rows = [
            ("9.00", "09:00:00"),
            ("10.00", "100:00:00"),
            (long, "10:00:00"),
        ];
        let rows = rows
            .iter()
            .zip(0..)
            .map(|((amount, span), id)| $entity::Model {
                id,
                amount: (*amount).to_owned(),
                span: (*span).to_owned(),
            });
        wide.bulk_create(rows.collect::<Vec<_>>()).await?;
        let ends = |stats: FieldStats| (stats.distinct, stats.min, stats.max);
        let amount = $entity::Column::Amount;
        assert_eq!(
            ends(wide.field_stats(amount).await?),
            (3, Some("9.00".into()), Some(long.into()))
        );
        assert_eq!(
            ends(wide.field_stats($entity::Column::Span).await?),
            (3, Some("09:00:00".into()), Some("100:00:00".into()))
        );
        let groups = wide.field_stats_by(amount, $entity::Column::Span).await?;
        let groups: Vec<_> = groups.into_iter().map(|(group, _)| group).collect();
        assert_eq!(groups.len(), 3);
        assert!(groups.contains(&"100:00:00".into()));

        let near = long.replace(".01", ".02");
        assert_eq!(
            wide.find()
                .filter_by(column("amount").eq(near))?
                .count()
                .await?,
            0
        );
        let found = wide
            .find()
            .filter_by(column("amount").eq(long))?
            .all()
            .await?;
        assert_eq!(found.len(), 1);
        Ok(())
    }};
}

async fn what_mysql_gives_as_text_is_sorted_as_what_it_is(db: TestDatabase) -> Result {
    extremes_of!(of_mysql, db, "TIME")
}

async fn what_postgres_gives_as_text_is_sorted_as_what_it_is(db: TestDatabase) -> Result {
    extremes_of!(of_postgres, db, "INTERVAL")
}
