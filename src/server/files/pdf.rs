//! Documents: they can be opened by anybody, hold pages, and do nothing by themselves (assurance S34).

use ce_domain::claim::FileProblem;
use lopdf::xref::{XrefEntry, XrefRecovery};
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

/// Names that are looked for in the bytes themselves. Short ones are not: two or three letters come about by chance in a
/// packed picture.
const HIDDEN_NAMES: [&[u8]; 8] =
    [b"JavaScript", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"GoToE", b"ImportData", b"SubmitForm", b"RichMedia"];
/// Longer than each of them.
const LONGEST_NAME: usize = 16;

/// Reads a document as a viewer would.
///
/// # Errors
/// The reason not to take it.
pub fn inspect(content: &[u8]) -> Result<(), FileProblem> {
    let options = LoadOptions { max_decompressed_size: Some(MOST_UNPACKED), ..LoadOptions::default() };
    let document = match Document::load_mem_with_options(content, options) {
        Ok(document) => document,
        Err(_) if names(content, &[b"Encrypt"]) => return Err(FileProblem::Encrypted),
        Err(_) => return Err(FileProblem::Unreadable),
    };
    if document.was_encrypted() || document.trailer.has(b"Encrypt") {
        return Err(FileProblem::Encrypted);
    }
    // Something that an older state of the document holds, or that no table leads to, is found by its name.
    if names(content, &HIDDEN_NAMES) || document.objects.values().any(is_active) || opens(&document) {
        return Err(FileProblem::Active);
    }
    // A table that had to be made up means that the file was cut off or damaged. What the table names and this reader gave
    // up on has been looked at by nobody, and another reader may well open it.
    let damaged = matches!(document.xref_recovery, Some(XrefRecovery::Reconstructed)) || !is_whole(&document);
    if damaged || document.get_pages().is_empty() { Err(FileProblem::Unreadable) } else { Ok(()) }
}

/// Whether one of these names stands anywhere, however it is spelled: `/J#53` is `/JS`.
fn names(content: &[u8], names: &[&[u8]]) -> bool {
    content.split(|byte| *byte == b'/').skip(1).any(|rest| {
        let name = spelled_out(rest);
        names.iter().any(|wanted| name == **wanted)
    })
}

/// The name that stands at the beginning: up to a sign that ends one, with `#xx` as the byte it stands for (ISO 32000-1,
/// 7.3.5). Names longer than any that is looked for are cut.
fn spelled_out(rest: &[u8]) -> Vec<u8> {
    let mut name = Vec::new();
    let mut rest = rest;
    while let [byte, after @ ..] = rest {
        if byte.is_ascii_whitespace() || b"\0()<>[]{}%".contains(byte) || name.len() > LONGEST_NAME {
            break;
        }
        let escaped = match after {
            [high, low, after @ ..] if *byte == b'#' => hex(*high).zip(hex(*low)).map(|(h, l)| ((h << 4) | l, after)),
            _ => None,
        };
        let (byte, after) = escaped.unwrap_or((*byte, after));
        name.push(byte);
        rest = after;
    }
    name
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// Whether every object that the table names was read. Offset 0 is how careless programs write "not there".
fn is_whole(document: &Document) -> bool {
    document.reference_table.entries.iter().all(|(number, entry)| match entry {
        XrefEntry::Normal { offset: 0, .. } | XrefEntry::Free | XrefEntry::UnusableFree => true,
        XrefEntry::Normal { generation, .. } => document.objects.contains_key(&(*number, *generation)),
        XrefEntry::Compressed { .. } => document.objects.contains_key(&(*number, 0)),
    })
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
