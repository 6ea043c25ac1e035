//! Convening: a case number, a person it is about, Enter. Everything else is filled in as the moment usually is.

use std::collections::BTreeMap;

use akkoord::directory::{ConveneForm, ConveneOrder, SeatOrder};
use akkoord::ids::PartyId;
use akkoord::moment::Moment;
use akkoord::party::Party;
use akkoord::session::command::{NewSubject, SeatLevel, SubjectRole};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;

use crate::ask::{self, asked};
use crate::backend::Problem;
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::pages::loaded::loaded;
use crate::signed::signed;
use crate::ui::field::described_by;
use crate::ui::{Alert, Button, Each, Empty, Field, Look, PartyTag, Title, Tone, shown, view, words};

/// The roles in the order they are offered, by the names the form uses.
const ROLES: [(&str, SubjectRole); 5] = [
    ("suspect", SubjectRole::Suspect),
    ("victim", SubjectRole::Victim),
    ("child", SubjectRole::Child),
    ("reporter", SubjectRole::Reporter),
    ("other", SubjectRole::Other),
];

/// The convening form.
#[component]
pub(crate) fn Convene() -> impl IntoView {
    let i18n = use_i18n();
    let form = asked(|| (), |()| ask::convene_form());
    view! {
        <Title text=move || t_string!(i18n, convene.title) />
        <div class="page page--narrow">
            <div>
                <h1 class="utrecht-heading-1">{t!(i18n, convene.title)}</h1>
                <p class="lead">{t!(i18n, convene.intro)}</p>
            </div>
            {loaded(form, |form| view! { <Form form /> })}
        </div>
    }
}

/// One line for a person the case is about. Read when the form is sent, so that what was typed before the page woke
/// is not lost.
#[derive(Clone, Copy)]
struct SubjectLine {
    key: u32,
    label: NodeRef<html::Input>,
    role: NodeRef<html::Select>,
}

impl SubjectLine {
    fn new(key: u32) -> Self {
        Self {
            key,
            label: NodeRef::new(),
            role: NodeRef::new(),
        }
    }

    /// Whoever the first line is about is usually the suspect. For anybody else that would be a mistake waiting to happen.
    fn usual_role(self) -> Option<SubjectRole> {
        (self.key == 0).then_some(SubjectRole::Suspect)
    }

    /// Who stands there; nobody while it is empty.
    fn read(self) -> Result<Option<NewSubject>, Fault> {
        let label = self.label.get_untracked().map(|input| input.value().trim().to_owned());
        let Some(label) = label.filter(|label| !label.is_empty()) else {
            return Ok(None);
        };
        let chosen = self.role.get_untracked().map(|select| select.value());
        let role = ROLES.into_iter().find(|(name, _)| Some(*name) == chosen.as_deref());
        let (_, role) = role.ok_or(Fault::Role(self.key))?;
        Ok(Some(NewSubject { role, label }))
    }
}

/// What is wrong with the form, found here or by the server.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fault {
    Reference,
    /// The case reference does not have the form of the moment (C4).
    ReferenceForm,
    Subject,
    /// A person without a role, by the key of their line.
    Role(u32),
    Server(Problem),
}

/// A case reference as an example: of `99-9999` it is `26-0417`.
fn example(form: &str) -> String {
    let mut digits = "260417358".chars().cycle();
    let mut letters = "ABCD".chars().cycle();
    form.chars()
        .map(|place| match place {
            '9' => digits.next().unwrap_or(place),
            'A' => letters.next().unwrap_or(place),
            itself => itself,
        })
        .collect()
}

/// One example of each form that a case reference of this moment can have.
fn examples(locale: Locale, moment: &Moment) -> String {
    let examples: Vec<_> = moment.case_reference_forms.iter().map(|form| example(form)).collect();
    examples.join(&format!(" {} ", td_string!(locale, convene.or)))
}

