//! What an owner fills in for one cell: read when its details opened, sent when it approves or declines.
//!
//! Lives here: the state of that form and what it sends. What was read is what is decided on: its revision goes along, and
//! nothing is sent once the item has changed. Never lives here: how the form looks (`detail`).

use akkoord::ground::LegalGround;
use akkoord::ids::{ItemId, PartyId};
use akkoord::session::closing::proposal::{asks_sentence, purposes};
use akkoord::session::command::Verdict;
use akkoord::session::item::{Assignee, Purpose};
use akkoord::session::view::{ContentView, ItemView, SeatView, VerdictView};
use leptos::prelude::*;

use super::matrix::{usual, verdict};
use super::subjects::Named;
use crate::live::Live;
use crate::table::Desk;

/// The form of one cell.
#[derive(Clone, Copy)]
pub(super) struct CellForm {
    live: Live,
    desk: Desk,
    open: RwSignal<bool>,
    /// For whom.
    pub(super) to: PartyId,
    /// The item as it was read.
    pub(super) item: StoredValue<ItemView>,
    /// The recipient.
    pub(super) seat: StoredValue<SeatView>,
    /// What it can be given for, in the order in which they are offered.
    pub(super) purposes: StoredValue<Vec<Purpose>>,
    pub(super) purpose: RwSignal<Option<Purpose>>,
    pub(super) named: Named,
    pub(super) excerpt: RwSignal<String>,
    pub(super) condition: RwSignal<String>,
    pub(super) motivation: RwSignal<String>,
    /// Whether the motivation is used again for this recipient on this article.
    pub(super) again: RwSignal<bool>,
    /// Why not, when it is declined.
    pub(super) reason: RwSignal<String>,
    /// Whether something that is asked was not filled in.
    pub(super) missing: RwSignal<bool>,
    /// The law on which it would be given for this purpose: what is not doubted for one task can be for another (C2).
    pub(super) ground: Memo<Option<LegalGround>>,
    /// Whether that asks for a motivation.
    pub(super) asks: Memo<bool>,
    /// The revision that stands there now; none once the item is gone.
    now: Memo<Option<u32>>,
}

impl CellForm {
    /// Filled in as the cell was decided, else as usual; nothing where there is no such cell.
    pub(super) fn new(live: Live, desk: Desk, id: ItemId, to: PartyId, open: RwSignal<bool>) -> Option<Self> {
        let seen = live.seen;
        let item = untrack(|| seen.card(id))?.view.get_untracked();
        let seat = untrack(|| seen.seat(to))?;
        let actions = untrack(|| super::actions(seen));
        let usual = usual(&item, &seat, &actions);
        let all = performed_first(purposes(&seat, &actions), &actions, to);
        let before = Before::of(&item, to);
        let purpose = RwSignal::new(before.purpose.or(usual));
        let excerpt = RwSignal::new(before.excerpt);
        let is_excerpt = Signal::derive(move || excerpt.with(|excerpt| !excerpt.trim().is_empty()));
        let named = Named::new(&item, before.subjects, is_excerpt);
        let (item, seat) = (StoredValue::new(item), StoredValue::new(seat));
        let ground = Memo::new(move |_| {
            let for_purpose = |seat: &SeatView| purpose.with(|it| seat.ground_for(it.as_ref()).cloned());
            seat.with_value(for_purpose)
        });
        let form = Self {
            live,
            desk,
            open,
            to,
            item,
            seat,
            purposes: StoredValue::new(all),
            purpose,
            named,
            excerpt,
            condition: RwSignal::new(before.condition),
            motivation: RwSignal::new(before.motivation),
            again: RwSignal::new(false),
            reason: RwSignal::default(),
            missing: RwSignal::new(false),
            ground,
            asks: Memo::new(move |_| ground.with(|ground| asks_sentence(ground.as_ref()))),
            now: Memo::new(move |_| {
                let card = seen.card(id)?;
                card.view.with(|view| view.is_row().then_some(view.revision))
            }),
        };
        form.again.set(form.sentence().is_some());
        form.use_sentence();
        Some(form)
    }

    /// Whether the item changed since it was read, so that nothing can be decided here any more.
    pub(super) fn is_stale(self) -> bool {
        let read = self.item.with_value(|item| item.revision);
        self.now.get() != Some(read)
    }

    /// Whether it is no longer there to decide about.
    pub(super) fn is_gone(self) -> bool {
        self.now.get().is_none()
    }

