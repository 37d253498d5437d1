//! Orders and their items; totals are computed, so they agree.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::prelude::{Date, Decimal, Time};

use super::catalogue::PRODUCTS;
use super::{Keys, amount, at, insert};
use crate::m20260101_000003_orders::STATUS_TYPE;

struct Order {
    number: &'static str,
    user: &'static str,
    status: &'static str,
    /// Product and quantity; the price is the product's, unless [`OLD_PRICES`] has another.
    items: &'static [(&'static str, i32)],
    delivery: Option<(Option<Date>, Option<Time>)>,
    note: Option<&'static str>,
    created: &'static str,
    paid: Option<&'static str>,
}

/// An unpaid order, to be completed.
const PLAIN: Order = Order {
    number: "",
    user: "",
    status: "pending",
    items: &[],
    delivery: None,
    note: None,
    created: "",
    paid: None,
};

/// Prices that were others on the day of the order: order, product, price.
const OLD_PRICES: [(&str, &str, &str); 2] = [
    ("2025-00001", "HP-OVER-01", "119.00"),
    ("2025-00003", "TE-SENCHA-100", "12.80"),
];

const ORDERS: [Order; 14] = [
    Order {
        number: "2025-00001",
        user: "zoe.mueller@example.de",
        status: "shipped",
        items: &[("HP-OVER-01", 1), ("CF-BEANS-1K", 2)],
        delivery: Some((Date::from_ymd_opt(2025, 1, 13), Time::from_hms_opt(9, 0, 0))),
        created: "2025-01-09T18:04:11.250000Z",
        paid: Some("2025-01-09T18:06:40Z"),
        ..PLAIN
    },
    Order {
        number: "2025-00002",
        user: "jose.garcia@example.mx",
        status: "shipped",
        items: &[("GR-HAND-01", 6), ("CF-BEANS-1K", 40), ("TP-GLASS-02", 12)],
        note: Some("Invoice to the café, please; ring at the side door."),
        delivery: Some((Date::from_ymd_opt(2025, 2, 10), None)),
        created: "2025-01-28T15:30:00Z",
        paid: Some("2025-01-30T08:00:00Z"),
    },
    Order {
        number: "2025-00003",
        user: "misaki.sato@example.jp",
        status: "shipped",
        items: &[("TE-SENCHA-100", 3), ("TP-KYUSU-01", 1)],
        delivery: Some((
            Date::from_ymd_opt(2025, 2, 20),
            Time::from_hms_opt(18, 30, 0),
        )),
        note: Some("プレゼント用に包んでください。"),
        created: "2025-02-11T03:12:09.000001Z",
        paid: Some("2025-02-11T03:12:55Z"),
    },
    Order {
        number: "2025-00004",
        user: "wang.xiaoming@example.cn",
        status: "refunded",
        items: &[("LN-35-F2", 1)],
        created: "2025-03-05T10:20:30Z",
        paid: Some("2025-03-05T10:21:00Z"),
        note: Some("镜头有划痕，已退款。"),
        ..PLAIN
    },
    Order {
        number: "2025-00005",
        user: "minjun.kim@example.kr",
        status: "shipped",
        items: &[("HP-BUDS-02", 1)],
        delivery: Some((
            Date::from_ymd_opt(2025, 3, 19),
            Time::from_hms_opt(14, 0, 0),
        )),
        created: "2025-03-14T22:45:00Z",
        paid: Some("2025-03-14T22:45:31Z"),
        ..PLAIN
    },
    Order {
        number: "2025-00006",
        user: "lukasz.wisniewski@example.pl",
        status: "cancelled",
        items: &[("LS-SHELF-01", 1), ("PH-STRAP-01", 1)],
        note: Some("Cancelled by the customer before payment."),
        created: "2025-04-02T12:00:00Z",
        ..PLAIN
    },
    Order {
        number: "2025-00007",
        user: "amelie.lefevre@example.fr",
        status: "shipped",
        items: &[
            ("BK-FICT-ATLAS", 2),
            ("BK-TRAV-NORD", 1),
            ("TE-SENCHA-100", 1),
        ],
        delivery: Some((Date::from_ymd_opt(2025, 5, 6), Time::from_hms_opt(8, 15, 0))),
        created: "2025-04-29T07:59:59.999999Z",
        paid: Some("2025-04-29T08:03:12Z"),
        ..PLAIN
    },
    Order {
        number: "2025-00008",
        user: "asa.oberg@example.se",
        status: "shipped",
        items: &[("BK-TRAV-NORD", 1), ("LS-PORT-02", 1)],
        delivery: Some((
            Date::from_ymd_opt(2025, 6, 18),
            Time::from_hms_opt(16, 45, 0),
        )),
        created: "2025-06-12T19:10:05Z",
        paid: Some("2025-06-12T19:11:47Z"),
        ..PLAIN
    },
    Order {
        number: "2025-00009",
        user: "zoe.mueller@example.de",
        status: "shipped",
        items: &[("LS-SHELF-01", 1)],
        delivery: Some((Date::from_ymd_opt(2025, 7, 3), Time::from_hms_opt(11, 0, 0))),
        created: "2025-06-27T20:00:00Z",
        paid: Some("2025-06-27T20:02:18Z"),
        ..PLAIN
    },
    Order {
        number: "2025-00010",
        user: "chinedu.okafor@example.ng",
        status: "cancelled",
        items: &[("PH-FILM-400", 10)],
        created: "2025-08-06T09:09:09Z",
        ..PLAIN
    },
    Order {
        number: "2025-00011",
        user: "marcia.santos@example.br",
        status: "refunded",
        items: &[("GR-HAND-01", 1), ("CF-BEANS-1K", 1)],
        created: "2025-10-01T13:25:00Z",
        paid: Some("2025-10-01T13:26:30Z"),
        ..PLAIN
    },
    Order {
        number: "2025-00012",
        user: "priya.raghunathan@example.in",
        status: "paid",
        items: &[("PH-FILM-400", 24), ("LN-35-F2", 1), ("PH-STRAP-01", 2)],
        delivery: Some((
            Date::from_ymd_opt(2026, 1, 9),
            Time::from_hms_opt(10, 30, 0),
        )),
        created: "2025-12-29T05:40:21.123456Z",
        paid: Some("2025-12-30T06:00:00Z"),
        ..PLAIN
    },
    Order {
        number: "2026-00001",
        user: "misaki.sato@example.jp",
        status: "paid",
        items: &[("HP-OVER-01", 1)],
        created: "2026-01-02T00:30:00Z",
        paid: Some("2026-01-02T00:30:48Z"),
        ..PLAIN
    },
    Order {
        number: "2026-00002",
        user: "olena@example.org",
        status: "pending",
        items: &[("TP-GLASS-02", 1), ("TE-SENCHA-100", 2)],
        created: "2026-01-04T17:17:17Z",
        ..PLAIN
    },
];

