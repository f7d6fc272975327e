//! Times of a clock on the wall, which twice a year do not exist or exist twice.

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;

/// What a local time means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalTime {
    /// This moment.
    Once(DateTime<Utc>),
    /// Both of these: the clocks go back in between.
    Twice(DateTime<Utc>, DateTime<Utc>),
    /// None: the clocks go forward over it, to this moment.
    Never(DateTime<Utc>),
}

/// Reads a local time in a zone.
#[must_use]
pub fn resolve(local: NaiveDateTime, zone: Tz) -> LocalTime {
    match local.and_local_timezone(zone) {
        LocalResult::Single(at) => LocalTime::Once(at.to_utc()),
        LocalResult::Ambiguous(first, second) => LocalTime::Twice(first.to_utc(), second.to_utc()),
        LocalResult::None => {
            // No zone of today leaves out more than a few hours; minutes are exact enough.
            let minute = local - TimeDelta::seconds(local.and_utc().timestamp().rem_euclid(60));
            let next = (1..=24 * 60)
                .filter_map(|minutes| {
                    (minute + TimeDelta::minutes(minutes)).and_local_timezone(zone).earliest()
                })
                .next();
            LocalTime::Never(next.map_or_else(|| local.and_utc(), |at| at.to_utc()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LocalTime, resolve};
    use chrono::{DateTime, NaiveDateTime, Utc};

    #[test]
    fn the_nights_on_which_clocks_change() {
        let zone = chrono_tz::Europe::Stockholm;
        let read = |text| resolve(NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap(), zone);
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(read("2026-12-01T09:00"), LocalTime::Once(at("2026-12-01T08:00:00Z")));
        assert_eq!(read("2026-07-01T09:00"), LocalTime::Once(at("2026-07-01T07:00:00Z")));
        assert_eq!(read("2026-03-29T02:30"), LocalTime::Never(at("2026-03-29T01:00:00Z")));
        assert_eq!(
            read("2026-10-25T02:30"),
            LocalTime::Twice(at("2026-10-25T00:30:00Z"), at("2026-10-25T01:30:00Z"))
        );
    }
}
