//! Time stamps, soft deletion and versions, kept by the repository on every path.
//!
//! *When was this row created, who changed it under me, and can I have it back?* Say once which
//! columns answer that; what is written and read by the repository keeps to it from then on: single
//! rows, many, `_where`, upserts, JSON, sessions and units of work.
//!
//! ```
//! # include!("../doctest_setup.rs");
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
//! # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
//! use users::Column;
//!
//! let users = Repository::<users::Entity>::new(&provider)
//!     .timestamps(Column::CreatedAt, Column::UpdatedAt)
//!     .soft_delete(Column::DeletedAt)
//!     .versioned(Column::Version);
//! let fields = serde_json::json!({ "email": "ann@example.com", "name": "Ann" });
//! let ann = users.create_json(fields).await?;
//! assert_eq!(ann.version, 1);
//!
//! // Two have read the row. The second to write is told.
//! let mut first = ann.clone().into_active_model();
//! first.name = Set("Anna".into());
//! let mut second = ann.clone().into_active_model();
//! second.name = Set("Anne".into());
//! assert_eq!(users.update(ann.id, first).await?.map(|user| user.version), Some(2));
//! assert!(users.update(ann.id, second).await.unwrap_err().is_stale_version());
//!
//! // Deleted, out of sight, and back.
//! assert!(users.delete(ann.id).await?);
//! assert_eq!(users.get_by_id(ann.id).await?, None);
//! assert!(users.only_deleted().exists(ann.id).await?);
//! assert!(users.restore(ann.id).await?.is_some());
//! assert_eq!(users.count().await?, 1);
//! # Ok(())
//! # }
//! ```
//!
//! The columns of the conventions are the repository's: an update leaves what it is given for them
//! aside, but for the version, which it checks. Whoever must write them by hand takes a repository
//! without the convention. Statements that do not come from the repository, such as a SeaORM query
//! of your own, do not keep to anything.
//!
//! # Time stamps
//!
//! A new row gets both, unless it brings its own. Every change sets `updated`: updates, upserts, soft
//! deletion, `restore`. `created` stays what it is. The time is the [`Clock`]'s, to the microsecond;
//! all backends get the same, whatever their time zone. The columns are of any of SeaORM's date and
//! time types, or text, which holds the time as `2026-02-28T10:00:00.000000Z`.
//!
//! # Soft deletion
//!
//! `delete` and `delete_where` write the time into the column, where it is NULL, in one `UPDATE`. All
//! reads, and `update` and `update_where`, pass over rows in which it is not NULL;
//! [`with_deleted`](super::Repository::with_deleted) and
//! [`only_deleted`](super::Repository::only_deleted) make a repository, or a query, that sees them.
//! [`restore`](super::Repository::restore), [`purge`](super::Repository::purge) and
//! [`purge_deleted`](super::Repository::purge_deleted) need no such repository.
//!
//! A deleted row keeps its key and its unique values. `create` of a row that has one of them is a
//! unique violation, and so is `get_or_create`. `upsert` of a row whose key a deleted row has makes
//! that one alive again, since it promises that the row is there; one that brings a time of deletion
//! of its own keeps it.
//!
//! # Versions
//!
//! A new row begins with 1, unless it brings its own. Each change raises the number by one, in the
//! statement itself: updates, `update_where`, upserts, soft deletion, `restore`.
//!
//! Where the changes of an `update` or an `upsert` hold a version (a model that was read does, set or
//! unchanged), the statement looks for the row in that version. Where it is in another one,
//! [`Error::StaleVersion`](crate::Error::StaleVersion) tells which, and nothing was written; that,
//! and a missing row, costs one more round trip. Without a version, whatever is there is changed.
//! `update_where` refuses a version, which belongs into its condition. The column must not be NULL.
//!
//! # Changes that change nothing
//!
//! An `update` that sets no column, or none but those of the conventions, reads the row and writes
//! nothing, time stamp and version included; a version that it holds is compared. An update that sets
//! a column to what it was is a change, as is every upsert.

mod clock;
mod deletion;
mod rows;
mod values;

use std::{fmt, sync::Arc};

use sea_orm::EntityTrait;

use super::Repository;

pub use clock::{Clock, ManualClock, SystemClock};

pub(crate) use deletion::no_soft_deletion;
pub(in crate::repository) use rows::Settings;
pub(crate) use rows::version_number;
pub(crate) use values::{at_most_old, moment_of, time_text};

/// Which columns the conventions are about.
#[derive(Clone)]
pub(crate) struct Conventions<C> {
    /// When a row was created, and when it was changed last.
    pub(crate) timestamps: Option<(C, C)>,
    /// When a row was deleted.
    pub(crate) deleted: Option<C>,
    /// How often a row was written.
    pub(crate) version: Option<C>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl<C> Default for Conventions<C> {
    fn default() -> Self {
        Self {
            timestamps: None,
            deleted: None,
            version: None,
            clock: Arc::new(SystemClock),
        }
    }
}

impl<C: fmt::Debug> fmt::Debug for Conventions<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conventions")
            .field("timestamps", &self.timestamps)
            .field("deleted", &self.deleted)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// Which rows are seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Seen {
    /// Those that were not deleted.
    #[default]
    Alive,
    /// All.
    WithDeleted,
    /// Those that were deleted.
    OnlyDeleted,
}

/// Conventions are declared once; clones of the repository, and those of its sessions and units of
/// work, keep to them. [The module](crate::repository::conventions) tells what each does.
impl<E: EntityTrait> Repository<E> {
    /// Has a new row's `created` and `updated` filled, and every change set `updated`.
    #[must_use]
    pub fn timestamps(mut self, created: E::Column, updated: E::Column) -> Self {
        self.rules_mut().conventions.timestamps = Some((created, updated));
        self
    }

    /// Has `delete` write the time into `column`, which is NULL while a row is alive, and reads pass
    /// over deleted rows.
    #[must_use]
    pub fn soft_delete(mut self, column: E::Column) -> Self {
        self.rules_mut().conventions.deleted = Some(column);
        self
    }

    /// Has every change raise the whole number in `column`, and an `update` that holds a version
    /// refuse a row that is in another one.
    #[must_use]
    pub fn versioned(mut self, column: E::Column) -> Self {
        self.rules_mut().conventions.version = Some(column);
        self
    }

    /// Where the time comes from. Default: [`SystemClock`].
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.rules_mut().conventions.clock = Arc::new(clock);
        self
    }
}
