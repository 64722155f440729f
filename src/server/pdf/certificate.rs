//! The certificate: one page, to be printed and hung up, with a code by which everybody can see whether it is true today.

use super::super::error::Fault;
use super::fonts::{Face, Line};
use super::sheet::{ACCENT, HAIR, INK, MUTED, Mark, Part, SOFT, Sheet, Style, line, rectangle};
use ce_domain::calendar::{Day, show};
use krilla::geom::Rect;
use krilla::tagging::Tag;
use std::num::NonZeroU16;

/// A4, lying.
const PAGE: (f32, f32) = (842.0, 595.0);
const MARGIN: f32 = 66.0;
const MIDDLE: f32 = PAGE.0 / 2.0;

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// What the portal is called.
    pub portal: String,
    /// Whose it is.
    pub holder: String,
    /// What is held.
    pub certification: String,
    /// Name of its level.
    pub level: String,
    /// The holder's candidate ID.
    pub candidate_id: String,
    /// When it was earned.
    pub earned_on: Day,
    /// The day it expires; `None`: held for life.
    pub expires_on: Option<Day>,
    /// The day this is made.
    pub issued_on: Day,
    /// The code that leads to what is true of it today.
    pub code: String,
    /// The address that the code is part of.
    pub address: String,
}

/// Makes the file.
///
/// # Errors
/// Never, unless this program was built wrong.
pub fn draw(certificate: &Certificate) -> Result<Vec<u8>, Fault> {
    let mut sheet = Sheet::new(PAGE)?;
    frame(&mut sheet);
    let mut parts = Vec::new();
    parts.push(portal(&mut sheet, &certificate.portal));
    parts.push(heading(&mut sheet));
    parts.push(centred(&mut sheet, 186.0, "This certifies that", style(Face::Text, 12.0, MUTED)));
    let until = name(&mut sheet, &mut parts, &certificate.holder, Face::Display, 244.0, (46.0, 12.0), INK);
    sheet.stroke(line((MIDDLE - 40.0, until + 24.0), (MIDDLE + 40.0, until + 24.0)), ACCENT, 1.2);
    let y = until + 52.0;
    parts.push(centred(&mut sheet, y, "holds the certification", style(Face::Text, 12.0, MUTED)));
    let y = name(&mut sheet, &mut parts, &certificate.certification, Face::Strong, y + 38.0, (26.0, 11.0), ACCENT);
    if !certificate.level.is_empty() {
        let level = format!("{} level", certificate.level);
        parts.push(centred(&mut sheet, y + 22.0, &level, style(Face::Text, 12.0, MUTED)));
    }
    facts(&mut sheet, &mut parts, certificate);
    verification(&mut sheet, &mut parts, certificate);
    let title = format!("Certificate: {}, {}", certificate.certification, certificate.holder);
    sheet.finish(&super::fonts::clean(&title), &certificate.portal, parts)
}

fn style(face: Face, size: f32, colour: super::sheet::Colour) -> Style {
    Style { face, size, colour }
}

/// Everything that is only there to be looked at.
fn frame(sheet: &mut Sheet) {
    sheet.portal_mark(540.0, 190.0, 11.5, SOFT);
    let (width, height) = PAGE;
    sheet.stroke(rectangle(26.0, 26.0, width - 52.0, height - 52.0), ACCENT, 1.6);
    sheet.stroke(rectangle(32.0, 32.0, width - 64.0, height - 64.0), HAIR, 0.7);
}

fn portal(sheet: &mut Sheet, portal: &str) -> Part {
    sheet.portal_mark(MARGIN - 3.0, 58.0, 1.15, ACCENT);
    let words = sheet.fonts.line(Face::Strong, portal, 0.0);
    let leaf = sheet.leaf();
    sheet.text(Mark::Leaf(leaf), MARGIN + 34.0, 77.0, words, style(Face::Strong, 14.0, INK));
    Part::paragraph(vec![leaf])
}

fn heading(sheet: &mut Sheet) -> Part {
    let how = style(Face::Strong, 15.0, ACCENT);
    // Letters far apart: the space after the last one is not part of what is centred.
    let words = sheet.fonts.line(how.face, "CERTIFICATE", 0.34);
    let leaf = sheet.leaf();
    let x = MIDDLE - (words.length - 0.34) * how.size / 2.0;
    sheet.text(Mark::Leaf(leaf), x, 146.0, words, how);
    match NonZeroU16::new(1) {
        Some(level) => sheet.heading(level, "Certificate", 120.0, vec![leaf]),
        None => Part::paragraph(vec![leaf]),
    }
}

fn put_centred(sheet: &mut Sheet, mark: Mark, y: f32, words: Line, how: Style) {
    let x = MIDDLE - words.length * how.size / 2.0;
    sheet.text(mark, x, y, words, how);
}

fn centred(sheet: &mut Sheet, y: f32, words: &str, how: Style) -> Part {
    let leaf = sheet.leaf();
    let words = sheet.fonts.line(how.face, words, 0.0);
    put_centred(sheet, Mark::Leaf(leaf), y, words, how);
    Part::paragraph(vec![leaf])
}

