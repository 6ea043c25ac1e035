//! What was agreed: who does what, before when.

use std::collections::BTreeSet;

use akkoord::ids::{ContributionId, DerivedId};
use akkoord::session::Wish;
use akkoord::session::view::ActionView;
use leptos::ev;
use leptos::prelude::*;

use super::note::NoteLine;
use super::opener::Opener;
use super::pick::{PickBasis, PickParty};
use super::{desk, live, local_time};
use crate::i18n::{t, t_string, use_i18n};
use crate::ui::{Button, Each, Look, PartyTag, changing, time, view};

/// The list and the form.
#[component]
pub(super) fn Actions() -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let desk = desk();
    let ids = Memo::new(move |_| {
        seen.actions
            .with(|all| all.iter().map(|action| action.id).collect::<Vec<_>>())
    });
    let may_agree = Memo::new(move |_| seen.may.with(|may| may.agree_action));
    let empty = Memo::new(move |_| ids.with(Vec::is_empty));
    view! {
        <h2 class="table-heading" id="table-agreements">
            {t!(i18n, table.action.heading)}
        </h2>
        <ol class="agreements">
            <Each each=move || ids.get() key=|id| *id let:id>
                <Action id />
            </Each>
        </ol>
        {move || empty.get().then(|| view! { <p class="note">{t!(i18n, table.action.none)}</p> })}
        {move || {
            may_agree
                .get()
                .then(|| {
                    let label = Signal::derive(move || t_string!(i18n, table.action.add).to_owned());
                    view! {
                        <Opener name="action" open=desk.action_form key="a" label>
                            <Agree />
                        </Opener>
                    }
                })
        }}
    }
}

#[component]
fn Action(id: DerivedId) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let seen = live.seen;
    let action = Memo::new(move |_| {
        seen.actions
            .with(|all| all.iter().find(|action| action.id == id).cloned())
    });
    let number = move || seen.action_number(id);
    let field = move |what: fn(&ActionView) -> String| move || action.with(|it| it.as_ref().map(what));
    let performer = Memo::new(move |_| action.with(|it| it.as_ref().map(|it| it.performer)));
    let tag = move || {
        let performer = performer.get()?;
        let party = seen.seats.with(|seats| {
            seats
                .iter()
                .find(|seat| seat.party.id == performer)
                .map(|seat| (seat.party.kind, seat.party.name.clone()))
        });
        party.map(|(kind, name)| view! { <PartyTag kind name /> })
    };
    let due = move || {
        let due = action.with(|it| it.as_ref().and_then(|it| it.due))?;
        let when = time::moment(i18n.get_locale(), due, live.now.get_untracked());
        Some(t_string!(i18n, table.action.before, time = when).to_string())
    };
    let basis = move || match action.with(|it| it.as_ref().map_or(0, |it| it.based_on.len())) {
        0 => String::new(),
        1 => t_string!(i18n, table.action.one_basis).to_owned(),
        number => t_string!(i18n, table.action.bases, number = number).to_string(),
    };
    let may_drop = Memo::new(move |_| action.with(|it| it.as_ref().is_some_and(|it| it.may_drop)));
    let to_open = Memo::new(move |_| action.with(|it| it.as_ref().map(|it| it.to_open.clone()).unwrap_or_default()));
    view! {
        <li class="agreement" data-action=id.to_string()>
            <span class="agreement-number">{move || number()}</span>
            <span class="agreement-text">{field(|it| it.text.clone())}</span>
            <span class="agreement-meta">
                {move || tag()} <span>{move || due()}</span> <span>{move || basis()}</span>
                {move || {
                    may_drop
                        .get()
                        .then(|| {
                            view! {
                                <Button look=Look::Subtle on:click=move |_| live.want(Wish::DropAction { action: id })>
                                    {t!(i18n, table.action.drop)}
                                </Button>
                            }
                        })
                }}
            </span>
            <ToOpen id to_open />
        </li>
    }
}

/// R11: what rests on an own narrowed contribution can be opened to the rest of the table.
#[component]
pub(super) fn ToOpen(id: DerivedId, to_open: Memo<Vec<ContributionId>>) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let open = move |_| {
        for contribution in to_open.get_untracked() {
            live.want(Wish::OpenDerived {
                derived: id,
                contribution,
            });
        }
    };
    changing(move || {
        (!to_open.with(Vec::is_empty)).then(|| {
            view! {
                <span class="agreement-meta">
                    {t!(i18n, table.action.narrow)}
                    <Button look=Look::Subtle on:click=open>{t!(i18n, table.action.open)}</Button>
                </span>
            }
        })
    })
}

#[component]
fn Agree() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let desk = desk();
    let text = RwSignal::new(String::new());
    let performer = RwSignal::new(live.seen.about.with_untracked(|about| about.you));
    let due = RwSignal::new(String::new());
    let based_on = RwSignal::new(BTreeSet::new());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (Some(performer), text) = (performer.get_untracked(), text.get_untracked()) else {
            return;
        };
        if text.trim().is_empty() {
            return;
        }
        let due = local_time::read(&due.get_untracked());
        live.want(Wish::AgreeAction {
            text,
            performer,
            due,
            based_on: based_on.get_untracked(),
        });
        desk.action_form.set(false);
    };
    view! {
        <form class="table-form stack" on:submit=submit>
            <label>
                {t!(i18n, table.action.what)}
                <NoteLine value=text required=true />
            </label>
            <PickParty value=performer label=Signal::derive(move || t_string!(i18n, table.action.who).to_owned()) />
            <label>
                {t!(i18n, table.action.due)}
                <input
                    class="utrecht-textbox"
                    type="datetime-local"
                    prop:value=move || due.get()
                    on:input=move |event| due.set(event_target_value(&event))
                />
            </label>
            <PickBasis value=based_on />
            <Button submit=true>{t!(i18n, table.action.agree)}</Button>
        </form>
    }
}
