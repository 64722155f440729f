//! The faces that documents are set in: embedded in the program, and shaped here, so that what is measured is what is drawn.
//!
//! They know Latin, Greek and Cyrillic. For every other letter a sign that can be seen stands in the document, which must
//! not contain the empty glyph; the letter itself stays in the document's text, for screen readers, searching and copying.

use super::super::error::Fault;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, UnicodeBuffer};

/// What is drawn for a letter that a face does not know: the replacement character, which each of them does.
const SUBSTITUTE: char = '\u{fffd}';

/// Which face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// For reading.
    Text,
    /// For what stands out.
    Strong,
    /// For names, large.
    Display,
}

/// Every face, ready for one document.
pub struct Fonts {
    text: Typeface,
    strong: Typeface,
    display: Typeface,
}

struct Typeface {
    font: Font,
    shaper: rustybuzz::Face<'static>,
    per_em: f32,
}

/// A line of text with the glyphs that draw it. Lengths are parts of the size of the type.
#[derive(Debug, Clone)]
pub struct Line {
    /// What it says.
    pub text: String,
    /// What draws it.
    pub glyphs: Vec<KrillaGlyph>,
    /// How long it is.
    pub length: f32,
}

impl Typeface {
    fn load(file: &'static [u8]) -> Result<Typeface, Fault> {
        let unreadable = || Fault::Impossible("an embedded font cannot be read".to_owned());
        let shaper = rustybuzz::Face::from_slice(file, 0).ok_or_else(unreadable)?;
        let font = Font::new(file.into(), 0).ok_or_else(unreadable)?;
        Ok(Typeface { font, per_em: length(shaper.units_per_em()), shaper })
    }

    fn knows(&self, letter: char) -> bool {
        self.shaper.glyph_index(letter).is_some_and(|glyph| glyph.0 != 0)
    }
}

/// A number of a font's units; they are below 2^24, which a float holds exactly.
#[expect(clippy::cast_precision_loss, reason = "a font's units are small")]
fn length(units: i32) -> f32 {
    units as f32
}

impl Fonts {
    /// Reads the faces.
    ///
    /// # Errors
    /// Never, unless this program was built wrong.
    pub fn load() -> Result<Fonts, Fault> {
        Ok(Fonts {
            text: Typeface::load(include_bytes!("fonts/NotoSans-Regular.ttf"))?,
            strong: Typeface::load(include_bytes!("fonts/NotoSans-Bold.ttf"))?,
            display: Typeface::load(include_bytes!("fonts/NotoSerifDisplay-Regular.ttf"))?,
        })
    }

    fn face(&self, face: Face) -> &Typeface {
        match face {
            Face::Text => &self.text,
            Face::Strong => &self.strong,
            Face::Display => &self.display,
        }
    }

    /// The face as the document embeds it.
    pub fn font(&self, face: Face) -> Font {
        self.face(face).font.clone()
    }

    /// Whether something of a text is drawn as a substitute.
    pub fn substitutes(&self, text: &str) -> bool {
        clean(text).chars().any(|letter| letter == SUBSTITUTE || !self.text.knows(letter))
    }

    /// Sets one line, with so much more space after each letter as `spacing` says.
    pub fn line(&self, face: Face, text: &str, spacing: f32) -> Line {
        self.set(face, &clean(text), spacing)
    }

