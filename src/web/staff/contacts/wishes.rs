//! What a person told us by letter, by phone, by e-mail or in person, written down by staff (product P22).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template as _;
use chrono::{NaiveDate, NaiveDateTime};

use super::super::consents::named;
use super::super::{Done, text_in_query};
use super::{FormPage, frame, living, name_of, scopes};
use crate::contacts::Contact;
use crate::db::Conn;
use crate::kernel::language::Language;
use crate::preferences::texts::{self as consent_texts, ConsentText};
use crate::preferences::{self, Agreement, Arrival, Channel, InvalidWish, RefusalScope, Way};
use crate::privacy::requests::{self, RequestKind, RequestWay};
use crate::staff::Action;
use crate::units;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::{Texts, office_day};
use crate::web::page::{Page, go_to, show, show_with};
use crate::web::parts::{Choice, Input, Select, TextArea};
use crate::web::session::SignedIn;

/// A "no", or one that is taken back, as the form sends it.
struct Said {
    scope: RefusalScope,
    refused: bool,
}

impl Said {
    fn read(text: &str) -> Option<Self> {
        let (answer, scope) = text.split_once(':')?;
        let refused = match answer {
            "no" => true,
            "yes" => false,
            _ => return None,
        };
        Some(Self { scope: scope.parse().ok()?, refused })
    }
}

fn problem(page: &Page, why: InvalidWish) -> String {
    page.t(match why {
        InvalidWish::Future => "wish-future-problem",
        InvalidWish::Note => "wish-note-problem",
        InvalidWish::Text => "agreement-text-problem",
        InvalidWish::LaterNo => "wish-later-problem",
    })
}

/// The day on which it came, how, and what staff note beside it.
fn arrival_fields(page: &Page, form: &Form, today: NaiveDate) -> Result<[String; 3], PageError> {
    let given = form.get("arrived_on");
    let day = if given.is_empty() { today.to_string() } else { given.to_owned() };
    let day = Input::text("arrived_on", page.t("wish-arrived"), &day)
        .kind("date")
        .hint(page.t("wish-arrived-hint"));
    let ways = Way::ALL.iter().map(|way| {
        let chosen = way.as_str() == form.get("way");
        Choice::new(way, page.word("arrived-by", way), chosen)
    });
    let way = Select {
        name: "way".to_owned(),
        label: page.t("wish-way"),
        hint: String::new(),
        choices: ways.collect(),
    };
    let note =
        Input::text("note", page.t("wish-note"), form.get("note")).hint(page.t("wish-note-hint")).optional();
    Ok([day.render()?, way.render()?, note.render()?])
}

fn arrival(page: &Page, form: &Form, today: NaiveDate) -> Result<Arrival, String> {
    let Ok(on) = form.get("arrived_on").parse() else { return Err(page.t("date-problem")) };
    let Ok(way) = form.get("way").parse() else { return Err(page.t("form-choice-problem")) };
    Arrival::new(on, way, form.get("note"), today).map_err(|why| problem(page, why))
}

fn wish_page(
    conn: &mut Conn,
    page: Page,
    contact: &Contact,
    form: &Form,
    today: NaiveDate,
    problems: Vec<String>,
) -> Result<FormPage, PageError> {
    let texts = Texts(page.0);
    let refused = preferences::refusals(conn, contact.id, contact.email_key.as_deref())?;
    let every = scopes(conn, texts)?;
    // A pause has an end, which only the person's own page asks for; the narrowest "no" is the person's own too.
    let open = every.iter().map(|(scope, _)| *scope).filter(|scope| *scope != RefusalScope::Pause);
    let no = open.filter(|scope| !refused.contains(scope)).map(|scope| ("no", scope));
    let yes = refused.iter().map(|scope| ("yes", *scope));
    let mut choices = Vec::new();
    for (answer, scope) in no.chain(yes) {
        let Some(name) = name_of(&every, scope) else { continue };
        let value = format!("{answer}:{scope}");
        let chosen = value == form.get("wish");
        let label = match scope {
            RefusalScope::Restricted => texts.t(&format!("wish-{answer}-restricted")),
            _ => texts.t1(&format!("wish-{answer}"), "scope", name),
        };
        choices.push(Choice::new(value, label, chosen));
    }
    if choices.iter().all(|choice| !choice.chosen) {
        // Were the first "no" chosen beforehand, a hasty press would stop all contact.
        choices.insert(0, Choice::new("", page.t("form-choose"), true));
    }
    let wish = Select { name: "wish".to_owned(), label: page.t("wish"), hint: String::new(), choices };
    let [day, way, note] = arrival_fields(&page, form, today)?;
    Ok(FormPage {
        title: page.t1("wish-title", "name", contact.full_name()),
        lead: page.t("wish-lead"),
        action: format!("/contacts/{}/wishes", contact.id),
        back: format!("/contacts/{}", contact.id),
        problems,
        fields: vec![wish.render()?, day, way, note],
        hidden: Vec::new(),
        page,
    })
}

