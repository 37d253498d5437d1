//! What SQLite makes of a declared type.

use serde::Serialize;

/// How SQLite prefers to store a column's values, which follows from the declared type's name alone
/// (<https://www.sqlite.org/datatype3.html#determination_of_column_affinity>).
///
/// ```
/// use xtsqlorm::reflect::Affinity;
///
/// assert_eq!(Affinity::of("VARCHAR(20)"), Affinity::Text);
/// assert_eq!(Affinity::of("DECIMAL(10,2)"), Affinity::Numeric);
/// assert_eq!(Affinity::of("FLOATING POINT"), Affinity::Integer, "it has INT in it");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Affinity {
    /// Numbers become text.
    Text,
    /// Text that reads as a number becomes an integer, or a real.
    Numeric,
    /// As `Numeric`; they differ in `CAST` only.
    Integer,
    /// As `Numeric`, and integers become reals.
    Real,
    /// Values stay as they are. SQLite once called it NONE.
    Blob,
}

impl Affinity {
    /// The affinity of a column that was declared with this type. The type `ANY` of a `STRICT` table
    /// is an exception that the name does not tell: values stay as they are there.
    #[must_use]
    pub fn of(sql_type: &str) -> Self {
        let name = sql_type.to_ascii_uppercase();
        let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
        if has(&["INT"]) {
            Self::Integer
        } else if has(&["CHAR", "CLOB", "TEXT"]) {
            Self::Text
        } else if name.is_empty() || has(&["BLOB"]) {
            Self::Blob
        } else if has(&["REAL", "FLOA", "DOUB"]) {
            Self::Real
        } else {
            Self::Numeric
        }
    }
}
