//! How long a request may take. Where a file comes in, the time that its sender's connection needs does not count: a slow
//! one may take minutes, as long as it keeps sending.

use axum::BoxError;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// How long is waited for what.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the answer: from the first byte on, and where a file comes in from the last.
    pub answer: Duration,
    /// For the next piece of a file.
    pub piece: Duration,
    /// The fewest bytes a second, once a file has been waited for as long as for a piece.
    pub slowest: u64,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience { answer: Duration::from_secs(60), piece: Duration::from_secs(30), slowest: 8 * 1024 }
    }
}

/// Ends what takes too long.
pub async fn wait(State(patience): State<Patience>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    // When something was last heard of the sender, in milliseconds after the start.
    let heard = Arc::new(AtomicU64::new(0));
    let request = if brings_files(&request) {
        request.map(|body| patiently(body, patience, started, heard.clone()))
    } else {
        request
    };
    let mut answer = pin!(next.run(request));
    loop {
        let last = heard.load(Ordering::Relaxed);
        let until = started + Duration::from_millis(last) + patience.answer;
        match timeout_at(until, &mut answer).await {
            Ok(answer) => return answer,
            Err(_) if heard.load(Ordering::Relaxed) > last => {}
            Err(_) => return too_long(),
        }
    }
}

fn brings_files(request: &Request) -> bool {
    let path = request.uri().path();
    request.method() == Method::POST
        && (matches!(path, "/files/evidence" | "/claims/new")
            || path.strip_prefix("/claims/").is_some_and(|rest| rest.ends_with("/edit")))
}

/// The same body, which fails when its sender stops sending or sends next to nothing.
fn patiently(body: Body, patience: Patience, started: Instant, heard: Arc<AtomicU64>) -> Body {
    let begun = (body.into_data_stream(), 0, Duration::ZERO);
    Body::from_stream(futures::stream::try_unfold(begun, move |(mut body, bytes, waited)| {
        let heard = heard.clone();
        async move {
            // The reader of forms takes in all that is there before it lets anybody look at it: so there is one piece.
            tokio::task::yield_now().await;
            let asked = Instant::now();
            let Some(piece) = timeout(patience.piece, body.next()).await? else { return Ok(None) };
            let piece: Bytes = piece?;
            // Only waiting for the sender counts, not what is done with a piece before the next is asked for.
            let waited = waited + asked.elapsed();
            let bytes = bytes + u64::try_from(piece.len()).unwrap_or(u64::MAX);
            if waited > patience.piece && u128::from(bytes) * 1000 < u128::from(patience.slowest) * waited.as_millis() {
                return Err(BoxError::from("it is sent too slowly"));
            }
            heard.store(u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
            Ok::<_, BoxError>(Some((piece, (body, bytes, waited))))
        }
    }))
}

fn too_long() -> Response {
    let text = "This took too long. Go back and try again in a few minutes.";
    (StatusCode::GATEWAY_TIMEOUT, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::middleware::from_fn_with_state;
    use axum::routing::post;
    use tower::ServiceExt;

    /// Sends so many pieces of so many bytes, each after so many milliseconds, and gives what becomes of it.
    async fn sent(path: &str, pieces: u32, bytes: usize, every: u64) -> (StatusCode, String) {
        let patience =
            Patience { answer: Duration::from_millis(300), piece: Duration::from_millis(200), slowest: 1000 };
        let read = |body: Bytes| async move { body.len().to_string() };
        let service = Router::new()
            .route("/claims/new", post(read))
            .route("/sign-in", post(read))
            .layer(from_fn_with_state(patience, wait));
        let stream = futures::stream::iter(0..pieces).then(move |_| async move {
            tokio::time::sleep(Duration::from_millis(every)).await;
            Ok::<_, std::io::Error>(vec![b'x'; bytes])
        });
        let request = Request::post(path).body(Body::from_stream(stream)).unwrap();
        let answer = service.oneshot(request).await.unwrap();
        let status = answer.status();
        let text = axum::body::to_bytes(answer.into_body(), 1000).await.unwrap();
        (status, String::from_utf8(text.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_file_may_take_longer_than_an_answer_as_long_as_it_keeps_coming() {
        assert_eq!(sent("/claims/new", 12, 1000, 50).await, (StatusCode::OK, "12000".to_owned()));
        let (status, text) = sent("/sign-in", 12, 1000, 50).await;
        assert_eq!((status, text.contains("too long")), (StatusCode::GATEWAY_TIMEOUT, true), "no file comes in there");
    }

    #[tokio::test]
    async fn who_stops_sending_or_sends_next_to_nothing_is_not_waited_for() {
        assert_eq!(sent("/claims/new", 1, 1000, 5_000).await.0, StatusCode::BAD_REQUEST);
        assert_eq!(sent("/claims/new", 100, 10, 50).await.0, StatusCode::BAD_REQUEST);
    }
}
