//! What bulk operations need of a repository, of an entity or of a reflected table.

use sea_orm::{
    QueryResult, Value,
    sea_query::{Expr, ValueTuple},
};

use super::{change::Settings, row::BulkRow, table::BulkTable};
use crate::{error::Result, repository::hooks::Operation, session::SessionProvider};

/// What is done to the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Create,
    Update,
    Upsert,
    Delete,
}

impl Kind {
    /// The same in the words of hooks.
    pub(crate) fn operation(self) -> Operation {
        match self {
            Self::Create => Operation::Create,
            Self::Update => Operation::Update,
            Self::Upsert => Operation::Upsert,
            Self::Delete => Operation::Delete,
        }
    }
}

/// What the caller gave for a row.
pub(crate) enum Given<R> {
    Row(R),
    /// The row with this key.
    Key(Vec<Value>),
}

/// A row of the input, and its index there, by which errors and the report name it.
pub(crate) struct Entry<R> {
    pub(crate) index: usize,
    pub(crate) given: Result<Given<R>>,
}

/// A repository whose rows are written in bulk.
pub(crate) trait BulkTarget: Clone + Send + Sync {
    /// A row as the caller has it.
    type Row: Send;

    fn provider(&self) -> &SessionProvider;

    /// The same repository on another provider.
    fn on_provider(&self, provider: SessionProvider) -> Self;

    /// The table, and which of its rows the operation sees.
    fn bulk_table(&self, kind: Kind) -> Result<BulkTable>;

    fn has_hooks(&self) -> bool;

    /// Lets the hooks look at a row, and the conventions complete it.
    fn prepare(
        &self,
        kind: Kind,
        given: Given<Self::Row>,
        index: usize,
    ) -> impl Future<Output = Result<BulkRow>> + Send;

    /// What every change sets beside its own.
    fn touched(&self) -> Result<Settings>;

    /// What makes a deleted row alive again.
    fn revived(&self) -> Result<Option<(usize, Expr)>>;

    /// What soft deletion sets; `None` where rows are deleted for good.
    fn marked_deleted(&self) -> Result<Option<Settings>>;

    /// Tells the hooks of so many rows that were written.
    fn written(&self, kind: Kind, rows: u64) -> impl Future<Output = Result<()>> + Send;

    /// The key in a row that a write returned.
    fn returned_key(&self, row: &QueryResult) -> Result<ValueTuple>;

    /// The key of that number, which MySQL gave; `None` where it gives none.
    fn numbered_key(&self, number: u64) -> Result<Option<ValueTuple>>;
}
