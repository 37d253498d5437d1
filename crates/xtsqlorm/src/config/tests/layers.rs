//! Files, the environment, and which of them wins.

use std::{fs, path::Path};

use secrecy::ExposeSecret;
use tempfile::TempDir;

use super::{exposed, load};
use crate::config::{Settings, TlsMode};

const FILE: &str = r#"
    [databases.default]
    type = "mysql"
    host = "file.example"
    user = "ann"
    password = "from-file"
    database = "shop"
    replicas = ["mysql://r.example/shop"]
    pool = { size = 3, max_overflow = 2, pool_timeout = 7 }

    [databases.Sales-EU]
    type = "sqlite"
    database = "sales.db"

    [databases.by-url]
    url = "postgres://h/d"

    [databases.other]
    alias = "by-url"
"#;

/// A working directory with [`FILE`] in it.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("xtsqlorm.toml"), FILE).unwrap();
    folder
}

/// The driver's URL of `key`.
fn url(settings: &Settings, key: &str) -> String {
    exposed(&settings.database(key).unwrap())
}

#[test]
fn the_file_of_the_working_directory_is_read() {
    let folder = folder();
    let settings = load(&[], folder.path()).unwrap();
    assert_eq!(
        settings.file(),
        Some(folder.path().join("xtsqlorm.toml").as_path())
    );
    assert_eq!(
        url(&settings, "default"),
        "mysql://ann:from-file@file.example:3306/shop"
    );
}

#[test]
fn the_file_of_the_nearest_folder_above_is_read() {
    let folder = folder();
    let below = folder.path().join("a/b");
    fs::create_dir_all(&below).unwrap();
    assert!(load(&[], &below).unwrap().database("default").is_ok());
    fs::write(
        folder.path().join("a/xtsqlorm.toml"),
        "databases.near.url = 'sqlite::memory:'",
    )
    .unwrap();
    assert_eq!(
        load(&[], &below).unwrap().keys().collect::<Vec<_>>(),
        ["near"]
    );
}

#[test]
fn yaml_and_json_say_the_same_as_toml() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        (
            "c.yaml",
            "databases:\n  db:\n    type: mysql\n    port: 3310\n    database: shop\n    host:\n",
        ),
        (
            "c.YML",
            "databases: {db: {type: mysql, port: 3310, database: shop}}",
        ),
        (
            "c.json",
            r#"{"databases":{"db":{"type":"mysql","port":3310,"database":"shop","host":null}}}"#,
        ),
        (
            "c.toml",
            "databases.db = { type = 'mysql', port = 3310, database = 'shop' }",
        ),
    ] {
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();
        assert_eq!(
            url(&Settings::from_file(&file).unwrap(), "db"),
            "mysql://127.0.0.1:3310/shop"
        );
        let settings = load(&[("XTSQLORM_CONFIG", name)], folder.path()).unwrap();
        assert_eq!(settings.file(), Some(file.as_path()));
    }
}

#[test]
fn without_a_file_the_environment_says_everything() {
    let folder = tempfile::tempdir().unwrap();
    let settings = load(
        &[
            ("XTSQLORM__DATABASES__MAIN__TYPE", "mysql"),
            ("XTSQLORM__DATABASES__MAIN__DATABASE", "shop"),
            ("XTSQLORM__DATABASES__MAIN__PORT", "3310"),
            ("XTSQLORM__DATABASES__MAIN__ECHO", "true"),
            ("XTSQLORM__DATABASES__MAIN__PASSWORD", "00123"),
            ("XTSQLORM__DATABASES__MAIN__POOL__MAX_CONNECTIONS", "20"),
            ("XTSQLORM__DATABASES__MAIN__POOL__ACQUIRE_TIMEOUT", "250ms"),
            (
                "XTSQLORM__DATABASES__MAIN__OPTIONS__STATEMENT_CACHE_CAPACITY",
                "7",
            ),
            (
                "XTSQLORM__DATABASES__MAIN__REPLICAS",
                "mysql://a/shop, mysql://b/shop",
            ),
            ("XTSQLORM_TEST_MYSQL_URL", "ignored"),
            ("XTSQLORM_DATASETS", "ignored"),
            ("XTSQLORM_CONFIG", ""),
            ("DATABASE_URL", "sqlite::memory:"),
        ],
        folder.path(),
    )
    .unwrap();
    assert_eq!(settings.file(), None);
    assert_eq!(settings.keys().collect::<Vec<_>>(), ["default", "main"]);
    let main = settings.database("main").unwrap();
    assert_eq!(
        exposed(&main),
        "mysql://:00123@127.0.0.1:3310/shop?statement-cache-capacity=7"
    );
    assert!(main.get_echo());
    assert_eq!(main.get_pool().get_max_connections(), 20);
    assert_eq!(main.get_pool().get_acquire_timeout().as_millis(), 250);
    assert_eq!(main.get_replicas().len(), 2);
    assert!(settings.database("default").unwrap().is_memory());
}

