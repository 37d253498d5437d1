//! A repository without a database, for the tests of services.

use std::{
    cmp::Ordering,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, DbErr, EntityTrait, IdenStatic, IntoActiveModel,
    Iterable, ModelTrait, PrimaryKeyTrait, TryFromU64, TryIntoModel, Value,
    sea_query::{IntoValueTuple, ValueTuple, sea_value_to_json_value},
};

use super::{CrudRepository, Key, Page, key};
use crate::error::{ConstraintKind, Error, Result, Violation};

/// Keeps rows in memory, and refuses what the database would refuse: a key or a unique value that
/// is taken, and a column without a value that must have one.
///
/// It knows what the entity declares: the primary key, auto-increment, `unique`, and which columns
/// may be NULL. What only the database knows is told to it: [`with_default`](Self::with_default),
/// [`with_unique`](Self::with_unique). Foreign keys, checks and the hooks of `ActiveModelBehavior`
/// are not looked at, and a session does not concern it. It keeps no
/// [conventions](crate::repository::conventions) and runs no [hooks](crate::repository::hooks). Clones
/// share the rows.
///
/// ```
/// # include!("../doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(_: SessionProvider) -> xtsqlorm::Result<()> {
/// use xtsqlorm::repository::{CrudRepository, InMemoryRepository};
///
/// let tags = InMemoryRepository::<tags::Entity>::new();
/// let row = || tags::ActiveModel { name: Set("vip".into()), ..Default::default() };
/// assert_eq!(tags.create(row()).await?.id, 1);
/// assert!(tags.create(row()).await.unwrap_err().is_unique_violation());
/// # Ok(())
/// # }
/// ```
pub struct InMemoryRepository<E: EntityTrait> {
    rows: Arc<Mutex<Rows<E>>>,
    defaults: Vec<Default<E>>,
    uniques: Vec<Vec<E::Column>>,
}

/// In the order of the key.
struct Rows<E: EntityTrait> {
    models: Vec<E::Model>,
    last_key: u64,
}

type Default<E> = (
    <E as EntityTrait>::Column,
    Arc<dyn Fn() -> Value + Send + Sync>,
);

impl<E: EntityTrait> InMemoryRepository<E> {
    /// An empty table.
    #[must_use]
    pub fn new() -> Self {
        let uniques = E::Column::iter()
            .filter(|column| column.def().is_unique())
            .map(|column| vec![column]);
        Self {
            rows: Arc::new(Mutex::new(Rows {
                models: Vec::new(),
                last_key: 0,
            })),
            defaults: Vec::new(),
            uniques: std::iter::once(key::columns::<E>().collect())
                .chain(uniques)
                .collect(),
        }
    }

    /// What the database writes into `column` where a new row leaves it out.
    #[must_use]
    pub fn with_default<V: Into<Value>>(
        mut self,
        column: E::Column,
        value: impl Fn() -> V + Send + Sync + 'static,
    ) -> Self {
        self.defaults
            .push((column, Arc::new(move || value().into())));
        self
    }

    /// A unique key over `columns`.
    #[must_use]
    pub fn with_unique(mut self, columns: impl IntoIterator<Item = E::Column>) -> Self {
        self.uniques.push(columns.into_iter().collect());
        self
    }

    fn rows(&self) -> MutexGuard<'_, Rows<E>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Refuses `row` where another one than `itself` has the same unique values.
    fn check_unique(&self, rows: &Rows<E>, row: &E::Model, itself: Option<usize>) -> Result<()> {
        for columns in &self.uniques {
            let values = |model: &E::Model| -> Vec<Value> {
                columns.iter().map(|column| model.get(*column)).collect()
            };
            let wanted = values(row);
            let is_null = |value: &Value| sea_value_to_json_value(value).is_null();
            if wanted.iter().any(is_null) {
                continue;
            }
            let taken = rows
                .models
                .iter()
                .enumerate()
                .any(|(index, other)| Some(index) != itself && values(other) == wanted);
            if taken {
                return Err(violation::<E>(ConstraintKind::Unique, columns));
            }
        }
        Ok(())
    }
}

