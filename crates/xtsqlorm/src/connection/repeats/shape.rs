//! What statements have in common that differ in values only.

/// Letters of a statement that are kept.
const MOST: usize = 2_000;

/// The statement with `?` for each value, and for each list of values.
pub(super) fn of(sql: &str) -> String {
    let mut shape = String::with_capacity(sql.len().min(MOST));
    let mut letters = sql.chars().peekable();
    while let Some(letter) = letters.next() {
        if shape.len() >= MOST {
            break;
        }
        let inside_word = shape
            .chars()
            .next_back()
            .is_some_and(|last| last.is_alphanumeric() || last == '_');
        match letter {
            '\'' => {
                skip_text(&mut letters);
                push_value(&mut shape);
            }
            '"' | '`' => {
                shape.push(letter);
                for other in letters.by_ref() {
                    shape.push(other);
                    if other == letter {
                        break;
                    }
                }
            }
            '?' => push_value(&mut shape),
            '$' if letters.peek().is_some_and(char::is_ascii_digit) => {
                skip_number(&mut letters);
                push_value(&mut shape);
            }
            digit if digit.is_ascii_digit() && !inside_word => {
                skip_number(&mut letters);
                push_value(&mut shape);
            }
            letter if letter.is_whitespace() => {
                if !shape.ends_with(' ') {
                    shape.push(' ');
                }
            }
            letter => shape.push(letter),
        }
    }
    shape
}

fn push_value(shape: &mut String) {
    if !shape.ends_with("?, ") && !shape.ends_with("?,") {
        shape.push('?');
        return;
    }
    // Another one of a list.
    let end = shape.trim_end_matches([',', ' ']).len();
    shape.truncate(end);
}

fn skip_text(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                letters.next();
            }
            '\'' if letters.peek() == Some(&'\'') => {
                letters.next();
            }
            '\'' => return,
            _ => {}
        }
    }
}

fn skip_number(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    while letters
        .next_if(|letter| letter.is_ascii_digit() || *letter == '.')
        .is_some()
    {}
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn statements_that_differ_in_values_are_the_same() {
        for (one, other) in [
            (
                "SELECT a FROM t WHERE id = 1",
                "SELECT a FROM t WHERE id = 23.5",
            ),
            (
                "SELECT a FROM t WHERE n = 'it''s'",
                "SELECT a FROM t WHERE n = 'x'",
            ),
            (
                "SELECT a FROM t WHERE id = $1",
                "SELECT a FROM t WHERE id = $12",
            ),
            (
                "SELECT a FROM t WHERE id IN (?, ?, ?)",
                "SELECT a FROM t WHERE id IN (?)",
            ),
            (
                "SELECT a FROM t WHERE id IN ($1, $2) AND b = $3",
                "SELECT a  FROM t\nWHERE id IN (1,2,3) AND b = 'c'",
            ),
        ] {
            assert_eq!(of(one), of(other));
        }
    }

    #[test]
    fn statements_that_differ_in_more_are_not() {
        for (one, other) in [
            ("SELECT a1 FROM t", "SELECT a2 FROM t"),
            ("SELECT \"1\" FROM t", "SELECT \"2\" FROM t"),
            ("SELECT `a b` FROM t", "SELECT `a  b` FROM t"),
            ("SELECT a FROM t WHERE b = ?", "SELECT a FROM t WHERE c = ?"),
        ] {
            assert_ne!(of(one), of(other));
        }
        assert_eq!(of("SELECT 'secret"), "SELECT ?");
    }
}
