//! Defaults of columns, as SQL expressions.

use super::expression::expression;
use crate::{
    connection::Backend,
    reflect::{ColumnModel, DataType, TableName},
};

/// The default as an SQL expression. MariaDB shows one; MySQL shows the bare value unless `extra`
/// says that it is an expression.
pub(super) fn default(
    shown: Option<String>,
    extra: &str,
    data_type: &DataType,
    backend: Backend,
) -> Option<String> {
    let shown = shown?;
    if backend == Backend::MariaDb {
        return (!shown.eq_ignore_ascii_case("NULL")).then_some(shown);
    }
    let moment = matches!(
        data_type,
        DataType::DateTime { .. } | DataType::Timestamp { .. }
    );
    let now = moment && shown.to_ascii_uppercase().starts_with("CURRENT_TIMESTAMP");
    if now || extra.contains("default_generated") {
        return Some(expression(&shown, backend));
    }
    Some(match data_type {
        DataType::Boolean
        | DataType::Integer { .. }
        | DataType::Float { .. }
        | DataType::Decimal { .. }
        | DataType::Bit { .. }
        | DataType::Year => shown,
        _ => match shown.strip_prefix("0x") {
            Some(digits) if holds_bytes(data_type) => format!("x'{digits}'"),
            _ => literal(&shown),
        },
    })
}

/// A default that the server's catalogue may not show as it is: bytes end at the first NUL in MySQL,
/// and what its three-byte UTF-8 does not hold is a question mark on both.
pub(super) fn is_doubtful(column: &ColumnModel, extra: &str, backend: Backend) -> bool {
    let Some(default) = &column.default else {
        return false;
    };
    let is_literal = match backend {
        Backend::MariaDb => default.starts_with('\'') && default.ends_with('\''),
        _ => !extra.contains("default_generated"),
    };
    let bytes = holds_bytes(&column.data_type);
    let text = matches!(
        column.data_type,
        DataType::Char { .. } | DataType::VarChar { .. } | DataType::Text { .. }
    );
    is_literal && (bytes && backend != Backend::MariaDb || (bytes || text) && default.contains('?'))
}

fn holds_bytes(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Binary { .. } | DataType::VarBinary { .. } | DataType::Blob { .. }
    )
}

/// Asks for the bytes of a default, which `DEFAULT()` knows. `number` comes back with it.
pub(super) fn exact_query(number: usize, table: &TableName, column: &ColumnModel) -> String {
    let column_name = quoted(&column.name);
    let value = if holds_bytes(&column.data_type) {
        format!("DEFAULT(t.{column_name})")
    } else {
        format!("CONVERT(DEFAULT(t.{column_name}) USING utf8mb4)")
    };
    let table = format!("{}.{}", quoted(&table.schema), quoted(&table.table));
    format!("SELECT '{number}', HEX({value}) FROM (SELECT 1) one LEFT JOIN {table} t ON FALSE")
}

/// The literal of what [`exact_query`] answered.
pub(super) fn exact_literal(hex: &str, data_type: &DataType) -> Option<String> {
    if holds_bytes(data_type) {
        return Some(format!("x'{hex}'"));
    }
    let digits = hex.as_bytes().chunks(2);
    let bytes: Option<Vec<u8>> = digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    Some(literal(&String::from_utf8(bytes?).ok()?))
}

/// A text as an SQL literal; a backslash is an escape unless the server was told otherwise.
fn literal(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('\'', "''");
    format!("'{text}'")
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn varchar() -> DataType {
        DataType::VarChar { length: Some(20) }
    }

    #[test]
    fn a_bare_value_becomes_a_literal_and_an_expression_stays_one() {
        let integer = DataType::Integer {
            bits: 32,
            unsigned: false,
        };
        let datetime = DataType::DateTime { precision: Some(0) };
        for (shown, extra, data_type, sql) in [
            ("it's", "", varchar(), "'it''s'"),
            (r"a\b", "", varchar(), r"'a\\b'"),
            ("", "", varchar(), "''"),
            ("NULL", "", varchar(), "'NULL'"),
            ("uuid()", "", varchar(), "'uuid()'"),
            ("uuid()", "default_generated", varchar(), "uuid()"),
            ("-5", "", integer, "-5"),
            (
                "CURRENT_TIMESTAMP(3)",
                "",
                datetime.clone(),
                "CURRENT_TIMESTAMP(3)",
            ),
            ("2020-01-02 03:04:05", "", datetime, "'2020-01-02 03:04:05'"),
            (
                "b'101'",
                "",
                DataType::Bit {
                    length: Some(8),
                    varying: false,
                },
                "b'101'",
            ),
            ("0x6162", "", DataType::Binary { length: 2 }, "x'6162'"),
            ("0x6162", "", varchar(), "'0x6162'"),
        ] {
            let found = default(Some(shown.to_owned()), extra, &data_type, Backend::MySql);
            assert_eq!(found.as_deref(), Some(sql), "{shown} {extra}");
        }
        assert_eq!(default(None, "", &varchar(), Backend::MySql), None);
    }

    #[test]
    fn what_mariadb_shows_is_taken_as_it_is() {
        let shown = |text: &str| default(Some(text.to_owned()), "", &varchar(), Backend::MariaDb);
        assert_eq!(shown("'it''s'").as_deref(), Some("'it''s'"));
        assert_eq!(shown("'NULL'").as_deref(), Some("'NULL'"));
        assert_eq!(shown("NULL"), None);
    }

    #[test]
    fn names_are_quoted_when_the_exact_default_is_asked_for() {
        let column = ColumnModel::new(
            "c`d",
            "varbinary(4)",
            DataType::VarBinary { length: Some(4) },
        );
        assert_eq!(
            exact_query(7, &TableName::new("s`", "t.u"), &column),
            "SELECT '7', HEX(DEFAULT(t.`c``d`)) FROM (SELECT 1) one LEFT JOIN `s```.`t.u` t ON FALSE"
        );
        assert_eq!(
            exact_literal("00FF", &column.data_type).as_deref(),
            Some("x'00FF'")
        );
        assert_eq!(
            exact_literal("F09F988027", &varchar()).as_deref(),
            Some("'😀'''")
        );
    }
}
