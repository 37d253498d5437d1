//! What an application needs, to be imported as a whole: `use xtsqlorm::prelude::*;`.
//!
//! Ours, and those traits and values of SeaORM without which its methods cannot be called. Two are
//! left out since they make everyday code ambiguous, and are imported where they are needed:
//! `ExprTrait` (`1.min(2)`) and `ActiveModelTrait` (`users::ActiveModel::default()`).

pub use sea_orm::{
    self, ActiveValue, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel,
    Iterable, JoinType, ModelTrait, NotSet, Order, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, RelationTrait, Set, StreamTrait, Unchanged,
};

pub use crate::{
    config::{DatabaseConfig, PoolConfig, Settings},
    connection::{Backend, ConnectionManager, ManageConnection, PoolStatus},
    error::Error,
    factory::{
        create_conn_mgr, create_connection_manager, create_ops, create_orm_operations,
        create_provider, create_repo, create_repository, create_session_provider,
    },
    operations::OrmOperations,
    repository::{
        CrudRepository, Find, Page, PageRequest, Paginated, Repository, Slice, Sort, TokenKey,
        Window, WindowRequest,
    },
    row::Row,
    session::{ProvideSession, Session, SessionProvider, TransactionOptions},
    unit_of_work::UnitOfWork,
};
#[cfg(feature = "dynamic")]
pub use crate::{
    dynamic::DynamicRepository,
    factory::{create_dynamic_repo, create_dynamic_repository},
    reflect::{TableModel, reflect_schema, reflect_table},
    tables::copy_table_structure,
};
