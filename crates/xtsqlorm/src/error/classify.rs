//! Turns SQLSTATEs, error numbers and the servers' sentences into kinds of error.

use std::io::ErrorKind;

use sea_orm::{
    DbErr,
    sqlx::{
        self,
        error::DatabaseError,
        mysql::MySqlDatabaseError,
        postgres::{PgDatabaseError, PgSeverity},
        sqlite::SqliteError,
    },
};

use super::{ConnectFailure, ConstraintKind, ContentionKind, Error, Violation, sqlx_error};

/// What a code of one of the databases means.
enum Meaning {
    Violated(ConstraintKind),
    Contended(ContentionKind),
    TimedOut,
}

pub(super) fn classify(error: DbErr) -> Error {
    let Some(sqlx::Error::Database(reported)) = sqlx_error(&error) else {
        return Error::Database(error);
    };
    match meaning(reported.as_ref()) {
        Some(Meaning::Violated(kind)) => {
            let violation = describe(kind, reported.as_ref());
            Error::Constraint(Box::new(Violation {
                source: error,
                ..violation
            }))
        }
        Some(Meaning::Contended(kind)) => Error::Contention {
            kind,
            source: error,
        },
        Some(Meaning::TimedOut) => Error::StatementTimeout { source: error },
        None => Error::Database(error),
    }
}

fn meaning(error: &dyn DatabaseError) -> Option<Meaning> {
    if let Some(mysql) = error.try_downcast_ref::<MySqlDatabaseError>() {
        mysql_meaning(mysql.number())
    } else if let Some(postgres) = error.try_downcast_ref::<PgDatabaseError>() {
        postgres_meaning(postgres.code())
    } else {
        sqlite_meaning(error.code()?.parse().ok()?)
    }
}

/// <https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html>,
/// <https://mariadb.com/docs/server/reference/error-codes>
fn mysql_meaning(number: u16) -> Option<Meaning> {
    use {ConstraintKind::*, ContentionKind::*, Meaning::*};
    Some(match number {
        1022 | 1062 | 1169 | 1586 => Violated(Unique),
        1216 | 1217 | 1451 | 1452 | 1557 | 1761 | 1762 => Violated(ForeignKey),
        1048 | 1263 | 1364 => Violated(NotNull),
        3819 | 4025 => Violated(Check),
        1213 | 1614 => Contended(Deadlock),
        // 1020: MariaDB's snapshot isolation; 3101: Group Replication refused the transaction.
        1020 | 3101 => Contended(Serialization),
        1205 | 3572 => Contended(LockTimeout),
        1969 | 3024 => TimedOut,
        _ => return None,
    })
}

/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
fn postgres_meaning(sqlstate: &str) -> Option<Meaning> {
    use {ConstraintKind::*, ContentionKind::*, Meaning::*};
    Some(match sqlstate {
        "23505" => Violated(Unique),
        "23503" | "23001" => Violated(ForeignKey),
        "23502" => Violated(NotNull),
        "23514" => Violated(Check),
        "23P01" => Violated(Exclusion),
        "40P01" => Contended(Deadlock),
        "40001" => Contended(Serialization),
        "55P03" => Contended(LockTimeout),
        "57014" => TimedOut,
        _ => return None,
    })
}

/// Extended result codes: <https://www.sqlite.org/rescode.html>
fn sqlite_meaning(code: i32) -> Option<Meaning> {
    use {ConstraintKind::*, ContentionKind::*, Meaning::*};
    Some(match code {
        1555 | 2067 | 2579 => Violated(Unique),
        787 | 1811 => Violated(ForeignKey),
        1299 => Violated(NotNull),
        275 => Violated(Check),
        // SQLITE_BUSY and SQLITE_LOCKED with whatever stands in the upper bytes.
        _ if matches!(code & 0xff, 5 | 6) => Contended(Busy),
        _ => return None,
    })
}

/// Whether the server refused a value: of another type, out of range, too long, or by the word of a
/// trigger.
pub(super) fn refuses_value(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(reported) = error else {
        return false;
    };
    if let Some(mysql) = reported.try_downcast_ref::<MySqlDatabaseError>() {
        // Truncated, no date, no number, no text of the character set; no JSON; no such member;
        // no place for it in a partition; SIGNAL.
        const VALUES: [u16; 22] = [
            1062, 1136, 1210, 1264, 1265, 1292, 1300, 1366, 1367, 1406, 1411, 1416, 1425, 1441,
            1526, 1644, 1690, 3140, 3141, 3156, 4079, 4161,
        ];
        VALUES.contains(&mysql.number())
    } else if let Some(postgres) = reported.try_downcast_ref::<PgDatabaseError>() {
        // Class 22, and RAISE.
        postgres.code().starts_with("22") || postgres.code() == "P0001"
    } else {
        // SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_MISMATCH
        let code = reported.code().and_then(|code| code.parse::<i32>().ok());
        code.is_some_and(|code| matches!(code & 0xff, 18..=20))
    }
}

