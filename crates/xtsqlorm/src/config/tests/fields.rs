//! Every field arrives, with its default where it is not given.

use std::{path::Path, time::Duration};

use super::{db, exposed};
use crate::config::{DatabaseKind, PoolConfig, Settings, TlsConfig, TlsMode};

#[test]
fn only_type_and_database_are_required() {
    let config = db("databases.db = { type = 'mysql', database = 'shop' }");
    assert_eq!(config.get_kind(), DatabaseKind::MySql);
    assert_eq!(config.get_host(), Some("127.0.0.1"));
    assert_eq!(config.get_port(), Some(3306));
    assert_eq!(config.get_user(), None);
    assert!(config.get_password().is_none());
    assert_eq!(config.get_database(), Some("shop"));
    assert_eq!(config.get_charset(), None);
    assert!(config.get_options().is_empty());
    assert_eq!(config.get_pool(), &PoolConfig::new());
    assert_eq!(config.get_tls(), &TlsConfig::new());
    assert_eq!(config.get_slow_query(), None);
    assert!(!config.get_echo());
    assert!(config.get_replicas().is_empty());
    assert_eq!(exposed(&config), "mysql://127.0.0.1:3306/shop");
}

#[test]
fn a_pool_has_the_documented_defaults() {
    let pool = PoolConfig::default();
    assert_eq!(
        (
            pool.get_size(),
            pool.get_max_overflow(),
            pool.get_max_connections()
        ),
        (5, 10, 15)
    );
    assert_eq!(pool.get_min_connections(), 0);
    assert_eq!(pool.get_acquire_timeout(), Duration::from_secs(30));
    assert_eq!(pool.get_connect_timeout(), Duration::from_secs(5));
    assert_eq!(pool.get_idle_timeout(), Some(Duration::from_secs(600)));
    assert_eq!(pool.get_max_lifetime(), Some(Duration::from_secs(3600)));
}

