//! Staff decide about the rows that no rule could (product P12): the same person, or somebody else.
//!
//! A decision is remembered by the row's fingerprint: the same file again asks nothing and changes nothing.

use chrono::NaiveDateTime;

use super::apply::{Context, apply};
use super::claim::{Address, Claim, source_identifier};
use super::mapping::{Kind, Mapping, MappingError};
use super::matching::{Decision, ReviewReason};
use super::plan::plan;
use super::register::{Newcomers, Register};
use super::store::{self, Import, NewReview, ReviewState, StoredReview};
use super::units::{Unit, UnitRow};
use crate::contacts::erased::Forgotten;
use crate::contacts::{self, Contact, ContactKind};
use crate::db::{self, Conn};
use crate::units;

crate::text_enum! {
    /// What staff say about a row and the person beside it.
    Verdict {
        /// The row means that person.
        Same = "same",
        /// The row means somebody else, who is new.
        Apart = "apart",
    }
}

/// Why a row cannot be shown or decided about.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// There is no such row.
    #[error("there is no row {0} in the review queue")]
    NotFound(i64),
    /// Somebody was faster.
    #[error("somebody has decided about this row already")]
    Decided,
    /// The person has been erased since.
    #[error("the person beside the row was erased; keep the row apart")]
    Erased,
    /// What was stored with the row cannot be read any more.
    #[error("the row cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// The import's mapping.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// The database.
    #[error(transparent)]
    Database(#[from] db::Error),
}

/// How the identity number, or the number in the source system, of a row stands to the person beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Neighbour {
    /// The row tells none.
    Untold,
    /// It is the person's.
    Theirs,
    /// It is somebody else's.
    SomebodyElses(i64),
    /// Nobody has it.
    Nobodys,
}

/// A row beside a person, ready to be looked at.
#[derive(Debug)]
pub struct OpenReview {
    /// The row's number in the queue.
    pub id: i64,
    /// The file that it stood in.
    pub import: Import,
    /// Its number in that file.
    pub row_number: i64,
    /// Why staff must decide.
    pub reason: ReviewReason,
    /// The person, as stored now.
    pub contact: Contact,
    /// What the row says.
    pub claim: Claim,
    /// The kind that its file makes somebody, as far as the row tells.
    pub kind: Option<ContactKind>,
    /// Whose its identity number is.
    pub identity: Neighbour,
    /// Whose its number in the source system is.
    pub number: Neighbour,
}

/// A row that waits, with everything that a decision needs.
struct Waiting {
    review: StoredReview,
    import: Import,
    mapping: Mapping,
    contact: Contact,
    unit: Unit,
    register: Register,
}

impl Waiting {
    fn load(conn: &mut Conn, id: i64) -> Result<Self, ReviewError> {
        let review = store::review(conn, id)?.ok_or(ReviewError::NotFound(id))?;
        match review.state {
            ReviewState::Pending => {}
            ReviewState::Origin => return Err(ReviewError::NotFound(id)),
            ReviewState::Merged | ReviewState::KeptApart => return Err(ReviewError::Decided),
        }
        let import = store::find(conn, review.import_id)?.ok_or(ReviewError::NotFound(id))?;
        let mapping = Mapping::from_toml(&import.mapping)?;
        let contact = contacts::find(conn, review.contact_id)?.ok_or(ReviewError::NotFound(id))?;
        let number = u64::try_from(review.row_number).unwrap_or_default();
        let claim: Claim = serde_json::from_str(&review.record)?;
        let unit = Unit { rows: vec![UnitRow { number, claim }] };
        let (scheme, _) = source_identifier(&mapping, "");
        let register = Register::load_with(conn, [&unit], scheme, &[contact.id])?;
        Ok(Self { review, import, mapping, contact, unit, register })
    }

    fn claim(&mut self) -> Option<&mut Claim> {
        self.unit.rows.first_mut().map(|row| &mut row.claim)
    }

