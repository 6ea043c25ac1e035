//! The title of a page, in the browser's tab.
//!
//! 2026-11-23: why not the library's own component everywhere. A server writes the title after the page, on whichever thread is
//! free, and a signal that is read there stops the answer: under load pages failed. So a server reads it at once.
//!
//! The library writes a title into the page as it is, so a server escapes it here: a title holds names and case references
//! that people typed.

use leptos::prelude::*;
use leptos_meta::Title as MetaTitle;

#[cfg(not(target_arch = "wasm32"))]
use super::escape::raw_text;

/// The title; it follows the language in a browser.
#[component]
pub(crate) fn Title<F, V>(
    /// Reads it.
    text: F,
) -> impl IntoView
where
    F: Fn() -> V + Send + Sync + 'static,
    V: Into<String> + 'static,
{
    MetaTitle(
        leptos_meta::TitleProps::builder()
            .text(read(move || text().into()))
            .build(),
    )
}

/// What stands behind each title; given once, above all pages.
#[component]
pub(crate) fn TitleOf<F>(
    /// The name of the product.
    product: F,
) -> impl IntoView
where
    F: Fn() -> &'static str + Send + Sync + 'static,
{
    #[cfg(not(target_arch = "wasm32"))]
    let product = {
        let now = raw_text(untrack(product));
        move || now.clone()
    };
    #[cfg(target_arch = "wasm32")]
    let product = move || product().to_owned();
    // The title of a page comes here escaped by `read`.
    let formatter = move |title: String| {
        let product = product();
        if title.is_empty() {
            product
        } else {
            format!("{title} · {product}")
        }
    };
    MetaTitle(leptos_meta::TitleProps::builder().formatter(formatter).build())
}

#[cfg(target_arch = "wasm32")]
fn read(text: impl Fn() -> String + Send + Sync + 'static) -> TextProp {
    // The library reads a title once more after the page it stood on has been shown anew with another answer. What the page
    // held is gone by then, and reading it would stop the whole app; this outlives the page.
    let now = ArcRwSignal::new(untrack(&text));
    let kept = now.clone();
    Effect::new(move |_| kept.set(text()));
    TextProp::from(move || now.get())
}

#[cfg(not(target_arch = "wasm32"))]
fn read(text: impl Fn() -> String) -> TextProp {
    TextProp::from(raw_text(&untrack(text)))
}
