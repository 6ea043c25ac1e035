//! The own seat: who of the own organisation may come in (R18), and leaving the table by one's own act (R15).

use std::collections::BTreeSet;

use akkoord::directory::Colleague;
use akkoord::ids::ParticipantId;
use akkoord::session::CommandKind;
use akkoord::session::command::LeftItems;
use leptos::ev;
use leptos::prelude::*;

use super::{desk, live};
use crate::ask;
use crate::i18n::{t, t_string, use_i18n};
use crate::live::Live;
use crate::ui::{Button, Dialog, Each, Look, view, words};

/// The buttons of the own seat, and their dialogs.
#[component]
pub(super) fn OwnSeat() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let desk = desk();
    let may_name = Memo::new(move |_| live.seen.may.with(|may| may.name_attendees));
    let may_leave = Memo::new(move |_| live.seen.may.with(|may| may.leave));
    let naming = RwSignal::new(false);
    view! {
        <div class="row">
            {move || {
                may_name
                    .get()
                    .then(|| {
                        view! {
                            <Button look=Look::Subtle on:click=move |_| naming.set(true)>
                                {t!(i18n, table.own_seat.who)}
                            </Button>
                        }
                    })
            }}
            {move || {
                may_leave
                    .get()
                    .then(|| {
                        view! {
                            <Button look=Look::Subtle on:click=move |_| desk.leaving.set(true)>
                                {t!(i18n, table.own_seat.leave)}
                            </Button>
                        }
                    })
            }}
        </div>
        <Dialog
            open=naming
            id="attendees-title"
            title=Signal::derive(move || t_string!(i18n, table.own_seat.who).to_owned())
            dismiss=Signal::derive(move || t_string!(i18n, common.act.cancel).to_owned())
        >
            {move || naming.get().then(|| view! { <Attendees open=naming /> })}
        </Dialog>
    }
}

/// Everybody of the organisation, or only these people. Whoever says so stays in, and so does who holds the gavel.
#[component]
fn Attendees(open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let seen = live.seen;
    let me = live.my_id();
    let colleagues = ask::once(ask::colleagues);
    let named = seen
        .about
        .with_untracked(|about| about.you)
        .and_then(|you| untrack(|| seen.seat(you)))
        .and_then(|seat| seat.attendees);
    let everybody = RwSignal::new(named.is_none());
    let chosen = RwSignal::new(named.unwrap_or_default().into_iter().collect::<BTreeSet<_>>());
    let stays = move |who: ParticipantId| who == me || seen.progress.with(|progress| progress.gavel == Some(who));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        // Before the names are there nobody can say who.
        let known = colleagues.with_untracked(|answer| matches!(answer, Some(Ok(_))));
        if !known && !everybody.get_untracked() {
            return;
        }
        let people = (!everybody.get_untracked()).then(|| {
            let must = colleagues.with_untracked(|answer| {
                let known = answer.iter().flatten().flatten().map(|colleague| colleague.participant);
                known.filter(|who| untrack(|| stays(*who))).collect::<BTreeSet<_>>()
            });
            let mut people = chosen.get_untracked();
            people.extend(must);
            people.insert(me);
            people
        });
        live.want(CommandKind::NameAttendees { people });
        open.set(false);
    };
    let row = move |colleague: Colleague| {
        let who = colleague.participant;
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    class="utrecht-checkbox"
                    prop:checked=move || stays(who) || chosen.with(|chosen| chosen.contains(&who))
                    prop:disabled=move || stays(who)
                    on:change=move |event| {
                        let checked = event_target_checked(&event);
                        chosen
                            .update(|chosen| {
                                if checked {
                                    chosen.insert(who);
                                } else {
                                    chosen.remove(&who);
                                }
                            });
                    }
                />
                {colleague.name}
            </label>
        }
    };
    let list = move || colleagues.get().and_then(Result::ok).unwrap_or_default();
    let state = move || match colleagues.get() {
        None => t_string!(i18n, common.loading).to_owned(),
        Some(Ok(_)) => String::new(),
        Some(Err(problem)) => words::problem(i18n.get_locale(), &problem).1.to_owned(),
    };
    view! {
        <form class="stack" on:submit=submit>
            <p>{t!(i18n, table.own_seat.who_note)}</p>
            <label class="check">
                <input
                    type="radio"
                    name="attendees"
                    prop:checked=move || everybody.get()
                    on:change=move |_| everybody.set(true)
                />
                {t!(i18n, table.own_seat.everybody)}
            </label>
            <label class="check">
                <input
                    type="radio"
                    name="attendees"
                    prop:checked=move || !everybody.get()
                    on:change=move |_| everybody.set(false)
                />
                {t!(i18n, table.own_seat.only_these)}
            </label>
            <p role="status">{move || state()}</p>
            <fieldset class="pick-body" hidden=move || everybody.get()>
                <legend class="visually-hidden">{t!(i18n, table.own_seat.only_these)}</legend>
                <Each each=list key=|colleague| colleague.participant children=row />
            </fieldset>
            <Button look=Look::Primary submit=true>
                {t!(i18n, common.act.save)}
            </Button>
        </form>
    }
}

