//! Mobile numbers and ID cards of mainland China.

use xtsqlorm::operations::validators::{id_card, phone};

use super::{accepts, refuses};

/// Eleven digits, and nothing that a form or a phone puts between them.
#[test]
fn phones() {
    accepts(phone, &["13800138000", "19912345678", "+8613800138000"]);
    let bad = [
        "",
        "1380013800",
        "138001380000",
        "12800138000",
        "10086",
        "23800138000",
        "010-62345678",
        "138-0013-8000",
        "138 0013 8000",
        " 13800138000",
        "13800138000 ",
        "13800138000\n",
        "１３８００１３８０００",      // full-width digits
        "١٣٨٠٠١٣٨٠٠٠",                 // Arabic digits
        "\u{202d}13800138000\u{202c}", // as copied from an address book
        "1380013800\u{200b}0",
        "8613800138000",
        "008613800138000",
        "+86 13800138000",
        "+8513800138000",
        "+86+8613800138000",
        "1380013800O",
    ];
    refuses(phone, "phone", &bad.map(|value| (value, "")));
}

/// Check digits by MOD 11-2, dates by the calendar.
#[test]
fn id_cards() {
    accepts(
        id_card,
        &[
            "110101199003074477", // an ordinary one
            "11010519491231002X",
            "44030820000229001X", // 29 February of a leap year
            "810000199408230021", // a resident from Hong Kong
            "830000199201300022", // a resident from Taiwan
        ],
    );
    refuses(
        id_card,
        "id_card",
        &[
            ("", "form"),
            ("110105491231002", "form"), // 15 digits
            ("11010519491231002x", "form"),
            ("11010519491231002Ｘ", "form"),
            ("11010519491231002Х", "form"), // Cyrillic
            ("１１０１０５１９４９１２３１００２X", "form"),
            ("11010519491231002X ", "form"),
            (" 11010519491231002X", "form"),
            ("11010519491231002X\n", "form"),
            ("110105 19491231 002X", "form"),
            ("11010519491231002X\u{200b}", "form"),
            ("1101051949123100XX", "form"),
            ("11010519491231002-", "form"),
            ("99010519491231002X", "region"),
            ("00010519491231002X", "region"),
            ("110105199902290020", "birth_date"),
            ("110105190002290020", "birth_date"),
            ("110105194913310020", "birth_date"),
            ("110105194900310020", "birth_date"),
            ("110105194912320020", "birth_date"),
            ("110105189912310020", "birth_date"),
            ("110105299912310020", "birth_date"),
            ("110105000012310020", "birth_date"),
            ("110105194912310021", "check_digit"),
            ("110101199003074478", "check_digit"),
            ("110105194912310200", "check_digit"), // two digits swapped
        ],
    );
}

/// Each change of one digit, and each swap of two neighbours that differ, is noticed.
#[test]
fn a_typing_error_in_an_id_card_is_noticed() {
    let good: Vec<char> = "11010519491231002X".chars().collect();
    for place in 0..17 {
        for digit in '0'..='9' {
            let mut typed = good.clone();
            typed[place] = digit;
            let is_same = typed == good;
            let typed: String = typed.into_iter().collect();
            assert_eq!(id_card(&typed).is_ok(), is_same, "{typed}");
        }
    }
    for place in 0..16 {
        let mut typed = good.clone();
        typed.swap(place, place + 1);
        let is_same = typed == good;
        let typed: String = typed.into_iter().collect();
        assert_eq!(id_card(&typed).is_ok(), is_same, "{typed}");
    }
}
