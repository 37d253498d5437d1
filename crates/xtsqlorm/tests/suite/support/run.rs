//! Runs one claim on one backend.

use std::{fmt::Debug, panic::resume_unwind, time::Duration};

use super::{Kind, TestDatabase};

/// A claim that takes longer has hung.
const LIMIT: Duration = Duration::from_secs(120);

/// Runs `claim` on a database of its own, and drops the database whether the claim held or not.
pub(crate) async fn run<F, E>(kind: Kind, claim: fn(TestDatabase) -> F)
where
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: Debug + Send + 'static,
{
    let db = TestDatabase::create(kind).await;
    // In a task, so that a panic reaches the clean-up, and so that each claim shows that what it
    // does can be sent between threads.
    let mut task = tokio::spawn(claim(db.clone()));
    let outcome = tokio::time::timeout(LIMIT, &mut task).await;
    task.abort();
    db.remove().await;
    match outcome {
        Ok(Ok(Ok(()))) => {}
        Ok(Ok(Err(error))) => panic!("{error:?}"),
        Ok(Err(stopped)) => resume_unwind(stopped.into_panic()),
        Err(_) => panic!("the claim did not end within {LIMIT:?}"),
    }
}

/// Asks until the answer is yes. What runs in the background may take a moment, and no more.
pub(crate) async fn eventually<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    const WITHIN: Duration = Duration::from_secs(2);
    let asked = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    if tokio::time::timeout(WITHIN, asked).await.is_err() {
        panic!("still not so after {WITHIN:?}: {what}");
    }
}