impl<E> InMemoryRepository<E>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: TryIntoModel<E::Model>,
{
    /// The row as a database would store it.
    fn complete(&self, row: E::ActiveModel, rows: &mut Rows<E>) -> Result<E::Model> {
        let mut stored = row;
        self.fill_key(&mut stored, rows)?;
        let empty = E::ActiveModel::default_values();
        for column in E::Column::iter() {
            match stored.get(column) {
                // A row that was read comes as unchanged, and is written like any other.
                ActiveValue::Set(value) | ActiveValue::Unchanged(value) => {
                    stored.set(column, value);
                }
                ActiveValue::NotSet => {
                    let default = self
                        .defaults
                        .iter()
                        .find(|(of, _)| of.as_str() == column.as_str());
                    let value = match default {
                        Some((_, value)) => Some(value()),
                        None if column.def().is_null() => empty.get(column).into_value(),
                        None => None,
                    };
                    let value =
                        value.ok_or_else(|| violation::<E>(ConstraintKind::NotNull, &[column]))?;
                    stored.set(column, value);
                }
            }
        }
        Ok(stored.try_into_model()?)
    }

    fn fill_key(&self, row: &mut E::ActiveModel, rows: &mut Rows<E>) -> Result<()> {
        if !E::PrimaryKey::auto_increment() {
            return Ok(());
        }
        match row.get_primary_key_value() {
            Some(key) => {
                let given = key.into_iter().next();
                let given = given.and_then(|value| sea_value_to_json_value(&value).as_u64());
                rows.last_key = rows.last_key.max(given.unwrap_or(0));
            }
            None => {
                rows.last_key += 1;
                let key = Key::<E>::try_from_u64(rows.last_key)?;
                for (column, value) in key::columns::<E>().zip(key.into_value_tuple()) {
                    row.set(column, value);
                }
            }
        }
        Ok(())
    }

    fn insert(&self, row: E::ActiveModel, rows: &mut Rows<E>) -> Result<E::Model> {
        let model = self.complete(row, rows)?;
        self.check_unique(rows, &model, None)?;
        let key = model.get_primary_key_value();
        let place = rows
            .models
            .partition_point(|other| compare(&other.get_primary_key_value(), &key).is_lt());
        rows.models.insert(place, model.clone());
        Ok(model)
    }

    fn change(
        &self,
        key: ValueTuple,
        changes: E::ActiveModel,
        rows: &mut Rows<E>,
    ) -> Result<Option<E::Model>> {
        let mut changes = key::whole_if_unchanged::<E>(changes);
        key::assign::<E>(&mut changes, key.clone())?;
        let Some(index) = rows.position(&key) else {
            return Ok(None);
        };
        let mut row = rows.models[index].clone().into_active_model();
        for column in E::Column::iter() {
            if let ActiveValue::Set(value) = changes.get(column) {
                row.set(column, value);
            }
        }
        let model = row.try_into_model()?;
        self.check_unique(rows, &model, Some(index))?;
        rows.models[index] = model.clone();
        Ok(Some(model))
    }
}

impl<E: EntityTrait> Rows<E> {
    fn position(&self, key: &ValueTuple) -> Option<usize> {
        self.models
            .iter()
            .position(|model| model.get_primary_key_value() == *key)
    }

    fn get(&self, key: &ValueTuple) -> Option<E::Model> {
        self.position(key).map(|index| self.models[index].clone())
    }
}

#[async_trait::async_trait]
impl<E> CrudRepository<E> for InMemoryRepository<E>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: TryIntoModel<E::Model> + Send,
{
    async fn get_by_id(&self, id: Key<E>) -> Result<Option<E::Model>> {
        Ok(self.rows().get(&id.into_value_tuple()))
    }

    async fn require_by_id(&self, id: Key<E>) -> Result<E::Model> {
        let key = id.into_value_tuple();
        let found = self.rows().get(&key);
        found.ok_or_else(|| key::not_found::<E>(&key))
    }

    async fn get_many(&self, ids: Vec<Key<E>>) -> Result<Vec<E::Model>> {
        let rows = self.rows();
        Ok(ids
            .into_iter()
            .filter_map(|id| rows.get(&id.into_value_tuple()))
            .collect())
    }

