//! A campaign made ready for sending, and one person's message.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};

use super::Error;
use crate::campaign::{self, CampaignKind, Stored, Tracking};
use crate::contacts::{self, Degree};
use crate::content::{self, CompiledCampaign, Layouts, LinkTo, MergeValues};
use crate::db::Conn;
use crate::kernel::email_address::EmailAddress;
use crate::kernel::language::Language;
use crate::links::{BounceToken, Urls};
use crate::mail::message::{CampaignHeaders, MessageError, MessageTemplate, PerMessage};
use crate::preferences::{self, Question};
use crate::units::{self, Unit};

/// Everything about a campaign that is the same for all its recipients.
pub struct CampaignJob {
    /// The campaign's number.
    pub id: i64,
    /// What is asked about each person just before their message goes.
    pub question: Question,
    /// When it began: the date of every message, the same over retries.
    pub date: DateTime<Utc>,
    /// The sender.
    pub from: EmailAddress,
    /// Which variant of a trial it is; 0 is the campaign's own text.
    pub variant: i32,
    /// The addresses that each language links to.
    pub links: BTreeMap<Language, Vec<String>>,
    unit: Unit,
    compiled: CompiledCampaign,
    templates: HashMap<Language, MessageTemplate>,
    invites: bool,
    shared: HashMap<Language, Counted>,
    /// Whether some of the recipients are measured one by one.
    individual: bool,
    urls: Urls,
    return_path: Option<String>,
}

/// The addresses by which a mail in one language is counted.
struct Counted {
    pixel: String,
    /// The hidden link, where links are each person's own.
    trap: String,
    /// One for each link where links are each person's own, else none: they stand in the text.
    links: Vec<String>,
}

/// One person's own values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonValues {
    /// The person's number.
    pub contact: i64,
    /// The language of their mails.
    pub language: Language,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// The programme of their latest degree.
    pub programme: String,
    /// Its year.
    pub graduation_year: String,
    /// Whether they agreed to be measured one by one.
    pub measured: bool,
}

/// Reads what mails may say about these people, none of whom is measured: see [`CampaignJob::people`].
///
/// # Errors
/// Those of the database.
pub fn person_values(conn: &mut Conn, ids: &[i64]) -> Result<HashMap<i64, PersonValues>, crate::db::Error> {
    let mut latest: HashMap<i64, Degree> = HashMap::new();
    for (_, degree) in contacts::degrees(conn, ids)? {
        let newer = latest
            .get(&degree.contact_id)
            .is_none_or(|known| degree.graduation_year >= known.graduation_year);
        if newer {
            latest.insert(degree.contact_id, degree);
        }
    }
    let people = contacts::by_ids(conn, ids)?;
    Ok(people
        .into_iter()
        .map(|contact| {
            let degree = latest.remove(&contact.id);
            let year = degree.as_ref().and_then(|degree| degree.graduation_year);
            let values = PersonValues {
                contact: contact.id,
                language: contact.language,
                given_name: contact.given_name,
                family_name: contact.family_name,
                programme: degree.map(|degree| degree.programme_name).unwrap_or_default(),
                graduation_year: year.map(|year| year.to_string()).unwrap_or_default(),
                measured: false,
            };
            (contact.id, values)
        })
        .collect())
}

/// Compiles a variant of a campaign once, for sending; 0 is its own text.
///
/// # Errors
/// When its text does not compile any more, and those of the database.
pub fn prepare(
    conn: &mut Conn,
    stored: &Stored,
    variant: i32,
    layouts: &Layouts,
    urls: &Urls,
    return_path: Option<&str>,
    now: DateTime<Utc>,
) -> Result<CampaignJob, Error> {
    prepare_with(conn, stored, variant, layouts, urls, return_path, now, stored.campaign.tracking())
}

/// Compiles a campaign for a preview, a test or the web version: what is opened and clicked there is not counted.
///
/// # Errors
/// As [`prepare`].
pub fn prepare_uncounted(
    conn: &mut Conn,
    stored: &Stored,
    layouts: &Layouts,
    urls: &Urls,
    now: DateTime<Utc>,
) -> Result<CampaignJob, Error> {
    prepare_variant_uncounted(conn, stored, 0, layouts, urls, now)
}

/// [`prepare_uncounted`] of a variant.
///
/// # Errors
/// As [`prepare`].
pub fn prepare_variant_uncounted(
    conn: &mut Conn,
    stored: &Stored,
    variant: i32,
    layouts: &Layouts,
    urls: &Urls,
    now: DateTime<Utc>,
) -> Result<CampaignJob, Error> {
    prepare_with(conn, stored, variant, layouts, urls, None, now, Tracking::Off)
}

