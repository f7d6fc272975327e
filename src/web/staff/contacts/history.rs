//! A person's history in words (product P37).

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::{Done, text_in_query};
use super::{frame, name_of, scopes};
use crate::contacts::{self, Contact, FieldSource, ParticipationKind};
use crate::db::Conn;
use crate::delivery::DeliveryState;
use crate::preferences::{PreferenceSource, Recorded, RefusalScope};
use crate::staff::Action;
use crate::timeline::{self, Cursor, End, Entry, What};
use crate::units::{self, Purpose, UnitTree};
use crate::web::State;
use crate::web::error::PageError;
use crate::web::i18n::Texts;
use crate::web::page::{Page, show};
use crate::web::session::SignedIn;

/// Entries of a page.
const LISTED: i64 = 50;

/// One entry as it is read.
pub(super) struct Line {
    /// The day, or the day and the time.
    pub when: String,
    /// The same for programs (HTML's `datetime`).
    pub machine: String,
    /// What happened.
    pub text: String,
    /// More about it, or empty.
    pub detail: String,
    /// Where there is more.
    pub href: Option<String>,
}

/// The history of a person, as much as fits on a page; a piece of the page.
#[derive(Template)]
#[template(path = "staff/contacts/timeline_list.html")]
pub(super) struct History {
    pub lines: Vec<Line>,
    /// Where it goes on.
    pub next: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/contacts/timeline.html")]
struct HistoryPage {
    page: Page,
    id: i64,
    name: String,
    history: History,
}

/// `GET /contacts/{id}/timeline?before=…`. Looking at a person is recorded.
pub async fn show_all(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    id: web::Path<i64>,
) -> Result<HttpResponse, PageError> {
    who.must(Action::SeeContacts, None)?;
    let page = frame(&request, &state, &who);
    let cursor = match text_in_query(&request, "before") {
        Some(text) => Some(text.parse::<Cursor>().map_err(|_| PageError::NotFound)?),
        None => None,
    };
    let (actor, now, id) = (who.actor, state.clock.now().naive_utc(), *id);
    let see_protected = who.may(Action::SeeProtected, None);
    let shown = state
        .db
        .write(move |conn| {
            let contact = super::living(conn, id)?;
            if contact.protected && !see_protected {
                return Err(PageError::NotAllowed);
            }
            Done::to("contact.see", "contact", contact.id).record(conn, now, actor)?;
            let history = History::of(conn, Texts(page.0), &contact, cursor, LISTED, see_protected)?;
            Ok(HistoryPage { id: contact.id, name: contact.full_name(), history, page })
        })
        .await?;
    show(&shown)
}

impl History {
    pub fn of(
        conn: &mut Conn,
        texts: Texts,
        contact: &Contact,
        cursor: Option<Cursor>,
        limit: i64,
        see_protected: bool,
    ) -> Result<Self, PageError> {
        let part = timeline::page(conn, contact, cursor, limit, see_protected)?;
        let words = Words {
            texts,
            scopes: scopes(conn, texts)?,
            purposes: units::purposes(conn)?,
            tree: units::tree(conn)?,
        };
        Ok(Self {
            lines: part.entries.iter().map(|entry| words.line(entry)).collect(),
            next: part.next.map(|next| format!("/contacts/{}/timeline?before={next}", contact.id)),
        })
    }
}

/// What the sentences are made of.
struct Words {
    texts: Texts,
    scopes: Vec<(RefusalScope, String)>,
    purposes: Vec<Purpose>,
    tree: UnitTree,
}

impl Words {
    fn line(&self, entry: &Entry) -> Line {
        let texts = self.texts;
        let (text, detail, href) = self.sentence(&entry.what);
        Line {
            when: if entry.is_day { texts.date(&entry.at) } else { texts.date_time(&entry.at) },
            machine: if entry.is_day {
                entry.at.date().to_string()
            } else {
                entry.at.and_utc().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
            },
            text,
            detail,
            href,
        }
    }

