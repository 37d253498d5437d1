//! xtsqlorm beside SeaORM, sqlx and the peers: the same work, interleaved, on each backend.
//!
//! Every peer runs in a process of its own ([`child`]); this one prepares the rows ([`place`]), says
//! what to do and when ([`rounds`]), and writes down what came of it ([`report`]).

mod child;
mod machine;
mod measured;
mod options;
mod peers;
mod place;
mod proxy;
mod report;
mod rounds;

use clap::Parser;
use work::{Result, Target};

use self::options::{Command, Options, Worker};

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    match options.command {
        Some(Command::Worker(worker)) => work_on(worker).await,
        Some(Command::Scale(scale)) => rounds::scale(&scale).await,
        Some(Command::Instructions(counted)) => rounds::instructions(&counted).await,
        None => rounds::run(&options.run).await,
    }
}

async fn work_on(worker: Worker) -> Result<()> {
    let target = Target {
        backend: worker.backend,
        url: worker.url,
        pool: worker.pool,
    };
    work::serve(peers::connect(&worker.peer, &target).await?).await
}
