//! Operations on many rows, each by a process that does nothing else, so that its memory tells.

use std::path::Path;

use work::{Op, Request, Response, Result, Target};

use crate::{child::Child, measured::Measured, options::Run, place::Place};

/// What is measured.
pub(super) const OPS: [Op; 3] = [Op::BulkInsert, Op::BulkUpdate, Op::Export];

/// Lets all peers have their turns.
pub(super) async fn measure(
    run: &Run,
    folder: &Path,
    place: &mut Place,
    peers: &[&'static str],
    ops: &[Op],
    measured: &mut Measured,
) -> Result<()> {
    let backend = place.target.backend;
    for op in ops {
        let rows = match op {
            Op::Export if run.export_rows != run.rows => run.export_rows,
            _ => 0,
        };
        // Rows are added to a table of its own, which is emptied for everyone.
        let mut own = match op {
            Op::BulkInsert => {
                Some(Place::make(backend, "bulk", folder, 0, run.servers.pool).await?)
            }
            Op::Export if rows > 0 => {
                Some(Place::make(backend, "export", folder, rows, run.servers.pool).await?)
            }
            _ => None,
        };
        for round in 0..run.bulk_rounds {
            for number in 0..peers.len() {
                let peer = peers[(number + round as usize) % peers.len()];
                let place = own.as_mut().unwrap_or(&mut *place);
                if *op == Op::BulkInsert {
                    place.clear().await?;
                }
                let path = folder.join("export.csv");
                let request = Request {
                    op: *op,
                    times: 1,
                    size: match op {
                        Op::BulkInsert => run.bulk_rows,
                        Op::BulkUpdate => run.update_rows,
                        _ => run.export_rows,
                    },
                    tasks: 1,
                    rows: place.rows,
                    from: 0,
                    round: round * 1000 + number as u64,
                    path: path.display().to_string(),
                };
                let response = turn(peer, &place.target, &request).await;
                measured.add(*op, peer, round, response);
                if path.exists() {
                    std::fs::remove_file(path)?;
                }
            }
        }
        if let Some(own) = own {
            own.remove().await?;
        }
    }
    Ok(())
}

pub(super) async fn turn(peer: &str, target: &Target, request: &Request) -> Response {
    let asked = async { Child::start(peer, target).await?.ask(request).await };
    asked.await.unwrap_or_else(|error| Response {
        error: Some(format!("{error:#}")),
        ..Response::default()
    })
}
