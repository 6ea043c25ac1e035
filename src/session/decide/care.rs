//! R16: persons of the case. The label of a person belongs to the party that added it.

use super::{DecisionBuilder, MOST};
use crate::ids::SubjectId;
use crate::session::command::{NewSubject, SubjectRole};
use crate::session::event::{EventKind, SubjectNamed};
use crate::session::permissions::Permission;
use crate::session::refusal::Refusal;
use crate::text::LONGEST_LABEL;

pub(super) fn named(builder: &mut DecisionBuilder<'_>, subject: &NewSubject) -> Result<SubjectNamed, Refusal> {
    let label = builder.words(&subject.label, LONGEST_LABEL)?;
    Ok(SubjectNamed {
        id: SubjectId(builder.draw()),
        role: subject.role,
        label,
    })
}

pub(super) fn add_subject(builder: &mut DecisionBuilder<'_>, subject: &NewSubject) -> Result<(), Refusal> {
    builder.check(Permission::AddSubject)?;
    let own = builder
        .state
        .subjects
        .values()
        .filter(|it| it.owner == builder.actor.party);
    if own.count() >= MOST {
        return Err(Refusal::TooMany);
    }
    let subject = named(builder, subject)?;
    builder.happens(EventKind::SubjectAdded { subject });
    Ok(())
}

pub(super) fn correct_subject(
    builder: &mut DecisionBuilder<'_>,
    id: SubjectId,
    revision: u32,
    role: SubjectRole,
    label: &str,
) -> Result<(), Refusal> {
    builder.check(Permission::ChangeSubject(id))?;
    let revision = next_revision(builder, id, revision)?;
    let label = builder.words(label, LONGEST_LABEL)?;
    let subject = SubjectNamed { id, role, label };
    builder.happens(EventKind::SubjectCorrected { revision, subject });
    Ok(())
}

pub(super) fn remove_subject(builder: &mut DecisionBuilder<'_>, id: SubjectId, revision: u32) -> Result<(), Refusal> {
    builder.check(Permission::ChangeSubject(id))?;
    next_revision(builder, id, revision)?;
    builder.happens(EventKind::SubjectRemoved { subject: id });
    Ok(())
}

fn next_revision(builder: &DecisionBuilder<'_>, id: SubjectId, revision: u32) -> Result<u32, Refusal> {
    let subject = builder.state.subjects.get(&id).ok_or(Refusal::NotFound)?;
    if subject.revision == revision {
        Ok(revision + 1)
    } else {
        Err(Refusal::OtherRevision)
    }
}
