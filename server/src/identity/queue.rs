//! The queue before checking a password. A check takes a core and tens of megabytes for a tenth of a second, so only a few are
//! done at once; whoever comes meanwhile waits here, and there is an end to how many can.
//!
//! Known devices go first, then addresses that hardly tried anything, then the rest. Each lane has places of its own: a flood in
//! one takes none of another.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

/// How many are checked at once.
const AT_ONCE: usize = 2;

/// Where somebody stands in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// A known device of the account.
    Known,
    /// An address that hardly tried anything.
    Fresh,
    /// Everybody else.
    Other,
}

impl Lane {
    /// How many may wait. At twenty checks a second the last known device waits about three seconds.
    const fn places(self) -> usize {
        match self {
            Self::Known => 64,
            Self::Fresh => 32,
            Self::Other => 16,
        }
    }
}

/// The queue; cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Queue(Arc<Mutex<Waiting>>);

#[derive(Default)]
struct Waiting {
    /// How many turns are taken.
    taken: usize,
    /// Who waits, lane by lane in the order in which they are served.
    lanes: [VecDeque<oneshot::Sender<Turn>>; 3],
}

/// One's turn, until it is dropped.
pub(super) struct Turn(Option<Queue>);

/// There is no place left to wait.
pub(super) struct Full;

impl Queue {
    /// Waits for a turn. Whoever stops waiting gives up the place.
    pub(super) async fn turn(&self, lane: Lane) -> Result<Turn, Full> {
        let called = {
            let mut waiting = self.lock();
            if waiting.taken < AT_ONCE {
                waiting.taken += 1;
                return Ok(Turn(Some(self.clone())));
            }
            let places = &mut waiting.lanes[lane as usize];
            places.retain(|waits| !waits.is_closed());
            if places.len() >= lane.places() {
                return Err(Full);
            }
            let (call, called) = oneshot::channel();
            places.push_back(call);
            called
        };
        // Nobody drops a place that is not called: then the program is ending.
        called.await.map_err(|_| Full)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a turn that ended to the next who still waits.
    fn pass_on(&self) {
        let mut waiting = self.lock();
        while let Some(next) = waiting.lanes.iter_mut().find_map(VecDeque::pop_front) {
            // A turn that was handed to somebody who is gone comes back without passing through here again: the lock is held.
            match next.send(Turn(Some(self.clone()))) {
                Ok(()) => return,
                Err(mut unused) => unused.0 = None,
            }
        }
        waiting.taken -= 1;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(queue) = self.0.take() {
            queue.pass_on();
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn known_devices_go_first_and_each_lane_has_an_end() {
        let queue = Queue::default();
        let mut turns = Vec::new();
        for _ in 0..AT_ONCE {
            turns.extend(queue.turn(Lane::Other).await.ok());
        }
        assert_eq!(turns.len(), AT_ONCE);
        let mut waiting = Vec::new();
        for lane in [Lane::Other, Lane::Fresh, Lane::Known] {
            for _ in 0..lane.places() {
                let mut place = Box::pin(queue.turn(lane));
                assert!(place.as_mut().now_or_never().is_none(), "it waits");
                waiting.push((lane, place));
            }
            assert!(
                queue.turn(lane).now_or_never().is_some_and(|full| full.is_err()),
                "{lane:?}"
            );
        }
        // Somebody who gives up frees a place, and is not called.
        waiting.pop();
        let mut place = Box::pin(queue.turn(Lane::Known));
        assert!(place.as_mut().now_or_never().is_none());
        waiting.push((Lane::Known, place));

        let mut served = Vec::new();
        while !waiting.is_empty() {
            turns.pop();
            let mut called = None;
            for (number, (_, place)) in waiting.iter_mut().enumerate() {
                if let Some(Ok(turn)) = place.as_mut().now_or_never() {
                    assert!(called.is_none(), "one turn for one who waits");
                    called = Some((number, turn));
                }
            }
            let (number, turn) = called.expect("somebody is called");
            turns.push(turn);
            served.push(waiting.remove(number).0);
        }
        let places = |lane: Lane| vec![lane; lane.places()];
        assert_eq!(
            served,
            [places(Lane::Known), places(Lane::Fresh), places(Lane::Other)].concat()
        );
        drop(turns);
        assert_eq!(queue.lock().taken, 0);
    }

    #[tokio::test]
    async fn a_turn_that_was_handed_to_somebody_who_left_goes_on() {
        let queue = Queue::default();
        let one = queue.turn(Lane::Other).await.ok();
        let two = queue.turn(Lane::Other).await.ok();
        let mut leaves = Box::pin(queue.turn(Lane::Known));
        assert!(leaves.as_mut().now_or_never().is_none());
        drop(one);
        // Called, and gone before it looked.
        drop(leaves);
        assert!(queue.turn(Lane::Other).now_or_never().is_some_and(|turn| turn.is_ok()));
        drop(two);
        assert_eq!(queue.lock().taken, 0);
    }
}
