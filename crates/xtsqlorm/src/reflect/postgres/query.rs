//! What is asked. Every value is cast, so that the driver need not look up a type.

use sea_orm::{DbBackend, Statement, Value};

use crate::reflect::TableName;

/// `server_version_num`: 150018 is 15.18. CockroachDB says which PostgreSQL it stands in for.
#[derive(Clone, Copy)]
pub(super) struct Version(pub(super) i32);

impl Version {
    /// `new` where the server knows it, `old` where it does not.
    fn since(self, major: i32, new: &'static str, old: &'static str) -> &'static str {
        if self.0 >= major * 10_000 { new } else { old }
    }
}

/// Which tables are asked for: a condition on `n`, a schema, and `c`, a table.
pub(super) struct Scope {
    condition: String,
    values: Vec<Value>,
}

impl Scope {
    /// `None` where nothing is asked for.
    pub(super) fn new(schemas: &[String], only: Option<&TableName>) -> Option<Self> {
        if let Some(name) = only {
            return Some(Self {
                condition: "n.nspname = $1 AND c.relname = $2".into(),
                values: vec![name.schema.clone().into(), name.table.clone().into()],
            });
        }
        if schemas.is_empty() {
            return None;
        }
        let places: Vec<String> = (1..=schemas.len())
            .map(|place| format!("${place}"))
            .collect();
        Some(Self {
            condition: format!("n.nspname IN ({})", places.join(", ")),
            values: schemas.iter().cloned().map(Value::from).collect(),
        })
    }

    /// A query that finds the tables in `relations`.
    fn ask(&self, with: &str, query: &str) -> Statement {
        let condition = &self.condition;
        let sql = format!(
            "WITH {with} relations AS (
                SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition
                FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {condition}
            ) {query}"
        );
        Statement::from_sql_and_values(DbBackend::Postgres, sql, self.values.clone())
    }
}

/// Empties the `search_path` until the end of the transaction, and asks for the version. Temporary
/// tables would come first unless they are put last. Compiling these queries (`jit`) would take many
/// times as long as running them.
pub(super) fn settings() -> Statement {
    Statement::from_string(
        DbBackend::Postgres,
        "SELECT pg_catalog.current_setting('server_version_num')::int4,
            pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),
            (SELECT pg_catalog.set_config('jit', 'off', true)
                FROM pg_catalog.pg_settings WHERE name = 'jit')",
    )
}

/// The tables, and what they are part of.
pub(super) fn tables(scope: &Scope) -> Statement {
    scope.ask(
        "",
        "SELECT r.oid::int8 AS oid, r.nspname::text AS schema, r.relname::text AS name,
            r.relkind::text AS kind, r.relispartition AS partition, d.description AS comment,
            (SELECT json_agg(json_build_array(n.nspname, p.relname) ORDER BY i.inhseqno)::text
                FROM pg_inherits i
                JOIN pg_class p ON p.oid = i.inhparent
                JOIN pg_namespace n ON n.oid = p.relnamespace
                WHERE i.inhrelid = r.oid) AS parents
        FROM relations r
        LEFT JOIN pg_description d ON d.objoid = r.oid AND d.objsubid = 0
            AND d.classoid = 'pg_class'::regclass",
    )
}

/// Their columns in order, those that were dropped left out.
pub(super) fn columns(scope: &Scope) -> Statement {
    let collation = collation("a.attcollation");
    let query = format!(
        "SELECT r.oid::int8 AS table_oid, a.attname::text AS name,
            format_type(a.atttypid, a.atttypmod) AS sql_type,
            a.atttypid::int8 AS type_oid, a.atttypmod AS modifier, a.attnotnull AS not_null,
            d.oid IS NOT NULL AS has_default, pg_get_expr(d.adbin, d.adrelid) AS default_sql,
            a.attidentity::text AS identity, a.attgenerated::text AS generated,
            CASE WHEN a.attcollation <> t.typcollation THEN {collation} END AS collation,
            EXISTS (
                SELECT 1 FROM pg_depend uses
                JOIN pg_depend owned ON owned.objid = uses.refobjid
                WHERE uses.classid = 'pg_attrdef'::regclass AND uses.objid = d.oid
                    AND uses.refclassid = 'pg_class'::regclass
                    AND owned.classid = 'pg_class'::regclass AND owned.deptype = 'a'
                    AND owned.refclassid = 'pg_class'::regclass
                    AND owned.refobjid = a.attrelid AND owned.refobjsubid = a.attnum
            ) AS owns_sequence,
            c.description AS comment
        FROM relations r
        JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef
        LEFT JOIN pg_description c ON c.objoid = r.oid AND c.objsubid = a.attnum
            AND c.classoid = 'pg_class'::regclass
        ORDER BY a.attrelid, a.attnum"
    );
    scope.ask("", &query)
}