/// `GET /contacts/{id}/wishes?wish=yes:channel:email`: the form, with a wish chosen already.
pub async fn ask(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::RecordPreferences, None)?;
    let page = frame(&request, &state, &who);
    let chosen: Form =
        text_in_query(&request, "wish").map(|wish| ("wish".to_owned(), wish)).into_iter().collect();
    let (now, id) = (state.clock.now().naive_utc(), *id);
    let shown = state
        .db
        .read(move |conn| {
            let contact = living(conn, id)?;
            wish_page(conn, page, &contact, &chosen, office_day(now), Vec::new())
        })
        .await?;
    show(&shown)
}

/// `POST /contacts/{id}/wishes`
pub async fn record(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    who.must(Action::RecordPreferences, None)?;
    let page = frame(&request, &state, &who);
    let wish = form.get("wish");
    let said = (!wish.is_empty()).then(|| Said::read(wish).ok_or(PageError::Unreadable)).transpose()?;
    let (actor, now, id) = (who.actor, state.clock.now().naive_utc(), *id);
    let refused = state
        .db
        .write(move |conn| {
            let contact = living(conn, id)?;
            let today = office_day(now);
            let Some(said) = said else {
                let told = vec![page.t("form-choice-problem")];
                return wish_page(conn, page, &contact, &form, today, told).map(Some);
            };
            let arrival = match arrival(&page, &form, today) {
                Ok(arrival) => arrival,
                Err(told) => return wish_page(conn, page, &contact, &form, today, vec![told]).map(Some),
            };
            if let Err(why) =
                preferences::record_wish(conn, &contact, said.scope, said.refused, &arrival, now)?
            {
                let told = vec![problem(&page, why)];
                return wish_page(conn, page, &contact, &form, today, told).map(Some);
            }
            note_request(conn, &contact, said.scope, said.refused, &arrival, now)?;
            let detail = serde_json::json!({
                "scope": said.scope.to_string(), "refused": said.refused,
                "arrived_on": arrival.on(), "way": arrival.way(),
            });
            Done::to("preference.record", "contact", contact.id).with(detail).record(conn, now, actor)?;
            Ok::<_, PageError>(None)
        })
        .await?;
    match refused {
        Some(page) => show_with(StatusCode::UNPROCESSABLE_ENTITY, &page),
        None => Ok(go_to(&format!("/contacts/{id}?done=recorded"))),
    }
}

/// A restriction, and its end, are asked for by right (GDPR article 18): the register of requests has them too.
pub(in crate::web) fn note_request(
    conn: &mut Conn,
    contact: &Contact,
    scope: RefusalScope,
    refused: bool,
    arrival: &Arrival,
    now: NaiveDateTime,
) -> Result<(), crate::db::Error> {
    if scope != RefusalScope::Restricted {
        return Ok(());
    }
    let kind = if refused { RequestKind::Restriction } else { RequestKind::Lifting };
    let how = match arrival.way() {
        Way::Letter => RequestWay::Letter,
        Way::Phone => RequestWay::Phone,
        Way::Email => RequestWay::Email,
        Way::InPerson => RequestWay::InPerson,
    };
    requests::record_arrived(conn, contact.id, kind, how, arrival.moment(refused, now), now)
}

fn agreement_page(
    conn: &mut Conn,
    page: Page,
    contact: &Contact,
    form: &Form,
    today: NaiveDate,
    problems: Vec<String>,
) -> Result<FormPage, PageError> {
    let select = |name: &str, key: &str, choices: Vec<Choice>| {
        let (label, hint) = (page.t(key), String::new());
        Select { name: name.to_owned(), label, hint, choices }.render()
    };
    let choice = |name: &str, value: String, label: String| {
        let chosen = value == form.get(name);
        Choice::new(value, label, chosen)
    };
    let answers = ["given", "withdrawn"]
        .map(|answer| choice("answer", answer.to_owned(), page.word("agreement", answer)))
        .to_vec();
    let purposes = units::purposes(conn)?
        .into_iter()
        .map(|purpose| choice("purpose", purpose.code.clone(), purpose.name(page.0).to_owned()))
        .collect();
    let channels = Channel::ALL
        .iter()
        .map(|channel| choice("channel", channel.to_string(), page.word("channel", channel)))
        .collect();
    let every = choice("unit", String::new(), page.t("agreement-every-unit"));
    let tree = units::tree(conn)?;
    let named = tree.all().into_iter().map(|unit| choice("unit", unit.slug.clone(), unit.name.clone()));
    let units = std::iter::once(every).chain(named).collect();
    let tongue = |language: &Language| {
        let chosen = if form.has("language") {
            language.as_str() == form.get("language")
        } else {
            *language == contact.language
        };
        Choice::new(language, page.word("tongue", language), chosen)
    };
    let own = choice("version", String::new(), page.t("agreement-own"));
    let versions = published(conn, &page)?.into_iter().map(|(text, name)| {
        let version = text.id.to_string();
        choice("version", version, name)
    });
    let version = Select {
        name: "version".to_owned(),
        label: page.t("agreement-version"),
        hint: page.t("agreement-version-hint"),
        choices: std::iter::once(own).chain(versions).collect(),
    };
    let text = TextArea {
        name: "text".to_owned(),
        label: page.t("agreement-text"),
        hint: page.t("agreement-text-hint"),
        value: form.get("text").to_owned(),
    };
    let [day, way, note] = arrival_fields(&page, form, today)?;
    Ok(FormPage {
        title: page.t1("agreement-title", "name", contact.full_name()),
        lead: page.t("agreement-lead"),
        action: format!("/contacts/{}/consents", contact.id),
        back: format!("/contacts/{}", contact.id),
        problems,
        fields: vec![
            select("answer", "wish", answers)?,
            version.render()?,
            select("purpose", "agreement-purpose", purposes)?,
            select("channel", "agreement-channel", channels)?,
            select("unit", "unit", units)?,
            text.render()?,
            select("language", "agreement-language", Language::ALL.iter().map(tongue).collect())?,
            day,
            way,
            note,
        ],
        hidden: Vec::new(),
        page,
    })
}

