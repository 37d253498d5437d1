-- Schemas that are hard on a generator of entities, with rows at the extremes, for MySQL and MariaDB.
-- What only MySQL takes stands in /*!80000 .. */, what only MariaDB takes in /*M! .. */.
SET NAMES utf8mb4;

-- Types -----------------------------------------------------------------------------------------
CREATE TABLE type_integers (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, t TINYINT, tu TINYINT UNSIGNED, s SMALLINT, su SMALLINT UNSIGNED,
  m MEDIUMINT, mu MEDIUMINT UNSIGNED, i INT, iu INT UNSIGNED, b BIGINT, bu BIGINT UNSIGNED, z INT(8) ZEROFILL, b1 TINYINT(1), bo BOOL NOT NULL);
INSERT INTO type_integers VALUES
  (18446744073709551614,-128,0,-32768,0,-8388608,0,-2147483648,0,-9223372036854775808,0,0,0,0),
  (1,127,255,32767,65535,8388607,16777215,2147483647,4294967295,9223372036854775807,18446744073709551615,42,1,1),
  (2,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
CREATE TABLE type_numbers (
  id INT PRIMARY KEY, f FLOAT, d DOUBLE, f2 FLOAT(7,3), r REAL, d1 DECIMAL(10,2), d2 DECIMAL(28,28), d3 DECIMAL(65,30), d4 DECIMAL(30,0) UNSIGNED, d5 DECIMAL NOT NULL);
INSERT INTO type_numbers VALUES
  (1,3.4e38,1.7976931348623157e308,1234.567,0.1,-99999999.99,0.1234567890123456789012345678,12345678901234567890123456789012345.123456789012345678901234567890,999999999999999999999999999999,-1),
  (2,1.17549435e-38,2.2250738585072014e-308,-0.001,-0.1,0.00,-0.0000000000000000000000000001,-0.000000000000000000000000000001,0,9999999999),
  (3,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
CREATE TABLE type_bits (id INT PRIMARY KEY, b BIT NOT NULL, b1 BIT(1), b7 BIT(7), b8 BIT(8), b64 BIT(64));
INSERT INTO type_bits VALUES (1,b'1',b'0',b'1010101',b'11111111',18446744073709551615),(2,b'0',NULL,NULL,b'0',b'0');
CREATE TABLE type_times (
  id INT PRIMARY KEY, d DATE, t TIME, t6 TIME(6) NOT NULL, dt DATETIME, dt3 DATETIME(3), dt6 DATETIME(6) NOT NULL, ts TIMESTAMP NULL, ts6 TIMESTAMP(6) NULL, y YEAR, y2 YEAR NOT NULL);
INSERT INTO type_times VALUES
  (1,'1000-01-01','-838:59:59','-838:59:58.999999','1000-01-01 00:00:00','2020-01-02 03:04:05.678','9999-12-31 23:59:59.999999','1970-01-01 00:00:01','1970-01-01 00:00:01.000001',1901,2155),
  (2,'9999-12-31','838:59:59','24:00:00','9999-12-31 23:59:59','0001-01-01 00:00:00.001','2000-02-29 00:00:00','2038-01-19 03:14:07','2020-01-02 03:04:05.678901',0,0),
  (3,NULL,NULL,'00:00:00',NULL,NULL,'2020-01-01 00:00:00.000001',NULL,NULL,NULL,2024);
/*M! CREATE TABLE type_zero_dates (id INT PRIMARY KEY, d DATE NOT NULL, dt DATETIME NOT NULL, ts TIMESTAMP NOT NULL DEFAULT '0000-00-00 00:00:00') */;
/*M! INSERT INTO type_zero_dates VALUES (1,'0000-00-00','0000-00-00 00:00:00','0000-00-00 00:00:00'),(2,'2020-01-02','2020-01-02 03:04:05','2020-01-02 03:04:05') */;
CREATE TABLE type_moments (id INT PRIMARY KEY, made TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, seen DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6));
INSERT INTO type_moments VALUES (1,'2001-02-03 04:05:06','2001-02-03 04:05:06.123456');
CREATE TABLE type_texts (
  id INT PRIMARY KEY, c CHAR(10), c0 CHAR(0), v VARCHAR(20), v0 VARCHAR(0), tt TINYTEXT, tx TEXT NOT NULL, mt MEDIUMTEXT, lt LONGTEXT NOT NULL, nc NATIONAL CHAR(5), nv NATIONAL VARCHAR(5),
  bin VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, lat VARCHAR(20) CHARACTER SET latin1, u16 VARCHAR(20) CHARACTER SET utf16, asc_ CHAR(36) CHARACTER SET ascii);
INSERT INTO type_texts VALUES
  (1,'','','','','','','','','','','123','é','😀','550e8400-e29b-41d4-a716-446655440000'),
  (2,'中文',NULL,'😀 "q" \\ \'',NULL,'null',REPEAT('é',30000),REPEAT('x',100000),REPEAT('中',50000),'ñ','ñ','null','ÿ','中','x'),
  (3,NULL,NULL,NULL,NULL,NULL,'{"a": 1}',NULL,'[1]',NULL,NULL,'1e5',NULL,NULL,NULL);
CREATE TABLE type_bytes (id INT PRIMARY KEY, b1 BINARY, b16 BINARY(16), vb VARBINARY(300), tb TINYBLOB, bl BLOB, mb MEDIUMBLOB NOT NULL, lb LONGBLOB);
INSERT INTO type_bytes VALUES (1,x'00',x'00112233445566778899aabbccddeeff',x'00ff',x'',x'ff00',x'',REPEAT(x'00ff',70000)),(2,NULL,'abc',x'',NULL,NULL,x'00',NULL);
CREATE TABLE type_json (id INT PRIMARY KEY, j JSON, k JSON NOT NULL, t LONGTEXT);
INSERT INTO type_json VALUES (1,'{"a":[1,2.5,null,true,"é"],"b":{}}','[]','{"not":  "json"}'),(2,NULL,'"x"',NULL),(3,'18446744073709551615','1.5','123'),(4,'null','{"k":-9223372036854775808}','null');
CREATE TABLE type_lists (
  id INT PRIMARY KEY, e ENUM('a','b') NOT NULL, odd ENUM('it''s','a,b','x)y','back\\slash','with "quote"','','2','3.5','中文','PG-13') COLLATE utf8mb4_bin,
  same ENUM('x y','x-y','x_y'), self_ ENUM('self','Self2'), one ENUM('only') DEFAULT 'only', s SET('r','w','x'), s2 SET('it''s','é') NOT NULL);
INSERT INTO type_lists VALUES (1,'a','it''s','x y','self','only','',''),(2,'b','','x-y',NULL,NULL,'r,x','it''s,é'),(3,'a','back\\slash',NULL,'Self2','only',NULL,'é'),(4,'a','中文','x_y',NULL,'only','r,w,x',''),(5,'b','3.5',NULL,NULL,NULL,'w','it''s');
CREATE TABLE type_shapes (
  id INT PRIMARY KEY, g GEOMETRY, p POINT NOT NULL, l LINESTRING, po POLYGON, mp MULTIPOINT, ml MULTILINESTRING, mpo MULTIPOLYGON, gc GEOMETRYCOLLECTION, SPATIAL INDEX (p));
INSERT INTO type_shapes VALUES (1,ST_GeomFromText('POINT(1 2)',4326),ST_GeomFromText('POINT(-1.5 1e300)'),ST_GeomFromText('LINESTRING(0 0,1 1)'),ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))'),ST_GeomFromText('MULTIPOINT(0 0,1 1)'),ST_GeomFromText('MULTILINESTRING((0 0,1 1))'),ST_GeomFromText('MULTIPOLYGON(((0 0,1 0,1 1,0 0)))'),ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1))')),
  (2,NULL,ST_GeomFromText('POINT(0 0)'),NULL,NULL,NULL,NULL,NULL,NULL);
