//! Who is at the table: each party with its people, how they are there, who leads, and in the closing round how far
//! each owner is, never with what.

use akkoord::ids::{ParticipantId, PartyId};
use akkoord::moment::Phase;
use akkoord::party::Party;
use akkoord::protocol::Presence;
use akkoord::session::CommandKind;
use akkoord::session::command::SeatLevel;
use leptos::prelude::*;

use super::live;
use super::own_seat::OwnSeat;
use super::seats::Seats;
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::live::{Link, Live};
use crate::ui::{Button, Each, Look, PartyTag, time, view, words};

/// The list, and what the chair can do with it.
#[component]
pub(super) fn Roster() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let seen = live.seen;
    let ids = Memo::new(move |_| {
        seen.seats
            .with(|seats| seats.iter().map(|seat| seat.party.id).collect::<Vec<_>>())
    });
    let leads = Memo::new(move |_| seen.may.with(|may| may.lead));
    let may_take_gavel = Memo::new(move |_| seen.may.with(|may| may.take_gavel));
    view! {
        // It scrolls by itself on a wide screen, and holds nothing else that can be focused.
        <section class="table-people" tabindex="0" aria-labelledby="table-people">
            <h2 class="table-heading" id="table-people">
                {t!(i18n, table.people.heading)}
            </h2>
            <ul class="table-seats">
                <Each each=move || ids.get() key=|id| *id let:id>
                    <Seat id />
                </Each>
            </ul>
            {move || {
                may_take_gavel
                    .get()
                    .then(|| {
                        view! {
                            <Button look=Look::Subtle on:click=move |_| live.want(CommandKind::TakeGavel {})>
                                {t!(i18n, table.people.take_gavel)}
                            </Button>
                        }
                    })
            }}
            {move || leads.get().then(|| view! { <Seats /> })}
            <OwnSeat />
        </section>
    }
}

#[component]
fn Seat(id: PartyId) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let seen = live.seen;
    let seat = Memo::new(move |_| {
        seen.seats
            .with(|seats| seats.iter().find(|seat| seat.party.id == id).cloned())
    });
    let people = Memo::new(move |_| {
        seat.with(|seat| {
            seat.iter()
                .flat_map(|seat| &seat.people)
                .map(|person| person.id)
                .collect::<Vec<_>>()
        })
    });
    let presence = Memo::new(move |_| {
        people.with(|people| people.iter().map(|who| how(live, *who)).min().unwrap_or(Presence::Gone))
    });
    let tag = move || {
        seat.with(|seat| {
            seat.as_ref().map(|seat| {
                let Party { kind, name, .. } = seat.party.clone();
                view! { <PartyTag kind name /> }
            })
        })
    };
    let level = move || {
        let restricted = seat.with(|seat| seat.as_ref().is_some_and(|seat| seat.level == SeatLevel::Restricted));
        restricted.then(|| words::seat(i18n.get_locale(), SeatLevel::Restricted))
    };
    let left = move || {
        let at = seat.with(|seat| seat.as_ref().and_then(|seat| seat.left_at))?;
        Some(t_string!(i18n, table.people.left, time = time::clock_time(at)).to_string())
    };
    let stays = Memo::new(move |_| seat.with(|seat| seat.as_ref().is_some_and(|seat| seat.left_at.is_none())));
    let round = move || {
        let locale = i18n.get_locale();
        let in_round = seen.progress.with(|progress| progress.phase == Phase::ClosingRound);
        seat.with(|seat| {
            seat.as_ref()
                .filter(|_| in_round)
                .and_then(|seat| decided(locale, seat.ready, seat.undecided))
        })
    };
    view! {
        <li class="table-seat" data-presence=move || presence_name(presence.get()) data-party=id.to_string()>
            <span class="table-presence" aria-hidden="true"></span>
            {move || tag()}
            <Each each=move || people.get() key=|who| *who let:who>
                <Person who />
            </Each>
            {move || {
                (people.with(Vec::is_empty) && stays.get()).then(|| view! { <span class="table-role">{t!(i18n, table.people.nobody)}</span> })
            }}
            {move || left().map(|text| view! { <span class="table-role" data-left>{text}</span> })}
            {move || level().map(|word| view! { <span class="table-role">{word}</span> })}
            {move || round().map(|word| view! { <span class="table-role" data-round>{word}</span> })}
        </li>
    }
}

