//! Documents are read in a process of their own, with little memory and little time: a few thousand bytes can be made to
//! unpack to gigabytes of objects, and no reader of documents counts them. When such a process ends in any other way than
//! with an answer, the document is refused and nobody else notices.

use super::pdf;
use ce_domain::claim::{FileProblem, LARGEST_FILE};
use rustix::process::{Resource, Rlimit, setrlimit};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// The argument by which the program is told to be such a process.
pub const COMMAND: &str = "inspect";

/// The most memory it may write to, in bytes; a document of the largest size made of pictures takes a fifth of it.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;
/// The most time it may compute, in seconds.
const MOST_SECONDS: u64 = 10;

/// What the process says in the end, and nothing else.
type Answer = Result<(), FileProblem>;

/// Has a document read by `program`, which is this one. Blocks until that is done.
///
/// # Errors
/// The outer one when the process cannot be started; the inner one is the reason not to take the document.
pub fn read(program: &Path, content: &[u8]) -> std::io::Result<Answer> {
    let mut reader = Command::new(program)
        .arg(COMMAND)
        .env_clear()
        // The allocator would set a gigabyte aside before the limits are set.
        .env("MIMALLOC_ARENA_RESERVE", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut input) = reader.stdin.take() {
        // It may have ended before it has read everything: then its answer, or that there is none, says why.
        let _ = input.write_all(content);
    }
    let done = reader.wait_with_output()?;
    let answer = if done.status.success() { serde_json::from_slice(&done.stdout).ok() } else { None };
    Ok(answer.unwrap_or(Err(FileProblem::Unreadable)))
}

/// Is such a process: limits itself, reads a document from standard input, and answers on standard output.
///
/// # Errors
/// When the limits cannot be set, or input or output fail.
pub fn be_reader() -> std::io::Result<()> {
    for (what, most) in [(Resource::Data, MOST_MEMORY), (Resource::Cpu, MOST_SECONDS), (Resource::Core, 0)] {
        setrlimit(what, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    let mut content = Vec::new();
    std::io::stdin().lock().take(LARGEST_FILE).read_to_end(&mut content)?;
    let answer: Answer = pdf::inspect(&content);
    serde_json::to_writer(std::io::stdout().lock(), &answer)?;
    Ok(())
}
