//! Rows about people who asked to be erased (product P41): they neither come back nor change anybody.

use std::collections::{HashMap, HashSet};

use super::matching::Decision;
use super::reason::RejectReason;
use super::reject_words;
use super::rejects::Reject;
use super::units::{Unit, UnitRow};
use crate::contacts::IdentifierScheme;
use crate::contacts::erased::{address_traces, erased_among, number_traces, somebody_was_erased};
use crate::db::{Conn, Error};
use crate::links::SecretKeys;

/// What a person's rows have in common with somebody who was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Common {
    /// The address, behind which somebody else may stand.
    Address,
    /// A number that is one person's.
    Number,
}

/// Whose rows in a batch those are, by the number of their first row.
#[derive(Debug, Default)]
pub(super) struct Erased(HashMap<u64, Common>);

impl Erased {
    /// Looks for them, with one question for all; with none while nobody was ever erased.
    pub(super) fn among<'a>(
        conn: &mut Conn,
        units: impl IntoIterator<Item = &'a Unit>,
        scheme: IdentifierScheme,
        keys: &SecretKeys,
    ) -> Result<Self, Error> {
        if !somebody_was_erased(conn)? {
            return Ok(Self::default());
        }
        let mut traces: Vec<(u64, Common, String)> = Vec::new();
        for unit in units {
            let first = first_row(unit);
            for UnitRow { claim, .. } in &unit.rows {
                let mut add = |common: Common, hashes: Vec<(u8, String)>| {
                    traces.extend(hashes.into_iter().map(|(_, hash)| (first, common, hash)));
                };
                if let Some(identity) = &claim.identity {
                    add(Common::Number, identity.hashes.clone());
                }
                if let Some(number) = &claim.number {
                    add(Common::Number, number_traces(keys, scheme, number));
                }
                if let Some((_, key)) = &claim.email {
                    add(Common::Address, address_traces(keys, key));
                }
            }
        }
        let hashes: Vec<String> = traces.iter().map(|(_, _, hash)| hash.clone()).collect();
        let known = erased_among(conn, &hashes)?;
        let mut found = HashMap::new();
        for (first, common, _) in traces.into_iter().filter(|(_, _, hash)| known.contains(hash)) {
            let strongest = found.entry(first).or_insert(common);
            *strongest = common.max(*strongest);
        }
        Ok(Self(found))
    }

    /// Whether a person's rows are refused. An address alone refuses whoever would be new or wait for staff, and
    /// leaves alone the person in the register who shares it.
    pub(super) fn refuses(&self, unit: &Unit, decision: &Decision) -> bool {
        match self.0.get(&first_row(unit)) {
            None => false,
            Some(Common::Number) => true,
            Some(Common::Address) => matches!(decision, Decision::Create | Decision::Review { .. }),
        }
    }
}

fn first_row(unit: &Unit) -> u64 {
    unit.rows.first().map_or(0, |row| row.number)
}

/// Which of these rows, rejected for another reason, tell the address of somebody who was erased: nothing of them is kept.
pub(super) fn told_in(
    conn: &mut Conn,
    rejects: &[&Reject],
    keys: &SecretKeys,
) -> Result<HashSet<u64>, Error> {
    if rejects.is_empty() || !somebody_was_erased(conn)? {
        return Ok(HashSet::new());
    }
    let mut traces: Vec<(u64, String)> = Vec::new();
    for reject in rejects {
        for cell in reject.cells.iter().filter(|cell| cell.contains('@')) {
            let hashes = address_traces(keys, &reject_words::address(cell.trim()));
            traces.extend(hashes.into_iter().map(|(_, hash)| (reject.row, hash)));
        }
    }
    let hashes: Vec<String> = traces.iter().map(|(_, hash)| hash.clone()).collect();
    let known = erased_among(conn, &hashes)?;
    Ok(traces.into_iter().filter(|(_, hash)| known.contains(hash)).map(|(row, _)| row).collect())
}

/// The rows as rejected ones. Nothing of what stands in them is kept.
pub(super) fn rejects(unit: &Unit) -> impl Iterator<Item = Reject> {
    unit.rows.iter().map(|row| Reject { row: row.number, reason: RejectReason::Erased, cells: Vec::new() })
}
