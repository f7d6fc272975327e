//! Invented alumni: as varied as real ones, the same for the same seed, and nobody's address among them.
//!
//! They are made of [`words`](self) at random, so that a register of any size has what a real one has: people without
//! an address, couples who share one, the deceased, protected identities, students who never graduated, and people
//! who said no to something.

mod words;

use std::ops::RangeInclusive;

use chrono::{DateTime, Days, NaiveDate};

use crate::{
    contacts::{
        ContactKind,
        person::{DegreeLevel, Sector},
    },
    kernel::{clock::Clock, language::Language},
    taxonomy::{self, Location},
};

use words::{DOMAINS, EVENTS, FAMILY_NAMES, GIVEN_NAMES, HOMES, JOBS, PROGRAMMES, STREETS};

/// The year in which the invented lives stand still: the demo looks the same whenever it is run.
const THIS_YEAR: i32 = 2026;

/// The units that invented refusals speak of, besides the office: slug and name.
pub const UNITS: &[(&str, &str)] = &[
    ("handelshogskolan", "Handelshögskolan"),
    ("humsam", "Fakulteten för humaniora och samhällsvetenskap"),
    ("medhals", "Fakulteten för medicin och hälsa"),
    ("natur-teknik", "Fakulteten för naturvetenskap och teknik"),
    ("musik", "Musikhögskolan"),
];

/// The topics that invented refusals speak of.
const REFUSED_TOPICS: &[&str] = &["newsletter", "events", "surveys", "collaboration"];

/// Somebody who does not exist.
#[derive(Debug, Clone, PartialEq)]
pub struct InventedPerson {
    /// Given name.
    pub given_name: &'static str,
    /// Family name.
    pub family_name: &'static str,
    /// Unique but for couples; at a domain reserved for examples. Some have none.
    pub email: Option<String>,
    /// Swedish mobile number from the series that the regulator keeps for fiction (070-174 06 05 and on).
    pub phone: Option<String>,
    /// 1940 to 2006.
    pub birth_date: NaiveDate,
    /// The language that they read.
    pub language: Language,
    /// Where they live.
    pub home: InventedHome,
    /// One or two; the later one last.
    pub degrees: Vec<InventedDegree>,
    /// Present and earlier employments, the present one first.
    pub employments: Vec<InventedEmployment>,
    /// Why they are in the register.
    pub kinds: Vec<ContactKind>,
    /// An event they took part in: code, name, day.
    pub event: Option<(&'static str, &'static str, NaiveDate)>,
    /// Whether they have died.
    pub deceased: bool,
    /// Whether their identity is protected; then they have no home address.
    pub protected: bool,
    /// What they said no to.
    pub refusals: Vec<InventedRefusal>,
    /// The purposes that they consented to.
    pub consents: Vec<&'static str>,
}

/// An invented address of a real place.
#[derive(Debug, Clone, PartialEq)]
pub struct InventedHome {
    /// Street and number.
    pub street: Option<String>,
    /// Postcode as written in its country.
    pub postcode: Option<&'static str>,
    /// The place, as written in its country.
    pub place: Option<&'static str>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<&'static str>,
    /// Where it lies; `None` outside the Nordic countries.
    pub location: Option<&'static Location>,
}

/// An invented degree, or studies towards one.
#[derive(Debug, Clone, PartialEq)]
pub struct InventedDegree {
    /// The programme's code, as opaque as a real one.
    pub programme_code: &'static str,
    /// The programme's name.
    pub programme_name: &'static str,
    /// The faculty's name.
    pub faculty: &'static str,
    /// The degree's level.
    pub level: DegreeLevel,
    /// The degree's title; `None` without a degree.
    pub degree_title: Option<&'static str>,
    /// The first year of studies.
    pub start_year: i32,
    /// `None` for those who study still or left without a degree.
    pub graduation_year: Option<i32>,
    /// Higher education credits, 60 a year.
    pub credits: f64,
}

/// An invented employment.
#[derive(Debug, Clone, PartialEq)]
pub struct InventedEmployment {
    /// Employer.
    pub employer: &'static str,
    /// Job title.
    pub title: &'static str,
    /// SSYK 2012 code, four digits.
    pub ssyk: &'static str,
    /// SNI 2007 division, two digits.
    pub industry: &'static str,
    /// The employer's sector.
    pub sector: Sector,
    /// The first day.
    pub from: NaiveDate,
    /// The last day; `None` while it lasts.
    pub to: Option<NaiveDate>,
}

