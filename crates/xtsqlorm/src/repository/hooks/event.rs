//! What a hook is told about a write.

use sea_orm::{Condition, sea_query::ValueTuple};

use crate::session::{Session, SessionProvider};

/// What is done to rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// A row is created.
    Create,
    /// A row is created, or changed where it is there already.
    Upsert,
    /// Rows are changed.
    Update,
    /// A soft-deleted row is made alive again.
    Restore,
    /// Rows are deleted; softly, where the repository does that.
    Delete,
    /// Rows are deleted for good, although the repository deletes softly.
    Purge,
}

/// Which rows are written.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Target {
    /// A new row, whose key the database will give.
    New,
    /// The row with this key.
    Key(ValueTuple),
    /// All rows that meet the condition, as the caller gave it.
    Where(Condition),
}

/// One write, as hooks see it.
#[derive(Clone, Debug)]
pub struct Event {
    operation: Operation,
    table: String,
    target: Target,
    index: Option<usize>,
    rows: Option<u64>,
    provider: SessionProvider,
    committed: bool,
}

impl Event {
    pub(crate) fn new(
        operation: Operation,
        table: String,
        target: Target,
        provider: SessionProvider,
    ) -> Self {
        Self {
            operation,
            table,
            target,
            index: None,
            rows: None,
            provider,
            committed: false,
        }
    }

    /// The same for the row at this place of many.
    pub(crate) fn at(mut self, index: usize) -> Self {
        self.index = Some(index);
        self
    }

    /// The same after so many rows were written.
    pub(crate) fn done(mut self, rows: u64) -> Self {
        self.rows = Some(rows);
        self.committed = self.provider.current_session().is_none();
        self
    }

    /// The same after one row with this key was written.
    pub(crate) fn done_to(mut self, key: ValueTuple) -> Self {
        self.target = Target::Key(key);
        self.done(1)
    }

    /// The same after the transaction was committed, and its session is over.
    pub(super) fn after_commit(&self) -> Self {
        Self {
            provider: SessionProvider::new(self.provider.manager().clone()),
            committed: true,
            ..self.clone()
        }
    }

    /// What is done.
    #[must_use]
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// The name of the table.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }

    /// Which rows are written. After a row was created, its key.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The key, where it is one row's and known.
    #[must_use]
    pub fn key(&self) -> Option<&ValueTuple> {
        match &self.target {
            Target::Key(key) => Some(key),
            Target::New | Target::Where(_) => None,
        }
    }

    /// The row's place among those that are written together, counted from 0; in an import, the
    /// number of its line.
    #[must_use]
    pub fn index(&self) -> Option<usize> {
        self.index
    }

    /// How many rows were written; `None` before that.
    #[must_use]
    pub fn rows(&self) -> Option<u64> {
        self.rows
    }

    /// Where the write runs. What a hook reads and writes by it, in a repository of its own, is a
    /// part of the same transaction, if there is one.
    #[must_use]
    pub fn provider(&self) -> &SessionProvider {
        &self.provider
    }

    /// The session that the write is a part of, unless it stands alone.
    #[must_use]
    pub fn session(&self) -> Option<Session> {
        self.provider.current_session()
    }

    /// Whether the write is committed: after the commit of its transaction, and after a statement
    /// that stood alone.
    #[must_use]
    pub fn is_committed(&self) -> bool {
        self.committed
    }
}
