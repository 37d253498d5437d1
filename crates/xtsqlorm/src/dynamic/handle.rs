//! The repository itself.

use std::{fmt, sync::Arc};

use futures_util::FutureExt;

use super::{Row, RowKey, rules::RowRules, table::Table};
use crate::{
    error::Result,
    reflect::{DataType, TableModel, reflect_table},
    repository::conventions::Seen,
    session::{Session, SessionProvider},
    unit_of_work::UnitOfWork,
};

/// Reads and writes the rows of one table that no entity was generated for.
///
/// It does what [`Repository`](crate::repository::Repository) does, by the same names, with a
/// [`Row`] in place of a model, and as JSON. Clones are cheap. It takes part in the transaction that
/// the current task is inside of, and in the one that it was [given](Self::in_session).
///
/// ```
/// # include!("../doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// let countries = DynamicRepository::reflect(&provider, "countries").await?;
/// let iceland = countries.create([("code", "IS"), ("name", "Iceland")]).await?;
/// assert_eq!(countries.get_by_id("IS").await?, Some(iceland));
/// assert!(countries.delete("IS").await?);
/// assert_eq!(countries.count().await?, 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct DynamicRepository {
    pub(super) provider: SessionProvider,
    pub(super) table: Arc<Table>,
    pub(super) rules: Arc<RowRules>,
    pub(super) seen: Seen,
}

impl DynamicRepository {
    /// A repository on the provider's pool, for a table that was reflected or described by hand.
    #[must_use]
    pub fn new(provider: &SessionProvider, table: Arc<TableModel>) -> Self {
        let backend = provider.manager().backend();
        Self {
            provider: provider.clone(),
            table: Arc::new(Table::new(table, backend)),
            rules: Arc::default(),
            seen: Seen::default(),
        }
    }

    /// A repository for the table or view of that name, which is [reflected](reflect_table) first;
    /// `schema.table` names one of another schema.
    ///
    /// A table that was reflected before on the same pool is not read again;
    /// [`refresh_table`](crate::reflect::refresh_table) does that after the table was changed.
    /// Reflection asks the catalogue on a connection of its own: inside a transaction, a pool of one
    /// connection has none left for it.
    ///
    /// # Errors
    ///
    /// As [`reflect_table`]: where there is no such table, with the nearest name.
    pub async fn reflect(provider: &SessionProvider, table: &str) -> Result<Self> {
        // Boxed, since a future that holds so many others costs callers the compiler's patience.
        let table = reflect_table(table, provider.manager()).boxed().await?;
        Ok(Self::new(provider, table))
    }

    /// The same repository, in which `column` is held as `data_type`, for a column whose own type
    /// says too little: a `binary(16)` of MySQL that holds a [`Uuid`](DataType::Uuid), or text of
    /// SQLite that is no date although its column says so.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`](crate::Error::InvalidInput) where the table has no such column.
    pub fn with_type(&self, column: &str, data_type: DataType) -> Result<Self> {
        self.table.column(column)?;
        let mut model = TableModel::clone(&self.table.model);
        let columns = model.columns.iter_mut();
        for known in columns.filter(|known| known.name == column) {
            known.data_type = data_type.clone();
        }
        let backend = self.provider.manager().backend();
        Ok(Self {
            table: Arc::new(Table::new(Arc::new(model), backend)),
            ..self.clone()
        })
    }

    /// The same repository inside `session`, with its conventions and hooks.
    #[must_use]
    pub fn in_session(&self, session: &Session) -> Self {
        self.on(session.provider())
    }

    pub(super) fn on(&self, provider: SessionProvider) -> Self {
        Self {
            provider,
            ..self.clone()
        }
    }

    /// The table, as it was reflected.
    #[must_use]
    pub fn table(&self) -> &Arc<TableModel> {
        &self.table.model
    }

    /// The provider whose pool, and whose current session, is used.
    #[must_use]
    pub fn provider(&self) -> &SessionProvider {
        &self.provider
    }
}

/// The names of the Python original: each is [`in_session`](DynamicRepository::in_session) and the
/// method without the suffix.
impl DynamicRepository {
    /// [`get_by_id`](Self::get_by_id) inside `session`.
    ///
    /// # Errors
    ///
    /// As [`get_by_id`](Self::get_by_id).
    pub async fn get_by_id_in_session(
        &self,
        session: &Session,
        id: impl Into<RowKey>,
    ) -> Result<Option<Row>> {
        self.in_session(session).get_by_id(id).await
    }

    /// [`create`](Self::create) inside `session`. The row that comes back has its key.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create).
    pub async fn create_in_session(&self, session: &Session, row: impl Into<Row>) -> Result<Row> {
        self.in_session(session).create(row).await
    }

    /// [`update`](Self::update) inside `session`.
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update).
    pub async fn update_in_session(
        &self,
        session: &Session,
        id: impl Into<RowKey>,
        changes: impl Into<Row>,
    ) -> Result<Option<Row>> {
        self.in_session(session).update(id, changes).await
    }

    /// [`delete`](Self::delete) inside `session`.
    ///
    /// # Errors
    ///
    /// As [`delete`](Self::delete).
    pub async fn delete_in_session(
        &self,
        session: &Session,
        id: impl Into<RowKey>,
    ) -> Result<bool> {
        self.in_session(session).delete(id).await
    }
}

impl UnitOfWork {
    /// A repository in this unit for a table that was reflected before.
    ///
    /// ```
    /// # include!("../doctest_setup.rs");
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
    /// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
    /// let table = xtsqlorm::reflect::reflect_table("tags", provider.manager()).await?;
    /// let unit = UnitOfWork::begin(&provider).await?;
    /// let tags = unit.dynamic_repository(table);
    /// tags.create([("name", "vip")]).await?;
    /// unit.rollback().await?;
    /// assert!(tags.count().await.unwrap_err().is_session_closed());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn dynamic_repository(&self, table: Arc<TableModel>) -> DynamicRepository {
        DynamicRepository::new(&self.session().provider(), table)
    }

    /// The same repository in this unit, with its conventions and hooks: what
    /// [`join`](Self::join) is for a repository of an entity.
    #[must_use]
    pub fn join_dynamic(&self, repository: &DynamicRepository) -> DynamicRepository {
        repository.in_session(self.session())
    }
}

impl fmt::Debug for DynamicRepository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicRepository")
            .field("table", &self.table.model.name)
            .field("provider", &self.provider)
            .finish()
    }
}
