//! Where to go on after signing in: addresses of this site only. An open redirect would lend our name to anybody's page.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, Uri, header};
use std::fmt::Write;

/// The longest address that is kept.
const LONGEST: usize = 2000;

/// The address, if it is one of this site that can be gone back to.
pub fn safe(address: &str) -> Option<&str> {
    let mut bytes = address.bytes();
    // Browsers read `\` as `/` and skip control characters, so `/\evil` and `/\t/evil` would lead elsewhere.
    let local = bytes.next() == Some(b'/') && !matches!(bytes.next(), Some(b'/'));
    let plain = address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let page = !matches!(path, "/sign-in" | "/sign-out") && !path.starts_with("/api/");
    (local && plain && page && address.len() <= LONGEST).then_some(address)
}

/// Path and query of a request, if it can be gone back to.
pub fn address(uri: &Uri) -> Option<String> {
    uri.path_and_query().and_then(|address| safe(address.as_str())).map(str::to_owned)
}

/// `path`, with where to go on in its query; the dashboard goes without saying.
pub fn with(path: &str, next: Option<&str>) -> String {
    match next {
        None | Some("/") => path.to_owned(),
        Some(next) => format!("{path}?next={}", encode(next)),
    }
}

/// The safe `next` of a query.
pub fn of_query(query: &str) -> Option<String> {
    let value = query.split('&').find_map(|pair| pair.strip_prefix("next="))?;
    let decoded = decode(value)?;
    safe(&decoded).map(str::to_owned)
}

/// Another page, to be fetched with GET.
pub fn see_other(address: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let location = HeaderValue::from_str(address).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, location);
    response
}

fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [bytes.next()?, bytes.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_this_site_are_gone_back_to() {
        for good in ["/", "/claims/new", "/?sort=-credits&page=2", "/catalog/encor?version=1.2#providers"] {
            assert_eq!(safe(good), Some(good));
        }
        for bad in [
            "",
            "claims",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/\r\nSet-Cookie: a=b",
            "javascript:alert(1)",
            "/ü",
            "/sign-in",
            "/sign-out?x",
            "/api/claims/send",
        ] {
            assert_eq!(safe(bad), None, "{bad}");
        }
        assert_eq!(safe(&format!("/{}", "x".repeat(LONGEST))), None);
    }

    #[test]
    fn an_address_survives_the_way_through_the_query() {
        let address = "/?status=Pending&item=a%20b&sort=-credits";
        let there = with("/sign-in", Some(address));
        assert_eq!(there, "/sign-in?next=/%3Fstatus%3DPending%26item%3Da%2520b%26sort%3D-credits");
        assert_eq!(of_query(there.split_once('?').expect("a query").1).as_deref(), Some(address));
        assert_eq!(of_query("next=%2F%2Fevil.example"), None);
        assert_eq!(of_query("next=%2"), None);
        assert_eq!(with("/sign-in", Some("/")), "/sign-in");
    }
}
