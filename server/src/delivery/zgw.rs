//! A system that speaks ZGW: Documenten API 1.5 for the document, Zaken API 1.5 for the case it belongs to.
//!
//! These APIs know no idempotency key. What makes a delivery happen once is our own name for the document: `identificatie`, which
//! is unique within `bronorganisatie`. It is looked for before anything is made; an answer that it exists already
//! (`identificatie-niet-uniek`) is as good as having made it; and the case gets the document only if it does not have it. So
//! every step may be repeated, whichever answer was lost.
//!
//! Nothing of an answer is kept but the address of the document: an answer may repeat what was sent.

use std::path::PathBuf;

use akkoord::dossier::NotDelivered;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{DossierTarget, Parcel};

/// The most bytes of an answer that are read.
const LARGEST_ANSWER: usize = 1024 * 1024;
/// The longest title and description the standard takes.
const LONGEST_TITLE: usize = 200;
const LONGEST_DESCRIPTION: usize = 1000;
/// The longest address the standard gives a document.
const LONGEST_ADDRESS: usize = 1000;

/// How an organisation's ZGW system is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZgwSettings {
    /// The Documenten API, without a slash at its end.
    pub documents: String,
    /// The Zaken API. Without it documents belong to no case there.
    #[serde(default)]
    pub cases: Option<String>,
    /// By which name that system knows us.
    pub client: String,
    /// The file with the secret it knows us by.
    pub secret_file: PathBuf,
    /// The organisation's RSIN: it answers for the document there.
    pub rsin: String,
    /// The kind of document, an address in that system's catalogue.
    pub document_type: String,
    /// Who there may see it.
    pub confidentiality: Confidentiality,
}

/// `vertrouwelijkheidaanduiding`, from where such words may be at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidentiality {
    /// Vertrouwelijk.
    Vertrouwelijk,
    /// Confidentieel.
    Confidentieel,
    /// Geheim.
    Geheim,
    /// Zeer geheim.
    ZeerGeheim,
}

impl Confidentiality {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Vertrouwelijk, Self::Confidentieel, Self::Geheim, Self::ZeerGeheim];

    /// As the standard writes it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Vertrouwelijk => "vertrouwelijk",
            Self::Confidentieel => "confidentieel",
            Self::Geheim => "geheim",
            Self::ZeerGeheim => "zeer_geheim",
        }
    }
}

/// The adapter.
pub(super) struct Zgw {
    client: Client,
    settings: ZgwSettings,
}

/// What came of asking for something to be made.
enum Made {
    /// It is there since now.
    Now(Value),
    /// It was there already.
    Before,
}

impl DossierTarget for Zgw {
    fn deliver<'a>(&'a self, parcel: &'a Parcel, now: DateTime<Utc>) -> BoxFuture<'a, Result<String, NotDelivered>> {
        Box::pin(async move {
            let token = self.token(now).await?;
            let call = Call { zgw: self, token };
            // The case first: a document that belongs nowhere would stay behind.
            let case = match &self.settings.cases {
                Some(cases) => Some((cases, call.case(cases, &parcel.case_reference).await?)),
                None => None,
            };
            let document = call.document(parcel).await?;
            if let Some(condition) = &parcel.condition {
                call.condition(&document, condition, parcel).await?;
            }
            if let Some((cases, case)) = case {
                call.belongs(cases, &case, &document, parcel).await?;
            }
            Ok(document)
        })
    }
}

impl Zgw {
    pub(super) fn new(client: Client, settings: ZgwSettings) -> Self {
        Self { client, settings }
    }

    /// Who we are, signed (HS256): good for this delivery.
    async fn token(&self, now: DateTime<Utc>) -> Result<Zeroizing<String>, NotDelivered> {
        let secret = tokio::fs::read_to_string(&self.settings.secret_file).await;
        let secret = Zeroizing::new(secret.map_err(|_| NotDelivered::NotSetUp)?);
        let secret = secret.trim_end_matches(['\r', '\n']);
        if secret.is_empty() {
            return Err(NotDelivered::NotSetUp);
        }
        let client = &self.settings.client;
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let words = format!(
            "{}.{}",
            part(json!({ "typ": "JWT", "alg": "HS256", "client_identifier": client })),
            part(json!({
                "iss": client,
                "iat": now.timestamp(),
                "client_id": client,
                "user_id": "akkoord",
                "user_representation": "Akkoord",
            }))
        );
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| NotDelivered::NotSetUp)?;
        mac.update(words.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        Ok(Zeroizing::new(format!("{words}.{signature}")))
    }
}

