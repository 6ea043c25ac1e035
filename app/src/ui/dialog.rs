//! A native `dialog`: the browser holds the focus inside, closes on Escape and gives the focus back.

use leptos::html;
use leptos::prelude::*;

use crate::i18n::{t_string, use_i18n};
use crate::ui::button::Button;
use crate::ui::text::shown;
use crate::ui::view;

/// A dialog over the page, open while `open` is true.
#[component]
pub(crate) fn Dialog(
    /// Whether it is open. Escape and the closing button make it false.
    open: RwSignal<bool>,
    /// A name for the heading, unique on the page.
    #[prop(into)]
    id: String,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// What the closing button says, where "close" alone could be misread.
    #[prop(optional, into)]
    dismiss: Option<Signal<String>>,
    /// What it holds.
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        if open.get() == dialog.open() {
            return;
        }
        if open.get_untracked() {
            // It fails only when the dialog is open already.
            let _ = dialog.show_modal();
        } else {
            dialog.close();
        }
    });
    let heading = id.clone();
    view! {
        <dialog class="dialog" node_ref=node aria-labelledby=heading on:close=move |_| open.set(false)>
            <div class="dialog-head">
                <h2 class="utrecht-heading-2" id=id>
                    {shown(move || title.get())}
                </h2>
            </div>
            <div class="dialog-body">{children()}</div>
            <div class="dialog-foot">
                <Button on:click=move |_| open.set(false)>
                    {move || dismiss.map_or_else(|| t_string!(i18n, common.act.close).to_owned(), |words| words.get())}
                </Button>
            </div>
        </dialog>
    }
}
