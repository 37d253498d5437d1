//! Many rows at once: the same rows as one by one, in few statements, and nothing lost on the way.

mod beside;
mod changes;
mod defaults;
mod limits;
mod refusals;

use entity::{countries, orders, sea_orm_active_enums::OrdersStatus, tags, users, users_tags};
use sea_orm::{
    FromQueryResult, Statement, Value,
    prelude::{Date, DateTimeUtc, Decimal, Time},
};
use xtsqlorm::{
    dynamic::Row,
    prelude::*,
    repository::bulk::{BulkOptions, BulkReport},
};

use super::writes::user;
use crate::support::{Kind, Result, TestDatabase, on_every_backend};

on_every_backend!(
    rows_are_created_as_single_ones_are,
    rows_that_give_different_columns_keep_their_defaults,
    keys_come_back_in_the_order_of_the_input,
    few_rows_are_one_statement,
    many_rows_are_few_statements,
    rows_without_a_number_of_their_own_get_one,
    a_bulk_in_a_session_is_part_of_it,
    nothing_is_sent_for_nothing,
);

/// So many users, by name.
pub(super) fn many(prefix: &str, count: usize) -> impl Iterator<Item = users::ActiveModel> + Send {
    (0..count).map(move |number| user(&format!("{prefix}{number:05}@example.com")))
}

/// What a text goes through on its way to a server.
const TEXTS: [&str; 7] = [
    "plain",
    "",
    "tab\there, line\nthere\r\n",
    "back\\slash \\N \\. 'quoted' \"twice\"",
    "漢字 and 🦀, e\u{301}",
    "NULL",
    "{\"a\": [1, 2]}",
];

fn order(number: usize, user_id: i64) -> orders::ActiveModel {
    let day = Date::from_num_days_from_ce_opt(700_000 + i32::try_from(number).unwrap());
    let micros = 1_500_000_000_000_000 + number as i64 * 123_456_789_123;
    let moment = DateTimeUtc::from_timestamp_micros(micros);
    orders::ActiveModel {
        number: Set(format!("N{number}")),
        user_id: Set(user_id),
        status: Set([OrdersStatus::Pending, OrdersStatus::Paid][number % 2]),
        total: Set(Decimal::new(number as i64 * 7, 2)),
        delivery_date: Set(day.filter(|_| !number.is_multiple_of(3))),
        delivery_slot: Set(Time::from_hms_opt(number as u32 % 24, 30, 59)),
        note: Set((!number.is_multiple_of(5)).then(|| TEXTS[number % TEXTS.len()].to_owned())),
        paid_at: Set(moment.filter(|_| !number.is_multiple_of(4))),
        created_at: Set(moment.unwrap()),
        updated_at: Set(moment.unwrap()),
        ..Default::default()
    }
}

/// The same rows by single statements, by one bulk, and by one that is large enough for whatever a
/// server has for large ones.
async fn rows_are_created_as_single_ones_are(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let orders = Repository::<orders::Entity>::new(&db.provider());
    let buyer = users.create(user("buyer@example.com")).await?;
    let without_keys = |mut rows: Vec<orders::Model>| {
        rows.sort_by_key(|row| row.number.clone());
        rows.iter_mut().for_each(|row| row.id = 0);
        rows
    };
    let (mut stored, mut texts) = (Vec::new(), Vec::new());
    for count in [0, 60, 60, 1_500] {
        orders
            .delete_where(orders::Column::UserId.eq(buyer.id))
            .await?;
        let rows = (0..count.max(60)).map(|number| order(number, buyer.id));
        match count {
            0 => {
                for row in rows {
                    orders.create(row).await?;
                }
            }
            _ => assert_eq!(orders.bulk_create(rows).await?.inserted, count as u64),
        }
        let all = without_keys(orders.find().all().await?);
        stored.push(all);
        texts.push(dates_as_text(&db.provider()).await?);
    }
    assert_eq!(stored[0], stored[1]);
    assert_eq!((&texts[0], &texts[0]), (&texts[1], &texts[2]));
    let first = |rows: &[orders::Model]| {
        let few = rows
            .iter()
            .filter(|row| row.number[1..].parse::<u32>().unwrap() < 60);
        few.cloned().collect::<Vec<_>>()
    };
    assert_eq!(stored[0], first(&stored[3]));
    assert_eq!(stored[3].len(), 1_500);
    Ok(())
}

/// What the database makes of the dates and times of all orders, which on SQLite is what it stores.
async fn dates_as_text(provider: &SessionProvider) -> Result<Vec<Row>> {
    let text = |column: &str| format!("CAST({column} AS CHAR(40)) AS {column}");
    let columns = ["delivery_date", "delivery_slot", "paid_at", "created_at"].map(text);
    let sql = format!("SELECT {} FROM orders ORDER BY number", columns.join(", "));
    let dialect = provider.manager().backend().dialect();
    let rows = Row::find_by_statement(Statement::from_string(dialect, sql));
    Ok(rows.all(provider).await?)
}

async fn rows_that_give_different_columns_keep_their_defaults(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let rows = || {
        let version = |row| users::ActiveModel {
            version: Set(7),
            ..row
        };
        let sleeping = |row| users::ActiveModel {
            is_active: Set(false),
            ..row
        };
        many("u", 900)
            .enumerate()
            .map(move |(number, row)| match number % 4 {
                0 => row,
                1 => version(row),
                2 => sleeping(row),
                _ => sleeping(version(row)),
            })
    };
    let report = users.bulk_create(rows()).await?;
    assert_eq!((report.inserted, report.is_complete()), (900, true));
    let stored = users
        .find()
        .order_by_asc(users::Column::Email)
        .all()
        .await?;
    for (number, row) in stored.iter().enumerate() {
        assert_eq!(row.version, if number % 2 == 1 { 7 } else { 1 });
        assert_eq!(row.is_active, number % 4 < 2);
    }
    assert_eq!(stored.len(), 900);
    Ok(())
}

