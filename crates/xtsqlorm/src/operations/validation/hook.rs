//! Rules that hold for all writes of a repository.

use sea_orm::EntityTrait;

use super::ModelRules;
use crate::{
    error::Result,
    repository::{
        Repository,
        hooks::{Event, Hooked, Hooks},
    },
};

impl<E> Repository<E>
where
    E: EntityTrait + Hooked<Changes = E::ActiveModel, Row = E::Model>,
    E::ActiveModel: Send,
{
    /// The same repository, which writes nothing that breaks one of these rules: alone or with many,
    /// by key or by condition, from a model, a DTO or JSON.
    ///
    /// The rules are a [hook](crate::repository::hooks), and look at a row after the hooks that were
    /// registered before them have changed it. Nothing of what is refused is sent; of many rows
    /// that are created together, the failures of all are reported.
    ///
    /// ```
    /// # include!("../../doctest_setup.rs");
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
    /// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
    /// use xtsqlorm::operations::{validation::ModelRules, validators::length};
    ///
    /// let rules = ModelRules::<tags::Entity>::new().column(tags::Column::Name, length(1..=8));
    /// let tags = Repository::<tags::Entity>::new(&provider).validated(rules);
    /// let tag = |name: &str| tags::ActiveModel { name: Set(name.into()), ..Default::default() };
    /// let error = tags.create_many([tag("vip"), tag("wholesale")]).await.unwrap_err();
    /// assert_eq!(error.to_string(), "not valid: row 1: name must have 1 to 8 characters");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn validated(self, rules: ModelRules<E>) -> Self {
        self.hook(rules)
    }
}

#[async_trait::async_trait]
impl<E> Hooks<E> for ModelRules<E>
where
    E: EntityTrait + Hooked<Changes = E::ActiveModel, Row = E::Model>,
    E::ActiveModel: Send,
{
    async fn before_create(&self, row: &mut E::ActiveModel, _: &Event) -> Result<()> {
        self.check_create(row)
    }

    async fn before_update(&self, changes: &mut E::ActiveModel, _: &Event) -> Result<()> {
        self.check_update(changes)
    }
}
