//! Certificates of completion: taken in, kept under the hash of their content, and given back to those who sent them.
//!
//! No word of who sends a file ever becomes part of a path; what a file is, is what its content says (assurance S29 to
//! S34).

pub mod apart;
mod image;
mod inspect;
mod name;
mod pdf;
mod routes;
pub mod sweep;

pub use routes::routes;

use super::db::evidence::{self, Evidence};
use super::db::new_id;
use super::error::Fault;
use super::state::AppState;
use crate::transaction;
use bytes::Bytes;
use ce_domain::claim::{FileProblem, LARGEST_FILE};
use chrono::{DateTime, TimeDelta, Utc};
use futures::{Stream, StreamExt};
use inspect::Kind;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Place;
use object_store::{GetResult, ObjectStore, ObjectStoreExt, WriteMultipart};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// How many files an account may begin to send in [`PERIOD`], whatever becomes of them; a claim needs one.
pub const MOST_A_DAY: i64 = 30;
const PERIOD: TimeDelta = TimeDelta::hours(24);
/// How many files are inspected at once: each is in memory meanwhile.
const INSPECTED_AT_ONCE: usize = 2;
/// How long a file waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long looking at a file may take: a large one on a busy machine takes some seconds.
const LONGEST_LOOK: Duration = Duration::from_secs(30);

/// Where files are kept. Cheap to clone.
#[derive(Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    /// This program, which reads documents in a process of their own.
    program: Arc<Path>,
    turns: Arc<Semaphore>,
}

impl Files {
    /// Keeps files in a folder of this machine, readable by this user only; the folder is made when it is not there.
    /// `program` is where this program itself is: documents are read by another process of it ([`apart`]).
    ///
    /// # Errors
    /// A sentence for who starts the server, when the folder cannot be made or used.
    pub fn local(folder: &Path, program: &Path) -> Result<Files, String> {
        let failed = |error: &dyn std::fmt::Display| {
            format!("the folder {} for certificates of completion cannot be used: {error}", folder.display())
        };
        std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).map_err(|error| failed(&error))?;
        }
        let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| failed(&error))?.with_fsync(true);
        Ok(Files {
            store: Arc::new(store),
            program: Arc::from(program),
            turns: Arc::new(Semaphore::new(INSPECTED_AT_ONCE)),
        })
    }

    /// Opens a file for reading.
    ///
    /// # Errors
    /// When the store does not give it.
    pub async fn open(&self, kept: &Evidence) -> Result<GetResult, Fault> {
        Ok(self.store.get(&place_of(&kept.sha256)).await?)
    }

    /// Where a file is put until it is known what it is: a name that nobody else has.
    fn incoming() -> Place {
        Place::from(format!("incoming/{:032x}", rand::random::<u128>()))
    }

    /// Looks at an arrived file; reading it whole is what waits for a turn.
    async fn inspect(&self, place: &Place, file_name: &str) -> Result<Result<Kind, FileProblem>, Fault> {
        let turn = tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(Fault::Busy("too many files are being checked")) };
        let content = self.store.get(place).await?.bytes().await?;
        let (file_name, program) = (file_name.to_owned(), self.program.clone());
        // The turn goes along: a file that takes too long keeps it until it is done.
        let looked = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let kind = inspect::inspect(&content, &file_name);
            match kind {
                Ok(Kind::Pdf) => Ok(apart::read(&program, &content)?.map(|()| Kind::Pdf)),
                other => Ok(other),
            }
        });
        match tokio::time::timeout(LONGEST_LOOK, looked).await {
            Ok(Ok(found)) => found.map_err(Fault::Io),
            // A panic in a reader: not a file to hand on.
            Ok(Err(_)) => Ok(Err(FileProblem::Unreadable)),
            // The machine may be slow, the file need not be bad.
            Err(_) => Err(Fault::Busy("looking at a file took too long")),
        }
    }
}

/// Where content with this hash is kept.
fn place_of(sha256: &str) -> Place {
    Place::from(format!("sha256/{}/{sha256}", sha256.get(..2).unwrap_or_default()))
}

