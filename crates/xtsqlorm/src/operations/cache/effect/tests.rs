//! What is read out of statements, and what is not.

use entity::{countries, order_items, users, users_tags};
use sea_orm::{ColumnTrait, QueryFilter, QueryTrait, Set, Statement, sea_query::OnConflict};

use super::*;

fn shape<E: EntityTrait>(dialect: DbBackend, kinds: &[Kind]) -> Shape {
    let shape = Shape::new::<E>(dialect, vec!["imports".into()]);
    assert!(shape.kinds.set(Some(kinds.to_vec())).is_ok());
    shape
}

fn effect(shape: &Shape, statement: &Statement) -> Option<Effect> {
    let values = statement.values.as_ref();
    shape.effect_of(&statement.sql, values.map_or(&[], |values| &values.0))
}

const DIALECTS: [DbBackend; 3] = [DbBackend::MySql, DbBackend::Postgres, DbBackend::Sqlite];

/// The statements by which SeaORM changes one row.
#[test]
fn writes_by_key_concern_their_rows() {
    for dialect in DIALECTS {
        let shape = shape::<users::Entity>(dialect, &[Kind::Number]);
        let user = users::ActiveModel {
            id: Set(7),
            name: Set("Ada".into()),
            email: Set("ada@example.com".into()),
            ..Default::default()
        };
        let update = users::Entity::update_many()
            .set(users::ActiveModel {
                name: Set("Ada".into()),
                ..Default::default()
            })
            .filter(users::Column::Id.eq(7));
        let versioned = update.clone().filter(users::Column::Version.eq(3));
        let update_one = users::Entity::update(user.clone()).validate().unwrap();
        let upsert = users::Entity::insert(user.clone()).on_conflict(
            OnConflict::column(users::Column::Id)
                .update_column(users::Column::Name)
                .to_owned(),
        );
        let mut statements = vec![
            update.build(dialect),
            versioned.build(dialect),
            update_one.build(dialect),
            users::Entity::delete_by_id(7).build(dialect),
            users::Entity::insert(user.clone()).build(dialect),
        ];
        if dialect != DbBackend::MySql {
            statements.push(upsert.build(dialect));
        }
        for statement in statements {
            let found = effect(&shape, &statement);
            assert_eq!(found, Some(rows(["7,".to_owned()])), "{}", statement.sql);
        }
        let many =
            users::Entity::insert_many([user.clone(), users::ActiveModel { id: Set(8), ..user }]);
        let found = effect(&shape, &many.build(dialect));
        assert_eq!(found, Some(rows(["7,".to_owned(), "8,".to_owned()])));
    }
}

#[test]
fn keys_of_several_columns_are_read_in_order() {
    for dialect in DIALECTS {
        let shape = shape::<users_tags::Entity>(dialect, &[Kind::Number; 2]);
        let delete = users_tags::Entity::delete_by_id((1, 2)).build(dialect);
        let found = effect(&shape, &delete);
        assert_eq!(found, Some(rows(["1,2,".to_owned()])), "{}", delete.sql);
    }
}

#[test]
fn a_row_whose_key_the_server_makes_may_be_any_that_was_absent() {
    for dialect in DIALECTS {
        let shape = shape::<users::Entity>(dialect, &[Kind::Number]);
        let user = users::ActiveModel {
            name: Set("Ada".into()),
            email: Set("ada@example.com".into()),
            ..Default::default()
        };
        let found = effect(&shape, &users::Entity::insert(user).build(dialect));
        assert!(found.is_some_and(|effect| effect.appearing && !effect.everything));
    }
}

