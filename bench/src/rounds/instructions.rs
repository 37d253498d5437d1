//! What the client does for one operation, in instructions, which nothing else on the machine changes.

use std::{io::Write, path::Path, process::Stdio};

use anyhow::Context;
use work::{Backend, Op, Request, Result, Target};

use super::peers;
use crate::{child, options::Instructions, place::Place};

/// Rows of the table.
const ROWS: u64 = 10_000;

/// Each operation with two lengths of run, of which the difference is counted: what a process does to
/// start, to connect and to prepare statements is in both.
const RUNS: [(Op, u64, u64); 6] = [
    (Op::Get, 200, 1_200),
    (Op::Update, 200, 1_200),
    (Op::Exists, 100, 600),
    (Op::List, 5, 25),
    (Op::Export, 1, 3),
    // The last, since it adds rows.
    (Op::Create, 100, 600),
];

/// Prints a table for each backend.
pub(crate) async fn run(options: &Instructions) -> Result<()> {
    let all = async |folder: &Path| {
        for backend in &options.servers.backend {
            one(options, *backend, folder).await?;
        }
        Ok(())
    };
    options.scratch.with(all).await
}

async fn one(options: &Instructions, backend: Backend, folder: &Path) -> Result<()> {
    let (peers, _) = peers(&options.peers)?;
    let pool = options.servers.pool;
    let mut place = Place::make(backend, "instructions", folder, ROWS, pool).await?;
    println!("{}\n", place.version().await?);
    println!("| | {} |", peers.join(" | "));
    println!("|---|{}", "---:|".repeat(peers.len()));
    for (op, few, many) in RUNS {
        let mut cells = Vec::new();
        for peer in &peers {
            let short = counted(peer, &place.target, folder, op, few)?;
            let long = counted(peer, &place.target, folder, op, many)?;
            cells.push((long.saturating_sub(short) / (many - few)).to_string());
        }
        println!("| {} | {} |", op.name(), cells.join(" | "));
    }
    println!();
    place.remove().await
}

/// The instructions of a process that does so many operations.
fn counted(peer: &str, target: &Target, folder: &Path, op: Op, times: u64) -> Result<u64> {
    let mut process = std::process::Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .arg("worker")
        .args(child::arguments(peer, target))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("valgrind, which counts, is not installed")?;
    let request = Request {
        op,
        times,
        size: if op == Op::Export { ROWS } else { 1_000 },
        tasks: 1,
        rows: ROWS as i64,
        from: 0,
        round: 0,
        path: folder.join("export.csv").display().to_string(),
    };
    let mut line = serde_json::to_vec(&request)?;
    line.push(b'\n');
    // Its end tells the process that this was all.
    let mut input = process.stdin.take().context("no input")?;
    input.write_all(&line)?;
    drop(input);
    let said = process.wait_with_output()?.stderr;
    let said = String::from_utf8_lossy(&said);
    let counted = said
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    let (_, counted) = counted.with_context(|| format!("valgrind said: {said}"))?;
    Ok(counted.trim().parse()?)
}
