//! How many may do something at once, for futures of one thread.

use std::cell::{Cell, RefCell};
use std::task::{Poll, Waker};

/// A number of permits.
pub struct Permits {
    free: Cell<usize>,
    waiting: RefCell<Vec<Waker>>,
}

/// Given back when dropped.
pub struct Permit<'a>(&'a Permits);

impl Permits {
    /// `count` permits, at least one.
    pub fn new(count: usize) -> Self {
        Self {
            free: Cell::new(count.max(1)),
            waiting: RefCell::default(),
        }
    }

    /// Waits for a permit.
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
        // All of them: one that was dropped meanwhile must not swallow the call.
        for waker in self.0.waiting.take() {
            waker.wake();
        }
    }
}
