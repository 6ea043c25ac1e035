//! A list that keeps the rows that stay: the focus in them, and what was typed there.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use leptos::prelude::*;
use leptos::tachys::view::any_view::AnyView;

/// Leptos' `<For>`, whatever is in the list, compiled once instead of once for every list.
#[component]
pub(crate) fn Each<T, K, V>(
    /// What is in the list.
    each: impl Fn() -> Vec<T> + Send + 'static,
    /// What tells one apart from the others.
    key: impl Fn(&T) -> K + Send + Sync + 'static,
    /// A row.
    children: impl Fn(T) -> V + Send + Sync + 'static,
) -> impl IntoView
where
    T: Send + 'static,
    K: Hash + 'static,
    V: IntoView + 'static,
{
    let children = Arc::new(children);
    let rows = move || {
        let row = |it: T| {
            let mut name = Name::default();
            key(&it).hash(&mut name);
            let children = Arc::clone(&children);
            Row {
                name: name.0,
                view: Box::new(move || children(it).into_any()),
            }
        };
        each().into_iter().map(row).collect()
    };
    list(Box::new(rows))
}

/// A row before it is shown. One that stays is not shown anew.
struct Row {
    name: Vec<u8>,
    view: Box<dyn FnOnce() -> AnyView + Send>,
}

fn list(rows: Box<dyn Fn() -> Vec<Row> + Send>) -> AnyView {
    view! { <For each=rows key=|row| row.name.clone() children=|row: Row| (row.view)() /> }.into_any()
}

/// All that a key says of itself when it is hashed: two that differ never have the same name.
#[derive(Default)]
struct Name(Vec<u8>);

impl Hasher for Name {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use std::hash::Hash;

    use super::Name;

    fn name(key: impl Hash) -> Vec<u8> {
        let mut name = Name::default();
        key.hash(&mut name);
        name.0
    }

    #[test]
    fn keys_that_differ_have_names_that_differ() {
        assert_eq!(name((1_u8, Some("a"))), name((1_u8, Some("a"))));
        assert_ne!(name((1_u8, Some("a"))), name((1_u8, None::<&str>)));
        assert_ne!(name(("ab", "c")), name(("a", "bc")));
    }
}
