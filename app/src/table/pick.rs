//! Choosing about whom, for whom and by whom, in few clicks: subjects as buttons, the audience as a short list behind one.

use std::collections::BTreeSet;

use akkoord::ids::{ItemId, PartyId, SubjectId};
use akkoord::party::PartyKind;
use akkoord::session::command::SeatLevel;
use akkoord::session::item::{Assignee, Audience, ContributionKind};
use akkoord::session::view::SeatView;
use leptos::prelude::*;

use super::{live, local_time};
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::live::seen::{Card, Seen};
use crate::ui::words;
use crate::ui::{Each, view};

/// What a contribution claims to be (C7).
#[component]
pub(super) fn PickKind(value: RwSignal<ContributionKind>) -> impl IntoView {
    let i18n = use_i18n();
    let option = move |(number, kind): (usize, ContributionKind)| {
        view! {
            <option
                value=number.to_string()
                title=move || words::kind(i18n.get_locale(), kind).1
                prop:selected=move || value.get() == kind
            >
                {move || words::kind(i18n.get_locale(), kind).0}
            </option>
        }
    };
    view! {
        <label>
            {t!(i18n, table.pick.kind)} " "
            <select
                class="utrecht-select"
                on:change=move |event| {
                    let number = event_target_value(&event).parse::<usize>().ok();
                    if let Some(kind) = number.and_then(|number| ContributionKind::ALL.get(number)) {
                        value.set(*kind);
                    }
                }
            >
                {ContributionKind::ALL.into_iter().enumerate().map(option).collect_view()}
            </select>
        </label>
    }
}

/// About whom: a button for each person of the case.
#[component]
pub(super) fn PickSubjects(value: RwSignal<BTreeSet<SubjectId>>) -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let ids = Memo::new(move |_| {
        seen.subjects
            .with(|subjects| subjects.iter().map(|subject| subject.id).collect::<Vec<_>>())
    });
    let subject = move |id: SubjectId| {
        // A label can be corrected while somebody chooses.
        let role = move || {
            seen.subjects.with(|subjects| {
                let subject = subjects.iter().find(|subject| subject.id == id);
                subject.map(|subject| words::role(i18n.get_locale(), subject.role))
            })
        };
        view! {
            <button
                type="button"
                class="choice"
                title=move || role()
                aria-pressed=move || value.with(|chosen| chosen.contains(&id)).to_string()
                on:click=move |_| toggle(value, id)
            >
                {move || seen.about_whom(&[id])}
            </button>
        }
    };
    view! {
        <div class="choices" role="group" aria-label=move || t_string!(i18n, table.pick.about)>
            <Each each=move || ids.get() key=|id| *id children=subject />
        </div>
    }
}

/// Those of the chosen that are still there: a person may be removed while somebody writes about them.
pub(super) fn still_there(seen: Seen, chosen: &BTreeSet<SubjectId>) -> BTreeSet<SubjectId> {
    seen.subjects.with_untracked(|subjects| {
        let there = subjects.iter().map(|subject| subject.id);
        there.filter(|id| chosen.contains(id)).collect()
    })
}

fn toggle<T: Ord + Send + Sync + 'static>(set: RwSignal<BTreeSet<T>>, it: T) {
    set.update(|set| {
        if !set.remove(&it) {
            set.insert(it);
        }
    });
}

