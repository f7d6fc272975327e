//! What became of a campaign: figures, charts, links, groups, and others beside it; as a page and as files.

use std::collections::BTreeMap;

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{NaiveDateTime, TimeDelta};

use super::{find, frame};
use crate::campaign::{Stored, Tracking};
use crate::db::Conn;
use crate::delivery::{self, Status};
use crate::kernel::spreadsheet::without_formula;
use crate::reports::{self, Dimension, Figures, Group, Hour, Report};
use crate::staff::Action;
use crate::taxonomy::{profession_groups, region};
use crate::web::State;
use crate::web::charts::{Chart, Series};
use crate::web::error::PageError;
use crate::web::i18n::{Texts, office_day};
use crate::web::page::{Page, go_to, show};
use crate::web::parts::{Choice, Select};
use crate::web::session::SignedIn;
use crate::web::staff::{Done, number_in_query};

/// Earlier campaigns beside this one.
const BESIDE: i64 = 5;
/// Earlier campaigns to choose from.
const CHOICES: i64 = 50;
/// Groups of one kind that the page shows; the files have all.
const SHOWN: usize = 20;
/// What took no longer is shown by hour, the rest by day.
const BY_HOUR: TimeDelta = TimeDelta::hours(72);

/// What programmes are called, by code.
type Programmes = BTreeMap<String, String>;

/// A number with its name.
struct Figure {
    name: String,
    number: i64,
    /// Of the sent.
    share: Option<String>,
}

/// Groups of one kind.
struct Kind {
    name: String,
    lines: Vec<Line>,
}

/// One group.
struct Line {
    name: String,
    group: Group,
    /// How long its bar is, of 100.
    share: i64,
    opened: String,
    clicked: String,
}

/// A campaign among others.
struct Compared {
    figures: Figures,
    /// Bounced, complaints, left, opens and clicks, each of the sent.
    shares: [String; 5],
}

#[derive(Template)]
#[template(path = "staff/campaigns/results.html")]
struct ResultsPage {
    page: Page,
    stored: Stored,
    report: Report,
    figures: Vec<Figure>,
    counted_at: Option<NaiveDateTime>,
    is_measured: bool,
    is_individual: bool,
    /// Each class with opens and clicks.
    classes: Vec<(String, i64, i64)>,
    charts: Vec<String>,
    choices: Vec<(String, i64)>,
    groups: Vec<Kind>,
    compared: Vec<Compared>,
    choose: Option<Select>,
}

/// A part of a whole, in percent; nothing of nothing.
pub(in crate::web::staff) fn share(texts: Texts, part: i64, whole: i64) -> String {
    if whole <= 0 {
        return "–".to_owned();
    }
    let decimals = format!("{:.1}", part as f64 / whole as f64 * 100.0);
    match texts.tag() {
        "en" => format!("{decimals}%"),
        _ => format!("{}\u{a0}%", decimals.replace('.', ",")),
    }
}

/// What staff call a group.
fn name_of(texts: Texts, dimension: Dimension, value: &str, programmes: &Programmes) -> String {
    let found = match dimension {
        Dimension::Region => region::by_code(value).map(|region| region.names),
        Dimension::Profession => {
            profession_groups::GROUPS.iter().find(|group| group.code == value).map(|group| group.names)
        }
        Dimension::Language => return texts.word("tongue", value),
        Dimension::Programme => {
            return programmes
                .get(value)
                .map_or_else(|| value.to_owned(), |name| format!("{name} ({value})"));
        }
        Dimension::Decade => return texts.t1("report-decade", "year", value),
        _ => None,
    };
    found.map_or_else(|| value.to_owned(), |names| names.get(texts.0).to_owned())
}

fn figures(texts: Texts, status: &Status, report: &Report, measured: bool) -> Vec<Figure> {
    let counts = &status.counts;
    let line = |name: String, number: i64| Figure { name, number, share: None };
    let of_sent =
        |name: String, number: i64| Figure { name, number, share: Some(share(texts, number, counts.sent)) };
    let mut figures = vec![
        line(texts.t("campaign-recipients"), status.recipients),
        line(texts.t("delivery-sent"), counts.sent),
        line(texts.t("delivery-deferred"), counts.deferred),
        line(texts.t("delivery-failed"), counts.failed),
        line(texts.t("delivery-skipped"), counts.skipped),
    ];
    figures.extend(
        status.bounced.iter().map(|(class, number)| of_sent(texts.word("bounce-class", class), *number)),
    );
    figures.push(of_sent(texts.t("bounce-complaints"), status.complaints));
    figures.push(of_sent(texts.t("report-unsubscribed"), report.unsubscribed));
    if measured {
        figures.push(line(texts.t("report-opens-people"), report.measured.opens_by.people()));
        figures.push(line(texts.t("report-opens-machines"), report.measured.opens_by.machines()));
        figures.push(line(texts.t("report-clicks-people"), report.measured.clicks_by.people()));
        figures.push(line(texts.t("report-clicks-machines"), report.measured.clicks_by.machines()));
    }
    figures
}

