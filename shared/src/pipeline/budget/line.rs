//! A run's place in the line of a provider with a rate: the slots that it has reserved.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::time::Duration;

use futures::lock::Mutex;
use serde::Deserialize;

use super::from_millis;

/// This run's place in the line of a provider with a rate.
#[derive(Default)]
pub(super) struct Line {
    /// Reserved and not taken yet.
    slots: RefCell<VecDeque<Duration>>,
    /// The last slot ever reserved.
    pub(super) last: Cell<Option<Duration>>,
    /// Between two slots.
    pub(super) interval: Cell<Duration>,
    /// When the last request left.
    pub(super) last_sent: Cell<Option<Duration>>,
    /// Requests that have no slot yet.
    pub(super) waiting: Cell<u32>,
    /// Held by the one that reserves for all.
    pub(super) turn: Mutex<()>,
    /// No slot is left before the deadline.
    pub(super) over: Cell<bool>,
}

/// `reserve_provider_requests`
#[derive(Debug, Deserialize)]
pub(super) struct Reservation {
    pub(super) granted: u32,
    #[serde(default)]
    first_in_ms: f64,
    #[serde(default)]
    interval_ms: f64,
    #[serde(default)]
    pub(super) paused_for_ms: f64,
}

impl Line {
    /// The next reserved slot. One whose time is over is lost: two at once would be above the rate.
    pub(super) fn next(&self, now: Duration) -> Option<Duration> {
        let oldest = now.saturating_sub(self.interval.get());
        let mut slots = self.slots.borrow_mut();
        while let Some(slot) = slots.pop_front() {
            if slot >= oldest {
                return Some(slot);
            }
        }
        None
    }

    /// Takes over what was reserved.
    pub(super) fn extend(&self, now: Duration, reserved: &Reservation) {
        let first = now + from_millis(reserved.first_in_ms);
        let interval = from_millis(reserved.interval_ms);
        let mut slots = self.slots.borrow_mut();
        slots.extend((0..reserved.granted).map(|n| first + interval * n));
        self.interval.set(interval);
        self.last.set(slots.back().copied());
    }

    /// Lets go of the slots that nobody took; how many of them are still to come.
    pub(super) fn give_back(&self, now: Duration) -> usize {
        self.last.set(None);
        self.slots.take().iter().filter(|slot| **slot > now).count()
    }
}
