//! What an API answers.

use serde_json::json;
use xtsqlorm::error::{Error, FieldPath, Language, RuleError, ValidationReport};

fn report() -> ValidationReport {
    let mut row = ValidationReport::new();
    row.add("email", RuleError::new("email").with("reason", "domain"));
    row.add("email", RuleError::new("length").with("max", 254));
    let mut report = ValidationReport::new();
    report.add_row(2, row);
    let mut row = ValidationReport::new();
    row.add(
        FieldPath::from("a/b~c %").join("中").index(0),
        RuleError::new("required"),
    );
    report.add_row(7, row);
    report
}

/// The members of RFC 9457, and pointers of RFC 6901 as URIs hold them.
#[test]
fn a_report_becomes_problem_details() {
    let problem = json!(report().to_problem(Language::English));
    assert_eq!(
        problem,
        json!({
            "type": "about:blank",
            "title": "Unprocessable Content",
            "status": 422,
            "detail": "2 fields are not valid",
            "errors": [
                {
                    "pointer": "#/2/email",
                    "detail": "is not a valid e-mail address: look at the part after the @",
                    "code": "email",
                    "parameters": { "reason": "domain" },
                    "row": 2,
                },
                {
                    "pointer": "#/2/email",
                    "detail": "must have at most 254 characters",
                    "code": "length",
                    "parameters": { "max": 254 },
                    "row": 2,
                },
                {
                    "pointer": "#/7/a~1b~0c%20%25/%E4%B8%AD/0",
                    "detail": "is required",
                    "code": "required",
                    "parameters": {},
                    "row": 7,
                },
            ],
        })
    );
    let problem = report().to_problem(Language::Chinese);
    assert_eq!(problem.detail, "2 个字段无效");
    assert_eq!(problem.errors[2].detail, "不能为空");
}

/// A line for a log, however many rows there were.
#[test]
fn a_long_report_is_shown_in_short() {
    let mut report = report();
    for row in 10..1000 {
        let mut more = ValidationReport::new();
        more.add("name", RuleError::new("required"));
        report.add_row(row, more);
    }
    let error = Error::from(report);
    assert_eq!(
        error.to_string(),
        "not valid: row 2: email is not a valid e-mail address: look at the part after the @; \
         row 2: email must have at most 254 characters; \
         row 7: a/b~c %.中[0] is required; and 990 more"
    );
    assert_eq!(error.validation().unwrap().failures().len(), 993);
}

/// Nothing found is no error, and the error is of its own kind.
#[test]
fn a_report_is_an_error_only_if_something_was_found() {
    assert!(ValidationReport::new().into_result().is_ok());
    let error = report().into_result().unwrap_err();
    assert!(error.is_validation());
    assert!(!error.is_not_found() && !error.is_retryable() && error.violation().is_none());
    // Through SeaORM's traits and back.
    let back = Error::from(sea_orm::DbErr::from(error.clone()));
    assert_eq!(back.validation(), error.validation());
}
