//! Rules for rows, checked before any SQL.
//!
//! *How do I refuse a bad e-mail address before it reaches the database?* Give the repository rules
//! for its columns. They hold for every row that it writes, whether it comes as a model, a DTO or
//! JSON, alone or with many:
//!
//! ```
//! # include!("../doctest_setup.rs");
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
//! # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
//! use serde_json::json;
//! use xtsqlorm::{
//!     error::Language,
//!     operations::{
//!         validation::ModelRules,
//!         validators::{email, length},
//!     },
//! };
//!
//! let rules = ModelRules::<users::Entity>::new()
//!     .required(users::Column::Email)
//!     .column(users::Column::Email, email)
//!     .column(users::Column::Name, length(1..=100));
//! let users = Repository::<users::Entity>::new(&provider).validated(rules);
//!
//! let bad = json!({ "email": "ada@example,com", "name": "Ada" });
//! let error = users.create_json(bad).await.unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "not valid: email is not a valid e-mail address: look at the part after the @",
//! );
//! assert_eq!(users.count().await?, 0);
//!
//! // What an API answers: problem details of RFC 9457, in the language of the user.
//! let problem = error.validation().unwrap().to_problem(Language::Chinese);
//! assert_eq!(problem.status, 422);
//! assert_eq!(problem.errors[0].pointer, "#/email");
//! assert_eq!(problem.errors[0].detail, "不是有效的邮箱地址：请检查 @ 之后的部分");
//! # Ok(())
//! # }
//! ```
//!
//! # Creating and changing
//!
//! A new row has other rules than a change. [`ModelRules`] looks at what is written: at the columns
//! that a change sets, and at all columns of a new row, where [`required`](ModelRules::required)
//! ones must be set; [`on_create`](ModelRules::on_create) and [`on_update`](ModelRules::on_update)
//! are for one of the two only. An upsert must be a row that could be created.
//!
//! # Rules on a DTO
//!
//! *My service has a type for each request already.* Derive [`garde::Validate`] on it, with a type
//! for creating and another one for changing, and write through
//! [`validating`](crate::repository::Repository::validating):
//!
//! ```
//! # include!("../doctest_setup.rs");
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
//! # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
//! use garde::Validate;
//! use sea_orm::DeriveIntoActiveModel;
//! use xtsqlorm::operations::{validation::rule, validators};
//!
//! #[derive(Validate, DeriveIntoActiveModel)]
//! #[sea_orm(active_model = "users::ActiveModel")]
//! struct NewUser {
//!     #[garde(custom(rule(validators::email)))]
//!     email: String,
//!     #[garde(length(chars, min = 1, max = 100))]
//!     name: String,
//! }
//!
//! #[derive(Validate, DeriveIntoActiveModel)]
//! #[sea_orm(active_model = "users::ActiveModel")]
//! struct UserChanges {
//!     #[garde(length(chars, min = 1, max = 100))]
//!     name: Option<String>,
//! }
//!
//! let users = Repository::<users::Entity>::new(&provider).validating();
//! let ada = NewUser { email: "ada@example.com".into(), name: "Ada".into() };
//! let ada = users.create(ada).await?;
//! let changes = UserChanges { name: Some(String::new()) };
//! let error = users.update(ada.id, changes).await.unwrap_err();
//! assert_eq!(error.to_string(), "not valid: name must have at least 1 characters");
//! # Ok(())
//! # }
//! ```
//!
//! garde itself stands in the `Cargo.toml` of your service, with its feature `derive`. Where a rule
//! needs to know more than the value, as the limits of a tenant, give garde's context to
//! [`validating_with`](crate::repository::Repository::validating_with). Where there is nothing to
//! write, [`check`] validates alone.
//!
//! # What is reported
//!
//! All failures of all rows, each with the field's path, the code and the parameters of the rule, a
//! message in English and Chinese, and the row's place where there are many. The refused value is
//! in none of them. A field that cannot be read from JSON at all fails before, as
//! [`InvalidInput`](crate::Error::InvalidInput).

mod dto;
mod hook;
mod model;
mod recorder;
mod writes;

pub use dto::{check, check_many, rule};
pub use model::{ColumnValue, ModelRules};
pub use writes::ValidatedRepository;
