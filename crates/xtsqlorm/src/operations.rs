//! What a service does with rows beyond reading and writing them.
//!
//! | question | answer |
//! |---|---|
//! | How do I get a repository with all of this? | [`OrmOperations`] |
//! | How can rows be read without asking the database each time? | `cache` |
//! | How do I run SQL that no builder writes? | [`RawSql`] |
//! | What are the sum, the least and the greatest of a column? | [`FieldStats`] |
//! | How do I write a table to a file? | `export` |
//! | How do I read a file into a table? | `import` |
//! | Is this text an e-mail address, this number one of an ID card? | `validators` |
//! | How do I refuse bad rows before they reach the database? | `validation` |

#[cfg(feature = "cache")]
pub mod cache;
#[cfg(feature = "arrow")]
mod columnar;
#[cfg(feature = "export")]
pub mod export;
#[cfg(feature = "export")]
mod format;
#[cfg(feature = "export")]
pub mod import;
mod orm;
mod raw;
mod statistics;
#[cfg(feature = "export")]
mod text;
#[cfg(feature = "validation")]
pub mod validation;
#[cfg(feature = "validation")]
pub mod validators;

#[cfg(feature = "export")]
pub use self::{
    export::{Export, ExportProgress, Exported},
    format::{Csv, Format},
    import::{Import, ImportProgress, Imported, OnError, Refused},
};
#[cfg(feature = "cache")]
pub use cache::{CacheOptions, CacheStatistics, CachedRepository};
pub use orm::OrmOperations;
pub use raw::RawSql;
pub use statistics::{FieldStats, Number};

pub use crate::row::Row;
