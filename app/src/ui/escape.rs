//! The two places where the library writes words into a page as they are: between `<title>` and `</title>`, and between
//! `<textarea>` and `</textarea>`. Whatever goes there passes through [`raw_text`]. The library escapes all other text and all
//! attributes by itself.
//!
//! No file may write HTML by itself (`inner_html`), use the library's title, or put words into a textarea another way: a
//! test below reads the sources.

/// Words as the content of a `<title>` or a `<textarea>`. A server writes HTML, so they are escaped there; a browser sets a
/// text, so there they stay as they are.
pub(crate) fn raw_text(words: &str) -> String {
    #[cfg(target_arch = "wasm32")]
    return words.to_owned();
    #[cfg(not(target_arch = "wasm32"))]
    escaped(words)
}

#[cfg(not(target_arch = "wasm32"))]
fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for sign in words.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            sign => out.push(sign),
        }
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::escaped;

    #[test]
    fn words_end_no_element_and_can_be_read_back() {
        assert_eq!(
            escaped("</title><meta http-equiv=refresh>"),
            "&lt;/title&gt;&lt;meta http-equiv=refresh&gt;"
        );
        assert_eq!(escaped("&lt; 26-0417 é"), "&amp;lt; 26-0417 é");
    }

    /// The files of the app that write words or HTML past the escaping.
    fn breaches(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                breaches(&path, found);
            } else if path.extension().is_some_and(|it| it == "rs") && !path.ends_with("ui/escape.rs") {
                let text = fs::read_to_string(&path).unwrap();
                if writes_html(&text) || (uses_the_title(&text) && !path.ends_with("ui/title.rs")) {
                    found.push(path.display().to_string());
                }
            }
        }
    }

    fn uses_the_title(source: &str) -> bool {
        let imported = source.lines().any(|line| {
            let names = line.trim_start().strip_prefix("use leptos_meta::").unwrap_or_default();
            let mut names = names.split(|c: char| !c.is_alphanumeric());
            names.any(|name| name == "Title")
        });
        imported || source.contains("leptos_meta::Title")
    }

    fn writes_html(source: &str) -> bool {
        let mut areas = source.split("</textarea>").collect::<Vec<_>>();
        areas.pop();
        let unescaped = areas.iter().any(|before| {
            let last = before.trim_end().lines().last().unwrap_or_default();
            !last.ends_with('>') && !last.contains("raw_text(")
        });
        unescaped || source.contains("inner_html")
    }

    #[test]
    fn no_other_file_writes_html_by_itself() {
        let mut found = Vec::new();
        breaches(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        assert_eq!(found, Vec::<String>::new());
        for breach in ["<p inner_html=words></p>", "<textarea rows=2>{words}</textarea>"] {
            assert!(writes_html(breach), "{breach}");
        }
        for fine in [
            "<textarea rows=2></textarea>",
            "<textarea rows=2>{raw_text(words)}</textarea>",
        ] {
            assert!(!writes_html(fine), "{fine}");
        }
        for breach in [
            "use leptos_meta::{Html, Title};",
            "use leptos_meta::Title as MetaTitle;",
            "<leptos_meta::Title text />",
        ] {
            assert!(uses_the_title(breach), "{breach}");
        }
        assert!(!uses_the_title("use leptos_meta::{Html, MetaTags};"));
    }
}
