//! The view in signals: one for each part, and one for each item, so that only what changed is painted again.

use std::collections::HashMap;

use akkoord::ids::{ItemId, ParticipantId, PartyId, SubjectId};
use akkoord::party::{Party, PartyKind};
use akkoord::session::view::{
    About, ContentView, DeviationView, ItemView, Progress, SeatView, SubjectView, TakenBack, TimeView, ViewPermissions,
};
use akkoord::session::{SessionView, ViewEvent};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

/// An item that repaints by itself.
#[derive(Clone)]
pub(crate) struct Card {
    /// The id by which commands name it.
    pub(crate) id: ItemId,
    /// What it shows.
    pub(crate) view: ArcRwSignal<ItemView>,
    /// Whether it came while the page was open.
    pub(crate) fresh: bool,
}

impl Card {
    fn new(view: &ItemView, fresh: bool) -> Self {
        Self {
            id: view.id,
            view: ArcRwSignal::new(view.clone()),
            fresh,
        }
    }

    /// Asks something that never changes about an item.
    pub(crate) fn is(&self, what: impl Fn(&ContentView) -> bool) -> bool {
        self.view.with_untracked(|view| what(&view.content))
    }

    /// Whether it still lies on the table.
    pub(crate) fn stands(&self) -> bool {
        self.view.with(|view| view.withdrawn_at.is_none())
    }
}

impl PartialEq for Card {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// What this viewer sees, in signals.
#[derive(Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) about: RwSignal<About>,
    pub(crate) progress: RwSignal<Progress>,
    pub(crate) seats: RwSignal<Vec<SeatView>>,
    pub(crate) subjects: RwSignal<Vec<SubjectView>>,
    /// Everything with words on the table, oldest first.
    pub(crate) items: RwSignal<Vec<Card>>,
    /// Those of the items that are contributions; own ones that were withdrawn are among them.
    pub(crate) contributions: Memo<Vec<Card>>,
    /// The follow-up actions that stand, in the order of their numbers.
    pub(crate) actions: Memo<Vec<Card>>,
    /// The measures that stand, or to which somebody committed.
    pub(crate) measures: Memo<Vec<Card>>,
    pub(crate) dispositions: Memo<Vec<Card>>,
    pub(crate) taken_back: RwSignal<Vec<TakenBack>>,
    pub(crate) decided_at: RwSignal<Vec<DateTime<Utc>>>,
    pub(crate) deviations: RwSignal<Vec<DeviationView>>,
    pub(crate) newcomers: RwSignal<Vec<PartyId>>,
    pub(crate) time: RwSignal<TimeView>,
    pub(crate) may: RwSignal<ViewPermissions>,
    /// T5: whether a committed measure covers the time after the end of custody, as the rules say.
    pub(crate) custody_end_covered: RwSignal<bool>,
    /// The same in one piece, to which events apply.
    whole: StoredValue<SessionView>,
}

impl Seen {
    pub(crate) fn new(mut view: SessionView) -> Self {
        order(&mut view);
        let items = RwSignal::new(view.items.iter().map(|item| Card::new(item, false)).collect::<Vec<_>>());
        let only = move |keep: fn(&Card) -> bool| {
            Memo::new(move |_| items.with(|items| items.iter().filter(|card| keep(card)).cloned().collect()))
        };
        Self {
            about: RwSignal::new(view.about.clone()),
            progress: RwSignal::new(view.progress.clone()),
            seats: RwSignal::new(view.seats.clone()),
            subjects: RwSignal::new(view.subjects.clone()),
            items,
            contributions: only(|card| card.is(|content| matches!(content, ContentView::Contribution { .. }))),
            actions: only(|card| card.is(|content| matches!(content, ContentView::Action { .. })) && card.stands()),
            measures: only(|card| card.is(|content| matches!(content, ContentView::Measure { .. })) && holds(card)),
            dispositions: only(|card| card.is(|content| matches!(content, ContentView::Disposition { .. }))),
            taken_back: RwSignal::new(view.taken_back.clone()),
            decided_at: RwSignal::new(view.decided_at.clone()),
            deviations: RwSignal::new(view.deviations.clone()),
            newcomers: RwSignal::new(view.newcomers.clone()),
            time: RwSignal::new(view.time.clone()),
            may: RwSignal::new(view.may.clone()),
            custody_end_covered: RwSignal::new(view.is_custody_end_covered()),
            whole: StoredValue::new(view),
        }
    }

    /// One more change. Returns the contributions of others that just came.
    pub(crate) fn apply(self, event: ViewEvent) -> Vec<ItemId> {
        let contributions = event
            .items
            .iter()
            .filter(|item| matches!(item.content, ContentView::Contribution { .. }));
        let others: Vec<_> = contributions.filter(|item| !item.mine).map(|item| item.id).collect();
        let known = |id: &ItemId| {
            self.items
                .with_untracked(|items| items.iter().any(|card| card.id == *id))
        };
        let arrived = if event.whole.is_some() {
            Vec::new()
        } else {
            others.into_iter().filter(|id| !known(id)).collect()
        };
        self.whole.update_value(|whole| {
            whole.apply(event);
            order(whole);
        });
        self.publish();
        arrived
    }

    /// The whole view came.
    pub(crate) fn replace(self, mut view: SessionView) {
        order(&mut view);
        self.whole.set_value(view);
        self.publish();
    }

    /// Nothing of the table stays on the screen; how the page is built does.
    pub(crate) fn darken(self) {
        self.whole.update_value(|whole| {
            whole.items.clear();
            whole.seats.clear();
            whole.subjects.clear();
            whole.taken_back.clear();
            whole.decided_at.clear();
            whole.deviations.clear();
            whole.newcomers.clear();
            whole.time = TimeView::default();
            whole.may = ViewPermissions::default();
            whole.about.case_reference.clear();
            whole.about.powers.clear();
            whole.about.terms.clear();
        });
        self.publish();
    }

