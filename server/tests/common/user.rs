//! A signed-in user, who asks questions over HTTP as a browser does.

use std::net::SocketAddr;

use akkoord::directory::{Board, BoardRow, Me};
use akkoord::ids::{PartyId, SessionId};
use akkoord::session::SessionView;
use akkoord::session::command::SeatLevel;
use reqwest::header::{COOKIE, ORIGIN, SET_COOKIE};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};

use super::server::Server;

/// Where the report of a session is.
pub fn report_path(session: impl std::fmt::Display) -> String {
    format!("/api/v1/sessions/{session}/accountability")
}

/// A signed-in user.
pub struct User {
    /// Where the server listens.
    pub address: SocketAddr,
    /// The origin of the server's pages.
    pub origin: String,
    pub cookie: String,
    pub me: Me,
    client: Client,
}

impl User {
    pub async fn sign_in(server: &Server, account: &str, password: &str) -> Self {
        let client = Client::new();
        let origin = server.origin();
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
        Self::with_cookie(server.address, origin, cookie).await
    }

    /// Somebody who signed in before and has this cookie.
    pub async fn with_cookie(address: SocketAddr, origin: String, cookie: String) -> Self {
        let client = Client::builder().no_proxy().build().unwrap();
        let me = client
            .get(format!("http://{address}/api/v1/me"))
            .header(COOKIE, &cookie)
            .send()
            .await
            .unwrap();
        let me = me.json().await.unwrap();
        Self {
            address,
            origin,
            cookie,
            me,
            client,
        }
    }

    pub async fn get(&self, path: &str) -> Response {
        self.client
            .get(format!("http://{}{path}", self.address))
            .header(COOKIE, &self.cookie)
            .send()
            .await
            .unwrap()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Response {
        let request = self.client.post(format!("http://{}{path}", self.address));
        request
            .header(COOKIE, &self.cookie)
            .header(ORIGIN, &self.origin)
            .json(body)
            .send()
            .await
            .unwrap()
    }

    pub async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap()
    }

    /// Convenes a ZSM session about one child with full seats for these parties.
    pub async fn convene(&self, parties: &[PartyId]) -> SessionId {
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
        let answer = self.post("/api/v1/sessions", &order).await;
        assert_eq!(answer.status(), StatusCode::CREATED, "{}", answer.text().await.unwrap());
        let answer: Value = answer.json().await.unwrap();
        let id = answer.get("session").unwrap_or(&answer);
        serde_json::from_value(id.clone()).unwrap()
    }

    pub async fn give_seat(&self, session: SessionId, party: PartyId, level: SeatLevel) {
        let body = json!({ "party": party, "level": level });
        let answer = self.post(&format!("/api/v1/sessions/{session}/seats"), &body).await;
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    /// The row of this session on the own board, if it stands there.
    pub async fn board_row(&self, session: SessionId) -> Option<BoardRow> {
        let board: Board = serde_json::from_value(self.json("/api/v1/board").await).unwrap();
        board.rows.into_iter().find(|row| row.session == session)
    }

    /// What the page of the session starts with.
    pub async fn view(&self, session: SessionId) -> SessionView {
        let entry = self.json(&format!("/api/v1/sessions/{session}")).await;
        serde_json::from_value(entry["view"].clone()).unwrap()
    }

    /// The accountability report of the own party, as it came.
    pub async fn report(&self, session: SessionId) -> String {
        let answer = self.get(&report_path(session)).await;
        assert!(answer.status().is_success(), "{}", answer.status());
        answer.text().await.unwrap()
    }

    pub async fn sign_out(&self) {
        let answer = self.post("/api/v1/sign-out", &json!({})).await;
        assert!(answer.status().is_success(), "{}", answer.status());
    }
}
