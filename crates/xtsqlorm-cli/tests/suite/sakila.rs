//! Sakila: 16 tables and 7 views, and each of their rows, through entities that nobody touched.

use std::fs;

use super::support::{
    Result, TestDatabase, assert_code, crate_with_program, dataset, reflect, run, run_program,
    statements,
};

/// Reads every row of the tables that exercise the odd types, and writes one back.
const PROGRAM: &str = r#"
use sakila::prelude::*;
use sakila::sea_orm_active_enums::FilmRating;
use sakila::{address, customer_list, film, payment, rental};
use sea_orm::{ActiveModelTrait as _, prelude::DateTime};
use xtsqlorm::prelude::*;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = DatabaseConfig::from_url(&std::env::var("DATABASE_URL")?)?;
    let provider = SessionProvider::new(ConnectionManager::connect(&config).await?);
    let films = Repository::<Film>::new(&provider);
    let customers = Repository::<Customer>::new(&provider);
    let rentals = Repository::<Rental>::new(&provider);
    let payments = Repository::<Payment>::new(&provider);

    let all = films.get_all(Page::all()).await?;
    assert_eq!((all.len(), films.count().await?), (1000, 1000));
    assert!(all.iter().all(|film| film.release_year == Some(2006)));
    let features = Some("Trailers,Deleted Scenes");
    assert!(all.iter().any(|film| film.special_features.as_deref() == features));
    assert_eq!(customers.get_all(Page::all()).await?.len(), 599);
    assert_eq!(rentals.get_all(Page::all()).await?.len(), 16_044);
    assert_eq!(payments.get_all(Page::all()).await?.len(), 16_049);

    // Rent a film: both rows or none.
    let now: DateTime = "2026-01-02T03:04:05".parse()?;
    for pays in [false, true] {
        let rented = provider
            .transaction(async |_| -> Result<i32, Box<dyn std::error::Error + Send + Sync>> {
                let rented = rentals
                    .create(rental::ActiveModel {
                        rental_date: Set(now),
                        inventory_id: Set(1),
                        customer_id: Set(7),
                        staff_id: Set(1),
                        ..Default::default()
                    })
                    .await?;
                payments
                    .create(payment::ActiveModel {
                        customer_id: Set(7),
                        staff_id: Set(1),
                        rental_id: Set(Some(rented.rental_id)),
                        amount: Set("4.99".parse()?),
                        payment_date: Set(now),
                        ..Default::default()
                    })
                    .await?;
                if !pays {
                    return Err("the customer has no money".into());
                }
                Ok(rented.rental_id)
            })
            .await;
        assert_eq!(rented.is_ok(), pays);
        assert_eq!(rentals.count().await?, 16_044 + u64::from(pays));
        assert_eq!(payments.count().await?, 16_049 + u64::from(pays));
    }

    let rated = films.find().filter(film::Column::Rating.eq(FilmRating::Pg13)).all().await?;
    assert_eq!(rated.len(), 223);
    let json = serde_json::to_value(&rated[0])?;
    assert_eq!(json["rating"], "PG-13");
    assert_eq!(serde_json::from_value::<film::Model>(json)?, rated[0]);
    let academy = films.require_by_id(1u16).await?;
    assert_eq!(academy.find_related(Actor).all(&provider).await?.len(), 10);

    let addresses = Repository::<Address>::new(&provider);
    let all = addresses.get_all(Page::all()).await?;
    assert_eq!(all.len(), 603);
    assert!(all.iter().all(|address| address.location.len() == 25));
    let before = all[0].clone();
    let mut change = before.clone().into_active_model();
    change.reset(address::Column::Location);
    let changed = addresses.update(before.address_id, change).await?;
    assert_eq!(changed.map(|address| address.location), Some(before.location.clone()));
    let mut copy = before.clone().into_active_model().reset_all();
    copy.address_id = NotSet;
    assert_eq!(addresses.create(copy).await?.location, before.location);
    let listed = CustomerList::find().filter(customer_list::Column::Country.eq("Spain"));
    assert_eq!(listed.all(&provider).await?.len(), 5);
    println!("read {} films", films.count().await?);
    Ok(())
}
"#;

/// The script with its `/*!50705 .. */` parts, the spatial ones, for MariaDB too, which skips them.
fn for_every_server(script: &str) -> String {
    let mut parts = script.split("/*!50705 ");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain += &part.replacen("*/", "", 1);
    }
    plain
}

/// Loads Sakila into a database of another name.
async fn load(database: &TestDatabase) -> Result<()> {
    let mut connection = database.connect().await?;
    let schema =
        dataset("sakila/mysql-schema.sql").replace("sakila.", &format!("{}.", database.name()));
    for script in [schema, dataset("sakila/mysql-data.sql")] {
        for statement in statements(&for_every_server(&script)) {
            let upper = statement.trim_start().to_ascii_uppercase();
            if !["DROP SCHEMA", "CREATE SCHEMA", "USE "]
                .iter()
                .any(|word| upper.starts_with(word))
            {
                run(&mut connection, &statement).await?;
            }
        }
    }
    Ok(())
}

async fn every_row_of_sakila_reads(variable: &str, what: &str) -> Result<()> {
    let database = TestDatabase::create(variable, what).await?;
    load(&database).await?;
    let dir = tempfile::tempdir()?;
    crate_with_program(dir.path(), "sakila", variable, PROGRAM)?;
    let manifest = fs::read_to_string(dir.path().join("Cargo.toml"))?;

    let output = reflect(&database.url(), dir.path(), &[]);
    assert_code(&output, 0);
    let report = String::from_utf8(output.stderr)?;
    assert!(report.contains("tables   16 found, 16 written"), "{report}");
    assert!(report.contains("views    7 found, 7 written"), "{report}");
    assert_eq!(fs::read_to_string(dir.path().join("Cargo.toml"))?, manifest);
    for file in fs::read_dir(dir.path().join("src"))? {
        let text = fs::read_to_string(file?.path())?;
        assert!(
            text.contains("@generated by xtsqlorm reflect") && !text.contains("ignore"),
            "{text}"
        );
    }

    let output = run_program(dir.path(), &database.url())?;
    assert_code(&output, 0);
    assert_eq!(String::from_utf8(output.stdout)?, "read 1000 films\n");
    assert_eq!(
        String::from_utf8(output.stderr)?,
        "",
        "the entities compile without a warning"
    );
    database.drop().await
}

/// The same entities on both servers, so that one crate serves both.
mod every_row_reads {
    use super::*;

    #[tokio::test]
    #[ignore = "needs a server: scripts/test"]
    async fn mysql() -> Result<()> {
        every_row_of_sakila_reads("XTSQLORM_TEST_MYSQL_URL", "sakila").await
    }

    #[tokio::test]
    #[ignore = "needs a server: scripts/test"]
    async fn mariadb() -> Result<()> {
        every_row_of_sakila_reads("XTSQLORM_TEST_MARIADB_URL", "sakila").await
    }
}