/// Every version of a text that was ever published, with a name for each.
fn published(conn: &mut Conn, page: &Page) -> Result<Vec<(ConsentText, String)>, PageError> {
    let (purposes, tree) = (units::purposes(conn)?, units::tree(conn)?);
    let texts = consent_texts::all(conn)?.into_iter().filter(|text| text.published_at.is_some());
    Ok(texts
        .map(|text| {
            let name = named(**page, &text.subject, &purposes, &tree);
            let version = page.t1("consents-version", "version", text.version);
            let name = [name.purpose, name.channel, name.unit, version].join(" · ");
            (text, name)
        })
        .collect())
}

/// `GET /contacts/{id}/consents`
pub async fn ask_agreement(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::RecordPreferences, None)?;
    let page = frame(&request, &state, &who);
    let (now, id) = (state.clock.now().naive_utc(), *id);
    let shown = state
        .db
        .read(move |conn| {
            let contact = living(conn, id)?;
            agreement_page(conn, page, &contact, &Form::default(), office_day(now), Vec::new())
        })
        .await?;
    show(&shown)
}

/// What the form says was agreed to. A published version tells by itself what it is about.
fn agreement(conn: &mut Conn, form: &Form) -> Result<Agreement, PageError> {
    let given = match form.get("answer") {
        "given" => true,
        "withdrawn" => false,
        _ => return Err(PageError::Unreadable),
    };
    let language = form.get("language").parse().map_err(|_| PageError::Unreadable)?;
    if !form.get("version").is_empty() {
        let id = form.get("version").parse().map_err(|_| PageError::Unreadable)?;
        let text = consent_texts::find(conn, id)?.filter(|text| text.published_at.is_some());
        let text = text.ok_or(PageError::Unreadable)?;
        let (version, subject) = (Some(text.name()), text.subject.clone());
        let (language, words) = text.in_language(language).ok_or(PageError::Unreadable)?;
        return Ok(Agreement {
            given,
            purpose: subject.purpose,
            channel: subject.channel,
            unit_id: subject.unit,
            text: words.to_owned(),
            version,
            language,
        });
    }
    let purpose = units::purpose_by_code(conn, form.get("purpose"))?.ok_or(PageError::Unreadable)?;
    let unit_id = match form.get("unit") {
        "" => None,
        slug => Some(units::unit_by_slug(conn, slug)?.ok_or(PageError::Unreadable)?.id),
    };
    Ok(Agreement {
        given,
        purpose: purpose.code,
        channel: form.get("channel").parse().map_err(|_| PageError::Unreadable)?,
        unit_id,
        text: form.get("text").to_owned(),
        version: None,
        language,
    })
}

/// `POST /contacts/{id}/consents`
pub async fn record_agreement(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
    form: Form,
) -> Result<HttpResponse, PageError> {
    who.must(Action::RecordPreferences, None)?;
    let page = frame(&request, &state, &who);
    let (actor, now, id) = (who.actor, state.clock.now().naive_utc(), *id);
    let refused = state
        .db
        .write(move |conn| {
            let contact = living(conn, id)?;
            let (agreement, today) = (agreement(conn, &form)?, office_day(now));
            let arrival = match arrival(&page, &form, today) {
                Ok(arrival) => arrival,
                Err(told) => return agreement_page(conn, page, &contact, &form, today, vec![told]).map(Some),
            };
            let detail = serde_json::json!({
                "purpose": &agreement.purpose, "channel": agreement.channel, "given": agreement.given,
                "arrived_on": arrival.on(), "way": arrival.way(),
            });
            if let Err(why) = preferences::record_agreement(conn, &contact, agreement, &arrival, now)? {
                let told = vec![problem(&page, why)];
                return agreement_page(conn, page, &contact, &form, today, told).map(Some);
            }
            Done::to("consent.record", "contact", contact.id).with(detail).record(conn, now, actor)?;
            Ok::<_, PageError>(None)
        })
        .await?;
    match refused {
        Some(page) => show_with(StatusCode::UNPROCESSABLE_ENTITY, &page),
        None => Ok(go_to(&format!("/contacts/{id}?done=recorded"))),
    }
}
