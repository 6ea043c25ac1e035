//! A frame as the room wrote it. Read field by field: a derived reading keeps each frame twice before it knows which one
//! it is, and is many times as large.

use akkoord::protocol::FromRoom;

use crate::json::{self, Unreadable};

/// Reads one frame.
pub(crate) fn read(text: &str) -> Result<FromRoom, Unreadable> {
    let mut frame = json::read_fields(text)?;
    let kind: String = frame.take("t")?;
    Ok(match kind.as_str() {
        "welcome" => FromRoom::Welcome {
            version: frame.take("version")?,
            now: frame.take("now")?,
            you: frame.take("you")?,
            draft: frame.take("draft")?,
        },
        "view" => FromRoom::View {
            epoch: frame.take("epoch")?,
            n: frame.take("n")?,
            view: frame.take("view")?,
        },
        "event" => FromRoom::Event {
            n: frame.take("n")?,
            event: frame.take("event")?,
        },
        "ack" => FromRoom::Ack { id: frame.take("id")? },
        "refused" => FromRoom::Refused {
            id: frame.take("id")?,
            because: frame.take("because")?,
        },
        "not_stored" => FromRoom::NotStored { id: frame.take("id")? },
        "storage" => FromRoom::Storage {
            works: frame.take("works")?,
        },
        "presence" => FromRoom::Presence {
            party: frame.take("party")?,
            who: frame.take("who")?,
            how: frame.take("how")?,
        },
        "spotlight" => FromRoom::Spotlight {
            card: frame.take("card")?,
        },
        "pong" => FromRoom::Pong {
            now: frame.take("now")?,
        },
        "unreadable" => FromRoom::Unreadable {
            why: frame.take("why")?,
        },
        "bye" => FromRoom::Bye {
            why: frame.take("why")?,
        },
        _ => return Err(Unreadable),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use akkoord::ids::{CommandId, ContributionId, ParticipantId, PartyId};
    use akkoord::protocol::{Bye, Presence};
    use akkoord::session::view::{May, ViewEvent};
    use akkoord::session::{Refusal, SessionView};
    use akkoord::text::TextFault;
    use chrono::DateTime;
    use uuid::Uuid;

    /// Each frame there is. A new one asks to be added here, for [`read`] must know it too.
    fn every_frame(view: &SessionView) -> Vec<FromRoom> {
        let id = CommandId(Uuid::from_u128(1));
        let now = DateTime::UNIX_EPOCH;
        let after = |frame: &FromRoom| match frame {
            FromRoom::Welcome { .. } => Some(FromRoom::View {
                epoch: Uuid::from_u128(2),
                n: 7,
                view: Box::new(view.clone()),
            }),
            FromRoom::View { .. } => Some(FromRoom::Event {
                n: 8,
                event: Box::new(ViewEvent {
                    command: Some(id),
                    may: Some(May::default()),
                    whole: Some(Box::new(view.clone())),
                    ..ViewEvent::default()
                }),
            }),
            FromRoom::Event { .. } => Some(FromRoom::Ack { id }),
            FromRoom::Ack { .. } => Some(FromRoom::Refused {
                id,
                because: Refusal::Text(TextFault::Empty),
            }),
            FromRoom::Refused { .. } => Some(FromRoom::NotStored { id }),
            FromRoom::NotStored { .. } => Some(FromRoom::Storage { works: false }),
            FromRoom::Storage { .. } => Some(FromRoom::Presence {
                party: PartyId(Uuid::from_u128(3)),
                who: ParticipantId(Uuid::from_u128(4)),
                how: Presence::Typing,
            }),
            FromRoom::Presence { .. } => Some(FromRoom::Spotlight {
                card: Some(ContributionId(Uuid::from_u128(5))),
            }),
            FromRoom::Spotlight { .. } => Some(FromRoom::Pong { now }),
            FromRoom::Pong { .. } => Some(FromRoom::Unreadable { why: "x".to_owned() }),
            FromRoom::Unreadable { .. } => Some(FromRoom::Bye { why: Bye::NoSeat }),
            FromRoom::Bye { .. } => None,
        };
        let first = FromRoom::Welcome {
            version: 1,
            now,
            you: ParticipantId(Uuid::from_u128(6)),
            draft: Some("concept".to_owned()),
        };
        std::iter::successors(Some(first), after).collect()
    }

    #[test]
    fn every_frame_reads_as_it_was_written() {
        for frame in every_frame(&crate::live::tests::view()) {
            let json = serde_json::to_string(&frame).unwrap_or_default();
            assert_eq!(read(&json), Ok(frame), "{json}");
        }
    }

    #[test]
    fn what_is_left_out_or_unknown_is_told_apart() {
        let id = Uuid::nil();
        let json = format!(r#"{{"t":"welcome","version":1,"now":"2026-11-23T17:40:00Z","you":"{id}"}}"#);
        assert!(matches!(read(&json), Ok(FromRoom::Welcome { draft: None, .. })));
        assert_eq!(read(r#"{"t":"later"}"#), Err(Unreadable));
        assert_eq!(read(r#"{"t":"ack"}"#), Err(Unreadable));
    }
}
