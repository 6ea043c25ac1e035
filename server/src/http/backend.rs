//! The answers to every question of the pages and of the API, for one person. Rights are asked here, once for both.

use std::collections::BTreeSet;

use akkoord::access::{AccessOrder, AccessReport, may_look_for};
use akkoord::accountability::{Account, Report};
use akkoord::directory::{Board, Colleague, ConveneForm, ConveneOrder, Me, SeatOrder, sort_board};
use akkoord::dossier::{AnsweredEntry, DossierLine, HeldItem};
use akkoord::ids::{CommandId, ReleaseId, SessionId};
use akkoord::release::{self, ReleaseView};
use akkoord::session::command::{Convening, SeatLevel};
use akkoord::session::{Command, CommandKind, OrganisationPermission, Refusal};
use akkoord_app::backend::{Answer, Backend, Problem, Search, TableEntry};
use chrono::{DateTime, Utc};

use super::{AppState, Failure};
use crate::clock;
use crate::export::package::{self, Package};
use crate::identity::Person;

/// How often an item is read again because somebody else was first.
const TRIES: u32 = 4;

/// The house, as one person may see it; cheap to clone.
#[derive(Clone)]
pub(super) struct OwnBackend {
    state: AppState,
    person: Option<Person>,
}

impl OwnBackend {
    /// For whoever is signed in on this request, if anybody.
    pub(super) fn of(state: AppState, person: Option<Person>) -> Self {
        Self { state, person }
    }

    fn person(&self) -> Result<&Person, Failure> {
        self.person.as_ref().ok_or(Failure::SignedOut)
    }

    /// The person, if they may do this in their own organisation.
    fn person_who_may(&self, permission: OrganisationPermission) -> Result<&Person, Failure> {
        let person = self.person()?;
        person.may(permission)?;
        Ok(person)
    }

    fn who(&self) -> Option<Me> {
        self.person.as_ref().map(|person| self.me_of(person))
    }

    fn me_of(&self, person: &Person) -> Me {
        person.me(self.state.config.demo().is_some())
    }

    async fn own_board(&self) -> Result<Board, Failure> {
        let person = self.person_who_may(OrganisationPermission::SeeBoard)?;
        let mut rows = self.state.rooms.board(person.actor()).await?;
        let now = clock::now();
        sort_board(&mut rows, now);
        let unconfirmed = if person.may(OrganisationPermission::ReadDossier).is_ok() {
            self.state.dossiers.unconfirmed(person.party.id).await?
        } else {
            0
        };
        Ok(Board { rows, now, unconfirmed })
    }

    /// The participants of the own organisation, by name.
    async fn own_colleagues(&self) -> Result<Vec<Colleague>, Failure> {
        let person = self.person_who_may(OrganisationPermission::SeeColleagues)?;
        Ok(self.state.identity.colleagues(person.party.id).await?)
    }

    async fn form(&self) -> Result<ConveneForm, Failure> {
        let person = self.person()?;
        let directory = &self.state.identity.directory;
        let leads = |chair| person.may(OrganisationPermission::Convene { chair }).is_ok();
        let moments: Vec<_> = directory
            .moments()
            .iter()
            .filter(|moment| leads(moment.chair))
            .cloned()
            .collect();
        if moments.is_empty() {
            return Err(Refusal::NotChair.into());
        }
        Ok(ConveneForm {
            moments,
            parties: directory.parties().await?,
        })
    }

    async fn convene_session(&self, order: ConveneOrder) -> Result<SessionId, Failure> {
        let person = self.person()?;
        let directory = &self.state.identity.directory;
        let Some(moment) = directory.moments().iter().find(|moment| moment.code == order.moment) else {
            return Err(Failure::NotFound);
        };
        person.may(OrganisationPermission::Convene { chair: moment.chair })?;
        let mut orders = order.seats;
        let own = person.party.id;
        if orders.iter().all(|seat| seat.party != own) {
            orders.insert(
                0,
                SeatOrder {
                    party: own,
                    level: SeatLevel::Full,
                },
            );
        }
        // Before asking the directory once for each.
        if orders.iter().map(|seat| seat.party).collect::<BTreeSet<_>>().len() != orders.len() {
            return Err(Refusal::SeatsDoNotFit.into());
        }
        let mut seats = Vec::with_capacity(orders.len());
        for seat in orders {
            seats.push(
                directory
                    .seat(seat.party, seat.level)
                    .await?
                    .ok_or(Refusal::SeatsDoNotFit)?,
            );
        }
        let convening = Convening {
            moment: moment.clone(),
            case_reference: order.case_reference,
            subjects: order.subjects,
            seats,
            grounds: directory.grounds(clock::now()).await?,
            powers: directory.powers().to_vec(),
            terms: directory.terms().to_vec(),
            convener_name: person.name.clone(),
            convener_is_prosecutor: person.roles.prosecutor,
            clock_minutes: order.clock_minutes,
        };
        Ok(self.state.rooms.convene(person.actor(), convening).await?)
    }

