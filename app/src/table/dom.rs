//! What only the document can do: where the focus is, and what is in sight. On a server all of it is nothing.
//!
//! A page holds one table, so its parts are found by selector.

#[cfg(target_arch = "wasm32")]
mod browser {
    use std::cell::RefCell;
    use std::rc::Rc;

    use leptos::prelude::{document, on_cleanup, request_animation_frame};
    use send_wrapper::SendWrapper;
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;
    use web_sys::{
        Element, Event, HtmlElement, MutationObserver, MutationObserverInit, ScrollIntoViewOptions,
        ScrollLogicalPosition,
    };

    const FIELDS: &str = "input:not([disabled]), select, textarea, button";

    fn find(selector: &str) -> Option<Element> {
        document().query_selector(selector).ok().flatten()
    }

    fn take_focus(element: Option<Element>) {
        if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            // It fails only for what cannot be focused.
            let _ = element.focus();
        }
    }

    pub(in crate::table) fn focus(selector: &str) {
        take_focus(find(selector));
    }

    pub(in crate::table) fn focus_soon(selector: String) {
        request_animation_frame(move || focus(&selector));
    }

    pub(in crate::table) fn focus_first_field_soon(selector: String) {
        request_animation_frame(move || {
            take_focus(find(&selector).and_then(|root| root.query_selector(FIELDS).ok().flatten()));
        });
    }

    pub(in crate::table) fn focus_if_lost_soon(selector: String) {
        request_animation_frame(move || {
            // Whoever came from another page of ours has the focus on the page as a whole.
            let nowhere = |element: Element| matches!(element.tag_name().as_str(), "BODY" | "MAIN");
            let lost = document().active_element().is_none_or(nowhere);
            if lost {
                focus(&selector);
            }
        });
    }

    pub(in crate::table) fn focus_is_in(selector: &str) -> bool {
        document()
            .active_element()
            .is_some_and(|element| element.closest(selector).ok().flatten().is_some())
    }

    /// Which value of a data attribute the focused element or one around it carries.
    pub(in crate::table) fn focused_data(attribute: &str) -> Option<String> {
        let element = document()
            .active_element()?
            .closest(&format!("[{attribute}]"))
            .ok()
            .flatten()?;
        element.get_attribute(attribute)
    }

    /// The words that are selected in a text field; nothing when none are.
    pub(in crate::table) fn selected_in(selector: &str) -> Option<String> {
        let field = find(selector)?.dyn_into::<web_sys::HtmlTextAreaElement>().ok()?;
        // A page counts in units of UTF-16.
        let place = |at: Result<Option<u32>, _>| at.ok().flatten().and_then(|at| usize::try_from(at).ok());
        let (start, end) = (place(field.selection_start())?, place(field.selection_end())?);
        let units: Vec<u16> = field.value().encode_utf16().collect();
        let words = String::from_utf16_lossy(units.get(start..end)?);
        Some(words).filter(|words| !words.trim().is_empty())
    }

    pub(in crate::table) fn dialog_is_open() -> bool {
        find("dialog[open]").is_some()
    }

    pub(in crate::table) fn scroll_to_soon(selector: String) {
        request_animation_frame(move || {
            if let Some(element) = find(&selector) {
                let options = ScrollIntoViewOptions::new();
                options.set_block(ScrollLogicalPosition::Nearest);
                element.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    }

    pub(in crate::table) fn scroll_end_soon(selector: &'static str) {
        request_animation_frame(move || {
            if let Some(element) = find(selector) {
                element.set_scroll_top(element.scroll_height());
            }
        });
    }

    /// Whether the last of it is in sight.
    pub(in crate::table) fn at_end(selector: &str) -> bool {
        const NEARLY: i32 = 80;
        find(selector)
            .is_none_or(|element| element.scroll_height() - element.scroll_top() - element.client_height() < NEARLY)
    }

    /// What has the focus may disappear under it: a button that is no longer needed, a card that was narrowed. Then the
    /// nearest thing around it that still stands takes the focus, so that nobody starts again at the top of the page.
    pub(in crate::table) fn keep_focus(selector: &str) {
        let Some(root) = find(selector) else { return };
        let path = Rc::new(RefCell::new(Vec::<Element>::new()));
        let seen = path.clone();
        let focused = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            let mut next = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let mut path = seen.borrow_mut();
            path.clear();
            while let Some(element) = next {
                next = element.parent_element();
                path.push(element);
            }
        });
        let changed = Closure::<dyn FnMut()>::new(move || {
            let lost = document()
                .active_element()
                .is_none_or(|element| element.tag_name() == "BODY");
            // Found first, taken after: taking the focus writes the path anew, while nobody may be reading it.
            let left = nearest_left(&path.borrow());
            if lost && let Some(around) = left {
                if !around.has_attribute("tabindex") {
                    // It fails only for a name that is none.
                    let _ = around.set_attribute("tabindex", "-1");
                }
                take_focus(Some(around));
            }
        });
        let Ok(observer) = MutationObserver::new(changed.as_ref().unchecked_ref()) else {
            return;
        };
        let what = MutationObserverInit::new();
        what.set_child_list(true);
        what.set_subtree(true);
        // Without it the focus falls back to the page, as in any other program.
        let _ = observer.observe_with_options(&root, &what);
        let _ = root.add_event_listener_with_callback("focusin", focused.as_ref().unchecked_ref());
        let kept = SendWrapper::new((observer, changed, focused));
        on_cleanup(move || kept.0.disconnect());
    }

    /// What still stands around a focused thing that is gone; nothing when it is there.
    fn nearest_left(path: &[Element]) -> Option<Element> {
        let gone = path.first().is_some_and(|element| !element.is_connected());
        let stands = |element: &&Element| element.is_connected() && element.tag_name() != "BODY";
        path.iter().filter(|_| gone).find(stands).cloned()
    }

    /// All values of a data attribute, in the order of the page.
    pub(in crate::table) fn all_data(attribute: &str) -> Vec<String> {
        let Ok(nodes) = document().query_selector_all(&format!("[{attribute}]")) else {
            return Vec::new();
        };
        (0..nodes.length())
            .filter_map(|at| nodes.get(at)?.dyn_into::<Element>().ok()?.get_attribute(attribute))
            .collect()
    }
}

#[cfg(target_arch = "wasm32")]
pub(super) use browser::*;

#[cfg(not(target_arch = "wasm32"))]
mod nothing {
    pub(in crate::table) fn focus(_selector: &str) {}
    pub(in crate::table) fn keep_focus(_selector: &str) {}
    pub(in crate::table) fn focus_soon(_selector: String) {}
    pub(in crate::table) fn focus_first_field_soon(_selector: String) {}
    pub(in crate::table) fn focus_if_lost_soon(_selector: String) {}
    pub(in crate::table) fn focus_is_in(_selector: &str) -> bool {
        false
    }
    pub(in crate::table) fn focused_data(_attribute: &str) -> Option<String> {
        None
    }
    pub(in crate::table) fn selected_in(_selector: &str) -> Option<String> {
        None
    }
    pub(in crate::table) fn dialog_is_open() -> bool {
        false
    }
    pub(in crate::table) fn scroll_to_soon(_selector: String) {}
    pub(in crate::table) fn scroll_end_soon(_selector: &'static str) {}
    pub(in crate::table) fn at_end(_selector: &str) -> bool {
        true
    }
    pub(in crate::table) fn all_data(_attribute: &str) -> Vec<String> {
        Vec::new()
    }
}

#[cfg(not(target_arch = "wasm32"))]
pub(super) use nothing::*;
