//! The repository itself.

use std::{fmt, sync::Arc};

use sea_orm::{EntityTrait, IntoActiveModel};

use super::{Key, conventions::Seen, rules::EntityRules};
use crate::{
    error::Result,
    session::{Session, SessionProvider},
};

/// Reads and writes the rows of one entity.
///
/// Clones are cheap. A repository takes part in the transaction that the current task is inside of,
/// and in the one that it was [given](Self::in_session).
///
/// ```
/// # include!("../doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// let countries = Repository::<countries::Entity>::new(&provider);
/// let iceland = countries
///     .create(countries::ActiveModel {
///         code: Set("IS".into()),
///         name: Set("Iceland".into()),
///     })
///     .await?;
/// assert_eq!(countries.get_by_id("IS".to_owned()).await?, Some(iceland));
/// assert!(countries.delete("IS".to_owned()).await?);
/// assert_eq!(countries.count().await?, 0);
/// # Ok(())
/// # }
/// ```
#[doc(alias = "AsyncRepository")]
pub struct Repository<E: EntityTrait> {
    pub(super) provider: SessionProvider,
    pub(super) rules: Arc<EntityRules<E>>,
    pub(super) seen: Seen,
}

impl<E: EntityTrait> Repository<E> {
    /// A repository on the provider's pool.
    #[must_use]
    pub fn new(provider: &SessionProvider) -> Self {
        Self {
            provider: provider.clone(),
            rules: Arc::default(),
            seen: Seen::default(),
        }
    }

    /// The same repository inside `session`, with its [conventions](crate::repository::conventions)
    /// and [hooks](crate::repository::hooks).
    #[must_use]
    pub fn in_session(&self, session: &Session) -> Self {
        self.on(session.provider())
    }

    pub(super) fn on(&self, provider: SessionProvider) -> Self {
        Self {
            provider,
            rules: Arc::clone(&self.rules),
            seen: self.seen,
        }
    }

    /// The provider whose pool, and whose current session, is used.
    #[must_use]
    pub fn provider(&self) -> &SessionProvider {
        &self.provider
    }
}

/// The names of the Python original: each is [`in_session`](Repository::in_session) and the method
/// without the suffix.
impl<E> Repository<E>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: sea_orm::ActiveModelBehavior + Send,
{
    /// [`get_by_id`](Self::get_by_id) inside `session`.
    ///
    /// # Errors
    ///
    /// As [`get_by_id`](Self::get_by_id).
    pub async fn get_by_id_in_session(
        &self,
        session: &Session,
        id: impl Into<Key<E>>,
    ) -> Result<Option<E::Model>> {
        self.in_session(session).get_by_id(id).await
    }

    /// [`create`](Self::create) inside `session`. The row that comes back has its key.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create).
    pub async fn create_in_session(
        &self,
        session: &Session,
        row: impl IntoActiveModel<E::ActiveModel>,
    ) -> Result<E::Model> {
        self.in_session(session).create(row).await
    }

    /// [`update`](Self::update) inside `session`.
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update).
    pub async fn update_in_session(
        &self,
        session: &Session,
        id: impl Into<Key<E>>,
        changes: impl IntoActiveModel<E::ActiveModel>,
    ) -> Result<Option<E::Model>> {
        self.in_session(session).update(id, changes).await
    }

    /// [`delete`](Self::delete) inside `session`.
    ///
    /// # Errors
    ///
    /// As [`delete`](Self::delete).
    pub async fn delete_in_session(
        &self,
        session: &Session,
        id: impl Into<Key<E>>,
    ) -> Result<bool> {
        self.in_session(session).delete(id).await
    }
}

impl<E: EntityTrait> Clone for Repository<E> {
    fn clone(&self) -> Self {
        self.on(self.provider.clone())
    }
}

impl<E: EntityTrait> fmt::Debug for Repository<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repository")
            .field("table", &super::key::table::<E>())
            .field("provider", &self.provider)
            .finish()
    }
}
