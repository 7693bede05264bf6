//! What `spin_executor` lacks.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// Polls a future again as long as it wakes itself.
///
/// `spin_executor` polls only after one of WASI's pollables is ready, and its waker does nothing. So a future that wakes
/// itself (`FuturesUnordered` does, and a semaphore whose permit is released) would sleep until some request is answered;
/// with no request in flight, the executor would end the component.
pub(super) struct PollUntilQuiet<F> {
    future: Pin<Box<F>>,
    woken: Arc<Woken>,
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl<F: Future> PollUntilQuiet<F> {
    pub(super) fn new(future: F) -> Self {
        Self {
            future: Box::pin(future),
            woken: Arc::new(Woken(AtomicBool::new(false))),
        }
    }
}

impl<F: Future> Future for PollUntilQuiet<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<F::Output> {
        let waker = Waker::from(self.woken.clone());
        loop {
            self.woken.0.store(false, Ordering::Relaxed);
            match self.future.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Pending if self.woken.0.load(Ordering::Relaxed) => {}
                state => return state,
            }
        }
    }
}