/// The types of the columns, and the types that those are made of.
pub(super) fn types(scope: &Scope, version: Version) -> Statement {
    let of_multirange = version.since(
        14,
        "UNION ALL SELECT g.rngsubtype FROM pg_range g WHERE g.rngmultitypid = t.oid",
        "",
    );
    let subtype = version.since(
        14,
        "SELECT g.rngsubtype FROM pg_range g WHERE t.oid IN (g.rngtypid, g.rngmultitypid)",
        "SELECT g.rngsubtype FROM pg_range g WHERE t.oid = g.rngtypid",
    );
    let query = format!(
        ", used (oid) AS (
            SELECT a.atttypid FROM relations r
            JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
            UNION
            SELECT part.oid FROM used
            JOIN pg_type t ON t.oid = used.oid
            CROSS JOIN LATERAL (
                SELECT t.typelem AS oid WHERE t.typelem <> 0
                UNION ALL SELECT t.typbasetype WHERE t.typbasetype <> 0
                UNION ALL SELECT g.rngsubtype FROM pg_range g WHERE g.rngtypid = t.oid
                {of_multirange}
                UNION ALL SELECT a.atttypid FROM pg_attribute a
                    WHERE t.typtype = 'c' AND a.attrelid = t.typrelid
                    AND a.attnum > 0 AND NOT a.attisdropped
            ) part
        )
        SELECT t.oid::int8 AS oid, n.nspname::text AS schema, t.typname::text AS name,
            t.typtype::text AS kind, t.typnotnull AS not_null,
            (SELECT e.oid FROM pg_type e WHERE e.oid = t.typelem AND e.typarray = t.oid)::int8
                AS element,
            t.typbasetype::int8 AS base, t.typtypmod AS base_modifier,
            ({subtype})::int8 AS subtype,
            (SELECT json_agg(v.enumlabel ORDER BY v.enumsortorder)::text
                FROM pg_enum v WHERE v.enumtypid = t.oid) AS labels,
            (SELECT json_agg(json_build_object('name', a.attname, 'type_oid', a.atttypid::int8,
                        'modifier', a.atttypmod) ORDER BY a.attnum)::text
                FROM pg_attribute a
                WHERE t.typtype = 'c' AND a.attrelid = t.typrelid
                    AND a.attnum > 0 AND NOT a.attisdropped) AS fields
        FROM used
        JOIN pg_type t ON t.oid = used.oid
        JOIN pg_namespace n ON n.oid = t.typnamespace"
    );
    scope.ask("RECURSIVE", &query)
}

/// Primary keys, foreign keys and `CHECK` rules.
pub(super) fn constraints(scope: &Scope, version: Version) -> Statement {
    let key = column_names("k.conkey", "k.conrelid");
    let referenced = column_names("k.confkey", "k.confrelid");
    let set_columns = column_names(
        version.since(15, "k.confdelsetcols", "NULL::int2[]"),
        "k.conrelid",
    );
    let enforced = version.since(18, "k.conenforced", "true");
    let query = format!(
        "SELECT r.oid::int8 AS table_oid, k.conname::text AS name, k.contype::text AS kind,
            {key} AS columns, fn.nspname::text AS foreign_schema, f.relname::text AS foreign_table,
            {referenced} AS referenced, k.confupdtype::text AS on_update,
            k.confdeltype::text AS on_delete, {set_columns} AS on_delete_columns,
            k.confmatchtype::text AS match_type, k.condeferrable AS deferrable,
            k.condeferred AS deferred,
            {enforced} AS enforced, pg_get_expr(k.conbin, k.conrelid) AS expression
        FROM relations r
        JOIN pg_constraint k ON k.conrelid = r.oid AND k.contype IN ('p', 'f', 'c')
        LEFT JOIN pg_class f ON f.oid = k.confrelid
        LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
        WHERE NOT EXISTS (
            -- What the server adds for the partitions of the table that a foreign key refers to.
            SELECT 1 FROM pg_constraint whole
            WHERE whole.oid = k.conparentid AND whole.conrelid = k.conrelid
        )"
    );
    scope.ask("", &query)
}