/// Whatever is not recognized to the letter concerns every row.
#[test]
fn other_statements_on_the_table_concern_every_row() {
    let shape = shape::<users::Entity>(DbBackend::Postgres, &[Kind::Number]);
    for (sql, values) in [
        (r#"UPDATE "users" SET "name" = $1"#, 1),
        (
            r#"UPDATE "users" SET "name" = $1 WHERE "users"."name" = $2"#,
            2,
        ),
        (r#"UPDATE "users" SET "id" = $1 WHERE "users"."id" = $2"#, 2),
        (
            r#"DELETE FROM "users" WHERE "users"."id" = $1 OR "users"."id" = $2"#,
            2,
        ),
        (
            r#"DELETE FROM "users" WHERE "users"."id" = $1 AND true OR true"#,
            1,
        ),
        (r#"DELETE FROM "users" WHERE "users"."id" = $1 + 1"#, 1),
        (r#"DELETE FROM "users" WHERE "users"."id" = $2"#, 1),
        (
            r#"DELETE FROM "users" WHERE "users"."id" = $1 AND "name" = 'x'"#,
            1,
        ),
        (
            r#"DELETE FROM "users" WHERE "users"."id" = $1; DELETE FROM "users""#,
            1,
        ),
        (
            r#"UPDATE "users" SET "n" = (SELECT 1 WHERE "users"."id" = $1 AND true) WHERE true"#,
            1,
        ),
        (
            r#"INSERT INTO "users" ("id", "name") VALUES ($1, $2) ON CONFLICT ("name") DO UPDATE SET "id" = $1"#,
            3,
        ),
        (
            r#"INSERT INTO "users" ("name") VALUES ($1) ON CONFLICT ("id") DO NOTHING"#,
            1,
        ),
        ("TRUNCATE public.Users", 0),
        ("update USERS set name = upper(name)", 0),
        ("WITH gone AS (DELETE FROM users RETURNING id) SELECT 1", 0),
        ("DROP TABLE users", 0),
    ] {
        let values = vec![Value::from(7); values];
        assert_eq!(shape.effect_of(sql, &values), Some(EVERYTHING), "{sql}");
    }
}

/// Every row would be right as well, and make the cache useless.
#[test]
fn statements_on_other_tables_do_not_concern_it() {
    let shape = shape::<users::Entity>(DbBackend::Sqlite, &[Kind::Number]);
    for sql in [
        "UPDATE users_archive SET name = ''",
        "DELETE FROM users2",
        "UPDATE countries SET name = 'Iceland' WHERE code = 'IS'",
        "INSERT INTO countries VALUES ('IS', 'Iceland')",
    ] {
        assert_eq!(shape.effect_of(sql, &[]), None, "{sql}");
    }
    assert_eq!(
        shape.effect_of("DELETE FROM imports", &[]),
        Some(EVERYTHING)
    );
}

/// The database changes rows by itself where a foreign key has an action.
#[test]
fn rows_go_with_those_that_they_refer_to() {
    let delete = "DELETE FROM countries WHERE code = 'IS'";
    let of_users = shape::<users::Entity>(DbBackend::Sqlite, &[Kind::Number]);
    assert_eq!(of_users.effect_of(delete, &[]), Some(EVERYTHING));
    let of_items = shape::<order_items::Entity>(DbBackend::Sqlite, &[Kind::Number]);
    assert_eq!(of_items.effect_of(delete, &[]), None);
    let found = of_items.effect_of("DELETE FROM orders", &[]);
    assert_eq!(found, Some(EVERYTHING));
}

/// What a server makes of a value of another kind is its own affair.
#[test]
fn a_key_of_another_kind_names_no_row() {
    let shape = shape::<countries::Entity>(DbBackend::Sqlite, &[Kind::Text]);
    let sql = r#"DELETE FROM "countries" WHERE "countries"."code" = ?"#;
    let plain = shape.effect_of(sql, &["IS".into()]);
    assert_eq!(plain, Some(rows(["is,".to_owned()])));
    for other in [Value::from("É"), Value::from(7), Value::String(None)] {
        assert_eq!(shape.effect_of(sql, &[other]), Some(EVERYTHING));
    }
}
