//! What was measured.

use std::collections::BTreeMap;

use work::{Op, Response};

/// Turns of several peers at the same operations.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    /// The responses by operation and peer, one a round.
    turns: BTreeMap<(Op, String), Vec<(u64, Response)>>,
    /// Why a cell is empty.
    failed: BTreeMap<(Op, String), String>,
}

impl Measured {
    pub(crate) fn add(&mut self, op: Op, peer: &str, round: u64, response: Response) {
        let key = (op, peer.to_owned());
        match response.error {
            None => self.turns.entry(key).or_default().push((round, response)),
            Some(_) if response.missing => {}
            Some(error) => {
                if self.failed.insert(key, error.clone()).is_none() {
                    eprintln!("  {peer}: {}: {error}", op.name());
                }
            }
        }
    }

    /// The operations that anybody has done.
    pub(crate) fn ops(&self) -> Vec<Op> {
        let mut ops: Vec<Op> = self.turns.keys().map(|(op, _)| *op).collect();
        ops.dedup();
        ops
    }

    /// What went wrong, by operation and peer.
    pub(crate) fn failures(&self) -> impl Iterator<Item = (Op, &str, &str)> {
        let failed = self.failed.iter();
        failed.map(|((op, peer), error)| (*op, &**peer, &**error))
    }

    /// Nanoseconds for one time, the median of all rounds.
    pub(crate) fn time(&self, op: Op, peer: &str) -> Option<f64> {
        let turns = self.turns(op, peer)?;
        median(turns.iter().map(|(_, turn)| turn.median_ns as f64))
    }

    /// How many times as long as the other one it took: the median of what it was in each round, so
    /// that a moment in which the machine was slow, and both were, does not matter.
    pub(crate) fn ratio(&self, op: Op, peer: &str, to: &str) -> Option<f64> {
        let to: BTreeMap<u64, u64> = self
            .turns(op, to)?
            .iter()
            .map(|(round, turn)| (*round, turn.median_ns))
            .collect();
        let turns = self.turns(op, peer)?.iter();
        median(turns.filter_map(|(round, turn)| {
            let other = *to.get(round)? as f64;
            Some(turn.median_ns as f64 / other)
        }))
    }

    /// Thousand rows a second, the median of all rounds.
    pub(crate) fn thousand_rows(&self, op: Op, peer: &str) -> Option<f64> {
        let turns = self.turns(op, peer)?.iter();
        median(turns.map(|(_, turn)| turn.rows as f64 / (turn.median_ns as f64 / 1e6)))
    }

    /// The most memory that the process has had, in MiB, the median of all rounds.
    pub(crate) fn peak(&self, op: Op, peer: &str) -> Option<f64> {
        let turns = self.turns(op, peer)?.iter();
        median(turns.map(|(_, turn)| turn.peak_kib as f64 / 1024.0))
    }

    fn turns(&self, op: Op, peer: &str) -> Option<&Vec<(u64, Response)>> {
        self.turns.get(&(op, peer.to_owned()))
    }
}

/// The value in the middle.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
