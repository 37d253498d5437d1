//! What rules say to a user.

use sea_orm::prelude::Decimal;
use serde_json::json;
use xtsqlorm::{
    error::{Language, RuleError},
    operations::validators::*,
};

/// One broken rule of each code and reason that the library has.
fn all() -> Vec<RuleError> {
    let errors = [
        required(""),
        length(1..=2)(""),
        length(2..=2)(""),
        length(2..)(""),
        length(..1)("a"),
        range(1..=2)(&0),
        range(2..=2)(&0),
        range(1..2)(&0),
        range(1..)(&0),
        range(..=1)(&2),
        range(..1)(&2),
        range(Decimal::ONE..)(&Decimal::ZERO),
        json_type(JsonType::Integer)(&json!("1")),
        choices(["S", "M"])(""),
        enum_name::<entity::sea_orm_active_enums::OrdersStatus>(""),
        pattern("a").unwrap()(""),
        email("a"),
        email(" @example.com"),
        email("a@localhost"),
        email("a@exаmple.com"),
        email(&format!("{}@example.com", "a".repeat(65))),
        phone(""),
        url(UrlScheme::Https)(""),
        url(UrlScheme::HttpOrHttps)(""),
        url(UrlScheme::Https)("https://example.com/ "),
        url(UrlScheme::Https)("https://u:p@example.com/"),
        url(UrlScheme::Https)("https://localhost/"),
        url(UrlScheme::Https)("https://аpple.com/"),
        ip(IpVersion::Any)(""),
        ip(IpVersion::V4)(""),
        ip(IpVersion::V6)(""),
        datetime(DateTimeFormat::Rfc3339)(""),
        datetime(DateTimeFormat::Sql)(""),
        datetime(DateTimeFormat::Date)(""),
        datetime(DateTimeFormat::Time)(""),
        json(""),
        dict(&json!([])),
        password(PasswordPolicy::new())(""),
        password(PasswordPolicy::new())(&"a".repeat(129)),
        password(PasswordPolicy::new())("abcdefgh"),
        password(PasswordPolicy::new())("aB3-xyz\n"),
        password(PasswordPolicy::new())("Aa1Aa1Aa1"),
        password(PasswordPolicy::new())("Password1"),
        username(""),
        username("  "),
        username("1ab"),
        username("ab_"),
        id_card(""),
        id_card("00010519491231002X"),
        id_card("110105199902290020"),
        id_card("110105194912310021"),
    ];
    errors.into_iter().map(Result::unwrap_err).collect()
}

/// No rule falls back to its code, leaves a place unfilled, or forgets one of the languages.
#[test]
fn every_rule_has_a_sentence_in_both_languages() {
    for error in all() {
        let english = error.message(Language::English);
        let chinese = error.message(Language::Chinese);
        let unknown = format!("({})", error.code());
        assert!(!english.contains(&unknown), "{error:?}");
        assert!(english.is_ascii(), "{english}");
        let is_chinese = |letter| ('\u{4e00}'..='\u{9fff}').contains(&letter);
        assert!(chinese.chars().any(is_chinese), "{error:?} says {chinese}");
        for message in [english, chinese] {
            assert!(!message.contains(['{', '}']), "{message}");
        }
    }
}

/// Sentences go on from the name of the field, and say what is allowed.
#[test]
fn sentences_are_filled_in() {
    let told = |result: RuleResult, language| result.unwrap_err().message(language);
    assert_eq!(
        told(length(1..=2)(""), Language::English),
        "must have 1 to 2 characters"
    );
    assert_eq!(
        told(length(1..=2)(""), Language::Chinese),
        "长度必须为 1 到 2 个字符"
    );
    assert_eq!(
        told(range(1..2)(&0), Language::English),
        "must be at least 1 and less than 2"
    );
    assert_eq!(
        told(choices(["S", "M"])(""), Language::Chinese),
        "必须是以下之一：S, M"
    );
    assert_eq!(
        told(url(UrlScheme::Https)(""), Language::English),
        "must begin with https://"
    );
    let own = RuleError::new("vat_number");
    assert_eq!(own.message(Language::English), "is not valid (vat_number)");
    assert_eq!(own.message(Language::Chinese), "无效（vat_number）");
}
