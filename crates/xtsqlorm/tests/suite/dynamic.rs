//! Tables that are known at run time only.

mod as_entities;
mod bulk;
mod crud;
mod datasets;
mod kept;
mod keys;
mod names;
mod queries;
mod refused;
mod round_trips;
mod sample;
mod sessions;
pub(crate) mod types;
