//! Connections that come back.

use std::{
    sync::{Arc, Weak, atomic::Ordering::Relaxed},
    time::{Duration, Instant},
};

use futures_util::future::BoxFuture;
use sea_orm::sqlx;

use super::{Permits, Pool, Warm};
use crate::connection::driver::DriverConnection;

/// How long an unused connection stays warm.
const WARM_FOR: Duration = Duration::from_millis(10);
/// How long a connection may stay out of sqlx's pool in a row of uses.
const BORROWED_FOR: Duration = Duration::from_millis(250);
/// How long the clean-up of an abandoned transaction may take before its connection is closed.
const CLEAN_WITHIN: Duration = Duration::from_secs(5);

/// A connection that nobody else may see before it is clean.
pub(in crate::connection) struct Cleanup {
    pub(in crate::connection) connection: DriverConnection,
    pub(in crate::connection) borrowed: Instant,
    /// Held until then.
    pub(in crate::connection) permits: Permits,
    /// What to send after ROLLBACK.
    pub(in crate::connection) reset: Option<&'static str>,
    /// Whether it is closed after that.
    pub(in crate::connection) retired: bool,
    /// What to do after that.
    pub(in crate::connection) afterwards: Option<BoxFuture<'static, ()>>,
}

impl Pool {
    /// Takes a clean connection back.
    pub(in crate::connection) fn put_back(
        self: &Arc<Self>,
        connection: DriverConnection,
        borrowed: Instant,
    ) {
        if borrowed.elapsed() > BORROWED_FOR || self.permits.is_closed() {
            drop(connection);
            return;
        }
        self.warm().push(Warm {
            connection,
            borrowed,
            parked: Instant::now(),
        });
        if self.opening.load(Relaxed) > 0 {
            self.parked.notify_one();
        }
        if !self.reaping.swap(true, Relaxed) {
            self.runtime.spawn(reap(Arc::downgrade(self)));
        }
    }

    /// Takes a connection back that must be clean before anybody else gets it.
    pub(in crate::connection) fn clean_up(self: &Arc<Self>, cleanup: Cleanup) {
        let pool = Arc::clone(self);
        self.runtime.spawn(async move {
            let Cleanup {
                mut connection,
                borrowed,
                permits,
                reset,
                retired,
                afterwards,
            } = cleanup;
            // SQLite is in this process and answers when its statement has ended. Closing the
            // connection instead would be the end of a database in memory.
            let limit = if connection.is_sqlite() {
                Duration::MAX
            } else {
                CLEAN_WITHIN
            };
            let cleaned = tokio::time::timeout(limit, pool.clean(&mut connection, reset)).await;
            match cleaned {
                Ok(Ok(())) if retired => {
                    tokio::time::timeout(limit, connection.close()).await.ok();
                }
                Ok(Ok(())) => pool.put_back(connection, borrowed),
                _ => connection.sever(),
            }
            drop(permits);
            if let Some(afterwards) = afterwards {
                afterwards.await;
            }
        });
    }

    async fn clean(
        &self,
        connection: &mut DriverConnection,
        reset: Option<&'static str>,
    ) -> sqlx::Result<()> {
        self.count_statement();
        match connection.run_text("ROLLBACK").await {
            Ok(_) => {}
            // SQLite calls it an error when there was nothing to roll back.
            Err(sqlx::Error::Database(_)) if connection.is_sqlite() => {}
            Err(error) => return Err(error),
        }
        if let Some(sql) = reset {
            self.count_statement();
            connection.run_text(sql).await?;
        }
        Ok(())
    }
}

/// Gives connections that cooled down back to sqlx, until none is warm.
async fn reap(pool: Weak<Pool>) {
    loop {
        tokio::time::sleep(WARM_FOR).await;
        let Some(pool) = pool.upgrade() else { return };
        let mut warm = pool.warm();
        let cooled: Vec<Warm> = warm
            .extract_if(.., |warm| warm.parked.elapsed() >= WARM_FOR)
            .collect();
        if warm.is_empty() {
            pool.reaping.store(false, Relaxed);
            drop(warm);
            drop(cooled);
            return;
        }
    }
}
