//! Repositories: reads, writes, queries, JSON, keys of every kind, and round trips.

mod arriving;
mod bulk;
mod conformance;
mod conventions;
pub(crate) mod covered;
mod find;
pub(crate) mod hooks;
mod json;
mod keys;
mod model;
mod pages;
mod reads;
mod records;
pub(crate) mod round_trips;
mod texts;
mod types;
pub(crate) mod writes;
