//! A document as it is laid out: what is drawn on which page, and what it means; then the file.
//!
//! Everything on a page is either a leaf of the document's structure or an artifact, which screen readers pass over. The
//! file is made in the end, when it is known how many pages there are, and is checked against PDF/UA-1 by the library.

use super::super::error::Fault;
use super::fonts::{Face, Fonts, Line};
use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{Path, PathBuilder, Point, Rect, Transform};
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, LineCap, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, Tag, TagGroup, TagKind, TagTree};
use krilla::{Document, SerializeSettings};
use std::num::NonZeroU16;

/// A colour.
pub type Colour = (u8, u8, u8);

/// Of words.
pub const INK: Colour = (38, 27, 40);
/// Of words beside others.
pub const MUTED: Colour = (101, 91, 103);
/// Of the portal.
pub const ACCENT: Colour = (126, 22, 104);
/// Of lines.
pub const HAIR: Colour = (221, 212, 220);
/// Of what lies behind.
pub const SOFT: Colour = (248, 242, 247);

/// How words are set.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// In which face.
    pub face: Face,
    /// How large, in points.
    pub size: f32,
    /// In which colour.
    pub colour: Colour,
}

/// What something on a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// A part of the document's structure.
    Leaf(usize),
    /// An ornament.
    Ornament,
    /// The number of the page, and what is said on each of them.
    Footer,
}

enum What {
    Text { at: Point, line: Line, style: Style },
    Stroke { path: Path, colour: Colour, width: f32 },
    Fill { path: Path, colour: Colour },
}

struct Placed {
    mark: Mark,
    what: What,
}

struct Link {
    area: Rect,
    address: String,
    words: String,
    leaf: usize,
}

#[derive(Default)]
struct PageContent {
    placed: Vec<Placed>,
    links: Vec<Link>,
}

/// A part of the document's structure.
pub enum Part {
    /// What is drawn under this mark.
    Leaf(usize),
    /// Something that has parts.
    Group(TagKind, Vec<Part>),
}

impl Part {
    /// A group.
    pub fn group(tag: impl Into<TagKind>, parts: Vec<Part>) -> Part {
        Part::Group(tag.into(), parts)
    }

    /// A paragraph.
    pub fn paragraph(leaves: Vec<usize>) -> Part {
        Part::group(Tag::P, leaves.into_iter().map(Part::Leaf).collect())
    }
}

/// A document that is being laid out.
pub struct Sheet {
    /// The faces.
    pub fonts: Fonts,
    size: (f32, f32),
    pages: Vec<PageContent>,
    leaves: usize,
    headings: Vec<(String, usize, f32)>,
}

impl Sheet {
    /// A document of pages of this width and height in points, with its first page.
    ///
    /// # Errors
    /// Never, unless this program was built wrong.
    pub fn new(size: (f32, f32)) -> Result<Sheet, Fault> {
        let pages = vec![PageContent::default()];
        Ok(Sheet { fonts: Fonts::load()?, size, pages, leaves: 0, headings: Vec::new() })
    }

    /// Goes on on a new page.
    pub fn new_page(&mut self) {
        self.pages.push(PageContent::default());
    }

    /// How many pages there are.
    pub fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// A new leaf of the structure.
    pub fn leaf(&mut self) -> usize {
        self.leaves += 1;
        self.leaves - 1
    }

    fn place(&mut self, mark: Mark, what: What) {
        if let Some(page) = self.pages.last_mut() {
            page.placed.push(Placed { mark, what });
        }
    }

    /// Draws a line of text that begins at `x` on the base line `y`.
    pub fn text(&mut self, mark: Mark, x: f32, y: f32, line: Line, style: Style) {
        self.place(mark, What::Text { at: Point::from_xy(x, y), line, style });
    }

