//! What a file really is. Its name may not say otherwise, and it may not be two things at once.

use super::image;
use ce_domain::claim::FileProblem;

/// The kinds of files that are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A document.
    Pdf,
    /// An image, losslessly packed.
    Png,
    /// A photograph.
    Jpeg,
    /// Either.
    WebP,
}

impl Kind {
    /// How it is called in headers and in the database.
    pub fn media_type(self) -> &'static str {
        match self {
            Kind::Pdf => "application/pdf",
            Kind::Png => "image/png",
            Kind::Jpeg => "image/jpeg",
            Kind::WebP => "image/webp",
        }
    }

    /// How names of such files end, the usual way first.
    pub fn suffixes(self) -> &'static [&'static str] {
        match self {
            Kind::Pdf => &["pdf"],
            Kind::Png => &["png"],
            Kind::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            Kind::WebP => &["webp"],
        }
    }

    /// By the first bytes. A document that begins later than at its first byte is something else as well.
    fn of(content: &[u8]) -> Option<Kind> {
        if content.starts_with(b"%PDF-") {
            Some(Kind::Pdf)
        } else if content.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Kind::Png)
        } else if content.starts_with(b"\xff\xd8\xff") {
            Some(Kind::Jpeg)
        } else if content.starts_with(b"RIFF") && content.get(8..12) == Some(b"WEBP") {
            Some(Kind::WebP)
        } else {
            None
        }
    }

    /// Whether a name can belong to such a file: it ends so, or in a way that says nothing (`Certificate v1.2`).
    fn agrees_with(self, file_name: &str) -> bool {
        let Some((_, suffix)) = file_name.rsplit_once('.') else { return true };
        let suffix = suffix.trim().to_lowercase();
        self.suffixes().contains(&suffix.as_str()) || mime_guess::from_ext(&suffix).is_empty()
    }
}

/// Looks a whole file over, except for what only reading a document shows: [`super::apart`] does that.
///
/// # Errors
/// The reason not to take it.
pub fn inspect(content: &[u8], file_name: &str) -> Result<Kind, FileProblem> {
    if content.is_empty() {
        return Err(FileProblem::Empty);
    }
    let kind = Kind::of(content).filter(|kind| kind.agrees_with(file_name)).ok_or(FileProblem::Kind)?;
    if is_page(content) || is_archive(content) {
        return Err(FileProblem::Kind);
    }
    match kind {
        Kind::Pdf => {}
        Kind::Png => image::check(image::png(content))?,
        Kind::Jpeg => image::check(image::jpeg(content))?,
        Kind::WebP => image::check(image::webp(content))?,
    }
    Ok(kind)
}

/// Whether a browser could be talked into reading it as a page.
fn is_page(content: &[u8]) -> bool {
    const SIGNS: [&[u8]; 4] = [b"script", b"html", b"!doctype html", b"iframe"];
    content.iter().enumerate().filter(|(_, byte)| **byte == b'<').any(|(at, _)| {
        let rest = content.get(at + 1..).unwrap_or_default();
        SIGNS.iter().any(|sign| {
            let ends = rest.get(sign.len()).is_none_or(|next| !next.is_ascii_alphanumeric());
            ends && rest.get(..sign.len()).is_some_and(|start| start.eq_ignore_ascii_case(sign))
        })
    })
}

/// Whether it could be opened as a ZIP archive, which is read from its end.
fn is_archive(content: &[u8]) -> bool {
    const END: &[u8] = b"PK\x05\x06";
    let tail = content.get(content.len().saturating_sub(66_000)..).unwrap_or(content);
    tail.windows(END.len()).any(|window| window == END)
}