/// An invented "no".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InventedRefusal {
    /// Do not contact me.
    Everything,
    /// No e-mail at all.
    Email,
    /// Nothing from the unit of this slug: one of [`UNITS`], or the office `alumn`.
    Unit(&'static str),
    /// Nothing about this topic (contract, "Values").
    Topic(&'static str),
}

/// So many invented people. The same seed gives the same people in the same order, however many are asked for.
pub fn people(count: usize, seed: u64) -> impl Iterator<Item = InventedPerson> {
    (0..count).map(move |number| person(number, seed))
}

fn person(number: usize, seed: u64) -> InventedPerson {
    let mut dice = Dice::new(number, seed);
    let (given_name, family_name, email) = dice.name_and_email(number);
    // Every hundredth or so lives with the one before and reads their mail there.
    let shares = number > 0 && dice.one_in(90);
    let email = if shares { Dice::new(number - 1, seed).name_and_email(number - 1).2 } else { email };
    let birth_date = dice.date(1940, 2006);
    let protected = dice.one_in(150);
    let home = if protected { NOWHERE } else { dice.home() };
    let language = dice.language(home.country);
    let degrees = dice.degrees(birth_date);
    let deceased = dice.one_in(if birth_year(birth_date) < 1955 { 12 } else { 250 });
    let graduated = degrees.iter().any(|degree| degree.graduation_year.is_some());
    let employments = if graduated { dice.employments(&degrees, birth_date) } else { Vec::new() };
    let event = dice.one_in(12).then(|| dice.event()).flatten();
    let kinds = dice.kinds(graduated, event.is_some());
    InventedPerson {
        given_name,
        family_name,
        email: (!dice.one_in(25)).then_some(email),
        phone: (!protected && dice.one_in(2)).then(|| dice.phone()),
        birth_date,
        language,
        home,
        degrees,
        employments,
        kinds,
        event,
        deceased,
        protected,
        refusals: dice.refusals(),
        consents: dice.consents(),
    }
}

const NOWHERE: InventedHome =
    InventedHome { street: None, postcode: None, place: None, country: None, location: None };

fn birth_year(date: NaiveDate) -> i32 {
    chrono::Datelike::year(&date)
}

/// The randomness of one person. Each has their own, so that the next one does not depend on how long this one's list
/// of employments became.
struct Dice(Clock);

impl Dice {
    fn new(number: usize, seed: u64) -> Self {
        // The odd multiplier keeps the people of neighbouring seeds apart.
        let seed = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(number as u64);
        Self(Clock::fixed(DateTime::UNIX_EPOCH, seed))
    }

    /// A number from 0 to below `end`. That the lowest are likelier by a billionth matters to nobody here.
    fn below(&mut self, end: usize) -> usize {
        usize::from_le_bytes(self.0.random_bytes()) % end.max(1)
    }

    fn within(&mut self, range: RangeInclusive<i32>) -> i32 {
        let span = range.end().abs_diff(*range.start()) as usize + 1;
        i32::try_from(self.below(span)).map_or(*range.start(), |drawn| range.start() + drawn)
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    /// One of a list that is not empty.
    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    fn name_and_email(&mut self, number: usize) -> (&'static str, &'static str, String) {
        let (given, family) = (*self.of(GIVEN_NAMES), *self.of(FAMILY_NAMES));
        let domain = self.of(DOMAINS);
        let plain = |name: &str| taxonomy::without_accents(name).replace([' ', '-'], "");
        (given, family, format!("{}.{}{number}@{domain}", plain(given), plain(family)))
    }

    fn date(&mut self, from: i32, to: i32) -> NaiveDate {
        let year = self.within(from..=to);
        NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default() + Days::new(self.below(365) as u64)
    }

    /// 070-174 06 05 to 06 99, which the Swedish Post and Telecom Authority keeps for books and films.
    fn phone(&mut self) -> String {
        format!("+467017406{:02}", self.within(5..=99))
    }

    fn home(&mut self) -> InventedHome {
        let total: usize = HOMES.iter().map(|home| home.0).sum();
        let mut drawn = self.below(total);
        let (_, place, country, postcode) = HOMES
            .iter()
            .find(|home| {
                let found = drawn < home.0;
                drawn = drawn.saturating_sub(home.0);
                found
            })
            .unwrap_or(&HOMES[0]);
        let street = format!("{} {}", self.of(STREETS), self.within(1..=89));
        InventedHome {
            street: Some(street),
            postcode: Some(*postcode).filter(|postcode| !postcode.is_empty()),
            place: Some(place),
            country: Some(country),
            location: taxonomy::locate(None, Some(place), Some(country)),
        }
    }

    fn language(&mut self, country: Option<&str>) -> Language {
        let (swedish, norwegian) = match country {
            Some("NO" | "DK") => (8, 88),
            Some("SE" | "FI") | None => (86, 5),
            Some(_) => (35, 5),
        };
        match self.below(100) {
            drawn if drawn < swedish => Language::Swedish,
            drawn if drawn < swedish + norwegian => Language::Norwegian,
            _ => Language::English,
        }
    }

    fn degrees(&mut self, birth_date: NaiveDate) -> Vec<InventedDegree> {
        let latest = THIS_YEAR - 1;
        let first_year = birth_year(birth_date) + self.within(19..=26);
        let mut degrees = vec![self.degree(first_year.min(latest))];
        let after = degrees[0].graduation_year.map(|year| year + self.within(0..=8));
        if let Some(year) = after.filter(|year| *year <= latest)
            && self.one_in(7)
        {
            degrees.push(self.degree(year));
        }
        degrees
    }

    fn degree(&mut self, start_year: i32) -> InventedDegree {
        let programme = self.of(PROGRAMMES);
        let finished = start_year + programme.years + i32::from(self.one_in(5));
        let left_early = self.one_in(14);
        let graduation_year = (finished <= THIS_YEAR && !left_early).then_some(finished);
        let studied = if left_early { 1 } else { (THIS_YEAR - start_year).clamp(1, programme.years) };
        InventedDegree {
            programme_code: programme.code,
            programme_name: programme.name,
            faculty: programme.faculty,
            level: programme.level,
            degree_title: graduation_year.map(|_| programme.degree),
            start_year,
            graduation_year,
            credits: f64::from(studied * 60) + if self.one_in(6) { 7.5 } else { 0.0 },
        }
    }

    fn employments(&mut self, degrees: &[InventedDegree], birth_date: NaiveDate) -> Vec<InventedEmployment> {
        let last =
            degrees.iter().rev().find_map(|degree| Some((degree.programme_code, degree.graduation_year?)));
        let Some((code, graduated)) = last else { return Vec::new() };
        let retired = birth_year(birth_date) + 67 < THIS_YEAR;
        if self.one_in(6) {
            return Vec::new();
        }
        let changed = self.within(graduated..=THIS_YEAR);
        let mut employments = Vec::new();
        if !retired {
            employments.push(self.employment(code, changed, None));
        }
        if changed - graduated >= 2 && self.one_in(2) {
            employments.push(self.employment(code, graduated, Some(changed - 1)));
        }
        employments
    }

    fn employment(&mut self, programme_code: &str, from: i32, to: Option<i32>) -> InventedEmployment {
        let usual = PROGRAMMES.iter().find(|programme| programme.code == programme_code);
        // Some end up in what nobody expected.
        let job = match usual {
            Some(programme) if !self.one_in(10) => &JOBS[*self.of(programme.jobs)],
            _ => self.of(JOBS),
        };
        InventedEmployment {
            employer: self.of::<&str>(job.employers),
            title: job.title,
            ssyk: job.ssyk,
            industry: job.industry,
            sector: job.sector,
            from: self.date(from, from),
            to: to.map(|year| NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(NaiveDate::MAX)),
        }
    }

    fn event(&mut self) -> Option<(&'static str, &'static str, NaiveDate)> {
        let (code, name, year, month, day) = *self.of(EVENTS);
        Some((code, name, NaiveDate::from_ymd_opt(year, month, day)?))
    }

    fn kinds(&mut self, graduated: bool, came_to_event: bool) -> Vec<ContactKind> {
        let mut kinds = vec![if graduated { ContactKind::Alumn } else { ContactKind::Student }];
        if came_to_event {
            kinds.push(ContactKind::Participant);
        }
        for (kind, many) in
            [(ContactKind::Interested, 20), (ContactKind::Staff, 60), (ContactKind::Partner, 150)]
        {
            if self.one_in(many) {
                kinds.push(kind);
            }
        }
        kinds
    }

    fn refusals(&mut self) -> Vec<InventedRefusal> {
        let mut refusals = Vec::new();
        if self.one_in(80) {
            refusals.push(InventedRefusal::Everything);
        }
        if self.one_in(60) {
            refusals.push(InventedRefusal::Email);
        }
        if self.one_in(25) {
            let slug = if self.one_in(2) { "alumn" } else { self.of(UNITS).0 };
            refusals.push(InventedRefusal::Unit(slug));
        }
        if self.one_in(25) {
            refusals.push(InventedRefusal::Topic(self.of::<&str>(REFUSED_TOPICS)));
        }
        refusals
    }

    fn consents(&mut self) -> Vec<&'static str> {
        ["newsletter", "events", "surveys"].into_iter().filter(|_| self.one_in(4)).collect()
    }
}

#[cfg(test)]
mod tests;