/// Takes a file in, as it arrives: keeps it and gives its record, or says what is wrong with it.
///
/// A file that is too large is read to its end but not kept, so that the browser, which only listens once it has sent
/// everything, gets its answer; the limit of the whole body is what ends it.
///
/// # Errors
/// [`Fault::TooOften`] after [`MOST_A_DAY`] files in a day; others when the store or the database says no.
pub async fn receive<S, E>(
    state: &AppState,
    account_id: &str,
    file_name: &str,
    stream: S,
) -> Result<Result<Evidence, FileProblem>, Fault>
where
    S: Stream<Item = Result<Bytes, E>>,
{
    begin(state, account_id).await?;
    let place = Files::incoming();
    let arrived = match arrive(&state.files, &place, stream).await? {
        Ok(arrived) => arrived,
        Err(problem) => return Ok(Err(problem)),
    };
    let (state, account_id, file_name) = (state.clone(), account_id.to_owned(), file_name.to_owned());
    // A browser that goes away now must not leave a file behind: what is left to do is done without it.
    let settled = tokio::spawn(async move {
        let kept = keep(&state, &account_id, &file_name, &place, arrived).await;
        if !matches!(kept, Ok(Ok(_))) {
            let _ = state.files.store.delete(&place).await;
        }
        kept
    });
    settled.await.map_err(|error| Fault::Impossible(error.to_string()))?
}

/// What is known of a file that has arrived whole.
struct Arrived {
    sha256: String,
    size: u64,
}

async fn arrive<S, E>(files: &Files, place: &Place, stream: S) -> Result<Result<Arrived, FileProblem>, Fault>
where
    S: Stream<Item = Result<Bytes, E>>,
{
    let mut stream = pin!(stream);
    // Dropping it, when the browser goes away, clears what was written.
    let mut writer = Some(WriteMultipart::new(files.store.put_multipart(place).await?));
    let mut hash = Sha256::new();
    let mut size: u64 = 0;
    while let Some(chunk) = stream.next().await {
        let Ok(chunk) = chunk else {
            give_up(writer).await;
            return Ok(Err(if size > LARGEST_FILE { FileProblem::TooLarge } else { FileProblem::Unreadable }));
        };
        size += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        if size > LARGEST_FILE {
            give_up(writer.take()).await;
        } else if let Some(writer) = &mut writer {
            hash.update(&chunk);
            writer.wait_for_capacity(2).await?;
            writer.put(chunk);
        }
    }
    match writer {
        Some(writer) if size > 0 => {
            writer.finish().await?;
            let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
            Ok(Ok(Arrived { sha256, size }))
        }
        writer => {
            give_up(writer).await;
            Ok(Err(if size > 0 { FileProblem::TooLarge } else { FileProblem::Empty }))
        }
    }
}

async fn give_up(writer: Option<WriteMultipart>) {
    if let Some(writer) = writer {
        let _ = writer.abort().await;
    }
}

/// Moves an arrived file to where its content belongs, and records it. The file is there before its record is.
async fn keep(
    state: &AppState,
    account_id: &str,
    file_name: &str,
    place: &Place,
    arrived: Arrived,
) -> Result<Result<Evidence, FileProblem>, Fault> {
    let kind = match state.files.inspect(place, file_name).await? {
        Ok(kind) => kind,
        Err(problem) => return Ok(Err(problem)),
    };
    state.files.store.rename(place, &place_of(&arrived.sha256)).await?;
    let now = state.clock.now();
    let record = Evidence {
        id: new_id(now),
        account_id: account_id.to_owned(),
        sha256: arrived.sha256,
        size: i64::try_from(arrived.size).unwrap_or(i64::MAX),
        media_type: kind.media_type().to_owned(),
        file_name: name::safe(file_name, kind),
        created_at: now,
    };
    if let Err(error) = evidence::insert(state.db.write(), &record).await {
        sweep::forget(state, &record.sha256).await;
        return Err(error.into());
    }
    Ok(Ok(record))
}

/// Before anything of the file is read: counts it, so that many at once are not more than one after the other.
async fn begin(state: &AppState, account_id: &str) -> Result<(), Fault> {
    let now = state.clock.now();
    let begun: Result<Result<(), DateTime<Utc>>, Fault> = transaction!(state.db, tx, {
        Ok(evidence::begin_upload(&mut tx, account_id, now - PERIOD, MOST_A_DAY, now).await?)
    });
    begun?.map_err(|first| {
        let wait = (first + PERIOD - now).num_seconds().max(1);
        Fault::TooOften { seconds: u32::try_from(wait).unwrap_or(u32::MAX) }
    })
}
