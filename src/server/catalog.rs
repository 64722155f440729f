//! The catalog in memory: read once, searched by the pages that work without a script, and sent to the browser as one
//! small file. A number in the database tells every server when to read it again.

pub mod pages;

use super::db::catalog as stored;
use super::db::providers::{self, ProviderRow};
use super::error::Fault;
use super::state::AppState;
use crate::app::error::AppError;
use crate::app::pages::provider::choices::{BEST, ProviderChoice, ProviderChoices, WHOLE};
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use ce_domain::catalog::compact;
use ce_domain::catalog::search::{Index, sort_versions};
use ce_domain::catalog::{Catalog, Delivery, Item, TypeLabel, Version, VersionRef};
use ce_domain::program::Program;
use ce_domain::text::fold;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::OnceCell;

/// How long the catalog is used before the database is asked whether it has changed.
const FRESH: Duration = Duration::from_secs(2);

/// The catalog, kept in memory and shared by all requests.
#[derive(Clone, Default)]
pub struct CatalogCache(Arc<Inner>);

#[derive(Default)]
struct Inner {
    kept: RwLock<Option<Kept>>,
    /// Held by the one request that asks the database; the others go on with what there is.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Kept {
    loaded: Arc<Loaded>,
    number: i64,
    asked: Instant,
}

/// The catalog as it was read.
pub struct Loaded {
    /// For searching.
    pub index: Index,
    /// What the browser loads, as [`compact`] writes it.
    pub file: Bytes,
    compressed: OnceCell<Bytes>,
}

impl Loaded {
    /// Makes a catalog ready to search and to send; its revision becomes the hash of its content, so that two databases
    /// with the same number never pass for each other in a browser's cache.
    pub fn new(mut catalog: Catalog) -> Loaded {
        catalog.revision = "0".to_owned();
        let hash = Sha256::digest(compact::encode(&catalog));
        catalog.revision = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let file = Bytes::from(compact::encode(&catalog));
        Loaded { index: Index::new(catalog), file, compressed: OnceCell::new() }
    }

    /// Changes whenever the content does.
    pub fn revision(&self) -> &str {
        &self.index.catalog().revision
    }

    /// The file compressed with brotli: made when it is first asked for, once.
    ///
    /// # Errors
    /// When compressing fails, which only a lack of memory brings about.
    pub async fn brotli(&self) -> Result<Bytes, Fault> {
        let compress = || async {
            let file = self.file.clone();
            tokio::task::spawn_blocking(move || brotli_of(&file))
                .await
                .map_err(|error| Fault::Impossible(error.to_string()))?
                .map_err(Fault::from)
        };
        self.compressed.get_or_try_init(compress).await.cloned()
    }
}

fn brotli_of(mut file: &[u8]) -> std::io::Result<Bytes> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: 10,
        lgwin: 22,
        size_hint: file.len(),
        ..brotli::enc::BrotliEncoderParams::default()
    };
    let mut out = Vec::with_capacity(file.len() / 4);
    brotli::BrotliCompress(&mut file, &mut out, &params)?;
    Ok(Bytes::from(out))
}

impl CatalogCache {
    /// The catalog, at most [`FRESH`] behind the database. While one request asks or reads, others use what there is.
    ///
    /// # Errors
    /// When there is none yet and the database does not give it.
    pub async fn get(&self, state: &AppState) -> Result<Arc<Loaded>, Fault> {
        if let Some(kept) = self.kept().filter(|kept| kept.asked.elapsed() < FRESH) {
            return Ok(kept.loaded);
        }
        let _asking = match (self.0.asking.try_lock(), self.kept()) {
            (Ok(asking), _) => asking,
            (Err(_), Some(kept)) => return Ok(kept.loaded),
            (Err(_), None) => self.0.asking.lock().await,
        };
        // Whoever was asking before may have answered the question.
        let kept = self.kept();
        if let Some(kept) = kept.as_ref().filter(|kept| kept.asked.elapsed() < FRESH) {
            return Ok(kept.loaded.clone());
        }
        let asked = Instant::now();
        let number = stored::revision(state.db.read()).await?;
        let loaded = match kept.filter(|kept| kept.number == number) {
            Some(kept) => kept.loaded,
            None => {
                let catalog = read(state).await?;
                let loaded = tokio::task::spawn_blocking(move || Loaded::new(catalog)).await;
                Arc::new(loaded.map_err(|error| Fault::Impossible(error.to_string()))?)
            }
        };
        let kept = Kept { loaded: loaded.clone(), number, asked };
        *self.0.kept.write().unwrap_or_else(PoisonError::into_inner) = Some(kept);
        Ok(loaded)
    }

