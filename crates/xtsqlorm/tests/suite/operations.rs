//! What a service does with rows beyond reading and writing them.

mod cache;
#[cfg(feature = "export")]
mod files;
mod orm;
mod raw;
mod statistics;
#[cfg(feature = "validation")]
mod validation;
#[cfg(feature = "validation")]
mod validators;
