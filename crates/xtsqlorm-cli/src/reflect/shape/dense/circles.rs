//! Which relations become fields in a large schema.
//!
//! A field makes the type of one model hold that of another. To find out whether a model may go
//! from thread to thread, the compiler walks every circle that the model is on, for each of its
//! futures anew; beyond some tens of tables that takes minutes and gigabytes. What is on no circle is
//! walked once. So a schema of more tables than [`LARGEST`] gets no field that would close a circle:
//! rows hold the rows that they refer to, and `find_related` remains for the rows that refer.

use std::collections::BTreeSet;

use super::links::{Link, Links, Way};
use crate::reflect::shape::source::Source;

/// Most tables of which the models may hold each other.
const LARGEST: usize = 32;

/// The compiler's steps from one model to the next.
const STEPS: usize = 10;

/// The compiler's limit that is enough for small schemas.
const LIMIT: usize = 512;

/// Which model holds which.
#[derive(Debug)]
pub(super) struct Circles {
    /// For each entity those that its model holds.
    holds: Vec<BTreeSet<usize>>,
    /// For each entity those whose models hold it.
    held: Vec<BTreeSet<usize>>,
    /// The ways through junctions that have a field.
    ways: BTreeSet<usize>,
    /// Whether no field may close a circle.
    open: bool,
}

impl Circles {
    /// Decides on the fields: first on the rows referred to, then on the rows that refer, those
    /// first that live and die with what they refer to, at last on the ways through junctions.
    pub(super) fn choose(sources: &[Source], links: &Links) -> Self {
        let mut circles = Self {
            holds: vec![BTreeSet::new(); sources.len()],
            held: vec![BTreeSet::new(); sources.len()],
            ways: BTreeSet::new(),
            open: sources.len() > LARGEST,
        };
        let between = || links.links.iter().filter(|link| links.joins_dense(link));
        for link in between() {
            circles.add(link.from, link.to);
        }
        let dies_with = |link: &&Link| {
            let relation = &sources[link.from].relations[link.relation];
            relation
                .text("on_delete")
                .is_ok_and(|action| action.as_deref() == Some("Cascade"))
        };
        let (parts, others): (Vec<_>, Vec<_>) = between().partition(dies_with);
        for link in parts.into_iter().chain(others) {
            if circles.has(link.from, link.to) {
                circles.add(link.to, link.from);
            }
        }
        let ways: &[Way] = if circles.open { &[] } else { &links.ways };
        for (index, way) in ways.iter().enumerate() {
            let known = |to: usize| circles.has(way.junction, to);
            if known(way.from) && known(way.to) && circles.add(way.from, way.to) {
                circles.ways.insert(index);
            }
        }
        circles
    }

    /// Whether the model of `from` holds that of `to`.
    pub(super) fn has(&self, from: usize, to: usize) -> bool {
        from == to || self.holds[from].contains(&to)
    }

    /// Whether a way through a junction has a field.
    pub(super) fn has_way(&self, way: usize) -> bool {
        self.ways.contains(&way)
    }

    /// What the user should know about fields that were left out.
    pub(super) fn note(&self, links: &Links) -> Option<String> {
        let dense = || links.links.iter().filter(|link| links.joins_dense(link));
        let forth = dense().filter(|link| !self.has(link.from, link.to)).count();
        let back = dense().filter(|link| !self.has(link.to, link.from)).count();
        (forth + back > 0).then(|| {
            format!(
                "{forth} relations have no field for the row referred to and {back} none for the rows \
                 that refer: models of more than {LARGEST} tables that hold each other would take the \
                 compiler very long; find_related is there"
            )
        })
    }

    /// Adds a field, unless it closes a circle and none may; answers whether it is there.
    fn add(&mut self, from: usize, to: usize) -> bool {
        if self.has(from, to) {
            return true;
        }
        if self.open && reached(&self.holds, to).contains(&from) {
            return false;
        }
        self.holds[from].insert(to);
        self.held[to].insert(from);
        true
    }

    /// The limit that the compiler needs to get from any model to the last one that it holds.
    pub(super) fn recursion_limit(&self) -> usize {
        let mut longest = vec![None; self.holds.len()];
        let chain = (0..self.holds.len()).map(|place| self.chain(place, &mut longest));
        let needed = 128 + STEPS * chain.max().unwrap_or(0);
        needed.max(LIMIT).next_multiple_of(256)
    }

    /// How many models a walk from this one can meet at most, one after the other.
    fn chain(&self, start: usize, longest: &mut [Option<usize>]) -> usize {
        // With a stack of its own, for a chain may be as long as the schema.
        let mut stack = vec![start];
        while let Some(&place) = stack.last() {
            let circle = self.circle(place);
            let next = circle.iter().flat_map(|&member| &self.holds[member]);
            let next: BTreeSet<usize> = next.copied().filter(|to| !circle.contains(to)).collect();
            let unknown: Vec<usize> = next
                .iter()
                .copied()
                .filter(|&to| longest[to].is_none())
                .collect();
            if !unknown.is_empty() {
                stack.extend(unknown);
                continue;
            }
            let behind = next.iter().filter_map(|&to| longest[to]).max().unwrap_or(0);
            for &member in &circle {
                longest[member] = Some(circle.len() + behind);
            }
            stack.pop();
        }
        longest[start].unwrap_or_default()
    }

    /// The models that are on a circle with this one, itself among them.
    fn circle(&self, place: usize) -> BTreeSet<usize> {
        let ahead = reached(&self.holds, place);
        let behind = reached(&self.held, place);
        ahead.intersection(&behind).copied().collect()
    }
}

/// Everything that can be reached from a place, which itself is among it.
fn reached(steps: &[BTreeSet<usize>], start: usize) -> BTreeSet<usize> {
    let mut reached = BTreeSet::from([start]);
    let mut open = vec![start];
    while let Some(place) = open.pop() {
        open.extend(steps[place].iter().filter(|&&next| reached.insert(next)));
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn empty(count: usize) -> Circles {
        Circles {
            holds: vec![BTreeSet::new(); count],
            held: vec![BTreeSet::new(); count],
            ways: BTreeSet::new(),
            open: false,
        }
    }

    #[test]
    fn a_circle_is_closed_only_in_a_small_schema() {
        for open in [false, true] {
            let mut ring = empty(5);
            ring.open = open;
            assert!((0..4).all(|place| ring.add(place, place + 1)));
            assert_eq!(ring.add(4, 0), !open);
            assert_eq!(ring.add(1, 0), !open);
            assert!(ring.add(0, 4), "a shorter way and no circle");
            assert!(ring.add(2, 2), "its own rows");
            assert_eq!(ring.circle(0).len(), if open { 1 } else { 5 });
        }
    }

    #[test]
    fn the_limit_grows_with_the_longest_chain() {
        let mut short = empty(10);
        assert!((0..9).all(|place| short.add(place, place + 1)));
        assert_eq!(short.recursion_limit(), 512);
        let mut long = empty(400);
        assert!((0..399).all(|place| long.add(place, place + 1)));
        assert_eq!(long.recursion_limit(), 4352);
        // A circle counts with all its members.
        assert!(long.add(20, 10));
        assert_eq!(long.recursion_limit(), 4352);
    }
}
