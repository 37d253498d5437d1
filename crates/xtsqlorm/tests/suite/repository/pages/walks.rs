//! Windows put together are the whole result, whatever it is sorted by.

use entity::{orders, products, sea_orm_active_enums::OrdersStatus};
use sea_orm::{
    prelude::{Date, DateTimeUtc, Decimal, Time},
    sea_query::NullOrdering,
};
use xtsqlorm::{
    prelude::*,
    repository::{Sort, TokenKey, WindowRequest},
};

use super::{super::writes::user, rows};
use crate::support::{Random, Result, TestDatabase, on_every_backend};

on_every_backend!(
    windows_of_any_sort_are_the_whole_result,
    windows_of_dates_times_and_enums_are_the_whole_result,
    windows_by_one_column_are_the_whole_result,
);

const PRODUCTS: [products::Column; 12] = [
    products::Column::Id,
    products::Column::PublicId,
    products::Column::Name,
    products::Column::Description,
    products::Column::Price,
    products::Column::Stock,
    products::Column::WeightKg,
    products::Column::IsActive,
    products::Column::AvailableFrom,
    products::Column::Thumbnail,
    products::Column::CreatedAt,
    products::Column::DeletedAt,
];

const ORDERS: [orders::Column; 8] = [
    orders::Column::Number,
    orders::Column::Status,
    orders::Column::Total,
    orders::Column::DeliveryDate,
    orders::Column::DeliverySlot,
    orders::Column::Note,
    orders::Column::PaidAt,
    orders::Column::CreatedAt,
];

/// One to three columns, mixed directions, NULLs on either side, many duplicates, any text.
async fn windows_of_any_sort_are_the_whole_result(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    let random = &mut Random::new();
    let category = rows::category(&provider).await?;
    rows::fill(&provider, random, category, 90).await?;
    let products = Repository::<products::Entity>::new(&provider);
    for _ in 0..24 {
        let sorts = some_sorts(random, &PRODUCTS);
        let find = products.find().filter(products::Column::Stock.gt(0));
        walk(&find, &sorts, random).await?;
    }
    Ok(())
}

/// Each column alone, both ways, each side of NULLs.
async fn windows_by_one_column_are_the_whole_result(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    let random = &mut Random::new();
    let category = rows::category(&provider).await?;
    rows::fill(&provider, random, category, 40).await?;
    let products = Repository::<products::Entity>::new(&provider);
    for column in PRODUCTS {
        for sort in [Sort::asc(column), Sort::desc(column)] {
            for sort in [sort.nulls_first(), sort.nulls_last()] {
                walk(&products.find(), &[sort], random).await?;
            }
        }
    }
    walk(&products.find(), &[], random).await
}

/// The types that only orders have.
async fn windows_of_dates_times_and_enums_are_the_whole_result(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    let random = &mut Random::new();
    let buyer = Repository::<entity::users::Entity>::new(&provider)
        .create(user("a@example.com"))
        .await?;
    let new: Vec<_> = (0..60)
        .map(|number| order(random, buyer.id, number))
        .collect();
    orders::Entity::insert_many(new).exec(&provider).await?;
    let orders = Repository::<orders::Entity>::new(&provider);
    for _ in 0..16 {
        let sorts = some_sorts(random, &ORDERS);
        walk(&orders.find(), &sorts, random).await?;
    }
    for sort in [
        Sort::asc(orders::Column::Status),
        Sort::desc(orders::Column::Status),
    ] {
        walk(&orders.find(), &[sort], random).await?;
    }
    Ok(())
}

fn order(random: &mut Random, buyer: i64, number: usize) -> orders::ActiveModel {
    let statuses: Vec<_> = OrdersStatus::iter().collect();
    let mut some = |of: u64| (random.below(3) > 0).then(|| random.below(of));
    let date = some(3).and_then(|day| Date::from_ymd_opt(2026, 2, 26 + day as u32));
    let slot = some(3).and_then(|hour| Time::from_hms_opt(8 + hour as u32, 0, 59));
    let paid = some(3)
        .and_then(|micro| DateTimeUtc::from_timestamp_micros(1_700_000_000_000_000 + micro as i64));
    orders::ActiveModel {
        number: Set(format!("N-{number}")),
        user_id: Set(buyer),
        status: Set(statuses[random.below(5) as usize]),
        total: Set(Decimal::new(random.below(3) as i64 * 9, 2)),
        delivery_date: Set(date),
        delivery_slot: Set(slot),
        note: Set(None),
        paid_at: Set(paid),
        ..Default::default()
    }
}

