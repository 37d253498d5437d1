//! Numbers, choices, enums and JSON.

use entity::sea_orm_active_enums::OrdersStatus;
use rust_decimal::Decimal;
use sea_orm::prelude::{DeriveActiveEnum, EnumIter};
use serde_json::json;
use xtsqlorm::operations::validators::{
    JsonType, choices, dict, enum_name, json, json_object, json_type, range,
};

use super::{accepts, refuses};

/// Bounds hold on both sides, and for what compares with nothing.
#[test]
fn range_of_numbers_decimals_and_dates() {
    let age = range(18..=120);
    assert!([18, 35, 120].iter().all(|good| age(good).is_ok()));
    assert!(
        [17, 121, -18, i32::MIN, i32::MAX]
            .iter()
            .all(|bad| age(bad).is_err())
    );
    let share = range(0.0..1.0);
    assert!([0.0, -0.0, 0.999].iter().all(|good| share(good).is_ok()));
    let bad = [
        1.0,
        -f64::MIN_POSITIVE,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
    ];
    assert!(bad.iter().all(|bad| share(bad).is_err()));
    let price = range(Decimal::new(1, 2)..);
    assert!(price(&Decimal::new(1, 2)).is_ok());
    assert!(price(&Decimal::new(9, 3)).is_err());
    let day = |day| chrono::NaiveDate::from_ymd_opt(2024, 2, day).unwrap();
    assert!(range(day(1)..day(29))(&day(28)).is_ok());
    assert!(range(day(1)..day(29))(&day(29)).is_err());
}

/// The bounds are told; the value is not.
#[test]
fn range_tells_its_bounds() {
    let error = range(0.0..1.0)(&666.6).unwrap_err();
    assert_eq!(
        json!(error.parameters()),
        json!({ "min": 0.0, "below": 1.0 })
    );
    assert!(!format!("{error} {error:?}").contains("666"));
    assert_eq!(
        range(..10)(&10).unwrap_err().to_string(),
        "must be less than 10"
    );
    assert_eq!(
        range(1..=2)(&0).unwrap_err().to_string(),
        "must be between 1 and 2"
    );
    let price = range(Decimal::new(150, 2)..)(&Decimal::ONE).unwrap_err();
    assert_eq!(price.to_string(), "must be at least 1.50");
}

/// One of the list, as it stands there.
#[test]
fn choices_are_exact() {
    accepts(choices(["S", "M", "特大"]), &["S", "特大"]);
    let sizes = choices(["S".to_owned(), "M".to_owned()]);
    refuses(
        sizes,
        "choices",
        &[
            ("", ""),
            ("s", ""),
            ("S ", ""),
            ("S\n", ""),
            ("Ｓ", ""),
            ("Ѕ", ""),
            ("S,M", ""),
        ],
    );
    assert!(choices([0_i8, 1])(&1).is_ok());
    assert!(choices([0_i64, 1])(&-1).is_err());
    let error = choices(["S", "M"])("XXXL").unwrap_err();
    assert_eq!(json!(error.parameters()), json!({ "choices": ["S", "M"] }));
}

/// A status that the database has as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i32", db_type = "Integer")]
enum Level {
    #[sea_orm(num_value = 1)]
    Low,
    #[sea_orm(num_value = 20)]
    High,
}

/// Names are those of the database and not those of Rust.
#[test]
fn enum_names() {
    accepts(enum_name::<OrdersStatus>, &["pending", "paid"]);
    refuses(
        enum_name::<OrdersStatus>,
        "enum",
        &[
            ("", ""),
            ("Paid", ""),
            ("PAID", ""),
            ("paid ", ""),
            ("раid", ""),
            ("unpaid", ""),
        ],
    );
    accepts(enum_name::<Level>, &["1", "20"]);
    refuses(
        enum_name::<Level>,
        "enum",
        &[("Low", ""), ("01", ""), ("1.0", ""), ("2", "")],
    );
    let error = enum_name::<Level>("x").unwrap_err();
    assert_eq!(json!(error.parameters()), json!({ "choices": ["1", "20"] }));
}

/// A number in quotes is a text, and 7.0 is no whole number.
#[test]
fn json_types_are_not_converted() {
    use JsonType::*;
    for (kind, good, bad) in [
        (Null, json!(null), json!("null")),
        (Boolean, json!(false), json!(0)),
        (Integer, json!(-7), json!(7.0)),
        (Integer, json!(u64::MAX), json!("7")),
        (Number, json!(7.5), json!("7.5")),
        (String, json!("７"), json!(7)),
        (Array, json!([]), json!({})),
        (Object, json!({}), json!([])),
    ] {
        assert!(json_type(kind)(&good).is_ok(), "{kind:?} {good}");
        assert_eq!(
            json_type(kind)(&bad).unwrap_err().code(),
            "type",
            "{kind:?} {bad}"
        );
    }
    assert!(dict(&json!({ "a": 1 })).is_ok());
    for bad in [json!(null), json!([]), json!("{}"), json!(1)] {
        assert_eq!(dict(&bad).unwrap_err().code(), "dict");
    }
}

/// What other languages print is no JSON.
#[test]
fn json_texts() {
    let deep = |levels| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    accepts(
        json,
        &[
            "null",
            "\"a\"",
            " [1, 2.5e3] ",
            "{\"a\":{}}",
            "\"\\u4e2d\"",
            &deep(127),
        ],
    );
    let too_deep = deep(100_000);
    refuses(
        json,
        "json",
        &[
            ("", "syntax"),
            ("{'a': 1}", "syntax"),
            ("{\"a\": 1,}", "syntax"),
            ("{a: 1}", "syntax"),
            ("True", "syntax"),
            ("NaN", "syntax"),
            ("1e999", "syntax"),
            ("01", "syntax"),
            ("{} {}", "syntax"),
            ("[1] // one", "syntax"),
            ("\u{feff}{}", "syntax"),
            ("\"a\nb\"", "syntax"),
            ("\"\\ud800\"", "syntax"),
            ("｛｝", "syntax"),
            (&too_deep, "syntax"),
        ],
    );
    accepts(json_object, &["{}", "\n {\"a\": [1]} \t"]);
    refuses(
        json_object,
        "dict",
        &[("[{}]", ""), ("null", ""), ("\"{}\"", "")],
    );
    refuses(json_object, "json", &[("{", "syntax"), ("{}x", "syntax")]);
    let error = json("{\n  \"a\": secret\n}").unwrap_err();
    assert_eq!(
        error.to_string(),
        "is not valid JSON: look at line 2, column 8"
    );
}