    async fn entry(&self, session: SessionId) -> Result<TableEntry, Failure> {
        let person = self.person_who_may(OrganisationPermission::SeeBoard)?;
        let view = self.state.rooms.look(session, person.actor()).await?;
        Ok(TableEntry {
            me: self.me_of(person),
            session,
            view,
            now: clock::now(),
        })
    }

    /// Gives a party a seat, as the chair asks.
    pub(super) async fn give_seat(&self, session: SessionId, order: SeatOrder) -> Result<(), Failure> {
        let person = self.person_who_may(OrganisationPermission::SeeBoard)?;
        // First whether there is such a table for them: the answer about a table of others must not depend on the order.
        self.state.rooms.look(session, person.actor()).await?;
        let seat = self.state.identity.directory.seat(order.party, order.level).await?;
        let command = Command {
            id: CommandId(clock::random_id()),
            kind: CommandKind::GiveSeat(Box::new(seat.ok_or(Refusal::SeatsDoNotFit)?)),
        };
        Ok(self.state.rooms.carry_out(session, person.actor(), command).await?)
    }

    async fn own_report(&self, session: SessionId) -> Result<Report, Failure> {
        let report = self.unaccounted(session).await?;
        if report.closed_at.is_none() {
            return Ok(report);
        }
        Ok(self.state.rooms.account(session, report).await?.report)
    }

    /// The report with the chain of what the party saw; only of a closed session, whose chain has an end (C4).
    pub(super) async fn account(&self, session: SessionId) -> Result<Account, Failure> {
        let report = self.unaccounted(session).await?;
        if report.closed_at.is_none() {
            return Err(Failure::NotFound);
        }
        Ok(self.state.rooms.account(session, report).await?)
    }

    async fn unaccounted(&self, session: SessionId) -> Result<Report, Failure> {
        let person = self.person_who_may(OrganisationPermission::SeeBoard)?;
        let mut report = self.state.rooms.report(session, person.actor()).await?;
        self.state.dossiers.fill_in(&mut report, session).await?;
        Ok(report)
    }

    async fn found(&self, search: Search) -> Result<Vec<DossierLine>, Failure> {
        let permission = if search.given {
            OrganisationPermission::ReadRegister
        } else {
            OrganisationPermission::ReadDossier
        };
        let party = self.person_who_may(permission)?.party.id;
        may_look_for(&search.words).map_err(Refusal::Text)?;
        let dossiers = &self.state.dossiers;
        Ok(dossiers
            .search(party, &search.words, search.given, clock::now())
            .await?)
    }

    /// Both sides of a case: for whoever may read both.
    async fn access_to(&self, release: ReleaseId, order: AccessOrder) -> Result<AccessReport, Failure> {
        self.person_who_may(OrganisationPermission::ReadDossier)?;
        let party = self.person_who_may(OrganisationPermission::ReadRegister)?.party.id;
        let report = self.state.dossiers.access(party, release, order, clock::now()).await?;
        report.ok_or(Failure::NotFound)
    }

    async fn received(&self) -> Result<Vec<DossierLine>, Failure> {
        let person = self.person_who_may(OrganisationPermission::ReadDossier)?;
        let party = person.party.id;
        let mut lines = self.state.dossiers.received(party, clock::now()).await?;
        let mut deliveries = self.state.deliveries.states(party).await?;
        for line in &mut lines {
            line.delivery = deliveries.remove(&line.release);
        }
        Ok(lines)
    }

    /// Reading an item for the first time is what its owner gets a receipt of (R9).
    async fn received_item(&self, release: ReleaseId) -> Result<HeldItem, Failure> {
        let person = self.person_who_may(OrganisationPermission::ReadDossier)?;
        let party = person.party.id;
        let item = self.state.dossiers.item(party, release, clock::now()).await?;
        let held = self.with_receipt(item.ok_or(Failure::NotFound)?, clock::now()).await?;
        let mut held = held.ok_or(Failure::NotFound)?;
        held.delivery = self.state.deliveries.state(party, release).await?;
        Ok(held)
    }

