//! Parameters of one statement that are of other types the next time.
//!
//! On SeaORM alone: `plain_seaorm::a_text_keeps_the_types_of_its_first_parameters`.

use entity::users;
use sea_orm::{
    ConnectionTrait, DbBackend, Statement, Value,
    sea_query::{Expr, ExprTrait},
};
use xtsqlorm::{connection::ConnectionManager, prelude::*};

use crate::support::{Result, TestDatabase, on_every_backend};

on_every_backend!(a_text_may_be_run_again_with_parameters_of_other_types);

/// On one connection, which keeps what it has prepared.
async fn a_text_may_be_run_again_with_parameters_of_other_types(db: TestDatabase) -> Result {
    db.seeded().await?;
    let manager = ConnectionManager::connect(&db.config_of(1)).await?;
    let provider = SessionProvider::new(manager.clone());
    let users = Repository::<users::Entity>::new(&provider);
    let by = |id: Value| users.find().filter(Expr::col(users::Column::Id).eq(id));
    for _ in 0..2 {
        for one in [
            Value::from(1_i32),
            Value::from(1_i64),
            Value::from(1_i16),
            Value::from(1_u8),
            Value::from(1.0_f64),
        ] {
            let found = by(one.clone()).all().await?;
            assert_eq!(found.len(), 1, "{one:?}");
            assert_eq!(found[0].id, 1);
        }
        assert!(by(Value::Int(None)).all().await?.is_empty());
        assert!(by(Value::BigInt(None)).all().await?.is_empty());
    }
    let dialect = manager.backend().dialect();
    let sql = match dialect {
        DbBackend::Postgres => "SELECT CAST($1 + 1 AS BIGINT)",
        DbBackend::MySql => "SELECT CAST(? + 1 AS SIGNED)",
        _ => "SELECT CAST(? + 1 AS INTEGER)",
    };
    let session = provider.create_session().await?;
    for seven in [Value::from(7_i32), Value::from(7_i64)] {
        let row = session.query_one_raw(Statement::from_sql_and_values(dialect, sql, [seven]));
        let sum: i64 = row.await?.expect("a row").try_get_by_index(0)?;
        assert_eq!(sum, 8);
    }
    Ok(())
}
