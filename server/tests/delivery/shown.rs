//! How a delivery stands is said to its recipient, in the API and in words on the pages, and to nobody else.

use akkoord::dossier::{Delivery, DossierLine, HeldItem, NotDelivered};
use akkoord_server::clock;
use akkoord_server::delivery::Deliveries;
use akkoord_server::import::import;

use crate::server::{Server, organisations};
use crate::zgw::ZgwSystem;

#[tokio::test]
async fn how_it_stands_is_said_to_its_recipient_in_words_without_a_program_in_the_browser() {
    let server = Server::open().await;
    let system = ZgwSystem::open().await;
    // The secret is nowhere.
    let settings = system.settings(&server.data().join("nergens").to_string_lossy());
    let with = organisations().replacen(
        "retention_days = 365\n",
        &format!("retention_days = 365\n{settings}"),
        1,
    );
    import(&server.identity, &with, server.data()).await.unwrap();
    let (received, _) = server.releases().await;
    let reader = server.token("lezer").await;
    let deliveries = Deliveries::new(server.store.clone(), server.identity.directory.clone());
    // The server has a worker of its own, which may be first.
    let mut delivery = None;
    for _ in 0..2000 {
        deliveries.round(clock::now()).await.unwrap();
        let held: HeldItem = server
            .get(&format!("/api/v1/dossier/{received}"), Some(&reader))
            .await
            .json()
            .await
            .unwrap();
        delivery = held.delivery;
        if delivery != Some(Delivery::Waiting) {
            break;
        }
    }
    assert!(
        matches!(
            delivery,
            Some(Delivery::Again {
                cause: NotDelivered::NotSetUp,
                ..
            })
        ),
        "{delivery:?}"
    );
    let lines: Vec<DossierLine> = server.get("/api/v1/dossier", Some(&reader)).await.json().await.unwrap();
    let line = lines.iter().find(|line| line.release == received).unwrap();
    assert_eq!(line.delivery, delivery);

    let page = |path: String| {
        let (server, reader) = (&server, &reader);
        async move { server.get(&path, Some(reader)).await.text().await.unwrap() }
    };
    let item = page(format!("/dossier/{received}")).await;
    for words in [
        "Uw eigen systeem",
        "Wordt opnieuw geprobeerd om",
        "de instellingen of het geheim van de aansluiting kunnen niet worden gelezen",
    ] {
        assert!(item.contains(words), "{words}");
    }
    let list = page("/dossier".into()).await;
    assert!(list.contains("aflevering lukt nog niet"));
    assert!(list.contains(&format!("href=\"/api/v1/dossier/{received}/package\"")));
    assert!(list.contains("Pakket downloaden: zaak 26-0417"));
    // By giver there is no case to take along.
    let by_giver = page("/dossier?orde=partij".into()).await;
    assert!(by_giver.contains("Veilig Thuis Voorbeeldstad") && !by_giver.contains("/package\""));

    // Its owner is not told of the recipient's systems.
    let owners = server.identity.account("bakker").await.unwrap().unwrap().organisation;
    assert!(deliveries.states(owners).await.unwrap().is_empty());
    server.close().await;
}
