//! What the server says of itself to whoever watches over the machine.

use reqwest::StatusCode;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use crate::server::Server;

/// Asks until the server says this.
async fn says(server: &Server, status: StatusCode) {
    let patience = std::time::Duration::from_mins(1);
    let asking = async { while server.get("/gezond", None).await.status() != status {} };
    tokio::time::timeout(patience, asking)
        .await
        .expect("it says so in the end");
}

#[tokio::test]
async fn a_house_that_cannot_write_is_not_healthy() {
    let server = Server::open().await;
    says(&server, StatusCode::OK).await;
    // Somebody else holds the file: reading goes on, writing does not.
    let file = SqliteConnectOptions::new().filename(server.data().join("akkoord.db"));
    let mut holds = file.connect().await.unwrap();
    sqlx::query("begin immediate").execute(&mut holds).await.unwrap();
    says(&server, StatusCode::SERVICE_UNAVAILABLE).await;
    assert!(server.identity.answers().await, "it can still be read");
    sqlx::query("rollback").execute(&mut holds).await.unwrap();
    holds.close().await.unwrap();
    says(&server, StatusCode::OK).await;
    server.close().await;
}
