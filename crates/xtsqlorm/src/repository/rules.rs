//! What a repository keeps to on every write.

use std::sync::Arc;

use sea_orm::EntityTrait;

use super::{
    Repository,
    conventions::{Conventions, Seen},
    hooks::{Event, HookList, Hooked, Hooks, Operation, Target},
    key,
};

/// The hooks of an entity.
type EntityHooks<E> = HookList<<E as EntityTrait>::ActiveModel, <E as EntityTrait>::Model>;

/// Conventions and hooks; one for all clones of a repository.
pub(super) struct Rules<E: EntityTrait> {
    pub(super) conventions: Conventions<E::Column>,
    pub(super) hooks: EntityHooks<E>,
}

impl<E: EntityTrait> Repository<E> {
    /// Has `hooks` run around every write, after those registered before.
    ///
    /// [The module](crate::repository::hooks) tells which methods run when, and has an example.
    #[must_use]
    pub fn hook(mut self, hooks: impl Hooks<E>) -> Self
    where
        E: Hooked<Changes = E::ActiveModel, Row = E::Model>,
    {
        self.rules_mut().hooks.push::<E, _>(hooks);
        self
    }

    pub(super) fn rules_mut(&mut self) -> &mut Rules<E> {
        Arc::make_mut(&mut self.rules)
    }

    pub(super) fn conventions(&self) -> &Conventions<E::Column> {
        &self.rules.conventions
    }

    pub(super) fn hooks(&self) -> &EntityHooks<E> {
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
        let provider = self.provider.clone();
        let table = key::table::<E>();
        Some(Event::new(operation, table, target(), provider))
    }

    /// The same repository, seeing other rows.
    pub(super) fn seeing(&self, seen: Seen) -> Self {
        let mut other = self.clone();
        other.seen = seen;
        other
    }
}

impl<E: EntityTrait> Clone for Rules<E> {
    fn clone(&self) -> Self {
        Self {
            conventions: self.conventions.clone(),
            hooks: self.hooks.clone(),
        }
    }
}

impl<E: EntityTrait> Default for Rules<E> {
    fn default() -> Self {
        Self {
            conventions: Conventions::default(),
            hooks: HookList::default(),
        }
    }
}
