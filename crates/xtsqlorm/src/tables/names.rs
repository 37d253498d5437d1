//! Names for what a copy needs beside its source.

use std::collections::HashSet;

use sea_orm::DbBackend;

use super::quote::{MYSQL_CHARACTERS, POSTGRES_BYTES};

/// The names that are taken in a schema.
pub(super) struct Taken {
    dialect: DbBackend,
    /// In lower case: most databases take names that differ in case only for the same.
    names: HashSet<String>,
}

impl Taken {
    pub(super) fn new(dialect: DbBackend, names: impl IntoIterator<Item = String>) -> Self {
        let names = names.into_iter().map(|name| name.to_lowercase());
        Self {
            dialect,
            names: names.collect(),
        }
    }

    /// For where the database is not asked.
    pub(super) fn none(dialect: DbBackend) -> Self {
        Self::new(dialect, [])
    }

    /// A name for what `old` is the name of: with the name of the copy where that of the source
    /// stood.
    pub(super) fn derived(&mut self, old: &str, source: &str, copy: &str) -> String {
        match old.strip_prefix(source) {
            Some(rest) => self.free(&format!("{copy}{rest}")),
            None => self.free(&format!("{copy}_{old}")),
        }
    }

    /// `wanted`, cut to the length that the database takes, with a number where it is taken. Taken
    /// from now on.
    pub(super) fn free(&mut self, wanted: &str) -> String {
        let mut name = cut(self.dialect, wanted, "");
        let mut number = 1;
        while !self.names.insert(name.to_lowercase()) {
            name = cut(self.dialect, wanted, &format!("_{number}"));
            number += 1;
        }
        name
    }
}

/// As much of a name as fits with what is behind it.
fn cut(dialect: DbBackend, name: &str, behind: &str) -> String {
    let mut kept = name;
    let fits = |kept: &str| match dialect {
        DbBackend::MySql => {
            kept.chars().count() + behind.len() <= MYSQL_CHARACTERS && !kept.ends_with(' ')
        }
        DbBackend::Postgres => kept.len() + behind.len() <= POSTGRES_BYTES,
        _ => true,
    };
    while !fits(kept) {
        let mut letters = kept.chars();
        letters.next_back();
        kept = letters.as_str();
    }
    format!("{kept}{behind}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_takes_the_copys_name_and_stays_free() {
        let taken = ["copy_a_idx".to_owned(), "Copy_b_idx".to_owned()];
        let mut names = Taken::new(DbBackend::Sqlite, taken);
        assert_eq!(names.derived("src_c_idx", "src", "copy"), "copy_c_idx");
        assert_eq!(names.derived("src_a_idx", "src", "copy"), "copy_a_idx_1");
        assert_eq!(names.derived("src_a_idx", "src", "copy"), "copy_a_idx_2");
        assert_eq!(names.derived("src_b_idx", "src", "copy"), "copy_b_idx_1");
        assert_eq!(names.derived("by_name", "src", "copy"), "copy_by_name");
    }

    #[test]
    fn a_name_is_cut_to_what_the_database_takes() {
        let long = "é".repeat(80);
        let mut names = Taken::none(DbBackend::Postgres);
        assert_eq!(names.free(&long), "é".repeat(31));
        assert_eq!(names.free(&long), format!("{}_1", "é".repeat(30)));
        let mut names = Taken::none(DbBackend::MySql);
        assert_eq!(names.free(&long), "é".repeat(64));
        assert_eq!(names.free(&long), format!("{}_1", "é".repeat(62)));
        assert_eq!(Taken::none(DbBackend::Sqlite).free(&long), long);
    }
}
