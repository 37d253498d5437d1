//! Tables in Markdown.

use std::fmt;

use work::Op;

/// A table of operations by peers.
pub(super) struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Asks for each cell; one that nobody knows stays empty, and a peer that has none is left out.
    pub(super) fn of(
        ops: &[Op],
        peers: &[&'static str],
        cell: impl Fn(Op, &str) -> Option<String>,
    ) -> Self {
        let peers: Vec<_> = peers
            .iter()
            .filter(|peer| ops.iter().any(|op| cell(*op, peer).is_some()))
            .collect();
        let name = |op: &Op| vec![op.name().to_owned()];
        let row = |op: &Op| {
            let cells = peers.iter().map(|peer| cell(*op, peer).unwrap_or_default());
            name(op).into_iter().chain(cells).collect()
        };
        let head = peers.iter().map(|peer| (**peer).to_owned());
        Self {
            head: std::iter::once(String::new()).chain(head).collect(),
            rows: ops.iter().map(row).collect(),
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = std::iter::once(&self.head).chain(&self.rows);
        let widths: Vec<usize> = (0..self.head.len())
            .map(|column| {
                lines
                    .clone()
                    .map(|line| line[column].len())
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        for (number, line) in lines.clone().enumerate() {
            for (cell, width) in line.iter().zip(&widths) {
                write!(f, "| {cell:>width$} ")?;
            }
            writeln!(f, "|")?;
            if number == 0 {
                for (column, width) in widths.iter().enumerate() {
                    let end = if column == 0 { '-' } else { ':' };
                    write!(f, "|{}{end}", "-".repeat(width + 1))?;
                }
                writeln!(f, "|")?;
            }
        }
        Ok(())
    }
}
