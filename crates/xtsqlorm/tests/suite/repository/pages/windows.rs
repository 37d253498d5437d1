//! What a window says, and which tokens are taken.

use entity::{countries, products, users};
use xtsqlorm::{
    prelude::*,
    repository::{Sort, TokenKey, Window, WindowRequest, WindowToken},
};

use crate::support::{Result, TestDatabase, on_every_backend};

on_every_backend!(
    a_window_is_one_statement,
    the_end_can_be_asked_again_for_what_has_come,
    a_window_without_rows_leads_back,
    the_row_of_a_token_may_be_gone,
    tokens_of_other_queries_are_refused,
    a_named_query_may_change_its_filter,
    queries_without_places_are_refused,
);

async fn some_countries(
    db: &TestDatabase,
    codes: &[&str],
) -> Result<Repository<countries::Entity>> {
    db.migrated().await?;
    let countries = Repository::<countries::Entity>::new(&db.provider());
    for code in codes {
        add(&countries, code).await?;
    }
    Ok(countries)
}

async fn add(countries: &Repository<countries::Entity>, code: &str) -> Result {
    countries
        .create(countries::ActiveModel {
            code: Set(code.to_owned()),
            name: Set(format!("Country {code}")),
        })
        .await?;
    Ok(())
}

fn codes(window: &Window<countries::Model>) -> String {
    let codes: Vec<_> = window.items.iter().map(|row| row.code.as_str()).collect();
    codes.join(" ")
}

/// First, next, previous and last.
async fn a_window_is_one_statement(db: TestDatabase) -> Result {
    let countries = some_countries(&db, &["A", "B", "C", "D"]).await?;
    let key = TokenKey::random()?;
    let two = WindowRequest::new(2, &key);
    let before = db.manager().statements_sent();
    let first = countries.find().window(two.clone()).await?;
    assert_eq!(
        (codes(&first).as_str(), first.has_previous, first.has_next),
        ("A B", false, true)
    );
    let next = countries
        .find()
        .window(two.clone().after(first.next))
        .await?;
    assert_eq!(
        (codes(&next).as_str(), next.has_previous, next.has_next),
        ("C D", true, false)
    );
    let back = countries
        .find()
        .window(two.clone().before(next.previous))
        .await?;
    assert_eq!(
        (codes(&back).as_str(), back.has_previous, back.has_next),
        ("A B", false, true)
    );
    let last = countries.find().window(two.last()).await?;
    assert_eq!(
        (codes(&last).as_str(), last.has_previous, last.has_next),
        ("C D", true, false)
    );
    assert_eq!(db.manager().statements_sent() - before, 4);

    let json = serde_json::to_value(last.map(|country| country.code))?;
    assert_eq!(json["items"], serde_json::json!(["C", "D"]));
    assert_eq!(json["has_next"], serde_json::json!(false));
    assert!(json["next"].is_string());
    Ok(())
}

/// The last window has a token, behind which new rows are found, and only those.
async fn the_end_can_be_asked_again_for_what_has_come(db: TestDatabase) -> Result {
    let countries = some_countries(&db, &["A", "B"]).await?;
    let key = TokenKey::random()?;
    let many = WindowRequest::new(5, &key);
    let mut window = countries.find().window(many.clone()).await?;
    assert_eq!((codes(&window).as_str(), window.has_next), ("A B", false));
    for _ in 0..2 {
        window = countries
            .find()
            .window(many.clone().after(window.next))
            .await?;
        assert_eq!((codes(&window).as_str(), window.has_next), ("", false));
    }
    add(&countries, "C").await?;
    window = countries
        .find()
        .window(many.clone().after(window.next))
        .await?;
    assert_eq!((codes(&window).as_str(), window.has_next), ("C", false));
    let nobody = countries.find().filter(countries::Column::Code.eq("X"));
    let nothing = nobody.window(many).await?;
    assert_eq!((nothing.next, nothing.previous), (None, None));
    assert!(!nothing.has_next && !nothing.has_previous);
    Ok(())
}

