//! Column types that SeaORM does not have.

use chrono::{DateTime, Utc};
use sea_orm::TryIntoModel;
use xtsqlorm::{
    prelude::*,
    types::{JsonText, UtcDateTime, UtcText},
};

use crate::support::{Kind, Result, TestDatabase, on_every_backend};

on_every_backend!(
    json_in_text_round_trips_letter_for_letter,
    text_that_is_no_json_is_an_error_and_is_not_printed,
    moments_are_the_same_in_every_column,
    an_unknown_variant_is_an_error,
);

mod notes {
    use sea_orm::entity::prelude::*;
    use xtsqlorm::types::{JsonText, UtcDateTime, UtcText};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
    #[sea_orm(table_name = "notes")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i32,
        pub(super) tags: JsonText<Vec<String>>,
        pub(super) extra: Option<JsonText<serde_json::Value>>,
        pub(super) zoned: Option<UtcDateTime>,
        pub(super) naive: Option<UtcDateTime>,
        pub(super) written: Option<UtcText>,
        pub(super) mood: Option<Mood>,
    }

    #[derive(
        Clone,
        Copy,
        Debug,
        PartialEq,
        Eq,
        EnumIter,
        DeriveActiveEnum,
        serde::Serialize,
        serde::Deserialize,
    )]
    #[sea_orm(rs_type = "String", db_type = "String(StringLen::None)")]
    pub(super) enum Mood {
        #[sea_orm(string_value = "glad")]
        Glad,
        #[sea_orm(string_value = "sad")]
        Sad,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

async fn table(db: &TestDatabase) -> Result<Repository<notes::Entity>> {
    let (id, zoned, naive) = match db.kind() {
        Kind::Sqlite => ("INTEGER PRIMARY KEY", "TEXT", "TEXT"),
        Kind::Postgres => ("SERIAL PRIMARY KEY", "TIMESTAMPTZ", "TIMESTAMP"),
        _ => (
            "INT AUTO_INCREMENT PRIMARY KEY",
            "TIMESTAMP(6) NULL",
            "DATETIME(6)",
        ),
    };
    db.execute(&[&format!(
        "CREATE TABLE notes (id {id}, tags TEXT NOT NULL, extra TEXT, zoned {zoned}, \
         naive {naive}, written VARCHAR(40), mood VARCHAR(10))"
    )])
    .await?;
    Ok(Repository::new(&db.provider()))
}

fn note() -> xtsqlorm::Result<notes::ActiveModel> {
    Ok(notes::ActiveModel {
        tags: Set(JsonText::new(vec![
            "é".to_owned(),
            "\"quoted\"".to_owned(),
        ])?),
        ..Default::default()
    })
}

async fn json_in_text_round_trips_letter_for_letter(db: TestDatabase) -> Result {
    let notes = table(&db).await?;
    let stored = notes.create(note()?).await?;
    assert_eq!(stored.tags[1], "\"quoted\"");
    assert_eq!(stored.extra, None, "NULL stays NULL");
    let null = JsonText::new(serde_json::Value::Null)?;
    let changed = notes::ActiveModel {
        extra: Set(Some(null.clone())),
        ..Default::default()
    };
    let stored = notes.update(stored.id, changed).await?.unwrap();
    assert_eq!(
        stored.extra,
        Some(null),
        "and the JSON null stays what it is"
    );

    let spaced = r#"{ "b" : 1.0,  "a":[ ] }"#;
    db.execute(&[&format!("UPDATE notes SET extra = '{spaced}'")])
        .await?;
    let read = notes.require_by_id(stored.id).await?;
    let extra = read.extra.clone().unwrap();
    assert_eq!(extra.text(), spaced);
    assert_eq!(extra["b"], 1.0);
    notes.update(read.id, read.clone()).await?;
    let again = notes.require_by_id(read.id).await?;
    assert_eq!(
        again.extra.unwrap().text(),
        spaced,
        "written back as it was read"
    );

    let json = serde_json::to_value(&read)?;
    assert_eq!(json["tags"][0], "é");
    let from_json: notes::Model = serde_json::from_value(json)?;
    assert_eq!(from_json, read);
    Ok(())
}

async fn text_that_is_no_json_is_an_error_and_is_not_printed(db: TestDatabase) -> Result {
    let notes = table(&db).await?;
    let stored = notes.create(note()?).await?;
    for text in ["secret", "", "{\"secret\": 1}"] {
        db.execute(&[&format!("UPDATE notes SET tags = '{text}'")])
            .await?;
        let error = anyhow::Error::from(notes.get_by_id(stored.id).await.unwrap_err());
        let chain = format!("{error:#} {error:?}");
        assert!(chain.contains("no JSON"), "{chain}");
        assert!(!chain.contains("secret"), "{chain}");
    }
    let keys = std::collections::BTreeMap::from([(vec![1], 1)]);
    assert!(JsonText::new(keys).is_err(), "JSON has no such keys");
    Ok(())
}

async fn moments_are_the_same_in_every_column(db: TestDatabase) -> Result {
    let notes = table(&db).await?;
    let moment: DateTime<Utc> = "2026-02-28T18:00:00.123456+08:00".parse()?;
    let row = notes::ActiveModel {
        zoned: Set(Some(UtcDateTime(moment))),
        naive: Set(Some(UtcDateTime(moment))),
        written: Set(Some(UtcText(moment))),
        ..note()?
    };
    let stored = notes.create(row).await?;
    assert_eq!(stored.zoned, Some(UtcDateTime(moment)));
    assert_eq!(stored.naive, Some(UtcDateTime(moment)));
    assert_eq!(stored.written, Some(UtcText(moment)));
    let mut found = 0;
    for by in [
        notes::Column::Zoned.eq(UtcDateTime(moment)),
        notes::Column::Naive.eq(UtcDateTime(moment)),
        notes::Column::Written.eq(UtcText(moment)),
    ] {
        found += notes.find().filter(by).count().await?;
    }
    assert_eq!(found, 3, "and are found by it");

    // Text without an offset is UTC, and another offset is another way to write the same.
    for text in [
        "2026-02-28 10:00:00.123456",
        "2026-02-28T05:00:00.123456-05:00",
    ] {
        db.execute(&[&format!("UPDATE notes SET written = '{text}'")])
            .await?;
        let read = notes.require_by_id(stored.id).await?;
        assert_eq!(read.written, Some(UtcText(moment)), "{text}");
    }
    db.execute(&["UPDATE notes SET written = 'yesterday'"])
        .await?;
    assert!(notes.get_by_id(stored.id).await.is_err());
    Ok(())
}

async fn an_unknown_variant_is_an_error(db: TestDatabase) -> Result {
    let notes = table(&db).await?;
    let row = notes::ActiveModel {
        mood: Set(Some(notes::Mood::Sad)),
        ..note()?
    };
    let stored = notes.create(row).await?;
    assert_eq!(stored.mood, Some(notes::Mood::Sad));
    db.execute(&["UPDATE notes SET mood = 'angry'"]).await?;
    assert!(
        notes.get_by_id(stored.id).await.is_err(),
        "and no other variant"
    );
    db.execute(&["UPDATE notes SET mood = NULL"]).await?;
    assert_eq!(notes.require_by_id(stored.id).await?.mood, None);
    assert!(
        note()?.try_into_model().is_err(),
        "a row without a key is no model"
    );
    Ok(())
}
