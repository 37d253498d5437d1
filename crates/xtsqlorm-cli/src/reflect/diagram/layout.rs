//! A place for each box: tables that others refer to stand left of those.
//!
//! Boxes that hang together form a group. In a group each box stands one column right of the
//! rightmost box that it refers to; cycles are cut where a walk meets them. Within a column the
//! boxes follow the places of their neighbours, which keeps lines short. Groups fill rows, the
//! tallest first; boxes without lines fill a grid.

use std::cmp::Reverse;

/// A box's width and height.
pub(super) type Size = (u32, u32);

/// Between columns, where the lines run.
const GAP_X: u32 = 90;

/// Between boxes of one column, and between groups.
const GAP_Y: u32 = 28;

/// A column that is no taller than this is not broken.
const TALL: u32 = 640;

/// A group that is no wider than this is not broken.
const BROAD: u32 = 1200;

/// Rounds of ordering; more change little.
const ROUNDS: usize = 8;

/// How wide the picture is for its height.
const ASPECT: f64 = 1.5;

/// Where each box is, and how large the picture is.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// The upper left corner of each box.
    pub(super) places: Vec<(u32, u32)>,
    /// The picture.
    pub(super) size: Size,
}

/// Finds the places; a line goes from a box to the one that it refers to.
pub(super) fn layout(boxes: &[Size], lines: &[(usize, usize)]) -> Layout {
    let mut places = vec![(0, 0); boxes.len()];
    let mut blocks: Vec<Block> = groups(boxes.len(), lines)
        .into_iter()
        .map(|members| block(&members, boxes, lines))
        .collect();
    let singles: Vec<usize> = blocks
        .extract_if(.., |block| block.places.len() == 1)
        .flat_map(|block| block.places.into_iter().map(|(member, _)| member))
        .collect();
    blocks.sort_by_key(|block| (Reverse(block.size.1), block.places[0].0));
    if !singles.is_empty() {
        blocks.push(grid(&singles, boxes));
    }
    let area = |(width, height): Size| f64::from(width + GAP_X) * f64::from(height + GAP_Y);
    let total: f64 = blocks.iter().map(|block| area(block.size)).sum();
    let widest = blocks.iter().map(|block| block.size.0).max().unwrap_or(0);
    let limit = widest.max(rounded((total * ASPECT).sqrt()));
    let (mut x, mut y, mut row, mut size) = (0, 0, 0, (0, 0));
    for block in &blocks {
        if x > 0 && x + block.size.0 > limit {
            (x, y, row) = (0, y + row + 2 * GAP_Y, 0);
        }
        for &(member, (left, top)) in &block.places {
            places[member] = (x + left, y + top);
        }
        size = (size.0.max(x + block.size.0), size.1.max(y + block.size.1));
        x += block.size.0 + GAP_X;
        row = row.max(block.size.1);
    }
    Layout { places, size }
}

/// Boxes with their places relative to each other.
struct Block {
    places: Vec<(usize, (u32, u32))>,
    size: Size,
}

