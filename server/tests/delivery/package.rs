//! The package of a case, opened by others' programs.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read as _};

use akkoord::dossier::{DossierItem, HeldItem, ItemKind, NamedAssignee, PurposeText};
use akkoord::ground::{GroundStatus, LegalGround};
use akkoord::ids::ReleaseId;
use akkoord::moment::Name;
use akkoord::party::PartyKind;
use akkoord::release::{ReleaseCommandKind, ReleaseView};
use akkoord::session::item::{ContributionKind, DispositionKind};
use akkoord_server::export::package::{self, Package};
use chrono::TimeDelta;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::fixture::{CANARY, CONDITION, Fixture};
use crate::readers::{run, words_of};
use crate::server::Server;
use crate::zgw::{CASE, ZgwSystem};

const SCHEMA: &str = include_str!("../../../docs/schema/dossier-2.schema.json");

/// Its files, by another reading of the zip than the one that wrote it where the machine has one.
fn files(package: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(package)).unwrap();
    (0..archive.len())
        .map(|number| {
            let mut file = archive.by_index(number).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

fn judge() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

async fn of_case(fixture: &Fixture) -> Vec<HeldItem> {
    fixture
        .dossiers
        .of_case(fixture.om.id, CASE, fixture.now)
        .await
        .unwrap()
}

async fn made(fixture: &Fixture, held: Vec<HeldItem>) -> Package {
    package::package(fixture.om.clone(), CASE.into(), held, fixture.now)
        .await
        .unwrap()
}

/// A case with one item of each standing: as released, corrected, withdrawn.
async fn rich_case(system: &ZgwSystem) -> (Fixture, [ReleaseId; 3]) {
    let fixture = Fixture::open(system).await;
    let plain = fixture
        .release(
            &fixture.vt,
            &fixture.om,
            "Twee <b>meldingen</b> & een \"derde\" #strong[x].",
            Some(CONDITION),
        )
        .await;
    let corrected = fixture.release(&fixture.vt, &fixture.om, "Drie meldingen.", None).await;
    let rectify = ReleaseCommandKind::Rectify {
        text: "Vier meldingen.".into(),
        reason: "verkeerd geteld".into(),
    };
    fixture.answer(&fixture.vt, corrected, 0, fixture.now, rectify).await;
    let withdrawn = fixture.release(&fixture.vt, &fixture.om, CANARY, None).await;
    let withdraw = ReleaseCommandKind::Withdraw {
        reason: "verkeerde persoon".into(),
    };
    fixture.answer(&fixture.vt, withdrawn, 0, fixture.now, withdraw).await;
    (fixture, [plain, corrected, withdrawn])
}

#[tokio::test]
async fn r10_each_file_of_a_package_opens_and_tells_the_whole_provenance() {
    let system = ZgwSystem::open().await;
    let (fixture, [plain, corrected, withdrawn]) = rich_case(&system).await;
    // One for another organisation, in the same case.
    fixture.release(&fixture.om, &fixture.vt, "kanarie-vt", None).await;
    let package = made(&fixture, of_case(&fixture).await).await;
    assert!(package.name.starts_with("akkoord-26-0417-20"), "{}", package.name);
    let files = files(&package.bytes);
    assert_eq!(
        files.keys().collect::<Vec<_>>(),
        [
            "dossier.json",
            "dossier.json.mdto.xml",
            "dossier.mdto.xml",
            "dossier.pdf",
            "dossier.pdf.mdto.xml"
        ]
    );

    let words = words_of(&files["dossier.pdf"]);
    for part in [
        "Dossier van zaak 26-0417",
        "Twee <b>meldingen</b> & een \"derde\" #strong[x].",
        "Vier meldingen.",
        "De eigenaar heeft dit stuk ingetrokken.",
        "verkeerde persoon",
        CONDITION,
        "art. 5.2.6 Wmo 2015",
        "Anja Bakker",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let json: Value = serde_json::from_slice(&files["dossier.json"]).unwrap();
    let faults: Vec<_> = judge()
        .iter_errors(&json)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:?}");
    let item = |release: ReleaseId| {
        let items = json["items"].as_array().unwrap();
        items.iter().find(|item| item["id"] == release.to_string()).unwrap()
    };
    assert_eq!(json["items"].as_array().unwrap().len(), 3);
    assert_eq!(item(plain)["condition"], CONDITION);
    assert_eq!(item(plain)["status"], "held");
    assert_eq!(item(corrected)["version"], 1);
    assert_eq!(item(corrected)["corrections"][0]["reason"], "verkeerd geteld");
    assert_eq!(item(withdrawn)["status"], "withdrawn");
    assert_eq!(item(withdrawn)["text"], Value::Null);
    assert_eq!(
        item(withdrawn)["subjects"],
        serde_json::json!([]),
        "R16: no label stays behind"
    );
    for (name, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        assert!(
            !text.contains("kanarie-7f3a") && !text.contains("kanarie-vt"),
            "{name} holds what was taken back, or what is another's"
        );
    }
}

#[tokio::test]
async fn the_sidecars_are_mdto_and_their_checksums_hold() {
    let system = ZgwSystem::open().await;
    let (fixture, _) = rich_case(&system).await;
    let package = made(&fixture, of_case(&fixture).await).await;
    let files = files(&package.bytes);
    let folder = tempfile::tempdir().unwrap();
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/delivery/mdto-part.xsd");
    // The schema of the Nationaal Archief itself, where somebody fetched it (docs/export.md).
    let official = std::env::var("AKKOORD_MDTO_XSD").ok();
    for name in ["dossier.mdto.xml", "dossier.pdf.mdto.xml", "dossier.json.mdto.xml"] {
        let path = folder.path().join(name);
        std::fs::write(&path, &files[name]).unwrap();
        for schema in [Some(schema), official.as_deref()].into_iter().flatten() {
            run("xmllint", &["--noout", "--nonet", "--schema", schema], &path);
        }
    }
    for name in ["dossier.pdf", "dossier.json"] {
        let sidecar = folder.path().join(format!("{name}.mdto.xml"));
        let told = |element: &str| {
            let path = format!("string(//*[local-name()='{element}'])");
            run("xmllint", &["--xpath", &path], &sidecar).trim().to_owned()
        };
        assert_eq!(told("naam"), *name);
        assert_eq!(told("omvang"), files[name].len().to_string());
        assert_eq!(
            told("checksumWaarde"),
            akkoord::hex::encode(&Sha256::digest(&files[name]))
        );
    }
    // The judge sees what is wrong.
    let broken = String::from_utf8(files["dossier.mdto.xml"].clone())
        .unwrap()
        .replace("waardering>", "waardeloos>");
    let path = folder.path().join("broken.xml");
    std::fs::write(&path, broken).unwrap();
    let judged = std::process::Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema", schema])
        .arg(&path)
        .output()
        .unwrap();
    assert!(!judged.status.success());
}

/// Every object in a value, as a pointer.
fn objects(value: &Value) -> Vec<String> {
    let (own, inside): (bool, Vec<(String, &Value)>) = match value {
        Value::Object(map) => (true, map.iter().map(|(name, it)| (name.clone(), it)).collect()),
        Value::Array(list) => (
            false,
            list.iter()
                .enumerate()
                .map(|(place, it)| (place.to_string(), it))
                .collect(),
        ),
        _ => (false, Vec::new()),
    };
    let inside = inside.into_iter().flat_map(|(name, value)| {
        let inside = objects(value);
        inside.into_iter().map(move |place| format!("/{name}{place}"))
    });
    own.then(String::new).into_iter().chain(inside).collect()
}

/// Items of every kind for every kind of purpose, as today's program makes them and as version 1 left them.
async fn case_with_every_kind(system: &ZgwSystem) -> Fixture {
    let fixture = Fixture::open(system).await;
    let (om, vt, due) = (&fixture.om, &fixture.vt, Some(fixture.now + TimeDelta::days(7)));
    let absent = NamedAssignee::Absent {
        kind: PartyKind::Care,
        via: vt.clone(),
    };
    let follow_up = |performer: &NamedAssignee| PurposeText::FollowUp {
        number: 2,
        performer: performer.clone(),
        due,
    };
    let party = NamedAssignee::Party(om.clone());
    let power = Name {
        nl: "opvang".into(),
        en: "shelter".into(),
    };
    let measure = |holder: &NamedAssignee, until| ItemKind::Measure {
        power: power.clone(),
        holder: holder.clone(),
        until,
    };
    let agreement = |performer: Option<&NamedAssignee>| ItemKind::Agreement {
        due,
        number: performer.map(|_| 1),
        performer: performer.cloned(),
    };
    let of_version_1 = PurposeText::Action {
        text: "Moeder horen.".into(),
    };
    let contributions = ContributionKind::ALL.map(|kind| (ItemKind::Contribution(kind), Some(follow_up(&party))));
    let dispositions = DispositionKind::ALL.map(|kind| (ItemKind::Disposition(kind), Some(follow_up(&absent))));
    let others = [
        (agreement(Some(&absent)), Some(follow_up(&party))),
        (agreement(Some(&party)), None),
        (agreement(None), None),
        (measure(&absent, due), None),
        (measure(&party, None), Some(follow_up(&absent))),
        (ItemKind::Contribution(ContributionKind::Fact), Some(of_version_1)),
    ];
    for (number, (kind, purpose)) in contributions.into_iter().chain(dispositions).chain(others).enumerate() {
        let release = ReleaseId(akkoord_server::clock::random_id());
        let item = DossierItem {
            kind,
            // What a party keeps of another's measure has no words.
            text: if number % 3 == 0 {
                String::new()
            } else {
                "woorden".into()
            },
            ground: purpose.is_some().then(|| LegalGround {
                article: "art. 16 Wpg".into(),
                status: GroundStatus::Undisputed,
            }),
            purpose,
            ..fixture.item(release, vt, "", None)
        };
        fixture.release_item(om, item).await;
    }
    fixture
}

#[tokio::test]
async fn every_kind_of_item_and_purpose_is_exported() {
    let system = ZgwSystem::open().await;
    let fixture = case_with_every_kind(&system).await;
    let files = files(&made(&fixture, of_case(&fixture).await).await.bytes);
    let json: Value = serde_json::from_slice(&files["dossier.json"]).unwrap();
    let faults: Vec<_> = judge()
        .iter_errors(&json)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:?}");
    let items = json["items"].as_array().unwrap();
    assert_eq!(
        items.len(),
        ContributionKind::ALL.len() + DispositionKind::ALL.len() + 6
    );
    let of_kind = |kind: &str| items.iter().filter(|item| item["kind"] == kind).collect::<Vec<_>>();
    let dispositions: BTreeSet<_> = of_kind("disposition")
        .iter()
        .map(|it| it["disposition"].to_string())
        .collect();
    assert_eq!(dispositions.len(), DispositionKind::ALL.len(), "each by its own name");
    let actions = of_kind("follow_up_action");
    assert_eq!(actions.len(), 3);
    assert!(
        actions
            .iter()
            .any(|it| it["number"] == 1 && it["performer"]["via"]["kind"] == "veilig_thuis")
    );
    assert!(
        actions.iter().any(|it| it["performer"].is_null()),
        "as version 1 left it"
    );
    let measures = of_kind("measure");
    assert!(
        measures
            .iter()
            .any(|it| it["power"]["nl"] == "opvang" && it["committed_until"].is_string())
    );
    let words = words_of(&files["dossier.pdf"]);
    for part in [
        "opvang",
        "Hulpverlening (geen plaats aan tafel",
        "Moeder horen.",
        "OM Voorbeeldstad",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
}

#[tokio::test]
async fn the_schema_names_every_field_and_every_field_is_there() {
    let system = ZgwSystem::open().await;
    let (fixture, _) = rich_case(&system).await;
    let rich = files(&made(&fixture, of_case(&fixture).await).await.bytes);
    let other = ZgwSystem::open().await;
    let fixture = case_with_every_kind(&other).await;
    let kinds = files(&made(&fixture, of_case(&fixture).await).await.bytes);
    let judge = judge();
    for files in [rich, kinds] {
        let json: Value = serde_json::from_slice(&files["dossier.json"]).unwrap();
        assert!(judge.is_valid(&json));
        // A field more and a field less are both noticed, at every depth.
        for place in objects(&json) {
            let names: Vec<_> = json
                .pointer(&place)
                .unwrap()
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect();
            for name in names {
                let mut less = json.clone();
                less.pointer_mut(&place).unwrap().as_object_mut().unwrap().remove(&name);
                assert!(!judge.is_valid(&less), "{place}/{name} may be left out");
            }
            let mut more = json.clone();
            more.pointer_mut(&place).unwrap()["secret"] = "x".into();
            assert!(!judge.is_valid(&more), "{place} may hold anything");
        }
        assert_eq!(json["schema"], package::SCHEMA);
    }
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    assert_eq!(schema["$id"], package::SCHEMA);
}

#[tokio::test]
async fn the_same_items_at_the_same_moment_are_the_same_bytes() {
    let system = ZgwSystem::open().await;
    let (fixture, _) = rich_case(&system).await;
    let one = made(&fixture, of_case(&fixture).await).await;
    let two = made(&fixture, of_case(&fixture).await).await;
    assert!(*one.bytes == *two.bytes);
    let later = package::package(
        fixture.om.clone(),
        CASE.into(),
        of_case(&fixture).await,
        fixture.now + TimeDelta::hours(1),
    )
    .await
    .unwrap();
    assert!(*one.bytes != *later.bytes, "it bears its time");
}

#[tokio::test]
async fn an_archive_that_was_cut_short_or_changed_is_found_out() {
    let system = ZgwSystem::open().await;
    let (fixture, _) = rich_case(&system).await;
    let package = made(&fixture, of_case(&fixture).await).await;
    let whole = package.bytes.to_vec();
    let opens = |bytes: &[u8]| {
        zip::ZipArchive::new(Cursor::new(bytes)).and_then(|mut archive| {
            for number in 0..archive.len() {
                archive.by_index(number)?.read_to_end(&mut Vec::new())?;
            }
            Ok(())
        })
    };
    assert!(opens(&whole).is_ok());
    for cut in [whole.len() / 2, whole.len() - 30] {
        assert!(opens(&whole[..cut]).is_err(), "{cut}");
    }
    let mut changed = whole.clone();
    changed[200] ^= 1;
    assert!(opens(&changed).is_err());
}

#[tokio::test]
async fn r9_whoever_takes_a_package_has_read_what_is_in_it() {
    let server = Server::open().await;
    let (received, _) = server.releases().await;
    let reader = server.token("lezer").await;
    let answer = server
        .get(&format!("/api/v1/dossier/{received}/package"), Some(&reader))
        .await;
    assert_eq!(answer.status().as_u16(), 200);
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/zip");
    assert_eq!(header("cache-control"), "no-store");
    let name = header("content-disposition");
    assert!(
        name.starts_with("attachment; filename=\"akkoord-26-0417-") && name.ends_with(".zip\""),
        "{name}"
    );
    let files = files(&answer.bytes().await.unwrap());
    assert!(words_of(&files["dossier.pdf"]).contains("Twee eerdere meldingen."));
    let held: HeldItem = server
        .get(&format!("/api/v1/dossier/{received}"), Some(&reader))
        .await
        .json()
        .await
        .unwrap();
    let ReleaseView { opened_at, may, .. } = held.life;
    assert!(opened_at.is_some() && !may.open, "its owner has the receipt");
    server.close().await;
}
