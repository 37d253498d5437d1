//! Tables: list, describe, create, drop, and SQL for them: `cargo run --example table_management`.

use xtsqlorm::{
    connection::Backend,
    prelude::*,
    reflect::{ColumnModel, KeyModel, TableName},
    tables,
};
use xtsqlorm_examples::{db_key, prepare, step};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let manager = create_connection_manager(&db_key()).await?;
    prepare(&manager).await?;

    step("Which tables there are");
    let all = tables::list(&manager).await?;
    println!(
        "users among them: {}",
        all.iter().any(|table| table.name.table == "users")
    );
    println!("exists: {}", tables::exists("tags", &manager).await?);

    step("What a table is");
    let described = tables::describe("tags", &manager).await?;
    println!("{}", described.lines().next().unwrap_or_default());
    println!("its name column: {}", described.contains("name"));

    step("A table like another one, with a column less");
    let mut notes = TableModel::clone(&*reflect_table("tags", &manager).await?);
    notes.name = TableName::new(notes.name.schema.clone(), "example_notes");
    notes
        .columns
        .retain(|column: &ColumnModel| column.name != "description");
    notes.indexes.clear();
    notes.primary_key = notes.primary_key.map(|key| KeyModel { name: None, ..key });
    notes.comment = None;
    println!(
        "created: {}",
        tables::create_if_missing(&notes, &manager).await?
    );
    println!(
        "again: {}",
        tables::create_if_missing(&notes, &manager).await?
    );

    step("Statements by name");
    let insert = tables::insert_sql(Backend::Postgres, "example_notes", [("name", "it's")])?;
    println!("{}", insert.sql);
    let provider = SessionProvider::new(manager.clone());
    let insert = tables::insert_sql(manager.backend(), "example_notes", [("name", "it's")])?;
    println!(
        "inserted: {}",
        provider.execute_raw(insert).await?.rows_affected()
    );
    let all_rows = tables::delete_sql(manager.backend(), "example_notes", Condition::all());
    println!("refused: {}", all_rows.unwrap_err());

    step("Only what is named is dropped");
    tables::drop_table("example_notes", &manager).await?;
    println!(
        "exists: {}",
        tables::exists("example_notes", &manager).await?
    );
    manager.dispose().await;
    Ok(())
}
