//! A future that is dropped after so many polls.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

/// Gives `None` when the future was not done after `polls` polls, and drops it.
pub(crate) fn cancel_after<F: Future>(polls: u64, future: F) -> CancelAfter<F> {
    CancelAfter {
        future: Some(Box::pin(future)),
        polls,
    }
}

pub(crate) struct CancelAfter<F> {
    future: Option<Pin<Box<F>>>,
    polls: u64,
}

impl<F: Future> Future for CancelAfter<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.polls > 0
            && let Some(future) = &mut self.future
            && let Poll::Ready(output) = future.as_mut().poll(cx)
        {
            return Poll::Ready(Some(output));
        }
        self.polls = self.polls.saturating_sub(1);
        if self.polls == 0 {
            self.future = None;
            return Poll::Ready(None);
        }
        Poll::Pending
    }
}
