//! Good and bad values of each validator, the bad ones as users and attackers type them.

mod calendar;
mod china;
mod internet;
mod messages;
mod password;
mod text;
mod values;

use xtsqlorm::{error::Language, operations::validators::RuleResult};

/// Every good value passes.
fn accepts(check: impl Fn(&str) -> RuleResult, values: &[&str]) {
    for value in values {
        assert_eq!(check(value), Ok(()), "{value:?} is good");
    }
}

/// Every bad value is refused by the rule with this code and for this reason (none: empty), and is
/// shown nowhere.
fn refuses(check: impl Fn(&str) -> RuleResult, code: &str, values: &[(&str, &str)]) {
    for (value, reason) in values {
        let error = check(value).expect_err(&format!("{value:?} is bad"));
        let given = error.parameters().get("reason");
        let given = given.and_then(|reason| reason.as_str()).unwrap_or_default();
        assert_eq!((error.code(), given), (code, *reason), "{value:?}");
        let shown = [
            format!("{error:?}"),
            error.message(Language::English),
            error.message(Language::Chinese),
        ];
        // A text of one or two letters is somewhere in every sentence.
        if value.chars().count() > 3 {
            assert!(shown.iter().all(|text| !text.contains(value)), "{shown:?}");
        }
    }
}