/// Who may see it: the whole table unless chosen otherwise; a restricted seat only by name.
#[component]
pub(super) fn PickAudience(
    /// Who was chosen.
    value: RwSignal<Audience>,
    /// Who sees it in any case, because that party must do it.
    #[prop(optional, into)]
    includes: Option<Signal<Option<PartyId>>>,
    /// Whether every full seat sees it in any case.
    #[prop(optional)]
    table_stays: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let others = Memo::new(move |_| {
        let you = seen.you();
        seen.seats.with(|seats| {
            let others = seats
                .iter()
                .filter(|seat| Some(seat.party.id) != you && seat.left_at.is_none());
            others.map(|seat| (seat.party.id, seat.level)).collect::<Vec<_>>()
        })
    });
    let includes = move |id: PartyId| includes.is_some_and(|party| party.get() == Some(id));
    let summary =
        move || value.with(|audience| audience_words(i18n.get_locale(), seen, audience.table, &audience.named));
    let party = move |(id, level): (PartyId, SeatLevel)| {
        let by_table = move || level == SeatLevel::Full && value.with(|audience| audience.table);
        let fixed = move || by_table() || includes(id);
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    class="utrecht-checkbox"
                    prop:checked=move || fixed() || value.with(|audience| audience.named.contains(&id))
                    prop:disabled=move || fixed()
                    on:change=move |_| {
                        value
                            .update(|audience| {
                                if !audience.named.remove(&id) {
                                    audience.named.insert(id);
                                }
                            });
                    }
                />
                {move || seen.party(id)}
                {(level == SeatLevel::Restricted)
                    .then(|| view! { <span class="note">{move || words::seat(i18n.get_locale(), level)}</span> })}
                {move || includes(id).then(|| view! { <span class="note">{t!(i18n, table.pick.must_see)}</span> })}
            </label>
        }
    };
    view! {
        <details class="pick" data-narrow=move || value.with(|audience| !audience.table).then_some("true")>
            <summary class="choice">{t!(i18n, table.pick.audience)} " " <span>{move || summary()}</span></summary>
            <fieldset class="pick-body">
                <legend class="visually-hidden">{t!(i18n, table.pick.audience)}</legend>
                <label class="check">
                    <input
                        type="checkbox"
                        class="utrecht-checkbox"
                        prop:checked=move || value.with(|audience| audience.table)
                        prop:disabled=table_stays
                        on:change=move |event| {
                            let table = event_target_checked(&event);
                            value.update(|audience| audience.table = table);
                        }
                    />
                    {t!(i18n, table.pick.whole_table)}
                </label>
                <Each each=move || others.get() key=|other| *other children=party />
            </fieldset>
        </details>
    }
}

/// An audience in words, its owner apart.
pub(super) fn audience_words<'a>(
    locale: Locale,
    seen: Seen,
    table: bool,
    named: impl IntoIterator<Item = &'a PartyId>,
) -> String {
    let named: Vec<_> = named.into_iter().copied().collect();
    let parties = seen.parties(&named);
    match (table, named.is_empty()) {
        (true, true) => td_string!(locale, table.pick.to_table).to_owned(),
        (true, false) => td_string!(locale, table.pick.to_table_and, parties = parties).to_string(),
        (false, true) => td_string!(locale, table.pick.to_owner).to_owned(),
        (false, false) => td_string!(locale, table.pick.to_only, parties = parties).to_string(),
    }
}

/// The audience of a form in which somebody must do something: whoever that is sees it too, and is shown so.
pub(super) fn include_assignee(seen: Seen, audience: RwSignal<Audience>, who: Signal<Option<Assignee>>) {
    Effect::new(move |_| {
        let reached = audience.with(|audience| reached(seen, audience, who.get()));
        if audience.with_untracked(|audience| *audience != reached) {
            audience.set(reached);
        }
    });
}

/// The audience with whoever must do it, at the table as it is now.
pub(super) fn reached(seen: Seen, audience: &Audience, who: Option<Assignee>) -> Audience {
    let you = seen.you();
    seen.seats
        .with(|seats| reaching(&seated(audience, seats), seats, you, who))
}

/// The audience without those who left the table while somebody was choosing.
pub(super) fn still_seated(seen: Seen, audience: &Audience) -> Audience {
    seen.seats.with_untracked(|seats| seated(audience, seats))
}

fn seated(audience: &Audience, seats: &[SeatView]) -> Audience {
    let sits = |party: &&PartyId| {
        let mut sitting = seats.iter().filter(|seat| seat.left_at.is_none());
        sitting.any(|seat| seat.party.id == **party)
    };
    Audience {
        table: audience.table,
        named: audience.named.iter().filter(sits).copied().collect(),
    }
}

