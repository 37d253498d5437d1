//! What the client does for one operation, in instructions, which nothing else on the machine changes.

use std::{fs, io::Write, process::Stdio};

use anyhow::Context;
use work::{Op, Request, Result, Target};

use super::peers;
use crate::{
    options::{self, Instructions},
    place::Place,
};

/// Rows of the table.
const ROWS: u64 = 10_000;

/// Each operation with two lengths of run, of which the difference is counted: what a process does to
/// start, to connect and to prepare statements is in both.
const RUNS: [(Op, u64, u64); 5] = [
    (Op::Get, 200, 1_200),
    (Op::Create, 100, 600),
    (Op::Update, 200, 1_200),
    (Op::Exists, 100, 600),
    (Op::List, 5, 25),
];

/// Prints a table for each backend.
pub(crate) async fn run(options: &Instructions) -> Result<()> {
    let (peers, _) = peers(&options.peers)?;
    let folder = options::scratch(options.folder.as_deref());
    fs::create_dir_all(&folder)?;
    for backend in &options.backend {
        let mut place = Place::make(*backend, "instructions", &folder, ROWS, 16).await?;
        println!("{}\n", place.version().await?);
        println!("| | {} |", peers.join(" | "));
        println!("|---|{}", "---:|".repeat(peers.len()));
        for (op, few, many) in RUNS {
            let mut cells = Vec::new();
            for peer in &peers {
                let short = counted(peer, &place.target, op, few)?;
                let long = counted(peer, &place.target, op, many)?;
                cells.push((long.saturating_sub(short) / (many - few)).to_string());
            }
            println!("| {} | {} |", op.name(), cells.join(" | "));
        }
        println!();
        place.remove().await?;
    }
    fs::remove_dir_all(&folder)?;
    Ok(())
}

/// The instructions of a process that does so many operations.
fn counted(peer: &str, target: &Target, op: Op, times: u64) -> Result<u64> {
    let mut process = std::process::Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args(["worker", "--peer", peer])
        .args(["--backend", target.backend.name()])
        .args(["--url", &target.url])
        .args(["--pool", &target.pool.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("valgrind, which counts, is not installed")?;
    let request = Request {
        op,
        times,
        size: 1_000,
        tasks: 1,
        rows: ROWS as i64,
        from: 0,
        round: 0,
        path: String::new(),
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
