//! Which language a person reads. Dutch, unless they chose otherwise; kept in a cookie, switched without reload.

use leptos::prelude::*;
use leptos_i18n::context::{I18nContextOptions, UseLocalesOptions, init_i18n_context_with_options};

use crate::i18n::{Locale, t_string, use_i18n};
use crate::ui::remember;
use crate::ui::view;

/// The cookie, and the query parameter that does the same without a script.
pub(crate) const NAME: &str = "taal";

/// Makes the texts available to everything below. The browser takes the language the server rendered in.
pub(crate) fn provide_language() {
    let asked = || Some(remember::chosen(NAME).unwrap_or_else(|| Locale::default().to_string()));
    let options = I18nContextOptions::<Locale> {
        enable_cookie: false,
        ssr_lang_header_getter: UseLocalesOptions::default().ssr_lang_header_getter(asked),
        ..Default::default()
    };
    provide_context(init_i18n_context_with_options(options));
}

/// Two links that switch the language in place, and still work before the page wakes.
#[component]
pub(crate) fn LanguageSwitch() -> impl IntoView {
    let i18n = use_i18n();
    let link = move |locale: Locale, name: &'static str| {
        view! {
            <a
                class="choice"
                href=format!("?{NAME}={locale}")
                lang=locale.to_string()
                hreflang=locale.to_string()
                aria-current=move || (i18n.get_locale() == locale).then_some("true")
                rel="external"
                on:click=move |event| {
                    event.prevent_default();
                    i18n.set_locale(locale);
                    remember::choose(NAME, locale.as_ref());
                }
            >
                {name}
            </a>
        }
    };
    view! {
        <div class="choices" role="group" aria-label=move || t_string!(i18n, common.language.label)>
            // Each language is named in itself, so that its reader finds it.
            {link(Locale::nl, "Nederlands")}
            {link(Locale::en, "English")}
        </div>
    }
}
