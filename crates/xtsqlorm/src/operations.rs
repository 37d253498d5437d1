//! What a service does with rows beyond reading and writing them.
//!
//! | question | answer |
//! |---|---|
//! | Is this text an e-mail address, this number one of an ID card? | `validators` |
//! | How do I refuse bad rows before they reach the database? | `validation` |

#[cfg(feature = "validation")]
pub mod validation;
#[cfg(feature = "validation")]
pub mod validators;
