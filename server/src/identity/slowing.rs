//! The throttle on signing in: how often somebody may try a password. What waits for its turn after that is the `queue`.
//!
//! Five limits, each a bucket that fills with attempts and empties by itself (decay). An attempt needs room in every bucket that
//! counts for it. A bucket lets through at most its burst, and after that one attempt per interval:
//!
//! | bucket | burst | then one per | asked of |
//! |---|---|---|---|
//! | account × address | 5 | 30 s | whoever has no known device |
//! | address | 100 | 10 s | whoever has no known device |
//! | own | 5 | 10 min | the same; it is of one account and one address, and whoever has room in it skips the next |
//! | account | 60 | 3 s | whoever has no known device and no room in the one before |
//! | device | 10 | 30 s | a known device (`devices`), and nothing else is asked of it |
//!
//! A success gives its attempt back, so that an office behind one address does not use up its bucket by signing in.
//!
//! **Guessing stays slow.** In an hour, guesses at one account from `n` addresses are at most the smaller of `125 n` and
//! `11 n + 1260`; guesses from one address, at whatever accounts, at most 460; with a stolen device, 130.
//!
//! **Nobody is locked out by others.** A known device has a bucket of its own, which nobody else can fill. An unknown device at
//! an address of its own has five attempts that nobody else can use up, whatever is tried elsewhere. An unknown device that
//! shares its address with whoever attacks the same account cannot be told from the attacker; it waits for room like the
//! attacker, at most 30 seconds a time.
//!
//! Kept in memory and counted on the steady clock: a restart forgives, a step of the machine's clock changes nothing. An
//! attempt is counted before the password is looked at, so that a thousand at once are no way around.

use std::collections::HashMap;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::devices::DeviceId;
use super::queue::Lane;

/// The most buckets remembered.
const MOST: usize = 100_000;
/// Fewer attempts than these from an address, at this account and at all, and it goes before others in the queue.
const FRESH: (u32, u32) = (5, 10);
/// One line in the log for each bucket in so much time: whoever attacks must not fill the disk.
const LOGGED_EVERY: Duration = Duration::from_secs(10);

/// Counts attempts; cheap to clone.
#[derive(Clone, Default)]
pub struct Slowing(Arc<Mutex<HashMap<Source, Bucket>>>);

/// A digest of the account's name, so that a password typed in the wrong field is not remembered.
type AccountDigest = [u8; 32];

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Source {
    AccountAtAddress(AccountDigest, IpAddr),
    Address(IpAddr),
    Own(AccountDigest, IpAddr),
    Account(AccountDigest),
    Device(AccountDigest, DeviceId),
}

/// Which limit made somebody wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Tries of one account from one address.
    AccountAtAddress,
    /// Tries from one address.
    Address,
    /// Tries of one account from anywhere.
    Account,
    /// Tries from one known device.
    Device,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AccountAtAddress => "account at address",
            Self::Address => "address",
            Self::Account => "account",
            Self::Device => "device",
        })
    }
}

impl Source {
    fn limit(self) -> Limit {
        match self {
            Self::AccountAtAddress(..) => Limit::AccountAtAddress,
            Self::Address(_) => Limit::Address,
            Self::Own(..) | Self::Account(_) => Limit::Account,
            Self::Device(..) => Limit::Device,
        }
    }

    /// The burst, and after it one attempt per this long.
    fn allows(self) -> (u32, Duration) {
        match self {
            Self::AccountAtAddress(..) => (5, Duration::from_secs(30)),
            Self::Address(_) => (100, Duration::from_secs(10)),
            Self::Own(..) => (5, Duration::from_mins(10)),
            Self::Account(_) => (60, Duration::from_secs(3)),
            Self::Device(..) => (10, Duration::from_secs(30)),
        }
    }
}

/// One bucket. It is empty at `empty_at`; each attempt moves that one interval further.
#[derive(Clone, Copy, Default)]
struct Bucket {
    empty_at: Duration,
    /// When a refusal was last logged, and how many there were since.
    logged_at: Option<Duration>,
    unlogged: u64,
}

