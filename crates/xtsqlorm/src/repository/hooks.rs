//! Code of yours that runs around every write.
//!
//! *Every write must be checked, recorded or announced, whichever way it comes.* Implement the
//! methods of [`Hooks`] that matter, and [register](crate::repository::Repository::hook) the hooks on
//! a repository; clones of it, and those of its transactions and units of work, keep them.
//!
//! ```
//! # include!("../doctest_setup.rs");
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
//! # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
//! use xtsqlorm::repository::hooks::{Event, Hooks};
//!
//! /// Names are stored without spaces around them, and `admin` is taken.
//! struct TidyNames;
//!
//! #[async_trait::async_trait]
//! impl Hooks<tags::Entity> for TidyNames {
//!     async fn before_create(
//!         &self,
//!         row: &mut tags::ActiveModel,
//!         _: &Event,
//!     ) -> xtsqlorm::Result<()> {
//!         if let ActiveValue::Set(name) = &row.name {
//!             row.name = Set(name.trim().to_owned());
//!         }
//!         match &row.name {
//!             ActiveValue::Set(name) if name == "admin" => Err(Error::InvalidInput {
//!                 subject: "tags.name".into(),
//!                 problem: "the name is reserved".into(),
//!                 remedy: "choose another one".into(),
//!             }),
//!             _ => Ok(()),
//!         }
//!     }
//! }
//!
//! let tags = Repository::<tags::Entity>::new(&provider).hook(TidyNames);
//! let tag = |name: &str| tags::ActiveModel { name: Set(name.into()), ..Default::default() };
//! assert_eq!(tags.create(tag(" vip ")).await?.name, "vip");
//! assert!(tags.create_many([tag("new"), tag("admin")]).await.is_err());
//! assert_eq!(tags.count().await?, 1);
//! # Ok(())
//! # }
//! ```
//!
//! # Which methods run
//!
//! | operation | before | after |
//! |---|---|---|
//! | `create`, `create_many` (for each row), `get_or_create` where it creates | `before_create` | `after_create` |
//! | `upsert`: only the database knows whether the row is new | `before_create` | `after_create` |
//! | `update`, `update_where`, `restore` | `before_update` | `after_update` |
//! | `delete`, `delete_where`, `purge`, `purge_deleted` | `before_delete` | `after_delete` |
//! | [bulk operations](super::bulk), imports | the same for each row | the same once for each chunk, without a row |
//!
//! The forms that take JSON, and those inside a session, run what the plain ones run. The
//! [`Event`] tells the operation, the target (one key, or a condition), the row's place in
//! `create_many` or a bulk operation, the session, and whether the change is committed.
//!
//! Hooks run in the order in which they were registered. Before-hooks see what the caller gave, and
//! may change it; [conventions](super::conventions) and SeaORM's `before_save` come after them. An
//! error refuses the operation before anything of it is sent: in `create_many`, all rows are looked
//! at before the first is written, and those that are [not valid](crate::Error::Validation) are
//! reported together. After-hooks run where something was written, and not where no row was found.
//!
//! # Before or after the commit
//!
//! An after-hook of [`Phase::Statement`], the default, runs directly after the statement. Inside a
//! transaction, its error is the operation's error, and what it writes by [`Event::provider`] is a
//! part of the transaction. Outside, the write is committed already, and the error does not undo it.
//!
//! An after-hook of [`Phase::Commit`] runs once the write is committed, and never where it is rolled
//! back: inside a transaction as
//! [`Session::after_commit`](crate::session::Session::after_commit), outside directly after the
//! statement. Its error is reported as a `tracing` event of level ERROR and fails nothing.

mod event;
mod list;

use std::future::ready;

use futures_util::future::BoxFuture;
use sea_orm::EntityTrait;

use crate::error::Result;

pub use event::{Event, Operation, Target};

pub(crate) use list::HookList;

