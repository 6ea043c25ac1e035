//! Random numbers that can be drawn again: a test prints its seed, and takes one from `AKKOORD_SEED`.

/// Numbers that look random (splitmix64).
pub struct Random(u64);

impl Random {
    /// From the seed in the environment, or a new one; either is printed.
    pub fn from_environment() -> Self {
        let seed = match std::env::var("AKKOORD_SEED") {
            Ok(seed) => seed.parse().expect("AKKOORD_SEED is a number"),
            Err(_) => uuid::Uuid::new_v4().as_u64_pair().0,
        };
        println!("AKKOORD_SEED={seed}");
        Self(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }

    /// A number below this one.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.number() % end as u64).unwrap()
    }
}
