//! PostgreSQL's types, with their extremes.

use super::assert_round_trips;
use crate::support::{Result, TestDatabase, on_postgres};

on_postgres!(every_value_of_every_type_comes_through);

const SETUP: &str = r#"
CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE EXTENSION ltree; CREATE EXTENSION cube;
CREATE SCHEMA other;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'very happy', 'x-y', '1a', '中文', '');
CREATE TYPE "Odd ""Type(" AS ENUM ('a', 'it''s');
CREATE TYPE other.kind AS ENUM ('k1', 'k2');
CREATE TYPE comp AS (x int, y text, z numeric(5,2));
CREATE TYPE frange AS RANGE (subtype = float8);
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
CREATE DOMAIN posint AS int CHECK (VALUE > 0);
CREATE DOMAIN span AS interval;
CREATE DOMAIN code AS character(4);
"#;

const TYPES: &str = r#"
boolean :: true | false
smallint :: -32768 | 32767 | 0
integer :: -2147483648 | 2147483647
bigint :: -9223372036854775808 | 9223372036854775807
real :: 8.8 | 1.17549435e-38 | 3.40282347e38 | 1e-45 | 'NaN' | 'Infinity' | '-Infinity' | '-0'
double precision :: 8.8 | 0.1 | 5e-324 | 1.7976931348623157e308 | 'NaN' | '-Infinity' | '-0'
numeric :: 0 | 0.10 | 'NaN' | 12345678901234567890123456789012345.678 | 1e-30 | 'Infinity'
numeric(10,2) :: 0.00 | -99999999.99 | 99999999.99 | 1.50
numeric(28,28) :: 0.1234567890123456789012345678 | -0.0000000000000000000000000001
numeric(28,0) :: 9999999999999999999999999999 | -9999999999999999999999999999
numeric(28,14) :: 99999999999999.99999999999999 | 0.00000000000001
numeric(60,30) :: 123456789012345678901234567890.123456789012345678901234567890
numeric(5,-2) :: 12300 | -9999900 | 0
numeric(2,5) :: 0.00099
money :: -92233720368547758.08 | 7.7
oid :: 0 | 4294967295
character(5) :: 'a' | '' | '中文' | 'abcde'
character(30) :: '0123456789'
"char" :: 'b' | '' | ' '
character varying :: '' | ' x ' | repeat('é', 10000)
character varying(10) :: '😀中文é' | '0123456789'
text :: '' | '😀' | E'\n\t\\ '' " ' | repeat('x', 100000)
citext :: 'MiXed' | ''
name :: 'pg_class' | repeat('a', 63)
bytea :: '' | '\x00ff'::bytea
date :: '2020-02-29' | '0001-01-01' | '4713-01-01 BC' | '9999-12-31' | '262142-12-31'
time :: '00:00' | '23:59:59.999999' | '24:00:00'
time(0) :: '12:34:56'
time with time zone :: '00:00+15:59' | '24:00:00-15:59' | '10:11:12.123456+08'
time(3) with time zone :: '10:11:12.123+08'
timestamp :: '2020-01-02 03:04:05.678901' | '4714-11-24 00:00:00 BC' | '9999-12-31 23:59:59.999999'
timestamp with time zone :: '2020-01-02 03:04:05.678901+08' | '4714-11-24 00:00:00+00 BC'
interval :: '1 year 2 months -3 days 04:05:06.789' | '0' | '-178000000 years' | '178000000 years'
interval day to second :: '1 day 02:03:04'
interval(3) :: '1 day 02:03:04.567'
~json :: 'null' | '{"a": [1,"x",  null]}'
!jsonb :: 'null' | '{"b": 1.5, "a": "é"}' | '[]'
!jsonpath :: '$.a[*] ? (@ > 1)'
uuid :: '550e8400-e29b-41d4-a716-446655440000' | '00000000-0000-0000-0000-000000000000'
inet :: '10.0.0.1' | '10.1.2.3/8' | '::1' | '2001:db8::/32'
cidr :: '10.0.0.0/8' | '::/0'
macaddr :: '08:00:2b:01:02:03'
macaddr8 :: '08:00:2b:01:02:03:04:05'
bit(1) :: B'1' | B'0'
bit(8) :: B'10101010'
bit varying(5) :: B'' | B'101'
bit varying :: B'1' | repeat('10', 100)::varbit
!bit(3)[] :: '{101,NULL}'
!point :: '(1,2)' | '(1e300,-0.1)'
line :: '{1,2,3}'
lseg :: '[(0,0),(1,1)]'
box :: '(1,1),(0,0)'
path :: '[(0,0),(1,1)]' | '((0,0),(1,1))'
!polygon :: '((0,0),(1,1),(2,0))'
circle :: '<(0,0),1>'
tsvector :: 'a:1A b:2' | ''
tsquery :: 'a & !b'
int4range :: '[1,2)' | 'empty' | '(,)'
numrange :: '[1.10,2)'
tsrange :: '[2020-01-01 00:00,infinity)'
tstzrange :: '[2020-01-01 00:00+08,)'
daterange :: '[2020-01-01,2020-01-02)' | '[infinity,]'
frange :: '[0.1,2)'
int4multirange :: '{[1,2),[5,9)}' | '{}'
hstore :: 'a=>b, "c d"=>NULL'
ltree :: 'a.b'
!lquery :: '*.a'
cube :: '(1,2),(3,4)'
!xml :: '<a>é</a>' | 'x<b/>'
pg_lsn :: 'FFFFFFFF/FFFFFFFF'
tid :: '(0,1)'
xid :: '5'
xid8 :: '18446744073709551615'
regclass :: 'pg_class'
oidvector :: '1 2'
int2vector :: '1 2'
!pg_snapshot :: '10:20:10,14'
!refcursor :: 'c'
mood :: 'sad' | 'very happy' | '中文' | ''
"Odd ""Type(" :: 'a' | 'it''s'
other.kind :: 'k1'
email :: 'a@b'
posint :: 5
span :: '1 day'
code :: 'ab'
comp :: ROW(1,'a,"b',2.50) | ROW(NULL,'',NULL)
comp[] :: ARRAY[ROW(1,'a',1.5)::comp, NULL]
integer[] :: '{}' | '{1,NULL,3}' | '{{1,2},{3,4}}' | '[0:1]={7,8}'
text[] :: '{}' | '{a,"b,c",NULL,"NULL",""}' | ARRAY[E'q"\\']
character varying(10)[] :: '{b}'
character(3)[] :: '{b}'
numeric(5,2)[] :: '{1.50,NaN}'
timestamp with time zone[] :: '{infinity,2020-01-01}'
mood[] :: '{ok,NULL,"very happy"}'
other.kind[] :: '{k1,k2}'
jsonb[] :: ARRAY['{"a":1}'::jsonb]
double precision[] :: '{0.1,NaN,5e-324}'
real[] :: '{0.1}'
bytea[] :: ARRAY['\x00'::bytea]
posint[] :: '{5}'
interval[] :: '{1 day}'
citext[] :: '{A}'
int4range[] :: '{"[1,2)"}'
"#;

/// Zero, the greatest and the smallest, NULL, empty, emoji and CJK, far dates, odd names.
async fn every_value_of_every_type_comes_through(db: TestDatabase) -> Result {
    db.raw().await?.run(SETUP).await?;
    assert_round_trips(&db, TYPES).await
}
