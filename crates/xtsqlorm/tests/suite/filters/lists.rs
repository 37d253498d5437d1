//! Lists as clients ask for them, and what they may not ask for.

use entity::users;
use serde_json::json;
use xtsqlorm::{
    prelude::*,
    repository::{QueryRules, SortKey, TokenKey},
};

use crate::support::{Result, TestDatabase, on_every_backend};

on_every_backend!(a_client_filters_sorts_and_pages);

fn rules() -> QueryRules {
    QueryRules::new()
        .filter_by(["name", "email", "is_active", "created_at"])
        .sort_by(["name", "created_at"])
        .default_sort("-created_at")
        .default_size(5)
        .max_size(10)
}

async fn a_client_filters_sorts_and_pages(db: TestDatabase) -> Result {
    db.seeded().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let reflected = DynamicRepository::reflect(&db.provider(), "users").await?;
    let active = users.find().filter(users::Column::IsActive.eq(true));
    let all = active
        .order_by_desc(users::Column::Name)
        .order_by_asc(users::Column::Id)
        .all()
        .await?;
    let mut seen = Vec::new();
    for page in 1..=all.len().div_ceil(3) + 1 {
        let asked = format!("?is_active=true&sort=-name&page={page}&size=3");
        let asked = rules().parse(&asked)?;
        let found = users.find().list(asked.clone())?.all().await?;
        let rows = reflected.find().list(asked).all().await?;
        let ids = rows.iter().map(|row| row.try_get::<i64>("id"));
        let ids = ids.collect::<xtsqlorm::Result<Vec<i64>>>()?;
        assert_eq!(ids, found.iter().map(|user| user.id).collect::<Vec<_>>());
        seen.extend(found);
    }
    assert_eq!(seen, all);
    let asked = rules().parse("")?;
    assert_eq!((asked.page, asked.size), (1, 5));
    assert_eq!(users.find().list(asked)?.all().await?.len(), 5);
    let before = rules().parse("created_at__lt=1999-01-01T00:00:00Z")?;
    assert_eq!(users.find().list(before)?.all().await?, []);
    let key = TokenKey::random()?;
    let mut windows = Vec::new();
    let mut token = String::new();
    loop {
        let asked = rules().parse(&format!("is_active=true&sort=-name&size=3{token}"))?;
        let found = users.find().filter_by(asked.filter.clone())?;
        let window = found.window(asked.window::<users::Entity>(&key)?).await?;
        windows.extend(window.items);
        match window.next {
            Some(next) if window.has_next => token = format!("&after={next}"),
            _ => break,
        }
    }
    assert_eq!(windows, all);
    let token = rules().parse("after=abc")?;
    let error = users.find().list(token.clone()).unwrap_err();
    assert!(error.to_string().contains("numbered pages"), "{error}");
    let error = reflected.find().list(token).into_select().unwrap_err();
    assert!(error.to_string().contains("numbered pages"), "{error}");
    Ok(())
}

/// Percent signs, plus signs and commas.
#[test]
fn a_query_string_is_read_as_it_was_meant() {
    let asked = rules()
        .parse("name__in=a%2Cb,c%5C%2Cd+e&sort=name,-created_at")
        .unwrap();
    let shown = format!("{:?}", asked.filter);
    for part in ["\"a\"", "\"b\"", "\"c,d e\""] {
        assert!(shown.contains(part), "{shown}");
    }
    let sort = [
        SortKey::ascending("name"),
        SortKey::descending("created_at"),
    ];
    assert_eq!(asked.sort, sort);
    let asked = rules()
        .parse("after=to%2Bken&size=7&name%5F%5Fne=x")
        .unwrap();
    assert_eq!((asked.after.as_deref(), asked.size), (Some("to+ken"), 7));
    let odd = QueryRules::new().filter_by(["odd__name", "page", "x"]);
    for allowed in [
        "odd__name=1",
        "odd__name__gt=1",
        "page__eq=3&page=2",
        "x__is_null=1",
    ] {
        odd.parse(allowed).unwrap();
    }
}

