//! The figures as a table.

use std::fs;

use super::catalogue::{Catalogue, Kind};
use crate::support::{Result, generated};

/// The figures of one database.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) name: String,
    tables: usize,
    views: usize,
    columns: usize,
    pub(super) compiled: bool,
    /// How many modules compile when the rest is left out, and how many there are.
    pub(super) modules: Option<(usize, usize)>,
    pub(super) fields: usize,
    pub(super) rows: usize,
    pub(super) read: usize,
    pub(super) round_tripped: usize,
    pub(super) dynamic_read: usize,
    pub(super) dynamic_round_tripped: usize,
    pub(super) problems: Vec<String>,
}

impl Line {
    pub(super) fn new(name: &str, catalogue: &Catalogue) -> Self {
        let views = catalogue
            .wanted()
            .filter(|table| table.kind == Kind::View)
            .count();
        Self {
            name: name.to_owned(),
            tables: catalogue.wanted().count() - views,
            views,
            columns: catalogue.wanted().map(|table| table.columns.len()).sum(),
            ..Self::default()
        }
    }

    /// What is not as it should be.
    pub(super) fn problem(&mut self, problem: impl Into<String>) {
        self.problems.push(problem.into());
    }
}

/// The figures of all databases in Markdown.
pub(super) fn table<'a>(lines: impl Iterator<Item = &'a Line>) -> String {
    let mut text = String::from(
        "| database | tables | views | columns | fields | compiles | rows | read | written back \
         | rows at run time: read | written back |\n|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for line in lines {
        let of = |part: usize| format!("{part} of {}", line.tables + line.views);
        text += &format!(
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
            line.name,
            line.tables,
            line.views,
            line.columns,
            line.fields,
            match (line.compiled, line.modules) {
                (true, _) => "yes".to_owned(),
                (false, None) => "no".to_owned(),
                (false, Some((_, 0))) => "no; nothing is written".to_owned(),
                (false, Some((some, all))) => format!("no; {some} of {all} modules do"),
            },
            line.rows,
            of(line.read),
            of(line.round_tripped),
            of(line.dynamic_read),
            of(line.dynamic_round_tripped),
        );
    }
    text
}

/// Keeps the table and the problems where the last run can be looked up.
pub(super) fn save<'a>(key: &str, lines: impl Iterator<Item = &'a Line> + Clone) -> Result<()> {
    let mut text = table(lines.clone());
    for line in lines {
        for problem in &line.problems {
            text += &format!("\n## {}\n{problem}\n", line.name);
        }
    }
    fs::write(generated().join(format!("corpus-{key}.md")), text)?;
    Ok(())
}
