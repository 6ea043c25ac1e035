//! A list with nothing in it says what will come there and what to do meanwhile.

use leptos::prelude::*;

use crate::ui::text::shown;
use crate::ui::view;

/// What stands where a list would be.
#[component]
pub(crate) fn Empty(
    /// That there is nothing.
    #[prop(into)]
    title: Signal<String>,
    /// What will come here, and what to do.
    #[prop(into)]
    text: Signal<String>,
    /// A button or link, if there is something to do.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p class="empty-title">{shown(move || title.get())}</p>
            <p class="empty-text">{shown(move || text.get())}</p>
            {children.map(|children| view! { <div class="empty-act">{children()}</div> })}
        </div>
    }
}
