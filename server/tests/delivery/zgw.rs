//! A ZGW system, made up: enough of the Documenten API and the Zaken API to keep what it is given, to refuse what the standard
//! refuses, and to fail where a test says so.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// What this system and Akkoord both know.
pub const SECRET: &str = "geheim-van-de-aansluiting-0123456789";
/// Its one case.
pub const CASE: &str = "26-0417";
/// Who answers for documents here.
pub const RSIN: &str = "517439943";

/// What goes wrong with the next document that is to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// It says 500.
    Broken,
    /// It makes the document and never answers.
    MadeAndSilent,
    /// It says 401.
    NotAllowed,
    /// It says 400: a field is wrong. The answer repeats what it was sent, as some systems do.
    Wrong,
    /// It sends the caller elsewhere.
    Elsewhere,
    /// It answers in words of its own.
    Babble,
}

/// What it keeps.
#[derive(Default)]
pub struct Kept {
    pub documents: Vec<Value>,
    pub links: Vec<Value>,
    pub rights: Vec<Value>,
    pub mishaps: VecDeque<Mishap>,
    /// How many searches for documents still find nothing, whatever there is.
    pub blind: usize,
    /// How many questions it was asked.
    pub asked: usize,
    /// Whether it knows no case.
    pub no_case: bool,
    /// The last token it was shown.
    pub token: String,
}

#[derive(Clone)]
struct Own {
    kept: Arc<Mutex<Kept>>,
    /// Rings when something was made.
    made: Arc<Notify>,
    base: Arc<str>,
}

/// A running one.
pub struct ZgwSystem {
    own: Own,
    serving: JoinHandle<()>,
}

impl Drop for ZgwSystem {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl ZgwSystem {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let own = Own {
            kept: Arc::default(),
            made: Arc::default(),
            base: base.into(),
        };
        let router = Router::new()
            .route(
                "/documenten/api/v1/enkelvoudiginformatieobjecten",
                get(documents).post(make_document),
            )
            .route("/documenten/api/v1/gebruiksrechten", get(rights).post(make_right))
            .route("/zaken/api/v1/zaken", get(cases))
            .route("/zaken/api/v1/zaakinformatieobjecten", get(links).post(make_link))
            // Everything of a document stands in one request.
            .layer(axum::extract::DefaultBodyLimit::disable())
            .with_state(own.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { own, serving }
    }

    pub fn kept<T>(&self, look: impl FnOnce(&mut Kept) -> T) -> T {
        look(&mut self.own.kept.lock().unwrap())
    }

    pub fn mishaps(&self, mishaps: &[Mishap]) {
        self.kept(|kept| kept.mishaps.extend(mishaps));
    }

    /// Completes when something was made.
    pub async fn made(&self) {
        self.own.made.notified().await;
    }

    /// The words of a document as another program reads them.
    pub fn words(&self, number: usize) -> String {
        let content = self.kept(|kept| kept.documents[number]["inhoud"].as_str().unwrap().to_owned());
        crate::readers::words_of(&STANDARD.decode(content).unwrap())
    }

