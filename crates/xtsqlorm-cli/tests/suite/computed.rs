//! Columns that the database computes or always numbers are read, and no save sends a value for them.

use super::servers::{Scratch, on_every_backend};
use super::support::{Result, assert_code, crate_with_program, reflect, run_program};

on_every_backend!(values_that_the_database_makes_are_read_and_not_sent);

const PROGRAM: &str = r#"
use computed::made;
use sea_orm::{ActiveModelTrait, Database, EntityTrait, IntoActiveModel, Set};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let db = Database::connect(std::env::var("DATABASE_URL")?).await?;
    // The server would refuse each of these values.
    let row = made::ActiveModel { id: Set(77), a: Set(3), double: Set(Some(999)), r#type: Set(Some(999)) };
    let row = row.insert(&db).await?;
    let mut change = row.clone().into_active_model().reset_all();
    change.a = Set(5);
    let changed = change.update(&db).await?;
    assert_eq!(changed.id, row.id);
    assert_eq!(made::Entity::find().all(&db).await?, [changed.clone()]);
    println!("{} {:?} {:?}", row.id, row.double, changed.double);
    println!("{:?} {:?}", row.r#type, changed.r#type);
    Ok(())
}
"#;

/// Only PostgreSQL has keys that take no value.
async fn values_that_the_database_makes_are_read_and_not_sent(scratch: &Scratch) -> Result<()> {
    let table = scratch.server.choose(
        "CREATE TABLE made (id INT AUTO_INCREMENT PRIMARY KEY, a INT NOT NULL, \
         `double` INT AS (a * 2) STORED, `type` INT AS (a + 1) VIRTUAL)",
        "CREATE TABLE made (id INT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a INT NOT NULL, \
         double INT GENERATED ALWAYS AS (a * 2) STORED, \
         type INT GENERATED ALWAYS AS (a + 1) STORED)",
        "CREATE TABLE made (id INTEGER PRIMARY KEY, a INT NOT NULL, \
         double INT AS (a * 2) STORED, type INT AS (a + 1) VIRTUAL)",
    );
    scratch.run(&[table]).await?;
    let out = scratch.out();
    crate_with_program(&out, "computed", &format!("{:?}", scratch.server), PROGRAM)?;
    let output = reflect(&scratch.url, &out, &[]);
    assert_code(&output, 0);
    let report = String::from_utf8(output.stderr)?;
    assert!(
        report.contains("made.double is computed by the database"),
        "{report}"
    );
    let output = run_program(&out, &scratch.url)?;
    assert_code(&output, 0);
    let id = scratch.server.choose(77, 1, 77);
    assert_eq!(
        String::from_utf8(output.stdout)?,
        format!("{id} Some(6) Some(10)\nSome(4) Some(6)\n")
    );
    assert_eq!(
        String::from_utf8(output.stderr)?,
        "",
        "it compiles without a warning"
    );
    Ok(())
}
