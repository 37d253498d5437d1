//! Products with many duplicates, NULLs, and texts of all kinds.

use chrono::{NaiveDate, TimeZone, Utc};
use entity::{categories, products};
use sea_orm::prelude::{Decimal, Uuid};
use xtsqlorm::prelude::*;

use crate::support::{Random, Result};

/// Texts that collations call equal, and others that they put in unexpected places.
const TEXTS: [&str; 18] = [
    "", "a", "A", "a ", "ä", "á", "e\u{301}", "é", "ss", "ß", "i", "İ", "Z", "z", "%_\\", "茶",
    "😀", "\u{5d0}",
];

/// The category that all products are in.
pub(super) async fn category(provider: &SessionProvider) -> Result<i64> {
    let categories = Repository::<categories::Entity>::new(provider);
    let root = categories::ActiveModel {
        slug: Set("root".into()),
        name: Set("Root".into()),
        ..Default::default()
    };
    Ok(categories.create(root).await?.id)
}

/// A product of which most values are shared with others.
pub(super) fn product(random: &mut Random, category: i64) -> products::ActiveModel {
    let mut some = |of: u64| (random.below(3) > 0).then(|| random.below(of));
    let day = |number: u64| NaiveDate::from_ymd_opt(2026, 1, 1 + number as u32).unwrap();
    let description = some(18).map(|place| TEXTS[place as usize].to_owned());
    let weight = some(4).map(|number| [0.1, -1e300, 1.0 / 3.0, 0.0][number as usize]);
    let from = some(3).and_then(|number| day(number).and_hms_micro_opt(1, 2, 3, number as u32));
    let thumbnail = some(4).map(|length| vec![0xFF; length as usize]);
    let deleted = some(4).and_then(|number| {
        Utc.timestamp_micros(1_700_000_000_123_456 + number as i64)
            .single()
    });
    products::ActiveModel {
        public_id: Set(Uuid::new_v4()),
        sku: Set(Uuid::new_v4().simple().to_string()),
        name: Set(TEXTS[random.below(18) as usize].to_owned()),
        description: Set(description),
        category_id: Set(category),
        price: Set(Decimal::new(random.below(3) as i64 * 5, 2)),
        stock: Set(random.below(4) as i32),
        weight_kg: Set(weight),
        is_active: Set(random.below(2) == 0),
        available_from: Set(from),
        thumbnail: Set(thumbnail),
        deleted_at: Set(deleted),
        ..Default::default()
    }
}

/// So many products.
pub(super) async fn fill(
    provider: &SessionProvider,
    random: &mut Random,
    category: i64,
    rows: usize,
) -> Result {
    let products: Vec<_> = (0..rows).map(|_| product(random, category)).collect();
    products::Entity::insert_many(products)
        .exec(provider)
        .await?;
    Ok(())
}
