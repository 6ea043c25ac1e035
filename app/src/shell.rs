//! The document around the pages, and which page stands at which address.

use leptos::prelude::*;
use leptos_meta::{Html, MetaTags, Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

use crate::frame::Frame;
use crate::i18n::{t_string, use_i18n};
use crate::language::provide_language;
use crate::pages;
use crate::signed::provide_signed;
use crate::table::TablePage;
use crate::theme::provide_theme;
use crate::ui::keys;

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
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body class="akkoord">
                <App />
            </body>
        </html>
    }
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
        <Title formatter=move |title: String| {
            let product = t_string!(i18n, common.product);
            if title.is_empty() { product.to_owned() } else { format!("{title} · {product}") }
        } />
        <Router>
            <Listen keys />
            <Frame>
                <Routes fallback=|| view! { <pages::NotFound /> }.into_any()>
                    <Route path=path!("/") ssr=WHOLE view=|| view! { <pages::SignIn /> }.into_any() />
                    <Route path=path!("/overleggen") ssr=WHOLE view=|| view! { <pages::Board /> }.into_any() />
                    <Route path=path!("/overleggen/nieuw") ssr=WHOLE view=|| view! { <pages::Convene /> }.into_any() />
                    <Route path=path!("/overleg/:id") ssr=WHOLE view=|| view! { <TablePage /> }.into_any() />
                    <Route
                        path=path!("/overleg/:id/verantwoording")
                        ssr=WHOLE
                        view=|| view! { <pages::Accountability /> }.into_any()
                    />
                    <Route path=path!("/dossier") ssr=WHOLE view=|| view! { <pages::Dossier /> }.into_any() />
                    <Route path=path!("/dossier/:id") ssr=WHOLE view=|| view! { <pages::DossierPage /> }.into_any() />
                    <Route path=path!("/register") ssr=WHOLE view=|| view! { <pages::Register /> }.into_any() />
                    <Route path=path!("/register/:id") ssr=WHOLE view=|| view! { <pages::RegisterPage /> }.into_any() />
                    <Route path=path!("/demo") ssr=WHOLE view=|| view! { <pages::Demo /> }.into_any() />
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