    /// The lines of an import file that lead here.
    pub fn settings(&self, secret_file: &str) -> String {
        let base = &self.own.base;
        format!(
            "[organisation.delivery]\nkind = \"zgw\"\ndocuments = \"{base}/documenten/api/v1/\"\ncases = \"{base}/zaken/api/v1\"\n\
             client = \"akkoord\"\nsecret_file = \"{secret_file}\"\nrsin = \"{RSIN}\"\n\
             document_type = \"{base}/catalogi/api/v1/informatieobjecttypen/1\"\nconfidentiality = \"zeer_geheim\"\n\n"
        )
    }
}

impl Own {
    /// The token must be ours, and signed.
    fn admits(&self, headers: &HeaderMap) -> bool {
        let mut kept = self.kept.lock().unwrap();
        kept.asked += 1;
        let Some(token) = headers
            .get("authorization")
            .and_then(|it| it.to_str().ok())
            .and_then(|it| it.strip_prefix("Bearer "))
        else {
            return false;
        };
        token.clone_into(&mut kept.token);
        let Some((words, signature)) = token.rsplit_once('.') else {
            return false;
        };
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(words.as_bytes());
        let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else {
            return false;
        };
        let claims = URL_SAFE_NO_PAD.decode(words.split('.').nth(1).unwrap()).unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        mac.verify_slice(&signature).is_ok() && claims["client_id"] == "akkoord" && claims["iat"].is_i64()
    }
}

fn refused(status: StatusCode, code: &str, words: &str) -> Response {
    let body = json!({
        "status": status.as_u16(),
        "invalidParams": [{ "name": "identificatie", "code": code, "reason": words }],
    });
    (status, Json(body)).into_response()
}

fn found(results: &[Value]) -> Response {
    Json(json!({ "count": results.len(), "next": null, "previous": null, "results": results })).into_response()
}

type Asked = Query<HashMap<String, String>>;

fn fits(thing: &Value, asked: &Asked) -> bool {
    asked.iter().all(|(name, value)| thing[name] == **value)
}

async fn documents(State(own): State<Own>, headers: HeaderMap, asked: Asked) -> Response {
    if !own.admits(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let mut kept = own.kept.lock().unwrap();
    if kept.blind > 0 {
        kept.blind -= 1;
        return found(&[]);
    }
    let own = kept.documents.iter().filter(|document| fits(document, &asked)).cloned();
    found(&own.collect::<Vec<_>>())
}

async fn make_document(State(own): State<Own>, headers: HeaderMap, Json(mut document): Json<Value>) -> Response {
    if !own.admits(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let mishap = own.kept.lock().unwrap().mishaps.pop_front();
    match mishap {
        Some(Mishap::Broken) => return (StatusCode::INTERNAL_SERVER_ERROR, "storing").into_response(),
        Some(Mishap::NotAllowed) => return StatusCode::UNAUTHORIZED.into_response(),
        Some(Mishap::Wrong) => return refused(StatusCode::BAD_REQUEST, "invalid", &document.to_string()),
        Some(Mishap::Elsewhere) => {
            return (
                StatusCode::TEMPORARY_REDIRECT,
                [("location", "http://127.0.0.1:9/elders")],
            )
                .into_response();
        }
        Some(Mishap::Babble) => return (StatusCode::CREATED, "<p>Gelukt!</p>").into_response(),
        Some(Mishap::MadeAndSilent) | None => {}
    }
    for (name, longest) in [
        ("identificatie", 40),
        ("titel", 200),
        ("auteur", 200),
        ("beschrijving", 1000),
    ] {
        let words = document[name].as_str().unwrap();
        assert!(
            !words.is_empty() && words.chars().count() <= longest,
            "{name} is what the standard takes: {words}"
        );
    }
    let content = STANDARD.decode(document["inhoud"].as_str().unwrap()).unwrap();
    assert_eq!(document["bestandsomvang"], content.len());
    assert_eq!(document["taal"], "dut");
    assert_eq!(document["integriteit"]["algoritme"], "sha_256");
    assert_eq!(
        document["integriteit"]["waarde"],
        akkoord::hex::encode(&Sha256::digest(&content))
    );
    {
        let mut kept = own.kept.lock().unwrap();
        if kept
            .documents
            .iter()
            .any(|known| known["identificatie"] == document["identificatie"])
        {
            return refused(StatusCode::BAD_REQUEST, "identificatie-niet-uniek", "bestaat al");
        }
        let number = kept.documents.len() + 1;
        document["url"] = format!("{}/documenten/api/v1/enkelvoudiginformatieobjecten/{number}", own.base).into();
        kept.documents.push(document.clone());
    }
    own.made.notify_one();
    if mishap == Some(Mishap::MadeAndSilent) {
        std::future::pending::<()>().await;
    }
    (StatusCode::CREATED, Json(document)).into_response()
}

async fn rights(State(own): State<Own>, headers: HeaderMap, asked: Asked) -> Response {
    if !own.admits(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let kept = own.kept.lock().unwrap();
    let own = kept.rights.iter().filter(|right| fits(right, &asked)).cloned();
    Json(own.collect::<Vec<_>>()).into_response()
}

async fn make_right(State(own): State<Own>, headers: HeaderMap, Json(right): Json<Value>) -> Response {
    if !own.admits(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    own.kept.lock().unwrap().rights.push(right.clone());
    (StatusCode::CREATED, Json(right)).into_response()
}

/// Answers with all its cases, as a system does that does not know the question: the asker must look which is meant.
async fn cases(State(own): State<Own>, headers: HeaderMap) -> Response {
    if !own.admits(&headers) || headers.get("accept-crs").is_none() {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let case = |number: u32, reference: &str| {
        json!({
            "url": format!("{}/zaken/api/v1/zaken/{number}", own.base),
            "identificatie": reference,
            "bronorganisatie": RSIN,
        })
    };
    let mut all = vec![case(1, "26-9999")];
    if !own.kept.lock().unwrap().no_case {
        all.push(case(2, CASE));
    }
    found(&all)
}

async fn links(State(own): State<Own>, headers: HeaderMap, asked: Asked) -> Response {
    if !own.admits(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let kept = own.kept.lock().unwrap();
    let own = kept.links.iter().filter(|link| fits(link, &asked)).cloned();
    Json(own.collect::<Vec<_>>()).into_response()
}

async fn make_link(State(own): State<Own>, headers: HeaderMap, Json(link): Json<Value>) -> Response {
    if !own.admits(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let mut kept = own.kept.lock().unwrap();
    let same = |known: &Value| known["zaak"] == link["zaak"] && known["informatieobject"] == link["informatieobject"];
    if kept.links.iter().any(same) {
        return refused(StatusCode::BAD_REQUEST, "unique", "bestaat al");
    }
    kept.links.push(link.clone());
    (StatusCode::CREATED, Json(link)).into_response()
}
