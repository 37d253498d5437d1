//! Tables and charts of what was measured.

mod chart;
mod dots;
mod lines;
mod scale;
mod table;
mod words;

use std::{
    fmt::Write,
    fs,
    time::{SystemTime, UNIX_EPOCH},
};

use chrono::DateTime;
use work::{Backend, Op, Result};

use self::{dots::Dots, table::Table};

pub(crate) use self::scale::write as write_scale;
use crate::{machine, measured::Measured, options::Run, rounds::Found};

/// Whom all are measured against.
pub(crate) const BASE: &str = "sqlx-held";

/// Writes what was found out about a backend, and prints it.
pub(crate) fn write(run: &Run, found: &Found) -> Result<()> {
    fs::create_dir_all(&run.results.out)?;
    let name = found.backend.name();
    let mut text = head(found.backend, &found.version)?;
    let chart = |what: &str, title: &str, measured: &Measured| -> Result<String> {
        let dots = Dots::of(title, measured, &found.peers);
        let file = format!("{name}-{what}.svg");
        fs::write(run.results.out.join(&file), dots.to_svg())?;
        Ok(format!("\n![{title}]({file})\n"))
    };
    if !found.points.ops().is_empty() {
        text += words::POINTS;
        text += &ratios(&found.points, &found.peers).to_string();
        text += &chart(
            "points",
            &format!("{name}: time, sqlx held = 1"),
            &found.points,
        )?;
        text += "\nMicroseconds, medians:\n\n";
        text += &times(&found.points, &found.peers).to_string();
    }
    if !found.asked.is_empty() {
        text += words::ASKED;
        let mut ops: Vec<Op> = found.asked.keys().map(|(op, _)| *op).collect();
        ops.dedup();
        text += &Table::of(&ops, &found.peers, |op, peer| {
            let asked = found
                .asked
                .iter()
                .find(|((o, p), _)| *o == op && *p == peer);
            asked.map(|(_, each)| format!("{each:.2}"))
        })
        .to_string();
    }
    if !found.network.ops().is_empty() {
        write!(text, "{}", words::network(run.delay))?;
        text += &ratios(&found.network, &found.peers).to_string();
        let title = format!("{name} behind a network: time, sqlx held = 1");
        text += &chart("network", &title, &found.network)?;
        text += "\nMicroseconds, medians:\n\n";
        text += &times(&found.network, &found.peers).to_string();
    }
    if !found.bulk.ops().is_empty() {
        text += &words::bulk(run);
        text += &ratios(&found.bulk, &found.peers).to_string();
        text += &chart(
            "bulk",
            &format!("{name}, many rows: time, sqlx held = 1"),
            &found.bulk,
        )?;
        let ops = found.bulk.ops();
        text += "\nThousand rows a second:\n\n";
        let thousand = |op, peer: &str| Some(format!("{:.1}", found.bulk.thousand_rows(op, peer)?));
        text += &Table::of(&ops, &found.peers, thousand).to_string();
        text += "\nThe most memory of the process, MiB:\n\n";
        let peak = |op, peer: &str| Some(format!("{:.0}", found.bulk.peak(op, peer)?));
        text += &Table::of(&ops, &found.peers, peak).to_string();
    }
    text += &empty_cells(found)?;
    println!("{text}");
    fs::write(run.results.out.join(format!("{name}.md")), text)?;
    Ok(())
}

fn head(backend: Backend, version: &str) -> Result<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let day = DateTime::from_timestamp(now.as_secs().try_into()?, 0).unwrap_or_default();
    let title = match backend {
        Backend::Sqlite => "SQLite",
        Backend::MySql => "MySQL",
        Backend::MariaDb => "MariaDB",
        Backend::Postgres => "PostgreSQL",
    };
    let mut text = format!("# {title} {version}\n\n");
    for line in machine::lines() {
        writeln!(text, "- {line}")?;
    }
    writeln!(
        text,
        "- {}: `{}`",
        day.format("%Y-%m-%d"),
        machine::command_line()
    )?;
    Ok(text)
}

fn ratios(measured: &Measured, peers: &[&'static str]) -> Table {
    Table::of(&measured.ops(), peers, |op, peer| {
        Some(format!("{:.2}", measured.ratio(op, peer, BASE)?))
    })
}

fn times(measured: &Measured, peers: &[&'static str]) -> Table {
    Table::of(&measured.ops(), peers, |op, peer| {
        let micros = measured.time(op, peer)? / 1000.0;
        Some(if micros < 100.0 {
            format!("{micros:.1}")
        } else {
            format!("{micros:.0}")
        })
    })
}

fn empty_cells(found: &Found) -> Result<String> {
    let mut text = String::new();
    for (peer, reason) in &found.missing {
        writeln!(text, "- {peer} took no part: {reason}.")?;
    }
    for measured in [&found.points, &found.network, &found.bulk] {
        for (op, peer, error) in measured.failures() {
            // The rest of it is the chain of causes.
            let error: String = error.chars().take(160).collect();
            let line = format!(
                "- {peer} has no {}: {}\n",
                op.name(),
                error.replace('\n', " ")
            );
            if !text.contains(&line) {
                text += &line;
            }
        }
    }
    if text.is_empty() {
        return Ok(text);
    }
    Ok(format!("\n## Cells that are empty\n\n{text}"))
}
