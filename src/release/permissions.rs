//! Which party may do what to a release, and when. Commands and views ask here; nobody else knows the answer (R2, R3).

use serde::{Deserialize, Serialize};

use super::command::ReleaseCommandKind;
use super::state::ReleaseState;
use crate::ids::PartyId;
use crate::session::Refusal;

/// In which capacity a party looks at a release. A party that released something to itself (a follow-up action that it
/// performs) is both giver and recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReleaseViewer {
    giver: bool,
    recipient: bool,
}

impl ReleaseViewer {
    /// The capacity of this party for this release.
    pub fn of(state: &ReleaseState, party: PartyId) -> Self {
        Self {
            giver: party == state.origin.giver,
            recipient: party == state.origin.recipient,
        }
    }

    /// Whether the party is neither giver nor recipient.
    pub fn is_stranger(self) -> bool {
        !self.giver && !self.recipient
    }
}

/// Everything that can be done to a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReleasePermission {
    /// See how the release stands.
    View,
    /// Correct the words (R9).
    Rectify,
    /// Take the item back (R9).
    Withdraw,
    /// Record whether the subject was informed (C6).
    Inform,
    /// Be recorded as having opened the item.
    Open,
    /// Confirm the latest change (R9).
    Confirm,
    /// Record that the item is in a system of the recipient's own (C5).
    TakeOver,
}

impl ReleasePermission {
    /// Every permission.
    pub const ALL: [Self; 7] = [
        Self::View,
        Self::Rectify,
        Self::Withdraw,
        Self::Inform,
        Self::Open,
        Self::Confirm,
        Self::TakeOver,
    ];

    /// The permission that a command needs.
    pub fn of(command: &ReleaseCommandKind) -> Self {
        match command {
            ReleaseCommandKind::Rectify { .. } => Self::Rectify,
            ReleaseCommandKind::Withdraw { .. } => Self::Withdraw,
            ReleaseCommandKind::Inform(_) => Self::Inform,
            ReleaseCommandKind::Open {} => Self::Open,
            ReleaseCommandKind::Confirm {} => Self::Confirm,
            ReleaseCommandKind::TakeOver {} => Self::TakeOver,
        }
    }
}

/// Whether this viewer may do this to this release now.
///
/// The refusals are:
/// - [`Refusal::NotFound`] for a stranger (R2), for everybody once the giver's entry was destroyed (C5), for the giver
///   who asks what only a recipient can do, and for what cannot be done in this state: opening a second time,
///   confirming when nothing waits for it, taking over what is gone or was taken over already;
/// - [`Refusal::NotOwner`] for the recipient who asks what only the giver can do (R3);
/// - [`Refusal::Withdrawn`] for changing or taking over what its giver took back (R9).
pub fn permits(state: &ReleaseState, viewer: ReleaseViewer, permission: ReleasePermission) -> Result<(), Refusal> {
    use ReleasePermission as P;
    if viewer.is_stranger() || state.is_forgotten() {
        return Err(Refusal::NotFound);
    }
    let unless = |refused: bool, refusal: Refusal| if refused { Err(refusal) } else { Ok(()) };
    let is_withdrawn = state.withdrawn_at.is_some();
    match permission {
        P::View => Ok(()),
        P::Rectify | P::Withdraw => {
            unless(!viewer.giver, Refusal::NotOwner)?;
            unless(is_withdrawn, Refusal::Withdrawn)
        }
        P::Inform => unless(!viewer.giver, Refusal::NotOwner),
        P::Open => {
            unless(!viewer.recipient, Refusal::NotFound)?;
            unless(!state.has_copy() || state.opened_at.is_some(), Refusal::NotFound)
        }
        P::Confirm => {
            unless(!viewer.recipient, Refusal::NotFound)?;
            unless(!state.unconfirmed, Refusal::NotFound)
        }
        P::TakeOver => {
            unless(!viewer.recipient, Refusal::NotFound)?;
            unless(is_withdrawn, Refusal::Withdrawn)?;
            unless(!state.has_copy() || state.taken_over_at.is_some(), Refusal::NotFound)
        }
    }
}

