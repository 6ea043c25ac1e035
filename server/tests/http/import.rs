//! What an import takes, and what it refuses whole, with the line.

use std::path::Path;
use std::process::Command;

use akkoord::ids::SessionId;
use akkoord::party::PartyKind;
use akkoord::session::command::SeatLevel;
use akkoord_server::clock;
use akkoord_server::identity::Identity;
use akkoord_server::import::{Fault, ImportError, Imported, import, import_file};
use akkoord_server::vault::Store;
use reqwest::{Method, StatusCode};
use tempfile::TempDir;

use crate::server::{Body, Server, cheap_hash, organisations};

/// Lines are counted from one; line 1 is this comment.
const GOOD: &str = r#"# Veilig Thuis and the OM
[[organisation]]
code = "vt-voorbeeldstad"
kind = "veilig_thuis"
name = "Veilig Thuis Voorbeeldstad"
retention_days = 1825

[[organisation.person]]
account = "Bakker"
name = "Anja Bakker"
roles = ["participant", "dossier_reader"]

[[organisation]]
code = "om-voorbeeldstad"
kind = "prosecution"
name = "OM Voorbeeldstad"
retention_days = 365

[[organisation.person]]
account = "dewit"
name = "Marijke de Wit"
roles = ["participant", "prosecutor"]
"#;

async fn empty() -> (TempDir, Identity) {
    let data = TempDir::new().unwrap();
    let store = Store::open(data.path()).await.unwrap();
    let identity = Identity::new(&store).await.unwrap();
    (data, identity)
}

fn counts(done: &Imported) -> [usize; 5] {
    [
        done.organisations_new,
        done.organisations_changed,
        done.people_new,
        done.people_changed,
        done.passwords.len(),
    ]
}

async fn refused(identity: &Identity, text: &str) -> Vec<Fault> {
    match import(identity, text, Path::new(".")).await {
        Err(ImportError::Refused(faults)) => faults,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("this was taken:\n{text}"),
    }
}

