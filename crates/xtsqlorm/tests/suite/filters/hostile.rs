//! What a client may send that means harm, or nothing.

use entity::{orders, products, users};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use sea_orm::{Iterable, QueryTrait};
use serde_json::{Map, Value as Json, json};
use xtsqlorm::{
    prelude::*,
    repository::{Filter, QueryRules},
};

use super::samples::{self, samples};
use crate::support::{Kind, Result, TestDatabase, on_every_backend, on_sqlite};

on_every_backend!(
    no_value_reaches_the_text_of_a_statement,
    what_is_accepted_is_no_error_of_the_database,
    a_leap_second_is_refused_where_it_cannot_be_stored,
);
on_sqlite!(nothing_that_is_sent_makes_a_panic);

const OPERATORS: [&str; 18] = [
    "eq",
    "ne",
    "lt",
    "lte",
    "gt",
    "gte",
    "between",
    "in",
    "not_in",
    "is_null",
    "contains",
    "icontains",
    "starts_with",
    "istarts_with",
    "ends_with",
    "iends_with",
    "like",
    "ilike",
];

/// Text as attackers write it, and any other.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ -~]{0,30}",
        Just("' OR 1=1 --".to_owned()),
        Just("\\' OR 1=1 -- ".to_owned()),
        Just("\"; DROP TABLE samples; --".to_owned()),
        Just("`) UNION SELECT 1 FROM samples -- ".to_owned()),
        Just("%' ESCAPE '%".to_owned()),
        Just("$1 ?1 :id @id".to_owned()),
        Just("\0".to_owned()),
        Just("+262000-12-31".to_owned()),
        Just("-4800-01-01T00:00:00Z".to_owned()),
        Just("9223372036854775808".to_owned()),
        Just("1e400".to_owned()),
        Just("NaN".to_owned()),
        Just("0000-00-00".to_owned()),
        Just("2026-02-28T23:59:60".to_owned()),
    ]
}

fn operator() -> impl Strategy<Value = &'static str> {
    prop::sample::select(OPERATORS.to_vec())
}

fn scalar() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        (-10_i64..10).prop_map(Json::from),
        text().prop_map(Json::from),
    ]
}

fn any_json() -> impl Strategy<Value = Json> {
    scalar().prop_recursive(6, 48, 6, |inner| {
        let key = prop_oneof![
            text(),
            prop::sample::select(vec!["and", "or", "not", "name", "age", "born"])
                .prop_map(str::to_owned),
            operator().prop_map(str::to_owned),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
            prop::collection::vec((key, inner), 0..6)
                .prop_map(|fields| Json::from(Map::from_iter(fields))),
        ]
    })
}

/// What suits the operator as far as its number of values goes.
fn comparison(columns: Vec<&'static str>) -> impl Strategy<Value = Json> {
    let values = prop::collection::vec(scalar(), 2);
    let of = (prop::sample::select(columns), operator(), values);
    of.prop_map(|(column, operator, values)| {
        let value = match operator {
            "in" | "not_in" | "between" => json!(values),
            "is_null" => json!(true),
            _ => values[0].clone(),
        };
        let operators = Map::from_iter([(operator.to_owned(), value)]);
        json!({ column: operators })
    })
}

/// So many of them.
fn comparisons(columns: Vec<&'static str>, times: u32) -> Vec<Json> {
    let one = comparison(columns);
    let mut runner = runner(times);
    let next = |_| one.new_tree(&mut runner).unwrap().current();
    (0..times).map(next).collect()
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    })
}

