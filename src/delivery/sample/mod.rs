//! The sample of a trial: who gets which variant before the winner is known. The rest waits as deferred without a time.

mod store;

pub use store::{counts_by_variant, is_trying, variant_for, waiting_for_winner};
pub(super) use store::{draw, requeue_rest, rest_may_go};

/// Random numbers from a seed (SplitMix64): good enough to draw lots evenly, and the same in each run of a test.
#[derive(Debug)]
pub(super) struct Lots(u64);

impl Lots {
    /// Lots that follow from eight random bytes.
    pub const fn new(seed: [u8; 8]) -> Self {
        Self(u64::from_le_bytes(seed))
    }

    /// A number below `end`, which is not 0.
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    /// Brings `amount` of these to the front, each as likely as any other, in random order.
    fn choose<T>(&mut self, among: &mut [T], amount: usize) {
        for place in 0..amount.min(among.len()) {
            let other = place + self.below(among.len() - place);
            among.swap(place, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lots;

    #[test]
    fn everyone_is_drawn_equally_often() {
        let mut drawn = [0; 10];
        for seed in 0..2_000_u64 {
            let mut among: Vec<usize> = (0..10).collect();
            Lots::new(seed.to_le_bytes()).choose(&mut among, 3);
            for one in &among[..3] {
                drawn[*one] += 1;
            }
        }
        assert_eq!(drawn.iter().sum::<i32>(), 6_000);
        assert!(drawn.iter().all(|times| (500..700).contains(times)), "{drawn:?}");
    }
}
