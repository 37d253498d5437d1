//! Users: one by one, and as a list.

use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::IntoResponse,
};
use entity::users;
use sea_orm::DeriveIntoActiveModel;
use serde::Deserialize;
use xtsqlorm::{
    prelude::*,
    repository::{DictOptions, ModelExt},
};

use crate::{
    app::App,
    http::{Answer, Body, json, read},
    problem::Problem,
    unit::Unit,
};

/// What makes a user.
#[derive(Deserialize, DeriveIntoActiveModel)]
#[serde(deny_unknown_fields)]
#[sea_orm(active_model = "users::ActiveModel")]
struct NewUser {
    email: String,
    name: String,
}

/// What of a user can be changed; the version that was read is compared where it is given.
#[derive(Deserialize, DeriveIntoActiveModel)]
#[serde(deny_unknown_fields)]
#[sea_orm(active_model = "users::ActiveModel")]
struct UserChanges {
    email: Option<String>,
    name: Option<String>,
    is_active: Option<bool>,
    version: Option<i32>,
}

pub(crate) async fn list(State(app): State<App>, RawQuery(query): RawQuery) -> Answer {
    let asked = app.user_list.parse(query.as_deref().unwrap_or_default())?;
    let window = asked.window::<users::Entity>(&app.tokens)?;
    let found = app
        .users
        .find()
        .filter_by(asked.filter)?
        .window(window)
        .await?;
    json(StatusCode::OK, &found.map(|user| shown(&user)))
}

pub(crate) async fn show(State(app): State<App>, Path(id): Path<i64>) -> Answer {
    json(StatusCode::OK, &shown(&app.users.require_by_id(id).await?))
}

pub(crate) async fn create(State(app): State<App>, unit: Unit, Body(body): Body) -> Answer {
    let user = read::<NewUser>(&body)?;
    let unit = unit.begin().await?;
    let user = app.users.in_session(unit.session()).create(user).await?;
    unit.commit().await?;
    json(StatusCode::CREATED, &shown(&user))
}

pub(crate) async fn change(
    State(app): State<App>,
    Path(id): Path<i64>,
    unit: Unit,
    Body(body): Body,
) -> Answer {
    let changes = read::<UserChanges>(&body)?;
    let unit = unit.begin().await?;
    let changed = app
        .users
        .in_session(unit.session())
        .update(id, changes)
        .await?;
    let changed = changed.ok_or_else(|| Problem::not_found("user"))?;
    unit.commit().await?;
    json(StatusCode::OK, &shown(&changed))
}

pub(crate) async fn delete(State(app): State<App>, Path(id): Path<i64>) -> Answer {
    match app.users.delete(id).await? {
        true => Ok(StatusCode::NO_CONTENT.into_response()),
        false => Err(Problem::not_found("user")),
    }
}

/// What clients may see of a user.
fn shown(user: &users::Model) -> serde_json::Value {
    let options = ["id", "email", "name", "is_active", "version", "created_at"];
    let options = options
        .into_iter()
        .fold(DictOptions::new(), DictOptions::only);
    user.to_dict_with(&options).unwrap_or_default()
}
