//! A semaphore for futures of one thread.

use std::cell::{Cell, RefCell};
use std::task::{Poll, Waker};

/// Limits how many futures do something at once.
pub struct Semaphore {
    free: Cell<usize>,
    waiting: RefCell<Vec<Waker>>,
}

/// Releases its place when it is dropped.
pub struct Permit<'a>(&'a Semaphore);

impl Semaphore {
    /// A semaphore of `count` permits; of one where `count` is 0, so that nobody waits for ever.
    pub fn new(count: usize) -> Self {
        Self {
            free: Cell::new(count.max(1)),
            waiting: RefCell::default(),
        }
    }

    pub async fn acquire(&self) -> Permit<'_> {
        futures::future::poll_fn(|context| {
            let free = self.free.get();
            if free == 0 {
                self.waiting.borrow_mut().push(context.waker().clone());
                return Poll::Pending;
            }
            self.free.set(free - 1);
            Poll::Ready(Permit(self))
        })
        .await
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.free.set(self.0.free.get() + 1);
        // All waiting futures are woken: if one alone were, and it was dropped meanwhile, the permit would be lost.
        for waker in self.0.waiting.take() {
            waker.wake();
        }
    }
}
