//! Rows as JSON objects on their way in.

use serde_json::Value as Json;

use super::{DynamicRepository, Filter, Row, RowKey};
#[cfg(doc)]
use crate::Error;
use crate::error::Result;

/// JSON takes the names of the columns: a field that is no column is an error, a field that is left
/// out is not written, and `null` is NULL. [`Row::to_json`] is the way out.
impl DynamicRepository {
    /// Creates a row from a JSON object.
    ///
    /// ```
    /// # include!("../doctest_setup.rs");
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
    /// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
    /// use serde_json::json;
    ///
    /// let countries = DynamicRepository::reflect(&provider, "countries").await?;
    /// let iceland = countries.create_json(json!({ "code": "IS", "name": "Iceland" })).await?;
    /// assert_eq!(iceland.to_json(), json!({ "code": "IS", "name": "Iceland" }));
    ///
    /// let typo = json!({ "code": "NO", "nmae": "Norway" });
    /// let error = countries.create_json(typo).await.unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "countries.nmae: there is no such field; did you mean `name`?"
    /// );
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for what is no object, an unknown field, or a value of the wrong
    /// type, before any SQL; otherwise as [`create`](Self::create).
    pub async fn create_json(&self, fields: Json) -> Result<Row> {
        self.create(self.table.row_of_json(fields)?).await
    }

    /// Creates rows from JSON objects, all of them or none.
    ///
    /// # Errors
    ///
    /// As [`create_json`](Self::create_json) and [`create_many`](Self::create_many).
    pub async fn create_many_json(&self, rows: impl IntoIterator<Item = Json>) -> Result<Vec<Row>> {
        let rows = rows.into_iter().map(|row| self.table.row_of_json(row));
        self.create_many(rows.collect::<Result<Vec<_>>>()?).await
    }

    /// Changes the row with this key by a JSON object; `None` where there is none.
    ///
    /// # Errors
    ///
    /// As [`create_json`](Self::create_json) and [`update`](Self::update).
    pub async fn update_json(&self, id: impl Into<RowKey>, fields: Json) -> Result<Option<Row>> {
        self.update(id, self.table.row_of_json(fields)?).await
    }

    /// Changes all rows that meet the condition by a JSON object.
    ///
    /// # Errors
    ///
    /// As [`create_json`](Self::create_json) and [`update_where`](Self::update_where).
    pub async fn update_where_json(&self, filter: impl Into<Filter>, fields: Json) -> Result<u64> {
        let changes = self.table.row_of_json(fields)?;
        self.update_where(filter, changes).await
    }

    /// Creates the row of a JSON object, or changes the one that has its key already.
    ///
    /// # Errors
    ///
    /// As [`create_json`](Self::create_json) and [`upsert`](Self::upsert).
    pub async fn upsert_json(&self, fields: Json) -> Result<Row> {
        self.upsert(self.table.row_of_json(fields)?).await
    }

    /// The first row that meets the condition, or the one that is created then from a JSON object,
    /// and whether it was.
    ///
    /// # Errors
    ///
    /// As [`create_json`](Self::create_json) and [`get_or_create`](Self::get_or_create).
    pub async fn get_or_create_json(
        &self,
        filter: impl Into<Filter>,
        fields: Json,
    ) -> Result<(Row, bool)> {
        let row = self.table.row_of_json(fields)?;
        self.get_or_create(filter, row).await
    }
}
