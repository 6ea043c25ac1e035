//! `akkoord`: serve, demo, import, retention, verify. Here lives what the command line says and how the program ends; everything it does
//! lives in the library.

mod verify;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use akkoord::accountability::Link;
use akkoord_server::demo;
use akkoord_server::dossier::Dossiers;
use akkoord_server::http::{self, AppState, Config, Place, PublicOrigin};
use akkoord_server::identity::Identity;
use akkoord_server::import::{self, Imported};
use akkoord_server::vault::{Store, back_up, restore};
use clap::{Parser, Subcommand};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing::Level;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

type Failed = Box<dyn std::error::Error>;

/// Why `serve` does not start without knowing what stands before it. Behind a proxy all visitors would seem to come from one
/// address, and without one anybody could choose an address.
const WHERE: &str = "geef --behind-proxy 1 als er een eigen proxy voor staat (of hoeveel het er zijn), of --direct als er geen voor \
    staat: anders weet Akkoord niet van welk adres iemand zich aanmeldt";

/// Samen overleggen, zelf beslissen wat je deelt.
#[derive(Parser)]
#[command(name = "akkoord", version)]
struct Line {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Opent het huis: pagina's, tafels en dossiers, op één adres.
    Serve {
        /// De map met de gegevens; wordt zo nodig gemaakt.
        #[arg(long, env = "AKKOORD_DATA")]
        data: PathBuf,
        /// Waarop geluisterd wordt.
        #[arg(long, env = "AKKOORD_LISTEN", default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
        /// Het adres zoals mensen het intypen, bijvoorbeeld <https://akkoord.example>.
        #[arg(long, env = "AKKOORD_ORIGIN")]
        origin: PublicOrigin,
        /// De map met de app voor de browser.
        #[arg(long, env = "AKKOORD_SITE", default_value = "dist")]
        site: PathBuf,
        /// Zoveel eigen proxy's staan ervoor, die elk het adres dat ze zagen achteraan X-Forwarded-For zetten.
        #[arg(long, env = "AKKOORD_BEHIND_PROXY", value_name = "HOPS", conflicts_with = "direct",
            value_parser = clap::value_parser!(u8).range(1..=9))]
        behind_proxy: Option<u8>,
        /// Er staat geen proxy voor: het adres van de verbinding is dat van de bezoeker.
        #[arg(long, env = "AKKOORD_DIRECT")]
        direct: bool,
    },
    /// Opent de demonstratie: verzonnen mensen en een verzonnen zaak, alleen op deze machine.
    Demo {
        /// Waarop geluisterd wordt; alleen een adres van deze machine zelf.
        #[arg(long, env = "AKKOORD_LISTEN", default_value = "127.0.0.1:3000")]
        listen: SocketAddr,
        /// Een lege map voor de gegevens. Zonder deze keuze wordt alles na afloop weggegooid.
        #[arg(long, env = "AKKOORD_DATA")]
        data: Option<PathBuf>,
        /// De map met de app voor de browser.
        #[arg(long, env = "AKKOORD_SITE", default_value = "dist")]
        site: PathBuf,
    },
    /// Leest organisaties, mensen en rollen in uit een bestand (docs/import.md).
    Import {
        /// Het bestand.
        file: PathBuf,
        /// De map met de gegevens.
        #[arg(long, env = "AKKOORD_DATA")]
        data: PathBuf,
    },
    /// Vervangt de tabel van grondslagen door die in een bestand (docs/grounds.md). Zonder bestand toont het de meegeleverde
    /// tabel, om een eigen mee te beginnen.
    Grounds {
        /// Het bestand.
        #[arg(requires = "data")]
        file: Option<PathBuf>,
        /// De map met de gegevens.
        #[arg(long, env = "AKKOORD_DATA")]
        data: Option<PathBuf>,
    },
    /// Toont wat over zijn bewaartermijn heen is en nog niet is vernietigd (docs/operation.md).
    Retention {
        /// De map met de gegevens.
        #[arg(long, env = "AKKOORD_DATA")]
        data: PathBuf,
        /// Laat vernietigen wat is aangehouden omdat het veel meer is dan gewoonlijk.
        #[arg(long)]
        confirm: bool,
    },
    /// Kopieert wat een overleg overleeft naar een map, en de sleutels naar een andere (docs/operation.md).
    Backup {
        /// De map met de gegevens.
        #[arg(long, env = "AKKOORD_DATA")]
        data: PathBuf,
        /// Waar de kopie komt.
        #[arg(long)]
        to: PathBuf,
        /// Waar de sleutels komen: op een andere plaats, achter een ander slot.
        #[arg(long)]
        keys_to: PathBuf,
    },
    /// Zet een kopie terug waar nog niets staat.
    Restore {
        /// De kopie.
        #[arg(long)]
        from: PathBuf,
        /// De sleutels; zonder deze gelden die in de map met de gegevens.
        #[arg(long)]
        keys_from: Option<PathBuf>,
        /// De map waarin de gegevens komen.
        #[arg(long, env = "AKKOORD_DATA")]
        data: PathBuf,
    },
    /// Controleert een verantwoordingsbestand: verslag en keten. Heeft geen server en geen gegevens nodig.
    Verify {
        /// Het bestand, zoals het bij de verantwoording is gedownload.
        file: PathBuf,
        /// Het kenmerk dat uw organisatie bewaarde: "Kenmerk van wat uw organisatie zag".
        #[arg(long, value_parser = head)]
        head: Option<Link>,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::registry()
        .with(EnvFilter::try_from_env("AKKOORD_LOG").unwrap_or_else(|_| EnvFilter::new("info")))
        .with(filter_fn(|about| is_free_of_content(about.target(), *about.level())))
        .with(tracing_subscriber::fmt::layer().with_writer(std::io::stderr))
        .init();
    match run(Line::parse().what).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("akkoord: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Libraries that carry what people say write whole frames in the log when asked for everything. No setting may bring that
/// about: who runs the machine reads no content (R2, R8).
fn is_free_of_content(target: &str, level: Level) -> bool {
    let library = target.split("::").next().unwrap_or_default();
    level <= Level::INFO || !matches!(library, "tungstenite" | "tokio_tungstenite")
}

async fn run(what: What) -> Result<ExitCode, Failed> {
    match what {
        What::Serve {
            data,
            listen,
            origin,
            site,
            behind_proxy,
            direct,
        } => {
            let behind_proxy = match behind_proxy {
                Some(hops) => usize::from(hops),
                None if direct => 0,
                None => return Err(WHERE.into()),
            };
            let config = Config {
                place: Place::Public(origin.clone()),
                site,
                behind_proxy,
            };
            let state = AppState::open(&data, config).await?;
            let listener = TcpListener::bind(listen).await?;
            tracing::info!(%listen, %origin, "open");
            http::serve(listener, state, told_to_stop()?).await?;
        }
        What::Demo { listen, data, site } => demonstrate(listen, data, site).await?,
        What::Import { file, data } => tell(&import_into(&data, &file).await?),
        What::Grounds {
            file: Some(file),
            data: Some(data),
        } => {
            put_grounds(&data, &file).await?;
            println!("De grondslagen zijn vervangen. Overleggen die al staan houden de hunne.");
        }
        What::Grounds { .. } => print!("{}", akkoord::ground::STANDARD),
        What::Retention { data, confirm } => retention(&data, confirm).await?,
        What::Backup { data, to, keys_to } => {
            back_up(&data, &to, &keys_to, akkoord_server::clock::now()).await?;
            println!(
                "De kopie staat in {}, de sleutels in {}.",
                to.display(),
                keys_to.display()
            );
        }
        What::Restore { from, keys_from, data } => {
            restore(&from, keys_from.as_deref(), &data).await?;
            println!("De kopie is teruggezet in {}.", data.display());
        }
        What::Verify { file, head } => return verify::verify(&file, head),
    }
    Ok(ExitCode::SUCCESS)
}

/// The mark as it stands on the report: 64 hexadecimal digits, however they were copied.
fn head(text: &str) -> Result<Link, String> {
    let digits: String = text.chars().filter(|it| !it.is_whitespace()).collect();
    serde_json::from_value(serde_json::Value::String(digits.to_lowercase()))
        .map_err(|_| "een kenmerk bestaat uit 64 tekens: cijfers en de letters a tot en met f".to_owned())
}

async fn demonstrate(listen: SocketAddr, data: Option<PathBuf>, site: PathBuf) -> Result<(), Failed> {
    demo::on_this_machine(listen)?;
    // Lives until the end of this function, and takes everything in it along.
    let thrown_away = tempfile::tempdir()?;
    let data = data.unwrap_or_else(|| thrown_away.path().to_owned());
    let listener = TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    let state = demo::open(&data, site, address).await?;
    println!("Demonstratie: http://demo.localhost:{}/demo", address.port());
    for seat in demo::SEATS {
        println!("  http://{seat}.demo.localhost:{}", address.port());
    }
    http::serve(listener, state, told_to_stop()?).await?;
    Ok(())
}

async fn import_into(data: &Path, file: &Path) -> Result<Imported, Failed> {
    let store = Store::open_beside(data).await?;
    let identity = Identity::new(&store).await?;
    Ok(import::import_file(&identity, file).await?)
}

async fn put_grounds(data: &Path, file: &Path) -> Result<(), Failed> {
    let refused = |cause: &dyn std::fmt::Display| {
        Failed::from(format!(
            "{} is geen tabel van grondslagen; er is niets gewijzigd\n{cause}",
            file.display()
        ))
    };
    let toml = std::fs::read_to_string(file).map_err(|cause| refused(&cause))?;
    // Before a store is opened, or made where there was none.
    akkoord::ground::Grounds::read(&toml).map_err(|cause| refused(&cause))?;
    let store = Store::open_beside(data).await?;
    let identity = Identity::new(&store).await?;
    Ok(identity
        .directory
        .put_grounds(&toml, akkoord_server::clock::now())
        .await?)
}

/// What is due for destruction, by organisation; and with `confirm` lets go what was held back.
async fn retention(data: &Path, confirm: bool) -> Result<(), Failed> {
    if !data.join("akkoord.db").is_file() {
        return Err(format!("in {} staan geen gegevens van Akkoord", data.display()).into());
    }
    let dossiers = Dossiers::new(Store::open_beside(data).await?);
    let all = dossiers.due_by_organisation().await?;
    if all.is_empty() {
        println!("Er is niets over zijn bewaartermijn heen.");
        return Ok(());
    }
    for due in &all {
        println!(
            "{}: {} van {} stukken en registerregels zijn over hun bewaartermijn heen, gezien sinds {}; {}",
            due.name,
            due.due,
            due.of,
            due.since.format("%Y-%m-%d %H:%M UTC"),
            if due.held == 0 {
                "ze worden vernietigd zodra het programma na dat moment 24 uur heeft gedraaid."
            } else {
                "dat is veel meer dan gewoonlijk. Er wordt niets van vernietigd. Kijk of de klok van deze machine klopt."
            }
        );
    }
    if confirm {
        let done = dossiers.confirm_due().await?;
        println!("Bevestigd: {done}. Ze worden vernietigd zodra de tweede lezing van de klok hetzelfde zegt.");
    } else if all.iter().any(|due| due.held > 0) {
        println!("Klopt het, geef dan: akkoord retention --confirm");
    }
    Ok(())
}

/// What was done, and the passwords that were drawn: here and nowhere else.
fn tell(done: &Imported) {
    println!(
        "Ingelezen: {} nieuwe en {} gewijzigde organisaties, {} nieuwe en {} gewijzigde mensen.",
        done.organisations_new, done.organisations_changed, done.people_new, done.people_changed
    );
    if done.passwords.is_empty() {
        return;
    }
    println!("Deze wachtwoorden worden één keer getoond en zijn nergens bewaard:");
    for (account, password) in &done.passwords {
        println!("{account}\t{}", &**password);
    }
}

/// Completes when the machine or a person says that it is enough.
fn told_to_stop() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminated = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = terminated.recv() => {}
            // Without a way to hear it there is nothing to wait for but the other one.
            heard = tokio::signal::ctrl_c() => if heard.is_err() { terminated.recv().await; },
        }
    })
}
