//! Finders of your own: as an extension trait on the repository, or as a type around it.

use entity::{orders, sea_orm_active_enums::OrdersStatus, users};
use xtsqlorm::prelude::*;
use xtsqlorm_examples::{db_key, prepare, step};

/// The extension trait: finders beside the repository's own methods.
trait UserFinders {
    async fn find_by_email(&self, email: &str) -> xtsqlorm::Result<Option<users::Model>>;
    async fn inactive(&self) -> xtsqlorm::Result<Vec<users::Model>>;
}

impl UserFinders for Repository<users::Entity> {
    async fn find_by_email(&self, email: &str) -> xtsqlorm::Result<Option<users::Model>> {
        self.find()
            .filter(users::Column::Email.eq(email))
            .one()
            .await
    }

    async fn inactive(&self) -> xtsqlorm::Result<Vec<users::Model>> {
        let inactive = self.find().filter(users::Column::IsActive.eq(false));
        inactive.order_by_asc(users::Column::Id).all().await
    }
}

/// The type around it: only what this service may do with orders.
struct OrderBook(Repository<orders::Entity>);

impl OrderBook {
    async fn open_orders(&self, user_id: i64) -> xtsqlorm::Result<Vec<orders::Model>> {
        self.0
            .find()
            .filter(orders::Column::UserId.eq(user_id))
            .filter(orders::Column::Status.is_in([OrdersStatus::Pending, OrdersStatus::Paid]))
            .order_by_desc(orders::Column::CreatedAt)
            .all()
            .await
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt::init();
    let key = db_key();
    prepare(&create_connection_manager(&key).await?).await?;

    step("An extension trait");
    let users = create_repository::<users::Entity>(&key).await?;
    for user in users.inactive().await? {
        let again = users.find_by_email(&user.email).await?;
        println!(
            "{} <{}> found again: {}",
            user.name,
            user.email,
            again == Some(user.clone())
        );
    }

    step("A type around the repository");
    let book = OrderBook(create_repository(&key).await?);
    for user in users.find().limit(5).all().await? {
        println!(
            "{:<24} {} open orders",
            user.name,
            book.open_orders(user.id).await?.len()
        );
    }
    Ok(())
}
