//! Queries that are sent again and again: one for a list, and then one for each row of it.
//!
//! *Why does this page send two hundred statements?* Look at it as it runs:
//!
//! ```
//! # include!("../doctest_setup.rs");
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
//! # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
//! # migration::seed(&provider).await?;
//! use sea_orm::LoaderTrait;
//! use xtsqlorm::connection::repeats;
//!
//! let users = Repository::<users::Entity>::new(&provider);
//!
//! // A query for the users, and one for the orders of each.
//! let (shown, found) = repeats::detect(3, async {
//!     let mut orders = 0;
//!     for user in users.find().all().await? {
//!         orders += user.find_related(orders::Entity).all(&provider).await?.len();
//!     }
//!     Ok::<_, xtsqlorm::Error>(orders)
//! })
//! .await;
//! let orders = shown?;
//! assert_eq!(found.len(), 1);
//! assert!(found[0].times > 3 && found[0].statement.contains("orders"));
//!
//! // Two queries, whatever the number of users.
//! let (shown, found) = repeats::detect(3, async {
//!     let users = users.find().all().await?;
//!     let loaded = users.load_many(orders::Entity, &provider).await?;
//!     Ok::<_, xtsqlorm::Error>(loaded.iter().map(Vec::len).sum::<usize>())
//! })
//! .await;
//! assert_eq!(shown?, orders);
//! assert_eq!(found, []);
//! # Ok(())
//! # }
//! ```
//!
//! SeaORM's `load_one` and `load_many`, its `find_with_related` and its `EntityLoader` all take a
//! provider, a session or a manager, and none of them sends a query for each row.
//!
//! # Where it looks
//!
//! - In tests: [`detect`], or `assert_no_n_plus_one!` of the feature `testing`.
//! - In a service: [`DatabaseConfig::warn_repeated`](crate::config::DatabaseConfig::warn_repeated),
//!   in the file `warn_repeated = 20`, watches each transaction, and [`warn`] whatever it is put
//!   around, such as the work for one request. Both write a warning to `tracing`, once for each
//!   statement;
//!   [`ConnectionManager::repeated_statements`](super::ConnectionManager::repeated_statements) tells
//!   what was found in transactions so far. Default: off.
//!
//! # What counts
//!
//! Statements that begin with `SELECT`, and go through this library's pools. Two are the same where
//! they differ in nothing but values, and in how many there are in a list. On MySQL, where a created
//! row is read by a second statement, rows that are created one by one count, too.

mod place;
mod shape;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::text;

/// Different statements that are told apart in one scope; of more, the first count.
const MOST_SHAPES: usize = 1_000;

/// A query that was sent too often.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repeat {
    /// The statement, with `?` for each value and each list of values.
    pub statement: String,
    /// How often it was sent.
    pub times: u64,
    /// The function that sent it when it was once too often, with its file and line where the
    /// program has them. `None` where the stack does not tell.
    pub place: Option<String>,
}

tokio::task_local! {
    /// A scope inside another one counts for both.
    static SCOPES: Vec<Arc<Tally>>;
}

/// Runs `future`, and tells which queries it sent more than `limit` times from its own task.
///
/// Nothing is logged. What it costs is a look at each statement, and for each that is reported one
/// look at the stack, which takes milliseconds.
pub async fn detect<F: Future>(limit: u64, future: F) -> (F::Output, Vec<Repeat>) {
    let tally = Arc::new(Tally::new(limit, false));
    let output = within(Arc::clone(&tally), future).await;
    (output, tally.repeats())
}

/// Runs `future`, and warns of each query that it sends more than `limit` times from its own task:
/// for the middleware of a service, around the work for one request.
pub async fn warn<F: Future>(limit: u64, future: F) -> F::Output {
    within(Arc::new(Tally::new(limit, true)), future).await
}

async fn within<F: Future>(tally: Arc<Tally>, future: F) -> F::Output {
    let mut scopes = SCOPES.try_with(Clone::clone).unwrap_or_default();
    scopes.push(tally);
    SCOPES.scope(scopes, future).await
}

/// Counts a statement for the scopes that the current task is inside of.
pub(super) fn count(sql: &str) {
    SCOPES
        .try_with(|scopes| {
            for tally in scopes {
                tally.count(sql);
            }
        })
        .ok();
}

/// How often each query was sent.
#[derive(Debug)]
pub(super) struct Tally {
    limit: u64,
    warns: bool,
    shapes: Mutex<BTreeMap<String, Sent>>,
}

#[derive(Debug, Default)]
struct Sent {
    times: u64,
    place: Option<String>,
}

impl Tally {
    pub(super) fn new(limit: u64, warns: bool) -> Self {
        Self {
            limit,
            warns,
            shapes: Mutex::default(),
        }
    }

    pub(super) fn count(&self, sql: &str) {
        if !text::selects(sql) {
            return;
        }
        let shape = shape::of(sql);
        let mut shapes = self.shapes();
        if shapes.len() >= MOST_SHAPES && !shapes.contains_key(&shape) {
            return;
        }
        let sent = shapes.entry(shape.clone()).or_default();
        sent.times += 1;
        if sent.times != self.limit.saturating_add(1) {
            return;
        }
        sent.place = place::of_caller();
        if self.warns {
            tracing::warn!(
                statement = shape,
                place = sent.place,
                "a query was sent more than {} times; load what belongs to many rows at once",
                self.limit,
            );
        }
    }

    /// What was sent too often, the most often first.
    pub(super) fn repeats(&self) -> Vec<Repeat> {
        let shapes = self.shapes();
        let repeated = shapes.iter().filter(|(_, sent)| sent.times > self.limit);
        let mut repeats: Vec<Repeat> = repeated
            .map(|(statement, sent)| Repeat {
                statement: statement.clone(),
                times: sent.times,
                place: sent.place.clone(),
            })
            .collect();
        repeats.sort_by_key(|repeat| std::cmp::Reverse(repeat.times));
        repeats
    }

    fn shapes(&self) -> MutexGuard<'_, BTreeMap<String, Sent>> {
        self.shapes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the transactions of one pool sent too often.
#[derive(Debug)]
pub(super) struct Watch {
    limit: u64,
    found: Mutex<Vec<Repeat>>,
}

impl Watch {
    /// Different statements that are remembered.
    const MOST: usize = 100;

    pub(super) fn new(limit: u64) -> Self {
        Self {
            limit,
            found: Mutex::default(),
        }
    }

    pub(super) fn tally(&self) -> Tally {
        Tally::new(self.limit, true)
    }

    /// Remembers of each statement the time when it was sent the most often.
    pub(super) fn note(&self, tally: &Tally) {
        for repeat in tally.repeats() {
            let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
            let is_known = |known: &Repeat| known.statement == repeat.statement;
            match found.iter().position(is_known) {
                Some(place) if found[place].times < repeat.times => found[place] = repeat,
                Some(_) => {}
                None if found.len() < Self::MOST => found.push(repeat),
                None => {}
            }
        }
    }

    pub(super) fn found(&self) -> Vec<Repeat> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.clone()
    }
}
