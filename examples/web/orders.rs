//! Orders: placed for a user, and as a list.

use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
};
use entity::{audit_log, orders, sea_orm_active_enums::OrdersStatus};
use serde::Deserialize;
use serde_json::json;
use xtsqlorm::prelude::*;

use crate::{
    app::App,
    http::{Answer, Body, json, read},
    unit::Unit,
};

/// What makes an order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewOrder {
    number: String,
    total: rust_decimal::Decimal,
}

/// Writes the order and its audit record, or neither of them.
pub(crate) async fn place(
    State(app): State<App>,
    Path(user_id): Path<i64>,
    unit: Unit,
    Body(body): Body,
) -> Answer {
    let NewOrder { number, total } = read(&body)?;
    let unit = unit.begin().await?;
    let user = app
        .users
        .in_session(unit.session())
        .require_by_id(user_id)
        .await?;
    let order = orders::ActiveModel {
        number: Set(number),
        user_id: Set(user.id),
        status: Set(OrdersStatus::Pending),
        total: Set(total),
        ..Default::default()
    };
    let order = unit.join(&app.orders).create(order).await?;
    let record = audit_log::ActiveModel {
        id: Set(uuid::Uuid::now_v7()),
        user_id: Set(Some(user.id)),
        action: Set("order.placed".to_owned()),
        subject_table: Set("orders".to_owned()),
        subject_key: Set(order.number.clone()),
        detail: Set(json!({ "total": order.total })),
        ..Default::default()
    };
    unit.repository::<audit_log::Entity>()
        .create(record)
        .await?;
    unit.commit().await?;
    json(StatusCode::CREATED, &order)
}

pub(crate) async fn list(State(app): State<App>, RawQuery(query): RawQuery) -> Answer {
    let asked = app.order_list.parse(query.as_deref().unwrap_or_default())?;
    let window = asked.window::<orders::Entity>(&app.tokens)?;
    let found = app
        .orders
        .find()
        .filter_by(asked.filter)?
        .window(window)
        .await?;
    json(StatusCode::OK, &found)
}
