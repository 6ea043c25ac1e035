//! The program itself, as a process over a folder.

use std::fs::{File, OpenOptions};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use akkoord::ids::PartyId;
use akkoord::party::PartyKind;
use argon2::password_hash::PasswordHasher;
use argon2::{Algorithm, Argon2, Params, Version};
use tempfile::TempDir;

use super::in_time;
use super::participant::Participant;
use super::user::User;

/// The fictional organisations, each with its people: code and kind, name, accounts.
const ORGANISATIONS: &[(&str, &str, &[&str])] = &[
    ("prosecution", "Openbaar Ministerie Voorbeeldstad", &["dewit", "visser"]),
    ("veilig_thuis", "Veilig Thuis Voorbeeldstad", &["bakker", "smit"]),
    ("police", "Politie Voorbeeldstad", &["jansen"]),
    (
        "child_protection",
        "Raad voor de Kinderbescherming Voorbeeldstad",
        &["devries"],
    ),
    ("probation", "Reclassering Voorbeeldstad", &["mulder"]),
    ("municipality", "Gemeente Voorbeeldstad", &["peters"]),
    ("halt", "Halt Voorbeeldstad", &["dekker"]),
];
/// Everybody's password.
pub const PASSWORD: &str = "paardebloem in de wind";
/// How long between two looks whether the program answers.
const LOOK: Duration = Duration::from_millis(10);

/// A running program with its data folder.
pub struct Server {
    data: TempDir,
    /// What is not in the data folder: the log, the file for the import.
    beside: TempDir,
    pub address: SocketAddr,
    process: Option<Child>,
    /// How much it logs.
    log_level: &'static str,
    /// How long the last start took, until it answered.
    pub ready_after: Duration,
}

impl Server {
    /// With the fictional organisations, running.
    pub async fn open() -> Self {
        Self::open_with_log("info,akkoord_server=debug").await
    }

    /// The same, with this much in its log.
    pub async fn open_with_log(log_level: &'static str) -> Self {
        let mut server = Self::over(tempfile::tempdir().unwrap(), log_level);
        let file = server.beside.path().join("organisaties.toml");
        std::fs::write(&file, organisations()).unwrap();
        let imported = server.program().arg("import").arg(&file).status().unwrap();
        assert!(imported.success(), "the import failed: {}", server.log());
        server.start().await;
        server
    }

    /// Over a data folder that is there already, running.
    pub async fn open_over(data: TempDir) -> Self {
        let mut server = Self::over(data, "info,akkoord_server=debug");
        server.start().await;
        server
    }

    fn over(data: TempDir, log_level: &'static str) -> Self {
        Self {
            data,
            beside: tempfile::tempdir().unwrap(),
            address: free_address(),
            process: None,
            log_level,
            ready_after: Duration::ZERO,
        }
    }

    /// Starts the program over the same folder, and returns when it answers.
    pub async fn start(&mut self) {
        assert!(self.process.is_none(), "it runs already");
        let began = Instant::now();
        let mut command = self.program();
        command
            .args(["serve", "--direct"])
            .args(["--listen", &self.address.to_string(), "--origin", &self.origin()]);
        self.process = Some(command.spawn().unwrap());
        let health = format!("{}/gezond", self.origin());
        in_time("the program answers", async {
            while !reqwest::get(&health)
                .await
                .is_ok_and(|answer| answer.status().is_success())
            {
                if let Some(ended) = self.process.as_mut().unwrap().try_wait().unwrap() {
                    panic!("the program ended by itself ({ended}): {}", self.log());
                }
                // There is nothing to wait on: the port is not open yet.
                tokio::time::sleep(LOOK).await;
            }
        })
        .await;
        self.ready_after = began.elapsed();
    }

    /// `kill -9`: no goodbye, nothing finished.
    pub fn kill(&mut self) {
        let mut process = self.process.take().expect("it runs");
        process.kill().unwrap();
        process.wait().unwrap();
    }

    /// The process id of the running program.
    pub fn process(&self) -> u32 {
        self.process.as_ref().expect("it runs").id()
    }

