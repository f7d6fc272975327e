//! The register over time: whom it reaches, how it grows and how well its addresses are. Counted once a day, because
//! each answer looks at everybody.

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::store;
use crate::db::{Conn, Database, Error};
use crate::kernel::channel::Channel;
use crate::kernel::clock::Clock;
use crate::preferences::Question;
use crate::segment::{self, Rule};

/// Years of graduation that are counted: nobody is older.
const FIRST_YEAR: i32 = 1940;

/// What of the campaigns counts for the rates.
pub(super) const RATES_OVER: TimeDelta = TimeDelta::days(90);

crate::text_enum! {
    /// What is counted of the register.
    Gauge {
        /// Everybody who is in it.
        People = "people",
        /// Who came within a month.
        New = "new",
        /// Who may be reached, by channel.
        Reachable = "reachable",
        /// Why others may not be reached by e-mail, by reason.
        LeftOut = "left_out",
        /// Who graduated, by year.
        Graduated = "graduated",
        /// Who of these may be reached by e-mail, by year.
        ReachableOfYear = "reachable_of_year",
        /// Of the campaigns of the last 90 days: messages sent.
        Sent = "sent",
        Bounced = "bounced",
        Complained = "complained",
        Unsubscribed = "unsubscribed",
        /// Addresses that are known for less than so many years; all of them under `all`.
        AddressYears = "address_years",
        /// Who agreed to be measured.
        Measured = "measured",
        /// Who of these opened or clicked anything.
        EverEngaged = "ever_engaged",
    }
}

/// One number of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The day, in UTC.
    pub day: NaiveDate,
    /// What was counted.
    pub gauge: Gauge,
    /// Of what: a channel, a reason, a year; else empty.
    pub value: String,
    /// How many.
    pub amount: i64,
}

/// Counts the register once a day.
#[derive(Clone)]
pub struct Surveyor {
    /// The database.
    pub db: Database,
    /// The time.
    pub clock: Clock,
}

impl Surveyor {
    /// Counts, unless it is done for today; tells whether it was.
    ///
    /// # Errors
    /// Those of the database, and when a rule of ours cannot be judged.
    pub async fn run(&self) -> Result<bool, Error> {
        let now = self.clock.now();
        let day = now.date_naive();
        if self.db.read(move |conn| store::is_surveyed(conn, day)).await? {
            return Ok(false);
        }
        // One question at a time, so that no reading lasts long.
        let mut found = self.db.read(move |conn| health(conn, now.naive_utc())).await?;
        for channel in [Channel::Email, Channel::Sms, Channel::Letter, Channel::Phone] {
            found.extend(self.db.read(move |conn| reach(conn, channel, now.naive_utc())).await?);
        }
        for year in FIRST_YEAR..=now.year() {
            found.extend(self.db.read(move |conn| reach_of(conn, year, now.naive_utc())).await?);
        }
        self.db.write(move |conn| store::survey(conn, day, &found)).await?;
        Ok(true)
    }
}

type Counted = (Gauge, String, i64);

fn judged(
    conn: &mut Conn,
    rule: &Rule,
    channel: Channel,
    now: NaiveDateTime,
) -> Result<segment::Count, Error> {
    segment::count(conn, rule, &Question::new(channel), now).map_err(|error| match error {
        segment::Error::Database(error) => error,
        other => Error::Unavailable(other.to_string()),
    })
}

fn reach(conn: &mut Conn, channel: Channel, now: NaiveDateTime) -> Result<Vec<Counted>, Error> {
    let count = judged(conn, &Rule::everyone(), channel, now)?;
    let mut found = vec![(Gauge::Reachable, channel.to_string(), count.reachable)];
    if channel == Channel::Email {
        let left = count.left_out.into_iter().filter(|(reason, _)| reason != "erased");
        let left: Vec<Counted> = left.map(|(reason, people)| (Gauge::LeftOut, reason, people)).collect();
        let people = count.reachable + left.iter().map(|(.., people)| people).sum::<i64>();
        found.push((Gauge::People, String::new(), people));
        found.extend(left);
    }
    Ok(found)
}

fn reach_of(conn: &mut Conn, year: i32, now: NaiveDateTime) -> Result<Vec<Counted>, Error> {
    let rule = serde_json::json!({ "degree": { "graduation_year": { "between": [year, year] } } });
    let rule = Rule::parse(&rule).map_err(|_| Error::Unavailable("no rule for a year".to_owned()))?;
    let count = judged(conn, &rule, Channel::Email, now)?;
    if count.matched == 0 {
        return Ok(Vec::new());
    }
    Ok(vec![
        (Gauge::Graduated, year.to_string(), count.matched),
        (Gauge::ReachableOfYear, year.to_string(), count.reachable),
    ])
}

fn health(conn: &mut Conn, now: NaiveDateTime) -> Result<Vec<Counted>, Error> {
    let mut found = vec![(Gauge::New, String::new(), store::new_people(conn, now - TimeDelta::days(30))?)];
    for (gauge, amount) in store::rates(conn, now - RATES_OVER)? {
        found.push((gauge, String::new(), amount));
    }
    for years in [1, 3, 5, 10] {
        let since = now - TimeDelta::days(365 * years);
        found.push((Gauge::AddressYears, years.to_string(), store::addresses(conn, Some(since))?));
    }
    found.push((Gauge::AddressYears, "all".to_owned(), store::addresses(conn, None)?));
    let (measured, engaged) = store::ever_engaged(conn)?;
    found.push((Gauge::Measured, String::new(), measured));
    found.push((Gauge::EverEngaged, String::new(), engaged));
    Ok(found)
}

/// The latest day that was counted, and the numbers of people and of those who may be reached of each day before.
///
/// # Errors
/// Those of the database.
pub fn over_time(conn: &mut Conn, now: DateTime<Utc>) -> Result<Vec<Snapshot>, Error> {
    store::surveys(conn, (now - TimeDelta::days(365)).date_naive())
}
