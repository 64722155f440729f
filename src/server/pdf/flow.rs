//! What flows down a document and on to the next page: headings, paragraphs, facts, tables.

use super::fonts::{Face, Line};
use super::sheet::{ACCENT, Colour, HAIR, INK, MUTED, Mark, Part, SOFT, Sheet, Style, line, rectangle};
use krilla::tagging::{TableHeaderScope, Tag, TagKind};
use std::num::NonZeroU16;

/// A4, standing.
pub const PAGE: (f32, f32) = (595.0, 842.0);
/// On both sides.
pub const MARGIN: f32 = 50.0;
const TOP: f32 = 56.0;
const BOTTOM: f32 = PAGE.1 - 62.0;
const WIDTH: f32 = PAGE.0 - 2.0 * MARGIN;
/// Between a cell's edge and its words.
const PADDING: f32 = 5.0;
const HEAD: Style = Style { face: Face::Strong, size: 8.5, colour: MUTED };
const CELL: Style = Style { face: Face::Text, size: 9.0, colour: INK };
const LEADING: f32 = 12.5;

/// A column of a table.
pub struct Column {
    /// What is in it.
    pub head: &'static str,
    /// Its part of the width.
    pub part: f32,
    /// Whether it holds numbers, which stand below each other by their ends.
    pub number: bool,
}

/// A table: its first column says what each row is about.
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows; a cell may have several paragraphs.
    pub rows: Vec<Vec<Vec<String>>>,
}

/// A document that is written from top to bottom.
pub struct Flow {
    /// What it is laid out on.
    pub sheet: Sheet,
    /// Its structure so far.
    pub parts: Vec<Part>,
    y: f32,
}

struct Cell {
    lines: Vec<Line>,
    x: f32,
    width: f32,
    number: bool,
    style: Style,
    leaves: Vec<usize>,
}

impl Flow {
    /// Begins at the top of a document.
    pub fn new(sheet: Sheet) -> Flow {
        Flow { sheet, parts: Vec::new(), y: TOP }
    }

    fn new_page(&mut self) {
        self.sheet.new_page();
        self.y = TOP;
    }

    /// Goes to the next page unless there is so much room left.
    fn need(&mut self, height: f32) {
        if self.y + height > BOTTOM && self.y > TOP {
            self.new_page();
        }
    }

    /// Leaves room.
    pub fn skip(&mut self, height: f32) {
        self.y += height;
    }

    /// The mark and the name of the portal.
    pub fn portal(&mut self, portal: &str) {
        self.sheet.portal_mark(MARGIN - 2.0, self.y - 6.0, 0.9, ACCENT);
        let (leaf, words) = (self.sheet.leaf(), self.sheet.fonts.line(Face::Strong, portal, 0.0));
        let style = Style { face: Face::Strong, size: 11.0, colour: INK };
        self.sheet.text(Mark::Leaf(leaf), MARGIN + 27.0, self.y + 9.0, words, style);
        self.parts.push(Part::paragraph(vec![leaf]));
        self.y += 34.0;
    }

    /// A heading; together with so much of what follows.
    pub fn heading(&mut self, level: u16, words: &str, keep: f32) {
        let style = match level {
            1 => Style { face: Face::Display, size: 28.0, colour: INK },
            _ => Style { face: Face::Strong, size: 13.0, colour: ACCENT },
        };
        self.need(style.size * 1.4 + keep);
        let (leaf, line) = (self.sheet.leaf(), self.sheet.fonts.line(style.face, words, 0.0));
        self.sheet.text(Mark::Leaf(leaf), MARGIN, self.y + style.size, line, style);
        let top = self.y;
        self.y += style.size * 1.4 + 5.0;
        let part = match NonZeroU16::new(level) {
            Some(level) => self.sheet.heading(level, words, top, vec![leaf]),
            None => Part::paragraph(vec![leaf]),
        };
        self.parts.push(part);
    }

    /// A paragraph, over as many pages as it takes.
    pub fn paragraph(&mut self, words: &str, colour: Colour) {
        let style = Style { face: Face::Text, size: 9.5, colour };
        let mut leaves = Vec::new();
        let mut page = usize::MAX;
        for line in self.sheet.fonts.lines(style.face, words, style.size, WIDTH) {
            self.need(14.0);
            if page != self.sheet.page_count() {
                page = self.sheet.page_count();
                leaves.push(self.sheet.leaf());
            }
            if let Some(leaf) = leaves.last() {
                self.sheet.text(Mark::Leaf(*leaf), MARGIN, self.y + 10.0, line, style);
            }
            self.y += 14.0;
        }
        self.parts.push(Part::paragraph(leaves));
    }

    /// Something that is said of the document's owner: what, and what it is.
    pub fn fact(&mut self, term: &str, words: &str) {
        let bold = Style { face: Face::Strong, size: 10.5, colour: INK };
        let lines = self.sheet.fonts.lines(bold.face, words, bold.size, WIDTH - 120.0);
        self.need(16.0);
        let (term_leaf, leaf) = (self.sheet.leaf(), self.sheet.leaf());
        let plain = Style { face: Face::Text, size: 10.0, colour: MUTED };
        let term = self.sheet.fonts.line(plain.face, term, 0.0);
        self.sheet.text(Mark::Leaf(term_leaf), MARGIN, self.y + 11.0, term, plain);
        for line in lines {
            self.sheet.text(Mark::Leaf(leaf), MARGIN + 120.0, self.y + 11.0, line, bold);
            self.y += 16.0;
        }
        self.parts.push(Part::paragraph(vec![term_leaf, leaf]));
    }