fn classes(texts: Texts, report: &Report) -> Vec<(String, i64, i64)> {
    let (opens, clicks) = (report.measured.opens_by, report.measured.clicks_by);
    [
        ("report-class-person", opens.person, clicks.person),
        ("report-class-proxy", opens.proxy, clicks.proxy),
        ("report-class-prefetch", opens.prefetch, clicks.prefetch),
        ("report-class-scanner", opens.scanner, clicks.scanner),
        ("report-class-unknown", opens.unknown, clicks.unknown),
    ]
    .map(|(key, opens, clicks)| (texts.t(key), opens, clicks))
    .to_vec()
}

/// Sent, left and came back; opens and clicks: by hour where all of it took a few days, else by day.
fn charts(texts: Texts, hours: &[Hour], measured: bool) -> Result<Vec<String>, PageError> {
    let (Some(first), Some(last)) = (hours.first(), hours.last()) else { return Ok(Vec::new()) };
    let by_hour = last.at - first.at <= BY_HOUR;
    let mut slots: Vec<(String, Hour)> = Vec::new();
    let mut at = first.at;
    while at <= last.at {
        let label = if by_hour { texts.date_time(&at.naive_utc()) } else { texts.date(&at.naive_utc()) };
        if slots.last().is_none_or(|(known, _)| *known != label) {
            slots.push((label, Hour { at, ..Hour::default() }));
        }
        at += TimeDelta::hours(1);
    }
    for hour in hours {
        let same = |slot: &Hour| {
            if by_hour {
                slot.at == hour.at
            } else {
                office_day(slot.at.naive_utc()) == office_day(hour.at.naive_utc())
            }
        };
        if let Some((_, slot)) = slots.iter_mut().find(|(_, slot)| same(slot)) {
            slot.sent += hour.sent;
            slot.bounced += hour.bounced;
            slot.unsubscribed += hour.unsubscribed;
            slot.opens += hour.opens;
            slot.clicks += hour.clicks;
        }
    }
    let series = |key: &str, of: fn(&Hour) -> i64| Series {
        name: texts.t(key),
        values: slots.iter().map(|(_, slot)| of(slot)).collect(),
    };
    let chart = |id: &str, title: &str, series: Vec<Series>| {
        let labels = slots.iter().map(|(label, _)| label.clone()).collect();
        let of = texts.t(if by_hour { "report-hour" } else { "report-day" });
        Chart::new(texts, id, texts.t(title), of, labels, series)
    };
    let mut charts = vec![
        chart("sent", "report-chart-sent", vec![series("delivery-sent", |slot| slot.sent)]),
        chart(
            "returned",
            "report-chart-returned",
            vec![
                series("report-bounced", |slot| slot.bounced),
                series("report-unsubscribed", |slot| slot.unsubscribed),
            ],
        ),
    ];
    if measured {
        charts.push(chart(
            "read",
            "report-chart-read",
            vec![series("campaign-opens", |slot| slot.opens), series("campaign-clicks", |slot| slot.clicks)],
        ));
    }
    charts.retain(|chart| !chart.is_empty());
    Ok(charts.iter().map(Template::render).collect::<Result<_, _>>()?)
}

fn kinds(texts: Texts, report: &Report, programmes: &Programmes, shown: usize) -> Vec<Kind> {
    let number = |people: Option<i64>| people.map_or_else(|| "–".to_owned(), |people| texts.number(people));
    let mut kinds = Vec::new();
    for dimension in Dimension::OF_PEOPLE {
        let Some(folded) = report.groups.get(dimension.as_str()) else { continue };
        let largest = folded.groups.first().map_or(1, |group| group.recipients).max(1);
        let line = |name: String, group: &Group| Line {
            name,
            share: (group.recipients * 100 / largest).min(100),
            opened: number(group.opened),
            clicked: number(group.clicked),
            group: group.clone(),
        };
        let groups = folded.groups.iter().take(shown);
        let mut lines: Vec<Line> =
            groups.map(|group| line(name_of(texts, dimension, &group.value, programmes), group)).collect();
        if let Some(others) = &folded.others {
            lines.push(line(texts.t1("report-others", "count", folded.folded), others));
        }
        if !lines.is_empty() {
            kinds.push(Kind { name: texts.word("report-by", dimension), lines });
        }
    }
    kinds
}

