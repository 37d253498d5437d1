//! Transfers between accounts: money is neither made nor lost, and what a caller was told is true.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, IsolationLevel, Statement};
use xtsqlorm::{
    Error,
    connection::ConnectionManager,
    session::{RetryPolicy, Session, SessionProvider, TransactionOptions},
};

use crate::support::{
    Kind, Random, Raw, Result, TestDatabase, eventually, on_every_backend, on_every_server,
};

on_every_server!(
    read_committed_with_locks_in_the_order_of_keys,
    read_committed_with_locks_in_any_order,
    repeatable_read,
);
on_every_backend!(serializable);

const ACCOUNTS: u64 = 64;
const TASKS: i64 = 32;
const READERS: u32 = 2;
/// What an account has in the beginning.
const INITIAL: i64 = 1000;

/// For how long the bank is open: `XTSQLORM_TEST_BANK_SECONDS`, or 2.
pub(super) fn opening_hours() -> Duration {
    let seconds = std::env::var("XTSQLORM_TEST_BANK_SECONDS");
    Duration::from_secs(seconds.map_or(2, |seconds| seconds.parse().expect("a number")))
}

/// Commits by which something can be told.
const ENOUGH: usize = 20;

/// How transfers are kept from each other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) isolation: Option<IsolationLevel>,
    /// `SELECT .. FOR UPDATE`.
    pub(super) locks: bool,
    /// Whichever way the money goes, the lower key first.
    pub(super) in_order: bool,
}

impl Rules {
    /// The strictest that the backend has.
    pub(super) fn serializable(kind: Kind) -> Self {
        Self {
            isolation: kind.is_server().then_some(IsolationLevel::Serializable),
            locks: false,
            in_order: false,
        }
    }

    /// Locks, so that most transfers wait for each other instead of being run again.
    pub(super) fn locking(kind: Kind) -> Self {
        Self {
            isolation: None,
            locks: kind.is_server(),
            in_order: false,
        }
    }
}

/// What the caller of a transfer knows about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Committed,
    RolledBack,
    /// It was cancelled, or the outcome of its commit is not known.
    Nothing,
}

/// A bank and its customers' memories.
#[derive(Clone)]
pub(super) struct Bank {
    kind: Kind,
    provider: SessionProvider,
    options: TransactionOptions,
    rules: Rules,
    memories: Arc<Mutex<Vec<(i64, Told)>>>,
    attempts: Arc<AtomicI64>,
}

/// One order of a customer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Transfer {
    id: i64,
    source: u64,
    target: u64,
    amount: i64,
    /// The customer has second thoughts, after everything has been written.
    regrets: bool,
}

impl Transfer {
    pub(super) fn by_chance(id: i64, random: &mut Random) -> Self {
        let source = random.below(ACCOUNTS);
        Self {
            id,
            source,
            target: (source + 1 + random.below(ACCOUNTS - 1)) % ACCOUNTS,
            amount: 1 + i64::try_from(random.below(200)).unwrap(),
            regrets: random.below(10) == 0,
        }
    }
}

/// Makes the tables. The journal has no key that could refuse a transfer that is made twice.
pub(super) async fn found(raw: &mut Raw) -> Result {
    raw.run("CREATE TABLE accounts (id BIGINT PRIMARY KEY, balance BIGINT NOT NULL)")
        .await?;
    raw.run(
        "CREATE TABLE journal (transfer BIGINT NOT NULL, source BIGINT NOT NULL, \
         target BIGINT NOT NULL, amount BIGINT NOT NULL)",
    )
    .await?;
    let rows: Vec<String> = (0..ACCOUNTS)
        .map(|id| format!("({id}, {INITIAL})"))
        .collect();
    raw.run(format!("INSERT INTO accounts VALUES {}", rows.join(", ")))
        .await?;
    Ok(())
}

impl Bank {
    pub(super) fn new(kind: Kind, manager: ConnectionManager, rules: Rules) -> Self {
        let patient = RetryPolicy::new()
            .max_attempts(10_000)
            .budget(Duration::from_secs(60))
            .backoff(Duration::from_millis(2), Duration::from_millis(100));
        let options = TransactionOptions::new().retry(patient);
        Self {
            kind,
            provider: SessionProvider::new(manager),
            options: match rules.isolation {
                Some(level) => options.isolation(level),
                None => options,
            },
            rules,
            memories: Arc::default(),
            attempts: Arc::default(),
        }
    }

