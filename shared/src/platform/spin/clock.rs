//! Time, and timers that are pollables of WASI.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures::future::LocalBoxFuture;
use spin_executor::{CancelOnDropToken, push_waker_and_get_token};
use wasi::clocks::monotonic_clock;

use crate::platform::ports::Clock;

pub(super) struct SpinClock;

impl Clock for SpinClock {
    fn now(&self) -> Duration {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }

    fn monotonic(&self) -> Duration {
        Duration::from_nanos(monotonic_clock::now())
    }

    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'_, ()> {
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        let until = monotonic_clock::now().saturating_add(nanos);
        Box::pin(Sleep { until, token: None })
    }
}

struct Sleep {
    until: monotonic_clock::Instant,
    /// Cancels the timer when it is dropped or replaced. Without the token, the executor would keep the pollable for ever.
    token: Option<CancelOnDropToken>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.token = None;
        if monotonic_clock::now() >= self.until {
            return Poll::Ready(());
        }
        let pollable = monotonic_clock::subscribe_instant(self.until);
        self.token = Some(push_waker_and_get_token(pollable, context.waker().clone()).into());
        Poll::Pending
    }
}
