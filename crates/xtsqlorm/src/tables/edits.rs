//! Definitions in the database's own words, with other names in them.

use std::ops::Range;

/// A definition in which pieces are replaced.
pub(super) struct Edits<'a> {
    sql: &'a str,
    edits: Vec<(Range<usize>, String)>,
}

impl<'a> Edits<'a> {
    pub(super) fn of(sql: &'a str) -> Self {
        Self {
            sql,
            edits: Vec::new(),
        }
    }

    /// Puts `by` where these bytes are. Pieces do not overlap.
    pub(super) fn replace(&mut self, place: Range<usize>, by: impl Into<String>) {
        self.edits.push((place, by.into()));
    }

    pub(super) fn finish(mut self) -> String {
        self.edits.sort_by_key(|(place, _)| place.start);
        let mut sql = String::with_capacity(self.sql.len());
        let mut end = 0;
        for (place, by) in self.edits {
            sql.push_str(&self.sql[end..place.start.max(end)]);
            sql.push_str(&by);
            end = place.end.max(end);
        }
        sql.push_str(&self.sql[end..]);
        sql
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_may_come_in_any_order() {
        let mut edits = Edits::of("one two three");
        edits.replace(8..13, "3");
        edits.replace(0..3, "1");
        assert_eq!(edits.finish(), "1 two 3");
    }
}
