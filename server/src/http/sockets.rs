//! Which sockets are open: how many each person has, and whether the house is closing.
//!
//! When it closes, every socket is told so before the program ends. First the rooms say goodbye to whoever sits in them, after all
//! that was handed in; whoever has no seat yet hears it here. After [`LINGER`] whatever is left hears it here too.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use akkoord::ids::ParticipantId;
use tokio::sync::watch;

/// The most sockets of one person: every window and every device together.
pub(super) const MOST_OF_PERSON: usize = 32;
/// The most sockets of everybody.
const MOST: usize = 8_192;
/// How long the rooms may take to say goodbye.
const LINGER: Duration = Duration::from_secs(3);
/// How long the goodbyes themselves may take.
const GOODBYES: Duration = Duration::from_secs(3);

/// How far the house has closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Closing {
    No,
    /// Nobody comes in, and whoever has no seat goes.
    NoSeat,
    /// Everybody goes.
    All,
}

/// The open sockets; cheap to clone.
#[derive(Clone)]
pub(super) struct Sockets(Arc<Inner>);

struct Inner {
    of_person: Mutex<HashMap<ParticipantId, usize>>,
    /// How many there are.
    open: watch::Sender<usize>,
    closing: watch::Sender<Closing>,
}

/// A socket that counts, until it is dropped.
pub(super) struct Counted {
    of: Sockets,
    person: ParticipantId,
}

/// Why no socket opens.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoSocket {
    /// This person, or everybody together, has as many as can be.
    TooMany,
    /// The house is closing.
    Closing,
}

impl Default for Sockets {
    fn default() -> Self {
        Self(Arc::new(Inner {
            of_person: Mutex::default(),
            open: watch::channel(0).0,
            closing: watch::channel(Closing::No).0,
        }))
    }
}

impl Sockets {
    /// Counts another socket of this person.
    pub(super) fn count(&self, person: ParticipantId) -> Result<Counted, NoSocket> {
        let mut of_person = self.of_person();
        // Asked with the lock held, as `say_goodbye` sets it: no socket comes in between.
        if *self.0.closing.borrow() != Closing::No {
            return Err(NoSocket::Closing);
        }
        let own = of_person.entry(person).or_default();
        if *own >= MOST_OF_PERSON || *self.0.open.borrow() >= MOST {
            return Err(NoSocket::TooMany);
        }
        *own += 1;
        self.0.open.send_modify(|open| *open += 1);
        Ok(Counted {
            of: self.clone(),
            person,
        })
    }

    /// Completes when whoever has no seat yet must go.
    pub(super) async fn closes_to_the_unseated(&self) {
        self.reaches(Closing::NoSeat).await;
    }

    /// Completes when everybody must go.
    pub(super) async fn closes_to_all(&self) {
        self.reaches(Closing::All).await;
    }

    /// Whether the house is closing.
    pub(super) fn is_closing(&self) -> bool {
        *self.0.closing.borrow() != Closing::No
    }

    async fn reaches(&self, stage: Closing) {
        let mut closing = self.0.closing.subscribe();
        // The sender lives as long as we do.
        let _ = closing.wait_for(|now| *now >= stage).await;
    }

    /// Lets nobody in any more, has `rooms` say goodbye, and returns when every socket has ended or had its time.
    pub(super) async fn say_goodbye(&self, rooms: impl Future<Output = ()>) {
        {
            let _of_person = self.of_person();
            self.0.closing.send_replace(Closing::NoSeat);
        }
        let mut open = self.0.open.subscribe();
        let all_gone = async {
            rooms.await;
            let _ = open.wait_for(|open| *open == 0).await;
        };
        if tokio::time::timeout(LINGER, all_gone).await.is_ok() {
            return;
        }
        self.0.closing.send_replace(Closing::All);
        let mut open = self.0.open.subscribe();
        if tokio::time::timeout(GOODBYES, open.wait_for(|open| *open == 0))
            .await
            .is_err()
        {
            let left = *self.0.open.borrow();
            tracing::warn!(left, "sockets that take no goodbye are cut");
        }
    }

    fn of_person(&self) -> std::sync::MutexGuard<'_, HashMap<ParticipantId, usize>> {
        self.0.of_person.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut of_person = self.of.of_person();
        if let Some(own) = of_person.get_mut(&self.person) {
            *own -= 1;
            if *own == 0 {
                of_person.remove(&self.person);
            }
        }
        self.of.0.open.send_modify(|open| *open -= 1);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::clock;

    #[tokio::test]
    async fn a_person_has_so_many_sockets_and_another_has_as_many() {
        let sockets = Sockets::default();
        let [one, other] = [(); 2].map(|()| ParticipantId(clock::random_id()));
        let mut open: Vec<_> = (0..MOST_OF_PERSON).map(|_| sockets.count(one).unwrap()).collect();
        assert_eq!(sockets.count(one).err(), Some(NoSocket::TooMany));
        assert!(sockets.count(other).is_ok());
        open.pop();
        assert!(sockets.count(one).is_ok());
        drop(open);
        assert!(sockets.of_person().is_empty());
        assert_eq!(*sockets.0.open.borrow(), 0);
    }

    #[tokio::test]
    async fn nobody_comes_in_while_it_closes_and_it_waits_for_who_is_in() {
        let sockets = Sockets::default();
        let person = ParticipantId(clock::random_id());
        let inside = sockets.count(person).unwrap();
        let leaving = async {
            sockets.closes_to_the_unseated().await;
            assert_eq!(sockets.count(person).err(), Some(NoSocket::Closing));
            drop(inside);
        };
        tokio::join!(sockets.say_goodbye(async {}), leaving);
        assert!(sockets.is_closing());
    }
}
