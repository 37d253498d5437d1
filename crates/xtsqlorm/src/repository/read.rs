//! Reads by key, and of whole tables.

use std::collections::{HashMap, HashSet};

use sea_orm::{
    ConnectionTrait, EntityTrait, FromQueryResult, ModelTrait, Order, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Statement, Value,
    sea_query::{Condition, IntoValueTuple, ValueTuple},
};

use super::{Find, Key, Page, Repository, find::any_of, key, texts::Verb};
use crate::{connection::Backend, error::Result};

/// Keys in one statement; well below every server's limit on parameters.
const KEYS_AT_ONCE: usize = 500;

impl<E: EntityTrait> Repository<E> {
    /// A query on the entity, to be filtered, sorted and run.
    pub fn find(&self) -> Find<E> {
        Find::new(self)
    }

    /// The row with this key, if there is one.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`](crate::Error::InvalidInput), before anything is sent, for an entity
    /// whose rows have no key: a read-only record. Otherwise what the database reports.
    pub async fn get_by_id(&self, id: impl Into<Key<E>>) -> Result<Option<E::Model>> {
        key::require::<E>()?;
        self.row_of(id.into().into_value_tuple()).await
    }

    /// The row with this key.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`](crate::Error::NotFound), with the table and the key, where there is none;
    /// otherwise as [`get_by_id`](Self::get_by_id).
    pub async fn require_by_id(&self, id: impl Into<Key<E>>) -> Result<E::Model> {
        key::require::<E>()?;
        let key = id.into().into_value_tuple();
        let found = self.row_of(key.clone()).await?;
        found.ok_or_else(|| key::not_found::<E>(&key))
    }

    /// The row with this key, of those that are seen.
    pub(super) async fn row_of(&self, key: ValueTuple) -> Result<Option<E::Model>> {
        // A key has one row without being told so, and PostgreSQL takes longer where it is.
        let limit: Option<u64> = match self.provider.manager().backend() {
            Backend::Postgres => None,
            _ => Some(1),
        };
        let values = key.iter().cloned().chain(limit.map(Value::from)).collect();
        let read = self.statement(Verb::Read, values, |dialect| {
            let row = self.find().filter(key::matches::<E>(key)).limit(limit);
            row.into_select().build(dialect)
        });
        self.row_from(read).await
    }

    /// The row that a statement returns.
    pub(super) async fn row_from(&self, statement: Statement) -> Result<Option<E::Model>> {
        let row = self.provider.query_one_raw(statement).await?;
        let row = row.map(|row| E::Model::from_query_result(&row, ""));
        Ok(row.transpose()?)
    }

    /// The rows with these keys, in the order of the keys. Keys without a row are left out; a key
    /// that comes twice gives its row twice. One round trip for each 500 keys.
    ///
    /// # Errors
    ///
    /// As [`get_by_id`](Self::get_by_id).
    pub async fn get_many<I>(&self, ids: I) -> Result<Vec<E::Model>>
    where
        I: IntoIterator,
        I::Item: Into<Key<E>>,
    {
        key::require::<E>()?;
        let keys: Vec<_> = ids
            .into_iter()
            .map(|id| id.into().into_value_tuple())
            .collect();
        in_order_of(
            keys,
            |row: &E::Model| row.get_primary_key_value(),
            |keys| async move {
                let wanted = keys
                    .into_iter()
                    .fold(Condition::any(), |any, key| any.add(key::matches::<E>(key)));
                self.find().filter(wanted).all().await
            },
        )
        .await
    }

    /// A part of the table, ordered by the key; where its rows have none, by all columns that can be
    /// sorted by, which makes the order of equal rows the only open one.
    ///
    /// # Errors
    ///
    /// What the database reports.
    pub async fn get_all(&self, page: Page) -> Result<Vec<E::Model>> {
        let order = key::order::<E>(self.provider.get_database_backend());
        let mut find = order
            .into_iter()
            .fold(self.find(), |find, by| find.order_by(by, Order::Asc));
        page.restrict(QuerySelect::query(&mut find));
        find.all().await
    }

    /// How many rows the table has.
    ///
    /// # Errors
    ///
    /// What the database reports.
    pub async fn count(&self) -> Result<u64> {
        self.find().count().await
    }

    /// Whether there is a row with this key.
    ///
    /// # Errors
    ///
    /// As [`get_by_id`](Self::get_by_id).
    pub async fn exists(&self, id: impl Into<Key<E>>) -> Result<bool> {
        key::require::<E>()?;
        let key = id.into().into_value_tuple();
        let values = key.iter().cloned().chain([1_u64.into()]).collect();
        let look = self.statement(Verb::Look, values, |dialect| {
            let rows = self.find().filter(key::matches::<E>(key));
            any_of(dialect, rows.into_select().into_query())
        });
        Ok(self.provider.query_one_raw(look).await?.is_some())
    }
}

/// Rows in the order of their keys, which `fetch` reads some at a time.
pub(crate) async fn in_order_of<M, F>(
    keys: Vec<ValueTuple>,
    key_of: impl Fn(&M) -> ValueTuple,
    fetch: impl Fn(Vec<ValueTuple>) -> F,
) -> Result<Vec<M>>
where
    M: Clone,
    F: Future<Output = Result<Vec<M>>>,
{
    let mut asked = HashSet::new();
    let distinct: Vec<_> = keys
        .iter()
        .filter(|key| asked.insert(format!("{key:?}")))
        .cloned()
        .collect();
    let mut found = HashMap::new();
    for chunk in distinct.chunks(KEYS_AT_ONCE) {
        for row in fetch(chunk.to_vec()).await? {
            found.insert(format!("{:?}", key_of(&row)), row);
        }
    }
    // The database may call two keys the same that are spelled differently.
    let mut others = HashSet::new();
    let is_renamed = found.keys().any(|key| !asked.contains(key));
    let missing = distinct.into_iter().filter(|key| {
        let has_text = || key.iter().any(|part| matches!(part, Value::String(_)));
        let may_be_there = is_renamed || !found.is_empty() && has_text();
        may_be_there && !found.contains_key(&format!("{key:?}"))
    });
    let missing: Vec<_> = missing.collect();
    for chunk in missing.chunks(KEYS_AT_ONCE) {
        if !fetch(chunk.to_vec()).await?.is_empty() {
            others.extend(chunk.iter().map(|key| format!("{key:?}")));
        }
    }
    let mut rows = Vec::with_capacity(keys.len());
    for key in keys {
        let name = format!("{key:?}");
        match found.get(&name) {
            Some(row) => rows.push(row.clone()),
            None if others.contains(&name) => rows.extend(fetch(vec![key]).await?),
            None => {}
        }
    }
    Ok(rows)
}
