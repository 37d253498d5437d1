//! Tables and charts of what grows.

use std::{collections::BTreeSet, fmt::Write, fs};

use work::{Backend, Result};

use super::{head, lines::Lines};
use crate::{options::Scale, rounds::Grown};

/// A title, the name of its file, what is across, and what is in it.
type Chart = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

const CHARTS: [Chart; 6] = [
    (
        "One row, microseconds",
        "reads",
        "rows in the table",
        &["get", "exists", "upsert"],
    ),
    (
        "A page of 100 rows by key, microseconds",
        "pages",
        "rows in the table",
        &["page at the start", "page in the middle", "page at the end"],
    ),
    (
        "All rows into a CSV file, milliseconds",
        "export",
        "rows",
        &["export"],
    ),
    ("New rows, milliseconds", "insert", "rows", &["insert"]),
    (
        "The most memory of the process, MiB",
        "memory",
        "rows",
        &["memory of an export", "memory of an insert"],
    ),
    (
        "Reads by key, thousand a second",
        "tasks",
        "tasks at a time",
        &["tasks"],
    ),
];

/// Writes what was found out about a backend, and prints it.
pub(crate) fn write(scale: &Scale, backend: Backend, grown: &Grown) -> Result<()> {
    fs::create_dir_all(&scale.results.out)?;
    let mut text = head(backend, &grown.version)?;
    for (title, file, across, parts) in CHARTS {
        let mut lines = Vec::new();
        for part in parts {
            for (peer, points) in grown.of(part) {
                let name = match parts {
                    [_] => peer.to_owned(),
                    _ => format!("{peer}, {part}"),
                };
                lines.push((name, points));
            }
        }
        if lines.is_empty() {
            continue;
        }
        let file = format!("scale-{backend}-{file}.svg");
        write!(text, "\n## {title}\n\n![{title}]({file})\n\n")?;
        table(&mut text, across, &lines)?;
        let title = &format!("{backend}: {title}");
        let chart = Lines {
            title,
            across,
            lines,
        };
        fs::write(scale.results.out.join(file), chart.to_svg())?;
    }
    println!("{text}");
    fs::write(scale.results.out.join(format!("scale-{backend}.md")), text)?;
    Ok(())
}

fn table(text: &mut String, across: &str, lines: &[(String, &[(u64, f64)])]) -> Result<()> {
    let sizes: BTreeSet<u64> = lines
        .iter()
        .flat_map(|(_, points)| points.iter().map(|(size, _)| *size))
        .collect();
    write!(text, "| {across} ")?;
    for size in &sizes {
        write!(text, "| {size} ")?;
    }
    writeln!(text, "|\n|---{}|", "|--:".repeat(sizes.len()))?;
    for (name, points) in lines {
        write!(text, "| {name} ")?;
        for size in &sizes {
            let value = points.iter().find(|(of, _)| of == size);
            let value = value
                .map(|(_, value)| format!("{value:.1}"))
                .unwrap_or_default();
            write!(text, "| {value} ")?;
        }
        writeln!(text, "|")?;
    }
    Ok(())
}
