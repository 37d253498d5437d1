//! Statements that belong together, on one connection.

use sea_orm::{DbBackend, DbErr, Statement};

use crate::{
    connection::{Backend, Changes, ConnectionManager, Lease, Outcome},
    error::{Error, Result, Stage, leaves_commit_unknown, sqlx_error},
    session,
};

/// How MySQL is to read a definition, whatever the modes of those who made the table were: as it
/// writes one itself.
#[derive(Clone, Copy)]
pub(super) enum Reading {
    /// What does not fit is refused.
    Strict,
    /// What the server once took, it takes again: two values of an ENUM that it thinks the same.
    AsShown,
}

impl Reading {
    fn mode(self) -> &'static str {
        match self {
            Self::Strict => {
                "SET @xtsqlorm_sql_mode = @@SESSION.sql_mode, SESSION sql_mode = \
                 'STRICT_ALL_TABLES,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION', \
                 @xtsqlorm_lock_wait = @@SESSION.lock_wait_timeout, \
                 SESSION lock_wait_timeout = \
                 CAST(LEAST(@@SESSION.lock_wait_timeout, 30) AS UNSIGNED)"
            }
            Self::AsShown => {
                "SET @xtsqlorm_sql_mode = @@SESSION.sql_mode, SESSION sql_mode = \
                 'ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION', \
                 @xtsqlorm_lock_wait = @@SESSION.lock_wait_timeout, \
                 SESSION lock_wait_timeout = \
                 CAST(LEAST(@@SESSION.lock_wait_timeout, 30) AS UNSIGNED)"
            }
        }
    }
}

const AS_BEFORE: &str = "SET SESSION sql_mode = @xtsqlorm_sql_mode, \
                         SESSION lock_wait_timeout = @xtsqlorm_lock_wait";

/// Whoever holds the table may be the caller, who waits for this. A limit that was set for the
/// connection stays.
const BEGIN_WITH_PATIENCE: &str = "BEGIN; SELECT pg_catalog.set_config('lock_timeout', '30s', true) \
                                   WHERE pg_catalog.current_setting('lock_timeout') = '0'";

/// Refuses where SQLite's writer would wait for the current task's own transaction, which waits for
/// it.
pub(super) fn refuse_inside_a_writer(manager: &ConnectionManager) -> Result<()> {
    if manager.backend() == Backend::Sqlite && session::is_writing(manager) {
        return Err(Error::Unsupported {
            feature: "a change of tables inside a transaction that writes",
            backend: manager.backend().name(),
        });
    }
    Ok(())
}

/// A connection on which the schema is changed: all or nothing on PostgreSQL and SQLite, statement
/// by statement on MySQL, which commits each.
pub(super) struct Change {
    lease: Lease,
    dialect: DbBackend,
    manager: ConnectionManager,
    /// For those who watch a table. They are told early: MySQL commits each statement.
    changes: Changes,
}

impl Change {
    /// Begins. Dropped before [`commit`](Self::commit), what was done is rolled back.
    pub(super) async fn begin(reading: Reading, manager: &ConnectionManager) -> Result<Self> {
        let mut lease = manager.lease_to_write().await?;
        let dialect = manager.backend().dialect();
        let begin = match dialect {
            DbBackend::MySql => {
                lease.reset_by(AS_BEFORE);
                reading.mode()
            }
            DbBackend::Postgres => {
                lease.enter_transaction();
                BEGIN_WITH_PATIENCE
            }
            _ => {
                lease.enter_transaction();
                "BEGIN IMMEDIATE"
            }
        };
        lease.execute_unprepared(begin).await?;
        Ok(Self {
            lease,
            dialect,
            manager: manager.clone(),
            changes: Changes::default(),
        })
    }

    pub(super) async fn run(&mut self, sql: &str) -> Result<()> {
        self.changes.add(self.manager.changes_by(sql, &[]));
        self.changes.begin();
        self.lease.execute_unprepared(sql).await?;
        Ok(())
    }

    /// The rows of a query whose `N` columns are texts.
    pub(super) async fn texts<const N: usize>(
        &mut self,
        sql: &str,
        values: Vec<sea_orm::Value>,
    ) -> Result<Vec<[Option<String>; N]>> {
        let statement = Statement::from_sql_and_values(self.dialect, sql, values);
        let rows = self.lease.query_all(statement).await?;
        let mut texts = Vec::with_capacity(rows.len());
        for row in rows {
            let mut values = [const { None }; N];
            for (index, value) in values.iter_mut().enumerate() {
                *value = row.try_get_by_index(index)?;
            }
            texts.push(values);
        }
        Ok(texts)
    }

    pub(super) async fn commit(mut self) -> Result<()> {
        if self.dialect == DbBackend::MySql {
            self.changes.end(Outcome::Visible);
            return Ok(());
        }
        match self.lease.execute_unprepared("COMMIT").await {
            Ok(_) => {
                self.lease.leave_transaction();
                self.changes.end(Outcome::Visible);
                Ok(())
            }
            Err(source) => Err(failed_commit(source)),
        }
    }
}

/// Runs statements that belong together.
pub(super) async fn all(statements: &[String], manager: &ConnectionManager) -> Result<()> {
    let mut change = Change::begin(Reading::Strict, manager).await?;
    for sql in statements {
        change.run(sql).await?;
    }
    change.commit().await
}

fn failed_commit(source: DbErr) -> Error {
    if sqlx_error(&source).is_some_and(leaves_commit_unknown) {
        Error::CommitOutcomeUnknown { source }
    } else {
        Error::at(Stage::Commit, source)
    }
}