/*!80000 CREATE TABLE type_vectors (id INT PRIMARY KEY, v VECTOR(3), w VECTOR(2) NOT NULL) */;
/*!80000 INSERT INTO type_vectors VALUES (1, STRING_TO_VECTOR('[1,0.1,-3e38]'), STRING_TO_VECTOR('[0,0]')) */;
/*!80000 INSERT INTO type_vectors VALUES (2, NULL, STRING_TO_VECTOR('[1,1]')) */;
/*M! CREATE TABLE type_addresses (id UUID PRIMARY KEY DEFAULT UUID(), u UUID, ip6 INET6, ip4 INET4 NOT NULL) */;
/*M! INSERT INTO type_addresses VALUES ('550e8400-e29b-41d4-a716-446655440000','00000000-0000-0000-0000-000000000000','2001:db8::ff00:42:8329','10.0.0.1') */;
/*M! INSERT INTO type_addresses (ip4) VALUES ('255.255.255.255') */;

-- Keys ------------------------------------------------------------------------------------------
CREATE TABLE key_medium (id MEDIUMINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(10));
INSERT INTO key_medium VALUES (16777214,'a'),(1,NULL);
CREATE TABLE key_cache (host_id MEDIUMINT NOT NULL, k VARCHAR(5) NOT NULL, v INT, PRIMARY KEY (host_id, k));
INSERT INTO key_cache VALUES (1,'a',1),(2,'a',2),(1,'b',3);
CREATE TABLE key_double (id DOUBLE PRIMARY KEY, n INT);
INSERT INTO key_double VALUES (1.5,1),(-0.1,2);
CREATE TABLE key_moment (d DATE, dt DATETIME, n INT, PRIMARY KEY (d, dt));
INSERT INTO key_moment VALUES ('2020-01-01','2020-01-01 00:00:00',1),('2020-01-01','2020-01-02 00:00:00',2);
CREATE TABLE key_bytes (h BINARY(16) PRIMARY KEY, n INT);
INSERT INTO key_bytes VALUES (x'00112233445566778899aabbccddeeff',1),(x'00',2);
CREATE TABLE key_enum (k ENUM('a','b') PRIMARY KEY, n INT);
INSERT INTO key_enum VALUES ('a',1),('b',2);
CREATE TABLE key_decimal (k DECIMAL(20,0) PRIMARY KEY, n INT);
INSERT INTO key_decimal VALUES (12345678901234567890,1);
CREATE TABLE key_long_decimal (k DECIMAL(40,2) PRIMARY KEY, n INT);
INSERT INTO key_long_decimal VALUES (12345678901234567890123456789012345678.25,1),(0.00,2);
CREATE TABLE key_time (k TIME PRIMARY KEY, n INT);
INSERT INTO key_time VALUES ('-10:00:00',1),('100:00:00',2);
CREATE TABLE key_bool (k TINYINT(1), n INT, PRIMARY KEY (k, n));
INSERT INTO key_bool VALUES (0,1),(1,1);
CREATE TABLE key_text (k VARCHAR(20) COLLATE utf8mb4_bin PRIMARY KEY, n INT);
INSERT INTO key_text VALUES ('',1),('É',2),('é',3),('中文',4);
CREATE TABLE key_second_auto (a INT, id INT NOT NULL AUTO_INCREMENT, n INT, PRIMARY KEY (a, id), KEY (id));
INSERT INTO key_second_auto VALUES (1,1,5),(1,2,6);
CREATE TABLE key_auto_beside (id BINARY(4) PRIMARY KEY, n INT NOT NULL AUTO_INCREMENT UNIQUE);
INSERT INTO key_auto_beside VALUES ('a',7);
CREATE TABLE key_default (id CHAR(36) PRIMARY KEY DEFAULT (UUID()), n INT);
INSERT INTO key_default VALUES ('550e8400-e29b-41d4-a716-446655440000',1);
CREATE TABLE key_twelve (a INT,b INT,c INT,d INT,e INT,f INT,g INT,h INT,i INT,j INT,k INT,l INT, n INT, PRIMARY KEY (a,b,c,d,e,f,g,h,i,j,k,l));
INSERT INTO key_twelve VALUES (1,2,3,4,5,6,7,8,9,10,11,12,13);
CREATE TABLE key_unique (a INT NOT NULL, b VARCHAR(10), UNIQUE KEY (a));
INSERT INTO key_unique VALUES (1,'x'),(2,NULL);
CREATE TABLE key_generated (a INT NOT NULL, b INT AS (a + 1) STORED, n INT, PRIMARY KEY (a));
INSERT INTO key_generated (a, n) VALUES (1,2);
CREATE TABLE key_parts (id INT PRIMARY KEY, a VARCHAR(300), b TEXT, c INT, UNIQUE KEY pre (a(10)), FULLTEXT KEY ft (b), UNIQUE KEY mix (c, a(5)), KEY d (c DESC));
INSERT INTO key_parts VALUES (1,'A','b',3);