/// What one party may do to a release now, for its screen. Each field is the answer of [`permits`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is the answer about one permission")]
pub struct ReleasePermissions {
    /// See [`ReleasePermission::Rectify`].
    pub rectify: bool,
    /// See [`ReleasePermission::Withdraw`].
    pub withdraw: bool,
    /// See [`ReleasePermission::Inform`].
    pub inform: bool,
    /// See [`ReleasePermission::Open`].
    pub open: bool,
    /// See [`ReleasePermission::Confirm`].
    pub confirm: bool,
    /// See [`ReleasePermission::TakeOver`].
    pub take_over: bool,
}

impl ReleasePermissions {
    /// What this viewer may do to this release now.
    pub fn of(state: &ReleaseState, viewer: ReleaseViewer) -> Self {
        let may = |permission| permits(state, viewer, permission).is_ok();
        Self {
            rectify: may(ReleasePermission::Rectify),
            withdraw: may(ReleasePermission::Withdraw),
            inform: may(ReleasePermission::Inform),
            open: may(ReleasePermission::Open),
            confirm: may(ReleasePermission::Confirm),
            take_over: may(ReleasePermission::TakeOver),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::super::decide::{decide, expire_copy, expire_register_entry};
    use super::super::tests::{GIVER, RECIPIENT, STRANGER, actor, given, given_to_itself, moment, party};
    use super::super::{ReleaseCommand, evolve, view_for};
    use super::*;
    use crate::release::Informed;
    use ReleasePermission as P;

    fn command(permission: P) -> Option<ReleaseCommandKind> {
        Some(match permission {
            P::View => return None,
            P::Rectify => ReleaseCommandKind::Rectify {
                text: "Twee meldingen.".into(),
                reason: "Dubbel geteld.".into(),
            },
            P::Withdraw => ReleaseCommandKind::Withdraw {
                reason: "Onrechtmatig verkregen.".into(),
            },
            P::Inform => ReleaseCommandKind::Inform(Informed::Yes {}),
            P::Open => ReleaseCommandKind::Open {},
            P::Confirm => ReleaseCommandKind::Confirm {},
            P::TakeOver => ReleaseCommandKind::TakeOver {},
        })
    }

    fn done(state: &ReleaseState, who: u128, permission: P) -> Result<ReleaseState, Refusal> {
        let Some(kind) = command(permission) else {
            return permits(state, ReleaseViewer::of(state, party(who)), permission).map(|()| *state);
        };
        let command = ReleaseCommand {
            version: state.version(),
            kind,
        };
        let decision = decide(state, actor(who), moment(1), &command)?;
        Ok(evolve(*state, &decision.event))
    }

    fn after(steps: &[(u128, P)]) -> ReleaseState {
        steps.iter().fold(given(), |state, (who, step)| {
            done(&state, *who, *step).expect("allowed")
        })
    }

    fn ended(state: ReleaseState) -> ReleaseState {
        let event = expire_copy(&state, state.until()).expect("due");
        evolve(state, &event)
    }

    fn forgotten(state: ReleaseState) -> ReleaseState {
        let state = ended(state);
        let event = expire_register_entry(&state, moment(700), moment(700)).expect("due");
        evolve(state, &event)
    }

    /// Every state that makes a difference, with what the giver and what the recipient may do in it. What a party is
    /// refused in its own column is refused with the answer beside it.
    #[test]
    fn r2_r3_r9_c5_c6_who_may_do_what_in_every_state() {
        let own = [P::View, P::Rectify, P::Withdraw, P::Inform];
        let states: [(&str, ReleaseState, &[P], &[P]); 10] = [
            ("just released", given(), &own, &[P::View, P::Open, P::TakeOver]),
            ("opened", after(&[(RECIPIENT, P::Open)]), &own, &[P::View, P::TakeOver]),
            (
                "corrected",
                after(&[(RECIPIENT, P::Open), (GIVER, P::Rectify)]),
                &own,
                &[P::View, P::Open, P::Confirm, P::TakeOver],
            ),
            (
                "corrected and confirmed",
                after(&[(GIVER, P::Rectify), (RECIPIENT, P::Confirm)]),
                &own,
                &[P::View, P::Open, P::TakeOver],
            ),
            (
                "taken over",
                after(&[(RECIPIENT, P::TakeOver)]),
                &own,
                &[P::View, P::Open],
            ),
            (
                "withdrawn",
                after(&[(GIVER, P::Withdraw)]),
                &[P::View, P::Inform],
                &[P::View, P::Open, P::Confirm],
            ),
            (
                "withdrawn and confirmed",
                after(&[(GIVER, P::Withdraw), (RECIPIENT, P::Open), (RECIPIENT, P::Confirm)]),
                &[P::View, P::Inform],
                &[P::View],
            ),
            ("copy ended", ended(given()), &own, &[P::View]),
            (
                "copy ended, then corrected",
                done(&ended(given()), GIVER, P::Rectify).expect("allowed"),
                &own,
                &[P::View, P::Open, P::Confirm, P::TakeOver],
            ),
            ("register entry destroyed", forgotten(given()), &[], &[]),
        ];
        for (name, state, giver, recipient) in states {
            for permission in P::ALL {
                for (who, allowed) in [(GIVER, giver), (RECIPIENT, recipient), (STRANGER, &[])] {
                    let what = std::format!("{name}: {permission:?} by {who}");
                    let expected = allowed.contains(&permission);
                    let viewer = ReleaseViewer::of(&state, party(who));
                    let answer = permits(&state, viewer, permission);
                    assert_eq!(answer.is_ok(), expected, "{what}");
                    assert_eq!(done(&state, who, permission).map(|_| ()), answer, "the command: {what}");
                    let may = view_for(&state, party(who)).map(|view| view.may);
                    assert_eq!(shown(may, permission), expected, "the view: {what}");
                    let refusal = refusal(&state, who, permission);
                    assert!(
                        expected || answer == Err(refusal),
                        "{what}: {answer:?}, not {refusal:?}"
                    );
                }
            }
        }
    }

    /// How a permission that is not given is refused: a stranger learns nothing (R2), a recipient learns that the giver
    /// owns it (R3), a holder learns that it was taken back (R9), and the rest is not there.
    fn refusal(state: &ReleaseState, who: u128, permission: P) -> Refusal {
        let of_giver = matches!(permission, P::Rectify | P::Withdraw | P::Inform);
        if who == STRANGER || state.is_forgotten() {
            Refusal::NotFound
        } else if who == RECIPIENT && of_giver {
            Refusal::NotOwner
        } else if who == GIVER && !of_giver {
            Refusal::NotFound
        } else if state.withdrawn_at.is_some() && (of_giver || permission == P::TakeOver) {
            Refusal::Withdrawn
        } else {
            Refusal::NotFound
        }
    }

    fn shown(may: Option<ReleasePermissions>, permission: P) -> bool {
        may.is_some_and(|may| match permission {
            P::View => true,
            P::Rectify => may.rectify,
            P::Withdraw => may.withdraw,
            P::Inform => may.inform,
            P::Open => may.open,
            P::Confirm => may.confirm,
            P::TakeOver => may.take_over,
        })
    }

    #[test]
    fn r9_a_party_that_released_to_itself_has_both_sides() {
        let state = given_to_itself();
        let viewer = ReleaseViewer::of(&state, party(GIVER));
        let allowed: Vec<_> = P::ALL
            .into_iter()
            .filter(|permission| permits(&state, viewer, *permission).is_ok())
            .collect();
        assert_eq!(
            allowed,
            [P::View, P::Rectify, P::Withdraw, P::Inform, P::Open, P::TakeOver]
        );
        assert!(ReleaseViewer::of(&state, party(RECIPIENT)).is_stranger());
    }
}