/// Whether a party must sit, usually sits, or can be asked.
fn standing(moment: &Moment, party: &Party, own: Option<PartyId>) -> Standing {
    if own == Some(party.id) || moment.required.contains(&party.kind) {
        Standing::Must
    } else if moment.usual.contains(&party.kind) {
        Standing::Usual
    } else {
        Standing::CanBeAsked
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Must,
    Usual,
    CanBeAsked,
}

/// Who sits before anybody touches a box: of each kind that must or usually sits, the own organisation or else the
/// first the directory names.
fn usual_seats(moment: &Moment, parties: &[Party], own: Option<PartyId>) -> BTreeMap<PartyId, bool> {
    parties
        .iter()
        .map(|party| {
            let first_of_kind = parties
                .iter()
                .find(|other| other.kind == party.kind && own == Some(other.id));
            let first_of_kind = first_of_kind.or_else(|| parties.iter().find(|other| other.kind == party.kind));
            let seated = standing(moment, party, own) != Standing::CanBeAsked
                && first_of_kind.is_some_and(|it| it.id == party.id);
            (party.id, seated)
        })
        .collect()
}

/// A party beyond the usual ones joins for part of the case and sees only what owners open to it.
fn seats(moment: &Moment, parties: &[Party], own: Option<PartyId>, chosen: &BTreeMap<PartyId, bool>) -> Vec<SeatOrder> {
    let seated = parties.iter().filter(|party| chosen.get(&party.id) == Some(&true));
    seated
        .map(|party| SeatOrder {
            party: party.id,
            level: match standing(moment, party, own) {
                Standing::Must | Standing::Usual => SeatLevel::Full,
                Standing::CanBeAsked => SeatLevel::Restricted,
            },
        })
        .collect()
}

#[component]
fn Form(form: ConveneForm) -> impl IntoView {
    let i18n = use_i18n();
    let Some(first) = form.moments.first().cloned() else {
        return view! {
            <Empty
                title=Signal::derive(move || t_string!(i18n, convene.title).to_owned())
                text=Signal::derive(move || t_string!(i18n, convene.nothing_to_convene).to_owned())
            />
        };
    };
    let me = signed();
    let own = move || me.get().and_then(Result::ok).flatten().map(|me| me.party.id);
    let form = StoredValue::new(form);
    let moment = RwSignal::new(first);
    let chosen = RwSignal::new(BTreeMap::new());
    // Another moment has other usual parties.
    let fill_in = move || form.with_value(|form| usual_seats(&moment.read(), &form.parties, own()));
    chosen.set(untrack(fill_in));
    Effect::new(move |before: Option<()>| {
        let usual = fill_in();
        if before.is_some() || !usual.is_empty() {
            chosen.set(usual);
        }
    });

    let reference = NodeRef::<html::Input>::new();
    let minutes = NodeRef::<html::Input>::new();
    let lines = RwSignal::new(vec![SubjectLine::new(0)]);
    let next_key = StoredValue::new(1);
    let fault = RwSignal::new(None::<Fault>);
    let busy = RwSignal::new(false);
    Effect::new(move |_| {
        if let Some(reference) = reference.get() {
            // Without focus the person clicks; nothing is lost.
            let _ = reference.focus();
        }
    });

    let navigate = use_navigate();
    let send = move || {
        if busy.get_untracked() {
            return;
        }
        let case_reference = reference
            .get_untracked()
            .map(|input| input.value().trim().to_owned())
            .unwrap_or_default();
        let wrong_reference = if case_reference.is_empty() {
            Some(Fault::Reference)
        } else if moment.with_untracked(|moment| moment.fits(&case_reference)) {
            None
        } else {
            Some(Fault::ReferenceForm)
        };
        if wrong_reference.is_some() {
            fault.set(wrong_reference);
            let _ = reference.get_untracked().map(|input| input.focus());
            return;
        }
        let read: Result<Vec<_>, _> = lines.get_untracked().into_iter().map(SubjectLine::read).collect();
        let subjects: Vec<_> = match read {
            Ok(read) => read.into_iter().flatten().collect(),
            Err(wrong) => {
                let line = lines
                    .get_untracked()
                    .into_iter()
                    .find(|line| wrong == Fault::Role(line.key));
                let _ = line
                    .and_then(|line| line.role.get_untracked())
                    .map(|select| select.focus());
                fault.set(Some(wrong));
                return;
            }
        };
        if subjects.is_empty() {
            fault.set(Some(Fault::Subject));
            let first = lines
                .get_untracked()
                .first()
                .and_then(|line| line.label.get_untracked());
            let _ = first.map(|input| input.focus());
            return;
        }
        let order = moment.with_untracked(|moment| ConveneOrder {
            moment: moment.code.clone(),
            case_reference,
            subjects,
            seats: form.with_value(|form| seats(moment, &form.parties, untrack(own), &chosen.get_untracked())),
            clock_minutes: minutes.get_untracked().and_then(|input| input.value().parse().ok()),
        });
        fault.set(None);
        busy.set(true);
        let navigate = navigate.clone();
        spawn_local(async move {
            match ask::convene(order).await {
                Ok(session) => navigate(
                    &format!("/overleg/{session}"),
                    leptos_router::NavigateOptions::default(),
                ),
                Err(problem) => {
                    fault.set(Some(Fault::Server(problem)));
                    busy.set(false);
                }
            }
        });
    };
    let choose_moment = move |code: String| {
        let row = form.with_value(|form| form.moments.iter().find(|moment| moment.code == code).cloned());
        if let Some(row) = row {
            moment.set(row);
        }
    };
    let add_line = move |_| {
        let key = next_key.get_value();
        next_key.set_value(key + 1);
        let line = SubjectLine::new(key);
        lines.update(|lines| lines.push(line));
        // The new line is where one goes on typing.
        request_animation_frame(move || {
            let _ = line.label.get_untracked().map(|input| input.focus());
        });
    };
    let examples = Memo::new(move |_| examples(i18n.get_locale(), &moment.read()));
    let wrong_reference = move || match fault.get()? {
        Fault::Reference => Some(t_string!(i18n, convene.fault.reference).to_owned()),
        Fault::ReferenceForm => Some(t_string!(i18n, convene.fault.form, example = examples.get()).to_string()),
        Fault::Subject | Fault::Role(_) | Fault::Server(_) => None,
    };

    view! {
        <form
            class="convene-form"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            {move || {
                let Some(Fault::Server(problem)) = fault.get() else { return None };
                let title = Signal::derive(move || t_string!(i18n, convene.fault.heading).to_owned());
                Some(
                    view! {
                        <Alert tone=Tone::Bad title>
                            {shown(move || words::problem(i18n.get_locale(), &problem).1)}
                        </Alert>
                    },
                )
            }}
            <div class="convene-line">
                <Field
                    id="reference"
                    label=Signal::derive(move || t_string!(i18n, convene.reference).to_owned())
                    hint=Signal::derive(move || {
                        Some(t_string!(i18n, convene.reference_hint, example = examples.get()).to_string())
                    })
                    error=Signal::derive(wrong_reference)
                >
                    <input
                        class="utrecht-textbox utrecht-textbox--html-input"
                        id="reference"
                        node_ref=reference
                        type="text"
                        autocomplete="off"
                        maxlength="120"
                        required
                        aria-describedby=described_by("reference")
                        aria-invalid=move || wrong_reference().is_some().then_some("true")
                    />
                </Field>
                <Field
                    id="moment"
                    label=Signal::derive(move || t_string!(i18n, convene.moment).to_owned())
                    hint=Signal::derive(move || {
                        let party = crate::ui::tag::party_word(i18n.get_locale(), moment.read().chair);
                        Some(td_string!(i18n.get_locale(), convene.chair, party = party).to_string())
                    })
                >
                    <select
                        class="utrecht-select utrecht-select--html-select"
                        id="moment"
                        aria-describedby=described_by("moment")
                        on:change=move |event| choose_moment(event_target_value(&event))
                    >
                        {form
                            .with_value(|form| form.moments.clone())
                            .into_iter()
                            .map(|moment| {
                                view! {
                                    <option value=moment.code.clone()>
                                        {shown(move || words::name(i18n.get_locale(), &moment.name))}
                                    </option>
                                }
                            })
                            .collect_view()}
                    </select>
                </Field>
            </div>
            <fieldset class="convene-group">
                <legend>{t!(i18n, convene.subjects)}</legend>
                <p class="note">{t!(i18n, convene.subjects_hint)}</p>
                <Each each=move || lines.get() key=|line| line.key let(line)>
                    <Subject line lines fault />
                </Each>
                <div>
                    <Button on:click=add_line>{t!(i18n, convene.add_subject)}</Button>
                </div>
            </fieldset>
            <fieldset class="convene-group">
                <legend>{t!(i18n, convene.parties)}</legend>
                <p class="note">{t!(i18n, convene.parties_hint)}</p>
                <div class="convene-parties">
                    {form
                        .with_value(|form| form.parties.clone())
                        .into_iter()
                        .map(|party| view! { <SeatBox party moment chosen own=Signal::derive(own) /> })
                        .collect_view()}
                </div>
            </fieldset>
            <Show when=move || moment.read().decision_clock_minutes.is_some()>
                <Field
                    id="minutes"
                    label=Signal::derive(move || t_string!(i18n, convene.minutes).to_owned())
                    hint=Signal::derive(move || Some(t_string!(i18n, convene.minutes_hint).to_owned()))
                >
                    <input
                        class="utrecht-textbox utrecht-textbox--html-input convene-minutes"
                        id="minutes"
                        node_ref=minutes
                        type="number"
                        inputmode="numeric"
                        min="1"
                        max="1440"
                        value=move || moment.read().decision_clock_minutes.map(|minutes| minutes.to_string())
                        aria-describedby=described_by("minutes")
                    />
                </Field>
            </Show>
            <div class="convene-foot">
                <Button look=Look::Primary submit=true key="⏎" attr:disabled=move || busy.get()>
                    {t!(i18n, convene.submit)}
                </Button>
                <a class="utrecht-link" href="/overleggen">
                    {t!(i18n, common.act.cancel)}
                </a>
            </div>
        </form>
    }
}

#[component]
fn Subject(line: SubjectLine, lines: RwSignal<Vec<SubjectLine>>, fault: RwSignal<Option<Fault>>) -> impl IntoView {
    let i18n = use_i18n();
    let number = move || {
        lines
            .read()
            .iter()
            .position(|other| other.key == line.key)
            .map_or(0, |place| place + 1)
    };
    let id = format!("subject-{}", line.key);
    let role_id = format!("subject-role-{}", line.key);
    let wrong = move || fault.get() == Some(Fault::Subject) && number() == 1;
    let no_role = move || fault.get() == Some(Fault::Role(line.key));
    view! {
        <div class="convene-subject" role="group" aria-label=move || {
            t_string!(i18n, convene.subject_number, number = number()).to_string()
        }>
            <Field
                id=id.clone()
                label=Signal::derive(move || t_string!(i18n, convene.subject_name).to_owned())
                error=Signal::derive(move || wrong().then(|| t_string!(i18n, convene.fault.subject).to_owned()))
            >
                <input
                    class="utrecht-textbox utrecht-textbox--html-input"
                    id=id.clone()
                    node_ref=line.label
                    type="text"
                    autocomplete="off"
                    maxlength="120"
                    aria-describedby=described_by(&id)
                    aria-invalid=move || wrong().then_some("true")
                />
            </Field>
            <Field
                id=role_id.clone()
                label=Signal::derive(move || t_string!(i18n, convene.subject_role).to_owned())
                error=Signal::derive(move || no_role().then(|| t_string!(i18n, convene.fault.role).to_owned()))
            >
                <select
                    class="utrecht-select utrecht-select--html-select"
                    id=role_id.clone()
                    node_ref=line.role
                    aria-describedby=described_by(&role_id)
                    aria-invalid=move || no_role().then_some("true")
                >
                    {line
                        .usual_role()
                        .is_none()
                        .then(|| view! { <option value="">{shown(move || t_string!(i18n, convene.choose_role))}</option> })}
                    {ROLES
                        .map(|(name, role)| {
                            view! { <option value=name>{shown(move || words::role(i18n.get_locale(), role))}</option> }
                        })}
                </select>
            </Field>
            <Show when=move || { lines.read().len() > 1 }>
                <Button
                    look=Look::Subtle
                    on:click=move |_| lines.update(|lines| lines.retain(|other| other.key != line.key))
                    attr:aria-label=move || t_string!(i18n, convene.remove_subject, number = number()).to_string()
                >
                    {t!(i18n, common.act.remove)}
                </Button>
            </Show>
        </div>
    }
}

#[component]
fn SeatBox(
    party: Party,
    moment: RwSignal<Moment>,
    chosen: RwSignal<BTreeMap<PartyId, bool>>,
    own: Signal<Option<PartyId>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let Party { id, kind, name } = party.clone();
    let standing = Memo::new(move |_| standing(&moment.read(), &party, own.get()));
    let seated = move || chosen.read().get(&id) == Some(&true);
    // Its box cannot be emptied as long as nobody else of its kind sits.
    let fixed = move || standing.get() == Standing::Must && seated();
    view! {
        <label class="check">
            <input
                type="checkbox"
                class="utrecht-checkbox"
                checked=move || seated()
                prop:checked=move || seated()
                aria-disabled=move || fixed().then_some("true")
                on:click=move |event| {
                    if fixed() {
                        event.prevent_default();
                    }
                }
                on:change=move |event| {
                    let on = event_target_checked(&event);
                    chosen.update(|chosen| {
                        chosen.insert(id, on);
                    });
                }
            />
            <PartyTag kind name=name.clone() />
            <span>
                {name}
                <span class="note">
                    {move || match standing.get() {
                        Standing::Must => format!(" {}", t_string!(i18n, convene.must)),
                        Standing::Usual => String::new(),
                        Standing::CanBeAsked => {
                            format!(" {}", words::seat(i18n.get_locale(), SeatLevel::Restricted))
                        }
                    }}
                </span>
            </span>
        </label>
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "tests")]
    use super::*;
    use akkoord::party::PartyKind;
    use uuid::Uuid;

    fn party(number: u128, kind: PartyKind) -> Party {
        Party {
            id: PartyId(Uuid::from_u128(number)),
            kind,
            name: format!("organisatie {number}"),
        }
    }

    #[test]
    fn a_zsm_session_needs_no_box_touched() {
        let moments = akkoord::moment::standard().expect("our own data reads");
        let parties: Vec<_> = (0_u128..)
            .zip(PartyKind::ALL)
            .map(|(number, kind)| party(number, kind))
            .collect();
        let own = Some(parties[0].id);
        let chosen = usual_seats(&moments[0], &parties, own);
        let seats = seats(&moments[0], &parties, own, &chosen);
        assert_eq!(seats.len(), 6);
        assert!(seats.iter().all(|seat| seat.level == SeatLevel::Full));
    }

    #[test]
    fn c4_the_example_of_a_case_reference_fits() {
        for moment in akkoord::moment::standard().expect("our own data reads") {
            for form in &moment.case_reference_forms {
                let example = example(form);
                assert!(moment.fits(&example), "{example} of {form} in {}", moment.code);
            }
        }
        let mut moment = akkoord::moment::standard().expect("our own data reads").remove(0);
        assert_eq!(examples(Locale::nl, &moment), "26-0417 of 26-041735");
        moment.case_reference_forms = vec!["PL99/AA.99".into()];
        assert_eq!(examples(Locale::en, &moment), "PL26/AB.04");
    }

    #[test]
    fn s12_only_the_first_person_has_a_usual_role() {
        let owner = Owner::new();
        owner.set();
        assert_eq!(SubjectLine::new(0).usual_role(), Some(SubjectRole::Suspect));
        assert_eq!(SubjectLine::new(1).usual_role(), None);
    }

    #[test]
    fn of_two_of_one_kind_the_own_organisation_sits() {
        let moments = akkoord::moment::standard().expect("our own data reads");
        let parties = [
            party(1, PartyKind::Prosecution),
            party(2, PartyKind::Prosecution),
            party(3, PartyKind::Halt),
        ];
        let chosen = usual_seats(&moments[0], &parties, Some(parties[1].id));
        assert_eq!(chosen.into_values().collect::<Vec<_>>(), [false, true, false]);
    }

    #[test]
    fn who_is_asked_beyond_the_usual_sits_restricted() {
        let moments = akkoord::moment::standard().expect("our own data reads");
        let parties = [party(1, PartyKind::Halt)];
        let seats = seats(&moments[0], &parties, None, &BTreeMap::from([(parties[0].id, true)]));
        assert_eq!(seats[0].level, SeatLevel::Restricted);
    }
}
