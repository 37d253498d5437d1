//! What an API answers when input is refused: problem details as of RFC 9457.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{FieldPath, Language, ValidationFailure, ValidationReport};

/// What a URI's fragment cannot hold as it is (RFC 3986).
const NOT_IN_FRAGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The body of an answer of the media type `application/problem+json`
/// ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The URI of the page that explains this type of problem; `about:blank` unless it is set.
    #[serde(rename = "type")]
    pub type_uri: String,
    /// The same for every problem of the type.
    pub title: String,
    /// The HTTP status: 422.
    pub status: u16,
    /// What this problem is, in the language that was asked for.
    pub detail: String,
    /// The URI of this occurrence; left out unless it is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// One for each field and rule.
    pub errors: Vec<ProblemError>,
}

/// One field that broke one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProblemError {
    /// The field as a JSON Pointer in a URI's fragment: `#/email`; with many rows, which are a list
    /// in JSON, `#/2/email`.
    pub pointer: String,
    /// The message, in the language that was asked for.
    pub detail: String,
    /// The [code](super::RuleError::code) of the rule.
    pub code: String,
    /// The [parameters](super::RuleError::parameters) of the rule.
    pub parameters: Map<String, Value>,
    /// The place of the row among many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
}

impl ValidationReport {
    /// The body of the answer that tells a client what to correct.
    ///
    /// ```
    /// use xtsqlorm::error::{Language, RuleError, ValidationReport};
    ///
    /// let mut report = ValidationReport::new();
    /// report.add("name", RuleError::new("length").with("max", 100));
    /// assert_eq!(
    ///     serde_json::to_value(report.to_problem(Language::English)).unwrap(),
    ///     serde_json::json!({
    ///         "type": "about:blank",
    ///         "title": "Unprocessable Content",
    ///         "status": 422,
    ///         "detail": "1 field is not valid",
    ///         "errors": [{
    ///             "pointer": "#/name",
    ///             "detail": "must have at most 100 characters",
    ///             "code": "length",
    ///             "parameters": { "max": 100 },
    ///         }],
    ///     }),
    /// );
    /// ```
    #[must_use]
    pub fn to_problem(&self, language: Language) -> Problem {
        let failures = self.failures();
        let mut fields: Vec<_> = failures
            .iter()
            .map(|failure| (failure.row(), failure.path()))
            .collect();
        fields.sort_unstable();
        fields.dedup();
        let detail = match (language, fields.len()) {
            (Language::English, 1) => "1 field is not valid".to_owned(),
            (Language::English, count) => format!("{count} fields are not valid"),
            (Language::Chinese, count) => format!("{count} 个字段无效"),
        };
        Problem {
            type_uri: "about:blank".into(),
            title: "Unprocessable Content".into(),
            status: 422,
            detail,
            instance: None,
            errors: failures
                .iter()
                .map(|failure| problem_error(failure, language))
                .collect(),
        }
    }
}

fn problem_error(failure: &ValidationFailure, language: Language) -> ProblemError {
    ProblemError {
        pointer: pointer(failure.row(), failure.path()),
        detail: failure.message(language),
        code: failure.code().to_owned(),
        parameters: failure.error().parameters().clone(),
        row: failure.row(),
    }
}

fn pointer(row: Option<usize>, path: &FieldPath) -> String {
    let row = row.map(|row| format!("/{row}")).unwrap_or_default();
    let path = path.to_pointer();
    format!("#{row}{}", utf8_percent_encode(&path, NOT_IN_FRAGMENT))
}
