//! A browser without a window: it drives the real router, keeps cookies, and says what a browser says about itself.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tower::ServiceExt;

/// The address people use, as far as tests care.
pub const HOST: &str = "localhost:3000";

/// Somebody's browser. A clone is another tab: it has the same cookies.
#[derive(Clone)]
pub struct Client {
    router: Router,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
}

/// What came back. Redirects are not followed.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, whole.
    pub bytes: Vec<u8>,
}

/// A part of a form that brings a file, or of one that could.
pub enum Part<'a> {
    /// A plain field: name, value.
    Field(&'a str, &'a str),
    /// A file: field's name, file's name, declared media type, content.
    File(&'a str, &'a str, &'a str, &'a [u8]),
}

impl Answer {
    /// The body as text, without the comments by which the framework finds its places in a page.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).replace("<!---->", "")
    }

    /// What of a page is seen: without the data that the browser takes it over with.
    pub fn seen(&self) -> String {
        let text = self.text();
        text.split("__RESOLVED_RESOURCES").next().unwrap_or_default().to_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// A header's value; empty when it is not there.
    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).map(|value| value.to_str().expect("a readable header").to_owned()).unwrap_or_default()
    }

    /// Where a redirect leads; empty when it is none.
    pub fn location(&self) -> String {
        self.header("location")
    }
}

impl Client {
    /// A browser that has never been here.
    pub fn new(router: Router) -> Client {
        Client { router, cookies: Arc::default() }
    }

    /// Asks for a page.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).body(Body::empty()).expect("a request")).await
    }

    /// Sends a form as a browser without a script does.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = fields.iter().map(|(n, v)| format!("{}={}", encoded(n), encoded(v))).collect::<Vec<_>>().join("&");
        self.post(path, "application/x-www-form-urlencoded", body.into_bytes()).await
    }

    /// Sends a form that may hold files.
    pub async fn post_multipart(&self, path: &str, parts: &[Part<'_>]) -> Answer {
        let boundary = "----ce-portal-test-boundary";
        let mut body = Vec::new();
        for part in parts {
            let head = match part {
                Part::Field(name, _) => format!("Content-Disposition: form-data; name=\"{name}\"\r\n\r\n"),
                Part::File(name, file, media_type, _) => format!(
                    "Content-Disposition: form-data; name=\"{name}\"; filename=\"{}\"\r\nContent-Type: {media_type}\r\n\r\n",
                    file.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
                ),
            };
            body.extend_from_slice(format!("--{boundary}\r\n{head}").as_bytes());
            body.extend_from_slice(match part {
                Part::Field(_, value) => value.as_bytes(),
                Part::File(_, _, _, content) => content,
            });
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        self.post(path, &format!("multipart/form-data; boundary={boundary}"), body).await
    }

    /// Calls a server function, or anything else that takes JSON.
    pub async fn post_json(&self, path: &str, value: &serde_json::Value) -> Answer {
        self.post(path, "application/json", value.to_string().into_bytes()).await
    }

    /// Sends a body of any kind.
    pub async fn post(&self, path: &str, content_type: &str, body: Vec<u8>) -> Answer {
        let request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, content_type)
            .header(header::CONTENT_LENGTH, body.len())
            .body(Body::from(body))
            .expect("a request");
        self.send(request).await
    }

    /// Begins a request of one's own, with the headers that every request of this browser has.
    pub fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let mut request = Request::builder().method(&method).uri(path).header(header::HOST, HOST);
        // A script asks for data, a person for a page: forms without a script are answered by going elsewhere.
        let wanted = if path.starts_with("/api/") { "application/json" } else { "text/html,*/*" };
        request = request.header("sec-fetch-site", "same-origin").header(header::ACCEPT, wanted);
        if method != Method::GET {
            request = request.header(header::ORIGIN, format!("http://{HOST}"));
        }
        let cookies = self.cookies.lock().unwrap();
        if !cookies.is_empty() {
            let all = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
            request = request.header(header::COOKIE, all);
        }
        request
    }

    /// Sends a request and keeps the cookies of its answer.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("the router always answers");
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().expect("a readable cookie"));
        }
        let bytes = body.collect().await.expect("the body is whole").to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    /// A cookie's value, if the browser has it.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    /// Puts a cookie into the jar.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    fn keep(&self, cookie: &str) {
        let mut parts = cookie.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return };
        let gone = value.is_empty()
            || parts.any(|part| {
                let part = part.to_lowercase();
                part == "max-age=0" || part.starts_with("max-age=-") || part.contains("01 jan 1970")
            });
        let mut cookies = self.cookies.lock().unwrap();
        if gone {
            cookies.remove(name);
        } else {
            cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// As a browser writes a form's field.
pub fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => char::from(byte).to_string(),
            b' ' => "+".to_owned(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
