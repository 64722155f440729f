//! Documents: they can be opened by anybody, hold pages, and do nothing by themselves (assurance S34).

use ce_domain::claim::FileProblem;
use lopdf::xref::XrefRecovery;
use lopdf::{Dictionary, Document, LoadOptions, Object};

/// The most that one packed part of a document may unpack to while it is read, in bytes.
const MOST_UNPACKED: usize = 32 * 1024 * 1024;

/// Keys that start something or carry another file.
const ACTIVE_KEYS: [&[u8]; 8] =
    [b"JS", b"JavaScript", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"EF", b"AA", b"XFA"];
/// Kinds of actions and of parts that do the same.
const ACTIVE_KINDS: [&[u8]; 10] = [
    b"JavaScript",
    b"Launch",
    b"EmbeddedFile",
    b"GoToE",
    b"ImportData",
    b"SubmitForm",
    b"RichMedia",
    b"FileAttachment",
    b"Rendition",
    b"Movie",
];

/// Reads a document as a viewer would.
///
/// # Errors
/// The reason not to take it.
pub fn inspect(content: &[u8]) -> Result<(), FileProblem> {
    let options = LoadOptions { max_decompressed_size: Some(MOST_UNPACKED), ..LoadOptions::default() };
    let document = match Document::load_mem_with_options(content, options) {
        Ok(document) => document,
        Err(_) if names(content, &[b"/Encrypt"]) => return Err(FileProblem::Encrypted),
        Err(_) => return Err(FileProblem::Unreadable),
    };
    if document.was_encrypted() || document.trailer.has(b"Encrypt") {
        return Err(FileProblem::Encrypted);
    }
    // Something that an older state of the document holds, or that no table leads to, is found by its name.
    let hidden: [&[u8]; 3] = [b"/JavaScript", b"/Launch", b"/EmbeddedFile"];
    if names(content, &hidden) || document.objects.values().any(is_active) || opens(&document) {
        return Err(FileProblem::Active);
    }
    // A table that had to be made up means that the file was cut off or damaged.
    let damaged = matches!(document.xref_recovery, Some(XrefRecovery::Reconstructed));
    if damaged || document.get_pages().is_empty() { Err(FileProblem::Unreadable) } else { Ok(()) }
}

/// Whether one of these names stands anywhere, looked for in one pass.
fn names(content: &[u8], names: &[&[u8]]) -> bool {
    content
        .split(|byte| *byte == b'/')
        .skip(1)
        .any(|rest| names.iter().any(|name| name.get(1..).is_some_and(|name| rest.starts_with(name))))
}

/// Whether an object, or one inside it, starts something. References are not followed: all objects are looked at.
fn is_active(object: &Object) -> bool {
    let mut waiting = vec![object];
    while let Some(object) = waiting.pop() {
        let dictionary = match object {
            Object::Array(objects) => {
                waiting.extend(objects);
                continue;
            }
            Object::Dictionary(dictionary) => dictionary,
            Object::Stream(stream) => &stream.dict,
            _ => continue,
        };
        if dictionary.iter().any(|(key, _)| ACTIVE_KEYS.contains(&key.as_slice())) || has_active_kind(dictionary) {
            return true;
        }
        waiting.extend(dictionary.iter().map(|(_, value)| value));
    }
    false
}

fn has_active_kind(dictionary: &Dictionary) -> bool {
    let kind = |key: &[u8]| dictionary.get(key).and_then(Object::as_name).ok();
    [b"S".as_slice(), b"Type", b"Subtype"].into_iter().filter_map(kind).any(|kind| ACTIVE_KINDS.contains(&kind))
}

/// Whether opening it does anything but show one of its own pages.
fn opens(document: &Document) -> bool {
    let Ok(action) = document.catalog().and_then(|catalog| catalog.get(b"OpenAction")) else { return false };
    match document.dereference(action) {
        Ok((_, Object::Array(_) | Object::Null)) => false,
        Ok((_, Object::Dictionary(action))) => {
            action.get(b"S").and_then(Object::as_name).ok() != Some(b"GoTo".as_slice()) || action.has(b"Next")
        }
        _ => true,
    }
}