fn compared(texts: Texts, figures: Figures) -> Compared {
    let of_sent = |part| share(texts, part, figures.sent);
    let shares = [
        of_sent(figures.bounced),
        of_sent(figures.complained),
        of_sent(figures.unsubscribed),
        of_sent(figures.opens),
        of_sent(figures.clicks),
    ];
    Compared { figures, shares }
}

/// Everything that was read for a report.
struct Read {
    stored: Stored,
    status: Status,
    report: Report,
    programmes: Programmes,
}

fn read(conn: &mut Conn, who: &SignedIn, id: i64, now: NaiveDateTime) -> Result<Read, PageError> {
    let stored = find(conn, who, Action::SeeCampaigns, id)?;
    let status = delivery::status(conn, id, now)?;
    let report = reports::report(conn, id)?;
    let groups = report.groups.get(Dimension::Programme.as_str()).map_or(&[][..], |folded| &folded.groups);
    let codes: Vec<&str> = groups.iter().map(|group| group.value.as_str()).collect();
    let programmes = reports::programme_names(conn, &codes)?;
    Ok(Read { stored, status, report, programmes })
}

/// `GET /campaigns/{id}/report?with=ID`
pub async fn results(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let (id, page) = (*id, frame(&request, &state, &who));
    let (with, now) = (number_in_query(&request, "with"), state.clock.now().naive_utc());
    let texts = Texts(who.language);
    let shown = state
        .db
        .read(move |conn| {
            let Read { stored, status, report, programmes } = read(conn, &who, id, now)?;
            if stored.state.is_editable() {
                return Ok(None);
            }
            let name = |stored: &Stored| (stored.id, stored.campaign.name().to_owned(), stored.started_at);
            let mut beside = vec![name(&stored)];
            if let Some(with) = with.filter(|with| *with != id) {
                beside.push(name(&find(conn, &who, Action::SeeCampaigns, with)?));
            }
            let mut figures_of = reports::figures(conn, beside)?;
            let unit = stored.campaign.unit_id();
            let earlier = reports::earlier(conn, unit, id, BESIDE)?;
            figures_of.extend(earlier.into_iter().filter(|one| Some(one.id) != with));
            let choices: Vec<Choice> = reports::earlier_names(conn, unit, i64::MAX, CHOICES)?
                .into_iter()
                .filter(|(other, ..)| *other != id)
                .map(|(other, name, _)| Choice::new(other, name, Some(other) == with))
                .collect();
            let measured = stored.campaign.tracking() != Tracking::Off;
            let left = report.choices.iter();
            Ok::<_, PageError>(Some(ResultsPage {
                figures: figures(texts, &status, &report, measured),
                counted_at: report.counted_at.map(|at| at.naive_utc()),
                is_measured: measured,
                is_individual: stored.campaign.tracking() == Tracking::Individual,
                classes: classes(texts, &report),
                charts: charts(texts, &report.over_time, measured)?,
                choices: left
                    .map(|(choice, people)| (texts.word("report-choice", choice), *people))
                    .collect(),
                groups: kinds(texts, &report, &programmes, SHOWN),
                compared: figures_of.into_iter().map(|figures| compared(texts, figures)).collect(),
                choose: Some(choices).filter(|choices| !choices.is_empty()).map(|choices| Select {
                    name: "with".to_owned(),
                    label: texts.t("report-compare-other"),
                    hint: String::new(),
                    choices,
                }),
                stored,
                report,
                page,
            }))
        })
        .await?;
    match shown {
        Some(shown) => show(&shown),
        None => Ok(go_to(&format!("/campaigns/{id}"))),
    }
}

