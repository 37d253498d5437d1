//! A row as JSON is what serde makes of the entity.

use serde_json::{Value as Json, to_value};
use xtsqlorm::{prelude::*, reflect::DataType};

use crate::support::{Kind, Result, TestDatabase, on_every_backend, on_every_server};

on_every_backend!(rows_as_json_are_what_entities_are);
on_every_server!(single_precision_prints_as_it_is_meant);

mod readings {
    use sea_orm::entity::prelude::*;
    use serde::Serialize;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize)]
    #[sea_orm(table_name = "readings")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) id: i32,
        #[sea_orm(column_type = "Float")]
        pub(super) level: Option<f32>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

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

/// 8.8 in four bytes is 8.800000190734863 in eight; what is printed is 8.8.
async fn single_precision_prints_as_it_is_meant(db: TestDatabase) -> Result {
    const LEVELS: [f32; 8] = [
        8.8,
        0.1,
        -1.5,
        0.0,
        1e-7,
        16_777_216.0,
        123_456.79,
        f32::MAX,
    ];
    let real = match db.kind() {
        Kind::Postgres => "real",
        _ => "FLOAT",
    };
    let create = format!("CREATE TABLE readings (id INT NOT NULL PRIMARY KEY, level {real})");
    db.execute(&[&create]).await?;
    let entities = Repository::<readings::Entity>::new(&db.provider());
    let dynamic = repository(&db, "readings").await?;
    for (id, level) in (1..).zip(LEVELS) {
        let row = readings::ActiveModel {
            id: Set(id),
            level: Set(Some(level)),
        };
        let printed = serde_json::to_string(&entities.create(row).await?)?;
        let row = dynamic.require_by_id(id).await?;
        assert_eq!(row.to_json(), serde_json::from_str::<Json>(&printed)?);
        assert_eq!(to_value(&row)?, row.to_json());
        let again: Json = serde_json::from_str(&serde_json::to_string(&row)?)?;
        assert_eq!(again, row.to_json());
        // In again as JSON, it is the same number.
        let mut json = row.to_json();
        json["id"] = (id + 100).into();
        let copied = dynamic.create_json(json).await?;
        assert_eq!(copied["level"], row["level"]);
    }
    let first = dynamic.require_by_id(1).await?;
    assert_eq!(serde_json::to_string(&first)?, r#"{"id":1,"level":8.8}"#);
    Ok(())
}
