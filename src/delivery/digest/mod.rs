//! The digest: at the beginning of each month one mail with the invitations to events of the month before, for those who
//! did not want them one by one.
//!
//! What was held back for whom stands in the deliveries that were skipped for that reason. A person's claim and their mail
//! are one commit, so whoever is stopped in between goes on where they were and nobody gets two. A digest is a mailing of
//! the office about events: permission is asked for it, and for each invitation in it, when it is made, and for it again
//! just before it is sent. Where nothing is left to tell, nothing is sent.

mod store;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use chrono::{Datelike as _, NaiveDate, TimeDelta, Timelike as _};
use tokio_util::sync::CancellationToken;

use super::{CampaignJob, Error, person_values, prepare_uncounted};
use crate::audit::{self, Actor, Deed};
use crate::campaign;
use crate::contacts::{self, Contact};
use crate::content::Layouts;
use crate::db::{Conn, Database};
use crate::kernel::clock::Clock;
use crate::kernel::email_address::EmailAddress;
use crate::links::Urls;
use crate::mail::message::{ListHeaders, SystemMessage};
use crate::mail::outbox::{self, OutboxKind};
use crate::preferences::{self, Channel, Question, Weight};
use crate::units::{self, UnitTree};

pub use store::{Digest, digests_of, forget};

/// People per transaction.
const BATCH: usize = 50;
/// The hour (UTC) of the first day from which digests are made.
const FROM_HOUR: u32 = 5;
/// The unit of the office itself, which every database has.
const OFFICE: &str = "alumn";
/// The topic of invitations.
const EVENTS: &str = "events";

/// Makes digests.
#[derive(Clone)]
pub struct Digester {
    /// Where everything is.
    pub db: Database,
    /// The words of mails.
    pub layouts: Arc<Layouts>,
    /// Signs the links.
    pub urls: Urls,
    /// Time and randomness.
    pub clock: Clock,
    /// The office's name.
    pub office: String,
    /// The sender.
    pub from: EmailAddress,
}

/// What is the same for everybody in one run.
struct Run {
    month: NaiveDate,
    tree: UnitTree,
    office: i64,
    question: Question,
    jobs: HashMap<i64, CampaignJob>,
    /// Who was left out of which campaigns.
    people: Vec<(i64, Vec<i64>)>,
}

