//! A form field: label above, hint under it, error between label and control, tied together for those who listen.

use leptos::prelude::*;

use crate::ui::text::shown;
use crate::ui::view;

/// Wraps one control. The control itself carries `id`, and names [`described_by`] in `aria-describedby`.
#[component]
pub(crate) fn Field(
    /// The id of the control.
    #[prop(into)]
    id: String,
    /// What to fill in.
    #[prop(into)]
    label: Signal<String>,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong with it now.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// The control.
    children: Children,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    view! {
        <div class="utrecht-form-field" class:utrecht-form-field--invalid=move || error.get().is_some()>
            <label class="utrecht-form-label utrecht-form-field__label" for=id>
                {shown(move || label.get())}
            </label>
            <div class="utrecht-form-field-description utrecht-form-field__description" id=hint_id>
                {shown(move || hint.get())}
            </div>
            <div class="utrecht-form-field-error-message utrecht-form-field__error-message" id=error_id>
                {shown(move || error.get())}
            </div>
            <div class="utrecht-form-field__input">{children()}</div>
        </div>
    }
}

/// What a control in a [`Field`] puts in `aria-describedby`.
pub(crate) fn described_by(id: &str) -> String {
    format!("{id}-hint {id}-error")
}
