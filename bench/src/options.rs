//! What the command line says.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::{Args, Parser, Subcommand};
use work::{Backend, Result};

/// Does the same work with xtsqlorm, SeaORM, sqlx and the peers, and writes down how long it took.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) run: Run,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// How the same work grows with the rows of the table, and with the tasks that do it.
    Scale(Scale),
    /// What the client does for one operation, counted by valgrind.
    Instructions(Instructions),
    /// One peer, which reads from its input what to do.
    #[command(hide = true)]
    Worker(Worker),
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    #[command(flatten)]
    pub(crate) servers: Servers,
    /// The operations, by their names in the tables; all by default.
    #[arg(long, value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// The peers; all by default. sqlx-held is always among them.
    #[arg(long, value_delimiter = ',')]
    pub(crate) peers: Vec<String>,
    /// How often each peer has its turn.
    #[arg(long, default_value_t = 21)]
    pub(crate) rounds: u64,
    /// The same for what takes seconds.
    #[arg(long, default_value_t = 3)]
    pub(crate) bulk_rounds: u64,
    /// Rows in the table.
    #[arg(long, default_value_t = 100_000)]
    pub(crate) rows: u64,
    /// Rows of a bulk insert.
    #[arg(long, default_value_t = 100_000)]
    pub(crate) bulk_rows: u64,
    /// Rows of a bulk update.
    #[arg(long, default_value_t = 10_000)]
    pub(crate) update_rows: u64,
    /// Rows of an export.
    #[arg(long, default_value_t = 100_000)]
    pub(crate) export_rows: u64,
    /// What the network between adds to a round trip, in microseconds; 0 leaves this part out.
    #[arg(long, default_value_t = 600)]
    pub(crate) delay: u64,
    #[command(flatten)]
    pub(crate) results: Results,
    #[command(flatten)]
    pub(crate) scratch: Scratch,
}

#[derive(Debug, Args)]
pub(crate) struct Scale {
    #[command(flatten)]
    pub(crate) servers: Servers,
    /// The peers.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "sqlx-held,seaorm,xtsqlorm"
    )]
    pub(crate) peers: Vec<String>,
    /// Rows of the table, 10,000,000 if there is time for it.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "1000,10000,100000,1000000"
    )]
    pub(crate) sizes: Vec<u64>,
    /// Tasks that read at a time.
    #[arg(long, value_delimiter = ',', default_value = "1,4,16,64,256,512")]
    pub(crate) tasks: Vec<u64>,
    /// How often each peer has its turn.
    #[arg(long, default_value_t = 7)]
    pub(crate) rounds: u64,
    #[command(flatten)]
    pub(crate) results: Results,
    #[command(flatten)]
    pub(crate) scratch: Scratch,
}

#[derive(Debug, Args)]
pub(crate) struct Instructions {
    #[command(flatten)]
    pub(crate) servers: Servers,
    /// The peers.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "sqlx-held,xtsqlorm,seaorm"
    )]
    pub(crate) peers: Vec<String>,
    #[command(flatten)]
    pub(crate) scratch: Scratch,
}

/// What is connected to.
#[derive(Debug, Args)]
pub(crate) struct Servers {
    /// The backends, of sqlite, mysql, mariadb and postgres. A server is found by
    /// XTSQLORM_TEST_MYSQL_URL, XTSQLORM_TEST_MARIADB_URL, XTSQLORM_TEST_POSTGRES_URL.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "sqlite,mysql,mariadb,postgres"
    )]
    pub(crate) backend: Vec<Backend>,
    /// The most connections of a pool.
    #[arg(long, default_value_t = 16)]
    pub(crate) pool: u32,
}

#[derive(Debug, Args)]
pub(crate) struct Results {
    /// Where the results go.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/results"))]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Scratch {
    /// Where files of SQLite and exports are made; in memory, where there is such a folder, so that
    /// the disk does not matter, as it does not for servers that do not wait for theirs.
    #[arg(long)]
    folder: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Worker {
    #[arg(long)]
    pub(crate) peer: String,
    #[arg(long)]
    pub(crate) backend: Backend,
    #[arg(long)]
    pub(crate) url: String,
    #[arg(long)]
    pub(crate) pool: u32,
}

impl Run {
    /// Whether this operation is asked for.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }
}

impl Scratch {
    /// Does some work with a folder of this process's own, in the one that was asked for or, if
    /// there is such a thing, in memory. It is removed afterwards.
    pub(crate) async fn with<T>(&self, work: impl AsyncFnOnce(&Path) -> Result<T>) -> Result<T> {
        let memory = Path::new("/dev/shm");
        let parent = match &self.folder {
            Some(folder) => folder.clone(),
            None if memory.is_dir() => memory.to_owned(),
            None => std::env::temp_dir(),
        };
        let folder = parent.join(format!("xtsqlorm-bench-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let done = work(&folder).await;
        fs::remove_dir_all(&folder)?;
        done
    }
}
