//! xtsqlorm through its repository, on a pool with default settings.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::Context;
use async_trait::async_trait;
use sea_orm::ActiveValue::Set;
use work::{Change, NewRow, Peer, Result, Target, rows};
use xtsqlorm::{
    config::{TlsConfig, TlsMode},
    operations::Export,
    prelude::*,
    repository::WindowToken,
};

use super::entity::{ActiveModel, Column, Entity, changed, new};

struct XtSqlOrm {
    provider: SessionProvider,
    rows: Repository<Entity>,
    key: TokenKey,
    /// Tokens of windows, by the key of the row that they begin behind.
    places: Mutex<HashMap<i64, WindowToken>>,
}

pub(super) async fn connect(target: &Target) -> Result<Arc<dyn Peer>> {
    let mut config =
        DatabaseConfig::from_url(&target.url)?.pool(PoolConfig::new().max_connections(target.pool));
    if target.backend != work::Backend::Sqlite {
        config = config.tls(TlsConfig::new().mode(TlsMode::Disabled));
    }
    let provider = SessionProvider::new(ConnectionManager::connect(&config).await?);
    Ok(Arc::new(XtSqlOrm {
        rows: Repository::new(&provider),
        provider,
        key: TokenKey::random()?,
        places: Mutex::default(),
    }))
}

impl XtSqlOrm {
    fn places(&self) -> MutexGuard<'_, HashMap<i64, WindowToken>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The token that a client would have, who had come to this row page by page.
    async fn place(&self, after: i64) -> Result<WindowToken> {
        let request = WindowRequest::new(1, &self.key)
            .sort(Sort::asc(Column::Id))
            .query_name("rows");
        let find = self.rows.find().filter(Column::Id.eq(after));
        let place = find.window(request).await?.next.context("no row")?;
        self.places().insert(after, place.clone());
        Ok(place)
    }
}

#[async_trait]
impl Peer for XtSqlOrm {
    async fn get(&self, id: i64) -> Result<i64> {
        Ok(self.rows.get_by_id(id).await?.context("no row")?.id)
    }

    async fn create(&self, row: NewRow) -> Result<i64> {
        Ok(self.rows.create(new(row)).await?.id)
    }

    async fn update(&self, id: i64, change: Change) -> Result<i64> {
        let row = self.rows.update(id, changed(change)).await?;
        Ok(row.context("no row")?.id)
    }

    async fn delete(&self, id: i64) -> Result<bool> {
        Ok(self.rows.delete(id).await?)
    }

    async fn exists(&self, quantity: i32) -> Result<bool> {
        let find = self.rows.find().filter(Column::Quantity.eq(quantity));
        Ok(find.exists().await?)
    }

    async fn count(&self, quantity: i32) -> Result<u64> {
        let find = self.rows.find().filter(Column::Quantity.eq(quantity));
        Ok(find.count().await?)
    }

    async fn list(&self, limit: u64) -> Result<usize> {
        let find = self.rows.find().order_by_asc(Column::Id).limit(limit);
        Ok(find.all().await?.len())
    }

    async fn transaction(&self, read: i64, change: i64, delete: i64) -> Result<()> {
        self.provider
            .transaction(async |_| -> Result<()> {
                self.rows.get_by_id(read).await?.context("no row")?;
                let changes = changed(Change::numbered(read));
                self.rows
                    .update_where(Column::Id.eq(change), changes)
                    .await?;
                self.rows.delete(delete).await?;
                Ok(())
            })
            .await
    }

    async fn bulk_insert(&self, tag: &str, size: u64) -> Result<u64> {
        let report = self.rows.bulk_create(rows(tag, size).map(new)).await?;
        Ok(report.inserted)
    }

    async fn bulk_update(&self, changes: Vec<(i64, Change)>) -> Result<u64> {
        let rows = changes.into_iter().map(|(id, change)| ActiveModel {
            id: Set(id),
            ..changed(change)
        });
        Ok(self.rows.bulk_update(rows).await?.updated)
    }

    async fn export(&self, path: &Path) -> Result<u64> {
        let exported = Export::of(self.rows.find()).to_path(path).await?;
        Ok(exported.rows)
    }

    async fn page(&self, after: i64, limit: u64) -> Result<usize> {
        let place = self.places().get(&after).cloned();
        let place = match place {
            Some(place) => place,
            None => self.place(after).await?,
        };
        let request = WindowRequest::new(limit, &self.key)
            .sort(Sort::asc(Column::Id))
            .query_name("rows")
            .after(place);
        Ok(self.rows.find().window(request).await?.items.len())
    }

    async fn upsert(&self, id: i64, row: NewRow) -> Result<i64> {
        let row = ActiveModel {
            id: Set(id),
            ..new(row)
        };
        Ok(self.rows.upsert(row).await?.id)
    }
}
