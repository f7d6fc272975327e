//! The trial of a campaign (A/B test): its variants while it is a draft, and its winner.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_SECURITY_POLICY;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::preview::{MAIL_POLICY, person_of};
use super::report::step;
use super::{find, frame};
use crate::campaign::trial::{Measure, Plan, Variant, letter};
use crate::campaign::{self, Problem, Stored};
use crate::delivery;
use crate::kernel::language::Language;
use crate::staff::Action;
use crate::tracking::trial::{self, Choice as Decision};
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::page::{Page, go_to, show, show_with};
use crate::web::parts::{Choice, Input, Select};
use crate::web::session::SignedIn;
use crate::web::staff::{Done, text_in_query};

/// Variants besides the campaign's own text that the page offers; a file may have more.
const OFFERED: usize = 2;
/// What the page suggests: people in the sample, and hours to wait.
const SAMPLE: i64 = 1_000;
const HOURS: i64 = 4;

#[derive(Template)]
#[template(path = "staff/campaigns/trial.html")]
struct TrialPage {
    page: Page,
    stored: Stored,
    problems: Vec<String>,
    sample: Input,
    hours: Input,
    winner: Select,
    variants: Vec<VariantFields>,
}

/// The fields of one variant.
struct VariantFields {
    number: i32,
    letter: char,
    /// Whether it is stored, and can be looked at.
    there: bool,
    /// Whether its body is another too, which a file says.
    body: bool,
    inputs: Vec<Input>,
}

/// What was written in the form, or stands in the campaign.
struct Written {
    sample: String,
    hours: String,
    winner: String,
    plan: Option<Plan>,
}

impl Written {
    fn of(stored: &Stored) -> Self {
        let plan = stored.campaign.trial().cloned();
        let (sample, minutes, winner) = plan.as_ref().map_or((SAMPLE, HOURS * 60, Measure::Clicks), |plan| {
            (plan.sample, plan.wait_minutes, plan.winner)
        });
        let hours = if minutes % 60 == 0 {
            (minutes / 60).to_string()
        } else {
            format!("{:.2}", minutes as f64 / 60.0)
        };
        Self { sample: sample.to_string(), hours, winner: winner.to_string(), plan }
    }

    /// As sent; what the form does not show of a variant stays as it is.
    fn read(form: &Form, stored: &Stored) -> Self {
        let get = |name: &str| form.get(name).trim().to_owned();
        let present = stored.campaign.trial();
        let others = present.map_or(0, |plan| plan.others.len()).max(OFFERED);
        let mut variants = Vec::new();
        for index in 0..others {
            let old = present.and_then(|plan| plan.others.get(index));
            let mut content = old.map(|old| old.content.clone()).unwrap_or_default();
            for language in stored.campaign.content().languages.keys() {
                let text = content.entry(*language).or_default();
                for member in MEMBERS {
                    match get(&name_of(member, index, *language)) {
                        empty if empty.is_empty() => drop(text.remove(member)),
                        written => drop(text.insert(member.to_owned(), written.into())),
                    }
                }
            }
            content.retain(|_, text| !text.is_empty());
            if !content.is_empty() {
                variants.push(Variant { content });
            }
        }
        let minutes =
            get("hours").replace(',', ".").parse::<f64>().map_or(0, |hours| (hours * 60.0).round() as i64);
        let plan = Plan {
            sample: get("sample").parse().unwrap_or_default(),
            wait_minutes: minutes,
            winner: get("winner").parse().unwrap_or(Measure::Clicks),
            others: variants,
        };
        let plan = (!form.has("remove") && !plan.others.is_empty()).then_some(plan);
        Self { sample: get("sample"), hours: get("hours"), winner: get("winner"), plan }
    }
}

/// What the page lets people write of a variant.
const MEMBERS: [&str; 2] = ["subject", "preheader"];

fn name_of(member: &str, index: usize, language: Language) -> String {
    format!("{member}_{}_{language}", index + 1)
}

fn trial_page(page: Page, stored: Stored, written: &Written, problems: Vec<String>) -> TrialPage {
    let others = written.plan.as_ref().map_or(0, |plan| plan.others.len()).max(OFFERED);
    let variants = (0..others).map(|index| {
        let variant = written.plan.as_ref().and_then(|plan| plan.others.get(index));
        let text = |language: &Language, member: &str| {
            let text = variant.and_then(|variant| variant.content.get(language)?.get(member)?.as_str());
            text.unwrap_or_default().to_owned()
        };
        let inputs = stored.campaign.content().languages.iter().flat_map(|(language, own)| {
            let own = [own.subject.as_str(), own.preheader.as_deref().unwrap_or_default()];
            let fields = MEMBERS.iter().zip(own).map(|(member, own)| {
                let label = page.t1(&format!("trial-{member}"), "language", page.word("tongue", language));
                let input = Input::text(&name_of(member, index, *language), label, &text(language, member));
                input
                    .hint(if own.is_empty() { String::new() } else { page.t1("trial-own", "text", own) })
                    .optional()
            });
            fields.collect::<Vec<_>>()
        });
        let is_body = |text: &serde_json::Map<String, serde_json::Value>| {
            text.keys().any(|member| !MEMBERS.contains(&member.as_str()))
        };
        let number = index as i32 + 1;
        VariantFields {
            number,
            letter: letter(number),
            there: stored.campaign.trial().is_some_and(|plan| number < plan.variants()),
            body: variant.is_some_and(|variant| variant.content.values().any(is_body)),
            inputs: inputs.collect(),
        }
    });
    let variants = variants.collect();
    let measures = Measure::ALL
        .iter()
        .map(|way| Choice::new(way, page.word("trial-by", way), way.as_str() == written.winner))
        .collect();
    TrialPage {
        sample: Input::text("sample", page.t("trial-sample"), &written.sample)
            .kind("number")
            .hint(page.t("trial-sample-hint")),
        hours: Input::text("hours", page.t("trial-hours"), &written.hours).hint(page.t("trial-hours-hint")),
        winner: Select {
            name: "winner".to_owned(),
            label: page.t("trial-winner"),
            hint: String::new(),
            choices: measures,
        },
        variants,
        stored,
        problems,
        page,
    }
}

