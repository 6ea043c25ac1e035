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

use super::person::Person;
use super::soon;
use super::visitor::Visitor;

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

/// A running program with its folder.
pub struct House {
    data: TempDir,
    /// What is not the program's: its log, the file for the import.
    beside: TempDir,
    pub address: SocketAddr,
    process: Option<Child>,
    /// How much it says.
    log_level: &'static str,
    /// How long the last start took, until it answered.
    pub ready_after: Duration,
}

impl House {
    /// With the fictional organisations, running.
    pub async fn open() -> Self {
        Self::open_saying("info,akkoord_server=debug").await
    }

    /// The same, saying as much as this in its log.
    pub async fn open_saying(log_level: &'static str) -> Self {
        let data = tempfile::tempdir().unwrap();
        let beside = tempfile::tempdir().unwrap();
        let address = free_address();
        let mut house = Self {
            data,
            beside,
            address,
            process: None,
            log_level,
            ready_after: Duration::ZERO,
        };
        let file = house.beside.path().join("organisaties.toml");
        std::fs::write(&file, organisations()).unwrap();
        let imported = house.program().arg("import").arg(&file).status().unwrap();
        assert!(imported.success(), "the import failed: {}", house.log());
        house.start().await;
        house
    }

    /// Starts the program over the same folder, and returns when it answers.
    pub async fn start(&mut self) {
        assert!(self.process.is_none(), "it runs already");
        let began = Instant::now();
        let mut command = self.program();
        command
            .arg("serve")
            .args(["--listen", &self.address.to_string(), "--origin", &self.origin()]);
        self.process = Some(command.spawn().unwrap());
        let health = format!("{}/gezond", self.origin());
        soon("the program answers", async {
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
    pub fn kill_nine(&mut self) {
        let mut process = self.process.take().expect("it runs");
        process.kill().unwrap();
        process.wait().unwrap();
    }

    /// What the system calls the running program.
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

    /// What the program has said so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    pub fn log_file(&self) -> PathBuf {
        self.beside.path().join("log")
    }

    /// Signs somebody in.
    pub async fn signs_in(&self, account: &str) -> Visitor {
        Visitor::signs_in(self, account, PASSWORD).await
    }

    /// Signs in the first person of a kind of organisation.
    pub async fn somebody_of(&self, kind: PartyKind) -> Visitor {
        let (_, _, people) = ORGANISATIONS
            .iter()
            .find(|(code, _, _)| code_of(kind) == *code)
            .expect("an organisation");
        self.signs_in(people[0]).await
    }

    /// A table of the usual kind, with these people seated.
    pub async fn table<const N: usize>(&self, kinds: [PartyKind; N]) -> Table<N> {
        let mut visitors = Vec::new();
        for kind in kinds {
            visitors.push(self.somebody_of(kind).await);
        }
        let visitors: [Visitor; N] = visitors.try_into().unwrap_or_else(|_| panic!("as many as asked"));
        let chair = visitors
            .iter()
            .find(|it| it.me.party.kind == PartyKind::Prosecution)
            .expect("an OM");
        let parties: Vec<PartyId> = visitors.iter().map(|visitor| visitor.me.party.id).collect();
        let session = chair.convenes(&parties).await;
        Table { session, visitors }
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

impl Drop for House {
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

/// A convened session with signed-in people.
pub struct Table<const N: usize> {
    pub session: akkoord::ids::SessionId,
    pub visitors: [Visitor; N],
}

impl<const N: usize> Table<N> {
    /// Everybody sits down and accepts the ground rules, in order; each has heard of all of it.
    pub async fn all_sit_down(&self) -> [Person; N] {
        let mut people: Vec<Person> = Vec::new();
        for visitor in &self.visitors {
            people.push(Person::sits_down(visitor, self.session).await);
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
