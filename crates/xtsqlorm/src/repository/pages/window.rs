//! Windows: pages that begin where another one ended.

mod condition;
mod fingerprint;
mod key;
mod order;
mod plan;
mod reading;
mod request;
mod term;
mod token;
mod wire;

use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IdenStatic, ModelTrait};
use serde::Serialize;

pub use self::{key::TokenKey, request::WindowRequest, token::WindowToken};

use self::{plan::Plan, term::Term};
use super::sort::Sort;
use crate::{
    connection::Backend,
    error::{Error, Result},
    repository::{Find, key as primary_key},
};

/// Some rows of an order, and how to go on from them in both directions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Window<T> {
    /// The rows, in the order asked for, whichever the direction.
    pub items: Vec<T>,
    /// For [`after`](WindowRequest::after): the place behind the last row. It is there even where
    /// nothing follows, so that what is added later can be asked for. `None` for the first or last
    /// window of no rows at all.
    pub next: Option<WindowToken>,
    /// For [`before`](WindowRequest::before): the place before the first row.
    pub previous: Option<WindowToken>,
    /// Whether rows follow. In a window that was asked for with `before`: whether there was a row at
    /// the token, when that was made.
    pub has_next: bool,
    /// Whether rows come before these. In a window that was asked for with `after`: whether there
    /// was a row at the token, when that was made.
    pub has_previous: bool,
}

impl<T> Window<T> {
    /// The same window of something made from each row.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Window<U> {
        Window {
            items: self.items.into_iter().map(change).collect(),
            next: self.next,
            previous: self.previous,
            has_next: self.has_next,
            has_previous: self.has_previous,
        }
    }
}

impl<E: EntityTrait> Find<E> {
    /// The rows behind or before a place in an order. One round trip, which reads one row more.
    ///
    /// The primary key sorts what the request's columns leave open, in the direction of the last of
    /// them. See [pages](super#windows) for what that promises.
    ///
    /// ```
    /// # include!("../../doctest_setup.rs");
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
    /// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
    /// # migration::seed(&provider).await?;
    /// use xtsqlorm::repository::{Sort, TokenKey, WindowRequest};
    ///
    /// let key = TokenKey::random()?;
    /// let users = Repository::<users::Entity>::new(&provider);
    /// let active = users.find().filter(users::Column::IsActive.eq(true));
    /// let by_name = WindowRequest::new(3, &key).sort(Sort::asc(users::Column::Name));
    ///
    /// let first = active.clone().window(by_name.clone()).await?;
    /// let second = active.clone().window(by_name.clone().after(first.next.clone())).await?;
    /// assert!(first.items[2].name <= second.items[0].name);
    ///
    /// let back = active.window(by_name.before(second.previous)).await?;
    /// assert_eq!(back.items, first.items);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`], before any SQL: for a size of 0 or over the cap; a token of another
    /// query, sort or key, or one that was changed; a column that is named twice, or whose type has
    /// no order that the databases agree on; a query with an order, limit, offset or GROUP BY of its
    /// own; a read-only record, whose rows have no key. After it, for a sort value at the window's
    /// edge that is longer than 255 characters or 1000 bytes. Otherwise what the database reports.
    pub async fn window(self, request: WindowRequest<E::Column>) -> Result<Window<E::Model>> {
        let (provider, mut rows) = self.into_rows();
        let backend = provider.manager().backend();
        if !primary_key::is_stored::<E>() {
            return Err(Error::invalid(
                primary_key::table::<E>(),
                "its rows have no key to tell equal ones apart",
                "take `paginate` or `slice`",
            ));
        }
        let sorts = complete::<E>(&request.sorts)?;
        let plan = Plan::new(&rows, terms(&sorts, backend)?, &request, backend)?;
        plan.restrict(&mut rows, backend);
        let read = provider.query_all(&rows).await?;
        plan.finish(
            read,
            |row| Ok(E::Model::from_query_result(row, "")?),
            |model, number| model.get(sorts[number].column),
        )
    }
}

/// The columns asked for, and those of the primary key that are missing among them.
fn complete<E: EntityTrait>(sorts: &[Sort<E::Column>]) -> Result<Vec<Sort<E::Column>>> {
    let mut complete: Vec<Sort<E::Column>> = Vec::new();
    let has = |sorts: &[Sort<E::Column>], column: E::Column| {
        sorts
            .iter()
            .any(|sort| sort.column.as_str() == column.as_str())
    };
    for sort in sorts {
        if has(&complete, sort.column) {
            return Err(Error::invalid(
                format!("{}.{}", primary_key::table::<E>(), sort.column.as_str()),
                "rows are sorted by this column twice",
                "name it once",
            ));
        }
        complete.push(*sort);
    }
    // In one direction with the last, so that an index serves both.
    let descending = sorts.last().is_some_and(|sort| sort.descending);
    for column in primary_key::columns::<E>() {
        if !has(&complete, column) {
            complete.push(match descending {
                true => Sort::desc(column),
                false => Sort::asc(column),
            });
        }
    }
    Ok(complete)
}

fn terms<C: sea_orm::ColumnTrait>(sorts: &[Sort<C>], backend: Backend) -> Result<Vec<Term>> {
    sorts.iter().map(|sort| Term::new(sort, backend)).collect()
}