    pub(super) fn with(
        mut self,
        change: impl FnOnce(TransactionOptions) -> TransactionOptions,
    ) -> Self {
        self.options = change(self.options);
        self
    }

    pub(super) async fn transfer(&self, order: Transfer) -> xtsqlorm::Result<()> {
        self.provider
            .transaction_with(self.options.clone(), async |session| {
                self.attempts.fetch_add(1, Relaxed);
                self.carry_out(session, order).await
            })
            .await
    }

    async fn carry_out(&self, session: &Session, order: Transfer) -> xtsqlorm::Result<()> {
        let Transfer {
            id,
            source,
            target,
            amount,
            regrets,
        } = order;
        session
            .execute_unprepared(&format!(
                "INSERT INTO journal VALUES ({id}, {source}, {target}, {amount})"
            ))
            .await?;
        let has;
        let gets;
        if self.rules.in_order && target < source {
            gets = self.balance(session, target).await?;
            has = self.balance(session, source).await?;
        } else {
            has = self.balance(session, source).await?;
            gets = self.balance(session, target).await?;
        }
        self.set(session, source, has - amount).await?;
        self.set(session, target, gets + amount).await?;
        if has < amount || regrets {
            return Err(super::refused());
        }
        Ok(())
    }

    async fn balance(&self, session: &Session, id: u64) -> xtsqlorm::Result<i64> {
        let lock = if self.rules.locks { " FOR UPDATE" } else { "" };
        let sql = format!("SELECT balance FROM accounts WHERE id = {id}{lock}");
        number(session, sql).await
    }

    async fn set(&self, session: &Session, id: u64, balance: i64) -> xtsqlorm::Result<()> {
        let sql = format!("UPDATE accounts SET balance = {balance} WHERE id = {id}");
        session.execute_unprepared(&sql).await?;
        Ok(())
    }

    /// All money there is, counted in two halves with a moment between them, in one snapshot.
    async fn sum(&self, level: IsolationLevel) -> xtsqlorm::Result<i64> {
        let options = self.options.clone().read_only();
        let options = match self.kind {
            Kind::Sqlite => options,
            _ => options.isolation(level),
        };
        let half = ACCOUNTS / 2;
        let sum = match self.kind {
            Kind::MySql | Kind::MariaDb => "CAST(SUM(balance) AS SIGNED)",
            _ => "CAST(SUM(balance) AS BIGINT)",
        };
        self.provider
            .transaction_with(options, async |session| {
                let one = format!("SELECT {sum} FROM accounts WHERE id < {half}");
                let one = number(session, one).await?;
                tokio::time::sleep(Duration::from_millis(5)).await;
                let other = format!("SELECT {sum} FROM accounts WHERE id >= {half}");
                Ok(one + number(session, other).await?)
            })
            .await
    }

    /// Until closing time; beyond, for a minute at most, while too little was committed to tell
    /// anything by, as on a machine with much else to do.
    pub(super) fn is_open(&self, until: Instant) -> bool {
        let late = until + Duration::from_secs(60);
        let now = Instant::now();
        now < until || (now < late && self.committed() <= ENOUGH)
    }

    fn committed(&self) -> usize {
        let memories = self.memories.lock().unwrap();
        let committed = |told: &Told| *told == Told::Committed;
        memories.iter().filter(|(_, told)| committed(told)).count()
    }

    pub(super) fn remember(&self, order: Transfer, told: Told) {
        self.memories.lock().unwrap().push((order.id, told));
    }

