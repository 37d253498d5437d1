//! Many rows that do not come back.

use sea_orm::{
    ConnectionTrait, DbBackend, Value,
    sea_query::{Expr, InsertStatement, Query},
};
use serde_json::Value as Json;

use super::{
    DynamicRepository, Row,
    prepare::{NewRow, Values},
    table::Table,
};
use crate::{
    error::Result,
    repository::hooks::{Operation, Target},
    session::Session,
};

/// How many bytes of texts, bytes and JSON go into one statement, unless one row has more; well
/// below every server's limit on packets.
const BYTES_AT_ONCE: usize = 1 << 20;

impl DynamicRepository {
    /// Writes rows that do not come back, all of them or none, and returns how many there were.
    ///
    /// Rows one after another that give the same columns go in one statement, as far as the limits
    /// of the server allow; a statement alone is not wrapped in a transaction. All rows are checked
    /// before the first is sent. A table without a primary key takes them, also on MySQL.
    ///
    /// ```
    /// # include!("../doctest_setup.rs");
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
    /// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
    /// let tags = DynamicRepository::reflect(&provider, "tags").await?;
    /// assert_eq!(tags.insert_many([[("name", "vip")], [("name", "new")]]).await?, 2);
    /// assert_eq!(tags.count().await?, 2);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`](crate::Error::InvalidInput) for what the table cannot hold;
    /// [`Error::Constraint`](crate::Error::Constraint) where the database refuses a row.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future writes none, unless a statement was alone and outside a transaction: then
    /// all or none.
    pub async fn insert_many<I>(&self, rows: I) -> Result<u64>
    where
        I: IntoIterator,
        I::Item: Into<Row>,
    {
        let mut rows: Vec<Row> = rows.into_iter().map(Into::into).collect();
        self.before_all(&mut rows).await?;
        let rows = rows.into_iter().map(|row| self.new_row(row));
        let mut inserts = self.table.inserts(rows.collect::<Result<Vec<_>>>()?);
        if inserts.len() > 1 {
            return self
                .provider
                .transaction(async |session: &Session| {
                    let mut written = 0;
                    for insert in &inserts {
                        written += session.execute(insert).await?.rows_affected();
                    }
                    let repository = self.in_session(session);
                    repository.appended(written).await
                })
                .await;
        }
        match inserts.pop() {
            Some(insert) => {
                let written = self.provider.execute(&insert).await?.rows_affected();
                self.appended(written).await
            }
            None => Ok(0),
        }
    }

    /// Tells the hooks of rows that were created.
    async fn appended(&self, rows: u64) -> Result<u64> {
        let event = self.event(Operation::Create, || Target::New);
        self.hooks().after_many(rows, event).await?;
        Ok(rows)
    }

    /// Writes rows of JSON objects that do not come back.
    ///
    /// # Errors
    ///
    /// As [`create_json`](Self::create_json) and [`insert_many`](Self::insert_many).
    pub async fn insert_many_json(&self, rows: impl IntoIterator<Item = Json>) -> Result<u64> {
        let rows = rows.into_iter().map(|row| self.table.row_of_json(row));
        self.insert_many(rows.collect::<Result<Vec<_>>>()?).await
    }
}

/// Rows that go in one statement: they give the same columns.
struct Batch {
    rows: Vec<Values>,
    bytes: usize,
}

impl Batch {
    fn takes(&self, row: &Values, parameters: usize) -> bool {
        let places = |row: &Values| row.iter().map(|(place, _)| *place).collect::<Vec<_>>();
        let same = self.rows.first().map(places) == Some(places(row));
        let fits = (self.rows.len() + 1) * row.len() <= parameters
            && self.bytes + bytes(row) <= BYTES_AT_ONCE;
        // A row of defaults only cannot be written beside another one.
        !row.is_empty() && same && fits
    }
}

/// How much a row adds to a statement beside its placeholders.
fn bytes(row: &Values) -> usize {
    let of = |value: &Value| match value {
        Value::String(Some(text)) => text.len(),
        Value::Bytes(Some(bytes)) => bytes.len(),
        Value::Json(Some(json)) => json.to_string().len(),
        _ => 8,
    };
    row.iter().map(|(_, value)| of(value)).sum()
}

impl Table {
    /// The statements that write the rows, in their order.
    pub(super) fn inserts(&self, rows: Vec<NewRow>) -> Vec<InsertStatement> {
        let parameters = match self.backend.dialect() {
            DbBackend::Sqlite => 32_766,
            _ => 65_535,
        };
        let mut batches: Vec<Batch> = Vec::new();
        for NewRow(row) in rows {
            match batches.last_mut() {
                Some(batch) if batch.takes(&row, parameters) => {
                    batch.bytes += bytes(&row);
                    batch.rows.push(row);
                }
                _ => batches.push(Batch {
                    bytes: bytes(&row),
                    rows: vec![row],
                }),
            }
        }
        batches
            .into_iter()
            .map(|batch| self.insert_all(batch.rows))
            .collect()
    }

    pub(super) fn insert_all(&self, rows: Vec<Values>) -> InsertStatement {
        let mut insert = Query::insert();
        insert.into_table(self.reference()).or_default_values();
        let names = rows.iter().take(1).flatten();
        let names: Vec<String> = names
            .map(|(place, _)| self.columns[*place].name().to_owned())
            .collect();
        if names.is_empty() {
            return insert;
        }
        insert.columns(names);
        for row in rows {
            let bound = row
                .into_iter()
                .map(|(place, value)| self.columns[place].bind(value));
            insert.values_panic(bound.collect::<Vec<Expr>>());
        }
        insert
    }
}
