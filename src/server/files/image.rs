//! Images, as far as can be told without unpacking them: their size, and that they are whole.

use ce_domain::claim::FileProblem;

/// The most pixels of an image: unpacked, 40 million take 160 MB of whoever looks at it (assurance S31).
const MOST_PIXELS: u64 = 40_000_000;

/// Whether width and height were found and are sensible.
///
/// # Errors
/// [`FileProblem::Unreadable`] when not.
pub fn check(size: Option<(u32, u32)>) -> Result<(), FileProblem> {
    match size {
        Some((width, height)) if width > 0 && height > 0 && u64::from(width) * u64::from(height) <= MOST_PIXELS => {
            Ok(())
        }
        _ => Err(FileProblem::Unreadable),
    }
}

/// Width and height of a PNG whose chunks are all there.
pub fn png(content: &[u8]) -> Option<(u32, u32)> {
    let mut rest = content.get(8..)?;
    let mut size = None;
    loop {
        let length = usize::try_from(be32(rest, 0)?).ok()?;
        let kind = rest.get(4..8)?;
        let data = rest.get(8..8_usize.checked_add(length)?)?;
        rest = rest.get(length.checked_add(12)?..)?;
        match (kind, size) {
            (b"IHDR", None) if length == 13 => size = Some((be32(data, 0)?, be32(data, 4)?)),
            (_, None) => return None,
            (b"IEND", size) => return size,
            _ => {}
        }
    }
}

/// Width and height of a JPEG that has its end.
pub fn jpeg(content: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    let mut size = None;
    loop {
        while content.get(at) == Some(&0xff) && content.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        let (0xff, marker) = (*content.get(at)?, *content.get(at + 1)?) else { return None };
        let length = usize::from(u16::from_be_bytes([*content.get(at + 2)?, *content.get(at + 3)?]));
        match marker {
            // The frame; C4, C8 and CC are tables.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let height = u16::from_be_bytes([*content.get(at + 5)?, *content.get(at + 6)?]);
                let width = u16::from_be_bytes([*content.get(at + 7)?, *content.get(at + 8)?]);
                size = Some((u32::from(width), u32::from(height)));
            }
            // The picture itself begins: what is left has no lengths, but it has an end.
            0xda => {
                let whole = content.get(at..)?.windows(2).any(|pair| pair == [0xff, 0xd9]);
                return size.filter(|_| whole);
            }
            _ => {}
        }
        if length < 2 {
            return None;
        }
        at = at.checked_add(2)?.checked_add(length)?;
    }
}

/// Width and height of a WebP that is as long as it says.
pub fn webp(content: &[u8]) -> Option<(u32, u32)> {
    let said = usize::try_from(le32(content, 4)?).ok()?;
    if content.len() < said.checked_add(8)? {
        return None;
    }
    let data = content.get(20..)?;
    match content.get(12..16)? {
        b"VP8 " => {
            if data.get(3..6)? != [0x9d, 0x01, 0x2a] {
                return None;
            }
            let sides = le32(data, 6)?;
            Some((sides & 0x3fff, (sides >> 16) & 0x3fff))
        }
        b"VP8L" => {
            if *data.first()? != 0x2f {
                return None;
            }
            let bits = le32(data, 1)?;
            Some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
        }
        b"VP8X" => Some(((le32(data, 4)? & 0x00ff_ffff) + 1, (le32(data, 6)? >> 8) + 1)),
        _ => None,
    }
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