pub(super) async fn seed(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let users = Keys::of(db, "users", "email").await?;
    let rows = ORDERS
        .iter()
        .map(|order| Ok(order_row(order, users.get(order.user)?)))
        .collect::<Result<_, DbErr>>()?;
    insert(db, "orders", ORDER_COLUMNS, rows).await?;

    let orders = Keys::of(db, "orders", "number").await?;
    let products = Keys::of(db, "products", "sku").await?;
    let mut items = Vec::new();
    for order in &ORDERS {
        for (sku, quantity) in order.items {
            items.push([
                orders.get(order.number)?.into(),
                products.get(sku)?.into(),
                (*quantity).into(),
                unit_price(order, sku).into(),
            ]);
        }
    }
    let columns = ["order_id", "product_id", "quantity", "unit_price"];
    insert(db, "order_items", columns, items).await
}

const ORDER_COLUMNS: [&str; 10] = [
    "number",
    "user_id",
    "status",
    "total",
    "delivery_date",
    "delivery_slot",
    "note",
    "paid_at",
    "created_at",
    "updated_at",
];

fn order_row(order: &Order, user_id: i64) -> [Expr; 10] {
    let total: Decimal = order
        .items
        .iter()
        .map(|(sku, quantity)| unit_price(order, sku) * Decimal::from(*quantity))
        .sum();
    let (date, slot) = order.delivery.unwrap_or_default();
    [
        order.number.into(),
        user_id.into(),
        Expr::val(order.status).as_enum(STATUS_TYPE),
        total.into(),
        date.into(),
        slot.into(),
        order.note.into(),
        order.paid.map(at).into(),
        at(order.created).into(),
        at(order.paid.unwrap_or(order.created)).into(),
    ]
}

fn unit_price(order: &Order, sku: &str) -> Decimal {
    let old = OLD_PRICES
        .iter()
        .find(|(number, product, _)| *number == order.number && *product == sku)
        .map(|(_, _, price)| *price);
    let now = PRODUCTS
        .iter()
        .find(|product| product.sku == sku)
        .map(|product| product.price);
    amount(old.or(now).expect("a seed item names a seed product"))
}