/// The statement of a hostile text is, letter by letter, the one of a harmless text.
async fn no_value_reaches_the_text_of_a_statement(db: TestDatabase) -> Result {
    let samples = Repository::<samples::Entity>::new(&db.provider());
    let dialect = db.manager().backend().dialect();
    let statement = |filter: &Filter| {
        let condition = samples.filter(filter.clone())?;
        let select = samples::Entity::find().filter(condition);
        Ok::<_, xtsqlorm::Error>(select.build(dialect))
    };
    let rules = QueryRules::any_column();
    let harmless = "harmless";
    let of_text = |operator: &str, text: &str| {
        let value = match operator {
            "in" | "not_in" | "between" => json!([text, text]),
            "is_null" => json!(true),
            _ => json!(text),
        };
        let operators = Map::from_iter([(operator.to_owned(), value)]);
        Filter::from_json(&json!({ "name": operators })).unwrap()
    };
    runner(400).run(&(text(), operator()), |(text, operator)| {
        // What the database has no such text for is refused, and that is well.
        if let Ok(hostile) = statement(&of_text(operator, &text)) {
            let usual = statement(&of_text(operator, harmless)).unwrap();
            prop_assert_eq!(&hostile.sql, &usual.sql);
            prop_assert_eq!(
                hostile.values.map(|values| values.0.len()),
                usual.values.map(|values| values.0.len())
            );
        }
        let encoded =
            percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC);
        let asked = rules.parse(&format!("name={encoded}")).unwrap();
        if let Ok(hostile) = statement(&asked.filter) {
            let usual = statement(&of_text("eq", harmless)).unwrap();
            prop_assert_eq!(hostile.sql, usual.sql);
        }
        // No name that a client makes up does, either.
        let column = Filter::from_json(&json!({ text.clone(): 1 }));
        if let Ok(statement) = column.and_then(|filter| statement(&filter)) {
            prop_assert!(!statement.sql.contains(&text) || text == "id" || text == "age");
        }
        Ok(())
    })?;
    Ok(())
}

/// Any value for any column is found by or refused: the database itself has nothing to complain of.
async fn what_is_accepted_is_no_error_of_the_database(db: TestDatabase) -> Result {
    samples(&db).await?;
    db.migrated().await?;
    send::<samples::Entity>(&db, 150).await?;
    send::<products::Entity>(&db, 250).await?;
    send::<orders::Entity>(&db, 250).await?;
    send::<users::Entity>(&db, 150).await?;
    Ok(())
}

/// MySQL has an error of its own for it, and PostgreSQL takes it for the next minute.
async fn a_leap_second_is_refused_where_it_cannot_be_stored(db: TestDatabase) -> Result {
    db.migrated().await?;
    let products = Repository::<products::Entity>::new(&db.provider());
    let reflected = DynamicRepository::reflect(&db.provider(), "products").await?;
    for (second, is_leap) in [("59", false), ("60", true)] {
        let moment = format!("2026-02-28T23:59:{second}");
        let filter = || Filter::from_json(&json!({ "available_from": { "lt": moment } }));
        let by_entity = match products.find().filter_by(filter()?) {
            Ok(find) => find.exists().await,
            Err(error) => Err(error),
        };
        let found = [by_entity, reflected.find().filter(filter()?).exists().await];
        for found in found {
            match is_leap && db.kind() != Kind::Sqlite {
                true => assert!(
                    matches!(found, Err(Error::InvalidInput { .. })),
                    "{found:?}"
                ),
                false => assert!(!found?),
            }
        }
    }
    Ok(())
}

async fn send<E: EntityTrait>(db: &TestDatabase, times: u32) -> Result {
    let repository = Repository::<E>::new(&db.provider());
    let columns = E::Column::iter().map(|column| column.json_key()).collect();
    let mut accepted = 0;
    for json in comparisons(columns, times) {
        let filter = Filter::from_json(&json);
        let found = match filter.and_then(|filter| repository.find().filter_by(filter)) {
            Ok(find) => find.exists().await,
            Err(error) => Err(error),
        };
        match found {
            Ok(_) => accepted += 1,
            Err(Error::InvalidInput { .. }) => {}
            Err(error) => panic!("{json}: {error:?}"),
        }
    }
    assert!(accepted > times / 20, "some are accepted: {accepted}");
    Ok(())
}

/// Neither JSON nor query strings, well-formed or not.
async fn nothing_that_is_sent_makes_a_panic(db: TestDatabase) -> Result {
    let samples = Repository::<samples::Entity>::new(&db.provider());
    let rules = QueryRules::new()
        .filter_by(["name", "age", "born"])
        .sort_by(["name"]);
    runner(2000).run(&any_json(), |json| {
        if let Ok(filter) = Filter::from_json(&json) {
            samples.filter(filter).ok();
        }
        rules.filter_from_json(&json).ok();
        Ok(())
    })?;
    let field = prop_oneof![
        any::<String>(),
        "(name|age|born|sort|page|size|after|nmae)(__)?(eq|in|between|is_null|like|x)?=[%+,\\\\a-f0-9-]{0,12}",
    ];
    runner(4000).run(&prop::collection::vec(field, 0..5), |fields| {
        if let Ok(query) = rules.parse(&fields.join("&")) {
            prop_assert!(query.page > 0 && query.size <= 100);
            samples.find().list(query).ok();
        }
        Ok(())
    })?;
    Ok(())
}