    /// Looks at the sum, again and again.
    pub(super) async fn audit(&self, until: Instant) -> xtsqlorm::Result<u32> {
        let mut looks = 0;
        while Instant::now() < until {
            let level = match looks % 2 {
                0 => IsolationLevel::RepeatableRead,
                _ => IsolationLevel::Serializable,
            };
            let sum = self.sum(level).await?;
            assert_eq!(sum, i64::try_from(ACCOUNTS).unwrap() * INITIAL);
            looks += 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(looks)
    }

    /// Whether every account has what the journal says, and everybody was told the truth.
    pub(super) async fn balance_the_books(&self, raw: &mut Raw) -> Result {
        let wrong = format!(
            "SELECT COUNT(*) FROM accounts WHERE balance <> {INITIAL} \
             + COALESCE((SELECT SUM(amount) FROM journal WHERE target = accounts.id), 0) \
             - COALESCE((SELECT SUM(amount) FROM journal WHERE source = accounts.id), 0)"
        );
        assert_eq!(raw.number(wrong).await?, 0, "accounts and journal differ");
        let short = "SELECT COUNT(*) FROM accounts WHERE balance < 0";
        assert_eq!(raw.number(short).await?, 0, "money was spent twice");
        let mut journal = std::collections::HashMap::<i64, u32>::new();
        for id in raw.numbers("SELECT transfer FROM journal").await? {
            *journal.entry(id).or_default() += 1;
        }
        let memories = self.memories.lock().unwrap();
        let mut counts = [0; 3];
        for (id, told) in &*memories {
            let times = journal.remove(id).unwrap_or(0);
            counts[*told as usize] += 1;
            let right = match told {
                Told::Committed => times == 1,
                Told::RolledBack => times == 0,
                Told::Nothing => times <= 1,
            };
            assert!(
                right,
                "the transfer {id} was {told:?} and is there {times} times"
            );
        }
        assert!(journal.is_empty(), "nobody asked for {journal:?}");
        println!(
            "{} committed, {} rolled back, {} unknown, in {} attempts",
            counts[0],
            counts[1],
            counts[2],
            self.attempts.load(Relaxed)
        );
        assert!(counts[0] > ENOUGH, "too few were committed");
        Ok(())
    }

    /// The pool is as good as new.
    pub(super) async fn is_healthy(&self) -> Result {
        let manager = self.provider.manager();
        for _ in 0..64 {
            manager.execute_unprepared("SELECT 1").await?;
        }
        eventually("nothing is in use", async || {
            let status = manager.pool_status();
            status.in_use == 0 && status.waiting == 0
        })
        .await;
        Ok(())
    }
}

async fn number(session: &Session, sql: String) -> xtsqlorm::Result<i64> {
    let statement = Statement::from_string(session.get_database_backend(), sql);
    let row = session.query_one_raw(statement).await?.expect("one row");
    Ok(row.try_get_by_index(0)?)
}

/// Opens the bank for a while.
async fn open(db: TestDatabase, rules: Rules) -> Result {
    let mut raw = db.raw().await?;
    found(&mut raw).await?;
    let bank = Bank::new(db.kind(), db.pool_of(8).await?, rules);
    let until = Instant::now() + opening_hours();
    let mut customers = Vec::new();
    for task in 0..TASKS {
        let bank = bank.clone();
        customers.push(tokio::spawn(async move {
            let mut random = Random::of_task(task);
            let mut id = task * 1_000_000;
            while Instant::now() < until {
                id += 1;
                let order = Transfer::by_chance(id, &mut random);
                let told = match bank.transfer(order).await {
                    Ok(()) => Told::Committed,
                    Err(error) if error.is_not_found() => Told::RolledBack,
                    Err(error) => return Err(error),
                };
                bank.remember(order, told);
            }
            Ok::<_, Error>(())
        }));
    }
    let auditors: Vec<_> = (0..READERS)
        .map(|_| {
            let bank = bank.clone();
            tokio::spawn(async move { bank.audit(until).await })
        })
        .collect();
    for customer in customers {
        customer.await??;
    }
    for auditor in auditors {
        assert!(auditor.await?? > 0);
    }
    bank.balance_the_books(&mut raw).await?;
    bank.is_healthy().await
}

/// Everybody locks both rows, the lower key first: no deadlock, and no update lost.
async fn read_committed_with_locks_in_the_order_of_keys(db: TestDatabase) -> Result {
    let rules = Rules {
        isolation: Some(IsolationLevel::ReadCommitted),
        locks: true,
        in_order: true,
    };
    open(db, rules).await
}

/// Two that lock the same rows the other way round are a deadlock, which no caller sees.
async fn read_committed_with_locks_in_any_order(db: TestDatabase) -> Result {
    let rules = Rules {
        isolation: Some(IsolationLevel::ReadCommitted),
        locks: true,
        in_order: false,
    };
    open(db, rules).await
}

/// PostgreSQL refuses the second of two updates of a row; the others need the lock for that.
async fn repeatable_read(db: TestDatabase) -> Result {
    let rules = Rules {
        isolation: Some(IsolationLevel::RepeatableRead),
        locks: db.kind().speaks_mysql(),
        in_order: false,
    };
    open(db, rules).await
}

/// No lock asked for, and none needed.
async fn serializable(db: TestDatabase) -> Result {
    let rules = Rules::serializable(db.kind());
    open(db, rules).await
}
