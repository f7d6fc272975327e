//! The relays of the settings, and how much each of them, and each recipient domain, may be given.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{ConfigError, RelaySecurity, RelayUrl, wrong};

/// An SMTP relay and what it may be given.
#[derive(Debug, Clone)]
pub struct RelaySettings {
    /// What staff and logs call it.
    pub name: String,
    /// Where it is.
    pub url: RelayUrl,
    /// Certificates in PEM form that are trusted besides those of the system.
    pub authority: Option<Vec<u8>>,
    /// Its part of the mail in proportion to the other relays, as long as its connections keep up.
    pub weight: u32,
    /// Connections at the same time, all processes together.
    pub connections: usize,
    /// Messages after which a connection is closed and another is opened.
    pub messages_per_connection: u32,
    /// Messages per second at most, all processes together.
    pub per_second: Option<f64>,
    /// Messages at most in any minute, hour or day.
    pub windows: Vec<Window>,
    /// How a new relay or address becomes known: day by day a little more.
    pub warm_up: Option<WarmUp>,
    /// How long each step of the conversation may take (RFC 5321 section 4.5.3.2).
    pub command_timeout: Duration,
    /// How long to wait for the answer to a whole message; giving up earlier than the relay sends it twice.
    pub final_dot_timeout: Duration,
}

crate::text_enum! {
    /// The length of a window.
    Period {
        Minute = "minute",
        Hour = "hour",
        Day = "day",
    }
}

impl Period {
    /// How long it is.
    #[must_use]
    pub const fn length(self) -> TimeDelta {
        match self {
            Self::Minute => TimeDelta::minutes(1),
            Self::Hour => TimeDelta::hours(1),
            Self::Day => TimeDelta::days(1),
        }
    }
}

/// "10000/hour": so many messages in any hour, not only in hours of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// How many messages.
    pub limit: u32,
    /// In how long.
    pub period: Period,
}

impl std::str::FromStr for Window {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (limit, period) = text.split_once('/').ok_or(())?;
        let limit = limit.trim().replace('_', "").parse::<u32>().map_err(drop)?;
        let period = period.trim().parse::<Period>().map_err(drop)?;
        if limit == 0 { Err(()) } else { Ok(Self { limit, period }) }
    }
}

/// Caps per day: the first on the first day, and so on; afterwards there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WarmUp {
    /// The first day, in the office's time zone.
    pub from: NaiveDate,
    /// Messages per day.
    pub caps: Vec<u32>,
}

impl WarmUp {
    /// How many messages may go on a day; `None` when the warm-up is over.
    #[must_use]
    pub fn cap(&self, day: NaiveDate) -> Option<u32> {
        let days = usize::try_from((day - self.from).num_days().max(0)).unwrap_or(usize::MAX);
        self.caps.get(days).copied()
    }
}

/// What one recipient domain may be given, all relays and processes together.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct DomainLimits {
    /// Messages on their way at the same time.
    pub connections: Option<usize>,
    /// Messages per second.
    pub per_second: Option<f64>,
}

/// The limits of recipient domains.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Domains {
    default: DomainLimits,
    own: BTreeMap<String, DomainLimits>,
}

impl Domains {
    /// What a domain may be given; the name is in lower case.
    #[must_use]
    pub fn of(&self, domain: &str) -> DomainLimits {
        self.own.get(domain).copied().unwrap_or(self.default)
    }

    /// Sets the limits of a domain, or of every other one: `*`.
    pub fn set(&mut self, domain: &str, limits: DomainLimits) {
        if domain == "*" {
            self.default = limits;
        } else {
            self.own.insert(domain.to_lowercase(), limits);
        }
    }
}

/// Hours of the day in which no mail of a campaign starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    from: NaiveTime,
    to: NaiveTime,
    zone: Tz,
}

impl QuietHours {
    /// From one time of the day to another, which may be on the next day.
    #[must_use]
    pub const fn new(from: NaiveTime, to: NaiveTime, zone: Tz) -> Self {
        Self { from, to, zone }
    }

