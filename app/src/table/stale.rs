//! What a form is about can change while the form is open. Then the form says so and sends nothing, until its writer has
//! seen what stands there now: nobody overwrites unseen what a colleague wrote.

use leptos::prelude::*;

use crate::i18n::{t, use_i18n};
use crate::ui::{Button, Look, view};

/// What a form was opened on, and what is so now.
pub(super) struct Opened<T: Send + Sync + 'static> {
    /// What its writer has seen.
    seen: RwSignal<T>,
    /// What is so now.
    now: Signal<T>,
}

impl<T: Send + Sync + 'static> Clone for Opened<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Opened<T> {}

impl<T: PartialEq + Clone + Send + Sync + 'static> Opened<T> {
    /// Opened on what is so now.
    pub(super) fn on(now: impl Into<Signal<T>>) -> Self {
        let now = now.into();
        Self {
            seen: RwSignal::new(now.get_untracked()),
            now,
        }
    }

    /// What a command must name: what the writer has seen. Nothing while something else is so.
    pub(super) fn to_send(self) -> Option<T> {
        let seen = self.seen.get_untracked();
        (seen == self.now.get_untracked()).then_some(seen)
    }

    /// Whether something else is so by now.
    pub(super) fn is_stale(self) -> bool {
        self.seen.with(|seen| self.now.with(|now| seen != now))
    }

    /// The writer has seen what is so now.
    pub(super) fn catch_up(self) {
        self.seen.set(self.now.get_untracked());
    }
}

/// The notice in the form.
#[component]
pub(super) fn Stale<T: PartialEq + Clone + Send + Sync + 'static>(
    /// What the form was opened on.
    opened: Opened<T>,
    /// What stands there now, where it is not in sight.
    #[prop(optional, into)]
    now: MaybeProp<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div role="status">
            {move || {
                opened
                    .is_stale()
                    .then(|| {
                        view! {
                            <div class="stack" data-stale>
                                <p>
                                    <strong>{t!(i18n, table.stale.changed)}</strong>
                                </p>
                                {move || now.get().map(|now| view! { <p>{t!(i18n, table.stale.now)} " " <q>{now}</q></p> })}
                                <Button look=Look::Subtle on:click=move |_| opened.catch_up()>
                                    {t!(i18n, table.stale.go_on)}
                                </Button>
                            </div>
                        }
                    })
            }}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_sent_from_a_form_that_was_opened_on_something_else() {
        let owner = Owner::new();
        owner.set();
        let revision = RwSignal::new(1_u32);
        let opened = Opened::on(revision);
        assert_eq!(opened.to_send(), Some(1));
        revision.set(2);
        assert_eq!(opened.to_send(), None, "a colleague revised it");
        assert!(untrack(|| opened.is_stale()));
        opened.catch_up();
        assert_eq!(opened.to_send(), Some(2), "its writer has seen that");
    }
}
