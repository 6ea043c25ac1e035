//! Signing in under attack: guessing stays slow, and nobody is locked out by others (H4, H16). The clock of the throttle is handed
//! in, so that an hour takes no hour.

use std::net::{IpAddr, Ipv4Addr};
use std::process::Command;
use std::time::Duration;

use akkoord_server::clock;
use akkoord_server::identity::{Asker, Proof, SignInError, SignedIn};
use futures_util::future::join_all;
use reqwest::header::{COOKIE, HeaderMap, HeaderValue, RETRY_AFTER, SET_COOKIE};
use reqwest::{Method, Response, StatusCode};
use zeroize::Zeroizing;

use crate::server::{Body, PASSWORD, Server};

/// Where the owner of an account sits.
const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
const ATTACKERS: u8 = 100;
const ACCOUNTS: [&str; 6] = ["bakker", "collega", "dewit", "lezer", "beheer", "jansen"];

/// Tries a password at this second.
async fn tries(
    server: &Server,
    account: &str,
    password: &str,
    address: IpAddr,
    devices: &str,
    second: u64,
) -> Result<SignedIn, SignInError> {
    let proof = Proof::Password {
        account: account.into(),
        password: Zeroizing::new(password.into()),
    };
    let asker = Asker {
        address,
        devices: devices.into(),
        at: Duration::from_secs(1_000_000 + second),
    };
    server.identity.sign_in(proof, &asker, clock::now()).await
}

/// A hundred attackers at so many addresses try these accounts for five minutes, every ten seconds. Returns how many guesses were
/// looked at, and the longest wait anybody was told.
async fn attack(server: &Server, addresses: u8, accounts: &[&str]) -> (u32, Duration) {
    let (mut guesses, mut longest) = (0, Duration::ZERO);
    for second in (0..300).step_by(10) {
        for attacker in 0..ATTACKERS {
            let address = IpAddr::V4(Ipv4Addr::new(203, 0, 113, attacker % addresses));
            let account = accounts[usize::from(attacker) % accounts.len()];
            match tries(server, account, "geraden wachtwoord", address, "", second).await {
                Err(SignInError::Wrong) => guesses += 1,
                Err(SignInError::TooMany(wait)) => longest = longest.max(wait),
                other => panic!("{other:?}"),
            }
        }
    }
    (guesses, longest)
}

#[tokio::test]
async fn a_hundred_attackers_guess_slowly_and_lock_nobody_out() {
    for (addresses, accounts, most) in [
        (1, &ACCOUNTS[..1], 15),
        (1, &ACCOUNTS[..], 6 * 15),
        (ATTACKERS, &ACCOUNTS[..1], 6 * 100 + 60 + 100),
        (ATTACKERS, &ACCOUNTS[..], 6 * 100 + 6 * (60 + 100)),
    ] {
        let what = format!("{addresses} addresses, {} accounts", accounts.len());
        let server = Server::open().await;
        let known = tries(&server, "bakker", PASSWORD, HOME, "", 0).await.unwrap().devices;
        let (guesses, longest) = attack(&server, addresses, accounts).await;
        assert!(guesses <= most, "{what}: {guesses} guesses in five minutes");
        assert!(longest <= Duration::from_secs(30), "{what}: told to wait {longest:?}");
        let theirs = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 0));
        for address in [HOME, theirs] {
            let signed_in = tries(&server, "bakker", PASSWORD, address, &known, 300).await;
            assert!(signed_in.is_ok(), "{what}: a known device at {address}");
        }
        // An unknown device of the owner, after two typing errors.
        let elsewhere = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7));
        for (password, right) in [("verkeerd", false), ("Verkeerd", false), (PASSWORD, true)] {
            let answer = tries(&server, "bakker", password, elsewhere, "", 300).await;
            assert_eq!(answer.is_ok(), right, "{what}: {answer:?}");
        }
        // And one beside the attackers, once they pause: seconds, not minutes.
        assert!(
            tries(&server, "bakker", PASSWORD, theirs, "", 330).await.is_ok(),
            "{what}"
        );
        server.close().await;
    }
}

#[tokio::test]
async fn guessing_is_slowed_even_if_the_last_guess_is_right() {
    let server = Server::open().await;
    for _ in 0..5 {
        let refused = tries(&server, "dewit", "fout", HOME, "", 0).await;
        assert!(matches!(refused, Err(SignInError::Wrong)));
    }
    let right = tries(&server, "DEWIT", PASSWORD, HOME, "", 0).await;
    assert!(matches!(right, Err(SignInError::TooMany(wait)) if wait == Duration::from_secs(30)));
    assert!(tries(&server, "bakker", PASSWORD, HOME, "", 0).await.is_ok());
    assert!(tries(&server, "dewit", PASSWORD, HOME, "", 30).await.is_ok());
    server.close().await;
}

#[tokio::test]
async fn a_known_device_is_known_for_its_own_account_only_and_has_an_end_of_its_own() {
    let server = Server::open().await;
    let known = tries(&server, "dewit", PASSWORD, HOME, "", 0).await.unwrap().devices;
    for _ in 0..5 {
        assert!(tries(&server, "bakker", "fout", HOME, &known, 0).await.is_err());
    }
    let other = tries(&server, "bakker", PASSWORD, HOME, &known, 0).await;
    assert!(matches!(other, Err(SignInError::TooMany(_))), "of another account");
    for _ in 0..10 {
        assert!(matches!(
            tries(&server, "dewit", "fout", HOME, &known, 0).await,
            Err(SignInError::Wrong)
        ));
    }
    let stolen = tries(&server, "dewit", PASSWORD, HOME, &known, 0).await;
    assert!(
        matches!(stolen, Err(SignInError::TooMany(_))),
        "a stolen device guesses no faster"
    );
    // And the owner of the stolen device comes in without it.
    assert!(tries(&server, "dewit", PASSWORD, HOME, "", 0).await.is_ok());
    server.close().await;
}

