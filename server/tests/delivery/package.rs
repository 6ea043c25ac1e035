//! The package of a case, opened by others' programs.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use akkoord::dossier::HeldItem;
use akkoord::ids::ReleaseId;
use akkoord::release::{ReleaseView, Wish};
use akkoord_server::export::package::{self, Package};
use chrono::TimeDelta;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::fixture::{CANARY, CONDITION, Fixture};
use crate::house::House;
use crate::readers::{run, words_of};
use crate::zgw::{CASE, ZgwSystem};

const SCHEMA: &str = include_str!("../../../docs/schema/dossier-1.schema.json");

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

async fn of_case(house: &Fixture) -> Vec<HeldItem> {
    house.dossiers.of_case(house.om.id, CASE, house.now).await.unwrap()
}

async fn made(house: &Fixture, held: Vec<HeldItem>) -> Package {
    package::package(house.om.clone(), CASE.into(), held, house.now)
        .await
        .unwrap()
}

/// A case with one item of each standing: as released, corrected, withdrawn.
async fn rich_case(system: &ZgwSystem) -> (Fixture, [ReleaseId; 3]) {
    let house = Fixture::open(system).await;
    let plain = house
        .release(
            &house.vt,
            &house.om,
            "Twee <b>meldingen</b> & een \"derde\" #strong[x].",
            Some(CONDITION),
        )
        .await;
    let corrected = house.release(&house.vt, &house.om, "Drie meldingen.", None).await;
    let rectify = Wish::Rectify {
        text: "Vier meldingen.".into(),
        reason: "verkeerd geteld".into(),
    };
    house.answer(&house.vt, corrected, 0, house.now, rectify).await;
    let withdrawn = house.release(&house.vt, &house.om, CANARY, None).await;
    let withdraw = Wish::Withdraw {
        reason: "verkeerde persoon".into(),
    };
    house.answer(&house.vt, withdrawn, 0, house.now, withdraw).await;
    (house, [plain, corrected, withdrawn])
}

#[tokio::test]
async fn r10_each_file_of_a_package_opens_and_tells_the_whole_provenance() {
    let system = ZgwSystem::open().await;
    let (house, [plain, corrected, withdrawn]) = rich_case(&system).await;
    // One for another organisation, in the same case.
    house.release(&house.om, &house.vt, "kanarie-vt", None).await;
    let package = made(&house, of_case(&house).await).await;
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
    let (house, _) = rich_case(&system).await;
    let package = made(&house, of_case(&house).await).await;
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

#[tokio::test]
async fn the_schema_names_every_field_and_every_field_is_there() {
    let system = ZgwSystem::open().await;
    let (house, _) = rich_case(&system).await;
    let files = files(&made(&house, of_case(&house).await).await.bytes);
    let json: Value = serde_json::from_slice(&files["dossier.json"]).unwrap();
    let judge = judge();
    assert!(judge.is_valid(&json));
    // A field more and a field less are both noticed, at every depth.
    for place in [
        "",
        "/recipient",
        "/items/0",
        "/items/0/subjects/0",
        "/items/0/purpose",
        "/items/0/ground",
        "/items/0/owner",
    ] {
        let names: Vec<_> = json
            .pointer(place)
            .and_then(Value::as_object)
            .unwrap_or_else(|| panic!("{place}"))
            .keys()
            .cloned()
            .collect();
        for name in names {
            let mut less = json.clone();
            less.pointer_mut(place).unwrap().as_object_mut().unwrap().remove(&name);
            assert!(!judge.is_valid(&less), "{place}/{name} may be left out");
        }
        let mut more = json.clone();
        more.pointer_mut(place).unwrap()["secret"] = "x".into();
        assert!(!judge.is_valid(&more), "{place} may hold anything");
    }
    assert_eq!(json["schema"], package::SCHEMA);
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    assert_eq!(schema["$id"], package::SCHEMA);
}

#[tokio::test]
async fn the_same_items_at_the_same_moment_are_the_same_bytes() {
    let system = ZgwSystem::open().await;
    let (house, _) = rich_case(&system).await;
    let one = made(&house, of_case(&house).await).await;
    let two = made(&house, of_case(&house).await).await;
    assert!(*one.bytes == *two.bytes);
    let later = package::package(
        house.om.clone(),
        CASE.into(),
        of_case(&house).await,
        house.now + TimeDelta::hours(1),
    )
    .await
    .unwrap();
    assert!(*one.bytes != *later.bytes, "it bears its time");
}

#[tokio::test]
async fn an_archive_that_was_cut_short_or_changed_is_found_out() {
    let system = ZgwSystem::open().await;
    let (house, _) = rich_case(&system).await;
    let package = made(&house, of_case(&house).await).await;
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
    let house = House::open().await;
    let (received, _) = house.releases().await;
    let reader = house.token("lezer").await;
    let answer = house
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
    let held: HeldItem = house
        .get(&format!("/api/v1/dossier/{received}"), Some(&reader))
        .await
        .json()
        .await
        .unwrap();
    let ReleaseView { opened_at, may, .. } = held.life;
    assert!(opened_at.is_some() && !may.open, "its owner has the receipt");
    house.close().await;
}
