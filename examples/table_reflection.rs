//! Tables without an entity: read by name, and copied: `cargo run --example table_reflection`.

use serde_json::json;
use xtsqlorm::{dynamic::column, prelude::*, tables};
use xtsqlorm_examples::{db_key, prepare, step};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = create_session_provider(&db_key()).await?;
    let manager = provider.manager().clone();
    prepare(&manager).await?;
    if tables::exists("countries_copy", &manager).await? {
        tables::drop_table("countries_copy", &manager).await?;
    }

    step("A table by its name");
    let users = reflect_table("users", &manager).await?;
    let names: Vec<_> = users
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    println!("columns: {}", names.join(", "));
    let key = users.primary_key.as_ref().map(|key| key.columns.clone());
    println!("key: {key:?}");
    println!("{}", reflect_table("usres", &manager).await.unwrap_err());

    step("Rows without an entity");
    let users = create_dynamic_repository("users", &db_key()).await?;
    let find = users
        .find()
        .filter(column("is_active").eq(true))
        .order_by_asc("id");
    for row in find.columns(["id", "email"]).limit(2).all().await? {
        println!("{}", row.to_json());
    }
    let refused = users
        .create_json(json!({ "email": "x@example.com", "name": 7 }))
        .await;
    println!("refused: {}", refused.unwrap_err());

    step("A copy of the structure");
    copy_table_structure("countries", "countries_copy", &manager).await?;
    let copy = DynamicRepository::reflect(&provider, "countries_copy").await?;
    println!("rows: {}", copy.count().await?);
    copy.create([("code", "XC"), ("name", "Copy")]).await?;
    println!("rows: {}", copy.count().await?);
    let again = copy_table_structure("countries", "countries_copy", &manager).await;
    println!("a second time: {}", again.is_ok());
    println!("still there: {}", copy.count().await?);

    tables::drop_table("countries_copy", &manager).await?;
    manager.dispose().await;
    Ok(())
}