/// All indexes but those of primary keys.
pub(super) fn indexes(scope: &Scope, version: Version) -> Statement {
    let nulls_equal = version.since(15, "x.indnullsnotdistinct", "false");
    let collation = collation("x.indcollation[part.n - 1]");
    let query = format!(
        "SELECT r.oid::int8 AS table_oid, i.relname::text AS name, x.indisunique AS is_unique,
            {nulls_equal} AS nulls_equal, m.amname::text AS method,
            x.indpred IS NOT NULL AS partial, pg_get_expr(x.indpred, x.indrelid) AS condition,
            (SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k
                WHERE k.conindid = x.indexrelid AND k.contype = 'x') AS exclusion,
            (SELECT json_agg(json_build_object(
                    'in_key', part.n <= x.indnkeyatts,
                    'column_name', a.attname,
                    'expression', CASE WHEN a.attname IS NULL
                        THEN pg_get_indexdef(x.indexrelid, part.n, false) END,
                    'options', coalesce(x.indoption[part.n - 1], 0),
                    'collation', CASE WHEN part.n <= x.indnkeyatts
                        AND x.indcollation[part.n - 1] <> coalesce(a.attcollation, 0)
                        AND (a.attname IS NOT NULL OR x.indcollation[part.n - 1] <> t.typcollation)
                        THEN {collation} END,
                    'operator_class', CASE WHEN NOT o.opcdefault OR stored.attoptions IS NOT NULL
                            OR EXISTS (SELECT 1 FROM pg_opclass usual
                                WHERE usual.opcmethod = o.opcmethod AND usual.opcdefault
                                    AND usual.oid <> o.oid AND usual.opcintype = a.atttypid)
                        THEN CASE WHEN os.nspname <> 'pg_catalog'
                                THEN quote_ident(os.nspname) || '.' ELSE '' END
                            || quote_ident(o.opcname)
                            || coalesce('(' || array_to_string(stored.attoptions, ', ') || ')', '')
                        END
                ) ORDER BY part.n)::text
                FROM generate_series(1, x.indnatts::int4) AS part (n)
                LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid
                    AND a.attnum = x.indkey[part.n - 1] AND x.indkey[part.n - 1] <> 0
                LEFT JOIN pg_attribute stored
                    ON stored.attrelid = x.indexrelid AND stored.attnum = part.n
                LEFT JOIN pg_type t ON t.oid = stored.atttypid
                LEFT JOIN pg_opclass o ON part.n <= x.indnkeyatts AND o.oid = x.indclass[part.n - 1]
                LEFT JOIN pg_namespace os ON os.oid = o.opcnamespace
            ) AS parts
        FROM relations r
        JOIN pg_index x ON x.indrelid = r.oid AND NOT x.indisprimary AND x.indisvalid
        JOIN pg_class i ON i.oid = x.indexrelid
        JOIN pg_am m ON m.oid = i.relam"
    );
    scope.ask("", &query)
}

/// The names of a table's columns as a JSON list, given the array of their numbers.
fn column_names(numbers: &str, table: &str) -> String {
    format!(
        "(SELECT json_agg(a.attname ORDER BY part.place)::text
            FROM unnest({numbers}) WITH ORDINALITY AS part (number, place)
            JOIN pg_attribute a ON a.attrelid = {table} AND a.attnum = part.number)"
    )
}

/// A collation's name: as it is for the server's own, `\"schema\".\"name\"` for any other.
fn collation(oid: &str) -> String {
    format!(
        "(SELECT CASE WHEN n.nspname = 'pg_catalog' THEN l.collname::text
                ELSE '\"' || replace(n.nspname, '\"', '\"\"') || '\".\"'
                    || replace(l.collname, '\"', '\"\"') || '\"' END
            FROM pg_collation l JOIN pg_namespace n ON n.oid = l.collnamespace
            WHERE l.oid = {oid})"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server refuses a query that names a column which it does not know yet.
    #[test]
    fn a_server_is_asked_for_what_it_knows() {
        let scope = Scope::new(&["public".to_owned()], None).unwrap();
        for (column, since) in [
            ("rngmultitypid", 14),
            ("indnullsnotdistinct", 15),
            ("confdelsetcols", 15),
            ("conenforced", 18),
        ] {
            for major in 12..=18 {
                let version = Version(major * 10_000 + 1);
                let asked = [types, constraints, indexes].map(|query| query(&scope, version).sql);
                let known = asked.iter().any(|sql| sql.contains(column));
                assert_eq!(known, major >= since, "{column} and PostgreSQL {major}");
            }
        }
    }

    #[test]
    fn a_table_by_itself_is_asked_for_in_its_own_schema() {
        let name = TableName::new("s", "t");
        let scope = Scope::new(&["other".to_owned()], Some(&name)).unwrap();
        assert_eq!(scope.values, ["s".into(), "t".into()]);
        assert!(Scope::new(&[], None).is_none());
    }
}
