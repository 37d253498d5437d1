//! One transaction for one request.

use axum::{extract::FromRequestParts, http::request::Parts};
use xtsqlorm::prelude::*;

use crate::{app::App, problem::Problem};

/// Begins the unit of work of a request. Extractors run before the body has come, and a client may
/// take its time with that: the handler begins when it has read it, so that nobody waits for the
/// transaction of a client that sends nothing.
pub(crate) struct Unit(SessionProvider);

impl Unit {
    /// A unit of work that is the handler's until it commits. A handler that ends otherwise, by an
    /// error or because the client went away, takes back what it did.
    pub(crate) async fn begin(self) -> Result<UnitOfWork, Problem> {
        Ok(UnitOfWork::begin(&self.0).await?)
    }
}

impl FromRequestParts<App> for Unit {
    type Rejection = Problem;

    async fn from_request_parts(_: &mut Parts, app: &App) -> Result<Self, Problem> {
        Ok(Self(app.provider.clone()))
    }
}
