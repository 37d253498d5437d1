//! What `information_schema.columns.column_type` says.

use crate::{
    connection::Backend,
    reflect::{DataType, TypeName},
};

const TINY: u64 = (1 << 8) - 1;
const USUAL: u64 = (1 << 16) - 1;
const MEDIUM: u64 = (1 << 24) - 1;
const LONG: u64 = (1 << 32) - 1;

/// What a column of that type stores.
pub(super) fn data_type(column_type: &str, backend: Backend) -> DataType {
    let declared = Declared::parse(column_type);
    let length = declared.number(0);
    let precision = Some(
        length
            .and_then(|digits| u8::try_from(digits).ok())
            .unwrap_or(0),
    );
    let geometry = |kind: &str| DataType::Geometry {
        kind: kind.to_owned(),
    };
    match declared.name.as_str() {
        "tinyint" if length == Some(1) && declared.attributes.is_empty() => DataType::Boolean,
        "tinyint" => declared.integer(8),
        "smallint" => declared.integer(16),
        "mediumint" => declared.integer(24),
        "int" | "integer" => declared.integer(32),
        "bigint" => declared.integer(64),
        "bit" => DataType::Bit {
            length: length.or(Some(1)),
            varying: false,
        },
        "float" => DataType::Float { bits: 32 },
        "double" | "real" => DataType::Float { bits: 64 },
        "decimal" | "numeric" => DataType::Decimal {
            precision: length.or(Some(10)),
            scale: Some(
                declared
                    .number(1)
                    .and_then(|digits| i32::try_from(digits).ok())
                    .unwrap_or(0),
            ),
        },
        "year" => DataType::Year,
        "date" => DataType::Date,
        "time" => DataType::Time {
            precision,
            zoned: false,
        },
        "datetime" => DataType::DateTime { precision },
        "timestamp" => DataType::Timestamp { precision },
        "char" => DataType::Char {
            length: length.or(Some(1)),
        },
        "varchar" => DataType::VarChar { length },
        "tinytext" => text(TINY),
        "text" => text(USUAL),
        "mediumtext" => text(MEDIUM),
        "longtext" => text(LONG),
        "binary" => DataType::Binary {
            length: length.unwrap_or(1),
        },
        "varbinary" => DataType::VarBinary { length },
        "tinyblob" => blob(TINY),
        "blob" => blob(USUAL),
        "mediumblob" => blob(MEDIUM),
        "longblob" => blob(LONG),
        "enum" => DataType::Enum {
            name: None,
            values: declared.arguments,
        },
        "set" => DataType::Set {
            values: declared.arguments,
        },
        "json" => DataType::Json {
            binary: backend != Backend::MariaDb,
        },
        "uuid" => DataType::Uuid,
        "vector" => DataType::Vector { dimensions: length },
        "geomcollection" => geometry("geometrycollection"),
        "geometry" | "point" | "linestring" | "polygon" | "multipoint" | "multilinestring"
        | "multipolygon" | "geometrycollection" => geometry(&declared.name),
        other => DataType::Other {
            name: TypeName::new(None, other),
        },
    }
}

fn text(max_bytes: u64) -> DataType {
    DataType::Text {
        max_bytes: Some(max_bytes),
    }
}

fn blob(max_bytes: u64) -> DataType {
    DataType::Blob {
        max_bytes: Some(max_bytes),
    }
}

/// A type in its parts: `decimal`, `10` and `2`, `unsigned zerofill`.
#[derive(Debug, PartialEq, Eq)]
struct Declared {
    name: String,
    /// Numbers, or the values of an ENUM or SET without their quotes.
    arguments: Vec<String>,
    /// `unsigned`, `zerofill`, and MariaDB's comments, such as `/* mariadb-5.3 */`.
    attributes: String,
}

impl Declared {
    fn parse(column_type: &str) -> Self {
        let end = column_type
            .find(|letter: char| letter == '(' || letter.is_whitespace())
            .unwrap_or(column_type.len());
        let (name, rest) = column_type.split_at(end);
        let (arguments, rest) = match rest.strip_prefix('(') {
            Some(list) => arguments(list),
            None => (Vec::new(), rest),
        };
        Self {
            name: name.to_ascii_lowercase(),
            arguments,
            attributes: rest.trim().to_ascii_lowercase(),
        }
    }

