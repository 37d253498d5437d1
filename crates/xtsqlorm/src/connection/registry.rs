//! One manager for one key, for the process.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak},
};

use tokio::{
    runtime::{self, Handle},
    sync::OnceCell,
};

use super::ConnectionManager;
use crate::{config::Settings, error::Result};

/// Connections are bound to the runtime that opened them, so each runtime has its own.
type Key = (runtime::Id, String);

type Cell = Arc<OnceCell<ConnectionManager>>;

static MANAGERS: LazyLock<Mutex<HashMap<Key, Cell>>> = LazyLock::new(Mutex::default);

fn managers() -> MutexGuard<'static, HashMap<Key, Cell>> {
    MANAGERS.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) async fn shared(db_key: &str) -> Result<ConnectionManager> {
    let settings = Settings::load()?;
    let key = (
        Handle::current().id(),
        settings.canonical(db_key)?.to_owned(),
    );
    let cell = {
        let mut managers = managers();
        let known = managers.get(&key).filter(|cell| {
            !cell
                .get()
                .is_some_and(|manager| manager.pool_status().closed)
        });
        match known {
            Some(cell) => Arc::clone(cell),
            None => {
                let cell = Cell::default();
                managers.insert(key.clone(), Arc::clone(&cell));
                tokio::spawn(forget_with_runtime(key, Arc::downgrade(&cell)));
                cell
            }
        }
    };
    let connect = async || ConnectionManager::connect(&settings.database(db_key)?).await;
    cell.get_or_try_init(connect).await.cloned()
}

/// Waits for the runtime to shut down, which drops this future, and lets go of the connections.
async fn forget_with_runtime(key: Key, cell: Weak<OnceCell<ConnectionManager>>) {
    struct Forget(Key, Weak<OnceCell<ConnectionManager>>);
    impl Drop for Forget {
        fn drop(&mut self) {
            let mut managers = managers();
            let same = managers
                .get(&self.0)
                .is_some_and(|cell| std::ptr::eq(Arc::as_ptr(cell), self.1.as_ptr()));
            let gone = same.then(|| managers.remove(&self.0));
            // Dropping connections runs code that may come back here.
            drop(managers);
            drop(gone);
        }
    }
    let _forget = Forget(key, cell);
    std::future::pending::<()>().await;
}
