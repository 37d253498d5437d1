//! What a run found, wrote and left out, for the user to read.

use std::fmt;

use super::generate::Generated;
use super::model::{Field, Schema};
use super::plan::{LeftOut, Plan};
use super::write::Changes;

/// The account of one run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// The server and database.
    title: String,
    /// Base tables found.
    tables_found: usize,
    /// Entities written.
    tables_written: usize,
    /// Columns of those tables.
    columns_found: usize,
    /// Fields counted in the generated code.
    columns_written: usize,
    /// Views and the like, as name and kind.
    others: Vec<(String, String)>,
    /// Tables without an entity, as name, reason and whether it counts as lost.
    left_out: Vec<(String, String, bool)>,
    /// Columns whose field is no exact match.
    fallbacks: Vec<String>,
    /// What else there is to know.
    notes: Vec<String>,
    /// What happened to the files.
    files: Vec<String>,
}

impl Report {
    /// Takes down what was found.
    pub(crate) fn found(schema: &Schema) -> Self {
        Self {
            title: format!("{} on {}", schema.database, schema.server),
            tables_found: schema.tables.len() + schema.unreadable.len(),
            others: schema.others.clone(),
            ..Self::default()
        }
    }

    /// Takes down what was generated.
    pub(crate) fn generated(&mut self, plan: &Plan, generated: &Generated) {
        let columns = || {
            plan.entities
                .iter()
                .flat_map(|entity| entity.table.columns.iter().map(move |c| (entity, c)))
        };
        self.tables_written = plan.entities.len();
        self.columns_found = columns().count();
        self.columns_written = generated.fields;
        self.left_out = plan
            .left_out
            .iter()
            .map(|LeftOut { name, reason, lost }| (name.clone(), reason.clone(), *lost))
            .collect();
        self.notes = plan.notes.clone();
        for (entity, column) in columns() {
            let Field {
                fallback: Some(reason),
                ..
            } = &column.field
            else {
                continue;
            };
            self.fallbacks.push(format!(
                "{}.{} {}: {reason}",
                entity.table.name,
                column.name,
                shortened(&column.sql_type)
            ));
        }
        for entity in &plan.entities {
            let computed = entity
                .table
                .columns
                .iter()
                .filter(|column| column.generated.is_some());
            self.notes.extend(computed.map(|column| {
                format!(
                    "{}.{} is computed by the database: leave it NotSet in writes",
                    entity.table.name, column.name
                )
            }));
        }
    }

    /// Takes down what else there is to know.
    pub(crate) fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    /// Takes down what was done to the files; `verb` is what happened to the changed ones.
    pub(crate) fn files(&mut self, changes: &Changes, verb: &str, pruned: bool) {
        self.files.push(format!(
            "{} {verb}, {} unchanged",
            changes.write.len(),
            changes.unchanged
        ));
        for path in &changes.stale {
            let fate = if pruned {
                "removed"
            } else {
                "belongs to no table any more; --prune removes it"
            };
            self.files.push(format!("{}: {fate}", path.display()));
        }
    }

    /// Whether a table with a key, or a column, has got lost.
    pub(crate) fn lost(&self) -> bool {
        self.columns_written < self.columns_found || self.left_out.iter().any(|(_, _, lost)| *lost)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "reflected {}", self.title)?;
        writeln!(
            f,
            "  tables   {} found, {} written",
            self.tables_found, self.tables_written
        )?;
        writeln!(
            f,
            "  columns  {} found in them, {} written",
            self.columns_found, self.columns_written
        )?;
        for line in &self.files {
            writeln!(f, "  files    {line}")?;
        }
        list(
            f,
            "left out",
            self.left_out.iter().map(|(name, reason, lost)| {
                format!("{name}: {reason}{}", if *lost { " (LOST)" } else { "" })
            }),
        )?;
        list(
            f,
            "left out, not being base tables",
            self.others
                .iter()
                .map(|(name, kind)| format!("{name}: {kind}")),
        )?;
        list(
            f,
            "types without an exact match",
            self.fallbacks.iter().cloned(),
        )?;
        list(f, "notes", self.notes.iter().cloned())
    }
}

/// A headed list, unless it is empty.
fn list(
    f: &mut fmt::Formatter<'_>,
    heading: &str,
    lines: impl Iterator<Item = String>,
) -> fmt::Result {
    for (index, line) in lines.enumerate() {
        if index == 0 {
            writeln!(f, "  {heading}:")?;
        }
        writeln!(f, "    {line}")?;
    }
    Ok(())
}

/// A type that fits a line.
fn shortened(sql_type: &str) -> String {
    match sql_type.char_indices().nth(40) {
        Some((end, _)) => format!("{}..", &sql_type[..end]),
        None => sql_type.to_owned(),
    }
}
