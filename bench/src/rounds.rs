//! What is done, and in which order.
//!
//! Everything is interleaved: in each round every peer has a turn at each operation, and the order of
//! the peers is another one in each round. A turn is long enough to be measured and too short for the
//! machine to change much.

mod bulk;
mod instructions;
mod points;
mod scale;

use std::{collections::BTreeMap, path::Path, time::Duration};

use anyhow::bail;
use work::{Backend, Op, Result};

use crate::{child, measured::Measured, options::Run, place::Place, proxy::Proxy, report};

use self::points::Points;

pub(crate) use self::{
    instructions::run as instructions,
    scale::{Grown, run as scale},
};

/// All that was found out about one backend.
pub(crate) struct Found {
    pub(crate) backend: Backend,
    pub(crate) version: String,
    /// Those who took part, in the order of the tables.
    pub(crate) peers: Vec<&'static str>,
    /// Those who could not, and why.
    pub(crate) missing: Vec<(&'static str, String)>,
    pub(crate) points: Measured,
    /// How often the server was asked, for one operation.
    pub(crate) asked: BTreeMap<(Op, &'static str), f64>,
    pub(crate) network: Measured,
    pub(crate) bulk: Measured,
}

pub(crate) async fn run(run: &Run) -> Result<()> {
    run.scratch
        .with(async |folder| all(run, folder).await)
        .await
}

async fn all(run: &Run, folder: &Path) -> Result<()> {
    let (peers, missing) = peers(&run.peers)?;
    for (peer, reason) in &missing {
        eprintln!("without {peer}: {reason}");
    }
    for backend in &run.servers.backend {
        eprintln!("{backend}");
        let mut place = Place::make(*backend, "rows", folder, run.rows, run.servers.pool).await?;
        let mut found = Found {
            backend: *backend,
            version: place.version().await?,
            peers: peers.clone(),
            missing: missing.clone(),
            points: Measured::default(),
            asked: BTreeMap::new(),
            network: Measured::default(),
            bulk: Measured::default(),
        };
        let target = place.target.clone();
        let wanted = |ops: &[Op]| -> Vec<Op> {
            let wanted = ops.iter().copied().filter(|op| run.wants(op.name()));
            wanted.collect()
        };

        let ops = wanted(&points::OPS);
        let mut points = Points::start(&peers, &target, &mut found.points).await;
        points
            .measure(&mut place, &ops, run.rounds, &mut found.points)
            .await?;
        drop(points);

        if *backend != Backend::Sqlite {
            let proxy = Proxy::before(&target, Duration::ZERO)?;
            let mut points = Points::start(&peers, &proxy.target, &mut found.network).await;
            let ops: Vec<Op> = ops
                .iter()
                .copied()
                .filter(|op| *op != Op::GetMany)
                .collect();
            found.asked = points.count(&mut place, &ops, &proxy).await?;
        }
        let ops = wanted(&points::FAR_OPS);
        if *backend != Backend::Sqlite && run.delay > 0 {
            let proxy = Proxy::before(&target, Duration::from_micros(run.delay))?;
            let mut points = Points::start(&peers, &proxy.target, &mut found.network).await;
            let rounds = run.rounds.div_ceil(3);
            points
                .measure(&mut place, &ops, rounds, &mut found.network)
                .await?;
        }
        let ops = wanted(&bulk::OPS);
        if run.bulk_rounds > 0 && !ops.is_empty() {
            bulk::measure(run, folder, &mut place, &peers, &ops, &mut found.bulk).await?;
        }
        place.remove().await?;
        report::write(run, &found)?;
    }
    Ok(())
}

/// Those who take part, and those who cannot.
type Peers = (Vec<&'static str>, Vec<(&'static str, String)>);

fn peers(asked_for: &[String]) -> Result<Peers> {
    let (mut here, mut missing) = child::all();
    if asked_for.is_empty() {
        return Ok((here, missing));
    }
    let is_asked_for = |peer: &str| asked_for.iter().any(|asked| asked == peer);
    if let Some(unknown) = asked_for.iter().find(|asked| {
        let mut known = here.iter().chain(missing.iter().map(|(peer, _)| peer));
        !known.any(|peer| peer == *asked)
    }) {
        bail!(
            "there is no peer '{unknown}'; there are {}",
            here.join(", ")
        );
    }
    here.retain(|peer| *peer == report::BASE || is_asked_for(peer));
    missing.retain(|(peer, _)| is_asked_for(peer));
    Ok((here, missing))
}
