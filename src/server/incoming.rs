//! What every request goes through before anything looks at it: each page has one address, and what no engine could store
//! comes no further.

use super::auth::next;
use axum::extract::Request;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Refuses an address with the character NUL in it, which PostgreSQL does not take in any text; and sends who puts a slash
/// at the end of a page's address to the page.
pub async fn at_one_address(request: Request, next: Next) -> Response {
    let address = request.uri().path_and_query().map(PathAndQuery::as_str).unwrap_or_default();
    if address.contains("%00") {
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
}
