//! Short ways to want something.

use std::collections::BTreeSet;

use akkoord::ids::{ContributionId, PartyId};
use akkoord::session::Wish;
use akkoord::session::command::{Audience, CellDecision, ContributionKind, Purpose, Verdict};

pub fn share(text: &str, audience: Audience) -> Wish {
    Wish::Share {
        kind: ContributionKind::Fact,
        subjects: BTreeSet::new(),
        audience,
        text: text.into(),
    }
}

pub fn share_with_table(text: &str) -> Wish {
    share(text, Audience::table())
}

pub fn approve(contribution: ContributionId, recipient: PartyId, task: &str) -> Wish {
    let verdict = Verdict::Approve {
        purpose: Purpose::Task(task.into()),
        excerpt: None,
        condition: None,
        motivation: Some("nodig voor de taak".into()),
    };
    Wish::Decide {
        cells: vec![CellDecision {
            contribution,
            revision: 1,
            recipient,
            verdict,
        }],
    }
}

pub fn agree(text: &str, performer: PartyId, based_on: impl IntoIterator<Item = ContributionId>) -> Wish {
    Wish::AgreeAction {
        text: text.into(),
        performer,
        due: None,
        based_on: based_on.into_iter().collect(),
    }
}
