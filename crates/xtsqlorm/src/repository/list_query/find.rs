//! Queries take filters, orders and lists.

use sea_orm::{Condition, EntityTrait, IdenStatic, Order, QueryFilter, QueryOrder, QuerySelect};

use super::{ListQuery, SortKey};
use crate::{
    error::{Error, Result},
    repository::{
        Filter, Find, Repository, Sort, TokenKey, WindowRequest, WindowToken, column_of,
        filter::OfEntity, key, restricting,
    },
};

impl<E: EntityTrait> Repository<E> {
    /// The condition that a filter is on the entity's table, for SeaORM's own statements: an empty
    /// one where it leaves out no row. [`Find::filter_by`], [`update_where`](Self::update_where) and
    /// their like take the filter itself.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for a column that the entity does not have, with the nearest one, and
    /// for a value that the column cannot be compared with.
    pub fn filter(&self, filter: impl Into<Filter>) -> Result<Condition> {
        let backend = self.provider.manager().backend();
        filter.into().resolve(&OfEntity::<E>::new(backend))
    }

    /// The condition of a write, which must restrict something.
    pub(crate) fn restricting(&self, filter: impl Into<Filter>) -> Result<Condition> {
        let filter = filter.into();
        if filter.is_empty() {
            return restricting(&key::table::<E>(), Condition::all());
        }
        restricting(&key::table::<E>(), self.filter(filter)?)
    }
}

impl<E: EntityTrait> Find<E> {
    /// Only rows that meet the filter, and those given before and after.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for a column that the entity does not have, with the nearest one, and
    /// for a value that the column cannot be compared with.
    pub fn filter_by(self, filter: impl Into<Filter>) -> Result<Self> {
        let target = OfEntity::<E>::new(self.backend());
        let condition = filter.into().resolve(&target)?;
        Ok(self.filter(condition))
    }

    /// Sorts by these columns, after those given before. Where NULLs come is the database's choice.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for a column that the entity does not have, with the nearest one.
    pub fn sort_by(self, keys: &[SortKey]) -> Result<Self> {
        keys.iter().try_fold(self, |find, key| {
            let order = if key.descending {
                Order::Desc
            } else {
                Order::Asc
            };
            Ok(find.order_by(column_of::<E>(&key.column)?, order))
        })
    }

    /// The rows that a client asked for: its filter, its order, and after that the order of the
    /// primary key, so that no row is on two pages; its page.
    ///
    /// # Errors
    ///
    /// As [`filter_by`](Self::filter_by) and [`sort_by`](Self::sort_by);
    /// [`Error::InvalidInput`] for a query that pages by tokens.
    pub fn list(self, query: ListQuery) -> Result<Self> {
        query.check_counted()?;
        let find = self.filter_by(query.filter)?.sort_by(&query.sort)?;
        let mut sorted = Vec::with_capacity(query.sort.len());
        for key in &query.sort {
            sorted.push(column_of::<E>(&key.column)?.as_str());
        }
        let rest = key::columns::<E>().filter(|column| !sorted.contains(&column.as_str()));
        let find = rest.fold(find, |find, column| find.order_by_asc(column));
        Ok(find
            .limit(query.size)
            .offset(query.page.saturating_sub(1).saturating_mul(query.size)))
    }
}

impl ListQuery {
    /// The page as a window, where pages go by the tokens `after` and `before`; its tokens are signed
    /// with `key`. NULLs come where [`Sort`] has them.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for a column to sort by that the entity does not have, and for a `page`
    /// beyond the first.
    pub fn window<E: EntityTrait>(&self, key: &TokenKey) -> Result<WindowRequest<E::Column>> {
        if self.page > 1 {
            return Err(Error::invalid(
                "query string",
                "this list has no numbered pages",
                "give `after` or `before`, with a token of the page before or behind",
            ));
        }
        let request = WindowRequest::new(self.size, key)
            .max_size(self.size)
            .after(self.after.clone().map(WindowToken::from))
            .before(self.before.clone().map(WindowToken::from));
        self.sort.iter().try_fold(request, |request, key| {
            let column = column_of::<E>(&key.column)?;
            Ok(request.sort(match key.descending {
                true => Sort::desc(column),
                false => Sort::asc(column),
            }))
        })
    }

    /// Refuses tokens, which are no numbers of pages.
    pub(crate) fn check_counted(&self) -> Result<()> {
        if self.after.is_none() && self.before.is_none() {
            return Ok(());
        }
        Err(Error::invalid(
            "query string",
            "this list has numbered pages, and no `after` or `before`",
            "give a `page`",
        ))
    }
}
