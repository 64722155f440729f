//! Connections: how many, how long one may take to say what it wants, and how they end when the server is told to stop.

use super::health::Readiness;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::ServiceExt;

/// What connections may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many there are at the same time; more wait to be accepted. A process has a thousand files unless told otherwise.
    pub connections: usize,
    /// How long one may take to send the head of its next request, also when it says nothing.
    pub head: Duration,
    /// How long requests that are under way may take to end once the server was told to stop.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { connections: 800, head: Duration::from_secs(20), drain: Duration::from_secs(20) }
    }
}

/// Serves connections until `stop`; then lets requests that are under way end. While they do, others are answered too, so
/// that whoever asks for readiness is told that this server is going. `false`: some did not end in time.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    ready: Arc<Readiness>,
    limits: Limits,
    stop: impl Future<Output = ()>,
) -> bool {
    let places = Arc::new(Semaphore::new(limits.connections));
    let going = watch::Sender::new(false);
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            (stream, peer, place) = accept(&listener, &places) => {
                tokio::spawn(connection(stream, peer, place, router.clone(), limits, going.subscribe()));
            }
        }
    }
    ready.stop();
    // The receivers are the connections: when the last is gone, so are they.
    let _ = going.send(true);
    let mut deadline = pin!(tokio::time::sleep(limits.drain));
    loop {
        tokio::select! {
            () = going.closed() => return true,
            () = &mut deadline => return false,
            (stream, peer, place) = accept(&listener, &places) => {
                tokio::spawn(connection(stream, peer, place, router.clone(), limits, going.subscribe()));
            }
        }
    }
}

/// The next connection, when there is a place for it.
async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return std::future::pending().await };
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, place),
            // No files left, or a connection that is gone already: the next may be better, a little later.
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    _place: OwnedSemaphorePermit,
    router: Router,
    limits: Limits,
    mut going: watch::Receiver<bool>,
) {
    // Without it, every page that is sent in two pieces waits 40 ms for the first to be acknowledged.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection cannot be set to send at once");
    }
    let service = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.map(Body::new)
    });
    // Whoever comes while the server is going gets one answer.
    let late = *going.borrow();
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(limits.head).keep_alive(!late);
    let mut serving = pin!(builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)));
    let told = async {
        if late || going.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let ended = tokio::select! {
        ended = serving.as_mut() => ended,
        () = told => {
            serving.as_mut().graceful_shutdown();
            serving.as_mut().await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended before its time");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Uri;
    use std::time::Instant;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::oneshot;
    use tokio::task::JoinHandle;

    const LIMITS: Limits = Limits { connections: 2, head: Duration::from_millis(300), drain: Duration::from_secs(5) };

    async fn start(limits: Limits) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<bool>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let ready = Arc::new(Readiness::default());
        let asked = ready.clone();
        let router = Router::new().fallback(async move |uri: Uri| {
            if uri.path() == "/slow" {
                tokio::time::sleep(Duration::from_secs(1)).await;
                return "at last";
            }
            if asked.is_stopping() { "stopping" } else { "ready" }
        });
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(async move {
            serve(listener, router, ready, limits, async {
                let _ = stopped.await;
            })
            .await
        });
        (address, stop, serving)
    }

    /// Sends something and reads all that comes back until the other side closes.
    async fn say(address: SocketAddr, words: &str) -> String {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.write_all(words.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer).await;
        answer
    }

    #[tokio::test]
    async fn who_does_not_say_what_they_want_is_not_waited_for() {
        let (address, _stop, _serving) = start(LIMITS).await;
        for words in ["", "GET /state HTTP/1.1\r\nhost: x\r\nx-a: b\r\n", "GET /state HTTP/1.1\r\nhost: x\r\n\r\n"] {
            let begun = Instant::now();
            let answer = tokio::time::timeout(Duration::from_secs(5), say(address, words)).await.expect("closed");
            assert!(begun.elapsed() >= LIMITS.head, "{words:?}");
            assert_eq!(answer.ends_with("ready"), words.ends_with("\r\n\r\n"), "{answer}");
        }
    }

    #[tokio::test]
    async fn more_connections_than_there_are_places_for_wait() {
        let (address, _stop, _serving) = start(Limits { head: Duration::from_secs(1), ..LIMITS }).await;
        let silent = [TcpStream::connect(address).await, TcpStream::connect(address).await];
        let begun = Instant::now();
        let answer = say(address, "GET /state HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
        assert!(answer.ends_with("ready") && begun.elapsed() >= Duration::from_millis(700), "{answer}");
        drop(silent);
    }

    #[tokio::test]
    async fn what_is_under_way_ends_and_meanwhile_the_server_says_that_it_is_going() {
        let (address, stop, serving) = start(LIMITS).await;
        let slow = tokio::spawn(say(address, "GET /slow HTTP/1.1\r\nhost: x\r\n\r\n"));
        tokio::time::sleep(Duration::from_millis(200)).await;
        stop.send(()).expect("it serves");
        tokio::time::sleep(Duration::from_millis(200)).await;
        let state = say(address, "GET /state HTTP/1.1\r\nhost: x\r\n\r\n").await;
        assert!(state.ends_with("stopping"), "{state}");
        assert!(slow.await.expect("no panic").ends_with("at last"));
        assert!(serving.await.expect("no panic"), "all ended in time");
        assert!(TcpStream::connect(address).await.is_err());
    }

    #[tokio::test]
    async fn what_does_not_end_is_cut_off() {
        let (address, stop, serving) = start(Limits { drain: Duration::from_millis(100), ..LIMITS }).await;
        let _slow = tokio::spawn(say(address, "GET /slow HTTP/1.1\r\nhost: x\r\n\r\n"));
        tokio::time::sleep(Duration::from_millis(200)).await;
        stop.send(()).expect("it serves");
        assert!(!serving.await.expect("no panic"));
    }
}
