//! URLs keep every part on the way to the driver, and what cannot be kept is refused.

use sea_orm::sqlx::{
    mysql::MySqlConnectOptions, postgres::PgConnectOptions, sqlite::SqliteConnectOptions,
};
use secrecy::ExposeSecret;

use super::exposed;
use crate::config::{DatabaseConfig, DatabaseKind, TlsConfig, TlsMode};

/// Texts that break URLs put together without care.
const AWKWARD: &[&str] = &[
    "plain",
    "a@b",
    "a:b",
    "a/b",
    "a?b",
    "a#b",
    "a%41b",
    "a+b c",
    "&=;",
    "[x]",
    "\\\"'",
    "käse",
    "日本",
    "..x",
    "$&{}|^`<>",
    "tab\tnewline\n",
    "~-_.",
];

const SERVERS: &[DatabaseKind] = &[
    DatabaseKind::MySql,
    DatabaseKind::MariaDb,
    DatabaseKind::Postgres,
];

/// A configuration whose user, password and database are `text`.
fn awkward(kind: DatabaseKind, text: &str) -> DatabaseConfig {
    DatabaseConfig::new(kind, text)
        .user(text)
        .password(text)
        .host("db.example")
}

#[test]
fn user_password_and_database_reach_mysql_whole() {
    for text in AWKWARD {
        for kind in [DatabaseKind::MySql, DatabaseKind::MariaDb] {
            let url = exposed(&awkward(kind, text));
            let options: MySqlConnectOptions = url.parse().unwrap();
            assert_eq!(options.get_host(), "db.example");
            assert_eq!(options.get_port(), 3306);
            assert_eq!(options.get_username(), *text);
            assert_eq!(options.get_database(), Some(*text));
            // The driver has no getter for the password, only this.
            let debug = format!("{options:?}");
            assert!(
                debug.contains(&format!("password: Some({text:?})")),
                "{debug}"
            );
        }
    }
}

#[test]
fn user_password_and_database_reach_postgres_whole() {
    for text in AWKWARD {
        let url = exposed(&awkward(DatabaseKind::Postgres, text));
        let options: PgConnectOptions = url.parse().unwrap();
        assert_eq!(options.get_host(), "db.example");
        assert_eq!(options.get_port(), 5432);
        assert_eq!(options.get_username(), *text);
        assert_eq!(options.get_database(), Some(*text));
        let debug = format!("{options:?}");
        assert!(
            debug.contains(&format!("password: Some({text:?})")),
            "{debug}"
        );
    }
}

#[test]
fn paths_reach_sqlite_whole() {
    let paths = [
        "xtsqlorm.db",
        "/var/data/x.db",
        "//share/x.db",
        "../up/x.db",
        "C:\\data\\x.db",
        "with space?and#hash%41.db",
        "käse/日本.db",
        "sqlite:x.db",
        "a@b:c.db",
    ];
    for path in paths {
        let url = exposed(&DatabaseConfig::new(DatabaseKind::Sqlite, path));
        let options: SqliteConnectOptions = url.parse().unwrap();
        assert_eq!(options.get_filename().to_str(), Some(path), "{url}");
        // SeaORM parses the URL too before it hands it on.
        assert_eq!(::url::Url::parse(&url).unwrap().scheme(), "sqlite");
        assert_eq!(
            DatabaseConfig::from_url(&url).unwrap().get_database(),
            Some(path)
        );
    }
}

#[test]
fn sqlite_files_are_created_unless_the_mode_says_otherwise() {
    let url = |text| exposed(&DatabaseConfig::from_url(text).unwrap());
    assert_eq!(url("sqlite://a.db"), "sqlite://a.db?mode=rwc");
    assert_eq!(url("sqlite:a.db?mode=ro"), "sqlite://a.db?mode=ro");
    for memory in ["sqlite::memory:", "sqlite://:memory:", "SQLite::memory:"] {
        assert_eq!(url(memory), "sqlite::memory:");
    }
    assert_eq!(url("sqlite://?mode=memory"), "sqlite::memory:?mode=memory");
    for text in ["sqlite::memory:", "sqlite://?mode=memory"] {
        let options: SqliteConnectOptions = url(text).parse().unwrap();
        assert!(format!("{options:?}").contains("in_memory: true"));
    }
}

