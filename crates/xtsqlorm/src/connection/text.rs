//! What a statement's first words tell.

use sea_orm::DbBackend;

/// Whether a statement may write.
pub(crate) fn writes(sql: &str) -> bool {
    !["SELECT", "EXPLAIN", "PRAGMA"]
        .into_iter()
        .any(|word| begins_with(sql, word))
}

/// Whether a statement reads rows and does nothing else.
pub(super) fn selects(sql: &str) -> bool {
    begins_with(sql, "SELECT")
}

/// Whether a statement outside a transaction may leave one open: it begins one, or it is a script,
/// which may do anything and stop half-way.
pub(super) fn may_leave_transaction(sql: &str) -> bool {
    is_script(sql) || controls_transaction(sql)
}

/// Whether a statement is one of those that a session sends by itself.
pub(crate) fn controls_transaction(sql: &str) -> bool {
    [
        "BEGIN",
        "START",
        "COMMIT",
        "END",
        "ROLLBACK",
        "ABORT",
        "SAVEPOINT",
        "RELEASE",
    ]
    .into_iter()
    .any(|word| begins_with(sql, word))
}

/// Whether a statement ends the transaction that it is sent in, without a word: on MySQL, what
/// changes the schema (<https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html>).
pub(crate) fn commits_silently(dialect: DbBackend, sql: &str) -> bool {
    const ENDING: [&str; 9] = [
        "CREATE", "ALTER", "DROP", "TRUNCATE", "RENAME", "GRANT", "REVOKE", "LOCK", "UNLOCK",
    ];
    const HARMLESS: [&str; 2] = ["CREATE TEMPORARY", "DROP TEMPORARY"];
    let begins = |words: &[&str]| words.iter().any(|word| begins_with(sql, word));
    dialect == DbBackend::MySql && begins(&ENDING) && !begins(&HARMLESS)
}

fn is_script(sql: &str) -> bool {
    sql.trim_end().trim_end_matches(';').contains(';')
}

fn begins_with(sql: &str, words: &str) -> bool {
    let sql = sql.trim_start();
    let Some(start) = sql.get(..words.len()) else {
        return false;
    };
    let next = sql[words.len()..].chars().next();
    start.eq_ignore_ascii_case(words) && next.is_none_or(|next| !next.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_told_by_their_first_words() {
        assert!(!writes(" select 1"));
        assert!(writes("INSERT INTO t VALUES (1)"));
        assert!(writes("WITH x AS (SELECT 1) DELETE FROM t"));
        assert!(may_leave_transaction("begin"));
        assert!(may_leave_transaction("START TRANSACTION READ ONLY"));
        assert!(may_leave_transaction("INSERT INTO t VALUES (1); SELECT 1"));
        assert!(!may_leave_transaction("INSERT INTO beginnings VALUES (1);"));
        assert!(!may_leave_transaction("BEGINNING"));
        assert!(commits_silently(
            DbBackend::MySql,
            "alter table t add c int"
        ));
        assert!(!commits_silently(
            DbBackend::MySql,
            "CREATE TEMPORARY TABLE t (c int)"
        ));
        assert!(!commits_silently(
            DbBackend::Postgres,
            "CREATE TABLE t (c int)"
        ));
        assert!(controls_transaction("RELEASE SAVEPOINT x"));
    }
}