    /// Where it answers, as a browser calls it.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The folder the program writes in.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// What the program has logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    pub fn log_file(&self) -> PathBuf {
        self.beside.path().join("log")
    }

    /// Signs somebody in.
    pub async fn sign_in(&self, account: &str) -> User {
        User::sign_in(self, account, PASSWORD).await
    }

    /// Signs in the first person of a kind of organisation.
    pub async fn user_of(&self, kind: PartyKind) -> User {
        let (_, _, people) = ORGANISATIONS
            .iter()
            .find(|(code, _, _)| code_of(kind) == *code)
            .expect("an organisation");
        self.sign_in(people[0]).await
    }

    /// A ZSM session with full seats for these kinds of party, and a signed-in user of each.
    pub async fn session<const N: usize>(&self, kinds: [PartyKind; N]) -> Session<N> {
        let mut users = Vec::new();
        for kind in kinds {
            users.push(self.user_of(kind).await);
        }
        let users: [User; N] = users.try_into().unwrap_or_else(|_| panic!("as many as asked"));
        let chair = users
            .iter()
            .find(|it| it.me.party.kind == PartyKind::Prosecution)
            .expect("an OM");
        let parties: Vec<PartyId> = users.iter().map(|user| user.me.party.id).collect();
        let id = chair.convene(&parties).await;
        Session { id, users }
    }

    fn program(&self) -> Command {
        let log: File = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log_file())
            .unwrap();
        // A file that may not grow must be an error to it, as a full disk is, and no signal.
        let mut command = Command::new("sh");
        command
            .args(["-c", r#"trap "" XFSZ; exec "$0" "$@""#, env!("CARGO_BIN_EXE_akkoord")])
            .env("AKKOORD_DATA", self.data())
            .env("AKKOORD_LOG", self.log_level)
            // What it would leave behind in passing is looked for where its data are.
            .env("TMPDIR", self.data())
            .current_dir(self.beside.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
        if std::thread::panicking() {
            let log = self.log();
            let warnings: Vec<_> = log
                .lines()
                .filter(|line| line.contains("WARN") || line.contains("ERROR"))
                .collect();
            eprintln!("what the program complained of:\n{}", warnings.join("\n"));
        }
    }
}

/// A convened session with signed-in users.
pub struct Session<const N: usize> {
    pub id: akkoord::ids::SessionId,
    pub users: [User; N],
}

impl<const N: usize> Session<N> {
    /// Everybody joins and accepts the ground rules, in order; each has been told of all of it.
    pub async fn everybody_joins(&self) -> [Participant; N] {
        let mut people: Vec<Participant> = Vec::new();
        for user in &self.users {
            people.push(Participant::join(user, self.id).await);
        }
        people.try_into().unwrap_or_else(|_| panic!("as many as there are"))
    }
}

fn free_address() -> SocketAddr {
    // Free now; nobody else on this machine hurries to take it.
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .unwrap()
        .local_addr()
        .unwrap()
}

fn organisations() -> String {
    use std::fmt::Write as _;
    // As weak as a hash can be: tests sign in often, and passwords are not what they test.
    let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8, 1, 1, None).unwrap());
    let hash = weak.hash_password(PASSWORD.as_bytes()).unwrap().to_string();
    let mut text = String::new();
    for (code, name, people) in ORGANISATIONS {
        writeln!(
            text,
            "[[organisation]]\ncode = {code:?}\nkind = {code:?}\nname = {name:?}\nretention_days = 365"
        )
        .unwrap();
        for (place, account) in people.iter().enumerate() {
            let prosecutor = if *code == "prosecution" && place == 0 {
                r#", "prosecutor""#
            } else {
                ""
            };
            writeln!(
                text,
                "[[organisation.person]]\naccount = {account:?}\nname = {account:?}"
            )
            .unwrap();
            writeln!(
                text,
                "roles = [\"participant\", \"dossier_reader\"{prosecutor}]\npassword_hash = {hash:?}"
            )
            .unwrap();
        }
    }
    text
}

fn code_of(kind: PartyKind) -> String {
    serde_json::to_value(kind).unwrap().as_str().unwrap().to_owned()
}
