//! The document around the pages, and which page stands at which address.

use leptos::prelude::*;
use leptos::tachys::view::any_view::AnyView;
use leptos_meta::{Html, MetaTags, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

use crate::frame::Frame;
use crate::i18n::{t_string, use_i18n};
use crate::language::provide_language;
use crate::pages;
use crate::signed::provide_signed;
use crate::table::TablePage;
use crate::theme::provide_theme;
use crate::ui::{TitleOf, keys};

/// Pages are sent whole: they can be read before they wake, and without a script.
const WHOLE: SsrMode = SsrMode::Async;

/// The document the server sends. Its scripts carry the nonce of the response; there is nothing else inline.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                // Nothing of a case may stay behind in another site's log or in a search engine.
                <meta name="referrer" content="same-origin" />
                <meta name="robots" content="noindex, nofollow" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href="/pkg/akkoord.css" />
                <link rel="preload" href="/fonts/atkinson-next.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous" />
                <HydrationScripts options=woken(options) />
                <MetaTags />
            </head>
            <body class="akkoord">
                <App />
            </body>
        </html>
    }
}

/// Which app the scripts wake: the table has one of its own, so that nobody waits at a table for the pages around it.
/// Where it was not made apart, one app holds everything.
#[cfg(feature = "ssr")]
fn woken(mut options: LeptosOptions) -> LeptosOptions {
    use std::path::Path;
    use std::sync::OnceLock;

    static APART: OnceLock<bool> = OnceLock::new();

    let name = format!("{}-table", options.output_name);
    let asked = use_context::<http::request::Parts>();
    let at_table = asked.is_some_and(|asked| is_table(asked.uri.path()));
    let apart = APART.get_or_init(|| {
        let folder = Path::new(&*options.site_root).join(&*options.site_pkg_dir);
        folder.join(format!("{name}.js")).exists()
    });
    if at_table && *apart {
        options.output_name = name.into();
    }
    options
}

/// Only a server sends the document.
#[cfg(not(feature = "ssr"))]
fn woken(options: LeptosOptions) -> LeptosOptions {
    options
}

/// Whether this is the address of a table, and not of something about it.
#[cfg(any(feature = "ssr", test))]
fn is_table(path: &str) -> bool {
    let id = path.strip_prefix("/overleg/").map(|id| id.trim_end_matches('/'));
    id.is_some_and(|id| !id.is_empty() && !id.contains('/'))
}

/// A page as a route wants it, in the half of the app that holds it; in the other half the way to it. All of one type,
/// or the router would be made anew for each.
macro_rules! page {
    ($half:literal, $page:path) => {{
        #[cfg(feature = $half)]
        let view: fn() -> AnyView = || $page().into_any();
        #[cfg(not(feature = $half))]
        let view: fn() -> AnyView = elsewhere;
        view
    }};
}

/// A page of the other half: it is asked from the server, with the app that holds it.
#[cfg(not(all(feature = "table", feature = "pages")))]
fn elsewhere() -> AnyView {
    #[cfg(target_arch = "wasm32")]
    {
        let place = leptos_router::hooks::use_location();
        let (path, search) = (place.pathname.get_untracked(), place.search.get_untracked());
        let address = if search.is_empty() {
            path
        } else {
            format!("{path}?{search}")
        };
        // It fails only for what is no address, and this one the router took.
        let _ = window().location().set_href(&address);
    }
    ().into_any()
}

/// All pages.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_language();
    let theme = provide_theme();
    let keys = keys::provide_keys();
    provide_signed();
    let i18n = use_i18n();

    view! {
        <Html attr:lang=move || i18n.get_locale().to_string() attr:data-theme=move || theme.get().name() />
        <TitleOf product=move || t_string!(i18n, common.product) />
        <Router>
            <Listen keys />
            <Frame>
                <Routes fallback=|| view! { <pages::NotFound /> }.into_any()>
                    <Route path=path!("/") ssr=WHOLE view=page!("pages", pages::SignIn) />
                    <Route path=path!("/overleggen") ssr=WHOLE view=page!("pages", pages::Board) />
                    <Route path=path!("/overleggen/nieuw") ssr=WHOLE view=page!("pages", pages::Convene) />
                    <Route path=path!("/overleg/:id") ssr=WHOLE view=page!("table", TablePage) />
                    <Route
                        path=path!("/overleg/:id/verantwoording")
                        ssr=WHOLE
                        view=page!("pages", pages::Accountability)
                    />
                    <Route path=path!("/dossier") ssr=WHOLE view=page!("pages", pages::Dossier) />
                    <Route path=path!("/dossier/:id") ssr=WHOLE view=page!("pages", pages::DossierPage) />
                    <Route path=path!("/register") ssr=WHOLE view=page!("pages", pages::Register) />
                    <Route path=path!("/register/:id") ssr=WHOLE view=page!("pages", pages::RegisterPage) />
                    <Route path=path!("/inzage/:id") ssr=WHOLE view=page!("pages", pages::Access) />
                    <Route path=path!("/demo") ssr=WHOLE view=page!("pages", pages::Demo) />
                </Routes>
            </Frame>
        </Router>
    }
}

/// Keys that go to a page need the router above them.
#[component]
fn Listen(keys: keys::Keys) -> impl IntoView {
    keys::listen(keys);
}

#[cfg(test)]
mod tests {
    use super::is_table;

    #[test]
    fn only_a_table_has_the_app_of_the_table() {
        assert!(is_table("/overleg/0193"));
        assert!(is_table("/overleg/0193/"));
        for other in [
            "/",
            "/overleggen",
            "/overleggen/nieuw",
            "/overleg/",
            "/overleg/0193/verantwoording",
            "/dossier/1",
        ] {
            assert!(!is_table(other), "{other}");
        }
    }
}