#[test]
fn hosts_may_be_names_and_addresses() {
    let hosts = [
        ("db", "db"),
        ("my_db-1.example", "my_db-1.example"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "[::1]"),
        ("[2001:db8::7]", "[2001:db8::7]"),
        ("bücher.example", "xn--bcher-kva.example"),
    ];
    for (given, written) in hosts {
        for kind in SERVERS {
            let config = DatabaseConfig::new(*kind, "d").host(given);
            config.validate().unwrap();
            let url = exposed(&config);
            let host = match kind {
                DatabaseKind::Postgres => url
                    .parse::<PgConnectOptions>()
                    .unwrap()
                    .get_host()
                    .to_owned(),
                _ => url
                    .parse::<MySqlConnectOptions>()
                    .unwrap()
                    .get_host()
                    .to_owned(),
            };
            assert_eq!(host, written);
        }
    }
}

#[test]
fn a_folder_as_host_is_a_socket_of_postgres() {
    for config in [
        DatabaseConfig::new(DatabaseKind::Postgres, "d").host("/run/pg sql"),
        DatabaseConfig::from_url("postgres:///d?host=/run/pg%20sql").unwrap(),
        DatabaseConfig::from_url("postgres://%2Frun%2Fpg%20sql/d").unwrap(),
    ] {
        assert_eq!(config.get_host(), Some("/run/pg sql"));
        let options: PgConnectOptions = exposed(&config).parse().unwrap();
        assert_eq!(options.get_socket().unwrap().to_str(), Some("/run/pg sql"));
        assert_eq!(options.get_database(), Some("d"));
    }
    let mysql = DatabaseConfig::new(DatabaseKind::MySql, "d").option("socket", "/run/my sql.sock");
    let options: MySqlConnectOptions = exposed(&mysql).parse().unwrap();
    assert_eq!(
        options.get_socket().unwrap().to_str(),
        Some("/run/my sql.sock")
    );
}

#[test]
fn urls_come_back_the_same() {
    for text in AWKWARD {
        for kind in SERVERS {
            let config = awkward(*kind, text);
            let again = DatabaseConfig::from_url(&exposed(&config)).unwrap();
            assert_eq!(again.get_user(), Some(*text));
            assert_eq!(again.get_password().unwrap().expose_secret(), *text);
            assert_eq!(again.get_database(), Some(*text));
            assert_eq!(exposed(&again), exposed(&config));
        }
    }
}

#[test]
fn the_scheme_says_which_product_it_is() {
    for (url, kind, port) in [
        ("mysql://h/d", DatabaseKind::MySql, Some(3306)),
        ("MARIADB://h/d", DatabaseKind::MariaDb, Some(3306)),
        ("postgres://h/d", DatabaseKind::Postgres, Some(5432)),
        ("postgresql://h:1/d", DatabaseKind::Postgres, Some(1)),
        (" sqlite://d \n", DatabaseKind::Sqlite, None),
    ] {
        let config = DatabaseConfig::from_url(url).unwrap();
        assert_eq!((config.get_kind(), config.get_port()), (kind, port));
    }
}

#[test]
fn parameters_go_where_their_setters_put_them() {
    let config = DatabaseConfig::from_url(
        "postgres://h/x?user=ann&password=p%26w&dbname=shop&port=7&hostaddr=10.0.0.1&\
         sslmode=verify-full&sslrootcert=/ca%20x.pem&connect_timeout=9&application_name=a%20b&options[geqo]=off",
    )
    .unwrap();
    assert_eq!(config.get_pool().get_connect_timeout().as_secs(), 9);
    assert_eq!(
        exposed(&config),
        "postgres://ann:p%26w@10.0.0.1:7/shop?sslmode=verify-full&sslrootcert=/ca%20x.pem\
         &application_name=a%20b&options%5Bgeqo%5D=off",
    );
    let options: PgConnectOptions = exposed(&config).parse().unwrap();
    assert_eq!(options.get_application_name(), Some("a b"));
    assert_eq!(options.get_options(), Some("-c geqo=off"));
    assert!(format!("{options:?}").contains("VerifyFull"));

    let config = DatabaseConfig::from_url(
        "mysql://h/d?charset=latin1&collation=latin1_bin&time-zone=%2B01:00&sslmode=REQUIRED",
    )
    .unwrap();
    let options: MySqlConnectOptions = exposed(&config).parse().unwrap();
    assert_eq!(
        (options.get_charset(), options.get_collation()),
        ("latin1", Some("latin1_bin"))
    );
    assert!(format!("{options:?}").contains("+01:00"));
    assert!(format!("{options:?}").contains("Required"));
}

