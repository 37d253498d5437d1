//! What the words of a statement tell, without asking the server.

pub(crate) mod passages;

use sea_orm::DbBackend;

/// Whether a text may write.
pub(crate) fn writes(dialect: DbBackend, sql: &str) -> bool {
    if is_script(sql) {
        return true;
    }
    let statement = first_word(dialect, sql);
    if begins_with(statement, "EXPLAIN") {
        // PostgreSQL runs what it analyzes.
        return statement.to_ascii_lowercase().contains("analy");
    }
    !["SELECT", "PRAGMA"]
        .into_iter()
        .any(|word| begins_with(statement, word))
}

/// Whether a statement reads rows and does nothing else.
pub(super) fn selects(sql: &str) -> bool {
    begins_with(sql.trim_start(), "SELECT")
}

/// Whether a text outside a transaction may leave one open: it begins one, or it is a script, which
/// may do anything and stop half-way.
pub(super) fn may_leave_transaction(dialect: DbBackend, sql: &str) -> bool {
    is_script(sql) || controls_transaction(first_word(dialect, sql))
}

/// Whether a text may change how the connection treats what comes later, which nobody else who gets it
/// expects: without autocommit, writes that stand alone are lost.
pub(crate) fn changes_connection(dialect: DbBackend, sql: &str) -> bool {
    const KEPT: [&str; 9] = [
        "SET",
        "RESET",
        "USE",
        "DISCARD",
        "DEALLOCATE",
        "CREATE TEMPORARY",
        "CREATE TEMP",
        "CREATE LOCAL",
        "LISTEN",
    ];
    const KEPT_BY_MYSQL: [&str; 2] = ["LOCK", "FLUSH"];
    /// They end with the transaction.
    const PASSING: [&str; 3] = ["SET LOCAL", "SET TRANSACTION", "SET CONSTRAINTS"];
    if dialect == DbBackend::Sqlite {
        return false;
    }
    if is_script(sql) {
        return true;
    }
    let statement = first_word(dialect, sql);
    let begins = |words: &[&str]| words.iter().any(|word| begins_with(statement, word));
    !is_usual(statement)
        && (begins(&KEPT) && !begins(&PASSING)
            || dialect == DbBackend::MySql && begins(&KEPT_BY_MYSQL))
}

/// Why a text may not be sent in a transaction that somebody else ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It begins or ends one, or a savepoint.
    Controls,
    /// It commits without a word.
    CommitsSilently,
}

/// What a text would do to the transaction that it is sent in.
pub(crate) fn ending(dialect: DbBackend, sql: &str) -> Option<Ending> {
    if !is_script(sql) {
        return ending_of_statement(dialect, first_word(dialect, sql));
    }
    let mut is_body = false;
    for statement in passages::statements(dialect, sql) {
        if is_body {
            is_body = !begins_with(statement, "END");
        } else if let Some(ending) = ending_of_statement(dialect, statement) {
            return Some(ending);
        } else {
            is_body = begins_body(dialect, statement);
        }
    }
    None
}

/// Whether the statements of a trigger or a routine follow, up to its END.
fn begins_body(dialect: DbBackend, statement: &str) -> bool {
    begins_with(statement, "CREATE") && {
        let visible = passages::visible(dialect, statement).to_ascii_lowercase();
        let mut words = visible.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        words.any(|word| word == "begin")
    }
}

fn ending_of_statement(dialect: DbBackend, statement: &str) -> Option<Ending> {
    if is_usual(statement) {
        None
    } else if controls_transaction(statement) {
        Some(Ending::Controls)
    } else if dialect == DbBackend::MySql && commits_silently(statement) {
        Some(Ending::CommitsSilently)
    } else {
        None
    }
}

/// Whether a statement is one of those that a session sends by itself.
fn controls_transaction(statement: &str) -> bool {
    const CONTROLLING: [&str; 9] = [
        "BEGIN",
        "START",
        "COMMIT",
        "END",
        "ROLLBACK",
        "ABORT",
        "SAVEPOINT",
        "RELEASE",
        "PREPARE TRANSACTION",
    ];
    CONTROLLING
        .into_iter()
        .any(|word| begins_with(statement, word))
}

/// Whether MySQL ends a transaction before such a statement, most of which change the schema
/// (<https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html>).
fn commits_silently(statement: &str) -> bool {
    const ENDING: [&str; 22] = [
        "CREATE",
        "ALTER",
        "DROP",
        "TRUNCATE",
        "RENAME",
        "GRANT",
        "REVOKE",
        "LOCK",
        "UNLOCK",
        "ANALYZE TABLE",
        "ANALYZE LOCAL",
        "ANALYZE NO_WRITE_TO_BINLOG",
        "CACHE INDEX",
        "CHECK TABLE",
        "FLUSH",
        "IMPORT TABLE",
        "INSTALL",
        "LOAD INDEX",
        "OPTIMIZE",
        "REPAIR",
        "RESET",
        "UNINSTALL",
    ];
    const HARMLESS: [&str; 3] = ["CREATE TEMPORARY", "DROP TEMPORARY", "RESET PERSIST"];
    let begins = |words: &[&str]| words.iter().any(|word| begins_with(statement, word));
    let sets = || {
        let text = statement.to_ascii_lowercase();
        begins_with(statement, "SET PASSWORD") || text.contains("autocommit")
    };
    (begins(&ENDING) && !begins(&HARMLESS)) || (begins_with(statement, "SET") && sets())
}

/// Whether a text is more than one statement, as far as one can see without reading it: what MySQL
/// runs within a comment may be another.
fn is_script(sql: &str) -> bool {
    sql.trim_end().trim_end_matches(';').contains(';') || passages::has_code_in_comment(sql)
}

