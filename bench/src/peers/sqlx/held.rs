//! Where a connection comes from.

use std::{
    ops::{Deref, DerefMut},
    sync::{Mutex, PoisonError},
};

use anyhow::Context;
use sqlx::{ConnectOptions, Connection, Database, Pool, pool::PoolConnection};
use tokio::sync::{Semaphore, SemaphorePermit};
use work::Result;

/// Connections that are held, or a pool.
pub(super) enum Source<DB: Database> {
    Held(Stack<DB::Connection>),
    Pool(Pool<DB>),
}

/// Connections in a stack. One task at a time always gets the same one; what that costs is too
/// little to be seen.
pub(super) struct Stack<C> {
    free: Mutex<Vec<C>>,
    permits: Semaphore,
}

/// A connection that goes back when it is dropped.
pub(super) enum Borrowed<'a, DB: Database> {
    Held {
        connection: Option<DB::Connection>,
        stack: &'a Stack<DB::Connection>,
        _permit: SemaphorePermit<'a>,
    },
    Pool(PoolConnection<DB>),
}

impl<DB: Database> Source<DB> {
    pub(super) async fn hold<C>(options: &C::Options, number: u32) -> Result<Self>
    where
        C: Connection<Database = DB>,
        C::Options: ConnectOptions<Connection = DB::Connection>,
    {
        let mut free = Vec::new();
        for _ in 0..number {
            free.push(options.connect().await?);
        }
        Ok(Self::Held(Stack {
            free: Mutex::new(free),
            permits: Semaphore::new(number as usize),
        }))
    }

    pub(super) async fn borrow(&self) -> Result<Borrowed<'_, DB>> {
        let stack = match self {
            Self::Pool(pool) => return Ok(Borrowed::Pool(pool.acquire().await?)),
            Self::Held(stack) => stack,
        };
        let permit = stack.permits.acquire().await?;
        let mut free = stack.free.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Borrowed::Held {
            connection: Some(free.pop().context("a permit is a connection")?),
            stack,
            _permit: permit,
        })
    }
}

impl<DB: Database> Deref for Borrowed<'_, DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &DB::Connection {
        match self {
            Self::Held { connection, .. } => connection.as_ref().expect("until it is dropped"),
            Self::Pool(connection) => connection,
        }
    }
}

impl<DB: Database> DerefMut for Borrowed<'_, DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        match self {
            Self::Held { connection, .. } => connection.as_mut().expect("until it is dropped"),
            Self::Pool(connection) => connection,
        }
    }
}

impl<DB: Database> Drop for Borrowed<'_, DB> {
    fn drop(&mut self) {
        if let Self::Held {
            connection, stack, ..
        } = self
        {
            let mut free = stack.free.lock().unwrap_or_else(PoisonError::into_inner);
            free.extend(connection.take());
        }
    }
}
