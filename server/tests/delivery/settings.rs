//! What an import file says of an organisation's own system: taken, or refused with its line.

use akkoord_server::identity::Identity;
use akkoord_server::import::{ImportError, import};
use akkoord_server::vault::Store;

const GOOD: &str = r#"[[organisation]]
code = "om"
kind = "prosecution"
name = "OM Voorbeeldstad"
retention_days = 365
[organisation.delivery]
kind = "zgw"
documents = "https://zgw.example/documenten/api/v1"
cases = "https://zgw.example/zaken/api/v1"
client = "akkoord"
secret_file = "/etc/akkoord/secret"
rsin = "517439943"
document_type = "https://zgw.example/catalogi/api/v1/informatieobjecttypen/1"
confidentiality = "zeer_geheim"
"#;

#[tokio::test]
async fn settings_are_taken_changed_and_taken_away() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let identity = Identity::new(&store).await.unwrap();
    let changed = |text: String| {
        let (identity, folder) = (&identity, folder.path());
        async move { import(identity, &text, folder).await.unwrap().organisations_changed }
    };
    assert_eq!(changed(GOOD.into()).await, 0, "it is new");
    assert_eq!(changed(GOOD.into()).await, 0);
    assert_eq!(changed(GOOD.replace("zeer_geheim", "geheim")).await, 1);
    let without = GOOD.split("[organisation.delivery]").next().unwrap().to_owned();
    assert_eq!(changed(without.clone()).await, 1);
    assert_eq!(changed(without).await, 0);
}

#[tokio::test]
async fn a_mistake_is_named_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let identity = Identity::new(&store).await.unwrap();
    for (right, wrong, line, word) in [
        ("\"zgw\"", "\"cmis\"", 7, "zgw"),
        ("https://zgw.example/doc", "http://zgw.example/doc", 8, "https://"),
        (
            "https://zgw.example/doc",
            "http://localhost.evil.example/doc",
            8,
            "https://",
        ),
        (
            "https://zgw.example/zaken",
            "https://jan:wachtwoord@zgw.example/zaken",
            9,
            "wachtwoord",
        ),
        ("\"akkoord\"", "\"\"", 10, "client"),
        ("\"/etc/akkoord/secret\"", "\"secret\"", 11, "pad"),
        ("517439943", "517439944", 12, "elfproef"),
        ("517439943", "51743994", 12, "elfproef"),
        (
            "\"https://zgw.example/catalogi",
            "\"zgw.example/catalogi",
            13,
            "https://",
        ),
        ("zeer_geheim", "openbaar", 14, "zeer_geheim"),
        ("client =", "klant =", 10, "kan niet worden gelezen"),
    ] {
        let text = GOOD.replacen(right, wrong, 1);
        assert_ne!(text, GOOD);
        let refused = import(&identity, &text, folder.path()).await;
        let Err(ImportError::Refused(faults)) = refused else {
            panic!("{wrong} was taken")
        };
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!(faults[0].line, line, "{faults:?}");
        assert!(faults[0].sentence.contains(word), "{faults:?}");
    }
    assert!(
        identity.directory.parties().await.unwrap().is_empty(),
        "nothing came in"
    );
}