#[expect(clippy::too_many_arguments, reason = "what a message is made of; its two callers name each")]
fn prepare_with(
    conn: &mut Conn,
    stored: &Stored,
    variant: i32,
    layouts: &Layouts,
    urls: &Urls,
    return_path: Option<&str>,
    now: DateTime<Utc>,
    tracking: Tracking,
) -> Result<CampaignJob, Error> {
    let campaign = &stored.campaign;
    let tree = units::tree(conn)?;
    let unit = tree.get(campaign.unit_id()).cloned().ok_or(campaign::Error::Unknown(stored.id))?;
    let first = i64::from(campaign::trial::first_link(variant));
    let click = |language: Language, index: usize, _: &str| match tracking {
        Tracking::Off => None,
        Tracking::Aggregate => Some(LinkTo::Everyone(urls.click(stored.id, language, first + index as i64))),
        Tracking::Individual => Some(LinkTo::Person),
    };
    let pixel = tracking != Tracking::Off;
    let content = campaign.content_of(variant).map_err(|problem| Error::Content(problem.to_string()))?;
    let compiled = content::compile(&content, layouts, &click, pixel).map_err(|errors| {
        Error::Content(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })?;
    let domain = campaign.from_address().domain();
    let headers = CampaignHeaders {
        from_name: campaign.from_name(),
        from_address: campaign.from_address(),
        reply_to: None,
        list_name: &unit.name,
        list_id: &format!("{}.{domain}", unit.slug),
        feedback_id: &format!("{}:{}:campaign:brevduva", stored.id, unit.slug),
    };
    let refused = |error: MessageError| Error::Content(error.to_string());
    let mut templates = HashMap::new();
    let mut links = BTreeMap::new();
    let mut shared = HashMap::new();
    let individual = tracking == Tracking::Individual;
    for language in compiled.languages() {
        templates.insert(language.language, MessageTemplate::compile(&headers, language).map_err(refused)?);
        links.insert(language.language, language.links.clone());
        let (tongue, own) = (language.language, if individual { language.links.len() } else { 0 });
        let links = (0..own).map(|index| urls.click(stored.id, tongue, first + index as i64)).collect();
        let trap = if individual { urls.trap(stored.id, tongue) } else { String::new() };
        let pixel = urls.open_pixel_in(stored.id, tongue, variant.unsigned_abs());
        shared.insert(tongue, Counted { pixel, trap, links });
    }
    Ok(CampaignJob {
        id: stored.id,
        variant,
        question: preferences::with_caps(conn, campaign.question(stored.id, &tree), &tree, now.naive_utc())?,
        invites: campaign.kind() == CampaignKind::Invitation,
        date: stored.started_at.map_or(now, |at| at.and_utc()),
        from: campaign.from_address().clone(),
        links,
        unit,
        compiled,
        templates,
        shared,
        individual,
        urls: urls.clone(),
        return_path: return_path.map(str::to_owned),
    })
}

/// The page of an invitation with one of the answers chosen; no address where there is no invitation.
fn answered(page: &str, answer: &str) -> String {
    if page.is_empty() { String::new() } else { format!("{page}/{answer}") }
}

/// A message as a person would see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The language that was chosen for them.
    pub language: Language,
    /// The subject line.
    pub subject: String,
    /// The HTML document.
    pub html: String,
    /// The plain text.
    pub text: String,
}

/// A mailing in a few lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Teaser {
    /// The subject line.
    pub subject: String,
    /// The line that inboxes show after it, if there is one.
    pub preheader: Option<String>,
    /// Who sends.
    pub unit: String,
    /// The mail as a web page.
    pub address: String,
}

impl CampaignJob {
    /// Reads what this campaign's mails may say about these people, and whom of them it measures.
    ///
    /// # Errors
    /// Those of the database.
    pub fn people(
        &self,
        conn: &mut Conn,
        ids: &[i64],
    ) -> Result<HashMap<i64, PersonValues>, crate::db::Error> {
        let mut people = person_values(conn, ids)?;
        if self.individual {
            for id in preferences::measured(conn, ids)? {
                people.entry(id).and_modify(|person| person.measured = true);
            }
        }
        Ok(people)
    }

    /// The addresses by which this person's mail is counted, where they are their own.
    fn counted(&self, person: &PersonValues, language: Language) -> Option<Counted> {
        if !(self.individual && person.measured) {
            return None;
        }
        let links = self.links.get(&language).map_or(0, Vec::len);
        let links = (campaign::trial::first_link(self.variant).unsigned_abs()..).take(links);
        Some(Counted {
            pixel: self.urls.open_pixel_of(self.id, language, self.variant.unsigned_abs(), person.contact),
            trap: self.urls.trap_of(self.id, language, person.contact),
            links: links.map(|link| self.urls.click_of(self.id, language, link, person.contact)).collect(),
        })
    }

