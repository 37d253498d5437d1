//! Writes of DTOs that garde validates.

use std::{fmt, sync::Arc};

use garde::Validate;
use sea_orm::{ActiveModelBehavior, EntityTrait, IntoActiveModel};

use super::{check, check_many};
use crate::{
    error::Result,
    repository::{Key, Repository},
    session::Session,
};

/// A repository whose writes take DTOs with rules of garde, and send nothing that breaks one.
///
/// Reads, and writes of models, are those of the [`repository`](Self::repository).
pub struct ValidatedRepository<E: EntityTrait, C = ()> {
    repository: Repository<E>,
    context: Arc<C>,
}

impl<E: EntityTrait> Repository<E> {
    /// The same repository, whose writes take DTOs and validate them.
    #[must_use]
    pub fn validating(&self) -> ValidatedRepository<E> {
        self.validating_with(())
    }

    /// As [`validating`](Self::validating), for DTOs whose rules want this context.
    ///
    /// ```
    /// # include!("../../doctest_setup.rs");
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
    /// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
    /// use sea_orm::DeriveIntoActiveModel;
    ///
    /// struct Limits {
    ///     longest_tag: usize,
    /// }
    ///
    /// #[derive(garde::Validate, DeriveIntoActiveModel)]
    /// #[sea_orm(active_model = "tags::ActiveModel")]
    /// #[garde(context(Limits as limits))]
    /// struct NewTag {
    ///     #[garde(length(chars, max = limits.longest_tag))]
    ///     name: String,
    /// }
    ///
    /// let tags = Repository::<tags::Entity>::new(&provider);
    /// let tags = tags.validating_with(Limits { longest_tag: 4 });
    /// assert!(tags.create(NewTag { name: "vip".into() }).await.is_ok());
    /// let error = tags.create(NewTag { name: "wholesale".into() }).await.unwrap_err();
    /// assert_eq!(error.to_string(), "not valid: name must have at most 4 characters");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn validating_with<C>(&self, context: C) -> ValidatedRepository<E, C> {
        ValidatedRepository {
            repository: self.clone(),
            context: Arc::new(context),
        }
    }
}

impl<E: EntityTrait, C> ValidatedRepository<E, C> {
    /// The repository that is written to.
    #[must_use]
    pub fn repository(&self) -> &Repository<E> {
        &self.repository
    }

    /// The same inside `session`.
    #[must_use]
    pub fn in_session(&self, session: &Session) -> Self {
        Self {
            repository: self.repository.in_session(session),
            context: Arc::clone(&self.context),
        }
    }
}

impl<E, C> ValidatedRepository<E, C>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelBehavior + Send,
{
    /// [Creates](Repository::create) a row from a DTO.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`](crate::Error::Validation) where the DTO breaks a rule, before any SQL;
    /// otherwise as [`Repository::create`].
    pub async fn create<T>(&self, row: T) -> Result<E::Model>
    where
        T: Validate<Context = C> + IntoActiveModel<E::ActiveModel>,
    {
        check(&row, &self.context)?;
        self.repository.create(row).await
    }

    /// [Creates](Repository::create_many) rows from DTOs: all of them or none.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`](crate::Error::Validation) with the failures of every row that breaks a
    /// rule, before any SQL; otherwise as [`Repository::create_many`].
    pub async fn create_many<T>(&self, rows: impl IntoIterator<Item = T>) -> Result<Vec<E::Model>>
    where
        T: Validate<Context = C> + IntoActiveModel<E::ActiveModel>,
    {
        let rows: Vec<T> = rows.into_iter().collect();
        check_many(&rows, &self.context)?;
        self.repository.create_many(rows).await
    }

    /// [Changes](Repository::update) the row with this key by a DTO: `None` where there is none.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create) and [`Repository::update`].
    pub async fn update<T>(&self, id: impl Into<Key<E>>, changes: T) -> Result<Option<E::Model>>
    where
        T: Validate<Context = C> + IntoActiveModel<E::ActiveModel>,
    {
        check(&changes, &self.context)?;
        self.repository.update(id, changes).await
    }

    /// [Creates or changes](Repository::upsert) a row by a DTO.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create) and [`Repository::upsert`].
    pub async fn upsert<T>(&self, row: T) -> Result<E::Model>
    where
        T: Validate<Context = C> + IntoActiveModel<E::ActiveModel>,
    {
        check(&row, &self.context)?;
        self.repository.upsert(row).await
    }
}

impl<E: EntityTrait, C> Clone for ValidatedRepository<E, C> {
    fn clone(&self) -> Self {
        Self {
            repository: self.repository.clone(),
            context: Arc::clone(&self.context),
        }
    }
}

/// Without the context, which may hold anything.
impl<E: EntityTrait, C> fmt::Debug for ValidatedRepository<E, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ValidatedRepository")
            .field("repository", &self.repository)
            .finish_non_exhaustive()
    }
}
