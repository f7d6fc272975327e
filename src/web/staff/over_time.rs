//! The register over time: whom it reaches, how it grows, how well its addresses are.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{NaiveDate, NaiveTime};

use super::Section;
use crate::reports::{self, Gauge, Snapshot};
use crate::staff::Action;
use crate::web::State;
use crate::web::charts::{Chart, Series};
use crate::web::error::PageError;
use crate::web::i18n::Texts;
use crate::web::page::{Page, show};
use crate::web::session::SignedIn;

#[derive(Template)]
#[template(path = "staff/over_time.html")]
struct OverTimePage {
    page: Page,
    counted: Option<String>,
    figures: Vec<(String, String)>,
    channels: Vec<(String, i64, String)>,
    left_out: Vec<(String, i64)>,
    health: Vec<(String, String)>,
    charts: Vec<String>,
}

/// The numbers of one day.
struct Day<'a>(&'a [Snapshot], NaiveDate);

impl Day<'_> {
    fn all(&self, gauge: Gauge) -> impl Iterator<Item = (&str, i64)> {
        let of_day = self.0.iter().filter(move |one| one.day == self.1 && one.gauge == gauge);
        of_day.map(|one| (one.value.as_str(), one.amount))
    }

    fn one(&self, gauge: Gauge, value: &str) -> i64 {
        self.all(gauge).find(|(of, _)| *of == value).map_or(0, |(_, amount)| amount)
    }
}

fn day_in_words(texts: Texts, day: NaiveDate) -> String {
    texts.date(&day.and_time(NaiveTime::MIN))
}

fn charts(texts: Texts, all: &[Snapshot], latest: &Day<'_>) -> Result<Vec<String>, PageError> {
    let mut days: BTreeMap<NaiveDate, (i64, i64)> = BTreeMap::new();
    for one in all {
        let (people, reachable) = days.entry(one.day).or_default();
        match (one.gauge, one.value.as_str()) {
            (Gauge::People, _) => *people = one.amount,
            (Gauge::Reachable, "email") => *reachable = one.amount,
            _ => {}
        }
    }
    let series = |key: &str, values: Vec<i64>| Series { name: texts.t(key), values };
    let growth = Chart::new(
        texts,
        "growth",
        texts.t("reports-growth"),
        texts.t("report-day"),
        days.keys().map(|day| day_in_words(texts, *day)).collect(),
        vec![
            series("reports-people", days.values().map(|(people, _)| *people).collect()),
            series("reports-by-email", days.values().map(|(_, reachable)| *reachable).collect()),
        ],
    );
    let mut years: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for (year, amount) in latest.all(Gauge::Graduated) {
        years.entry(year.to_owned()).or_default().0 = amount;
    }
    for (year, amount) in latest.all(Gauge::ReachableOfYear) {
        years.entry(year.to_owned()).or_default().1 = amount;
    }
    // Few people of one year could be told apart.
    years.retain(|_, (graduated, _)| *graduated >= reports::SMALLEST);
    let reach = Chart::new(
        texts,
        "years",
        texts.t("reports-years"),
        texts.t("reports-year"),
        years.keys().cloned().collect(),
        vec![
            series("reports-graduated", years.values().map(|(graduated, _)| *graduated).collect()),
            series("reports-by-email", years.values().map(|(_, reachable)| *reachable).collect()),
        ],
    );
    let shown = [growth, reach].into_iter().filter(|chart| !chart.is_empty());
    Ok(shown.map(|chart| chart.render()).collect::<Result<_, _>>()?)
}

/// `GET /reports`
pub async fn over_time(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::SeeCampaigns)?;
    let page = Page::staff(&request, &who, &state.config.office_name, Section::Reports);
    let (texts, now) = (Texts(who.language), state.clock.now());
    let all = state.db.read(move |conn| reports::over_time(conn, now)).await?;
    let day = all.iter().map(|one| one.day).max();
    let latest = Day(&all, day.unwrap_or_default());
    let share = |part, whole| super::campaigns::results::share(texts, part, whole);
    let people = latest.one(Gauge::People, "");
    let sent = latest.one(Gauge::Sent, "");
    let of_sent = |key: &str, gauge| (texts.t(key), share(latest.one(gauge, ""), sent));
    let addresses = latest.one(Gauge::AddressYears, "all");
    let mut health = vec![
        of_sent("reports-bounced", Gauge::Bounced),
        of_sent("reports-complained", Gauge::Complained),
        of_sent("reports-unsubscribed", Gauge::Unsubscribed),
    ];
    for years in [1_i64, 3, 5, 10] {
        let fresh = latest.one(Gauge::AddressYears, &years.to_string());
        health.push((texts.t1("reports-older", "years", years), share(addresses - fresh, addresses)));
    }
    let measured = latest.one(Gauge::Measured, "");
    if measured >= reports::SMALLEST {
        let never = measured - latest.one(Gauge::EverEngaged, "");
        health.push((texts.t("reports-never"), share(never, measured)));
    }
    let mut left_out: Vec<(String, i64)> =
        latest.all(Gauge::LeftOut).map(|(reason, people)| (texts.word("reason", reason), people)).collect();
    left_out.sort_by_key(|(_, people)| std::cmp::Reverse(*people));
    let shown = OverTimePage {
        counted: day.map(|day| texts.t1("reports-counted", "day", day_in_words(texts, day))),
        figures: vec![
            (texts.t("reports-people"), texts.number(people)),
            (texts.t("reports-new"), texts.number(latest.one(Gauge::New, ""))),
        ],
        channels: latest
            .all(Gauge::Reachable)
            .map(|(channel, reached)| (texts.word("channel", channel), reached, share(reached, people)))
            .collect(),
        left_out,
        health,
        charts: charts(texts, &all, &latest)?,
        page,
    };
    show(&shown)
}
