//! Models that were read before, one store for each pool.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::OnceCell;

use super::{TableModel, TableName, resolve};
use crate::{
    connection::{Backend, ConnectionManager},
    error::Result,
};

/// One table, from before it is read.
type Slot = Arc<OnceCell<Arc<TableModel>>>;

/// The models of one pool, by the name that they were asked for with.
#[derive(Debug, Default)]
pub(super) struct Cache {
    slots: Mutex<HashMap<String, Slot>>,
    /// One refresh at a time, so that what was read last is what stays.
    refreshing: tokio::sync::Mutex<()>,
}

/// The models of this manager's pool.
pub(super) fn of(manager: &ConnectionManager) -> Arc<Cache> {
    manager.extension()
}

impl Cache {
    /// What was read before, or is being read by somebody else, or is read now.
    pub(super) async fn get(
        &self,
        name: &str,
        manager: &ConnectionManager,
    ) -> Result<Arc<TableModel>> {
        let key = key(name, manager);
        let slot = self.slots().entry(key.clone()).or_default().clone();
        let read = slot.get_or_try_init(|| resolve::table(name, manager)).await;
        let keep = read.as_ref().is_ok_and(|model| names(&key, model, manager));
        if !keep {
            self.forget(&key, &slot);
        }
        read.cloned()
    }

    /// What is read now; also for those who ask later.
    pub(super) async fn refresh(
        &self,
        name: &str,
        manager: &ConnectionManager,
    ) -> Result<Arc<TableModel>> {
        let _turn = self.refreshing.lock().await;
        let read = resolve::table(name, manager).await;
        let gone = match &read {
            Ok(_) => Vec::new(),
            Err(_) => meant(name, manager).await,
        };
        let mut slots = self.slots();
        let key = key(name, manager);
        match read {
            Ok(model) => {
                // Out goes the model under its other name, and what is being read since before.
                slots.retain(|_, slot| slot.get().is_some_and(|known| known.name != model.name));
                if names(&key, &model, manager) {
                    slots.insert(key, Arc::new(OnceCell::new_with(Some(model.clone()))));
                }
                Ok(model)
            }
            Err(error) => {
                slots.remove(&key);
                slots.retain(|_, slot| {
                    let known = slot.get();
                    known.is_some_and(|known| !gone.contains(&folded(&known.name)))
                });
                Err(error)
            }
        }
    }

    /// Drops what is known of a table that was made, changed or dropped, and what is being read
    /// since before.
    pub(super) fn forget_table(&self, name: &TableName) {
        self.slots()
            .retain(|_, slot| slot.get().is_some_and(|known| known.name != *name));
    }

    /// Drops a slot that is of no use, so that the names of no tables take no room.
    fn forget(&self, key: &str, slot: &Slot) {
        let mut slots = self.slots();
        if slots.get(key).is_some_and(|found| Arc::ptr_eq(found, slot)) {
            slots.remove(key);
        }
    }

    fn slots(&self) -> MutexGuard<'_, HashMap<String, Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// SQLite's names are the same in any case.
fn key(name: &str, manager: &ConnectionManager) -> String {
    match manager.backend() {
        Backend::Sqlite => name.to_ascii_lowercase(),
        _ => name.to_owned(),
    }
}

/// The tables that a name may have meant, so that what is known of them by another name can go.
async fn meant(name: &str, manager: &ConnectionManager) -> Vec<String> {
    let candidates = resolve::candidates(name, manager).await;
    candidates.unwrap_or_default().iter().map(folded).collect()
}

/// The same for all that some server takes for the same table. Where others tell them apart, one is
/// read again for nothing.
fn folded(name: &TableName) -> String {
    name.to_string().to_lowercase()
}

/// Whether a key is one of the two names of a table, and not one of the many ways of writing them
/// that some servers take for the same.
fn names(key: &str, model: &TableModel, manager: &ConnectionManager) -> bool {
    let is = |name: &str| self::key(name, manager) == key;
    is(&model.name.table) || is(&model.name.to_string())
}
