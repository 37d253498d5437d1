//! Transactions with options: joined or not, within a deadline, and run again where that is right.

use std::time::{Duration, Instant};

use super::{
    Propagation, RepeatableWork, Session, SessionProvider, TransactionOptions, ambient,
    ending::{Ending, Owned},
    provider::join,
};
use crate::error::{Error, Result, Stage};

impl SessionProvider {
    /// Runs `work` in a transaction with `options`, and runs it again where the server ended it for
    /// a concurrent transaction: a deadlock, a serialization failure, a busy SQLite database, a
    /// certification conflict that a cluster reports at `COMMIT`.
    ///
    /// `work` may run several times, so what it does outside the database should wait for
    /// [`Session::after_commit`]. It is never run again after an error that is not known to have
    /// been rolled back; each further attempt is a `tracing` event of level DEBUG.
    ///
    /// ```
    /// # include!("../doctest_setup.rs");
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
    /// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
    /// use std::time::Duration;
    /// use xtsqlorm::session::TransactionOptions;
    ///
    /// let tags = Repository::<tags::Entity>::new(&provider);
    /// let options = TransactionOptions::new().deadline(Duration::from_secs(5));
    /// let tag = provider
    ///     .transaction_with(options, async |_| {
    ///         tags.create(tags::ActiveModel { name: Set("vip".into()), ..Default::default() }).await
    ///     })
    ///     .await?;
    /// assert_eq!(tag.name, "vip");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Whatever the last attempt returned, [`Error::DeadlineExceeded`],
    /// [`Error::CommitOutcomeUnknown`] where no [commit marker](super::CommitMarker) clears it up,
    /// and [`Error::InvalidInput`] where the [propagation](Propagation) does not allow it, or where
    /// a transaction that is joined cannot be given another isolation level or access mode.
    ///
    /// # Cancel safety
    ///
    /// As [`transaction`](Self::transaction).
    pub async fn transaction_with<T, E, F>(
        &self,
        options: TransactionOptions,
        work: F,
    ) -> Result<T, E>
    where
        E: From<Error>,
        for<'s> F: RepeatableWork<&'s Session, Result<T, E>, Fut: Send>,
    {
        let due = options.deadline.map(|limit| Due {
            at: tokio::time::Instant::now() + limit,
            limit,
        });
        let current = self.session_to_join();
        let joins = !matches!(
            options.propagation,
            Propagation::RequiresNew | Propagation::Never
        );
        if joins && current.is_some() && options.shape_the_transaction() {
            return Err(refused(
                "a transaction that is joined keeps its isolation level, access and SQLite mode",
                "set them where the outer transaction is opened, or use RequiresNew",
            )
            .into());
        }
        match (options.propagation, current) {
            (Propagation::Never, Some(_)) => Err(refused(
                "there is a transaction already, and the propagation is Never",
                "call it outside the transaction",
            )
            .into()),
            (Propagation::Mandatory, None) => Err(refused(
                "there is no transaction to join, and the propagation is Mandatory",
                "call it inside a transaction",
            )
            .into()),
            (Propagation::Required | Propagation::Mandatory, Some(session)) => {
                within(due, join(&session, Box::pin(work(&session)))).await?
            }
            (Propagation::Nested, Some(session)) => {
                let inner = session.savepoint().await?;
                let owned = Owned::new(&inner);
                let done = within(due, ambient::scope(inner.clone(), Box::pin(work(&inner)))).await;
                let worked = done.map_err(E::from).and_then(|result| result);
                let result = inner.end_by(worked).await;
                owned.ended();
                result
            }
            (Propagation::RequiresNew, _) | (_, None) => self.attempts(options, due, work).await,
        }
    }

