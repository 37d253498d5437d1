//! What a database says of itself.

mod cache;
mod datasets;
mod mapping;
mod mysql;
mod names;
mod postgres;
mod scale;
mod sqlite;
