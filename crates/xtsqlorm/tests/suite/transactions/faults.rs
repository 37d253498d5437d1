//! The bank while its line to the database is cut, stalled and half-closed, and customers leave in
//! the middle: what a caller was told is true all the same.

mod marker;
mod restarts;

use std::time::{Duration, Instant};

use xtsqlorm::{Error, connection::ConnectionManager, session::CommitMarker};

use super::bank::{Bank, Rules, Told, Transfer, found, opening_hours};
use crate::support::{Proxy, Random, Result, TestDatabase, Way, on_every_backend, on_every_server};

on_every_server!(
    a_bank_on_a_bad_line_tells_the_truth,
    a_bank_on_a_bad_line_without_markers_says_what_it_does_not_know,
);
on_every_backend!(a_bank_with_customers_who_leave_tells_the_truth);

const TASKS: i64 = 16;

/// Runs customers until the bank closes, of whom one in four leaves before the answer.
pub(super) async fn serve(bank: &Bank, until: Instant) -> Result {
    let mut customers = Vec::new();
    for task in 0..TASKS {
        let bank = bank.clone();
        customers.push(tokio::spawn(async move {
            let mut random = Random::of_task(task);
            let mut id = task * 1_000_000;
            while bank.is_open(until) {
                id += 1;
                let order = Transfer::by_chance(id, &mut random);
                let patience = match random.below(4) {
                    0 => Duration::from_millis(random.below(60)),
                    _ => Duration::from_secs(100),
                };
                let told = match tokio::time::timeout(patience, bank.transfer(order)).await {
                    Ok(Ok(())) => Told::Committed,
                    Err(_) | Ok(Err(Error::CommitOutcomeUnknown { .. })) => Told::Nothing,
                    Ok(Err(error)) => {
                        assert!(
                            !error.is_deadlock() && !is_contention(&error),
                            "{error:?} was not retried"
                        );
                        Told::RolledBack
                    }
                };
                bank.remember(order, told);
                if told == Told::RolledBack {
                    // Perhaps there is no server at the moment.
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            }
        }));
    }
    for customer in customers {
        customer.await?;
    }
    Ok(())
}

fn is_contention(error: &Error) -> bool {
    matches!(error, Error::Contention { .. })
}

/// Something happens to the line, every few milliseconds.
async fn misbehave(proxy: &Proxy, until: Instant) {
    let mut random = Random::new();
    while Instant::now() < until {
        match random.below(8) {
            0 => proxy.cut(),
            1 | 2 => proxy.cut_some(3, random.below(3)),
            3 => proxy.half_close(Way::ToServer),
            4 => proxy.half_close(Way::ToClient),
            5 => {
                proxy.stall(true);
                tokio::time::sleep(Duration::from_millis(random.below(100))).await;
                if random.below(2) == 0 {
                    proxy.cut();
                }
                proxy.stall(false);
            }
            _ => proxy.delay(Duration::from_millis(random.below(4))),
        }
        tokio::time::sleep(Duration::from_millis(20 + random.below(100))).await;
    }
    proxy.delay(Duration::ZERO);
}

async fn open_on_a_bad_line(db: &TestDatabase, rules: Rules, marked: bool) -> Result {
    let mut raw = db.raw().await?;
    found(&mut raw).await?;
    let proxy = db.proxy().await;
    let manager = ConnectionManager::connect(&db.config_through(&proxy, 8)).await?;
    CommitMarker::create_table(&manager).await?;
    let bank = Bank::new(db.kind(), manager, rules).with(|options| match marked {
        true => options.verify_commit(CommitMarker::table()),
        false => options,
    });
    let until = Instant::now() + opening_hours();
    let (served, ()) = tokio::join!(serve(&bank, until), misbehave(&proxy, until));
    served?;
    // A connection that was used a moment ago is trusted, also where it was cut meanwhile.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    bank.is_healthy().await?;
    drop(proxy);
    bank.balance_the_books(&mut raw).await
}

/// Told committed is there once, told rolled back is not there. The marker clears up the rest.
async fn a_bank_on_a_bad_line_tells_the_truth(db: TestDatabase) -> Result {
    open_on_a_bad_line(&db, Rules::locking(db.kind()), true).await
}

/// The same, but for the unknown ones, which are told as such.
async fn a_bank_on_a_bad_line_without_markers_says_what_it_does_not_know(
    db: TestDatabase,
) -> Result {
    open_on_a_bad_line(&db, Rules::locking(db.kind()), false).await
}

/// On a good line, SQLite's included: only the customers misbehave.
async fn a_bank_with_customers_who_leave_tells_the_truth(db: TestDatabase) -> Result {
    let mut raw = db.raw().await?;
    found(&mut raw).await?;
    let manager = db.pool_of(8).await?;
    CommitMarker::create_table(&manager).await?;
    let bank = Bank::new(db.kind(), manager, Rules::locking(db.kind()))
        .with(|options| options.verify_commit(CommitMarker::table()));
    serve(&bank, Instant::now() + opening_hours()).await?;
    bank.is_healthy().await?;
    bank.balance_the_books(&mut raw).await
}
