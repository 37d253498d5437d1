//! Rules for one value: is this an e-mail address, is this a number of an ID card?
//!
//! A validator is a plain function, or makes one where it has settings. It takes the value and
//! returns `Ok(())`, or a [`RuleError`] with a code, the parameters of the rule, and a message in
//! English and Chinese. The value itself is in none of them.
//!
//! ```
//! use xtsqlorm::{
//!     error::Language,
//!     operations::validators::{email, id_card, length, range},
//! };
//!
//! assert!(email("ada@example.com").is_ok());
//! assert!(length(1..=100)("美咲").is_ok());
//!
//! let young = range(18..)(&17).unwrap_err();
//! assert_eq!((young.code(), young.to_string().as_str()), ("range", "must be at least 18"));
//!
//! let typo = id_card("11010519491231002x").unwrap_err();
//! assert_eq!(typo.parameters()["reason"], "form");
//! assert_eq!(typo.message(Language::Chinese), "必须是 17 位数字加 1 位校验码（0 到 9 或 X）");
//! ```
//!
//! The same functions serve as rules of [garde](super::validation::rule) on a DTO, and as rules for
//! the [columns](super::validation::ModelRules) of an entity. A rule of your own is a function of the
//! same form.
//!
//! # Codes
//!
//! A code and a reason mean the same in every version; messages may be worded better.
//!
//! | code | by | parameters |
//! |---|---|---|
//! | `required` | [`required`] | |
//! | `length` | [`length`] | `min`, `max` |
//! | `range` | [`range`] | `min`, `max`, `below` |
//! | `type` | [`json_type`] | `expected` |
//! | `choices` | [`choices`] | `choices` |
//! | `enum` | [`enum_name`] | `choices` |
//! | `pattern` | [`pattern`] | `pattern` |
//! | `email` | [`email`] | `reason`: `missing_at`, `local_part`, `domain`, `look_alike`, `too_long` |
//! | `phone` | [`phone`] | |
//! | `url` | [`url`](url()) | `reason`: `scheme` (with `schemes`), `characters`, `credentials`, `host`, `look_alike` |
//! | `ip` | [`ip`] | `reason`: `v4`, `v6`, `any` |
//! | `datetime` | [`datetime`] | `format` |
//! | `json` | [`json`] | `reason`: `syntax` (with `line`, `column`) |
//! | `dict` | [`dict`], [`json_object`] | |
//! | `password` | [`password`] | `reason`: `too_short` (`min`), `too_long` (`max`), `kinds` (`kinds`), `repetitive`, `common`, `invisible` |
//! | `username` | [`username`] | `reason`: `length` (`min`, `max`), `characters`, `start`, `separators` |
//! | `id_card` | [`id_card`] | `reason`: `form`, `region`, `birth_date`, `check_digit` |
//!
//! # What users really type
//!
//! Validators look at the text as it is, and cut nothing off: spaces around it, a newline at its
//! end, full-width digits, marks without a width and marks that turn the direction of writing are
//! refused wherever the form has no place for them. Cut and fold before you validate, so that what
//! is checked is what is stored.

mod calendar;
mod china;
mod enums;
mod host;
mod internet;
mod json;
mod number;
mod password;
mod present;
mod text;

pub use calendar::{DateTimeFormat, datetime};
pub use china::{id_card, phone};
pub use enums::{Choice, choices, enum_name};
pub use internet::{IpVersion, UrlScheme, email, ip, url};
pub use json::{JsonType, dict, json, json_object, json_type};
pub use number::range;
pub use password::{PasswordPolicy, password};
pub use present::{Present, required};
pub use text::{length, pattern, username};

use crate::error::RuleError;

/// What a validator returns.
pub type RuleResult = Result<(), RuleError>;

/// A rule that can be broken in several ways was broken in this one.
fn broken(code: &'static str, reason: &'static str) -> RuleError {
    RuleError::new(code).with("reason", reason)
}
