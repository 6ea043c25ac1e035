//! Why there is no demonstration.

use std::net::SocketAddr;

use akkoord::moment::DataFault;

use crate::rooms::RoomError;

/// Why the demonstration does not start. Nothing of it can be half useful, so the server stops with this sentence.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DemoFault {
    /// The address can be reached from elsewhere.
    #[error(
        "the demonstration signs everybody in without a password, so it only listens on this machine itself \
         (127.0.0.1 or [::1]), not on {0}"
    )]
    NotOnThisMachine(SocketAddr),
    /// A story cannot be read.
    #[error("the demonstration's {file} cannot be read: {why}")]
    Unreadable {
        /// Which file.
        file: &'static str,
        /// What the reader said.
        why: String,
    },
    /// A story names something it never introduced.
    #[error("the demonstration's {file}, step {step}, names \"{name}\", which is not there")]
    Unknown {
        /// Which file.
        file: &'static str,
        /// Which step, from one; zero is the convening.
        step: usize,
        /// The name.
        name: String,
    },
    /// The rules or the storage said no to a step.
    #[error("the demonstration's {file}, step {step}: {why}")]
    Step {
        /// Which file.
        file: &'static str,
        /// Which step, from one; zero is the convening.
        step: usize,
        /// What the room answered.
        why: RoomError,
    },
    /// The program's own tables of moments, grounds or tasks cannot be read.
    #[error(transparent)]
    Data(#[from] DataFault),
}
