//! Dates and times as text.

use xtsqlorm::operations::validators::{DateTimeFormat, datetime};

use super::{accepts, refuses};

/// The days that are, in years with and without a 29 February.
#[test]
fn dates() {
    let date = datetime(DateTimeFormat::Date);
    accepts(
        &date,
        &["2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"],
    );
    let bad = [
        "",
        "1999-02-29",
        "1900-02-29",
        "2024-02-30",
        "2024-04-31",
        "2024-13-01",
        "2024-00-10",
        "2024-01-00",
        "0000-00-00",
        "0000-01-01",
        "2024-2-9",
        "24-02-09",
        "20240229",
        "2024/02/29",
        "29.02.2024",
        "+2024-02-29",
        "-2024-02-29",
        "12024-02-29",
        "2024-02-29 ",
        " 2024-02-29",
        "2024-02-29\n",
        "2024-02-29T00:00:00",
        "２０２４-02-29",
        "2024－02－29",
        "2024–02–29",
        "2024-02-\u{200e}29",
        "2024年2月29日",
        "2024-+2-29",
    ];
    refuses(&date, "datetime", &bad.map(|value| (value, "")));
}

/// Times end before 24:00, and no minute has 61 seconds.
#[test]
fn times() {
    let time = datetime(DateTimeFormat::Time);
    accepts(
        &time,
        &["00:00:00", "23:59:59", "12:30:00.5", "12:30:00.123456789"],
    );
    let bad = [
        "",
        "24:00:00",
        "12:60:00",
        "23:59:60",
        "12:30",
        "1:30:00",
        "12:30:00.",
        "12:30:00.1234567890",
        "12:30:00Z",
        "12:30:00 PM",
        "12:30:00\n",
        "12：30：00",
        "１２:30:00",
        "12:30:00,5",
        "12:30:00:00",
    ];
    refuses(&time, "datetime", &bad.map(|value| (value, "")));
}

/// With an offset, and without one.
#[test]
fn moments() {
    let with_offset = [
        "2024-02-29T12:30:00Z",
        "2024-02-29t12:30:00z",
        "2024-02-29T12:30:00.123+08:00",
        "2024-02-29T12:30:00-03:30",
    ];
    let without = ["2024-02-29 12:30:00", "2024-02-29 12:30:00.123456"];
    let (rfc3339, sql) = (
        datetime(DateTimeFormat::Rfc3339),
        datetime(DateTimeFormat::Sql),
    );
    accepts(&rfc3339, &with_offset);
    accepts(&sql, &without);
    refuses(&rfc3339, "datetime", &without.map(|value| (value, "")));
    refuses(&sql, "datetime", &with_offset.map(|value| (value, "")));
    let bad = [
        "",
        "2024-02-29",
        "2024-02-29T12:30:00",
        "2024-02-30T12:30:00Z",
        "2024-02-29T12:30:60Z",
        "2024-02-29T12:30Z",
        "2024-02-29T12:30:00+8",
        "2024-02-29T12:30:00+0800",
        "2024-02-29T12:30:00+24:00",
        "2024-02-29T12:30:00 08:00", // a plus that a query string lost
        "2024-02-29T12:30:00ZZ",
        "2024-02-29T12:30:00Z\n",
        "2024-02-29T12:30:00\u{2212}03:00",
        "infinity",
        "now",
        "1709210000",
    ];
    refuses(&rfc3339, "datetime", &bad.map(|value| (value, "")));
    let bad = [
        "2024-02-29  12:30:00",
        "2024-02-29 12:30",
        "2024-02-29 24:00:00",
        "0000-00-00 00:00:00",
        "2024-02-29\u{3000}12:30:00",
    ];
    refuses(&sql, "datetime", &bad.map(|value| (value, "")));
}
