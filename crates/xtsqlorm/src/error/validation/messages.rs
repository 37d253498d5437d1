//! What the rules of the library say to a user. A sentence continues the name of the field.

use serde_json::Value;

use super::{Language, RuleError};

/// The sentence for this rule, with its parameters filled in.
pub(super) fn message(error: &RuleError, language: Language) -> String {
    let sentences = sentences(error.code(), form(error))
        .or_else(|| sentences(error.code(), ""))
        .unwrap_or(("is not valid ({code})", "无效（{code}）"));
    let sentence = match language {
        Language::English => sentences.0,
        Language::Chinese => sentences.1,
    };
    let filled = sentence.replace("{code}", error.code());
    let parameters = error.parameters().iter();
    parameters.fold(filled, |sentence, (name, value)| {
        sentence.replace(&format!("{{{name}}}"), &shown(value))
    })
}

/// In which of several ways the rule is broken or made.
fn form(error: &RuleError) -> &str {
    let parameters = error.parameters();
    if let Some(reason) = parameters.get("reason").and_then(Value::as_str) {
        return reason;
    }
    let given = |name| parameters.get(name);
    match (given("min"), given("max"), given("below")) {
        (Some(min), Some(max), _) if min == max => "exactly",
        (Some(_), Some(_), _) => "between",
        (Some(_), None, Some(_)) => "half_open",
        (Some(_), None, None) => "at_least",
        (None, Some(_), _) => "at_most",
        (None, None, Some(_)) => "below",
        (None, None, None) => "",
    }
}

