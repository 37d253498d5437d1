//! How the same work grows.

use std::{collections::BTreeMap, path::Path};

use work::{Backend, Op, Request, Result};

use super::{bulk, peers, points::Points};
use crate::{measured::Measured, options::Scale, place::Place, report};

/// Rows of a page.
const PAGE: u64 = 100;
/// Rows of the table that many tasks read.
const SHARED: u64 = 100_000;

/// What was found out about one backend: values by what was measured, by peer, and by size.
#[derive(Default)]
pub(crate) struct Grown {
    pub(crate) version: String,
    pub(crate) peers: Vec<&'static str>,
    values: BTreeMap<(&'static str, &'static str), Vec<(u64, f64)>>,
}

impl Grown {
    fn add(&mut self, what: &'static str, peer: &'static str, size: u64, value: Option<f64>) {
        if let Some(value) = value {
            self.values
                .entry((what, peer))
                .or_default()
                .push((size, value));
        }
    }

    /// The values of one thing, by peer, in the order of the peers.
    pub(crate) fn of(&self, what: &str) -> Vec<(&'static str, &[(u64, f64)])> {
        let values = self.peers.iter().filter_map(|peer| {
            let mut values = self.values.iter();
            let (_, found) = values.find(|((w, p), _)| *w == what && p == peer)?;
            Some((*peer, &**found))
        });
        values.collect()
    }
}

/// Measures all backends that are asked for.
pub(crate) async fn run(scale: &Scale) -> Result<()> {
    let all = async |folder: &Path| {
        for backend in &scale.servers.backend {
            one(scale, *backend, folder).await?;
        }
        Ok(())
    };
    scale.scratch.with(all).await
}

async fn one(scale: &Scale, backend: Backend, folder: &Path) -> Result<()> {
    let (peers, _) = peers(&scale.peers)?;
    let mut grown = Grown {
        peers: peers.clone(),
        ..Grown::default()
    };
    for size in &scale.sizes {
        eprintln!("{backend}: {size} rows");
        let mut place = Place::make(backend, "scale", folder, *size, scale.servers.pool).await?;
        grown.version = place.version().await?;
        let end = place.rows - PAGE as i64;
        let reads: [(&str, Op, i64); 6] = [
            ("get", Op::Get, 0),
            ("page at the start", Op::Page, 1),
            ("page in the middle", Op::Page, end / 2),
            ("page at the end", Op::Page, end),
            ("exists", Op::Exists, 0),
            ("upsert", Op::Upsert, 0),
        ];
        for (what, op, from) in reads {
            let mut measured = Measured::default();
            let mut points = Points::start(&peers, &place.target, &mut measured).await;
            (points.size, points.from) = (PAGE, from);
            points
                .measure(&mut place, &[op], scale.rounds, &mut measured)
                .await?;
            for peer in &peers {
                let micros = measured.time(op, peer).map(|nanos| nanos / 1000.0);
                grown.add(what, peer, *size, micros);
            }
        }
        many_rows(&mut place, folder, *size, &peers, &mut grown).await?;
        place.remove().await?;
    }
    many_tasks(scale, backend, folder, &peers, &mut grown).await?;
    report::write_scale(scale, backend, &grown)
}

/// An export of the whole table, and an insert of as many rows into an empty one.
async fn many_rows(
    place: &mut Place,
    folder: &Path,
    size: u64,
    peers: &[&'static str],
    grown: &mut Grown,
) -> Result<()> {
    let target = &place.target;
    let mut empty = Place::make(target.backend, "bulk", folder, 0, target.pool).await?;
    for (op, time, memory) in [
        (Op::Export, "export", "memory of an export"),
        (Op::BulkInsert, "insert", "memory of an insert"),
    ] {
        for peer in peers {
            if op == Op::BulkInsert {
                empty.clear().await?;
            }
            let target = if op == Op::Export {
                &place.target
            } else {
                &empty.target
            };
            let path = folder.join("export.csv");
            let request = Request {
                op,
                times: 1,
                size,
                tasks: 1,
                rows: place.rows,
                from: 0,
                round: 0,
                path: path.display().to_string(),
            };
            let response = bulk::turn(peer, target, &request).await;
            if let Some(error) = &response.error {
                eprintln!("  {peer}: {}: {error}", op.name());
                continue;
            }
            grown.add(time, peer, size, Some(response.median_ns as f64 / 1e6));
            grown.add(memory, peer, size, Some(response.peak_kib as f64 / 1024.0));
        }
    }
    empty.remove().await
}

/// Reads by many tasks at a time.
async fn many_tasks(
    scale: &Scale,
    backend: Backend,
    folder: &Path,
    peers: &[&'static str],
    grown: &mut Grown,
) -> Result<()> {
    let mut place = Place::make(backend, "scale", folder, SHARED, scale.servers.pool).await?;
    for tasks in &scale.tasks {
        let mut measured = Measured::default();
        let mut points = Points::start(peers, &place.target, &mut measured).await;
        points.tasks = *tasks;
        points
            .measure(&mut place, &[Op::GetMany], scale.rounds, &mut measured)
            .await?;
        for peer in peers {
            let reads = measured.time(Op::GetMany, peer).map(|nanos| 1e6 / nanos);
            grown.add("tasks", peer, *tasks, reads);
        }
    }
    place.remove().await
}
