//! Models by the names of their columns.

use entity::{orders, users};
use serde_json::json;
use xtsqlorm::{
    prelude::*,
    repository::{DictOptions, ModelExt},
};

use crate::support::{Result, TestDatabase, on_every_backend};

on_every_backend!(
    a_model_gives_its_columns_by_name,
    a_column_that_is_left_out_is_left_out_and_a_typo_gives_nothing,
);

async fn a_model_gives_its_columns_by_name(db: TestDatabase) -> Result {
    let provider = db.seeded().await?.provider();
    let orders = Repository::<orders::Entity>::new(&provider);
    for order in orders.find().all().await? {
        assert_eq!(order.value_of("number")?, order.number.clone().into());
        let names: Vec<_> = order.values().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, orders::Model::column_names());
        let dict = order.to_dict();
        assert_eq!(
            dict["total"],
            json!(order.total.to_string()),
            "decimals stay exact"
        );
        assert_eq!(
            dict.as_object().map(serde_json::Map::len),
            Some(names.len())
        );
        assert_eq!(order.describe(), format!("orders({})", order.id));
    }
    Ok(())
}

async fn a_column_that_is_left_out_is_left_out_and_a_typo_gives_nothing(
    db: TestDatabase,
) -> Result {
    let provider = db.migrated().await?.provider();
    let users = Repository::<users::Entity>::new(&provider);
    let user = users
        .create_json(json!({ "email": "ann@example.com", "name": "Ann" }))
        .await?;
    let shown = DictOptions::new()
        .only("name")
        .only("birthday")
        .only("email");
    let shown = shown
        .without("email")
        .rename("name", "title")
        .exclude_none();
    assert_eq!(user.to_dict_with(&shown)?, json!({ "title": "Ann" }));
    let typo = user
        .to_dict_with(&DictOptions::new().without("emial"))
        .unwrap_err();
    assert_eq!(
        typo.to_string(),
        "users.emial: there is no such field; did you mean `email`?"
    );
    assert!(user.value_of("nmae").is_err());
    Ok(())
}
