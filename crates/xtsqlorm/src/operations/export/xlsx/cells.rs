//! What a value is in a cell.

use std::borrow::Cow;

use sea_orm::Value;

use crate::operations::text::{Written, push_base64, written};

/// The most characters of a cell, as UTF-16 counts them.
const CHARACTERS: usize = 32_767;

/// The most digits of a number that Excel shows and keeps.
const DIGITS: usize = 15;

/// The least and the greatest number that Excel keeps, but for 0.
const LEAST: f64 = 2.229e-308;
const GREATEST: f64 = 9.999_999_999_999_99e307;

pub(super) enum Cell<'a> {
    Truth(bool),
    Number(f64),
    Text(Cow<'a, str>),
}

/// The cell of a value, none of NULL; `room` is for text that is written out.
///
/// # Errors
///
/// What the row has that no cell can hold.
pub(super) fn cell<'a>(value: &'a Value, room: &'a mut String) -> Result<Option<Cell<'a>>, String> {
    let text: Cow<'a, str> = match written(value, room) {
        Written::Null => return Ok(None),
        Written::Truth(truth) => return Ok(Some(Cell::Truth(truth))),
        Written::Number(text) => match number(text) {
            Some(number) => return Ok(Some(Cell::Number(number))),
            None => text.into(),
        },
        Written::Plain(text) | Written::Json(text) | Written::Text(text) => text.into(),
        Written::Bytes(bytes) => {
            let mut text = String::new();
            push_base64(bytes, &mut text);
            text.into()
        }
    };
    // There are never more of them than bytes.
    if text.len() > CHARACTERS && text.encode_utf16().count() > CHARACTERS {
        return Err(format!(
            "a text of more than the {CHARACTERS} characters of a cell"
        ));
    }
    if is_ambiguous(&text) {
        return Err(
            "a control character behind a text that looks like Excel's code for one".into(),
        );
    }
    Ok(Some(Cell::Text(text)))
}

/// The number that Excel would keep as it is.
fn number(text: &str) -> Option<f64> {
    let mantissa = text.split(['e', 'E']).next()?;
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    // Excel has no minus zero.
    if digits > DIGITS || text == "-0.0" {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    (number == 0.0 || (LEAST..=GREATEST).contains(&number.abs())).then_some(number)
}

/// Whether a text ends in `_x` and four digits where a control character follows, as in `_x0041\r`:
/// in a workbook that character is `_x000D_`, and the code would be read one underscore too early.
/// The writer escapes only codes that stand there as they are.
fn is_ambiguous(text: &str) -> bool {
    let is_code = |before: &str| {
        let code = before
            .len()
            .checked_sub(6)
            .and_then(|from| before.get(from..));
        code.and_then(|code| code.strip_prefix("_x"))
            .is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
    };
    text.contains("_x")
        && text
            .match_indices(|letter| {
                matches!(letter, '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
                    && !matches!(letter, '\t' | '\n')
            })
            .any(|(place, _)| is_code(&text[..place]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_that_excel_keeps_are_numbers() {
        let kept = ["0", "-7", "123456789012345", "0.1", "1.5e300", "0.0"];
        assert!(kept.iter().all(|text| number(text).is_some()));
        let lost = [
            "1234567890123456",
            "0.30000000000000004",
            "-0.0",
            "5e-324",
            "1.7e308",
        ];
        assert!(lost.iter().all(|text| number(text).is_none()));
    }

    #[test]
    fn characters_are_counted_as_excel_does() {
        let text = |text: String| cell(&Value::from(text), &mut String::new()).map(|_| ());
        assert_eq!(text("日".repeat(CHARACTERS)), Ok(()));
        assert!(text("日".repeat(CHARACTERS + 1)).is_err());
        assert!(text("🦀".repeat(CHARACTERS / 2 + 1)).is_err());
    }

    /// All texts of some of these parts: what is refused is what would be read as another text.
    #[test]
    fn codes_are_refused_where_they_would_be_read_otherwise() {
        let parts = ["_", "x", "_x", "0041", "000D", "\r", "\u{ffff}", "日"];
        let mut texts: Vec<String> = vec![String::new()];
        for _ in 0..4 {
            let longer = texts.iter().flat_map(|text| {
                let with = move |part| format!("{text}{part}");
                parts.iter().map(with)
            });
            let longer: Vec<String> = longer.collect();
            texts.extend(longer);
        }
        texts.retain(|text| !text.is_empty());
        let read = written_and_read(&texts);
        assert_eq!(read.len(), texts.len());
        let mut refused = 0;
        for (text, read) in texts.iter().zip(&read) {
            assert_eq!(
                text != read,
                is_ambiguous(text),
                "{text:?} is read as {read:?}"
            );
            refused += usize::from(is_ambiguous(text));
        }
        assert!(refused > 0);
    }

    /// What becomes of texts in a workbook.
    fn written_and_read(texts: &[String]) -> Vec<String> {
        use calamine::{Data, Reader, Xlsx};

        let mut workbook = rust_xlsxwriter::Workbook::new();
        let sheet = workbook.add_worksheet_with_constant_memory().unwrap();
        for (row, text) in (0..).zip(texts) {
            sheet.write_string(row, 0, text.as_str()).unwrap();
        }
        let file = std::io::Cursor::new(workbook.save_to_buffer().unwrap());
        let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(file).unwrap();
        let sheet = workbook.worksheet_range_at(0).unwrap().unwrap();
        sheet
            .rows()
            .map(|row| match &row[0] {
                Data::String(text) => text.clone(),
                other => panic!("{other:?} is no text"),
            })
            .collect()
    }
}