/// What the server tells about the rule. The source is filled in by the caller.
fn describe(kind: ConstraintKind, error: &dyn DatabaseError) -> Violation {
    let mut violation = Violation {
        kind,
        constraint: None,
        table: None,
        columns: Vec::new(),
        source: DbErr::Custom(String::new()),
    };
    if error.try_downcast_ref::<MySqlDatabaseError>().is_some() {
        describe_mysql(error.message(), &mut violation);
    } else if let Some(postgres) = error.try_downcast_ref::<PgDatabaseError>() {
        violation.constraint = postgres.constraint().map(Into::into);
        violation.table = postgres.table().map(Into::into);
        violation.columns = match postgres.column() {
            Some(column) => vec![column.into()],
            None => postgres.detail().map(key_columns).unwrap_or_default(),
        };
    } else {
        describe_sqlite(error.message(), &mut violation);
    }
    violation
}

fn describe_mysql(message: &str, violation: &mut Violation) {
    match violation.kind {
        // Duplicate entry 'x' for key 'users.uq_users_email' (MariaDB: without the table)
        ConstraintKind::Unique => {
            if let Some((_, key)) = message.rsplit_once(" for key '") {
                let key = key.trim_end_matches('\'');
                let (table, name) = match key.split_once('.') {
                    Some((table, name)) => (Some(table), name),
                    None => (None, key),
                };
                violation.table = table.map(Into::into);
                violation.constraint = Some(name.into());
            }
        }
        // .. fails (`db`.`orders`, CONSTRAINT `fk` FOREIGN KEY (`user_id`) REFERENCES ..
        ConstraintKind::ForeignKey => {
            violation.table = between(message, "`.`", "`").map(Into::into);
            violation.constraint = between(message, "CONSTRAINT `", "`").map(Into::into);
            violation.columns = between(message, "FOREIGN KEY (", ")")
                .map(|list| names(list, '`'))
                .unwrap_or_default();
        }
        // Column 'name' cannot be null; Field 'name' doesn't have a default value
        ConstraintKind::NotNull => {
            violation.columns = between(message, "'", "'")
                .map(|column| vec![column.into()])
                .unwrap_or_default();
        }
        // Check constraint 'ck' is violated.; CONSTRAINT `ck` failed for `db`.`orders`
        _ => {
            let quoted = between(message, "'", "'").or_else(|| between(message, "`", "`"));
            // MariaDB names a rule of one column `table.column`.
            violation.constraint = quoted.map(|name| {
                let name = name.rsplit_once('.').map_or(name, |(_, name)| name);
                name.into()
            });
            violation.table = between(message, "`.`", "`").map(Into::into);
        }
    }
}

/// `UNIQUE constraint failed: users.email, users.name`; `CHECK constraint failed: ck_price`
fn describe_sqlite(message: &str, violation: &mut Violation) {
    let Some((_, list)) = message.split_once("constraint failed: ") else {
        return;
    };
    if violation.kind == ConstraintKind::Check {
        violation.constraint = Some(list.into());
        return;
    }
    // An index on an expression is named instead of columns.
    if let Some(index) = list.strip_prefix("index '") {
        violation.constraint = Some(index.trim_end_matches('\'').into());
        return;
    }
    for place in list.split(", ") {
        if let Some((table, column)) = place.split_once('.') {
            violation.table = Some(table.into());
            violation.columns.push(column.into());
        }
    }
}

/// The columns in PostgreSQL's `Key (a, b)=(1, 2) already exists.`
fn key_columns(detail: &str) -> Vec<String> {
    between(detail, "Key (", ")=")
        .map(|list| names(list, '"'))
        .unwrap_or_default()
}

fn names(list: &str, quote: char) -> Vec<String> {
    list.split(", ")
        .map(|name| name.trim_matches(quote).to_owned())
        .collect()
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}

/// Why a connection could not be opened.
pub(crate) fn connect_failure(error: &sqlx::Error) -> ConnectFailure {
    match error {
        sqlx::Error::Io(io) => match io.kind() {
            ErrorKind::ConnectionRefused => ConnectFailure::Refused,
            ErrorKind::TimedOut => ConnectFailure::TimedOut,
            // A socket file that is not there is a server that does not run.
            ErrorKind::NotFound => ConnectFailure::Refused,
            ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => {
                ConnectFailure::Unreachable
            }
            // The resolver's errors have no kind of their own.
            _ if io.to_string().contains("lookup address") => ConnectFailure::Unreachable,
            _ => ConnectFailure::Other,
        },
        sqlx::Error::Tls(_) => ConnectFailure::Tls,
        sqlx::Error::Database(reported) => refused_by_server(reported.as_ref()),
        _ => ConnectFailure::Other,
    }
}

