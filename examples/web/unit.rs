//! One transaction for one request.

use axum::{extract::FromRequestParts, http::request::Parts};
use xtsqlorm::prelude::*;

use crate::{app::App, problem::Problem};

/// A unit of work that is the handler's until it commits. A handler that ends otherwise, by an error
/// or because the client went away, takes back what it did.
pub(crate) struct Unit(pub(crate) UnitOfWork);

impl FromRequestParts<App> for Unit {
    type Rejection = Problem;

    async fn from_request_parts(_: &mut Parts, app: &App) -> Result<Self, Problem> {
        Ok(Self(UnitOfWork::begin(&app.provider).await?))
    }
}
