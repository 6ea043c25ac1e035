//! What is left of guessing passwords: lines in the log, without anybody's name.

use akkoord::ids::ParticipantId;
use reqwest::header::ORIGIN;
use reqwest::{Client, StatusCode};
use serde_json::json;

use crate::common::server::Server;

#[tokio::test]
async fn throttled_sign_ins_are_logged_by_account_id_and_address_and_never_by_name() {
    let server = Server::open().await;
    let me: ParticipantId = server.sign_in("jansen").await.me.participant;
    let client = Client::new();
    let mut throttled = 0;
    for number in 0..60 {
        let account = if number % 2 == 0 {
            "jansen"
        } else {
            "kanarie-van-niemand"
        };
        let guess = json!({ "account": account, "password": "kanarie-geraden" });
        let request = client
            .post(format!("{}/api/v1/sign-in", server.origin()))
            .header(ORIGIN, server.origin());
        let answer = request.json(&guess).send().await.unwrap();
        throttled += u32::from(answer.status() == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(throttled > 0);
    let log = without_colours(&server.log());
    assert!(log.contains("sign-ins are throttled"), "{log}");
    assert!(log.contains(&format!("account={me}")), "{log}");
    assert!(log.contains("account=unknown") && log.contains("address=127.0.0.1"));
    assert!(!log.contains("kanarie") && !log.contains("jansen"), "{log}");
}

/// The log as it reads on a terminal.
fn without_colours(log: &str) -> String {
    let mut parts = log.split('\u{1b}');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').map_or("", |(_, text)| text));
    }
    plain
}