/// What is wrong, with the variant that it is about.
fn told(page: &Page, problem: &Problem) -> String {
    let told = page.campaign_fault(&problem.fault);
    let index = problem.path.strip_prefix("$.variants.others[").and_then(|rest| rest.split(']').next());
    match index.and_then(|index| index.parse::<i32>().ok()) {
        Some(index) => {
            format!("{}: {told}", page.t1("trial-variant", "letter", letter(index + 1).to_string()))
        }
        None => told,
    }
}

/// `GET /campaigns/{id}/trial`
pub async fn form(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    let (id, page) = (*id, frame(&request, &state, &who));
    let stored = state.db.read(move |conn| find(conn, &who, Action::Compose, id)).await?;
    if !stored.state.is_editable() {
        return Ok(go_to(&format!("/campaigns/{id}")));
    }
    let written = Written::of(&stored);
    show(&trial_page(page, stored, &written, Vec::new()))
}

/// `POST /campaigns/{id}/trial`: keeps the plan, or that there is none.
pub async fn save(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    let (id, page, shared) = (*id, frame(&request, &state, &who), state.clone());
    let saved = state
        .db
        .write(move |conn| {
            let stored = find(conn, &who, Action::Compose, id)?;
            let written = Written::read(&form, &stored);
            let changed = match stored.campaign.with_trial(written.plan.clone(), &shared.layouts) {
                Ok(changed) => changed,
                Err(campaign::Error::Invalid(problems)) => {
                    let problems = problems.iter().map(|problem| told(&page, problem)).collect();
                    return Ok(Err(trial_page(page, stored, &written, problems)));
                }
                Err(error) => return Err(error.into()),
            };
            let now = shared.clock.now().naive_utc();
            if !campaign::replace(conn, id, stored.version, &changed, now)? {
                let problems = vec![page.t("campaign-overtaken")];
                return Ok(Err(trial_page(page, stored, &written, problems)));
            }
            let unit = stored.campaign.unit_id();
            Done::to("campaign.change", "campaign", id).in_unit(unit).record(conn, now, who.actor)?;
            Ok::<_, PageError>(Ok(()))
        })
        .await?;
    match saved {
        Ok(()) => Ok(go_to(&format!("/campaigns/{id}?done=saved"))),
        Err(shown) => show_with(StatusCode::UNPROCESSABLE_ENTITY, &shown),
    }
}

/// `GET /campaigns/{id}/trial/{variant}`: the mail's HTML in a variant.
pub async fn preview(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    path: web::Path<(i64, i32)>,
) -> Result<HttpResponse, PageError> {
    let chosen = text_in_query(&request, "person").unwrap_or_default();
    let ((id, variant), shared) = (*path, state.clone());
    let mail = state
        .db
        .read(move |conn| {
            let stored = find(conn, &who, Action::SeeCampaigns, id)?;
            if !(0..stored.campaign.trial().map_or(1, Plan::variants)).contains(&variant) {
                return Err(PageError::NotFound);
            }
            let person = person_of(conn, &who, &chosen, &stored)?;
            let (layouts, urls, now) = (&shared.layouts, &shared.urls, shared.clock.now());
            Ok(delivery::prepare_variant_uncounted(conn, &stored, variant, layouts, urls, now)?
                .render(&person))
        })
        .await?;
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, MAIL_POLICY))
        .body(mail.html))
}

/// `POST /campaigns/{id}/winner`: the rest gets this variant, before its time.
pub async fn choose(
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    let variant = form.get("variant").parse().unwrap_or(-1);
    step(&state, who, *id, "campaign.winner", move |conn, id, now| {
        match trial::choose_early(conn, id, variant, now)? {
            Decision::Made => Ok(()),
            Decision::NoSuchVariant => Err(PageError::NotFound),
            Decision::TooLate => Err(PageError::refused("error-campaign-state", "")),
        }
    })
    .await?;
    Ok(go_to(&format!("/campaigns/{id}?done=decided")))
}
