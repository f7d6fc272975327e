//! Trials (A/B tests): a sample of the recipients gets variants of a campaign, and the rest gets the one that did best.
//!
//! ```text
//! freeze: a sample is drawn, evenly over the variants; the rest waits
//!   -> the sample has been tried once -> the waiting time -> the winner is chosen -> the rest is sent
//! ```
//!
//! Variant 0, shown as A, is the campaign's own text; each other one says in which languages it differs, and in what.
//! Owns the table `campaign_trials`.

mod plan;
mod store;

use chrono::NaiveDateTime;

pub use plan::{LARGEST_SAMPLE, MOST_VARIANTS, Measure, Plan, TrialFault, Variant, letter};
pub use store::{choose, end_at, find, undecided};
pub(super) use store::{keep, plans};

/// A link's number in variant `v` is its place among the variant's links plus `v` times this.
const LINKS: i32 = 10_000;

/// The first number of a variant's links, under which they are stored and counted.
#[must_use]
pub const fn first_link(variant: i32) -> i32 {
    variant * LINKS
}

/// The variant whose link has this number; the pixels' numbers are -1, -2 and so on.
#[must_use]
pub const fn variant_of(link: i32) -> i32 {
    if link < 0 { -1 - link } else { link / LINKS }
}

/// A campaign's trial and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// What was planned.
    pub plan: Plan,
    /// When the winner is chosen; known once the sample has been tried.
    pub ends_at: Option<NaiveDateTime>,
    /// The variant that the rest gets, once it is chosen.
    pub winner: Option<i32>,
    /// When it was chosen.
    pub decided_at: Option<NaiveDateTime>,
}

/// What a variant did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    /// Messages that relays took.
    pub sent: i64,
    /// Opens or clicks, as the plan says.
    pub counted: i64,
}

/// The variant with the most opens or clicks per message; of equals the first.
#[must_use]
pub fn best(scores: &[Score]) -> i32 {
    let mut best = 0;
    for (number, score) in scores.iter().enumerate() {
        let leader: &Score = &scores[best];
        // a/b > c/d without dividing: nobody may have got a variant at all.
        let (ours, theirs) = (
            i128::from(score.counted) * i128::from(leader.sent.max(1)),
            i128::from(leader.counted) * i128::from(score.sent.max(1)),
        );
        if ours > theirs {
            best = number;
        }
    }
    best as i32
}

#[cfg(test)]
mod tests {
    use super::{Score, best, first_link, variant_of};

    #[test]
    fn the_best_is_told_by_its_part_and_the_first_of_equals_wins() {
        let score = |counted, sent| Score { sent, counted };
        assert_eq!(best(&[score(5, 100), score(6, 100)]), 1);
        assert_eq!(best(&[score(6, 100), score(6, 90)]), 1, "the same of fewer");
        assert_eq!(best(&[score(6, 100), score(6, 100), score(6, 100)]), 0);
        assert_eq!(best(&[score(0, 0), score(0, 10), score(1, 10)]), 2);
        assert_eq!(best(&[score(0, 0)]), 0);
    }

    #[test]
    fn numbers_of_links_tell_their_variant() {
        for variant in 0..5 {
            assert_eq!(variant_of(first_link(variant)), variant);
            assert_eq!(variant_of(first_link(variant) + 9_999), variant);
            assert_eq!(variant_of(-1 - variant), variant);
        }
    }
}
