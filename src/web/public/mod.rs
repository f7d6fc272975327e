//! Pages for people outside the office: behind signed links or for everybody, without password, cookie or script.

pub mod accessibility;
pub mod archive;
pub mod invitation;
pub mod look;
pub mod media;
pub mod my_data;
pub mod preferences;
pub mod sign_up;
pub mod tracked;
pub mod unsubscribe;
pub mod web_version;
pub mod webhooks;

use crate::audit::{self, Actor, ActorKind, Deed};
use crate::contacts::Contact;
use crate::db::{Conn, Error};
use crate::web::error::PageError;
use crate::{contacts, preferences as permission};

/// Whoever a link was made for: the person who stands there now, and every address that the link speaks for.
struct Recipient {
    contact: Contact,
    address_keys: Vec<String>,
}

impl Recipient {
    /// Follows merges; the address of the person who was merged away is still where the mail went.
    fn find(conn: &mut Conn, number: i64) -> Result<Option<Self>, Error> {
        let Some(contact) = contacts::find(conn, number)? else { return Ok(None) };
        let mut address_keys: Vec<String> = contact.email_key.iter().cloned().collect();
        for earlier in contacts::by_ids(conn, &[number])? {
            address_keys.extend(earlier.email_key.filter(|key| !address_keys.contains(key)));
        }
        Ok(Some(Self { contact, address_keys }))
    }

    fn refusals(&self, conn: &mut Conn) -> Result<Vec<permission::RefusalScope>, Error> {
        permission::refusals(conn, self.contact.id, self.contact.email_key.as_deref())
    }

    /// Records a "no", or takes it back, for the person and each of the addresses.
    fn say(
        &self,
        conn: &mut Conn,
        source: permission::PreferenceSource,
        campaign: Option<i64>,
        at: chrono::NaiveDateTime,
        scope: permission::RefusalScope,
        refused: bool,
    ) -> Result<(), Error> {
        let record = if refused { permission::refuse } else { permission::allow };
        let (first, others) = match self.address_keys.split_first() {
            Some((first, others)) => (Some(first.as_str()), others),
            None => (None, &[][..]),
        };
        let voice =
            permission::Voice { contact: Some(self.contact.id), address_key: first, source, campaign, at };
        record(conn, &voice, scope)?;
        for address in others {
            let voice = permission::Voice { contact: None, address_key: Some(address), source, campaign, at };
            record(conn, &voice, scope)?;
        }
        Ok(())
    }

    /// Records that they want nothing until then, or takes the pause back.
    fn pause(
        &self,
        conn: &mut Conn,
        at: chrono::NaiveDateTime,
        until: Option<chrono::NaiveDateTime>,
    ) -> Result<(), Error> {
        let (source, scope) = (permission::PreferenceSource::Page, permission::RefusalScope::Pause);
        let Some(until) = until else { return self.say(conn, source, None, at, scope, false) };
        let mut voice = permission::Voice {
            contact: Some(self.contact.id),
            address_key: None,
            source,
            campaign: None,
            at,
        };
        permission::pause(conn, &voice, until)?;
        for address in &self.address_keys {
            voice = permission::Voice { contact: None, address_key: Some(address), ..voice };
            permission::pause(conn, &voice, until)?;
        }
        Ok(())
    }

    /// Less than [`Self::masked_address`]: a domain of one's own tells one's name.
    fn hidden_address(&self) -> Option<String> {
        let (local, domain) = self.contact.email.as_deref()?.rsplit_once('@')?;
        let (name, ending) = domain.rsplit_once('.')?;
        Some(format!("{}•••@{}•••.{ending}", local.chars().next()?, name.chars().next()?))
    }

    /// Enough of the address to know one's own by: a forwarded mail must not give it away.
    fn masked_address(&self) -> Option<String> {
        let (local, domain) = self.contact.email.as_deref()?.rsplit_once('@')?;
        let first = local.chars().next()?;
        Some(format!("{first}•••@{domain}"))
    }
}

/// Writes down what a person did on a page of theirs, in the transaction that does it.
fn note(
    conn: &mut Conn,
    contact: i64,
    action: &'static str,
    detail: &serde_json::Value,
    now: chrono::NaiveDateTime,
) -> Result<(), PageError> {
    let actor = Actor { kind: ActorKind::Person, id: Some(contact) };
    let deed = Deed { action, subject_kind: "contact", subject_id: Some(contact), unit_id: None, detail };
    Ok(audit::record(conn, now, actor, &deed)?)
}
