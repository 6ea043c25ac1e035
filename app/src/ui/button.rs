//! Buttons. A native `button`, so that Enter and Space work by themselves.

use crate::ui::view;
use leptos::prelude::*;

/// How loud a button is. One page has at most one primary button in sight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Look {
    /// What this page is for.
    Primary,
    /// Everything else.
    #[default]
    Secondary,
    /// Beside text, without a box.
    Subtle,
    /// Cannot be taken back.
    Danger,
    /// VT's own: needs more time.
    MoreTime,
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "utrecht-button utrecht-button--primary-action",
            Self::Secondary => "utrecht-button utrecht-button--secondary-action",
            Self::Subtle => "utrecht-button utrecht-button--subtle",
            Self::Danger => "utrecht-button utrecht-button--primary-action utrecht-button--danger",
            Self::MoreTime => "utrecht-button button-more-time",
        }
    }
}

/// A button. Handlers and further attributes are added where it is used: `<Button on:click=…>`.
#[component]
pub(crate) fn Button(
    /// How loud it is.
    #[prop(optional)]
    look: Look,
    /// Sends the form it stands in.
    #[prop(optional)]
    submit: bool,
    /// The key that does the same; shown in the button and announced with it.
    #[prop(optional)]
    key: Option<&'static str>,
    /// What it says.
    children: Children,
) -> impl IntoView {
    view! {
        <button type=if submit { "submit" } else { "button" } class=look.class() aria-keyshortcuts=key>
            {children()}
            {key.map(|key| view! { <kbd class="key" aria-hidden="true">{key}</kbd> })}
        </button>
    }
}
