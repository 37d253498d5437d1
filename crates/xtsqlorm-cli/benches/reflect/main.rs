//! How long `xtsqlorm reflect` takes for 400 tables, and how long the compiler takes for what it
//! writes, beside sea-orm-cli.
//!
//! ```sh
//! eval "$(scripts/db env)"   # or the URLs of other servers
//! XTSQLORM_CORPUS_STOCK=path/to/sea-orm-cli cargo bench -p xtsqlorm-cli --bench reflect
//! ```
//!
//! measures on SQLite and on each server of which `XTSQLORM_TEST_*_URL` is set; names behind `--`
//! choose among them. Without sea-orm-cli, version 2.0.4, there are no figures to compare with.
//! The two crates are checked in turn, with all that they depend on compiled before; a figure is
//! the median of its rounds. Seconds of processor time are those of all processes, and say more
//! than seconds on the clock where other programs run beside.

mod crates;
mod schema;
mod scratch;
mod stopwatch;

use std::process::Command;

use anyhow::{Result, ensure};

use self::crates::Crates;
use self::scratch::{Backend, Scratch};
use self::stopwatch::{Taken, median, taken};

/// How many times each is measured; sea-orm-cli needs minutes to reflect, and does it once.
const ROUNDS: usize = 3;

/// The crates of the two programs.
const NAMES: [&str; 2] = ["by-xtsqlorm", "by-sea-orm-cli"];

#[tokio::main]
async fn main() -> Result<()> {
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"))
        .collect();
    println!(
        "{} tables, {} foreign keys; median of {ROUNDS}; seconds, and in parentheses those of the \
         processors\n",
        schema::TABLES,
        schema::foreign_keys()
    );
    println!("| backend | program | reflects | `cargo check` | against sea-orm-cli |");
    println!("|---|---|---|---|---|");
    for backend in Backend::ALL {
        let wanted = match asked.as_slice() {
            [] => backend.is_there(),
            names => names.iter().any(|name| name == backend.name()),
        };
        if wanted {
            measure(backend).await?;
        }
    }
    Ok(())
}

/// Prints the figures of one backend.
async fn measure(backend: Backend) -> Result<()> {
    let scratch = Scratch::create(backend).await?;
    scratch.run(&schema::statements(backend)).await?;
    let stock = std::env::var_os("XTSQLORM_CORPUS_STOCK");
    let programs = 1 + usize::from(stock.is_some());
    let crates = Crates::new(&NAMES[..programs])?;
    let mut reflects = vec![Vec::new(); programs];
    let mut checks = vec![Vec::new(); programs];
    for round in 0..ROUNDS {
        for (place, times) in reflects.iter_mut().enumerate() {
            if place == 1 && round > 0 {
                continue;
            }
            let dir = crates.emptied(NAMES[place])?;
            let mut command = match &stock {
                Some(stock) if place == 1 => {
                    let mut command = Command::new(stock);
                    command
                        .args(["generate", "entity", "--lib", "--with-serde", "both"])
                        .args(["--database-url", scratch.plain_url()])
                        .arg("--output-dir")
                        .arg(dir.join("src"));
                    command
                }
                _ => {
                    let mut command = Command::new(env!("CARGO_BIN_EXE_xtsqlorm"));
                    command.args(["reflect", "--out"]).arg(dir);
                    command.env("DATABASE_URL", &scratch.url);
                    command
                }
            };
            // Neither finds a configuration there.
            times.push(taken(command.current_dir(crates.dir()))?);
        }
    }
    for name in &NAMES[..programs] {
        let modules = crates.modules(name)?;
        ensure!(
            modules >= schema::TABLES,
            "{name} wrote {modules} modules for {} tables",
            schema::TABLES
        );
        // The first check goes through all dependencies, too.
        crates.check(name)?;
    }
    for _ in 0..ROUNDS {
        for (place, times) in checks.iter_mut().enumerate() {
            times.push(crates.check(NAMES[place])?);
        }
    }
    scratch.drop().await?;
    let checked: Vec<Taken> = checks.iter().map(|times| median(times)).collect();
    for (place, times) in reflects.iter().enumerate() {
        let against = match checked.get(1) {
            Some(stock) => checked[place].against(stock).to_string(),
            None => "not measured".to_owned(),
        };
        println!(
            "| {} | {} | {} | {} | {against} |",
            backend.name(),
            NAMES[place],
            median(times),
            checked[place],
        );
    }
    Ok(())
}
