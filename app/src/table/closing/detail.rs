//! The details of one cell: what for, who goes along by name, an excerpt, a condition, and one sentence where the ground is
//! contested (C2, R5).

use akkoord::ground::{GroundStatus, LegalGround};
use akkoord::ids::{ItemId, PartyId};
use akkoord::party::PartyKind;
use akkoord::session::closing::proposal::{Decided, decided, is_in_audience, yes_needed_of};
use akkoord::session::item::Purpose;
use akkoord::session::view::{ContentView, ItemView, VerdictView};
use akkoord::text::{LONGEST_CONTRIBUTION, LONGEST_NOTE};
use leptos::ev;
use leptos::prelude::*;

use super::cell::CellForm;
use super::matrix::{asked, doubt_word, verdict};
use super::subjects::PickNamed;
use super::words::{beginning, lapsed, needs_yes_of, row_kind};
use crate::i18n::{Locale, t, t_string, use_i18n};
use crate::live::seen::Seen;
use crate::table::card::purpose_words;
use crate::table::names;
use crate::table::note::NoteLine;
use crate::table::watchful::{Goes, Watchful};
use crate::table::{desk, dom, live};
use crate::ui::{Button, Dialog, Look, changing, view};

/// The dialog, for whichever cell is asked for.
#[component]
pub(super) fn CellDialog() -> impl IntoView {
    let i18n = use_i18n();
    let desk = desk();
    let seen = live().seen;
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if desk.cell.with(Option::is_some) {
            open.set(true);
        }
    });
    Effect::new(move |was: Option<bool>| {
        let is = open.get();
        if was == Some(true) && !is {
            desk.cell.set(None);
        }
        is
    });
    let title = Signal::derive(move || match desk.cell.get() {
        Some((_, to)) => t_string!(i18n, closing.detail.title, party = seen.party(to)).to_string(),
        None => String::new(),
    });
    view! {
        <Dialog open id="cell-title" title dismiss=Signal::derive(move || t_string!(i18n, common.act.cancel).to_owned())>
            {move || desk.cell.get().map(|(id, to)| view! { <Detail id to open /> })}
        </Dialog>
    }
}

/// One cell. Everything in it is about the item as it was read when the dialog opened.
#[component]
pub(super) fn Detail(id: ItemId, to: PartyId, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let (live, desk) = (live(), desk());
    let Some(form) = CellForm::new(live, desk, id, to, open) else {
        return ().into_any();
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        form.approve();
    };
    view! {
        <form class="table-form stack" on:submit=submit>
            <Stale form />
            <About form />
            <Source form />
            <Warnings form />
            <PickPurpose form />
            <Motivation form />
            <label>
                {t!(i18n, closing.detail.excerpt)}
                <textarea
                    class="utrecht-textarea"
                    data-excerpt
                    maxlength=LONGEST_CONTRIBUTION.to_string()
                    prop:value=move || form.excerpt.get()
                    on:input=move |event| form.excerpt.set(event_target_value(&event))
                ></textarea>
            </label>
            <PickNamed named=form.named />
            <label>
                {t!(i18n, closing.detail.condition)}
                <NoteLine value=form.condition />
            </label>
            <label>
                {t!(i18n, closing.detail.reason)}
                <NoteLine value=form.reason />
            </label>
            <Acts form />
        </form>
    }
}

/// That something else stands there by now, and the way to it.
#[component]
fn Stale(form: CellForm) -> impl IntoView {
    let i18n = use_i18n();
    let stale = Memo::new(move |_| form.is_stale());
    let gone = Memo::new(move |_| form.is_gone());
    let text = move || {
        if gone.get() {
            t_string!(i18n, closing.detail.gone)
        } else {
            t_string!(i18n, closing.detail.changed)
        }
    };
    view! {
        <div role="status">
            {move || {
                stale
                    .get()
                    .then(|| {
                        view! {
                            <p class="note detail-warning" data-stale>
                                "⚠ " {move || text()} " "
                                {move || {
                                    (!gone.get())
                                        .then(|| {
                                            view! {
                                                <Button on:click=move |_| form.open_anew()>
                                                    {t!(i18n, closing.detail.again_open)}
                                                </Button>
                                            }
                                        })
                                }}
                            </p>
                        }
                    })
            }}
        </div>
    }
}

