//! The one task of a process that writes the ledger: a commit holds whatever is waiting at that moment.
//!
//! A connection asks for the mark of its next message right after it handed in the settlement of its
//! previous one, so both are in the same commit. There is no timer: when little is waiting commits are small
//! and quick, when much is waiting they are large.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::Error;
use super::job::CampaignJob;
use super::ledger::{self, Mark, Settlement, Tally};
use crate::db::Database;
use crate::kernel::clock::Clock;

/// The most requests in one commit.
const LARGEST_BATCH: usize = 500;

/// What a connection asks of the ledger.
pub(super) enum Request {
    /// May this message go now? The answer comes after the commit.
    Mark { job: Arc<CampaignJob>, mark: Mark, answer: oneshot::Sender<bool> },
    /// This is what became of a message.
    Settle(Settlement),
}

/// Writes until every connection is gone. While the database is away everything waits; nothing is dropped.
pub(super) async fn run(db: Database, clock: Clock, owner: Arc<str>, mut requests: mpsc::Receiver<Request>) {
    while let Some(first) = requests.recv().await {
        let mut settlements = Vec::new();
        let mut marks: BTreeMap<i64, (Arc<CampaignJob>, Vec<Mark>)> = BTreeMap::new();
        let mut answers = Vec::new();
        let mut waiting = Some(first);
        let mut size = 0;
        while let Some(request) = waiting.take() {
            match request {
                Request::Settle(settlement) => settlements.push(settlement),
                Request::Mark { job, mark, answer } => {
                    answers.push((mark.delivery, answer));
                    marks.entry(job.id).or_insert_with(|| (job, Vec::new())).1.push(mark);
                }
            }
            size += 1;
            if size < LARGEST_BATCH {
                waiting = requests.try_recv().ok();
            }
        }
        let batch = Arc::new((settlements, marks));
        let allowed = commit(&db, &clock, &owner, &batch).await;
        for (delivery, answer) in answers {
            // Nobody waits any more only when its task is gone; then the row is taken over like after a crash.
            let _ = answer.send(allowed.contains(&delivery));
        }
    }
}

type Batch = (Vec<Settlement>, BTreeMap<i64, (Arc<CampaignJob>, Vec<Mark>)>);

async fn commit(db: &Database, clock: &Clock, owner: &Arc<str>, batch: &Arc<Batch>) -> HashSet<i64> {
    let mut wait = Duration::from_millis(100);
    loop {
        let (batch, owner, now) = (batch.clone(), owner.clone(), clock.now().naive_utc());
        let written = db
            .write(move |conn| {
                let mut tally = Tally::default();
                ledger::settle(conn, &batch.0, &owner, now, &mut tally)?;
                let mut allowed = HashSet::new();
                for (campaign, (job, marks)) in &batch.1 {
                    allowed.extend(ledger::mark_sending(
                        conn,
                        *campaign,
                        &job.question,
                        marks,
                        &owner,
                        now,
                        &mut tally,
                    )?);
                }
                tally.write(conn, &owner)?;
                Ok::<_, Error>(allowed)
            })
            .await;
        match written {
            Ok(allowed) => {
                db.found_full(false);
                return allowed;
            }
            Err(error) => {
                db.found_full(error.is_full());
                tracing::error!(%error, "the ledger could not be written; sending waits and tries again");
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(Duration::from_secs(5));
            }
        }
    }
}
