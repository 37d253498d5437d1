//! What a filter means, said a second time in Rust, and both asked about the same rows.

use serde_json::{Value as Json, json};
use xtsqlorm::{
    prelude::*,
    repository::{Filter, QueryRules},
};

use super::{
    random::{Tree, query_string},
    samples::{Entity, Model, samples},
};
use crate::support::{Kind, Random, Result, TestDatabase, on_every_backend};

on_every_backend!(
    the_database_finds_what_the_filter_says,
    a_query_string_finds_what_its_filter_says,
);

/// Random filters of every operator, on an entity and on the reflected table, with NULLs, wildcards,
/// quotes, backslashes and letters beyond ASCII.
async fn the_database_finds_what_the_filter_says(db: TestDatabase) -> Result {
    let rows = samples(&db).await?;
    let typed = Repository::<Entity>::new(&db.provider());
    let reflected = DynamicRepository::reflect(&db.provider(), "samples").await?;
    let mut random = Random::new();
    let (mut found_some, mut found_not_all) = (0, 0);
    let rounds = if db.kind() == Kind::Sqlite { 1500 } else { 300 };
    for round in 0..rounds {
        let tree = Tree::random(&mut random, 3);
        let json = tree.to_json();
        let expected = expected(&rows, &tree, db.kind());
        let filter = Filter::from_json(&json)?;
        let found = typed.find().filter_by(filter.clone())?;
        let mut ids: Vec<i64> = found
            .clone()
            .all()
            .await?
            .iter()
            .map(|row| row.id)
            .collect();
        ids.sort_unstable();
        assert_eq!(ids, expected, "{json}");
        assert_eq!(
            found.clone().count().await?,
            expected.len() as u64,
            "{json}"
        );
        assert_eq!(found.exists().await?, !expected.is_empty(), "{json}");
        found_some += usize::from(!expected.is_empty());
        found_not_all += usize::from(expected.len() < rows.len());
        if round % 3 == 0 {
            let found = reflected.find().filter(filter).all().await?;
            let ids = found.iter().map(|row| row.try_get::<i64>("id"));
            let mut ids = ids.collect::<xtsqlorm::Result<Vec<i64>>>()?;
            ids.sort_unstable();
            assert_eq!(ids, expected, "reflected: {json}");
        }
    }
    assert!(
        found_some > rounds / 5 && found_not_all > rounds / 5,
        "the filters tell rows apart: {found_some}, {found_not_all}"
    );
    Ok(())
}

/// The same, for filters that a query string can say.
async fn a_query_string_finds_what_its_filter_says(db: TestDatabase) -> Result {
    let rows = samples(&db).await?;
    let typed = Repository::<Entity>::new(&db.provider());
    let rules = QueryRules::any_column().max_size(1000).default_size(1000);
    let mut random = Random::new();
    for _ in 0..if db.kind() == Kind::Sqlite { 500 } else { 150 } {
        let tree = Tree::random_list(&mut random);
        let text = query_string(&tree);
        let expected = expected(&rows, &tree, db.kind());
        let found = typed.find().list(rules.parse(&text)?)?.all().await?;
        let ids: Vec<i64> = found.iter().map(|row| row.id).collect();
        assert_eq!(ids, expected, "{text}");
    }
    Ok(())
}

fn expected(rows: &[Model], tree: &Tree, kind: Kind) -> Vec<i64> {
    let holds = |row: &&Model| holds(tree, row, kind) == Some(true);
    rows.iter().filter(holds).map(|row| row.id).collect()
}

