//! What a run found, wrote and left out: text for people, JSON for programs.

use std::fmt;
use std::path::Path;

use serde::Serialize;
use xtsqlorm::reflect::TableName;

use super::generate::Generated;
use super::model::{Schema, Table};
use super::plan::{Entity, Form, LeftOut, Plan};
use super::write::Changes;
use crate::print::{print, print_line};

/// How the report is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Style {
    /// Text on stderr
    Text,
    /// JSON on stdout, and nothing else there
    Json,
}

/// The account of one run.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    /// The database that was read.
    database: String,
    /// The server.
    server: String,
    /// Tables of all kinds.
    tables: Counts,
    /// Views, materialized ones too.
    views: Counts,
    /// Columns of the tables and views that have an entity.
    columns: Counts,
    /// Entities that can only be read, views not counted.
    read_only: usize,
    /// Partitions, which are read through the table that they are part of.
    folded: Vec<Folded>,
    /// Tables and views without an entity.
    left_out: Vec<Absent>,
    /// Columns whose field is no exact match.
    fallbacks: Vec<Fallback>,
    /// What else there is to know.
    notes: Vec<String>,
    /// What happened to the files.
    files: Files,
    /// The diagram that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    diagram: Option<String>,
    /// Whether a table or a column has no place in the entities.
    lost: bool,
    /// Whether names are told with their schema.
    #[serde(skip)]
    several: bool,
    /// How the directory differs from the database, as a unified diff; with --check.
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<String>,
}

/// How many there are, and how many were written.
#[derive(Debug, Default, Serialize)]
struct Counts {
    found: usize,
    written: usize,
}

/// A table without an entity.
#[derive(Debug, Serialize)]
struct Absent {
    table: String,
    reason: String,
    lost: bool,
}

/// A partition.
#[derive(Debug, Serialize)]
struct Folded {
    table: String,
    into: String,
}

/// A column whose field is no exact match.
#[derive(Debug, Serialize)]
struct Fallback {
    table: String,
    column: String,
    sql_type: String,
    reason: String,
}

/// What happened to the files.
#[derive(Debug, Default, Serialize)]
struct Files {
    /// What happened to the changed ones.
    action: &'static str,
    /// Those that changed.
    changed: Vec<String>,
    /// How many did not.
    unchanged: usize,
    /// Those that belong to no table any more, with what happens to them.
    stale: Vec<Stale>,
}

/// A file that belongs to no table any more.
#[derive(Debug, Serialize)]
struct Stale {
    path: String,
    fate: &'static str,
}

impl Report {
    /// Takes down what was found.
    pub(crate) fn found(schema: &Schema) -> Self {
        let is_view = |table: &&Table| table.model.kind.is_view();
        let read = schema.tables.len();
        let read_views = schema.tables.iter().filter(is_view).count();
        let unread = schema.unreadable.len();
        let unread_views = schema.unreadable.iter();
        let unread_views = unread_views.filter(|lost| lost.kind.is_view()).count();
        let views = read_views + unread_views;
        Self {
            database: schema.schemas.join(", "),
            server: schema.server.clone(),
            tables: Counts {
                found: read + unread - views,
                written: 0,
            },
            views: Counts {
                found: views,
                written: 0,
            },
            several: schema.has_several(),
            ..Self::default()
        }
    }

    /// Takes down what was generated.
    pub(crate) fn generated(&mut self, plan: &Plan, generated: &Generated) {
        let several = self.several;
        let shown = |name: &TableName| match several {
            true => name.to_string(),
            false => name.table.clone(),
        };
        let is_view = |entity: &&Entity| entity.table.model.kind.is_view();
        self.views.written = plan.entities.iter().filter(is_view).count();
        self.tables.written = plan.entities.len() - self.views.written;
        let columns = plan.entities.iter().map(|entity| entity.fields.len());
        self.columns = Counts {
            found: columns.sum(),
            written: generated.fields,
        };
        let keyless = |entity: &&Entity| matches!(&entity.form, Form::ReadOnly { .. });
        let read_only = plan.entities.iter().filter(keyless).count();
        self.read_only = read_only - self.views.written;
        let folded = plan.folded.iter().map(|(part, whole)| Folded {
            table: shown(part),
            into: shown(whole),
        });
        self.folded = folded.collect();
        let left_out = plan.left_out.iter();
        self.left_out = left_out
            .map(|LeftOut { name, reason, lost }| Absent {
                table: shown(name),
                reason: reason.clone(),
                lost: *lost,
            })
            .collect();
        self.lost = self.columns.written < self.columns.found
            || self.left_out.iter().any(|absent| absent.lost);
        self.notes.extend(plan.notes.iter().cloned());
        for entity in &plan.entities {
            let table = &entity.table;
            for (column, field) in table.model.columns.iter().zip(&table.fields) {
                self.fallbacks
                    .extend(field.note.iter().map(|reason| Fallback {
                        table: shown(&table.model.name),
                        column: column.name.clone(),
                        sql_type: column.sql_type.clone(),
                        reason: reason.clone(),
                    }));
                if column.generated.is_some() && !table.model.kind.is_view() {
                    self.notes.push(format!(
                        "{}.{} is computed by the database: leave it NotSet in writes",
                        shown(&table.model.name),
                        column.name
                    ));
                }
            }
        }
    }