    /// When the quiet hours that hold now are over; `None` when they do not hold.
    #[must_use]
    pub fn until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let local = now.with_timezone(&self.zone);
        let time = local.time();
        let (holds, tomorrow) = if self.from <= self.to {
            (self.from <= time && time < self.to, false)
        } else {
            (time >= self.from || time < self.to, time >= self.from)
        };
        let day = local.date_naive() + TimeDelta::days(i64::from(tomorrow));
        // An end that the change to summer time leaves out comes an hour later.
        let end = |time| day.and_time(time).and_local_timezone(self.zone).latest();
        let ends = || end(self.to).or_else(|| end(self.to + TimeDelta::hours(1)));
        holds.then(|| ends().map_or(now + TimeDelta::hours(1), |end| end.with_timezone(&Utc)))
    }
}

/// `[[relay]]` as written.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenRelay {
    name: String,
    url: String,
    tls: Option<String>,
    ca_file: Option<PathBuf>,
    user: Option<String>,
    password: Option<String>,
    password_file: Option<PathBuf>,
    weight: Option<i64>,
    connections: Option<i64>,
    messages_per_connection: Option<i64>,
    messages_per_second: Option<f64>,
    windows: Vec<String>,
    warm_up: Vec<i64>,
    warm_up_from: Option<String>,
    timeout_seconds: Option<i64>,
}

/// `[[domain]]` as written.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenDomain {
    name: String,
    connections: Option<i64>,
    messages_per_second: Option<f64>,
}

impl RelaySettings {
    /// A relay without limits of its own.
    #[must_use]
    pub fn plain(name: &str, url: RelayUrl, connections: usize) -> Self {
        Self {
            name: name.to_owned(),
            url,
            authority: None,
            weight: 1,
            connections,
            messages_per_connection: 1_000,
            per_second: None,
            windows: Vec::new(),
            warm_up: None,
            command_timeout: Duration::from_secs(300),
            final_dot_timeout: Duration::from_secs(600),
        }
    }
}

/// Checks `[[relay]]`.
pub(super) fn relays(
    written: Vec<WrittenRelay>,
    connections: usize,
) -> Result<Vec<RelaySettings>, ConfigError> {
    let mut names = BTreeSet::new();
    let mut relays = Vec::new();
    for (index, relay) in written.into_iter().enumerate() {
        let place = if relay.name.is_empty() { (index + 1).to_string() } else { relay.name.clone() };
        let named = !relay.name.is_empty()
            && relay.name.len() <= 40
            && relay.name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        let name = format!("relay {place}: name");
        if !named {
            return Err(wrong(&name, &relay.name, "write up to 40 letters, digits, dots and hyphens"));
        }
        if !names.insert(relay.name.clone()) {
            return Err(wrong(&name, &relay.name, "give every relay a name of its own"));
        }
        relays.push(check(relay, connections)?);
    }
    Ok(relays)
}