/// What the item is, why an approval lapsed, and what was asked.
#[component]
fn About(form: CellForm) -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let to = form.to;
    let kind = Memo::new(move |_| form.item.with_value(|item| row_kind(i18n.get_locale(), seen, item)));
    let lapse = form.item.with_value(|item| match verdict(item, to) {
        Some(VerdictView::Lapsed { because, .. }) => Some(because),
        _ => None,
    });
    let lapse = move || lapse.map(|because| lapsed(i18n.get_locale(), seen, to, because));
    let request = form.item.with_value(|item| asked(item, to));
    let asked_for = move || {
        let request = request.as_ref()?;
        let what = request
            .purpose
            .as_ref()
            .map(|it| purpose_words(i18n.get_locale(), seen, to, it));
        let party = seen.party(to);
        let text = match what {
            Some(what) => t_string!(i18n, table.request.for_what, party = party, what = what).to_string(),
            None => t_string!(i18n, table.request.plain, party = party).to_string(),
        };
        Some(
            request
                .reason
                .as_ref()
                .map_or(text.clone(), |reason| format!("{text}: {reason}")),
        )
    };
    view! {
        <p class="row">
            <span class="tag">{move || kind.get().0}</span>
            <span class="card-means">{move || kind.get().1}</span>
        </p>
        {move || lapse().map(|text| view! { <p class="note" data-lapsed>"↺ " {text}</p> })}
        {move || asked_for().map(|text| view! { <p class="detail-asked">"◇ " {text}</p> })}
    }
}

/// The words of the item, out of which an excerpt can be taken.
#[component]
fn Source(form: CellForm) -> impl IntoView {
    let i18n = use_i18n();
    let whole = move || form.item.with_value(|item| item.text.clone().unwrap_or_default());
    let excerpt = form.excerpt;
    let leaving = Signal::derive(move || {
        Some(excerpt.get())
            .filter(|it| !it.trim().is_empty())
            .unwrap_or_else(whole)
    });
    // Selected words go after what was taken before; without a selection, all of it, to make shorter.
    let take = move |_| {
        let words = dom::selected_in("[data-source]").unwrap_or_else(whole);
        excerpt.update(|excerpt| {
            if excerpt.trim().is_empty() {
                words.trim().clone_into(excerpt);
            } else {
                excerpt.push_str(" (…) ");
                excerpt.push_str(words.trim());
            }
        });
        dom::focus("[data-excerpt]");
    };
    view! {
        <label>
            {t!(i18n, closing.detail.text)}
            // Not `readonly`: a caret can walk in it then, and the words be selected by keyboard alone.
            <textarea
                class="utrecht-textarea detail-source"
                data-source
                aria-readonly="true"
                spellcheck="false"
                rows="2"
                prop:value=whole
                on:beforeinput=move |event| event.prevent_default()
            ></textarea>
        </label>
        <div class="row">
            <Button look=Look::Subtle on:click=take>
                {t!(i18n, closing.detail.take)}
            </Button>
            <span class="note">{t!(i18n, closing.detail.take_note)}</span>
        </div>
        <Watchful text=leaving goes=Signal::stored(Goes::Away) />
    }
}

/// What the owner must know before it gives: who else must say yes (R11), that the recipient does not see it at the table,
/// and that it can become a document in the case (R12).
#[component]
fn Warnings(form: CellForm) -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let to = form.to;
    let needs_yes = move || {
        let owners = form.item.with_value(|item| yes_needed_of(item, &seen.views(), to));
        needs_yes_of(i18n.get_locale(), seen, &owners)
    };
    let unseen = form
        .seat
        .with_value(|seat| form.item.with_value(|item| !is_in_audience(seat, item)));
    let to_court = form.seat.with_value(|seat| seat.party.kind == PartyKind::Prosecution);
    let none = form.purposes.with_value(Vec::is_empty);
    view! {
        {move || needs_yes().map(|text| view! { <p class="note detail-warning" data-needs-yes>"⚠ " {text}</p> })}
        {unseen
            .then(|| {
                let text = move || t_string!(i18n, closing.not_seen, party = seen.party(to)).to_string();
                view! { <p class="note detail-warning" data-unseen>"⚠ " {move || text()}</p> }
            })}
        {to_court.then(|| view! { <p class="note detail-warning">"⚠ " {t!(i18n, closing.to_court)}</p> })}
        {none.then(|| view! { <p>{t!(i18n, closing.detail.no_purpose)}</p> })}
    }
}

/// What it is given for, and on what law that rests.
#[component]
fn PickPurpose(form: CellForm) -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let option = move |(place, it): (usize, Purpose)| {
        let shown = it.clone();
        let text = move || option_words(i18n.get_locale(), seen, form, &shown);
        view! {
            <option
                value=place.to_string()
                prop:selected=move || form.purpose.with(|chosen| chosen.as_ref() == Some(&it))
            >
                {move || text()}
            </option>
        }
    };
    let ground_words = move || {
        let LegalGround { article, status } = form.ground.get()?;
        Some(match status {
            GroundStatus::Undisputed => format!("{} {article}", t_string!(i18n, closing.detail.ground)),
            GroundStatus::Contested => t_string!(i18n, closing.detail.disputed, article = article).to_string(),
            GroundStatus::None => t_string!(i18n, closing.detail.without, article = article).to_string(),
        })
    };
    // Where the eye must go first: to the sentence that is asked, else to the purpose.
    let first = !form.asks.get_untracked();
    view! {
        <label>
            {t!(i18n, closing.detail.purpose)}
            <select
                class="utrecht-select"
                autofocus=first
                on:change=move |event| form.choose_purpose(event_target_value(&event).parse().ok())
            >
                {form.purposes.get_value().into_iter().enumerate().map(option).collect_view()}
            </select>
        </label>
        <p class="note detail-ground" role="status" data-doubt=move || form.asks.get().then_some("true")>
            {move || form.asks.get().then_some("⚠ ")}
            {move || ground_words()}
        </p>
    }
}

