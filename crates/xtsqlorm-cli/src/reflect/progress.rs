//! Tells a person at a terminal how far a run is, when it takes long enough to wonder.

use std::io::{IsTerminal, stderr};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The steps of a run after reading: generating, formatting, comparing.
const STEPS: u64 = 4;

/// From so many tables on the steps are shown.
const MANY: usize = 50;

/// Reading is shown when it takes longer than this.
const SOON: Duration = Duration::from_millis(700);

/// The steps of a run on stderr; nothing where stderr is no terminal, and gone when the run ends.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    terminal: bool,
}

impl Progress {
    /// Begins with reading the database. Needs a tokio runtime.
    pub(crate) fn begin() -> Self {
        Self::on(stderr().is_terminal())
    }

    fn on(terminal: bool) -> Self {
        let bar = ProgressBar::with_draw_target(Some(STEPS), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {msg}, {elapsed}") {
            bar.set_style(style);
        }
        bar.set_message("reading the database");
        let progress = Self { bar, terminal };
        if terminal {
            let bar = progress.bar.clone();
            tokio::spawn(async move {
                tokio::time::sleep(SOON).await;
                show(&bar);
            });
        }
        progress
    }

    /// Goes on to the tables, of which there are so many.
    pub(crate) fn tables(&self, count: usize) {
        if is_worth(self.terminal, count) {
            show(&self.bar);
        }
        self.step(format!("writing down {count} tables"));
    }

    /// Goes on to the next step.
    pub(crate) fn step(&self, what: impl Into<String>) {
        self.bar.inc(1);
        self.bar.set_message(what.into());
    }
}

/// Whether the steps are shown before a person begins to wonder.
fn is_worth(terminal: bool, count: usize) -> bool {
    terminal && count >= MANY
}

fn show(bar: &ProgressBar) {
    if bar.is_hidden() && !bar.is_finished() {
        bar.set_draw_target(ProgressDrawTarget::stderr());
        bar.enable_steady_tick(Duration::from_millis(200));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_shown_to_a_person_with_many_tables() {
        let shown = [(false, 400), (true, 10), (true, 400)]
            .map(|(terminal, count)| is_worth(terminal, count));
        assert_eq!(shown, [false, false, true]);
    }

    #[tokio::test]
    async fn a_pipe_gets_nothing() {
        let progress = Progress::on(false);
        progress.tables(400);
        progress.step("formatting");
        assert!(progress.bar.is_hidden());
        assert_eq!(progress.bar.position(), 2);
    }
}
