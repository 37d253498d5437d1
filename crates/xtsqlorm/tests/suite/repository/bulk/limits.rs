//! Input of any length and width.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::SeqCst},
};

use entity::{countries, users};
use sea_orm::{DbBackend, Statement};
use xtsqlorm::{prelude::*, repository::bulk::BulkOptions};

use super::{many, user};
use crate::support::{Result, TestDatabase, on_every_backend, on_mysql_and_mariadb, on_postgres};

on_every_backend!(
    input_is_read_as_it_is_written,
    wide_rows_go_in_small_statements,
    conventions_and_hooks_see_every_row,
);
on_mysql_and_mariadb!(a_row_that_no_packet_holds_is_refused_before_it_is_sent);
on_postgres!(numbers_that_the_database_gives_are_refused_in_a_copy_too);

/// However long the input is, no more of it is held than a chunk, and the next one.
async fn input_is_read_as_it_is_written(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let (read, written) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let most = Arc::new(AtomicU64::new(0));
    let rows = {
        let (written, most) = (Arc::clone(&written), Arc::clone(&most));
        many("u", 1_000).inspect(move |_| {
            let held = read.fetch_add(1, SeqCst) + 1 - written.load(SeqCst);
            most.fetch_max(held, SeqCst);
        })
    };
    let options = BulkOptions::new().chunk(50).progress(move |progress| {
        written.store(progress.rows, SeqCst);
    });
    assert_eq!(users.bulk(options).create(rows).await?.inserted, 1_000);
    assert_eq!(most.load(SeqCst), 100);
    Ok(())
}

async fn wide_rows_go_in_small_statements(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let wide = serde_json::json!({ "text": "x".repeat(300_000) });
    let rows = many("u", 25).map(|row| users::ActiveModel {
        preferences: Set(Some(wide.clone())),
        ..row
    });
    assert_eq!(users.bulk_create(rows).await?.inserted, 25);
    let stored = users.find().order_by_asc(users::Column::Id).all().await?;
    assert!(
        stored
            .iter()
            .all(|row| row.preferences.as_ref() == Some(&wide))
    );
    let mut changed = stored.clone();
    changed.iter_mut().for_each(|row| row.name = "wide".into());
    assert_eq!(users.bulk_update(changed.clone()).await?.updated, 25);
    assert_eq!(
        users.find().order_by_asc(users::Column::Id).all().await?,
        changed
    );
    Ok(())
}

async fn a_row_that_no_packet_holds_is_refused_before_it_is_sent(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let row = "SELECT CAST(@@max_allowed_packet AS SIGNED) AS packet";
    let row = Statement::from_string(DbBackend::MySql, row);
    let row = db.provider().query_one_raw(row).await?.unwrap();
    let packet = usize::try_from(row.try_get::<i64>("", "packet")?)?;
    users.bulk_create([user("first@example.com")]).await?;
    let before = db.manager().statements_sent();
    let huge = users::ActiveModel {
        name: Set("x".repeat(packet)),
        ..user("a@example.com")
    };
    let error = users
        .bulk_create([user("b@example.com"), huge])
        .await
        .unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(
        error.to_string().starts_with("row 1 of the input"),
        "{error}"
    );
    assert!(cause.contains("raise max_allowed_packet"), "{cause}");
    assert_eq!(db.manager().statements_sent(), before);
    Ok(())
}

/// SeaORM's own hook, too, which its `insert_many` passes over.
async fn conventions_and_hooks_see_every_row(db: TestDatabase) -> Result {
    use xtsqlorm::repository::hooks::{Event, Hooks};

    struct Refuses(&'static str);

    #[async_trait::async_trait]
    impl Hooks<countries::Entity> for Refuses {
        async fn before_create(
            &self,
            row: &mut countries::ActiveModel,
            event: &Event,
        ) -> xtsqlorm::Result<()> {
            if row.code.as_ref() == self.0 {
                return Err(Error::InvalidInput {
                    subject: format!("row {}", event.index().unwrap()),
                    problem: "not this one".into(),
                    remedy: "leave it out".into(),
                });
            }
            row.name = Set(row.name.as_ref().to_uppercase());
            Ok(())
        }
    }

    db.migrated().await?;
    let countries = Repository::<countries::Entity>::new(&db.provider()).hook(Refuses("XX"));
    let country = |code: &str| countries::ActiveModel {
        code: Set(code.into()),
        name: Set(format!("name of {code}")),
    };
    assert_eq!(
        countries
            .bulk_create(["IS", "NO"].map(country))
            .await?
            .inserted,
        2
    );
    let stored = countries.find().all().await?;
    assert!(stored.iter().all(|row| row.name.starts_with("NAME OF ")));
    let error = countries
        .bulk_create(["DK", "XX"].map(country))
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "row 1 of the input was refused");
    assert_eq!(countries.count().await?, 2);
    Ok(())
}

mod numbered {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "numbered")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// COPY would write them, where INSERT refuses them; the first rows of the input give none.
async fn numbers_that_the_database_gives_are_refused_in_a_copy_too(db: TestDatabase) -> Result {
    db.execute(&["CREATE TABLE numbered (
        id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name TEXT NOT NULL)"])
        .await?;
    let numbered = Repository::<numbered::Entity>::new(&db.provider());
    let row = |number: i64| numbered::ActiveModel {
        id: if number < 600 {
            sea_orm::NotSet
        } else {
            Set(10_000 + number)
        },
        name: Set(format!("row {number}")),
    };
    let bulk = numbered.bulk(BulkOptions::new().chunk(600));
    assert_eq!(bulk.create((0..600).map(row)).await?.inserted, 600);
    assert!(bulk.create((0..1_200).map(row)).await.is_err());
    assert_eq!(numbered.count().await?, 600);
    Ok(())
}