impl Bucket {
    /// How many attempts are in it.
    fn holds(&self, every: Duration, at: Duration) -> u32 {
        let left = self.empty_at.saturating_sub(at).as_nanos();
        u32::try_from(left.div_ceil(every.as_nanos().max(1))).unwrap_or(u32::MAX)
    }

    /// How long until there is room for one more.
    fn wait(&self, burst: u32, every: Duration, at: Duration) -> Duration {
        let full = every * burst;
        (self.empty_at.max(at) + every).saturating_sub(at + full)
    }
}

/// An attempt that was let through and is counted until it is forgiven.
pub struct Attempt {
    sources: Vec<Source>,
    lane: Lane,
}

impl Attempt {
    /// Where it stands in the queue for checking its password.
    pub fn lane(&self) -> Lane {
        self.lane
    }
}

/// Not now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slowed {
    /// Because of this limit.
    pub by: Limit,
    /// There is room after this long, unless somebody else takes it.
    pub wait: Duration,
    /// How many refusals by this bucket a line in the log should tell of now; none, if one was written just before.
    pub log: Option<u64>,
}

impl Slowing {
    /// Lets an attempt through, or not yet. `device` is a known device of this very account; `at` is a time of the steady clock.
    pub fn attempt(
        &self,
        account: &str,
        from: IpAddr,
        device: Option<DeviceId>,
        at: Duration,
    ) -> Result<Attempt, Slowed> {
        let account: AccountDigest = Sha256::digest(account.as_bytes()).into();
        let from = network(from);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = |source: &Source| known.get(source).copied().unwrap_or_default();
        let wait = |source: &Source| {
            let (burst, every) = source.allows();
            bucket(source).wait(burst, every, at)
        };
        let holds = |source: Source| bucket(&source).holds(source.allows().1, at);
        let (sources, lane) = if let Some(device) = device {
            (vec![Source::Device(account, device)], Lane::Known)
        } else {
            let (pair, address) = (Source::AccountAtAddress(account, from), Source::Address(from));
            let own = Source::Own(account, from);
            let shared = if wait(&own).is_zero() {
                own
            } else {
                Source::Account(account)
            };
            let fresh = holds(pair) < FRESH.0 && holds(address) < FRESH.1;
            let lane = if fresh { Lane::Fresh } else { Lane::Other };
            (vec![pair, address, shared], lane)
        };
        let slowest = sources
            .iter()
            .map(|source| (wait(source), *source))
            .max_by_key(|(wait, _)| *wait);
        if let Some((wait, source)) = slowest
            && wait > Duration::ZERO
        {
            let log = known.get_mut(&source).and_then(|bucket| bucket.note_refusal(at));
            let by = source.limit();
            return Err(Slowed { by, wait, log });
        }
        for source in &sources {
            if known.len() >= MOST && !known.contains_key(source) {
                make_room(&mut known, at);
            }
            let bucket = known.entry(*source).or_default();
            bucket.empty_at = bucket.empty_at.max(at) + source.allows().1;
        }
        Ok(Attempt { sources, lane })
    }

    /// The attempt succeeded, or was never tried: it is taken out of its buckets. The others stay, since whoever guesses may have
    /// an account of their own.
    pub fn forgive(&self, attempt: &Attempt) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for source in &attempt.sources {
            if let Some(bucket) = known.get_mut(source) {
                bucket.empty_at = bucket.empty_at.saturating_sub(source.allows().1);
            }
        }
    }
}

impl Bucket {
    fn note_refusal(&mut self, at: Duration) -> Option<u64> {
        self.unlogged += 1;
        let quiet = self.logged_at.is_some_and(|logged| at < logged + LOGGED_EVERY);
        if quiet {
            return None;
        }
        self.logged_at = Some(at);
        Some(std::mem::take(&mut self.unlogged))
    }
}

