//! The strength of passwords.

use xtsqlorm::operations::validators::{PasswordPolicy, password};

use super::{accepts, refuses};

/// What people choose when they are told to use capital letters, digits and signs.
#[test]
fn passwords() {
    let check = password(PasswordPolicy::new());
    let longest = "aB3-x".repeat(25) + "xyz";
    accepts(
        &check,
        &[
            "correct-Horse-7",
            "x9#Lm2!q",
            "Tr0ub4dor&3",
            "wo Ai 3 mian",
            "密码Ab12xyz",
            &longest,
        ],
    );
    let too_long = longest.clone() + "x";
    refuses(
        &check,
        "password",
        &[
            ("", "too_short"),
            ("aB3-xyz", "too_short"),
            ("aB3-密码", "too_short"),
            (&too_long, "too_long"),
            ("abcdefgh", "kinds"),
            ("abcdefgh1", "kinds"),
            ("ABCDEFGH1", "kinds"),
            ("1234567890", "kinds"),
            ("123456-789", "kinds"),
            ("Aa1Aa1Aa1Aa1", "repetitive"),
            ("P@ssw0rd2024!", "common"),
            ("Password123", "common"),
            ("pa$$w0rd-1", "common"),
            ("Qwerty!23", "common"),
            ("Admin@123", "common"),
            ("1qaz2wsX!", "common"),
            ("Woaini1314", "common"),
            ("I-l0veY0u", "common"),
            ("aB3-xyzw\n", "invisible"),
            ("aB3-xy\u{200b}zw", "invisible"),
            ("\u{202e}aB3-xyzw", "invisible"),
            ("aB3-xyzw\0", "invisible"),
        ],
    );
}

/// What the policy says, holds.
#[test]
fn a_policy_can_be_set() {
    let digits = password(PasswordPolicy::new().min_length(6).max_length(8).kinds(1));
    accepts(&digits, &["482910", "48291037"]);
    refuses(
        &digits,
        "password",
        &[("48291", "too_short"), ("482910375", "too_long")],
    );
    let all = password(PasswordPolicy::new().kinds(4));
    accepts(&all, &["x9#Lm2!q"]);
    refuses(&all, "password", &[("x9zLm2wq", "kinds")]);
    let error = all("x9zLm2wq").unwrap_err();
    assert_eq!(error.parameters()["kinds"], 4);
}