/// The audience with whoever must do it: named where the audience would leave that party out.
fn reaching(audience: &Audience, seats: &[SeatView], own: Option<PartyId>, who: Option<Assignee>) -> Audience {
    let mut reached = audience.clone();
    if let Some(party) = who.map(Assignee::answering_party).filter(|party| Some(*party) != own) {
        let seat = seats.iter().find(|seat| seat.party.id == party);
        let by_table = reached.table && seat.is_some_and(|seat| seat.level == SeatLevel::Full);
        if !by_table {
            reached.named.insert(party);
        }
    }
    reached
}

/// On which contributions something rests (R11).
#[component]
pub(super) fn PickBasis(value: RwSignal<BTreeSet<ItemId>>) -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let summary = move || match value.with(BTreeSet::len) {
        0 => t_string!(i18n, table.pick.no_basis).to_owned(),
        number => number.to_string(),
    };
    let cards = move || {
        let readable = |card: &Card| card.view.with(|view| view.text.is_some());
        seen.contributions
            .with(|cards| cards.iter().filter(|card| readable(card)).cloned().collect::<Vec<_>>())
    };
    let card = move |card: Card| {
        let id = card.id;
        let text = move || {
            card.view.with(|view| {
                let words = view.text.as_deref().unwrap_or_default();
                format!("{}: {}", seen.party(view.owner.id), shortened(words, 60))
            })
        };
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    class="utrecht-checkbox"
                    prop:checked=move || value.with(|chosen| chosen.contains(&id))
                    on:change=move |_| toggle(value, id)
                />
                {move || text()}
            </label>
        }
    };
    view! {
        <details class="pick">
            <summary class="choice">{t!(i18n, table.pick.basis)} " " <span>{move || summary()}</span></summary>
            <fieldset class="pick-body">
                <legend class="visually-hidden">{t!(i18n, table.pick.basis)}</legend>
                <Each each=cards key=|card| card.id children=card />
            </fieldset>
        </details>
    }
}

/// Who can be asked to do something: a party at the table, or one of a kind that has no seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Candidate {
    Seat(PartyId),
    Absent(PartyKind),
}

impl Candidate {
    /// As the list of choices names it.
    fn key(self) -> String {
        match self {
            Self::Seat(party) => party.to_string(),
            Self::Absent(kind) => kind.tag().to_owned(),
        }
    }

    fn of(who: Assignee) -> Self {
        match who {
            Assignee::Seat(party) => Self::Seat(party),
            Assignee::Absent { kind, .. } => Self::Absent(kind),
        }
    }

    /// A party without a seat is spoken for by one that has one.
    fn assigned(self, via: PartyId) -> Assignee {
        match self {
            Self::Seat(party) => Assignee::Seat(party),
            Self::Absent(kind) => Assignee::Absent { kind, via },
        }
    }
}

/// Who can be asked. With `kinds` only parties of these kinds, in this order; a kind that has a seat is asked there.
fn candidates(seats: &[SeatView], kinds: Option<&[PartyKind]>) -> Vec<Candidate> {
    let sitting = || seats.iter().filter(|seat| seat.left_at.is_none());
    let of_kind = |kind: PartyKind| {
        let mut here: Vec<_> = sitting()
            .filter(|seat| seat.party.kind == kind)
            .map(|seat| Candidate::Seat(seat.party.id))
            .collect();
        if here.is_empty() {
            here.push(Candidate::Absent(kind));
        }
        here
    };
    if let Some(kinds) = kinds {
        return kinds.iter().flat_map(|kind| of_kind(*kind)).collect();
    }
    // "Overig" without a name says nothing about who it is.
    let absent = PartyKind::ALL.into_iter().filter(|kind| *kind != PartyKind::Other);
    let absent = absent.filter(|kind| !sitting().any(|seat| seat.party.kind == *kind));
    sitting()
        .map(|seat| Candidate::Seat(seat.party.id))
        .chain(absent.map(Candidate::Absent))
        .collect()
}

