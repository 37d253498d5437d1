//! SQLite's types, and what people store in them.

use super::assert_round_trips;
use crate::support::{Result, TestDatabase, on_sqlite};

on_sqlite!(every_value_of_every_type_comes_through);

const TYPES: &str = r#"
INT :: 9223372036854775807 | -9223372036854775808 | 0
TINYINT :: 300
UNSIGNED BIG INT :: 5000000000
REAL :: 0.1 | 5e-324 | 1.7976931348623157e308 | 2 | 9e999 | 1234567.1234567891
FLOAT :: 0.1
DECIMAL(10,5) :: '6.5' | 2 | 2.0 | 0.1 | 99999.99999 | 0.1 + 0.2 | '' | '1.10x'
NUMERIC :: 5 | 0.1 | 9007199254740993 | 9223372036854775807 | 1234567.1234567891 | x'00'
real(16,4) :: 2 | 0.1 | 123456789012.3456
CHARACTER(20) :: 'a'
VARCHAR(255) :: '' | '😀中文' | 5
TEXT :: '' | 'x'
CLOB :: 'x'
BLOB :: x'00ff' | x''
BINARY(16) :: x'550e8400e29b41d4a716446655440000'
BOOLEAN :: 0 | 1
DATE :: '2020-01-02' | '02/01/2020' | 1577934245 | 1577934245.123456 | 2458850.627847222
DATETIME :: '2020-01-02T03:04:05.123Z' | '2020-01-02T03:04:05+08:00' | '2020-01-02 03:04:05.000' | ''
TIMESTAMP :: '2020-01-02 03:04:05' | 1577934245
TIME :: '03:04:05' | '3:04'
date_text :: '2020-01-02'
time_text :: '03:04:05'
datetime_text :: '2020-01-02 03:04:05' | '2020-01-02 03:04:05.678'
timestamp_text :: '2020-01-02T03:04:05+00:00'
timestamp_with_timezone_text :: '2020-01-02T03:04:05+08:00'
json_text :: '{"a":[1,2.5,null]}'
uuid_text :: x'550e8400e29b41d4a716446655440000'
JSON :: '{"a":1}' | '1' | '1.5'
UUID :: '550e8400-e29b-41d4-a716-446655440000' | x'550e8400e29b41d4a716446655440000'
 :: 'text' | 5 | 1.5 | x'00' | '5'
ANY :: 'text' | 5 | 1.5 | x'00'
MONEY :: 1 | 1.5 | 'x'
STRING :: 1 | 1.5 | 'x' | 0.1234567890123456
POINT :: 1 | '(1,2)'
"#;

/// The extremes of each storage class, in columns that are declared for them and in others.
async fn every_value_of_every_type_comes_through(db: TestDatabase) -> Result {
    assert_round_trips(&db, TYPES).await
}
