//! What all requests share.

use entity::{orders, users};
use xtsqlorm::{
    operations::{
        validation::ModelRules,
        validators::{email, length},
    },
    prelude::*,
    repository::{QueryRules, TokenKey},
};

/// Clones are cheap; each request has one.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) provider: SessionProvider,
    pub(crate) users: OrmOperations<users::Entity>,
    pub(crate) orders: Repository<orders::Entity>,
    /// What a client may ask of the lists.
    pub(crate) user_list: QueryRules,
    pub(crate) order_list: QueryRules,
    /// Signs the tokens of windows. A service of several processes reads it from its configuration.
    pub(crate) tokens: TokenKey,
}

impl App {
    pub(crate) fn new(provider: &SessionProvider) -> xtsqlorm::Result<Self> {
        let users = Repository::<users::Entity>::new(provider)
            .timestamps(users::Column::CreatedAt, users::Column::UpdatedAt)
            .soft_delete(users::Column::DeletedAt)
            .versioned(users::Column::Version);
        let rules = ModelRules::new()
            .required(users::Column::Email)
            .required(users::Column::Name)
            .column(users::Column::Email, email)
            .column(users::Column::Name, length(1..=100));
        Ok(Self {
            provider: provider.clone(),
            users: OrmOperations::of(users).with_validation(rules),
            orders: Repository::new(provider)
                .timestamps(orders::Column::CreatedAt, orders::Column::UpdatedAt),
            user_list: QueryRules::new()
                .filter_by(["email", "name", "is_active", "created_at"])
                .sort_by(["name", "created_at"])
                .default_sort("name"),
            order_list: QueryRules::new()
                .filter_by(["number", "user_id", "status", "total"])
                .sort_by(["total", "created_at"])
                .default_sort("-created_at"),
            tokens: TokenKey::random()?,
        })
    }
}
