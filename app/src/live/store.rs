//! What a browser keeps for one person at one table: unsent commands in the tab, the draft on the device. A browser that
//! keeps nothing (a private window) costs a draft, never the page.

/// Where it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Where {
    /// Until the tab closes.
    Tab,
    /// On this device.
    Device,
}

#[cfg(target_arch = "wasm32")]
fn storage(place: Where) -> Option<web_sys::Storage> {
    let window = leptos::prelude::window();
    match place {
        Where::Tab => window.session_storage().ok().flatten(),
        Where::Device => window.local_storage().ok().flatten(),
    }
}

/// What was kept under this name.
#[cfg(target_arch = "wasm32")]
pub(crate) fn read(place: Where, key: &str) -> Option<String> {
    storage(place)?.get_item(key).ok().flatten()
}

/// Keeps something under this name.
#[cfg(target_arch = "wasm32")]
pub(crate) fn write(place: Where, key: &str, value: &str) {
    if let Some(storage) = storage(place) {
        // A full store keeps nothing more; what is on the screen stays there.
        let _ = storage.set_item(key, value);
    }
}

/// Keeps it no longer.
#[cfg(target_arch = "wasm32")]
pub(crate) fn forget(place: Where, key: &str) {
    if let Some(storage) = storage(place) {
        // Nothing to forget is as good as forgotten.
        let _ = storage.remove_item(key);
    }
}

/// Only a browser keeps anything.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn read(_place: Where, _key: &str) -> Option<String> {
    None
}

/// Only a browser keeps anything.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn write(_place: Where, _key: &str, _value: &str) {}

/// Only a browser keeps anything.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn forget(_place: Where, _key: &str) {}
