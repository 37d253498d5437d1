//! The process of a peer.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context, bail};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child as Process, ChildStdin, ChildStdout, Command},
};
use work::{Request, Response, Result, Target};

use crate::peers;

/// No peer gets longer for one request, but for what its rows take.
const PATIENCE: Duration = Duration::from_secs(180);
/// The least rows a second that a peer may be as slow as.
const ROWS_A_SECOND: u64 = 5_000;

/// A peer that waits for requests.
pub(crate) struct Child {
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    _process: Process,
    /// The most memory that it had when it was connected.
    pub(crate) idle_kib: u64,
}

impl Child {
    /// Starts a peer and waits until it is connected.
    pub(crate) async fn start(peer: &str, target: &Target) -> Result<Self> {
        let mut command = command(peer)?;
        command
            .args(arguments(peer, target))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let mut process = command.spawn()?;
        let input = process.stdin.take().context("no input")?;
        let output = process.stdout.take().context("no output")?;
        let mut child = Self {
            input,
            output: BufReader::new(output).lines(),
            _process: process,
            idle_kib: 0,
        };
        child.idle_kib = child.response(PATIENCE).await?.peak_kib;
        Ok(child)
    }

    /// Asks for something and waits until it is done.
    pub(crate) async fn ask(&mut self, request: &Request) -> Result<Response> {
        let mut line = serde_json::to_vec(request)?;
        line.push(b'\n');
        self.input.write_all(&line).await?;
        self.input.flush().await?;
        let rows = Duration::from_secs(request.size / ROWS_A_SECOND);
        self.response(PATIENCE + rows).await
    }

    async fn response(&mut self, patience: Duration) -> Result<Response> {
        let line = tokio::time::timeout(patience, self.output.next_line());
        let line = line.await.context("it takes too long")??;
        let line = line.context("it ended; see above")?;
        Ok(serde_json::from_str(&line)?)
    }
}

/// What a peer is told when it starts.
pub(crate) fn arguments(peer: &str, target: &Target) -> [String; 4] {
    [
        format!("--peer={peer}"),
        format!("--backend={}", target.backend),
        format!("--url={}", target.url),
        format!("--pool={}", target.pool),
    ]
}

/// All peers that could take part, and those that cannot, with the reason.
pub(crate) fn all() -> (Vec<&'static str>, Vec<(&'static str, String)>) {
    let mut here = peers::names();
    let mut missing = Vec::new();
    for peer in ["toasty", "advanced-alchemy", "sqlalchemy"] {
        match command(peer) {
            Ok(_) => here.push(peer),
            Err(error) => missing.push((peer, format!("{error:#}"))),
        }
    }
    (here, missing)
}

fn command(peer: &str) -> Result<Command> {
    let this = std::env::current_exe()?;
    match peer {
        "toasty" => {
            let program = this.with_file_name("bench-toasty");
            if !program.is_file() {
                bail!("{} is not built", program.display());
            }
            Ok(Command::new(program))
        }
        "advanced-alchemy" | "sqlalchemy" => {
            let mut command = Command::new(python()?);
            command.arg(folder().join("peer.py"));
            Ok(command)
        }
        _ => {
            let mut command = Command::new(this);
            command.arg("worker");
            Ok(command)
        }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("python")
}

/// A Python that has what the peers import.
fn python() -> Result<PathBuf> {
    let own = folder().join(".venv/bin/python");
    let named = std::env::var_os("BENCH_PYTHON").map(PathBuf::from);
    let python = named.unwrap_or(if own.is_file() { own } else { "python3".into() });
    let imports = "import sqlalchemy, advanced_alchemy, asyncmy, asyncpg, aiosqlite";
    let tried = std::process::Command::new(&python)
        .args(["-c", imports])
        .stderr(Stdio::null())
        .status();
    match tried {
        Ok(status) if status.success() => Ok(python),
        _ => bail!(
            "{} does not have what bench/python/requirements.txt names",
            python.display()
        ),
    }
}
