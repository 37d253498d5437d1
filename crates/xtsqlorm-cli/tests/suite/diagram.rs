//! `--diagram` draws what is in the database.

use std::fs;
use std::path::Path;

use super::servers::{Scratch, Server, on_every_backend};
use super::support::{Result, assert_code, reflect};

on_every_backend!(
    a_page_shows_the_schema_and_nothing_else_is_written,
    mermaid_tells_keys_and_cardinality,
    only_the_chosen_tables_are_drawn,
);

/// A table whose name is a script, one that refers to it, and a view.
async fn create(scratch: &Scratch) -> Result<()> {
    let quote = scratch.server.choose('`', '"', '"');
    let tables = [
        "CREATE TABLE ~<script>alert(1)</script>~ (id INT PRIMARY KEY, ~a & b~ VARCHAR(9) NOT NULL)",
        "CREATE TABLE item (id INT PRIMARY KEY, owner_id INT NOT NULL, twin_id INT UNIQUE, \
         FOREIGN KEY (owner_id) REFERENCES ~<script>alert(1)</script>~ (id) ON DELETE CASCADE, \
         FOREIGN KEY (twin_id) REFERENCES item (id))",
        "CREATE VIEW listed AS SELECT id FROM item",
    ];
    for sql in tables {
        scratch
            .run(&[&sql.replace('~', &quote.to_string())])
            .await?;
    }
    Ok(())
}

/// Draws into a file and reads it; no entities are written.
fn drawn(scratch: &Scratch, name: &str, arguments: &[&str]) -> Result<String> {
    let file = scratch.path(name);
    let shown = file.display().to_string();
    let mut all = vec!["--diagram", &shown, "--dry-run"];
    all.extend(arguments);
    let output = reflect(&scratch.url, &scratch.out(), &all);
    assert_code(&output, 0);
    let report = String::from_utf8(output.stderr)?;
    assert!(
        report.contains(&format!("  diagram  {shown}\n")),
        "{report}"
    );
    assert!(!scratch.out().exists(), "a dry run writes no entities");
    Ok(fs::read_to_string(file)?)
}

async fn a_page_shows_the_schema_and_nothing_else_is_written(scratch: &Scratch) -> Result<()> {
    create(scratch).await?;
    let page = drawn(scratch, "schema.html", &[])?;
    for part in [
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "a &amp; b",
        "on delete cascade",
        "<small>view</small>",
        "<li><a href=\"#t-item\">item</a> <code>owner_id → id</code></li>",
        ": 3 tables, 6 columns",
    ] {
        assert!(page.contains(part), "no {part} in\n{page}");
    }
    assert_eq!(page.matches("<script").count(), 1);
    assert!(
        !page.contains("http:") && !page.contains("https:"),
        "it loads nothing"
    );
    assert_eq!(
        drawn(scratch, "schema.html", &[])?,
        page,
        "the same for the same schema"
    );

    // With the entities, and beside them.
    let file = scratch.path("schema.html").display().to_string();
    let output = reflect(&scratch.url, &scratch.out(), &["--diagram", &file]);
    assert_code(&output, 0);
    assert!(scratch.out().join("src/item.rs").exists());

    // Never over a file that somebody wrote.
    fs::write(&file, "<p>mine</p>\n")?;
    let output = reflect(&scratch.url, &scratch.out(), &["--diagram", &file]);
    assert_code(&output, 1);
    assert_eq!(fs::read_to_string(&file)?, "<p>mine</p>\n");
    Ok(())
}

async fn mermaid_tells_keys_and_cardinality(scratch: &Scratch) -> Result<()> {
    create(scratch).await?;
    let text = drawn(scratch, "schema.mmd", &[])?;
    let integer = match scratch.server {
        // It still tells the width that is shown.
        Server::Mariadb => "int(11)",
        server => server.choose("int", "integer", "INT"),
    };
    for line in [
        "erDiagram".to_owned(),
        "    t1[\"#60;script#62;alert(1)#60;#47;script#62;\"]".to_owned(),
        "    item {".to_owned(),
        format!("        {integer} owner_id FK"),
        format!("        {integer} twin_id FK, UK \"nullable\""),
        "    t1 ||..o{ item : \"owner_id\"".to_owned(),
        "    item |o..o| item : \"twin_id\"".to_owned(),
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "no {line:?} in\n{text}"
        );
    }
    let document = drawn(scratch, "schema.md", &[])?;
    assert!(document.contains("\n```mermaid\nerDiagram\n"), "{document}");
    Ok(())
}

async fn only_the_chosen_tables_are_drawn(scratch: &Scratch) -> Result<()> {
    create(scratch).await?;
    let text = drawn(scratch, "one.mmd", &["--tables", "item"])?;
    assert!(
        text.contains("    item {") && !text.contains("listed"),
        "{text}"
    );
    assert!(
        text.contains("    outside_1[\""),
        "where its key leads is named: {text}"
    );
    let output = reflect(
        &scratch.url,
        Path::new("entity"),
        &["--diagram", "schema.png", "--dry-run"],
    );
    assert_code(&output, 2);
    let message = String::from_utf8(output.stderr)?;
    assert!(
        message.contains("must end in .html, .mmd or .md"),
        "{message}"
    );
    Ok(())
}