    /// Draws a line of text on a page that is laid out already.
    pub fn text_on(&mut self, page: usize, mark: Mark, x: f32, y: f32, line: Line, style: Style) {
        if let Some(page) = self.pages.get_mut(page) {
            page.placed.push(Placed { mark, what: What::Text { at: Point::from_xy(x, y), line, style } });
        }
    }

    /// Strokes an ornament.
    pub fn stroke(&mut self, path: Option<Path>, colour: Colour, width: f32) {
        if let Some(path) = path {
            self.place(Mark::Ornament, What::Stroke { path, colour, width });
        }
    }

    /// Fills an ornament.
    pub fn fill(&mut self, path: Option<Path>, colour: Colour) {
        if let Some(path) = path {
            self.place(Mark::Ornament, What::Fill { path, colour });
        }
    }

    /// Makes an area of the present page lead to an address; gives the leaf that belongs into the link's group.
    pub fn link(&mut self, area: Option<Rect>, address: &str, words: &str) -> Option<usize> {
        let area = area?;
        let leaf = self.leaf();
        let link = Link { area, address: address.to_owned(), words: words.to_owned(), leaf };
        self.pages.last_mut()?.links.push(link);
        Some(leaf)
    }

    /// A heading whose words are drawn under these leaves, `y` from the top of the present page; it is in the document's
    /// outline, too.
    pub fn heading(&mut self, level: NonZeroU16, words: &str, y: f32, leaves: Vec<usize>) -> Part {
        self.headings.push((words.to_owned(), self.pages.len().saturating_sub(1), y));
        let parts = leaves.into_iter().map(Part::Leaf).collect();
        Part::group(Tag::Hn(level, Some(words.to_owned())), parts)
    }

    /// The mark of the portal, `scale` times 24 points wide. The same paths as the icon of the pages.
    pub fn portal_mark(&mut self, x: f32, y: f32, scale: f32, colour: Colour) {
        const NEAR: f32 = 12.0 - 6.576;
        const FAR: f32 = 12.0 + 6.576;
        const REACH: f32 = 3.632;
        let mut path = PathBuilder::new();
        path.move_to(FAR, NEAR);
        path.cubic_to(FAR - REACH, NEAR - REACH, NEAR + REACH, NEAR - REACH, NEAR, NEAR);
        path.cubic_to(NEAR - REACH, NEAR + REACH, NEAR - REACH, FAR - REACH, NEAR, FAR);
        path.cubic_to(NEAR + REACH, FAR + REACH, FAR - REACH, FAR + REACH, FAR, FAR);
        for (row, from, until) in [(8.4, 11.0, 17.0), (12.0, 11.0, 21.5), (15.6, 11.0, 17.0)] {
            path.move_to(from, row);
            path.line_to(until, row);
        }
        let path = path.finish().and_then(|path| path.transform(Transform::from_row(scale, 0.0, 0.0, scale, x, y)));
        self.stroke(path, colour, 2.2 * scale);
    }

