//! A whole workflow: register, log in, list, statistics, clean up: `cargo run --example user_service`.
//!
//! The service depends on `CrudRepository`, so that its tests need no database.

use std::sync::Arc;

use entity::users;
use xtsqlorm::{
    operations::validators::{email, length},
    prelude::*,
};
use xtsqlorm_examples::{db_key, prepare, step};

const DOMAIN: &str = "@user-service.example";

/// What the service does with accounts.
struct UserService {
    users: Repository<users::Entity>,
    /// What only looks at single rows may be given any repository.
    rows: Arc<dyn CrudRepository<users::Entity>>,
}

impl UserService {
    fn new(provider: &SessionProvider) -> Self {
        let users = Repository::<users::Entity>::new(provider)
            .timestamps(users::Column::CreatedAt, users::Column::UpdatedAt)
            .soft_delete(users::Column::DeletedAt);
        Self {
            rows: Arc::new(users.clone()),
            users,
        }
    }

    async fn register(&self, address: &str, name: &str) -> anyhow::Result<users::Model> {
        if email(address).is_err() || length(1..=100)(name).is_err() {
            anyhow::bail!("the address or the name is not valid");
        }
        let row = users::ActiveModel {
            email: Set(address.into()),
            name: Set(name.into()),
            ..Default::default()
        };
        match self.rows.create(row).await {
            Ok(user) => Ok(user),
            Err(error) if error.is_unique_violation() => {
                anyhow::bail!("the address has an account already")
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn log_in(&self, address: &str) -> anyhow::Result<users::Model> {
        let user = self
            .users
            .find()
            .filter(users::Column::Email.eq(address))
            .one()
            .await?;
        match user {
            Some(user) if user.is_active => Ok(user),
            Some(_) => anyhow::bail!("the account is locked"),
            None => anyhow::bail!("there is no such account"),
        }
    }

    async fn lock(&self, id: i64) -> anyhow::Result<()> {
        let locked = users::ActiveModel {
            is_active: Set(false),
            ..Default::default()
        };
        self.rows.update(id, locked).await?;
        Ok(())
    }

    fn ours(&self) -> Find<users::Entity> {
        let ours = self
            .users
            .find()
            .filter(users::Column::Email.ends_with(DOMAIN));
        ours.order_by_asc(users::Column::Email)
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = create_session_provider(&db_key()).await?;
    prepare(provider.manager()).await?;
    let plain = Repository::<users::Entity>::new(&provider);
    let everyone = || users::Column::Email.ends_with(DOMAIN);
    plain.delete_where(everyone()).await?;
    let service = UserService::new(&provider);
    let address = |name: &str| format!("{name}{DOMAIN}");

    step("Register");
    for name in ["ann", "bo", "cy"] {
        let user = service.register(&address(name), name).await?;
        println!("{} has an account", user.name);
    }
    println!(
        "{}",
        service.register(&address("ann"), "Ann").await.unwrap_err()
    );
    println!("{}", service.register("nowhere", "Dee").await.unwrap_err());

    step("Log in");
    let bo = service.log_in(&address("bo")).await?;
    println!("{} is in", bo.name);
    service.lock(bo.id).await?;
    println!("{}", service.log_in(&address("bo")).await.unwrap_err());
    println!("{}", service.log_in(&address("dee")).await.unwrap_err());

    step("List and count");
    let names: Vec<_> = service
        .ours()
        .all()
        .await?
        .into_iter()
        .map(|user| user.name)
        .collect();
    println!("{}", names.join(", "));
    let active = service
        .ours()
        .field_stats_by(users::Column::Id, users::Column::IsActive)
        .await?;
    let counts: Vec<_> = active.iter().map(|(_, stats)| stats.rows).collect();
    println!("locked and active: {counts:?}");

    step("Clean up");
    service.rows.delete(bo.id).await?;
    println!("left: {}", service.ours().count().await?);
    println!(
        "in the table: {}",
        service
            .users
            .with_deleted()
            .find()
            .filter(everyone())
            .count()
            .await?
    );
    println!(
        "deleted for good: {}",
        plain.delete_where(everyone()).await?
    );

    provider.manager().dispose().await;
    Ok(())
}