    /// What happened, more about it, and where there is more.
    fn sentence(&self, what: &What) -> (String, String, Option<String>) {
        let texts = self.texts;
        let plain = |text: String| (text, String::new(), None);
        match what {
            What::Registered => plain(texts.t("timeline-registered")),
            What::Imported { file, mapping, .. } => {
                (texts.t1("timeline-imported", "mapping", mapping), file.clone(), None)
            }
            What::Updated { file, mapping, .. } => {
                (texts.t1("timeline-updated", "mapping", mapping), file.clone(), None)
            }
            What::Corrected { fields, source } => {
                let fields: Vec<String> = fields.iter().map(|field| self.field(field)).collect();
                let key = match source {
                    FieldSource::Staff => "timeline-corrected-staff",
                    FieldSource::Person => "timeline-corrected-person",
                };
                plain(texts.t1(key, "fields", fields.join(", ")))
            }
            What::AddressAdded { address, source, system } => {
                let from = texts.word("address-from", source);
                let detail = system.as_ref().map_or(from.clone(), |system| format!("{from} ({system})"));
                (texts.t1("timeline-address", "address", address), detail, None)
            }
            What::Merged { name, source } => {
                let text = texts.t1("timeline-merged", "name", self.name(name.as_ref()));
                (text, texts.word("merged-by", source), None)
            }
            What::Unmerged { name } => plain(texts.t1("timeline-unmerged", "name", self.name(name.as_ref()))),
            What::Refused { scope, source, recorded, .. } => (
                texts.t1("timeline-refused", "scope", self.scope(scope)),
                self.heard(*source, recorded.as_ref()),
                None,
            ),
            What::Allowed { scope, source, recorded, .. } => (
                texts.t1("timeline-allowed", "scope", self.scope(scope)),
                self.heard(*source, recorded.as_ref()),
                None,
            ),
            What::Consented { purpose, channel, unit, source, text, version, recorded, .. } => {
                let heard = self.heard(*source, recorded.as_ref());
                let how = self.consent(texts.word("channel", channel), *unit, heard);
                let words = texts.t2("timeline-consent-text", "text", text, "version", version);
                (
                    texts.t1("timeline-consented", "purpose", self.purpose(purpose)),
                    format!("{how}. {words}"),
                    None,
                )
            }
            What::Joined => plain(texts.t("timeline-joined")),
            What::Withdrew { purpose, channel, unit, source, recorded } => (
                texts.t1("timeline-withdrew", "purpose", self.purpose(purpose)),
                self.consent(texts.word("channel", channel), *unit, self.heard(*source, recorded.as_ref())),
                None,
            ),
            What::Mailing { campaign, name, state, reason } => {
                let key = match state {
                    DeliveryState::Failed => "timeline-mail-failed",
                    DeliveryState::Skipped => "timeline-mail-skipped",
                    _ => "timeline-mail-sent",
                };
                let reason = reason.as_ref().filter(|reason| !reason.is_empty());
                let detail = reason.map(|reason| texts.word("reason", reason)).unwrap_or_default();
                (texts.t1(key, "name", name), detail, Some(format!("/campaigns/{campaign}")))
            }
            What::Opened { campaign, name } => (
                texts.t1("timeline-opened", "name", name),
                String::new(),
                Some(format!("/campaigns/{campaign}")),
            ),
            What::Clicked { campaign, name, address } => (
                texts.t1("timeline-clicked", "name", name),
                address.clone().unwrap_or_default(),
                Some(format!("/campaigns/{campaign}")),
            ),
            What::TookPart { kind, name, .. } => plain(match kind {
                ParticipationKind::Event => texts.t1("timeline-event", "name", name),
                ParticipationKind::Project => texts.t1("timeline-project", "name", name),
            }),
            What::Tied { role, with, own } => self.tie("timeline-tied", *role, with, *own),
            What::Untied { role, with, own } => self.tie("timeline-untied", *role, with, *own),
        }
    }

    fn tie(
        &self,
        key: &str,
        role: contacts::RelationRole,
        with: &End,
        own: bool,
    ) -> (String, String, Option<String>) {
        let role = super::relations::role_text(self.texts, role, own);
        let text = self.texts.t2(key, "role", role, "name", self.name(with.name.as_ref()));
        let href = match (with.organisation, with.person) {
            (Some(id), _) => Some(format!("/organisations/{id}")),
            (None, Some(id)) => Some(format!("/contacts/{id}")),
            (None, None) => None,
        };
        (text, String::new(), href)
    }

    fn name(&self, name: Option<&String>) -> String {
        name.cloned().unwrap_or_else(|| self.texts.t("reason-protected"))
    }

    fn field(&self, field: &str) -> String {
        match field {
            "birth_date" => self.texts.t("person-born"),
            "address" => self.texts.t("change-address"),
            field => match field.strip_prefix("kind:") {
                Some(kind) => self.texts.word("kind", kind),
                None => self.texts.word("column", field),
            },
        }
    }

    fn scope(&self, scope: &str) -> String {
        let known = scope.parse::<RefusalScope>().ok();
        known.and_then(|known| name_of(&self.scopes, known)).unwrap_or_else(|| scope.to_owned())
    }

    fn purpose(&self, code: &str) -> String {
        let known = self.purposes.iter().find(|purpose| purpose.code == code);
        known.map_or_else(|| code.to_owned(), |purpose| purpose.name(self.texts.0).to_owned())
    }

    /// How it reached us; where staff wrote it down, how it came to them, when they did, and what they noted.
    fn heard(&self, source: PreferenceSource, recorded: Option<&Recorded>) -> String {
        let Some(recorded) = recorded else { return self.texts.word("heard", source) };
        let way = self.texts.word("arrived-by", recorded.way);
        let day = self.texts.date(&recorded.recorded_at);
        let heard = self.texts.t2("timeline-recorded", "way", way, "day", day);
        [Some(heard), recorded.note.clone()].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    fn consent(&self, channel: String, unit: Option<i64>, heard: String) -> String {
        let unit = unit.and_then(|id| self.tree.get(id)).map(|unit| unit.name.clone());
        [Some(channel), unit, Some(heard)].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}