    /// Runs `work` with the person's merge values.
    fn with_values<T>(
        &self,
        person: &PersonValues,
        work: impl FnOnce(Language, &str, &MergeValues<'_>) -> T,
    ) -> T {
        let language = self.compiled.choose(person.language).language;
        let unsubscribe = self.urls.unsubscribe(person.contact, self.unit.id, self.id);
        let preferences = self.urls.preferences(person.contact);
        let web_version = self.urls.web_version(self.id, person.contact);
        let answer = if self.invites { self.urls.invitation(person.contact, self.id) } else { String::new() };
        let (accept, decline) = (answered(&answer, "accept"), answered(&answer, "decline"));
        let own = self.counted(person, language);
        let counted = own.as_ref().or_else(|| self.shared.get(&language));
        let values = MergeValues {
            given_name: &person.given_name,
            family_name: &person.family_name,
            programme: &person.programme,
            graduation_year: &person.graduation_year,
            unit_name: &self.unit.name,
            preferences_url: &preferences,
            unsubscribe_url: &unsubscribe,
            web_version_url: &web_version,
            accept_url: &accept,
            decline_url: &decline,
            pixel_url: counted.map_or("", |counted| counted.pixel.as_str()),
            trap_url: counted.map_or("", |counted| counted.trap.as_str()),
            links: counted.map_or(&[], |counted| counted.links.as_slice()),
        };
        work(language, &unsubscribe, &values)
    }

    /// Writes the whole message for one person into `out`.
    ///
    /// # Errors
    /// When a header cannot take its value.
    pub fn message(
        &self,
        person: &PersonValues,
        to: &EmailAddress,
        message_id: &str,
        out: &mut Vec<u8>,
    ) -> Result<(), MessageError> {
        self.with_values(person, |language, unsubscribe, values| {
            #[expect(clippy::expect_used, reason = "`prepare` makes a template for every compiled language")]
            let template = self.templates.get(&language).expect("a template for every language");
            let name = format!("{} {}", person.given_name, person.family_name);
            template.fill(
                &PerMessage {
                    date: self.date,
                    message_id,
                    to_name: name.trim(),
                    to_address: to,
                    list_unsubscribe_url: unsubscribe,
                    values,
                },
                out,
            )
        })
    }

    /// What a digest tells this person of the mailing.
    #[must_use]
    pub fn teaser(&self, person: &PersonValues) -> Teaser {
        self.with_values(person, |language, _, values| {
            let content = self.compiled.choose(language);
            Teaser {
                subject: content.subject.filled(values),
                preheader: content.preheader.as_ref().map(|preheader| preheader.filled(values)),
                unit: self.unit.name.clone(),
                address: values.web_version_url.to_owned(),
            }
        })
    }

    /// The message as the person would see it, for previews and the web version.
    #[must_use]
    pub fn render(&self, person: &PersonValues) -> Rendered {
        self.with_values(person, |language, _, values| {
            let content = self.compiled.choose(language);
            Rendered {
                language,
                subject: content.subject.filled(values),
                html: content.html.filled(values),
                text: content.text.filled(values),
            }
        })
    }

    /// The message for everybody: nobody's values stand in it, and its personal links lead to `home`. `address` is its
    /// own.
    #[must_use]
    pub fn render_for_everybody(&self, language: Language, address: &str, home: &str) -> Rendered {
        let content = self.compiled.choose(language);
        let values = MergeValues {
            given_name: "",
            family_name: "",
            programme: "",
            graduation_year: "",
            unit_name: &self.unit.name,
            preferences_url: home,
            unsubscribe_url: home,
            web_version_url: address,
            accept_url: "",
            decline_url: "",
            pixel_url: "",
            trap_url: "",
            links: &[],
        };
        Rendered {
            language: content.language,
            subject: content.subject.filled(&values),
            html: content.html.filled(&values),
            text: content.text.filled(&values),
        }
    }

    /// The Message-ID of a delivery: in the sender's domain, the same over retries.
    #[must_use]
    pub fn message_id(&self, delivery: i64) -> String {
        format!("{}@{}", self.urls.signer().delivery_name(self.id, delivery), self.from.domain())
    }

    /// The envelope sender: the delivery's own bounce address where a domain for those is set.
    #[must_use]
    pub fn envelope_sender(&self, delivery: i64) -> EmailAddress {
        self.return_path
            .as_ref()
            .and_then(|domain| {
                let local = self.urls.signer().bounce_local_part(BounceToken { delivery });
                EmailAddress::parse(&format!("{local}@{domain}")).ok()
            })
            .unwrap_or_else(|| self.from.clone())
    }
}