    /// The row's values are the person's, as if the file had been sure.
    fn same(mut self, conn: &mut Conn, now: NaiveDateTime) -> Result<i64, ReviewError> {
        if self.contact.erased_at.is_some() {
            return Err(ReviewError::Erased);
        }
        let (id, contact) = (self.contact.id, self.contact.clone());
        let mut names = vec![(contact.given_name.clone(), contact.family_name.clone())];
        names.extend(self.claim().map(|claim| (claim.given_name.clone(), claim.family_name.clone())));
        self.register.accept_names(id, names.clone());
        if self.review.superseded {
            // The last row of a file wins, and it was not this one.
            let number = self.unit.rows.first().map_or(0, |row| row.number) + 1;
            self.unit.rows.push(UnitRow { number, claim: present(&contact) });
        }
        let other_names = serde_json::to_string(&names)?;
        if !store::decide(conn, self.review.id, ReviewState::Merged, Some(&other_names), now)? {
            return Err(ReviewError::Decided);
        }
        self.write(conn, Decision::Update(id), now)?;
        Ok(id)
    }

    /// The row is somebody new. Numbers that belong to others stay with them.
    fn apart(mut self, conn: &mut Conn, now: NaiveDateTime) -> Result<i64, ReviewError> {
        let fingerprint = self.claim().map(|claim| claim.fingerprint()).unwrap_or_default();
        // Whoever else has the address was not meant either.
        let email = self.claim().and_then(|claim| Some(claim.email.as_ref()?.1.clone()));
        let mut others = email.map_or_else(Vec::new, |key| self.register.by_email(&key).to_vec());
        others.retain(|id| *id != self.review.contact_id);
        let taken = self.unit.rows.first().is_some_and(|row| self.register.by_identity(&row.claim).is_some());
        if taken && let Some(claim) = self.claim() {
            // Neither the number nor the date of birth that it tells.
            claim.identity = None;
        }
        if !store::decide(conn, self.review.id, ReviewState::KeptApart, None, now)? {
            return Err(ReviewError::Decided);
        }
        let (import_id, row_number) = (self.review.import_id, self.review.row_number);
        let new = self.write(conn, Decision::Create, now)?;
        let made = new.first().copied().ok_or(ReviewError::Decided)?;
        let beside = |contact_id: i64, state: ReviewState| NewReview {
            import_id,
            row_number,
            contact_id,
            fingerprint: fingerprint.clone(),
            reason: String::new(),
            record: "{}".to_owned(),
            state,
            created_at: now,
            superseded: false,
        };
        let mut rows = vec![beside(made, ReviewState::Origin)];
        rows.extend(others.into_iter().map(|other| beside(other, ReviewState::KeptApart)));
        store::insert_reviews(conn, &rows)?;
        Ok(made)
    }

    fn write(self, conn: &mut Conn, decision: Decision, now: NaiveDateTime) -> Result<Vec<i64>, ReviewError> {
        let consent_unit = match &self.mapping.consent {
            Some(rule) => units::unit_by_slug(conn, &rule.unit)?.map(|unit| unit.id),
            None => None,
        };
        let mut newcomers = Newcomers::default();
        let plan = plan(&self.unit, decision, &self.mapping, &self.register, &mut newcomers, now);
        let context = Context { import: self.import.id, mapping: self.mapping, consent_unit, now };
        Ok(apply(conn, vec![plan], &context)?)
    }
}

/// What a stored person's own row would say.
fn present(contact: &Contact) -> Claim {
    let address = Address {
        street: contact.street.clone(),
        postcode: contact.postcode.clone(),
        place: contact.place.clone(),
        country: contact.country.clone(),
        municipality: contact.municipality.clone(),
        region: contact.region.clone(),
        latitude: contact.latitude,
        longitude: contact.longitude,
    };
    Claim {
        identity: None,
        number: None,
        given_name: contact.given_name.clone(),
        family_name: contact.family_name.clone(),
        email: contact.email.clone().zip(contact.email_key.clone()),
        phone: contact.phone.clone(),
        address: (address != Address::default()).then_some(address),
        language: Some(contact.language),
        degree: None,
        employment: None,
        participations: Vec::new(),
        consent: None,
        protected: false,
        deceased: false,
    }
}

