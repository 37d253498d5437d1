//! diesel-async, on connections that are held and on the pool that its documentation shows.

mod peer;
mod row;
mod source;

use std::sync::Arc;

use diesel::SqliteConnection;
use diesel_async::{
    AsyncMysqlConnection, AsyncPgConnection,
    pooled_connection::{AsyncDieselConnectionManager, PoolableConnection},
    sync_connection_wrapper::SyncConnectionWrapper,
};
use work::{Backend, Peer, Result, Target};

use self::source::Source;

/// SQLite's connection blocks, and is used on threads of its own.
type AsyncSqliteConnection = SyncConnectionWrapper<SqliteConnection>;

/// A peer of one kind of connection.
struct Diesel<C: PoolableConnection + 'static>
where
    AsyncDieselConnectionManager<C>: deadpool::managed::Manager<Type = C>,
{
    source: Source<C>,
}

pub(super) async fn connect(target: &Target, held: bool) -> Result<Arc<dyn Peer>> {
    let file = target.url.trim_start_matches("sqlite://");
    Ok(match target.backend {
        Backend::Sqlite => {
            let source = Source::<AsyncSqliteConnection>::connect(file, target.pool, held).await?;
            Arc::new(Diesel { source })
        }
        Backend::MySql | Backend::MariaDb => {
            // By TCP, as everybody else: it would take the server's socket instead.
            let url = format!("{}?prefer_socket=false", target.url);
            let source = Source::<AsyncMysqlConnection>::connect(&url, target.pool, held).await?;
            Arc::new(Diesel { source })
        }
        Backend::Postgres => {
            let url = &target.url;
            let source = Source::<AsyncPgConnection>::connect(url, target.pool, held).await?;
            Arc::new(Diesel { source })
        }
    })
}