#[test]
fn every_field_arrives() {
    let config = db(r#"
        [databases.db]
        type = "mariadb"
        host = "db.example"
        port = 3310
        user = "ann"
        password = "s3cret"
        database = "shop"
        charset = "latin1"
        options = { connect_timeout = "10", statement_cache_capacity = 50 }
        slow_query = "500ms"
        echo = true
        replicas = [
            "mariadb://bob@r1.example/shop",
            "mysql://r2.example:3311/shop?ssl-mode=REQUIRED",
        ]
        [databases.db.pool]
        size = 3
        max_overflow = 4
        min_connections = 2
        pool_timeout = 1.5
        idle_timeout = "never"
        pool_recycle = "2h"
        [databases.db.tls]
        mode = "verify_ca"
        ca = "ca.pem"
        cert = "cert.pem"
        key = "key.pem"
    "#);
    assert_eq!(
        exposed(&config),
        "mysql://ann:s3cret@db.example:3310/shop?ssl-mode=VERIFY_CA&ssl-ca=ca.pem&ssl-cert=cert.pem\
         &ssl-key=key.pem&charset=latin1&statement-cache-capacity=50",
    );
    assert_eq!(config.get_slow_query(), Some(Duration::from_millis(500)));
    assert!(config.get_echo());
    let pool = config.get_pool();
    assert_eq!(
        (pool.get_max_connections(), pool.get_min_connections()),
        (7, 2)
    );
    assert_eq!(pool.get_acquire_timeout(), Duration::from_millis(1500));
    assert_eq!(pool.get_connect_timeout(), Duration::from_secs(10));
    assert_eq!(pool.get_idle_timeout(), None);
    assert_eq!(pool.get_max_lifetime(), Some(Duration::from_secs(7200)));
    let replicas = config.get_replicas();
    assert_eq!(
        exposed(&replicas[0]),
        "mysql://bob@r1.example:3306/shop?ssl-mode=VERIFY_CA&ssl-ca=ca.pem&ssl-cert=cert.pem\
         &ssl-key=key.pem&charset=latin1",
    );
    assert_eq!(
        exposed(&replicas[1]),
        "mysql://r2.example:3311/shop?ssl-mode=REQUIRED&charset=latin1"
    );
    assert!(
        replicas
            .iter()
            .all(|replica| replica.get_pool() == pool && replica.get_echo())
    );
}

#[test]
fn the_cap_of_a_pool_combines_with_its_size() {
    let pool = |fields: &str| {
        let text =
            format!("databases.db = {{ type = 'mysql', database = 'd', pool = {{ {fields} }} }}");
        let config = db(&text);
        (
            config.get_pool().get_size(),
            config.get_pool().get_max_overflow(),
        )
    };
    assert_eq!(pool("max_connections = 20"), (20, 0));
    assert_eq!(pool("max_connections = 20, size = 8"), (8, 12));
    assert_eq!(pool("max_connections = 20, max_overflow = 8"), (12, 8));
    assert_eq!(
        pool("max_connections = 20, size = 8, max_overflow = 12"),
        (8, 12)
    );
    assert_eq!(pool("size = 1"), (1, 10));
}

#[test]
fn durations_have_units_or_are_seconds() {
    let slow = |value: &str| {
        db(&format!(
            "databases.db = {{ type = 'mysql', database = 'd', slow_query = {value} }}"
        ))
        .get_slow_query()
    };
    let millis = |count| Some(Duration::from_millis(count));
    assert_eq!(slow("'500ms'"), millis(500));
    assert_eq!(slow("'3 ms'"), millis(3));
    assert_eq!(slow("'30s'"), millis(30_000));
    assert_eq!(slow("'5m'"), millis(300_000));
    assert_eq!(slow("'1.5h'"), millis(5_400_000));
    assert_eq!(slow("'2d'"), millis(172_800_000));
    assert_eq!(slow("'30'"), millis(30_000));
    assert_eq!(slow("30"), millis(30_000));
    assert_eq!(slow("0.25"), millis(250));
    assert_eq!(slow("0"), millis(0));
    assert_eq!(slow("'never'"), None);
}

#[test]
fn tls_modes_have_the_names_of_both_servers() {
    let mode = |name: &str| {
        let text =
            format!("databases.db = {{ type = 'postgres', database = 'd', tls.mode = '{name}' }}");
        db(&text).get_tls().get_mode()
    };
    assert_eq!(mode("disable"), TlsMode::Disabled);
    assert_eq!(mode("PREFERRED"), TlsMode::Preferred);
    assert_eq!(mode("require"), TlsMode::Required);
    assert_eq!(mode("verify-ca"), TlsMode::VerifyCa);
    assert_eq!(mode("VERIFY_IDENTITY"), TlsMode::VerifyIdentity);
    assert_eq!(mode("verify-full"), TlsMode::VerifyIdentity);
}

#[test]
fn sqlite_in_memory_is_told_from_files() {
    let memory = |database: &str| {
        db(&format!(
            "databases.db = {{ type = 'sqlite', database = '{database}' }}"
        ))
        .is_memory()
    };
    assert!(memory(":memory:"));
    assert!(!memory("memory.db"));
    assert!(
        db("databases.db = { type = 'sqlite', database = 'a', options = { mode = 'memory' } }")
            .is_memory()
    );
}

#[test]
fn aliases_lead_to_a_database() {
    let settings = Settings::from_toml(
        "databases = { default = { alias = 'main' }, main = { alias = 'lite' }, \
         lite = { type = 'sqlite', database = 'x.db' } }",
    )
    .unwrap();
    assert_eq!(
        settings.keys().collect::<Vec<_>>(),
        ["default", "lite", "main"]
    );
    assert_eq!(
        settings.database("default").unwrap().to_string(),
        "sqlite://x.db"
    );
}

#[test]
fn the_reflect_section_is_handed_out_as_it_is() {
    #[derive(Default, serde::Deserialize)]
    struct Reflect {
        types: std::collections::BTreeMap<String, String>,
    }
    let settings = Settings::from_toml("[reflect.types]\n'products.public_id' = 'Uuid'").unwrap();
    let reflect: Reflect = settings.reflect().unwrap();
    assert_eq!(reflect.types["products.public_id"], "Uuid");
    assert!(
        Settings::from_toml("")
            .unwrap()
            .reflect::<Reflect>()
            .unwrap()
            .types
            .is_empty()
    );
    let error = Settings::from_toml("reflect = { types = 3 }")
        .unwrap()
        .reflect::<Reflect>();
    assert!(
        error
            .err()
            .unwrap()
            .to_string()
            .starts_with("reflect: invalid type: integer `3`")
    );
}

#[test]
fn the_sample_at_the_root_is_valid() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../xtsqlorm.toml");
    let settings = Settings::from_file(file).unwrap();
    assert_eq!(
        settings.keys().collect::<Vec<_>>(),
        ["default", "mariadb", "mysql", "postgres"]
    );
    let urls: Vec<_> = settings
        .keys()
        .map(|key| settings.database(key).unwrap().to_string())
        .collect();
    assert_eq!(
        urls,
        [
            "sqlite://xtsqlorm.db",
            "mariadb://root@127.0.0.1:33307/xtsqlorm",
            "mysql://root@127.0.0.1:33306/xtsqlorm?charset=utf8mb4",
            "postgres://postgres@127.0.0.1:35432/xtsqlorm",
        ],
    );
}