fn check(relay: WrittenRelay, connections: usize) -> Result<RelaySettings, ConfigError> {
    let name = |setting: &str| format!("relay {}: {setting}", relay.name);
    let number = |setting: &str, value: Option<i64>, default: i64, smallest: i64, largest: i64| {
        let value = value.unwrap_or(default);
        if (smallest..=largest).contains(&value) {
            return Ok(value);
        }
        let right = format!("write a number from {smallest} to {largest}");
        Err(wrong(&name(setting), &value.to_string(), &right))
    };
    let mut url: RelayUrl = relay
        .url
        .parse()
        .map_err(|error: super::InvalidRelayUrl| wrong(&name("url"), "the value", &error.to_string()))?;
    if let Some(tls) = &relay.tls {
        let security = match (tls.as_str(), url.security()) {
            ("required", RelaySecurity::Implicit) => RelaySecurity::Implicit,
            (_, RelaySecurity::Implicit) => {
                return Err(wrong(&name("tls"), tls, "leave it out: smtps speaks TLS from the first byte"));
            }
            ("none", _) => RelaySecurity::None,
            ("starttls", _) => RelaySecurity::Opportunistic,
            ("required", _) => RelaySecurity::Required,
            _ => return Err(wrong(&name("tls"), tls, "write none, starttls or required")),
        };
        url = url.with_security(security);
    }
    let password = match (&relay.password, &relay.password_file) {
        (Some(password), None) => Some(password.clone()),
        (None, Some(file)) => {
            Some(read(file, &name("password_file"))?.trim_end_matches(['\r', '\n']).to_owned())
        }
        (None, None) => None,
        (Some(_), Some(_)) => {
            return Err(wrong(&name("password"), "the value", "write password or password_file, not both"));
        }
    };
    url = match (relay.user.clone(), password) {
        (None, None) => url,
        (Some(user), Some(password)) if url.credentials().is_none() => url.with_credentials(user, password),
        (Some(_), Some(_)) => {
            return Err(wrong(&name("user"), "the value", "name the user in the url or here, not twice"));
        }
        (Some(_), None) => return Err(wrong(&name("password"), "nothing", "write the user's password")),
        (None, Some(_)) => return Err(wrong(&name("user"), "nothing", "write whose password it is")),
    };
    let authority = match &relay.ca_file {
        None => None,
        Some(file) => {
            let text = read(file, &name("ca_file"))?;
            if !text.contains("-----BEGIN CERTIFICATE-----") {
                let right = "name a file with certificates in PEM form";
                return Err(wrong(&name("ca_file"), &file.display().to_string(), right));
            }
            Some(text.into_bytes())
        }
    };
    let windows = relay.windows.iter().map(|text| {
        let right = "write like 10000/hour, with minute, hour or day";
        text.parse::<Window>().map_err(|()| wrong(&name("windows"), text, right))
    });
    let largest = i64::from(u32::MAX);
    Ok(RelaySettings {
        authority,
        weight: number("weight", relay.weight, 1, 1, 1_000)? as u32,
        connections: number("connections", relay.connections, connections as i64, 1, 1_000)? as usize,
        messages_per_connection: number(
            "messages_per_connection",
            relay.messages_per_connection,
            1_000,
            1,
            largest,
        )? as u32,
        per_second: rate(&name("messages_per_second"), relay.messages_per_second)?,
        windows: windows.collect::<Result<_, _>>()?,
        warm_up: warm_up(&relay)?,
        command_timeout: Duration::from_secs(
            number("timeout_seconds", relay.timeout_seconds, 300, 5, 3_600)? as u64,
        ),
        final_dot_timeout: Duration::from_secs(600),
        url,
        name: relay.name,
    })
}

fn warm_up(relay: &WrittenRelay) -> Result<Option<WarmUp>, ConfigError> {
    let name = |setting: &str| format!("relay {}: {setting}", relay.name);
    let from = match (&relay.warm_up_from, relay.warm_up.is_empty()) {
        (None, true) => return Ok(None),
        (Some(from), false) => from,
        (Some(from), true) => {
            return Err(wrong(&name("warm_up_from"), from, "write warm_up too, like [500, 1000, 2000]"));
        }
        (None, false) => {
            return Err(wrong(&name("warm_up_from"), "nothing", "write the first day, like 2026-12-01"));
        }
    };
    let from = from
        .parse::<NaiveDate>()
        .map_err(|_| wrong(&name("warm_up_from"), from, "write the first day, like 2026-12-01"))?;
    let caps: Option<Vec<u32>> =
        relay.warm_up.iter().map(|cap| u32::try_from(*cap).ok().filter(|cap| *cap > 0)).collect();
    let caps = caps.filter(|caps| caps.is_sorted()).ok_or_else(|| {
        wrong(
            &name("warm_up"),
            &format!("{:?}", relay.warm_up),
            "write growing numbers, like [500, 1000, 2000]",
        )
    })?;
    Ok(Some(WarmUp { from, caps }))
}

