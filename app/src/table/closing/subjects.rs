//! Whom the copy of a released item names (R5, R16).

use std::collections::BTreeSet;

use akkoord::ids::SubjectId;
use akkoord::session::closing::proposal::usual_subjects;
use akkoord::session::command::SubjectRole;
use akkoord::session::view::{ItemView, SubjectView};
use leptos::prelude::*;

use crate::i18n::{t, use_i18n};
use crate::table::live;
use crate::ui::{shown, view, words};

/// The persons that go along with one copy. As long as the owner touches nothing they are the usual ones, and follow whether
/// an excerpt goes instead of the whole.
#[derive(Clone, Copy)]
pub(super) struct Named {
    item: StoredValue<ItemView>,
    chosen: RwSignal<Option<BTreeSet<SubjectId>>>,
    is_excerpt: Signal<bool>,
}

impl Named {
    /// `before` are those of the approval that stands.
    pub(super) fn new(item: &ItemView, before: Option<Vec<SubjectId>>, is_excerpt: Signal<bool>) -> Self {
        Self {
            item: StoredValue::new(item.clone()),
            chosen: RwSignal::new(before.map(|before| before.into_iter().collect())),
            is_excerpt,
        }
    }

    fn usual(self, subjects: &[SubjectView]) -> BTreeSet<SubjectId> {
        self.item
            .with_value(|item| usual_subjects(item, subjects, self.is_excerpt.get()))
    }

    fn now(self, subjects: &[SubjectView]) -> BTreeSet<SubjectId> {
        self.chosen.get().unwrap_or_else(|| self.usual(subjects))
    }

    /// For the command; nothing where the owner chose nothing of its own.
    pub(super) fn to_send(self) -> Option<BTreeSet<SubjectId>> {
        self.chosen.get_untracked()
    }
}

/// A box for each person the item is about.
#[component]
pub(super) fn PickNamed(
    /// Who is chosen.
    named: Named,
) -> impl IntoView {
    let i18n = use_i18n();
    let subjects = live().seen.subjects;
    let ids = named.item.with_value(|item| item.subjects.clone());
    let about: Vec<SubjectView> = subjects.with_untracked(|all| {
        let known = all.iter().filter(|subject| ids.contains(&subject.id));
        known.cloned().collect()
    });
    if about.is_empty() {
        return ().into_any();
    }
    let boxes = about.into_iter().map(|subject| {
        let SubjectView { id, role, label, .. } = subject;
        let is_named = move || subjects.with(|all| named.now(all).contains(&id));
        let toggle = move |event| {
            let mut now = subjects.with_untracked(|all| untrack(|| named.now(all)));
            if event_target_checked(&event) {
                now.insert(id);
            } else {
                now.remove(&id);
            }
            named.chosen.set(Some(now));
        };
        view! {
            <label class="check" data-subject=id.to_string()>
                <input
                    type="checkbox"
                    class="utrecht-checkbox"
                    checked=is_named
                    prop:checked=is_named
                    on:change=toggle
                />
                {label}
                <span class="note">{shown(move || words::role(i18n.get_locale(), role))}</span>
                {(role == SubjectRole::Reporter)
                    .then(|| view! { <span class="note">"⚠ " {t!(i18n, closing.detail.reporter)}</span> })}
            </label>
        }
    });
    view! {
        <fieldset class="pick-body">
            <legend>{t!(i18n, closing.detail.subjects)}</legend>
            <p class="note">{t!(i18n, closing.detail.subjects_note)}</p>
            {boxes.collect_view()}
        </fieldset>
    }
}
