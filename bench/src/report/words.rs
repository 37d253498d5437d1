//! What the tables say, in words.

use crate::options::Run;

pub(super) const POINTS: &str = "
## One at a time

Time for one operation, as a ratio to sqlx by hand on a connection that is held: the median of what
it was in each round. Smaller is faster. `get64` is the time for one read where 64 tasks read on a
pool of 16 connections.

";

pub(super) const ASKED: &str = "
## How often the server is asked

For one operation: statements, PINGs, BEGIN and COMMIT, all that is answered. Counted on the wire.

";

pub(super) fn network(delay: u64) -> String {
    format!(
        "
## With a network between

Each answer comes {delay} microseconds later. Ratios of time.

"
    )
}

pub(super) fn bulk(run: &Run) -> String {
    format!(
        "
## Many rows

{} rows inserted, {} changed by key, {} written into a CSV file. Ratios of time.

",
        run.bulk_rows, run.update_rows, run.export_rows
    )
}
