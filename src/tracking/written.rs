//! One commit of what was counted: sums, signals, and what people did who agree to be measured.

use std::collections::HashSet;

use super::bursts::Recent;
use super::signals::{Age, Class, Sign, class_of};
use super::{Event, Signal, TRAP, Waiting, store};
use crate::contacts::{self, Deed, Engagement, PIXEL};
use crate::db::{Conn, Error};
use crate::delivery;

/// Writes it; tells what is to be remembered of it. Whoever took their agreement back meanwhile is counted like
/// everybody else.
pub(super) fn write(conn: &mut Conn, waiting: &Waiting, mut recent: Recent) -> Result<Recent, Error> {
    store::add(conn, &waiting.sums)?;
    let mut signals = waiting.signals.clone();
    let (mut done, mut undone) = (HashSet::new(), HashSet::new());
    if !waiting.people.is_empty() {
        let readers = store::readers(conn, waiting.people.iter().map(|event| event.contact))?;
        let mails: Vec<_> = waiting.people.iter().map(Event::mail).collect();
        let delivered = delivery::delivered_at(conn, &mails)?;
        for event in &waiting.people {
            let Some(reader) = readers.get(&event.contact) else {
                *signals.entry(event.signal(Age::Unknown)).or_default() += 1;
                continue;
            };
            let passed = delivered.get(&event.mail()).map(|sent| event.at.naive_utc() - *sent);
            let signal = event.signal(passed.map_or(Age::Unknown, Age::of));
            let (signal, wrong) = recent.judge(event.mail(), event, signal);
            *signals.entry(signal).or_default() += 1;
            for earlier in wrong {
                *signals.entry(earlier).or_default() -= 1;
                *signals.entry(Signal { sign: Sign::Burst, ..earlier }).or_default() += 1;
                let taken_back =
                    Engagement { link: earlier.link, did: deed(earlier.link), ..event.by(*reader) };
                done.remove(&taken_back);
                undone.insert(taken_back);
            }
            if signal.link != TRAP && is_theirs(&signal) {
                done.insert(event.by(*reader));
            }
        }
    }
    store::add_signals(conn, &signals)?;
    contacts::take_back_engagements(conn, &Vec::from_iter(undone))?;
    store::keep(conn, done)?;
    Ok(recent)
}

/// Whether it is something that the person did, as far as can be told. That it came soon is a hint and no proof.
fn is_theirs(signal: &Signal) -> bool {
    match class_of(signal.family, signal.sign, Age::Unknown) {
        Class::Person | Class::Proxy | Class::Unknown => true,
        Class::Prefetch | Class::Scanner => false,
    }
}

/// What fetching this link is.
pub(super) const fn deed(link: i32) -> Deed {
    if link <= PIXEL { Deed::Opened } else { Deed::Clicked }
}