/// The report as lines of a file: part, group, what is counted, number.
fn lines(texts: Texts, read: &Read) -> Vec<([String; 3], i64)> {
    let measured = read.stored.campaign.tracking() != Tracking::Off;
    let mut lines = Vec::new();
    for figure in figures(texts, &read.status, &read.report, measured) {
        lines.push(([texts.t("report-figures"), String::new(), figure.name], figure.number));
    }
    if measured {
        for (class, opens, clicks) in classes(texts, &read.report) {
            lines.push(([texts.t("report-measured"), class.clone(), texts.t("campaign-opens")], opens));
            lines.push(([texts.t("report-measured"), class, texts.t("campaign-clicks")], clicks));
        }
        for link in &read.report.links {
            let link_name = format!("{} ({})", link.address, link.language);
            lines.push(([texts.t("report-links"), link_name, texts.t("campaign-clicks")], link.clicks));
        }
    }
    for (choice, people) in &read.report.choices {
        let name = texts.word("report-choice", choice);
        lines.push(([texts.t("report-choices"), name, texts.t("report-unsubscribed")], *people));
    }
    for hour in &read.report.over_time {
        let at = hour.at.format("%Y-%m-%dT%H:%MZ").to_string();
        for (key, number) in [
            ("delivery-sent", hour.sent),
            ("report-bounced", hour.bounced),
            ("bounce-complaints", hour.complained),
            ("report-unsubscribed", hour.unsubscribed),
            ("campaign-opens", hour.opens),
            ("campaign-clicks", hour.clicks),
        ] {
            if number != 0 {
                lines.push(([texts.t("report-over-time"), at.clone(), texts.t(key)], number));
            }
        }
    }
    for kind in kinds(texts, &read.report, &read.programmes, usize::MAX) {
        for line in kind.lines {
            let group = &line.group;
            let told = [
                ("campaign-recipients", Some(group.recipients)),
                ("delivery-sent", Some(group.sent)),
                ("report-bounced", Some(group.bounced)),
                ("report-unsubscribed", Some(group.unsubscribed)),
                ("report-opened", group.opened),
                ("report-clicked", group.clicked),
            ];
            for (key, number) in told {
                let cells = [kind.name.clone(), line.name.clone(), texts.t(key)];
                lines.extend(number.map(|number| (cells, number)));
            }
        }
    }
    lines
}

/// Reads a report for a file, and writes down that somebody took it.
async fn taken(state: &State, who: SignedIn, id: i64) -> Result<Read, PageError> {
    let now = state.clock.now().naive_utc();
    state
        .db
        .write(move |conn| {
            let read = read(conn, &who, id, now)?;
            let unit = read.stored.campaign.unit_id();
            let done = Done::to("campaign.export_report", "campaign", id).in_unit(unit);
            done.record(conn, now, who.actor)?;
            Ok(read)
        })
        .await
}

fn heads(texts: Texts) -> [String; 4] {
    ["report-part", "report-group", "report-what", "report-number"].map(|key| texts.t(key))
}

fn attachment(id: i64, ending: &str) -> String {
    format!("attachment; filename=\"campaign-{id}-report.{ending}\"")
}

/// `GET /campaigns/{id}/report.csv`
pub async fn csv(
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let texts = Texts(who.language);
    let read = taken(&state, who, *id).await?;
    let fault = |error: csv::Error| PageError::Fault(error.to_string());
    // The mark tells a spreadsheet that the file is UTF-8.
    let mut file = csv::WriterBuilder::new().delimiter(b';').from_writer(b"\xef\xbb\xbf".to_vec());
    file.write_record(heads(texts)).map_err(fault)?;
    for (cells, number) in lines(texts, &read) {
        let cells = cells.iter().map(|cell| without_formula(cell)).chain([number.to_string()]);
        file.write_record(cells).map_err(fault)?;
    }
    let file = file.into_inner().map_err(|error| PageError::Fault(error.to_string()))?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, attachment(*id, "csv")))
        .body(file))
}

/// `GET /campaigns/{id}/report.xlsx`
pub async fn xlsx(
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let texts = Texts(who.language);
    let read = taken(&state, who, *id).await?;
    let file = workbook(texts, &read).map_err(|error| PageError::Fault(error.to_string()))?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))
        .insert_header((CONTENT_DISPOSITION, attachment(*id, "xlsx")))
        .body(file))
}

fn workbook(texts: Texts, read: &Read) -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let bold = rust_xlsxwriter::Format::new().set_bold();
    for (column, head) in (0_u16..).zip(heads(texts)) {
        sheet.write_string_with_format(0, column, head, &bold)?;
        sheet.set_column_width(column, 32)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (row, (cells, number)) in (1_u32..).zip(lines(texts, read)) {
        for (column, cell) in (0_u16..).zip(cells) {
            // Written as text, so nothing in it is a formula.
            sheet.write_string(row, column, cell)?;
        }
        sheet.write_number(row, 3, number as f64)?;
    }
    book.save_to_buffer()
}