/// From behind the end, and from before the beginning, to the row that the token was made of.
async fn a_window_without_rows_leads_back(db: TestDatabase) -> Result {
    let countries = some_countries(&db, &["A", "B", "C"]).await?;
    let key = TokenKey::random()?;
    let two = WindowRequest::new(2, &key);
    let get = |request: WindowRequest<countries::Column>| countries.find().window(request);
    let last = get(two.clone().last()).await?;
    let behind = get(two.clone().after(last.next)).await?;
    assert_eq!(
        (behind.items.len(), behind.has_previous, behind.has_next),
        (0, true, false)
    );
    let back = get(two.clone().before(behind.previous.clone())).await?;
    assert_eq!((codes(&back).as_str(), back.has_next), ("B C", false));

    let first = get(two.clone()).await?;
    let before = get(two.clone().before(first.previous)).await?;
    assert_eq!(
        (before.items.len(), before.has_previous, before.has_next),
        (0, false, true)
    );
    let forth = get(two.clone().after(before.next)).await?;
    assert_eq!((codes(&forth).as_str(), forth.has_previous), ("A B", false));

    // All are gone; then they are there again.
    countries
        .delete_where(countries::Column::Code.ne(""))
        .await?;
    let empty = get(two.clone().before(behind.previous)).await?;
    assert_eq!((empty.items.len(), empty.has_next), (0, false));
    for code in ["A", "C", "D"] {
        add(&countries, code).await?;
    }
    assert_eq!(
        codes(&get(two.clone().before(empty.previous)).await?),
        "A C"
    );
    assert_eq!(codes(&get(two.after(empty.next)).await?), "D");
    Ok(())
}

/// A token is a place, not a row.
async fn the_row_of_a_token_may_be_gone(db: TestDatabase) -> Result {
    let countries = some_countries(&db, &["A", "B", "C", "D"]).await?;
    let key = TokenKey::random()?;
    let two = WindowRequest::new(2, &key);
    let first = countries.find().window(two.clone()).await?;
    for gone in ["A", "B"] {
        assert!(countries.delete(gone.to_owned()).await?);
    }
    add(&countries, "BB").await?;
    let next = countries.find().window(two.after(first.next)).await?;
    assert_eq!(codes(&next), "BB C");
    Ok(())
}

/// Another filter, sort, direction, entity, or key; one that was changed; one that never was one.
async fn tokens_of_other_queries_are_refused(db: TestDatabase) -> Result {
    db.seeded().await?;
    let provider = db.provider();
    let users = Repository::<users::Entity>::new(&provider);
    let products = Repository::<products::Entity>::new(&provider);
    let key = TokenKey::from_bytes(&[7; 32])?;
    let active = |is| users.find().filter(users::Column::IsActive.eq(is));
    let sort = Sort::asc(users::Column::Name);
    let by_name = WindowRequest::new(2, &key).sort(sort);
    let token = active(true).window(by_name.clone()).await?.next.unwrap();
    let before = db.manager().statements_sent();
    let unsorted = WindowRequest::new(2, &key).after(token.clone());
    let descending = unsorted.clone().sort(Sort::desc(users::Column::Name));
    let by_more = unsorted
        .clone()
        .sort(sort)
        .sort(Sort::asc(users::Column::Email));
    let other_key = WindowRequest::new(2, &TokenKey::from_bytes(&[8; 32])?).sort(sort);
    let mut changed = token.to_string();
    changed.replace_range(30..31, if &changed[30..31] == "A" { "B" } else { "A" });
    for (find, request, problem) in [
        (
            active(false),
            by_name.clone().after(token.clone()),
            "another sort or filter",
        ),
        (
            users.find(),
            by_name.clone().after(token.clone()),
            "another sort or filter",
        ),
        (active(true), unsorted.clone(), "another sort or filter"),
        (active(true), descending, "another sort or filter"),
        (active(true), by_more, "another sort or filter"),
        (active(true), other_key.after(token.clone()), "another key"),
        (
            active(true),
            by_name.clone().before(WindowToken::from(changed)),
            "was changed",
        ),
        (
            active(true),
            by_name.clone().after(WindowToken::from("nonsense")),
            "no token",
        ),
    ] {
        let refused = find.window(request).await.unwrap_err();
        assert!(matches!(refused, Error::InvalidInput { .. }), "{refused}");
        assert!(
            refused.to_string().contains(problem),
            "{refused} is not about {problem}"
        );
        assert!(!refused.to_string().contains(token.as_str()), "{refused}");
    }
    let elsewhere = WindowRequest::new(2, &key).after(token.clone());
    let refused = products.find().window(elsewhere).await.unwrap_err();
    assert!(
        refused.to_string().contains("another sort or filter"),
        "{refused}"
    );
    let both = by_name.clone().after(token.clone()).before(token.clone());
    assert!(active(true).window(both).await.is_err());
    let both = by_name.clone().after(token.clone()).last();
    assert!(active(true).window(both).await.is_err());
    assert_eq!(db.manager().statements_sent(), before);

    // The size may differ, and a key that was made of the same bytes is the same.
    let larger = WindowRequest::new(5, &TokenKey::from_bytes(&[7; 32])?).sort(sort);
    assert_eq!(
        active(true).window(larger.after(token)).await?.items.len(),
        5
    );
    Ok(())
}

