//! What each owner of tables tells of a person.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::{End, Entry, Person, What};
use crate::campaign;
use crate::contacts::{self, Deed};
use crate::db::{Conn, Error};
use crate::delivery;
use crate::import::{self, Mapping, Touched};
use crate::invitations;
use crate::kernel::history::Before;
use crate::preferences::{self, PreferenceSource, Recorded};

type Told = Result<Vec<Entry>, Error>;

fn entry(at: NaiveDateTime, id: i64, what: What) -> Entry {
    Entry { at, is_day: false, id, what }
}

/// An entry of a day, or of the moment when it was written down.
fn on(day: Option<NaiveDate>, recorded: Option<NaiveDateTime>, id: i64, what: What) -> Option<Entry> {
    match day {
        Some(day) => Some(Entry { is_day: true, ..entry(day.and_time(NaiveTime::MIN), id, what) }),
        None => recorded.map(|at| entry(at, id, what)),
    }
}

/// How the person, and each entry that became part of them, came into the register.
pub(super) fn registered(conn: &mut Conn, person: &Person, _: Before, _: i64) -> Told {
    let mut entries = Vec::new();
    for id in &person.entries {
        if let Some(touched) = import::creation_of(conn, *id)? {
            let (at, import, file, mapping) = parts(touched);
            entries.push(entry(at, *id, What::Imported { import, file, mapping }));
        } else if *id == person.id {
            entries.push(entry(person.since, *id, What::Registered));
        }
    }
    Ok(entries)
}

pub(super) fn imports(conn: &mut Conn, person: &Person, before: Before, limit: i64) -> Told {
    let changes = import::changes_of(conn, &person.entries, before, limit)?;
    let change = |touched: Touched| {
        let id = touched.id;
        let (at, import, file, mapping) = parts(touched);
        entry(at, id, What::Updated { import, file, mapping })
    };
    Ok(changes.into_iter().map(change).collect())
}

fn parts(touched: Touched) -> (NaiveDateTime, i64, String, String) {
    let mapping = Mapping::from_toml(&touched.mapping).map(|mapping| mapping.name);
    (touched.at, touched.import, touched.file_name, mapping.unwrap_or_default())
}

/// Fields that were set at one time are one entry; of each field the last time is known.
pub(super) fn corrections(conn: &mut Conn, person: &Person, _: Before, _: i64) -> Told {
    let mut entries: Vec<Entry> = Vec::new();
    for one in contacts::provenance(conn, person.id)? {
        let same = entries.iter_mut().find_map(|entry| match &mut entry.what {
            What::Corrected { fields, source } if entry.at == one.recorded_at && *source == one.source => {
                Some(fields)
            }
            _ => None,
        });
        match same {
            Some(fields) => fields.push(one.field),
            None => {
                let id = i64::try_from(entries.len()).unwrap_or_default();
                let what = What::Corrected { fields: vec![one.field], source: one.source };
                entries.push(entry(one.recorded_at, id, what));
            }
        }
    }
    Ok(entries)
}

pub(super) fn addresses(conn: &mut Conn, person: &Person, _: Before, _: i64) -> Told {
    let others = contacts::other_addresses(conn, &[person.id])?;
    let added = |one: contacts::Address| {
        let what = What::AddressAdded { address: one.address, source: one.source, system: one.system };
        entry(one.recorded_at, one.id, what)
    };
    Ok(others.into_iter().map(added).collect())
}

pub(super) fn merges(conn: &mut Conn, person: &Person, _: Before, _: i64) -> Told {
    let mut entries = Vec::new();
    for merge in contacts::merges_of(conn, &person.entries)? {
        let other = if merge.from_id == person.id { merge.into_id } else { merge.from_id };
        let other = contacts::by_ids(conn, &[other])?.pop();
        let shown = other.filter(|other| person.see_protected || !other.protected);
        let name = shown.map(|other| other.full_name());
        if let Some(at) = merge.undone_at {
            entries.push(entry(at, 2 * merge.id + 1, What::Unmerged { name: name.clone() }));
        }
        entries.push(entry(merge.merged_at, 2 * merge.id, What::Merged { name, source: merge.source }));
    }
    Ok(entries)
}

/// How what staff wrote down had come to them; nothing is read where they wrote nothing.
fn written_down(
    conn: &mut Conn,
    person: &Person,
    mut sources: impl Iterator<Item = PreferenceSource>,
) -> Result<Vec<Recorded>, Error> {
    let by_staff = |source: PreferenceSource| matches!(source, PreferenceSource::Staff);
    if sources.any(by_staff) { preferences::recorded_of(conn, &person.entries) } else { Ok(Vec::new()) }
}

/// Of what came on an earlier day than it was written down, the hour is not known.
fn is_of_a_day(recorded: Option<&Recorded>, happened_at: NaiveDateTime) -> bool {
    recorded.is_some_and(|recorded| recorded.recorded_at != happened_at)
}

