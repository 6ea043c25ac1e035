//! The chair gives seats, takes back those of parties that do not take part, and asks others to leave (R15). Giving goes
//! over the ordinary way and not over the socket: kind, name, tasks and grounds of a party come from the server's directory.

use akkoord::directory::SeatOrder;
use akkoord::ids::{CommandId, PartyId};
use akkoord::party::Party;
use akkoord::session::CommandKind;
use akkoord::session::command::SeatLevel;
use chrono::{DateTime, Utc};
use leptos::prelude::*;

use super::live;
use crate::ask;
use crate::backend::Problem;
use crate::i18n::{t, t_string, use_i18n};
use crate::live::{Cause, Live};
use crate::ui::{Button, Dialog, Each, Look, PartyTag, time, view, words};

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

/// What was asked here last, about which party.
#[derive(Clone, Copy)]
struct Asked {
    party: RwSignal<Option<PartyId>>,
    /// Under which id, where it went over the socket.
    command: RwSignal<Option<CommandId>>,
    /// Why not, where it went over the ordinary way.
    problem: RwSignal<Option<Problem>>,
}

impl Asked {
    fn about(self, party: PartyId, command: Option<CommandId>) {
        self.party.set(Some(party));
        self.command.set(command);
        self.problem.set(None);
    }

    /// Why the last thing that was asked about this party was not done.
    fn why_not(self, live: Live, party: PartyId) -> Option<Problem> {
        (self.party.get() == Some(party)).then_some(())?;
        why_not(live, self.problem.get(), self.command.get())
    }
}

fn why_not(live: Live, problem: Option<Problem>, sent: Option<CommandId>) -> Option<Problem> {
    let refused = |id: CommandId| {
        live.news.with(|all| {
            let news = all.iter().find(|news| news.id == id)?;
            match news.because {
                Cause::Refused(because) => Some(Problem::Refused(because)),
                Cause::NotUnderstood | Cause::TooLong => Some(Problem::Unavailable),
            }
        })
    };
    problem.or_else(|| refused(sent?))
}

#[component]
fn Sheet() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let seen = live.seen;
    let asked = Asked {
        party: RwSignal::new(None),
        command: RwSignal::new(None),
        problem: RwSignal::new(None),
    };
    let others = ask::once(ask::convene_form);
    let chair = move || seen.about.with(|about| about.chair);
    // In the closing round seats stay as they are.
    let may_change = Memo::new(move |_| seen.may.with(|may| may.change_seats));
    let seated = Memo::new(move |_| {
        seen.seats.with(|seats| {
            let others = seats
                .iter()
                .filter(|seat| seat.party.id != chair() && seat.left_at.is_none());
            let row = others.map(|seat| (seat.party.clone(), seat.level, seat.asked_to_leave_at));
            row.collect::<Vec<_>>()
        })
    });
    let give = move |party: PartyId, level: SeatLevel| {
        asked.about(party, None);
        give(live, SeatOrder { party, level }, asked.problem);
    };
    let send = move |party: PartyId, kind: CommandKind| asked.about(party, Some(live.submit(kind)));
    // Beside the row it is about: the sheet is longer than a screen.
    let why_not = move |party: PartyId| {
        let why = move || {
            let problem = asked.why_not(live, party)?;
            Some(words::problem(i18n.get_locale(), &problem).1)
        };
        view! { <p role="status" data-why-not>{move || why()}</p> }
    };
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
    let sitting = move |(party, level, asked_at): (Party, SeatLevel, Option<DateTime<Utc>>)| {
        let id = party.id;
        let asked = move || {
            let at = time::clock_time(asked_at?);
            Some(t_string!(i18n, table.seats.asked, time = at).to_string())
        };
        view! {
            <li class="spread" data-seat=id.to_string()>
                <span class="row">
                    <PartyTag kind=party.kind name=party.name.clone() />
                    {party.name}
                    <span class="note">{move || words::seat(i18n.get_locale(), level)}</span>
                    {move || asked().map(|text| view! { <span class="note" data-asked>{text}</span> })}
                </span>
                {move || {
                    may_change
                        .get()
                        .then(|| {
                            view! {
                                <span class="row">
                                    {change(id, level)}
                                    <Button
                                        look=Look::Subtle
                                        on:click=move |_| send(id, CommandKind::TakeSeat { party: id })
                                    >
                                        {t!(i18n, table.seats.take)}
                                    </Button>
                                    <Button
                                        look=Look::Subtle
                                        on:click=move |_| send(id, CommandKind::AskToLeave { party: id })
                                    >
                                        {t!(i18n, table.seats.ask_to_leave)}
                                    </Button>
                                </span>
                            }
                        })
                }}
                {why_not(id)}
            </li>
        }
    };
    let free = move || {
        let all = others
            .get()
            .and_then(Result::ok)
            .map(|form| form.parties)
            .unwrap_or_default();
        let sits = seen.seats.with(|seats| {
            let sitting = seats.iter().filter(|seat| seat.left_at.is_none());
            sitting.map(|seat| seat.party.id).collect::<Vec<_>>()
        });
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
                {move || {
                    may_change
                        .get()
                        .then(|| {
                            view! {
                                <span class="row">
                                    <Button look=Look::Subtle on:click=move |_| give(id, SeatLevel::Full)>
                                        {t!(i18n, table.seats.give_full)}
                                    </Button>
                                    <Button look=Look::Subtle on:click=move |_| give(id, SeatLevel::Restricted)>
                                        {t!(i18n, table.seats.give_restricted)}
                                    </Button>
                                </span>
                            }
                        })
                }}
                {why_not(id)}
            </li>
        }
    };
    view! {
        <p class="note">{t!(i18n, table.seats.note)}</p>
        <p class="note">{t!(i18n, table.seats.lever)}</p>
        {move || (!may_change.get()).then(|| view! { <p>{t!(i18n, refusals.seats_stand)}</p> })}
        <h3 class="utrecht-heading-3">{t!(i18n, table.seats.sitting)}</h3>
        <ul class="stack">
            <Each
                each=move || seated.get()
                key=|(party, level, asked)| (party.id, *level, *asked)
                children=sitting
            />
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
    Err(serde_json::from_str(&words).unwrap_or(Problem::Unavailable))
}