#[test]
fn every_tls_mode_is_understood_by_the_driver() {
    let modes = [
        (TlsMode::Disabled, "Disabled", "Disable"),
        (TlsMode::Preferred, "Preferred", "Prefer"),
        (TlsMode::Required, "Required", "Require"),
        (TlsMode::VerifyCa, "VerifyCa", "VerifyCa"),
        (TlsMode::VerifyIdentity, "VerifyIdentity", "VerifyFull"),
    ];
    for (mode, mysql, postgres) in modes {
        let tls = TlsConfig::new().mode(mode);
        let config = DatabaseConfig::new(DatabaseKind::MySql, "d").tls(tls.clone());
        let options: MySqlConnectOptions = exposed(&config).parse().unwrap();
        assert_eq!(format!("{:?}", options.get_ssl_mode()), mysql);
        let config = DatabaseConfig::new(DatabaseKind::Postgres, "d").tls(tls);
        let options: PgConnectOptions = exposed(&config).parse().unwrap();
        assert_eq!(format!("{:?}", options.get_ssl_mode()), postgres);
    }
}

#[test]
fn unusable_urls_are_refused() {
    let message = |url| DatabaseConfig::from_url(url).unwrap_err().to_string();
    let unusable = |url: &str, reason: &str| {
        let expected = format!("database URL: not a usable database URL: {reason}");
        assert_eq!(
            DatabaseConfig::from_url(url).unwrap_err().to_string(),
            expected
        );
    };
    let no_scheme = "it does not begin with a scheme such as `mysql://`";
    unusable("", no_scheme);
    unusable("root:pw@h/d", no_scheme);
    unusable("mysql:root@h/d", no_scheme);
    unusable("mysql://root:pw@h:99999/d", "invalid port number");
    unusable("mysql://root@h:0/d", "`port` must be from 1 to 65535");
    unusable("mysql://root:pw@/d", "empty host");
    unusable(
        "mysql://root:a\tb@h/d",
        "it contains a control character; percent-encode it",
    );
    unusable(
        "mysql://root:%FF@h/d",
        "a percent-encoded part of it is not UTF-8",
    );
    let early = "a `@` or `#` stands after the host; in user, password and database write `@` as \
        %40, \
                 `/` as %2F, `?` as %3F, `#` as %23";
    unusable("mysql://root:1/secret@h/d", early);
    unusable("mysql://root:1?secret@h/d", early);
    unusable("mysql://root:1#secret@h/d", early);
    unusable("sqlite:", "`database` SQLite needs a path, or \":memory:\"");
    assert_eq!(
        message("mysql+aiomysql://root:pw@h/d"),
        "database URL: unsupported database type `mysql+aiomysql`; supported are mysql, mariadb, \
         postgres, sqlite; did you mean `mysql`?",
    );
    assert_eq!(
        message("mysql://h/d?ssl-mod=REQUIRED"),
        "database URL: the mysql driver has no parameter `ssl-mod`; it has charset, collation, \
         connect_timeout, socket, ssl-ca, ssl-cert, ssl-key, ssl-mode, statement-cache-capacity, \
         timezone; did you mean `ssl-mode`?",
    );
    assert_eq!(
        message("sqlite://a.db?mode=wr"),
        "database URL: `mode` must be one of ro, rw, rwc, memory"
    );
}

#[test]
fn builders_are_checked_on_request() {
    let mysql = || DatabaseConfig::new(DatabaseKind::MySql, "d");
    let cases = [
        (
            mysql().host("a b"),
            "host: is not a host name or address; port, user and database have fields of their own",
        ),
        (
            mysql().host("/run/x.sock"),
            "host: is not a path; write the socket as `options = { socket = \"..\" }`",
        ),
        (mysql().port(0), "port: must be from 1 to 65535"),
        (
            mysql().database("mysql://h/d"),
            "database: is not for URLs; write `url` in place of all parts",
        ),
        (
            mysql().database(".."),
            "database: must be the name of a database",
        ),
        (
            mysql().tls(TlsConfig::new().ca("x")),
            "tls.ca: is not looked at in mode `preferred`; take verify_ca or verify_identity",
        ),
        (
            mysql().tls(TlsConfig::new().key("x")),
            "tls.key: needs `cert` beside it",
        ),
        (
            mysql().replica("sqlite::memory:").unwrap(),
            "replicas: a sqlite server is no copy of a mysql database",
        ),
        (
            DatabaseConfig::new(DatabaseKind::Postgres, "d").charset("utf8"),
            "charset: is for MySQL and MariaDB; the driver speaks UTF-8 here",
        ),
        (
            DatabaseConfig::new(DatabaseKind::Sqlite, "d").user("x"),
            "user: is for servers; SQLite is a file",
        ),
        (
            mysql().option("x", "y"),
            "options: the mysql driver has no parameter `x`; it has charset, collation, \
             connect_timeout, socket, ssl-ca, ssl-cert, ssl-key, ssl-mode, statement-cache-capacity, \
             timezone",
        ),
    ];
    for (config, expected) in cases {
        assert_eq!(config.validate().unwrap_err().to_string(), expected);
    }
}