    /// The item with its receipt. If a colleague reads it, or its owner changes it, in the same moment, it is read again: a
    /// receipt is for the words that are shown. Nothing when it came to its end meanwhile.
    async fn with_receipt(&self, mut held: HeldItem, now: DateTime<Utc>) -> Result<Option<HeldItem>, Failure> {
        for _ in 0..TRIES {
            if !held.life.may.open {
                return Ok(Some(held));
            }
            let release = held.item.release;
            let opened = release::ReleaseCommand {
                version: held.life.version,
                kind: release::ReleaseCommandKind::Open {},
            };
            match self.answer_for_release(release, opened).await {
                Ok(life) => {
                    held.life = life;
                    return Ok(Some(held));
                }
                Err(Failure::NotFound | Failure::Refused(Refusal::OtherRevision)) => {}
                Err(other) => return Err(other),
            }
            let party = self.person()?.party.id;
            let Some(again) = self.state.dossiers.item(party, release, now).await? else {
                return Ok(None);
            };
            held = again;
        }
        Err(Refusal::OtherRevision.into())
    }

    /// All of the case of this item that the own organisation holds. Whoever takes it has read it, each item (R9).
    pub(super) async fn package(&self, release: ReleaseId) -> Result<Package, Failure> {
        let person = self.person_who_may(OrganisationPermission::ReadDossier)?;
        let (party, made) = (&person.party, clock::now());
        let item = self.state.dossiers.item(party.id, release, made).await?;
        let case = item.ok_or(Failure::NotFound)?.item.case_reference;
        let mut all = Vec::new();
        for held in self.state.dossiers.of_case(party.id, &case, made).await? {
            all.extend(self.with_receipt(held, made).await?);
        }
        Ok(package::package(party.clone(), case, all, made).await?)
    }

    async fn answer_for_release(
        &self,
        release: ReleaseId,
        command: release::ReleaseCommand,
    ) -> Result<ReleaseView, Failure> {
        let person = self.person_who_may(OrganisationPermission::AnswerForRelease)?;
        let dossiers = &self.state.dossiers;
        Ok(dossiers
            .answer(person.actor(), &person.name, release, clock::now(), &command)
            .await?)
    }

    async fn given(&self) -> Result<Vec<DossierLine>, Failure> {
        let person = self.person_who_may(OrganisationPermission::ReadRegister)?;
        Ok(self.state.dossiers.given(person.party.id, clock::now()).await?)
    }

    async fn given_entry(&self, release: ReleaseId) -> Result<AnsweredEntry, Failure> {
        let person = self.person_who_may(OrganisationPermission::ReadRegister)?;
        let entry = self
            .state
            .dossiers
            .entry(person.party.id, release, clock::now())
            .await?;
        entry.ok_or(Failure::NotFound)
    }
}

/// Each question with a handle of its own, so that the answer outlives whoever asked.
macro_rules! answers {
    ($($question:ident($($arg:ident: $type:ty),*) -> $answer:ty, $own:ident;)+) => {$(
        fn $question(&self, $($arg: $type),*) -> Answer<$answer> {
            let own = self.clone();
            Box::pin(async move { own.$own($($arg),*).await.map_err(Problem::from) })
        }
    )+};
}

impl Backend for OwnBackend {
    fn me(&self) -> Answer<Option<Me>> {
        let me = self.who();
        Box::pin(async move { Ok(me) })
    }

    answers! {
        board() -> Board, own_board;
        colleagues() -> Vec<Colleague>, own_colleagues;
        convene_form() -> ConveneForm, form;
        convene(order: ConveneOrder) -> SessionId, convene_session;
        table(session: SessionId) -> TableEntry, entry;
        report(session: SessionId) -> Report, own_report;
        dossier() -> Vec<DossierLine>, received;
        dossier_item(release: ReleaseId) -> HeldItem, received_item;
        search(search: Search) -> Vec<DossierLine>, found;
        access(release: ReleaseId, order: AccessOrder) -> AccessReport, access_to;
        register() -> Vec<DossierLine>, given;
        register_entry(release: ReleaseId) -> AnsweredEntry, given_entry;
        answer(release: ReleaseId, command: release::ReleaseCommand) -> ReleaseView, answer_for_release;
    }
}
