//! Somebody with a browser: signed in, asking for pages and sockets.

use std::net::SocketAddr;

use akkoord::house::Me;
use akkoord::ids::{PartyId, SessionId};
use akkoord::session::SessionView;
use akkoord::session::command::SeatLevel;
use reqwest::header::{COOKIE, ORIGIN, SET_COOKIE};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};

use super::house::House;

/// Where the report of a session is.
pub fn report_path(session: impl std::fmt::Display) -> String {
    format!("/api/v1/sessions/{session}/accountability")
}

/// Somebody who is signed in.
pub struct Visitor {
    pub address: SocketAddr,
    pub origin: String,
    pub cookie: String,
    pub me: Me,
    client: Client,
}

impl Visitor {
    pub async fn signs_in(house: &House, account: &str, password: &str) -> Self {
        let client = Client::new();
        let origin = house.origin();
        let answer = client
            .post(format!("{origin}/api/v1/sign-in"))
            .header(ORIGIN, &origin)
            .json(&json!({ "account": account, "password": password }))
            .send()
            .await
            .unwrap();
        assert!(
            answer.status().is_success(),
            "{account} cannot sign in: {}",
            answer.status()
        );
        let cookie = answer.headers()[SET_COOKIE]
            .to_str()
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        let me = client
            .get(format!("{origin}/api/v1/me"))
            .header(COOKIE, &cookie)
            .send()
            .await
            .unwrap();
        let me = me.json().await.unwrap();
        Self {
            address: house.address,
            origin,
            cookie,
            me,
            client,
        }
    }

    pub async fn asks(&self, path: &str) -> Response {
        self.client
            .get(format!("{}{path}", self.origin))
            .header(COOKIE, &self.cookie)
            .send()
            .await
            .unwrap()
    }

    pub async fn posts(&self, path: &str, body: &Value) -> Response {
        let request = self.client.post(format!("{}{path}", self.origin));
        request
            .header(COOKIE, &self.cookie)
            .header(ORIGIN, &self.origin)
            .json(body)
            .send()
            .await
            .unwrap()
    }

    pub async fn json(&self, path: &str) -> Value {
        let answer = self.asks(path).await;
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap()
    }

    /// Convenes a ZSM session about one child with full seats for these parties.
    pub async fn convenes(&self, parties: &[PartyId]) -> SessionId {
        let seats: Vec<_> = parties
            .iter()
            .map(|party| json!({ "party": party, "level": "full" }))
            .collect();
        let order = json!({
            "moment": "zsm",
            "case_reference": "26-0417",
            "subjects": [{ "role": "child", "label": "dochter" }],
            "seats": seats,
        });
        let answer = self.posts("/api/v1/sessions", &order).await;
        assert_eq!(answer.status(), StatusCode::CREATED, "{}", answer.text().await.unwrap());
        let answer: Value = answer.json().await.unwrap();
        let id = answer.get("session").unwrap_or(&answer);
        serde_json::from_value(id.clone()).unwrap()
    }

    pub async fn gives_seat(&self, session: SessionId, party: PartyId, level: SeatLevel) {
        let body = json!({ "party": party, "level": level });
        let answer = self.posts(&format!("/api/v1/sessions/{session}/seats"), &body).await;
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    /// What the page of the table starts with.
    pub async fn looks(&self, session: SessionId) -> SessionView {
        let entry = self.json(&format!("/api/v1/sessions/{session}")).await;
        serde_json::from_value(entry["view"].clone()).unwrap()
    }

    /// The accountability report of the own party, as it came.
    pub async fn reads_report(&self, session: SessionId) -> String {
        let answer = self.asks(&report_path(session)).await;
        assert!(answer.status().is_success(), "{}", answer.status());
        answer.text().await.unwrap()
    }

    pub async fn signs_out(&self) {
        let answer = self.posts("/api/v1/sign-out", &json!({})).await;
        assert!(answer.status().is_success(), "{}", answer.status());
    }
}
