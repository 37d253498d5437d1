//! The short road: everything by the name of a database in the configuration.
//!
//! ```no_run
//! # use entity::users;
//! use xtsqlorm::prelude::*;
//!
//! # async fn doctest() -> xtsqlorm::Result<()> {
//! let users = create_repository::<users::Entity>("default").await?;
//! println!("{} users", users.count().await?);
//! # Ok(())
//! # }
//! ```
//!
//! Functions that name the same key share one pool; see [`ConnectionManager::shared`].

#[cfg(feature = "dynamic")]
use std::sync::Arc;

use sea_orm::EntityTrait;

use crate::{
    connection::ConnectionManager, error::Result, operations::OrmOperations,
    repository::Repository, session::SessionProvider,
};
#[cfg(feature = "dynamic")]
use crate::{
    dynamic::DynamicRepository,
    reflect::{TableModel, reflect_table},
};

#[cfg(feature = "dynamic")]
pub use self::create_dynamic_repository as create_dynamic_repo;
pub use self::{
    create_connection_manager as create_conn_mgr, create_orm_operations as create_ops,
    create_repository as create_repo, create_session_provider as create_provider,
};

/// The manager of the database that `db_key` names.
///
/// # Errors
///
/// As [`ConnectionManager::shared`].
#[doc(alias = "create_async_connection_manager")]
pub async fn create_connection_manager(db_key: &str) -> Result<ConnectionManager> {
    ConnectionManager::shared(db_key).await
}

/// A provider of sessions on the database that `db_key` names.
///
/// # Errors
///
/// As [`ConnectionManager::shared`].
#[doc(alias = "create_async_session_provider")]
pub async fn create_session_provider(db_key: &str) -> Result<SessionProvider> {
    let manager = create_connection_manager(db_key).await?;
    Ok(SessionProvider::new(manager))
}

/// A repository of `E` on the database that `db_key` names.
///
/// # Errors
///
/// As [`ConnectionManager::shared`].
#[doc(alias = "create_async_repository")]
pub async fn create_repository<E: EntityTrait>(db_key: &str) -> Result<Repository<E>> {
    let provider = create_session_provider(db_key).await?;
    Ok(Repository::new(&provider))
}

/// Operations on `E` on the database that `db_key` names, with nothing switched on.
///
/// ```no_run
/// # use entity::users;
/// use xtsqlorm::prelude::*;
///
/// # async fn doctest() -> xtsqlorm::Result<()> {
/// let users = create_orm_operations::<users::Entity>("default").await?;
/// println!("{:?}", users.get_one(users::Column::Email.eq("ada@example.com")).await?);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// As [`ConnectionManager::shared`].
#[doc(alias = "create_async_orm_operations")]
pub async fn create_orm_operations<E: EntityTrait>(db_key: &str) -> Result<OrmOperations<E>> {
    let provider = create_session_provider(db_key).await?;
    Ok(OrmOperations::new(&provider))
}

/// A repository of a table that no entity was generated for, on the database that `db_key` names.
///
/// ```no_run
/// use xtsqlorm::prelude::*;
///
/// # async fn doctest() -> xtsqlorm::Result<()> {
/// let users = create_dynamic_repository("users", "default").await?;
/// println!("{} users", users.count().await?);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// As [`ConnectionManager::shared`] and [`DynamicRepository::reflect`].
#[cfg(feature = "dynamic")]
#[doc(alias = "create_async_dynamic_repository")]
pub async fn create_dynamic_repository(table: &str, db_key: &str) -> Result<DynamicRepository> {
    let provider = create_session_provider(db_key).await?;
    DynamicRepository::reflect(&provider, table).await
}

/// The table that `table` names in the database that `db_key` names, as it was when it was first
/// read.
///
/// # Errors
///
/// As [`ConnectionManager::shared`] and [`reflect_table`].
#[cfg(feature = "dynamic")]
pub async fn reflect_table_of(db_key: &str, table: &str) -> Result<Arc<TableModel>> {
    let manager = create_connection_manager(db_key).await?;
    reflect_table(table, &manager).await
}
