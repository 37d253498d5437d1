//! Entities as a module of a crate that is there already.

use std::fs;

use super::servers::{Scratch, Server};
use super::support::{Result, assert_code, crate_with_program, reflect_module, run_program};

const PROGRAM: &str = r#"
use modules::data::prelude::{Item, Loose, Owner};
use sea_orm::{Database, EntityTrait, ModelTrait};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let db = Database::connect(std::env::var("DATABASE_URL")?).await?;
    let item = Item::find().one(&db).await?.expect("an item");
    let owner = item.find_related(Owner).one(&db).await?.expect("an owner");
    let loose: Vec<String> = Loose::find()
        .all(&db)
        .await?
        .into_iter()
        .map(|row| format!("{:?}", row.anything))
        .collect();
    println!("{} {loose:?}", owner.name);
    Ok(())
}
"#;

/// The crate keeps its manifest and its own files; the module holds nothing but generated files.
#[tokio::test]
async fn a_module_is_written_into_a_crate_that_keeps_the_rest() -> Result<()> {
    let scratch = Scratch::create(Server::Sqlite).await?;
    scratch
        .run(&[
            "CREATE TABLE owner (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
            "CREATE TABLE item (id INTEGER PRIMARY KEY, owner_id INTEGER REFERENCES owner (id))",
            "CREATE TABLE loose (anything)",
            "INSERT INTO owner VALUES (1, 'Ann')",
            "INSERT INTO item VALUES (1, 1)",
            "INSERT INTO loose VALUES (1), (2.5), ('three'), (x'04'), (NULL)",
        ])
        .await?;
    let out = scratch.out();
    crate_with_program(&out, "modules", "sqlite", PROGRAM)?;
    let manifest = fs::read_to_string(out.join("Cargo.toml"))?;
    fs::create_dir(out.join("src"))?;
    fs::write(out.join("src/lib.rs"), "pub mod data;\n")?;
    let data = out.join("src/data");

    assert_code(&reflect_module(&scratch.url, &data, &[]), 0);
    let mut files: Vec<String> = fs::read_dir(&data)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_>>()?;
    files.sort();
    let expected = [
        "any_value.rs",
        "item.rs",
        "loose.rs",
        "mod.rs",
        "owner.rs",
        "prelude.rs",
        "read_only.rs",
    ];
    assert_eq!(files, expected);
    assert_eq!(fs::read_to_string(out.join("Cargo.toml"))?, manifest);
    assert_eq!(
        fs::read_to_string(out.join("src/lib.rs"))?,
        "pub mod data;\n"
    );
    assert_code(&reflect_module(&scratch.url, &data, &["--check"]), 0);

    let output = run_program(&out, &scratch.url)?;
    assert_code(&output, 0);
    assert_eq!(
        String::from_utf8(output.stderr)?,
        "",
        "it compiles without a warning"
    );
    let loose = r#"["Some(Integer(1))", "Some(Real(2.5))", "Some(Text(\"three\"))", "Some(Blob([4]))", "None"]"#;
    assert_eq!(String::from_utf8(output.stdout)?, format!("Ann {loose}\n"));
    scratch.drop().await
}
