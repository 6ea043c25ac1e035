//! Storage that fails when a test says so: every call of the stores asks here first.
//!
//! In the running product nothing is armed and asking costs a comparison. The hook is no compile-time option, so that
//! what is tested is what is shipped.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Fails the n-th storage call, once, and remembers which calls there were.
#[derive(Clone, Default)]
pub struct Faults(Option<Arc<Watch>>);

#[derive(Default)]
struct Watch {
    /// Calls until the one that fails; 0 when none will.
    countdown: AtomicU64,
    seen: Mutex<BTreeMap<&'static str, u64>>,
}

impl Faults {
    /// Never fails and remembers nothing: the product.
    pub fn none() -> Self {
        Self(None)
    }

    /// Fails nothing yet, but remembers every call.
    pub fn watching() -> Self {
        Self(Some(Arc::default()))
    }

    /// The `n`-th call from now fails, once; 0 disarms. Says whether an earlier fault was still waiting.
    pub fn arm(&self, n: u64) -> bool {
        self.0
            .as_ref()
            .is_some_and(|watch| watch.countdown.swap(n, Ordering::SeqCst) != 0)
    }

    /// The names of the calls so far, and how often each was made.
    pub fn seen(&self) -> BTreeMap<&'static str, u64> {
        self.0
            .as_ref()
            .map(|watch| watch.seen.lock().unwrap_or_else(PoisonError::into_inner).clone())
            .unwrap_or_default()
    }

    /// Asked before every storage call, and once after each commit (as `"committed"`).
    pub(crate) fn call(&self, name: &'static str) -> Result<(), sqlx::Error> {
        let Some(watch) = &self.0 else { return Ok(()) };
        *watch
            .seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(name)
            .or_default() += 1;
        let before = watch
            .countdown
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1))
            .unwrap_or(0);
        if before == 1 {
            return Err(sqlx::Error::Io(io::Error::other(format!(
                "a fault that a test planted at {name}"
            ))));
        }
        Ok(())
    }
}