/// English and Chinese, by the code of the rule and its form; the empty form stands for all others.
fn sentences(code: &str, form: &str) -> Option<(&'static str, &'static str)> {
    Some(match (code, form) {
        ("required", "") => ("is required", "不能为空"),

        ("length", "exactly") => (
            "must have exactly {min} characters",
            "长度必须为 {min} 个字符",
        ),
        ("length", "between") => (
            "must have {min} to {max} characters",
            "长度必须为 {min} 到 {max} 个字符",
        ),
        ("length", "at_least") => (
            "must have at least {min} characters",
            "长度不能少于 {min} 个字符",
        ),
        ("length", "at_most") => (
            "must have at most {max} characters",
            "长度不能超过 {max} 个字符",
        ),

        ("range", "exactly") => ("must be {min}", "必须为 {min}"),
        ("range", "between") => (
            "must be between {min} and {max}",
            "必须在 {min} 和 {max} 之间",
        ),
        ("range", "half_open") => (
            "must be at least {min} and less than {below}",
            "不能小于 {min}，且必须小于 {below}",
        ),
        ("range", "at_least") => ("must be at least {min}", "不能小于 {min}"),
        ("range", "at_most") => ("must be at most {max}", "不能大于 {max}"),
        ("range", "below") => ("must be less than {below}", "必须小于 {below}"),

        ("type", "") => ("must be of the type {expected}", "类型必须为 {expected}"),
        ("choices" | "enum", "") => ("must be one of: {choices}", "必须是以下之一：{choices}"),
        ("pattern", "") => ("does not have the required form", "格式不符合要求"),

        ("email", "missing_at") => (
            "is not a valid e-mail address: the @ is missing",
            "不是有效的邮箱地址：缺少 @",
        ),
        ("email", "local_part") => (
            "is not a valid e-mail address: look at the part before the @",
            "不是有效的邮箱地址：请检查 @ 之前的部分",
        ),
        ("email", "domain") => (
            "is not a valid e-mail address: look at the part after the @",
            "不是有效的邮箱地址：请检查 @ 之后的部分",
        ),
        ("email", "look_alike") => (
            "is not a valid e-mail address: letters of the domain look like others",
            "不是有效的邮箱地址：域名中含有易混淆的字母",
        ),
        ("email", "too_long") => ("is too long for an e-mail address", "邮箱地址过长"),
        ("email", "") => ("is not a valid e-mail address", "不是有效的邮箱地址"),

        ("phone", "") => (
            "is not a mobile number of mainland China",
            "不是有效的中国大陆手机号码",
        ),

        ("url", "scheme") => ("must begin with {schemes}", "必须以 {schemes} 开头"),
        ("url", "characters") => (
            "is not a valid URL: it has characters that must be encoded",
            "不是有效的网址：含有必须编码的字符",
        ),
        ("url", "credentials") => (
            "must not have a user name or a password in the URL",
            "网址中不能包含用户名或密码",
        ),
        ("url", "host") => (
            "is not a valid URL: look at the host",
            "不是有效的网址：请检查主机名",
        ),
        ("url", "look_alike") => (
            "is not a valid URL: letters of the host look like others",
            "不是有效的网址：主机名中含有易混淆的字母",
        ),
        ("url", "") => ("is not a valid URL", "不是有效的网址"),

        ("ip", "v4") => ("is not an IPv4 address", "不是有效的 IPv4 地址"),
        ("ip", "v6") => ("is not an IPv6 address", "不是有效的 IPv6 地址"),
        ("ip", "") => ("is not an IP address", "不是有效的 IP 地址"),

        ("datetime", "") => (
            "must be a date or time written as {format}",
            "必须是写成 {format} 的日期或时间",
        ),

        ("json", "syntax") => (
            "is not valid JSON: look at line {line}, column {column}",
            "不是有效的 JSON：请检查第 {line} 行第 {column} 列",
        ),
        ("dict", "") => ("must be a JSON object", "必须是 JSON 对象"),

        ("password", "kinds") => (
            "must have at least {kinds} of these: capital letters, small letters, digits, others",
            "必须至少包含以下 {kinds} 种字符：大写字母、小写字母、数字、其他字符",
        ),
        ("password", "too_short") => (
            "must have at least {min} characters",
            "长度不能少于 {min} 个字符",
        ),
        ("password", "too_long") => (
            "must have at most {max} characters",
            "长度不能超过 {max} 个字符",
        ),
        ("password", "repetitive") => ("repeats the same few characters", "重复使用了少数几个字符"),
        ("password", "common") => ("is a password that many people use", "是过于常见的密码"),
        ("password", "invisible") => ("must not have invisible characters", "不能包含不可见字符"),

        ("username", "length") => (
            "must have {min} to {max} characters",
            "长度必须为 {min} 到 {max} 个字符",
        ),
        ("username", "characters") => (
            "may have the letters a to z, digits, `_`, `-` and `.` only",
            "只能包含英文字母、数字、`_`、`-` 和 `.`",
        ),
        ("username", "start") => ("must begin with a letter", "必须以字母开头"),
        ("username", "separators") => (
            "must have a letter or a digit after each `_`, `-` and `.`",
            "`_`、`-` 和 `.` 之后必须是字母或数字",
        ),

        ("id_card", "form") => (
            "must have 17 digits and a check digit, which is 0 to 9 or X",
            "必须是 17 位数字加 1 位校验码（0 到 9 或 X）",
        ),
        ("id_card", "region") => (
            "is not a valid ID card number: look at the first six digits",
            "不是有效的身份证号码：请检查前六位",
        ),
        ("id_card", "birth_date") => (
            "is not a valid ID card number: look at the date of birth",
            "不是有效的身份证号码：请检查出生日期",
        ),
        ("id_card", "check_digit") => (
            "is not a valid ID card number: a digit is wrong",
            "不是有效的身份证号码：校验码不符",
        ),

        ("contains", "") => ("must contain {text}", "必须包含 {text}"),
        ("prefix", "") => ("must begin with {text}", "必须以 {text} 开头"),
        ("suffix", "") => ("must end with {text}", "必须以 {text} 结尾"),
        ("matches", "") => ("must be the same as {field}", "必须与 {field} 一致"),
        ("ascii", "") => ("may have ASCII characters only", "只能包含 ASCII 字符"),
        ("alphanumeric", "") => ("may have letters and digits only", "只能包含字母和数字"),
        ("credit_card", "") => ("is not a valid card number", "不是有效的卡号"),
        ("phone_number", "") => ("is not a valid phone number", "不是有效的电话号码"),
        _ => return None,
    })
}

/// A text without quotes, a list with commas.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(shown).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
