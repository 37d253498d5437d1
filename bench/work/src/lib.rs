//! What every peer is asked to do, and the loop that asks it.
//!
//! A peer runs in a process of its own, so that its memory can be told from that of others and one
//! written in another language takes part in the same way. The process reads one [`Request`] a line
//! from its standard input and answers each with one [`Response`] a line.

mod csv;
mod memory;
mod peer;
mod protocol;
mod row;
mod serve;

pub use csv::CsvFile;
pub use memory::peak_kib;
pub use peer::{Backend, Missing, Peer, Target, missing};
pub use protocol::{Op, Request, Response};
pub use row::{Change, NewRow, Random, changes, rows};
pub use serve::serve;

/// What goes wrong in a peer is told, and leaves its cell empty.
pub type Result<T, E = anyhow::Error> = std::result::Result<T, E>;
