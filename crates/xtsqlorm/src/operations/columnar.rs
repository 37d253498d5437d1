//! Rows as Arrow's columns, and back.

mod build;
mod read;
mod schema;

pub(super) use self::{
    build::Batches,
    read::{check_types, value_at},
};
