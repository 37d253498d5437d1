//! A row as JSON is what serde makes of the entity.

use serde_json::{Value as Json, to_value};
use xtsqlorm::{prelude::*, reflect::DataType};

use crate::support::{Kind, Result, TestDatabase, on_every_backend};

on_every_backend!(rows_as_json_are_what_entities_are);

/// A repository of the sample schema. MySQL has no type for UUIDs, so there it is told of them, as
/// `[reflect.types]` tells the generator of entities.
async fn repository(db: &TestDatabase, table: &str) -> Result<DynamicRepository> {
    let repository = DynamicRepository::reflect(&db.provider(), table).await?;
    let uuid = match table {
        "products" => "public_id",
        "audit_log" => "id",
        _ => return Ok(repository),
    };
    match db.kind() {
        Kind::MySql | Kind::MariaDb => Ok(repository.with_type(uuid, DataType::Uuid)?),
        _ => Ok(repository),
    }
}

/// Every seeded row of every table, whole, by key, and by key as JSON.
async fn rows_as_json_are_what_entities_are(db: TestDatabase) -> Result {
    db.seeded().await?;
    let provider = db.provider();
    macro_rules! compare {
        ($($table:ident),+) => {$(
            let entities = Repository::<entity::$table::Entity>::new(&provider);
            let models = entities.get_all(Page::all()).await?;
            assert!(!models.is_empty());
            let expected: Vec<Json> = models.iter().map(to_value).collect::<Result<_, _>>()?;
            let dynamic = repository(&db, stringify!($table)).await?;
            let rows = dynamic.get_all(Page::all()).await?;
            let found: Vec<Json> = rows.iter().map(Row::to_json).collect();
            assert_eq!(found, expected);
            for ((row, model), json) in rows.iter().zip(&models).zip(&expected) {
                assert_eq!(serde_json::to_string(row)?, serde_json::to_string(model)?);
                assert_eq!(dynamic.get_by_id(row).await?.as_ref(), Some(row));
                assert_eq!(dynamic.get_by_id(json.clone()).await?.as_ref(), Some(row));
            }
        )+};
    }
    compare!(
        audit_log,
        categories,
        countries,
        order_items,
        orders,
        products,
        tags,
        users,
        users_tags
    );
    Ok(())
}