    /// Reads the item as it is now, in a form of its own.
    pub(super) fn open_anew(self) {
        self.desk.cell.update(|_| ());
    }

    /// Another purpose, by its place among those that are offered.
    pub(super) fn choose_purpose(self, place: Option<usize>) {
        let chosen = self
            .purposes
            .with_value(|all| place.and_then(|place| all.get(place).cloned()));
        self.purpose.set(chosen);
        self.missing.set(false);
        self.use_sentence();
    }

    /// A sentence that was to be used again is for this recipient on this article, and for no other.
    fn sentence(self) -> Option<String> {
        let key = self.sentence_key();
        self.desk.sentences.with_untracked(|all| all.get(&key).cloned())
    }

    fn sentence_key(self) -> (PartyId, String) {
        let article = self.ground.get_untracked().map(|ground| ground.article);
        (self.to, article.unwrap_or_default())
    }

    fn use_sentence(self) {
        if self.motivation.with_untracked(String::is_empty)
            && let Some(again) = self.sentence()
        {
            self.motivation.set(again);
        }
    }

    /// The owner's yes, if all that is asked was filled in.
    pub(super) fn approve(self) {
        let asks = self.asks.get_untracked();
        let motivation = filled(self.motivation).filter(|_| asks);
        let purpose = self.purpose.get_untracked();
        let Some(purpose) = purpose.filter(|_| !asks || motivation.is_some()) else {
            self.missing.set(true);
            return;
        };
        let verdict = Verdict::Approve {
            purpose,
            subjects: self.named.to_send(),
            excerpt: filled(self.excerpt),
            condition: filled(self.condition),
            motivation: motivation.clone(),
        };
        if self.send(verdict) {
            self.keep_sentence(motivation);
        }
    }

    fn keep_sentence(self, motivation: Option<String>) {
        let key = self.sentence_key();
        let kept = motivation.filter(|_| self.again.get_untracked());
        self.desk.sentences.update(|all| match kept {
            Some(sentence) => {
                all.insert(key, sentence);
            }
            None => {
                all.remove(&key);
            }
        });
    }

    /// The owner's no, with a reason where one was written.
    pub(super) fn decline(self) {
        let reason = filled(self.reason);
        self.send(Verdict::Decline { reason });
    }

    /// Undecided again (R6).
    pub(super) fn undecide(self) {
        self.send(Verdict::Undecide {});
    }

    /// Decides on what was read; nothing where something else stands there by now.
    fn send(self, verdict: Verdict) -> bool {
        let is_current = !untrack(|| self.is_stale());
        if is_current {
            let read = self.item.with_value(|item| (item.id, item.revision));
            super::decide(self.live, self.desk, read, self.to, verdict);
            self.open.set(false);
        }
        is_current
    }
}

/// What an approval that stands was given with.
#[derive(Default)]
struct Before {
    purpose: Option<Purpose>,
    subjects: Option<Vec<akkoord::ids::SubjectId>>,
    excerpt: String,
    condition: String,
    motivation: String,
}

impl Before {
    fn of(item: &ItemView, to: PartyId) -> Self {
        match verdict(item, to) {
            Some(VerdictView::Approved {
                purpose,
                subjects,
                excerpt,
                condition,
                motivation,
                ..
            }) => Self {
                purpose: Some(purpose),
                subjects: Some(subjects),
                excerpt: excerpt.unwrap_or_default(),
                condition: condition.unwrap_or_default(),
                motivation: motivation.unwrap_or_default(),
            },
            Some(VerdictView::Declined { .. } | VerdictView::Lapsed { .. }) | None => Self::default(),
        }
    }
}

fn filled(text: RwSignal<String>) -> Option<String> {
    Some(text.get_untracked()).filter(|text| !text.trim().is_empty())
}

/// The purposes with those first that the recipient performs itself.
fn performed_first(mut purposes: Vec<Purpose>, actions: &[ItemView], recipient: PartyId) -> Vec<Purpose> {
    let performs = |id: ItemId| {
        let action = actions.iter().find(|action| action.id == id);
        action.is_some_and(|action| match &action.content {
            ContentView::Action { performer, .. } => *performer == Assignee::Seat(recipient),
            _ => false,
        })
    };
    purposes.sort_by_key(|purpose| match purpose {
        Purpose::Action(id) if performs(*id) => 0,
        Purpose::Action(_) => 1,
        Purpose::Task(_) => 2,
    });
    purposes
}
