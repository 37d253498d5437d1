//! What a window reads, wherever in the order it is.

use entity::products;
use sea_orm::{FromQueryResult, Statement};
use xtsqlorm::{
    prelude::*,
    repository::{Sort, TokenKey, WindowRequest},
};

use super::rows;
use crate::support::{Kind, Random, Result, TestDatabase, on_every_server};

on_every_server!(a_deep_window_reads_its_rows_in_the_index_and_no_others);

/// Rows of the table.
const ROWS: usize = 3000;

/// The server counts what it reads: rows of a page are skipped one by one, those before a window are
/// not read at all, although there are hundreds of the same sort value.
async fn a_deep_window_reads_its_rows_in_the_index_and_no_others(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    let random = &mut Random::new();
    let category = rows::category(&provider).await?;
    rows::fill(&provider, random, category, ROWS).await?;
    let analyze = match db.kind() {
        Kind::Postgres => "ANALYZE products",
        _ => "ANALYZE TABLE products",
    };
    db.execute(&["CREATE INDEX ix_depth ON products (stock, id)", analyze])
        .await?;
    let key = TokenKey::random()?;
    let by_stock = |size| WindowRequest::new(size, &key).sort(Sort::asc(products::Column::Stock));

    let session = provider.create_session().await?;
    let products = Repository::<products::Entity>::new(&provider).in_session(&session);
    let far = products.find().window(by_stock(1000)).await?;
    let far = products
        .find()
        .window(by_stock(1000).after(far.next))
        .await?;
    let farther = products
        .find()
        .window(by_stock(10).after(far.next.clone()))
        .await?;

    let start = reads(&db, &session).await?;
    let overhead = reads(&db, &session).await? - start;
    let measured = async |request: WindowRequest<products::Column>| {
        let before = reads(&db, &session).await?;
        let window = products.find().window(request).await?;
        let read = reads(&db, &session).await? - before - overhead;
        assert!(window.items.len() == 10, "{}", window.items.len());
        Result::<i64>::Ok(read)
    };
    let forward = measured(by_stock(10).after(far.next)).await?;
    let backward = measured(by_stock(10).before(farther.next)).await?;
    assert!(
        (10..=40).contains(&forward),
        "{forward} rows are read forward"
    );
    assert!(
        (10..=40).contains(&backward),
        "{backward} rows are read backward"
    );

    let before = reads(&db, &session).await?;
    let sorted = products.find().order_by_asc(products::Column::Stock);
    let page = sorted
        .order_by_asc(products::Column::Id)
        .offset(2000)
        .limit(10);
    assert_eq!(page.all().await?.len(), 10);
    let skipped = reads(&db, &session).await? - before - overhead;
    assert!(skipped >= 2000, "the page itself read {skipped} rows only");
    session.rollback().await?;
    Ok(())
}

/// How many rows of tables and indexes the session has read.
async fn reads(db: &TestDatabase, session: &Session) -> Result<i64> {
    #[derive(FromQueryResult)]
    struct Counted {
        number: i64,
    }
    let (dialect, sql) = match db.kind() {
        Kind::Postgres => (
            sea_orm::DbBackend::Postgres,
            "SELECT CAST(COALESCE(SUM(seq_tup_read + COALESCE(idx_tup_fetch, 0)), 0) AS bigint) \
             AS number FROM pg_stat_xact_user_tables WHERE relname = 'products'",
        ),
        Kind::MySql => (
            sea_orm::DbBackend::MySql,
            "SELECT CAST(SUM(variable_value) AS SIGNED) AS number \
             FROM performance_schema.session_status WHERE variable_name LIKE 'Handler_read%'",
        ),
        _ => (
            sea_orm::DbBackend::MySql,
            "SELECT CAST(SUM(variable_value) AS SIGNED) AS number \
             FROM information_schema.session_status WHERE variable_name LIKE 'Handler_read%'",
        ),
    };
    let statement = Statement::from_string(dialect, sql);
    let row = session.query_one_raw(statement).await?;
    let counted = Counted::from_query_result(&row.unwrap(), "")?;
    Ok(counted.number)
}
