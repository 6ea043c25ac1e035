//! Connections: how many there may be, how long each may take, and how they end when the house closes.
//!
//! | | limit |
//! |---|---|
//! | the head of a request, and idling before it | [`HEAD`] |
//! | the body of a request | [`BODY`] (`guard`) |
//! | a write that goes nowhere | [`STUCK`] |
//! | connections, sockets apart | [`MOST`]; more wait to be accepted |
//! | connections of one address | [`MOST_OF_ADDRESS`], when no proxy stands before us; not of this machine itself |
//! | closing the house | every socket hears why first (`sockets`); the rest ends within [`CLOSING`] |

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Sleep;
use tower::ServiceExt as _;

/// How long a client may take for the head of a request, counted from the answer before or from the connection.
const HEAD: Duration = Duration::from_secs(15);
/// How long a client may take for the body of a request.
pub(super) const BODY: Duration = Duration::from_secs(15);
/// How long a write may make no progress.
const STUCK: Duration = Duration::from_secs(30);
/// The most connections at once.
const MOST: usize = 4_096;
/// The most connections of one address.
const MOST_OF_ADDRESS: usize = 256;
/// How long requests that are underway may take once the sockets have gone. With the time of `sockets` less than ten seconds.
const CLOSING: Duration = Duration::from_secs(3);
/// How long nothing is accepted after the system had nothing to accept with.
const NO_FILES: Duration = Duration::from_secs(1);

/// Serves every connection until `stop` completes, then does `goodbye` and ends them.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    counts_addresses: bool,
    stop: impl Future<Output = ()>,
    goodbye: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(MOST));
    let addresses = Addresses::default();
    let (drain, draining) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &places) => accepted,
            Some(_) = connections.join_next() => continue,
        };
        let (stream, peer, place) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted");
                tokio::time::sleep(NO_FILES).await;
                continue;
            }
        };
        let Some(counted) = addresses.count(peer.ip(), counts_addresses) else {
            tracing::debug!(address = %peer.ip(), "an address has too many connections");
            continue;
        };
        // A frame of a meeting is small and must not wait for another.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps waiting for full packets");
        }
        let (router, draining) = (router.clone(), draining.clone());
        connections.spawn(async move {
            connection(stream, peer, router, draining).await;
            drop((place, counted));
        });
    }
    // Nobody new is accepted; who is on a connection already is served until the sockets have heard.
    drop(listener);
    let mut goodbye = pin!(goodbye);
    loop {
        tokio::select! {
            () = &mut goodbye => break,
            Some(_) = connections.join_next() => {}
        }
    }
    drain.send_replace(true);
    let rest = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(CLOSING, rest).await.is_err() {
        tracing::warn!(left = connections.len(), "connections with half a request are cut");
        connections.shutdown().await;
    }
}

/// The next connection, once there is a place for it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return Ok((stream, peer, place)),
            // The client went away before we looked.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::ConnectionAborted
                        | io::ErrorKind::ConnectionReset
                        | io::ErrorKind::ConnectionRefused
                ) => {}
            Err(error) => return Err(error),
        }
    }
}

/// Until one side has had enough, or what is underway is done while the house closes.
async fn connection(stream: TcpStream, peer: SocketAddr, router: Router, mut draining: watch::Receiver<bool>) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request.map(Body::new))
    });
    let stream = TokioIo::new(Unstuck { stream, stuck: None });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .serve_connection(stream, service)
        .with_upgrades();
    let mut serving = pin!(serving);
    tokio::select! {
        // A client that goes away in the middle is no fault of ours.
        _ = serving.as_mut() => return,
        _ = draining.wait_for(|now| *now) => {}
    }
    serving.as_mut().graceful_shutdown();
    let _ = serving.await;
}

/// How many connections each address has; cheap to clone.
#[derive(Clone, Default)]
struct Addresses(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// A connection that counts for its address, if for any, until it is dropped.
struct OfAddress(Option<(Addresses, IpAddr)>);

impl Addresses {
    /// Counts another connection of this address; nothing, if it has as many as it may have.
    fn count(&self, address: IpAddr, counts: bool) -> Option<OfAddress> {
        // Tools and a proxy on this machine are not strangers.
        if !counts || address.to_canonical().is_loopback() {
            return Some(OfAddress(None));
        }
        let mut of_address = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = of_address.entry(address).or_default();
        if *own >= MOST_OF_ADDRESS {
            return None;
        }
        *own += 1;
        Some(OfAddress(Some((self.clone(), address))))
    }
}

impl Drop for OfAddress {
    fn drop(&mut self) {
        if let Some((addresses, address)) = &self.0 {
            let mut of_address = addresses.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(own) = of_address.get_mut(address) {
                *own -= 1;
                if *own == 0 {
                    of_address.remove(address);
                }
            }
        }
    }
}

/// A stream of which a write that makes no progress for [`STUCK`] fails.
struct Unstuck {
    stream: TcpStream,
    /// When the write that waits has waited too long.
    stuck: Option<Pin<Box<Sleep>>>,
}

impl Unstuck {
    /// What a write came to; or, if it waits, whether it has waited too long.
    fn unless_stuck<T>(&mut self, cx: &mut Context<'_>, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.stuck = None;
            return outcome;
        }
        let stuck = self.stuck.get_or_insert_with(|| Box::pin(tokio::time::sleep(STUCK)));
        ready!(stuck.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Unstuck {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl AsyncWrite for Unstuck {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.unless_stuck(cx, outcome)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_flush(cx);
        self.unless_stuck(cx, outcome)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.unless_stuck(cx, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.unless_stuck(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
