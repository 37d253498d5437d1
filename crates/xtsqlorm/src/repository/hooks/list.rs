//! The hooks of one repository.

use std::{marker::PhantomData, sync::Arc};

use futures_util::{FutureExt, future::BoxFuture};

use super::{Event, Hooked, Hooks, Operation, Phase};
use crate::error::Result;

/// Hooks in the order in which they run. They are told of an event only where there is one, which
/// nobody has to make for an empty list.
pub(crate) struct HookList<C, R>(Vec<Arc<dyn Registered<C, R>>>);

/// A hook for one kind of rows. Repositories are less sure of their models than hooks are, so that
/// what they hand out is borrowed mutably, which needs no `Sync`.
trait Registered<C, R>: Send + Sync {
    fn before<'a>(&'a self, changes: &'a mut C, event: &'a Event) -> BoxFuture<'a, Result<()>>;

    fn before_delete<'a>(&'a self, event: &'a Event) -> BoxFuture<'a, Result<()>>;

    fn after<'a>(
        self: Arc<Self>,
        row: Option<&'a mut R>,
        event: &'a Event,
    ) -> BoxFuture<'a, Result<()>>;
}

impl<C, R> HookList<C, R> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn push<T, H>(&mut self, hooks: H)
    where
        T: Hooked<Changes = C, Row = R>,
        H: Hooks<T>,
    {
        self.0.push(Arc::new(Adapter {
            hooks,
            of: PhantomData::<fn() -> T>,
        }));
    }

    /// Before rows are created or changed.
    pub(crate) async fn before(&self, changes: &mut C, event: Option<&Event>) -> Result<()> {
        let Some(event) = event else { return Ok(()) };
        for hook in &self.0 {
            hook.before(changes, event).await?;
        }
        Ok(())
    }

    /// Before rows are deleted.
    pub(crate) async fn before_delete(&self, event: Option<&Event>) -> Result<()> {
        let Some(event) = event else { return Ok(()) };
        for hook in &self.0 {
            hook.before_delete(event).await?;
        }
        Ok(())
    }

    /// After rows were written.
    pub(crate) async fn after(&self, mut row: Option<&mut R>, event: Option<Event>) -> Result<()> {
        let Some(event) = event else { return Ok(()) };
        for hook in &self.0 {
            let hook = Arc::clone(hook);
            hook.after(row.as_deref_mut(), &event).await?;
        }
        Ok(())
    }

    /// After rows were written of which none comes back.
    pub(crate) async fn after_many(&self, rows: u64, event: Option<Event>) -> Result<()> {
        match event {
            Some(event) if rows > 0 => self.after(None, Some(event.done(rows))).await,
            _ => Ok(()),
        }
    }
}

struct Adapter<T, H> {
    hooks: H,
    of: PhantomData<fn() -> T>,
}

impl<T: Hooked, H: Hooks<T>> Registered<T::Changes, T::Row> for Adapter<T, H> {
    fn before<'a>(
        &'a self,
        changes: &'a mut T::Changes,
        event: &'a Event,
    ) -> BoxFuture<'a, Result<()>> {
        match event.operation() {
            Operation::Create | Operation::Upsert => self.hooks.before_create(changes, event),
            _ => self.hooks.before_update(changes, event),
        }
    }

    fn before_delete<'a>(&'a self, event: &'a Event) -> BoxFuture<'a, Result<()>> {
        self.hooks.before_delete(event)
    }

    fn after<'a>(
        self: Arc<Self>,
        row: Option<&'a mut T::Row>,
        event: &'a Event,
    ) -> BoxFuture<'a, Result<()>> {
        let row: Option<&'a T::Row> = row.map(|row| &*row);
        match (self.hooks.phase(), event.session()) {
            (Phase::Statement, _) => async move { self.run(row, event).await }.boxed(),
            (Phase::Commit, Some(session)) => {
                let row = row.cloned();
                let event = event.after_commit();
                session.after_commit(async move || self.run(row.as_ref(), &event).await);
                async { Ok(()) }.boxed()
            }
            (Phase::Commit, None) => async move {
                if let Err(failure) = self.run(row, event).await {
                    tracing::error!(table = event.table(), %failure, "a hook failed");
                }
                Ok(())
            }
            .boxed(),
        }
    }
}

impl<T: Hooked, H: Hooks<T>> Adapter<T, H> {
    async fn run(&self, row: Option<&T::Row>, event: &Event) -> Result<()> {
        match event.operation() {
            Operation::Create | Operation::Upsert => self.hooks.after_create(row, event).await,
            Operation::Update | Operation::Restore => self.hooks.after_update(row, event).await,
            Operation::Delete | Operation::Purge => self.hooks.after_delete(event).await,
        }
    }
}

impl<C, R> Clone for HookList<C, R> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<C, R> Default for HookList<C, R> {
    fn default() -> Self {
        Self(Vec::new())
    }
}
