//! The dense form: relations are fields of the model, and `#[sea_orm::model]` makes the rest.
//!
//! A relation that the macro could not express, or that would be ambiguous, gets a name of its own
//! or stays what it is in the compact form. A table that the macro cannot handle at all stays
//! compact, and so do the junctions to it.

mod circles;
mod fields;
mod links;
mod names;
mod unique;
mod write;

use anyhow::{Context, Result};

use self::circles::Circles;
use self::fields::fields;
use self::links::Links;
use super::source::Source;

/// Brings every entity that allows it into the dense form; answers notes about the others, and the
/// recursion limit that the compiler needs.
pub(super) fn apply(sources: &mut [Source]) -> Result<(Vec<String>, usize)> {
    let links = Links::read(sources)?;
    let circles = Circles::choose(sources, &links);
    let all: Vec<_> = (0..sources.len())
        .map(|place| fields(sources, &links, &circles, place))
        .collect();
    let mut notes: Vec<String> = circles.note(&links).into_iter().collect();
    for (place, fields) in all.into_iter().enumerate() {
        let name = sources[place].name.clone();
        match &links.obstacles[place] {
            Some(obstacle) => notes.push(format!("{name} is in the compact form: {obstacle}")),
            None => write::dense(sources, place, &links, &fields, &mut notes)
                .with_context(|| format!("in {name}"))?,
        }
    }
    Ok((notes, circles.recursion_limit()))
}
