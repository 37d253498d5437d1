-- Schemas that are hard on a generator of entities, with rows at the extremes, for PostgreSQL.
CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE EXTENSION ltree; CREATE EXTENSION cube; CREATE EXTENSION pg_trgm;
CREATE SCHEMA other; CREATE SCHEMA "Odd Schema";
CREATE TYPE mood AS ENUM ('sad','ok','very happy','x-y','1a','中文','','it''s','self_');
CREATE TYPE status AS ENUM ('open','closed'); CREATE TYPE other.status AS ENUM ('draft','published');
CREATE TYPE same AS ENUM ('x y','x_y','x-y'); CREATE TYPE "Odd ""Type(" AS ENUM ('a','b'); CREATE TYPE alone AS ENUM ('self','a');
CREATE TYPE option AS ENUM ('some','none'); CREATE TYPE other.kind AS ENUM ('k1','k2');
CREATE TYPE comp AS (x int, y text, z numeric(5,2)); CREATE TYPE frange AS RANGE (subtype = float8);
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%'); CREATE DOMAIN posint AS int NOT NULL CHECK (VALUE > 0); CREATE DOMAIN span AS interval;
CREATE DOMAIN feeling AS mood; CREATE DOMAIN work AS email; CREATE DOMAIN code AS character(4); CREATE DOMAIN ints AS int[];
CREATE DOMAIN bits AS bit(3); CREATE DOMAIN words AS varchar(3)[]; CREATE DOMAIN codes AS character(3)[];

-- Types -----------------------------------------------------------------------------------------
CREATE TABLE type_integers (id bigserial PRIMARY KEY, s smallint, i int, b bigint, o oid, bo boolean NOT NULL, ss smallserial, x xid, x8 xid8, c cid);
INSERT INTO type_integers VALUES (9223372036854775807,-32768,-2147483648,-9223372036854775808,4294967295,true,1,'5','18446744073709551615','7'),(1,32767,2147483647,9223372036854775807,0,false,2,NULL,NULL,NULL),(2,NULL,NULL,NULL,NULL,true,3,NULL,NULL,NULL);
CREATE TABLE type_numbers (id int PRIMARY KEY, n numeric, n1 numeric(10,2), n2 numeric(28,28) NOT NULL, n3 numeric(60,30), n4 numeric(5,-2), n5 numeric(2,5), r real, d double precision NOT NULL, m money);
INSERT INTO type_numbers VALUES (1,12345678901234567890123456789012345.678,-99999999.99,0.1234567890123456789012345678,123456789012345678901234567890.123456789012345678901234567890,-9999900,0.00099,3.40282347e38,1.7976931348623157e308,-92233720368547758.08),
  (2,'NaN',0.00,-0.0000000000000000000000000001,0,12300,0,1e-45,5e-324,0),(3,'-Infinity',NULL,0,NULL,NULL,NULL,'NaN','-Infinity',NULL),(4,1e-40,NULL,0,NULL,NULL,NULL,'-0',0.1,7.7);
CREATE TABLE type_texts (id int PRIMARY KEY, c char(5), c1 "char", v varchar, v2 varchar(10), t text NOT NULL, ci citext, n name, b bytea, x xml, co text COLLATE "C");
INSERT INTO type_texts VALUES (1,'a','b','','😀中文é','','MiXed','pg_class','\x00ff','<a>é</a>','É'),(2,'abcde','',repeat('é',10000),'0123456789',E'\n\t\\ '' "','',repeat('a',63),'','x<b/>',''),(3,NULL,NULL,NULL,NULL,repeat('x',100000),NULL,NULL,NULL,NULL,NULL);
CREATE TABLE type_dates (id int PRIMARY KEY, d date, t time, t0 time(0), tz timetz, ts timestamp, ts3 timestamp(3), tstz timestamptz NOT NULL, i interval, i2 interval day to second, i3 interval(3));
INSERT INTO type_dates VALUES (1,'4713-01-01 BC','24:00:00','12:34:56','24:00:00-15:59','4714-11-24 00:00:00 BC','2020-01-02 03:04:05.678','4714-11-24 00:00:00+00 BC','1 year 2 months -3 days 04:05:06.789','1 day 02:03:04','00:00:01.234'),
  (2,'9999-12-31','23:59:59.999999','00:00','10:11:12.123456+08','9999-12-31 23:59:59.999999','2020-01-02','2020-01-02 03:04:05.678901+08','-178000000 years','0','0'),(3,NULL,NULL,NULL,NULL,NULL,NULL,'epoch',NULL,NULL,NULL);
