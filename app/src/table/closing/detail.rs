//! The details of one cell: what for, an excerpt, a condition, and one sentence where the ground is contested (C2, R5).

use akkoord::ground::{GroundStatus, LegalGround};
use akkoord::ids::{ContributionId, PartyId};
use akkoord::party::PartyKind;
use akkoord::session::command::{Purpose, Verdict};
use akkoord::session::view::VerdictView;
use akkoord::text::{LONGEST_CONTRIBUTION, LONGEST_NOTE};
use leptos::ev;
use leptos::prelude::*;

use super::matrix::{asked, doubt_word};
use super::plan::{Decided, asks_sentence, decided, usual_purpose};
use crate::i18n::{t, t_string, use_i18n};
use crate::table::card::purpose_words;
use crate::table::note::NoteLine;
use crate::table::watchful::{Goes, Watchful};
use crate::table::{desk, dom, live};
use crate::ui::{Button, Dialog, Look, view};

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

#[component]
fn Detail(id: ContributionId, to: PartyId, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let desk = desk();
    let seen = live.seen;
    let card = untrack(|| seen.card(id)).map(|card| card.view.get_untracked());
    let seat = seen
        .seats
        .with_untracked(|seats| seats.iter().find(|seat| seat.party.id == to).cloned());
    let (Some(card), Some(seat)) = (card, seat) else {
        return ().into_any();
    };
    let to_court = seat.party.kind == PartyKind::Prosecution;
    let request = asked(&card, to);
    let state = decided(&card, to);
    let purposes: Vec<Purpose> = {
        let mut actions = seen.actions.get_untracked();
        actions.sort_by_key(|action| action.performer != to);
        let actions = actions.into_iter().map(|action| Purpose::Action(action.id));
        actions
            .chain(seat.tasks.iter().map(|task| Purpose::Task(task.code.clone())))
            .collect()
    };
    let wanted = request.as_ref().and_then(|request| request.purpose.as_ref());
    let usual = seen
        .actions
        .with_untracked(|actions| usual_purpose(wanted, to, &seat.tasks, actions));
    let was = card
        .cells
        .iter()
        .find(|cell| cell.recipient == to)
        .map(|cell| cell.verdict.clone());
    let (was_purpose, was_excerpt, was_condition, was_motivation) = match was {
        Some(VerdictView::Approved {
            purpose,
            excerpt,
            condition,
            motivation,
            ..
        }) => (Some(purpose), excerpt, condition, motivation),
        Some(VerdictView::Declined { .. }) | None => (None, None, None, None),
    };
    let purpose = RwSignal::new(was_purpose.or(usual));
    let excerpt = RwSignal::new(was_excerpt.unwrap_or_default());
    let condition = RwSignal::new(was_condition.unwrap_or_default());
    // The ground follows the purpose: what is not doubted for one task can be for another (C2).
    let grounds = StoredValue::new(seat.clone());
    let ground =
        Memo::new(move |_| grounds.with_value(|seat| purpose.with(|it| seat.ground_for(it.as_ref()).cloned())));
    let asks = Memo::new(move |_| ground.with(|ground| asks_sentence(ground.as_ref())));
    let article = move || ground.get().map(|ground| ground.article).unwrap_or_default();
    // A sentence that was to be used again is for this recipient on this article, and for no other.
    let sentence = move || desk.sentences.with_untracked(|all| all.get(&(to, article())).cloned());
    let again = RwSignal::new(untrack(sentence).is_some());
    let motivation = RwSignal::new(was_motivation.or_else(|| untrack(sentence)).unwrap_or_default());
    let reason = RwSignal::new(String::new());
    let missing = RwSignal::new(false);
    let filled = |text: RwSignal<String>| Some(text.get_untracked()).filter(|text| !text.trim().is_empty());

    let approve = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let asks = asks.get_untracked();
        let motivation = filled(motivation).filter(|_| asks);
        let Some(purpose) = purpose.get_untracked().filter(|_| !asks || motivation.is_some()) else {
            missing.set(true);
            return;
        };
        let key = (to, untrack(article));
        desk.sentences
            .update(|all| match motivation.clone().filter(|_| again.get_untracked()) {
                Some(sentence) => {
                    all.insert(key, sentence);
                }
                None => {
                    all.remove(&key);
                }
            });
        let verdict = Verdict::Approve {
            purpose,
            excerpt: filled(excerpt),
            condition: filled(condition),
            motivation,
        };
        super::decide(live, desk, id, to, verdict);
        open.set(false);
    };
    let decline = move |_| {
        super::decide(live, desk, id, to, Verdict::Decline { reason: filled(reason) });
        open.set(false);
    };
    let undo = move |_| {
        super::decide(live, desk, id, to, Verdict::Undecide);
        open.set(false);
    };
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
    let all = StoredValue::new(purposes.clone());
    let option = move |(number, it): (usize, Purpose)| {
        let shown = it.clone();
        let doubt = {
            let it = it.clone();
            move || {
                let ground = grounds.with_value(|seat| seat.ground_for(Some(&it)).cloned());
                doubt_word(i18n.get_locale(), ground.as_ref()).map_or_else(String::new, |doubt| format!(" (⚠ {doubt})"))
            }
        };
        let text = move || match &shown {
            Purpose::Action(id) => {
                let number = purpose_words(i18n.get_locale(), seen, to, &shown);
                let action = seen.actions.with(|all| all.iter().find(|it| it.id == *id).cloned());
                action.map_or(number.clone(), |action| {
                    format!("{number}: {} ({})", action.text, seen.party(action.performer))
                })
            }
            Purpose::Task(_) => purpose_words(i18n.get_locale(), seen, to, &shown),
        };
        view! {
            <option value=number.to_string() prop:selected=move || purpose.with(|chosen| chosen.as_ref() == Some(&it))>
                {move || text()}
                {move || doubt()}
            </option>
        }
    };
    let whole = StoredValue::new(card.text.clone().unwrap_or_default());
    let leaving = Signal::derive(move || {
        Some(excerpt.get())
            .filter(|it| !it.trim().is_empty())
            .unwrap_or_else(|| whole.get_value())
    });
    // Selected words go after what was taken before; without a selection, all of it, to make shorter.
    let take = move |_| {
        let words = dom::selected_in("[data-source]").unwrap_or_else(|| whole.get_value());
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
    let ground_words = move || {
        let LegalGround { article, status } = ground.get()?;
        Some(match status {
            GroundStatus::Undisputed => format!("{} {article}", t_string!(i18n, closing.detail.ground)),
            GroundStatus::Contested => t_string!(i18n, closing.detail.disputed, article = article).to_string(),
            GroundStatus::None => t_string!(i18n, closing.detail.without, article = article).to_string(),
        })
    };
    let why = move || {
        ground.with(|ground| match ground.as_ref().map(|ground| ground.status) {
            Some(GroundStatus::None) => t_string!(i18n, closing.detail.motivation_without),
            _ => t_string!(i18n, closing.detail.motivation),
        })
    };
    // Where the eye must go first: to the sentence that is asked, else to the purpose.
    let asks_first = asks.get_untracked();
    let none = purposes.is_empty();
    view! {
        <form class="table-form stack" on:submit=approve>
            {move || asked_for().map(|text| view! { <p class="detail-asked">"◇ " {text}</p> })}
            <label>
                {t!(i18n, closing.detail.text)}
                // Not `readonly`: a caret can walk in it then, and the words be selected by keyboard alone.
                <textarea
                    class="utrecht-textarea detail-source"
                    data-source
                    aria-readonly="true"
                    spellcheck="false"
                    rows="2"
                    prop:value=move || whole.get_value()
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
            {to_court.then(|| view! { <p class="note detail-warning">"⚠ " {t!(i18n, closing.to_court)}</p> })}
            {none.then(|| view! { <p>{t!(i18n, closing.detail.no_purpose)}</p> })}
            <label>
                {t!(i18n, closing.detail.purpose)}
                <select
                    class="utrecht-select"
                    autofocus=!asks_first
                    on:change=move |event| {
                        let number = event_target_value(&event).parse::<usize>().ok();
                        purpose.set(number.and_then(|number| all.with_value(|all| all.get(number).cloned())));
                        missing.set(false);
                        if motivation.with_untracked(String::is_empty) && let Some(again) = untrack(sentence) {
                            motivation.set(again);
                        }
                    }
                >
                    {purposes.into_iter().enumerate().map(option).collect_view()}
                </select>
            </label>
            <p
                class="note detail-ground"
                role="status"
                data-doubt=move || asks.get().then_some("true")
            >
                {move || asks.get().then_some("⚠ ")}
                {move || ground_words()}
            </p>
            {move || {
                asks.get()
                    .then(|| {
                        view! {
                            <label>
                                {move || why()}
                                <textarea
                                    class="utrecht-textarea"
                                    autofocus=asks_first
                                    maxlength=LONGEST_NOTE.to_string()
                                    aria-invalid=move || missing.get().then_some("true")
                                    prop:value=move || motivation.get()
                                    on:input=move |event| motivation.set(event_target_value(&event))
                                    on:keydown=submit_on_enter
                                ></textarea>
                            </label>
                            <label class="check">
                                <input
                                    type="checkbox"
                                    class="utrecht-checkbox"
                                    prop:checked=move || again.get()
                                    on:change=move |event| again.set(event_target_checked(&event))
                                />
                                {move || t_string!(i18n, closing.detail.again, party = seen.party(to)).to_string()}
                            </label>
                        }
                    })
            }}
            <label>
                {t!(i18n, closing.detail.excerpt)}
                <textarea
                    class="utrecht-textarea"
                    data-excerpt
                    maxlength=LONGEST_CONTRIBUTION.to_string()
                    prop:value=move || excerpt.get()
                    on:input=move |event| excerpt.set(event_target_value(&event))
                ></textarea>
            </label>
            <label>
                {t!(i18n, closing.detail.condition)}
                <NoteLine value=condition />
            </label>
            <label>
                {t!(i18n, closing.detail.reason)}
                <NoteLine value=reason />
            </label>
            <div class="detail-acts">
                {move || {
                    missing
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
                    <Button look=Look::Primary submit=true>
                        {t!(i18n, closing.detail.approve)}
                    </Button>
                    <Button on:click=decline>{t!(i18n, closing.detail.decline)}</Button>
                    {(state != Decided::Empty)
                        .then(|| view! { <Button on:click=undo>{t!(i18n, closing.detail.undo)}</Button> })}
                </div>
            </div>
        </form>
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