fn rate(name: &str, value: Option<f64>) -> Result<Option<f64>, ConfigError> {
    match value {
        Some(rate) if !(0.001..=100_000.0).contains(&rate) => {
            Err(wrong(name, &rate.to_string(), "write a number from 0.001 to 100000"))
        }
        rate => Ok(rate),
    }
}

fn read(file: &Path, name: &str) -> Result<String, ConfigError> {
    std::fs::read_to_string(file).map_err(|error| {
        wrong(name, &file.display().to_string(), &format!("the file cannot be read ({error})"))
    })
}

/// Checks `[[domain]]`.
pub(super) fn domains(written: Vec<WrittenDomain>) -> Result<Domains, ConfigError> {
    let mut domains = Domains::default();
    let mut names = BTreeSet::new();
    for domain in written {
        let name = |setting: &str| format!("domain {}: {setting}", domain.name);
        let ascii = match domain.name.as_str() {
            "*" => Some("*".to_owned()),
            name => idna::domain_to_ascii_strict(name).ok().filter(|name| name.contains('.')),
        };
        let Some(ascii) = ascii else {
            return Err(wrong(
                &name("name"),
                &domain.name,
                "write a domain like example.com, or * for all others",
            ));
        };
        if !names.insert(ascii.clone()) {
            return Err(wrong(&name("name"), &domain.name, "write every domain once"));
        }
        let connections = match domain.connections {
            Some(number) if !(1..=1_000).contains(&number) => {
                return Err(wrong(
                    &name("connections"),
                    &number.to_string(),
                    "write a number from 1 to 1000",
                ));
            }
            number => number.map(|number| number as usize),
        };
        let per_second = rate(&name("messages_per_second"), domain.messages_per_second)?;
        domains.set(&ascii, DomainLimits { connections, per_second });
    }
    Ok(domains)
}