/// How far an owner is with deciding.
fn decided(locale: Locale, ready: bool, undecided: Option<u32>) -> Option<String> {
    match (ready, undecided) {
        (true, _) => Some(td_string!(locale, table.people.ready).to_owned()),
        (false, Some(0)) => Some(td_string!(locale, table.people.all_decided).to_owned()),
        (false, Some(number)) => Some(td_string!(locale, table.people.undecided, number = number).to_string()),
        (false, None) => None,
    }
}

#[component]
fn Person(who: ParticipantId) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let seen = live.seen;
    let person = Memo::new(move |_| {
        seen.seats.with(|seats| {
            seats
                .iter()
                .flat_map(|seat| &seat.people)
                .find(|it| it.id == who)
                .cloned()
        })
    });
    let name = move || person.with(|person| person.as_ref().map(|person| person.name.clone()));
    let prosecutor = Memo::new(move |_| person.with(|person| person.as_ref().is_some_and(|person| person.prosecutor)));
    let gavel = Memo::new(move |_| seen.progress.with(|progress| progress.gavel == Some(who)));
    let presence = Memo::new(move |_| how(live, who));
    let word = move || match presence.get() {
        Presence::Here => t_string!(i18n, words.presence.here),
        Presence::Typing => t_string!(i18n, words.presence.typing),
        Presence::Away => t_string!(i18n, words.presence.away),
        Presence::Gone => t_string!(i18n, words.presence.gone),
    };
    // The gavel goes to a colleague of the chair's own party.
    let may_receive = Memo::new(move |_| {
        let own = seen.seats.with(|seats| {
            let seat = seats.iter().find(|seat| seat.people.iter().any(|it| it.id == who));
            seat.map(|seat| seat.party.id)
        });
        seen.may.with(|may| may.lead) && own.is_some() && own == seen.you() && who != live.my_id()
    });
    view! {
        <span>
            <span class="table-person">{move || name()}</span>
            {move || {
                prosecutor
                    .get()
                    .then(|| {
                        view! {
                            <abbr class="table-role" title=move || t_string!(i18n, words.seat.prosecutor)>
                                " ⚖"
                            </abbr>
                        }
                    })
            }}
            {move || gavel.get().then(|| view! { <span class="table-role">" " {t!(i18n, words.seat.chair)}</span> })}
            <span class="table-typing" data-presence=move || presence_name(presence.get())>
                " "
                {move || (presence.get() == Presence::Typing).then_some("✎ ")}
                {move || word()}
            </span>
            {move || {
                may_receive
                    .get()
                    .then(|| {
                        view! {
                            <Button look=Look::Subtle on:click=move |_| live.want(CommandKind::HandOverGavel { to: who })>
                                {t!(i18n, table.people.hand_over)}
                            </Button>
                        }
                    })
            }}
        </span>
    }
}

/// How a person is there; whoever was not heard of is not connected. Oneself is here as long as the connection is.
fn how(live: Live, who: ParticipantId) -> Presence {
    let heard = live.present.with(|all| all.get(&who).copied());
    if who == live.my_id() && live.link.get() == Link::Open {
        return heard.filter(|how| *how != Presence::Gone).unwrap_or(Presence::Here);
    }
    heard.unwrap_or(Presence::Gone)
}

/// As the style knows it.
fn presence_name(how: Presence) -> &'static str {
    match how {
        Presence::Here | Presence::Typing => "here",
        Presence::Away => "away",
        Presence::Gone => "gone",
    }
}
