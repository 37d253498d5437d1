//! The statements that open a transaction.

use std::time::Duration;

use sea_orm::{AccessMode, DbBackend, IsolationLevel, SqliteTransactionMode};

use super::TransactionOptions;
use crate::{
    connection::Backend,
    error::{Error, Result},
};

/// What opening a transaction takes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// To be sent in order.
    pub(super) statements: Vec<String>,
    /// Undoes what they set beside the transaction.
    pub(super) reset: Option<&'static str>,
    /// Whether SQLite's other writers must wait.
    pub(super) writes: bool,
}

/// What to send for `options`.
///
/// SQLite begins IMMEDIATE unless told otherwise: a DEFERRED transaction that reads first and then
/// writes fails at once under concurrency, whatever the busy timeout says.
pub(super) fn plan(backend: Backend, options: &TransactionOptions) -> Result<Plan> {
    let unsupported = |feature| Error::Unsupported {
        feature,
        backend: backend.name(),
    };
    if options.sqlite_mode.is_some() && backend != Backend::Sqlite {
        return Err(unsupported("SQLite's transaction modes"));
    }
    match backend.dialect() {
        DbBackend::MySql => Ok(plan_mysql(backend, options)),
        DbBackend::Postgres => Ok(plan_postgres(options)),
        _ if options
            .isolation
            .is_some_and(|level| level != IsolationLevel::Serializable) =>
        {
            Err(unsupported("isolation levels other than SERIALIZABLE"))
        }
        _ => Ok(plan_sqlite(options)),
    }
}

/// MySQL has a time limit for reads only, MariaDB for all statements; both keep it for the
/// connection.
fn plan_mysql(backend: Backend, options: &TransactionOptions) -> Plan {
    let (limit, reset) = match (options.deadline, backend) {
        (None, _) => (None, None),
        (Some(left), Backend::MariaDb) => (
            Some(format!(
                "SET SESSION max_statement_time = {:.3}",
                left.as_secs_f64().max(0.001)
            )),
            Some("SET SESSION max_statement_time = DEFAULT"),
        ),
        (Some(left), _) => (
            Some(format!(
                "SET SESSION max_execution_time = {}",
                milliseconds(left)
            )),
            Some("SET SESSION max_execution_time = DEFAULT"),
        ),
    };
    // The level is set for the next transaction, before it begins.
    let level = options
        .isolation
        .map(|level| format!("SET TRANSACTION ISOLATION LEVEL {level}"));
    let begin = match options.access {
        Some(access) => format!("START TRANSACTION {access}"),
        None => "START TRANSACTION".into(),
    };
    Plan {
        statements: limit.into_iter().chain(level).chain([begin]).collect(),
        reset,
        writes: false,
    }
}

fn plan_postgres(options: &TransactionOptions) -> Plan {
    let level = options
        .isolation
        .map(|level| format!("ISOLATION LEVEL {level}"));
    let access = options.access.map(|access| access.to_string());
    let settings: Vec<String> = level.into_iter().chain(access).collect();
    let mut begin = format!("BEGIN {}", settings.join(", "))
        .trim_end()
        .to_owned();
    if let Some(left) = options.deadline {
        begin.push_str(&format!(
            "; SET LOCAL statement_timeout = {}",
            milliseconds(left)
        ));
    }
    Plan {
        statements: vec![begin],
        reset: None,
        writes: false,
    }
}

fn plan_sqlite(options: &TransactionOptions) -> Plan {
    let read_only = options.access == Some(AccessMode::ReadOnly);
    let mode = options.sqlite_mode.unwrap_or(if read_only {
        SqliteTransactionMode::Deferred
    } else {
        SqliteTransactionMode::Immediate
    });
    let begin = format!("BEGIN {}", mode.sqlite_keyword());
    let protect = read_only.then(|| "PRAGMA query_only = ON".to_owned());
    Plan {
        statements: [begin].into_iter().chain(protect).collect(),
        reset: read_only.then_some("PRAGMA query_only = OFF"),
        writes: mode != SqliteTransactionMode::Deferred,
    }
}

fn milliseconds(left: Duration) -> u128 {
    left.as_millis().clamp(1, i32::MAX.unsigned_abs().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_backend_is_told_in_its_own_words() {
        let plain = TransactionOptions::new();
        let strict = TransactionOptions::new()
            .isolation(IsolationLevel::Serializable)
            .read_only();
        let hasty = TransactionOptions::new().deadline(Duration::from_millis(1500));
        for (backend, options, expected) in [
            (Backend::MySql, &plain, vec!["START TRANSACTION"]),
            (
                Backend::MariaDb,
                &strict,
                vec![
                    "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
                    "START TRANSACTION READ ONLY",
                ],
            ),
            (
                Backend::MySql,
                &hasty,
                vec!["SET SESSION max_execution_time = 1500", "START TRANSACTION"],
            ),
            (
                Backend::MariaDb,
                &hasty,
                vec![
                    "SET SESSION max_statement_time = 1.500",
                    "START TRANSACTION",
                ],
            ),
            (Backend::Postgres, &plain, vec!["BEGIN"]),
            (
                Backend::Postgres,
                &strict,
                vec!["BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY"],
            ),
            (
                Backend::Postgres,
                &hasty,
                vec!["BEGIN; SET LOCAL statement_timeout = 1500"],
            ),
            (Backend::Sqlite, &plain, vec!["BEGIN IMMEDIATE"]),
            (
                Backend::Sqlite,
                &strict,
                vec!["BEGIN DEFERRED", "PRAGMA query_only = ON"],
            ),
        ] {
            assert_eq!(
                plan(backend, options).unwrap().statements,
                expected,
                "{backend}"
            );
        }
    }

    #[test]
    fn what_sqlite_cannot_do_is_refused() {
        let options = TransactionOptions::new().isolation(IsolationLevel::ReadCommitted);
        assert_eq!(
            plan(Backend::Sqlite, &options).unwrap_err().to_string(),
            "SQLite does not support isolation levels other than SERIALIZABLE"
        );
        let options = TransactionOptions::new().sqlite_mode(SqliteTransactionMode::Immediate);
        assert_eq!(
            plan(Backend::MySql, &options).unwrap_err().to_string(),
            "MySQL does not support SQLite's transaction modes"
        );
    }
}
