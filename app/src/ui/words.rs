//! The words for what the rules name: phases, kinds, refusals, problems. One match each, so that a new variant asks
//! for its words.

use akkoord::dossier::NotDelivered;
use akkoord::moment::{Name, Phase};
use akkoord::session::Refusal;
use akkoord::session::command::{SeatLevel, SubjectRole, TimeReason};
use akkoord::session::item::{ContributionKind, DispositionKind};
use akkoord::text::TextFault;

use crate::backend::Problem;
use crate::i18n::{Locale, td_string};

/// A name that stands in the data in both languages.
pub(crate) fn name(locale: Locale, name: &Name) -> String {
    match locale {
        Locale::nl => name.nl.clone(),
        Locale::en => name.en.clone(),
    }
}

/// The name of a phase, and what happens in it.
pub(crate) fn phase(locale: Locale, phase: Phase) -> (&'static str, &'static str) {
    match phase {
        Phase::Opening => (
            td_string!(locale, words.phase.opening),
            td_string!(locale, words.phase_means.opening),
        ),
        Phase::Picture => (
            td_string!(locale, words.phase.picture),
            td_string!(locale, words.phase_means.picture),
        ),
        Phase::Judgement => (
            td_string!(locale, words.phase.judgement),
            td_string!(locale, words.phase_means.judgement),
        ),
        Phase::Decision => (
            td_string!(locale, words.phase.decision),
            td_string!(locale, words.phase_means.decision),
        ),
        Phase::ClosingRound => (
            td_string!(locale, words.phase.closing_round),
            td_string!(locale, words.phase_means.closing_round),
        ),
    }
}

/// What a contribution claims to be, and what that is worth (C7).
pub(crate) fn kind(locale: Locale, kind: ContributionKind) -> (&'static str, &'static str) {
    match kind {
        ContributionKind::Fact => (
            td_string!(locale, words.kind.fact),
            td_string!(locale, words.kind_means.fact),
        ),
        ContributionKind::Statement => (
            td_string!(locale, words.kind.statement),
            td_string!(locale, words.kind_means.statement),
        ),
        ContributionKind::Suspicion => (
            td_string!(locale, words.kind.suspicion),
            td_string!(locale, words.kind_means.suspicion),
        ),
        ContributionKind::Assessment => (
            td_string!(locale, words.kind.assessment),
            td_string!(locale, words.kind_means.assessment),
        ),
        ContributionKind::Advice => (
            td_string!(locale, words.kind.advice),
            td_string!(locale, words.kind_means.advice),
        ),
        ContributionKind::Question => (
            td_string!(locale, words.kind.question),
            td_string!(locale, words.kind_means.question),
        ),
    }
}

/// What a subject is in the case.
pub(crate) fn role(locale: Locale, role: SubjectRole) -> &'static str {
    match role {
        SubjectRole::Suspect => td_string!(locale, words.subject.suspect),
        SubjectRole::Victim => td_string!(locale, words.subject.victim),
        SubjectRole::Child => td_string!(locale, words.subject.child),
        SubjectRole::Reporter => td_string!(locale, words.subject.reporter),
        SubjectRole::Other => td_string!(locale, words.subject.other),
    }
}

/// Why something is not in the organisation's own system.
pub(crate) fn not_delivered(locale: Locale, cause: NotDelivered) -> &'static str {
    match cause {
        NotDelivered::Unreachable => td_string!(locale, export.delivery.cause.unreachable),
        NotDelivered::TooSlow => td_string!(locale, export.delivery.cause.too_slow),
        NotDelivered::Faulty => td_string!(locale, export.delivery.cause.faulty),
        NotDelivered::NotAllowed => td_string!(locale, export.delivery.cause.not_allowed),
        NotDelivered::NotAccepted => td_string!(locale, export.delivery.cause.not_accepted),
        NotDelivered::CaseUnknown => td_string!(locale, export.delivery.cause.case_unknown),
        NotDelivered::NotUnderstood => td_string!(locale, export.delivery.cause.not_understood),
        NotDelivered::NotSetUp => td_string!(locale, export.delivery.cause.not_set_up),
        NotDelivered::NotReadable => td_string!(locale, export.delivery.cause.not_readable),
    }
}

