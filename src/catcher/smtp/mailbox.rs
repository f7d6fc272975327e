//! What the server has received.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use tokio::sync::watch;

/// A mail that the server took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Its number, from 1 in order of arrival.
    pub id: u64,
    /// The number of the connection that brought it, from 1.
    pub connection: u64,
    /// The envelope's sender; empty for the null sender of bounces.
    pub mail_from: String,
    /// The envelope's recipients that were accepted.
    pub recipients: Vec<String>,
    /// The mail as sent, dots unstuffed, lines ended by CRLF.
    pub data: Vec<u8>,
    /// Whether the client declared BODY=8BITMIME.
    pub eight_bit: bool,
    /// Whether the client asked for SMTPUTF8.
    pub smtputf8: bool,
    /// When the final dot came.
    pub received_at: DateTime<Utc>,
}

/// How much went through the server since it started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Mails taken, kept or not.
    pub messages: u64,
    /// Recipients of those mails.
    pub recipients: u64,
    /// Their octets.
    pub octets: u64,
    /// Recipients refused with 4xx or 5xx.
    pub refused_recipients: u64,
    /// Mails refused after the final dot.
    pub refused_messages: u64,
    /// Connections taken.
    pub connections: u64,
    /// Connections open now.
    pub open: u64,
    /// The most connections open at one time.
    pub most_open: u64,
}

/// The wait for mails ended before they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{got} of {wanted} mails came in {waited:?}")]
pub struct WaitedInVain {
    /// How many were waited for.
    pub wanted: u64,
    /// How many came.
    pub got: u64,
    /// For how long.
    pub waited: Duration,
}

/// The mails of one server. Cloning gives another handle to the same mailbox.
#[derive(Clone)]
pub struct Mailbox(Arc<Inner>);

struct Inner {
    keep: usize,
    state: Mutex<State>,
    total: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    kept: VecDeque<Arc<Received>>,
    counters: Counters,
}

impl Mailbox {
    pub(in crate::catcher) fn new(keep: usize) -> Self {
        let total = watch::Sender::new(0);
        Self(Arc::new(Inner { keep, state: Mutex::default(), total }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every mail kept, the oldest first.
    #[must_use]
    pub fn messages(&self) -> Vec<Arc<Received>> {
        self.state().kept.iter().cloned().collect()
    }

    /// The mails kept for one recipient, compared without case, the oldest first.
    #[must_use]
    pub fn messages_to(&self, recipient: &str) -> Vec<Arc<Received>> {
        let wanted = recipient.to_lowercase();
        let mut mails = self.messages();
        mails.retain(|mail| mail.recipients.iter().any(|recipient| recipient.to_lowercase() == wanted));
        mails
    }

    /// One mail, if it is still kept.
    #[must_use]
    pub fn message(&self, id: u64) -> Option<Arc<Received>> {
        let state = self.state();
        let index = state.kept.binary_search_by_key(&id, |mail| mail.id).ok()?;
        state.kept.get(index).cloned()
    }

    /// Waits until this many mails have come since the start and gives those that are kept.
    ///
    /// # Errors
    /// When they have not come in time.
    pub async fn wait_for(&self, count: u64, timeout: Duration) -> Result<Vec<Arc<Received>>, WaitedInVain> {
        let mut total = self.0.total.subscribe();
        let arrived = tokio::time::timeout(timeout, total.wait_for(|total| *total >= count)).await.is_ok();
        if arrived {
            Ok(self.messages())
        } else {
            Err(WaitedInVain { wanted: count, got: self.counters().messages, waited: timeout })
        }
    }

    /// How much went through.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.state().counters
    }

    /// Forgets the mails kept; numbers and counters go on.
    pub fn clear(&self) {
        self.state().kept.clear();
    }

    /// Keeps a mail, gives it its number, and forgets the oldest one beyond the limit.
    pub(in crate::catcher) fn keep(&self, mut mail: Received) {
        let total = {
            let mut state = self.state();
            let counters = &mut state.counters;
            counters.messages += 1;
            counters.recipients += mail.recipients.len() as u64;
            counters.octets += mail.data.len() as u64;
            let total = counters.messages;
            mail.id = total;
            state.kept.push_back(Arc::new(mail));
            while state.kept.len() > self.0.keep {
                state.kept.pop_front();
            }
            total
        };
        // Two mails may arrive here in either order: the watched number never goes back.
        self.0.total.send_if_modified(|seen| {
            let newer = total > *seen;
            *seen = total.max(*seen);
            newer
        });
    }

    pub(super) fn refuse_recipient(&self) {
        self.state().counters.refused_recipients += 1;
    }

    pub(super) fn refuse_message(&self) {
        self.state().counters.refused_messages += 1;
    }

    /// Counts a connection in and gives its number.
    pub(super) fn connect(&self) -> u64 {
        let counters = &mut self.state().counters;
        counters.connections += 1;
        counters.open += 1;
        counters.most_open = counters.most_open.max(counters.open);
        counters.connections
    }

    pub(super) fn disconnect(&self) {
        self.state().counters.open -= 1;
    }
}
