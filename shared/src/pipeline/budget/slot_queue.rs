//! The slots that a run has reserved at a provider with a rate, in the order of their times.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::time::Duration;

use futures::lock::Mutex;
use serde::Deserialize;

use crate::pipeline::rpc::from_millis;

/// A slot is the instant at which one request may be sent.
#[derive(Default)]
pub(super) struct SlotQueue {
    /// Reserved, and taken by no request yet.
    slots: RefCell<VecDeque<Duration>>,
    /// The last slot of the last reservation.
    pub(super) last: Cell<Option<Duration>>,
    /// Between two slots.
    pub(super) interval: Cell<Duration>,
    /// When the last request was sent.
    pub(super) last_sent: Cell<Option<Duration>>,
    /// How many requests wait for a slot.
    pub(super) waiting: Cell<u32>,
    /// Held while one request reserves slots for all that wait.
    pub(super) reserving: Mutex<()>,
    /// The provider has no slot left before the run's deadline.
    pub(super) exhausted: Cell<bool>,
}

/// What `reserve_provider_requests` returns.
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

impl SlotQueue {
    /// Takes the next slot that is not over.
    pub(super) fn next(&self, now: Duration) -> Option<Duration> {
        let mut slots = self.slots.borrow_mut();
        while let Some(slot) = slots.pop_front() {
            if !self.is_over(slot, now) {
                return Some(slot);
            }
        }
        None
    }

    /// Used late, a slot would put two requests closer together than the rate allows, since the one after it may be
    /// another run's. It may be late by half of the distance: with what comes on top, on the way to the provider, that
    /// still leaves the rate within one request.
    pub(super) fn is_over(&self, slot: Duration, now: Duration) -> bool {
        slot + self.interval.get() / 2 < now
    }

    pub(super) fn extend(&self, now: Duration, reserved: &Reservation) {
        let first = now + from_millis(reserved.first_in_ms);
        let interval = from_millis(reserved.interval_ms);
        let mut slots = self.slots.borrow_mut();
        slots.extend((0..reserved.granted).map(|n| first + interval * n));
        self.interval.set(interval);
        self.last.set(slots.back().copied());
    }

    /// Drops the slots that no request took, and counts those of them that are still to come: the commit's report gives
    /// them back to the provider's other runs.
    pub(super) fn release_unused(&self, now: Duration) -> usize {
        self.last.set(None);
        self.slots.take().iter().filter(|slot| **slot > now).count()
    }
}
