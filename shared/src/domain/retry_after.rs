//! The header `Retry-After`: seconds, or a date.

use std::time::Duration;

/// Nobody means a longer one.
const LONGEST: Duration = Duration::from_hours(30 * 24);

/// How long to wait, `now` being the time since the Unix epoch. A date that has passed is no wait.
pub fn parse(value: &str, now: Duration) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds).min(LONGEST));
    }
    Some(http_date(value)?.saturating_sub(now).min(LONGEST))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, since the Unix epoch. The two obsolete forms are not read.
fn http_date(value: &str) -> Option<Duration> {
    let (_, rest) = value.split_once(", ")?;
    let mut parts = rest.split(' ');
    let day: u64 = parts.next()?.parse().ok()?;
    let month = match parts.next()? {
        "Jan" => 1,
        "Feb" => 2,
        "Mar" => 3,
        "Apr" => 4,
        "May" => 5,
        "Jun" => 6,
        "Jul" => 7,
        "Aug" => 8,
        "Sep" => 9,
        "Oct" => 10,
        "Nov" => 11,
        "Dec" => 12,
        _ => return None,
    };
    let year: u64 = parts.next()?.parse().ok()?;
    let mut time = parts.next()?.split(':').map(|part| part.parse::<u64>().ok());
    let (hour, minute, second) = (time.next()??, time.next()??, time.next()??);
    let fits = parts.next() == Some("GMT")
        && (1970..=9999).contains(&year)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    // Numbers that don't fit may be of any size.
    fits.then(|| Duration::from_secs(days_since_epoch(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second))
}

/// Days of the proleptic Gregorian calendar; a year is counted from March, so that the leap day is its last.
fn days_since_epoch(year: u64, month: u64, day: u64) -> u64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    (year * 365 + leap_days + (month * 153 + 2) / 5 + day).saturating_sub(719_469)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_seconds_and_dates() {
        let now = Duration::from_secs(784_111_777);
        assert_eq!(parse("18446744073709551615", now), Some(LONGEST));
        assert_eq!(parse("120", now), Some(Duration::from_mins(2)));
        assert_eq!(
            parse("Sun, 06 Nov 1994 08:49:40 GMT", now),
            Some(Duration::from_secs(3))
        );
        assert_eq!(parse("Sun, 06 Nov 1994 08:49:30 GMT", now), Some(Duration::ZERO));
        assert_eq!(
            parse("Tue, 29 Feb 2028 00:00:00 GMT", Duration::from_secs(1_835_395_199)),
            Some(Duration::from_secs(1))
        );
        for bad in [
            "",
            "soon",
            "-1",
            "Sun, 06 Foo 1994 08:49:37 GMT",
            "Sun, 06 Nov 1 08:49:37 GMT",
            "Sun, 06",
        ] {
            assert_eq!(parse(bad, now), None, "{bad}");
        }
    }
}