    async fn attempts<T, E, F>(
        &self,
        mut options: TransactionOptions,
        due: Option<Due>,
        work: F,
    ) -> Result<T, E>
    where
        E: From<Error>,
        for<'s> F: RepeatableWork<&'s Session, Result<T, E>, Fut: Send>,
    {
        let started = Instant::now();
        let mut attempt = 1;
        loop {
            if let Some(due) = due {
                options.deadline = Some(due.left());
            }
            let failure = match self.attempt(&options, due, &work).await {
                Ok(value) => return Ok(value),
                Err(failure) => failure,
            };
            // In a sandbox an attempt is a savepoint. Its hooks have had their turn when it was
            // rolled back, and those of the transaction around it have not come to theirs.
            let whole = failure.session.filter(|session| session.level.number == 1);
            let wait = if failure.again {
                let wait = options.retry.wait_after(attempt, started);
                wait.filter(|wait| due.is_none_or(|due| *wait < due.left()))
            } else {
                None
            };
            let Some(wait) = wait else {
                if let Some(session) = &whole {
                    session.run_rollback_hooks().await;
                }
                return Err(failure.error);
            };
            if let Some(session) = whole {
                session.hooks().forget();
            }
            tracing::debug!(
                attempt,
                ?wait,
                "a concurrent transaction was in the way; trying again"
            );
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    async fn attempt<T, E, F>(
        &self,
        options: &TransactionOptions,
        due: Option<Due>,
        work: &F,
    ) -> Result<T, Failure<E>>
    where
        E: From<Error>,
        for<'s> F: RepeatableWork<&'s Session, Result<T, E>, Fut: Send>,
    {
        let begin = within(due, self.create_session_with(options.clone())).await;
        let session = begin.and_then(|begun| begun).map_err(|error| Failure {
            again: error.is_retryable(),
            error: error.into(),
            session: None,
        })?;
        let owned = Owned::new(&session);
        let worked = within(
            due,
            ambient::scope(session.clone(), Box::pin(work(&session))),
        )
        .await;
        let failed = match worked.map_err(E::from).and_then(|result| result) {
            Ok(value) => match self.end(&session, options, due).await {
                Ok(()) => {
                    owned.ended();
                    return Ok(value);
                }
                Err((error, again)) => (E::from(error), again),
            },
            Err(error) => {
                let again = session.is_contended();
                if let Err(failed) = session.send_rollback().await {
                    tracing::warn!(error = %failed, "the transaction could not be rolled back in order");
                }
                (error, again)
            }
        };
        owned.ended();
        Err(Failure {
            error: failed.0,
            again: failed.1,
            session: Some(session),
        })
    }

    /// Commits, and clears up what became of it. The flag says whether the work may be run again.
    async fn end(
        &self,
        session: &Session,
        options: &TransactionOptions,
        due: Option<Due>,
    ) -> Result<(), (Error, bool)> {
        let refused = |error: Error| {
            let again = error.is_retryable();
            (error, again)
        };
        if session.level.number > 1 {
            // In a sandbox.
            return session.clone().commit().await.map_err(refused);
        }
        let token = match &options.marker {
            None => None,
            Some(marker) => match within(due, marker.write(session)).await {
                Ok(Ok(token)) => Some((marker, token)),
                Ok(Err(error)) | Err(error) => {
                    let again = session.is_contended();
                    session.send_rollback().await.ok();
                    return Err((error, again));
                }
            },
        };
        let ending = match within(due, session.send_commit()).await {
            Ok(ending) => ending,
            // A COMMIT that was cut short by the deadline is as unknown as one whose connection
            // broke.
            Err(late) if session.is_interrupted() => {
                session.send_rollback().await.ok();
                Ending::Lost(late.into())
            }
            Err(late) => {
                session.send_rollback().await.ok();
                Ending::Refused(late)
            }
        };
        match ending {
            Ending::Committed => {
                session.run_commit_hooks().await;
                Ok(())
            }
            Ending::Refused(error) => Err(refused(error)),
            Ending::Lost(source) => {
                let committed = match token {
                    None => None,
                    Some((marker, token)) => marker.resolve(self.manager(), &token).await,
                };
                match committed {
                    Some(true) => {
                        session.run_commit_hooks().await;
                        Ok(())
                    }
                    Some(false) => {
                        session.hooks().resume();
                        let stage = Stage::Commit;
                        Err((Error::Transaction { stage, source }, true))
                    }
                    None => {
                        session.hooks().forget();
                        Err((Error::CommitOutcomeUnknown { source }, false))
                    }
                }
            }
        }
    }
}

/// Why an attempt came to nothing.
struct Failure<E> {
    error: E,
    /// Whether the work is known to have been rolled back for a reason that may go away.
    again: bool,
    /// Whose hooks are still to be run, or to be forgotten.
    session: Option<Session>,
}

/// When a transaction must have ended.
#[derive(Clone, Copy)]
struct Due {
    at: tokio::time::Instant,
    limit: Duration,
}

impl Due {
    fn left(self) -> Duration {
        self.at
            .saturating_duration_since(tokio::time::Instant::now())
    }
}

async fn within<F: Future>(due: Option<Due>, future: F) -> Result<F::Output> {
    match due {
        None => Ok(future.await),
        Some(Due { at, limit }) => {
            let exceeded = |_| Error::DeadlineExceeded { deadline: limit };
            tokio::time::timeout_at(at, future).await.map_err(exceeded)
        }
    }
}

fn refused(problem: &str, remedy: &str) -> Error {
    Error::invalid("the transaction", problem, remedy)
}
