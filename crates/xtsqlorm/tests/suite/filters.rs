//! Filters: in Rust, in JSON and in query strings, on entities and on reflected tables.

mod hostile;
mod lists;
mod oracle;
mod random;
mod samples;
mod typed;
