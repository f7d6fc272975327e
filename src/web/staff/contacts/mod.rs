//! People: finding one, seeing what the register knows, recording what they told us.

pub mod addresses;
pub mod edit;
pub mod erase;
pub mod history;
pub mod merge;
pub mod relations;
pub(super) mod sides;
pub mod took_part;
pub mod wishes;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};

use self::history::History;
use self::relations::Tie;
use super::consents::named;
use super::{Done, Section};
use crate::contacts::{self, Address, Contact, Degree, Employment, Participation, Provenance};
use crate::db::Conn;
use crate::invitations::{self, Network};
use crate::kernel::language::Language;
use crate::preferences::texts::Subject;
use crate::preferences::{self, Channel, RefusalScope};
use crate::staff::Action;
use crate::taxonomy::{official, region};
use crate::units;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::i18n::Texts;
use crate::web::page::{Page, go_to, show};
use crate::web::parts::Choice;
use crate::web::session::SignedIn;

/// A search shows no more; it is for finding one person.
const FOUND: i64 = 50;
/// Entries of the history on the person's page.
const LATEST: i64 = 8;

#[derive(Template)]
#[template(path = "staff/contacts/search.html")]
struct SearchPage {
    page: Page,
    query: String,
    found: Found,
}

/// Whoever was found; a piece of the page of its own.
#[derive(Template)]
#[template(path = "staff/contacts/found.html")]
struct Found {
    texts: Texts,
    query: String,
    people: Vec<Contact>,
    more: bool,
}

#[derive(Template)]
#[template(path = "staff/contacts/person.html")]
struct PersonPage {
    page: Page,
    contact: Contact,
    kinds: String,
    place: Option<String>,
    emails: Vec<EmailLine>,
    degrees: Vec<Degree>,
    employments: Vec<Work>,
    took_part: Vec<(i64, Participation)>,
    /// `None` where the viewer may not see them.
    ties: Option<Vec<Tie>>,
    history: Option<History>,
    refusals: Vec<Choice>,
    agreed: Vec<Consent>,
    /// They were signed up by somebody else and have not confirmed it.
    unconfirmed: bool,
    may_record: bool,
    may_edit: bool,
    may_erase: bool,
    network: Network,
    merges: Vec<Joined>,
    provenance: Vec<Provenance>,
}

/// An address of the person.
pub(super) struct EmailLine {
    /// Its number among those beside the primary one.
    pub id: Option<i64>,
    pub address: String,
    /// Whether no mail goes there.
    pub suppressed: bool,
    /// Who told it and when, or empty.
    pub note: String,
}

/// A question before something is taken away.
#[derive(Template)]
#[template(path = "staff/confirm.html")]
pub(super) struct ConfirmPage {
    pub page: Page,
    pub title: String,
    pub text: String,
    pub action: String,
    pub button: String,
    pub back: String,
    pub danger: bool,
}

impl ConfirmPage {
    /// Before something of a person is taken away; `what` is its address.
    fn removing(page: Page, title: String, text: String, what: &str, back: String) -> Self {
        let (action, button) = (format!("{what}/remove"), page.t("remove"));
        Self { page, title, text, action, button, back, danger: true }
    }
}

/// A page that is one form.
#[derive(Template)]
#[template(path = "staff/contacts/form.html")]
pub(super) struct FormPage {
    pub page: Page,
    pub title: String,
    pub lead: String,
    pub action: String,
    pub back: String,
    pub problems: Vec<String>,
    /// The fields, each a piece of the page.
    pub fields: Vec<String>,
    pub hidden: Vec<(&'static str, String)>,
}

/// What the person agreed to and has not withdrawn.
struct Consent {
    what: String,
    heard: String,
    words: String,
    language: Language,
}

/// Somebody who became part of the person.
struct Joined {
    merge: i64,
    name: String,
    at: NaiveDateTime,
}

impl PersonPage {
    /// Who set a field and when, unless it was an import.
    fn source(&self, field: &str) -> String {
        self.provenance.iter().find(|one| one.field == field).map_or_else(String::new, |one| {
            let who = self.page.word("set-by", one.source);
            format!("{who}, {}", self.page.date(&one.recorded_at))
        })
    }
}

struct Work {
    employment: Employment,
    profession: Option<String>,
}

pub(super) fn frame(request: &HttpRequest, state: &State, who: &SignedIn) -> Page {
    Page::staff(request, who, &state.config.office_name, Section::Contacts)
}

/// `GET /contacts`, and `POST` with what is looked for: names do not belong in addresses, which end up in logs.
pub async fn search(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    form: Option<Form>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::SeeContacts, None)?;
    let page = frame(&request, &state, &who);
    let query = form.map(|form| form.get("q").to_owned()).unwrap_or_default();
    let found = Found::by(&state, Texts(who.language), query.clone()).await?;
    show(&SearchPage { page, query, found })
}