/// Full or restricted.
pub(crate) fn seat(locale: Locale, level: SeatLevel) -> &'static str {
    match level {
        SeatLevel::Full => td_string!(locale, words.seat.full),
        SeatLevel::Restricted => td_string!(locale, words.seat.restricted),
    }
}

/// Why VT needs more time.
pub(crate) fn time_reason(locale: Locale, reason: TimeReason) -> &'static str {
    match reason {
        TimeReason::SafetyAssessment => td_string!(locale, words.time_reason.safety_assessment),
        TimeReason::ConfidentialDoctor => td_string!(locale, words.time_reason.confidential_doctor),
        TimeReason::Colleague => td_string!(locale, words.time_reason.colleague),
        TimeReason::HearVictim => td_string!(locale, words.time_reason.hear_victim),
        TimeReason::OwnInvestigation => td_string!(locale, words.time_reason.own_investigation),
        TimeReason::Other => td_string!(locale, words.time_reason.other),
    }
}

/// The OM's decision.
pub(crate) fn disposition(locale: Locale, kind: DispositionKind) -> &'static str {
    match kind {
        DispositionKind::Summons => td_string!(locale, words.disposition.summons),
        DispositionKind::FastTrackSummons => td_string!(locale, words.disposition.fast_track_summons),
        DispositionKind::PenaltyOrder => td_string!(locale, words.disposition.penalty_order),
        DispositionKind::ConditionalDismissal => td_string!(locale, words.disposition.conditional_dismissal),
        DispositionKind::Dismissal => td_string!(locale, words.disposition.dismissal),
        DispositionKind::CustodyAndArraignment => td_string!(locale, words.disposition.custody_and_arraignment),
        DispositionKind::ReleasePendingDecision => td_string!(locale, words.disposition.release_pending_decision),
        DispositionKind::Transfer => td_string!(locale, words.disposition.transfer),
        DispositionKind::Referral => td_string!(locale, words.disposition.referral),
    }
}

/// A name of the data with the article it rests on, where it has one: "tijdelijk huisverbod (art. 2 Wth)".
pub(crate) fn name_and_article(locale: Locale, it: &Name, article: Option<&str>) -> String {
    let name = name(locale, it);
    article.map_or(name.clone(), |article| format!("{name} ({article})"))
}

/// Why a question was not answered: what happened, what is safe, what to do.
pub(crate) fn problem(locale: Locale, problem: &Problem) -> (&'static str, &'static str) {
    match problem {
        Problem::SignedOut => (
            td_string!(locale, errors.signed_out.title),
            td_string!(locale, errors.signed_out.text),
        ),
        Problem::NotFound => (
            td_string!(locale, common.not_found.title),
            td_string!(locale, common.not_found.text),
        ),
        Problem::Refused(because) => (td_string!(locale, refusals.heading), refusal(locale, *because)),
        Problem::OlderVersion => (
            td_string!(locale, errors.older_version.title),
            td_string!(locale, errors.older_version.text),
        ),
        Problem::Unavailable => (
            td_string!(locale, errors.server.title),
            td_string!(locale, errors.server.text),
        ),
        Problem::Unreachable => (
            td_string!(locale, errors.offline.title),
            td_string!(locale, errors.offline.text),
        ),
    }
}