    /// A table; what does not fit goes on on the next page, below its heads again.
    pub fn table(&mut self, table: &Table) {
        let head = self.heads(table, true);
        let mut body = Vec::new();
        for row in &table.rows {
            body.push(self.row(table, row));
        }
        let head = Part::group(Tag::THead, head.into_iter().collect());
        self.parts.push(Part::group(Tag::Table, vec![head, Part::group(Tag::TBody, body)]));
        self.y += 18.0;
    }

    /// How high a table begins: its heads and a row.
    pub fn beginning(table: &Table) -> f32 {
        if table.rows.is_empty() { 0.0 } else { 2.0 * (LEADING + 2.0 * PADDING) + LEADING }
    }

    /// Draws the heads; those of a later page are an ornament, because the table has them already.
    fn heads(&mut self, table: &Table, first: bool) -> Option<Part> {
        let cells: Vec<Cell> = self.cells(table, |place| vec![head_of(table, place)], HEAD);
        let height = height_of(&cells);
        if first {
            self.need(height + LEADING + 2.0 * PADDING);
        }
        self.sheet.fill(rectangle(MARGIN, self.y, WIDTH, height), SOFT);
        let mut heads = Vec::new();
        for cell in cells {
            let mark = if first { Mark::Leaf(self.sheet.leaf()) } else { Mark::Ornament };
            self.draw_lines(&cell, &cell.lines, mark);
            if let Mark::Leaf(leaf) = mark {
                heads.push(Part::group(Tag::TH(TableHeaderScope::Column), vec![Part::Leaf(leaf)]));
            }
        }
        self.y += height;
        first.then(|| Part::group(Tag::TR, heads))
    }

    fn row(&mut self, table: &Table, row: &[Vec<String>]) -> Part {
        let mut cells: Vec<Cell> = self.cells(table, |place| row.get(place).cloned().unwrap_or_default(), CELL);
        let height = height_of(&cells);
        if self.y + height > BOTTOM && self.y > TOP {
            self.new_page();
            self.heads(table, false);
        }
        let mut done = 0;
        let most = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0);
        while done < most {
            let mut room = 0;
            let mut y = self.y + 2.0 * PADDING + LEADING;
            while y <= BOTTOM && done + room < most {
                room += 1;
                y += LEADING;
            }
            let room = room.max(1);
            for cell in &mut cells {
                let lines: Vec<Line> = cell.lines.iter().skip(done).take(room).cloned().collect();
                if !lines.is_empty() {
                    let leaf = self.sheet.leaf();
                    cell.leaves.push(leaf);
                    self.draw_lines(cell, &lines, Mark::Leaf(leaf));
                }
            }
            done += room;
            self.y += LEADING * points(room) + 2.0 * PADDING;
            if done < most {
                self.new_page();
                self.heads(table, false);
            }
        }
        self.sheet.stroke(line((MARGIN, self.y), (PAGE.0 - MARGIN, self.y)), HAIR, 0.5);
        let cells = cells.into_iter().enumerate().map(|(place, cell)| {
            let tag: TagKind = if place == 0 { Tag::TH(TableHeaderScope::Row).into() } else { Tag::TD.into() };
            Part::Group(tag, cell.leaves.into_iter().map(Part::Leaf).collect())
        });
        Part::group(Tag::TR, cells.collect())
    }

    fn cells(&self, table: &Table, words: impl Fn(usize) -> Vec<String>, style: Style) -> Vec<Cell> {
        let whole: f32 = table.columns.iter().map(|column| column.part).sum();
        let mut x = MARGIN;
        let cell = |(place, column): (usize, &Column)| {
            let width = WIDTH * column.part / whole;
            let style =
                if place == 0 && style.face == Face::Text { Style { face: Face::Strong, ..style } } else { style };
            let lines = words(place)
                .iter()
                .flat_map(|words| self.sheet.fonts.lines(style.face, words, style.size, width - 2.0 * PADDING))
                .collect();
            let cell = Cell { lines, x, width, number: column.number, style, leaves: Vec::new() };
            x += width;
            cell
        };
        table.columns.iter().enumerate().map(cell).collect()
    }

    fn draw_lines(&mut self, cell: &Cell, lines: &[Line], mark: Mark) {
        let mut y = self.y + PADDING + LEADING * 0.75;
        for line in lines {
            let x = if cell.number {
                cell.x + cell.width - PADDING - line.length * cell.style.size
            } else {
                cell.x + PADDING
            };
            self.sheet.text(mark, x, y, line.clone(), cell.style);
            y += LEADING;
        }
    }

    /// Writes the same words on every page, and which page it is.
    pub fn footers(&mut self, words: &str) {
        let style = Style { face: Face::Text, size: 8.0, colour: MUTED };
        let pages = self.sheet.page_count();
        let y = PAGE.1 - 34.0;
        for page in 0..pages {
            let left = self.sheet.fonts.line(style.face, words, 0.0);
            self.sheet.text_on(page, Mark::Footer, MARGIN, y, left, style);
            let number = self.sheet.fonts.line(style.face, &format!("Page {} of {pages}", page + 1), 0.0);
            let x = PAGE.0 - MARGIN - number.length * style.size;
            self.sheet.text_on(page, Mark::Footer, x, y, number, style);
        }
    }
}

fn head_of(table: &Table, place: usize) -> String {
    table.columns.get(place).map(|column| column.head.to_owned()).unwrap_or_default()
}

fn height_of(cells: &[Cell]) -> f32 {
    let most = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0);
    LEADING * points(most.max(1)) + 2.0 * PADDING
}

/// A small number of lines.
fn points(lines: usize) -> f32 {
    u16::try_from(lines).map_or(f32::from(u16::MAX), f32::from)
}
