//! Stores without an HTTP interface: two organisations, what they release to each other, and the outbox.

use std::path::Path;
use std::time::Duration;

use akkoord::dossier::{Delivery, DossierItem, ItemKind, ItemSubject, PurposeText, RegisterEntry};
use akkoord::ground::{GroundStatus, LegalGround};
use akkoord::ids::{ParticipantId, ReleaseId, SessionId};
use akkoord::moment::Name;
use akkoord::party::Party;
use akkoord::release::{ReleaseCommand, ReleaseCommandKind};
use akkoord::session::Actor;
use akkoord::session::command::SubjectRole;
use akkoord::session::item::ContributionKind;
use akkoord_server::clock;
use akkoord_server::delivery::{Deliveries, Round};
use akkoord_server::dossier::Dossiers;
use akkoord_server::identity::Identity;
use akkoord_server::import::import;
use akkoord_server::journal::{Append, Closing, DossierRow, NewEvent, RegisterRow};
use akkoord_server::vault::{Label, Store};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use tempfile::TempDir;

use crate::zgw::{CASE, SECRET, ZgwSystem};

/// What must be found nowhere but in a seal and in the document itself.
pub const CANARY: &str = "kanarie-7f3a zag twee keer dat de deur openstond";
/// A condition, which is content too.
pub const CONDITION: &str = "kanarie-c0nd niet delen met de verdachte zonder overleg";

/// How long one question may take here: long enough for a machine that is busy, short enough to wait for.
const PATIENCE: Duration = Duration::from_secs(2);

pub struct Fixture {
    pub store: Store,
    pub identity: Identity,
    pub dossiers: Dossiers,
    pub deliveries: Deliveries,
    pub om: Party,
    pub vt: Party,
    pub now: DateTime<Utc>,
    import: String,
    folder: TempDir,
}

impl Fixture {
    /// The OM has a system of its own, the others have none.
    pub async fn open(system: &ZgwSystem) -> Self {
        let folder = TempDir::new().unwrap();
        let secret = folder.path().join("secret");
        std::fs::write(&secret, format!("{SECRET}\n")).unwrap();
        let organisation = |code: &str, kind: &str, name: &str, more: &str| {
            format!(
                "[[organisation]]\ncode = \"{code}\"\nkind = \"{kind}\"\nname = \"{name}\"\nretention_days = 365\n{more}\n"
            )
        };
        let import = [
            organisation(
                "om",
                "prosecution",
                "OM Voorbeeldstad",
                &system.settings(&secret.to_string_lossy()),
            ),
            organisation("vt", "veilig_thuis", "Veilig Thuis Voorbeeldstad", ""),
        ]
        .concat();
        let (store, identity) = Self::stores(folder.path()).await;
        akkoord_server::import::import(&identity, &import, folder.path())
            .await
            .unwrap();
        Self::with(store, identity, import, folder).await
    }

    async fn stores(folder: &Path) -> (Store, Identity) {
        let store = Store::open(&folder.join("data")).await.unwrap();
        let identity = Identity::new(&store).await.unwrap();
        (store, identity)
    }

    async fn with(store: Store, identity: Identity, import: String, folder: TempDir) -> Self {
        let parties = identity.directory.parties().await.unwrap();
        let named = |name: &str| parties.iter().find(|party| party.name == name).unwrap().clone();
        Self {
            dossiers: Dossiers::new(store.clone()),
            deliveries: Deliveries::new(store.clone(), identity.directory.clone()).with_patience(PATIENCE),
            om: named("OM Voorbeeldstad"),
            vt: named("Veilig Thuis Voorbeeldstad"),
            now: clock::now(),
            store,
            identity,
            import,
            folder,
        }
    }

    /// As after a restart: other handles over the same files.
    pub async fn again(self) -> Self {
        let Self {
            store, import, folder, ..
        } = self;
        store.shut().await;
        let (store, identity) = Self::stores(folder.path()).await;
        Self::with(store, identity, import, folder).await
    }

    /// What the administrator does after mending something.
    pub async fn import_again(&self) {
        import(&self.identity, &self.import, self.folder.path()).await.unwrap();
    }

    /// From now on Veilig Thuis has a system too.
    pub async fn also_veilig_thuis(&self, system: &ZgwSystem) {
        let settings = system.settings(&self.secret_file().to_string_lossy());
        let both = format!("{}\n{settings}", self.import);
        import(&self.identity, &both, self.folder.path()).await.unwrap();
    }