#[tokio::test]
async fn a_good_file_is_taken_and_taking_it_again_changes_nothing() {
    let (_data, identity) = empty().await;
    let done = import(&identity, GOOD, Path::new(".")).await.unwrap();
    assert_eq!(counts(&done), [2, 0, 2, 0, 2]);
    let organisations = identity.organisations().await.unwrap();
    assert_eq!(organisations.len(), 2);
    assert_eq!(
        (organisations[1].kind, organisations[1].retention_days),
        (PartyKind::VeiligThuis, 1825)
    );
    let bakker = identity.account("bakker").await.unwrap().unwrap();
    assert!(bakker.roles.participant && bakker.roles.dossier_reader && !bakker.roles.administrator);
    let again = import(&identity, GOOD, Path::new(".")).await.unwrap();
    assert_eq!(counts(&again), [0; 5]);

    let changed = GOOD
        .replace("retention_days = 365", "retention_days = 366")
        .replace("de Wit", "de Wit-Jansen");
    let third = import(&identity, &changed, Path::new(".")).await.unwrap();
    assert_eq!(counts(&third), [0, 1, 0, 1, 0]);
    assert_eq!(identity.account("bakker").await.unwrap().unwrap().id, bakker.id);
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of bad files")]
async fn a_bad_file_is_refused_whole_and_names_its_line() {
    let (_data, identity) = empty().await;
    let hash = cheap_hash("x");
    let after = |line: &str, more: &str| GOOD.replace(line, &format!("{line}\n{more}"));
    let cases: Vec<(String, usize, &str)> = vec![
        (
            GOOD.replace("kind = \"veilig_thuis\"", "kind = \"bakker\""),
            4,
            "'bakker' is geen soort",
        ),
        (GOOD.replace("kind = \"veilig_thuis\"", "kind = 7"), 4, "string"),
        (GOOD.replace("kind = \"veilig_thuis\"\n", ""), 2, "missing field `kind`"),
        (
            GOOD.replace("kind = \"veilig_thuis\"", "kind = \"veilig_thuis"),
            4,
            "kan niet worden gelezen",
        ),
        (
            GOOD.replace("kind = \"veilig_thuis\"", "kind = \"veilig_thuis\"\nkind = \"police\""),
            5,
            "duplicate key",
        ),
        (
            GOOD.replace("kind = \"veilig_thuis\"", "soort = \"veilig_thuis\""),
            4,
            "unknown field `soort`",
        ),
        (
            GOOD.replace("retention_days = 1825", "retention_days = 0"),
            6,
            "bewaartermijn",
        ),
        (
            GOOD.replace("retention_days = 1825", "retention_days = -3"),
            6,
            "bewaartermijn",
        ),
        (
            GOOD.replace("retention_days = 1825", "retention_days = 999999999999"),
            6,
            "bewaartermijn",
        ),
        (
            GOOD.replace("\"Veilig Thuis Voorbeeldstad\"", "\"  \""),
            5,
            "de naam is leeg",
        ),
        (
            GOOD.replace("Veilig Thuis Voorbeeldstad", &"V".repeat(121)),
            5,
            "langer dan 120",
        ),
        (GOOD.replace("Anja Bakker", "Anja\u{202E} Bakker"), 10, "niet te zien"),
        (
            GOOD.replace("code = \"om-voorbeeldstad\"", "code = \"vt-voorbeeldstad\""),
            14,
            "staat er al eerder in",
        ),
        (
            GOOD.replace("code = \"om-voorbeeldstad\"", "code = \"OM Voorbeeldstad\""),
            14,
            "kleine letters",
        ),
        (
            GOOD.replace("name = \"OM Voorbeeldstad\"", "name = \"veilig thuis voorbeeldstad\""),
            16,
            "er is al een organisatie",
        ),
        (
            GOOD.replace("account = \"dewit\"", "account = \"BAKKER\""),
            20,
            "staat er al eerder in",
        ),
        (
            GOOD.replace("account = \"dewit\"", "account = \"de wit\""),
            20,
            "een account bestaat uit",
        ),
        (
            GOOD.replace("account = \"dewit\"", "account = \"\""),
            20,
            "een account bestaat uit",
        ),
        (GOOD.replace("account = \"dewit\"\n", ""), 19, "missing field `account`"),
        (
            GOOD.replace("roles = [\"participant\", \"prosecutor\"]\n", ""),
            19,
            "missing field `roles`",
        ),
        (GOOD.replace("[\"participant\", \"prosecutor\"]", "[]"), 22, "geen rol"),
        (
            GOOD.replace("\"participant\", \"prosecutor\"", "\"participant\", \"baas\""),
            22,
            "'baas' is geen rol",
        ),
        (
            GOOD.replace("\"participant\", \"prosecutor\"", "\"participant\", \"participant\""),
            22,
            "twee keer",
        ),
        (
            GOOD.replace("\"participant\", \"prosecutor\"", "\"prosecutor\""),
            22,
            "ook participant",
        ),
        (
            GOOD.replace("\"participant\", \"dossier_reader\"", "\"participant\", \"prosecutor\""),
            11,
            "alleen een organisatie van de soort prosecution",
        ),
        (
            after("name = \"Marijke de Wit\"", "email = \"x\""),
            22,
            "unknown field `email`",
        ),
        (
            after("name = \"Marijke de Wit\"", "password = \"geheim\""),
            22,
            "unknown field `password`",
        ),
        (
            after("name = \"Marijke de Wit\"", "password_hash = \"geheim\""),
            22,
            "geen argon2id-hash",
        ),
        (
            after(
                "name = \"Marijke de Wit\"",
                &format!("password_hash = \"{hash}\"\npassword_file = \"x\""),
            ),
            23,
            "kies één",
        ),
        (
            after("name = \"Marijke de Wit\"", "password_file = \"er-is-niets\""),
            22,
            "kan niet worden gelezen",
        ),
        (
            after("# Veilig Thuis and the OM", "versie = 2"),
            2,
            "unknown field `versie`",
        ),
        (String::new(), 1, "missing field `organisation`"),
        ("\n\norganisation = []\n".to_owned(), 3, "geen organisatie"),
        ("<html>".to_owned(), 1, "kan niet worden gelezen"),
    ];
    for (text, line, words) in cases {
        let faults = refused(&identity, &text).await;
        assert!(
            faults
                .iter()
                .any(|fault| fault.line == line && fault.sentence.contains(words)),
            "expected line {line} and '{words}', got {faults:?} for\n{text}"
        );
    }
    assert!(
        identity.organisations().await.unwrap().is_empty(),
        "nothing of a bad file is kept"
    );
}

#[tokio::test]
async fn all_mistakes_are_named_at_once_in_the_order_of_their_lines() {
    let (_data, identity) = empty().await;
    let text = GOOD
        .replace("veilig_thuis", "bakker")
        .replace("retention_days = 365", "retention_days = 0")
        .replace("account = \"dewit\"", "account = \"bakker\"");
    let lines: Vec<_> = refused(&identity, &text).await.iter().map(|fault| fault.line).collect();
    assert_eq!(lines, [4, 17, 20]);
}

#[tokio::test]
async fn what_is_known_already_cannot_be_moved_by_a_file() {
    let (_data, identity) = empty().await;
    import(&identity, GOOD, Path::new(".")).await.unwrap();
    let other_kind = GOOD
        .replace("kind = \"prosecution\"", "kind = \"police\"")
        .replace(", \"prosecutor\"", "");
    assert_eq!(refused(&identity, &other_kind).await[0].line, 15);
    let moved = "[[organisation]]\ncode = \"politie\"\nkind = \"police\"\nname = \"Politie\"\nretention_days = 1\n\
        [[organisation.person]]\naccount = \"dewit\"\nname = \"Marijke\"\nroles = [\"participant\"]\n";
    let faults = refused(&identity, moved).await;
    assert_eq!((faults[0].line, faults.len()), (7, 1));
    assert_eq!(identity.organisations().await.unwrap().len(), 2);
}

#[tokio::test]
async fn passwords_from_a_file_and_drawn_ones_let_people_in() {
    let server = Server::open().await;
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("vermeer.password"), "een lange zin van iemand\n").unwrap();
    std::fs::write(folder.path().join("kort.password"), "kort\n").unwrap();
    let person = |account: &str, password: &str| {
        format!(
            "[[organisation.person]]\naccount = \"{account}\"\nname = \"{account}\"\nroles = [\"participant\"]\n{password}\n"
        )
    };
    let organisation =
        "[[organisation]]\ncode = \"halt\"\nkind = \"halt\"\nname = \"Halt Voorbeeldstad\"\nretention_days = 1\n";
    let file = folder.path().join("organisations.toml");
    std::fs::write(
        &file,
        format!(
            "{organisation}{}",
            person("vermeer", "password_file = \"kort.password\"")
        ),
    )
    .unwrap();
    assert!(import_file(&server.identity, &file).await.is_err_and(|error| {
        error
            .to_string()
            .contains("regel 10: het wachtwoord in 'kort.password' is te kort")
    }));
    let people = person("vermeer", "password_file = \"vermeer.password\"") + &person("visser", "");
    std::fs::write(&file, format!("{organisation}{people}")).unwrap();
    let done = import_file(&server.identity, &file).await.unwrap();
    let (account, drawn) = &done.passwords[0];
    assert_eq!((account.as_str(), done.passwords.len()), ("visser", 1));
    for (account, password) in [("vermeer", "een lange zin van iemand"), ("visser", drawn.as_str())] {
        let body = serde_json::json!({ "account": account, "password": password }).to_string();
        let answer = server
            .ask(Method::POST, "/api/v1/sign-in", Some(Body::Json(body)), None)
            .await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{account}");
    }
    let again = import(
        &server.identity,
        &format!("{organisation}{}", person("visser", "new_password = true")),
        folder.path(),
    )
    .await
    .unwrap();
    assert_ne!(again.passwords[0].1, *drawn);
}

