//! SeaORM's traits without `async_trait`.
//!
//! `async_trait` bounds the lifetimes of each method by that of its future. Of what rustc proves under
//! a bound without a type parameter it remembers nothing, and so it went through all that a
//! connection holds, down to the fields of sqlx's, once for each method: two fifths of the time that
//! this crate took to compile. Here the future is boxed in a method without bounds, and the trait's
//! has nothing to prove.

/// Implements [`ConnectionTrait`](sea_orm::ConnectionTrait) by methods of the type's own: `dialect`, and
/// those that return boxed futures, `boxed_execute`, `boxed_execute_unprepared`, `boxed_query_one` and
/// `boxed_query_all`.
macro_rules! impl_connection_trait {
    ($(#[$attribute:meta])* $connection:ty) => {
        $(#[$attribute])*
        impl sea_orm::ConnectionTrait for $connection {
            fn get_database_backend(&self) -> sea_orm::DbBackend {
                self.dialect()
            }

            fn execute_raw<'a, 'f>(
                &'a self,
                stmt: sea_orm::Statement,
            ) -> futures_util::future::BoxFuture<'f, Result<sea_orm::ExecResult, sea_orm::DbErr>>
            where
                'a: 'f,
            {
                self.boxed_execute(stmt)
            }

            fn execute_unprepared<'a, 's, 'f>(
                &'a self,
                sql: &'s str,
            ) -> futures_util::future::BoxFuture<'f, Result<sea_orm::ExecResult, sea_orm::DbErr>>
            where
                'a: 'f,
                's: 'f,
            {
                self.boxed_execute_unprepared(sql)
            }

            fn query_one_raw<'a, 'f>(
                &'a self,
                stmt: sea_orm::Statement,
            ) -> futures_util::future::BoxFuture<
                'f,
                Result<Option<sea_orm::QueryResult>, sea_orm::DbErr>,
            >
            where
                'a: 'f,
            {
                self.boxed_query_one(stmt)
            }

            fn query_all_raw<'a, 'f>(
                &'a self,
                stmt: sea_orm::Statement,
            ) -> futures_util::future::BoxFuture<
                'f,
                Result<Vec<sea_orm::QueryResult>, sea_orm::DbErr>,
            >
            where
                'a: 'f,
            {
                self.boxed_query_all(stmt)
            }
        }
    };
}

pub(crate) use impl_connection_trait;