/// `POST /contacts/search`: the people found so far, while somebody writes.
pub async fn found(state: web::Data<State>, who: SignedIn, form: Form) -> Result<HttpResponse, PageError> {
    who.must(Action::SeeContacts, None)?;
    show(&Found::by(&state, Texts(who.language), form.get("q").to_owned()).await?)
}

impl Found {
    async fn by(state: &State, texts: Texts, query: String) -> Result<Self, PageError> {
        let text = query.clone();
        let mut people = state.db.read(move |conn| contacts::search(conn, &text, FOUND + 1)).await?;
        let more = people.len() as i64 > FOUND;
        people.truncate(FOUND as usize);
        people.sort_by_key(|contact| {
            contacts::search_key(&format!("{} {}", contact.family_name, contact.given_name))
        });
        Ok(Self { texts, query, people, more })
    }
}

/// The person of that number, or the one that they became part of, whose details can be changed.
fn living(conn: &mut Conn, id: i64) -> Result<Contact, PageError> {
    contacts::find(conn, id)?.filter(|contact| contact.erased_at.is_none()).ok_or(PageError::NotFound)
}

/// Takes something of a person away and writes that down, then leads back; nothing of that number is a page that is not
/// there.
async fn remove_of_person(
    state: &State,
    who: &SignedIn,
    (id, one): (i64, i64),
    action: &'static str,
    back: &str,
    remove: impl FnOnce(&mut Conn, &Contact, NaiveDateTime) -> Result<bool, crate::db::Error> + Send + 'static,
) -> Result<HttpResponse, PageError> {
    who.must(Action::EditContacts, None)?;
    let (actor, now) = (who.actor, state.clock.now().naive_utc());
    state
        .db
        .write(move |conn| {
            let contact = living(conn, id)?;
            if !remove(conn, &contact, now)? {
                return Err(PageError::NotFound);
            }
            let detail = serde_json::json!({ "removed": one });
            Done::to(action, "contact", contact.id).with(detail).record(conn, now, actor)?;
            Ok(())
        })
        .await?;
    Ok(go_to(&format!("{back}?done=deleted")))
}

/// What somebody can say no to, with a name for each.
fn scopes(conn: &mut Conn, texts: Texts) -> Result<Vec<(RefusalScope, String)>, PageError> {
    let mut scopes = vec![(RefusalScope::Everything, texts.t("scope-everything"))];
    for own in
        [RefusalScope::Ordinary, RefusalScope::SingleEvents, RefusalScope::Pause, RefusalScope::Restricted]
    {
        scopes.push((own, texts.word("held-scope", own)));
    }
    for channel in Channel::ALL {
        scopes.push((RefusalScope::Channel(*channel), texts.word("channel", channel)));
    }
    for unit in units::tree(conn)?.all() {
        scopes.push((RefusalScope::Unit(unit.id), unit.name.clone()));
    }
    for topic in units::topics(conn)? {
        scopes.push((RefusalScope::Topic(topic.id), topic.name(texts.0).to_owned()));
    }
    Ok(scopes)
}

/// The name of a scope among these; one that names several of them has a name made of theirs.
fn name_of(scopes: &[(RefusalScope, String)], scope: RefusalScope) -> Option<String> {
    let name =
        |wanted: RefusalScope| scopes.iter().find(|(one, _)| *one == wanted).map(|(_, name)| name.clone());
    match scope {
        RefusalScope::Offer { unit, topic, channel } => {
            let parts =
                [RefusalScope::Topic(topic), RefusalScope::Unit(unit), RefusalScope::Channel(channel)];
            Some(parts.into_iter().map(name).collect::<Option<Vec<_>>>()?.join(", "))
        }
        scope => name(scope),
    }
}

/// `GET /contacts/{id}`: looking at a person is recorded.
pub async fn person(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::SeeContacts, None)?;
    let page = frame(&request, &state, &who);
    let (actor, now, id) = (who.actor, state.clock.now().naive_utc(), *id);
    let shown = state
        .db
        .write(move |conn| {
            let contact = living(conn, id)?;
            Done::to("contact.see", "contact", contact.id).record(conn, now, actor)?;
            person_page(conn, page, &who, contact, now.date())
        })
        .await?;
    show(&shown)
}