-- Columns that the database fills ---------------------------------------------------------------
CREATE TABLE made_generated (id INT PRIMARY KEY, a INT NOT NULL, v INT AS (a * 2) VIRTUAL, s INT AS (a * 3) STORED, `type` VARCHAR(20) AS (CONCAT('t', a)) VIRTUAL, j JSON, x VARCHAR(10) AS (JSON_UNQUOTE(JSON_EXTRACT(j, '$.a'))) VIRTUAL, UNIQUE KEY (s));
INSERT INTO made_generated (id, a, j) VALUES (1,5,'{"a":"é"}'),(2,-1,NULL);
CREATE TABLE made_defaults (id INT PRIMARY KEY, a VARCHAR(20) DEFAULT 'it''s', b INT DEFAULT -1, c DOUBLE DEFAULT 1.5, d DATETIME DEFAULT CURRENT_TIMESTAMP, f VARCHAR(30) DEFAULT (CONCAT('a', 'b')), g BIT(3) DEFAULT b'101', h DATE DEFAULT '2020-01-01', i ENUM('x','y') DEFAULT 'y', j VARCHAR(9) DEFAULT 'NULL');
INSERT INTO made_defaults (id, d) VALUES (1,'2020-01-01 00:00:00');
/*!80000 CREATE TABLE made_invisible (id INT PRIMARY KEY, hid INT INVISIBLE DEFAULT 5, n INT) */;
/*M! CREATE TABLE made_invisible (id INT PRIMARY KEY, hid INT INVISIBLE DEFAULT 5, n INT) */;
INSERT INTO made_invisible (id, hid, n) VALUES (1,7,1);
CREATE TABLE made_checked (id INT PRIMARY KEY, a INT CHECK (a > 0), b VARCHAR(10), CONSTRAINT `odd name` CHECK (b <> 'it''s' OR a < 5));
INSERT INTO made_checked VALUES (1,1,'x');

