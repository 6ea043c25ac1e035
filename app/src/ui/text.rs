//! Texts that follow the language or the data. All of one type: a page made of hundreds of closures, each a type of its
//! own, made the app for the browser half as large again.

use leptos::prelude::*;

/// A text that is read again whenever something in it changes.
pub(crate) fn shown<V: Send + Sync + 'static>(read: impl Fn() -> V + Send + Sync + 'static) -> ArcSignal<V> {
    ArcSignal::derive(read)
}
