//! Groups of few people are folded into one: nobody is to be recognised in a number.

use std::collections::BTreeMap;

use super::Measure;

/// Groups of fewer people are not shown by themselves.
pub const SMALLEST: i64 = 5;

/// A group of people, and how many of them did what.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Group {
    /// What they have in common.
    pub value: String,
    /// To how many the campaign was to go.
    pub recipients: i64,
    /// To how many it went.
    pub sent: i64,
    /// Whose mail came back.
    pub bounced: i64,
    /// Who left by a link in it.
    pub unsubscribed: i64,
    /// Who agreed to be measured; not told where they are fewer than five, nor is what they did.
    pub measured: Option<i64>,
    /// Who of these opened it.
    pub opened: Option<i64>,
    /// Who of these followed a link.
    pub clicked: Option<i64>,
}

/// Groups as they may be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Folded {
    /// The largest first.
    pub groups: Vec<Group>,
    /// How many groups were folded into one, because they or what would be left is small.
    pub folded: i64,
    /// All of those together; nothing when they are fewer than five people even so.
    pub others: Option<Group>,
}

type Measures = BTreeMap<Measure, i64>;

fn group(value: String, measures: &Measures) -> Group {
    let of = |measure| measures.get(&measure).copied().unwrap_or_default();
    let measured = Some(of(Measure::Measured)).filter(|people| *people >= SMALLEST);
    Group {
        value,
        recipients: of(Measure::Recipients),
        sent: of(Measure::Sent),
        bounced: of(Measure::Bounced),
        unsubscribed: of(Measure::Unsubscribed),
        measured,
        opened: measured.map(|_| of(Measure::Opened)),
        clicked: measured.map(|_| of(Measure::Clicked)),
    }
}

/// Folds small groups, and as many of the next ones as it takes that the folded are not few either: else the sum of all
/// would tell them.
pub(super) fn fold(groups: BTreeMap<String, Measures>) -> Folded {
    let size = |measures: &Measures| measures.get(&Measure::Recipients).copied().unwrap_or_default();
    let mut sorted: Vec<(String, Measures)> = groups.into_iter().collect();
    sorted.sort_by_key(|(_, measures)| size(measures));
    let mut others = Measures::new();
    let mut folded = 0;
    while let Some((_, smallest)) = sorted.first() {
        let rest = size(&others);
        if size(smallest) >= SMALLEST && (rest == 0 || rest >= SMALLEST) {
            break;
        }
        let (_, measures) = sorted.remove(0);
        measures.into_iter().for_each(|(measure, amount)| *others.entry(measure).or_default() += amount);
        folded += 1;
    }
    sorted.reverse();
    Folded {
        groups: sorted.into_iter().map(|(value, measures)| group(value, &measures)).collect(),
        folded,
        others: Some(group(String::new(), &others)).filter(|others| others.recipients >= SMALLEST),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Measure, fold};

    fn groups(sizes: &[i64]) -> BTreeMap<String, BTreeMap<Measure, i64>> {
        let group = |(index, size): (usize, &i64)| {
            (format!("{index}"), [(Measure::Recipients, *size), (Measure::Measured, *size)].into())
        };
        sizes.iter().enumerate().map(group).collect()
    }

    #[test]
    fn small_groups_are_folded_and_cannot_be_told_by_difference() {
        for (sizes, shown, folded, others) in [
            (&[10, 7][..], &[10, 7][..], 0, None),
            (&[10, 4, 3], &[10], 2, Some(7)),
            // One small group alone would be the difference to the whole.
            (&[10, 7, 2], &[10], 2, Some(9)),
            (&[2, 1], &[], 2, None),
            (&[], &[], 0, None),
        ] {
            let told = fold(groups(sizes));
            assert_eq!(told.groups.iter().map(|group| group.recipients).collect::<Vec<_>>(), shown);
            assert_eq!((told.folded, told.others.as_ref().map(|group| group.recipients)), (folded, others));
        }
    }

    #[test]
    fn what_few_did_is_not_told() {
        let few = [(Measure::Recipients, 9), (Measure::Measured, 4), (Measure::Opened, 4)];
        let told = fold([("a".to_owned(), few.into())].into());
        assert_eq!((told.groups[0].recipients, told.groups[0].opened), (9, None));
    }
}
