//! The exact message of every kind of error.

use super::message;
use crate::config::Settings;

/// A valid database with `fields` added.
fn mysql(fields: &str) -> String {
    message(&format!(
        "databases.db = {{ type = 'mysql', database = 'd', {fields} }}"
    ))
}

#[test]
fn unknown_keys() {
    let text = "databases = { mysql.url = 'mysql://h/d', default.alias = 'mysql' }";
    let settings = Settings::from_toml(text).unwrap();
    let message = |key| settings.database(key).unwrap_err().to_string();
    assert_eq!(
        message("mysq"),
        "unknown database key `mysq`; configured are default, mysql; did you mean `mysql`?"
    );
    assert_eq!(
        message("xyz"),
        "unknown database key `xyz`; configured are default, mysql"
    );
    assert_eq!(
        message("mysql://h/d"),
        "database key: a key is the name of a configured database, not a URL; \
         `DatabaseConfig::from_url` takes URLs",
    );
    assert_eq!(
        super::message(""),
        "unknown database key `db`; no database is configured: write an xtsqlorm.toml or set \
         DATABASE_URL",
    );
}

#[test]
fn aliases() {
    assert_eq!(
        message("databases = { db.alias = 'dc', dd.url = 'mysql://h/d' }"),
        "databases.db.alias: unknown database key `dc`; configured are db, dd; did you mean `db`?"
    );
    assert_eq!(
        message("databases = { db.alias = 'b', b.alias = 'c', c.alias = 'b' }"),
        "aliases form a cycle: b -> c -> b"
    );
    assert_eq!(
        message("databases.db.alias = 'db'"),
        "aliases form a cycle: db -> db"
    );
    assert_eq!(
        message("databases.db = { alias = 'x', host = 'h' }"),
        "databases.db.host: the database is an alias of `x` and has no other fields; set it there"
    );
}

#[test]
fn unknown_fields_on_every_level() {
    assert_eq!(
        mysql("pasword = 'x'"),
        "unknown field `pasword` in databases.db; did you mean `password`?"
    );
    assert_eq!(
        mysql("username = 'x'"),
        "unknown field `username` in databases.db; did you mean `user`?"
    );
    assert_eq!(
        mysql("pool.max_connection = 3"),
        "unknown field `max_connection` in databases.db.pool; did you mean `max_connections`?"
    );
    assert_eq!(
        mysql("tls.xyz = 3"),
        "unknown field `xyz` in databases.db.tls; valid are ca, cert, key, mode"
    );
    assert_eq!(
        message("databses = {}"),
        "unknown field `databses` in the top level; did you mean `databases`?"
    );
    assert_eq!(
        mysql("options.colation = 'x'"),
        "databases.db.options.colation: the mysql driver has no parameter `colation`; it has \
         charset, \
         collation, connect_timeout, socket, ssl-ca, ssl-cert, ssl-key, ssl-mode, \
         statement-cache-capacity, timezone; did you mean `collation`?",
    );
}

#[test]
fn wrong_types_and_ranges() {
    let cases = [
        (
            "port = 'abc'",
            "databases.db.port: expected an integer from 1 to 65535, found string \"abc\"",
        ),
        (
            "port = '3306'",
            "databases.db.port: expected an integer from 1 to 65535, found string \"3306\"",
        ),
        (
            "port = 65536",
            "databases.db.port: expected an integer from 1 to 65535, found integer 65536",
        ),
        (
            "port = -1",
            "databases.db.port: expected an integer from 1 to 65535, found integer -1",
        ),
        (
            "port = 1.5",
            "databases.db.port: expected an integer from 1 to 65535, found number 1.5",
        ),
        (
            "host = 7",
            "databases.db.host: expected a string, found integer 7",
        ),
        (
            "password = 7",
            "databases.db.password: expected a string, found an integer",
        ),
        (
            "echo = 'yes'",
            "databases.db.echo: expected true or false, found string \"yes\"",
        ),
        (
            "pool = 5",
            "databases.db.pool: expected a table, found an integer",
        ),
        (
            "pool.size = 0",
            "databases.db.pool.size: expected an integer from 1 to 100000, found integer 0",
        ),
        (
            "replicas = 'mysql://h/d'",
            "databases.db.replicas: expected a list of strings, found a string",
        ),
        (
            "replicas = [1]",
            "databases.db.replicas: expected a list of strings, found a list",
        ),
        (
            "options.socket = ['x']",
            "databases.db.options.socket: expected a string, found a list",
        ),
        (
            "tls.mode = 'on'",
            "databases.db.tls.mode: expected one of disabled, preferred, required, verify_ca, \
             verify_identity, found string \"on\"",
        ),
    ];
    for (fields, expected) in cases {
        assert_eq!(mysql(fields), expected);
    }
    for duration in [
        "'5 parsecs'",
        "'-5s'",
        "''",
        "-1",
        "1e300",
        "'99999999999h'",
        "nan",
        "true",
    ] {
        let message = mysql(&format!("slow_query = {duration}"));
        let expected = "databases.db.slow_query: expected a duration such as \"500ms\", \"30s\", \
            \"5m\" or \
                        \"1h\", or a number of seconds, found ";
        assert!(message.starts_with(expected), "{message}");
    }
}

