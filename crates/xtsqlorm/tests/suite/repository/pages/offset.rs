//! Pages by number, with and without a total.

use entity::{countries, orders, products, users};
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use xtsqlorm::{
    prelude::*,
    repository::{PageRequest, Paginated, TokenKey, WindowRequest},
};

use super::rows;
use crate::support::{Random, Result, TestDatabase, on_every_backend};

on_every_backend!(
    pages_put_together_are_the_whole_result,
    slices_are_pages_without_a_total,
    a_page_beyond_the_end_has_the_total,
    a_page_that_is_not_full_needs_no_count,
    totals_are_of_what_filters_joins_and_groups_leave,
    requests_that_mean_nothing_are_refused,
    pages_are_part_of_the_session,
);

/// Each row is on one page, although the order says nothing about most of them.
async fn pages_put_together_are_the_whole_result(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    let category = rows::category(&provider).await?;
    rows::fill(&provider, &mut Random::new(), category, 67).await?;
    let products = Repository::<products::Entity>::new(&provider);
    let sorted = products
        .find()
        .filter(products::Column::Stock.lt(3))
        .order_by_desc(products::Column::IsActive);
    let total = sorted.clone().count().await?;
    let mut seen = Vec::new();
    for number in 1.. {
        let page = sorted.clone().paginate(PageRequest::new(number, 7)).await?;
        assert_eq!((page.total, page.page, page.size), (total, number, 7));
        assert_eq!(page.pages, total.div_ceil(7));
        assert_eq!(page.has_previous, number > 1);
        assert_eq!(page.has_next, number < page.pages);
        let has_next = page.has_next;
        seen.extend(page.items);
        if !has_next {
            break;
        }
    }
    assert_eq!(seen.len() as u64, total);
    assert!(seen.is_sorted_by_key(|product| (!product.is_active, product.id)));
    Ok(())
}

/// The same rows; one statement each.
async fn slices_are_pages_without_a_total(db: TestDatabase) -> Result {
    db.seeded().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let sorted = users.find().order_by_asc(users::Column::Name);
    let total = users.count().await?;
    for (number, size) in [
        (1, 5),
        (2, 5),
        (1, total),
        (1, total + 1),
        (1, total - 1),
        (900, 5),
    ] {
        let page = sorted
            .clone()
            .paginate(PageRequest::new(number, size))
            .await?;
        let before = db.manager().statements_sent();
        let slice = sorted.clone().slice(PageRequest::new(number, size)).await?;
        assert_eq!(db.manager().statements_sent() - before, 1);
        assert_eq!(slice.items, page.items);
        assert_eq!((slice.page, slice.size), (number, size));
        assert_eq!(slice.has_next, page.has_next, "page {number} of {size}");
        assert_eq!(slice.has_previous, number > 1);
    }
    Ok(())
}

/// Also where no server can count so far; and an empty table has no page.
async fn a_page_beyond_the_end_has_the_total(db: TestDatabase) -> Result {
    db.seeded().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let total = users.count().await?;
    for number in [900, u64::MAX] {
        let page = users.find().paginate(PageRequest::new(number, 20)).await?;
        assert_eq!((page.items.len(), page.total), (0, total));
        assert!(!page.has_next && page.has_previous);
        let slice = users.find().slice(PageRequest::new(number, 20)).await?;
        assert!(slice.items.is_empty() && !slice.has_next);
    }
    let nobody = users.find().filter(users::Column::Id.lt(0));
    let page = nobody.paginate(PageRequest::default()).await?;
    let nothing = Paginated {
        items: Vec::new(),
        total: 0,
        page: 1,
        size: 20,
        pages: 0,
        has_next: false,
        has_previous: false,
    };
    assert_eq!(page, nothing);
    Ok(())
}

/// One statement where the page ends before its size, two otherwise.
async fn a_page_that_is_not_full_needs_no_count(db: TestDatabase) -> Result {
    db.seeded().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let total = users.count().await?;
    let last = total.div_ceil(4);
    for (number, size, statements) in [
        (1, total + 1, 1),
        (1, total, 2),
        (1, total - 1, 2),
        (last + 1, 4, 2),
        (last, 4, if total % 4 == 0 { 2 } else { 1 }),
    ] {
        let before = db.manager().statements_sent();
        let page = users
            .find()
            .paginate(PageRequest::new(number, size))
            .await?;
        let sent = db.manager().statements_sent() - before;
        assert_eq!(
            (page.total, sent),
            (total, statements),
            "page {number} of {size}"
        );
    }
    Ok(())
}

