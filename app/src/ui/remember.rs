//! Small choices of one person on one device, kept in cookies that hold nothing but a word.

/// What was chosen: on the server by the address or the cookie of the request, in the browser likewise.
pub(crate) fn chosen(name: &str) -> Option<String> {
    let (query, cookies) = asked()?;
    find(&query, '&', name).or_else(|| find(&cookies, ';', name))
}

/// The query and the cookies of the request.
#[cfg(feature = "ssr")]
fn asked() -> Option<(String, String)> {
    let request = leptos::prelude::use_context::<http::request::Parts>()?;
    let query = request.uri.query().unwrap_or_default().to_owned();
    let cookies = request
        .headers
        .get(http::header::COOKIE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    Some((query, cookies.to_owned()))
}

/// The query and the cookies of the page.
#[cfg(all(target_arch = "wasm32", not(feature = "ssr")))]
fn asked() -> Option<(String, String)> {
    use wasm_bindgen::JsCast;

    let query = leptos::prelude::window().location().search().ok()?;
    let cookies = leptos::prelude::document()
        .unchecked_into::<web_sys::HtmlDocument>()
        .cookie()
        .ok()?;
    Some((query.trim_start_matches('?').to_owned(), cookies))
}

/// Neither a server nor a browser.
#[cfg(not(any(feature = "ssr", target_arch = "wasm32")))]
fn asked() -> Option<(String, String)> {
    None
}

/// Keeps a choice for a year. Only a browser keeps choices.
pub(crate) fn choose(name: &str, value: &str) {
    #[cfg(all(target_arch = "wasm32", not(feature = "ssr")))]
    {
        use wasm_bindgen::JsCast;

        let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax");
        // A browser that keeps no cookies shows the choice until the page is left.
        let _ = leptos::prelude::document()
            .unchecked_into::<web_sys::HtmlDocument>()
            .set_cookie(&cookie);
    }
    #[cfg(not(all(target_arch = "wasm32", not(feature = "ssr"))))]
    let _ = (name, value);
}

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
