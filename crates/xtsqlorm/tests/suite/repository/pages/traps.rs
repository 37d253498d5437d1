//! Values that are not found again by what a model holds of them.

use xtsqlorm::{
    prelude::*,
    repository::{Sort, TokenKey, WindowRequest},
};

use super::walks::walk;
use crate::support::{Kind, Random, Result, TestDatabase, on_every_backend, on_mysql_and_mariadb};

on_every_backend!(
    rows_are_found_by_what_is_stored_and_not_by_what_is_read,
    long_texts_at_the_edge_are_refused,
    distinct_rows_of_a_join_have_windows,
);
on_mysql_and_mariadb!(
    enums_that_the_entity_calls_text_are_refused,
    truths_that_are_other_numbers_are_passed_once,
);

mod trap {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "traps")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        /// Filled up with blanks.
        #[sea_orm(column_type = "Char(Some(5))")]
        pub(crate) code: String,
        /// Of a collation to which `a` and `A` are equal.
        pub(crate) label: String,
        #[sea_orm(column_type = "Float")]
        pub(crate) ratio: f32,
        #[sea_orm(column_type = "Decimal(Some((28, 28)))")]
        pub(crate) digits: Decimal,
        pub(crate) moment: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

async fn create_traps(db: &TestDatabase) -> Result {
    let columns = match db.kind() {
        Kind::MySql | Kind::MariaDb => {
            "code CHAR(5), label VARCHAR(9) COLLATE utf8mb4_general_ci, ratio FLOAT, \
             digits DECIMAL(28, 28), moment TIMESTAMP(6)"
        }
        Kind::Postgres => {
            "code CHAR(5), label VARCHAR(9) COLLATE blind, ratio REAL, digits DECIMAL(28, 28), \
             moment TIMESTAMPTZ"
        }
        Kind::Sqlite => {
            "code CHAR(5), label VARCHAR(9) COLLATE NOCASE, ratio FLOAT, digits NUMERIC, \
             moment TIMESTAMP"
        }
    };
    if db.kind() == Kind::Postgres {
        let blind = "CREATE COLLATION blind \
                     (provider = icu, locale = 'und-u-ks-level2', deterministic = false)";
        db.execute(&[blind]).await?;
    }
    db.execute(&[&format!(
        "CREATE TABLE traps (id BIGINT PRIMARY KEY, {columns})"
    )])
    .await?;
    Ok(())
}

/// Blanks at the end, cases, halves of doubles, the twenty-eighth digit, and moments that are
/// written in several ways.
async fn rows_are_found_by_what_is_stored_and_not_by_what_is_read(db: TestDatabase) -> Result {
    create_traps(&db).await?;
    let moments = match db.kind() {
        Kind::Sqlite => [
            "2026-01-01 00:00:00",
            "2026-01-01T00:00:00+00:00",
            "2026-01-01 00:00:00.000000+00:00",
        ],
        Kind::Postgres => [
            "2026-01-01 00:00:00.000001+00",
            "2026-01-01 01:00:00.000001+01",
            "2026-01-01 00:00:00.000002+00",
        ],
        Kind::MySql | Kind::MariaDb => [
            "2026-01-01 00:00:00.000001",
            "2026-01-01 00:00:00.000001",
            "2026-01-01 00:00:00.000002",
        ],
    };
    let mut random = Random::new();
    let mut one_of = |values: &[&'static str]| values[random.below(values.len() as u64) as usize];
    let mut rows = Vec::new();
    for id in 0..60 {
        let code = one_of(&["", "a", "ab", "ab ", "abc", "abcde"]);
        let label = one_of(&["a", "A", "a ", "b", "B"]);
        let ratio = one_of(&["0.1", "0.1000000001", "0.3", "16777216", "1e-3"]);
        let digits = one_of(&[
            "0.1234567890123456789012345671",
            "0.1234567890123456789012345672",
            "0.5",
        ]);
        let moment = one_of(&moments);
        rows.push(format!(
            "({id}, '{code}', '{label}', {ratio}, {digits}, '{moment}')"
        ));
    }
    db.execute(&[&format!("INSERT INTO traps VALUES {}", rows.join(", "))])
        .await?;
    let traps = Repository::<trap::Entity>::new(&db.provider());
    let mut random = Random::new();
    for column in [
        trap::Column::Code,
        trap::Column::Label,
        trap::Column::Ratio,
        trap::Column::Digits,
        trap::Column::Moment,
    ] {
        let id = trap::Column::Id;
        for sorts in [
            vec![Sort::asc(column)],
            vec![Sort::desc(column)],
            vec![Sort::desc(column), Sort::asc(id)],
            vec![Sort::asc(column), Sort::desc(id)],
        ] {
            walk(&traps.find(), &sorts, &mut random).await?;
        }
    }
    Ok(())
}

/// 255 characters are taken, of whichever width; 256 are not.
async fn long_texts_at_the_edge_are_refused(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    let category = super::rows::category(&provider).await?;
    let products = Repository::<entity::products::Entity>::new(&provider);
    let mut random = Random::new();
    let mut ids = Vec::new();
    for length in [255, 256] {
        let mut product = super::rows::product(&mut random, category);
        product.description = Set(Some("茶".repeat(length)));
        ids.push(products.create(product).await?.id);
    }
    let key = TokenKey::random()?;
    let sort = Sort::asc(entity::products::Column::Description);
    let window = |id: i64| {
        let one = products.find().filter(entity::products::Column::Id.eq(id));
        one.window(WindowRequest::new(1, &key).sort(sort))
    };
    assert!(window(ids[0]).await?.next.is_some());
    let refused = window(ids[1]).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "products.description: a value of more than 255 characters or 1000 bytes does not fit into \
         a window token; sort by another column"
    );
    Ok(())
}