CREATE TABLE type_infinite (id int PRIMARY KEY, d date, ts timestamp, tstz timestamptz NOT NULL);
INSERT INTO type_infinite VALUES (1,'infinity','-infinity','infinity'),(2,'-infinity','infinity','-infinity'),(3,NULL,NULL,'2020-01-02 03:04:05.678901+08');
CREATE TABLE type_json (id int PRIMARY KEY, j json, jb jsonb NOT NULL, jp jsonpath);
INSERT INTO type_json VALUES (1,'{"a":[1,"x",null]}','{"b": 1.5, "a": "é"}','$.a[*] ? (@ > 1)'),(2,NULL,'null',NULL),(3,'"x"','[]',NULL);
CREATE TABLE type_net (id int PRIMARY KEY, i inet, c cidr NOT NULL, m macaddr, m8 macaddr8);
INSERT INTO type_net VALUES (1,'10.1.2.3/8','10.0.0.0/8','08:00:2b:01:02:03','08:00:2b:01:02:03:04:05'),(2,'::1','::/0',NULL,NULL);
CREATE TABLE type_bits (id int PRIMARY KEY, b bit NOT NULL, b8 bit(8), vb bit varying(5), vb2 bit varying, ba bit(3)[]);
INSERT INTO type_bits VALUES (1,B'1',B'10101010',B'',repeat('10',100)::varbit,'{101,NULL}'),(2,B'0',NULL,B'101',NULL,NULL);
CREATE TABLE type_shapes (id int PRIMARY KEY, p point NOT NULL, l line, ls lseg, b box, pa path, po polygon, c circle, cu cube);
INSERT INTO type_shapes VALUES (1,'(1e300,-0.1)','{1,2,3}','[(0,0),(1,1)]','(1,1),(0,0)','[(0,0),(1,1)]','((0,0),(1,1),(2,0))','<(0,0),1>','(1,2),(3,4)'),(2,'(0,0)',NULL,NULL,NULL,'((0,0),(1,1))',NULL,NULL,NULL);
CREATE TABLE type_search (id int PRIMARY KEY, v tsvector NOT NULL, q tsquery, h hstore, lt ltree, lq lquery);
INSERT INTO type_search VALUES (1,'a:1A b:2','a & !b','a=>b, "c d"=>NULL','a.b','*.a'),(2,'',NULL,'',NULL,NULL);
CREATE TABLE type_ranges (id int PRIMARY KEY, a int4range, b int8range, c numrange NOT NULL, d tsrange, e tstzrange, f daterange, g frange, h int4multirange, i nummultirange);
INSERT INTO type_ranges VALUES (1,'[1,2)','(,)','[1.10,2)','[2020-01-01 00:00,infinity)','[2020-01-01 00:00+08,)','[infinity,]','[0.1,2)','{[1,2),[5,9)}','{}'),(2,'empty',NULL,'(,)',NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE type_arrays (id int PRIMARY KEY, a int[], b text[] NOT NULL, c varchar(10)[], d numeric[], e timestamptz[], f mood[], g int[][], h jsonb[], i boolean[], j uuid[], k inet[], l bytea[], m date[], n citext[], o int4range[], p interval[], q float8[], r posint[], s comp[], t other.kind[], u char(3)[], v "Odd ""Type("[], w ints);
INSERT INTO type_arrays VALUES (1,'{1,NULL,3}','{a,"b,c",NULL,"NULL",""}','{b}','{1.5,NaN}','{infinity,2020-01-01}','{ok,NULL,"very happy"}','{{1,2},{3,4}}',ARRAY['{"a":1}'::jsonb],'{t,f}','{550e8400-e29b-41d4-a716-446655440000}','{10.0.0.1}',ARRAY['\x00'::bytea],'{-infinity}','{X}','{"[1,2)"}','{1 day}','{0.1,NaN,5e-324}','{5}',ARRAY[ROW(1,'a,"b',1.5)::comp,NULL],'{k1,k2}','{b}','{a}','{1}'),
  (2,'[0:1]={7,8}','{}',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE type_enums (id int PRIMARY KEY, m mood NOT NULL, n mood DEFAULT 'ok', s status, os other.status, same same, o "Odd ""Type(", k other.kind, a alone, op option);
INSERT INTO type_enums VALUES (1,'very happy','','open','draft','x y','a','k1','self','some'),(2,'中文','it''s','closed','published','x-y','b','k2','a','none'),(3,'self_',NULL,NULL,NULL,'x_y',NULL,NULL,NULL,NULL);
CREATE TYPE odd_word AS ENUM ('-','a','Self','%','a b','a_b'); CREATE TABLE enum_odd (id int PRIMARY KEY, e odd_word NOT NULL);
INSERT INTO enum_odd VALUES (1,'-'),(2,'a'),(3,'Self'),(4,'%'),(5,'a b'),(6,'a_b');
CREATE TABLE type_limits (id int PRIMARY KEY, c char(3)[], v varchar(3)[], b bit(3), ba bit(3)[], bd bits, wd words, cd codes, ca code[], bb bits[]);
INSERT INTO type_limits VALUES (1,'{abc,"a ",NULL}','{abc,""}',B'101','{101,010}',B'110','{abc,de}','{abc,"d "}','{abcd,"e "}','{101}'),(2,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE type_domains (id int PRIMARY KEY, e email, p posint, s span, f feeling, w work, c code, i ints);
INSERT INTO type_domains VALUES (1,'a@b',5,'1 day','ok','x@y','ab','{1,2}'),(2,NULL,1,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE type_rows (id int PRIMARY KEY, c comp NOT NULL, whole type_bits);
INSERT INTO type_rows VALUES (1,ROW(1,'a,"b',2.50),(SELECT t FROM type_bits t WHERE id = 1)),(2,ROW(NULL,'',NULL),NULL);
CREATE TABLE type_system (id int PRIMARY KEY, l pg_lsn, t tid, rc regclass, rt regtype, v oidvector, v2 int2vector, s pg_snapshot, u uuid NOT NULL, r refcursor);
INSERT INTO type_system VALUES (1,'FFFFFFFF/FFFFFFFF','(0,1)','pg_class','integer','1 2','1 2','10:20:10,14','550e8400-e29b-41d4-a716-446655440000','c');

-- Keys ------------------------------------------------------------------------------------------
CREATE TABLE key_inet (id inet PRIMARY KEY, n int); INSERT INTO key_inet VALUES ('1.1.1.1',1),('::1',2);
CREATE TABLE key_citext (id citext PRIMARY KEY, n int); INSERT INTO key_citext VALUES ('MiXed',1),('b',2);
CREATE TABLE key_blank (id char(5) PRIMARY KEY, n int); INSERT INTO key_blank VALUES ('a',1),('abcde',2);
CREATE TABLE key_code (id code PRIMARY KEY, n int); INSERT INTO key_code VALUES ('a',1);
CREATE TABLE key_domain (id posint PRIMARY KEY, n int); INSERT INTO key_domain VALUES (1,1);
CREATE TABLE key_enum (id mood PRIMARY KEY, n int); INSERT INTO key_enum VALUES ('ok',1),('',2);
CREATE TABLE key_array (id int[] PRIMARY KEY, n int); INSERT INTO key_array VALUES ('{1,2}',1),('{}',2);
CREATE TABLE key_range (id int4range PRIMARY KEY, n int); INSERT INTO key_range VALUES ('[1,2)',1);
CREATE TABLE key_interval (id interval, b bit varying, n int, PRIMARY KEY (id, b)); INSERT INTO key_interval VALUES ('1 day',B'101',1);
CREATE TABLE key_numeric (id numeric PRIMARY KEY, n int); INSERT INTO key_numeric VALUES (1.50,1),('NaN',2);
CREATE TABLE key_time (id time PRIMARY KEY, n int); INSERT INTO key_time VALUES ('24:00',1),('00:00',2);
CREATE TABLE key_float (id float8 PRIMARY KEY, n int); INSERT INTO key_float VALUES (0.1,1);
CREATE TABLE key_bytes (id bytea, t timestamptz, n int, PRIMARY KEY (id, t)); INSERT INTO key_bytes VALUES ('\x00','2020-01-01',1);
CREATE TABLE key_uuid (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), n int); INSERT INTO key_uuid (n) VALUES (1),(2);
CREATE TABLE key_always (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int); INSERT INTO key_always (n) VALUES (1),(2);
CREATE TABLE key_by_default (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, n int); INSERT INTO key_by_default (n) VALUES (1);
CREATE TABLE key_sequence (id int PRIMARY KEY DEFAULT nextval('key_always_id_seq'), n int); INSERT INTO key_sequence (n) VALUES (1);
CREATE TABLE key_always_beside (id int PRIMARY KEY, n int GENERATED ALWAYS AS IDENTITY); INSERT INTO key_always_beside (id) VALUES (1);
CREATE TABLE key_twelve (a int,b int,c int,d int,e int,f int,g int,h int,i int,j int,k int,l int, n int, PRIMARY KEY (a,b,c,d,e,f,g,h,i,j,k,l));
INSERT INTO key_twelve VALUES (1,2,3,4,5,6,7,8,9,10,11,12,13);
CREATE TABLE key_unique (a int NOT NULL UNIQUE, b text); INSERT INTO key_unique VALUES (1,'x');
CREATE TABLE key_partial (id int PRIMARY KEY, a int, b int, c text); CREATE UNIQUE INDEX ON key_partial (a) WHERE b IS NOT NULL; CREATE UNIQUE INDEX ON key_partial (lower(c)); CREATE INDEX ON key_partial USING gin (c gin_trgm_ops); CREATE UNIQUE INDEX ON key_partial (b) INCLUDE (a); INSERT INTO key_partial VALUES (1,2,3,'A');
CREATE TABLE key_exclusion (id int PRIMARY KEY, r int4range, EXCLUDE USING gist (r WITH &&)); INSERT INTO key_exclusion VALUES (1,'[1,2)');
CREATE TABLE key_nulls (id int PRIMARY KEY, a int, UNIQUE NULLS NOT DISTINCT (a)); INSERT INTO key_nulls VALUES (1,NULL);

-- Columns that the database fills ---------------------------------------------------------------
CREATE TABLE made_generated (id int PRIMARY KEY, a int NOT NULL, b int GENERATED ALWAYS AS (a * 2) STORED, type text GENERATED ALWAYS AS ('t' || a::text) STORED);
INSERT INTO made_generated (id, a) VALUES (1,5),(2,-1);
CREATE TABLE made_defaults (id int PRIMARY KEY, a text DEFAULT 'it''s', b int DEFAULT -1, c timestamptz DEFAULT now(), d mood DEFAULT 'ok', e jsonb DEFAULT '{}', f int[] DEFAULT '{}', g uuid DEFAULT gen_random_uuid(), h date DEFAULT CURRENT_DATE + 1, i bit(3) DEFAULT B'101', j numeric DEFAULT 1.50);
INSERT INTO made_defaults (id) VALUES (1);
CREATE TABLE made_dropped (id int PRIMARY KEY, a int, b int); INSERT INTO made_dropped VALUES (1,2,3); ALTER TABLE made_dropped DROP COLUMN a; ALTER TABLE made_dropped ADD COLUMN c int DEFAULT 7;
CREATE TABLE made_checked (id int PRIMARY KEY, a int CHECK (a > 0), b text, CONSTRAINT "odd name" CHECK (b <> 'it''s' OR a < 5)); INSERT INTO made_checked VALUES (1,1,'x');

-- Names -----------------------------------------------------------------------------------------
CREATE TABLE name_keywords (id int PRIMARY KEY, "type" int, "match" int, "self" int, "crate" int, "super" int, "async" int, "gen" int, "try" int, "order" int, "group" int, "in" int, "union" int, "yield" int, "macro" int, "_" int, "__" int, "box" int, "true" int, "await" int, "dyn" int, "fn" int, "where" int, "static" int, "r#fn" int, "user" int);
INSERT INTO name_keywords (id, "type", "match", "self", "_", "fn") VALUES (1,2,3,4,5,6);
CREATE TABLE name_columns (id int PRIMARY KEY, "with space" int, "with-dash" int, "with.dot" int, "1st" int, "CamelCase" int, "UPPER" int, "中文列" int, "a/b" int, "%" int, "#" int, "é" int, "a""b" int, "it's" int, "a`b" int, "😀" int, "ends_" int, "_starts" int, "a__b" int, "$1" int, "?" int);
INSERT INTO name_columns VALUES (1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21);
CREATE TABLE name_unicode (id int PRIMARY KEY, U&"\FB01eld" int, U&"\FF46\FF55\FF4C\FF4C" int, U&"\00AA" int, U&"\00B5" int, U&"\2177" int, U&"\210Cx" int, U&"\0430" int, U&"a" int, U&"\09B8\09AE\09DF" int, U&"\1100\1161" int, U&"\AC00" int, U&"\FA19" int); INSERT INTO name_unicode VALUES (1,2,3,4,5,6,7,8,9,10,11,12,13); CREATE VIEW name_unicode_view AS SELECT * FROM name_unicode;
CREATE TABLE name_traits ("column" int PRIMARY KEY, err int, "Err" int, iterator int, item int, value_type int, entity_name int); INSERT INTO name_traits VALUES (1,2,3,4,5,6,7); CREATE VIEW name_traits_view AS SELECT * FROM name_traits;
CREATE TABLE name_clash (id int PRIMARY KEY, "a_b" int, "a-b" int, "aB" int, "A_B" int, "a b" int, address1 int, address_1 int, http2x int, http_2x int, "ID" int); INSERT INTO name_clash VALUES (1,2,3,4,5,6,7,8,9,10,11);
CREATE TABLE name_inside (id int PRIMARY KEY, entity int, model int, active_model int, "column" int, relation int, primary_key int, iden int, "default" int, clone int, table_name int, columns int, def int, "into" int); INSERT INTO name_inside VALUES (1,2,3,4,5,6,7,8,9,10,11,12,13,14);
CREATE TABLE "with-dash" (id int PRIMARY KEY); INSERT INTO "with-dash" VALUES (1); CREATE TABLE "with space" (id int PRIMARY KEY); INSERT INTO "with space" VALUES (1); CREATE TABLE "with.dot" (id int PRIMARY KEY); INSERT INTO "with.dot" VALUES (1); CREATE TABLE "it's" (id int PRIMARY KEY); INSERT INTO "it's" VALUES (1); CREATE TABLE "dq""t" (id int PRIMARY KEY); INSERT INTO "dq""t" VALUES (1);
CREATE TABLE "UpperCase" ("ID" int PRIMARY KEY, "userName" text); INSERT INTO "UpperCase" VALUES (1,'x'); CREATE TABLE "uppercase" (id int PRIMARY KEY); INSERT INTO "uppercase" VALUES (1); CREATE TABLE upper_case (id int PRIMARY KEY); INSERT INTO upper_case VALUES (1);
CREATE TABLE "中文表" (id int PRIMARY KEY, "名称" text); INSERT INTO "中文表" VALUES (1,'甲'); CREATE TABLE "1digit" ("2col" int PRIMARY KEY); INSERT INTO "1digit" VALUES (1); CREATE TABLE "%" (id int PRIMARY KEY); INSERT INTO "%" VALUES (1);
CREATE TABLE "user" (id int PRIMARY KEY, "type" text, "order" int); INSERT INTO "user" VALUES (1,'a',2); CREATE TABLE "type" (id int PRIMARY KEY); INSERT INTO "type" VALUES (1); CREATE TABLE "mod" (id int PRIMARY KEY); INSERT INTO "mod" VALUES (1); CREATE TABLE "self" (id int PRIMARY KEY); INSERT INTO "self" VALUES (1); CREATE TABLE "crate" (id int PRIMARY KEY); INSERT INTO "crate" VALUES (1); CREATE TABLE "prelude" (id int PRIMARY KEY); INSERT INTO "prelude" VALUES (1); CREATE TABLE "lib" (id int PRIMARY KEY); INSERT INTO "lib" VALUES (1);
CREATE TABLE sea_orm_active_enums (id int PRIMARY KEY, m mood); INSERT INTO sea_orm_active_enums VALUES (1,'ok'); CREATE TABLE string (id int PRIMARY KEY, v text); INSERT INTO string VALUES (1,'a'); CREATE TABLE "Option" (id int PRIMARY KEY, v text); INSERT INTO "Option" VALUES (1,NULL); CREATE TABLE vec (id int PRIMARY KEY, v bytea); INSERT INTO vec VALUES (1,'a'); CREATE TABLE _hidden (id int PRIMARY KEY, _h int); INSERT INTO _hidden VALUES (1,2); CREATE TABLE mood_table (id int PRIMARY KEY, mood mood); INSERT INTO mood_table VALUES (1,'sad');
CREATE TYPE turned AS ENUM (U&'a\202Eb',U&'\00AA',U&'\FB01n'); CREATE TYPE jamo AS ENUM (U&'\1100\1161',U&'\AC00'); CREATE TYPE accent AS ENUM (U&'caf\00E9',U&'cafe\0301');
CREATE TABLE U&"name_marks\2066" (id int PRIMARY KEY, d text DEFAULT U&'a\202Eb', e text CHECK (e <> U&'\2069'), f text GENERATED ALWAYS AS (e || U&'\202A') STORED, t turned, j jamo, k accent, u int);
COMMENT ON TABLE U&"name_marks\2066" IS '~~~ look at https://a.example/x_y?q=1~2, or - ~~~'; COMMENT ON COLUMN U&"name_marks\2066".u IS U&'~~~ \202E (https://b.example/[1])';
INSERT INTO U&"name_marks\2066" VALUES (1,U&'\202E','x',DEFAULT,U&'a\202Eb',U&'\1100\1161',U&'cafe\0301',1),(2,NULL,NULL,DEFAULT,U&'\FB01n',U&'\AC00',U&'caf\00E9',2);
CREATE TABLE name_comments (id int PRIMARY KEY, n int); COMMENT ON TABLE name_comments IS 'He said "hi" ''x'' [link] <b>'; COMMENT ON COLUMN name_comments.id IS E'line one\nline two */ // "q" \\ {x} #[a] é'; INSERT INTO name_comments VALUES (1,2);

-- Graphs ----------------------------------------------------------------------------------------
CREATE TABLE graph_self (id int PRIMARY KEY, parent_id int REFERENCES graph_self, boss_id int REFERENCES graph_self ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED); INSERT INTO graph_self VALUES (1,NULL,NULL),(2,1,1);
CREATE TABLE graph_a (id int PRIMARY KEY, b_id int); CREATE TABLE graph_b (id int PRIMARY KEY, a_id int REFERENCES graph_a); ALTER TABLE graph_a ADD FOREIGN KEY (b_id) REFERENCES graph_b; INSERT INTO graph_a VALUES (1,NULL); INSERT INTO graph_b VALUES (1,1); UPDATE graph_a SET b_id = 1;
CREATE TABLE graph_pair (a int, b int, n int, PRIMARY KEY (a, b)); INSERT INTO graph_pair VALUES (1,2,3); CREATE TABLE graph_to_pair (id int PRIMARY KEY, a int, b int, x int, y int, FOREIGN KEY (a, b) REFERENCES graph_pair ON UPDATE CASCADE, FOREIGN KEY (x, y) REFERENCES graph_pair(a, b)); INSERT INTO graph_to_pair VALUES (1,1,2,NULL,NULL);
CREATE TABLE graph_two (id int PRIMARY KEY, created_by int NOT NULL REFERENCES graph_self, updated_by int REFERENCES graph_self); INSERT INTO graph_two VALUES (1,1,2);
CREATE TABLE graph_same_name (id int PRIMARY KEY, graph_self int REFERENCES graph_self, "type" int REFERENCES "type"); INSERT INTO graph_same_name VALUES (1,1,1);
CREATE TABLE graph_links (id int PRIMARY KEY, base INT NOT NULL, "type" INT NOT NULL, UNIQUE (base, "type"), FOREIGN KEY ("type") REFERENCES "type"(id)); INSERT INTO graph_links VALUES (1,2,1);
CREATE TABLE graph_one (id int PRIMARY KEY REFERENCES graph_self, self_id int UNIQUE REFERENCES graph_self); INSERT INTO graph_one VALUES (1,2);
CREATE TABLE graph_junction (a_id int REFERENCES graph_a, b_id int REFERENCES graph_b, since date, PRIMARY KEY (a_id, b_id)); INSERT INTO graph_junction VALUES (1,1,'2020-01-01'); CREATE TABLE graph_self_junction (follower int REFERENCES graph_self, followed int REFERENCES graph_self, PRIMARY KEY (follower, followed)); INSERT INTO graph_self_junction VALUES (1,2);
CREATE TABLE graph_detail (header_id int REFERENCES graph_self, line int, a int, b int, PRIMARY KEY (header_id, line), FOREIGN KEY (a, b) REFERENCES graph_pair); INSERT INTO graph_detail VALUES (1,1,1,2);
CREATE TABLE graph_to_unique (id int PRIMARY KEY, u int REFERENCES key_unique (a)); INSERT INTO graph_to_unique VALUES (1,1); CREATE TABLE graph_to_inet (id int PRIMARY KEY, i inet REFERENCES key_inet, c citext REFERENCES key_citext, m mood REFERENCES key_enum); INSERT INTO graph_to_inet VALUES (1,'::1','MIXED','ok');
CREATE TABLE other.shape (id int PRIMARY KEY, c cube, m citext); INSERT INTO other.shape VALUES (1,'(1,2),(3,4)','MiXed'); CREATE TABLE other.target (id int PRIMARY KEY, k other.kind); CREATE TABLE graph_to_other (id int PRIMARY KEY, o int REFERENCES other.target); INSERT INTO other.target VALUES (1,'k1'); INSERT INTO graph_to_other VALUES (1,1); CREATE TABLE other.graph_self (id int PRIMARY KEY, up int REFERENCES public.graph_self); INSERT INTO other.graph_self VALUES (1,1); CREATE TABLE "Odd Schema"."Odd Table" ("Id" int PRIMARY KEY); INSERT INTO "Odd Schema"."Odd Table" VALUES (1);

-- Partitions, heirs, views ----------------------------------------------------------------------
CREATE TABLE part_range (id int, d date, n int, PRIMARY KEY (id, d)) PARTITION BY RANGE (d); CREATE TABLE part_range_2020 PARTITION OF part_range FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY LIST (id); CREATE TABLE part_range_2020_1 PARTITION OF part_range_2020 DEFAULT; CREATE TABLE part_range_rest PARTITION OF part_range DEFAULT; INSERT INTO part_range VALUES (1,'2020-02-02',1),(2,'2022-02-02',2);
CREATE TABLE heir_parent (id int PRIMARY KEY, a int); CREATE TABLE heir_child (b int, PRIMARY KEY (id)) INHERITS (heir_parent); INSERT INTO heir_parent VALUES (1,2); INSERT INTO heir_child VALUES (3,4,5);
CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw; CREATE FOREIGN TABLE part_foreign (id int NOT NULL, line text) SERVER files OPTIONS (program 'echo 1,é', format 'csv');
CREATE UNLOGGED TABLE part_unlogged (id int PRIMARY KEY); INSERT INTO part_unlogged VALUES (1); CREATE SEQUENCE part_sequence;
CREATE TABLE part_trigger (id int PRIMARY KEY, a int, shouted text); CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN NEW.shouted := 'trigger;' || NEW.a; RETURN NEW; END; $body$; CREATE TRIGGER shout BEFORE INSERT ON part_trigger FOR EACH ROW EXECUTE FUNCTION shout(); INSERT INTO part_trigger VALUES (1,2,NULL);
CREATE VIEW view_simple AS SELECT id, s, bo FROM type_integers; CREATE MATERIALIZED VIEW view_stored AS SELECT id, n1, d FROM type_numbers;
CREATE VIEW view_joined AS SELECT s.id, p.id AS parent, count(*) AS n, sum(s.id) AS total, max(s.id) / 3.0 AS third, s.id || '/' || p.id AS label FROM graph_self s LEFT JOIN graph_self p ON p.id = s.parent_id GROUP BY s.id, p.id;
CREATE VIEW view_types AS SELECT e.m, e.os, a.f, d.i, r.a, n.i AS net, j.jb FROM type_enums e, type_arrays a, type_dates d, type_ranges r, type_net n, type_json j WHERE e.id = 1 AND a.id = 1 AND d.id = 1 AND r.id = 1 AND n.id = 1 AND j.id = 1;
CREATE VIEW view_domains AS SELECT s.id, d.p FROM graph_self s LEFT JOIN type_domains d ON d.id = s.id + 1;
CREATE VIEW "view odd" AS SELECT 1 AS "1", 'x' AS "type", NULL AS "nothing", now() AS "now";
