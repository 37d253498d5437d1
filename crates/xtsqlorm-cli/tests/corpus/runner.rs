//! Reads every row through every entity of a crate, and writes it to an empty copy of the database.
//!
//! Part of the programs that the corpus test makes; `main` lists the entities.

use std::collections::HashMap;

use sea_orm::sea_query::ColumnType;
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, ConnectOptions, ConnectionTrait, Database,
    DatabaseConnection, EntityName, EntityTrait, IdenStatic, IntoActiveModel, Iterable,
    PrimaryKeyToColumn,
};
use serde::{Deserialize, Serialize};

/// What is to be done.
#[derive(Deserialize)]
pub struct Plan {
    full: String,
    copy: String,
    /// Statements for the session that writes.
    freedom: Vec<String>,
    /// The schema of the entities that name none.
    schema: String,
    /// By `schema.table`.
    tables: HashMap<String, Todo>,
}

/// What is to be done about one table.
#[derive(Clone, Deserialize)]
struct Todo {
    /// Whether its rows are written.
    write: bool,
    /// Columns that take no value.
    generated: Vec<String>,
}

/// What came of it.
#[derive(Serialize)]
struct Outcome {
    table: String,
    fields: usize,
    rows: usize,
    /// Why it could not be read.
    unread: Option<String>,
    /// Why it could not be written.
    unwritten: Option<String>,
}

/// The two databases.
pub struct Trip {
    plan: Plan,
    full: DatabaseConnection,
    copy: DatabaseConnection,
}

/// Rows that are changed, too, which finds each by its key.
const CHANGED: usize = 10;
/// Parameters of one statement.
const PARAMETERS: usize = 10_000;

impl Trip {
    pub async fn from_arguments() -> Result<Self, Box<dyn std::error::Error>> {
        let path = std::env::args().nth(1).ok_or("the plan's file")?;
        let plan: Plan = serde_json::from_slice(&std::fs::read(path)?)?;
        let connect = async |url: &str| {
            let mut options = ConnectOptions::new(url);
            options.max_connections(1).sqlx_logging(false);
            Database::connect(options).await
        };
        let (full, copy) = (connect(&plan.full).await?, connect(&plan.copy).await?);
        for statement in &plan.freedom {
            copy.execute_unprepared(statement).await?;
        }
        Ok(Self { plan, full, copy })
    }

    /// One entity; prints what came of it.
    pub async fn entity<E>(&self)
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel> + Send + Sync + 'static,
        E::ActiveModel: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send + 'static,
    {
        let entity = E::default();
        let schema = entity.schema_name().unwrap_or(&self.plan.schema);
        let table = format!("{schema}.{}", entity.table_name());
        let todo = self.plan.tables.get(&table).cloned();
        let mut outcome = Outcome {
            table,
            fields: E::Column::iter().count(),
            rows: 0,
            unread: None,
            unwritten: None,
        };
        match todo {
            None => outcome.unread = Some("the database has no such table".to_owned()),
            Some(todo) => {
                // In a task, for the driver may panic.
                let full = self.full.clone();
                let read = tokio::spawn(async move { E::find().all(&full).await });
                match read.await {
                    Ok(Ok(rows)) => {
                        outcome.rows = rows.len();
                        if todo.write {
                            outcome.unwritten = self.write::<E>(rows, &todo).await.err();
                        }
                    }
                    Ok(Err(error)) => outcome.unread = Some(error.to_string()),
                    Err(_) => outcome.unread = Some("the driver panicked".to_owned()),
                }
            }
        }
        println!("{}", serde_json::to_string(&outcome).expect("JSON"));
    }

    async fn write<E>(&self, rows: Vec<E::Model>, todo: &Todo) -> Result<(), String>
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel> + Send + Sync + 'static,
        E::ActiveModel: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send + 'static,
    {
        let columns: Vec<E::Column> = E::Column::iter().collect();
        let complete = |row: E::Model| {
            let mut row = row.into_active_model().reset_all();
            for column in &columns {
                if todo.generated.iter().any(|name| name == column.as_str()) {
                    row.not_set(*column);
                }
            }
            row
        };
        let key: Vec<E::Column> = E::PrimaryKey::iter().map(|key| key.into_column()).collect();
        // Equal numbers need not have equal bits, and a float is not always found by its value.
        let is_float = |column: &E::Column| {
            let definition = column.def();
            matches!(
                definition.get_column_type(),
                ColumnType::Float | ColumnType::Double
            )
        };
        // The key of a table without one is no column.
        let is_column =
            |key: &E::Column| columns.iter().any(|column| column.as_str() == key.as_str());
        let changes = key.len() < columns.len() - todo.generated.len()
            && key.iter().all(|key| is_column(key) && !is_float(key));
        let changed: Vec<E::Model> = rows
            .iter()
            .take(CHANGED * usize::from(changes))
            .cloned()
            .collect();
        let mut rows = rows.into_iter().map(complete).peekable();
        let chunk = (PARAMETERS / columns.len().max(1)).clamp(1, 500);
        while rows.peek().is_some() {
            let some: Vec<E::ActiveModel> = rows.by_ref().take(chunk).collect();
            let insert = E::insert_many(some).exec_without_returning(&self.copy);
            insert.await.map_err(|error| error.to_string())?;
        }
        for row in changed {
            let before = format!("{row:?}");
            let after = complete(row).update(&self.copy).await;
            let after = after.map_err(|error| format!("{before} is not changed: {error}"))?;
            if format!("{after:?}") != before {
                return Err(format!("{before} came back as {after:?}"));
            }
        }
        Ok(())
    }
}
