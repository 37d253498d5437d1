//! No message, `Debug` or `Display` shows a password.

use std::{error::Error, fs};

use super::load;
use crate::config::{DatabaseConfig, DatabaseKind, Settings};

/// What must not appear anywhere.
const SECRET: &str = "hunter2";

/// Fails if any form of `error` shows the secret.
#[track_caller]
fn silent(error: &dyn Error) {
    let mut at = Some(error);
    while let Some(error) = at {
        for text in [
            error.to_string(),
            format!("{error:?}"),
            format!("{error:#?}"),
        ] {
            assert!(!text.to_lowercase().contains(SECRET), "{text}");
        }
        at = error.source();
    }
}

#[test]
fn configurations_show_stars() {
    let text = format!(
        r#"
        [databases.parts]
        type = "mysql"
        user = "ann"
        password = "{SECRET}"
        database = "d"
        replicas = ["mysql://bob:{SECRET}@r/d"]
        [databases.url]
        url = "postgres://ann:{SECRET}@h/d?options=-c%20app.key={SECRET}"
        [databases.query]
        url = "postgres://h/d?user=ann&password={SECRET}"
        "#
    );
    let settings = Settings::from_toml(&text).unwrap();
    let shown = format!("{settings:?} {settings:#?}");
    assert!(!shown.contains(SECRET), "{shown}");
    for (key, url) in [
        ("parts", "mysql://ann:***@127.0.0.1:3306/d"),
        ("url", "postgres://ann:***@h:5432/d?options=***"),
        ("query", "postgres://ann:***@h:5432/d"),
    ] {
        let config = settings.database(key).unwrap();
        assert_eq!(config.to_string(), url);
        assert_eq!(config.redacted_url(), url);
        let shown = format!("{config:?} {config:#?} {:?}", config.connect_str());
        assert!(!shown.contains(SECRET), "{shown}");
        assert!(shown.contains(url), "{shown}");
        let replicas = format!("{:?}", config.get_replicas());
        assert!(!replicas.contains(SECRET), "{replicas}");
    }
}

#[test]
fn broken_urls_stay_unseen() {
    for url in [
        "hunter2",
        "hunter2:x",
        "root:hunter2@h/d",
        "mysql:root:hunter2@h/d",
        "mysql://root:hunter2@h:port/d",
        "mysql://root:hunter2/d",
        "mysql://root:hunter2",
        "mysql://root:1/hunter2@h/d",
        "mysql://root:1#hunter2@h/d",
        "mysql://root:1?hunter2@h/d",
        "mysql://root:hunter2@/d",
        "mysql://root:hunter2@[::1/d",
        "mysql://root:hunter2%FF@h/d",
        "mysql://root:hunter2\t@h/d",
        "mysql://root:hunter2@h h/d",
        "mysql://root:hunter2@h/d?nonsense=hunter2",
        "mysql://root:hunter2@h/d?ssl-mode=hunter2",
        "postgres://root:hunter2@h/d?port=hunter2",
        "postgres://root:hunter2@h/d?connect_timeout=hunter2",
        "postgres://root:hunter2@h/d?statement-cache-capacity=hunter2",
        "postgres://root:hunter2@h/d?sslcert=hunter2",
        "oracle://root:hunter2@h/d",
        "sqlite://a.db?mode=hunter2",
        "sqlite://a.db?key=hunter2",
    ] {
        silent(&DatabaseConfig::from_url(url).expect_err(url));
        let config = DatabaseConfig::new(DatabaseKind::MySql, "d");
        silent(
            &config
                .replica(url)
                .and_then(|config| config.validate())
                .expect_err(url),
        );
        let settings = |text: String| Settings::from_toml(&text).expect_err(url);
        silent(&settings(format!("databases.db.url = {url:?}")));
        silent(&settings(format!(
            "databases.db = {{ type = 'mysql', database = 'd', replicas = [{url:?}] }}"
        )));
        let folder = tempfile::tempdir().unwrap();
        silent(&load(&[("DATABASE_URL", url)], folder.path()).expect_err(url));
        silent(&load(&[("XTSQLORM__DATABASES__X__REPLICAS", url)], folder.path()).expect_err(url));
    }
}