#[test]
fn variables_override_the_file_field_by_field() {
    let folder = folder();
    let settings = load(
        &[
            ("XTSQLORM__DATABASES__DEFAULT__PASSWORD", "p@ss"),
            ("XTSQLORM__DATABASES__DEFAULT__POOL__MAX_CONNECTIONS", "20"),
            ("XTSQLORM__DATABASES__DEFAULT__POOL__ACQUIRE_TIMEOUT", "1"),
            ("XTSQLORM__DATABASES__SALES_EU__DATABASE", "other.db"),
            ("XTSQLORM__DATABASES__BY_URL__URL", "mariadb://m/d"),
        ],
        folder.path(),
    )
    .unwrap();
    let default = settings.database("default").unwrap();
    assert_eq!(
        exposed(&default),
        "mysql://ann:p%40ss@file.example:3306/shop"
    );
    assert_eq!(default.get_pool().get_max_connections(), 20);
    assert_eq!(default.get_pool().get_acquire_timeout().as_secs(), 1);
    assert_eq!(default.get_replicas().len(), 1);
    assert_eq!(
        settings.database("Sales-EU").unwrap().get_database(),
        Some("other.db")
    );
    assert_eq!(url(&settings, "other"), "mysql://m:3306/d");
}

#[test]
fn database_url_replaces_the_connection_of_default_and_keeps_its_pool() {
    let folder = folder();
    let settings = load(
        &[("DATABASE_URL", "postgres://env.example/d")],
        folder.path(),
    )
    .unwrap();
    let default = settings.database("default").unwrap();
    assert_eq!(exposed(&default), "postgres://env.example:5432/d");
    assert_eq!(default.get_pool().get_size(), 3);
    assert!(default.get_replicas().is_empty());
    let settings = load(&[("DATABASE_URL", "")], folder.path()).unwrap();
    assert!(url(&settings, "default").contains("file.example"));
}

#[test]
fn a_variable_that_says_where_default_is_puts_database_url_aside() {
    let folder = folder();
    let default = |name, value| {
        let settings = load(
            &[("DATABASE_URL", "postgres://env/d"), (name, value)],
            folder.path(),
        );
        url(&settings.unwrap(), "default")
    };
    assert_eq!(
        default("XTSQLORM__DATABASES__DEFAULT__URL", "mysql://x/d"),
        "mysql://x:3306/d"
    );
    assert_eq!(
        default("XTSQLORM__DATABASES__DEFAULT__ALIAS", "by-url"),
        "postgres://h:5432/d"
    );
    assert_eq!(
        default("XTSQLORM__DATABASES__DEFAULT__HOST", "x"),
        "mysql://ann:from-file@x:3306/shop"
    );
    assert_eq!(
        default("XTSQLORM__DATABASES__DEFAULT__ECHO", "1"),
        "postgres://env:5432/d"
    );
}

/// Else the password would go to the server of the file.
#[test]
fn a_lone_password_of_a_variable_does_not_put_database_url_aside() {
    let folder = folder();
    for (field, value) in [
        ("USER", "bob"),
        ("PASSWORD", "s3cret"),
        ("PASSWORD_FILE", "secret"),
        ("CHARSET", "latin1"),
        ("OPTIONS__SOCKET", "/tmp/s"),
    ] {
        let name = format!("XTSQLORM__DATABASES__DEFAULT__{field}");
        let error = load(
            &[("DATABASE_URL", "mysql://env/d"), (&name, value)],
            folder.path(),
        );
        let error = error.unwrap_err().to_string();
        assert!(
            error.ends_with("stands beside `url`, which says all of it; keep one of them"),
            "{error}"
        );
    }
    for (field, value) in [("PORT", "3307"), ("DATABASE", "other"), ("TYPE", "mariadb")] {
        let name = format!("XTSQLORM__DATABASES__DEFAULT__{field}");
        let settings = load(
            &[("DATABASE_URL", "postgres://env/d"), (&name, value)],
            folder.path(),
        );
        assert!(url(&settings.unwrap(), "default").starts_with("mysql://ann:from-file@file"));
    }
}

#[test]
fn an_option_replaces_the_same_option_in_another_spelling() {
    let folder = tempfile::tempdir().unwrap();
    let text = "databases.db = { type = 'mysql', database = 'd', \
                options = { sslmode = 'disabled', time_zone = '+00:00' } }";
    fs::write(folder.path().join("xtsqlorm.toml"), text).unwrap();
    let settings = load(
        &[
            ("XTSQLORM__DATABASES__DB__OPTIONS__SSL_MODE", "verify_full"),
            ("XTSQLORM__DATABASES__DB__OPTIONS__TIMEZONE", "+01:00"),
        ],
        folder.path(),
    );
    let config = settings.unwrap().database("db").unwrap();
    assert_eq!(config.get_tls().get_mode(), TlsMode::VerifyIdentity);
    assert_eq!(config.get_options()["timezone"], "+01:00");
    assert_eq!(config.get_options().len(), 1);
    // What the environment does not name stays.
    let config = load(&[], folder.path()).unwrap().database("db").unwrap();
    assert_eq!(config.get_tls().get_mode(), TlsMode::Disabled);
}

