//! What was counted of a campaign, read from the running totals.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use super::signals::{Class, Sign, class_of};
use super::{TRAP, store};
use crate::campaign;
use crate::contacts::PIXEL;
use crate::db::{Conn, Error};
use crate::kernel::language::Language;

/// One number per class of reader, as far as it can be told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Classes {
    /// People, with programs of their own.
    pub person: i64,
    /// Proxies of providers, which fetch when somebody opens.
    pub proxy: i64,
    /// Programs that fetch before anybody looks.
    pub prefetch: i64,
    /// Programs that look for malice, and robots.
    pub scanner: i64,
    /// It cannot be told.
    pub unknown: i64,
}

impl Classes {
    fn add(&mut self, class: Class, amount: i64) {
        *match class {
            Class::Person => &mut self.person,
            Class::Proxy => &mut self.proxy,
            Class::Prefetch => &mut self.prefetch,
            Class::Scanner => &mut self.scanner,
            Class::Unknown => &mut self.unknown,
        } += amount;
    }

    /// What a person was behind, or may have been.
    #[must_use]
    pub const fn people(&self) -> i64 {
        self.person + self.proxy
    }

    /// What programs did by themselves.
    #[must_use]
    pub const fn machines(&self) -> i64 {
        self.prefetch + self.scanner
    }

    /// What was counted without a class, before there were classes, cannot be told.
    const fn fill_up(&mut self, raw: i64) {
        let known = self.person + self.proxy + self.prefetch + self.scanner + self.unknown;
        if raw > known {
            self.unknown += raw - known;
        }
    }
}

/// How often a campaign was opened and clicked, by everybody and everything together, and by classes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Totals {
    /// Open pixels that were fetched.
    pub opens: i64,
    /// Links that were followed.
    pub clicks: i64,
    /// The opens by class: they add up to them.
    pub opens_by: Classes,
    /// The clicks by class: they add up to them.
    pub clicks_by: Classes,
    /// How often programs only asked about a picture or a link (HEAD), or followed the hidden link: none of these is
    /// an open or a click.
    pub probes: i64,
}

impl Totals {
    /// The opens that somebody may be behind: those of programs are left out.
    #[must_use]
    pub const fn likely_opens(&self) -> i64 {
        self.opens - self.opens_by.machines()
    }

    /// The clicks that somebody may be behind: those of programs are left out.
    #[must_use]
    pub const fn likely_clicks(&self) -> i64 {
        self.clicks - self.clicks_by.machines()
    }

    fn add(&mut self, link: i32, raw: i64, classes: Classes) {
        let (sum, by) = if link <= PIXEL {
            (&mut self.opens, &mut self.opens_by)
        } else {
            (&mut self.clicks, &mut self.clicks_by)
        };
        *sum += raw;
        by.person += classes.person;
        by.proxy += classes.proxy;
        by.prefetch += classes.prefetch;
        by.scanner += classes.scanner;
        by.unknown += classes.unknown;
    }
}

/// One of the links of a campaign in one language.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct LinkTotals {
    /// The language of the mail.
    pub language: Language,
    /// Its place among the links of that language.
    pub link: i32,
    /// Where it leads.
    pub address: String,
    /// How often it was followed.
    pub clicks: i64,
    /// By class: they add up to the clicks.
    pub clicks_by: Classes,
}

/// What was counted of a campaign.
///
/// # Errors
/// Those of the database.
pub fn totals(conn: &mut Conn, campaign: i64) -> Result<Totals, Error> {
    let (links, probes) = links(conn, campaign)?;
    let mut totals = Totals { probes, ..Totals::default() };
    for ((_, link), (raw, classes)) in links {
        totals.add(link, raw, classes);
    }
    Ok(totals)
}

/// What was counted of a campaign by variant of its trial.
///
/// # Errors
/// Those of the database.
pub fn totals_by_variant(conn: &mut Conn, campaign: i64) -> Result<BTreeMap<i32, Totals>, Error> {
    let mut totals: BTreeMap<i32, Totals> = BTreeMap::new();
    for ((_, link), (raw, classes)) in links(conn, campaign)?.0 {
        totals.entry(campaign::trial::variant_of(link)).or_default().add(link, raw, classes);
    }
    Ok(totals)
}

/// The links of a campaign, with what was counted of each; those that nobody followed too.
///
/// # Errors
/// Those of the database.
pub fn by_link(conn: &mut Conn, campaign: i64) -> Result<Vec<LinkTotals>, Error> {
    let (counted, _) = links(conn, campaign)?;
    let addresses: BTreeMap<_, _> = campaign::addresses(conn, &[campaign])?.into_iter().collect();
    Ok(addresses
        .into_iter()
        .map(|((_, language, link), address)| {
            let (clicks, clicks_by) = counted.get(&(language, link)).copied().unwrap_or_default();
            LinkTotals { language, link, address, clicks, clicks_by }
        })
        .collect())
}

/// Opens and clicks of a campaign by hour (UTC), the first hour first.
///
/// # Errors
/// Those of the database.
pub fn by_hour(conn: &mut Conn, campaign: i64) -> Result<BTreeMap<NaiveDateTime, (i64, i64)>, Error> {
    let mut hours: BTreeMap<NaiveDateTime, (i64, i64)> = BTreeMap::new();
    for (hour, link, amount) in store::hours(conn, campaign)? {
        let (opens, clicks) = hours.entry(hour).or_default();
        *if link <= PIXEL { opens } else { clicks } += amount;
    }
    Ok(hours)
}

type Counted = BTreeMap<(Language, i32), (i64, Classes)>;

/// Each link and the pixel with its raw count and its classes, and the probes.
fn links(conn: &mut Conn, campaign: i64) -> Result<(Counted, i64), Error> {
    let (mut counted, mut probes) = (Counted::new(), 0);
    for (language, link, amount) in store::sums(conn, campaign)? {
        counted.entry((language, link)).or_default().0 += amount;
    }
    for (language, link, family, sign, age, amount) in store::signals(conn, campaign)? {
        if sign == Sign::Head || link == TRAP {
            probes += amount;
        } else {
            counted.entry((language, link)).or_default().1.add(class_of(&family, sign, age), amount);
        }
    }
    counted.values_mut().for_each(|(raw, classes)| classes.fill_up(*raw));
    Ok((counted, probes))
}
