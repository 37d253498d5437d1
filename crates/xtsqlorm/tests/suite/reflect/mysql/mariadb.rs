//! What MariaDB alone has.

use xtsqlorm::reflect::{
    CheckModel, ColumnModel, DataType, GeneratedModel, Identity, TableKind, TableModel, TableName,
    TypeName, reflect_schema, reflect_table,
};

use super::{integer, key, required};
use crate::support::{Result, TestDatabase, on_mariadb};

on_mariadb!(
    a_table_with_everything_is_read_field_by_field,
    json_is_told_from_text_that_happens_to_be_checked,
    a_system_versioned_table_is_a_table_and_a_sequence_is_none,
);

const EVERYTHING: &str = r"CREATE TABLE t (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    code VARCHAR(20) NOT NULL DEFAULT 'it''s' COMMENT 'it''s a \\ code',
    latin CHAR(4) CHARACTER SET latin1,
    changed TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
    doc JSON DEFAULT '{}',
    n INT CHECK (n > 1),
    twice INT AS (n * 2) VIRTUAL,
    thrice VARCHAR(20) AS (concat(code, 'it''s')) PERSISTENT,
    secret INT INVISIBLE DEFAULT 3,
    u UUID DEFAULT UUID(),
    i6 INET6,
    CONSTRAINT small CHECK (n < 9 AND code <> 'it''s')
) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci COMMENT 'every \\ thing'";

async fn a_table_with_everything_is_read_field_by_field(db: TestDatabase) -> Result {
    db.execute(&[EVERYTHING]).await?;
    let text = |column| ColumnModel {
        charset: Some("utf8mb4".to_owned()),
        collation: Some("utf8mb4_general_ci".to_owned()),
        ..column
    };
    let generated = |expression: &str, stored| {
        Some(GeneratedModel {
            expression: expression.to_owned(),
            stored,
        })
    };
    let inet6 = DataType::Other {
        name: TypeName::new(None, "inet6"),
    };
    let varchar = DataType::VarChar { length: Some(20) };
    let expected = TableModel {
        comment: Some(r"every \ thing".to_owned()),
        columns: vec![
            ColumnModel {
                identity: Some(Identity::AutoIncrement),
                ..required("id", "bigint(20) unsigned", integer(64, true))
            },
            ColumnModel {
                default: Some("'it''s'".to_owned()),
                comment: Some(r"it's a \ code".to_owned()),
                ..text(required("code", "varchar(20)", varchar.clone()))
            },
            ColumnModel {
                charset: Some("latin1".to_owned()),
                collation: Some("latin1_swedish_ci".to_owned()),
                ..ColumnModel::new("latin", "char(4)", DataType::Char { length: Some(4) })
            },
            ColumnModel {
                default: Some("current_timestamp(3)".to_owned()),
                on_update: Some("current_timestamp(3)".to_owned()),
                ..required(
                    "changed",
                    "timestamp(3)",
                    DataType::Timestamp { precision: Some(3) },
                )
            },
            ColumnModel {
                default: Some("'{}'".to_owned()),
                charset: Some("utf8mb4".to_owned()),
                collation: Some("utf8mb4_bin".to_owned()),
                ..ColumnModel::new("doc", "longtext", DataType::Json { binary: false })
            },
            ColumnModel::new("n", "int(11)", integer(32, false)),
            ColumnModel {
                generated: generated("`n` * 2", false),
                ..ColumnModel::new("twice", "int(11)", integer(32, false))
            },
            ColumnModel {
                generated: generated(r"concat(`code`,'it\'s')", true),
                ..text(ColumnModel::new("thrice", "varchar(20)", varchar))
            },
            ColumnModel {
                default: Some("3".to_owned()),
                hidden: true,
                ..ColumnModel::new("secret", "int(11)", integer(32, false))
            },
            ColumnModel {
                default: Some("uuid()".to_owned()),
                ..ColumnModel::new("u", "uuid", DataType::Uuid)
            },
            ColumnModel::new("i6", "inet6", inet6),
        ],
        primary_key: Some(key(&["id"])),
        checks: vec![
            // Checks of columns are named after them.
            CheckModel::new(Some("doc".to_owned()), "json_valid(`doc`)"),
            CheckModel::new(Some("n".to_owned()), "`n` > 1"),
            CheckModel::new(Some("small".to_owned()), r"`n` < 9 and `code` <> 'it\'s'"),
        ],
        ..TableModel::new(TableName::new(db.name(), "t"), TableKind::Table)
    };
    let found = reflect_table("t", &db.manager()).await?;
    for (found, expected) in found.columns.iter().zip(&expected.columns) {
        assert_eq!(found, expected);
    }
    assert_eq!(*found, expected);
    Ok(())
}

/// JSON is LONGTEXT with a check that says so of that very column, and no more.
async fn json_is_told_from_text_that_happens_to_be_checked(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE t (`j``s` JSON, own LONGTEXT CHECK (json_valid(own)), \
           other LONGTEXT, more LONGTEXT CHECK (json_valid(more) AND length(more) < 9), \
           small TEXT CHECK (json_valid(small)), CHECK (json_valid(`j``s`)))",
    ])
    .await?;
    let found = reflect_table("t", &db.manager()).await?;
    let json: Vec<&str> = found
        .columns
        .iter()
        .filter(|column| column.data_type == DataType::Json { binary: false })
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(json, ["j`s", "own"]);
    assert_eq!(found.checks.len(), 5);
    Ok(())
}

async fn a_system_versioned_table_is_a_table_and_a_sequence_is_none(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE SEQUENCE s",
        "CREATE TABLE t (id INT PRIMARY KEY, \
             since TIMESTAMP(6) GENERATED ALWAYS AS ROW START, \
             until TIMESTAMP(6) GENERATED ALWAYS AS ROW END, \
             PERIOD FOR SYSTEM_TIME (since, until)) WITH SYSTEM VERSIONING",
        "CREATE TABLE u (id INT DEFAULT NEXTVAL(s))",
    ])
    .await?;
    let schema = reflect_schema(&db.manager()).await?;
    let tables: Vec<_> = schema
        .tables
        .iter()
        .map(|table| (table.name.table.as_str(), table.kind))
        .collect();
    assert_eq!(tables, [("t", TableKind::Table), ("u", TableKind::Table)]);
    let since = schema.tables[0].column("since").unwrap();
    assert_eq!(since.generated.as_ref().unwrap().expression, "ROW START");
    assert_eq!(schema.tables[0].key_columns(), ["id"]);
    assert_eq!(
        schema.tables[1].columns[0].default.as_deref(),
        Some(format!("nextval(`{}`.`s`)", db.name()).as_str())
    );
    assert!(reflect_table("s", &db.manager()).await.is_err());
    Ok(())
}