/// Each user once, although most have several orders.
async fn distinct_rows_of_a_join_have_windows(db: TestDatabase) -> Result {
    use entity::users;
    db.seeded().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let buyers = users
        .find()
        .join(JoinType::InnerJoin, users::Relation::Orders.def())
        .map(|select| select.distinct());
    let count = buyers.clone().count().await?;
    let key = TokenKey::random()?;
    let request = WindowRequest::new(2, &key)
        .sort(Sort::desc(users::Column::CountryCode).nulls_first())
        .sort(Sort::asc(users::Column::Name));
    let mut window = buyers.clone().window(request.clone()).await?;
    let mut seen = Vec::new();
    loop {
        seen.extend(window.items.into_iter().map(|user| user.id));
        if !window.has_next {
            break;
        }
        let next = request.clone().after(window.next);
        window = buyers.clone().window(next).await?;
    }
    assert_eq!(seen.len() as u64, count);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len() as u64, count);
    Ok(())
}

mod flag {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "flags")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) flag: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `tinyint(1)` may hold 2, which the model reads as true, and writes as 1.
async fn truths_that_are_other_numbers_are_passed_once(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE flags (id BIGINT PRIMARY KEY, flag TINYINT(1) NOT NULL)",
        "INSERT INTO flags VALUES (1, 2), (2, 2), (3, 1), (4, 0), (5, 3)",
    ])
    .await?;
    let flags = Repository::<flag::Entity>::new(&db.provider());
    let key = TokenKey::random()?;
    let request = WindowRequest::new(1, &key).sort(Sort::asc(flag::Column::Flag));
    let mut seen = Vec::new();
    let mut window = flags.find().window(request.clone()).await?;
    while seen.len() < 9 {
        seen.extend(window.items.iter().map(|row| row.id));
        if !window.has_next {
            break;
        }
        let next = request.clone().after(window.next);
        window = flags.find().window(next).await?;
    }
    assert_eq!(seen, [4, 3, 1, 2, 5]);
    Ok(())
}

mod choice {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "choices")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) one: String,
        pub(crate) several: String,
        pub(crate) text: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// They are sorted by number and compared as text, which would lose rows.
async fn enums_that_the_entity_calls_text_are_refused(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE choices (id BIGINT PRIMARY KEY, one ENUM('z', 'a'), several SET('z', 'a'), \
         text VARCHAR(9))",
        "INSERT INTO choices VALUES (1, 'z', 'z,a', 'z'), (2, 'a', 'z', 'a'), (3, 'a', 'a', 'z')",
    ])
    .await?;
    let choices = Repository::<choice::Entity>::new(&db.provider());
    let key = TokenKey::random()?;
    let window = |column| {
        let request = WindowRequest::new(2, &key).sort(Sort::asc(column));
        choices.find().window(request)
    };
    for column in [choice::Column::One, choice::Column::Several] {
        let refused = window(column).await.unwrap_err();
        assert!(matches!(refused, Error::InvalidInput { .. }), "{refused}");
        assert!(refused.to_string().contains("ENUM or SET"), "{refused}");
    }
    assert_eq!(window(choice::Column::Text).await?.items[0].id, 2);
    Ok(())
}