#[test]
fn a_url_in_the_wrong_field_stays_unseen() {
    let url = "mysql://root:hunter2@h/d";
    for field in fields_but(&["url", "password", "password_file", "user", "charset"]) {
        let text =
            format!("databases.db = {{ database = 'd', type = 'mysql', {field} = '{url}' }}");
        let text = match field {
            "type" => text.replace("type = 'mysql', ", ""),
            "database" => text.replace("database = 'd', ", ""),
            _ => text,
        };
        silent(&Settings::from_toml(&text).expect_err(field));
    }
    for field in ["mode", "ca"] {
        let text =
            format!("databases.db = {{ database = 'd', type = 'mysql', tls.{field} = '{url}' }}");
        silent(&Settings::from_toml(&text).expect_err(field));
    }
    let settings = Settings::from_toml("databases.db.url = 'sqlite::memory:'").unwrap();
    silent(&settings.database(url).unwrap_err());
    silent(&Settings::from_toml(&format!("databases.db.alias = '{url}'")).unwrap_err());
    silent(
        &Settings::from_toml(&format!(
            "databases.db = {{ alias = '{url}', echo = true }}"
        ))
        .unwrap_err(),
    );
    silent(&Settings::from_toml(&format!("databases.db = '{url}'")).unwrap_err());
    silent(&Settings::from_toml(&format!("databases = '{url}'")).unwrap_err());
    silent(&url.parse::<DatabaseKind>().unwrap_err());
}

/// The fields of a database but a few.
fn fields_but(left_out: &[&str]) -> Vec<&'static str> {
    let fields = crate::config::fields::DATABASE.iter().copied();
    fields.filter(|field| !left_out.contains(field)).collect()
}

#[test]
fn a_password_of_the_wrong_type_stays_unseen() {
    for value in [
        "['hunter2']",
        "{ hunter2 = 'hunter2' }",
        "20240203",
        "true",
        "1.25",
        "2024-02-03",
    ] {
        for field in ["password", "url", "replicas", "options"] {
            let text =
                format!("databases.db = {{ type = 'mysql', database = 'd', {field} = {value} }}");
            let Err(error) = Settings::from_toml(&text) else {
                continue;
            };
            let shown = format!("{error} {error:?}");
            for secret in ["20240203", "true", "1.25", "2024-02-03"] {
                assert!(!shown.contains(secret), "{shown}");
            }
            if !(field == "options" && value.starts_with('{')) {
                silent(&error);
            }
        }
    }
}

#[test]
fn a_file_that_does_not_parse_shows_no_line_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("a.toml", "password = \"hunter2"),
        ("a.toml", "password = hunter2"),
        ("a.toml", "password = 'hunter2"),
        ("a.toml", "password = '''hunter2"),
        ("a.toml", "password = \"hunter2\\q\""),
        ("a.toml", "password = \"x\" hunter2"),
        ("a.toml", "password \"hunter2\""),
        ("a.toml", "hunter2"),
        ("a.toml", "password = \"hunter2\"\npassword = \"hunter2\""),
        ("a.toml", "password = 9hunter2"),
        ("a.toml", "url = \"mysql://root:hunter2@h\nd\""),
        ("a.json", "{\"password\": \"hunter2}"),
        ("a.json", "{\"password\": hunter2}"),
        ("a.json", "\"hunter2\""),
        ("a.json", "[\"hunter2\"]"),
        ("a.yaml", "password: \"hunter2"),
        ("a.yaml", "password: *hunter2"),
        ("a.yaml", "password: !hunter2!x y"),
        ("a.yaml", "password: @hunter2"),
        ("a.yaml", "password: {hunter2"),
        ("a.yaml", "hunter2"),
        ("a.yaml", "- hunter2"),
        ("a.yaml", "{[hunter2]: x}"),
        ("a.yaml", "%hunter2\n---\nx"),
    ] {
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();
        silent(&Settings::from_file(&file).expect_err(text));
        if name.ends_with("toml") {
            silent(&Settings::from_toml(text).expect_err(text));
        }
    }
}
