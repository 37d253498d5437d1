//! A database of its own for each claim, on each backend, and what claims look at it with.

mod database;
mod dataset;
mod ledger;
mod proxy;
mod random;
mod raw;
mod run;

pub(crate) use self::{
    database::{Kind, TestDatabase},
    dataset::{dataset, load},
    ledger::{NOTHING, balance, create_ledger, deposit, ledger_row},
    proxy::{Proxy, Trap, Way},
    random::Random,
    raw::Raw,
    run::{eventually, run},
};

/// What a claim returns: any error fails it.
pub(crate) type Result<T = (), E = anyhow::Error> = std::result::Result<T, E>;

/// Makes `claim::{sqlite, mysql, mariadb, postgres}` from `async fn claim(db: TestDatabase) -> Result`.
macro_rules! on_every_backend {
    ($($claim:ident),+ $(,)?) => {$(
        mod $claim {
            use crate::support::{self, Kind};

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                support::run(Kind::Sqlite, super::$claim).await;
            }

            $crate::support::server_tests!($claim);
        }
    )+};
}

/// Makes `claim::{mysql, mariadb, postgres}`, for what SQLite has not.
macro_rules! on_every_server {
    ($($claim:ident),+ $(,)?) => {$(
        mod $claim {
            use crate::support::{self, Kind};

            $crate::support::server_tests!($claim);
        }
    )+};
}

/// Makes `claim::{mysql, mariadb}`, for what differs from server to server.
macro_rules! on_mysql_and_mariadb {
    ($($claim:ident),+ $(,)?) => {$(
        mod $claim {
            use crate::support::{self, Kind};

            $crate::support::server_test!($claim, mysql, MySql);
            $crate::support::server_test!($claim, mariadb, MariaDb);
        }
    )+};
}

/// Makes `claim::mysql`.
macro_rules! on_mysql {
    ($($claim:ident),+ $(,)?) => {$(
        mod $claim {
            use crate::support::{self, Kind};

            $crate::support::server_test!($claim, mysql, MySql);
        }
    )+};
}

/// Makes `claim::mariadb`.
macro_rules! on_mariadb {
    ($($claim:ident),+ $(,)?) => {$(
        mod $claim {
            use crate::support::{self, Kind};

            $crate::support::server_test!($claim, mariadb, MariaDb);
        }
    )+};
}

/// Makes `claim::postgres`.
macro_rules! on_postgres {
    ($($claim:ident),+ $(,)?) => {$(
        mod $claim {
            use crate::support::{self, Kind};

            $crate::support::server_test!($claim, postgres, Postgres);
        }
    )+};
}

/// Makes `claim::sqlite`.
macro_rules! on_sqlite {
    ($($claim:ident),+ $(,)?) => {$(
        mod $claim {
            use crate::support::{self, Kind};

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                support::run(Kind::Sqlite, super::$claim).await;
            }
        }
    )+};
}

macro_rules! server_tests {
    ($claim:ident) => {
        $crate::support::server_test!($claim, mysql, MySql);
        $crate::support::server_test!($claim, mariadb, MariaDb);
        $crate::support::server_test!($claim, postgres, Postgres);
    };
}

macro_rules! server_test {
    ($claim:ident, $name:ident, $kind:ident) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        #[ignore = "needs a server: scripts/test"]
        async fn $name() {
            support::run(Kind::$kind, super::$claim).await;
        }
    };
}

pub(crate) use {
    on_every_backend, on_every_server, on_mariadb, on_mysql, on_mysql_and_mariadb, on_postgres,
    on_sqlite, server_test, server_tests,
};
