//! Files that nobody's record names: what is left when the server ends, or the database refuses, in the middle of taking
//! a file in.

use super::place_of;
use crate::server::db::evidence;
use crate::server::error::Fault;
use crate::server::state::AppState;
use chrono::{DateTime, Utc};
use futures::StreamExt;
use object_store::path::Path as Place;
use object_store::{ObjectStore, ObjectStoreExt};

/// Deletes what was written before an instant (of the machine's clock, which the file system goes by) and is nobody's;
/// tells how many files that were.
///
/// # Errors
/// When the store or the database says no.
pub async fn sweep(state: &AppState, written_before: DateTime<Utc>) -> Result<u64, Fault> {
    let store = &state.files.store;
    let mut deleted = 0;
    let mut stored = store.list(None);
    while let Some(about) = stored.next().await {
        let about = about?;
        if about.last_modified >= written_before || is_somebodys(state, &about.location).await? {
            continue;
        }
        // The same content may have arrived again meanwhile.
        if store.head(&about.location).await.is_ok_and(|now| now.last_modified < written_before) {
            store.delete(&about.location).await?;
            deleted += 1;
        }
    }
    Ok(deleted)
}

/// Deletes a content just written, unless it is somebody's; when that cannot be told it is left to [`sweep`].
pub(super) async fn forget(state: &AppState, sha256: &str) {
    if matches!(evidence::is_recorded(state.db.read(), sha256).await, Ok(false)) {
        let _ = state.files.store.delete(&place_of(sha256)).await;
    }
}

async fn is_somebodys(state: &AppState, place: &Place) -> Result<bool, Fault> {
    match place.filename() {
        Some(name) if *place == place_of(name) => Ok(evidence::is_recorded(state.db.read(), name).await?),
        // Still on its way, or never arrived.
        _ => Ok(false),
    }
}