impl Digester {
    /// Puts the digests of the month before this one in the outbox, once; tells how many.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn run(&self, stop: &CancellationToken) -> Result<usize, Error> {
        let now = self.clock.now();
        let today = now.date_naive();
        // What was held back in the last minutes of a month may be committed in the first of the next.
        if today.day() == 1 && now.hour() < FROM_HOUR {
            return Ok(0);
        }
        let month = today - TimeDelta::days(i64::from(today.day0()));
        let this = self.clone();
        let begun = self.db.read(move |conn| this.begin(conn, month)).await?;
        let Some(run) = begun.map(Arc::new) else { return Ok(0) };
        let mut mails = 0;
        for batch in run.people.chunks(BATCH) {
            if stop.is_cancelled() {
                return Ok(mails);
            }
            let (this, run, batch) = (self.clone(), run.clone(), batch.to_vec());
            let made = self.db.write(move |conn| {
                let mut made = 0;
                for (contact, campaigns) in &batch {
                    made += usize::from(this.make(conn, &run, *contact, campaigns)?);
                }
                Ok::<_, Error>(made)
            });
            mails += made.await?;
        }
        let now = self.clock.now().naive_utc();
        self.db
            .write(move |conn| {
                if store::finish(conn, month, now)? && mails > 0 {
                    let detail = serde_json::json!({ "mails": mails, "month": month });
                    let deed = Deed {
                        action: "digest.make",
                        subject_kind: "digest",
                        subject_id: None,
                        unit_id: None,
                        detail: &detail,
                    };
                    audit::record(conn, now, Actor::SYSTEM, &deed)?;
                }
                Ok::<_, Error>(mails)
            })
            .await
    }

    /// What was held back, by person; `None` when the month is done.
    fn begin(&self, conn: &mut Conn, month: NaiveDate) -> Result<Option<Run>, Error> {
        if store::is_finished(conn, month)? {
            return Ok(None);
        }
        let mut people: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        let mut jobs = HashMap::new();
        for (campaign, held_back) in store::held_back(conn, month)? {
            let stored = campaign::find(conn, campaign)?;
            match prepare_uncounted(conn, &stored, &self.layouts, &self.urls, self.clock.now()) {
                Ok(job) => jobs.insert(campaign, job),
                // A layout that was changed since must not keep all the others back.
                Err(Error::Content(error)) => {
                    tracing::error!(campaign, error, "an invitation is missing in the digests");
                    continue;
                }
                Err(error) => return Err(error),
            };
            for contact in survivors(conn, &held_back)? {
                people.entry(contact).or_default().push(campaign);
            }
        }
        let tree = units::tree(conn)?;
        let office = tree.by_slug(OFFICE).or_else(|| tree.all().first().copied()).map_or(0, |unit| unit.id);
        let question = question(conn, &tree, office)?;
        Ok(Some(Run { month, office, question, tree, jobs, people: people.into_iter().collect() }))
    }

    /// One person's digest; `false` when they have it, or nothing is to be told.
    fn make(&self, conn: &mut Conn, run: &Run, contact: i64, campaigns: &[i64]) -> Result<bool, Error> {
        let now = self.clock.now();
        let Some(person) = contacts::find(conn, contact)? else { return Ok(false) };
        if !store::claim(conn, person.id, run.month, now.naive_utc())? {
            return Ok(false);
        }
        let (Some(address), Some(key)) = (person.email.as_deref(), person.email_key.as_deref()) else {
            return Ok(false);
        };
        let facts = preferences::facts(conn, &person, Channel::Email)?;
        // Two people behind one address get one mail.
        if preferences::decide(&facts, &run.question).is_some() || store::is_served(conn, key, run.month)? {
            return Ok(false);
        }
        let wanted: Vec<&CampaignJob> = campaigns
            .iter()
            .filter_map(|campaign| run.jobs.get(campaign))
            .filter(|job| preferences::decide(&facts, &job.question.without_frequency()).is_none())
            .collect();
        let Some(first) = wanted.first() else { return Ok(false) };
        let unsubscribe = self.urls.unsubscribe(person.id, run.office, first.id);
        let Ok(to) = EmailAddress::parse(address) else { return Ok(false) };
        let message = match self.message(conn, run, &person, &to, &unsubscribe, &wanted) {
            Ok(message) => message,
            // What cannot be written for one person must not keep all the others back.
            Err(Error::Content(error)) => {
                tracing::error!(contact = person.id, error, "a digest could not be written");
                return Ok(false);
            }
            Err(error) => return Err(error),
        };
        let mail = outbox::enqueue(conn, OutboxKind::Digest, &self.from, &to, &message, now.naive_utc())?;
        store::sent(conn, person.id, run.month, mail, key)?;
        Ok(true)
    }

    fn message(
        &self,
        conn: &mut Conn,
        run: &Run,
        person: &Contact,
        to: &EmailAddress,
        unsubscribe: &str,
        wanted: &[&CampaignJob],
    ) -> Result<Vec<u8>, Error> {
        let broken = |error: String| Error::Content(error);
        let values = person_values(conn, &[person.id])?.remove(&person.id);
        let Some(values) = values else { return Err(broken(format!("person {} is gone", person.id))) };
        let invitations: Vec<String> = wanted
            .iter()
            .map(|job| {
                let teaser = job.teaser(&values);
                let lines = [Some(teaser.subject), teaser.preheader, Some(teaser.unit), Some(teaser.address)];
                lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
            })
            .collect();
        let (invitations, preferences) = (invitations.join("\n\n"), self.urls.preferences(person.id));
        let values = BTreeMap::from([
            ("office", self.office.as_str()),
            ("invitations", invitations.as_str()),
            ("preferences", preferences.as_str()),
            ("unsubscribe", unsubscribe),
        ]);
        let words = self
            .layouts
            .system("digest", person.language, &values)
            .map_err(|error| broken(error.to_string()))?;
        let domain = self.from.domain();
        let random = data_encoding::HEXLOWER.encode(&self.clock.random_bytes::<16>());
        let message = SystemMessage {
            from_name: &self.office,
            from_address: &self.from,
            to_name: &person.full_name(),
            to_address: to,
            subject: &words.subject,
            text: words.text.trim_start(),
            html: None,
            language: person.language,
            date: self.clock.now(),
            message_id: &format!("digest.{random}@{domain}"),
        };
        let slug = run.tree.get(run.office).map_or(OFFICE, |unit| unit.slug.as_str());
        let list = ListHeaders {
            list_name: &self.office,
            list_id: &format!("digest.{slug}.{domain}"),
            feedback_id: &format!("{}:{slug}:digest:brevduva", run.month.format("%Y-%m")),
            list_unsubscribe_url: unsubscribe,
        };
        message.build_for_list(&list).map_err(|error| broken(error.to_string()))
    }
}

/// What is asked about a digest itself.
fn question(conn: &mut Conn, tree: &UnitTree, office: i64) -> Result<Question, crate::db::Error> {
    let question = Question::new(Channel::Email).from_unit(office, tree).weighing(Weight::Ordinary);
    Ok(match units::topic_by_code(conn, EVENTS)? {
        Some(events) => question.about(events.id),
        None => question,
    })
}

/// The same people after merges, each once.
fn survivors(conn: &mut Conn, people: &[i64]) -> Result<HashSet<i64>, Error> {
    let mut found = HashSet::new();
    for batch in people.chunks(1_000) {
        for contact in contacts::by_ids(conn, batch)? {
            found.extend(match contact.merged_into {
                Some(_) => contacts::find(conn, contact.id)?.map(|survivor| survivor.id),
                None => Some(contact.id),
            });
        }
    }
    Ok(found)
}

/// Whether the person of a digest in the outbox has said no, or is gone, since it was put there.
///
/// # Errors
/// Those of the database.
pub fn is_refused(conn: &mut Conn, mail: i64) -> Result<bool, crate::db::Error> {
    let Some(contact) = store::of_mail(conn, mail)? else { return Ok(true) };
    let Some(person) = contacts::find(conn, contact)? else { return Ok(true) };
    let tree = units::tree(conn)?;
    let office = tree.by_slug(OFFICE).map_or(0, |unit| unit.id);
    let question = question(conn, &tree, office)?;
    let facts = preferences::facts(conn, &person, Channel::Email)?;
    Ok(preferences::decide(&facts, &question).is_some())
}
