//! One line that somebody types: a reason, a condition, a label.

use akkoord::text::LONGEST_NOTE;
use leptos::prelude::*;

use crate::ui::view;

/// The control alone; it stands in a `<label>`.
#[component]
pub(super) fn NoteLine(
    /// What is typed.
    value: RwSignal<String>,
    /// How many characters fit.
    #[prop(default = LONGEST_NOTE)]
    longest: usize,
    /// Whether something must stand in it.
    #[prop(optional)]
    required: bool,
) -> impl IntoView {
    view! {
        <input
            class="utrecht-textbox"
            type="text"
            required=required
            maxlength=longest.to_string()
            prop:value=move || value.get()
            on:input=move |event| value.set(event_target_value(&event))
        />
    }
}
