//! Durations as people write them.

use std::time::Duration;

/// What a duration looks like, for a message.
pub(super) const EXPECTED: &str =
    "a duration such as \"500ms\", \"30s\", \"5m\" or \"1h\", or a number of seconds";

/// The longest duration that is accepted: beyond it, clocks overflow.
const LONGEST: f64 = 100.0 * 366.0 * 86_400.0;

/// Parses a number with a unit (`ms`, `s`, `m`, `h`, `d`), or of seconds.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let number: f64 = text[..digits].parse().ok()?;
    match text[digits..].trim_start() {
        "ms" => seconds(number / 1000.0),
        "" | "s" => seconds(number),
        "m" => seconds(number * 60.0),
        "h" => seconds(number * 3600.0),
        "d" => seconds(number * 86_400.0),
        _ => None,
    }
}

/// Converts seconds, if clocks can count that many.
pub(super) fn seconds(number: f64) -> Option<Duration> {
    if number > LONGEST {
        return None;
    }
    Duration::try_from_secs_f64(number).ok()
}