fn some_sorts<C: ColumnTrait>(random: &mut Random, columns: &[C]) -> Vec<Sort<C>> {
    let mut left: Vec<C> = columns.to_vec();
    let mut sorts = Vec::new();
    for _ in 0..=random.below(3) {
        let column = left.remove(random.below(left.len() as u64) as usize);
        let sort = match random.below(2) {
            0 => Sort::asc(column),
            _ => Sort::desc(column),
        };
        sorts.push(match random.below(3) {
            0 => sort.nulls_first(),
            1 => sort.nulls_last(),
            _ => sort,
        });
    }
    sorts
}

/// Reads everything by SeaORM's own order, then by windows of some size, forward and backward, and
/// now and then there and back.
pub(super) async fn walk<E>(
    find: &Find<E>,
    sorts: &[Sort<E::Column>],
    random: &mut Random,
) -> Result
where
    E: EntityTrait,
    E::Model: PartialEq,
{
    let whole = sorted(find, sorts).all().await?;
    assert!(whole.len() > 20, "{}", whole.len());
    let key = TokenKey::random()?;
    let size = 1 + random.below(whole.len() as u64 / 3);
    let request = sorts
        .iter()
        .fold(WindowRequest::new(size, &key), |request, sort| {
            request.sort(*sort)
        });
    let told = format!("windows of {size}, sorted by {sorts:?}");

    let mut forward = Vec::new();
    let mut window = find.clone().window(request.clone()).await?;
    assert!(!window.has_previous, "{told}");
    loop {
        let start = forward.len();
        forward.extend(window.items);
        assert_eq!(window.has_next, forward.len() < whole.len(), "{told}");
        if start > 0 && random.below(4) == 0 {
            let back = request.clone().before(window.previous);
            let back = find.clone().window(back).await?;
            assert!(
                back.items == forward[start - back.items.len()..start],
                "back in {told}"
            );
            assert_eq!(back.items.len() as u64, size);
            assert!(back.has_next, "{told}");
        }
        if !window.has_next {
            break;
        }
        window = find
            .clone()
            .window(request.clone().after(window.next))
            .await?;
        assert!(window.has_previous, "{told}");
    }
    assert!(
        forward == whole,
        "forward in {told}:\n{forward:#?}\nis not\n{whole:#?}"
    );

    let mut backward = Vec::new();
    let mut window = find.clone().window(request.clone().last()).await?;
    assert!(!window.has_next, "{told}");
    loop {
        backward.splice(0..0, window.items);
        assert_eq!(window.has_previous, backward.len() < whole.len(), "{told}");
        if !window.has_previous {
            break;
        }
        window = find
            .clone()
            .window(request.clone().before(window.previous))
            .await?;
        assert!(window.has_next, "{told}");
    }
    assert!(
        backward == whole,
        "backward in {told}:\n{backward:#?}\nis not\n{whole:#?}"
    );
    Ok(())
}

/// The order that is promised, in SeaORM's words.
fn sorted<E: EntityTrait>(find: &Find<E>, sorts: &[Sort<E::Column>]) -> Find<E> {
    let mut sorted = find.clone();
    for sort in sorts {
        let order = match sort.is_descending() {
            true => Order::Desc,
            false => Order::Asc,
        };
        let nulls = match sort.puts_nulls_first() {
            true => NullOrdering::First,
            false => NullOrdering::Last,
        };
        sorted = sorted.order_by_with_nulls(*sort.column(), order, nulls);
    }
    let descending = sorts.last().is_some_and(|sort| sort.is_descending());
    for key in E::PrimaryKey::iter() {
        let column = sea_orm::PrimaryKeyToColumn::into_column(key);
        sorted = match descending {
            true => sorted.order_by_desc(column),
            false => sorted.order_by_asc(column),
        };
    }
    sorted
}