async fn keys_come_back_in_the_order_of_the_input(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let rows = many("u", 2_100)
        .enumerate()
        .map(|(number, row)| match number % 700 {
            5 => users::ActiveModel {
                id: Set(1_000_000 - number as i64),
                ..row
            },
            _ => row,
        });
    let report = users
        .bulk(BulkOptions::new().return_keys())
        .create(rows)
        .await?;
    assert_eq!((report.inserted, report.keys.len()), (2_100, 2_100));
    let stored = users
        .find()
        .order_by_asc(users::Column::Email)
        .all()
        .await?;
    for (row, key) in stored.iter().zip(&report.keys) {
        let key = key.clone().map(|key| key.into_iter().next().unwrap());
        assert_eq!(key, Some(Value::from(row.id)), "{}", row.email);
    }

    let countries = Repository::<countries::Entity>::new(&db.provider());
    let rows = ["IS", "NO"].map(|code| countries::ActiveModel {
        code: Set(code.into()),
        name: Set(code.into()),
    });
    let report = countries
        .bulk(BulkOptions::new().return_keys())
        .create(rows)
        .await?;
    let keys = report.keys.into_iter().flatten().flatten();
    assert_eq!(keys.collect::<Vec<_>>(), ["IS".into(), "NO".into()]);

    let links = Repository::<users_tags::Entity>::new(&db.provider());
    let tags = Repository::<tags::Entity>::new(&db.provider());
    let tag = tags.create(tags::ActiveModel {
        name: Set("t".into()),
        ..Default::default()
    });
    let tag = tag.await?;
    let rows = stored[..2].iter().map(|row| users_tags::ActiveModel {
        user_id: Set(row.id),
        tag_id: Set(tag.id),
    });
    let report = links
        .bulk(BulkOptions::new().return_keys())
        .create(rows)
        .await?;
    assert_eq!(report.keys[1].clone().unwrap().into_iter().count(), 2);
    Ok(())
}

/// Rows that one statement creates need no transaction, unless somebody has to be told of them.
async fn few_rows_are_one_statement(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    // What the server is asked once is not counted.
    users.bulk_create(many("first", 1)).await?;
    let before = db.manager().statements_sent();
    users.bulk_create(many("u", 300)).await?;
    assert_eq!(db.manager().statements_sent() - before, 1);
    Ok(())
}

async fn many_rows_are_few_statements(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    users.bulk_create(many("first", 1)).await?;
    let counted = async |before: u64, report: BulkReport, written: u64| {
        assert_eq!(report.written(), written);
        db.manager().statements_sent() - before
    };
    let before = || db.manager().statements_sent();
    let (start, report) = (before(), users.bulk_create(many("u", 2_500)).await?);
    let created = counted(start, report, 2_500).await;
    let mut rows = users.find().order_by_asc(users::Column::Id).all().await?;
    rows.iter_mut().for_each(|row| row.name = "changed".into());
    let (start, report) = (before(), users.bulk_update(rows.clone()).await?);
    let updated = counted(start, report, 2_501).await;
    let ids = rows.iter().map(|row| row.id);
    let (start, report) = (before(), users.bulk_delete(ids.collect::<Vec<_>>()).await?);
    let deleted = counted(start, report, 2_501).await;
    // BEGIN and COMMIT, and what lies between.
    let expected = match db.kind() {
        // Whether the table takes copies, and one copy.
        Kind::Postgres => (2 + 2, 2 + 11, 2 + 22),
        Kind::MySql | Kind::MariaDb => (2 + 3, 2 + 26, 2 + 52),
        Kind::Sqlite => (2 + 3, 2 + 11, 2 + 22),
    };
    assert_eq!((created, updated, deleted), expected);
    assert_eq!(users.count().await?, 0);
    Ok(())
}

/// As `create` does.
async fn rows_without_a_number_of_their_own_get_one(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let zero = |row| users::ActiveModel { id: Set(0), ..row };
    let report = users.bulk_create(many("u", 1).map(zero)).await?;
    assert_eq!(report.inserted, 1);
    let created = users.find().one().await?.unwrap();
    assert_eq!(created.id == 0, !db.kind().speaks_mysql());
    Ok(())
}

async fn a_bulk_in_a_session_is_part_of_it(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let session = db.provider().create_session().await?;
    let inside = users.in_session(&session);
    assert_eq!(inside.bulk_create(many("u", 1_200)).await?.inserted, 1_200);
    assert_eq!(inside.count().await?, 1_200);
    session.rollback().await?;
    assert_eq!(users.count().await?, 0);

    let session = db.provider().create_session().await?;
    users
        .in_session(&session)
        .bulk_create(many("u", 1_200))
        .await?;
    session.commit().await?;
    assert_eq!(users.count().await?, 1_200);
    Ok(())
}

async fn nothing_is_sent_for_nothing(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let before = db.manager().statements_sent();
    assert_eq!(users.bulk_create(many("u", 0)).await?.written(), 0);
    assert_eq!(users.bulk_update(many("u", 0)).await?.written(), 0);
    assert_eq!(users.bulk_upsert(many("u", 0)).await?.written(), 0);
    assert_eq!(users.bulk_delete(Vec::<i64>::new()).await?.written(), 0);
    assert_eq!(db.manager().statements_sent(), before);
    Ok(())
}