    /// Takes down what else there is to know.
    pub(crate) fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    /// Takes down what was done to the files; `action` is what happened to the changed ones.
    pub(crate) fn files(&mut self, changes: &Changes, action: &'static str, pruned: bool) {
        let changed = changes.write.iter();
        let stale = changes.stale.iter().map(|stale| Stale {
            path: stale.path.display().to_string(),
            fate: match (stale.has_own_code, pruned) {
                (true, _) => {
                    "belongs to no table any more, and holds code of your own: move that, then \
                     remove the file"
                }
                (false, true) => "removed",
                (false, false) => "belongs to no table any more; --prune removes it",
            },
        });
        self.files = Files {
            action,
            changed: changed
                .map(|change| change.path.display().to_string())
                .collect(),
            unchanged: changes.unchanged,
            stale: stale.collect(),
        };
    }

    /// Takes down that a diagram was written, and what there is to know about it.
    pub(crate) fn diagram(&mut self, path: &Path, note: Option<String>) {
        self.diagram = Some(path.display().to_string());
        self.notes.extend(note);
    }

    /// Takes down how the directory differs.
    pub(crate) fn diff(&mut self, diff: String) {
        self.diff = Some(diff);
    }

    /// Whether a table with a key, or a column, has got lost.
    pub(crate) fn lost(&self) -> bool {
        self.lost
    }

    /// Prints the report; in one line when it is `short` and nothing is lost.
    ///
    /// # Errors
    ///
    /// When stdout cannot be written to.
    pub(crate) fn print(&self, style: Style, short: bool) -> anyhow::Result<()> {
        match style {
            Style::Json => print_line(serde_json::to_string_pretty(self)?)?,
            Style::Text => {
                print(self.diff.as_deref().unwrap_or_default())?;
                if short && !self.lost {
                    let (tables, columns) = (self.tables.written, self.columns.written);
                    let Self {
                        database, server, ..
                    } = self;
                    eprintln!(
                        "{database} on {server}: {tables} tables, {columns} columns, up to date"
                    );
                } else {
                    eprint!("{self}");
                }
            }
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "reflected {} on {}", self.database, self.server)?;
        writeln!(
            f,
            "  tables   {} found, {} written",
            self.tables.found, self.tables.written
        )?;
        if self.views.found > 0 {
            let Counts { found, written } = self.views;
            writeln!(f, "  views    {found} found, {written} written")?;
        }
        writeln!(
            f,
            "  columns  {} found in them, {} written",
            self.columns.found, self.columns.written
        )?;
        let Files {
            action,
            changed,
            unchanged,
            stale,
        } = &self.files;
        writeln!(
            f,
            "  files    {} {action}, {unchanged} unchanged",
            changed.len()
        )?;
        for Stale { path, fate } in stale {
            writeln!(f, "  files    {path}: {fate}")?;
        }
        if let Some(path) = &self.diagram {
            writeln!(f, "  diagram  {path}")?;
        }
        let left_out = self.left_out.iter().map(|absent| {
            let lost = if absent.lost { " (LOST)" } else { "" };
            format!("{}: {}{lost}", absent.table, absent.reason)
        });
        list(f, "left out", left_out)?;
        let folded = self.folded.iter();
        let folded = folded.map(|part| format!("{}: read through {}", part.table, part.into));
        list(f, "partitions", folded)?;
        let fallbacks = self.fallbacks.iter().map(|fallback| {
            let Fallback {
                table,
                column,
                sql_type,
                reason,
            } = fallback;
            format!("{table}.{column} {}: {reason}", shortened(sql_type))
        });
        list(f, "types without an exact match", fallbacks)?;
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