    async fn get_all(&self, page: Page) -> Result<Vec<E::Model>> {
        let count = |rows: u64| usize::try_from(rows).unwrap_or(usize::MAX);
        let rows = self.rows();
        let page = rows
            .models
            .iter()
            .skip(count(page.offset))
            .take(count(page.limit.unwrap_or(u64::MAX)));
        Ok(page.cloned().collect())
    }

    async fn count(&self) -> Result<u64> {
        Ok(self.rows().models.len() as u64)
    }

    async fn exists(&self, id: Key<E>) -> Result<bool> {
        Ok(self.rows().position(&id.into_value_tuple()).is_some())
    }

    async fn create(&self, row: E::ActiveModel) -> Result<E::Model> {
        self.insert(row, &mut self.rows())
    }

    async fn create_many(&self, rows: Vec<E::ActiveModel>) -> Result<Vec<E::Model>> {
        let mut stored = self.rows();
        let before = stored.models.clone();
        let created: Result<Vec<E::Model>> = rows
            .into_iter()
            .map(|row| self.insert(row, &mut stored))
            .collect();
        if created.is_err() {
            stored.models = before;
        }
        created
    }

    async fn update(&self, id: Key<E>, changes: E::ActiveModel) -> Result<Option<E::Model>> {
        self.change(id.into_value_tuple(), changes, &mut self.rows())
    }

    async fn upsert(&self, row: E::ActiveModel) -> Result<E::Model> {
        let mut rows = self.rows();
        let known = row
            .get_primary_key_value()
            .filter(|key| rows.position(key).is_some());
        if let Some(key) = known
            && let Some(model) = self.change(key, row.clone(), &mut rows)?
        {
            return Ok(model);
        }
        self.insert(row, &mut rows)
    }

    async fn delete(&self, id: Key<E>) -> Result<bool> {
        let mut rows = self.rows();
        let position = rows.position(&id.into_value_tuple());
        if let Some(index) = position {
            rows.models.remove(index);
        }
        Ok(position.is_some())
    }
}

impl<E: EntityTrait> std::default::Default for InMemoryRepository<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E: EntityTrait> Clone for InMemoryRepository<E> {
    fn clone(&self) -> Self {
        Self {
            rows: Arc::clone(&self.rows),
            defaults: self.defaults.clone(),
            uniques: self.uniques.clone(),
        }
    }
}

impl<E: EntityTrait> fmt::Debug for InMemoryRepository<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InMemoryRepository")
            .field("table", &key::table::<E>())
            .field("rows", &self.rows().models.len())
            .finish_non_exhaustive()
    }
}

fn violation<E: EntityTrait>(kind: ConstraintKind, columns: &[E::Column]) -> Error {
    let columns: Vec<String> = columns
        .iter()
        .map(|column| column.as_str().to_owned())
        .collect();
    Error::Constraint(Box::new(Violation {
        kind,
        constraint: None,
        table: Some(key::table::<E>()),
        source: DbErr::Custom(format!("{kind} of {}", columns.join(", "))),
        columns,
    }))
}

/// The order in which a database sorts keys: numbers by size, everything else by its text.
fn compare(left: &ValueTuple, right: &ValueTuple) -> Ordering {
    let values = |key: &ValueTuple| -> Vec<serde_json::Value> {
        let values = key.clone().into_iter();
        values
            .map(|value| sea_value_to_json_value(&value))
            .collect()
    };
    let pairs = values(left).into_iter().zip(values(right));
    pairs
        .map(|pair| match pair {
            (serde_json::Value::Number(left), serde_json::Value::Number(right)) => {
                match (left.as_i64(), right.as_i64()) {
                    (Some(left), Some(right)) => left.cmp(&right),
                    _ => left
                        .as_f64()
                        .partial_cmp(&right.as_f64())
                        .unwrap_or(Ordering::Equal),
                }
            }
            (left, right) => text(&left).cmp(&text(&right)),
        })
        .find(|ordering| ordering.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn text(value: &serde_json::Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
