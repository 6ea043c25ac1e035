//! A button that opens a form in place. The form takes the focus, Escape closes it, and the button takes it back.

use leptos::ev;
use leptos::prelude::*;

use super::dom;
use crate::ui::{Button, Look, view};

/// The button and the form under it.
#[component]
pub(super) fn Opener(
    /// Unique on the page.
    #[prop(into)]
    name: String,
    /// Whether the form is open.
    open: RwSignal<bool>,
    /// What the button says.
    #[prop(into)]
    label: Signal<String>,
    /// How loud it is.
    #[prop(optional)]
    look: Look,
    /// The key that opens it too.
    #[prop(optional)]
    key: Option<&'static str>,
    /// The form.
    children: ChildrenFn,
) -> impl IntoView {
    let place = format!("[data-opener='{name}']");
    Effect::new(move |was: Option<bool>| {
        let is = open.get();
        match was {
            Some(false) if is => dom::focus_first_field_soon(format!("{place} .table-form")),
            Some(true) if !is => dom::focus_if_lost_soon(format!("{place} button")),
            _ => {}
        }
        is
    });
    let escape = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && open.get_untracked() {
            event.stop_propagation();
            open.set(false);
        }
    };
    // A key is optional to a button, and an optional property of a component must be there or not when it is written.
    let button = move || {
        let text = move || label.get();
        let toggle = move |_| open.update(|open| *open = !*open);
        match key {
            Some(key) => view! {
                <Button look=look key=key attr:aria-expanded=move || open.get().to_string() on:click=toggle>
                    {move || text()}
                </Button>
            },
            None => view! {
                <Button look=look attr:aria-expanded=move || open.get().to_string() on:click=toggle>
                    {move || text()}
                </Button>
            },
        }
    };
    view! {
        <div class="table-opener" data-opener=name on:keydown=escape>
            {button()}
            {move || open.get().then(|| children())}
        </div>
    }
}
