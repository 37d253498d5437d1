//! How an unknown commit is cleared up.

use std::{fmt, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use sea_orm::{
    ConnectionTrait,
    sea_query::{Alias, ColumnDef, Expr, Query, Table},
};

use super::{Session, TransactionOptions};
use crate::{
    connection::ConnectionManager,
    error::{Error, Result},
};

/// Where markers are kept.
const TABLE: &str = "xtsqlorm_commits";
/// How long the server may be away before the outcome stays unknown.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long one look may take; it waits while the transaction in question is still open.
const ONE_LOOK: Duration = Duration::from_secs(5);

type Check = dyn Fn(ConnectionManager) -> BoxFuture<'static, Result<bool>> + Send + Sync;

/// Tells afterwards whether a transaction was committed, when the connection broke during `COMMIT`.
///
/// [`CommitMarker::table`] writes a token into a table of its own as the last statement of the
/// transaction: the token is there if and only if the transaction was committed.
/// [`CommitMarker::query`] asks what the application knows about its own rows.
#[derive(Clone)]
pub struct CommitMarker {
    check: Option<Arc<Check>>,
}

impl CommitMarker {
    /// A token in the table `xtsqlorm_commits`, which [`create_table`](Self::create_table) makes.
    ///
    /// One more statement for each transaction. The look at it is conclusive: it writes the same
    /// token, which waits for as long as the transaction in question is open.
    #[must_use]
    pub fn table() -> Self {
        Self { check: None }
    }

    /// A question to the application's own data: `Ok(true)` where the transaction's work is there.
    ///
    /// A transaction that is still open on the server is not seen; ask for rows that it has locked.
    #[must_use]
    pub fn query<F, Fut>(check: F) -> Self
    where
        F: Fn(ConnectionManager) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<bool>> + Send + 'static,
    {
        Self {
            check: Some(Arc::new(move |manager| Box::pin(check(manager)))),
        }
    }

    /// Makes the table for tokens where it is not there yet.
    ///
    /// # Errors
    ///
    /// What the database reports.
    pub async fn create_table(manager: &ConnectionManager) -> Result<()> {
        let table = Table::create()
            .table(Alias::new(TABLE))
            .if_not_exists()
            .col(
                ColumnDef::new(Alias::new("token"))
                    .string_len(32)
                    .primary_key(),
            )
            .col(
                ColumnDef::new(Alias::new("committed_at"))
                    .timestamp()
                    .not_null()
                    .default(Expr::current_timestamp()),
            )
            .to_owned();
        manager.execute(&table).await?;
        Ok(())
    }

    /// Deletes tokens, which are of no use once their transaction has been answered. Gives the
    /// number of those that were older than `age`.
    ///
    /// # Errors
    ///
    /// What the database reports.
    pub async fn purge(manager: &ConnectionManager, age: Duration) -> Result<u64> {
        let seconds = age.as_secs();
        let before = match manager.get_database_backend() {
            sea_orm::DbBackend::MySql => format!("CURRENT_TIMESTAMP - INTERVAL {seconds} SECOND"),
            sea_orm::DbBackend::Postgres => {
                format!("CURRENT_TIMESTAMP - INTERVAL '{seconds} seconds'")
            }
            _ => format!("datetime('now', '-{seconds} seconds')"),
        };
        let delete = Query::delete()
            .from_table(Alias::new(TABLE))
            .and_where(Expr::cust(format!("committed_at < {before}")))
            .to_owned();
        Ok(manager.execute(&delete).await?.rows_affected())
    }

    /// Writes the token of one attempt, as the last statement before COMMIT.
    pub(super) async fn write(&self, session: &Session) -> Result<Token> {
        let token = Token(format!("{:032x}", fastrand::u128(..)));
        if self.check.is_none() {
            session.execute(&token.insert()).await?;
        }
        Ok(token)
    }

    /// Finds out whether the attempt with this token was committed; `None` where the server stays
    /// away.
    pub(super) async fn resolve(&self, manager: &ConnectionManager, token: &Token) -> Option<bool> {
        let look = async {
            let mut pause = Duration::from_millis(20);
            loop {
                let looked = tokio::time::timeout(ONE_LOOK, self.look(manager, token)).await;
                match looked {
                    Ok(Ok(committed)) => return committed,
                    Ok(Err(error)) => tracing::debug!(%error, "the outcome of a commit stays open"),
                    Err(_) => tracing::debug!("the transaction in question is still open"),
                }
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(1));
            }
        };
        tokio::time::timeout(PATIENCE, look).await.ok()
    }

    async fn look(&self, manager: &ConnectionManager, token: &Token) -> Result<bool> {
        if let Some(check) = &self.check {
            return check(manager.clone()).await;
        }
        let session = Session::begin(manager.clone(), &TransactionOptions::new()).await?;
        match session.execute(&token.insert()).await.map_err(Error::from) {
            Ok(_) => {
                session.rollback().await?;
                Ok(false)
            }
            Err(error) if error.is_unique_violation() => Ok(true),
            Err(error) => Err(error),
        }
    }
}

impl fmt::Debug for CommitMarker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.check {
            None => "CommitMarker::table",
            Some(_) => "CommitMarker::query",
        })
    }
}

/// What one attempt is known by.
#[derive(Debug)]
pub(super) struct Token(String);

impl Token {
    fn insert(&self) -> sea_orm::sea_query::InsertStatement {
        Query::insert()
            .into_table(Alias::new(TABLE))
            .columns([Alias::new("token")])
            .values_panic([self.0.as_str().into()])
            .to_owned()
    }
}
