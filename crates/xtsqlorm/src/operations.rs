//! What a service does with rows beyond reading and writing them.
//!
//! | question | answer |
//! |---|---|
//! | How do I run SQL that no builder writes? | [`RawSql`] |
//! | What are the sum, the least and the greatest of a column? | [`FieldStats`] |
//! | Is this text an e-mail address, this number one of an ID card? | `validators` |
//! | How do I refuse bad rows before they reach the database? | `validation` |

mod raw;
mod statistics;
#[cfg(feature = "validation")]
pub mod validation;
#[cfg(feature = "validation")]
pub mod validators;

pub use raw::RawSql;
pub use statistics::{FieldStats, Number};
