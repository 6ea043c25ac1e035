//! A button in the bar that the chair alone has, and only in the closing round.

use leptos::prelude::*;

use crate::i18n::{t_string, use_i18n};
use crate::table::live;
use crate::ui::{Button, changing, view};

/// While it may not be pressed it stays where it is and says why.
#[component]
pub(super) fn ChairButton(
    /// Whether the rules allow it now.
    may: Memo<bool>,
    /// What stands on it.
    #[prop(into)]
    label: Signal<String>,
    /// What it does.
    press: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let shown = Memo::new(move |_| super::is_round(live) && live.seen.may.with(|may| may.lead));
    let press = move |_| {
        if may.get_untracked() {
            press.run(());
        }
    };
    changing(move || {
        shown.get().then(|| {
            view! {
                <Button
                    attr:aria-disabled=move || (!may.get()).then_some("true")
                    attr:title=move || (!may.get()).then(|| t_string!(i18n, closing.close.waits))
                    on:click=press
                >
                    {move || label.get()}
                </Button>
            }
        })
    })
}
