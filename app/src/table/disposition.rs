//! The OM's decisions, one for each suspect. While VT takes its time there is only the explicit way around, with a written
//! motivation that stays visible to the whole table (T3).

use akkoord::ids::SubjectId;
use akkoord::session::CommandKind;
use akkoord::session::command::SubjectRole;
use akkoord::session::item::DispositionKind;
use akkoord::session::view::{ContentView, DeviationView, ItemView, SubjectView};
use akkoord::text::LONGEST_NOTE;
use chrono::{DateTime, Utc};
use leptos::ev;
use leptos::prelude::*;

use super::item::{Acts, Marks, Mode, OpenForm, Requests, escape, focus_with};
use super::live;
use super::note::NoteLine;
use super::opener::Opener;
use super::stale::{Opened, Stale};
use crate::i18n::{t, t_string, use_i18n};
use crate::live::seen::{Card, Seen};
use crate::ui::{Button, Each, Look, changing, time, view, words};

/// The decisions, the form for the prosecutor, and every deviation.
#[component]
pub(super) fn Disposition() -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let seen = live.seen;
    let deviations = Memo::new(move |_| seen.deviations.get());
    let hidden = Memo::new(move |_| {
        let shown: Vec<_> = seen
            .dispositions
            .with(|cards| cards.iter().map(|card| card.view.with(recorded_at)).collect());
        seen.decided_at.with(|decided_at| hidden_decisions(decided_at, &shown))
    });
    let empty = Memo::new(move |_| seen.dispositions.with(Vec::is_empty) && hidden.with(Vec::is_empty));
    // A restricted seat reads nothing here until a decision was taken (R11).
    let shown = Memo::new(move |_| {
        let (decides, full) = seen.about.with(|about| (about.has_disposition, about.full_seat));
        decides && (full || !empty.get())
    });
    let may_record = Memo::new(move |_| seen.may.with(|may| may.record_disposition));
    let may_deviate = Memo::new(move |_| seen.may.with(|may| may.deviate));
    let recording = RwSignal::new(false);
    let deviating = RwSignal::new(false);
    // What the prosecutor typed outlives the form: VT's signal puts another form in its place (T2, T3).
    let typed = Typed {
        note: RwSignal::default(),
        motivation: RwSignal::default(),
    };
    let deviation = move |it: DeviationView| {
        let (by, at, suspect, kind) = (it.by, it.at, it.suspect, it.kind);
        let text = move || {
            let locale = i18n.get_locale();
            let what = format!("{}: {}", suspect_label(seen, suspect), words::disposition(locale, kind));
            let by = by.clone();
            t_string!(
                i18n,
                table.disposition.deviated,
                by = by,
                time = time::clock_time(at),
                what = what
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
    let told = move |at: DateTime<Utc>| {
        let text = move || t_string!(i18n, table.disposition.taken, time = time::clock_time(at)).to_string();
        view! { <p data-decided>{move || text()}</p> }
    };
    changing(move || {
        shown.get().then(|| {
            view! {
                <h2 class="table-heading">{t!(i18n, table.disposition.heading)}</h2>
                <Each each=move || deviations.get() key=|it| (it.at, it.suspect) children=deviation />
                <Each each=move || seen.dispositions.get() key=|card| card.id let:card>
                    <Recorded card />
                </Each>
                {move || hidden.get().into_iter().map(told).collect_view()}
                {move || empty.get().then(|| view! { <p class="note">{t!(i18n, table.disposition.none)}</p> })}
                {move || {
                    may_record
                        .get()
                        .then(|| {
                            let label = Signal::derive(move || t_string!(i18n, table.disposition.record).to_owned());
                            view! {
                                <Opener name="disposition" open=recording label>
                                    <Record open=recording against=false typed />
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
                                    <Record open=deviating against=true typed />
                                </Opener>
                            }
                        })
                }}
            }
        })
    })
}

/// When what stands was recorded.
fn recorded_at(view: &ItemView) -> DateTime<Utc> {
    view.revised_at.unwrap_or(view.shared_at)
}

/// Of all the times at which a decision was taken those of decisions that this seat does not read.
fn hidden_decisions(decided_at: &[DateTime<Utc>], shown: &[DateTime<Utc>]) -> Vec<DateTime<Utc>> {
    let mut shown = shown.to_vec();
    let mut hidden = decided_at.to_vec();
    hidden.retain(|at| match shown.iter().position(|it| it == at) {
        Some(place) => {
            shown.swap_remove(place);
            false
        }
        None => true,
    });
    hidden
}

fn suspect_label(seen: Seen, suspect: SubjectId) -> String {
    let label = seen.about_whom(&[suspect]);
    if label.is_empty() { "—".to_owned() } else { label }
}

/// On whom, and what was decided.
fn decided(view: &ItemView) -> Option<(SubjectId, DispositionKind, bool)> {
    match view.content {
        ContentView::Disposition {
            suspect,
            kind,
            deviates,
        } => Some((suspect, kind, deviates)),
        _ => None,
    }
}

/// One decision, with what the OM can do with it.
#[component]
fn Recorded(card: Card) -> impl IntoView {
    let i18n = use_i18n();
    let seen = live().seen;
    let id = card.id;
    let view = RwSignal::from(card.view);
    let mode = RwSignal::new(Mode::Reading);
    focus_with(mode, id);
    let content = Memo::new(move |_| view.with(decided));
    let at = Memo::new(move |_| view.with(recorded_at));
    let note = Memo::new(move |_| view.with(|view| view.text.clone()));
    let suspect = move || content.get().map(|(suspect, ..)| suspect_label(seen, suspect));
    let kind = move || {
        content
            .get()
            .map(|(_, kind, _)| words::disposition(i18n.get_locale(), kind))
    };
    let deviates = move || content.get().is_some_and(|(.., deviates)| deviates);
    view! {
        <div
            class="disposition"
            tabindex="-1"
            data-disposition
            data-item=id.to_string()
            on:keydown=move |event| escape(&event, mode)
        >
            <span>{move || suspect()} ": " <strong>{move || kind()}</strong></span>
            {move || note.get().map(|note| view! { <span>{note}</span> })}
            <span class="agreement-meta">
                {move || t_string!(i18n, table.disposition.recorded, time = time::clock_time(at.get())).to_string()}
                {move || deviates().then(|| view! { <span>{t!(i18n, table.disposition.mark)}</span> })}
            </span>
            <OpenForm view mode />
            <div class="agreement-meta">
                <Marks view />
                <Requests view />
                <Acts view mode />
            </div>
        </div>
    }
}

/// The suspects of the case, as far as this viewer knows them.
fn suspects(seen: Seen) -> Vec<SubjectView> {
    seen.subjects.with(|subjects| {
        let suspects = subjects.iter().filter(|subject| subject.role == SubjectRole::Suspect);
        suspects.cloned().collect()
    })
}

/// What stands for a suspect: its revision (zero where nothing does) and what was decided.
fn standing(seen: Seen, suspect: Option<SubjectId>) -> (u32, Option<DispositionKind>) {
    seen.dispositions.with(|cards| {
        let mut all = cards.iter();
        let found = all.find_map(|card| {
            card.view.with(|view| match decided(view) {
                Some((of, kind, _)) if Some(of) == suspect => Some((view.revision, Some(kind))),
                _ => None,
            })
        });
        found.unwrap_or((0, None))
    })
}

/// The words of a decision that is being written.
#[derive(Clone, Copy)]
struct Typed {
    note: RwSignal<String>,
    motivation: RwSignal<String>,
}

/// The form; `against` VT's request it asks for the motivation first.
#[component]
fn Record(open: RwSignal<bool>, against: bool, typed: Typed) -> impl IntoView {
    let i18n = use_i18n();
    let live = live();
    let seen = live.seen;
    let only = untrack(|| suspects(seen));
    let suspect = RwSignal::new(if only.len() == 1 {
        only.first().map(|it| it.id)
    } else {
        None
    });
    let kind = RwSignal::new(None::<DispositionKind>);
    let Typed { note, motivation } = typed;
    let stands = Memo::new(move |_| standing(seen, suspect.get()));
    let opened = Opened::on(stands);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (Some(suspect), Some(kind)) = (suspect.get_untracked(), kind.get_untracked()) else {
            return;
        };
        let filled = |text: RwSignal<String>| Some(text.get_untracked()).filter(|text| !text.trim().is_empty());
        let deviation = filled(motivation).filter(|_| against);
        if against && deviation.is_none() {
            return;
        }
        let Some((revision, _)) = opened.to_send() else { return };
        live.want(CommandKind::RecordDisposition {
            suspect,
            revision,
            kind,
            note: filled(note),
            deviation,
        });
        note.set(String::new());
        motivation.set(String::new());
        open.set(false);
    };
    let person = move |it: SubjectView| {
        let id = it.id;
        view! {
            <option value=id.to_string() prop:selected=move || suspect.get() == Some(id)>
                {it.label}
            </option>
        }
    };
    let option = move |(number, it): (usize, DispositionKind)| {
        view! {
            <option value=number.to_string() prop:selected=move || kind.get() == Some(it)>
                {move || words::disposition(i18n.get_locale(), it)}
            </option>
        }
    };
    let replaces = move || {
        let kind = words::disposition(i18n.get_locale(), stands.get().1?);
        Some(t_string!(i18n, table.disposition.replaces, what = kind).to_string())
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
                {t!(i18n, table.disposition.suspect)} " "
                <select
                    class="utrecht-select"
                    required
                    on:change=move |event| {
                        suspect.set(event_target_value(&event).parse().ok());
                        opened.catch_up();
                    }
                >
                    <option value="" prop:selected=move || suspect.get().is_none()></option>
                    <Each each=move || suspects(seen) key=|it| (it.id, it.label.clone()) children=person />
                </select>
            </label>
            {move || {
                suspects(seen).is_empty().then(|| view! { <p class="note">{t!(i18n, table.disposition.no_suspect)}</p> })
            }}
            {move || replaces().map(|text| view! { <p class="note">{text}</p> })}
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
            <Stale opened />
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

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn r11_a_seat_is_told_of_a_decision_that_it_does_not_read() {
        let at = |minute| DateTime::UNIX_EPOCH + TimeDelta::minutes(minute);
        assert_eq!(hidden_decisions(&[at(1), at(2)], &[]), [at(1), at(2)]);
        assert_eq!(hidden_decisions(&[at(1), at(2)], &[at(2)]), [at(1)]);
        assert_eq!(
            hidden_decisions(&[at(1), at(1)], &[at(1)]),
            [at(1)],
            "two in one minute are two"
        );
        assert!(hidden_decisions(&[], &[]).is_empty());
    }
}