/// A row that waits beside its person.
///
/// # Errors
/// When there is none, or it waits no more.
pub fn open_review(conn: &mut Conn, id: i64) -> Result<OpenReview, ReviewError> {
    let Waiting { review, import, mapping, contact, unit, register } = Waiting::load(conn, id)?;
    let claim = unit.rows.into_iter().next().ok_or(ReviewError::NotFound(id))?.claim;
    let whose = |told: bool, owner: Option<i64>| match owner {
        _ if !told => Neighbour::Untold,
        None => Neighbour::Nobodys,
        Some(owner) if owner == contact.id => Neighbour::Theirs,
        Some(owner) => Neighbour::SomebodyElses(owner),
    };
    Ok(OpenReview {
        id: review.id,
        row_number: review.row_number,
        reason: review.reason.parse().map_err(unknown_reason)?,
        kind: kind_told(&mapping, &claim),
        identity: whose(claim.identity.is_some(), register.by_identity(&claim)),
        number: whose(claim.number.is_some(), register.by_number(&claim)),
        import,
        contact,
        claim,
    })
}

/// By the office's rule, as an import applies it.
fn kind_told(mapping: &Mapping, claim: &Claim) -> Option<ContactKind> {
    match mapping.kind {
        Kind::ByDegree => claim.degree.as_ref().map(|degree| match degree.graduation_year {
            Some(_) => ContactKind::Alumn,
            None => ContactKind::Student,
        }),
        Kind::Interested => Some(ContactKind::Interested),
        Kind::Participant => Some(ContactKind::Participant),
        Kind::Unsaid => None,
    }
}

fn unknown_reason(error: crate::kernel::text_enum::UnknownValue) -> db::Error {
    db::Error::Query(diesel::result::Error::DeserializationError(Box::new(error)))
}

/// Decides about a row, once. Returns the person that the row means: the one beside it, or the new one.
///
/// # Errors
/// When there is no such row, or it waits no more; then nothing is written.
pub fn settle(conn: &mut Conn, id: i64, verdict: Verdict, now: NaiveDateTime) -> Result<i64, ReviewError> {
    let waiting = Waiting::load(conn, id)?;
    match verdict {
        Verdict::Same => waiting.same(conn, now),
        Verdict::Apart => waiting.apart(conn, now),
    }
}

/// Forgets an erased person: the rows beside them, those that wait beside somebody else and tell their number or
/// address, and what stands in rejected rows that name them. Of such a row its place and its reason stay, so that the
/// counts still agree; a namesake's may be among them, which loses nobody more than the look at a row to correct.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, forgotten: &Forgotten) -> Result<(), db::Error> {
    const READ_AT_ONCE: i64 = 500;
    let words: Vec<String> = [&forgotten.names, &forgotten.emails, &forgotten.phones, &forgotten.numbers]
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    store::empty_rejects(conn, &words)?;
    store::delete_reviews_of(conn, &forgotten.people)?;
    let mut after = 0;
    loop {
        let waiting = store::pending_reviews(conn, after, READ_AT_ONCE)?;
        let Some(last) = waiting.last() else { return Ok(()) };
        after = last.id;
        let theirs = waiting.iter().filter(|row| tells_of(&row.record, forgotten)).map(|row| row.id);
        store::delete_reviews(conn, &theirs.collect::<Vec<_>>())?;
    }
}

fn tells_of(record: &str, forgotten: &Forgotten) -> bool {
    let Ok(claim) = serde_json::from_str::<Claim>(record) else { return false };
    let identity = claim.identity.iter().flat_map(|identity| &identity.hashes);
    identity.map(|(_, hash)| hash).any(|hash| forgotten.identities.contains(hash))
        || claim.number.is_some_and(|number| forgotten.numbers.contains(&number))
        || claim.email.is_some_and(|(_, key)| forgotten.emails.contains(&key))
}
