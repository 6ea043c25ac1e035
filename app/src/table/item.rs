//! What every item on the table has, whatever it is: who may see it, that it was corrected, who asks for its release, and
//! what can be done with it. Contributions, follow-up actions, measures and decisions show the same parts.

use akkoord::ids::ItemId;
use akkoord::protocol::FromClient;
use akkoord::session::CommandKind;
use akkoord::session::command::SeatLevel;
use akkoord::session::item::ContributionKind;
use akkoord::session::view::{ContentView, ItemView, RequestView};
use leptos::prelude::*;

use super::card::purpose_words;
use super::card_forms::{AskRelease, ChangeAudience, ConfirmWithdraw};
use super::pick::audience_words;
use super::{desk, dom, live};
use crate::i18n::{t, t_string, td_string, use_i18n};
use crate::ui::{Button, Icon, Look, Shape, changing, time, view};

/// What is being done with an item, on this screen only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Reading it.
    Reading,
    /// Writing a new text for it.
    Revising,
    /// Choosing who sees it.
    Widening,
    /// About to withdraw it.
    Withdrawing,
    /// Asking for its release.
    Asking,
}

/// The focus goes into the form that opens, and back to the item when it closes.
pub(super) fn focus_with(mode: RwSignal<Mode>, id: ItemId) {
    Effect::new(move |was: Option<Mode>| {
        let is = mode.get();
        if was.is_some_and(|was| was != Mode::Reading) && is == Mode::Reading {
            dom::focus_if_lost_soon(format!("[data-item='{id}']"));
        } else if is != Mode::Reading {
            dom::focus_first_field_soon(format!("[data-item='{id}'] .table-form"));
        }
        is
    });
}

/// Escape closes the form that is open in an item.
pub(super) fn escape(event: &leptos::ev::KeyboardEvent, mode: RwSignal<Mode>) {
    if event.key() == "Escape" && mode.get_untracked() != Mode::Reading {
        mode.set(Mode::Reading);
    }
}

/// The form that is open, apart from the one for a new text: that differs by kind.
#[component]
pub(super) fn OpenForm(view: RwSignal<ItemView>, mode: RwSignal<Mode>) -> impl IntoView {
    changing(move || match mode.get() {
        Mode::Reading | Mode::Revising => None,
        Mode::Widening => Some(view! { <ChangeAudience view mode /> }),
        Mode::Withdrawing => Some(view! { <ConfirmWithdraw view mode /> }),
        Mode::Asking => Some(view! { <AskRelease view mode /> }),
    })
}

/// Who wrote it, who may see it, that it was corrected (C7), and what its owner must know about who does not see it (R11).
#[component]
pub(super) fn Marks(view: RwSignal<ItemView>) -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let author = Memo::new(move |_| {
        view.with(|view| {
            let assessment = matches!(
                view.content,
                ContentView::Contribution {
                    kind: ContributionKind::Assessment
                }
            );
            (assessment, view.author.clone())
        })
    });
    let audience = Memo::new(move |_| view.with(|view| view.audience.clone()));
    let revised = Memo::new(move |_| view.with(|view| view.revised_at.map(|at| (view.revision, at))));
    let partly_hidden = Memo::new(move |_| view.with(|view| view.partly_hidden));
    let declined = Memo::new(move |_| view.with(|view| view.decline_reason.clone()));
    let by = move || {
        let (assessment, author) = author.get();
        if assessment {
            t_string!(i18n, table.card.assessor, who = author).to_string()
        } else {
            author
        }
    };
    let to = move || {
        audience.with(|audience| {
            let audience = audience.as_ref()?;
            Some(audience_words(i18n.get_locale(), seen, audience.table, &audience.named))
        })
    };
    let corrected = move || {
        let (revision, at) = revised.get()?;
        Some(t_string!(i18n, table.card.revised, number = revision, time = time::clock_time(at)).to_string())
    };
    view! {
        <span class="card-mark">{move || by()}</span>
        {move || {
            to().map(|to| {
                view! {
                    <span class="card-mark" data-audience>
                        <Icon shape=Shape::Lock />
                        {to}
                    </span>
                }
            })
        }}
        {move || corrected().map(|text| view! { <span class="card-mark" data-revised>{text}</span> })}
        {move || {
            partly_hidden
                .get()
                .then(|| {
                    view! {
                        <span class="card-mark" data-partly-hidden>
                            <Icon shape=Shape::Warning />
                            {t!(i18n, table.card.partly_hidden)}
                        </span>
                    }
                })
        }}
        {move || {
            declined
                .get()
                .map(|answer| {
                    let text = move || t_string!(i18n, table.card.answer, answer = answer.clone()).to_string();
                    view! { <span class="card-mark">{move || text()}</span> }
                })
        }}
    }
}

