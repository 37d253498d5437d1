//! Where a connection comes from.

use std::{
    ops::{Deref, DerefMut},
    sync::{Mutex, PoisonError},
};

use anyhow::{Context, anyhow};
use diesel_async::{
    AsyncConnection,
    pooled_connection::{
        AsyncDieselConnectionManager, PoolableConnection,
        deadpool::{Object, Pool},
    },
};
use tokio::sync::{Semaphore, SemaphorePermit};
use work::Result;

/// Connections that are held, or a pool.
pub(super) enum Source<C: PoolableConnection + 'static>
where
    AsyncDieselConnectionManager<C>: deadpool::managed::Manager<Type = C>,
{
    Held {
        free: Mutex<Vec<C>>,
        permits: Semaphore,
    },
    Pool(Pool<C>),
}

/// A connection that goes back when it is dropped.
pub(super) enum Borrowed<'a, C: PoolableConnection + 'static>
where
    AsyncDieselConnectionManager<C>: deadpool::managed::Manager<Type = C>,
{
    Held {
        connection: Option<C>,
        free: &'a Mutex<Vec<C>>,
        _permit: SemaphorePermit<'a>,
    },
    Pool(Object<C>),
}

impl<C: PoolableConnection + AsyncConnection + 'static> Source<C>
where
    AsyncDieselConnectionManager<C>: deadpool::managed::Manager<Type = C>,
    <AsyncDieselConnectionManager<C> as deadpool::managed::Manager>::Error: std::fmt::Display,
{
    pub(super) async fn connect(url: &str, number: u32, held: bool) -> Result<Self> {
        let number = number as usize;
        if !held {
            let manager = AsyncDieselConnectionManager::<C>::new(url);
            return Ok(Self::Pool(Pool::builder(manager).max_size(number).build()?));
        }
        let mut free = Vec::new();
        for _ in 0..number {
            free.push(C::establish(url).await?);
        }
        Ok(Self::Held {
            free: Mutex::new(free),
            permits: Semaphore::new(number),
        })
    }

    pub(super) async fn borrow(&self) -> Result<Borrowed<'_, C>> {
        match self {
            Self::Pool(pool) => {
                let connection = pool.get().await;
                let connection = connection.map_err(|error| anyhow!("no connection: {error}"))?;
                Ok(Borrowed::Pool(connection))
            }
            Self::Held { free, permits } => {
                let permit = permits.acquire().await?;
                let connection = free.lock().unwrap_or_else(PoisonError::into_inner).pop();
                Ok(Borrowed::Held {
                    connection: Some(connection.context("a permit is a connection")?),
                    free,
                    _permit: permit,
                })
            }
        }
    }
}

impl<C: PoolableConnection + 'static> Deref for Borrowed<'_, C>
where
    AsyncDieselConnectionManager<C>: deadpool::managed::Manager<Type = C>,
{
    type Target = C;

    fn deref(&self) -> &C {
        match self {
            Self::Held { connection, .. } => connection.as_ref().expect("until it is dropped"),
            Self::Pool(connection) => connection,
        }
    }
}

impl<C: PoolableConnection + 'static> DerefMut for Borrowed<'_, C>
where
    AsyncDieselConnectionManager<C>: deadpool::managed::Manager<Type = C>,
{
    fn deref_mut(&mut self) -> &mut C {
        match self {
            Self::Held { connection, .. } => connection.as_mut().expect("until it is dropped"),
            Self::Pool(connection) => connection,
        }
    }
}

impl<C: PoolableConnection + 'static> Drop for Borrowed<'_, C>
where
    AsyncDieselConnectionManager<C>: deadpool::managed::Manager<Type = C>,
{
    fn drop(&mut self) {
        if let Self::Held {
            connection, free, ..
        } = self
        {
            let mut free = free.lock().unwrap_or_else(PoisonError::into_inner);
            free.extend(connection.take());
        }
    }
}