-- Names -----------------------------------------------------------------------------------------
CREATE TABLE name_keywords (id INT PRIMARY KEY, `type` INT, `match` INT, `self` INT, `crate` INT, `super` INT, `async` INT, `gen` INT, `try` INT, `order` INT, `group` INT, `key` INT, `in` INT, `union` INT, `yield` INT, `macro` INT, `_` INT, `__` INT, `box` INT, `true` INT, `await` INT, `dyn` INT, `fn` INT, `where` INT, `static` INT, `r#fn` INT);
INSERT INTO name_keywords (id, `type`, `match`, `self`, `_`, `fn`) VALUES (1,2,3,4,5,6);
CREATE TABLE name_unicode (id INT PRIMARY KEY, `ﬁeld` INT, `а` INT, `a` INT, `সময়` INT, `가` INT); INSERT INTO name_unicode VALUES (1,2,3,4,5,6);
CREATE TABLE name_traits (`column` INT PRIMARY KEY, err INT, iterator INT, item INT, value_type INT, entity_name INT); INSERT INTO name_traits VALUES (1,2,3,4,5,6);
CREATE TABLE name_columns (id INT PRIMARY KEY, `with space` INT, `with-dash` INT, `with.dot` INT, `1st` INT, `CamelCase` INT, `UPPER` INT, `中文列` INT, `a/b` INT, `%` INT, `#` INT, `é` INT, `"` INT, `it's` INT, `a``b` INT, `ends_` INT, `_starts` INT, `a__b` INT);
INSERT INTO name_columns VALUES (1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18);
CREATE TABLE name_clash (id INT PRIMARY KEY, `a_b` INT, `a-b` INT, `aB` INT AS (1) VIRTUAL, `a b` INT, address1 INT, address_1 INT, http2x INT, http_2x INT);
INSERT INTO name_clash (id, `a_b`, `a-b`, `a b`, address1, address_1, http2x, http_2x) VALUES (1,2,3,4,5,6,7,8);
CREATE TABLE name_inside (id INT PRIMARY KEY, entity INT, model INT, active_model INT, `column` INT, relation INT, primary_key INT, iden INT, `default` INT, clone INT, table_name INT, columns INT, def INT, `into` INT);
INSERT INTO name_inside VALUES (1,2,3,4,5,6,7,8,9,10,11,12,13,14);
CREATE TABLE `with-dash` (id INT PRIMARY KEY); INSERT INTO `with-dash` VALUES (1);
CREATE TABLE `with.dot` (id INT PRIMARY KEY); INSERT INTO `with.dot` VALUES (1);
CREATE TABLE `with space` (id INT PRIMARY KEY); INSERT INTO `with space` VALUES (1);
CREATE TABLE `it's` (id INT PRIMARY KEY); INSERT INTO `it's` VALUES (1);
CREATE TABLE `back``tick` (id INT PRIMARY KEY); INSERT INTO `back``tick` VALUES (1);
CREATE TABLE `中文表` (id INT PRIMARY KEY, `名称` VARCHAR(10) COMMENT '姓名'); INSERT INTO `中文表` VALUES (1,'甲');
CREATE TABLE `1digit` (`2col` INT PRIMARY KEY); INSERT INTO `1digit` VALUES (1);
CREATE TABLE `%` (id INT PRIMARY KEY); INSERT INTO `%` VALUES (1);
CREATE TABLE `type` (id INT PRIMARY KEY); INSERT INTO `type` VALUES (1);
CREATE TABLE `mod` (id INT PRIMARY KEY); INSERT INTO `mod` VALUES (1);
CREATE TABLE `self` (id INT PRIMARY KEY); INSERT INTO `self` VALUES (1);
CREATE TABLE `crate` (id INT PRIMARY KEY); INSERT INTO `crate` VALUES (1);
CREATE TABLE `prelude` (id INT PRIMARY KEY); INSERT INTO `prelude` VALUES (1);
CREATE TABLE `lib` (id INT PRIMARY KEY); INSERT INTO `lib` VALUES (1);
CREATE TABLE `sea_orm_active_enums` (id INT PRIMARY KEY, e ENUM('a','b')); INSERT INTO `sea_orm_active_enums` VALUES (1,'a');
CREATE TABLE `string` (id INT PRIMARY KEY, v VARCHAR(3)); INSERT INTO `string` VALUES (1,'a');
CREATE TABLE `option` (id INT PRIMARY KEY, v VARCHAR(3)); INSERT INTO `option` VALUES (1,NULL);
CREATE TABLE `vec` (id INT PRIMARY KEY, v BLOB); INSERT INTO `vec` VALUES (1,'a');
CREATE TABLE `decimal` (id INT PRIMARY KEY, v DECIMAL(10,2)); INSERT INTO `decimal` VALUES (1,1.5);
CREATE TABLE `date` (id INT PRIMARY KEY, `time` ENUM('day','night') NOT NULL, d DATE); INSERT INTO `date` VALUES (1,'day','2020-01-01');
CREATE TABLE `_hidden` (id INT PRIMARY KEY, _h INT); INSERT INTO `_hidden` VALUES (1,2);
CREATE TABLE `tbl_x` (id INT PRIMARY KEY); INSERT INTO `tbl_x` VALUES (1);
CREATE TABLE `tbl-x` (id INT PRIMARY KEY); INSERT INTO `tbl-x` VALUES (2);
CREATE TABLE name_comments (id INT PRIMARY KEY COMMENT 'line one
line two */ // "q" \\ {x} #[a] é', n INT COMMENT '') COMMENT='He said "hi" ''x'' [link] <b>';
INSERT INTO name_comments VALUES (1,2);
CREATE TABLE enum_here (id INT PRIMARY KEY, status ENUM('open','closed') NOT NULL, `option` ENUM('some','none'), `string` ENUM('a'), `model` ENUM('m'), `result` ENUM('ok','err'));
INSERT INTO enum_here VALUES (1,'open','some','a','m','ok');
CREATE TABLE enum_there (id INT PRIMARY KEY, status ENUM('draft','published','open') NOT NULL);
INSERT INTO enum_there VALUES (1,'published'),(2,'open');
CREATE TABLE enum_odd (id INT PRIMARY KEY, e ENUM('-','a','Self','%','a b','a_b') NOT NULL);
INSERT INTO enum_odd VALUES (1,'-'),(2,'a'),(3,'Self'),(4,'%'),(5,'a b'),(6,'a_b');
CREATE TABLE enum (id INT PRIMARY KEY, here_status ENUM('x'), there_status ENUM('y'));
INSERT INTO enum VALUES (1,'x','y');

-- Graphs ----------------------------------------------------------------------------------------
CREATE TABLE graph_self (id INT PRIMARY KEY, parent_id INT, boss_id INT, FOREIGN KEY (parent_id) REFERENCES graph_self(id), FOREIGN KEY (boss_id) REFERENCES graph_self(id) ON DELETE SET NULL);
INSERT INTO graph_self VALUES (1,NULL,NULL),(2,1,1);
CREATE TABLE graph_a (id INT PRIMARY KEY, b_id INT); CREATE TABLE graph_b (id INT PRIMARY KEY, a_id INT, FOREIGN KEY (a_id) REFERENCES graph_a(id)); ALTER TABLE graph_a ADD FOREIGN KEY (b_id) REFERENCES graph_b(id);
INSERT INTO graph_a VALUES (1,NULL); INSERT INTO graph_b VALUES (1,1); UPDATE graph_a SET b_id = 1;
CREATE TABLE graph_pair (a INT, b INT, n INT, PRIMARY KEY (a, b)); INSERT INTO graph_pair VALUES (1,2,3);
CREATE TABLE graph_to_pair (id INT PRIMARY KEY, a INT, b INT, x INT, y INT, FOREIGN KEY (a, b) REFERENCES graph_pair(a, b) ON UPDATE CASCADE, FOREIGN KEY (x, y) REFERENCES graph_pair(a, b));
INSERT INTO graph_to_pair VALUES (1,1,2,NULL,NULL);
CREATE TABLE graph_two (id INT PRIMARY KEY, created_by INT NOT NULL, updated_by INT, FOREIGN KEY (created_by) REFERENCES graph_self(id), FOREIGN KEY (updated_by) REFERENCES graph_self(id));
INSERT INTO graph_two VALUES (1,1,2);
CREATE TABLE graph_same_name (id INT PRIMARY KEY, graph_self INT, `type` INT, FOREIGN KEY (graph_self) REFERENCES graph_self(id), FOREIGN KEY (`type`) REFERENCES `type`(id));
INSERT INTO graph_same_name VALUES (1,1,1);
CREATE TABLE graph_links (id INT PRIMARY KEY, base INT NOT NULL, `type` INT NOT NULL, UNIQUE (base, `type`), FOREIGN KEY (`type`) REFERENCES `type`(id)); INSERT INTO graph_links VALUES (1,2,1);
CREATE TABLE graph_one (id INT PRIMARY KEY, self_id INT UNIQUE, FOREIGN KEY (id) REFERENCES graph_self(id), FOREIGN KEY (self_id) REFERENCES graph_self(id));
INSERT INTO graph_one VALUES (1,2);
CREATE TABLE graph_junction (a_id INT, b_id INT, since DATE, PRIMARY KEY (a_id, b_id), FOREIGN KEY (a_id) REFERENCES graph_a(id), FOREIGN KEY (b_id) REFERENCES graph_b(id));
INSERT INTO graph_junction VALUES (1,1,'2020-01-01');
CREATE TABLE graph_self_junction (follower INT, followed INT, PRIMARY KEY (follower, followed), FOREIGN KEY (follower) REFERENCES graph_self(id), FOREIGN KEY (followed) REFERENCES graph_self(id));
INSERT INTO graph_self_junction VALUES (1,2);
CREATE TABLE graph_detail (header_id INT, line INT, a INT, b INT, PRIMARY KEY (header_id, line), FOREIGN KEY (header_id) REFERENCES graph_self(id), FOREIGN KEY (a, b) REFERENCES graph_pair(a, b));
INSERT INTO graph_detail VALUES (1,1,1,2);
CREATE TABLE graph_to_unique (id INT PRIMARY KEY, u INT, FOREIGN KEY (u) REFERENCES key_unique(a)); INSERT INTO graph_to_unique VALUES (1,2);
CREATE TABLE relation1 (id INT PRIMARY KEY); CREATE TABLE relation (id INT PRIMARY KEY); INSERT INTO relation1 VALUES (1); INSERT INTO relation VALUES (1);
CREATE TABLE graph_numbered (id INT PRIMARY KEY, r1 INT, ra INT, rb INT, FOREIGN KEY (r1) REFERENCES relation1(id), FOREIGN KEY (ra) REFERENCES relation(id), FOREIGN KEY (rb) REFERENCES relation(id));
INSERT INTO graph_numbered VALUES (1,1,1,1);

-- Partitions, versions, engines, views ----------------------------------------------------------
CREATE TABLE part_range (id INT, y INT, PRIMARY KEY (id, y)) PARTITION BY RANGE (y) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE);
INSERT INTO part_range VALUES (1,2),(1,20);
/*M! CREATE TABLE part_versions (id INT PRIMARY KEY, v INT) WITH SYSTEM VERSIONING */;
/*M! INSERT INTO part_versions VALUES (1,2) */;
/*M! CREATE SEQUENCE part_sequence */;
CREATE TABLE part_memory (id INT PRIMARY KEY, n INT) ENGINE=MEMORY; INSERT INTO part_memory VALUES (1,2);
CREATE TABLE part_trigger (id INT PRIMARY KEY, a INT, shouted VARCHAR(20));
DELIMITER ;;
CREATE TRIGGER part_trigger_bi BEFORE INSERT ON part_trigger FOR EACH ROW BEGIN SET NEW.shouted = CONCAT('trigger;', NEW.a); END;;
DELIMITER ;
INSERT INTO part_trigger VALUES (1,2,NULL);
CREATE VIEW view_simple AS SELECT id, t, bo FROM type_integers;
CREATE VIEW view_joined AS SELECT s.id, p.id AS parent, COUNT(*) AS n, SUM(s.id) AS total, MAX(s.id) / 3 AS third, CONCAT(s.id, '/', p.id) AS label FROM graph_self s LEFT JOIN graph_self p ON p.id = s.parent_id GROUP BY s.id, p.id;
CREATE VIEW view_types AS SELECT e.status, l.s, t.t6, j.j, n.d3, b.b64 FROM enum_here e, type_lists l, type_times t, type_json j, type_numbers n, type_bits b WHERE e.id = 1 AND l.id = 2 AND t.id = 1 AND j.id = 1 AND n.id = 1 AND b.id = 1;
CREATE VIEW `view odd` AS SELECT 1 AS `1`, 'x' AS `type`, NULL AS `nothing`;
