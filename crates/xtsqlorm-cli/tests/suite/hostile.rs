//! Hostile schemas of MySQL and MariaDB: one table for each trap that reflection is known to fall
//! into.

use std::fs;

use super::support::{
    Result, TestDatabase, assert_code, crate_with_program, dataset, reflect, run, run_program,
    statements,
};

/// Reads every table and view, and writes each row with a key back, naming those where that fails.
const PROGRAM: &str = r#"
use sea_orm::{ActiveModelTrait, Database, EntityTrait, IntoActiveModel};

macro_rules! check {
    ($db:expr, $($module:ident)*) => { $(
        match hostile::$module::Entity::find().all($db).await {
            Err(error) => println!("{}: {error}", stringify!($module)),
            Ok(rows) => for row in rows {
                let change = row.clone().into_active_model().reset_all();
                match change.update($db).await {
                    Ok(back) if back == row => {}
                    other => println!("{}: {row:?} came back as {other:?}", stringify!($module)),
                }
            },
        }
    )* };
}

macro_rules! read {
    ($db:expr, $($module:ident)*) => { $(
        if let Err(error) = hostile::$module::Entity::find().all($db).await {
            println!("{}: {error}", stringify!($module));
        }
    )* };
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let db = Database::connect(std::env::var("DATABASE_URL")?).await?;
    check!(&db, KEYED);
    read!(&db, RECORDS);
    Ok(())
}
"#;

/// MariaDB takes zero dates, which read as NULL.
const ZERO_DATES: &str = "[reflect.types]\n\"t_zerodate.d\" = \"Option<Date>\"\n\
    \"t_zerodate.dt\" = \"Option<DateTime>\"\n";

/// Answers what the program printed: nothing, where each row survived.
async fn every_table_compiles_and_round_trips(variable: &str, overrides: &str) -> Result<String> {
    let database = TestDatabase::create(variable, "hostile").await?;
    let mut connection = database.connect().await?;
    for script in [
        dataset("edge/mysql.sql"),
        include_str!("traps.sql").to_owned(),
    ] {
        for statement in statements(&script) {
            // A few statements are for one of the two servers only.
            let _ = run(&mut connection, &statement).await;
        }
    }
    let dir = tempfile::tempdir()?;
    crate_with_program(dir.path(), "hostile", variable, "")?;
    let config = dir.path().join("xtsqlorm.toml");
    fs::write(&config, overrides)?;
    let output = reflect(
        &database.url(),
        dir.path(),
        &["--config", &config.display().to_string()],
    );
    assert_code(&output, 0);
    let report = String::from_utf8(output.stderr)?;
    for told in [
        "t_13pk: a table with a key of 13 columns",
        "t_nopk: a table without a key",
    ] {
        assert!(report.contains(told), "no {told} in\n{report}");
    }

    let lib = fs::read_to_string(dir.path().join("src/lib.rs"))?;
    let modules = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let support = ["any_value", "prelude", "read_only", "sea_orm_active_enums"];
    let modules = modules.filter(|module| !support.contains(module));
    let (mut keyed, mut records) = (Vec::new(), Vec::new());
    for module in modules {
        let file = dir
            .path()
            .join("src")
            .join(format!("{}.rs", module.trim_start_matches("r#")));
        match fs::read_to_string(file)?.contains("read_only::record!") {
            true => records.push(module),
            false => keyed.push(module),
        }
    }
    fs::write(
        dir.path().join("program.rs"),
        PROGRAM
            .replace("KEYED", &keyed.join(" "))
            .replace("RECORDS", &records.join(" ")),
    )?;
    let output = run_program(dir.path(), &database.url())?;
    assert_code(&output, 0);
    database.drop().await?;
    Ok(String::from_utf8(output.stdout)?)
}

mod every_row_round_trips {
    use super::*;

    #[tokio::test]
    #[ignore = "needs a server: scripts/test"]
    async fn mysql() -> Result<()> {
        let failed = every_table_compiles_and_round_trips("XTSQLORM_TEST_MYSQL_URL", "").await?;
        assert_eq!(failed, "");
        Ok(())
    }

    #[tokio::test]
    #[ignore = "needs a server: scripts/test"]
    async fn mariadb() -> Result<()> {
        let failed =
            every_table_compiles_and_round_trips("XTSQLORM_TEST_MARIADB_URL", ZERO_DATES).await?;
        let tables: Vec<_> = failed
            .lines()
            .filter_map(|line| line.split(':').next())
            .collect();
        assert_eq!(
            tables,
            ["t_zerodate"],
            "a zero date that reads as NULL cannot be written back: {failed}"
        );
        Ok(())
    }
}
