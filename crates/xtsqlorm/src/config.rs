//! Which databases an application uses, and how it connects to them.
//!
//! ```
//! use xtsqlorm::config::{DatabaseKind, Settings};
//!
//! let settings = Settings::from_toml(
//!     r#"
//!     [databases.default]
//!     alias = "shop"
//!
//!     [databases.shop]
//!     type = "mysql"
//!     host = "db.example"
//!     user = "ann"
//!     password = "s3cret"
//!     database = "shop"
//!
//!     [databases.shop.pool]
//!     max_connections = 20
//!     "#,
//! )?;
//! let shop = settings.database("default")?;
//! assert_eq!(shop.get_kind(), DatabaseKind::MySql);
//! assert_eq!(shop.get_pool().get_max_connections(), 20);
//! assert_eq!(shop.to_string(), "mysql://ann:***@db.example:3306/shop");
//!
//! let error = settings.database("shopp").unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "unknown database key `shopp`; configured are default, shop; did you mean `shop`?"
//! );
//! # Ok::<(), xtsqlorm::error::ConfigError>(())
//! ```
//!
//! # Where settings come from
//!
//! [`Settings::load`] reads three sources; a later one overrides an earlier one field by field:
//!
//! 1. **The file.** The one that `XTSQLORM_CONFIG` names, and it must exist. Else the first
//!    `xtsqlorm.toml` in the working directory and the folders above it, up to the root; there need
//!    not be one. The name's ending tells TOML, JSON and YAML (feature `yaml`) apart.
//! 2. **`DATABASE_URL`**, the URL of the key `default`. It is put aside where a variable of the
//!    next kind says which database `default` is (its `url`, `alias`, `type`, `host`, `port` or
//!    `database`); beside it, what else a URL says, such as a `password`, is an error. Empty counts
//!    as unset.
//! 3. **Variables that begin with `XTSQLORM__`**, two underscores between names:
//!    `XTSQLORM__DATABASES__MYSQL__POOL__MAX_CONNECTIONS=20`. Numbers and booleans are read from
//!    the text, a list has commas. The key `Sales-EU` of a file is `SALES_EU` in a variable; a key
//!    that no file has is lower case.
//!
//! What an upper source says makes void what contradicts it below: a `url` replaces the parts and
//! replicas of the file, a `password` its `password_file`, `max_connections` its `size`, and an
//! option the same option in another spelling (`sslmode`, `ssl-mode`). Within one
//! source, two fields that contradict each other are an error.
//!
//! Relative paths in the file (`password_file`, the files of `tls`) start at the file's folder,
//! those in variables at the working directory. The path of an SQLite database always starts at the
//! working directory.
//!
//! # Fields of `[databases.KEY]`
//!
//! | Field | Meaning | Default |
//! |---|---|---|
//! | `alias` | another key that this one stands for; no other field beside it | |
//! | `url` | all of the connection in one; not beside the fields up to `options` | |
//! | `type` | `mysql`, `mariadb`, `postgres` (or `postgresql`), `sqlite` | required without `url` |
//! | `host` | name or address; for PostgreSQL also the folder of the socket | `127.0.0.1` |
//! | `port` | 1 to 65535 | 3306; PostgreSQL 5432 |
//! | `user` | account | the driver's: `root`; PostgreSQL `PGUSER` or the system's account |
//! | `password` | its password; an empty one is none | none; PostgreSQL `PGPASSWORD`, `.pgpass` |
//! | `password_file` | file with the password; one newline at its end is cut off | none |
//! | `database` | name; for SQLite a path or `:memory:` | required without `url` |
//! | `charset` | character set of a MySQL or MariaDB connection | the driver's: `utf8mb4` |
//! | `options` | table of further parameters of the driver's URL, and `connect_timeout` | none |
//! | `slow_query` | from which duration on a statement is logged as slow; or `"never"` | never |
//! | `warn_repeated` | how often one transaction may send the same query before that is logged | never |
//! | `echo` | whether each statement is logged | `false` |
//! | `replicas` | list of URLs of servers that hold copies to read from; nothing reads from them yet, and a warning says so | none |
//!
//! An SQLite file that is absent is created, unless `options = { mode = "rw" }` says otherwise.
//!
//! The parameters in `options` and in URLs are those the driver acts upon. MySQL and MariaDB:
//! `collation`, `socket`, `statement-cache-capacity`, `timezone`. PostgreSQL: `application_name`,
//! `options`, `options[name]`, `statement-cache-capacity`. SQLite: `cache`, `immutable`, `mode`,
//! `vfs`. The driver would skip any other without a word, so any other is an error.
//! For TLS, `ssl-mode`, `ssl-ca`, `ssl-cert`, `ssl-key` and PostgreSQL's names for them are taken.
//!
//! # Fields of `[databases.KEY.pool]`
//!
//! | Field | Meaning | Default |
//! |---|---|---|
//! | `size` | connections of normal operation | 5 |
//! | `max_overflow` | connections on top of `size` under load | 10 |
//! | `max_connections` | the sum of both, in place of one of them or of both | 15 |
//! | `min_connections` | connections kept open when nobody asks | 0 |
//! | `acquire_timeout`, `pool_timeout` | how long a caller waits for a connection | `"30s"` |
//! | `connect_timeout` | how long opening one may take | `"5s"` |
//! | `idle_timeout` | how long an unused one is kept; or `"never"` | `"10m"` |
//! | `max_lifetime`, `recycle`, `pool_recycle` | how old one may become; or `"never"` | `"1h"` |
//!
//! A duration is a number of seconds or a text with a unit: `ms`, `s`, `m`, `h`, `d`.
//!
//! # Fields of `[databases.KEY.tls]`
//!
//! | Field | Meaning | Default |
//! |---|---|---|
//! | `mode` | `disabled`, `preferred`, `required`, `verify_ca`, `verify_identity` | `preferred` |
//! | `ca` | PEM file of the authority to trust; needs a mode that verifies | the driver's |
//! | `cert`, `key` | PEM files of the client's certificate and its key | none |
//!
//! # Other sections
//!
//! `[reflect]` belongs to the `xtsqlorm` command; [`Settings::reflect`] hands it out as it is.
//!
//! # Secrets
//!
//! Passwords and the driver's URLs are [`SecretString`]s. `Debug` and `Display` show `***`, and an
//! error about a URL or a password names the field, never the value.

mod check;
mod database;
mod duration;
mod environment;
mod fields;
mod file;
mod kind;
mod nearest;
mod options;
mod place;
mod pool;
mod read;
mod read_pool;
mod read_url;
mod section;
mod settings;
mod tls;
mod write_url;

#[cfg(test)]
mod tests;

use secrecy::SecretString;

pub(crate) use self::nearest::nearest;
pub use self::{
    database::DatabaseConfig,
    kind::DatabaseKind,
    pool::PoolConfig,
    settings::Settings,
    tls::{TlsConfig, TlsMode},
};
use crate::error::ConfigError;

/// Returns the URL of the database that `db_key` stands for, every part percent-encoded.
///
/// Loads the settings anew each time; keep a [`Settings`] to ask more than once.
///
/// # Errors
///
/// As [`Settings::load`] and [`Settings::database`].
pub fn connect_str(db_key: &str) -> Result<SecretString, ConfigError> {
    Settings::load()?
        .database(db_key)
        .map(|config| config.connect_str())
}
