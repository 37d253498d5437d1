//! The interface that services depend on.

use futures_util::future::BoxFuture;
use sea_orm::{ActiveModelBehavior, EntityTrait, IntoActiveModel};

use super::{Key, Page, Repository};
use crate::error::Result;

/// Reads and writes of one entity, behind an interface: a service takes
/// `Arc<dyn CrudRepository<users::Entity>>` and does not know whether rows are in a database or,
/// in its tests, in an `InMemoryRepository` (feature `testing`).
///
/// The methods are those of [`Repository`], with their meaning and their errors.
#[async_trait::async_trait]
#[doc(alias = "IAsyncRepository")]
pub trait CrudRepository<E: EntityTrait>: Send + Sync {
    /// See [`Repository::get_by_id`].
    async fn get_by_id(&self, id: Key<E>) -> Result<Option<E::Model>>;

    /// See [`Repository::require_by_id`].
    async fn require_by_id(&self, id: Key<E>) -> Result<E::Model>;

    /// See [`Repository::get_many`].
    async fn get_many(&self, ids: Vec<Key<E>>) -> Result<Vec<E::Model>>;

    /// See [`Repository::get_all`].
    async fn get_all(&self, page: Page) -> Result<Vec<E::Model>>;

    /// See [`Repository::count`].
    async fn count(&self) -> Result<u64>;

    /// See [`Repository::exists`].
    async fn exists(&self, id: Key<E>) -> Result<bool>;

    /// See [`Repository::create`].
    async fn create(&self, row: E::ActiveModel) -> Result<E::Model>;

    /// See [`Repository::create_many`].
    async fn create_many(&self, rows: Vec<E::ActiveModel>) -> Result<Vec<E::Model>>;

    /// See [`Repository::update`].
    async fn update(&self, id: Key<E>, changes: E::ActiveModel) -> Result<Option<E::Model>>;

    /// See [`Repository::upsert`].
    async fn upsert(&self, row: E::ActiveModel) -> Result<E::Model>;

    /// See [`Repository::delete`].
    async fn delete(&self, id: Key<E>) -> Result<bool>;
}

/// Implements [`CrudRepository`] by the type's own methods of the same names, without `async_trait` for
/// the reason that [`boxed`](crate::connection::boxed) gives.
///
/// Where it is used for a type that derefs to a repository, the trait must not be in scope: its methods
/// would stand before the repository's, and call themselves.
macro_rules! impl_crud_repository {
    ($repository:ident<E> where $($bounds:tt)*) => {
        $crate::repository::impl_crud_repository! {
            @methods $repository { $($bounds)* }
            get_by_id(id: Key<E>) -> Option<E::Model>;
            require_by_id(id: Key<E>) -> E::Model;
            get_many(ids: Vec<Key<E>>) -> Vec<E::Model>;
            get_all(page: Page) -> Vec<E::Model>;
            count() -> u64;
            exists(id: Key<E>) -> bool;
            create(row: E::ActiveModel) -> E::Model;
            create_many(rows: Vec<E::ActiveModel>) -> Vec<E::Model>;
            update(id: Key<E>, changes: E::ActiveModel) -> Option<E::Model>;
            upsert(row: E::ActiveModel) -> E::Model;
            delete(id: Key<E>) -> bool;
        }
    };
    (
        @methods $repository:ident { $($bounds:tt)* }
        $($method:ident($($argument:ident: $type:ty),*) -> $output:ty;)*
    ) => {
        impl<E> $crate::repository::CrudRepository<E> for $repository<E>
        where
            $($bounds)*
        {
            $(
                fn $method<'a, 'f>(
                    &'a self,
                    $($argument: $type),*
                ) -> BoxFuture<'f, Result<$output>>
                where
                    'a: 'f,
                    Self: 'f,
                {
                    Boxed(self).$method($($argument),*)
                }
            )*
        }

        /// The same methods, which return boxed futures.
        struct Boxed<'a, T>(&'a T);

        impl<'a, E> Boxed<'a, $repository<E>>
        where
            $($bounds)*
        {
            $(
                fn $method(
                    self,
                    $($argument: $type),*
                ) -> BoxFuture<'a, Result<$output>> {
                    Box::pin(self.0.$method($($argument),*))
                }
            )*
        }
    };
}

pub(crate) use impl_crud_repository;

impl_crud_repository! {
    Repository<E> where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelBehavior + Send,
}
