//! A chart of what grows: a line for each peer, on axes on which each step multiplies.

use super::chart::{Anchor, LogAxis, Svg, colour};

const LEFT: f64 = 80.0;
const RIGHT: f64 = 640.0;
const TOP: f64 = 66.0;
const BOTTOM: f64 = 360.0;

/// How far apart the ends of the axis are at least: what differs by a quarter, as the same thing does
/// from one turn to another, is to look flat.
const FLAT: f64 = 100.0;

/// Values by size, a line for each name.
pub(super) struct Lines<'a> {
    pub(super) title: &'a str,
    pub(super) across: &'a str,
    pub(super) lines: Vec<(String, &'a [(u64, f64)])>,
}

impl Lines<'_> {
    pub(super) fn to_svg(&self) -> String {
        let points = || {
            self.lines
                .iter()
                .flat_map(|(_, points)| points.iter().copied())
        };
        let across = LogAxis::new(points().map(|(size, _)| size as f64), LEFT, RIGHT);
        let up = LogAxis::new(points().map(|(_, value)| value), BOTTOM, TOP).spanning(FLAT);
        let mut svg = Svg::new(RIGHT + 240.0, BOTTOM + 50.0);
        svg.text(LEFT, 26.0, Anchor::Start, 16, self.title);
        for tick in across.ticks() {
            let x = across.at(tick);
            svg.line((x, TOP), (x, BOTTOM), "#ddd", 1.0);
            svg.text(x, BOTTOM + 18.0, Anchor::Middle, 12, &number(tick));
        }
        for tick in up.ticks() {
            let y = up.at(tick);
            svg.line((LEFT, y), (RIGHT, y), "#ddd", 1.0);
            svg.text(LEFT - 8.0, y + 4.0, Anchor::End, 12, &number(tick));
        }
        svg.text(
            f64::midpoint(LEFT, RIGHT),
            BOTTOM + 40.0,
            Anchor::Middle,
            13,
            self.across,
        );
        for (line, (name, points)) in self.lines.iter().enumerate() {
            let at = |point: &(u64, f64)| (across.at(point.0 as f64), up.at(point.1));
            for pair in points.windows(2) {
                svg.line(at(&pair[0]), at(&pair[1]), colour(line), 2.0);
            }
            for point in *points {
                let (x, y) = at(point);
                let title = format!("{name}, {}: {:.1}", point.0, point.1);
                svg.dot(x, y, 3.5, colour(line), &title);
            }
            let y = TOP + 20.0 * line as f64;
            svg.dot(RIGHT + 16.0, y, 5.0, colour(line), name);
            svg.text(RIGHT + 28.0, y + 4.0, Anchor::Start, 12, name);
        }
        svg.finish()
    }
}

/// A number on an axis, with spaces between thousands.
fn number(value: f64) -> String {
    if value < 1000.0 {
        return format!("{value}");
    }
    let digits = format!("{value:.0}");
    let mut spaced = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            spaced.push(' ');
        }
        spaced.push(digit);
    }
    spaced
}
