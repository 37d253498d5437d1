//! How long a command takes.

use std::fmt;
use std::fs;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// The clock ticks of a second in `/proc`, which is the same on every Linux.
const TICKS: f64 = 100.0;

/// What a command took, in seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken {
    /// On the clock.
    wall: f64,
    /// Of the processors, where `/proc` tells.
    processor: Option<f64>,
}

impl Taken {
    /// How many times as long as the other.
    pub(crate) fn against(&self, other: &Self) -> Self {
        let processor = self.processor.zip(other.processor);
        Self {
            wall: self.wall / other.wall,
            processor: processor.map(|(this, other)| this / other),
        }
    }
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2}", self.wall)?;
        match self.processor {
            Some(processor) => write!(f, " ({processor:.2})"),
            None => Ok(()),
        }
    }
}

/// Runs a command to its end.
///
/// # Errors
///
/// When it fails; with what it said.
pub(crate) fn taken(command: &mut Command) -> Result<Taken> {
    let (begun, used) = (Instant::now(), processor());
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {:?}", command.get_program()))?;
    let wall = begun.elapsed().as_secs_f64();
    if !output.status.success() {
        bail!(
            "{:?} failed: {}",
            command.get_program(),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let processor = used.zip(processor()).map(|(before, after)| after - before);
    Ok(Taken { wall, processor })
}

/// The seconds that ended children have used, and theirs.
fn processor() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name in parentheses may hold anything; the third field stands behind it.
    let (_, fields) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks = |place: usize| fields.get(place)?.parse::<f64>().ok();
    Some((ticks(13)? + ticks(14)?) / TICKS)
}

/// The middle one by the clock, with the middle one of the processors.
pub(crate) fn median(times: &[Taken]) -> Taken {
    let middle = |mut seconds: Vec<f64>| {
        seconds.sort_by(f64::total_cmp);
        seconds[seconds.len() / 2]
    };
    let processor: Option<Vec<f64>> = times.iter().map(|taken| taken.processor).collect();
    Taken {
        wall: middle(times.iter().map(|taken| taken.wall).collect()),
        processor: processor.map(middle),
    }
}
