//! Repositories: reads and writes of one entity, by any primary key.
//!
//! # Round trips
//!
//! | operation | PostgreSQL, SQLite | MariaDB | MySQL |
//! |---|---|---|---|
//! | `get_by_id`, `get_all`, `count`, `exists`, `delete`, a `find()` | 1 | 1 | 1 |
//! | `create` | 1 | 1 | 2: `INSERT`, then `SELECT` by key |
//! | `update` | 1 | 2: `UPDATE`, then `SELECT` by key | 2 |
//! | `upsert` | 1 | 2 | 2, 3 where the row is new |
//! | an update of a [version](conventions#versions) that finds no row | 2 | 2 | 2 |
//!
//! One statement stays one statement: none of them is wrapped in `BEGIN` and `COMMIT`. Inside a
//! [transaction](crate::session) of the same pool, all of them take part in it.
//!
//! # On every path
//!
//! [`conventions`] keep time stamps, soft deletion and versions; [`hooks`] run around every write.

#[cfg(feature = "export")]
mod batches;
pub mod bulk;
mod clauses;
pub mod conventions;
mod crud;
pub(crate) mod dates;
pub mod filter;
mod find;
mod form;
mod handle;
pub mod hooks;
mod json;
mod key;
mod list_query;
#[cfg(feature = "testing")]
mod memory;
mod model;
mod page;
pub mod pages;
mod race;
mod read;
mod refusal;
mod rules;
#[cfg(feature = "export")]
mod stored_json;
mod texts;
pub(crate) mod value;
mod write;

pub use crud::CrudRepository;
pub(crate) use crud::impl_crud_repository;
pub use filter::{Filter, NamedColumn, column};
pub use find::Find;
pub use handle::Repository;
pub use key::Key;
pub use list_query::{ListQuery, QueryRules, SortKey};
#[cfg(feature = "testing")]
pub use memory::InMemoryRepository;
pub use model::{DictOptions, ModelExt};
pub use page::Page;
pub use pages::{
    PageRequest, Paginated, Slice, Sort, TokenKey, Window, WindowRequest, WindowToken,
};

#[cfg(feature = "export")]
pub(crate) use self::batches::{BatchStream, Pages, arriving, is_only_filtered, paged, restrict};
#[cfg(feature = "export")]
pub(crate) use self::stored_json::stored_json;
pub(crate) use self::{
    filter::{Compared, Target, column_of},
    find::{any_row, count_rows, rows_to_aggregate},
    form::{Form, Held},
    json::{describe as describe_json, json_of, object, unknown_field},
    key::{display as display_key, whole_if_unchanged},
    race::{Look, find_or_create, update_or_create},
    read::in_order_of,
    refusal::Refusal,
    rules::Rules,
    write::{Change, Outcome, append_returning, no_changes, no_key, restricting, unknown_key},
};
