//! toasty as a peer of the bench, on its pool as it comes.

mod model;

use std::sync::Arc;

use clap::Parser;
use toasty::Db;
use work::{Backend, Peer, Result};

#[derive(Debug, Parser)]
struct Options {
    /// The program asks by name; there is one peer here.
    #[arg(long)]
    peer: String,
    #[arg(long)]
    backend: Backend,
    #[arg(long)]
    url: String,
    #[arg(long)]
    pool: usize,
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    work::serve(connect(&options).await?).await
}

async fn connect(options: &Options) -> Result<Arc<dyn Peer>> {
    let mut builder = Db::builder();
    builder.max_pool_size(options.pool);
    let url = match options.backend {
        Backend::Sqlite => options.url.replacen("sqlite://", "sqlite:", 1),
        // Its driver of MariaDB wants 11.8.
        Backend::MySql | Backend::MariaDb => format!("{}?ssl-mode=DISABLED", options.url),
        Backend::Postgres => options.url.clone(),
    };
    Ok(match options.backend {
        Backend::Sqlite => {
            builder.models(toasty::models!(model::float::BenchRow));
            Arc::new(model::float::Toasty(builder.connect(&url).await?))
        }
        _ => {
            builder.models(toasty::models!(model::exact::BenchRow));
            Arc::new(model::exact::Toasty(builder.connect(&url).await?))
        }
    })
}
