//! PostgreSQL: `LIKE .. INCLUDING ALL`, which knows everything but foreign keys, the comment of the
//! table, and that a sequence is not to be shared.

use sea_orm::{DbBackend, Value};

use crate::{
    error::Result,
    reflect::{ForeignKeyModel, TableModel, TableName},
    tables::{CopyOptions, ddl, names::Taken, quote, run::Change},
};

const DIALECT: DbBackend = DbBackend::Postgres;

pub(super) async fn copy(
    source: &TableModel,
    copy: &TableName,
    options: CopyOptions,
    change: &mut Change,
) -> Result<()> {
    let table = quote::table(DIALECT, copy);
    let like = quote::table(DIALECT, &source.name);
    change
        .run(&format!("CREATE TABLE {table} (LIKE {like} INCLUDING ALL)"))
        .await?;
    if let Some(comment) = &source.comment {
        let comment = quote::text(DIALECT, comment);
        change
            .run(&format!("COMMENT ON TABLE {table} IS {comment}"))
            .await?;
    }
    own_sequences(source, copy, change).await?;
    if options.foreign_keys {
        let mut names = Taken::none(DIALECT);
        for key in &source.foreign_keys {
            let rule = ddl::foreign_key(DIALECT, &renamed(key, source, copy, &mut names));
            change
                .run(&format!("ALTER TABLE {table} ADD {rule}"))
                .await?;
        }
    }
    Ok(())
}

/// A foreign key of the copy. To itself, where the source's is to itself.
fn renamed(
    key: &ForeignKeyModel,
    source: &TableModel,
    copy: &TableName,
    names: &mut Taken,
) -> ForeignKeyModel {
    let mut key = key.clone();
    if key.table == source.name {
        key.table = copy.clone();
    }
    let name = key.name.as_deref();
    key.name = name.map(|name| names.derived(name, &source.name.table, &copy.table));
    key
}

/// A sequence for each that a column of the source owns, with the same options, from the start.
async fn own_sequences(source: &TableModel, copy: &TableName, change: &mut Change) -> Result<()> {
    const OWNED: &str = "SELECT a.attname::text, ' AS ' || pg_catalog.format_type(s.seqtypid, NULL) \
            || ' INCREMENT BY ' || s.seqincrement || ' MINVALUE ' || s.seqmin \
            || ' MAXVALUE ' || s.seqmax || ' START WITH ' || s.seqstart || ' CACHE ' || s.seqcache \
            || CASE WHEN s.seqcycle THEN ' CYCLE' ELSE ' NO CYCLE' END \
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
        JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::regclass \
            AND d.refobjid = c.oid AND d.classid = 'pg_catalog.pg_class'::regclass \
            AND d.deptype = 'a' \
        JOIN pg_catalog.pg_sequence s ON s.seqrelid = d.objid \
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid \
        WHERE n.nspname = $1 AND c.relname = $2 AND EXISTS ( \
            SELECT 1 FROM pg_catalog.pg_attrdef f \
            JOIN pg_catalog.pg_depend u ON u.objid = f.oid \
                AND u.classid = 'pg_catalog.pg_attrdef'::regclass AND u.refobjid = s.seqrelid \
            WHERE f.adrelid = c.oid AND f.adnum = a.attnum)";
    const TAKEN: &str = "SELECT c.relname::text FROM pg_catalog.pg_class c \
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1";
    let numbered: Vec<&str> = source
        .columns
        .iter()
        .filter(|column| ddl::has_sequence(column))
        .map(|column| column.name.as_str())
        .collect();
    if numbered.is_empty() {
        return Ok(());
    }
    let schema = || Value::from(source.name.schema.as_str());
    let values = vec![schema(), Value::from(source.name.table.as_str())];
    let owned = change.texts(OWNED, values).await?;
    let taken = change.texts(TAKEN, vec![schema()]).await?;
    let mut taken = Taken::new(DIALECT, taken.into_iter().filter_map(|[name]| name));
    for [column, options] in owned {
        let (Some(column), Some(options)) = (column, options) else {
            continue;
        };
        if numbered.contains(&column.as_str()) {
            for sql in ddl::sequence(copy, &column, &options, &mut taken) {
                change.run(&sql).await?;
            }
        }
    }
    Ok(())
}
