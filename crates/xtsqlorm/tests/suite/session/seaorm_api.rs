//! SeaORM's API on our handles.

use entity::countries;
use futures_util::TryStreamExt;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait,
    StreamTrait, TransactionError, TransactionSession, TransactionTrait,
};
use sea_query::{Alias, Query};

use crate::support::{Result, TestDatabase, on_every_backend};

on_every_backend!(
    entities_run_on_a_session,
    statements_without_an_entity_run_on_a_session,
    seaorm_s_streams_run_on_a_session_a_provider_and_a_manager,
    seaorm_s_begin_opens_a_savepoint_and_a_transaction,
    seaorm_s_boxed_transaction_runs_on_a_provider_and_a_session,
);

fn country(code: &str) -> countries::ActiveModel {
    countries::ActiveModel {
        code: Set(code.into()),
        name: Set(format!("The country {code}")),
    }
}

async fn codes(on: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let mut all = countries::Entity::find().all(on).await?;
    all.sort_by(|one, other| one.code.cmp(&other.code));
    Ok(all.into_iter().map(|country| country.code).collect())
}

/// Inserts, finders and counters of an entity take a session as their connection.
async fn entities_run_on_a_session(db: TestDatabase) -> Result {
    db.migrated().await?;
    let session = db.provider().create_session().await?;
    country("IS").insert(&session).await?;
    countries::Entity::insert_many([country("FO"), country("GL")])
        .exec(&session)
        .await?;
    assert_eq!(countries::Entity::find().count(&session).await?, 3);
    let found = countries::Entity::find_by_id("IS").one(&session).await?;
    assert_eq!(found.unwrap().name, "The country IS");
    countries::Entity::delete_by_id("FO").exec(&session).await?;
    session.commit().await?;
    assert_eq!(codes(&db.manager()).await?, ["GL", "IS"]);
    Ok(())
}

/// A query built by hand is written in the dialect of the session's backend.
async fn statements_without_an_entity_run_on_a_session(db: TestDatabase) -> Result {
    db.migrated().await?;
    let session = db.provider().create_session().await?;
    let insert = Query::insert()
        .into_table(Alias::new("countries"))
        .columns([Alias::new("code"), Alias::new("name")])
        .values_panic(["IS".into(), "Iceland".into()])
        .take();
    assert_eq!(session.execute(&insert).await?.rows_affected(), 1);
    let select = Query::select()
        .column(Alias::new("name"))
        .from(Alias::new("countries"))
        .take();
    let row = session.query_one(&select).await?.expect("one row");
    assert_eq!(row.try_get::<String>("", "name")?, "Iceland");
    assert_eq!(session.query_all(&select).await?.len(), 1);
    session.rollback().await?;
    assert!(db.manager().query_one(&select).await?.is_none());
    Ok(())
}

async fn streamed<C: ConnectionTrait + StreamTrait + Send>(on: &C) -> Result<Vec<String>, DbErr> {
    let rows = countries::Entity::find().stream(on).await?;
    let mut codes: Vec<String> = rows.map_ok(|country| country.code).try_collect().await?;
    codes.sort_unstable();
    Ok(codes)
}

/// `Entity::find().stream(..)` works on each of our handles.
async fn seaorm_s_streams_run_on_a_session_a_provider_and_a_manager(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    country("IS").insert(&provider).await?;
    assert_eq!(streamed(&db.manager()).await?, ["IS"]);
    assert_eq!(streamed(&provider).await?, ["IS"]);
    provider
        .transaction(async |session| -> xtsqlorm::Result<()> {
            country("GL").insert(session).await?;
            assert_eq!(streamed(session).await?, ["GL", "IS"]);
            // The provider's stream joins.
            assert_eq!(streamed(&provider).await?, ["GL", "IS"]);
            Ok(())
        })
        .await?;
    Ok(())
}

/// Code that is generic over `TransactionTrait` gets a transaction, or a savepoint in one.
async fn seaorm_s_begin_opens_a_savepoint_and_a_transaction(db: TestDatabase) -> Result {
    async fn add<C>(on: &C, code: &str, keep: bool) -> Result<(), DbErr>
    where
        C: TransactionTrait,
        C::Transaction: ConnectionTrait + TransactionSession,
    {
        let transaction = on.begin().await?;
        country(code).insert(&transaction).await?;
        match keep {
            true => transaction.commit().await,
            false => transaction.rollback().await,
        }
    }
    db.migrated().await?;
    let provider = db.provider();
    add(&provider, "AA", true).await?;
    add(&provider, "BB", false).await?;
    provider
        .transaction(async |session| -> xtsqlorm::Result<()> {
            add(session, "CC", true).await?;
            add(session, "DD", false).await?;
            add(&provider, "EE", true).await?;
            Ok(())
        })
        .await?;
    assert_eq!(codes(&provider).await?, ["AA", "CC", "EE"]);
    Ok(())
}

/// SeaORM's form of a transaction closure, for code that has it already.
async fn seaorm_s_boxed_transaction_runs_on_a_provider_and_a_session(db: TestDatabase) -> Result {
    async fn add<C>(on: &C, code: &'static str, keep: bool) -> Result<(), TransactionError<DbErr>>
    where
        C: TransactionTrait,
        C::Transaction: ConnectionTrait,
    {
        on.transaction(move |transaction| {
            Box::pin(async move {
                country(code).insert(transaction).await?;
                if keep {
                    Ok(())
                } else {
                    Err(DbErr::Custom("as this test wants it".into()))
                }
            })
        })
        .await
    }
    db.migrated().await?;
    let provider = db.provider();
    add(&provider, "AA", true).await?;
    let failed = add(&provider, "BB", false).await.unwrap_err();
    assert!(matches!(
        failed,
        TransactionError::Transaction(DbErr::Custom(_))
    ));
    let session = provider.create_session().await?;
    add(&session, "CC", true).await?;
    add(&session, "DD", false).await.unwrap_err();
    session.commit().await?;
    assert_eq!(codes(&provider).await?, ["AA", "CC"]);
    Ok(())
}
