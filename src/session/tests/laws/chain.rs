//! The chain (C4): every party's account of a session verifies, shows what the party saw, and any event of it that was
//! changed, dropped or moved is found.

use alloc::{boxed::Box, string::String, vec::Vec};
use std::format;

use super::faults::all_noticed;
use super::play::{Law, Play};
use crate::accountability::{Account, Link, NotWhole, Verified, account, verify, verify_account};
use crate::session::tests::fixture::*;
use crate::session::view::{SessionView, ViewEvent, view_for};
use crate::session::visibility::Viewer;
use crate::text::Texts;

pub(super) struct Chain {
    pub verify: fn(&str, Option<Link>) -> Result<Verified, NotWhole>,
}

impl Chain {
    pub(super) fn law() -> Self {
        Self { verify: verify_account }
    }
}

impl Law for Chain {
    fn name(&self) -> &'static str {
        "the chain (C4)"
    }

    fn end(&mut self, play: &Play) -> Result<(), String> {
        let parties: Vec<_> = play.model.seats.keys().copied().collect();
        // Of each session two accounts are read, and one of them is forged.
        let chance = play.done.len();
        for place in [chance, chance + parties.len() / 2] {
            let party = parties[place % parties.len()];
            let Some(account) = play.run.account(party) else {
                continue;
            };
            self.account(play, &account)
                .map_err(|breach| format!("{party}: {breach}"))?;
            if place == chance {
                self.forged(chance, &account)?;
            }
        }
        whole_log(play)
    }
}

fn file(account: &Account) -> String {
    serde_json::to_string(account).expect("an account")
}

impl Chain {
    fn account(&self, play: &Play, account: &Account) -> Result<(), String> {
        let whole = file(account);
        (self.verify)(&whole, Some(account.chain.head)).map_err(|fault| format!("does not verify: {fault:?}"))?;
        if whole.contains("woorden") {
            return Err("words in what a party takes along".into());
        }
        // What is read in it is what the party sees, but for the words.
        let state = &play.run.now.state;
        let viewer = Viewer::of_party(state, account.chain.party).ok_or("an account for nobody")?;
        let mut read: Option<SessionView> = None;
        for event in &account.chain.events {
            let change: ViewEvent = serde_json::from_str(&event.bytes).map_err(|fault| format!("{fault}"))?;
            match &mut read {
                Some(view) => view.apply(change),
                None => read = change.whole.map(|whole| *whole),
            }
        }
        let is = view_for(state, &Texts::default(), viewer);
        if is.is_some() && read != is {
            return Err(format!("reads otherwise: {}", super::screens::fields(&read, &is)));
        }
        Ok(())
    }

    /// Whoever makes the rest anew is found by the head, and whoever does not by the file.
    fn forged(&self, chance: usize, account: &Account) -> Result<(), String> {
        let events = account.chain.events.len();
        let place = chance % events;
        for change in 0..4 {
            let mut forged = account.clone();
            let all = &mut forged.chain.events;
            match change {
                0 => all[place].bytes = all[place].bytes.replacen('{', "{ ", 1),
                1 => drop(all.remove(place)),
                2 => all.swap(place, (place + 1) % events),
                _ => all.insert(place, all[place].clone()),
            }
            if forged != *account && (self.verify)(&file(&forged), None).is_ok() {
                return Err(format!("change {change} at {place} was not found"));
            }
        }
        Ok(())
    }
}

/// The chain over the whole log, as the server keeps it.
fn whole_log(play: &Play) -> Result<(), String> {
    let first = Link::first(SESSION);
    let mut link = first;
    let links: Vec<_> = {
        let events = play.run.events.iter();
        let linked = events.map(|event| {
            let bytes = serde_json::to_vec(event).expect("an event");
            link = link.next(&bytes);
            (bytes, link)
        });
        linked.collect()
    };
    verify(first, &links, link).map_err(|fault| format!("the log does not verify: {fault}"))?;
    let mut forged = links;
    let place = forged.len() / 2;
    forged[place].0.push(b' ');
    if verify(first, &forged, link).is_ok() {
        return Err("a changed event of the log was not found".into());
    }
    Ok(())
}

#[test]
fn c4_the_law_of_the_chain_notices_an_account_that_proves_nothing() {
    fn believes_all(_: &str, head: Option<Link>) -> Result<Verified, NotWhole> {
        Ok(Verified {
            events: 0,
            head: head.unwrap_or(Link([0; 32])),
        })
    }
    all_noticed(
        || Box::new(Chain { verify: believes_all }),
        &[("true rules", Rules::TRUE)],
    );
    let faults = [
        (
            "an account that leaves something out",
            Rules {
                account: |events, report| {
                    let most: Vec<_> = events
                        .iter()
                        .take(events.len() / 2)
                        .chain(events.last())
                        .cloned()
                        .collect();
                    account(SESSION, &most, report).expect("an account")
                },
                ..Rules::TRUE
            },
        ),
        (
            "an account of another party",
            Rules {
                account: |events, mut report| {
                    report.party = OM;
                    account(SESSION, events, report).expect("an account")
                },
                ..Rules::TRUE
            },
        ),
        (
            "an account whose report was changed afterwards",
            Rules {
                account: |events, report| {
                    let mut account = account(SESSION, events, report).expect("an account");
                    account.report.case_reference = "26-9999".into();
                    account
                },
                ..Rules::TRUE
            },
        ),
    ];
    all_noticed(|| Box::new(Chain::law()), &faults);
}
