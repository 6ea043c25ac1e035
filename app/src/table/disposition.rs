//! The OM's decision. While VT takes its time there is only the explicit way around, with a written motivation that
//! stays visible to the whole table (T3).

use std::collections::BTreeSet;

use akkoord::session::Wish;
use akkoord::session::command::DispositionKind;
use akkoord::session::view::DeviationView;
use akkoord::text::LONGEST_NOTE;
use leptos::ev;
use leptos::prelude::*;

use super::actions::ToOpen;
use super::live;
use super::note::NoteLine;
use super::opener::Opener;
use super::pick::PickBasis;
use crate::i18n::{t, t_string, use_i18n};
use crate::ui::{Button, Each, Look, changing, time, view, words};

/// The decision, its form for the prosecutor, and every deviation.
#[component]
pub(super) fn Disposition() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let seen = live.seen;
    let has = Memo::new(move |_| seen.about.with(|about| about.has_disposition && about.full_seat));
    let recorded = Memo::new(move |_| seen.disposition.get());
    let deviations = Memo::new(move |_| seen.deviations.get());
    let may_record = Memo::new(move |_| seen.may.with(|may| may.record_disposition));
    let may_deviate = Memo::new(move |_| seen.may.with(|may| may.deviate));
    let recording = RwSignal::new(false);
    let deviating = RwSignal::new(false);
    let decision = move || {
        let Some(it) = recorded.get() else {
            return view! { <p class="note">{t!(i18n, table.disposition.none)}</p> };
        };
        let (kind, at, note, id, to_open) = (it.kind, it.at, it.note, it.id, it.to_open);
        let to_open = Memo::new(move |_| to_open.clone());
        view! {
            <div class="disposition" data-disposition>
                <strong>{move || words::disposition(i18n.get_locale(), kind)}</strong>
                {note.map(|note| view! { <span>{note}</span> })}
                <span class="agreement-meta">
                    {move || t_string!(i18n, table.disposition.recorded, time = time::clock_time(at)).to_string()}
                </span>
                <ToOpen id to_open />
            </div>
        }
    };
    let deviation = move |it: DeviationView| {
        let (by, at) = (it.by, it.at);
        let text = move || {
            t_string!(
                i18n,
                table.disposition.deviated,
                by = by.clone(),
                time = time::clock_time(at)
            )
            .to_string()
        };
        view! {
            <div class="disposition disposition--deviation" data-deviation>
                <strong>{t!(i18n, table.disposition.mark)}</strong>
                <span class="agreement-meta">{move || text()}</span>
                <q>{it.motivation}</q>
            </div>
        }
    };
    changing(move || {
        has.get().then(|| {
            view! {
                <h2 class="table-heading">{t!(i18n, table.disposition.heading)}</h2>
                <Each each=move || deviations.get() key=|it| it.at children=deviation />
                {move || decision()}
                {move || {
                    may_record
                        .get()
                        .then(|| {
                            let label = Signal::derive(move || t_string!(i18n, table.disposition.record).to_owned());
                            view! {
                                <Opener name="disposition" open=recording label>
                                    <Record open=recording against=false />
                                </Opener>
                            }
                        })
                }}
                {move || {
                    may_deviate
                        .get()
                        .then(|| {
                            let label = Signal::derive(move || t_string!(i18n, table.disposition.deviate).to_owned());
                            view! {
                                <Opener name="deviation" open=deviating look=Look::Subtle label>
                                    <Record open=deviating against=true />
                                </Opener>
                            }
                        })
                }}
            }
        })
    })
}

/// The form; `against` VT's request it asks for the motivation first.
#[component]
fn Record(open: RwSignal<bool>, against: bool) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let kind = RwSignal::new(None::<DispositionKind>);
    let note = RwSignal::new(String::new());
    let motivation = RwSignal::new(String::new());
    let based_on = RwSignal::new(BTreeSet::new());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(kind) = kind.get_untracked() else { return };
        let filled = |text: RwSignal<String>| Some(text.get_untracked()).filter(|text| !text.trim().is_empty());
        let deviation = filled(motivation);
        if against && deviation.is_none() {
            return;
        }
        let based_on = based_on.get_untracked();
        live.want(Wish::RecordDisposition {
            kind,
            note: filled(note),
            deviation,
            based_on,
        });
        open.set(false);
    };
    let option = move |(number, it): (usize, DispositionKind)| {
        view! {
            <option value=number.to_string() prop:selected=move || kind.get() == Some(it)>
                {move || words::disposition(i18n.get_locale(), it)}
            </option>
        }
    };
    view! {
        <form class="table-form stack" on:submit=submit>
            {against
                .then(|| {
                    view! {
                        <p>
                            <strong>{t!(i18n, table.disposition.warning)}</strong>
                        </p>
                        <label>
                            {t!(i18n, table.disposition.motivation)}
                            <textarea
                                class="utrecht-textarea"
                                required
                                maxlength=LONGEST_NOTE.to_string()
                                prop:value=move || motivation.get()
                                on:input=move |event| motivation.set(event_target_value(&event))
                            ></textarea>
                        </label>
                    }
                })}
            <label>
                {t!(i18n, table.disposition.which)} " "
                <select
                    class="utrecht-select"
                    required
                    on:change=move |event| {
                        let number = event_target_value(&event).parse::<usize>().ok();
                        kind.set(number.and_then(|number| DispositionKind::ALL.get(number).copied()));
                    }
                >
                    <option value="" prop:selected=move || kind.get().is_none()></option>
                    {DispositionKind::ALL.into_iter().enumerate().map(option).collect_view()}
                </select>
            </label>
            <label>
                {t!(i18n, table.disposition.note)}
                <NoteLine value=note />
            </label>
            {(!against).then(|| view! { <PickBasis value=based_on /> })}
            <Button look=if against { Look::Danger } else { Look::Secondary } submit=true>
                {move || {
                    if against {
                        t_string!(i18n, table.disposition.deviate_now)
                    } else {
                        t_string!(i18n, table.disposition.record_now)
                    }
                }}
            </Button>
        </form>
    }
}
