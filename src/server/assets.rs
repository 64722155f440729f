//! The site's files: what the browser loads. Part of the binary in a release build, read from the folder in others.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use leptos::WasmSplitManifest;
use leptos::prelude::ArcStoredValue;
use rust_embed::RustEmbed;
use std::collections::HashMap;
use std::sync::OnceLock;

#[derive(RustEmbed)]
#[folder = "target/site"]
#[allow_missing = true]
struct Site;

/// The names of the files a page begins with; they change with their content.
pub struct Entry {
    /// Address of the script.
    pub js: String,
    /// Address of the program.
    pub wasm: String,
    /// Address of the style sheet.
    pub css: String,
    /// Address of the icon sprite.
    pub icons: String,
    split: Option<WasmSplitManifest>,
}

impl Entry {
    /// The table of chunks that are loaded when a page needs them.
    pub fn split(&self) -> Option<WasmSplitManifest> {
        self.split.clone()
    }
}

/// The names, found once.
pub fn entry() -> &'static Entry {
    static ENTRY: OnceLock<Entry> = OnceLock::new();
    ENTRY.get_or_init(find_entry)
}

fn find_entry() -> Entry {
    // A folder that was built into more than once holds older names too: the newest counts.
    let newest = |prefix: &str, suffix: &str| -> Option<String> {
        Site::iter()
            .filter(|name| {
                name.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(suffix)).is_some_and(|hash| {
                    hash.is_empty() || (hash.starts_with('.') || hash.starts_with("_bg")) && !hash.contains('/')
                })
            })
            .max_by_key(|name| Site::get(name).and_then(|file| file.metadata.last_modified()).unwrap_or(0))
            .map(|name| name.into_owned())
    };
    let address = |name: Option<String>, otherwise: &str| format!("/{}", name.unwrap_or_else(|| otherwise.to_owned()));
    let split = newest("pkg/__wasm_split_manifest", ".json").and_then(|name| {
        let manifest = Site::get(&name)?;
        let chunks: HashMap<String, Vec<String>> = serde_json::from_slice(&manifest.data).ok()?;
        let script = newest("pkg/__wasm_split", ".js")?;
        let script = script.strip_prefix("pkg/")?.to_owned();
        Some(WasmSplitManifest(ArcStoredValue::new(("/pkg".to_owned(), chunks, script))))
    });
    let icons_version = Site::get("icons.svg")
        .map(|file| file.metadata.sha256_hash().iter().take(4).map(|byte| format!("{byte:02x}")).collect::<String>())
        .unwrap_or_default();
    Entry {
        js: address(newest("pkg/ce-portal", ".js"), "pkg/ce-portal.js"),
        wasm: address(newest("pkg/ce-portal", ".wasm"), "pkg/ce-portal.wasm"),
        css: address(newest("pkg/ce-portal", ".css"), "pkg/ce-portal.css"),
        icons: format!("/icons.svg?v={icons_version}"),
        split,
    }
}

/// Whether the site has this file; `path` without a slash at its beginning.
pub fn exists(path: &str) -> bool {
    !path.ends_with(".br") && !path.ends_with(".gz") && Site::get(path).is_some()
}

/// Whether whoever asks takes an encoding. A weight of 0 is how one says no.
pub fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let refused =
        |weight: &str| weight.trim().strip_prefix("q=").is_some_and(|q| q.trim_matches(['0', '.']).is_empty());
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|part| {
            let mut part = part.split(';');
            (part.next()?.trim() == encoding).then(|| !part.any(refused))
        })
        .any(|accepted| accepted)
}

/// Answers with a file of the site, in the smallest encoding the browser takes.
pub fn serve(path: &str, headers: &HeaderMap) -> Response<Body> {
    let encoded = [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(encoding, _)| accepts(headers, encoding))
        .find_map(|(encoding, suffix)| Some((Some(encoding), Site::get(&format!("{path}.{suffix}"))?)));
    let Some((encoding, file)) = encoded.or_else(|| Some((None, Site::get(path)?))) else {
        return status(StatusCode::NOT_FOUND);
    };
    let hash: String = file.metadata.sha256_hash().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let etag = format!("\"{hash}\"");
    // Names in pkg/ carry the hash of their content; other files are asked for again, which costs a few bytes.
    let forever = path.starts_with("pkg/") && cfg!(not(debug_assertions));
    let cache = if forever || path == "icons.svg" { "public, max-age=31536000, immutable" } else { "no-cache" };
    let unchanged = headers.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == etag.as_bytes());
    let mut response = if unchanged {
        status(StatusCode::NOT_MODIFIED)
    } else {
        let body = match file.data {
            std::borrow::Cow::Borrowed(bytes) => Body::from(bytes),
            std::borrow::Cow::Owned(bytes) => Body::from(bytes),
        };
        Response::new(body)
    };
    let set = response.headers_mut();
    set.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    set.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        set.insert(header::ETAG, etag);
    }
    let media_type = mime_guess::from_path(path).first_or_octet_stream();
    let charset =
        if media_type.type_() == "text" || media_type.subtype() == "javascript" { "; charset=utf-8" } else { "" };
    if let Ok(value) = HeaderValue::from_str(&format!("{media_type}{charset}")) {
        set.insert(header::CONTENT_TYPE, value);
    }
    if let Some(encoding) = encoding {
        set.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

fn status(code: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = code;
    response
}