fn guess(account: &str) -> Body {
    Body::Json(format!(r#"{{"account":"{account}","password":"geraden wachtwoord"}}"#))
}

fn right(account: &str) -> Body {
    Body::Json(format!(r#"{{"account":"{account}","password":"{PASSWORD}"}}"#))
}

async fn sign_in(server: &Server, body: Body, devices: Option<&str>) -> Response {
    let mut headers = HeaderMap::new();
    if let Some(devices) = devices {
        headers.insert(COOKIE, HeaderValue::from_str(devices).unwrap());
    }
    server
        .ask_with(Method::POST, "/api/v1/sign-in", Some(body), headers)
        .await
}

/// The cookie of known devices in an answer: name and value, and the rest.
fn device_cookie(answer: &Response) -> Option<(String, String)> {
    let cookies = answer.headers().get_all(SET_COOKIE).iter();
    cookies
        .map(|cookie| cookie.to_str().unwrap())
        .find(|cookie| cookie.starts_with("__Host-akkoord-device="))
        .map(|cookie| {
            let (value, flags) = cookie.split_once(';').unwrap();
            (value.to_owned(), flags.to_owned())
        })
}

#[tokio::test]
async fn the_cookie_of_a_device_belongs_to_this_host_and_names_nobody() {
    let server = Server::open().await;
    let answer = sign_in(&server, right("dewit"), None).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let (cookie, flags) = device_cookie(&answer).unwrap();
    assert_eq!(flags, " Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=15552000");
    let account = akkoord::hex::encode(&server.account("dewit").await.id.bytes());
    assert!(!cookie.contains(&account) && !cookie.contains("dewit"));
    // Not before the password was right, and not by itself.
    assert!(device_cookie(&sign_in(&server, guess("dewit"), None).await).is_none());
    let mut headers = HeaderMap::new();
    headers.insert(COOKIE, HeaderValue::from_str(&cookie).unwrap());
    let me = server.ask_with(Method::GET, "/api/v1/me", None, headers).await;
    assert_eq!(me.status(), StatusCode::UNAUTHORIZED);
    server.close().await;
}

#[tokio::test]
async fn who_is_throttled_is_told_when_to_come_back_and_a_known_device_is_not() {
    let server = Server::open().await;
    let (device, _) = device_cookie(&sign_in(&server, right("jansen"), None).await).unwrap();
    let mut last = sign_in(&server, guess("jansen"), None).await;
    // However fast or slow the machine is: sooner or later it says "wait".
    for _ in 0..60 {
        if last.status() == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
        last = sign_in(&server, guess("jansen"), None).await;
    }
    assert_eq!(last.status(), StatusCode::TOO_MANY_REQUESTS);
    let seconds: u64 = last.headers()[RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=31).contains(&seconds), "{seconds}");
    assert_eq!(
        sign_in(&server, right("jansen"), Some(&device)).await.status(),
        StatusCode::NO_CONTENT
    );
    server.close().await;
}

#[tokio::test]
async fn a_flood_fills_its_own_places_in_the_queue_and_a_known_device_goes_first() {
    let server = Server::open().await;
    let (device, _) = device_cookie(&sign_in(&server, right("dewit"), None).await).unwrap();
    // Names that nobody has: each costs the whole price of a password.
    let flood = (0..90).map(|number| sign_in(&server, guess(&format!("niemand{number}")), None));
    let owner = async {
        // Somewhere in the middle of it.
        let first = sign_in(&server, guess("niemand"), None).await.status();
        (first, sign_in(&server, right("dewit"), Some(&device)).await.status())
    };
    let (flood, (_, owner)) = tokio::join!(join_all(flood), owner);
    assert_eq!(owner, StatusCode::NO_CONTENT);
    let busy: Vec<_> = flood
        .iter()
        .filter(|answer| answer.status() == StatusCode::SERVICE_UNAVAILABLE)
        .collect();
    assert!(!busy.is_empty(), "the queue has an end");
    assert!(busy.iter().all(|answer| answer.headers().contains_key(RETRY_AFTER)));
    assert!(flood.iter().any(|answer| answer.status() == StatusCode::UNAUTHORIZED));
    server.close().await;
}

#[test]
fn serve_wants_to_know_what_stands_before_it() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, told) in [
        (&[][..], "--behind-proxy 1"),
        (&["--behind-proxy", "0"][..], "--behind-proxy"),
        (&["--behind-proxy", "1", "--direct"][..], "--direct"),
    ] {
        let refused = Command::new(env!("CARGO_BIN_EXE_akkoord"))
            .args([
                "serve",
                "--origin",
                "https://akkoord.example",
                "--listen",
                "127.0.0.1:0",
            ])
            .arg("--data")
            .arg(folder.path().join("data"))
            .args(arguments)
            .env_remove("AKKOORD_BEHIND_PROXY")
            .env_remove("AKKOORD_DIRECT")
            .output()
            .unwrap();
        assert!(!refused.status.success());
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(said.contains(told), "{arguments:?}: {said}");
        assert!(!folder.path().join("data").exists(), "nothing was made");
    }
}
