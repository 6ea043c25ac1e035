//! Light or dark: what the device prefers, unless a person chose otherwise. Kept in a cookie, so that the server
//! renders the right one at once.

use leptos::prelude::*;

use crate::i18n::{t, t_string, use_i18n};
use crate::ui::remember;
use crate::ui::view;

/// The cookie, and the query parameter that does the same without a script.
const NAME: &str = "weergave";

/// How a person wants the pages to look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the device says.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// As it stands in the cookie and on the page.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn named(name: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|theme| theme.name() == name)
            .unwrap_or_default()
    }
}

/// Makes the choice known to everything below.
pub(crate) fn provide_theme() -> RwSignal<Theme> {
    let theme = RwSignal::new(remember::chosen(NAME).map_or_else(Theme::default, |name| Theme::named(&name)));
    provide_context(theme);
    theme
}

/// Three links that switch the looks in place, and still work before the page wakes.
#[component]
pub(crate) fn ThemeSwitch() -> impl IntoView {
    let i18n = use_i18n();
    let theme = expect_context::<RwSignal<Theme>>();
    let link = move |choice: Theme| {
        view! {
            <a
                class="choice"
                href=format!("?{NAME}={}", choice.name())
                aria-current=move || (theme.get() == choice).then_some("true")
                rel="external"
                on:click=move |event| {
                    event.prevent_default();
                    theme.set(choice);
                    remember::choose(NAME, choice.name());
                }
            >
                {move || match choice {
                    Theme::Auto => t!(i18n, common.theme.auto).into_any(),
                    Theme::Light => t!(i18n, common.theme.light).into_any(),
                    Theme::Dark => t!(i18n, common.theme.dark).into_any(),
                }}
            </a>
        }
    };
    view! {
        <div class="choices" role="group" aria-label=move || t_string!(i18n, common.theme.label)>
            {Theme::ALL.map(link)}
        </div>
    }
}