/// A name, as large as it fits on one line; smaller on two when it is long; on as many as it takes when it is endless.
/// Gives the base line of the last one.
fn name(
    sheet: &mut Sheet,
    parts: &mut Vec<Part>,
    name: &str,
    face: Face,
    y: f32,
    (largest, smallest): (f32, f32),
    colour: super::sheet::Colour,
) -> f32 {
    let width = PAGE.0 - 2.0 * MARGIN;
    let one = sheet.fonts.line(face, name, 0.0).length;
    let fits_one = width / one.max(0.01);
    let (size, lines) = if fits_one >= largest * 0.55 {
        let size = fits_one.min(largest);
        (size, vec![sheet.fonts.line(face, name, 0.0)])
    } else {
        let mut size = largest * 0.55;
        let mut lines = sheet.fonts.lines(face, name, size, width);
        while lines.len() > 2 && size > smallest {
            size -= 1.0;
            lines = sheet.fonts.lines(face, name, size, width);
        }
        (size, lines)
    };
    let leaf = sheet.leaf();
    let leading = size * 1.3;
    // Several lines begin higher, so that what follows stays where it is.
    let mut base = if lines.len() > 1 { y - leading * 0.7 } else { y };
    let last = lines.len().saturating_sub(1);
    for (place, words) in lines.into_iter().enumerate() {
        put_centred(sheet, Mark::Leaf(leaf), base, words, style(face, size, colour));
        if place < last {
            base += leading;
        }
    }
    parts.push(Part::paragraph(vec![leaf]));
    base
}

fn facts(sheet: &mut Sheet, parts: &mut Vec<Part>, certificate: &Certificate) {
    let facts = [
        ("Candidate ID", certificate.candidate_id.clone()),
        ("Earned on", show(certificate.earned_on)),
        ("Valid until", certificate.expires_on.map_or_else(|| "for life".to_owned(), show)),
        ("Date of issue", show(certificate.issued_on)),
    ];
    let column = (PAGE.0 - 2.0 * MARGIN) / 4.0;
    let mut x = MARGIN;
    for (label, value) in facts {
        let leaves = [(label, 414.0, style(Face::Text, 9.5, MUTED)), (&value, 431.0, style(Face::Strong, 13.0, INK))]
            .map(|(words, y, how)| {
                let leaf = sheet.leaf();
                let words = sheet.fonts.line(how.face, words, 0.0);
                let begin = x + (column - words.length * how.size) / 2.0;
                sheet.text(Mark::Leaf(leaf), begin, y, words, how);
                leaf
            });
        parts.push(Part::paragraph(leaves.to_vec()));
        x += column;
    }
}

fn verification(sheet: &mut Sheet, parts: &mut Vec<Part>, certificate: &Certificate) {
    sheet.stroke(line((MARGIN, 462.0), (PAGE.0 - MARGIN, 462.0)), HAIR, 0.8);
    parts.push(centred(sheet, 483.0, "Verification code", style(Face::Text, 9.5, MUTED)));
    parts.push(centred(sheet, 503.0, &certificate.code, style(Face::Strong, 15.0, INK)));
    let how = style(Face::Text, 10.0, INK);
    let before = sheet.fonts.line(how.face, "Whoever has this code sees what is true of it today, at ", 0.0);
    let before_length = (before.length + 0.26) * how.size;
    let linked = style(how.face, how.size, ACCENT);
    let address = sheet.fonts.lines(linked.face, &certificate.address, linked.size, PAGE.0 - 2.0 * MARGIN);
    let Some(address) = address.into_iter().next() else { return };
    let address_length = address.length * linked.size;
    let (words_leaf, address_leaf) = (sheet.leaf(), sheet.leaf());
    let whole = before_length + address_length;
    // A long address has a line of its own.
    let (x, address_x, y) = if whole <= PAGE.0 - 2.0 * MARGIN {
        (MIDDLE - whole / 2.0, MIDDLE - whole / 2.0 + before_length, 522.0)
    } else {
        (MIDDLE - before_length / 2.0, MIDDLE - address_length / 2.0, 536.0)
    };
    sheet.text(Mark::Leaf(words_leaf), x, 522.0, before, how);
    sheet.text(Mark::Leaf(address_leaf), address_x, y, address, linked);
    let area = Rect::from_xywh(address_x, y - 10.0, address_length, 14.0);
    let link = sheet.link(area, &certificate.address, "See what is true of this certificate today");
    let link = [Some(address_leaf), link].into_iter().flatten().map(Part::Leaf).collect();
    parts.push(Part::group(Tag::P, vec![Part::Leaf(words_leaf), Part::group(Tag::Link, link)]));
    if sheet.fonts.substitutes(&certificate.holder) || sheet.fonts.substitutes(&certificate.certification) {
        let words = "\u{fffd} stands for a letter that cannot be drawn here. It can be read by programs and found by searching.";
        parts.push(centred(sheet, 556.0, words, style(Face::Text, 8.0, MUTED)));
    }
}