/// A purpose as it is offered: an action with its words and who performs it, and what is wrong with the ground.
fn option_words(locale: Locale, seen: Seen, form: CellForm, purpose: &Purpose) -> String {
    let name = purpose_words(locale, seen, form.to, purpose);
    let said = match purpose {
        Purpose::Action(id) => {
            let action = seen.card(*id).map(|card| card.view.get());
            let said = action.and_then(|action| action_words(locale, seen, &action));
            said.map_or(name.clone(), |said| format!("{name}: {said}"))
        }
        Purpose::Task(_) => name,
    };
    let ground = form.seat.with_value(|seat| seat.ground_for(Some(purpose)).cloned());
    match doubt_word(locale, ground.as_ref()) {
        Some(doubt) => format!("{said} (⚠ {doubt})"),
        None => said,
    }
}

/// The beginning of an action's words, and who performs it.
fn action_words(locale: Locale, seen: Seen, action: &ItemView) -> Option<String> {
    let ContentView::Action { performer, .. } = &action.content else {
        return None;
    };
    let performer = names::assignee(locale, seen, *performer);
    Some(format!("{} ({performer})", beginning(action, 80)))
}

/// The sentence that a contested or missing ground asks for (C2).
#[component]
fn Motivation(form: CellForm) -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let why = move || {
        form.ground
            .with(|ground| match ground.as_ref().map(|ground| ground.status) {
                Some(GroundStatus::None) => t_string!(i18n, closing.detail.motivation_without),
                _ => t_string!(i18n, closing.detail.motivation),
            })
    };
    let first = form.asks.get_untracked();
    changing(move || {
        form.asks.get().then(|| {
            view! {
                <label>
                    {move || why()}
                    <textarea
                        class="utrecht-textarea"
                        autofocus=first
                        maxlength=LONGEST_NOTE.to_string()
                        aria-invalid=move || form.missing.get().then_some("true")
                        prop:value=move || form.motivation.get()
                        on:input=move |event| form.motivation.set(event_target_value(&event))
                        on:keydown=submit_on_enter
                    ></textarea>
                </label>
                <label class="check">
                    <input
                        type="checkbox"
                        class="utrecht-checkbox"
                        prop:checked=move || form.again.get()
                        on:change=move |event| form.again.set(event_target_checked(&event))
                    />
                    {move || t_string!(i18n, closing.detail.again, party = seen.party(form.to)).to_string()}
                </label>
            }
        })
    })
}

/// Yes, no, or undecided again. While something else stands there than what was read, none of them does anything.
#[component]
fn Acts(form: CellForm) -> impl IntoView {
    let i18n = use_i18n();
    let is_decided = form.item.with_value(|item| decided(item, form.to)) != Decided::Empty;
    let stale = Memo::new(move |_| form.is_stale());
    let disabled = move || stale.get().then_some("true");
    view! {
        <div class="detail-acts">
            {move || {
                form.missing
                    .get()
                    .then(|| {
                        view! {
                            <p role="status" class="utrecht-form-field-error-message">
                                {t!(i18n, closing.detail.missing)}
                            </p>
                        }
                    })
            }}
            <div class="row">
                <Button look=Look::Primary submit=true attr:aria-disabled=disabled>
                    {t!(i18n, closing.detail.approve)}
                </Button>
                <Button attr:aria-disabled=disabled on:click=move |_| form.decline()>
                    {t!(i18n, closing.detail.decline)}
                </Button>
                {is_decided
                    .then(|| {
                        view! {
                            <Button attr:aria-disabled=disabled on:click=move |_| form.undecide()>
                                {t!(i18n, closing.detail.undo)}
                            </Button>
                        }
                    })}
            </div>
        </div>
    }
}

/// One sentence needs no line end: Enter sends the form.
#[allow(
    clippy::needless_pass_by_value,
    reason = "what a page hands to a handler, it hands over"
)]
pub(super) fn submit_on_enter(event: ev::KeyboardEvent) {
    if event.key() == "Enter" && !event.shift_key() {
        event.prevent_default();
        #[cfg(target_arch = "wasm32")]
        {
            use wasm_bindgen::JsCast;

            let field = event
                .target()
                .and_then(|target| target.dyn_into::<web_sys::HtmlTextAreaElement>().ok());
            if let Some(form) = field.and_then(|field| field.form()) {
                // A form that does not hold together says so itself.
                let _ = form.request_submit();
            }
        }
    }
}