    /// Sets what differs. Comparing is cheap beside painting, and leaves alone what did not change.
    fn publish(self) {
        self.whole.with_value(|whole| {
            set_changed(self.about, &whole.about);
            set_changed(self.progress, &whole.progress);
            set_changed(self.seats, &whole.seats);
            set_changed(self.subjects, &whole.subjects);
            self.publish_items(&whole.items);
            set_changed(self.taken_back, &whole.taken_back);
            set_changed(self.decided_at, &whole.decided_at);
            set_changed(self.deviations, &whole.deviations);
            set_changed(self.newcomers, &whole.newcomers);
            set_changed(self.time, &whole.time);
            set_changed(self.may, &whole.may);
            set_changed(self.custody_end_covered, &whole.is_custody_end_covered());
        });
    }

    fn publish_items(self, is: &[ItemView]) {
        let was: HashMap<_, _> = self
            .items
            .with_untracked(|items| items.iter().map(|card| (card.id, card.clone())).collect());
        let mut same_list = was.len() == is.len();
        let items: Vec<_> = is
            .iter()
            .map(|view| {
                if let Some(card) = was.get(&view.id) {
                    if card.view.with_untracked(|old| old != view) {
                        card.view.set(view.clone());
                    }
                    card.clone()
                } else {
                    same_list = false;
                    Card::new(view, true)
                }
            })
            .collect();
        if !same_list || self.items.with_untracked(|old| *old != items) {
            self.items.set(items);
        }
    }

    /// The viewer's own party; a room screen has none.
    pub(crate) fn you(self) -> Option<PartyId> {
        self.about.with(|about| about.you)
    }

    /// The seat of a party, as far as this viewer may know it.
    pub(crate) fn seat(self, id: PartyId) -> Option<SeatView> {
        self.seats
            .with(|seats| seats.iter().find(|seat| seat.party.id == id).cloned())
    }

    /// A party as the table calls it: its short word, or its own name where the word alone does not say who.
    pub(crate) fn party(self, id: PartyId) -> String {
        self.seats.with(|seats| {
            let party = seats.iter().map(|seat| &seat.party).find(|party| party.id == id);
            party.map_or_else(|| "—".to_owned(), |party| called(seats, party))
        })
    }

    /// Several parties, with commas.
    pub(crate) fn parties(self, ids: &[PartyId]) -> String {
        ids.iter().map(|id| self.party(*id)).collect::<Vec<_>>().join(", ")
    }

    /// A person's name.
    pub(crate) fn person(self, id: ParticipantId) -> Option<String> {
        self.seats.with(|seats| {
            seats
                .iter()
                .flat_map(|seat| &seat.people)
                .find(|person| person.id == id)
                .map(|person| person.name.clone())
        })
    }

    /// People of the case by name, with commas.
    pub(crate) fn about_whom(self, ids: &[SubjectId]) -> String {
        self.subjects.with(|all| {
            let named = ids.iter().filter_map(|id| all.iter().find(|subject| subject.id == *id));
            named
                .map(|subject| subject.label.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        })
    }

    /// The number a follow-up action has on the screen.
    pub(crate) fn action_number(self, id: ItemId) -> Option<usize> {
        self.actions
            .with(|actions| actions.iter().position(|action| action.id == id).map(|at| at + 1))
    }

    /// An item by its id.
    pub(crate) fn card(self, id: ItemId) -> Option<Card> {
        self.items
            .with(|items| items.iter().find(|card| card.id == id).cloned())
    }

    /// All items as they are now, followed one by one.
    pub(crate) fn views(self) -> Vec<ItemView> {
        self.items
            .with(|items| items.iter().map(|card| card.view.get()).collect())
    }

    /// The rows of the own closing matrix: own items with words that could be released.
    pub(crate) fn own_rows(self) -> Vec<Card> {
        let is_row = |card: &&Card| card.view.with(ItemView::is_row);
        self.items.with(|items| items.iter().filter(is_row).cloned().collect())
    }
}

/// A measure that was withdrawn after its holder committed to it still holds (T5).
fn holds(card: &Card) -> bool {
    use akkoord::session::view::AnswerView;

    card.view
        .with(|view| view.withdrawn_at.is_none() || matches!(view.answer(), Some(AnswerView::Committed { .. })))
}

/// The order in which a table is read: the chair first, then by kind; subjects by what they are in the case.
fn order(view: &mut SessionView) {
    let chair = view.about.chair;
    let rank = |party: &Party| PartyKind::ALL.iter().position(|kind| *kind == party.kind);
    view.seats.sort_by(|a, b| {
        let key = |seat: &SeatView| (seat.party.id != chair, rank(&seat.party));
        key(a).cmp(&key(b)).then_with(|| a.party.name.cmp(&b.party.name))
    });
    view.subjects
        .sort_by(|a, b| a.role.cmp(&b.role).then_with(|| a.label.cmp(&b.label)));
}

/// The short word of a party, or its own name where two would be called the same.
pub(crate) fn called(seats: &[SeatView], party: &Party) -> String {
    let twins = seats.iter().filter(|seat| seat.party.kind == party.kind).count();
    if party.kind == PartyKind::Other || twins > 1 {
        party.name.clone()
    } else {
        party.kind.tag().to_owned()
    }
}

fn set_changed<T: PartialEq + Clone + Send + Sync + 'static>(signal: RwSignal<T>, is: &T) {
    if signal.with_untracked(|was| was != is) {
        signal.set(is.clone());
    }
}
