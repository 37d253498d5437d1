//! What MySQL alone has.

use xtsqlorm::reflect::{
    CheckModel, ColumnModel, DataType, GeneratedModel, Identity, IndexModel, IndexPart, TableKind,
    TableModel, TableName, reflect_schema, reflect_table,
};

use super::{integer, key, required};
use crate::support::{Result, TestDatabase, on_mysql};

on_mysql!(
    a_table_with_everything_is_read_field_by_field,
    expressions_are_read_as_they_were_written,
    a_table_without_a_key_has_none,
    a_json_duality_view_is_a_view,
);

const EVERYTHING: &str = r"CREATE TABLE t (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    code VARCHAR(20) NOT NULL DEFAULT 'it''s' COMMENT 'it''s a \\ code',
    latin CHAR(4) CHARACTER SET latin1,
    exact VARCHAR(10) COLLATE utf8mb4_bin,
    changed TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
    doc JSON,
    n INT,
    twice INT AS (n * 2) VIRTUAL,
    thrice INT AS (n * 3) STORED NOT NULL,
    secret INT INVISIBLE DEFAULT 3,
    spot POINT SRID 4326,
    v VECTOR(3),
    CONSTRAINT big CHECK (n > 1),
    CONSTRAINT off CHECK (n < 9) NOT ENFORCED,
    KEY shown ((n + 1) DESC, (lower(code)))
) COMMENT 'every \\ thing'";

async fn a_table_with_everything_is_read_field_by_field(db: TestDatabase) -> Result {
    db.execute(&[EVERYTHING]).await?;
    let text = |column| ColumnModel {
        charset: Some("utf8mb4".to_owned()),
        collation: Some("utf8mb4_0900_ai_ci".to_owned()),
        ..column
    };
    let generated = |expression: &str, stored| {
        Some(GeneratedModel {
            expression: expression.to_owned(),
            stored,
        })
    };
    let point = DataType::Geometry {
        kind: "point".to_owned(),
    };
    let expected = TableModel {
        comment: Some(r"every \ thing".to_owned()),
        columns: vec![
            ColumnModel {
                identity: Some(Identity::AutoIncrement),
                ..required("id", "bigint unsigned", integer(64, true))
            },
            ColumnModel {
                default: Some("'it''s'".to_owned()),
                comment: Some(r"it's a \ code".to_owned()),
                ..text(required(
                    "code",
                    "varchar(20)",
                    DataType::VarChar { length: Some(20) },
                ))
            },
            ColumnModel {
                charset: Some("latin1".to_owned()),
                collation: Some("latin1_swedish_ci".to_owned()),
                ..ColumnModel::new("latin", "char(4)", DataType::Char { length: Some(4) })
            },
            ColumnModel {
                charset: Some("utf8mb4".to_owned()),
                collation: Some("utf8mb4_bin".to_owned()),
                ..ColumnModel::new(
                    "exact",
                    "varchar(10)",
                    DataType::VarChar { length: Some(10) },
                )
            },
            ColumnModel {
                default: Some("CURRENT_TIMESTAMP(3)".to_owned()),
                on_update: Some("CURRENT_TIMESTAMP(3)".to_owned()),
                ..required(
                    "changed",
                    "timestamp(3)",
                    DataType::Timestamp { precision: Some(3) },
                )
            },
            ColumnModel::new("doc", "json", DataType::Json { binary: true }),
            ColumnModel::new("n", "int", integer(32, false)),
            ColumnModel {
                generated: generated("(`n` * 2)", false),
                ..ColumnModel::new("twice", "int", integer(32, false))
            },
            ColumnModel {
                generated: generated("(`n` * 3)", true),
                ..required("thrice", "int", integer(32, false))
            },
            ColumnModel {
                default: Some("3".to_owned()),
                hidden: true,
                ..ColumnModel::new("secret", "int", integer(32, false))
            },
            ColumnModel::new("spot", "point", point),
            ColumnModel::new(
                "v",
                "vector(3)",
                DataType::Vector {
                    dimensions: Some(3),
                },
            ),
        ],
        primary_key: Some(key(&["id"])),
        indexes: vec![IndexModel {
            method: Some("btree".to_owned()),
            ..IndexModel::new(
                "shown",
                vec![
                    IndexPart {
                        descending: true,
                        ..IndexPart::expression("(`n` + 1)")
                    },
                    IndexPart::expression("lower(`code`)"),
                ],
            )
        }],
        checks: vec![
            CheckModel::new(Some("big".to_owned()), "(`n` > 1)"),
            CheckModel {
                enforced: false,
                ..CheckModel::new(Some("off".to_owned()), "(`n` < 9)")
            },
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

/// `information_schema` shows them with a backslash before each quote.
async fn expressions_are_read_as_they_were_written(db: TestDatabase) -> Result {
    db.execute(&[
        r"CREATE TABLE t (`a\b` VARCHAR(20) DEFAULT (concat('it''s', '\n')),
            g VARCHAR(40) AS (concat(`a\b`, 'it''s \\')) VIRTUAL,
            CONSTRAINT c CHECK (`a\b` <> 'x\\y''z'),
            KEY k ((concat(`a\b`, 'q''q'))))",
    ])
    .await?;
    let found = reflect_table("t", &db.manager()).await?;
    assert_eq!(
        found.columns[0].default.as_deref(),
        Some(r"concat(_utf8mb4'it\'s',_utf8mb4'\n')")
    );
    assert_eq!(
        found.columns[1].generated.as_ref().unwrap().expression,
        r"concat(`a\b`,_utf8mb4'it\'s \\')"
    );
    assert_eq!(found.checks[0].expression, r"(`a\b` <> _utf8mb4'x\\y\'z')");
    assert_eq!(
        found.indexes[0].parts[0].expression.as_deref(),
        Some(r"concat(`a\b`,_utf8mb4'q\'q')")
    );
    Ok(())
}

async fn a_table_without_a_key_has_none(db: TestDatabase) -> Result {
    db.execute(&["CREATE TABLE t (a INT NOT NULL, UNIQUE KEY (a))"])
        .await?;
    let found = reflect_table("t", &db.manager()).await?;
    assert_eq!(found.primary_key, None);
    assert!(found.key_columns().is_empty());
    assert_eq!(found.indexes[0].unique_columns(), Some(vec!["a"]));
    Ok(())
}

async fn a_json_duality_view_is_a_view(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE t (id INT PRIMARY KEY, n INT)",
        "CREATE JSON DUALITY VIEW v AS SELECT JSON_DUALITY_OBJECT('_id': id, 'n': n) FROM t",
    ])
    .await?;
    let schema = reflect_schema(&db.manager()).await?;
    assert!(schema.unreadable.is_empty(), "{:?}", schema.unreadable);
    let view = &schema.tables[1];
    assert_eq!(
        (view.name.table.as_str(), view.kind),
        ("v", TableKind::View)
    );
    assert_eq!(view.columns[0].data_type, DataType::Json { binary: true });
    Ok(())
}
