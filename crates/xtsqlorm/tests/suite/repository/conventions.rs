//! Time stamps, soft deletion and versions, on every path.

mod columns;
mod deletion;
mod stamps;
mod versions;

use entity::users;
use xtsqlorm::{prelude::*, repository::conventions::ManualClock};

use crate::support::TestDatabase;

/// A repository with all conventions, and the clock that it goes by.
pub(super) fn kept(db: &TestDatabase) -> (Repository<users::Entity>, ManualClock) {
    use users::Column;
    let clock = ManualClock::at(time("2026-02-28T10:00:00.123456Z"));
    let users = Repository::new(&db.provider())
        .timestamps(Column::CreatedAt, Column::UpdatedAt)
        .soft_delete(Column::DeletedAt)
        .versioned(Column::Version)
        .clock(clock.clone());
    (users, clock)
}

pub(super) fn time(text: &str) -> sea_orm::prelude::DateTimeUtc {
    text.parse().unwrap()
}

/// Changes of nothing but the name.
pub(super) fn named(name: &str) -> users::ActiveModel {
    users::ActiveModel {
        name: Set(name.into()),
        ..Default::default()
    }
}
