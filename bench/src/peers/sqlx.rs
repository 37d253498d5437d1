//! sqlx by hand: on connections that are held, which everything is measured against, and on its pool
//! as it comes.

mod bulk;
mod held;
mod peer;
mod row;
mod text;

use std::{str::FromStr, sync::Arc};

use sqlx::{
    MySql, MySqlConnection, PgConnection, Postgres, Sqlite, SqliteConnection,
    mysql::{MySqlConnectOptions, MySqlPoolOptions, MySqlSslMode},
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use work::{Backend, Peer, Result, Target};

use self::{held::Source, text::Text};

/// A peer of one database driver.
struct Sqlx<DB: sqlx::Database> {
    source: Source<DB>,
    backend: Backend,
    text: Text,
}

pub(super) async fn connect(target: &Target, held: bool) -> Result<Arc<dyn Peer>> {
    let text = Text::of(target.backend);
    let backend = target.backend;
    Ok(match target.backend {
        Backend::Sqlite => {
            let options = SqliteConnectOptions::from_str(&target.url)?;
            let source: Source<Sqlite> = if held {
                Source::hold::<SqliteConnection>(&options, target.pool).await?
            } else {
                let pool = SqlitePoolOptions::new().max_connections(target.pool);
                Source::Pool(pool.connect_with(options).await?)
            };
            Arc::new(Sqlx {
                source,
                backend,
                text,
            })
        }
        Backend::MySql | Backend::MariaDb => {
            let options =
                MySqlConnectOptions::from_str(&target.url)?.ssl_mode(MySqlSslMode::Disabled);
            let source: Source<MySql> = if held {
                Source::hold::<MySqlConnection>(&options, target.pool).await?
            } else {
                let pool = MySqlPoolOptions::new().max_connections(target.pool);
                Source::Pool(pool.connect_with(options).await?)
            };
            Arc::new(Sqlx {
                source,
                backend,
                text,
            })
        }
        Backend::Postgres => {
            let options = PgConnectOptions::from_str(&target.url)?;
            let source: Source<Postgres> = if held {
                Source::hold::<PgConnection>(&options, target.pool).await?
            } else {
                let pool = PgPoolOptions::new().max_connections(target.pool);
                Source::Pool(pool.connect_with(options).await?)
            };
            Arc::new(Sqlx {
                source,
                backend,
                text,
            })
        }
    })
}