/// Whom to start with: the first who can be asked and sits here, else the first of all.
pub(super) fn usual_assignee(seen: Seen, kinds: &[PartyKind]) -> Option<Assignee> {
    let you = seen.about.with_untracked(|about| about.you)?;
    let all = seen.seats.with_untracked(|seats| candidates(seats, Some(kinds)));
    let seated = all.iter().find(|it| matches!(it, Candidate::Seat(_)));
    seated.or(all.first()).map(|it| it.assigned(you))
}

/// Who must do it: one of the parties at the table, or one without a seat through a party that spoke to it (T5).
#[component]
pub(super) fn PickAssignee(
    /// Who; nobody until somebody is chosen.
    value: RwSignal<Option<Assignee>>,
    /// What is asked.
    #[prop(into)]
    label: Signal<String>,
    /// Only parties of these kinds; every party where there are none.
    #[prop(optional, into)]
    kinds: Option<Signal<Vec<PartyKind>>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let all = Memo::new(move |_| {
        let kinds = kinds.map(|kinds| kinds.get());
        seen.seats.with(|seats| candidates(seats, kinds.as_deref()))
    });
    let chosen = move || value.get().map(Candidate::of);
    let choose = move |key: &str| {
        let you = seen.about.with_untracked(|about| about.you);
        let it = all.with_untracked(|all| all.iter().find(|it| it.key() == key).copied());
        value.set(it.zip(you).map(|(it, you)| it.assigned(you)));
    };
    let option = move |it: Candidate| {
        let text = move || match it {
            Candidate::Seat(party) => seen.party(party),
            Candidate::Absent(kind) => t_string!(i18n, table.pick.absent, kind = kind.tag()).to_string(),
        };
        view! {
            <option value=it.key() prop:selected=move || chosen() == Some(it)>
                {move || text()}
            </option>
        }
    };
    let absent = Memo::new(move |_| matches!(value.get(), Some(Assignee::Absent { .. })));
    view! {
        <label>
            {move || label.get()} " "
            <select class="utrecht-select" required on:change=move |event| choose(&event_target_value(&event))>
                <option value="" prop:selected=move || chosen().is_none()></option>
                <Each each=move || all.get() key=|it| *it children=option />
            </select>
        </label>
        {move || absent.get().then(|| view! { <PickVia value /> })}
    }
}

/// Through which party one without a seat is asked.
#[component]
fn PickVia(value: RwSignal<Option<Assignee>>) -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let parties = Memo::new(move |_| {
        seen.seats.with(|seats| {
            let sitting = seats.iter().filter(|seat| seat.left_at.is_none());
            sitting.map(|seat| seat.party.id).collect::<Vec<_>>()
        })
    });
    let via = move || value.get().map(Assignee::answering_party);
    let choose = move |party: Option<PartyId>| {
        value.update(|value| {
            if let (Some(Assignee::Absent { via, .. }), Some(party)) = (value, party) {
                *via = party;
            }
        });
    };
    view! {
        <label>
            {t!(i18n, table.pick.spoken_by)} " "
            <select
                class="utrecht-select"
                required
                on:change=move |event| choose(event_target_value(&event).parse().ok())
            >
                <Each each=move || parties.get() key=|id| *id let:id>
                    <option value=id.to_string() prop:selected=move || via() == Some(id)>
                        {move || seen.party(id)}
                    </option>
                </Each>
            </select>
        </label>
    }
}

