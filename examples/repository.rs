//! What a repository reads and writes: `cargo run --example repository`.

use entity::{countries, users};
use xtsqlorm::{
    prelude::*,
    repository::{PageRequest, Sort, TokenKey, WindowRequest},
};
use xtsqlorm_examples::{db_key, prepare, step};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = create_session_provider(&db_key()).await?;
    prepare(provider.manager()).await?;
    let countries = Repository::<countries::Entity>::new(&provider);
    let ours = || countries::Column::Code.is_in(["XQ", "XR", "XS"]);
    countries.delete_where(ours()).await?;

    step("Writes");
    let rows = [country("XQ", "Quenya"), country("XR", "Rohan")];
    println!("created: {}", countries.create_many(rows).await?.len());
    println!(
        "upsert: {}",
        countries.upsert(country("XR", "Rohan, too")).await?.name
    );
    let (found, created) = countries
        .get_or_create(countries::Column::Code.eq("XS"), country("XS", "Shire"))
        .await?;
    println!("get or create: {}, created: {created}", found.name);
    let changes = countries::ActiveModel {
        name: Set("Rohan".into()),
        ..Default::default()
    };
    let one = countries::Column::Code.eq("XR");
    println!("changed: {}", countries.update_where(one, changes).await?);
    let everything = countries.delete_where(Condition::all()).await;
    println!("refused: {}", everything.unwrap_err());

    step("Reads");
    let many = countries
        .get_many(["XS", "XQ", "none"].map(str::to_owned))
        .await?;
    let codes: Vec<_> = many.iter().map(|country| country.code.as_str()).collect();
    println!("in the order of the keys: {codes:?}");
    let users = Repository::<users::Entity>::new(&provider);
    let active = || users.find().filter(users::Column::IsActive.eq(true));
    let sorted = active().order_by_asc(users::Column::Email);
    let page = sorted.paginate(PageRequest::new(2, 4)).await?;
    println!(
        "page {} of {}: {} users",
        page.page,
        page.pages,
        page.items.len()
    );

    step("Windows: pages that do not jump");
    let key = TokenKey::random()?;
    let request = WindowRequest::new(7, &key).sort(Sort::desc(users::Column::CreatedAt));
    let (mut token, mut seen, mut windows) = (None, 0, 0);
    loop {
        let window = active().window(request.clone().after(token)).await?;
        seen += window.items.len();
        windows += 1;
        if !window.has_next {
            break;
        }
        token = window.next;
    }
    println!("all seen: {}", seen as u64 == active().count().await?);
    println!("more than one window: {}", windows > 1);

    println!("deleted: {}", countries.delete_where(ours()).await?);
    provider.manager().dispose().await;
    Ok(())
}

fn country(code: &str, name: &str) -> countries::ActiveModel {
    countries::ActiveModel {
        code: Set(code.into()),
        name: Set(name.into()),
    }
}
