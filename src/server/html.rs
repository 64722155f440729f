//! The last touch on every page: HTML that a validator finds nothing wrong with.
//!
//! The framework marks places in a page with `<!>`, which browsers read as an empty comment and the standard calls a
//! mistake, and sends the page's data after `</html>`. Here the marks become real comments, and the data moves before the
//! element by which the browser knows that a page has arrived whole: then its data has, too.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use leptos::nonce::Nonce;

/// Larger pages than any there is; rendered pages are whole in memory already.
const LARGEST_PAGE: usize = 32 * 1024 * 1024;

/// Tidies a page; leaves everything else as it is.
pub async fn tidy(request: Request, next: Next) -> Response {
    let nonce = request.extensions().get::<Nonce>().map(ToString::to_string).unwrap_or_default();
    let response = next.run(request).await;
    let is_page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    if !is_page {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let bytes = match to_bytes(body, LARGEST_PAGE).await {
        Ok(bytes) => bytes,
        Err(error) => {
            tracing::error!(cause = %error, "a page broke off while it was rendered");
            return super::broken().into_response();
        }
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    match std::str::from_utf8(&bytes) {
        Ok(page) => Response::from_parts(parts, Body::from(tidied(page, &nonce))),
        Err(_) => Response::from_parts(parts, Body::from(bytes)),
    }
}

fn tidied(page: &str, nonce: &str) -> String {
    // Links to pieces of the program carry the nonce in the wrong attribute, where it says nothing.
    let page = page.replace(&format!("crossorigin=\"{nonce}\""), "crossorigin=\"\"");
    let page = page.as_str();
    const END: &str = "</html>";
    let (document, data) = match page.rfind(END) {
        Some(place) => page.split_at(place + END.len()),
        None => (page, ""),
    };
    let data = data.trim_start_matches("<!>");
    let mut tidied = String::with_capacity(page.len() + page.len() / 64);
    match document.rfind("<div id=\"page-end\"") {
        Some(place) => {
            let (before, last) = document.split_at(place);
            append(&mut tidied, before);
            // Data is script: what looks like a mark in it is not one.
            tidied.push_str(data);
            append(&mut tidied, last);
        }
        None => {
            append(&mut tidied, document);
            tidied.push_str(data);
        }
    }
    tidied
}

fn append(tidied: &mut String, html: &str) {
    for (place, piece) in html.split("<!>").enumerate() {
        if place > 0 {
            tidied.push_str("<!---->");
        }
        tidied.push_str(piece);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_comments_and_data_comes_before_the_last_element() {
        let page = "<!DOCTYPE html><html><body><p>a<!>b</p><div id=\"page-end\" hidden></div></body></html><!><script>\"<!>\"</script>";
        assert_eq!(
            tidied(page, "n"),
            "<!DOCTYPE html><html><body><p>a<!---->b</p><script>\"<!>\"</script><div id=\"page-end\" hidden></div></body></html>"
        );
        assert_eq!(tidied("<p>x</p><link crossorigin=\"n\">", "n"), "<p>x</p><link crossorigin=\"\">");
    }
}
