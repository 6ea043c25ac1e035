//! Known devices: a browser from which somebody signed in before. It is the one thing that tells an owner from whoever guesses
//! at the owner's account, so the throttle (`slowing`) and the queue treat it apart. It lets nobody in.
//!
//! The browser keeps a cookie with, for each of the last few accounts, a random id, the day, and a seal over both and the account.
//! The account itself is not in it: who reads the cookie learns nothing, and it fits no other account. The key for the seals is in
//! the file of keys; without it every device is unknown again, and nothing worse.

use akkoord::ids::ParticipantId;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::IdentityError;
use crate::clock;

/// A device is forgotten when it was not used for this many days.
pub const REMEMBERED_DAYS: i64 = 180;
/// How many accounts a browser remembers: a desk that is shared.
const MOST: usize = 5;
/// The longest cookie that is looked at.
const LONGEST: usize = 1_024;

/// One device, for one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceId([u8; 16]);

impl DeviceId {
    /// Any id.
    #[cfg(test)]
    pub(super) fn of_test(number: u8) -> Self {
        Self([number; 16])
    }
}

/// Seals and recognises devices.
#[derive(Clone)]
pub(super) struct Devices {
    key: Zeroizing<[u8; 32]>,
}

/// What the cookie says of one account.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Entry {
    device: DeviceId,
    /// The day it was last used, counted from 1970.
    day: u32,
    seal: [u8; 16],
}

impl Entry {
    fn read(text: &str) -> Option<Self> {
        let bytes: [u8; 36] = akkoord::hex::decode(text)?;
        let (device, rest) = bytes.split_first_chunk()?;
        let (day, seal) = rest.split_first_chunk()?;
        Some(Self {
            device: DeviceId(*device),
            day: u32::from_be_bytes(*day),
            seal: seal.try_into().ok()?,
        })
    }

    fn write(&self) -> String {
        let mut bytes = self.device.0.to_vec();
        bytes.extend(self.day.to_be_bytes());
        bytes.extend(self.seal);
        akkoord::hex::encode(&bytes)
    }
}

/// The entries of a cookie, the latest first.
fn read(cookie: &str) -> impl Iterator<Item = Entry> {
    let cookie = if cookie.len() > LONGEST { "" } else { cookie };
    cookie.split('.').filter_map(Entry::read).take(MOST)
}

impl Devices {
    pub(super) fn new(key: Zeroizing<[u8; 32]>) -> Self {
        Self { key }
    }

    /// Which device of this account the cookie is of, if any.
    pub(super) fn known(&self, cookie: &str, account: ParticipantId, now: DateTime<Utc>) -> Option<DeviceId> {
        let entry = read(cookie).find(|entry| self.is_of(entry, account))?;
        let age = day(now)? - i64::from(entry.day);
        // A machine's clock may have been ahead by some days.
        (-REMEMBERED_DAYS..=REMEMBERED_DAYS)
            .contains(&age)
            .then_some(entry.device)
    }

    /// The cookie from now on: this account's device first, then those of the accounts before.
    pub(super) fn remember(
        &self,
        cookie: &str,
        account: ParticipantId,
        now: DateTime<Utc>,
    ) -> Result<String, IdentityError> {
        let device = self.known(cookie, account, now).unwrap_or_else(|| {
            let mut bytes = [0; 16];
            bytes.copy_from_slice(&clock::salt()[..16]);
            DeviceId(bytes)
        });
        let day = day(now).and_then(|day| u32::try_from(day).ok()).unwrap_or_default();
        let seal = self.mac(device, day, account)?.finalize().into_bytes();
        let mut own = Entry {
            device,
            day,
            seal: [0; 16],
        };
        own.seal.copy_from_slice(&seal[..16]);
        let others = read(cookie).filter(|entry| !self.is_of(entry, account));
        let all: Vec<String> = std::iter::once(own)
            .chain(others)
            .take(MOST)
            .map(|entry| entry.write())
            .collect();
        Ok(all.join("."))
    }

    fn is_of(&self, entry: &Entry, account: ParticipantId) -> bool {
        self.mac(entry.device, entry.day, account)
            .is_ok_and(|mac| mac.verify_truncated_left(&entry.seal).is_ok())
    }

    fn mac(&self, device: DeviceId, day: u32, account: ParticipantId) -> Result<Hmac<Sha256>, IdentityError> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&*self.key)
            .map_err(|_| IdentityError::Damaged("a key of the wrong length"))?;
        mac.update(b"akkoord device 1");
        mac.update(&device.0);
        mac.update(&day.to_be_bytes());
        mac.update(&account.bytes());
        Ok(mac)
    }
}

/// Days since 1970.
fn day(now: DateTime<Utc>) -> Option<i64> {
    now.timestamp().checked_div(86_400)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn devices(key: u8) -> Devices {
        Devices::new(Zeroizing::new([key; 32]))
    }

    fn account() -> ParticipantId {
        ParticipantId(clock::random_id())
    }

    #[test]
    fn a_device_is_known_for_its_own_account_and_for_as_long_as_it_is_used() {
        let (devices, now) = (devices(1), clock::now());
        let (one, other) = (account(), account());
        let cookie = devices.remember("", one, now).unwrap();
        let known = devices.known(&cookie, one, now);
        assert!(known.is_some());
        assert_eq!(devices.known(&cookie, other, now), None);
        assert_eq!(self::devices(2).known(&cookie, one, now), None);
        let later = now + TimeDelta::days(170);
        assert_eq!(devices.known(&cookie, one, later), known);
        let again = devices.remember(&cookie, one, later).unwrap();
        assert_eq!(devices.known(&again, one, later + TimeDelta::days(170)), known);
        assert_eq!(devices.known(&cookie, one, later + TimeDelta::days(170)), None);
    }

    #[test]
    fn a_shared_desk_remembers_the_last_five() {
        let (devices, now) = (devices(1), clock::now());
        let people: Vec<_> = (0..7).map(|_| account()).collect();
        let mut cookie = String::new();
        for person in people.iter().chain(&people[3..4]) {
            cookie = devices.remember(&cookie, *person, now).unwrap();
        }
        let known: Vec<_> = people
            .iter()
            .map(|person| devices.known(&cookie, *person, now).is_some())
            .collect();
        assert_eq!(known, [false, false, true, true, true, true, true]);
        assert!(cookie.len() < LONGEST);
    }

    #[test]
    fn what_was_made_up_is_no_device() {
        let (devices, now, person) = (devices(1), clock::now(), account());
        let cookie = devices.remember("", person, now).unwrap();
        for place in 0..cookie.len() {
            let mut bytes = cookie.clone().into_bytes();
            bytes[place] = if bytes[place] == b'0' { b'1' } else { b'0' };
            let spoilt = String::from_utf8(bytes).unwrap();
            assert_eq!(devices.known(&spoilt, person, now), None, "{place}");
        }
        for nonsense in ["", ".", "x", "é", &"0".repeat(72), &"0.".repeat(10_000)] {
            assert_eq!(devices.known(nonsense, person, now), None);
        }
    }
}
