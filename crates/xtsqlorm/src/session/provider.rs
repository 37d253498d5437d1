//! Where sessions come from.

use futures_util::{FutureExt, future::BoxFuture};

use super::{Session, SessionWork, TransactionOptions, ambient};
use crate::{
    connection::ConnectionManager,
    error::{Error, Result},
};

/// Opens transactions on one pool, and knows which one the current task is inside of.
///
/// A provider is a connection for SeaORM, too: a statement on it joins the current task's
/// transaction, and stands alone where there is none. Clones are cheap.
#[derive(Clone, Debug)]
#[doc(alias = "AsyncSessionProvider")]
pub struct SessionProvider {
    manager: ConnectionManager,
    binding: Binding,
}

/// Which session a provider's statements are part of.
#[derive(Clone, Debug)]
enum Binding {
    /// The current task's, if there is one.
    Task,
    /// This one, which comes before the task's.
    Session(Session),
    /// The task's, else this one, in which transactions are savepoints.
    #[cfg(feature = "testing")]
    Sandbox(Session),
}

impl SessionProvider {
    /// A provider on the manager's pool.
    #[must_use]
    pub fn new(manager: ConnectionManager) -> Self {
        Self {
            manager,
            binding: Binding::Task,
        }
    }

    /// A provider on which everything is part of `session`.
    pub(super) fn bound_to(session: Session) -> Self {
        Self {
            manager: session.manager().clone(),
            binding: Binding::Session(session),
        }
    }

    /// A provider whose transactions are savepoints in `session`.
    #[cfg(feature = "testing")]
    pub(crate) fn sandboxed(session: Session) -> Self {
        Self {
            manager: session.manager().clone(),
            binding: Binding::Sandbox(session),
        }
    }

    /// The manager whose pool is used.
    #[must_use]
    pub fn manager(&self) -> &ConnectionManager {
        &self.manager
    }

    /// Opens a transaction that the caller ends. It is independent of any that the task is inside.
    ///
    /// # Errors
    ///
    /// Where no connection can be had, or `BEGIN` fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves no transaction behind.
    pub async fn create_session(&self) -> Result<Session> {
        self.create_session_with(TransactionOptions::new()).await
    }

    /// [`create_session`](Self::create_session) with an isolation level, an access mode, or
    /// SQLite's transaction mode (IMMEDIATE by default). What concerns running a closure (deadline
    /// but for the server's time limit, propagation, retries, commit markers) does not matter here.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] for what the backend cannot do, before anything is sent.
    pub async fn create_session_with(
        &self,
        options: impl Into<TransactionOptions>,
    ) -> Result<Session> {
        match self.sandbox() {
            Some(session) => session.savepoint().await,
            None => Session::begin(self.manager.clone(), &options.into()).await,
        }
    }

    /// The session that statements on this provider are part of: the one it was made from, else the
    /// one that the current task is inside of, by [`transaction`](Self::transaction) or
    /// [`Session::scope`].
    #[must_use]
    #[doc(alias = "create_scoped_session")]
    pub fn current_session(&self) -> Option<Session> {
        match &self.binding {
            Binding::Task => ambient::current(&self.manager),
            Binding::Session(session) => Some(session.clone()),
            #[cfg(feature = "testing")]
            Binding::Sandbox(session) => {
                ambient::current(&self.manager).or_else(|| Some(session.clone()))
            }
        }
    }

    /// The session that a transaction of its own would be a savepoint in.
    #[cfg(feature = "testing")]
    fn sandbox(&self) -> Option<Session> {
        match &self.binding {
            Binding::Sandbox(_) => self.current_session(),
            _ => None,
        }
    }

    #[cfg(not(feature = "testing"))]
    fn sandbox(&self) -> Option<Session> {
        None
    }

    /// The session that a transaction joins.
    pub(super) fn session_to_join(&self) -> Option<Session> {
        match &self.binding {
            Binding::Session(session) => Some(session.clone()),
            // Not the sandbox itself: the end of a transaction must be the end of something.
            _ => ambient::current(&self.manager),
        }
    }

    /// Runs `work` in one transaction: `Ok` commits, `Err` rolls back.
    ///
    /// Where there is a [current session](Self::current_session) already, `work` joins that one: nothing
    /// is committed until the outer one is, and if `work` fails or is cancelled, the outer one can
    /// only be rolled back. [`Session::transaction`] takes back just its own part instead.
    ///
    /// # Errors
    ///
    /// Whatever `work` returns, as it is; and what opening and
    /// [committing](Session::commit) can return.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future before `COMMIT` is sent rolls back; see [`Session::commit`].
    ///
    /// # Examples
    ///
    /// ```
    /// # include!("../doctest_setup.rs");
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
    /// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
    /// let removed = provider
    ///     .transaction(async |session| -> xtsqlorm::Result<u64> {
    ///         let done = session.execute_unprepared("DELETE FROM countries").await?;
    ///         Ok(done.rows_affected())
    ///     })
    ///     .await?;
    /// assert_eq!(removed, 0);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn transaction<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<Error>,
        for<'s> F: SessionWork<&'s Session, Result<T, E>, Fut: Send>,
    {
        if let Some(session) = self.session_to_join() {
            return join(&session, Box::pin(work(&session))).await;
        }
        self.create_session().await?.run(work).await
    }
}

/// Runs `work` as a part of `session`, which can only be rolled back if `work` does not succeed.
pub(super) async fn join<T, E>(
    session: &Session,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    struct Unfinished<'a>(Option<&'a Session>);
    impl Drop for Unfinished<'_> {
        fn drop(&mut self) {
            if let Some(session) = self.0 {
                session.forbid_commit();
            }
        }
    }
    let mut unfinished = Unfinished(Some(session));
    let result = work.await;
    if result.is_ok() {
        unfinished.0 = None;
    }
    result
}

/// What services need of a session provider, for those that swap it in tests. Transaction closures
/// are not a part of it, since no dyn-compatible trait can have them.
#[async_trait::async_trait]
#[doc(alias = "IAsyncSessionProvider")]
pub trait ProvideSession: Send + Sync {
    /// See [`SessionProvider::create_session`].
    async fn create_session(&self) -> Result<Session>;

    /// See [`SessionProvider::current_session`].
    fn current_session(&self) -> Option<Session>;
}

impl SessionProvider {
    fn boxed_create_session(&self) -> BoxFuture<'_, Result<Session>> {
        self.create_session().boxed()
    }
}

// Without `async_trait` for the reason that `connection::boxed` gives.
impl ProvideSession for SessionProvider {
    fn create_session<'a, 'f>(&'a self) -> BoxFuture<'f, Result<Session>>
    where
        'a: 'f,
    {
        self.boxed_create_session()
    }

    fn current_session(&self) -> Option<Session> {
        Self::current_session(self)
    }
}
