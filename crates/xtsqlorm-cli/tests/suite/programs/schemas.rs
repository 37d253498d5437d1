//! Reads and writes across two schemas.

use schemas::{CRM as crm, SALES as sales};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Database, EntityTrait, IntoActiveModel, ModelTrait,
    PaginatorTrait, QueryFilter, Set,
};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Result {
    let db = Database::connect(std::env::var("DATABASE_URL")?).await?;
    let db = &db;
    let order = sales::prelude::Orders::find()
        .one(db)
        .await?
        .expect("an order");
    let customer = order.find_related(crm::customers::Entity).one(db).await?;
    assert_eq!(customer.map(|customer| customer.id), Some(2));
    let local = order.find_related(sales::customers::Entity).one(db).await?;
    assert_eq!(local.and_then(|local| local.name).as_deref(), Some("local"));
    let with = crm::customers::Entity::find()
        .find_with_related(sales::orders::Entity)
        .all(db)
        .await?;
    assert_eq!(
        with.iter().map(|(_, orders)| orders.len()).sum::<usize>(),
        1
    );

    // Each list of values is its own, and is written as what it is.
    let json = serde_json::to_value(&order)?;
    assert_eq!(
        (&json["kind"], &json["odd"]),
        (&"new".into(), &"a-b".into())
    );
    let paid = serde_json::from_value(serde_json::json!("paid"))?;
    let mut change = order.clone().into_active_model();
    change.kind = Set(paid);
    change.odd = Set(None);
    let changed = change.update(db).await?;
    assert_eq!((changed.kind, changed.odd), (paid, None));
    let count = sales::orders::Entity::find()
        .filter(sales::orders::Column::Kind.eq(paid))
        .filter(sales::orders::Column::Kind.is_in([paid]))
        .count(db)
        .await?;
    assert_eq!(count, 1);
    let back = changed.into_active_model().reset_all();
    let back = sales::orders::ActiveModel {
        odd: Set(order.odd),
        ..back
    };
    assert_eq!(back.update(db).await?.odd, order.odd);

    let open = crm::open::Entity::find().one(db).await?.expect("a row");
    assert_eq!(serde_json::to_value(&open)?["kind"], "firm");
    println!("done");
    Ok(())
}