    /// A fault of the disk: what the recipient holds of this release is not what was sealed.
    pub async fn spoil(&self, release: ReleaseId) {
        let file = SqliteConnectOptions::new().filename(self.data().join("akkoord.db"));
        let mut connection = file.connect().await.unwrap();
        let spoilt = sqlx::query("update dossier set sealed = zeroblob(200) where release = $1")
            .bind(release.bytes().to_vec())
            .execute(&mut connection)
            .await
            .unwrap();
        assert_eq!(spoilt.rows_affected(), 1);
    }

    /// Where the secret is.
    pub fn secret_file(&self) -> std::path::PathBuf {
        self.folder.path().join("secret")
    }

    /// Everything on the disk.
    pub fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// A session closes with one release.
    pub async fn release(&self, giver: &Party, recipient: &Party, text: &str, condition: Option<&str>) -> ReleaseId {
        let release = ReleaseId(clock::random_id());
        self.release_item(recipient, self.item(release, giver, text, condition))
            .await
    }

    /// A session closes with this release.
    pub async fn release_item(&self, recipient: &Party, item: DossierItem) -> ReleaseId {
        let (session, release) = (SessionId(clock::random_id()), item.release);
        let giver = item.giver.clone();
        let entry = RegisterEntry {
            giver: giver.id,
            recipient: recipient.clone(),
            item: item.clone(),
            not_told_yet: None,
            keep_until: item.retain_until,
        };
        let recipients = self.store.vault.organisation_key(recipient.id).await.unwrap();
        let own = self.store.vault.organisation_key(giver.id).await.unwrap();
        let event = NewEvent {
            bytes: b"{}".to_vec(),
            link: [0; 32],
        };
        let mut append = Append::new(session, 0, self.now, vec![event]);
        append.closing = Some(Closing {
            at: self.now,
            dossier: vec![DossierRow {
                recipient: recipient.id,
                release,
                giver: giver.id,
                session,
                received_at: self.now,
                retain_until: item.retain_until,
                copy: recipients
                    .seal_copy(Label::dossier(release), &serde_json::to_vec(&item).unwrap())
                    .unwrap(),
            }],
            register: vec![RegisterRow {
                giver: giver.id,
                release,
                recipient: recipient.id,
                session,
                given_at: self.now,
                retain_until: item.retain_until,
                copy: own
                    .seal_copy(Label::register(release), &serde_json::to_vec(&entry).unwrap())
                    .unwrap(),
            }],
            records: Vec::new(),
        });
        self.store.close(append).await.unwrap();
        release
    }

    pub fn item(&self, release: ReleaseId, giver: &Party, text: &str, condition: Option<&str>) -> DossierItem {
        DossierItem {
            release,
            case_reference: CASE.into(),
            moment: Name {
                nl: "ZSM-overleg".into(),
                en: "ZSM session".into(),
            },
            giver: giver.clone(),
            author: "Anja Bakker".into(),
            kind: ItemKind::Contribution(ContributionKind::Fact),
            subjects: vec![ItemSubject {
                role: SubjectRole::Victim,
                label: "moeder".into(),
            }],
            text: text.into(),
            is_excerpt: true,
            revision: 2,
            shared_at: self.now - TimeDelta::minutes(30),
            approved_by: "Anja Bakker".into(),
            approved_at: self.now - TimeDelta::minutes(2),
            purpose: Some(PurposeText::Task {
                code: "om_vervolging".into(),
                name: Some(Name {
                    nl: "vervolging (art. 167 Sv)".into(),
                    en: "prosecution (art. 167 Sv)".into(),
                }),
            }),
            ground: Some(LegalGround {
                article: "art. 5.2.6 Wmo 2015".into(),
                status: GroundStatus::Contested,
            }),
            motivation: Some("nodig voor de veiligheid".into()),
            condition: condition.map(Into::into),
            received_at: self.now,
            retain_until: self.now + TimeDelta::days(10),
            corrections: Vec::new(),
        }
    }

    /// The giver answers for what it gave.
    pub async fn answer(
        &self,
        giver: &Party,
        release: ReleaseId,
        version: u32,
        at: DateTime<Utc>,
        kind: ReleaseCommandKind,
    ) {
        let actor = Actor {
            party: giver.id,
            participant: ParticipantId(clock::random_id()),
        };
        self.dossiers
            .answer(actor, "Anja Bakker", release, at, &ReleaseCommand { version, kind })
            .await
            .unwrap();
    }

    pub async fn round(&self, at: DateTime<Utc>) -> Round {
        self.deliveries.round(at).await.unwrap()
    }

    /// How it stands for the OM.
    pub async fn state(&self, release: ReleaseId) -> Option<Delivery> {
        self.deliveries.state(self.om.id, release).await.unwrap()
    }
}

/// What one round did, in short.
pub fn did(delivered: usize, later: usize, refused: usize, gone: usize) -> Round {
    Round {
        delivered,
        later,
        refused,
        gone,
    }
}
