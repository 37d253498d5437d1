//! Several schemas in one crate: a module each, with relations from one to another.

use super::servers::{Scratch, Server};
use super::support::{Result, assert_code, crate_with_program, reflect, run_program};

/// Reads and writes across two schemas.
const PROGRAM: &str = include_str!("programs/schemas.rs");

/// Customers in one schema, orders and other customers in another; lists of values of one name.
async fn two_schemas(scratch: &Scratch, crm: &str, sales: &str) -> Result<()> {
    let postgres = scratch.server == Server::Postgres;
    let quote = scratch.server.choose('`', '"', '"');
    let (crm, sales) = (
        format!("{quote}{crm}{quote}"),
        format!("{quote}{sales}{quote}"),
    );
    let (kind_of_customer, kind_of_order) = match postgres {
        true => (format!("{crm}.kind"), format!("{sales}.kind")),
        false => (
            "ENUM('person','firm')".to_owned(),
            "ENUM('new','paid')".to_owned(),
        ),
    };
    let odd = match postgres {
        true => format!("{sales}.\"Odd \"\"name\""),
        false => "ENUM('a b','a-b')".to_owned(),
    };
    let mut statements = Vec::new();
    if postgres {
        statements.push(format!(
            "CREATE TYPE {kind_of_customer} AS ENUM ('person','firm')"
        ));
        statements.push(format!(
            "CREATE TYPE {kind_of_order} AS ENUM ('new','paid')"
        ));
        statements.push(format!("CREATE TYPE {odd} AS ENUM ('a b','a-b')"));
    }
    statements.extend([
        format!("CREATE TABLE {crm}.customers (id INTEGER PRIMARY KEY, kind {kind_of_customer} NOT NULL)"),
        format!("CREATE TABLE {sales}.customers (id INTEGER PRIMARY KEY, name VARCHAR(10))"),
        format!(
            "CREATE TABLE {sales}.orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, \
             local_id INTEGER, kind {kind_of_order} NOT NULL, odd {odd}, \
             FOREIGN KEY (customer_id) REFERENCES {crm}.customers (id), \
             FOREIGN KEY (local_id) REFERENCES {sales}.customers (id))"
        ),
        format!(
            "CREATE VIEW {crm}.open AS SELECT o.id, c.kind FROM {sales}.orders o \
             JOIN {crm}.customers c ON c.id = o.customer_id"
        ),
        format!("INSERT INTO {crm}.customers VALUES (1, 'person'), (2, 'firm')"),
        format!("INSERT INTO {sales}.customers VALUES (5, 'local')"),
        format!("INSERT INTO {sales}.orders VALUES (9, 2, 5, 'new', 'a-b')"),
    ]);
    let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
    scratch.run(&statements).await
}

/// Reflects both schemas, and runs the program.
fn both_are_used(scratch: &Scratch, crm: &str, sales: &str) -> Result<()> {
    let program = PROGRAM
        .replace("CRM", &crm.replace('-', "_"))
        .replace("SALES", &sales.replace('-', "_"));
    let out = scratch.out();
    crate_with_program(&out, "schemas", &format!("{:?}", scratch.server), &program)?;
    let schemas = format!("{crm},{sales}");
    let run = |arguments: &[&str]| {
        let arguments = [&["--schema", &schemas], arguments].concat();
        reflect(&scratch.url, &out, &arguments)
    };
    let output = run(&[]);
    assert_code(&output, 0);
    let report = String::from_utf8(output.stderr)?;
    assert!(report.contains("tables   3 found, 3 written"), "{report}");
    assert_code(&run(&["--check"]), 0);
    let output = run_program(&out, &scratch.url)?;
    assert_code(&output, 0);
    let text = (output.stdout, output.stderr);
    let (stdout, stderr) = (String::from_utf8(text.0)?, String::from_utf8(text.1)?);
    assert_eq!(stderr, "", "it compiles without a warning");
    assert_eq!(stdout, "done\n");

    // A table that is chosen by its full name; the files of the others go when they are pruned.
    let orders = format!("{sales}.orders");
    assert_code(&run(&["--tables", &orders, "--prune"]), 0);
    let module = out.join("src").join(sales.replace('-', "_"));
    assert!(module.join("orders.rs").exists() && !module.join("customers.rs").exists());
    assert!(
        !out.join("src").join(crm).exists() || !out.join("src").join(crm).join("open.rs").exists()
    );
    Ok(())
}

mod relations_and_lists_of_values_work_across_schemas {
    use super::*;

    #[tokio::test]
    #[ignore = "needs a server: scripts/test"]
    async fn postgres() -> Result<()> {
        let scratch = Scratch::create(Server::Postgres).await?;
        scratch
            .run(&["CREATE SCHEMA crm", "CREATE SCHEMA \"sales-eu\""])
            .await?;
        two_schemas(&scratch, "crm", "sales-eu").await?;
        both_are_used(&scratch, "crm", "sales-eu")?;
        scratch.drop().await
    }

    /// MySQL's schemas are databases.
    async fn on_databases(server: Server) -> Result<()> {
        let scratch = Scratch::create(server).await?;
        let name = scratch.url.rsplit('/').next().unwrap_or_default();
        let (crm, sales) = (format!("{name}_crm"), format!("{name}_sales"));
        let create = [&crm, &sales].map(|name| format!("CREATE DATABASE {name}"));
        scratch.run(&create.each_ref().map(String::as_str)).await?;
        two_schemas(&scratch, &crm, &sales).await?;
        both_are_used(&scratch, &crm, &sales)?;
        let drop = [&sales, &crm].map(|name| format!("DROP DATABASE {name}"));
        scratch.run(&drop.each_ref().map(String::as_str)).await?;
        scratch.drop().await
    }

    #[tokio::test]
    #[ignore = "needs a server: scripts/test"]
    async fn mysql() -> Result<()> {
        on_databases(Server::Mysql).await
    }

    #[tokio::test]
    #[ignore = "needs a server: scripts/test"]
    async fn mariadb() -> Result<()> {
        on_databases(Server::Mariadb).await
    }
}

mod schemas_are_found_by_name_or_all_at_once {
    use super::*;

    #[tokio::test]
    #[ignore = "needs a server: scripts/test"]
    async fn postgres() -> Result<()> {
        let scratch = Scratch::create(Server::Postgres).await?;
        scratch
            .run(&[
                "CREATE SCHEMA crm",
                "CREATE TABLE crm.a (id INTEGER PRIMARY KEY)",
                "CREATE TABLE b (id INTEGER PRIMARY KEY)",
            ])
            .await?;
        let dry = |schema: &str| {
            let arguments = ["--dry-run", "--report", "json", "--schema", schema];
            reflect(&scratch.url, &scratch.out(), &arguments)
        };
        let output = dry("*");
        assert_code(&output, 0);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout)?;
        assert_eq!(report["database"], "crm, public");
        assert_eq!(report["tables"]["written"], 2);

        // One that is not the connection's own needs its name in statements, and no module.
        let arguments = ["--schema", "crm"];
        assert_code(&reflect(&scratch.url, &scratch.out(), &arguments), 0);
        let text = std::fs::read_to_string(scratch.out().join("src/a.rs"))?;
        assert!(
            text.contains("schema_name = \"crm\", table_name = \"a\""),
            "{text}"
        );
        let text = dry("crmm");
        assert_code(&text, 1);
        let error = String::from_utf8(text.stderr)?;
        assert!(error.contains("crmm"), "{error}");
        scratch.drop().await
    }
}