/// A time in Europe/Amsterdam. One that does not exist is said so: nothing must be saved without the time somebody meant.
#[component]
pub(super) fn PickTime(
    /// The letters of the field.
    value: RwSignal<String>,
    /// What is asked.
    #[prop(into)]
    label: Signal<String>,
    /// Whether something must stand in it.
    #[prop(optional)]
    required: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let wrong = move || value.with(|filled_in| !filled_in.is_empty() && local_time::read(filled_in).is_none());
    view! {
        <label>
            {move || label.get()}
            <input
                class="utrecht-textbox"
                type="datetime-local"
                required=required
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
        </label>
        <p role="status" class="utrecht-form-field-error-message">
            {move || wrong().then(|| t_string!(i18n, table.pick.no_such_time))}
        </p>
    }
}

/// The beginning of a text, for where there is no room for all of it.
pub(super) fn shortened(words: &str, characters: usize) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= characters {
        return line;
    }
    let mut short: String = line.chars().take(characters).collect();
    short.truncate(short.trim_end().len());
    short + "…"
}

#[cfg(test)]
mod tests {
    use akkoord::party::Party;
    use uuid::Uuid;

    use super::*;

    fn seat(number: u128, kind: PartyKind, level: SeatLevel) -> SeatView {
        SeatView {
            party: Party {
                id: PartyId(Uuid::from_u128(number)),
                kind,
                name: String::new(),
            },
            level,
            people: Vec::new(),
            ready: false,
            left_at: None,
            asked_to_leave_at: None,
            attendees: None,
            undecided: None,
            tasks: Vec::new(),
            ground: None,
            task_grounds: Vec::new(),
        }
    }

    fn seats() -> Vec<SeatView> {
        vec![
            seat(1, PartyKind::Prosecution, SeatLevel::Full),
            seat(2, PartyKind::Police, SeatLevel::Full),
            seat(3, PartyKind::Halt, SeatLevel::Restricted),
        ]
    }

    fn id(number: u128) -> PartyId {
        PartyId(Uuid::from_u128(number))
    }

    #[test]
    fn a_long_text_is_shortened_between_letters() {
        assert_eq!(shortened("één\nregel", 20), "één regel");
        assert_eq!(shortened("moeder één twee", 7), "moeder…");
    }

    #[test]
    fn t5_only_who_holds_the_power_is_asked_and_the_absent_through_somebody() {
        use PartyKind::{Municipality, Police, Prosecution};
        let all = |kinds: &[PartyKind]| candidates(&seats(), Some(kinds));
        assert_eq!(
            all(&[Municipality, Police]),
            [Candidate::Absent(Municipality), Candidate::Seat(id(2))]
        );
        assert_eq!(all(&[Prosecution]), [Candidate::Seat(id(1))]);
        let mut left = seats();
        left[1].left_at = Some(chrono::DateTime::UNIX_EPOCH);
        assert_eq!(
            candidates(&left, Some(&[Police])),
            [Candidate::Absent(Police)],
            "who left is spoken for"
        );
        let any = candidates(&seats(), None);
        assert_eq!(
            any.len(),
            9,
            "three seats, and the kinds that have none but the nameless one"
        );
        let via = Candidate::Absent(Municipality).assigned(id(2));
        assert_eq!(via.answering_party(), id(2));
    }

    #[test]
    fn r11_whoever_must_do_it_sees_it() {
        let named = |audience: &Audience, who: u128| {
            let who = Some(Assignee::Seat(id(who)));
            reaching(audience, &seats(), Some(id(1)), who).named
        };
        let table = Audience::table();
        assert!(named(&table, 2).is_empty(), "a full seat sees what the table sees");
        assert_eq!(named(&table, 3), [id(3)].into(), "a restricted seat by name");
        assert_eq!(named(&Audience::only([]), 2), [id(2)].into());
        assert!(named(&Audience::only([]), 1).is_empty(), "an owner sees its own");
        assert_eq!(reaching(&table, &seats(), Some(id(1)), None), table);
        let mut left = seats();
        left[2].left_at = Some(chrono::DateTime::UNIX_EPOCH);
        let both = Audience::only([id(2), id(3)]);
        assert_eq!(
            seated(&both, &left),
            Audience::only([id(2)]),
            "who left is named no more"
        );
    }
}