/// Each says what to do instead, and a value is never in it.
#[test]
fn what_a_client_may_not_ask_for_is_refused() {
    let long = format!("name={}", "x".repeat(1001));
    let many = format!("name__in={}", "s3cret,".repeat(501));
    for (query, expected) in [
        (
            "nmae=s3cret",
            "filter.nmae: there is no such field; did you mean `name`?",
        ),
        (
            "password_hash=s3cret",
            "filter.password_hash: there is no such field; the fields are ",
        ),
        (
            "name__containz=s3cret",
            "filter.name.containz: there is no such operator; did you mean `contains`?",
        ),
        (
            "name__password=s3cret",
            "filter.name.password: there is no such operator; the operators are ",
        ),
        (
            "name=s3cret&name=s3cret",
            "filter.name: the field comes twice; ",
        ),
        (
            "name__is_null=s3cret",
            "filter.name__is_null: it is neither true nor false; ",
        ),
        (
            "created_at__between=s3cret",
            "filter.created_at__between: 1 values are given, not 2; ",
        ),
        (
            "sort=email",
            "sort: there is no such field; the fields are name, created_at",
        ),
        (
            "sort=-naem",
            "sort: there is no such field; did you mean `name`?",
        ),
        ("sort=name,-name", "sort: a field comes twice; "),
        ("page=0", "page: it is no whole number from 1 on; "),
        ("page=-1", "page: it is no whole number from 1 on; "),
        ("size=0", "size: it is no whole number from 1 on; "),
        ("size=11", "size: a page has at most 10 rows; "),
        (
            "page=9223372036854775807",
            "page: no list has so many pages; ",
        ),
        (
            "page=2&after=s3cret",
            "query string: `page`, `after` and `before` each say ",
        ),
        (
            "after=a&before=s3cret",
            "query string: `page`, `after` and `before` each say ",
        ),
        (
            "name=%zz",
            "query string: it is not UTF-8 with percent signs ",
        ),
        (
            "name=%ff",
            "query string: it is not UTF-8 with percent signs ",
        ),
        (
            &long,
            "filter.name: more than 1000 characters are too many; ",
        ),
        (&many, "filter.name: more than 500 values are too many; "),
        (
            "a\u{1b}[31m\n=1",
            "filter.a\\u{1b}[31m\\n: there is no such field; ",
        ),
    ] {
        let error = rules().parse(query).unwrap_err();
        assert!(matches!(error, Error::InvalidInput { .. }), "{error:?}");
        let error = error.to_string();
        assert!(error.starts_with(expected), "{query}: {error}");
        assert!(!error.contains("s3cret"), "{error}");
    }
    rules().parse(&"&".repeat(20_000)).unwrap_err();
}

/// JSON from a client obeys the same rules.
#[test]
fn json_of_a_client_is_held_to_the_rules() {
    let rules = rules()
        .max_depth(2)
        .max_comparisons(2)
        .max_values(2)
        .max_text(3);
    for allowed in [
        json!({ "name": "bob" }),
        json!({ "or": [{ "name": "bob" }, { "email": ["a", "b"] }] }),
    ] {
        assert!(rules.filter_from_json(&allowed).is_ok(), "{allowed}");
    }
    for (refused, expected) in [
        (
            json!({ "nmae": 1 }),
            "filter.nmae: there is no such field; did you mean `name`?",
        ),
        (
            json!({ "not": { "password_hash": "x" } }),
            "filter.password_hash: there is no such field; ",
        ),
        (
            json!({ "not": { "not": {} } }),
            "filter: more than 2 levels of filters within filters ",
        ),
        (
            json!({ "name": { "gt": "a", "lt": "b", "ne": "c" } }),
            "filter: more than 2 comparisons ",
        ),
        (
            json!({ "name": ["a", "b", "c"] }),
            "filter.name: more than 2 values ",
        ),
        (
            json!({ "name": "four" }),
            "filter.name: more than 3 characters ",
        ),
        (json!({ "name": {} }), "filter.name: there is no operator; "),
        (
            json!({ "name": { "contains": 5 } }),
            "filter.name: a number does not suit the operator; give a text",
        ),
        (
            json!({ "name": { "in": "abc" } }),
            "filter.name: a text does not suit the operator; give a list",
        ),
        (
            json!({ "or": { "name": "x" } }),
            "filter.or: an object is no list of filters; ",
        ),
        (json!("name"), "filter: a text is no filter; "),
    ] {
        let error = rules.filter_from_json(&refused).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{refused}: {error}");
    }
}
