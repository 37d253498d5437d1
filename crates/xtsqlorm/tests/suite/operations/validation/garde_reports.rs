//! garde knows messages only; codes and parameters come back.

use serde_json::json;
use xtsqlorm::{
    error::{Language, RuleError, ValidationReport},
    operations::{
        validation::{check, rule},
        validators::length,
    },
};

/// One field for each rule of garde that this build has.
#[derive(garde::Validate)]
struct Everything {
    #[garde(required)]
    required: Option<i32>,
    #[garde(ascii)]
    ascii: &'static str,
    #[garde(alphanumeric)]
    alphanumeric: &'static str,
    #[garde(email)]
    email: &'static str,
    #[garde(ip)]
    ip: &'static str,
    #[garde(ipv4)]
    ipv4: &'static str,
    #[garde(ipv6)]
    ipv6: &'static str,
    #[garde(length(chars, min = 3))]
    short: &'static str,
    #[garde(length(chars, max = 3))]
    long: &'static str,
    #[garde(range(min = 1.5))]
    low: f64,
    #[garde(range(max = 10))]
    high: i64,
    #[garde(contains("/"))]
    contains: &'static str,
    #[garde(prefix("a\"b"))]
    prefix: &'static str,
    #[garde(suffix("?"))]
    suffix: &'static str,
    #[garde(pattern("^[0-9]/[0-9]$"))]
    pattern: &'static str,
    #[garde(matches(long))]
    matches: &'static str,
}

const BAD: Everything = Everything {
    required: None,
    ascii: "grün",
    alphanumeric: "a b",
    email: "refused",
    ip: "refused",
    ipv4: "::1",
    ipv6: "1.2.3.4",
    short: "re",
    long: "refused",
    low: 1.25,
    high: 77,
    contains: "refused",
    prefix: "refused",
    suffix: "refused",
    pattern: "refused",
    matches: "other",
};

/// In the order of garde, which is that of the alphabet.
fn expected() -> serde_json::Value {
    json!([
        ["alphanumeric", "alphanumeric", {}],
        ["ascii", "ascii", {}],
        ["contains", "contains", { "text": "/" }],
        ["email", "email", {}],
        ["high", "range", { "max": 10 }],
        ["ip", "ip", { "reason": "any" }],
        ["ipv4", "ip", { "reason": "v4" }],
        ["ipv6", "ip", { "reason": "v6" }],
        ["long", "length", { "max": 3 }],
        ["low", "range", { "min": 1.5 }],
        ["matches", "matches", { "field": "long" }],
        ["pattern", "pattern", { "pattern": "^[0-9]/[0-9]$" }],
        ["prefix", "prefix", { "text": "a\"b" }],
        ["required", "required", {}],
        ["short", "length", { "min": 3 }],
        ["suffix", "suffix", { "text": "?" }],
    ])
}

fn found(report: &ValidationReport) -> serde_json::Value {
    let failures = report.failures().iter();
    failures
        .map(|failure| {
            let (path, error) = (failure.path().to_string(), failure.error());
            json!([path, error.code(), error.parameters()])
        })
        .collect()
}

/// Codes, parameters, and words in both languages.
#[test]
fn the_rules_of_garde_have_codes() {
    let report = check(&BAD, &()).unwrap_err();
    assert_eq!(found(&report), expected());
    for failure in report.failures() {
        let unknown = format!("({})", failure.code());
        assert!(
            !failure.message(Language::English).contains(&unknown),
            "{failure:?}"
        );
        assert!(
            !failure.message(Language::Chinese).is_ascii(),
            "{failure:?}"
        );
    }
    assert!(!format!("{report:?}").contains("refused"));
}

/// A report that was made elsewhere says the same.
#[test]
fn a_report_of_garde_alone_is_understood() {
    let report = garde::Validate::validate(&BAD).unwrap_err();
    assert_eq!(found(&ValidationReport::from(report)), expected());
}

/// The caller's own words stay, with a code that says whose they are.
#[test]
fn own_messages_of_garde_stay() {
    #[derive(garde::Validate)]
    struct Own {
        #[garde(custom(|_, _| -> garde::Result { Err(garde::Error::new("is reserved")) }))]
        name: &'static str,
        #[garde(custom(|_, _| -> garde::Result { Err(garde::Error::new("\u{1}rule 0")) }))]
        hostile: &'static str,
    }
    let own = Own {
        name: "root",
        hostile: "",
    };
    for report in [
        check(&own, &()).unwrap_err(),
        garde::Validate::validate(&own).unwrap_err().into(),
    ] {
        let failure = &report.failures()[1];
        assert_eq!(
            (failure.code(), failure.path().to_string().as_str()),
            ("custom", "name")
        );
        assert_eq!(failure.message(Language::English), "is reserved");
        assert_eq!(failure.message(Language::Chinese), "is reserved");
        assert_eq!(report.failures()[0].code(), "custom");
    }
}

/// Outside of a validation of ours, a rule of ours is a message like any other.
#[test]
fn our_rules_work_in_gardes_own_validation() {
    #[derive(garde::Validate)]
    struct Name {
        #[garde(custom(rule(length(1..=3))))]
        name: String,
    }
    let long = Name {
        name: "美咲さん".into(),
    };
    let report = garde::Validate::validate(&long).unwrap_err();
    assert_eq!(report.to_string(), "name: must have 1 to 3 characters\n");
    let report = check(&long, &()).unwrap_err();
    assert_eq!(
        report.failures()[0].error(),
        &RuleError::new("length").with("min", 1).with("max", 3)
    );
    // After ours, garde's own is as before.
    assert!(
        garde::Validate::validate(&long)
            .unwrap_err()
            .to_string()
            .contains("1 to 3")
    );
}

/// A validation inside a rule does not disturb the one outside, also where it panics.
#[test]
fn validations_nest() {
    #[derive(garde::Validate)]
    struct Inner {
        #[garde(custom(rule(length(..2))))]
        text: &'static str,
    }
    #[derive(garde::Validate)]
    struct Outer {
        #[garde(custom(rule(length(2..))))]
        first: &'static str,
        #[garde(custom(nested))]
        second: &'static str,
        #[garde(custom(rule(length(3..))))]
        third: &'static str,
    }
    fn nested(text: &&'static str, _: &()) -> garde::Result {
        let inner = Inner { text };
        let panicked = std::panic::catch_unwind(|| {
            #[derive(garde::Validate)]
            struct Panics {
                #[garde(custom(|_, _| -> garde::Result { panic!("a rule of the caller") }))]
                field: (),
            }
            check(&Panics { field: () }, &())
        });
        assert!(panicked.is_err());
        match check(&inner, &()) {
            Ok(()) => Ok(()),
            Err(report) => Err(report.failures()[0].error().clone().into()),
        }
    }
    let outer = Outer {
        first: "a",
        second: "abc",
        third: "ab",
    };
    let report = check(&outer, &()).unwrap_err();
    let expected = json!([
        ["first", "length", { "min": 2 }],
        ["second", "length", { "max": 1 }],
        ["third", "length", { "min": 3 }],
    ]);
    assert_eq!(found(&report), expected);
}