/// One delivery's questions.
struct Call<'a> {
    zgw: &'a Zgw,
    token: Zeroizing<String>,
}

impl Call<'_> {
    /// The address of the one case of this reference.
    async fn case(&self, cases: &str, reference: &str) -> Result<String, NotDelivered> {
        let query = [
            ("identificatie", reference),
            ("bronorganisatie", self.zgw.settings.rsin.as_str()),
        ];
        let found = self.get(&format!("{cases}/zaken"), &query).await?;
        // A system that passes over a question it does not know would answer with others' cases.
        let mut own = results(&found)?
            .iter()
            .filter(|case| case["identificatie"] == *reference)
            .map(address);
        match (own.next(), own.next()) {
            (Some(case), None) => case,
            _ => Err(NotDelivered::CaseUnknown),
        }
    }

    /// The address of our document, made now if it is not there.
    async fn document(&self, parcel: &Parcel) -> Result<String, NotDelivered> {
        if let Some(document) = self.find(parcel).await? {
            return Ok(document);
        }
        let settings = &self.zgw.settings;
        let body = json!({
            "identificatie": parcel.identifier,
            "bronorganisatie": settings.rsin,
            "creatiedatum": parcel.created.to_string(),
            "titel": shortened(&parcel.title, LONGEST_TITLE),
            "beschrijving": shortened(&parcel.description, LONGEST_DESCRIPTION),
            "auteur": shortened(&parcel.author, LONGEST_TITLE),
            "status": "definitief",
            "taal": "dut",
            "formaat": "application/pdf",
            "bestandsnaam": format!("{}.pdf", parcel.identifier),
            "bestandsomvang": parcel.pdf.len(),
            "inhoud": STANDARD.encode(parcel.pdf.as_slice()),
            "vertrouwelijkheidaanduiding": settings.confidentiality.code(),
            // Where a condition goes with it, that follows by itself: until it is there, it is not known.
            "indicatieGebruiksrecht": if parcel.condition.is_some() { Value::Null } else { Value::Bool(false) },
            "integriteit": {
                "algoritme": "sha_256",
                "waarde": akkoord::hex::encode(&Sha256::digest(parcel.pdf.as_slice())),
                "datum": parcel.created.to_string(),
            },
            "informatieobjecttype": settings.document_type,
        });
        match self
            .make(&self.documents("enkelvoudiginformatieobjecten"), &body)
            .await?
        {
            Made::Now(document) => address(&document),
            Made::Before => self.find(parcel).await?.ok_or(NotDelivered::NotAccepted),
        }
    }

    async fn find(&self, parcel: &Parcel) -> Result<Option<String>, NotDelivered> {
        let query = [
            ("identificatie", parcel.identifier.as_str()),
            ("bronorganisatie", self.zgw.settings.rsin.as_str()),
        ];
        let found = self
            .get(&self.documents("enkelvoudiginformatieobjecten"), &query)
            .await?;
        let own = results(&found)?.iter().find(|document| {
            document["identificatie"] == *parcel.identifier && document["bronorganisatie"] == *self.zgw.settings.rsin
        });
        own.map(address).transpose()
    }

    /// The condition on which it was released, where that system keeps conditions.
    async fn condition(&self, document: &str, condition: &str, parcel: &Parcel) -> Result<(), NotDelivered> {
        let rights = self.documents("gebruiksrechten");
        let found = self.get(&rights, &[("informatieobject", document)]).await?;
        if results(&found)?
            .iter()
            .any(|right| right["informatieobject"] == *document)
        {
            return Ok(());
        }
        let body = json!({
            "informatieobject": document,
            "startdatum": format!("{}T00:00:00Z", parcel.created),
            "omschrijvingVoorwaarden": condition,
        });
        self.make(&rights, &body).await.map(|_| ())
    }

    /// The case has the document.
    async fn belongs(&self, cases: &str, case: &str, document: &str, parcel: &Parcel) -> Result<(), NotDelivered> {
        let place = format!("{cases}/zaakinformatieobjecten");
        let query = [("zaak", case), ("informatieobject", document)];
        let found = self.get(&place, &query).await?;
        let known = |link: &Value| link["zaak"] == *case && link["informatieobject"] == *document;
        if results(&found)?.iter().any(known) {
            return Ok(());
        }
        let body = json!({
            "zaak": case,
            "informatieobject": document,
            "titel": shortened(&parcel.title, LONGEST_TITLE),
        });
        self.make(&place, &body).await.map(|_| ())
    }

    fn documents(&self, what: &str) -> String {
        format!("{}/{what}", self.zgw.settings.documents)
    }

    async fn get(&self, place: &str, query: &[(&str, &str)]) -> Result<Value, NotDelivered> {
        match self.ask(self.zgw.client.get(place).query(query)).await? {
            (StatusCode::BAD_REQUEST, _) => Err(NotDelivered::NotAccepted),
            (_, answer) => Ok(answer),
        }
    }

    async fn make(&self, place: &str, body: &Value) -> Result<Made, NotDelivered> {
        match self.ask(self.zgw.client.post(place).json(body)).await? {
            (StatusCode::BAD_REQUEST, answer) if is_there_already(&answer) => Ok(Made::Before),
            (StatusCode::BAD_REQUEST, _) => Err(NotDelivered::NotAccepted),
            (_, answer) => Ok(Made::Now(answer)),
        }
    }

    /// Asks, and sorts out everything but what only the question itself can judge.
    async fn ask(&self, request: RequestBuilder) -> Result<(StatusCode, Value), NotDelivered> {
        // An error of the client names the address, and with it the case: none of it goes further.
        let not_answered = |error: reqwest::Error| {
            if error.is_timeout() {
                NotDelivered::TooSlow
            } else {
                NotDelivered::Unreachable
            }
        };
        let mut answer = request
            .bearer_auth(&*self.token)
            .header("accept", "application/json")
            .header("accept-crs", "EPSG:4326")
            .send()
            .await
            .map_err(not_answered)?;
        let status = answer.status();
        match status.as_u16() {
            200..=299 | 400 => {}
            401 | 403 => return Err(NotDelivered::NotAllowed),
            408 | 429 | 500..=599 => return Err(NotDelivered::Faulty),
            404..=499 => return Err(NotDelivered::NotAccepted),
            _ => return Err(NotDelivered::NotUnderstood),
        }
        let mut bytes = Zeroizing::new(Vec::new());
        while let Some(part) = answer.chunk().await.map_err(not_answered)? {
            if bytes.len() + part.len() > LARGEST_ANSWER {
                return Err(NotDelivered::NotUnderstood);
            }
            bytes.extend_from_slice(&part);
        }
        match serde_json::from_slice(&bytes) {
            Ok(value) => Ok((status, value)),
            // A proxy in between refuses in its own words.
            Err(_) if status == StatusCode::BAD_REQUEST => Ok((status, Value::Null)),
            Err(_) => Err(NotDelivered::NotUnderstood),
        }
    }
}

/// What a search found: in pages or as a plain list. Ours is on the first page: the search names it whole.
fn results(found: &Value) -> Result<&Vec<Value>, NotDelivered> {
    found
        .as_array()
        .or_else(|| found["results"].as_array())
        .ok_or(NotDelivered::NotUnderstood)
}

fn address(thing: &Value) -> Result<String, NotDelivered> {
    let address = thing["url"].as_str().ok_or(NotDelivered::NotUnderstood)?;
    let fits = address.len() <= LONGEST_ADDRESS
        && (address.starts_with("https://") || address.starts_with("http://"))
        && address.chars().all(|c| c.is_ascii_graphic());
    if fits {
        Ok(address.to_owned())
    } else {
        Err(NotDelivered::NotUnderstood)
    }
}

/// Whether this says that we made it before.
fn is_there_already(answer: &Value) -> bool {
    let faults = answer["invalidParams"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    faults
        .iter()
        .any(|fault| matches!(fault["code"].as_str(), Some("identificatie-niet-uniek" | "unique")))
}

fn shortened(words: &str, longest: usize) -> String {
    words.chars().take(longest).collect()
}
