-- Schemas that are hard on a generator of entities, with rows at the extremes, for SQLite.

-- Types -----------------------------------------------------------------------------------------
CREATE TABLE type_integers (id INTEGER PRIMARY KEY AUTOINCREMENT, a INT, b TINYINT, c SMALLINT, d MEDIUMINT, e BIGINT, f UNSIGNED BIG INT, g INT2, h INT8, i INTEGER(11), j INT UNSIGNED, k BOOLEAN NOT NULL, l BOOL);
INSERT INTO type_integers VALUES (9223372036854775807,-9223372036854775808,300,70000,9223372036854775807,-1,5000000000,7,8,9,10,1,0),(1,0,0,0,0,0,0,0,0,0,0,0,NULL);
CREATE TABLE type_reals (id INTEGER PRIMARY KEY, a REAL, b DOUBLE, c DOUBLE PRECISION, d FLOAT NOT NULL, e float(10));
INSERT INTO type_reals VALUES (1,0.1,5e-324,1.7976931348623157e308,2,9e999),(2,-0.0,1234567.1234567891,NULL,-9e999,NULL);
CREATE TABLE type_numerics (id INTEGER PRIMARY KEY, a NUMERIC, b DECIMAL(10,2) NOT NULL, c DECIMAL, d NUMERIC(40,20), e MONEY, f NUMBER, g CURRENCY);
INSERT INTO type_numerics VALUES (1,9007199254740993,2,0.1 + 0.2,1e30,1.5,'x',12.34),(2,9223372036854775807,19.99,'1.10',NULL,'',NULL,x'00'),(3,1234567.1234567891,'',x'','abc',5,0.1,NULL);
CREATE TABLE type_texts (id INTEGER PRIMARY KEY, a CHARACTER(20), b VARCHAR(255), c NCHAR(55), d NVARCHAR(100) NOT NULL, e TEXT, f CLOB, g LONGTEXT, h "VARCHAR (20)", i TEXT COLLATE NOCASE);
INSERT INTO type_texts VALUES (1,'','😀中文','x','','{"a": 1}','null','x','y','MiXed'),(2,5,6,7,8,9.5,10,11,12,13);
CREATE TABLE type_bytes (id INTEGER PRIMARY KEY, a BLOB, b LONGBLOB NOT NULL, c BINARY(16), d VARBINARY(20), e TINYBLOB);
INSERT INTO type_bytes VALUES (1,x'00ff',x'',x'00112233445566778899aabbccddeeff',x'ff',x'00'),(2,NULL,zeroblob(70000),NULL,NULL,NULL);
CREATE TABLE type_dates (id INTEGER PRIMARY KEY, a DATE, b DATETIME NOT NULL, c TIMESTAMP, d TIME, e TIMESTAMP WITH TIME ZONE, f DATETIME DEFAULT CURRENT_TIMESTAMP);
INSERT INTO type_dates VALUES (1,'2020-01-02','2020-01-02 03:04:05','2020-01-02T03:04:05.123Z','03:04:05','2020-01-02T03:04:05+08:00','2020-01-01 00:00:00'),(2,'02/01/2020',1577934245,1577934245.123456,'3:04',2458850.627847222,NULL),(3,'',  '', NULL,'noon',NULL,'now');
CREATE TABLE type_own (id INTEGER PRIMARY KEY, a JSON, b JSONB, c UUID NOT NULL, d GUID, e STRING, f YEAR, g LONG, h BIT, i IMAGE, j POINT, k INTERVAL, l ENUM, m XML);
INSERT INTO type_own VALUES (1,'{"a":[1,2.5,null]}',x'7b7d','550e8400-e29b-41d4-a716-446655440000','x','12',2020,5000000000,1,x'00','(1,2)','1 day','a','<a/>'),(2,'5','{}',x'550e8400e29b41d4a716446655440000',NULL,0.1234567890123456,'x','y','z',5,1,2,3,4);
CREATE TABLE type_none (id INTEGER PRIMARY KEY, v, w ANY, x "" NOT NULL); INSERT INTO type_none VALUES (1,'text',5,x'00'),(2,5,'5',1.5),(3,1.5,NULL,''),(4,x'00',x'',0);
CREATE TABLE type_sea_query (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, a date_text, b time_text, c datetime_text, d timestamp_text NOT NULL, e timestamp_with_timezone_text, f json_text, g uuid_text, h real(16,4), i varbinary_blob(10), j enum_text, k boolean, l double);
INSERT INTO type_sea_query VALUES (1,'2020-01-02','03:04:05.678','2020-01-02 03:04:05','2020-01-02T03:04:05.678+00:00','2020-01-02T03:04:05+08:00','{"a":[1]}',x'550e8400e29b41d4a716446655440000',1.5,x'00','a',1,0.1),(2,NULL,NULL,NULL,'1970-01-01T00:00:00+00:00',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE type_strict (id INTEGER PRIMARY KEY, a ANY, t TEXT, r REAL NOT NULL, b BLOB, i INT) STRICT; INSERT INTO type_strict VALUES (1,'5','x',1.5,x'00',9223372036854775807),(2,5,NULL,-0.0,NULL,NULL),(3,x'00','',2,x'',0);

-- Keys ------------------------------------------------------------------------------------------
CREATE TABLE key_text (k TEXT PRIMARY KEY, v INT) WITHOUT ROWID; INSERT INTO key_text VALUES ('',1),('É',2);
CREATE TABLE key_null (k TEXT PRIMARY KEY, v INT); INSERT INTO key_null VALUES ('a',1),('b',2);
CREATE TABLE key_pair (a INT, b INT, n INT, PRIMARY KEY (a, b)); INSERT INTO key_pair VALUES (1,2,3),(1,3,4);
CREATE TABLE key_blob (h BLOB PRIMARY KEY, n INT); INSERT INTO key_blob VALUES (x'00',1),(x'',2);
CREATE TABLE key_real (id REAL PRIMARY KEY, n INT); INSERT INTO key_real VALUES (0.1,1);
CREATE TABLE key_date (d DATE, t DATETIME, n INT, PRIMARY KEY (d, t)); INSERT INTO key_date VALUES ('2020-01-01','2020-01-01 00:00:00',1),('2020-01-01',5,2);
CREATE TABLE key_decimal (k DECIMAL(10,2) PRIMARY KEY, n INT); INSERT INTO key_decimal VALUES (1.5,1),(2,2),('x',3);
CREATE TABLE key_any (k PRIMARY KEY, n INT); INSERT INTO key_any VALUES ('a',1),(5,2),(x'00',3);
CREATE TABLE key_uuid (id UUID PRIMARY KEY NOT NULL, n INT); INSERT INTO key_uuid VALUES ('550e8400-e29b-41d4-a716-446655440000',1),(x'550e8400e29b41d4a716446655440000',2);
CREATE TABLE key_desc (id INTEGER PRIMARY KEY DESC, n INT); INSERT INTO key_desc VALUES (1,2);
CREATE TABLE key_unique (a INT NOT NULL UNIQUE, b TEXT); INSERT INTO key_unique VALUES (1,'x');
CREATE TABLE key_twelve (a INT,b INT,c INT,d INT,e INT,f INT,g INT,h INT,i INT,j INT,k INT,l INT, n INT, PRIMARY KEY (a,b,c,d,e,f,g,h,i,j,k,l)); INSERT INTO key_twelve VALUES (1,2,3,4,5,6,7,8,9,10,11,12,13);
CREATE TABLE key_partial (id INTEGER PRIMARY KEY, a TEXT, b INT, c TEXT); CREATE UNIQUE INDEX key_partial_a ON key_partial (a) WHERE b IS NOT NULL; CREATE UNIQUE INDEX key_partial_c ON key_partial (lower(c)); INSERT INTO key_partial VALUES (1,'a',2,'C');

-- Columns that the database fills ---------------------------------------------------------------
CREATE TABLE made_generated (id INTEGER PRIMARY KEY, a INT NOT NULL, v INT GENERATED ALWAYS AS (a * 2) VIRTUAL, s INT AS (a + 1) STORED, "type" TEXT AS ('t' || a)); INSERT INTO made_generated (id, a) VALUES (1,5),(2,-1);
CREATE TABLE made_defaults (id INTEGER PRIMARY KEY, a TEXT DEFAULT 'it''s', b TEXT DEFAULT "dq", c INT DEFAULT (1+1), d TEXT DEFAULT CURRENT_TIMESTAMP, e REAL DEFAULT -1.5, f TEXT DEFAULT (datetime('now')), g TEXT DEFAULT NULL, h INT DEFAULT +5, i BLOB DEFAULT x'00', j BOOLEAN DEFAULT TRUE); INSERT INTO made_defaults (id) VALUES (1);
CREATE TABLE made_checked (id INTEGER PRIMARY KEY, a INT CHECK (a > 0), b VARCHAR(10) CHECK (length(b) < 5), CONSTRAINT "odd name" CHECK (b <> 'it''s' OR a < 5)); INSERT INTO made_checked VALUES (1,1,'x');

-- Names -----------------------------------------------------------------------------------------
CREATE TABLE name_keywords (id INTEGER PRIMARY KEY, "type" INT, "match" INT, "self" INT, "crate" INT, "super" INT, "async" INT, "gen" INT, "try" INT, "order" INT, "group" INT, "in" INT, "union" INT, "yield" INT, "macro" INT, "_" INT, "__" INT, "box" INT, "true" INT, "await" INT, "dyn" INT, "fn" INT, "where" INT, "static" INT, "r#fn" INT); INSERT INTO name_keywords (id, "type", "match", "self", "_", "fn") VALUES (1,2,3,4,5,6);
CREATE TABLE name_columns (id INTEGER PRIMARY KEY, "with space" INT, "with-dash" INT, "with.dot" INT, "1st" INT, "CamelCase" INT, "UPPER" INT, "中文列" INT, "a/b" INT, "%" INT, "#" INT, "é" INT, "a""b" INT, "it's" INT, "a`b" INT, "😀" INT, "ends_" INT, "_starts" INT, "a__b" INT, "?" INT, "$1" INT); INSERT INTO name_columns VALUES (1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21);
CREATE TABLE name_unicode (id INTEGER PRIMARY KEY, "ﬁeld" INT, "ｆｕｌｌ" INT, "ª" INT, "µ" INT, "ⅷ" INT, "ℌx" INT, "а" INT, "a" INT, "সময়" INT, "가" INT, "가" INT, "神" INT); INSERT INTO name_unicode VALUES (1,2,3,4,5,6,7,8,9,10,11,12,13); CREATE VIEW name_unicode_view AS SELECT * FROM name_unicode;
CREATE TABLE name_traits ("column" INTEGER PRIMARY KEY, err INT, err_column INT, iterator INT, item INT, value_type INT, entity_name INT); INSERT INTO name_traits VALUES (1,2,3,4,5,6,7); CREATE VIEW name_traits_view AS SELECT * FROM name_traits;
CREATE TABLE name_clash (id INTEGER PRIMARY KEY, "a_b" INT, "a-b" INT, "aB" INT, "a b" INT, address1 INT, address_1 INT, http2x INT, http_2x INT); INSERT INTO name_clash VALUES (1,2,3,4,5,6,7,8,9);
CREATE TABLE name_inside (id INTEGER PRIMARY KEY, entity INT, model INT, active_model INT, "column" INT, relation INT, primary_key INT, iden INT, "default" INT, clone INT, table_name INT, columns INT, def INT, "into" INT, rowid INT); INSERT INTO name_inside VALUES (1,2,3,4,5,6,7,8,9,10,11,12,13,14,15);
CREATE TABLE "with-dash" (id INTEGER PRIMARY KEY); INSERT INTO "with-dash" VALUES (1); CREATE TABLE "with space" (id INTEGER PRIMARY KEY, "col space" TEXT); INSERT INTO "with space" VALUES (1,'x'); CREATE TABLE "with.dot" (id INTEGER PRIMARY KEY); INSERT INTO "with.dot" VALUES (1); CREATE TABLE "it's" (id INTEGER PRIMARY KEY); INSERT INTO "it's" VALUES (1); CREATE TABLE "dq""t" (id INTEGER PRIMARY KEY); INSERT INTO "dq""t" VALUES (1);
CREATE TABLE "中文表" (id INTEGER PRIMARY KEY, "名称" TEXT); INSERT INTO "中文表" VALUES (1,'甲'); CREATE TABLE "1digit" ("2col" INTEGER PRIMARY KEY); INSERT INTO "1digit" VALUES (1); CREATE TABLE "%" (id INTEGER PRIMARY KEY); INSERT INTO "%" VALUES (1);
CREATE TABLE "order" (id INTEGER PRIMARY KEY, "group" TEXT); INSERT INTO "order" VALUES (1,'a'); CREATE TABLE "type" (id INTEGER PRIMARY KEY); INSERT INTO "type" VALUES (1); CREATE TABLE "mod" (id INTEGER PRIMARY KEY); INSERT INTO "mod" VALUES (1); CREATE TABLE "self" (id INTEGER PRIMARY KEY); INSERT INTO "self" VALUES (1); CREATE TABLE "crate" (id INTEGER PRIMARY KEY); INSERT INTO "crate" VALUES (1); CREATE TABLE "prelude" (id INTEGER PRIMARY KEY); INSERT INTO "prelude" VALUES (1); CREATE TABLE "lib" (id INTEGER PRIMARY KEY); INSERT INTO "lib" VALUES (1);
CREATE TABLE any_value (id INTEGER PRIMARY KEY, v); INSERT INTO any_value VALUES (1,x'00'); CREATE TABLE string (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO string VALUES (1,'a'); CREATE TABLE "option" (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO "option" VALUES (1,NULL); CREATE TABLE vec (id INTEGER PRIMARY KEY, v BLOB); INSERT INTO vec VALUES (1,x'61'); CREATE TABLE _hidden (id INTEGER PRIMARY KEY, _h INT); INSERT INTO _hidden VALUES (1,2); CREATE TABLE tbl_x (id INTEGER PRIMARY KEY); INSERT INTO tbl_x VALUES (1); CREATE TABLE "tbl-x" (id INTEGER PRIMARY KEY); INSERT INTO "tbl-x" VALUES (2);

-- Graphs ----------------------------------------------------------------------------------------
CREATE TABLE graph_self (id INTEGER PRIMARY KEY, parent_id INT REFERENCES graph_self, boss_id INT REFERENCES graph_self(id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED); INSERT INTO graph_self VALUES (1,NULL,NULL),(2,1,1);
CREATE TABLE graph_a (id INTEGER PRIMARY KEY, b_id INT REFERENCES graph_b(id)); CREATE TABLE graph_b (id INTEGER PRIMARY KEY, a_id INT REFERENCES graph_a(id)); INSERT INTO graph_a VALUES (1,NULL); INSERT INTO graph_b VALUES (1,1);
CREATE TABLE graph_to_pair (id INTEGER PRIMARY KEY, a INT, b INT, x INT, y INT, FOREIGN KEY (a, b) REFERENCES key_pair ON UPDATE CASCADE, FOREIGN KEY (x, y) REFERENCES key_pair(a, b)); INSERT INTO graph_to_pair VALUES (1,1,2,NULL,NULL);
CREATE TABLE graph_two (id INTEGER PRIMARY KEY, created_by INT NOT NULL REFERENCES graph_self(id), updated_by INT REFERENCES graph_self(id)); INSERT INTO graph_two VALUES (1,1,2);
CREATE TABLE graph_same_name (id INTEGER PRIMARY KEY, graph_self INT REFERENCES graph_self(id), "type" INT REFERENCES "type"(id)); INSERT INTO graph_same_name VALUES (1,1,1);
CREATE TABLE graph_links (id INTEGER PRIMARY KEY, base INT NOT NULL, "type" INT NOT NULL, UNIQUE (base, "type"), FOREIGN KEY ("type") REFERENCES "type"(id)); INSERT INTO graph_links VALUES (1,2,1);
CREATE TABLE graph_one (id INTEGER PRIMARY KEY REFERENCES graph_self(id), self_id INT UNIQUE REFERENCES graph_self(id)); INSERT INTO graph_one VALUES (1,2);
CREATE TABLE graph_junction (a_id INT REFERENCES graph_a(id), b_id INT REFERENCES graph_b(id), since DATE, PRIMARY KEY (a_id, b_id)); INSERT INTO graph_junction VALUES (1,1,'2020-01-01');
CREATE TABLE graph_detail (header_id INT REFERENCES graph_self(id), line INT, a INT, b INT, PRIMARY KEY (header_id, line), FOREIGN KEY (a, b) REFERENCES key_pair(a, b)); INSERT INTO graph_detail VALUES (1,1,1,2);
CREATE TABLE graph_missing (id INTEGER PRIMARY KEY, p INT REFERENCES no_such_table(id), q INT REFERENCES key_text); INSERT INTO graph_missing VALUES (1,NULL,NULL);
CREATE TABLE graph_to_unique (id INTEGER PRIMARY KEY, u INT REFERENCES key_unique(a)); INSERT INTO graph_to_unique VALUES (1,1);

-- Modules, triggers, views ----------------------------------------------------------------------
CREATE VIRTUAL TABLE part_search USING fts5(title, body); INSERT INTO part_search VALUES ('a','b');
CREATE TABLE part_trigger (id INTEGER PRIMARY KEY, a INT, shouted TEXT); CREATE TRIGGER part_trigger_ai AFTER INSERT ON part_trigger BEGIN UPDATE part_trigger SET shouted = 'trigger;' || NEW.a WHERE id = NEW.id; END; INSERT INTO part_trigger VALUES (1,2,NULL);
CREATE VIEW view_simple AS SELECT id, a, k FROM type_integers;
CREATE VIEW view_joined AS SELECT s.id, p.id AS parent, count(*) AS n, sum(s.id) AS total, max(s.id) / 3.0 AS third, s.id || '/' || p.id AS label FROM graph_self s LEFT JOIN graph_self p ON p.id = s.parent_id GROUP BY s.id, p.id;
CREATE VIEW view_compound AS SELECT id, a FROM type_integers UNION ALL SELECT 1.5, 2.5;
CREATE VIEW view_types AS SELECT n.b, d.a, o.a AS json, v.v FROM type_numerics n, type_dates d, type_own o, type_none v WHERE n.id = d.id AND o.id = n.id AND v.id = n.id;
CREATE VIEW "view odd" AS SELECT 1 AS "1", 'x' AS "type", NULL AS "nothing";
