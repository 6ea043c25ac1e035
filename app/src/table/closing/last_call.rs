//! Laatste oproep: the chair says that it is about to close. Everybody sees it calmly, with what they have still to decide
//! and a way to it. It hurries nobody: what is undecided stays not released, and that is a normal outcome (R4, R13).

use akkoord::session::CommandKind;
use leptos::prelude::*;

use super::chair_button::ChairButton;
use crate::i18n::{t, t_string, td_string, use_i18n};
use crate::table::{desk, dom, live};
use crate::ui::{Button, Icon, Shape, time, view};

/// The chair's button in the bar, during the closing round. It stays where it is after the call, so that the focus stays
/// too; a later call takes the place of the one before.
#[component]
pub(in crate::table) fn LastCallButton() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let seen = live.seen;
    let may = Memo::new(move |_| seen.may.with(|may| may.last_call));
    let label = Signal::derive(move || {
        if seen.progress.with(|progress| progress.last_call.is_some()) {
            t_string!(i18n, closing.last_call.again).to_owned()
        } else {
            t_string!(i18n, closing.last_call.act).to_owned()
        }
    });
    let press = Callback::new(move |()| live.want(CommandKind::LastCall {}));
    view! { <ChairButton may label press /> }
}

/// The banner on every screen while the call holds.
#[component]
pub(in crate::table) fn LastCall() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let desk = desk();
    let seen = live.seen;
    let called = Memo::new(move |_| seen.progress.with(|progress| progress.last_call));
    let stands = Memo::new(move |_| called.with(Option::is_some));
    let open = Memo::new(move |_| super::open_cells(seen).len());
    let text = move || {
        let at = called.get()?;
        Some(t_string!(i18n, closing.last_call.said, time = time::clock_time(at)).to_string())
    };
    let own = move || {
        let locale = i18n.get_locale();
        match open.get() {
            0 => td_string!(locale, closing.last_call.none_left).to_owned(),
            1 => td_string!(locale, closing.last_call.one_left).to_owned(),
            number => td_string!(locale, closing.last_call.left, number = number).to_string(),
        }
    };
    let some = Memo::new(move |_| open.get() > 0);
    let go = move |_| {
        desk.matrix.set(true);
        if let Some((item, to)) = untrack(|| super::open_cells(seen).first().copied()) {
            dom::focus_soon(format!("[data-cell='{item}/{to}']"));
        }
    };
    view! {
        <div role="status">
            {move || {
                stands
                    .get()
                    .then(|| {
                        view! {
                            <div class="banner banner--call" data-last-call>
                                <span class="banner-title">
                                    <Icon shape=Shape::Info />
                                    {t!(i18n, closing.last_call.title)}
                                </span>
                                <span class="banner-text">
                                    {move || text()} " "
                                    // It changes with each decision; the round itself already says how many are left.
                                    <span aria-live="off">{move || own()}</span>
                                </span>
                                {move || {
                                    some.get().then(|| view! { <Button on:click=go>{t!(i18n, closing.last_call.go)}</Button> })
                                }}
                            </div>
                        }
                    })
            }}
        </div>
    }
}
