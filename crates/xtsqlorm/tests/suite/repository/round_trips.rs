//! How often each operation asks the server, counted at the seam, on the wire, and by the server.

use entity::{countries, users};
use xtsqlorm::prelude::*;

use super::writes::user;
use crate::support::{
    Kind, Proxy, Result, TestDatabase, on_every_backend, on_every_server, on_mysql_and_mariadb,
};

on_every_backend!(each_operation_sends_as_few_statements_as_promised);
on_every_server!(nothing_else_is_on_the_wire);
on_mysql_and_mariadb!(the_servers_own_log_agrees);

/// What the table in the module documentation of `repository` promises.
struct Promised {
    create: u64,
    update: u64,
    upsert_known: u64,
    upsert_new: u64,
}

impl Promised {
    fn on(kind: Kind) -> Self {
        let (create, update, upsert_known, upsert_new) = match kind {
            Kind::Postgres | Kind::Sqlite => (1, 1, 1, 1),
            Kind::MariaDb => (1, 2, 2, 2),
            Kind::MySql => (2, 2, 2, 3),
        };
        Self {
            create,
            update,
            upsert_known,
            upsert_new,
        }
    }
}

/// Runs every operation, and gives how often `count` grew by each.
async fn count_all(
    provider: &SessionProvider,
    count: impl Fn() -> u64,
) -> Result<Vec<(&'static str, u64)>> {
    let users = Repository::<users::Entity>::new(provider);
    let countries = Repository::<countries::Entity>::new(provider);
    let country = |code: &str, name: &str| countries::ActiveModel {
        code: Set(code.into()),
        name: Set(name.into()),
    };
    let change = |name: &str| users::ActiveModel {
        name: Set(name.into()),
        ..Default::default()
    };
    let mut counts = Vec::new();
    macro_rules! counted {
        ($name:literal, $operation:expr) => {{
            let before = count();
            let result = $operation.await?;
            counts.push(($name, count() - before));
            result
        }};
    }
    let row = counted!("create", users.create(user("trip@example.com")));
    counted!("get_by_id", users.get_by_id(row.id));
    counted!("require_by_id", users.require_by_id(row.id));
    counted!("get_many", users.get_many([row.id, -1]));
    counted!("get_all", users.get_all(Page::limit(3)));
    counted!("count", users.count());
    counted!("exists", users.exists(row.id));
    counted!(
        "find",
        users.find().filter(users::Column::IsActive.eq(true)).all()
    );
    counted!("update", users.update(row.id, change("New")));
    counted!(
        "update_where",
        users.update_where(users::Column::Id.eq(row.id), change("Newer"))
    );
    counted!("upsert, new", countries.upsert(country("XX", "X")));
    counted!("upsert, known", countries.upsert(country("XX", "Y")));
    counted!(
        "delete_where",
        countries.delete_where(countries::Column::Code.eq("XX"))
    );
    counted!("delete", users.delete(row.id));
    Ok(counts)
}

pub(crate) fn check(kind: Kind, counts: &[(&str, u64)]) {
    let promised = Promised::on(kind);
    for &(operation, count) in counts {
        let expected = match operation {
            "create" => promised.create,
            "update" => promised.update,
            "upsert, new" => promised.upsert_new,
            "upsert, known" => promised.upsert_known,
            _ => 1,
        };
        assert_eq!(count, expected, "{operation} on {kind:?}");
    }
}

/// No BEGIN and COMMIT around one statement, no read before a delete, nothing done twice.
async fn each_operation_sends_as_few_statements_as_promised(db: TestDatabase) -> Result {
    db.migrated().await?;
    let manager = db.manager();
    let counts = count_all(&db.provider(), || manager.statements_sent()).await?;
    check(db.kind(), &counts);
    Ok(())
}

/// No PING on acquire, none on release, and nothing prepared twice: once the statements are known
/// to the connection, the driver sends once for each of ours.
async fn nothing_else_is_on_the_wire(db: TestDatabase) -> Result {
    db.migrated().await?;
    let proxy: Proxy = db.proxy().await;
    let manager = ConnectionManager::connect(&db.config_through(&proxy, 1)).await?;
    let provider = SessionProvider::new(manager.clone());
    // Inside one transaction, so that the connection does not cool down between two operations on
    // a busy machine, and outside, where what comes back to the pool matters.
    count_all(&provider, || proxy.requests()).await?;
    let session = provider.create_session().await?;
    let counts = count_all(&session.provider(), || proxy.requests()).await?;
    session.rollback().await?;
    check(db.kind(), &counts);

    let mut best = u64::MAX;
    for _ in 0..20 {
        let before = proxy.requests();
        let users = Repository::<users::Entity>::new(&provider);
        for id in 0..10 {
            users.get_by_id(id).await?;
        }
        best = best.min(proxy.requests() - before);
    }
    assert_eq!(best, 10, "requests for ten reads outside a transaction");
    manager.dispose().await;
    Ok(())
}

/// MySQL and MariaDB log what each connection sends.
async fn the_servers_own_log_agrees(db: TestDatabase) -> Result {
    db.migrated().await?;
    let manager = db.pool_of(1).await?;
    let provider = SessionProvider::new(manager.clone());
    let mut admin = db.raw().await?;
    let session = provider.create_session().await?;
    let id = "SELECT CAST(CONNECTION_ID() AS SIGNED)";
    let row = session
        .query_one_raw(sea_orm::Statement::from_string(
            sea_orm::DbBackend::MySql,
            id,
        ))
        .await?
        .unwrap();
    let connection: i64 = row.try_get_by_index(0)?;
    admin.run("SET GLOBAL log_output = 'TABLE'").await?;
    admin.run("SET GLOBAL general_log = 1").await?;
    let before = manager.statements_sent();
    count_all(&session.provider(), || 0).await?;
    let sent = manager.statements_sent() - before;
    // A connection that closes, pings or prepares is not one that runs a statement.
    let logged = format!(
        "SELECT CONVERT(CONCAT(event_time, ' ', command_type, ' ', argument) USING utf8mb4) \
         FROM mysql.general_log WHERE thread_id = {connection} \
         AND command_type IN ('Execute', 'Query', 'Ping')"
    );
    let logged = admin.texts(logged).await;
    admin.run("SET GLOBAL general_log = 0").await?;
    let logged = logged?;
    // Not before: sqlx rolls back once more what cools down in the pool.
    session.commit().await?;
    assert_eq!(logged.len() as u64, sent, "{logged:#?}");
    manager.dispose().await;
    Ok(())
}