    fn number(&self, index: usize) -> Option<u32> {
        self.arguments.get(index)?.parse().ok()
    }

    fn integer(&self, bits: u8) -> DataType {
        // ZEROFILL makes it so without a word.
        let unsigned = ["unsigned", "zerofill"];
        DataType::Integer {
            bits,
            unsigned: unsigned.iter().any(|word| self.attributes.contains(word)),
        }
    }
}

/// The arguments behind an opening bracket, and what follows the closing one.
fn arguments(list: &str) -> (Vec<String>, &str) {
    let mut found = Vec::new();
    let mut argument = String::new();
    let mut quoted = false;
    let mut letters = list.char_indices().peekable();
    while let Some((place, letter)) = letters.next() {
        match (quoted, letter) {
            (true, '\\') => {
                if let Some((_, escaped)) = letters.next() {
                    argument.push(unescaped(escaped));
                }
            }
            (true, '\'') if letters.next_if(|(_, next)| *next == '\'').is_some() => {
                argument.push('\'');
            }
            (_, '\'') => quoted = !quoted,
            (true, letter) => argument.push(letter),
            (false, ',') => found.push(std::mem::take(&mut argument)),
            (false, ')') => {
                found.push(argument);
                return (found, &list[place + 1..]);
            }
            (false, letter) if letter.is_whitespace() => {}
            (false, letter) => argument.push(letter),
        }
    }
    found.push(argument);
    (found, "")
}

/// What stands behind a backslash in the server's texts.
pub(super) fn unescaped(letter: char) -> char {
    match letter {
        '0' => '\0',
        'n' => '\n',
        'r' => '\r',
        'Z' => '\u{1a}',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_taken_apart() {
        for (column_type, name, arguments, attributes) in [
            (
                "int(11) unsigned zerofill",
                "int",
                vec!["11"],
                "unsigned zerofill",
            ),
            ("decimal(10, 2)", "decimal", vec!["10", "2"], ""),
            (
                "datetime /* mariadb-5.3 */",
                "datetime",
                vec![],
                "/* mariadb-5.3 */",
            ),
            (
                "varchar(9) /*M!100301 COMPRESSED*/",
                "varchar",
                vec!["9"],
                "/*m!100301 compressed*/",
            ),
            (
                r"enum('a','it''s','b,c','\\\'','d)','')",
                "enum",
                vec!["a", "it's", "b,c", r"\'", "d)", ""],
                "",
            ),
            (r"set('x\ny\0')", "set", vec!["x\ny\0"], ""),
            ("enum('never closed", "enum", vec!["never closed"], ""),
            ("", "", vec![], ""),
        ] {
            let declared = Declared::parse(column_type);
            assert_eq!(declared.name, name, "{column_type}");
            assert_eq!(declared.arguments, arguments, "{column_type}");
            assert_eq!(declared.attributes, attributes, "{column_type}");
        }
    }

    #[test]
    fn only_a_signed_tinyint_of_one_digit_is_a_truth_value() {
        let of = |column_type: &str| data_type(column_type, Backend::MySql);
        assert_eq!(of("tinyint(1)"), DataType::Boolean);
        for column_type in [
            "tinyint",
            "tinyint(4)",
            "tinyint(1) unsigned",
            "tinyint(1) unsigned zerofill",
        ] {
            assert!(
                matches!(of(column_type), DataType::Integer { bits: 8, .. }),
                "{column_type}"
            );
        }
    }

    #[test]
    fn json_is_kept_parsed_by_mysql_alone() {
        assert_eq!(
            data_type("json", Backend::MySql),
            DataType::Json { binary: true }
        );
        assert_eq!(
            data_type("json", Backend::TiDb),
            DataType::Json { binary: true }
        );
        assert_eq!(
            data_type("json", Backend::MariaDb),
            DataType::Json { binary: false }
        );
    }
}
