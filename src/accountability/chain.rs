//! The hash chain over a session's events (C4).

use alloc::vec::Vec;

use sha2::{Digest, Sha256};

use crate::ids::{PartyId, SessionId};

/// A link of the chain: SHA-256 over the one before and the event's bytes exactly as stored.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link(pub [u8; 32]);

crate::hex::serde_as_hex!(Link, 32);

impl Link {
    /// Before a session's first event: bound to the session, so that a log cannot be passed off as another's.
    pub fn first(session: SessionId) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"akkoord chain 1");
        hasher.update(session.bytes());
        Self(hasher.finalize().into())
    }

    /// Before the first thing a party saw of a session: no party's chain can be passed off as another's, nor as the whole.
    pub fn first_of(session: SessionId, party: PartyId) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"akkoord own chain 1");
        hasher.update(session.bytes());
        hasher.update(party.bytes());
        Self(hasher.finalize().into())
    }

    /// The link after one more event.
    #[must_use]
    pub fn next(self, event: &[u8]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(self.0);
        // The length keeps two events from being read as one.
        hasher.update((event.len() as u64).to_be_bytes());
        hasher.update(event);
        Self(hasher.finalize().into())
    }
}

/// Where a chain breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The event at this place (from one) was changed, or one before it was added, dropped or moved.
    #[error("event {0} does not fit the chain")]
    At(usize),
    /// All links fit, but the chain ends elsewhere than the head a witness holds.
    #[error("the chain does not end at the given head")]
    OtherHead,
}

/// Checks events with their links against a head that a witness holds. Needs no server and no database.
pub fn verify(first: Link, events: &[(Vec<u8>, Link)], head: Link) -> Result<(), Broken> {
    let mut link = first;
    for (place, (bytes, stored)) in events.iter().enumerate() {
        link = link.next(bytes);
        if link != *stored {
            return Err(Broken::At(place + 1));
        }
    }
    if link == head { Ok(()) } else { Err(Broken::OtherHead) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn chain(session: SessionId, events: &[Vec<u8>]) -> (Vec<(Vec<u8>, Link)>, Link) {
        let mut link = Link::first(session);
        let linked = events.iter().map(|event| {
            link = link.next(event);
            (event.clone(), link)
        });
        (linked.collect(), link)
    }

    proptest! {
        /// C4, the chain law: any changed, missing, added or reordered event is found from the export alone.
        #[test]
        fn c4_any_change_to_a_chain_is_found(
            events in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 2..12),
            place in any::<prop::sample::Index>(),
            change in 0..5_u8,
            relink in any::<bool>(),
        ) {
            let session = SessionId(Uuid::from_u128(7));
            let (whole, head) = chain(session, &events);
            prop_assert_eq!(verify(Link::first(session), &whole, head), Ok(()));
            let mut forged = events.clone();
            let at = place.index(forged.len());
            match change {
                0 => forged[at].push(1),
                1 => drop(forged.remove(at)),
                2 => forged.insert(at, alloc::vec![9, 9, 9]),
                3 => { let other = (at + 1) % forged.len(); forged.swap(at, other); }
                _ => forged.truncate(at),
            }
            prop_assume!(forged != events);
            // Even a forger who makes all links anew cannot reach the head that the parties hold.
            let forged = if relink { chain(session, &forged).0 } else {
                forged.into_iter().zip(whole.iter().map(|(_, link)| *link)).collect()
            };
            prop_assert!(verify(Link::first(session), &forged, head).is_err());
        }
    }

    #[test]
    fn c4_a_chain_belongs_to_its_session() {
        let (events, head) = chain(SessionId(Uuid::from_u128(1)), &[alloc::vec![1]]);
        assert_eq!(
            verify(Link::first(SessionId(Uuid::from_u128(2))), &events, head),
            Err(Broken::At(1))
        );
    }
}