/// The name stands for the filter; another name is another query.
async fn a_named_query_may_change_its_filter(db: TestDatabase) -> Result {
    let countries = some_countries(&db, &["A", "B", "C", "D"]).await?;
    let key = TokenKey::random()?;
    let named = |name: &str| WindowRequest::new(1, &key).query_name(name);
    let from = |code: &str| countries.find().filter(countries::Column::Code.gte(code));
    let first = from("A").window(named("recent")).await?;
    let next = from("C")
        .window(named("recent").after(first.next.clone()))
        .await?;
    assert_eq!(codes(&next), "C");
    assert!(
        from("A")
            .window(named("other").after(first.next.clone()))
            .await
            .is_err()
    );
    assert!(
        from("A")
            .window(WindowRequest::new(1, &key).after(first.next))
            .await
            .is_err()
    );
    Ok(())
}

/// Before anything is sent.
async fn queries_without_places_are_refused(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    let users = Repository::<users::Entity>::new(&provider);
    let log = Repository::<entity::audit_log::Entity>::new(&provider);
    let key = TokenKey::random()?;
    let request = || WindowRequest::new(2, &key);
    let before = db.manager().statements_sent();
    let name = users::Column::Name;
    for (find, request, subject) in [
        (users.find(), WindowRequest::new(0, &key), "size"),
        (users.find(), WindowRequest::new(1001, &key), "size"),
        (
            users.find(),
            WindowRequest::new(9, &key).max_size(8),
            "size",
        ),
        (users.find().limit(3), request(), "limit"),
        (users.find().offset(3), request(), "limit"),
        (users.find().order_by_asc(name), request(), "order"),
        (
            users.find().map(|select| select.group_by(name)),
            request(),
            "window",
        ),
        (
            users.find(),
            request().sort(Sort::asc(name)).sort(Sort::desc(name)),
            "users.name",
        ),
    ] {
        let refused = find.window(request).await.unwrap_err();
        assert!(
            matches!(&refused, Error::InvalidInput { subject: found, .. } if found == subject),
            "{refused} is not about {subject}"
        );
    }
    let by_json = request_of_log(&key);
    let refused = log.find().window(by_json).await.unwrap_err();
    assert!(
        refused.to_string().starts_with("audit_log.detail: "),
        "{refused}"
    );
    assert_eq!(db.manager().statements_sent(), before);
    Ok(())
}

fn request_of_log(key: &TokenKey) -> WindowRequest<entity::audit_log::Column> {
    WindowRequest::new(2, key).sort(Sort::asc(entity::audit_log::Column::Detail))
}