#[tokio::test]
async fn who_gets_other_roles_or_is_disabled_is_signed_out_and_others_are_not() {
    let server = Server::open().await;
    let (dewit, bakker, collega) = (
        server.token("dewit").await,
        server.token("bakker").await,
        server.token("collega").await,
    );
    let text = organisations()
        .replace(r#""participant", "prosecutor""#, r#""participant""#)
        .replace("account = \"collega\"", "account = \"collega\"\ndisabled = true");
    let done = import(&server.identity, &text, Path::new(".")).await.unwrap();
    assert_eq!(counts(&done), [0, 0, 0, 2, 0]);
    let now = clock::now();
    let sign_ins = &server.identity.sign_ins;
    assert!(sign_ins.find(&dewit, now).await.unwrap().is_none());
    assert!(sign_ins.find(&collega, now).await.unwrap().is_none());
    assert!(sign_ins.find(&bakker, now).await.unwrap().is_some());
}

#[test]
fn the_command_prints_drawn_passwords_once_and_names_the_lines_of_a_bad_file() {
    let folder = TempDir::new().unwrap();
    let (file, data) = (folder.path().join("organisations.toml"), folder.path().join("data"));
    let run = || {
        Command::new(env!("CARGO_BIN_EXE_akkoord"))
            .arg("import")
            .arg(&file)
            .arg("--data")
            .arg(&data)
            .output()
            .unwrap()
    };
    std::fs::write(&file, GOOD.replace("veilig_thuis", "bakker")).unwrap();
    let bad = run();
    assert!(!bad.status.success() && bad.stdout.is_empty());
    assert!(String::from_utf8_lossy(&bad.stderr).contains("regel 4: 'bakker' is geen soort organisatie"));
    std::fs::write(&file, GOOD).unwrap();
    let good = run();
    let said = String::from_utf8_lossy(&good.stdout);
    assert!(
        good.status.success() && said.contains("bakker\t") && said.contains("dewit\t"),
        "{said}"
    );
    let again = run();
    assert!(again.status.success() && !String::from_utf8_lossy(&again.stdout).contains('\t'));
}

#[tokio::test]
async fn a_command_beside_the_running_program_leaves_a_session_that_is_being_convened_alone() {
    let folder = TempDir::new().unwrap();
    let (file, data) = (folder.path().join("file.toml"), folder.path().join("data"));
    let running = Store::open(&data).await.unwrap();
    let session = SessionId(clock::random_id());
    // Its key is there, its first event is not yet.
    running.vault.begin_session(session).await.unwrap();
    for (command, text) in [("import", GOOD), ("grounds", akkoord::ground::STANDARD)] {
        std::fs::write(&file, text).unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_akkoord"));
        let done = program
            .arg(command)
            .arg(&file)
            .arg("--data")
            .arg(&data)
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "{command}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        assert!(
            running.vault.session_key(session).await.unwrap().is_some(),
            "what is said there could never be read again after {command}"
        );
    }
}

