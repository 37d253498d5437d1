//! What runs after a transaction has ended.

use std::{fmt::Display, mem::take};

use futures_util::future::BoxFuture;

use crate::connection::{Changes, Outcome};

/// What a hook returns: nothing, or a result whose error is reported.
pub trait HookOutcome {
    /// The failure to report, if there is one.
    fn failure(self) -> Option<String>;
}

impl HookOutcome for () {
    fn failure(self) -> Option<String> {
        None
    }
}

impl<E: Display> HookOutcome for Result<(), E> {
    fn failure(self) -> Option<String> {
        self.err().map(|error| error.to_string())
    }
}

type Hook = Box<dyn FnOnce() -> BoxFuture<'static, Option<String>> + Send>;

/// The hooks of one transaction, each with the level that it was registered in.
#[derive(Default)]
pub(super) struct Hooks {
    after_commit: Vec<(u32, Hook)>,
    after_rollback: Vec<(u32, Hook)>,
    /// What the statements of the transaction may have changed, for those who watch.
    changes: Changes,
    /// COMMIT was sent, and what became of it is not known.
    suspended: bool,
    /// They had their turn.
    over: bool,
}

impl Hooks {
    pub(super) fn after_commit(&mut self, level: u32, hook: Hook) {
        if !self.over {
            self.after_commit.push((level, hook));
        }
    }

    pub(super) fn after_rollback(&mut self, level: u32, hook: Hook) {
        if !self.over {
            self.after_rollback.push((level, hook));
        }
    }

    /// A statement is about to be sent that may make these changes.
    pub(super) fn changed(&mut self, changes: Changes) {
        self.changes.add(changes);
    }

    /// What a savepoint registered belongs to the level around it once it is released.
    pub(super) fn release(&mut self, level: u32) {
        for (of, _) in self.after_commit.iter_mut().chain(&mut self.after_rollback) {
            *of = (*of).min(level - 1);
        }
    }

    /// Keeps all from running, since COMMIT is sent now: whoever cancels it does not know the
    /// outcome.
    pub(super) fn suspend(&mut self) {
        self.suspended = true;
        self.changes.begin();
    }

    /// The outcome of COMMIT is known.
    pub(super) fn resume(&mut self) {
        self.suspended = false;
    }

    /// What is to run now that everything from `level` on was rolled back.
    pub(super) fn roll_back(&mut self, level: u32) -> Vec<Hook> {
        if self.suspended {
            self.forget();
        }
        if level == 1 {
            self.over = true;
            self.changes.end(Outcome::Undone);
        }
        self.after_commit.retain(|(of, _)| *of < level);
        let (kept, due) = take(&mut self.after_rollback)
            .into_iter()
            .partition(|(of, _)| *of < level);
        self.after_rollback = kept;
        hooks(due)
    }

    /// What is to run now that the transaction was committed.
    pub(super) fn commit(&mut self) -> Vec<Hook> {
        self.changes.end(Outcome::Visible);
        let due = take(&mut self.after_commit);
        self.forget();
        hooks(due)
    }

    /// Forgets all: the attempt is run again, or its outcome stays unknown.
    pub(super) fn forget(&mut self) {
        self.changes.end(if self.suspended {
            Outcome::Unknown
        } else {
            Outcome::Undone
        });
        *self = Self {
            over: true,
            ..Self::default()
        };
    }
}

fn hooks(registered: Vec<(u32, Hook)>) -> Vec<Hook> {
    registered.into_iter().map(|(_, hook)| hook).collect()
}

/// Makes a hook of an async closure.
pub(super) fn hook<F, Fut>(hook: F) -> Hook
where
    F: FnOnce() -> Fut + Send + 'static,
    Fut: Future<Output: HookOutcome> + Send + 'static,
{
    Box::new(move || Box::pin(async move { hook().await.failure() }))
}

/// Runs hooks in order, each to its end, also where the caller does not wait for it. A failure, and
/// a panic, is reported and stops nothing.
pub(super) async fn run(hooks: Vec<Hook>, ended: &'static str) {
    if hooks.is_empty() {
        return;
    }
    let all = async move {
        for hook in hooks {
            // In a task of its own, so that a panic stays there.
            match tokio::spawn(hook()).await {
                Ok(None) => {}
                Ok(Some(failure)) => tracing::error!(ended, failure, "a hook failed"),
                Err(panic) => tracing::error!(ended, failure = %panic, "a hook panicked"),
            }
        }
    };
    tokio::spawn(all).await.ok();
}
