//! Column types that SeaORM does not have: JSON in a column of text, and UTC time in whatever
//! column there is.
//!
//! *My table keeps JSON in a `TEXT`, and its times without a zone. How do I get them as what they
//! are?* Name the type in the entity; under a database that exists, `[reflect.types]` of
//! `xtsqlorm.toml` does it for generated ones.
//!
//! ```
//! # include!("doctest_setup.rs");
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
//! mod settings {
//!     use sea_orm::entity::prelude::*;
//!     use xtsqlorm::types::{JsonText, UtcDateTime};
//!
//!     #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
//!     pub struct Theme {
//!         pub dark: bool,
//!     }
//!
//!     #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
//!     #[sea_orm(table_name = "settings")]
//!     pub struct Model {
//!         #[sea_orm(primary_key)]
//!         pub id: i32,
//!         pub theme: JsonText<Theme>,
//!         pub changed_at: Option<UtcDateTime>,
//!     }
//!     # #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
//!     # pub enum Relation {}
//!     # impl ActiveModelBehavior for ActiveModel {}
//! }
//! use settings::Theme;
//! use xtsqlorm::types::JsonText;
//!
//! # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
//! # let table = "CREATE TABLE settings (id INTEGER PRIMARY KEY, theme TEXT NOT NULL, changed_at TEXT)";
//! # provider.execute_unprepared(table).await?;
//! let repository = Repository::<settings::Entity>::new(&provider);
//! let row = settings::ActiveModel {
//!     theme: Set(JsonText::new(Theme { dark: true })?),
//!     ..Default::default()
//! };
//! let stored = repository.create(row).await?;
//! assert!(stored.theme.dark);
//! assert_eq!(stored.changed_at, None);
//! # Ok(())
//! # }
//! ```
//!
//! An enum by its name is SeaORM's own
//! [`ActiveEnum`](sea_orm::ActiveEnum): `#[derive(DeriveActiveEnum)]` with `rs_type = "String"` and
//! `db_type = "String(StringLen::None)"`. A value in the database that is no variant is an error.

mod json_text;
mod utc;

pub use json_text::JsonText;
pub use utc::{UtcDateTime, UtcText};