#[tokio::test]
async fn c5_a_term_for_one_task_reaches_the_seat_and_an_unknown_task_is_refused() {
    let (_data, identity) = empty().await;
    let with = |terms: &str| {
        GOOD.replacen(
            "retention_days = 1825\n",
            &format!("retention_days = 1825\n{terms}\n"),
            1,
        )
    };
    let faults = refused(&identity, &with("task_retention = { om_afdoening = 90 }")).await;
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].line, 7);
    assert!(faults[0].sentence.contains("vt_onderzoek"), "{}", faults[0]);
    let faults = refused(&identity, &with("task_retention = { vt_onderzoek = 0 }")).await;
    assert_eq!(faults.len(), 1);

    let good = with("task_retention = { vt_onderzoek = 7300 }");
    import(&identity, &good, Path::new(".")).await.unwrap();
    let vt = identity.account("bakker").await.unwrap().unwrap().organisation;
    let seat = identity.directory.seat(vt, SeatLevel::Full).await.unwrap().unwrap();
    assert_eq!(seat.retention_days, 1825);
    assert_eq!(seat.tasks[0].retention_days, Some(7300));
    import(&identity, GOOD, Path::new(".")).await.unwrap();
    let seat = identity.directory.seat(vt, SeatLevel::Full).await.unwrap().unwrap();
    assert_eq!(
        seat.tasks[0].retention_days, None,
        "a term that is no longer in the file is gone"
    );
}

