//! Tables that are made, copied, described and dropped.

mod catalogue;
mod copies;
mod copies_of_servers;
mod creation;
mod dropping;
mod existing;
mod round_trips;

use xtsqlorm::reflect::{ForeignKeyModel, IndexModel, KeyModel, TableModel};

use crate::support::{Kind, Result, TestDatabase};

/// What no database likes to see unquoted; each may be part of a name of a table on all of them.
const HOSTILE: [&str; 6] = [
    "it's",
    "a\"b`c",
    "select",
    "中文 表",
    "; DROP TABLE users; --",
    "$1 ${x} %s ?",
];

/// A name in the quotes of its database.
fn quoted(db: &TestDatabase, name: &str) -> String {
    let quote = if db.kind().speaks_mysql() { "`" } else { "\"" };
    format!("{quote}{}{quote}", name.replace(quote, &quote.repeat(2)))
}

/// Runs statements one after the other.
async fn run(db: &TestDatabase, statements: &[&str]) -> Result {
    let mut raw = db.raw().await?;
    if db.kind() == Kind::Sqlite {
        raw.run("PRAGMA foreign_keys = ON").await?;
    }
    for statement in statements {
        raw.run(*statement).await?;
    }
    Ok(())
}

/// A single number.
async fn number(db: &TestDatabase, sql: &str) -> Result<i64> {
    Ok(db.raw().await?.number(sql).await?)
}

/// A table without the names of what is in it, but for its columns, so that two can be compared.
fn without_names(table: &TableModel) -> TableModel {
    let mut table = table.clone();
    for key in &mut table.foreign_keys {
        if key.table == table.name {
            key.table.table = "itself".into();
        }
        *key = ForeignKeyModel {
            name: None,
            ..key.clone()
        };
    }
    for index in &mut table.indexes {
        *index = IndexModel {
            name: String::new(),
            ..index.clone()
        };
    }
    for check in &mut table.checks {
        check.name = None;
    }
    if let Some(key) = &mut table.primary_key {
        *key = KeyModel {
            name: None,
            ..key.clone()
        };
    }
    table.name.table = "itself".into();
    table.foreign_keys.sort_by_key(|key| format!("{key:?}"));
    table.indexes.sort_by_key(|index| format!("{index:?}"));
    table.checks.sort_by_key(|check| format!("{check:?}"));
    table
}

/// A table `parent` and a table `source` that has one of everything that the database knows, and the
/// same rules on all: `id` is numbered, `code` is unique, `price` is not negative and 1 by default.
fn everything(kind: Kind) -> Vec<&'static str> {
    match kind {
        Kind::Postgres => vec![
            "CREATE EXTENSION IF NOT EXISTS citext",
            "CREATE TYPE mood AS ENUM ('sad', 'it''s ok')",
            "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
            "CREATE TABLE parent (id int PRIMARY KEY)",
            "CREATE TABLE source (
                id serial PRIMARY KEY,
                code varchar(20) NOT NULL CONSTRAINT source_code_key UNIQUE,
                price numeric(10,2) NOT NULL DEFAULT 1 CONSTRAINT source_price_check CHECK (price >= 0),
                parent_id int CONSTRAINT source_parent_fk REFERENCES parent ON DELETE SET NULL,
                up int REFERENCES source ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
                twice numeric GENERATED ALWAYS AS (price * 2) STORED,
                always bigint GENERATED ALWAYS AS IDENTITY (START WITH 100 INCREMENT BY 10),
                small smallserial, big bigserial,
                m mood DEFAULT 'it''s ok', ms mood[], p positive, c citext,
                sorted text COLLATE \"C\", during int4range, j jsonb DEFAULT '{}',
                made timestamptz(3) NOT NULL DEFAULT now(),
                CONSTRAINT own_name UNIQUE (price, c) INCLUDE (j),
                EXCLUDE USING gist (during WITH &&),
                CHECK (m <> 'sad' OR price > 1))",
            "CREATE INDEX source_lower ON source (lower(code), price DESC NULLS LAST) WHERE price > 5",
            "CREATE INDEX source_json ON source USING gin (j jsonb_path_ops)",
            "COMMENT ON TABLE source IS 'it''s a \\ table'",
            "COMMENT ON COLUMN source.code IS 'the \"code\"'",
        ],
        Kind::MySql | Kind::MariaDb => vec![
            "CREATE TABLE parent (id INT PRIMARY KEY)",
            "CREATE TABLE source (
                id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
                code VARCHAR(20) NOT NULL COMMENT 'the \"code\"',
                price DECIMAL(10,2) NOT NULL DEFAULT 1,
                parent_id INT, up INT UNSIGNED,
                twice DECIMAL(12,2) GENERATED ALWAYS AS (price * 2) STORED,
                thrice DECIMAL(12,2) GENERATED ALWAYS AS (price * 3) VIRTUAL,
                kind ENUM('a', 'it''s', '') DEFAULT 'it''s', flags SET('r', 'w'),
                sorted VARCHAR(10) CHARACTER SET latin1 COLLATE latin1_bin,
                j JSON, body LONGTEXT, place POINT NOT NULL,
                made DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
                    ON UPDATE CURRENT_TIMESTAMP(3),
                word VARCHAR(40) DEFAULT (CONCAT('a', 'b)')),
                hid INT DEFAULT 5 INVISIBLE,
                UNIQUE KEY source_code_key (code),
                KEY by_body (body(10), price DESC),
                FULLTEXT KEY words (body), SPATIAL KEY places (place),
                CONSTRAINT source_price_check CHECK (price >= 0),
                CONSTRAINT own_name CHECK (code <> 'it''s'),
                CONSTRAINT source_parent_fk FOREIGN KEY (parent_id) REFERENCES parent (id)
                    ON DELETE SET NULL,
                FOREIGN KEY (up) REFERENCES source (id) ON DELETE CASCADE ON UPDATE NO ACTION
            ) COMMENT 'it''s a \\\\ table, AUTO_INCREMENT=7'",
        ],
        Kind::Sqlite => vec![
            "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
            "CREATE TABLE source (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                code VARCHAR(20) NOT NULL COLLATE NOCASE UNIQUE ON CONFLICT ROLLBACK,
                price DECIMAL(10,2) NOT NULL DEFAULT 1 CONSTRAINT source_price_check CHECK (price >= 0),
                parent_id INT CONSTRAINT source_parent_fk REFERENCES parent ON DELETE SET NULL,
                up INT REFERENCES source (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
                twice DECIMAL GENERATED ALWAYS AS (price * 2) STORED,
                thrice AS (price * 3), -- REFERENCES source
                word TEXT DEFAULT ('a' || 'b)'), note TEXT DEFAULT 'it''s',
                CONSTRAINT own_name UNIQUE (price, word),
                CHECK (code <> 'it''s')
            )",
            "CREATE INDEX source_lower ON source (lower(code), price DESC) WHERE price > 5",
        ],
    }
}
