//! Operations that take much less than a second.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use work::{Op, Request, Response, Result, Target};

use crate::{
    child::Child,
    measured::Measured,
    place::{Place, SPARE},
    proxy::Proxy,
};

/// What is measured.
pub(super) const OPS: [Op; 9] = [
    Op::Get,
    Op::GetMany,
    Op::Create,
    Op::Update,
    Op::Delete,
    Op::Exists,
    Op::Count,
    Op::List,
    Op::Transaction,
];

/// What is measured with a network between.
pub(super) const FAR_OPS: [Op; 5] = [
    Op::Get,
    Op::GetMany,
    Op::Create,
    Op::Update,
    Op::Transaction,
];

/// How long a turn takes, about.
const TURN: Duration = Duration::from_millis(40);
/// Tasks of [`Op::GetMany`].
const TASKS: u64 = 64;
/// Rows of [`Op::List`].
const LISTED: u64 = 1000;

/// The peers, connected.
pub(super) struct Points {
    peers: Vec<(&'static str, Child)>,
    target: Target,
    /// What a peer was asked for once and does not do.
    failed: BTreeSet<(Op, &'static str)>,
    /// How often an operation is done in a turn.
    times: BTreeMap<(Op, &'static str), u64>,
    /// Rows of [`Op::List`] and [`Op::Page`].
    pub(super) size: u64,
    /// Where rows to be deleted are, and where pages begin.
    pub(super) from: i64,
    /// Tasks of [`Op::GetMany`].
    pub(super) tasks: u64,
}

impl Points {
    /// Starts the peers. One that does not start takes no part.
    pub(super) async fn start(
        peers: &[&'static str],
        target: &Target,
        measured: &mut Measured,
    ) -> Self {
        let mut started = Vec::new();
        for peer in peers {
            match Child::start(peer, target).await {
                Ok(child) => started.push((*peer, child)),
                Err(error) => {
                    let error = Some(format!("{error:#}"));
                    measured.add(
                        Op::Get,
                        peer,
                        0,
                        Response {
                            error,
                            ..Response::default()
                        },
                    );
                }
            }
        }
        Self {
            peers: started,
            target: target.clone(),
            failed: BTreeSet::new(),
            times: BTreeMap::new(),
            size: LISTED,
            from: SPARE,
            tasks: TASKS,
        }
    }

    /// Lets all peers have their turns at all operations.
    pub(super) async fn measure(
        &mut self,
        place: &mut Place,
        ops: &[Op],
        rounds: u64,
        measured: &mut Measured,
    ) -> Result<()> {
        self.times.clear();
        // The first two are for warming up, and for finding out how much makes a turn.
        for round in 0..rounds + 2 {
            for op in ops {
                for number in 0..self.peers.len() {
                    let number = (number + round as usize) % self.peers.len();
                    if self.failed.contains(&(*op, self.peers[number].0)) {
                        continue;
                    }
                    let times = match self.times.get(&(*op, self.peers[number].0)) {
                        Some(times) => *times,
                        None => 1,
                    };
                    let response = self.turn(place, *op, number, round, times).await?;
                    if round < 2 {
                        let key = (*op, self.peers[number].0);
                        self.times.insert(key, times_of(*op, self.tasks, &response));
                    }
                    // A first failure is told, too.
                    if round > 1 || response.error.is_some() {
                        measured.add(*op, self.peers[number].0, round, response);
                    }
                }
            }
        }
        Ok(())
    }

    /// Counts what the server is asked for.
    pub(super) async fn count(
        &mut self,
        place: &mut Place,
        ops: &[Op],
        proxy: &Proxy,
    ) -> Result<BTreeMap<(Op, &'static str), f64>> {
        const TIMES: u64 = 100;
        let settled = || tokio::time::sleep(Duration::from_millis(50));
        let mut asked = BTreeMap::new();
        for op in ops {
            for number in 0..self.peers.len() {
                let times = if *op == Op::Count { 10 } else { TIMES };
                let first = self.turn(place, *op, number, 0, times).await?;
                if first.error.is_some() {
                    continue;
                }
                settled().await;
                let before = proxy.asked();
                let response = self.turn(place, *op, number, 1, times).await?;
                settled().await;
                if response.error.is_none() {
                    let each = (proxy.asked() - before) as f64 / times as f64;
                    asked.insert((*op, self.peers[number].0), each);
                }
            }
        }
        Ok(asked)
    }

    /// One turn of one peer, with the rows that it needs.
    async fn turn(
        &mut self,
        place: &mut Place,
        op: Op,
        number: usize,
        round: u64,
        times: u64,
    ) -> Result<Response> {
        let request = Request {
            op,
            times,
            size: self.size,
            tasks: self.tasks,
            rows: place.rows,
            from: self.from,
            round,
            path: String::new(),
        };
        if matches!(op, Op::Delete | Op::Transaction) {
            place.add_spare(times).await?;
        }
        let response = self.peers[number].1.ask(&request).await;
        let response = response.unwrap_or_else(|error| Response {
            error: Some(format!("{error:#}")),
            ..Response::default()
        });
        if response.error.is_some() {
            // Whatever it has left open is in nobody's way.
            let peer = self.peers[number].0;
            self.failed.insert((op, peer));
            self.peers[number].1 = Child::start(peer, &self.target).await?;
        }
        if matches!(op, Op::Create | Op::Delete | Op::Transaction) {
            place.restore().await?;
        }
        Ok(response)
    }
}

/// How often an operation is to be done for a turn to last as long as it should.
fn times_of(op: Op, tasks: u64, response: &Response) -> u64 {
    let times = TURN.as_nanos() as u64 / response.median_ns.max(1000);
    match op {
        Op::GetMany => times.clamp(2 * tasks, (64 * tasks).max(500)),
        _ => times.clamp(3, 500),
    }
}
