//! garde reports messages alone. While one of our validations runs, each message is a number, under
//! which the rule's code and parameters are kept.

mod rules;
mod wording;

use std::cell::RefCell;

use garde::i18n::with_i18n;
use serde_json::Value;

use self::rules::Recorder;
use crate::error::{FieldPath, RuleError, ValidationReport};

/// What a message begins with that is a number of ours.
const MARK: &str = "\u{1}rule ";

thread_local! {
    /// The rules that the validation of this thread found broken; `None` outside of one.
    static FOUND: RefCell<Option<Vec<RuleError>>> = const { RefCell::new(None) };
}

/// Runs a validation of garde, and gives what it found with codes and parameters.
pub(super) fn record(
    validate: impl FnOnce() -> Result<(), garde::Report>,
) -> Result<(), ValidationReport> {
    let scope = Scope::enter();
    let result = with_i18n(Recorder, validate);
    let found = scope.leave();
    result.map_err(|report| convert(report, &found))
}

/// Keeps the rule and gives its number; outside of a validation of ours, its message.
pub(super) fn remember(error: RuleError) -> garde::Error {
    FOUND.with_borrow_mut(|found| match found {
        Some(found) => {
            found.push(error);
            garde::Error::new(format!("{MARK}{}", found.len() - 1))
        }
        None => garde::Error::new(error.to_string()),
    })
}

/// Puts the rules in the place of their numbers.
pub(super) fn convert(report: garde::Report, found: &[RuleError]) -> ValidationReport {
    let mut converted = ValidationReport::new();
    for (path, error) in report.into_inner() {
        let kept = error.message().strip_prefix(MARK);
        let kept = kept.and_then(|number| found.get(number.parse::<usize>().ok()?));
        let rule = match kept {
            Some(rule) => rule.clone(),
            None => wording::rule(error.message()),
        };
        converted.add(field_path(&path), rule);
    }
    converted
}

/// A path's text does not tell a key with a dot from two keys; its serialized form does: a list of
/// kinds and names.
fn field_path(path: &garde::Path) -> FieldPath {
    let Ok(Value::Array(steps)) = serde_json::to_value(path) else {
        return FieldPath::from(path.to_string().as_str());
    };
    steps.iter().fold(FieldPath::new(), |path, step| {
        let name = step[1].as_str().unwrap_or_default();
        match step[0].as_str() {
            // The inside of an `Option` is in the same place.
            Some("none") => path,
            Some("index") => match name.parse() {
                Ok(place) => path.index(place),
                Err(_) => path.join(name),
            },
            _ => path.join(name),
        }
    })
}

/// One validation; a custom rule may run another one inside it.
struct Scope {
    outer: Option<Vec<RuleError>>,
}

impl Scope {
    fn enter() -> Self {
        let outer = FOUND.replace(Some(Vec::new()));
        Self { outer }
    }

    fn leave(self) -> Vec<RuleError> {
        FOUND.take().unwrap_or_default()
    }
}

/// Also where a custom rule panics.
impl Drop for Scope {
    fn drop(&mut self) {
        FOUND.set(self.outer.take());
    }
}
