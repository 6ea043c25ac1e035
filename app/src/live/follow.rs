//! Where this screen is in the stream of frames, and how long to wait before trying again.

use akkoord::protocol::Place;
use uuid::Uuid;

/// What to do with an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// It is the next one.
    Take,
    /// It was here already.
    Known,
    /// One is missing: only the whole view helps.
    Gap,
}

/// The viewer's own count.
#[derive(Clone, Debug, Default)]
pub(crate) struct Follow(Option<Place>);

impl Follow {
    /// Where to go on from.
    pub(crate) fn place(&self) -> Option<Place> {
        self.0
    }

    /// The whole view came.
    pub(crate) fn whole(&mut self, epoch: Uuid, n: u64) {
        self.0 = Some(Place { epoch, n });
    }

    /// An event came.
    pub(crate) fn next(&mut self, n: u64) -> Step {
        match &mut self.0 {
            Some(place) if n <= place.n => Step::Known,
            Some(place) if n == place.n + 1 => {
                place.n = n;
                Step::Take
            }
            _ => {
                self.0 = None;
                Step::Gap
            }
        }
    }

    /// Forgets the place.
    pub(crate) fn lose(&mut self) {
        self.0 = None;
    }
}

/// How many attempts stay close together: most cuts are short, and a meeting waits for nobody.
const EAGER: u32 = 16;

/// How long to wait before attempt `attempt` (from 0), in milliseconds. Twice as long each time, and never the same
/// for everybody: `chance` is between 0 and 1, so that a thousand screens do not come back in one instant.
pub(crate) fn wait_ms(attempt: u32, chance: f64) -> i32 {
    let ceiling = if attempt < EAGER {
        (250_u32 << attempt.min(2)).min(1_000)
    } else {
        (1_000_u32 << (attempt - EAGER + 1).min(4)).min(15_000)
    };
    let ceiling = f64::from(ceiling);
    #[expect(clippy::cast_possible_truncation, reason = "between 0 and 15,000")]
    {
        (ceiling / 4.0 + chance.clamp(0.0, 1.0) * ceiling * 0.75) as i32
    }
}

/// The server's time minus ours, as the quickest of the last round trips tells it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Offset(Vec<(f64, f64)>);

impl Offset {
    /// A frame sent at `sent` was answered at `received` (both ours) by a server whose clock said `theirs`;
    /// all in milliseconds. Returns the best offset so far.
    pub(crate) fn measured(&mut self, sent: f64, received: f64, theirs: f64) -> f64 {
        if self.0.len() >= 8 {
            self.0.remove(0);
        }
        self.0.push((received - sent, theirs - f64::midpoint(sent, received)));
        let best = self.0.iter().min_by(|a, b| a.0.total_cmp(&b.0));
        best.map_or(0.0, |(_, offset)| *offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_next_event_is_taken_and_a_gap_asks_for_everything() {
        let mut follow = Follow::default();
        assert_eq!(follow.next(1), Step::Gap, "nothing was seen yet");
        follow.whole(Uuid::nil(), 4);
        assert_eq!(follow.next(4), Step::Known);
        assert_eq!(follow.next(5), Step::Take);
        assert_eq!(
            follow.place(),
            Some(Place {
                epoch: Uuid::nil(),
                n: 5
            })
        );
        assert_eq!(follow.next(7), Step::Gap);
        assert_eq!(follow.place(), None, "no resuming from a place that is not whole");
    }

    #[test]
    fn attempts_spread_and_slow_down() {
        assert!(wait_ms(0, 0.0) >= 50 && wait_ms(0, 1.0) <= 250);
        assert!(wait_ms(9, 1.0) <= 1_000, "a cut of ten seconds is caught up within one");
        assert!(wait_ms(40, 0.0) > wait_ms(9, 1.0));
        assert!(wait_ms(u32::MAX, 2.0) <= 15_000);
        assert_ne!(wait_ms(5, 0.2), wait_ms(5, 0.8));
    }

    #[test]
    fn t6_the_quickest_round_trip_tells_the_time() {
        let mut offset = Offset::default();
        assert!((offset.measured(0.0, 400.0, 1_300.0) - 1_100.0).abs() < 0.1);
        assert!((offset.measured(1_000.0, 1_010.0, 2_005.0) - 1_000.0).abs() < 0.1);
        assert!(
            (offset.measured(2_000.0, 2_900.0, 3_800.0) - 1_000.0).abs() < 0.1,
            "a slow one teaches nothing"
        );
    }
}