fn person_page(
    conn: &mut Conn,
    page: Page,
    who: &SignedIn,
    contact: Contact,
    today: NaiveDate,
) -> Result<PersonPage, PageError> {
    let texts = Texts(who.language);
    let ids = [contact.id];
    let kinds: Vec<String> =
        contacts::kinds(conn, &ids)?.into_iter().map(|(_, kind)| texts.word("kind", kind)).collect();
    let degrees = contacts::degrees(conn, &ids)?.into_iter().map(|(_, degree)| degree).collect();
    let mut employments = Vec::new();
    for (_, employment) in contacts::employments(conn, &ids)? {
        let profession = match employment.profession_code.as_deref() {
            Some(code) => official::profession_name(conn, code, texts.0)?,
            None => None,
        };
        employments.push(Work { profession, employment });
    }
    let refused = preferences::refusals(conn, contact.id, contact.email_key.as_deref())?;
    let every = scopes(conn, texts)?;
    let said = refused.iter().filter_map(|scope| Some(Choice::new(scope, name_of(&every, *scope)?, false)));
    let said = said.collect();
    let see_protected = who.may(Action::SeeProtected, None);
    let (mut ties, mut history) = (None, None);
    if see_protected || !contact.protected {
        ties = Some(relations::ties(conn, texts, contact.id, see_protected, today)?);
        history = Some(History::of(conn, texts, &contact, None, LATEST, see_protected)?);
    }
    let mut merges = Vec::new();
    for merge in contacts::merges_into(conn, contact.id)? {
        let from = contacts::by_ids(conn, &[merge.from_id])?.pop();
        let name = from.map(|from| from.full_name()).unwrap_or_default();
        merges.push(Joined { merge: merge.id, name, at: merge.merged_at });
    }
    let place = (!contact.protected).then(|| {
        let region =
            contact.region.as_deref().and_then(region::by_code).map(|region| region.names.get(texts.0));
        let parts =
            [contact.street.as_deref(), contact.postcode.as_deref(), contact.place.as_deref(), region];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    });
    Ok(PersonPage {
        kinds: kinds.join(", "),
        place: place.filter(|place| !place.is_empty()),
        emails: email_lines(conn, &page, &contact)?,
        degrees,
        employments,
        took_part: contacts::participations(conn, &ids)?,
        ties,
        history,
        refusals: said,
        agreed: agreed(conn, texts, contact.id)?,
        unconfirmed: preferences::is_unconfirmed(conn, contact.id)?,
        may_record: who.may(Action::RecordPreferences, None),
        may_edit: who.may(Action::EditContacts, None),
        may_erase: who.may(Action::EraseContacts, None),
        network: invitations::network(conn, contact.id)?,
        merges,
        provenance: contacts::provenance(conn, contact.id)?,
        contact,
        page,
    })
}

fn agreed(conn: &mut Conn, texts: Texts, person: i64) -> Result<Vec<Consent>, PageError> {
    let (purposes, tree) = (units::purposes(conn)?, units::tree(conn)?);
    let consents = preferences::agreed(conn, person)?.into_iter().map(|one| {
        let subject = Subject { purpose: one.purpose, channel: one.channel, unit: one.unit_id };
        let name = named(texts, &subject, &purposes, &tree);
        Consent {
            what: [name.purpose, name.channel, name.unit].join(" · "),
            heard: format!("{}, {}", texts.word("heard", one.source), texts.date(&one.happened_at)),
            words: one.consent_text,
            language: one.language,
        }
    });
    Ok(consents.collect())
}

/// Every address of a person, the primary one first.
fn email_lines(conn: &mut Conn, page: &Page, contact: &Contact) -> Result<Vec<EmailLine>, PageError> {
    let suppressed = |conn: &mut Conn, key: &str| {
        preferences::suppression(conn, Channel::Email, key).map(|one| one.is_some())
    };
    let mut lines = Vec::new();
    if let (Some(address), Some(key)) = (&contact.email, &contact.email_key) {
        let set = contacts::provenance(conn, contact.id)?.into_iter().find(|one| one.field == "email");
        let note =
            set.map(|one| format!("{}, {}", page.word("set-by", one.source), page.date(&one.recorded_at)));
        let (address, suppressed) = (address.clone(), suppressed(conn, key)?);
        lines.push(EmailLine { id: None, address, suppressed, note: note.unwrap_or_default() });
    }
    for other in contacts::other_addresses(conn, &[contact.id])? {
        let suppressed = suppressed(conn, &other.address_key)?;
        let note = address_note(page, &other);
        lines.push(EmailLine { id: Some(other.id), address: other.address, suppressed, note });
    }
    Ok(lines)
}

fn address_note(page: &Page, other: &Address) -> String {
    let from = page.word("address-from", other.source);
    let system = other.system.as_ref().map(|system| format!(" ({system})")).unwrap_or_default();
    format!("{from}{system}, {}", page.date(&other.recorded_at))
}

/// `POST /contacts/{id}/confirmed`: the person themselves told us that they want to be here.
pub async fn confirmed(
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::RecordPreferences, None)?;
    let (actor, now, id) = (who.actor, state.clock.now().naive_utc(), *id);
    let id = state
        .db
        .write(move |conn| {
            let contact = living(conn, id)?;
            if preferences::confirm(conn, contact.id)? {
                Done::to("contact.confirm", "contact", contact.id).record(conn, now, actor)?;
            }
            Ok::<_, PageError>(contact.id)
        })
        .await?;
    Ok(go_to(&format!("/contacts/{id}?done=recorded")))
}

/// A postal address in one line; one abroad with its country.
pub(super) fn postal_text(parts: [Option<&str>; 3], country: Option<&str>) -> String {
    let abroad = country.filter(|country| !matches!(*country, "SE" | "NO"));
    parts.into_iter().chain([abroad]).flatten().collect::<Vec<_>>().join(", ")
}
