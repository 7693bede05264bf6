//! Rate limits, as functions of time.

use std::collections::VecDeque;
use std::time::Duration;

/// A rolling window with `Retry-After`.
#[derive(Debug, Default)]
pub struct Window {
    arrivals: VecDeque<Duration>,
    paused: Option<Pause>,
}

/// A time in which nobody is to ask.
#[derive(Debug, Clone, Copy)]
pub struct Pause {
    pub since: Duration,
    pub until: Duration,
}

impl Pause {
    /// Whether who asks at `now`, within the pause, could have known of it.
    pub fn is_disregarded(self, now: Duration) -> bool {
        self.since + UNDER_WAY < now && now < self.until
    }
}

/// What a window says of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Welcome,
    Wait {
        /// Whole seconds, as `Retry-After` has them.
        seconds: u64,
        /// Whether the caller had been told before.
        told_before: bool,
    },
}

/// Requests that were under way when the pause began could not know of it.
const UNDER_WAY: Duration = Duration::from_millis(500);

impl Window {
    /// Judges a request that arrives at `now`: at most `most` in a window, else a pause of `pause` or, if that is zero,
    /// until there is room.
    pub fn judge(&mut self, now: Duration, most: usize, window: Duration, pause: Duration) -> Verdict {
        if most == 0 {
            return Verdict::Welcome;
        }
        if let Some(pause) = self.paused {
            if now < pause.until {
                return Verdict::Wait {
                    seconds: whole_seconds(pause.until.saturating_sub(now)),
                    told_before: pause.is_disregarded(now),
                };
            }
            self.paused = None;
        }
        while self.arrivals.front().is_some_and(|arrival| *arrival + window <= now) {
            self.arrivals.pop_front();
        }
        if self.arrivals.len() < most {
            self.arrivals.push_back(now);
            return Verdict::Welcome;
        }
        let room = self
            .arrivals
            .front()
            .map_or(window, |oldest| (*oldest + window).saturating_sub(now));
        let seconds = whole_seconds(if pause.is_zero() { room } else { pause });
        self.paused = Some(Pause {
            since: now,
            until: now + Duration::from_secs(seconds),
        });
        Verdict::Wait {
            seconds,
            told_before: false,
        }
    }
}

fn whole_seconds(time: Duration) -> u64 {
    (time.as_secs() + u64::from(time.subsec_nanos() > 0)).max(1)
}

/// An average rate: who is over it is turned away altogether until the rate has fallen.
#[derive(Debug, Default)]
pub struct Average {
    level: f64,
    at: Duration,
}

impl Average {
    /// Whether a request that arrives at `now` is within `per_second`. Requests that are turned away count too. A
    /// second's worth (two requests at least) may come at once: nobody's clock is perfect.
    pub fn allows(&mut self, now: Duration, per_second: f64) -> bool {
        if per_second <= 0.0 {
            return true;
        }
        let burst = per_second.max(2.0);
        self.level = (self.level - now.saturating_sub(self.at).as_secs_f64() * per_second).max(0.0);
        self.at = now;
        // A caller who never stops stays out for good, but one who does is heard again soon.
        self.level = (self.level + 1.0).min(burst + 3.0 * per_second);
        self.level <= burst + 1e-9
    }
}

/// Every so-manieth, evenly spread: with 25 percent, each fourth.
#[derive(Debug, Default, Clone)]
pub struct Share {
    sum: f64,
}

impl Share {
    /// Whether this one is among them.
    pub fn takes(&mut self, percent: f64) -> bool {
        self.sum += percent.clamp(0.0, 100.0);
        let taken = self.sum >= 100.0;
        if taken {
            self.sum -= 100.0;
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    #[test]
    fn a_window_pauses_until_there_is_room() {
        let mut window = Window::default();
        let judge = |window: &mut Window, now| window.judge(at(now), 2, at(30.0), Duration::ZERO);
        assert_eq!(judge(&mut window, 0.0), Verdict::Welcome);
        assert_eq!(judge(&mut window, 10.0), Verdict::Welcome);
        assert_eq!(
            judge(&mut window, 11.0),
            Verdict::Wait {
                seconds: 19,
                told_before: false
            }
        );
        assert_eq!(
            judge(&mut window, 11.1),
            Verdict::Wait {
                seconds: 19,
                told_before: false
            }
        );
        assert_eq!(
            judge(&mut window, 20.0),
            Verdict::Wait {
                seconds: 10,
                told_before: true
            }
        );
        assert_eq!(judge(&mut window, 30.1), Verdict::Welcome);
    }

    #[test]
    fn one_a_second_is_allowed_and_two_a_second_are_not() {
        let mut average = Average::default();
        assert!((0..60).all(|second| average.allows(at(f64::from(second)), 1.0)));
        let mut average = Average::default();
        let refused = (0..60)
            .filter(|half| !average.allows(at(f64::from(*half) / 2.0), 1.0))
            .count();
        assert!(refused > 50, "over the rate all are refused, here {refused}");
        assert!(average.allows(at(40.0), 1.0), "and heard again after a while");
    }

    #[test]
    fn a_share_is_spread_evenly() {
        let mut share = Share::default();
        let taken: Vec<u32> = (1..=12).filter(|_| share.takes(25.0)).collect();
        assert_eq!(taken, [4, 8, 12]);
        assert!(!Share::default().takes(0.0) && Share::default().takes(100.0));
    }
}
