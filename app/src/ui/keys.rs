//! The keys that work everywhere, and the sheet that lists all of them. A person can switch them off: a single
//! letter must never surprise somebody who speaks to the computer (WCAG 2.1.4).

use leptos::ev;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use crate::i18n::{t, t_string, use_i18n};
use crate::ui::dialog::Dialog;
use crate::ui::remember;
use crate::ui::view;

const NAME: &str = "toetsen";

/// Whether single keys do something, and whether the sheet is open.
#[derive(Clone, Copy)]
pub(crate) struct Keys {
    /// False when the person switched them off.
    pub(crate) on: RwSignal<bool>,
    /// Whether the sheet is open.
    pub(crate) help: RwSignal<bool>,
}

/// Makes the keys known to everything below.
pub(crate) fn provide_keys() -> Keys {
    let keys = Keys {
        on: RwSignal::new(remember::chosen(NAME).as_deref() != Some("uit")),
        help: RwSignal::new(false),
    };
    provide_context(keys);
    keys
}

/// The key that was pressed, when it is meant as a command: keys are on, no modifier, not typing.
pub(crate) fn command_key(event: &ev::KeyboardEvent, keys: Keys) -> Option<String> {
    let plain = !(event.ctrl_key() || event.meta_key() || event.alt_key() || event.repeat() || event.is_composing());
    (keys.on.get_untracked() && plain && !typing(event)).then(|| event.key())
}

/// Whether the key goes into a text. Only a browser knows.
#[cfg(target_arch = "wasm32")]
fn typing(event: &ev::KeyboardEvent) -> bool {
    use wasm_bindgen::JsCast;

    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok());
    target.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "TEXTAREA" | "SELECT")
            || element.is_content_editable()
            || (element.tag_name() == "INPUT"
                && !matches!(
                    element.get_attribute("type").as_deref(),
                    Some("checkbox" | "radio" | "button")
                ))
    })
}

/// Whether the key goes into a text. Only a browser knows.
#[cfg(not(target_arch = "wasm32"))]
fn typing(_event: &ev::KeyboardEvent) -> bool {
    true
}

/// Listens for the keys that work everywhere. `g` and then a letter goes to a page.
pub(crate) fn listen(keys: Keys) {
    let navigate = use_navigate();
    let after_g = StoredValue::new(false);
    Effect::new(move |_| {
        let navigate = navigate.clone();
        let handle = window_event_listener(ev::keydown, move |event| {
            let Some(key) = command_key(&event, keys) else { return };
            let went = after_g.get_value();
            after_g.set_value(!went && key == "g");
            let page = match (went, key.as_str()) {
                (true, "o") => Some("/overleggen"),
                (true, "d") => Some("/dossier"),
                (true, "r") => Some("/register"),
                (true, "n") => Some("/overleggen/nieuw"),
                (false, "?") => {
                    keys.help.update(|open| *open = !*open);
                    None
                }
                _ => None,
            };
            if let Some(page) = page {
                event.prevent_default();
                navigate(page, leptos_router::NavigateOptions::default());
            }
        });
        on_cleanup(move || handle.remove());
    });
}

/// The sheet with all keys.
#[component]
pub(crate) fn KeysHelp() -> impl IntoView {
    let i18n = use_i18n();
    let keys = expect_context::<Keys>();
    let row = |key: &'static str, does: AnyView| {
        let parts = key
            .split(' ')
            .map(|part| view! { <kbd class="key">{part}</kbd> })
            .collect_view();
        view! {
            <tr class="utrecht-table__row">
                <th scope="row" class="utrecht-table__cell">{parts}</th>
                <td class="utrecht-table__cell">{does}</td>
            </tr>
        }
    };
    let group = move |heading: AnyView, rows: AnyView| {
        view! {
            <table class="utrecht-table keys-table">
                <caption class="utrecht-table__caption">{heading}</caption>
                <thead class="utrecht-table__header">
                    <tr class="utrecht-table__row">
                        <th scope="col" class="utrecht-table__header-cell">{t!(i18n, common.keys.key)}</th>
                        <th scope="col" class="utrecht-table__header-cell">{t!(i18n, common.keys.does)}</th>
                    </tr>
                </thead>
                <tbody class="utrecht-table__body">{rows}</tbody>
            </table>
        }
    };
    view! {
        <Dialog open=keys.help id="keys-title" title=Signal::derive(move || t_string!(i18n, common.keys.title).to_owned())>
            <p>{t!(i18n, common.keys.intro)}</p>
            <label class="check">
                <input
                    type="checkbox"
                    class="utrecht-checkbox"
                    prop:checked=move || keys.on.get()
                    on:change=move |event| {
                        let on = event_target_checked(&event);
                        keys.on.set(on);
                        remember::choose(NAME, if on { "aan" } else { "uit" });
                    }
                />
                {t!(i18n, common.keys.on)}
            </label>
            {group(
                t!(i18n, common.keys.everywhere).into_any(),
                view! {
                    {row("?", t!(i18n, common.keys.help).into_any())}
                    {row("Esc", t!(i18n, common.keys.escape).into_any())}
                    {row("g o", t!(i18n, common.keys.go_sessions).into_any())}
                    {row("g d", t!(i18n, common.keys.go_dossier).into_any())}
                    {row("g r", t!(i18n, common.keys.go_register).into_any())}
                    {row("g n", t!(i18n, common.keys.go_new).into_any())}
                },
            )}
            {group(
                t!(i18n, common.keys.at_table).into_any(),
                view! {
                    {row("t", t!(i18n, common.keys.more_time).into_any())}
                    {row("n", t!(i18n, common.keys.new_contribution).into_any())}
                    {row("Ctrl ⏎", t!(i18n, common.keys.share).into_any())}
                    {row("j", t!(i18n, common.keys.next_card).into_any())}
                    {row("k", t!(i18n, common.keys.previous_card).into_any())}
                    {row("v", t!(i18n, common.keys.follow_chair).into_any())}
                    {row("a", t!(i18n, common.keys.action).into_any())}
                    {row("c", t!(i18n, common.keys.matrix).into_any())}
                },
            )}
            {group(
                t!(i18n, common.keys.in_matrix).into_any(),
                view! {
                    {row("← ↑ → ↓", t!(i18n, common.keys.move_about).into_any())}
                    {row("⏎ j", t!(i18n, common.keys.approve).into_any())}
                    {row("x", t!(i18n, common.keys.decline).into_any())}
                    {row("o ⌫", t!(i18n, common.keys.clear).into_any())}
                    {row("d", t!(i18n, common.keys.details).into_any())}
                    {row("r", t!(i18n, common.keys.requested).into_any())}
                    {row("u", t!(i18n, common.keys.undo).into_any())}
                },
            )}
        </Dialog>
    }
}