/// As SQL answers: yes, no, or nobody knows.
fn holds(tree: &Tree, row: &Model, kind: Kind) -> Option<bool> {
    let each = |trees: &[Tree]| -> Vec<Option<bool>> {
        trees.iter().map(|tree| holds(tree, row, kind)).collect()
    };
    let all = |answers: Vec<Option<bool>>| match answers {
        answers if answers.contains(&Some(false)) => Some(false),
        answers if answers.contains(&None) => None,
        _ => Some(true),
    };
    let not = |answer: Option<bool>| answer.map(|answer| !answer);
    match tree {
        Tree::All(trees) => all(each(trees)),
        Tree::Any(trees) => not(all(each(trees).into_iter().map(not).collect())),
        Tree::Not(tree) => not(holds(tree, row, kind)),
        Tree::Compare(column, operator, value) => {
            compare(&cell(row, column), operator, value, kind)
        }
    }
}

/// Dates and exact numbers as the text that JSON has for them; both compare as their text does.
fn cell(row: &Model, column: &str) -> Json {
    match column {
        "name" => json!(row.name),
        "age" => json!(row.age),
        "price" => json!(row.price.map(|price| price.to_string())),
        "born" => json!(row.born.map(|born| born.to_string())),
        _ => json!(row.flag),
    }
}

fn compare(cell: &Json, operator: &str, value: &Json, kind: Kind) -> Option<bool> {
    let items = || value.as_array().unwrap().clone();
    let known = |answer: bool| (!cell.is_null()).then_some(answer);
    match operator {
        "is_null" => Some(cell.is_null() == *value),
        "eq" if value.is_null() => Some(cell.is_null()),
        "ne" if value.is_null() => Some(!cell.is_null()),
        "in" if items().contains(&Json::Null) => Some(items().contains(cell)),
        "not_in" if items().contains(&Json::Null) => Some(!items().contains(cell)),
        "in" if items().is_empty() => Some(false),
        "not_in" if items().is_empty() => Some(true),
        "in" => known(items().contains(cell)),
        "not_in" => known(!items().contains(cell)),
        "eq" => known(cell == value),
        "ne" => known(cell != value),
        "lt" => known(less(cell, value)),
        "lte" => known(!less(value, cell)),
        "gt" => known(less(value, cell)),
        "gte" => known(!less(cell, value)),
        "between" => known(!less(cell, &items()[0]) && !less(&items()[1], cell)),
        search => {
            let text = cell.as_str()?;
            Some(search_finds(search, text, value.as_str().unwrap(), kind))
        }
    }
}

fn less(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Null, _) | (_, Json::Null) => false,
        (Json::Number(left), Json::Number(right)) => left.as_i64() < right.as_i64(),
        (Json::Bool(left), Json::Bool(right)) => left < right,
        (left, right) => left.as_str() < right.as_str(),
    }
}

fn search_finds(operator: &str, text: &str, part: &str, kind: Kind) -> bool {
    let fold = |text: &str| match (operator.starts_with('i'), kind) {
        (false, Kind::MySql | Kind::MariaDb | Kind::Postgres) => text.to_owned(),
        (true, Kind::MySql | Kind::MariaDb) => text.to_lowercase(),
        // SQLite's LIKE, and PostgreSQL's ILIKE in the collation "C".
        _ => text.to_ascii_lowercase(),
    };
    let (text, part) = (fold(text), fold(part));
    match operator.trim_start_matches('i') {
        "contains" => text.contains(&part),
        "starts_with" => text.starts_with(&part),
        "ends_with" => text.ends_with(&part),
        "like" => {
            let letters: Vec<char> = text.chars().collect();
            let pattern: Vec<char> = part.chars().collect();
            is_like(&letters, &pattern)
        }
        other => panic!("no such operator: {other}"),
    }
}

fn is_like(text: &[char], pattern: &[char]) -> bool {
    match (pattern, text) {
        ([], text) => text.is_empty(),
        (['%', rest @ ..], _) => (0..=text.len()).any(|skipped| is_like(&text[skipped..], rest)),
        (['_', rest @ ..], [_, others @ ..]) => is_like(others, rest),
        (['\\', literal, rest @ ..], [letter, others @ ..]) => {
            letter == literal && is_like(others, rest)
        }
        ([literal, rest @ ..], [letter, others @ ..]) => letter == literal && is_like(others, rest),
        _ => false,
    }
}
