//! How a column is compared with values.

use crate::{
    config::nearest,
    error::{Error, Result},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Between,
    In,
    NotIn,
    Null,
    NotNull,
    Search(Place, Case),
}

/// Where a text is searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Inside,
    Start,
    End,
    /// Everywhere, as a pattern with wildcards.
    Pattern,
}

/// Whether `a` and `A` are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// As the database has it.
    AsCollated,
    Ignored,
}

/// Each operator by the name that JSON and query strings have for it. `is_null` is said with whether
/// it holds.
const NAMES: [(&str, Operator); 18] = [
    ("eq", Operator::Equal),
    ("ne", Operator::NotEqual),
    ("lt", Operator::Less),
    ("lte", Operator::LessOrEqual),
    ("gt", Operator::Greater),
    ("gte", Operator::GreaterOrEqual),
    ("between", Operator::Between),
    ("in", Operator::In),
    ("not_in", Operator::NotIn),
    ("is_null", Operator::Null),
    (
        "contains",
        Operator::Search(Place::Inside, Case::AsCollated),
    ),
    ("icontains", Operator::Search(Place::Inside, Case::Ignored)),
    (
        "starts_with",
        Operator::Search(Place::Start, Case::AsCollated),
    ),
    (
        "istarts_with",
        Operator::Search(Place::Start, Case::Ignored),
    ),
    ("ends_with", Operator::Search(Place::End, Case::AsCollated)),
    ("iends_with", Operator::Search(Place::End, Case::Ignored)),
    ("like", Operator::Search(Place::Pattern, Case::AsCollated)),
    ("ilike", Operator::Search(Place::Pattern, Case::Ignored)),
];

/// As long as a name may be that is shown, or compared with others.
pub(crate) const MOST: usize = 64;

impl Operator {
    pub(crate) fn named(name: &str) -> Option<Self> {
        let (_, operator) = NAMES.iter().find(|(known, _)| *known == name)?;
        Some(*operator)
    }

    /// The operator of that name on `column`, or the nearest one in an error.
    pub(crate) fn require(column: &str, name: &str) -> Result<Self> {
        let names = || NAMES.iter().map(|(name, _)| *name);
        Self::named(name).ok_or_else(|| {
            // Whether names are near takes time and memory for each letter of both.
            let near = Some(name).filter(|name| name.len() <= MOST);
            let remedy = match near.and_then(|name| nearest(name, names())) {
                Some(name) => format!("did you mean `{name}`?"),
                None => {
                    let names: Vec<&str> = names().collect();
                    format!("the operators are {}", names.join(", "))
                }
            };
            let subject = subject(&format!("{column}.{name}"));
            Error::invalid(subject, "there is no such operator", remedy)
        })
    }
}

/// What an error about a part of a filter is about: a name that a client made up may be long, and
/// hold what upsets a log.
pub(crate) fn subject(name: &str) -> String {
    let mut shown: String = name
        .chars()
        .take(MOST)
        .flat_map(char::escape_debug)
        .collect();
    if name.chars().nth(MOST).is_some() {
        shown.push_str("..");
    }
    format!("filter.{shown}")
}
