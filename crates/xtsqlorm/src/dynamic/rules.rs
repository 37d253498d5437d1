//! What a repository of a table keeps to on every write.

use std::sync::Arc;

use super::{DynamicRepository, Row};
use crate::repository::{
    Rules,
    bulk::key_tuple,
    conventions::{Clock, Conventions, Seen},
    hooks::{Event, HookList, Hooked, Hooks, Operation, Target},
};

/// Conventions and hooks of a table.
pub(super) type RowRules = Rules<String, Row, Row>;

impl Hooked for DynamicRepository {
    type Changes = Row;
    type Row = Row;
}

/// Conventions and hooks as a [`Repository`](crate::repository::Repository) has them, with columns by
/// name: [conventions](crate::repository::conventions), [hooks](crate::repository::hooks). A name that
/// the table does not have is reported when it is needed.
///
/// ```
/// # include!("../doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// # migration::seed(&provider).await?;
/// let users = DynamicRepository::reflect(&provider, "users")
///     .await?
///     .timestamps("created_at", "updated_at")
///     .soft_delete("deleted_at")
///     .versioned("version");
/// let mut ann = users.require_by_id(1).await?;
/// users.update(1, [("name", "by another")]).await?;
/// ann.set("name", "Ann");
/// assert!(users.update(1, &ann).await.unwrap_err().is_stale_version());
/// assert!(users.delete(1).await?);
/// assert!(users.restore(1).await?.is_some());
/// # Ok(())
/// # }
/// ```
impl DynamicRepository {
    /// See [`Repository::timestamps`](crate::repository::Repository::timestamps).
    #[must_use]
    pub fn timestamps(mut self, created: impl Into<String>, updated: impl Into<String>) -> Self {
        self.rules_mut().conventions.timestamps = Some((created.into(), updated.into()));
        self
    }

    /// See [`Repository::soft_delete`](crate::repository::Repository::soft_delete).
    #[must_use]
    pub fn soft_delete(mut self, column: impl Into<String>) -> Self {
        self.rules_mut().conventions.deleted = Some(column.into());
        self
    }

    /// See [`Repository::versioned`](crate::repository::Repository::versioned).
    #[must_use]
    pub fn versioned(mut self, column: impl Into<String>) -> Self {
        self.rules_mut().conventions.version = Some(column.into());
        self
    }

    /// See [`Repository::clock`](crate::repository::Repository::clock).
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.rules_mut().conventions.clock = Arc::new(clock);
        self
    }

    /// See [`Repository::hook`](crate::repository::Repository::hook).
    #[must_use]
    pub fn hook(mut self, hooks: impl Hooks<Self>) -> Self {
        self.rules_mut().hooks.push::<Self, _>(hooks);
        self
    }

    fn rules_mut(&mut self) -> &mut RowRules {
        Arc::make_mut(&mut self.rules)
    }

    pub(super) fn conventions(&self) -> &Conventions<String> {
        &self.rules.conventions
    }

    pub(super) fn hooks(&self) -> &HookList<Row, Row> {
        &self.rules.hooks
    }

    /// What hooks are told, where there are any.
    pub(super) fn event(
        &self,
        operation: Operation,
        target: impl FnOnce() -> Target,
    ) -> Option<Event> {
        if self.hooks().is_empty() {
            return None;
        }
        let table = self.table.name().to_owned();
        let provider = self.provider.clone();
        Some(Event::new(operation, table, target(), provider))
    }

    /// What hooks are told of a row that is to be created.
    pub(super) fn creation(&self, operation: Operation, row: &Row) -> Option<Event> {
        self.event(operation, || {
            let key = self.table.key_of(row);
            match key.len() {
                0 => Target::New,
                given if given < self.table.key.len() => Target::New,
                _ => Target::Key(key_tuple(key)),
            }
        })
    }

    /// The same repository, seeing other rows.
    pub(super) fn seeing(&self, seen: Seen) -> Self {
        Self {
            seen,
            ..self.clone()
        }
    }
}