/// One household or office of the newer internet has a whole /64 to itself.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// Forgets what is empty; and if all are in use, the quarter that is empty first.
fn make_room(known: &mut HashMap<Source, Bucket>, at: Duration) {
    known.retain(|_, bucket| bucket.empty_at > at);
    if known.len() < MOST {
        return;
    }
    let mut ends: Vec<Duration> = known.values().map(|bucket| bucket.empty_at).collect();
    let (_, quarter, _) = ends.select_nth_unstable(MOST / 4);
    let quarter = *quarter;
    known.retain(|_, bucket| bucket.empty_at > quarter);
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const OFFICE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7));

    fn at(seconds: u64) -> Duration {
        // Not from zero: a machine has run for a while.
        Duration::from_secs(100_000 + seconds)
    }

    /// The address of an attacker.
    fn attacker(number: u8) -> IpAddr {
        IpAddr::V4(Ipv4Addr::new(203, 0, 113, number))
    }

    #[test]
    fn an_account_at_an_address_has_a_burst_and_then_a_rate() {
        let slowing = Slowing::default();
        for _ in 0..5 {
            assert!(slowing.attempt("bakker", OFFICE, None, at(0)).is_ok());
        }
        let slowed = slowing.attempt("bakker", OFFICE, None, at(0)).err().unwrap();
        assert_eq!(
            (slowed.by, slowed.wait),
            (Limit::AccountAtAddress, Duration::from_secs(30))
        );
        assert!(slowing.attempt("jansen", OFFICE, None, at(0)).is_ok(), "a colleague");
        assert!(slowing.attempt("bakker", ELSEWHERE, None, at(0)).is_ok(), "at home");
        assert!(slowing.attempt("bakker", OFFICE, None, at(29)).is_err());
        assert!(slowing.attempt("bakker", OFFICE, None, at(30)).is_ok());
        assert!(slowing.attempt("bakker", OFFICE, None, at(31)).is_err());
        // All of it is forgotten after a while.
        for _ in 0..5 {
            assert!(slowing.attempt("bakker", OFFICE, None, at(1_000)).is_ok());
        }
    }

    #[test]
    fn a_success_gives_back_its_own_attempt_and_no_other() {
        let slowing = Slowing::default();
        for _ in 0..4 {
            assert!(slowing.attempt("bakker", OFFICE, None, at(0)).is_ok());
        }
        for _ in 0..100 {
            let attempt = slowing.attempt("bakker", OFFICE, None, at(0)).unwrap();
            slowing.forgive(&attempt);
        }
        assert!(slowing.attempt("bakker", OFFICE, None, at(0)).is_ok());
        assert!(slowing.attempt("bakker", OFFICE, None, at(0)).is_err());
    }

    #[test]
    fn an_address_that_guesses_many_accounts_waits_too() {
        let slowing = Slowing::default();
        for number in 0..100 {
            assert!(
                slowing
                    .attempt(&format!("account{number}"), OFFICE, None, at(0))
                    .is_ok()
            );
        }
        let slowed = slowing.attempt("another", OFFICE, None, at(0)).err().unwrap();
        assert_eq!((slowed.by, slowed.wait), (Limit::Address, Duration::from_secs(10)));
        assert!(slowing.attempt("another", ELSEWHERE, None, at(0)).is_ok());
        assert!(slowing.attempt("another", OFFICE, None, at(10)).is_ok());
    }

    /// Guesses of an hour in which everybody tries every second.
    fn guesses(attackers: &[(IpAddr, Option<DeviceId>)], accounts: &[&str]) -> u64 {
        let slowing = Slowing::default();
        let mut guesses = 0;
        for second in 0..3_600 {
            for (address, device) in attackers {
                for account in accounts {
                    guesses += u64::from(slowing.attempt(account, *address, *device, at(second)).is_ok());
                }
            }
        }
        guesses
    }

    #[test]
    fn guessing_stays_slow_however_many_try() {
        let everywhere: Vec<_> = (0..100).map(|number| (attacker(number), None)).collect();
        let here = [(OFFICE, None)];
        let one_account = guesses(&everywhere, &["bakker"]);
        assert!((1_500..=11 * 100 + 1_260).contains(&one_account), "{one_account}");
        let one_address = guesses(&here, &["bakker"]);
        assert!((100..=125).contains(&one_address), "{one_address}");
        let names: Vec<String> = (0..100).map(|number| format!("account{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let sprayed = guesses(&here, &names);
        assert!((400..=460).contains(&sprayed), "{sprayed}");
        let stolen = guesses(&[(OFFICE, Some(DeviceId::of_test(1)))], &["bakker"]);
        assert!((100..=130).contains(&stolen), "{stolen}");
    }

    #[test]
    fn nobody_is_locked_out_by_a_hundred_attackers() {
        for addresses in [1, 100] {
            for accounts in [1, 50] {
                let slowing = Slowing::default();
                for second in 0..600 {
                    for number in 0..100_u8 {
                        let from = attacker(number % addresses);
                        let account = if accounts == 1 {
                            "bakker".to_owned()
                        } else {
                            format!("account{}", u64::from(number) % accounts)
                        };
                        let _ = slowing.attempt(&account, from, None, at(second));
                        let _ = slowing.attempt("bakker", from, None, at(second));
                    }
                }
                let what = format!("{addresses} addresses, {accounts} accounts");
                // The owner's known device, also at the address of the attackers, time and again.
                let device = Some(DeviceId::of_test(1));
                for from in [OFFICE, attacker(0)] {
                    for _ in 0..100 {
                        let attempt = slowing.attempt("bakker", from, device, at(600));
                        slowing.forgive(&attempt.unwrap_or_else(|_| panic!("{what}")));
                    }
                }
                // An unknown device of the owner, elsewhere: four typing errors and then the right password, at once.
                for _ in 0..5 {
                    let attempt = slowing.attempt("bakker", OFFICE, None, at(600));
                    assert_eq!(attempt.unwrap_or_else(|_| panic!("{what}")).lane(), Lane::Fresh);
                }
                // Even beside the attackers nobody is told to wait longer than half a minute.
                if let Err(slowed) = slowing.attempt("bakker", attacker(0), None, at(600)) {
                    assert!(slowed.wait <= Duration::from_secs(30), "{what}: {slowed:?}");
                }
            }
        }
    }

    #[test]
    fn refusals_are_counted_for_the_log_which_nobody_can_fill() {
        let slowing = Slowing::default();
        for _ in 0..5 {
            assert!(slowing.attempt("bakker", OFFICE, None, at(0)).is_ok());
        }
        let mut told = Vec::new();
        for tenth in 0..250 {
            let at = at(0) + Duration::from_millis(100 * tenth);
            told.extend(slowing.attempt("bakker", OFFICE, None, at).err().unwrap().log);
        }
        assert_eq!(told, [1, 100, 100]);
    }

    #[test]
    fn the_memory_of_it_is_bounded_and_keeps_who_tried_most() {
        let slowing = Slowing::default();
        for _ in 0..5 {
            assert!(slowing.attempt("bakker", OFFICE, None, at(0)).is_ok());
        }
        for number in 0..60_000_u32 {
            let from = IpAddr::V4(Ipv4Addr::from(0x0a00_0000 + number));
            let _ = slowing.attempt("jansen", from, None, at(0));
        }
        assert!(slowing.0.lock().unwrap().len() <= MOST);
        assert!(slowing.attempt("bakker", OFFICE, None, at(1)).is_err());
    }

    #[test]
    fn neighbours_in_one_v6_network_count_as_one() {
        let one: IpAddr = "2001:db8:1:2::1".parse().unwrap();
        let other: IpAddr = "2001:db8:1:2:ffff::9".parse().unwrap();
        assert_eq!(network(one), network(other));
        assert_ne!(network(one), network("2001:db8:1:3::1".parse().unwrap()));
        assert_eq!(network("::ffff:192.0.2.1".parse().unwrap()), OFFICE);
    }
}
