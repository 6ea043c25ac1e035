//! What client and server tell each other about a run.

use serde::{Deserialize, Serialize};

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// Only broadcasts.
    Floor,
    /// One durable commit before each broadcast.
    Durable,
    /// Akkoord.
    Program,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Floor, Self::Durable, Self::Program];

    pub fn name(self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::Durable => "durable floor",
            Self::Program => "program",
        }
    }

    /// As the command line has it.
    pub fn flag(self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::Durable => "durable",
            Self::Program => "program",
        }
    }
}

/// What the client asks of a server beside its sockets.
#[derive(Serialize, Deserialize)]
pub enum Ask {
    /// Make sessions, with people who came in and accepted the ground rules.
    Open(Open),
    /// The longest time a task had to wait for its turn since the last time this was asked.
    Stall,
}

/// Sessions to make.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Open {
    pub sessions: usize,
    /// People in each.
    pub seats: usize,
    /// From this many organisations.
    pub parties: usize,
    /// Contributions that stand there already.
    pub contributions: usize,
    /// So many of them approved for somebody; then the table is in its closing round.
    pub releases: usize,
}

/// What the server answers.
#[derive(Serialize, Deserialize)]
pub enum Told {
    /// Where it listens.
    Listening(std::net::SocketAddr),
    /// The sessions that were made.
    Opened(Vec<Table>),
    /// In microseconds.
    Stall(u64),
}

/// One session: a socket for each person. The first leads; see [`Table::vt`].
#[derive(Clone, Serialize, Deserialize)]
pub struct Table {
    pub sockets: Vec<Door>,
    /// Who speaks for Veilig Thuis.
    pub vt: usize,
}

/// Where one person comes in.
#[derive(Clone, Serialize, Deserialize)]
pub struct Door {
    pub path: String,
    pub headers: Vec<(String, String)>,
}
