//! The loop that asks a peer.

use std::{
    path::Path,
    sync::Arc,
    time::{Instant, SystemTime},
};

use anyhow::ensure;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, stdin, stdout};

use crate::{
    Change, Missing, NewRow, Op, Peer, Random, Request, Response, Result, changes, peak_kib,
};

/// Answers requests until the input ends.
///
/// # Errors
///
/// Where the input or output breaks; what goes wrong in the peer is in the response.
pub async fn serve(peer: Arc<dyn Peer>) -> Result<()> {
    let mut lines = BufReader::new(stdin()).lines();
    let mut out = stdout();
    // A first line says that the peer is connected.
    let mut response = Response {
        peak_kib: peak_kib(),
        ..Response::default()
    };
    loop {
        let mut line = serde_json::to_vec(&response)?;
        line.push(b'\n');
        out.write_all(&line).await?;
        out.flush().await?;
        let Some(line) = lines.next_line().await? else {
            return Ok(());
        };
        let request: Request = serde_json::from_str(&line)?;
        let peer = Arc::clone(&peer);
        // On a worker, where the handlers of a service run.
        response = match tokio::spawn(answer(peer, request)).await? {
            Ok(response) => response,
            Err(error) => Response {
                missing: error.is::<Missing>(),
                error: Some(format!("{error:#}")),
                ..Response::default()
            },
        };
        response.peak_kib = peak_kib();
    }
}

async fn answer(peer: Arc<dyn Peer>, request: Request) -> Result<Response> {
    if request.op == Op::GetMany {
        return many(peer, &request).await;
    }
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let tag = format!("{:x}", since_1970.as_micros());
    let mut random = Random::new(request.round + 1);
    let mut times = Vec::with_capacity(usize::try_from(request.times)?);
    let mut rows = 0;
    for number in 0..request.times as i64 {
        let started;
        match request.op {
            Op::Get => {
                let id = random.up_to(request.rows);
                started = Instant::now();
                let read = peer.get(id).await?;
                times.push(started.elapsed());
                ensure!(read == id, "asked for row {id}, and got {read}");
            }
            Op::Create => {
                let row = NewRow::numbered(&tag, number);
                started = Instant::now();
                let id = peer.create(row).await?;
                times.push(started.elapsed());
                ensure!(id > request.rows, "a new row has the key {id}");
            }
            Op::Update => {
                let id = random.up_to(request.rows);
                let change = Change::numbered(random.up_to(1_000_000));
                started = Instant::now();
                let read = peer.update(id, change).await?;
                times.push(started.elapsed());
                ensure!(read == id, "changed row {id}, and got {read}");
            }
            Op::Delete => {
                started = Instant::now();
                let deleted = peer.delete(request.from + number).await?;
                times.push(started.elapsed());
                ensure!(deleted, "there was no row {}", request.from + number);
            }
            Op::Exists => {
                started = Instant::now();
                let exists = peer.exists((number % 4) as i32).await?;
                times.push(started.elapsed());
                ensure!(exists, "a quarter of the rows have this quantity");
            }
            Op::Count => {
                started = Instant::now();
                rows = peer.count((number % 4) as i32).await?;
                times.push(started.elapsed());
                ensure!(
                    rows >= request.rows as u64 / 4,
                    "only {rows} rows were counted"
                );
            }
            Op::List => {
                started = Instant::now();
                let read = peer.list(request.size).await?;
                times.push(started.elapsed());
                ensure!(read as u64 == request.size, "{read} rows came");
            }
            Op::Transaction => {
                let (read, change) = (random.up_to(request.rows), random.up_to(request.rows));
                started = Instant::now();
                peer.transaction(read, change, request.from + number)
                    .await?;
                times.push(started.elapsed());
            }
            Op::BulkInsert => {
                started = Instant::now();
                rows = peer.bulk_insert(&tag, request.size).await?;
                times.push(started.elapsed());
                ensure!(rows == request.size, "{rows} rows were added");
            }
            Op::BulkUpdate => {
                let changes = changes(request.size, number + request.round as i64);
                started = Instant::now();
                rows = peer.bulk_update(changes).await?;
                times.push(started.elapsed());
                ensure!(rows == request.size, "{rows} rows were changed");
            }
            Op::Export => {
                started = Instant::now();
                rows = peer.export(Path::new(&request.path)).await?;
                times.push(started.elapsed());
                ensure!(rows == request.size, "{rows} rows were written");
            }
            Op::Page => {
                started = Instant::now();
                let read = peer.page(request.from, request.size).await?;
                times.push(started.elapsed());
                ensure!(read as u64 == request.size, "{read} rows came");
            }
            Op::Upsert => {
                let id = random.up_to(request.rows);
                // The row keeps its code, which is unique.
                let row = NewRow::numbered("seed", id);
                started = Instant::now();
                let read = peer.upsert(id, row).await?;
                times.push(started.elapsed());
                ensure!(read == id, "wrote row {id}, and got {read}");
            }
            Op::GetMany => unreachable!("answered above"),
        }
    }
    times.sort_unstable();
    Ok(Response {
        median_ns: u64::try_from(times[times.len() / 2].as_nanos())?,
        total_ns: times.iter().map(|time| time.as_nanos() as u64).sum(),
        rows,
        ..Response::default()
    })
}

/// Reads by many tasks at a time; the median is the time of all by the number of reads.
async fn many(peer: Arc<dyn Peer>, request: &Request) -> Result<Response> {
    let each = request.times.div_ceil(request.tasks.max(1));
    let started = Instant::now();
    let tasks: Vec<_> = (0..request.tasks)
        .map(|task| {
            let peer = Arc::clone(&peer);
            let (round, rows) = (request.round, request.rows);
            tokio::spawn(async move {
                let mut random = Random::new(round * 1000 + task + 1);
                for _ in 0..each {
                    let id = random.up_to(rows);
                    let read = peer.get(id).await?;
                    ensure!(read == id, "asked for row {id}, and got {read}");
                }
                Ok(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    let total_ns = u64::try_from(started.elapsed().as_nanos())?;
    let reads = each * request.tasks;
    Ok(Response {
        median_ns: total_ns / reads.max(1),
        total_ns,
        rows: reads,
        ..Response::default()
    })
}
