//! Small choices of one person on one device, kept in cookies that hold nothing but a word.

/// What was chosen: on the server by the address or the cookie, in the browser by the cookie.
#[cfg(feature = "ssr")]
pub(crate) fn chosen(name: &str) -> Option<String> {
    let request = leptos::prelude::use_context::<http::request::Parts>()?;
    let by_address = request.uri.query().and_then(|query| find(query, '&', name));
    let by_cookie = || {
        let cookies = request.headers.get(http::header::COOKIE)?.to_str().ok()?;
        find(cookies, ';', name)
    };
    by_address.or_else(by_cookie)
}

/// What was chosen: on the server by the address or the cookie, in the browser by the cookie.
#[cfg(not(feature = "ssr"))]
pub(crate) fn chosen(name: &str) -> Option<String> {
    use leptos::prelude::{document, window};
    use leptos::wasm_bindgen::JsCast;

    let address = window().location().search().unwrap_or_default();
    let by_address = find(address.trim_start_matches('?'), '&', name);
    by_address.or_else(|| {
        let cookies = document().unchecked_into::<web_sys::HtmlDocument>().cookie().unwrap_or_default();
        find(&cookies, ';', name)
    })
}

/// Keeps a choice for a year.
#[cfg(not(feature = "ssr"))]
pub(crate) fn choose(name: &str, value: &str) {
    use leptos::prelude::document;
    use leptos::wasm_bindgen::JsCast;

    let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax");
    // A browser that keeps no cookies shows the choice until the page is left.
    let _ = document().unchecked_into::<web_sys::HtmlDocument>().set_cookie(&cookie);
}

/// Only a browser keeps choices.
#[cfg(feature = "ssr")]
pub(crate) fn choose(_name: &str, _value: &str) {}

/// Finds `name=value` in a query or a cookie header. Values are plain words; anything else is no choice of ours.
fn find(pairs: &str, separator: char, name: &str) -> Option<String> {
    pairs
        .split(separator)
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
        .filter(|value| !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn a_choice_is_found_among_others() {
        assert_eq!(find("a=1; taal=en; b=2", ';', "taal").as_deref(), Some("en"));
        assert_eq!(find("fout=wrong&taal=nl", '&', "taal").as_deref(), Some("nl"));
    }

    #[test]
    fn what_is_no_plain_word_is_no_choice() {
        for pairs in ["taal=", "taal", "taal=<b>", "xtaal=en", ""] {
            assert_eq!(find(pairs, ';', "taal"), None, "{pairs:?}");
        }
    }
}
