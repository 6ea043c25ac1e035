//! What every handler has at hand.

use std::path::Path;
use std::sync::Arc;

use axum::extract::FromRef;
use leptos::config::LeptosOptions;

use super::Config;
use crate::delivery::Deliveries;
use crate::dossier::Dossiers;
use crate::identity::{Identity, IdentityError, SignIns};
use crate::rooms::Rooms;
use crate::vault::{FolderLock, Store, VaultError};

/// The parts of the house, as the door sees them; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub(crate) rooms: Rooms,
    pub(crate) sign_ins: SignIns,
    pub(crate) identity: Identity,
    pub(crate) dossiers: Dossiers,
    pub(crate) deliveries: Deliveries,
    pub(crate) config: Arc<Config>,
    pub(crate) leptos: LeptosOptions,
    pub(crate) files: super::files::Files,
    pub(super) sockets: super::sockets::Sockets,
    lock: Option<FolderLock>,
}

/// Why the house did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The stores did not open.
    #[error(transparent)]
    Store(#[from] VaultError),
    /// The accounts could not be read.
    #[error(transparent)]
    Identity(#[from] IdentityError),
}

impl AppState {
    /// Opens the house that stands in this folder, or a new one.
    pub async fn open(data: &Path, config: Config) -> Result<Self, OpenError> {
        let lock = FolderLock::take(data)?;
        let store = Store::open(data).await?;
        let identity = Identity::new(&store).await?;
        Ok(Self::new(&store, Rooms::new(store.clone()), identity, config).holding(lock))
    }

    /// Keeps the lock on the folder for as long as this or any clone lives.
    #[must_use]
    pub(crate) fn holding(mut self, lock: FolderLock) -> Self {
        self.lock = Some(lock);
        self
    }

    /// Puts the parts together.
    pub fn new(store: &Store, rooms: Rooms, identity: Identity, config: Config) -> Self {
        let site = config.site.to_string_lossy().into_owned();
        let leptos = LeptosOptions::builder().output_name("akkoord").site_root(site).build();
        Self {
            rooms,
            sign_ins: identity.sign_ins.clone(),
            deliveries: Deliveries::new(store.clone(), identity.directory.clone()),
            identity,
            dossiers: Dossiers::new(store.clone()),
            files: super::files::Files::new(&config.site),
            config: Arc::new(config),
            leptos,
            sockets: super::sockets::Sockets::default(),
            lock: None,
        }
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}

impl FromRef<AppState> for Rooms {
    fn from_ref(state: &AppState) -> Self {
        state.rooms.clone()
    }
}

impl FromRef<AppState> for Arc<Config> {
    fn from_ref(state: &AppState) -> Self {
        Arc::clone(&state.config)
    }
}
