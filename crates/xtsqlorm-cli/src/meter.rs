//! Tells a person at a terminal how far an export or import is.

use std::io::{IsTerminal, stderr};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// A line on stderr with the rate and the time that is left; nothing where stderr is no terminal,
/// and gone when the work ends.
#[derive(Clone, Debug)]
pub(crate) struct Meter {
    bar: ProgressBar,
}

impl Meter {
    /// Of `whole` rows or bytes, where that is known.
    pub(crate) fn of(whole: Option<u64>, unit: &'static str) -> Self {
        Self::on(stderr().is_terminal(), whole, unit)
    }

    fn on(terminal: bool, whole: Option<u64>, unit: &'static str) -> Self {
        let target = match terminal {
            true => ProgressDrawTarget::stderr_with_hz(5),
            false => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(whole, target);
        let template = match whole {
            Some(_) => "{bar:24} {percent}% of {len} {unit}, {rate}, {eta} left, {msg}",
            None => "{spinner} {pos} {unit}, {rate}, {elapsed}, {msg}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            let unit = move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
                out.write_str(unit).ok();
            };
            let rate = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                write!(out, "{:.0}/s", state.per_sec()).ok();
            };
            bar.set_style(style.with_key("unit", unit).with_key("rate", rate));
        }
        if terminal {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Self { bar }
    }

    /// So far, with what else there is to tell.
    pub(crate) fn at(&self, position: u64, message: String) {
        self.bar.set_position(position);
        self.bar.set_message(message);
    }

    /// Takes the line away.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_gets_nothing() {
        let meter = Meter::on(false, Some(10), "rows");
        meter.at(5, "halfway".to_owned());
        assert!(meter.bar.is_hidden());
        assert_eq!(meter.bar.position(), 5);
    }
}
