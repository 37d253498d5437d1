//! What xtsqlorm promises, as claims that hold on every backend.
//!
//! A claim is a plain function; `on_every_backend!` makes `claim::{sqlite, mysql, mariadb, postgres}`
//! from it. Those of the servers are ignored unless asked for: `scripts/test` runs all.

mod support;

mod allocations;
mod async_closures;
mod cancellation;
mod connection;
mod dynamic;
mod errors;
mod filters;
mod layers;
mod n_plus_one;
mod operations;
mod plain_seaorm;
mod reflect;
mod repository;
mod session;
mod tables;
mod transactions;
mod types;
