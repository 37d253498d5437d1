//! Chance that can be repeated.

use rand::{Rng, SeedableRng, rngs::StdRng};

/// A generator that says how it was seeded when the test that holds it fails.
pub(crate) struct Random {
    seed: u64,
    generator: StdRng,
}

impl Random {
    /// Seeded by `XTSQLORM_TEST_SEED`, or by chance.
    pub(crate) fn new() -> Self {
        let seed = match std::env::var("XTSQLORM_TEST_SEED") {
            Ok(seed) => seed
                .parse()
                .unwrap_or_else(|_| panic!("XTSQLORM_TEST_SEED is no number: {seed}")),
            Err(_) => uuid::Uuid::new_v4().as_u64_pair().0,
        };
        Self {
            seed,
            generator: StdRng::seed_from_u64(seed),
        }
    }

    /// One of several that are used at the same time, each with a number of its own.
    pub(crate) fn of_task(task: i64) -> Self {
        let mut random = Self::new();
        random.generator = StdRng::seed_from_u64(random.seed.wrapping_add_signed(task));
        random
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.generator.random_range(0..end)
    }
}

impl Drop for Random {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("to repeat this: XTSQLORM_TEST_SEED={}", self.seed);
        }
    }
}