/// Boxes that hang together, each group in order.
fn groups(count: usize, lines: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut leader: Vec<usize> = (0..count).collect();
    fn find(leader: &mut [usize], mut member: usize) -> usize {
        while leader[member] != member {
            leader[member] = leader[leader[member]];
            member = leader[member];
        }
        member
    }
    for &(from, to) in lines {
        let (from, to) = (find(&mut leader, from), find(&mut leader, to));
        leader[from.max(to)] = from.min(to);
    }
    let mut groups = vec![Vec::new(); count];
    for member in 0..count {
        groups[find(&mut leader, member)].push(member);
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// A group in columns.
fn block(members: &[usize], boxes: &[Size], lines: &[(usize, usize)]) -> Block {
    let mut targets = vec![Vec::new(); boxes.len()];
    let mut sources = vec![Vec::new(); boxes.len()];
    for &(from, to) in lines.iter().filter(|(from, to)| from != to) {
        targets[from].push(to);
        sources[to].push(from);
    }
    let depth = depths(members, &targets);
    let height =
        |column: &[usize]| -> u32 { column.iter().map(|&member| boxes[member].1 + GAP_Y).sum() };
    let total: f64 = members
        .iter()
        .map(|&member| f64::from(boxes[member].0 + GAP_X) * f64::from(boxes[member].1 + GAP_Y))
        .sum();
    let tallest = members.iter().map(|&member| boxes[member].1 + GAP_Y).max();
    let limit = rounded((total / ASPECT).sqrt());
    let limit = limit.max(tallest.unwrap_or(0)).max(TALL);
    let deepest = members
        .iter()
        .map(|&member| depth[member])
        .max()
        .unwrap_or(0);
    let mut columns: Vec<Vec<usize>> = vec![Vec::new(); deepest + 1];
    for &member in members {
        columns[depth[member]].push(member);
    }
    for round in 0..ROUNDS {
        let neighbours = if round % 2 == 0 { &targets } else { &sources };
        order(&mut columns, neighbours, round % 2 == 1);
    }
    let columns: Vec<Vec<usize>> = columns
        .into_iter()
        .flat_map(|column| wrap(column, height_of(boxes), limit))
        .collect();
    let width = |column: &[usize]| -> u32 {
        let widest = column.iter().map(|&member| boxes[member].0).max();
        widest.unwrap_or(0) + GAP_X
    };
    // A group that would be a strip goes on below.
    let broad = rounded((total * ASPECT).sqrt() * 2.0).max(BROAD);
    let mut bands: Vec<(u32, Vec<Vec<usize>>)> = Vec::new();
    for column in columns {
        let wide = width(&column);
        match bands.last_mut() {
            Some((filled, band)) if *filled + wide <= broad => {
                *filled += wide;
                band.push(column);
            }
            _ => bands.push((wide, vec![column])),
        }
    }
    let (mut places, mut size, mut top) = (Vec::new(), (0, 0), 0);
    for (_, band) in &bands {
        let tallest = band.iter().map(|column| height(column)).max().unwrap_or(0);
        let mut x = 0;
        for column in band {
            let mut y = top + (tallest - height(column)) / 2;
            for &member in column {
                places.push((member, (x, y)));
                y += boxes[member].1 + GAP_Y;
            }
            x += width(column);
        }
        size = (size.0.max(x - GAP_X), top + tallest - GAP_Y);
        top += tallest + GAP_Y;
    }
    places.sort_unstable();
    Block { places, size }
}

fn height_of(boxes: &[Size]) -> impl Fn(usize) -> u32 {
    move |member| boxes[member].1 + GAP_Y
}

/// How many boxes stand left of each, at least: the longest way along the lines.
fn depths(members: &[usize], targets: &[Vec<usize>]) -> Vec<usize> {
    const NEW: u8 = 0;
    const OPEN: u8 = 1;
    const DONE: u8 = 2;
    let (mut state, mut depth) = (vec![NEW; targets.len()], vec![0; targets.len()]);
    for &start in members {
        // A walk with a stack of its own, for a chain may be as long as the schema.
        let mut stack = vec![(start, 0)];
        while let Some((member, next)) = stack.pop() {
            if next == 0 && state[member] != NEW {
                continue;
            }
            state[member] = OPEN;
            match targets[member].get(next) {
                Some(&target) => {
                    stack.push((member, next + 1));
                    if state[target] == NEW {
                        stack.push((target, 0));
                    }
                }
                None => {
                    // What is still open closes a cycle, and is not waited for.
                    let done = targets[member]
                        .iter()
                        .filter(|&&target| state[target] == DONE);
                    depth[member] = done.map(|&target| depth[target] + 1).max().unwrap_or(0);
                    state[member] = DONE;
                }
            }
        }
    }
    depth
}

/// Orders each column by where the neighbours of its boxes are on the average.
fn order(columns: &mut [Vec<usize>], neighbours: &[Vec<usize>], backwards: bool) {
    let mut place = vec![0.0; neighbours.len()];
    let note = |place: &mut Vec<f64>, column: &[usize]| {
        for (index, &member) in column.iter().enumerate() {
            place[member] = (to_f64(index) + 0.5) / to_f64(column.len());
        }
    };
    columns.iter().for_each(|column| note(&mut place, column));
    let mut sort = |column: &mut Vec<usize>| {
        let middle = |member: usize| {
            let near = &neighbours[member];
            match near.len() {
                0 => place[member],
                count => near.iter().map(|&near| place[near]).sum::<f64>() / to_f64(count),
            }
        };
        column.sort_by(|&a, &b| middle(a).total_cmp(&middle(b)));
        note(&mut place, column);
    };
    if backwards {
        columns.iter_mut().rev().for_each(&mut sort);
    } else {
        columns.iter_mut().for_each(&mut sort);
    }
}

/// Breaks a column that is too tall into several of about the same height.
fn wrap(column: Vec<usize>, height: impl Fn(usize) -> u32, limit: u32) -> Vec<Vec<usize>> {
    let total: u32 = column.iter().map(|&member| height(member)).sum();
    let each = total.div_ceil(total.div_ceil(limit.max(1)).max(1));
    let (mut parts, mut filled) = (vec![Vec::new()], 0);
    for member in column {
        let taller = filled + height(member);
        if filled > 0 && taller > each + height(member) / 2 {
            parts.push(Vec::new());
            filled = 0;
        }
        filled += height(member);
        parts.last_mut().expect("never empty").push(member);
    }
    parts
}

/// Boxes without lines, in rows.
fn grid(members: &[usize], boxes: &[Size]) -> Block {
    let widest = members
        .iter()
        .map(|&member| boxes[member].0)
        .max()
        .unwrap_or(0);
    let area: f64 = members
        .iter()
        .map(|&member| f64::from(widest + GAP_Y) * f64::from(boxes[member].1 + GAP_Y))
        .sum();
    let across = (rounded((area * ASPECT).sqrt()) / (widest + GAP_Y)).max(1);
    let (mut places, mut size) = (Vec::new(), (0, 0));
    let (mut x, mut y, mut row) = (0, 0, 0);
    for &member in members {
        if x >= across * (widest + GAP_Y) {
            (x, y, row) = (0, y + row + GAP_Y, 0);
        }
        places.push((member, (x, y)));
        size = (
            size.0.max(x + boxes[member].0),
            size.1.max(y + boxes[member].1),
        );
        row = row.max(boxes[member].1);
        x += widest + GAP_Y;
    }
    Block { places, size }
}

/// A length in whole pixels.
fn rounded(length: f64) -> u32 {
    length.round() as u32
}

fn to_f64(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart(boxes: &[Size], layout: &Layout) {
        let corners: Vec<_> = boxes
            .iter()
            .zip(&layout.places)
            .map(|(&(w, h), &(x, y))| (x, y, x + w, y + h))
            .collect();
        for (index, a) in corners.iter().enumerate() {
            assert!(
                a.2 <= layout.size.0 && a.3 <= layout.size.1,
                "{index} is outside"
            );
            for b in &corners[..index] {
                let overlap = a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3;
                assert!(!overlap, "{a:?} and {b:?}");
            }
        }
    }

    #[test]
    fn what_is_referred_to_stands_left() {
        let boxes = [(100, 50), (120, 60), (80, 40)];
        let layout = layout(&boxes, &[(2, 1), (1, 0)]);
        apart(&boxes, &layout);
        let x: Vec<u32> = layout.places.iter().map(|place| place.0).collect();
        assert!(x[0] < x[1] && x[1] < x[2], "{x:?}");
    }

    #[test]
    fn cycles_and_keys_to_oneself_are_no_trouble() {
        let boxes = [(100, 50); 4];
        let layout = layout(&boxes, &[(0, 1), (1, 2), (2, 0), (3, 3)]);
        apart(&boxes, &layout);
    }

    #[test]
    fn a_chain_of_thousands_needs_no_deep_stack() {
        let boxes = vec![(100, 30); 20_000];
        let lines: Vec<_> = (1..20_000).map(|index| (index, index - 1)).collect();
        let depth = depths(
            &(0..20_000).rev().collect::<Vec<_>>(),
            &(0..20_000usize)
                .map(|index| index.checked_sub(1).into_iter().collect())
                .collect::<Vec<_>>(),
        );
        assert_eq!(depth[19_999], 19_999);
        assert_eq!(layout(&boxes, &lines).places.len(), 20_000);
    }

    #[test]
    fn hundreds_of_boxes_stand_apart_in_a_picture_that_is_not_a_strip() {
        let size = |index: usize| u32::try_from(index % 5).unwrap();
        let boxes: Vec<Size> = (0..400)
            .map(|index| (140 + 10 * size(index), 40 + 20 * size(index * 3)))
            .collect();
        let star: Vec<_> = (1..300).map(|index| (index, index % 7)).collect();
        let web: Vec<_> = (1..400)
            .flat_map(|index| [(index, index % 7), (index, index * 7 / 9)])
            .collect();
        for lines in [Vec::new(), star, web] {
            let layout = layout(&boxes, &lines);
            apart(&boxes, &layout);
            let shape = f64::from(layout.size.0) / f64::from(layout.size.1);
            assert!((0.4..6.0).contains(&shape), "{shape} {:?}", layout.size);
        }
    }

    #[test]
    fn nothing_needs_no_place() {
        assert_eq!(layout(&[], &[]), Layout::default());
    }
}