/// The rules' no, in a sentence that says what to do instead.
pub(crate) fn refusal(locale: Locale, refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NotFound => td_string!(locale, refusals.not_found),
        Refusal::NotOwner => td_string!(locale, refusals.not_owner),
        Refusal::NotChair => td_string!(locale, refusals.not_chair),
        Refusal::NotVeiligThuis => td_string!(locale, refusals.not_veilig_thuis),
        Refusal::NotProsecutor => td_string!(locale, refusals.not_prosecutor),
        Refusal::NotAssignee => td_string!(locale, refusals.not_assignee),
        Refusal::NotHolder => td_string!(locale, refusals.not_holder),
        Refusal::NoSuchPower => td_string!(locale, refusals.no_such_power),
        Refusal::NoSuchTerm => td_string!(locale, refusals.no_such_term),
        Refusal::ReferenceDoesNotFit => td_string!(locale, refusals.reference_does_not_fit),
        Refusal::NotCustodian => td_string!(locale, refusals.not_custodian),
        Refusal::RestrictedSeat => td_string!(locale, refusals.restricted_seat),
        Refusal::RulesNotAccepted => td_string!(locale, refusals.rules_not_accepted),
        Refusal::Closed => td_string!(locale, refusals.closed),
        Refusal::AlreadyConvened => td_string!(locale, refusals.already_convened),
        Refusal::PartyMissing => td_string!(locale, refusals.party_missing),
        Refusal::SeatsDoNotFit => td_string!(locale, refusals.seats_do_not_fit),
        Refusal::TakesPart => td_string!(locale, refusals.takes_part),
        Refusal::SeatsStand => td_string!(locale, refusals.seats_stand),
        Refusal::NothingNew => td_string!(locale, refusals.nothing_new),
        Refusal::LeftTheTable => td_string!(locale, refusals.left_the_table),
        Refusal::Committed => td_string!(locale, refusals.committed),
        Refusal::OnRecord => td_string!(locale, refusals.on_record),
        Refusal::NoWords => td_string!(locale, refusals.no_words),
        Refusal::NotDue => td_string!(locale, refusals.not_due),
        Refusal::SessionFull => td_string!(locale, refusals.session_full),
        Refusal::OtherCommand => td_string!(locale, refusals.other_command),
        Refusal::ChairStays => td_string!(locale, refusals.chair_stays),
        Refusal::NoSuchPhase => td_string!(locale, refusals.no_such_phase),
        Refusal::TimeStands => td_string!(locale, refusals.time_stands),
        Refusal::NoClock => td_string!(locale, refusals.no_clock),
        Refusal::MinutesDoNotFit => td_string!(locale, refusals.minutes_do_not_fit),
        Refusal::TimeDoesNotFit => td_string!(locale, refusals.time_does_not_fit),
        Refusal::NoDisposition => td_string!(locale, refusals.no_disposition),
        Refusal::NothingToDeviateFrom => td_string!(locale, refusals.nothing_to_deviate_from),
        Refusal::NotClosingRound => td_string!(locale, refusals.not_closing_round),
        Refusal::OtherRevision => td_string!(locale, refusals.other_revision),
        Refusal::Withdrawn => td_string!(locale, refusals.withdrawn),
        Refusal::NoSuchRecipient => td_string!(locale, refusals.no_such_recipient),
        Refusal::PurposeDoesNotFit => td_string!(locale, refusals.purpose_does_not_fit),
        Refusal::MotivationNeeded => td_string!(locale, refusals.motivation_needed),
        Refusal::CellsDoNotFit => td_string!(locale, refusals.cells_do_not_fit),
        Refusal::OwnItem => td_string!(locale, refusals.own_item),
        Refusal::HiddenFromOthers => td_string!(locale, refusals.hidden_from_others),
        Refusal::TooMany => td_string!(locale, refusals.too_many),
        Refusal::Text(TextFault::Empty) => td_string!(locale, refusals.text_empty),
        Refusal::Text(TextFault::TooLong) => td_string!(locale, refusals.text_too_long),
        Refusal::Text(TextFault::Unprintable) => td_string!(locale, refusals.text_unprintable),
        Refusal::Text(TextFault::Markup) => td_string!(locale, refusals.text_markup),
    }
}
