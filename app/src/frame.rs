//! What stands around every page: the way past it, who you are, where you can go, and how it looks to you.

use akkoord::directory::Me;
use leptos::html;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_location;

use crate::i18n::{t, t_string, use_i18n};
use crate::language::LanguageSwitch;
use crate::signed::signed;
use crate::theme::ThemeSwitch;
use crate::ui::keys::Keys;
use crate::ui::{Button, KeysHelp, Look, PartyTag, view};

/// Header, page, footer.
#[component]
pub(crate) fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    let main = NodeRef::<html::Main>::new();
    focus_after_moving(main);
    view! {
        <a class="utrecht-skip-link utrecht-skip-link--visible-on-focus" href="#inhoud" rel="external">
            {t!(i18n, common.skip)}
        </a>
        <Header />
        <DemoBanner />
        <main class="frame-main" id="inhoud" tabindex="-1" node_ref=main>
            {children()}
        </main>
        <footer class="frame-foot">
            <p>{t!(i18n, common.footer.rules)}</p>
            <p>{t!(i18n, common.footer.licence)}</p>
        </footer>
        <KeysHelp />
    }
}

/// A browser puts the focus on top of a page it loads. Where we change the page ourselves, we do the same, or somebody
/// who listens would not notice that it is another one.
fn focus_after_moving(main: NodeRef<html::Main>) {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now)
            && let Some(main) = main.get_untracked()
        {
            // A page that puts the focus somewhere itself does so after this.
            let _ = main.focus();
        }
        now
    });
}

#[component]
fn Header() -> impl IntoView {
    let i18n = use_i18n();
    let me = signed();
    view! {
        <header class="frame-head">
            <a class="frame-brand" href="/overleggen">
                <Mark />
                <span>{t!(i18n, common.product)}</span>
            </a>
            <Suspense>
                {move || Suspend::new(async move {
                    let me = me.await.ok().flatten();
                    me.map(|me| view! { <Nav /> <Who me /> })
                })}
            </Suspense>
            <Menu />
        </header>
    }
}

#[component]
fn Nav() -> impl IntoView {
    let i18n = use_i18n();
    view! {
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
    }
}

/// For whom everything on this screen is: nobody must ever act from the wrong seat.
#[component]
fn Who(me: Me) -> impl IntoView {
    view! {
        <p class="frame-who">
            <PartyTag kind=me.party.kind name=me.party.name.clone() />
            <span>
                <strong>{me.name}</strong>
                <span class="frame-who-org">{me.party.name}</span>
            </span>
        </p>
    }
}

/// A demonstration says so on every page.
#[component]
fn DemoBanner() -> impl IntoView {
    let i18n = use_i18n();
    let me = signed();
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                let demo = me.await.ok().flatten().is_some_and(|me| me.demo);
                demo.then(|| {
                    view! {
                        <aside class="banner banner--demo frame-demo" aria-label=move || t_string!(i18n, common.demo.title)>
                            <strong class="banner-title">{t!(i18n, common.demo.title)}</strong>
                            <span>{t!(i18n, common.demo.text)}</span>
                        </aside>
                    }
                })
            })}
        </Suspense>
    }
}

/// Everything about this person on this device.
#[component]
fn Menu() -> impl IntoView {
    let i18n = use_i18n();
    let keys = expect_context::<Keys>();
    let me = signed();
    let menu = NodeRef::<html::Details>::new();
    view! {
        <details
            class="frame-menu"
            node_ref=menu
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    close_menu(menu);
                }
            }
        >
            <summary>{t!(i18n, common.menu.open)}</summary>
            <div class="frame-menu-body">
                <p class="frame-menu-label">{t!(i18n, common.language.label)}</p>
                <LanguageSwitch />
                <p class="frame-menu-label">{t!(i18n, common.theme.label)}</p>
                <ThemeSwitch />
                <hr class="frame-menu-line" />
                <Button look=Look::Subtle key="?" on:click=move |_| {
                    close_menu(menu);
                    keys.help.set(true);
                }>
                    {t!(i18n, common.menu.keys)}
                </Button>
                <Suspense>
                    {move || Suspend::new(async move {
                        me.await
                            .ok()
                            .flatten()
                            .map(|_| {
                                view! {
                                    <form method="post" action="/afmelden">
                                        <Button look=Look::Subtle submit=true>
                                            {t!(i18n, common.menu.sign_out)}
                                        </Button>
                                    </form>
                                }
                            })
                    })}
                </Suspense>
            </div>
        </details>
    }
}

/// Folds the menu in, as Escape does everywhere else.
fn close_menu(menu: NodeRef<html::Details>) {
    if let Some(menu) = menu.get_untracked() {
        // It fails only where there is no such attribute to remove.
        let _ = menu.remove_attribute("open");
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
