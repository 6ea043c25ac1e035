//! Copying another party's words from the screen is answered with the ground rule: what goes along is decided in the
//! closing round (R4). It hinders nobody who photographs the screen; it reminds everybody who forgets.

use leptos::ev;

use super::Desk;

/// Puts the ground rule on the clipboard in place of what is not one's own.
#[cfg(target_arch = "wasm32")]
pub(super) fn guard(event: &ev::ClipboardEvent, desk: Desk) {
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;

    let Some(selection) = window().get_selection().ok().flatten() else {
        return;
    };
    let Ok(texts) = document().query_selector_all(".card:not([data-own]) .card-text") else {
        return;
    };
    let in_field = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .is_some_and(|element| matches!(element.tag_name().as_str(), "TEXTAREA" | "INPUT"));
    let touched = (0..texts.length()).filter_map(|at| texts.get(at)).any(|text| {
        selection
            .contains_node_with_allow_partial_containment(&text, true)
            .unwrap_or(false)
    });
    if in_field || !touched {
        return;
    }
    event.prevent_default();
    if let Some(clipboard) = event.clipboard_data() {
        // A browser without a clipboard copied nothing at all, which is as good.
        let _ = clipboard.set_data("text/plain", &rule());
    }
    desk.copied.set(true);
}

/// Only a browser copies.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn guard(_event: &ev::ClipboardEvent, _desk: Desk) {}

/// The sentence, as it stands on the page for the printer.
#[cfg(target_arch = "wasm32")]
fn rule() -> String {
    let sentence = leptos::prelude::document()
        .query_selector(".table-print")
        .ok()
        .flatten();
    sentence.and_then(|element| element.text_content()).unwrap_or_default()
}
