//! What people see: the pages, the live table and the small pieces they are made of, for server and browser alike.
//!
//! What must not live here: rules (they are in `akkoord`), words (they are in `locales/`), colours and sizes
//! (they are in `style/`). Nothing here carries an inline style or an inline handler: the content policy of the
//! server refuses both.

// Views are types as deep as the page; the default limit is for shallower ones.
#![recursion_limit = "512"]
// Of two halves, each leaves the other's parts out.
#![cfg_attr(
    not(all(feature = "table", feature = "pages")),
    allow(dead_code, unused_imports, reason = "the other half uses them")
)]
// A handle to a page's signals is passed around as signals are: by value, however many it holds.
#![allow(clippy::large_types_passed_by_value, reason = "handles are copies of references")]
// A closure that is written where it is shown is made one of few types by `view!`; one passed by its name keeps its own,
// and costs the browser three kilobytes.
#![allow(clippy::redundant_closure, reason = "written out where it is shown")]
// What only a browser does keeps its shape on the server.
#![cfg_attr(
    not(target_arch = "wasm32"),
    allow(clippy::unused_self, reason = "the bodies are the browser's")
)]

mod ask;
pub mod backend;
pub mod document;
mod frame;
mod language;
#[cfg_attr(
    not(target_arch = "wasm32"),
    allow(dead_code, reason = "a server renders the first view; only a browser follows")
)]
mod live;
mod pages;
mod shell;
mod signed;
mod table;
mod theme;
mod ui;

/// Holds what `build.rs` makes out of `locales/`: one typed key for each text.
#[allow(
    missing_docs,
    dead_code,
    unused_imports,
    unused_qualifications,
    clippy::all,
    clippy::pedantic,
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "made by a tool"
)]
mod texts {
    include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));
}

/// How pages say something in the language of whoever reads.
mod i18n {
    pub(crate) use crate::texts::i18n::{Locale, t_string, td_string, use_i18n};

    /// A text without anything filled in, as a view.
    macro_rules! say {
        ($i18n:expr, $($key:ident).+) => {{
            let i18n = $i18n;
            $crate::ui::text::shown(move || $crate::i18n::td_string!(i18n.get_locale(), $($key).+))
        }};
    }
    pub(crate) use say as t;
}

pub use ask::Answers;
pub use shell::{App, shell};

/// Wakes the page the server rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    #[cfg(target_arch = "wasm32")]
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(App);
}
