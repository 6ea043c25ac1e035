//! Failed attempts to sign in make the next ones wait: per account, and per address from which they come.
//!
//! Kept in memory: a restart forgives, and hashing a password costs its time regardless. An attempt counts as failed from its
//! beginning, so that a thousand at once are no way around. Waiting grows and is bounded: nobody can lock a colleague out
//! for longer than five minutes at a time.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

/// Failures that cost nothing: typing errors for an account, a whole office behind one address.
const FREE_FOR_ACCOUNT: u32 = 5;
const FREE_FOR_ADDRESS: u32 = 100;
/// The longest wait, in seconds.
const LONGEST_WAIT: i64 = 300;
/// Failures are forgotten after this long without another.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::hours(1);
/// The most accounts and addresses remembered.
const MOST: usize = 100_000;

/// Counts failures; cheap to clone.
#[derive(Clone, Default)]
pub struct Slowing(Arc<Mutex<HashMap<Source, Failures>>>);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Source {
    /// A digest, so that a typed password in the wrong field is not remembered.
    Account([u8; 32]),
    Address(IpAddr),
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last: DateTime<Utc>,
}

/// An attempt that was let through and counts as failed until it is forgiven.
pub struct Attempt {
    account: Source,
    address: Source,
}

impl Slowing {
    /// Lets an attempt through, or not yet.
    pub fn attempt(&self, account: &str, from: IpAddr, now: DateTime<Utc>) -> Option<Attempt> {
        let attempt = Attempt {
            account: Source::Account(Sha256::digest(account.as_bytes()).into()),
            address: Source::Address(network(from)),
        };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for source in [attempt.account, attempt.address] {
            if let Some(failures) = known.get(&source)
                && failures.last + wait(source, failures.count) > now
            {
                return None;
            }
        }
        for source in [attempt.account, attempt.address] {
            if known.len() >= MOST && !known.contains_key(&source) {
                make_room(&mut known, now);
            }
            let failures = known.entry(source).or_insert(Failures { count: 0, last: now });
            if failures.last + FORGOTTEN_AFTER < now {
                failures.count = 0;
            }
            *failures = Failures {
                count: failures.count.saturating_add(1),
                last: now,
            };
        }
        Some(attempt)
    }

    /// The attempt succeeded: the account starts anew; the address loses this one failure only, since whoever guesses may have
    /// an account of their own.
    pub fn forgive(&self, attempt: &Attempt) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(&attempt.account);
        if let Some(failures) = known.get_mut(&attempt.address) {
            failures.count = failures.count.saturating_sub(1);
        }
    }
}

/// Doubles with every failure past the free ones.
fn wait(source: Source, failures: u32) -> TimeDelta {
    let free = match source {
        Source::Account(_) => FREE_FOR_ACCOUNT,
        Source::Address(_) => FREE_FOR_ADDRESS,
    };
    match failures.checked_sub(free) {
        None => TimeDelta::zero(),
        Some(doublings) => TimeDelta::seconds((1_i64 << doublings.min(30)).min(LONGEST_WAIT)),
    }
}

/// One household or office of the newer internet has a whole /64 to itself.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

fn make_room(known: &mut HashMap<Source, Failures>, now: DateTime<Utc>) {
    known.retain(|_, failures| failures.last + FORGOTTEN_AFTER >= now);
    if known.len() >= MOST
        && let Some(stalest) = known
            .iter()
            .min_by_key(|(_, failures)| failures.last)
            .map(|(source, _)| *source)
    {
        known.remove(&stalest);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const OFFICE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const ELSEWHERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn waiting_doubles_for_an_account_wherever_the_attempts_come_from() {
        let slowing = Slowing::default();
        for _ in 0..FREE_FOR_ACCOUNT {
            assert!(slowing.attempt("bakker", OFFICE, at(0)).is_some());
        }
        assert!(slowing.attempt("bakker", ELSEWHERE, at(0)).is_none());
        assert!(
            slowing.attempt("jansen", OFFICE, at(0)).is_some(),
            "a colleague is not kept waiting"
        );
        assert!(slowing.attempt("bakker", OFFICE, at(1)).is_some());
        assert!(slowing.attempt("bakker", OFFICE, at(2)).is_none());
        assert!(slowing.attempt("bakker", OFFICE, at(3)).is_some());
        assert!(slowing.attempt("bakker", OFFICE, at(6)).is_none());
        assert!(slowing.attempt("bakker", OFFICE, at(7)).is_some());
    }

    #[test]
    fn nobody_is_locked_out_for_longer_than_five_minutes_and_success_starts_anew() {
        let slowing = Slowing::default();
        let mut now = 0;
        for _ in 0..40 {
            let attempt = slowing.attempt("bakker", OFFICE, at(now));
            assert!(attempt.is_some());
            now += LONGEST_WAIT;
        }
        assert!(slowing.attempt("bakker", OFFICE, at(now - 1)).is_none());
        let attempt = slowing.attempt("bakker", OFFICE, at(now)).unwrap();
        slowing.forgive(&attempt);
        for _ in 0..FREE_FOR_ACCOUNT {
            assert!(slowing.attempt("bakker", OFFICE, at(now)).is_some());
        }
    }

    #[test]
    fn an_address_that_guesses_many_accounts_waits_too() {
        let slowing = Slowing::default();
        for number in 0..FREE_FOR_ADDRESS {
            assert!(slowing.attempt(&format!("account{number}"), OFFICE, at(0)).is_some());
        }
        assert!(slowing.attempt("another", OFFICE, at(0)).is_none());
        assert!(slowing.attempt("another", ELSEWHERE, at(0)).is_some());
        assert!(slowing.attempt("another", OFFICE, at(2)).is_some());
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
