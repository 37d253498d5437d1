//! Work that is cancelled at random, and a ledger of what must have become of it.

use std::time::{Duration, Instant};

use xtsqlorm::{connection::ConnectionManager, session::SessionProvider};

use super::{
    look::{CONNECTIONS, all_are_clean},
    polls::cancel_after,
};
use crate::support::{Kind, Proxy, Random, Raw, Result, TestDatabase, deposit};

/// How long a clean-up in the background may take.
const WITHIN: Duration = Duration::from_secs(2);
/// Each way, for each chunk.
const DELAY: Duration = Duration::from_millis(2);
/// The rows that the look itself writes.
const CLEAN: i64 = 1_000_000;

pub(super) struct Storm {
    pub(super) random: Random,
    db: TestDatabase,
    /// `None` on SQLite.
    _proxy: Option<Proxy>,
    manager: ConnectionManager,
    raw: Raw,
    /// Work is cancelled before so many milliseconds, or polls, have passed. Follows the work's own
    /// length, so that three of four are cancelled, the others at their very end or not at all.
    span: u64,
    next: i64,
    next_clean: i64,
    /// For each pair of rows: committed, not committed, or `None` if cancelled.
    pairs: Vec<(i64, Option<bool>)>,
    longest: Duration,
}

impl Storm {
    pub(super) async fn start(db: &TestDatabase) -> Result<Self> {
        let (proxy, config) = match db.kind() {
            Kind::Sqlite => (None, db.config_of(CONNECTIONS)),
            _ => {
                let proxy = db.proxy().await;
                proxy.delay(DELAY);
                let config = db.config_through(&proxy, CONNECTIONS);
                (Some(proxy), config)
            }
        };
        Ok(Self {
            random: Random::new(),
            db: db.clone(),
            _proxy: proxy,
            manager: ConnectionManager::connect(&config).await?,
            raw: db.raw().await?,
            span: 20,
            next: 0,
            next_clean: CLEAN,
            pairs: Vec::new(),
            longest: Duration::ZERO,
        })
    }

    pub(super) fn provider(&self) -> SessionProvider {
        SessionProvider::new(self.manager.clone())
    }

    /// The first key of a pair, with room for a third row that must never be there.
    pub(super) fn next_pair(&mut self) -> i64 {
        self.next += 3;
        self.next
    }

    /// Runs `work` up to a random moment, and looks at what it left.
    pub(super) async fn strike(
        &mut self,
        id: i64,
        work: impl Future<Output = xtsqlorm::Result<bool>>,
    ) -> Result {
        let limit = self.random.below(self.span);
        let outcome = match self.db.kind() {
            Kind::Sqlite => cancel_after(limit, work).await,
            _ => tokio::time::timeout(Duration::from_millis(limit), work)
                .await
                .ok(),
        };
        self.span = match outcome {
            None => self.span + 1,
            Some(_) => self.span.saturating_sub(3).max(4),
        };
        self.note(id, outcome.transpose()?);
        self.look().await
    }

    /// Remembers how a pair ended.
    pub(super) fn note(&mut self, id: i64, outcome: Option<bool>) {
        self.pairs.push((id, outcome));
    }

    /// What is written next is stored, whichever connection it is written on; all connections are
    /// clean, soon; and what is written then is stored as well.
    pub(super) async fn look(&mut self) -> Result {
        self.write_on_all().await?;
        let started = Instant::now();
        while !all_are_clean(&self.db, &mut self.raw, &self.manager).await? {
            assert!(
                started.elapsed() < WITHIN,
                "a transaction is open after {WITHIN:?}"
            );
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        self.longest = self.longest.max(started.elapsed());
        self.write_on_all().await
    }

    /// Acknowledged outside of a transaction, a row is there for everybody, at once.
    async fn write_on_all(&mut self) -> Result {
        let first = self.next_clean;
        self.next_clean += i64::from(CONNECTIONS);
        tokio::try_join!(
            deposit(&self.manager, first),
            deposit(&self.manager, first + 1),
            deposit(&self.manager, first + 2),
        )?;
        let stored = format!("SELECT COUNT(*) FROM ledger WHERE id >= {first}");
        let stored = self.raw.number(stored).await?;
        assert_eq!(
            stored,
            i64::from(CONNECTIONS),
            "a row was acknowledged and is not stored"
        );
        Ok(())
    }

    /// What was committed is there, what was not is not, and nothing is there by half.
    pub(super) async fn end(mut self) -> Result {
        self.manager.dispose().await;
        let rows = format!("SELECT id FROM ledger WHERE id < {CLEAN}");
        let rows = self.raw.numbers(rows).await?;
        let mut cancelled = 0;
        for (id, outcome) in &self.pairs {
            let there = [0, 1, 2].map(|offset| rows.contains(&(id + offset)));
            cancelled += u32::from(outcome.is_none());
            let right = match outcome {
                Some(true) => there == [true, true, false],
                Some(false) => there == [false; 3],
                None => there == [true, true, false] || there == [false; 3],
            };
            assert!(right, "{outcome:?} left {there:?}");
        }
        println!(
            "{cancelled} of {} cancelled; clean after {:?} at most",
            self.pairs.len(),
            self.longest
        );
        assert!(cancelled > 20, "too few were cancelled");
        Ok(())
    }
}
