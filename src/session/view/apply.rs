//! The browser's half: a view after one more change.

use super::model::{SessionView, ViewEvent};
use super::project::place;

impl SessionView {
    /// This view after one more change. Applying the same change twice is the same as once.
    pub fn apply(&mut self, event: ViewEvent) {
        fn set<T>(section: &mut T, changed: Option<T>) {
            if let Some(changed) = changed {
                *section = changed;
            }
        }
        if let Some(whole) = event.whole {
            *self = *whole;
            return;
        }
        self.items.retain(|item| !event.gone.contains(&item.id));
        for item in event.items {
            if let Some(old) = self.items.iter_mut().find(|old| old.id == item.id) {
                *old = item;
            } else {
                let at = self.items.partition_point(|other| place(other) < place(&item));
                self.items.insert(at, item);
            }
        }
        set(&mut self.progress, event.progress);
        set(&mut self.seats, event.seats);
        set(&mut self.subjects, event.subjects);
        set(&mut self.taken_back, event.taken_back);
        set(&mut self.decided_at, event.decided_at);
        set(&mut self.deviations, event.deviations);
        set(&mut self.newcomers, event.newcomers);
        set(&mut self.time, event.time);
        set(&mut self.may, event.may);
    }
}
