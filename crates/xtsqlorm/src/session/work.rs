//! The bounds on transaction closures.

/// An async closure over `A` whose future can be sent between threads.
///
/// Implemented for every closure `async |session| ..` of the right types; there is no need to
/// implement or import it. It exists since a plain `AsyncFnOnce` bound does not promise that the
/// future is `Send`, so that the transaction could not run inside `tokio::spawn` or an axum handler.
pub trait SessionWork<A, R>:
    AsyncFnOnce(A) -> R + FnOnce(A) -> <Self as SessionWork<A, R>>::Fut
{
    /// The future that the closure returns.
    type Fut: Future<Output = R>;
}

impl<F, Fut, A, R> SessionWork<A, R> for F
where
    F: AsyncFnOnce(A) -> R + FnOnce(A) -> Fut,
    Fut: Future<Output = R>,
{
    type Fut = Fut;
}

/// [`SessionWork`] that can be run more than once.
pub trait RepeatableWork<A, R>:
    AsyncFn(A) -> R + Fn(A) -> <Self as RepeatableWork<A, R>>::Fut
{
    /// The future that the closure returns.
    type Fut: Future<Output = R>;
}

impl<F, Fut, A, R> RepeatableWork<A, R> for F
where
    F: AsyncFn(A) -> R + Fn(A) -> Fut,
    Fut: Future<Output = R>,
{
    type Fut = Fut;
}
