//! What every request goes through before anything looks at it: each page has one address, and what no engine could store
//! comes no further.

use super::auth::next;
use super::page_with;
use super::state::AppState;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Takes a request's own id away: the log shall hold those this server made, and nobody's text.
pub async fn without_id(mut request: Request) -> Request {
    request.headers_mut().remove("x-request-id");
    request
}

/// Lets no address with the character NUL in it further, which PostgreSQL does not take in any text; and sends who puts a
/// slash at the end of a page's address to the page.
pub async fn at_one_address(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if request.uri().path().contains("%00") {
        let (mut parts, _) = request.into_parts();
        // Nothing has such a name. The page is rendered at an address that the database is not asked about.
        parts.uri = Uri::from_static("/nothing-here");
        return page_with(&state, parts, StatusCode::NOT_FOUND, ()).await;
    }
    if request.uri().query().is_some_and(|query| query.contains("%00")) {
        let text = "This address cannot be read.\n";
        return (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response();
    }
    match without_slash(request.uri().path(), request.uri().query()) {
        Some(location) => (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response(),
        None => next.run(request).await,
    }
}

/// The address without slashes at its end; nothing when there are none, or when what is left would lead elsewhere.
fn without_slash(path: &str, query: Option<&str>) -> Option<HeaderValue> {
    let bare = path.strip_suffix('/')?.trim_end_matches('/');
    let address = match query {
        Some(query) => format!("{bare}?{query}"),
        None => bare.to_owned(),
    };
    HeaderValue::from_str(next::safe(&address)?).ok()
}

/// Refuses what is sent from a page of another site, when the address people use is one of HTTPS: the layer against forged
/// forms compares with what the request itself says the site is. Elsewhere somebody may use `localhost` by another name.
pub async fn from_our_pages(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let ours = origin(&state.config.public_url).filter(|ours| ours.starts_with("https://"));
    let Some(ours) = ours.filter(|_| changes) else { return next.run(request).await };
    match request.headers().get(header::ORIGIN) {
        Some(theirs) if !theirs.as_bytes().eq_ignore_ascii_case(ours.as_bytes()) => {
            let text = "This was sent from another site, or the portal is used by an address that is not its own.\n";
            (StatusCode::FORBIDDEN, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
        }
        _ => next.run(request).await,
    }
}

/// An address as far as a browser names it in `Origin`: scheme, host, and the port where it is not the usual one.
fn origin(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let usual = if scheme == "https" { ":443" } else { ":80" };
    Some(format!("{scheme}://{}", host.strip_suffix(usual).unwrap_or(host)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_loses_its_slash_and_stays_on_this_site() {
        let without = |path, query| without_slash(path, query).map(|to| to.to_str().expect("plain").to_owned());
        assert_eq!(without("/catalog/", None).as_deref(), Some("/catalog"));
        assert_eq!(without("/catalog//", Some("q=a/")).as_deref(), Some("/catalog?q=a/"));
        for stays in ["/", "/catalog", "//", "//evil.example/", "/\\evil.example/"] {
            assert_eq!(without(stays, None), None, "{stays}");
        }
    }

    #[test]
    fn an_origin_is_an_address_without_what_comes_after_the_host() {
        for (address, expected) in [
            ("https://ce.example.org", "https://ce.example.org"),
            ("https://ce.example.org:443/portal", "https://ce.example.org"),
            ("http://localhost:3000", "http://localhost:3000"),
        ] {
            assert_eq!(origin(address).as_deref(), Some(expected));
        }
    }
}
