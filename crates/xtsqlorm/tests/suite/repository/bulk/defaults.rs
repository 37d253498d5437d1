//! Rows that give nothing, so that the database makes all of them.

use std::error::Error as _;

use sea_orm::{NotSet, Value};
use xtsqlorm::{prelude::*, repository::bulk::BulkOptions};

use self::jots::{ActiveModel, Column, Entity};
use crate::support::{Kind, Result, TestDatabase, on_every_backend, on_mysql};

on_every_backend!(
    rows_of_nothing_but_defaults_are_created,
    rows_of_nothing_but_defaults_stand_among_others,
    keys_of_rows_of_nothing_but_defaults_come_back,
    a_row_of_many_that_is_refused_takes_the_others_along,
);
on_mysql!(a_key_that_a_trigger_gives_is_not_made_up);

mod jots {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "jots")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) note: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

async fn table(db: &TestDatabase) -> Result<Repository<Entity>> {
    let key = match db.kind() {
        Kind::Sqlite => "INTEGER PRIMARY KEY",
        Kind::Postgres => "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        Kind::MySql | Kind::MariaDb => "BIGINT PRIMARY KEY AUTO_INCREMENT",
    };
    let sql = format!("CREATE TABLE jots (id {key}, note VARCHAR(20) NOT NULL DEFAULT 'none')");
    db.execute(&[&sql]).await?;
    Ok(Repository::new(&db.provider()))
}

fn nothing(count: usize) -> Vec<ActiveModel> {
    vec![ActiveModel::default(); count]
}

/// As many as fit into one statement, and as many as PostgreSQL would copy.
async fn rows_of_nothing_but_defaults_are_created(db: TestDatabase) -> Result {
    let jots = table(&db).await?;
    for (count, all) in [(1, 1), (3, 4), (1_500, 1_504)] {
        let report = jots.bulk_create(nothing(count)).await?;
        assert_eq!(report.inserted, count as u64);
        assert_eq!(jots.count().await?, all);
    }
    assert!(
        jots.find()
            .all()
            .await?
            .iter()
            .all(|row| row.note == "none")
    );
    Ok(())
}

async fn rows_of_nothing_but_defaults_stand_among_others(db: TestDatabase) -> Result {
    let jots = table(&db).await?;
    let named = |note: &str| ActiveModel {
        note: Set(note.into()),
        ..Default::default()
    };
    let mut rows = nothing(2);
    rows.extend(["a", "b"].map(named));
    rows.extend(nothing(3));
    assert_eq!(jots.bulk_create(rows).await?.inserted, 7);
    let notes = jots.find().order_by_asc(Column::Id).all().await?;
    let notes: Vec<&str> = notes.iter().map(|row| row.note.as_str()).collect();
    assert_eq!(notes, ["none", "none", "a", "b", "none", "none", "none"]);
    Ok(())
}

async fn keys_of_rows_of_nothing_but_defaults_come_back(db: TestDatabase) -> Result {
    let jots = table(&db).await?;
    let with_keys = jots.bulk(BulkOptions::new().return_keys());
    let report = with_keys.create(nothing(3)).await?;
    let keys = report.keys.into_iter().flatten().flatten();
    let stored = jots.find().order_by_asc(Column::Id).all().await?;
    let stored = stored.iter().map(|row| Value::from(row.id));
    assert!(keys.eq(stored));

    // MySQL numbers a row whose number is 0, in a put, too.
    let zero = ActiveModel {
        id: if db.kind().speaks_mysql() {
            Set(0)
        } else {
            NotSet
        },
        ..Default::default()
    };
    let report = with_keys.upsert([zero]).await?;
    let key = report.keys[0].clone().into_iter().flatten();
    let last = jots.find().order_by_desc(Column::Id).one().await?.unwrap();
    assert!(key.eq([Value::from(last.id)]));
    assert_eq!(jots.count().await?, 4);
    Ok(())
}

/// SQLite has no statement for several rows of nothing, so that these need a transaction.
async fn a_row_of_many_that_is_refused_takes_the_others_along(db: TestDatabase) -> Result {
    let jots = table(&db).await?;
    let refuse: &[&str] = match db.kind() {
        Kind::Sqlite => &["CREATE TRIGGER no BEFORE INSERT ON jots WHEN \
            (SELECT COUNT(*) FROM jots) > 1 BEGIN SELECT RAISE(ABORT, 'no'); END"],
        Kind::Postgres => &[
            "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             IF NEW.id > 2 THEN RAISE 'no'; END IF; RETURN NEW; END $$",
            "CREATE TRIGGER no BEFORE INSERT ON jots FOR EACH ROW EXECUTE FUNCTION no()",
        ],
        Kind::MySql | Kind::MariaDb => &["CREATE TRIGGER no AFTER INSERT ON jots FOR EACH ROW \
            IF NEW.id > 2 THEN SIGNAL SQLSTATE '45000'; END IF"],
    };
    db.execute(refuse).await?;
    jots.bulk_create(nothing(4)).await.unwrap_err();
    assert_eq!(jots.count().await?, 0);
    Ok(())
}

async fn a_key_that_a_trigger_gives_is_not_made_up(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE jots (id BIGINT PRIMARY KEY DEFAULT 0, note VARCHAR(20) NOT NULL DEFAULT 'x')",
        "CREATE TRIGGER number_it BEFORE INSERT ON jots FOR EACH ROW \
         SET NEW.id = (SELECT COALESCE(MAX(id), 100) + 1 FROM jots)",
    ])
    .await?;
    let jots = Repository::<Entity>::new(&db.provider());
    let with_keys = jots.bulk(BulkOptions::new().return_keys());
    let error = with_keys.create(nothing(2)).await.unwrap_err();
    let cause = error.source().unwrap().to_string();
    assert!(cause.contains("key"), "{cause}");
    assert_eq!(jots.count().await?, 0);
    Ok(())
}
