//! The view in signals: one for each part, and one for each card, so that only what changed is painted again.

use std::collections::HashMap;

use akkoord::ids::{ContributionId, DerivedId, ParticipantId, PartyId, SubjectId};
use akkoord::party::{Party, PartyKind};
use akkoord::session::view::{
    About, ActionView, CardView, DeviationView, DispositionView, May, MeasureView, Progress, SeatView, SubjectView,
    TimeView,
};
use akkoord::session::{SessionView, ViewEvent};
use leptos::prelude::*;

/// A card that repaints by itself.
#[derive(Clone)]
pub(crate) struct Card {
    /// Which.
    pub(crate) id: ContributionId,
    /// What it shows.
    pub(crate) view: ArcRwSignal<CardView>,
    /// Whether it came while the page was open.
    pub(crate) fresh: bool,
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
    pub(crate) cards: RwSignal<Vec<Card>>,
    pub(crate) actions: RwSignal<Vec<ActionView>>,
    pub(crate) measures: RwSignal<Vec<MeasureView>>,
    pub(crate) disposition: RwSignal<Option<DispositionView>>,
    pub(crate) deviations: RwSignal<Vec<DeviationView>>,
    pub(crate) time: RwSignal<TimeView>,
    pub(crate) may: RwSignal<May>,
    /// The same in one piece, to which events apply.
    whole: StoredValue<SessionView>,
}

impl Seen {
    pub(crate) fn new(mut view: SessionView) -> Self {
        order(&mut view);
        let card = |card: &CardView| Card {
            id: card.id,
            view: ArcRwSignal::new(card.clone()),
            fresh: false,
        };
        Self {
            about: RwSignal::new(view.about.clone()),
            progress: RwSignal::new(view.progress.clone()),
            seats: RwSignal::new(view.seats.clone()),
            subjects: RwSignal::new(view.subjects.clone()),
            cards: RwSignal::new(view.cards.iter().map(card).collect()),
            actions: RwSignal::new(view.actions.clone()),
            measures: RwSignal::new(view.measures.clone()),
            disposition: RwSignal::new(view.disposition.clone()),
            deviations: RwSignal::new(view.deviations.clone()),
            time: RwSignal::new(view.time.clone()),
            may: RwSignal::new(view.may.clone()),
            whole: StoredValue::new(view),
        }
    }

    /// One more change. Returns the cards of others that just came.
    pub(crate) fn apply(self, event: ViewEvent) -> Vec<ContributionId> {
        let others: Vec<_> = event
            .cards
            .iter()
            .filter(|card| !card.mine)
            .map(|card| card.id)
            .collect();
        let known = |id: &ContributionId| {
            self.cards
                .with_untracked(|cards| cards.iter().any(|card| card.id == *id))
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
            whole.cards.clear();
            whole.seats.clear();
            whole.subjects.clear();
            whole.actions.clear();
            whole.measures.clear();
            whole.disposition = None;
            whole.deviations.clear();
            whole.time = TimeView::default();
            whole.may = May::default();
            whole.about.case_reference.clear();
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
            self.publish_cards(&whole.cards);
            set_changed(self.actions, &whole.actions);
            set_changed(self.measures, &whole.measures);
            set_changed(self.disposition, &whole.disposition);
            set_changed(self.deviations, &whole.deviations);
            set_changed(self.time, &whole.time);
            set_changed(self.may, &whole.may);
        });
    }

    fn publish_cards(self, is: &[CardView]) {
        let was: HashMap<_, _> = self
            .cards
            .with_untracked(|cards| cards.iter().map(|card| (card.id, card.clone())).collect());
        let mut same_list = was.len() == is.len();
        let cards: Vec<_> = is
            .iter()
            .map(|view| {
                if let Some(card) = was.get(&view.id) {
                    if card.view.with_untracked(|old| old != view) {
                        card.view.set(view.clone());
                    }
                    card.clone()
                } else {
                    same_list = false;
                    Card {
                        id: view.id,
                        view: ArcRwSignal::new(view.clone()),
                        fresh: true,
                    }
                }
            })
            .collect();
        if !same_list || self.cards.with_untracked(|old| *old != cards) {
            self.cards.set(cards);
        }
    }

    /// The viewer's own party; a room screen has none.
    pub(crate) fn you(self) -> Option<PartyId> {
        self.about.with(|about| about.you)
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
    pub(crate) fn action_number(self, id: DerivedId) -> Option<usize> {
        self.actions
            .with(|actions| actions.iter().position(|action| action.id == id).map(|at| at + 1))
    }

    /// A card by its id.
    pub(crate) fn card(self, id: ContributionId) -> Option<Card> {
        self.cards
            .with(|cards| cards.iter().find(|card| card.id == id).cloned())
    }

    /// Own cards that can still be decided on.
    pub(crate) fn own_live(self) -> Vec<Card> {
        let live = |card: &&Card| card.view.with(|view| view.mine && view.withdrawn_at.is_none());
        self.cards.with(|cards| cards.iter().filter(live).cloned().collect())
    }
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
