//! For tests of services: transactions that are always rolled back, and counted statements.

use sea_orm::TransactionTrait;

use crate::{
    connection::{ConnectionManager, counting},
    error::Result,
    session::{Session, SessionProvider},
};

pub use crate::connection::repeats::detect as detect_repeats;
pub use crate::repository::InMemoryRepository;

/// A transaction around a test, which is rolled back at its end.
///
/// The code under test gets [`provider`](Self::provider) and opens, commits and nests transactions
/// as it likes: each is a savepoint here, so that `after_commit` hooks do not run. Tests run side by side on one database, since none sees
/// what the others write.
///
/// One connection serves the whole test: two transactions that are open at the same time, beside
/// and not inside each other, are refused with [`Error::SessionBusy`](crate::Error::SessionBusy).
///
/// ```
/// # include!("doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// use xtsqlorm::testing::Sandbox;
///
/// let sandbox = Sandbox::begin(provider.manager()).await?;
/// let tags = Repository::<tags::Entity>::new(sandbox.provider());
/// let row = tags::ActiveModel { name: Set("vip".into()), ..Default::default() };
/// sandbox.provider().transaction(async |_| tags.create(row).await).await?;
/// assert_eq!(tags.count().await?, 1);
/// drop((sandbox, tags));
///
/// assert_eq!(Repository::<tags::Entity>::new(&provider).count().await?, 0);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a sandbox that is dropped is rolled back"]
pub struct Sandbox {
    session: Session,
    provider: SessionProvider,
}

impl Sandbox {
    /// Opens the transaction around the test.
    ///
    /// # Errors
    ///
    /// As [`SessionProvider::create_session`].
    pub async fn begin(manager: &ConnectionManager) -> Result<Self> {
        let session = SessionProvider::new(manager.clone()).begin().await?;
        let provider = SessionProvider::sandboxed(session.clone());
        Ok(Self { session, provider })
    }

    /// What the code under test is given.
    #[must_use]
    pub fn provider(&self) -> &SessionProvider {
        &self.provider
    }

    /// Rolls back now, instead of when the last handle is dropped.
    ///
    /// # Errors
    ///
    /// As [`Session::rollback`].
    pub async fn end(self) -> Result<()> {
        self.session.rollback().await
    }
}

/// Runs `future` and counts the statements that it sends from its own task.
pub async fn count_queries<F: Future>(future: F) -> (F::Output, u64) {
    counting::scope(future).await
}

/// Runs a block and asserts that it sends no query again for each row of another one: none more than
/// 3 times, or as many as are said: `assert_no_n_plus_one!(<= 5, { .. })`.
///
/// What counts is told at [`repeats`](crate::connection::repeats). The block may `await` and use
/// `?`.
///
/// ```
/// # include!("doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// # migration::seed(&provider).await?;
/// use sea_orm::LoaderTrait;
/// use xtsqlorm::assert_no_n_plus_one;
///
/// let users = Repository::<users::Entity>::new(&provider);
/// let orders = assert_no_n_plus_one!({
///     let users = users.find().all().await?;
///     users.load_many(orders::Entity, &provider).await?
/// });
/// assert!(orders.len() > 3);
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! assert_no_n_plus_one {
    (<= $limit:expr, $block:block) => {{
        let (value, repeats) = $crate::connection::repeats::detect($limit, async {
            let value = $block;
            #[allow(unreachable_code)]
            Ok::<_, $crate::Error>(value)
        })
        .await;
        assert!(
            repeats.is_empty(),
            "queries were sent more than {} times: {repeats:#?}",
            $limit,
        );
        value?
    }};
    ($block:block) => { $crate::assert_no_n_plus_one!(<= 3, $block) };
}

/// Runs a block and asserts how many statements it sends: `assert_queries!(<= 3, { .. })`.
///
/// `BEGIN`, `COMMIT` and the like count, and so does everything on any pool of this library, from
/// the test's own task. The block may `await` and use `?`.
///
/// ```
/// # include!("doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// use xtsqlorm::assert_queries;
///
/// let tags = Repository::<tags::Entity>::new(&provider);
/// let count = assert_queries!(== 1, { tags.count().await? });
/// assert_eq!(count, 0);
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! assert_queries {
    (@check $op:tt $limit:expr, $block:block) => {{
        let (value, sent) = $crate::testing::count_queries(async {
            let value = $block;
            #[allow(unreachable_code)]
            Ok::<_, $crate::Error>(value)
        })
        .await;
        let limit: u64 = $limit;
        assert!(
            sent $op limit,
            "{sent} statements were sent, not {} {limit}",
            stringify!($op),
        );
        value?
    }};
    (<= $limit:expr, $block:block) => { $crate::assert_queries!(@check <= $limit, $block) };
    (== $limit:expr, $block:block) => { $crate::assert_queries!(@check == $limit, $block) };
    (< $limit:expr, $block:block) => { $crate::assert_queries!(@check < $limit, $block) };
}