/// Requests for release: all for the owner, else one's own (R13).
#[component]
pub(super) fn Requests(view: RwSignal<ItemView>) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let requests = Memo::new(move |_| view.with(|view| view.requests.clone()));
    let (id, mine) = view.with_untracked(|view| (view.id, view.mine));
    let row = move |request: RequestView| {
        let text = move || {
            let locale = i18n.get_locale();
            let party = live.seen.party(request.party);
            let what = request
                .purpose
                .as_ref()
                .map(|it| purpose_words(locale, live.seen, request.party, it));
            let text = match (mine, what) {
                (true, Some(what)) => {
                    td_string!(locale, table.request.for_what, party = party, what = what).to_string()
                }
                (true, None) => td_string!(locale, table.request.plain, party = party).to_string(),
                (false, Some(what)) => td_string!(locale, table.request.own_for_what, what = what).to_string(),
                (false, None) => td_string!(locale, table.request.own).to_owned(),
            };
            request
                .reason
                .as_ref()
                .map_or(text.clone(), |reason| format!("{text}: {reason}"))
        };
        view! {
            <li>
                <span aria-hidden="true">"◇"</span>
                <span>{move || text()}</span>
                {(!mine)
                    .then(|| {
                        view! {
                            <Button
                                look=Look::Subtle
                                on:click=move |_| live.want(CommandKind::DropRequest { item: id })
                            >
                                {t!(i18n, table.request.drop)}
                            </Button>
                        }
                    })}
            </li>
        }
    };
    changing(move || {
        (!requests.with(Vec::is_empty)).then(|| {
            view! { <ul class="card-requests">{requests.get().into_iter().map(row).collect_view()}</ul> }
        })
    })
}

/// R11: what rests on own items with a narrow audience can be opened to its whole audience, and closed again.
#[component]
pub(super) fn Bases(view: RwSignal<ItemView>) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let id = view.with_untracked(|view| view.id);
    let to_open = Memo::new(move |_| view.with(|view| view.to_open.clone()));
    let opened = Memo::new(move |_| view.with(|view| view.opened.clone()));
    let set = move |bases: Vec<ItemId>, open: bool| {
        for basis in bases {
            live.want(CommandKind::OpenBasis {
                item: id,
                revision: view.with_untracked(|view| view.revision),
                basis,
                open,
            });
        }
    };
    changing(move || {
        let (closed, open) = (!to_open.with(Vec::is_empty), !opened.with(Vec::is_empty));
        (closed || open).then(|| {
            view! {
                {closed
                    .then(|| {
                        view! {
                            <span class="agreement-meta" data-to-open>
                                {t!(i18n, table.action.narrow)}
                                <Button look=Look::Subtle on:click=move |_| set(to_open.get_untracked(), true)>
                                    {t!(i18n, table.action.open)}
                                </Button>
                            </span>
                        }
                    })}
                {open
                    .then(|| {
                        view! {
                            <span class="agreement-meta" data-opened>
                                {t!(i18n, table.action.opened)}
                                <Button look=Look::Subtle on:click=move |_| set(opened.get_untracked(), false)>
                                    {t!(i18n, table.action.close)}
                                </Button>
                            </span>
                        }
                    })}
            }
        })
    })
}

/// What can be done with it: by its owner, by the others, by the chair. A button is there because the rules allow it now.
#[component]
pub(super) fn Acts(
    view: RwSignal<ItemView>,
    mode: RwSignal<Mode>,
    /// Whether the chair can show it to everybody.
    #[prop(optional)]
    spotlight: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let desk = desk();
    let id = view.with_untracked(|view| view.id);
    let is_disposition = view.with_untracked(|view| matches!(view.content, ContentView::Disposition { .. }));
    let may = Memo::new(move |_| view.with(|view| view.may));
    let leads = Memo::new(move |_| spotlight && live.seen.may.with(|may| may.lead));
    let lit = Memo::new(move |_| live.spotlight.get() == Some(id));
    // Every full seat reads a disposition; only to a restricted one it can be opened.
    let restricted = move || {
        let mut seats = live.seen.seats.get().into_iter();
        seats.any(|seat| seat.level == SeatLevel::Restricted && seat.left_at.is_none())
    };
    let audience = Memo::new(move |_| may.get().set_audience && (!is_disposition || restricted()));
    let asks = Memo::new(move |_| {
        let you = live.seen.you();
        let asked = view.with(|view| view.requests.iter().any(|request| Some(request.party) == you));
        may.get().request && !asked
    });
    let open = move |it: Mode| move |_| mode.update(|mode| *mode = if *mode == it { Mode::Reading } else { it });
    let shine = move |_| {
        desk.following.set(true);
        let item = (!lit.get_untracked()).then_some(id);
        live.say(FromClient::Spotlight { item });
    };
    view! {
        <span class="card-acts">
            {move || {
                may.get()
                    .revise
                    .then(|| {
                        view! { <Button look=Look::Subtle on:click=open(Mode::Revising)>{t!(i18n, table.card.revise)}</Button> }
                    })
            }}
            {move || {
                audience
                    .get()
                    .then(|| {
                        view! { <Button look=Look::Subtle on:click=open(Mode::Widening)>{t!(i18n, table.card.audience)}</Button> }
                    })
            }}
            {move || {
                may.get()
                    .withdraw
                    .then(|| {
                        view! {
                            <Button look=Look::Subtle on:click=open(Mode::Withdrawing)>{t!(i18n, table.card.withdraw)}</Button>
                        }
                    })
            }}
            {move || {
                asks.get()
                    .then(|| {
                        view! { <Button look=Look::Subtle on:click=open(Mode::Asking)>{t!(i18n, table.request.ask)}</Button> }
                    })
            }}
            {move || {
                leads
                    .get()
                    .then(|| {
                        view! {
                            <Button
                                look=Look::Subtle
                                attr:aria-pressed=move || lit.get().to_string()
                                on:click=shine
                            >
                                {t!(i18n, table.card.spotlight)}
                            </Button>
                        }
                    })
            }}
        </span>
    }
}
