//! What a repository keeps to on every write.

use std::sync::Arc;

use sea_orm::EntityTrait;

use super::{
    Repository,
    conventions::{Conventions, Seen},
    hooks::{Event, HookList, Hooked, Hooks, Operation, Target},
    key,
};

/// Conventions and hooks; one for all clones of a repository.
pub(crate) struct Rules<C, A, M> {
    pub(crate) conventions: Conventions<C>,
    pub(crate) hooks: HookList<A, M>,
}

/// Those of an entity.
pub(super) type EntityRules<E> =
    Rules<<E as EntityTrait>::Column, <E as EntityTrait>::ActiveModel, <E as EntityTrait>::Model>;

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

    pub(super) fn rules_mut(&mut self) -> &mut EntityRules<E> {
        Arc::make_mut(&mut self.rules)
    }

    pub(super) fn conventions(&self) -> &Conventions<E::Column> {
        &self.rules.conventions
    }

    pub(super) fn hooks(&self) -> &HookList<E::ActiveModel, E::Model> {
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

impl<C: Clone, A, M> Clone for Rules<C, A, M> {
    fn clone(&self) -> Self {
        Self {
            conventions: self.conventions.clone(),
            hooks: self.hooks.clone(),
        }
    }
}

impl<C, A, M> Default for Rules<C, A, M> {
    fn default() -> Self {
        Self {
            conventions: Conventions::default(),
            hooks: HookList::default(),
        }
    }
}
