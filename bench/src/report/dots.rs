//! A chart of ratios: a row for each operation, a dot for each peer.

use super::{
    BASE,
    chart::{Anchor, LogAxis, Svg, colour},
};
use crate::measured::Measured;

const LEFT: f64 = 110.0;
const RIGHT: f64 = 900.0;
const TOP: f64 = 96.0;
const ROW: f64 = 34.0;

/// The number, name and ratio of a peer.
type Dot = (usize, &'static str, f64);

/// The ratios of all peers, on an axis on which each step multiplies.
pub(super) struct Dots<'a> {
    title: &'a str,
    /// The dots of each operation.
    rows: Vec<(&'static str, Vec<Dot>)>,
    peers: Vec<&'static str>,
}

impl<'a> Dots<'a> {
    pub(super) fn of(title: &'a str, measured: &Measured, peers: &[&'static str]) -> Self {
        let rows = measured.ops().into_iter().map(|op| {
            let dots = peers.iter().enumerate().filter_map(|(number, peer)| {
                Some((number, *peer, measured.ratio(op, peer, BASE)?))
            });
            (op.name(), dots.collect())
        });
        Self {
            title,
            rows: rows.collect(),
            peers: peers.to_vec(),
        }
    }

    pub(super) fn to_svg(&self) -> String {
        let bottom = TOP + ROW * self.rows.len() as f64;
        let mut svg = Svg::new(RIGHT + 30.0, bottom + 36.0);
        svg.text(LEFT, 24.0, Anchor::Start, 16, self.title);
        for (number, peer) in self.peers.iter().enumerate() {
            let x = LEFT + 135.0 * (number % 6) as f64;
            let y = 46.0 + 20.0 * (number / 6) as f64;
            svg.dot(x + 5.0, y - 4.0, 5.0, colour(number), peer);
            svg.text(x + 15.0, y, Anchor::Start, 12, peer);
        }
        let values = self
            .rows
            .iter()
            .flat_map(|(_, dots)| dots.iter().map(|dot| dot.2));
        let axis = LogAxis::new(values, LEFT, RIGHT);
        for tick in axis.ticks() {
            let x = axis.at(tick);
            let (colour, width) = if tick == 1.0 {
                ("#222", 1.5)
            } else {
                ("#ddd", 1.0)
            };
            svg.line((x, TOP - 10.0), (x, bottom), colour, width);
            svg.text(x, bottom + 18.0, Anchor::Middle, 12, &format!("{tick}"));
        }
        for (row, (op, dots)) in self.rows.iter().enumerate() {
            let y = TOP + ROW * (row as f64 + 0.5) - 5.0;
            svg.text(LEFT - 12.0, y + 4.0, Anchor::End, 13, op);
            svg.line((LEFT, y), (RIGHT, y), "#eee", 1.0);
            for (number, peer, ratio) in dots {
                // Ours is seen where dots lie upon each other.
                let radius = if *peer == "xtsqlorm" { 6.5 } else { 5.0 };
                let title = format!("{peer}, {op}: {ratio:.2}");
                svg.dot(axis.at(*ratio), y, radius, colour(*number), &title);
            }
        }
        svg.finish()
    }
}