    /// The file.
    ///
    /// # Errors
    /// When what was laid out is not what PDF/UA asks for, which is a mistake of this program.
    pub fn finish(self, title: &str, author: &str, parts: Vec<Part>) -> Result<Vec<u8>, Fault> {
        let wrong = |what: String| Fault::Impossible(format!("a document cannot be made: {what}"));
        let configuration = ConfigurationBuilder::new()
            .with_accessibility_validator(Accessibility::UA1)
            .finish()
            .map_err(|error| wrong(format!("{error:?}")))?;
        let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
        let mut document = Document::new_with(settings);
        let mut leaves: Vec<Vec<Identifier>> = Vec::new();
        leaves.resize_with(self.leaves, Vec::new);
        for content in &self.pages {
            let (width, height) = self.size;
            let page = PageSettings::from_wh(width, height).ok_or_else(|| wrong("the size of a page".to_owned()))?;
            let mut page = document.start_page_with(page);
            let mut surface = page.surface();
            draw(&mut surface, &self.fonts, &content.placed, &mut leaves);
            surface.finish();
            for link in &content.links {
                let target = Target::Action(Action::Link(LinkAction::new(link.address.clone())));
                let link_to = Annotation::new_link(LinkAnnotation::new(link.area, target), Some(link.words.clone()));
                let identifier = page.add_tagged_annotation(link_to);
                if let Some(leaf) = leaves.get_mut(link.leaf) {
                    leaf.push(identifier);
                }
            }
            page.finish();
        }
        let mut outline = Outline::new();
        for (words, page, y) in self.headings {
            outline.push_child(OutlineNode::new(words, XyzDestination::new(page, Point::from_xy(0.0, y))));
        }
        document.set_outline(outline);
        let mut tree = TagTree::new().with_lang(Some("en".to_owned()));
        for part in parts {
            for node in nodes(part, &mut leaves) {
                tree.push(node);
            }
        }
        document.set_tag_tree(tree);
        document.set_metadata(
            Metadata::new().title(title.to_owned()).authors(vec![author.to_owned()]).language("en".to_owned()),
        );
        document.finish().map_err(|error| wrong(format!("{error:?}")))
    }
}

fn nodes(part: Part, leaves: &mut [Vec<Identifier>]) -> Vec<Node> {
    match part {
        Part::Leaf(leaf) => {
            let identifiers = leaves.get_mut(leaf).map(std::mem::take).unwrap_or_default();
            identifiers.into_iter().map(Node::from).collect()
        }
        Part::Group(tag, parts) => {
            let children = parts.into_iter().flat_map(|part| nodes(part, leaves)).collect();
            vec![Node::from(TagGroup::with_children(tag, children))]
        }
    }
}

/// Draws a page; what follows each other under one mark is one piece of content.
fn draw(surface: &mut Surface<'_>, fonts: &Fonts, placed: &[Placed], leaves: &mut [Vec<Identifier>]) {
    let mut open: Option<Mark> = None;
    for one in placed {
        if open != Some(one.mark) {
            if open.is_some() {
                surface.end_tagged();
            }
            let tag = match one.mark {
                Mark::Leaf(_) => ContentTag::Span(SpanTag::empty()),
                Mark::Ornament => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)),
                Mark::Footer => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)),
            };
            let identifier = surface.start_tagged(tag);
            if let Mark::Leaf(leaf) = one.mark
                && let Some(leaf) = leaves.get_mut(leaf)
            {
                leaf.push(identifier);
            }
            open = Some(one.mark);
        }
        match &one.what {
            What::Text { at, line, style } => {
                surface.set_stroke(None);
                surface.set_fill(Some(filled(style.colour)));
                let font = fonts.font(style.face);
                surface.draw_glyphs(*at, &line.glyphs, font, &line.text, style.size, false);
            }
            What::Stroke { path, colour, width } => {
                surface.set_fill(None);
                surface.set_stroke(Some(Stroke {
                    paint: paint(*colour).into(),
                    width: *width,
                    line_cap: LineCap::Round,
                    ..Stroke::default()
                }));
                surface.draw_path(path);
            }
            What::Fill { path, colour } => {
                surface.set_stroke(None);
                surface.set_fill(Some(filled(*colour)));
                surface.draw_path(path);
            }
        }
    }
    if open.is_some() {
        surface.end_tagged();
    }
}

fn paint((red, green, blue): Colour) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}

fn filled(colour: Colour) -> Fill {
    Fill { paint: paint(colour).into(), ..Fill::default() }
}

/// A straight line.
pub fn line(from: (f32, f32), to: (f32, f32)) -> Option<Path> {
    let mut path = PathBuilder::new();
    path.move_to(from.0, from.1);
    path.line_to(to.0, to.1);
    path.finish()
}

/// A rectangle: left, top, width, height.
pub fn rectangle(x: f32, y: f32, width: f32, height: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    path.push_rect(Rect::from_xywh(x, y, width, height)?);
    path.finish()
}
