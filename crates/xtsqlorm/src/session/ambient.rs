//! The sessions that the current task is inside of.

use super::Session;
use crate::connection::ConnectionManager;

tokio::task_local! {
    /// Outermost first: a task may be inside transactions of several databases.
    static AMBIENT: Vec<Session>;
}

/// The innermost ambient session on `manager`'s pool.
pub(super) fn current(manager: &ConnectionManager) -> Option<Session> {
    AMBIENT
        .try_with(|sessions| {
            sessions
                .iter()
                .rev()
                .find(|session| session.manager() == manager)
                .cloned()
        })
        .ok()
        .flatten()
}

/// Whether SQLite's writers wait for any of the ambient sessions on `manager`'s pool.
pub(crate) fn is_writing(manager: &ConnectionManager) -> bool {
    AMBIENT
        .try_with(|sessions| {
            let mut ours = sessions
                .iter()
                .filter(|session| session.manager() == manager);
            ours.any(Session::is_writing)
        })
        .unwrap_or_default()
}

/// Runs `future` inside `session`.
pub(super) async fn scope<F: Future>(session: Session, future: F) -> F::Output {
    let mut sessions = AMBIENT.try_with(Clone::clone).unwrap_or_default();
    sessions.push(session);
    AMBIENT.scope(sessions, future).await
}
