//! From nothing to rows in a transaction: `cargo run --example quickstart`.

use entity::{countries, orders, sea_orm_active_enums::OrdersStatus, users};
use xtsqlorm::prelude::*;
use xtsqlorm_examples::{db_key, prepare, step};

const EMAIL: &str = "quickstart@example.com";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt::init();
    let key = db_key();

    connection(&key).await?;
    crud(&key).await?;
    transactions(&key).await?;
    three_ways(&key).await?;

    create_connection_manager(&key).await?.dispose().await;
    Ok(())
}

/// The connection manager: one pool for one key.
async fn connection(key: &str) -> anyhow::Result<()> {
    step("The connection manager");
    let manager = create_connection_manager(key).await?;
    prepare(&manager).await?;
    println!(
        "key `{key}` is {} {}",
        manager.backend(),
        manager.server_version()
    );
    println!("ping:  {:?}", manager.try_ping().await?);
    println!("pool:  {}", manager.pool_status());
    Ok(())
}

/// Create, read, update, delete.
async fn crud(key: &str) -> anyhow::Result<()> {
    step("CRUD through Repository<users::Entity>");
    let users = create_repository::<users::Entity>(key).await?;
    users.delete_where(users::Column::Email.eq(EMAIL)).await?;

    let ada = users
        .create(users::ActiveModel {
            email: Set(EMAIL.into()),
            name: Set("Ada Quick".into()),
            ..Default::default()
        })
        .await?;
    println!(
        "created  #{} {} <{}>, active: {}",
        ada.id, ada.name, ada.email, ada.is_active
    );

    let found = users.require_by_id(ada.id).await?;
    println!("read     #{} {}", found.id, found.name);

    let fields = serde_json::json!({ "name": "Ada Quickstart" });
    if let Some(renamed) = users.update_json(ada.id, fields).await? {
        println!("updated  #{} {}", renamed.id, renamed.name);
    }

    let page = users
        .find()
        .filter(users::Column::IsActive.eq(true))
        .order_by_asc(users::Column::Name)
        .limit(3)
        .all()
        .await?;
    let names: Vec<_> = page.iter().map(|user| user.name.as_str()).collect();
    println!(
        "found    {} of {} users: {}",
        page.len(),
        users.count().await?,
        names.join(", ")
    );

    println!("deleted  {}", users.delete(ada.id).await?);
    println!("exists   {}", users.exists(ada.id).await?);
    Ok(())
}

/// `Ok` commits, `Err` rolls back.
async fn transactions(key: &str) -> anyhow::Result<()> {
    step("Transactions");
    let provider = create_session_provider(key).await?;
    let countries = Repository::<countries::Entity>::new(&provider);
    countries
        .delete_where(countries::Column::Code.is_in(["XA", "XB"]))
        .await?;
    let country = |code: &str| countries::ActiveModel {
        code: Set(code.into()),
        name: Set(format!("Quickstart {code}")),
    };

    provider
        .transaction(async |session| countries.create_in_session(session, country("XA")).await)
        .await?;
    println!("after Ok:  XA exists: {}", countries.exists("XA").await?);

    let refused = provider
        .transaction(async |_| -> anyhow::Result<()> {
            // Not handed the session, and part of the transaction all the same.
            countries.create(country("XB")).await?;
            anyhow::bail!("no more countries today")
        })
        .await;
    println!(
        "after Err: XB exists: {} ({:?})",
        countries.exists("XB").await?,
        refused.unwrap_err().to_string()
    );

    countries.delete("XA").await?;
    Ok(())
}

/// Factories; explicit wiring; several repositories in one transaction.
async fn three_ways(key: &str) -> anyhow::Result<()> {
    step("Way 1: factories");
    let users = create_repo::<users::Entity>(key).await?;
    println!("{} users", users.count().await?);
    // A table that is known by its name only, read from the database as it is.
    let products = create_dynamic_repository("products", key).await?;
    println!(
        "{} products of {} columns",
        products.count().await?,
        products.table().columns.len()
    );

    step("Way 2: explicit wiring");
    let config = Settings::load()?.database(key)?;
    let manager = ConnectionManager::connect(&config).await?;
    let provider = SessionProvider::new(manager.clone());
    let orders = Repository::<orders::Entity>::new(&provider);
    println!("{} orders through {config}", orders.count().await?);
    manager.dispose().await;

    step("Way 3: several repositories in one transaction");
    let provider = create_provider(key).await?;
    let users = Repository::<users::Entity>::new(&provider);
    let orders = Repository::<orders::Entity>::new(&provider);
    let outcome = provider
        .transaction(async |_| -> anyhow::Result<()> {
            let buyer = users
                .create(users::ActiveModel {
                    email: Set(EMAIL.into()),
                    name: Set("Bo Buyer".into()),
                    ..Default::default()
                })
                .await?;
            let order = orders
                .create(orders::ActiveModel {
                    number: Set("QUICK-1".into()),
                    user_id: Set(buyer.id),
                    status: Set(OrdersStatus::Pending),
                    total: Set("19.90".parse()?),
                    ..Default::default()
                })
                .await?;
            println!(
                "inside:  order {} of {} is {:?}, {}",
                order.number, buyer.name, order.status, order.total
            );
            anyhow::bail!("the card was declined")
        })
        .await;
    println!("outcome: {}", outcome.unwrap_err());
    let left = orders
        .find()
        .filter(orders::Column::Number.eq("QUICK-1"))
        .exists()
        .await?;
    println!("outside: order QUICK-1 exists: {left}");
    Ok(())
}