    fn set(&self, face: Face, text: &str, spacing: f32) -> Line {
        let face = self.face(face);
        // What is shaped, and where each of its letters stands in the text.
        let mut drawn = String::with_capacity(text.len());
        let mut origins = Vec::new();
        for (at, letter) in text.char_indices() {
            origins.push((drawn.len(), at));
            drawn.push(if face.knows(letter) { letter } else { SUBSTITUTE });
        }
        let origin = |at: usize| {
            let found = origins.binary_search_by_key(&at, |(drawn, _)| *drawn).ok();
            found.and_then(|found| origins.get(found)).map_or(text.len(), |(_, at)| *at)
        };
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&drawn);
        buffer.guess_segment_properties();
        buffer.set_direction(Direction::LeftToRight);
        let shaped = rustybuzz::shape(&face.shaper, &[], buffer);
        let begins: Vec<usize> =
            shaped.glyph_infos().iter().map(|info| usize::try_from(info.cluster).unwrap_or(0)).collect();
        let mut glyphs = Vec::with_capacity(begins.len());
        let mut whole = 0.0;
        for ((info, place), begin) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()).zip(&begins) {
            let end = begins.iter().copied().filter(|other| other > begin).min().unwrap_or(drawn.len());
            let advance = length(place.x_advance) / face.per_em + spacing;
            whole += advance;
            glyphs.push(KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                advance,
                length(place.x_offset) / face.per_em,
                length(place.y_offset) / face.per_em,
                0.0,
                origin(*begin)..origin(end),
                None,
            ));
        }
        Line { text: text.to_owned(), glyphs, length: whole }
    }

    /// Sets as many lines as a width takes. A word that is longer than a line is broken where the line ends.
    pub fn lines(&self, face: Face, text: &str, size: f32, width: f32) -> Vec<Line> {
        let text = clean(text);
        let whole = self.set(face, &text, 0.0);
        if whole.length * size <= width {
            return vec![whole];
        }
        let fits = |line: &str| self.set(face, line.trim_end(), 0.0).length * size <= width;
        let mut lines = Vec::new();
        let mut line = String::new();
        for word in text.split_inclusive(' ') {
            if !line.is_empty() && !fits(&format!("{line}{word}")) {
                lines.push(self.set(face, &line, 0.0));
                line.clear();
            }
            if line.is_empty() && !fits(word) {
                for letter in word.chars() {
                    if !line.is_empty() && !fits(&format!("{line}{letter}")) {
                        lines.push(self.set(face, &line, 0.0));
                        line.clear();
                    }
                    line.push(letter);
                }
            } else {
                line.push_str(word);
            }
        }
        if !line.is_empty() {
            lines.push(self.set(face, &line, 0.0));
        }
        lines
    }
}

/// A text without what has no place in a line: what cannot be seen is left out, every space is a plain one, and what means
/// nothing outside of one system (private use) is the substitute already.
pub fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            _ if letter.is_whitespace() => {
                if !clean.ends_with(' ') && !clean.is_empty() {
                    clean.push(' ');
                }
            }
            _ if letter.is_control() || is_invisible(letter) => {}
            '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => clean.push(SUBSTITUTE),
            _ => clean.push(letter),
        }
    }
    clean.truncate(clean.trim_end().len());
    clean
}

/// Marks of direction, of joining and of variants, and what is no letter at all.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fdd0}'..='\u{fdef}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
        | '\u{e0000}'..='\u{e0fff}')
        || u32::from(letter) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fonts() -> Fonts {
        Fonts::load().expect("the faces are there")
    }

    #[test]
    fn latin_greek_and_cyrillic_are_drawn_as_they_are() {
        let fonts = fonts();
        for name in ["Zoë Ångström-Łukasiewicz", "Ελένη Παπαδοπούλου", "Дмитрий Шостакович", "Nguyễn Thị Minh Khai"]
        {
            assert!(!fonts.substitutes(name), "{name}");
        }
        for name in ["王小明", "محمد", "😀"] {
            assert!(fonts.substitutes(name), "{name}");
        }
    }

    #[test]
    fn a_letter_without_a_glyph_stays_in_the_text_and_has_one_that_can_be_seen() {
        let line = fonts().line(Face::Display, "A 王小", 0.0);
        assert_eq!(line.text, "A 王小");
        assert!(line.glyphs.iter().all(|glyph| glyph.glyph_id.to_u32() != 0));
        let parts: Vec<&str> = line.glyphs.iter().map(|glyph| &line.text[glyph.text_range.clone()]).collect();
        assert_eq!(parts, ["A", " ", "王", "小"]);
    }

    #[test]
    fn what_cannot_be_seen_is_left_out() {
        assert_eq!(clean("  A\u{0}\u{7}na\u{200e}\t\n B\u{feff} \u{ffff}"), "Ana B");
        assert_eq!(clean("a\u{e000}b"), "a\u{fffd}b");
    }

    #[test]
    fn lines_are_no_longer_than_the_width_and_hold_every_word() {
        let fonts = fonts();
        let text = format!("Implementing {} Routing and Services", "x".repeat(90));
        let lines = fonts.lines(Face::Text, &text, 10.0, 120.0);
        assert!(lines.len() > 4, "{lines:?}");
        for line in &lines {
            let seen = fonts.line(Face::Text, line.text.trim_end(), 0.0);
            assert!(seen.length * 10.0 <= 120.0, "{}", line.text);
        }
        assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<String>(), text);
    }
}
