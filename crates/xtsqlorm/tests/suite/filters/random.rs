//! Filters by chance.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value as Json, json};

use super::samples::NAMES;
use crate::support::Random;

/// A filter, of which the meaning is known.
#[derive(Clone, Debug)]
pub(super) enum Tree {
    Compare(&'static str, &'static str, Json),
    All(Vec<Tree>),
    Any(Vec<Tree>),
    Not(Box<Tree>),
}

const SEARCHES: [&str; 8] = [
    "contains",
    "icontains",
    "starts_with",
    "istarts_with",
    "ends_with",
    "iends_with",
    "like",
    "ilike",
];

impl Tree {
    pub(super) fn random(random: &mut Random, depth: u64) -> Self {
        let trees = |random: &mut Random| {
            let count = random.below(4);
            (0..count)
                .map(|_| Self::random(random, depth - 1))
                .collect()
        };
        match random.below(10) {
            0 | 1 if depth > 0 => Self::All(trees(random)),
            2 | 3 if depth > 0 => Self::Any(trees(random)),
            4 if depth > 0 => Self::Not(Box::new(Self::random(random, depth - 1))),
            _ => Self::comparison(random, true),
        }
    }

    /// Comparisons that must all hold, each of another column and operator, and without NULLs.
    pub(super) fn random_list(random: &mut Random) -> Self {
        let mut all: Vec<Self> = Vec::new();
        for _ in 0..=random.below(2) {
            let Self::Compare(column, operator, value) = Self::comparison(random, false) else {
                unreachable!("a comparison is one");
            };
            let is_same = |other: &Self| matches!(other, Self::Compare(c, o, _) if (*c, *o) == (column, operator));
            if !all.iter().any(is_same) {
                all.push(Self::Compare(column, operator, value));
            }
        }
        Self::All(all)
    }

    fn comparison(random: &mut Random, with_nulls: bool) -> Self {
        let column = pick(random, &["name", "name", "age", "price", "born", "flag"]);
        let operators: &[&'static str] = match column {
            "flag" => &["eq", "ne", "in", "not_in", "is_null"],
            _ => &[
                "eq", "ne", "lt", "lte", "gt", "gte", "in", "not_in", "between", "is_null",
            ],
        };
        let mut operator = pick(random, operators);
        if column == "name" && random.below(2) == 0 {
            operator = pick(random, &SEARCHES);
        }
        let value = match operator {
            "is_null" => json!(random.below(2) == 0),
            "between" => json!([value(random, column), value(random, column)]),
            "in" | "not_in" => {
                // A query string cannot say that there is no value.
                let least = u64::from(!with_nulls);
                let count = least + random.below(4);
                (0..count)
                    .map(|_| any_value(random, column, with_nulls))
                    .collect()
            }
            "eq" | "ne" => any_value(random, column, with_nulls),
            operator if SEARCHES.contains(&operator) => json!(part(random)),
            _ => value(random, column),
        };
        Self::Compare(column, operator, value)
    }

    pub(super) fn to_json(&self) -> Json {
        let list = |trees: &[Self]| -> Json { trees.iter().map(Self::to_json).collect() };
        match self {
            Self::All(trees) => json!({ "and": list(trees) }),
            Self::Any(trees) => json!({ "or": list(trees) }),
            Self::Not(tree) => json!({ "not": tree.to_json() }),
            Self::Compare(column, operator, value) => {
                let operators = Map::from_iter([((*operator).to_owned(), value.clone())]);
                json!({ *column: operators })
            }
        }
    }
}

/// As a client writes it.
pub(super) fn query_string(tree: &Tree) -> String {
    let Tree::All(trees) = tree else {
        panic!("a query string is a list of comparisons");
    };
    let fields = trees.iter().map(|tree| {
        let Tree::Compare(column, operator, value) = tree else {
            panic!("a query string is a list of comparisons");
        };
        let text = |value: &Json| match value {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        let value = match value {
            Json::Array(items) => {
                let item = |item| text(item).replace('\\', "\\\\").replace(',', "\\,");
                items.iter().map(item).collect::<Vec<_>>().join(",")
            }
            value => text(value),
        };
        format!(
            "{column}__{operator}={}",
            utf8_percent_encode(&value, NON_ALPHANUMERIC)
        )
    });
    fields.collect::<Vec<_>>().join("&")
}

fn pick<T: Copy>(random: &mut Random, from: &[T]) -> T {
    from[random.below(from.len() as u64) as usize]
}

fn any_value(random: &mut Random, column: &str, with_nulls: bool) -> Json {
    match random.below(6) {
        0 if with_nulls => Json::Null,
        _ => value(random, column),
    }
}

/// Text as the oracle compares it: exact numbers with two digits after the point.
fn value(random: &mut Random, column: &str) -> Json {
    let number = random.below(8);
    match column {
        "name" => json!(pick(random, &NAMES)),
        "age" => json!(i64::try_from(number).unwrap_or_default() - 4),
        "price" => {
            let cents = number * 125;
            json!(format!("{}.{:02}", cents / 100, cents % 100))
        }
        "born" => json!(format!("2026-02-{}", 19 + number)),
        _ => json!(number.is_multiple_of(2)),
    }
}

/// What to search for: pieces of names, and wildcards.
fn part(random: &mut Random) -> String {
    const PIECES: [&str; 14] = [
        "a", "B", "b", "%", "_", "\\", "'", "\"", "é", "É", "茶", " ", "!", "t",
    ];
    (0..random.below(4))
        .map(|_| pick(random, &PIECES))
        .collect()
}
