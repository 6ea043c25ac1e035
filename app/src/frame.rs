//! What stands around every page: the way past it, who you are, where you can go, and how it looks to you.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::i18n::{t, t_string, use_i18n};
use crate::language::LanguageSwitch;
use crate::theme::ThemeSwitch;
use crate::ui::keys::Keys;
use crate::ui::{Button, KeysHelp, Look};

/// Header, page, footer.
#[component]
pub(crate) fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <a class="utrecht-skip-link utrecht-skip-link--visible-on-focus" href="#inhoud" rel="external">
            {t!(i18n, common.skip)}
        </a>
        <Header />
        <main class="frame-main" id="inhoud" tabindex="-1">
            {children()}
        </main>
        <footer class="frame-foot">
            <p>{t!(i18n, common.footer.rules)}</p>
            <p>{t!(i18n, common.footer.licence)}</p>
        </footer>
        <KeysHelp />
    }
}

#[component]
fn Header() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <header class="frame-head">
            <a class="frame-brand" href="/overleggen">
                <Mark />
                <span>{t!(i18n, common.product)}</span>
            </a>
            <nav class="frame-nav" aria-label=move || t_string!(i18n, common.nav.label)>
                <ul>
                    <li>
                        <A href="/overleggen">{t!(i18n, common.nav.sessions)}</A>
                    </li>
                    <li>
                        <A href="/dossier">{t!(i18n, common.nav.dossier)}</A>
                    </li>
                    <li>
                        <A href="/register">{t!(i18n, common.nav.register)}</A>
                    </li>
                </ul>
            </nav>
            <Menu />
        </header>
    }
}

/// Everything about this person on this device.
#[component]
fn Menu() -> impl IntoView {
    let i18n = use_i18n();
    let keys = expect_context::<Keys>();
    view! {
        <details class="frame-menu">
            <summary>{t!(i18n, common.menu.open)}</summary>
            <div class="frame-menu-body">
                <p class="frame-menu-label">{t!(i18n, common.language.label)}</p>
                <LanguageSwitch />
                <p class="frame-menu-label">{t!(i18n, common.theme.label)}</p>
                <ThemeSwitch />
                <hr class="frame-menu-line" />
                <Button look=Look::Subtle key="?" on:click=move |_| keys.help.set(true)>
                    {t!(i18n, common.menu.keys)}
                </Button>
                <form method="post" action="/afmelden">
                    <Button look=Look::Subtle submit=true>
                        {t!(i18n, common.menu.sign_out)}
                    </Button>
                </form>
            </div>
        </details>
    }
}

/// The mark: a table seen from above, with one seat that says yes.
#[component]
pub(crate) fn Mark() -> impl IntoView {
    view! {
        <svg class="frame-mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <circle cx="16" cy="16" r="14" fill="none" stroke="currentColor" stroke-width="2.5" stroke-dasharray="9.2 5.46"></circle>
            <path d="M10 16.5l4.500 4.500L22.500 12" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"></path>
        </svg>
    }
}