/// Reads `22:00-07:00`.
pub(super) fn quiet_hours(text: &str, zone: Tz) -> Result<QuietHours, ConfigError> {
    let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
    let both = text.split_once(['-', '–']).and_then(|(from, to)| Some((time(from)?, time(to)?)));
    match both {
        Some((from, to)) if from != to => Ok(QuietHours::new(from, to, zone)),
        _ => Err(wrong("BREVDUVA_QUIET_HOURS", text, "write two times of the day, like 22:00-07:00")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(toml: &str) -> Result<RelaySettings, String> {
        let relay: WrittenRelay = toml::from_str(toml).map_err(|error| error.to_string())?;
        relays(vec![relay], 20).map(|mut all| all.remove(0)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_whole_relay() {
        let relay = one(
            "name = 'main'\nurl = 'smtp://mail.example.se:25'\ntls = 'required'\nuser = 'us'\npassword = 'hemligt'\n\
             weight = 3\nconnections = 5\nmessages_per_connection = 50\nmessages_per_second = 12.5\n\
             windows = ['10000/hour', '50_000/day']\nwarm_up = [100, 200]\nwarm_up_from = '2026-12-01'",
        )
        .unwrap();
        assert_eq!(relay.url.security(), RelaySecurity::Required);
        assert_eq!(relay.url.credentials(), Some(("us", "hemligt")));
        assert_eq!((relay.weight, relay.connections, relay.messages_per_connection), (3, 5, 50));
        assert_eq!(relay.windows[1], Window { limit: 50_000, period: Period::Day });
        assert!(!format!("{relay:?}").contains("hemligt"), "{relay:?}");
        let warm_up = relay.warm_up.unwrap();
        let day = |day| NaiveDate::from_ymd_opt(2026, 12, day).unwrap();
        assert_eq!(
            (warm_up.cap(day(1)), warm_up.cap(day(2)), warm_up.cap(day(3))),
            (Some(100), Some(200), None)
        );
        assert_eq!(warm_up.cap(NaiveDate::from_ymd_opt(2026, 11, 1).unwrap()), Some(100));
    }

    #[test]
    fn what_is_wrong_is_named_with_what_would_be_right() {
        let base = "name = 'main'\nurl = 'smtp://u:hemligt@mail.example.se'\n";
        for (line, named, right) in [
            ("tls = 'maybe'", "relay main: tls", "none, starttls or required"),
            ("connections = 0", "relay main: connections", "1 to 1000"),
            ("weight = -1", "relay main: weight", "1 to 1000"),
            ("messages_per_second = 0.0", "relay main: messages_per_second", "0.001"),
            ("windows = ['10000 per hour']", "relay main: windows", "10000/hour"),
            ("warm_up = [500, 100]\nwarm_up_from = '2026-12-01'", "relay main: warm_up", "growing"),
            ("warm_up = [500]", "relay main: warm_up_from", "2026-12-01"),
            ("ca_file = '/nowhere.pem'", "relay main: ca_file", "cannot be read"),
            ("user = 'other'\npassword = 'hemligt'", "relay main: user", "not twice"),
            ("user = 'other'", "relay main: password", "password"),
        ] {
            let message = one(&format!("{base}{line}")).unwrap_err();
            assert!(message.contains(named) && message.contains(right), "{line}: {message}");
            assert!(!message.contains("hemligt"), "{message}");
        }
        let message = one("name = 'a b'\nurl = 'smtp://x'").unwrap_err();
        assert!(message.contains("relay a b: name"), "{message}");
        let message = one("name = 'a'\nurl = 'smtp://u:hemligt@'").unwrap_err();
        assert!(message.contains("relay a: url") && !message.contains("hemligt"), "{message}");
        let twice =
            vec![WrittenRelay { name: "a".into(), url: "smtp://x".into(), ..WrittenRelay::default() }; 2];
        assert!(relays(twice, 20).unwrap_err().to_string().contains("of its own"));
    }

    #[test]
    fn domains_have_their_own_limits_or_the_others() {
        let domain = |name: &str, connections| WrittenDomain {
            name: name.into(),
            connections: Some(connections),
            messages_per_second: None,
        };
        let found = domains(vec![domain("*", 20), domain("Gmail.com", 5)]).unwrap();
        assert_eq!(found.of("gmail.com").connections, Some(5));
        assert_eq!(found.of("example.org").connections, Some(20));
        assert!(domains(vec![domain("gmail", 5)]).unwrap_err().to_string().contains("example.com"));
        assert!(
            domains(vec![domain("a.se", 0)]).unwrap_err().to_string().contains("domain a.se: connections")
        );
        assert!(
            domains(vec![domain("a.se", 1), domain("A.se", 2)]).unwrap_err().to_string().contains("once")
        );
    }

    #[test]
    fn quiet_hours_hold_over_midnight_and_in_the_offices_time() {
        let zone = chrono_tz::Europe::Stockholm;
        let quiet = quiet_hours("22:00-07:00", zone).unwrap();
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(quiet.until(at("2026-11-24T20:59:59Z")), None);
        assert_eq!(quiet.until(at("2026-11-24T21:00:00Z")), Some(at("2026-11-25T06:00:00Z")));
        assert_eq!(quiet.until(at("2026-11-25T05:59:59Z")), Some(at("2026-11-25T06:00:00Z")));
        assert_eq!(quiet.until(at("2026-11-25T06:00:00Z")), None);
        // The night in which the clocks go forward is an hour shorter.
        assert_eq!(quiet.until(at("2026-03-28T21:00:00Z")), Some(at("2026-03-29T05:00:00Z")));
        let lunch = quiet_hours("12:00-13:00", zone).unwrap();
        assert_eq!(lunch.until(at("2026-07-01T10:30:00Z")), Some(at("2026-07-01T11:00:00Z")));
        assert_eq!(lunch.until(at("2026-07-01T11:30:00Z")), None);
        // 02:30 does not exist on that night.
        let gap = quiet_hours("01:00-02:30", zone).unwrap();
        assert_eq!(gap.until(at("2026-03-29T00:30:00Z")), Some(at("2026-03-29T01:30:00Z")));
        assert!(quiet_hours("22-7", zone).is_err() && quiet_hours("07:00-07:00", zone).is_err());
    }
}