/// What hooks can be registered on, and what they are handed: an entity, with its active model and
/// model, or the [`DynamicRepository`](crate::dynamic::DynamicRepository), with rows for both.
pub trait Hooked: 'static {
    /// What is to be written.
    type Changes: Send;
    /// What was written, as it came back.
    type Row: Clone + Send + Sync + 'static;
}

impl<E> Hooked for E
where
    E: EntityTrait,
    E::ActiveModel: Send,
    E::Model: Sync + 'static,
{
    type Changes = E::ActiveModel;
    type Row = E::Model;
}

/// When after-hooks run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Phase {
    /// Directly after the statement; inside a transaction, as a part of it.
    Statement,
    /// After the commit, and never after a rollback.
    Commit,
}

/// Code that runs around the writes of a repository. Each method does nothing unless it is
/// implemented; [the module](self) says when they run and what their errors do.
///
/// Hooks that do not look at the row serve every entity: `impl<T: Hooked> Hooks<T> for Audit`.
///
/// To be implemented with `async_trait`, as the [module](self) shows: each method is an `async fn` of
/// `&self`, what it is given, and the [`Event`].
// Without `async_trait` here for the reason that `connection::boxed` gives.
pub trait Hooks<T: Hooked>: Send + Sync + 'static {
    /// When the after-hooks run. Default: [`Phase::Statement`].
    fn phase(&self) -> Phase {
        Phase::Statement
    }

    /// Before a row is created, or created or changed by an upsert.
    fn before_create<'a, 'r, 'e, 'f>(
        &'a self,
        row: &'r mut T::Changes,
        event: &'e Event,
    ) -> BoxFuture<'f, Result<()>>
    where
        'a: 'f,
        'r: 'f,
        'e: 'f,
        Self: 'f,
    {
        let _ = (row, event);
        nothing()
    }

    /// Before rows are changed. Those of a `restore` are empty, and may be filled.
    fn before_update<'a, 'r, 'e, 'f>(
        &'a self,
        changes: &'r mut T::Changes,
        event: &'e Event,
    ) -> BoxFuture<'f, Result<()>>
    where
        'a: 'f,
        'r: 'f,
        'e: 'f,
        Self: 'f,
    {
        let _ = (changes, event);
        nothing()
    }

    /// Before rows are deleted, softly or for good.
    fn before_delete<'a, 'e, 'f>(&'a self, event: &'e Event) -> BoxFuture<'f, Result<()>>
    where
        'a: 'f,
        'e: 'f,
        Self: 'f,
    {
        let _ = event;
        nothing()
    }

    /// After a row was created, or created or changed by an upsert. `None` where the operation
    /// returns no row.
    fn after_create<'a, 'r, 'e, 'f>(
        &'a self,
        row: Option<&'r T::Row>,
        event: &'e Event,
    ) -> BoxFuture<'f, Result<()>>
    where
        'a: 'f,
        'r: 'f,
        'e: 'f,
        Self: 'f,
    {
        let _ = (row, event);
        nothing()
    }

    /// After rows were changed. `None` where the operation returns no row: `update_where`.
    fn after_update<'a, 'r, 'e, 'f>(
        &'a self,
        row: Option<&'r T::Row>,
        event: &'e Event,
    ) -> BoxFuture<'f, Result<()>>
    where
        'a: 'f,
        'r: 'f,
        'e: 'f,
        Self: 'f,
    {
        let _ = (row, event);
        nothing()
    }

    /// After rows were deleted, softly or for good.
    fn after_delete<'a, 'e, 'f>(&'a self, event: &'e Event) -> BoxFuture<'f, Result<()>>
    where
        'a: 'f,
        'e: 'f,
        Self: 'f,
    {
        let _ = event;
        nothing()
    }
}

/// What a hook does that is not implemented.
fn nothing<'f>() -> BoxFuture<'f, Result<()>> {
    Box::pin(ready(Ok(())))
}
