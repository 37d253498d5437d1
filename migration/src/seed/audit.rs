//! A few lines of the audit log.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::prelude::Uuid;
use serde_json::{Value, json};

use super::{Keys, at, insert};

struct Line {
    id: &'static str,
    /// Who did it; the system where there is none.
    user: Option<&'static str>,
    action: &'static str,
    table: &'static str,
    /// The subject's natural key.
    key: &'static str,
    created: &'static str,
    detail: fn() -> Value,
}

const LINES: [Line; 9] = [
    Line {
        id: "01961784-b51b-783f-a774-5ccb9a31052e",
        user: Some("zoe.mueller@example.de"),
        action: "user.created",
        table: "users",
        key: "zoe.mueller@example.de",
        created: "2025-01-07T08:15:30.120500Z",
        detail: || json!({ "via": "web", "referrer": null }),
    },
    Line {
        id: "01962738-0bf2-7d93-9520-dd4c21477386",
        user: Some("zoe.mueller@example.de"),
        action: "order.placed",
        table: "orders",
        key: "2025-00001",
        created: "2025-01-09T18:04:11.250000Z",
        detail: || json!({ "items": 2, "address": { "city": "Köln", "zip": "50667" } }),
    },
    Line {
        id: "01963676-164a-7e57-a0ed-bcba3acce672",
        user: None,
        action: "price.changed",
        table: "products",
        key: "HP-OVER-01",
        created: "2025-02-01T00:00:00Z",
        detail: || json!({ "from": "119.00", "to": "129.00", "reason": "new supplier" }),
    },
    Line {
        id: "01964622-8207-7cfa-8e4a-bd12108f391e",
        user: None,
        action: "price.changed",
        table: "products",
        key: "TE-SENCHA-100",
        created: "2025-04-01T00:00:00Z",
        detail: || json!({ "from": "12.80", "to": "13.20", "reason": "spring harvest 新茶" }),
    },
    Line {
        id: "01965539-7075-7a2a-bffc-d3c12ef89057",
        user: Some("wang.xiaoming@example.cn"),
        action: "order.refunded",
        table: "orders",
        key: "2025-00004",
        created: "2025-03-21T14:05:00Z",
        detail: || json!({ "amount": "419.00", "photos": ["scratch-1.jpg", "scratch-2.jpg"] }),
    },
    Line {
        id: "01966499-7aef-7c7d-a96c-f46b977c090a",
        user: Some("lukasz.wisniewski@example.pl"),
        action: "order.cancelled",
        table: "orders",
        key: "2025-00006",
        created: "2025-04-02T16:40:12Z",
        detail: || json!({ "by": "customer" }),
    },
    Line {
        id: "01967449-01c1-7e8e-b2d3-b1925e1302ca",
        user: None,
        action: "user.deactivated",
        table: "users",
        key: "brian.oconnor@example.com",
        created: "2025-11-30T02:00:00Z",
        detail: || json!({ "idle_days": 92, "notified": true }),
    },
    Line {
        id: "019683ea-ea14-7eb1-bb4a-a559cd9f2898",
        user: Some("marcia.santos@example.br"),
        action: "user.deleted",
        table: "users",
        key: "marcia.santos@example.br",
        created: "2025-12-20T07:30:00Z",
        detail: || json!({ "soft": true, "answers": [3, 5, 1.5] }),
    },
    Line {
        id: "019692f6-cde8-71cc-aadf-c974d1729a11",
        user: None,
        action: "stock.counted",
        table: "products",
        key: "*",
        created: "2025-12-31T22:10:00.000500Z",
        detail: || json!({}),
    },
];

pub(super) async fn seed(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let users = Keys::of(db, "users", "email").await?;
    let mut rows = Vec::new();
    for line in &LINES {
        let id: Uuid = line.id.parse().expect("a seed id is a UUID");
        let user_id = line.user.map(|email| users.get(email)).transpose()?;
        rows.push([
            id.into(),
            user_id.into(),
            line.action.into(),
            line.table.into(),
            line.key.into(),
            (line.detail)().into(),
            at(line.created).into(),
        ]);
    }
    let columns = [
        "id",
        "user_id",
        "action",
        "subject_table",
        "subject_key",
        "detail",
        "created_at",
    ];
    insert(db, "audit_log", columns, rows).await
}
