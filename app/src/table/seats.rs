//! The chair gives seats and takes them away. Giving goes over the ordinary way and not over the socket: kind, name,
//! tasks and grounds of a party come from the server's directory.

use akkoord::house::SeatOrder;
use akkoord::ids::PartyId;
use akkoord::party::Party;
use akkoord::session::Wish;
use akkoord::session::command::SeatLevel;
use leptos::prelude::*;

use super::live;
use crate::ask;
use crate::backend::Problem;
use crate::i18n::{t, t_string, use_i18n};
use crate::live::Live;
use crate::ui::{Button, Dialog, Each, Look, PartyTag, view, words};

/// The button, and the sheet with who sits here and who could.
#[component]
pub(super) fn Seats() -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    let title = Signal::derive(move || t_string!(i18n, table.seats.title).to_owned());
    view! {
        <Button look=Look::Subtle on:click=move |_| open.set(true)>{t!(i18n, table.seats.open)}</Button>
        <Dialog open id="table-seats-title" title>
            {move || open.get().then(|| view! { <Sheet /> })}
        </Dialog>
    }
}

#[component]
fn Sheet() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let seen = live.seen;
    let problem = RwSignal::new(None::<Problem>);
    let others = LocalResource::new(ask::convene_form);
    let chair = move || seen.about.with(|about| about.chair);
    let seated = Memo::new(move |_| {
        seen.seats.with(|seats| {
            let others = seats.iter().filter(|seat| seat.party.id != chair());
            others.map(|seat| (seat.party.clone(), seat.level)).collect::<Vec<_>>()
        })
    });
    let give = move |party: PartyId, level: SeatLevel| give(live, SeatOrder { party, level }, problem);
    let change = move |party: PartyId, level: SeatLevel| {
        let (other, text) = match level {
            SeatLevel::Full => (SeatLevel::Restricted, t_string!(i18n, table.seats.restrict)),
            SeatLevel::Restricted => (SeatLevel::Full, t_string!(i18n, table.seats.widen)),
        };
        view! {
            <Button look=Look::Subtle on:click=move |_| give(party, other)>
                {text}
            </Button>
        }
    };
    let sitting = move |(party, level): (Party, SeatLevel)| {
        let id = party.id;
        view! {
            <li class="spread">
                <span class="row">
                    <PartyTag kind=party.kind name=party.name.clone() />
                    {party.name}
                    <span class="note">{move || words::seat(i18n.get_locale(), level)}</span>
                </span>
                <span class="row">
                    {change(id, level)}
                    <Button look=Look::Subtle on:click=move |_| live.want(Wish::TakeSeat { party: id })>
                        {t!(i18n, table.seats.take)}
                    </Button>
                </span>
            </li>
        }
    };
    let free = move || {
        let all = others
            .get()
            .and_then(Result::ok)
            .map(|form| form.parties)
            .unwrap_or_default();
        let sits = seen
            .seats
            .with(|seats| seats.iter().map(|seat| seat.party.id).collect::<Vec<_>>());
        all.into_iter()
            .filter(|party| !sits.contains(&party.id))
            .collect::<Vec<_>>()
    };
    let coming = move |party: Party| {
        let id = party.id;
        view! {
            <li class="spread">
                <span class="row">
                    <PartyTag kind=party.kind name=party.name.clone() />
                    {party.name}
                </span>
                <span class="row">
                    <Button look=Look::Subtle on:click=move |_| give(id, SeatLevel::Full)>
                        {t!(i18n, table.seats.give_full)}
                    </Button>
                    <Button look=Look::Subtle on:click=move |_| give(id, SeatLevel::Restricted)>
                        {t!(i18n, table.seats.give_restricted)}
                    </Button>
                </span>
            </li>
        }
    };
    view! {
        <p class="note">{t!(i18n, table.seats.note)}</p>
        <p role="status">
            {move || problem.with(|it| it.as_ref().map(|it| words::problem(i18n.get_locale(), it).1))}
        </p>
        <h3 class="utrecht-heading-3">{t!(i18n, table.seats.sitting)}</h3>
        <ul class="stack">
            <Each each=move || seated.get() key=|(party, level)| (party.id, *level) children=sitting />
        </ul>
        <h3 class="utrecht-heading-3">{t!(i18n, table.seats.free)}</h3>
        <ul class="stack">
            <Each each=free key=|party| party.id children=coming />
        </ul>
    }
}

/// Asks the server for a seat; the change itself comes over the socket, to everybody at once.
#[cfg(target_arch = "wasm32")]
fn give(live: Live, order: SeatOrder, problem: RwSignal<Option<Problem>>) {
    let session = live.session;
    leptos::task::spawn_local(async move {
        let answer = send(session, order).await;
        // The sheet may be closed by now.
        problem.try_set(answer.err());
    });
}

/// Only a browser asks.
#[cfg(not(target_arch = "wasm32"))]
fn give(_live: Live, _order: SeatOrder, _problem: RwSignal<Option<Problem>>) {}

#[cfg(target_arch = "wasm32")]
async fn send(session: akkoord::ids::SessionId, order: SeatOrder) -> Result<(), Problem> {
    use gloo_net::http::Request;

    let request = Request::post(&format!("/api/v1/sessions/{session}/seats"))
        .header("Accept", "application/json")
        .json(&order)
        .map_err(|_| Problem::Unreachable)?;
    let response = request.send().await.map_err(|_| Problem::Unreachable)?;
    if response.ok() {
        return Ok(());
    }
    let words = response.text().await.map_err(|_| Problem::Unavailable)?;
    Err(crate::json::read(&words).unwrap_or(Problem::Unavailable))
}