fn refused_by_server(error: &dyn DatabaseError) -> ConnectFailure {
    const SQLITE_CANTOPEN: i32 = 14;
    if let Some(mysql) = error.try_downcast_ref::<MySqlDatabaseError>() {
        match mysql.number() {
            1044 | 1045 | 1698 => ConnectFailure::AccessDenied,
            1049 => ConnectFailure::UnknownDatabase,
            _ => ConnectFailure::Other,
        }
    } else if let Some(postgres) = error.try_downcast_ref::<PgDatabaseError>() {
        match postgres.code() {
            "28P01" | "28000" => ConnectFailure::AccessDenied,
            "3D000" => ConnectFailure::UnknownDatabase,
            _ => ConnectFailure::Other,
        }
    } else {
        let code = error.code().and_then(|code| code.parse::<i32>().ok());
        match code.map(|code| code & 0xff) {
            Some(SQLITE_CANTOPEN) => ConnectFailure::UnknownDatabase,
            _ => ConnectFailure::Other,
        }
    }
}

/// Whether a connection that reported this can still be trusted with another statement.
///
/// An error that the server reports ends the statement and leaves the connection well; an error
/// in reading or writing does not say where the stream stands.
pub(crate) fn breaks_connection(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(reported) => {
            if let Some(mysql) = reported.try_downcast_ref::<MySqlDatabaseError>() {
                // Shutdown; packets out of order; killed; idle for too long.
                matches!(mysql.number(), 1053 | 1152..=1161 | 1184 | 1927 | 4031)
            } else if let Some(postgres) = reported.try_downcast_ref::<PgDatabaseError>() {
                matches!(postgres.severity(), PgSeverity::Fatal | PgSeverity::Panic)
            } else {
                false
            }
        }
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::WorkerCrashed => true,
        _ => false,
    }
}

/// Whether a COMMIT that was answered by this may have come about all the same: the connection broke,
/// or the server says itself that it does not know.
pub(crate) fn leaves_commit_unknown(error: &sqlx::Error) -> bool {
    if breaks_connection(error) {
        return true;
    }
    let sqlx::Error::Database(reported) = error else {
        return false;
    };
    let postgres = reported.try_downcast_ref::<PgDatabaseError>();
    postgres.is_some_and(|postgres| is_unknown_to_postgres(postgres.code()))
}

/// `statement_completion_unknown`, which CockroachDB sends, and what concerns connections: that of a
/// server to others behind it, too (`transaction_resolution_unknown`).
fn is_unknown_to_postgres(sqlstate: &str) -> bool {
    sqlstate == "40003" || sqlstate.starts_with("08")
}

/// Whether the transaction may be gone with a statement that failed: SQLite's constraints say
/// themselves how much is rolled back (`ON CONFLICT ROLLBACK`, `RAISE(ROLLBACK, ..)`,
/// <https://www.sqlite.org/lang_conflict.html>), and for a lock that MySQL waited for in vain
/// `innodb_rollback_on_timeout` does.
pub(crate) fn may_roll_back_transaction(error: &sqlx::Error) -> bool {
    const CONSTRAINT: i32 = 19;
    const LOCK_WAIT_TIMEOUT: u16 = 1205;
    let sqlx::Error::Database(reported) = error else {
        return false;
    };
    match reported.try_downcast_ref::<MySqlDatabaseError>() {
        Some(mysql) => mysql.number() == LOCK_WAIT_TIMEOUT,
        None => sqlite_code(error).is_some_and(|code| code & 0xff == CONSTRAINT),
    }
}

fn sqlite_code(error: &sqlx::Error) -> Option<i32> {
    let sqlx::Error::Database(reported) = error else {
        return None;
    };
    reported.try_downcast_ref::<SqliteError>()?;
    reported.code()?.parse().ok()
}

/// Whether the server has rolled the whole transaction back by itself, so that a further statement
/// would run, and commit, on its own.
///
/// MySQL: <https://dev.mysql.com/doc/refman/8.4/en/innodb-error-handling.html>;
/// SQLite: <https://www.sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction>.
/// PostgreSQL keeps a failed transaction open and refuses statements until it is rolled back.
pub(crate) fn rolls_back_transaction(error: &sqlx::Error) -> bool {
    const SQLITE_NOMEM_INTERRUPT_IOERR_FULL: [i32; 4] = [7, 9, 10, 13];
    let sqlx::Error::Database(reported) = error else {
        return false;
    };
    if let Some(mysql) = reported.try_downcast_ref::<MySqlDatabaseError>() {
        return matches!(mysql.number(), 1020 | 1206 | 1213 | 1614 | 3101);
    }
    let code = sqlite_code(error);
    code.is_some_and(|code| SQLITE_NOMEM_INTERRUPT_IOERR_FULL.contains(&(code & 0xff)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_does_not_know_of_its_commit_is_not_refused() {
        for unknown in ["40003", "08000", "08003", "08006", "08007"] {
            assert!(is_unknown_to_postgres(unknown), "{unknown}");
            assert!(postgres_meaning(unknown).is_none(), "nor is it run again");
        }
        for refused in ["40001", "40002", "40P01", "23505", "57014", "0A000"] {
            assert!(!is_unknown_to_postgres(refused), "{refused}");
        }
    }
}
