//! Writes that somebody else may be faster with.

use sea_orm::{ConnectionTrait, DbBackend};

use crate::{
    error::Result,
    session::{Session, SessionProvider},
};

/// What a read has to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// What the transaction sees.
    Usual,
    /// What others committed since it began, too.
    Newest,
}

impl Look {
    /// MySQL reads an old snapshot in a transaction, which lacks what others created since then;
    /// a locking read does not.
    pub(crate) fn newest(provider: &SessionProvider) -> Self {
        let in_transaction = provider.current_session().is_some();
        if in_transaction && provider.get_database_backend() == DbBackend::MySql {
            return Self::Newest;
        }
        Self::Usual
    }
}

/// The row that `find` finds, or else the one that `create` makes, and whether it was made. Where
/// another transaction makes it in between, it is found after all.
pub(crate) async fn find_or_create<M, F, C>(
    provider: &SessionProvider,
    find: impl Fn(Look) -> F,
    create: impl FnOnce(SessionProvider) -> C + Send,
) -> Result<(M, bool)>
where
    M: Send,
    F: Future<Output = Result<Option<M>>>,
    C: Future<Output = Result<M>> + Send,
{
    if let Some(row) = find(Look::Usual).await? {
        return Ok((row, false));
    }
    let dialect = provider.get_database_backend();
    let created = match provider.current_session() {
        // A failed statement would end a transaction of PostgreSQL.
        Some(session) if dialect == DbBackend::Postgres => {
            session
                .transaction(async |session: &Session| create(session.provider()).await)
                .await
        }
        _ => create(provider.clone()).await,
    };
    match created {
        Ok(row) => Ok((row, true)),
        Err(error) if error.is_unique_violation() => match find(Look::newest(provider)).await? {
            Some(row) => Ok((row, false)),
            None => Err(error),
        },
        Err(error) => Err(error),
    }
}

/// Changes the row that is there by `update`, or makes it by `create`.
pub(crate) async fn update_or_create<M, U, C, F>(
    provider: &SessionProvider,
    update: impl Fn() -> U,
    create: impl FnOnce() -> C,
    find: impl FnOnce(Look) -> F,
) -> Result<M>
where
    U: Future<Output = Result<Option<M>>>,
    C: Future<Output = Result<M>>,
    F: Future<Output = Result<Option<M>>>,
{
    if let Some(row) = update().await? {
        return Ok(row);
    }
    match create().await {
        // Somebody else created it between the two statements.
        Err(error) if error.is_unique_violation() => {
            if let Some(row) = update().await? {
                return Ok(row);
            }
            find(Look::newest(provider)).await?.ok_or(error)
        }
        created => created,
    }
}
