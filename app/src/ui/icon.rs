//! The few icons we use, drawn in one weight. They accompany words and are hidden from those who listen.

use crate::ui::view;
use leptos::prelude::*;

/// Which icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A circled i.
    Info,
    /// A triangle with an exclamation mark.
    Warning,
    /// Two bars: the clock stands still.
    Pause,
    /// A paragraph sign in a square: the law's clock.
    Law,
    /// A plus.
    Add,
    /// A lock: only this audience.
    Lock,
}

impl Shape {
    fn path(self) -> &'static str {
        match self {
            Self::Info => "M12 11v6M12 7.5v.5M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18z",
            Self::Warning => "M12 9v5M12 17v.5M12 3.5L2.5 20h19z",
            Self::Pause => "M8.5 5v14M15.5 5v14",
            Self::Law => {
                "M14.5 8.2C14 7 13 6.5 12 6.5c-1.500 0-2.700.9-2.700 2.100 0 3 5.700 2.200 5.700 5.200M9.500 15.800c.5 1.200 1.500 1.700 2.500 1.700 1.500 0 2.700-.9 2.700-2.100M4 3h16v18H4z"
            }
            Self::Add => "M12 5v14M5 12h14",
            Self::Lock => "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
        }
    }
}

/// An icon the size of the text it stands in.
#[component]
pub(crate) fn Icon(
    /// Which.
    shape: Shape,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=shape.path() fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"></path>
        </svg>
    }
}