#[test]
fn an_option_in_two_spellings_of_one_source_is_refused() {
    let error = |text: &str| Settings::from_toml(text).unwrap_err().to_string();
    assert_eq!(
        error(
            "databases.db = { type = 'mysql', database = 'd', \
             options = { ssl-mode = 'disabled', sslmode = 'required' } }"
        ),
        "databases.db.options.sslmode: is `ssl-mode` in another spelling; \
         keep one of them"
    );
    // One setting of a server is not another one.
    let both = "databases.db = { type = 'postgres', database = 'd', \
                options = { 'options[a-b]' = '1', 'options[a_b]' = '2' } }";
    assert!(Settings::from_toml(both).is_ok());
}

#[test]
fn a_type_or_url_of_a_variable_ends_an_alias_of_the_file() {
    let folder = folder();
    let settings = load(
        &[("XTSQLORM__DATABASES__OTHER__URL", "mysql://x/d")],
        folder.path(),
    )
    .unwrap();
    assert_eq!(url(&settings, "other"), "mysql://x:3306/d");
    let error = load(
        &[("XTSQLORM__DATABASES__OTHER__PASSWORD", "s3cret")],
        folder.path(),
    );
    assert_eq!(
        error.unwrap_err().to_string(),
        "databases.other.password (environment variable XTSQLORM__DATABASES__OTHER__PASSWORD): \
         the database is an alias of `by-url` and has no other fields; set it there",
    );
}

#[test]
fn connect_str_loads_the_settings_of_the_process() {
    // This package lies below the sample file, so the key is there whatever the variables say.
    let expected = exposed(&Settings::load().unwrap().database("mariadb").unwrap());
    assert_eq!(
        crate::config::connect_str("mariadb")
            .unwrap()
            .expose_secret(),
        expected
    );
    assert!(crate::config::connect_str("no such key").is_err());
}

#[test]
fn password_files_are_read_when_their_database_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    file(
        "xtsqlorm.toml",
        "databases.db = { type = 'mysql', database = 'd', password_file = 'secret' }",
    );
    let settings = load(&[], folder.path()).unwrap();
    let password = || {
        let config = settings.database("db").unwrap();
        config
            .get_password()
            .map(|password| password.expose_secret().to_owned())
    };
    for (text, expected) in [
        ("p w\n", Some("p w")),
        ("p\r\n", Some("p")),
        ("p\n\n", Some("p\n")),
        (" p", Some(" p")),
        ("\n", None),
    ] {
        file("secret", text);
        assert_eq!(password().as_deref(), expected);
    }
    fs::remove_file(folder.path().join("secret")).unwrap();
    let error = settings.database("db").unwrap_err();
    let path = folder.path().join("secret");
    assert_eq!(
        error.to_string(),
        format!(
            "databases.db.password_file (xtsqlorm.toml): cannot read the password from {}",
            path.display()
        ),
    );
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("os error 2"), "{source}");
}

#[test]
fn a_password_of_a_variable_replaces_the_password_file() {
    let folder = tempfile::tempdir().unwrap();
    let text = "databases.db = { type = 'mysql', database = 'd', password_file = 'absent' }";
    fs::write(folder.path().join("xtsqlorm.toml"), text).unwrap();
    let settings = load(
        &[("XTSQLORM__DATABASES__DB__PASSWORD", "pw")],
        folder.path(),
    )
    .unwrap();
    assert_eq!(url(&settings, "db"), "mysql://:pw@127.0.0.1:3306/d");
}

#[test]
fn relative_paths_start_where_they_were_written() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("conf")).unwrap();
    let text = "databases.db = { type = 'mysql', database = 'd', tls = { mode = 'verify_ca', ca = \
        'ca.pem' } }";
    fs::write(folder.path().join("conf/my.toml"), text).unwrap();
    let ca = |variables: &[(&str, &str)]| {
        let settings = load(variables, folder.path()).unwrap();
        settings
            .database("db")
            .unwrap()
            .get_tls()
            .get_ca()
            .unwrap()
            .to_owned()
    };
    let config = ("XTSQLORM_CONFIG", "conf/my.toml");
    assert_eq!(ca(&[config]), folder.path().join("conf/ca.pem"));
    let variable = ("XTSQLORM__DATABASES__DB__TLS__CA", "env.pem");
    assert_eq!(ca(&[config, variable]), Path::new("env.pem"));
}
