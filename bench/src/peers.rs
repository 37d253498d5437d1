//! The peers, each in a file of its own.

#[cfg(feature = "diesel")]
mod diesel;
#[cfg(feature = "seaorm")]
mod entity;
#[cfg(feature = "rbatis")]
mod rbatis;
#[cfg(feature = "seaorm")]
mod seaorm;
mod sqlx;
#[cfg(feature = "xtsqlorm")]
mod xtsqlorm;

use std::sync::Arc;

use anyhow::bail;
use work::{Peer, Result, Target};

/// The names of the peers in this program, the one that all are measured against first.
pub(crate) fn names() -> Vec<&'static str> {
    let mut names = vec!["sqlx-held", "sqlx-pool"];
    if cfg!(feature = "xtsqlorm") {
        names.push("xtsqlorm");
    }
    if cfg!(feature = "seaorm") {
        names.extend(["seaorm-tuned", "seaorm"]);
    }
    if cfg!(feature = "diesel") {
        names.extend(["diesel-held", "diesel-pool"]);
    }
    if cfg!(feature = "rbatis") {
        names.push("rbatis");
    }
    names
}

/// Connects the peer of this name.
pub(crate) async fn connect(name: &str, target: &Target) -> Result<Arc<dyn Peer>> {
    match name {
        "sqlx-held" => sqlx::connect(target, true).await,
        "sqlx-pool" => sqlx::connect(target, false).await,
        #[cfg(feature = "xtsqlorm")]
        "xtsqlorm" => xtsqlorm::connect(target).await,
        #[cfg(feature = "seaorm")]
        "seaorm" => seaorm::connect(target, false).await,
        #[cfg(feature = "seaorm")]
        "seaorm-tuned" => seaorm::connect(target, true).await,
        #[cfg(feature = "diesel")]
        "diesel-held" => diesel::connect(target, true).await,
        #[cfg(feature = "diesel")]
        "diesel-pool" => diesel::connect(target, false).await,
        #[cfg(feature = "rbatis")]
        "rbatis" => rbatis::connect(target).await,
        _ => bail!("there is no peer '{name}' in this program"),
    }
}