/// Leaving, with both ways side by side and what each of them does. One dialog for the whole page: the notice to whoever
/// was asked to leave opens it too.
#[component]
pub(super) fn LeaveDialog() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let desk = desk();
    let may = Memo::new(move |_| live.seen.may.with(|may| may.leave));
    let leave = move |items: LeftItems| {
        live.want(CommandKind::Leave { items });
        desk.leaving.set(false);
    };
    let title = Signal::derive(move || t_string!(i18n, table.leave.title).to_owned());
    let dismiss = Signal::derive(move || t_string!(i18n, table.leave.stay).to_owned());
    view! {
        <Dialog open=desk.leaving id="leave-title" title dismiss>
            <div class="stack" data-leave>
                <p>{t!(i18n, table.leave.what)}</p>
                <p>{t!(i18n, table.leave.keep_note)}</p>
                <Button
                    attr:aria-disabled=move || (!may.get()).then_some("true")
                    on:click=move |_| {
                        if may.get_untracked() {
                            leave(LeftItems::Keep);
                        }
                    }
                >
                    {t!(i18n, table.leave.keep)}
                </Button>
                <p>{t!(i18n, table.leave.withdraw_note)}</p>
                <Button
                    look=Look::Danger
                    attr:aria-disabled=move || (!may.get()).then_some("true")
                    on:click=move |_| {
                        if may.get_untracked() {
                            leave(LeftItems::Withdraw);
                        }
                    }
                >
                    {t!(i18n, table.leave.withdraw)}
                </Button>
                {move || (!may.get()).then(|| view! { <p role="status">{t!(i18n, table.leave.not_now)}</p> })}
            </div>
        </Dialog>
    }
}

/// Since when the chair asks the own party to leave, as long as it sits here.
fn asked_at(live: Live) -> Option<chrono::DateTime<chrono::Utc>> {
    let running = live.seen.progress.with(|progress| progress.closed.is_none());
    let seat = live.seen.you().and_then(|you| live.seen.seat(you))?;
    seat.asked_to_leave_at.filter(|_| running && seat.left_at.is_none())
}

/// A calm notice to whoever was asked to leave: it decides itself.
#[component]
pub(super) fn AskedToLeave() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let desk = desk();
    let asked = Memo::new(move |_| asked_at(live).is_some());
    let may = Memo::new(move |_| live.seen.may.with(|may| may.leave));
    view! {
        <div role="status">
            {move || {
                asked
                    .get()
                    .then(|| {
                        view! {
                            <div class="banner banner--call" data-asked-to-leave>
                                <span class="banner-text">{t!(i18n, table.leave.asked)}</span>
                                {move || {
                                    may.get()
                                        .then(|| {
                                            view! {
                                                <Button on:click=move |_| desk.leaving.set(true)>
                                                    {t!(i18n, table.own_seat.leave)}
                                                </Button>
                                            }
                                        })
                                }}
                            </div>
                        }
                    })
            }}
        </div>
    }
}
