//! What the implementations have in common: rows as JSON, in and out.

use entity::{countries, users};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value as Json, from_value, to_value};
use xtsqlorm::{Result, prelude::*, repository::Key};

/// A repository under test.
#[async_trait::async_trait]
pub(super) trait Subject: Send + Sync {
    async fn get_by_id(&self, id: Json) -> Result<Option<Json>>;
    async fn require_by_id(&self, id: Json) -> Result<Json>;
    async fn get_many(&self, ids: Vec<Json>) -> Result<Vec<Json>>;
    async fn get_all(&self, page: Page) -> Result<Vec<Json>>;
    async fn count(&self) -> Result<u64>;
    async fn exists(&self, id: Json) -> Result<bool>;
    async fn create(&self, row: Json) -> Result<Json>;
    async fn create_many(&self, rows: Vec<Json>) -> Result<Vec<Json>>;
    async fn update(&self, id: Json, changes: Json) -> Result<Option<Json>>;
    async fn upsert(&self, row: Json) -> Result<Json>;
    async fn delete(&self, id: Json) -> Result<bool>;
}

/// A repository of an entity.
pub(super) struct Typed<E: EntityTrait>(Box<dyn CrudRepository<E>>);

impl<E: EntityTrait> Typed<E> {
    pub(super) fn new(repository: impl CrudRepository<E> + 'static) -> Self {
        Self(Box::new(repository))
    }
}

/// The entities of the suite, from and to JSON.
pub(super) trait Sample: EntityTrait {
    /// What the fields of the object set.
    fn row(fields: &Json) -> Self::ActiveModel;
}

macro_rules! sample {
    ($table:ident { $($field:ident),+ }) => {
        impl Sample for $table::Entity {
            fn row(fields: &Json) -> $table::ActiveModel {
                $table::ActiveModel {$(
                    $field: match fields.get(stringify!($field)) {
                        Some(value) => Set(from_value(value.clone()).unwrap()),
                        None => NotSet,
                    },
                )+}
            }
        }
    };
}

sample!(users {
    id,
    email,
    name,
    country_code,
    birthday,
    is_active,
    preferences,
    version,
    created_at,
    updated_at,
    deleted_at
});
sample!(countries { code, name });

#[async_trait::async_trait]
impl<E> Subject for Typed<E>
where
    E: Sample,
    E::Model: Serialize,
    Key<E>: DeserializeOwned,
{
    async fn get_by_id(&self, id: Json) -> Result<Option<Json>> {
        Ok(self.0.get_by_id(key::<E>(id)).await?.map(json))
    }

    async fn require_by_id(&self, id: Json) -> Result<Json> {
        Ok(json(self.0.require_by_id(key::<E>(id)).await?))
    }

    async fn get_many(&self, ids: Vec<Json>) -> Result<Vec<Json>> {
        let ids = ids.into_iter().map(key::<E>).collect();
        Ok(self.0.get_many(ids).await?.into_iter().map(json).collect())
    }

    async fn get_all(&self, page: Page) -> Result<Vec<Json>> {
        Ok(self.0.get_all(page).await?.into_iter().map(json).collect())
    }

    async fn count(&self) -> Result<u64> {
        self.0.count().await
    }

    async fn exists(&self, id: Json) -> Result<bool> {
        self.0.exists(key::<E>(id)).await
    }

    async fn create(&self, row: Json) -> Result<Json> {
        Ok(json(self.0.create(E::row(&row)).await?))
    }

    async fn create_many(&self, rows: Vec<Json>) -> Result<Vec<Json>> {
        let rows = rows.iter().map(E::row).collect();
        let created = self.0.create_many(rows).await?;
        Ok(created.into_iter().map(json).collect())
    }

    async fn update(&self, id: Json, changes: Json) -> Result<Option<Json>> {
        let changed = self.0.update(key::<E>(id), E::row(&changes)).await?;
        Ok(changed.map(json))
    }

    async fn upsert(&self, row: Json) -> Result<Json> {
        Ok(json(self.0.upsert(E::row(&row)).await?))
    }

    async fn delete(&self, id: Json) -> Result<bool> {
        self.0.delete(key::<E>(id)).await
    }
}

fn key<E: EntityTrait>(id: Json) -> Key<E>
where
    Key<E>: DeserializeOwned,
{
    from_value(id).unwrap()
}

fn json(model: impl Serialize) -> Json {
    to_value(model).unwrap()
}

#[async_trait::async_trait]
impl Subject for DynamicRepository {
    async fn get_by_id(&self, id: Json) -> Result<Option<Json>> {
        Ok(Self::get_by_id(self, id).await?.map(json))
    }

    async fn require_by_id(&self, id: Json) -> Result<Json> {
        Ok(json(Self::require_by_id(self, id).await?))
    }

    async fn get_many(&self, ids: Vec<Json>) -> Result<Vec<Json>> {
        let rows = Self::get_many(self, ids).await?;
        Ok(rows.into_iter().map(json).collect())
    }

    async fn get_all(&self, page: Page) -> Result<Vec<Json>> {
        let rows = Self::get_all(self, page).await?;
        Ok(rows.into_iter().map(json).collect())
    }

    async fn count(&self) -> Result<u64> {
        Self::count(self).await
    }

    async fn exists(&self, id: Json) -> Result<bool> {
        Self::exists(self, id).await
    }

    async fn create(&self, row: Json) -> Result<Json> {
        Ok(json(self.create_json(row).await?))
    }

    async fn create_many(&self, rows: Vec<Json>) -> Result<Vec<Json>> {
        let created = self.create_many_json(rows).await?;
        Ok(created.into_iter().map(json).collect())
    }

    async fn update(&self, id: Json, changes: Json) -> Result<Option<Json>> {
        Ok(self.update_json(id, changes).await?.map(json))
    }

    async fn upsert(&self, row: Json) -> Result<Json> {
        Ok(json(self.upsert_json(row).await?))
    }

    async fn delete(&self, id: Json) -> Result<bool> {
        Self::delete(self, id).await
    }
}
