//! The types of MySQL and MariaDB, with their extremes.

use super::assert_round_trips;
use crate::support::{Kind, Result, TestDatabase, on_mysql_and_mariadb};

on_mysql_and_mariadb!(every_value_of_every_type_comes_through);

const TYPES: &str = r#"
tinyint :: -128 | 127 | 0
tinyint unsigned :: 0 | 255
tinyint(1) :: 0 | 1
smallint :: -32768 | 32767
smallint unsigned :: 65535
mediumint :: -8388608 | 8388607
mediumint unsigned :: 16777215
int :: -2147483648 | 2147483647
int unsigned :: 4294967295
int(8) zerofill :: 42
bigint :: -9223372036854775808 | 9223372036854775807
bigint unsigned :: 18446744073709551615
!float :: 8.8 | 3.40282347e38 | 1.17549435e-38 | -0.1 | 16777217
!float(7,3) :: 2.125 | 1234.567
double :: 0.1 | 1.7976931348623157e308 | 2.2250738585072014e-308 | 1234567.1234567891
double unsigned :: 0.1
decimal(10,2) :: -99999999.99 | 0.00 | 1.50
decimal(28,28) :: 0.1234567890123456789012345678
decimal(28,0) :: 9999999999999999999999999999
decimal(65,30) :: 12345678901234567890123456789012345.123456789012345678901234567890 | 0
decimal(30,0) unsigned :: 999999999999999999999999999999
bit(1) :: b'0' | b'1'
bit(8) :: b'10101010' | b'0'
bit(64) :: 18446744073709551615 | 0 | b'1'
year :: 0 | 1901 | 2155 | 2024
date :: '1000-01-01' | '9999-12-31' | '2024-02-29' | '0001-01-01'
time :: '-838:59:59' | '838:59:59' | '00:00:00' | '10:11:12' | '24:00:00' | '-00:00:01'
time(6) :: '-838:59:58.999999' | '10:11:12.123456' | '10:11:12.100000'
time(3) :: '120:00:00.120'
datetime :: '1000-01-01 00:00:00' | '9999-12-31 23:59:59'
datetime(6) :: '2020-01-02 03:04:05.678901' | '9999-12-31 23:59:59.999999'
datetime(3) :: '2020-01-02 03:04:05.678'
timestamp NULL :: '1970-01-01 00:00:01' | '2038-01-19 03:14:07'
timestamp(6) NULL :: '2020-01-02 03:04:05.678901'
char(10) :: '' | 'a' | '😀中文'
varchar(20) :: '' | ' a ' | 'a\0b' | '😀'
varchar(20) character set utf8mb4 collate utf8mb4_bin :: '123' | 'É'
varchar(20) character set latin1 :: 'é' | 'lat'
varchar(20) character set utf16 :: '😀é'
tinytext :: '' | 'tt'
text :: REPEAT('é', 30000)
mediumtext :: REPEAT('x', 100000)
longtext :: 'hello' | 'null' | '{"a": 1}'
binary(16) :: 'b' | x'000102ff'
varbinary(20) :: '' | x'00ff'
tinyblob :: x'00'
blob :: x'ff00'
mediumblob :: REPEAT(x'00ff', 50000)
longblob :: ''
enum('G','PG-13','it''s','a,b','') :: 'PG-13' | 'it''s' | '' | 'a,b'
enum('x y','X Y','中文') collate utf8mb4_bin :: 'x y' | 'X Y' | '中文'
set('r','w','x') :: '' | 'r,x' | 'r,w,x'
!json :: '{"a":1,"b":[null,true,"é"]}' | '[]' | '"x"' | '1.5' | '18446744073709551615'
!geometry :: ST_GeomFromText('POINT(1 2)') | ST_GeomFromText('POINT(1 2)', 4326)
!geometrycollection :: ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1))')
!point :: ST_GeomFromText('POINT(1e300 -0.1)')
!linestring :: ST_GeomFromText('LINESTRING(0 0,1 1)')
!polygon :: ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))')
!multipoint :: ST_GeomFromText('MULTIPOINT(0 0,1 0)')
"#;

const MYSQL: &str = "!vector(3) :: STRING_TO_VECTOR('[1,0.1,-3e38]')\n";
const MARIADB: &str = r"uuid :: '550e8400-e29b-41d4-a716-446655440000' | UUID()
inet6 :: '::1' | '2001:db8::ff00:42:8329'
inet4 :: '10.0.0.1' | '255.255.255.255'
";

/// Zero, the greatest and the smallest, NULL, empty, emoji and CJK, far dates and long times.
async fn every_value_of_every_type_comes_through(db: TestDatabase) -> Result {
    let own = match db.kind() {
        Kind::MariaDb => MARIADB,
        _ => MYSQL,
    };
    assert_round_trips(&db, &format!("{TYPES}{own}")).await
}
