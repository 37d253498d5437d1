//! Rows are read as they arrive.

use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use tokio::runtime::Builder;
use xtsqlorm::prelude::*;

use crate::support::{
    Kind, Result, TestDatabase, balance, create_ledger, deposit, on_every_backend, on_every_server,
};

on_every_backend!(a_row_that_cannot_be_read_leaves_its_session_usable);

on_every_server!(
    a_row_that_cannot_be_read_costs_no_connection,
    rows_are_let_go_of_as_they_are_read,
);

/// The ledger as it is.
mod ledger {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ledger")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub amount: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The ledger, taken for something else.
mod misread {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ledger")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub amount: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// More rows than the driver takes from the network at once.
async fn fill(db: &TestDatabase) -> Result {
    create_ledger(db).await?;
    let rows: Vec<String> = (0..5_000).map(|id| format!("({id}, {id})")).collect();
    let sql = format!("INSERT INTO ledger VALUES {}", rows.join(", "));
    db.execute(&[&sql]).await?;
    Ok(())
}

/// The error is the row's; what comes after the row does not get into the next answer.
async fn a_row_that_cannot_be_read_leaves_its_session_usable(db: TestDatabase) -> Result {
    fill(&db).await?;
    let session = db.provider().create_session().await?;
    deposit(&session, -1).await?;
    let misread = Repository::<misread::Entity>::new(&session.provider());
    for _ in 0..2 {
        let error = misread.find().all().await.unwrap_err();
        assert!(format!("{error:?}").contains("amount"), "{error:?}");
    }
    assert_eq!(balance(&session).await?.len(), 5_001);
    session.commit().await?;
    assert_eq!(balance(&db.manager()).await?.len(), 5_001);
    Ok(())
}

/// The rest of the rows is taken from the network before the connection is given back.
async fn a_row_that_cannot_be_read_costs_no_connection(db: TestDatabase) -> Result {
    fill(&db).await?;
    let manager = db.pool_of(1).await?;
    let provider = SessionProvider::new(manager.clone());
    let sql = match db.kind() {
        Kind::Postgres => "SELECT CAST(pg_backend_pid() AS bigint)",
        _ => "SELECT CAST(CONNECTION_ID() AS SIGNED)",
    };
    let number = async || {
        let statement = Statement::from_string(manager.backend().dialect(), sql);
        let row = provider.query_one_raw(statement).await?;
        row.map(|row| row.try_get_by_index::<i64>(0)).transpose()
    };
    let before = number().await?;
    let misread = Repository::<misread::Entity>::new(&provider);
    misread.find().all().await.unwrap_err();
    assert_eq!(number().await?, before);
    Ok(())
}

/// Beside the models there is never more than a part of the rows; SeaORM's own handle has them all.
async fn rows_are_let_go_of_as_they_are_read(db: TestDatabase) -> Result {
    fill(&db).await?;
    let (ours, plain) = tokio::task::spawn_blocking(move || most_memory(&db)).await??;
    assert!(
        ours * 3 < plain,
        "{ours} bytes, and {plain} by SeaORM on its own handle"
    );
    Ok(())
}

/// The most bytes that it takes to read the ledger, here and on SeaORM's own handle, on one thread,
/// where all of them are counted.
fn most_memory(db: &TestDatabase) -> Result<(u64, u64)> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let manager = runtime.block_on(db.pool_of(1))?;
    let rows = Repository::<ledger::Entity>::new(&SessionProvider::new(manager.clone()));
    let ours = allocation_counter::measure(|| {
        let read = runtime.block_on(rows.find().all());
        assert_eq!(read.map(|rows| rows.len()).ok(), Some(5_000));
    });
    let plain = allocation_counter::measure(|| {
        let read = runtime.block_on(ledger::Entity::find().all(manager.db()));
        assert_eq!(read.map(|rows| rows.len()).ok(), Some(5_000));
    });
    runtime.block_on(manager.dispose());
    Ok((ours.bytes_max, plain.bytes_max))
}