/// Whether it is one of those that most statements are, and of which nothing else has to be asked.
fn is_usual(statement: &str) -> bool {
    ["SELECT", "INSERT", "UPDATE", "DELETE"]
        .into_iter()
        .any(|word| begins_with(statement, word))
}

/// A statement from its first word on.
fn first_word(dialect: DbBackend, sql: &str) -> &str {
    let sql = sql.trim_start();
    match sql.as_bytes().first() {
        Some(b'-' | b'/' | b'#') => passages::first_word(dialect, sql),
        _ => sql,
    }
}

fn begins_with(statement: &str, words: &str) -> bool {
    let Some(start) = statement.get(..words.len()) else {
        return false;
    };
    let next = statement[words.len()..].chars().next();
    start.eq_ignore_ascii_case(words) && next.is_none_or(|next| !next.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MYSQL: DbBackend = DbBackend::MySql;
    const POSTGRES: DbBackend = DbBackend::Postgres;
    const SQLITE: DbBackend = DbBackend::Sqlite;
    const ALL: [DbBackend; 3] = [MYSQL, POSTGRES, SQLITE];

    #[test]
    fn what_may_write_is_told() {
        for dialect in ALL {
            for sql in [
                " select 1",
                "-- a comment\nSELECT 1;",
                "/* of ; */ SELECT 1",
            ] {
                let has_mark = sql.contains("; ");
                assert_eq!(writes(dialect, sql), has_mark, "{sql}");
            }
            for sql in [
                "INSERT INTO t VALUES (1)",
                "WITH x AS (SELECT 1) DELETE FROM t",
                "SELECT 1; DELETE FROM t",
                "EXPLAIN ANALYZE DELETE FROM t",
                "/* why */ DELETE FROM t",
            ] {
                assert!(writes(dialect, sql), "{sql}");
            }
        }
        assert!(!writes(POSTGRES, "EXPLAIN DELETE FROM t"));
        assert!(writes(MYSQL, "SELECT 1 /*! INTO OUTFILE 'x' */"));
    }

    #[test]
    fn what_may_leave_a_transaction_open_is_told() {
        for dialect in ALL {
            for sql in [
                "begin",
                "START TRANSACTION READ ONLY",
                "INSERT INTO t VALUES (1); SELECT 1",
                "/* app */ BEGIN",
                "-- app\nBEGIN",
            ] {
                assert!(may_leave_transaction(dialect, sql), "{sql}");
            }
            for sql in ["INSERT INTO beginnings VALUES (1);", "BEGINNING"] {
                assert!(!may_leave_transaction(dialect, sql), "{sql}");
            }
        }
        assert!(may_leave_transaction(MYSQL, "# app\nBEGIN"));
    }

    #[test]
    fn what_ends_a_transaction_is_told_wherever_it_stands() {
        for dialect in ALL {
            for sql in [
                "RELEASE SAVEPOINT x",
                "DELETE FROM t; COMMIT; DELETE FROM u",
                "-- m5\nCOMMIT",
                "DELETE FROM t;\n/* c; */ -- d;\n rollback",
            ] {
                assert_eq!(ending(dialect, sql), Some(Ending::Controls), "{sql}");
            }
            for sql in [
                "INSERT INTO t VALUES ('a; COMMIT; b')",
                "INSERT INTO t VALUES ('it''s; COMMIT'); DELETE FROM \"a; COMMIT\"",
                "SELECT 1 /* ; COMMIT */",
            ] {
                assert_eq!(ending(dialect, sql), None, "{sql}");
            }
        }
        let body =
            "CREATE TRIGGER t AFTER INSERT ON u BEGIN DELETE FROM v; SELECT 1; END; SELECT 2";
        assert_eq!(ending(SQLITE, body), None);
        let more = format!("{body}; COMMIT");
        assert_eq!(ending(SQLITE, &more), Some(Ending::Controls));
        let quoted = "CREATE FUNCTION f() .. AS $$ BEGIN a; COMMIT; END $$; SELECT 1";
        assert_eq!(ending(POSTGRES, quoted), None);
        let more = format!("{quoted}; COMMIT");
        assert_eq!(ending(POSTGRES, &more), Some(Ending::Controls));
        for sql in [
            "alter table t add c int",
            "/* app */ TRUNCATE t",
            "DELETE FROM t; OPTIMIZE TABLE t",
            "/*!50000 CREATE TABLE t (c int) */",
            "SET @a = 1, autocommit = 1",
            "RESET MASTER",
        ] {
            let ends = ending(MYSQL, sql);
            assert_eq!(ends, Some(Ending::CommitsSilently), "{sql}");
        }
        for sql in [
            "CREATE TEMPORARY TABLE t (c int)",
            "ANALYZE FORMAT=JSON SELECT 1",
            "SET @a = 1",
            "CHECKSUM TABLE t",
        ] {
            assert_eq!(ending(MYSQL, sql), None, "{sql}");
        }
        assert_eq!(ending(POSTGRES, "CREATE TABLE t (c int)"), None);
    }

    #[test]
    fn what_stays_with_the_connection_is_told() {
        for sql in [
            "SET foreign_key_checks = 0",
            "LOCK TABLES t WRITE",
            "SELECT 1; SELECT 2",
        ] {
            assert!(changes_connection(MYSQL, sql), "{sql}");
        }
        assert!(changes_connection(POSTGRES, "/* a */ set search_path = x"));
        for sql in [
            "SET LOCAL search_path = x",
            "LOCK TABLE t",
            "SETTLE",
            "SELECT 1",
        ] {
            assert!(!changes_connection(POSTGRES, sql), "{sql}");
        }
        assert!(!changes_connection(SQLITE, "SELECT 1; SELECT 2"));
    }
}