    /// Makes the next request ask the database, after this process has changed the catalog itself.
    pub fn forget(&self) {
        *self.0.kept.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn kept(&self) -> Option<Kept> {
        self.0.kept.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Reads the whole catalog. What a type the program no longer names was offered as is left out, and with it what
/// then comes as nothing: it cannot be claimed.
async fn read(state: &AppState) -> Result<Catalog, Fault> {
    let (items, versions, deliveries) = tokio::try_join!(
        stored::items(state.db.read()),
        stored::versions(state.db.read()),
        stored::deliveries(state.db.read()),
    )?;
    Ok(assemble(&state.program, items, versions, deliveries))
}

fn assemble(
    program: &Program,
    items: Vec<stored::ItemRow>,
    versions: Vec<stored::VersionRow>,
    deliveries: Vec<stored::DeliveryRow>,
) -> Catalog {
    let types: HashMap<&str, u8> = program.item_types.iter().map(|kind| kind.key.as_str()).zip(0u8..).collect();
    let mut of_version: HashMap<String, Vec<Delivery>> = HashMap::with_capacity(versions.len());
    for row in deliveries {
        let Some(&item_type) = types.get(row.item_type.as_str()) else {
            tracing::warn!(item_type = row.item_type, "the catalog has an item type that the program does not");
            continue;
        };
        of_version.entry(row.version_id).or_default().push(Delivery {
            item_type,
            credits: u32::try_from(row.credits).unwrap_or(0),
            most_credits: u32::try_from(row.most_credits).unwrap_or(0),
            offered_from: row.offered_from,
            offered_until: row.offered_until,
            hours: row.hours.and_then(|hours| u32::try_from(hours).ok()),
        });
    }
    let mut of_item: HashMap<String, Vec<Version>> = HashMap::with_capacity(items.len());
    for row in versions {
        if let Some(mut deliveries) = of_version.remove(&row.id) {
            deliveries.sort_by_key(|delivery| delivery.item_type);
            of_item.entry(row.item_id).or_default().push(Version { number: row.version, deliveries });
        }
    }
    let technologies: BTreeSet<&str> =
        items.iter().map(|item| item.technology.as_str()).filter(|technology| !technology.is_empty()).collect();
    let technologies: Vec<String> = technologies.into_iter().map(str::to_owned).collect();
    let mut listed: Vec<(String, Item)> = items
        .into_iter()
        .filter_map(|row| {
            let mut versions = of_item.remove(&row.id)?;
            sort_versions(&mut versions);
            let technology = technologies.binary_search(&row.technology).ok().and_then(|at| u16::try_from(at).ok());
            let acronym = (!row.acronym.is_empty()).then_some(row.acronym);
            Some((fold(&row.name), Item { slug: row.slug, name: row.name, acronym, technology, versions }))
        })
        .collect();
    listed.sort_by(|(a, left), (b, right)| {
        a.cmp(b).then_with(|| (&left.name, &left.acronym).cmp(&(&right.name, &right.acronym)))
    });
    let label = |kind: &ce_domain::program::ItemType| TypeLabel {
        key: kind.key.clone(),
        name: kind.name.clone(),
        hint: kind.hint.clone(),
        icon: kind.icon.clone(),
    };
    Catalog {
        revision: String::new(),
        credit_words: [program.credit_word.clone(), program.credits_word.clone()],
        types: program.item_types.iter().map(label).collect(),
        technologies,
        items: listed.into_iter().map(|(_, item)| item).collect(),
    }
}

/// Who offers or has offered a version as a type, best match first.
///
/// # Errors
/// When the database says no.
pub async fn provider_choices(
    state: &AppState,
    version: &str,
    item_type: &str,
    words: &str,
) -> Result<ProviderChoices, AppError> {
    let reference = VersionRef::parse(version).ok_or(AppError::BadRequest)?;
    let Some(chosen) = stored::version(state.db.read(), &reference).await? else {
        return Ok(ProviderChoices::default());
    };
    let limit = i64::from(if words.trim().is_empty() { WHOLE } else { BEST });
    let offering = providers::offering(state.db.read(), &chosen.version_id, item_type, words, limit);
    let (mut rows, total) = offering.await?;
    let total = u32::try_from(total).unwrap_or(u32::MAX);
    if total > WHOLE {
        rows.truncate(usize::try_from(BEST).unwrap_or(0));
    }
    let choice = |row: ProviderRow| ProviderChoice { slug: row.slug, name: row.name, country: row.country };
    Ok(ProviderChoices { total, shown: rows.into_iter().map(choice).collect() })
}

/// The file the browser searches in.
pub fn routes() -> Router<AppState> {
    Router::new().route("/data/catalog/{revision}", get(file))
}

/// The catalog file. Under the name of its own revision it never changes, so a browser keeps it; any other name, as
/// `current`, leads to that one.
async fn file(State(state): State<AppState>, Path(asked): Path<String>, headers: HeaderMap) -> Response {
    match answer(&state, &asked, &headers).await {
        Ok(response) => response,
        Err(fault) => AppError::from(fault).status().into_response(),
    }
}

async fn answer(state: &AppState, asked: &str, headers: &HeaderMap) -> Result<Response, Fault> {
    let loaded = state.catalog.get(state).await?;
    let revision = loaded.revision();
    if asked != revision {
        let place =
            [(header::LOCATION, format!("/data/catalog/{revision}")), (header::CACHE_CONTROL, "no-store".into())];
        return Ok((StatusCode::SEE_OTHER, place).into_response());
    }
    let etag = format!("\"{revision}\"");
    let unchanged = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|tag| tag.trim().trim_start_matches("W/") == etag);
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else if super::assets::accepts(headers, "br") {
        let mut response = Response::new(Body::from(loaded.brotli().await?));
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
        response
    } else {
        // Others are rare, and the layer around every answer compresses for them.
        Response::new(Body::from(loaded.file.clone()))
    };
    let set = response.headers_mut();
    set.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    set.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    set.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        set.insert(header::ETAG, etag);
    }
    Ok(response)
}