/// A join that multiplies rows counts what it gives; DISTINCT and subqueries count as they should.
async fn totals_are_of_what_filters_joins_and_groups_leave(db: TestDatabase) -> Result {
    db.seeded().await?;
    let provider = db.provider();
    let users = Repository::<users::Entity>::new(&provider);
    let joined = users
        .find()
        .join(JoinType::InnerJoin, users::Relation::Orders.def());
    let orders = Repository::<orders::Entity>::new(&provider).count().await?;
    let page = joined.clone().paginate(PageRequest::new(1, 2)).await?;
    assert_eq!((page.items.len(), page.total), (2, orders));

    let distinct = joined.map(|select| select.distinct());
    let buyers = distinct.clone().all().await?.len() as u64;
    assert!(buyers < orders);
    let page = distinct.paginate(PageRequest::new(1, 2)).await?;
    assert_eq!((page.items.len(), page.total), (2, buyers));

    let mut who = Query::select();
    who.column(orders::Column::UserId)
        .from(orders::Entity)
        .group_by_col(orders::Column::UserId)
        .and_having(Expr::col(orders::Column::Id).count().gte(1));
    let by_subquery = users
        .find()
        .filter(users::Column::Id.in_subquery(who))
        .order_by_desc(users::Column::IsActive);
    let page = by_subquery.paginate(PageRequest::new(1, 2)).await?;
    assert_eq!((page.items.len(), page.total), (2, buyers));
    assert!(page.items[0].id < page.items[1].id || page.items[0].is_active);
    Ok(())
}

/// Before anything is sent.
async fn requests_that_mean_nothing_are_refused(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let before = db.manager().statements_sent();
    for (request, message) in [
        (
            PageRequest::new(0, 5),
            "page: there is no page 0; count pages from 1",
        ),
        (
            PageRequest::new(1, 0),
            "size: a page of 0 rows has nothing to show; ask for 1 row or more",
        ),
        (
            PageRequest::new(1, 1001),
            "size: 1001 rows are more than the 1000 that are allowed at once; ask for fewer, or \
             raise `max_size`",
        ),
        (
            PageRequest::new(1, 11).max_size(10),
            "size: 11 rows are more than the 10 that are allowed at once; ask for fewer, or raise \
             `max_size`",
        ),
    ] {
        let refused = users.find().paginate(request).await.unwrap_err();
        assert_eq!(refused.to_string(), message);
        let refused = users.find().slice(request).await.unwrap_err();
        assert_eq!(refused.to_string(), message);
    }
    let limited = users.find().limit(3).paginate(PageRequest::default());
    assert!(matches!(limited.await, Err(Error::InvalidInput { .. })));
    assert_eq!(db.manager().statements_sent(), before);
    let read: PageRequest = serde_json::from_str(r#"{ "page": 3, "max_size": 5000 }"#)?;
    assert_eq!(read, PageRequest::new(3, 20));
    let allowed = users
        .find()
        .paginate(PageRequest::new(1, 5000).max_size(5000));
    assert_eq!(allowed.await?.total, 0);
    Ok(())
}

/// A page in a transaction has the transaction's rows, and so has its window.
async fn pages_are_part_of_the_session(db: TestDatabase) -> Result {
    db.seeded().await?;
    let provider = db.provider();
    let countries = Repository::<countries::Entity>::new(&provider);
    let total = countries.count().await?;
    let key = TokenKey::random()?;
    let outcome: Result<(), xtsqlorm::Error> = provider
        .transaction(async |_| {
            let atlantis = countries::ActiveModel {
                code: Set("00".into()),
                name: Set("Atlantis".into()),
            };
            countries.create(atlantis).await?;
            let page = countries.find().paginate(PageRequest::new(1, 1)).await?;
            assert_eq!((page.items[0].code.as_str(), page.total), ("00", total + 1));
            let window = countries.find().window(WindowRequest::new(1, &key)).await?;
            assert_eq!(window.items, page.items);
            Err(Error::SessionClosed { reason: "enough" })
        })
        .await;
    assert!(outcome.is_err());
    let page = countries.find().paginate(PageRequest::new(1, 1)).await?;
    assert!(page.items[0].code != "00" && page.total == total);
    let window = countries.find().window(WindowRequest::new(1, &key)).await?;
    assert_eq!(window.items, page.items);
    Ok(())
}