#[test]
fn unusable_values() {
    let cases = [
        (
            "host = 'ann@h'",
            "databases.db.host: is not a host name or address; port, user and database have \
             fields of \
             their own",
        ),
        (
            "pool.min_connections = 16",
            "databases.db.pool.min_connections: 16 is more than the pool may hold (15)",
        ),
        (
            "pool.acquire_timeout = 0",
            "databases.db.pool.acquire_timeout: must be more than zero",
        ),
        (
            "pool.idle_timeout = '0s'",
            "databases.db.pool.idle_timeout: must be more than zero, or \"never\"",
        ),
        (
            "tls.ca = 'x'",
            "databases.db.tls.ca: is not looked at in mode `preferred`; take verify_ca or \
             verify_identity",
        ),
        (
            "tls.cert = 'x'",
            "databases.db.tls.cert: needs `key` beside it",
        ),
        (
            "replicas = ['sqlite::memory:']",
            "databases.db.replicas: a sqlite server is no copy of a mysql database",
        ),
        (
            "replicas = ['mysql://h:x/d']",
            "databases.db.replicas: not a usable database URL: invalid port number",
        ),
        (
            "options.connect_timeout = 'soon'",
            "databases.db.options.connect_timeout: `connect_timeout` must be a number of seconds \
             above zero",
        ),
    ];
    for (fields, expected) in cases {
        assert_eq!(mysql(fields), expected);
    }
    let sqlite = |field: &str| {
        message(&format!(
            "databases.db = {{ type = 'sqlite', database = 'd', {field} }}"
        ))
    };
    for (field, name) in [
        ("host = 'h'", "host"),
        ("port = 1", "port"),
        ("user = 'u'", "user"),
        ("password = 'p'", "password"),
        ("password_file = 'p'", "password_file"),
        ("charset = 'c'", "charset"),
        ("tls.mode = 'required'", "tls"),
        ("replicas = ['sqlite://x']", "replicas"),
    ] {
        assert_eq!(
            sqlite(field),
            format!("databases.db.{name}: is for servers; SQLite is a file")
        );
    }
    assert_eq!(
        message("databases.db = { type = 'postgres', database = 'd', charset = 'utf8' }"),
        "databases.db.charset: is for MySQL and MariaDB; the driver speaks UTF-8 here"
    );
}

#[test]
fn unsupported_backends() {
    assert_eq!(
        message("databases.db = { type = 'mysqll' }"),
        "databases.db.type: unsupported database type `mysqll`; supported are mysql, mariadb, \
         postgres, \
         sqlite; did you mean `mysql`?",
    );
    assert_eq!(
        message("databases.db.url = 'oracle://h/d'"),
        "databases.db.url: unsupported database type `oracle`; supported are mysql, mariadb, \
         postgres, \
         sqlite",
    );
}

#[test]
fn missing_parts() {
    assert_eq!(
        message("databases.db = { host = 'h' }"),
        "databases.db needs `type` (one of mysql, mariadb, postgres, sqlite) or `url`"
    );
    assert_eq!(
        message("databases.db.type = 'mysql'"),
        "databases.db needs `database`"
    );
    assert_eq!(
        message("databases.db.type = 'sqlite'"),
        "databases.db needs `database`, a path or \":memory:\""
    );
}

#[test]
fn contradictions() {
    let cases = [
        (
            "url = 'mysql://h/d'",
            "databases.db.type: stands beside `url`, which says all of it; keep one of them",
        ),
        (
            "password = 'x', password_file = 'y'",
            "databases.db.password_file: stands beside `password`; keep one of them",
        ),
        (
            "pool = { size = 5, max_overflow = 10, max_connections = 20 }",
            "databases.db.pool.max_connections: 20 disagrees with size 5 + max_overflow 10; keep \
             one of them",
        ),
        (
            "pool = { size = 5, max_connections = 4 }",
            "databases.db.pool.max_connections: 4 disagrees with size 5; keep one of them",
        ),
        (
            "pool = { max_overflow = 4, max_connections = 4 }",
            "databases.db.pool.max_connections: 4 disagrees with max_overflow 4; keep one of them",
        ),
        (
            "pool = { recycle = 5, max_lifetime = 4 }",
            "databases.db.pool.recycle: means the same as `max_lifetime`; keep one of them",
        ),
        (
            "options.connect_timeout = 7, pool.connect_timeout = 8",
            "databases.db.pool.connect_timeout: the URL or `options` have another \
             connect_timeout; keep one \
             of them",
        ),
        (
            "options.ssl-mode = 'required', tls.mode = 'disabled'",
            "databases.db.tls: the URL or `options` configure TLS too; keep one of them",
        ),
        (
            "options.charset = 'a', charset = 'b'",
            "databases.db.charset: `options` has another charset; keep one of them",
        ),
    ];
    for (fields, expected) in cases {
        assert_eq!(mysql(fields), expected);
    }
}