#[tokio::test]
async fn c2_another_table_of_grounds_counts_from_its_day_and_a_file_that_is_none_changes_nothing() {
    let (data, identity) = empty().await;
    import(&identity, GOOD, Path::new(".")).await.unwrap();
    let before = identity.directory.grounds(clock::now()).await.unwrap();
    let program = env!("CARGO_BIN_EXE_akkoord");
    let file = data.path().join("grounds.toml");
    let put = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let mut command = Command::new(program);
        command.arg("grounds").arg(&file).arg("--data").arg(data.path());
        command.output().unwrap()
    };
    // Whatever no row names has no ground: no table says that everybody may give everything to everybody.
    let everything =
        "[[ground]]\ngiver = \"any\"\nreceiver = \"any\"\narticle = \"art. 6 AVG\"\nstatus = \"undisputed\"\n";
    for none in ["", "bakker", "[[ground]]\ngiver = \"any\"", "\u{0}\u{1}", everything] {
        let answer = put(none);
        assert!(!answer.status.success(), "{none:?}");
        let said = String::from_utf8(answer.stderr).unwrap();
        assert!(said.contains("er is niets gewijzigd"), "{said}");
        assert_eq!(identity.directory.grounds(clock::now()).await.unwrap(), before);
    }
    let own =
        "[[ground]]\ngiver = \"any\"\nreceiver = \"any\"\narticle = \"art. 1 Proefwet\"\nstatus = \"contested\"\n";
    assert!(put(own).status.success());
    let now = identity.directory.grounds(clock::now()).await.unwrap();
    assert!(now.iter().all(|cell| cell.ground.article == "art. 1 Proefwet"));

    let shown = Command::new(program).arg("grounds").output().unwrap();
    assert_eq!(String::from_utf8(shown.stdout).unwrap(), akkoord::ground::STANDARD);
}

#[tokio::test]
async fn names_are_apart_across_files_and_stand_on_one_line() {
    let (data, identity) = empty().await;
    import(&identity, GOOD, data.path()).await.unwrap();
    let other = "[[organisation]]\ncode = \"vt-elders\"\nkind = \"veilig_thuis\"\n\
        name = \"veilig thuis VOORBEELDSTAD\"\nretention_days = 365\n";
    let faults = refused(&identity, other).await;
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].line, 4);
    assert!(faults[0].sentence.contains("vt-voorbeeldstad"), "{}", faults[0]);
    // The name is free when its owner gets another in the same file.
    let swapped = GOOD.replace("Veilig Thuis Voorbeeldstad", "Veilig Thuis Nieuwestad") + "\n" + other;
    import(&identity, &swapped, data.path()).await.unwrap();

    for (name, line) in [("Anja Bakker", 10), ("OM Voorbeeldstad", 16)] {
        for control in ["\\n", "\\t", "\\r\\n"] {
            let half = &name[..4];
            let spoilt = GOOD.replace(&format!("\"{name}\""), &format!("\"{half}{control}{name}\""));
            let faults = refused(&identity, &spoilt).await;
            assert_eq!(faults.len(), 1, "{faults:?}");
            assert_eq!(faults[0].line, line, "{}", faults[0]);
            assert!(faults[0].sentence.contains("één regel"), "{}", faults[0]);
        }
    }
}
