//! Several repositories in one transaction, as one thing that is passed around.

use sea_orm::EntityTrait;

use crate::{
    error::{Error, Result},
    repository::Repository,
    session::{Session, SessionProvider, SessionWork, TransactionOptions},
};

/// One transaction and the repositories in it.
///
/// [`commit`](Self::commit) keeps what they did, [`rollback`](Self::rollback) does not, and neither
/// does dropping it. A repository that was taken from it answers
/// [`Error::SessionClosed`] after its end.
///
/// ```
/// # include!("doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// let unit = UnitOfWork::begin(&provider).await?;
/// let tags = unit.repository::<tags::Entity>();
/// tags.create(tags::ActiveModel { name: Set("vip".into()), ..Default::default() }).await?;
/// assert_eq!(unit.repository::<tags::Entity>().count().await?, 1);
/// unit.commit().await?;
/// assert!(tags.count().await.unwrap_err().is_session_closed());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a unit of work that is dropped is rolled back"]
#[doc(alias = "AsyncUnitOfWork")]
pub struct UnitOfWork {
    session: Session,
}

impl UnitOfWork {
    /// Opens a transaction, independent of any that the task is inside of.
    ///
    /// # Errors
    ///
    /// As [`SessionProvider::create_session`].
    pub async fn begin(provider: &SessionProvider) -> Result<Self> {
        Ok(Self {
            session: provider.create_session().await?,
        })
    }

    /// [`begin`](Self::begin) with an isolation level and the like.
    ///
    /// # Errors
    ///
    /// As [`SessionProvider::create_session_with`].
    pub async fn begin_with(
        provider: &SessionProvider,
        options: TransactionOptions,
    ) -> Result<Self> {
        Ok(Self {
            session: provider.create_session_with(options).await?,
        })
    }

    /// A repository in this unit: a plain one, which sees what the others wrote. One that has
    /// conventions or hooks [joins](Self::join) with them.
    #[must_use]
    pub fn repository<E: EntityTrait>(&self) -> Repository<E> {
        Repository::new(&self.session.provider())
    }

    /// The same repository in this unit, with its conventions and hooks.
    ///
    /// ```
    /// # include!("doctest_setup.rs");
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
    /// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
    /// # migration::seed(&provider).await?;
    /// let users = Repository::<users::Entity>::new(&provider)
    ///     .soft_delete(users::Column::DeletedAt);
    /// let unit = UnitOfWork::begin(&provider).await?;
    /// unit.join(&users).delete(1).await?;
    /// unit.commit().await?;
    /// assert!(users.only_deleted().exists(1).await?);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn join<E: EntityTrait>(&self, repository: &Repository<E>) -> Repository<E> {
        repository.in_session(&self.session)
    }

    /// The session below, for SeaORM's own API and for hooks.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Opens a unit inside this one, which must end before this one goes on.
    ///
    /// # Errors
    ///
    /// As [`Session::savepoint`].
    pub async fn savepoint(&self) -> Result<Self> {
        Ok(Self {
            session: self.session.savepoint().await?,
        })
    }

    /// Keeps what the repositories did.
    ///
    /// # Errors
    ///
    /// As [`Session::commit`].
    pub async fn commit(self) -> Result<()> {
        self.session.commit().await
    }

    /// Takes back what the repositories did.
    ///
    /// # Errors
    ///
    /// As [`Session::rollback`].
    pub async fn rollback(self) -> Result<()> {
        self.session.rollback().await
    }
}

impl SessionProvider {
    /// Runs `work` in a unit of work: `Ok` commits, `Err` rolls back. It joins a current
    /// transaction as [`transaction`](Self::transaction) does.
    ///
    /// ```
    /// # include!("doctest_setup.rs");
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
    /// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
    /// let count = provider
    ///     .unit_of_work(async |unit| {
    ///         let tag = tags::ActiveModel { name: Set("vip".into()), ..Default::default() };
    ///         unit.repository::<tags::Entity>().create(tag).await?;
    ///         unit.repository::<tags::Entity>().count().await
    ///     })
    ///     .await?;
    /// assert_eq!(count, 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Whatever `work` returns, and as [`transaction`](Self::transaction).
    pub async fn unit_of_work<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send,
        E: From<Error> + Send,
        F: Send,
        for<'u> F: SessionWork<&'u UnitOfWork, Result<T, E>, Fut: Send>,
    {
        self.transaction(async move |session: &Session| {
            let unit = UnitOfWork {
                session: session.clone(),
            };
            work(&unit).await
        })
        .await
    }
}