pub(super) fn preferences(conn: &mut Conn, person: &Person, before: Before, limit: i64) -> Told {
    let events = preferences::preference_events(conn, &person.entries, before, limit)?;
    let known = written_down(conn, person, events.iter().map(|one| one.source))?;
    let said = |one: preferences::PreferenceEvent| {
        let recorded = known.iter().find(|known| known.event_id == Some(one.id)).cloned();
        let is_day = is_of_a_day(recorded.as_ref(), one.happened_at);
        let (scope, source, campaign) = (one.scope, one.source, one.campaign_id);
        let what = if one.refused {
            What::Refused { scope, source, campaign, recorded }
        } else {
            What::Allowed { scope, source, campaign, recorded }
        };
        Entry { is_day, ..entry(one.happened_at, one.id, what) }
    };
    Ok(events.into_iter().map(said).collect())
}

pub(super) fn consents(conn: &mut Conn, person: &Person, before: Before, limit: i64) -> Told {
    let events = preferences::consent_events(conn, &person.entries, before, limit)?;
    let known = written_down(conn, person, events.iter().map(|one| one.source))?;
    let agreed = |one: preferences::ConsentEvent| {
        let recorded = known.iter().find(|known| known.consent_id == Some(one.id)).cloned();
        let is_day = is_of_a_day(recorded.as_ref(), one.happened_at);
        let (purpose, channel, unit, source) = (one.purpose, one.channel, one.unit_id, one.source);
        let what = if one.given {
            let (text, version, language) = (one.consent_text, one.text_version, one.language);
            What::Consented { purpose, channel, unit, source, text, version, language, recorded }
        } else {
            What::Withdrew { purpose, channel, unit, source, recorded }
        };
        Entry { is_day, ..entry(one.happened_at, one.id, what) }
    };
    Ok(events.into_iter().map(agreed).collect())
}

pub(super) fn joined(conn: &mut Conn, person: &Person, _: Before, _: i64) -> Told {
    let answers = invitations::joined(conn, &person.entries)?;
    Ok(answers.into_iter().map(|(id, at)| entry(at, id, What::Joined)).collect())
}

pub(super) fn mailings(conn: &mut Conn, person: &Person, before: Before, limit: i64) -> Told {
    let outcomes = delivery::outcomes_of(conn, &person.entries, before, limit)?;
    let mailed = |one: delivery::Outcome| {
        let what =
            What::Mailing { campaign: one.campaign, name: one.name, state: one.state, reason: one.reason };
        entry(one.at, one.id, what)
    };
    Ok(outcomes.into_iter().map(mailed).collect())
}

/// There is something only while the person agrees to be measured: whoever takes that back is forgotten here.
pub(super) fn engagements(conn: &mut Conn, person: &Person, before: Before, limit: i64) -> Told {
    let done = contacts::engagement_history(conn, person.id, before, limit)?;
    let mut campaigns: Vec<i64> = done.iter().map(|(_, one)| one.campaign_id).collect();
    campaigns.sort_unstable();
    campaigns.dedup();
    let (names, links) = (campaign::names(conn, &campaigns)?, campaign::addresses(conn, &campaigns)?);
    let mut entries = Vec::with_capacity(done.len());
    for (id, one) in done {
        let campaign = one.campaign_id;
        let name = names.get(&campaign).cloned().unwrap_or_default();
        let what = match one.did {
            Deed::Opened => What::Opened { campaign, name },
            Deed::Clicked => {
                let address = links.get(&(campaign, one.language, one.link)).cloned();
                What::Clicked { campaign, name, address }
            }
        };
        entries.push(entry(one.happened_at, id, what));
    }
    Ok(entries)
}

pub(super) fn participations(conn: &mut Conn, person: &Person, _: Before, _: i64) -> Told {
    let all = contacts::participations(conn, &[person.id])?;
    let took_part = |(id, one): (i64, contacts::Participation)| {
        let what = What::TookPart { kind: one.kind, code: one.event_code, name: one.event_name };
        on(one.attended_on, one.recorded_at, id, what)
    };
    Ok(all.into_iter().filter_map(took_part).collect())
}

pub(super) fn relations(conn: &mut Conn, person: &Person, _: Before, _: i64) -> Told {
    let mut entries = Vec::new();
    for one in contacts::relations(conn, person.id)? {
        let Some(to) = one.seen_from(person.id) else { continue };
        let Some(with) = End::of(conn, to, person.see_protected)? else { continue };
        let (role, own) = (one.role, one.is_role_of(person.id));
        let ended = What::Untied { role, with: with.clone(), own };
        entries.extend(one.to_date.and_then(|day| on(Some(day), None, 2 * one.id + 1, ended)));
        let began = What::Tied { role, with, own };
        entries.extend(on(one.from_date, Some(one.recorded_at), 2 * one.id, began));
    }
    Ok(entries)
}
