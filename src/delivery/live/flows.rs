//! The counts of one process.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Domains of a campaign that are counted one by one; the rest is counted together.
const DOMAINS: usize = 200;
const OTHERS: &str = "*";
/// How much of the latest second goes into the rate: it follows within some ten seconds.
const WEIGHT: f64 = 0.2;

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::delivery) enum End {
    Sent,
    Deferred,
    Failed,
}

/// One line of counts, as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::delivery) struct Written {
    pub campaign: i64,
    pub kind: &'static str,
    pub name: String,
    pub sent: i64,
    pub deferred: i64,
    pub failed: i64,
    pub rate: f64,
}

#[derive(Debug, Default)]
struct Counts {
    sent: i64,
    deferred: i64,
    failed: i64,
    /// Messages taken at the latest writing, and the rate then.
    before: i64,
    rate: f64,
    changed: bool,
}

/// Messages by campaign, kind and name.
#[derive(Debug, Default)]
pub(in crate::delivery) struct Flows(Mutex<BTreeMap<i64, [BTreeMap<String, Counts>; 2]>>);

const KINDS: [&str; 2] = ["relay", "domain"];

impl Flows {
    /// Counts a message.
    pub fn add(&self, campaign: i64, relay: &str, domain: &str, end: End) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let [relays, domains] = all.entry(campaign).or_default();
        let domain = if domains.len() >= DOMAINS && !domains.contains_key(domain) { OTHERS } else { domain };
        for (counts, name) in [(relays, relay), (domains, domain)] {
            let counts = match counts.get_mut(name) {
                Some(counts) => counts,
                None => counts.entry(name.to_owned()).or_default(),
            };
            match end {
                End::Sent => counts.sent += 1,
                End::Deferred => counts.deferred += 1,
                End::Failed => counts.failed += 1,
            }
            counts.changed = true;
        }
    }

    /// What has changed since it was asked `seconds` ago; campaigns that `runs` denies are forgotten afterwards.
    pub fn changes(&self, seconds: f64, runs: impl Fn(i64) -> bool) -> Vec<Written> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut changes = Vec::new();
        for (campaign, kinds) in all.iter_mut() {
            for (kind, counts) in KINDS.iter().zip(kinds) {
                for (name, counts) in counts {
                    let latest = (counts.sent - counts.before) as f64 / seconds.max(0.1);
                    let idle = !counts.changed && counts.rate == 0.0;
                    let fresh = counts.before == 0 && counts.rate == 0.0;
                    let rate = if fresh { latest } else { counts.rate * (1.0 - WEIGHT) + latest * WEIGHT };
                    counts.rate = if rate < 0.05 { 0.0 } else { rate };
                    counts.before = counts.sent;
                    counts.changed = false;
                    if !idle {
                        changes.push(Written {
                            campaign: *campaign,
                            kind,
                            name: name.clone(),
                            sent: counts.sent,
                            deferred: counts.deferred,
                            failed: counts.failed,
                            rate: counts.rate,
                        });
                    }
                }
            }
        }
        // Kept until their last counts and the rate of nothing are written.
        all.retain(|campaign, kinds| {
            runs(*campaign)
                || kinds.iter().any(|counts| counts.values().any(|one| one.rate > 0.0 || one.changed))
        });
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::{DOMAINS, End, Flows, OTHERS};

    #[test]
    fn only_changes_are_written_and_rare_domains_together() {
        let flows = Flows::default();
        for number in 0..DOMAINS + 5 {
            flows.add(1, "main", &format!("{number}.example"), End::Sent);
        }
        flows.add(1, "main", "0.example", End::Failed);
        let changes = flows.changes(1.0, |_| true);
        assert_eq!(changes.len(), 1 + DOMAINS + 1);
        let relay = changes.iter().find(|one| one.kind == "relay").unwrap();
        assert_eq!((relay.sent, relay.failed, relay.rate), (DOMAINS as i64 + 5, 1, DOMAINS as f64 + 5.0));
        assert_eq!(changes.iter().find(|one| one.name == OTHERS).unwrap().sent, 5);
        for _ in 0..100 {
            flows.changes(1.0, |_| true);
        }
        assert!(flows.changes(1.0, |_| true).is_empty(), "what stands still is not written");
        flows.add(1, "main", "0.example", End::Sent);
        assert_eq!(flows.changes(1.0, |_| false).len(), 2, "the last counts of a campaign are not lost");
    }
}
