//! Messages in the page. They never cover anything and never take the focus.

use leptos::prelude::*;

use super::icon::{Icon, Shape};
use super::text::shown;
use crate::ui::view;

/// What kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Good to know.
    Info,
    /// Look at this.
    Warning,
    /// It did not work.
    Bad,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Info => "utrecht-alert utrecht-alert--info",
            Self::Warning => "utrecht-alert utrecht-alert--warning",
            Self::Bad => "utrecht-alert utrecht-alert--error",
        }
    }

    /// Bad news interrupts a screen reader, the rest waits for its turn.
    fn role(self) -> &'static str {
        match self {
            Self::Bad => "alert",
            _ => "status",
        }
    }

    fn shape(self) -> Shape {
        match self {
            Self::Info => Shape::Info,
            Self::Warning | Self::Bad => Shape::Warning,
        }
    }
}

/// A message with an icon, a heading and a text.
#[component]
pub(crate) fn Alert(
    /// What kind of message.
    tone: Tone,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// What happened, what is safe, what to do.
    children: Children,
) -> impl IntoView {
    view! {
        <div class=tone.class() role=tone.role()>
            <div class="utrecht-alert__icon">
                <Icon shape=tone.shape() />
            </div>
            <div class="utrecht-alert__content">
                <div class="utrecht-alert__message">
                    <p class="alert-title">{shown(move || title.get())}</p>
                    <div class="alert-text">{children()}</div>
                </div>
            </div>
        </div>
    }
}
