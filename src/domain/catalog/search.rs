//! Finding things in the catalog: one matching for the combobox, the catalog page in the browser, and the
//! catalog page without JavaScript.
//!
//! A text is taken apart into words. Each must occur in name or acronym, or begin the number of the version.
//! Best first: the acronym itself, the beginning of the acronym, the beginning of the name, words that begin so, anything else.

use super::{Catalog, Item, Version, newest_first};
use crate::calendar::Day;
use crate::text::fold;

/// How well something matches; smaller is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// The acronym itself was typed.
    Acronym,
    /// The acronym begins so.
    AcronymStart,
    /// The name begins so.
    NameStart,
    /// Every word begins a word of the name.
    Words,
    /// It occurs somewhere.
    Inside,
}

/// What was typed, taken apart once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    words: Vec<String>,
}

impl Words {
    /// Takes a text apart. Brackets are left out, so that a whole printed label finds its item.
    pub fn new(text: &str) -> Words {
        let words = fold(text)
            .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ','))
            .filter(|word| !word.is_empty())
            .take(12)
            .map(str::to_owned)
            .collect();
        Words { words }
    }

    /// Whether nothing was typed: then everything matches.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The words, folded.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    /// Where the words occur in a label, as byte ranges that do not overlap, in order: what is marked in a list.
    pub fn marks(&self, label: &str) -> Vec<(u32, u32)> {
        // Folding may change lengths, so each folded byte remembers the byte of the label it comes from.
        let mut folded = String::new();
        let mut from = Vec::new();
        let mut until = Vec::new();
        for (place, c) in label.char_indices() {
            let piece = fold(c.encode_utf8(&mut [0; 4]));
            for _ in 0..piece.len() {
                from.push(place);
                until.push(place + c.len_utf8());
            }
            folded.push_str(&piece);
        }
        let mut marked = vec![false; label.len()];
        for word in &self.words {
            for (start, _) in folded.match_indices(word.as_str()) {
                let bounds = (from.get(start), until.get(start + word.len() - 1));
                if let (Some(&start), Some(&end)) = bounds {
                    marked.iter_mut().take(end).skip(start).for_each(|byte| *byte = true);
                }
            }
        }
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for (place, _) in marked.iter().enumerate().filter(|(_, marked)| **marked) {
            let place = u32::try_from(place).unwrap_or(u32::MAX);
            match ranges.last_mut() {
                Some((_, end)) if *end == place => *end += 1,
                _ => ranges.push((place, place + 1)),
            }
        }
        ranges
    }
}

/// What narrows a search besides words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Places of the types one of which it must come as; empty: any.
    pub types: Vec<u8>,
    /// Place of the technology it must belong to.
    pub technology: Option<u16>,
    /// It must earn at least so many credits.
    pub credits: Option<u32>,
    /// It must be offered on this day.
    pub offered_on: Option<Day>,
    /// Slugs it must be one of, for "offered by this provider"; sorted.
    pub only: Option<Vec<String>>,
}

impl Filter {
    fn admits(&self, item: &Item) -> bool {
        self.technology.is_none_or(|technology| item.technology == Some(technology))
            && self.only.as_ref().is_none_or(|only| only.binary_search(&item.slug).is_ok())
            && item.versions.iter().any(|version| self.admits_version(version))
    }

    fn admits_version(&self, version: &Version) -> bool {
        version.deliveries.iter().any(|delivery| {
            (self.types.is_empty() || self.types.contains(&delivery.item_type))
                && self.credits.is_none_or(|credits| delivery.most_credits >= credits)
                && self.offered_on.is_none_or(|day| delivery.offered_on(day))
        })
    }
}

/// The catalog made ready for searching: the names folded, once, one after the other in one piece of memory.
#[derive(Debug, Clone)]
pub struct Index {
    catalog: Catalog,
    /// For each item `acronym SEP name SEP`, folded.
    text: String,
    /// Where each item begins in `text`, and one more for the end.
    starts: Vec<usize>,
}

const SEPARATOR: char = '\u{1f}';

/// A version found: places of the item in the catalog and of the version in the item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionHit {
    /// Place in [`Catalog::items`].
    pub item: usize,
    /// Place in [`Item::versions`].
    pub version: usize,
}

impl Index {
    /// Makes a catalog ready.
    pub fn new(catalog: Catalog) -> Index {
        let mut text = String::with_capacity(catalog.items.len() * 64);
        let mut starts = Vec::with_capacity(catalog.items.len() + 1);
        for item in &catalog.items {
            starts.push(text.len());
            text.push_str(&fold(item.acronym.as_deref().unwrap_or("")));
            text.push(SEPARATOR);
            text.push_str(&fold(&item.name));
            text.push(SEPARATOR);
        }
        starts.push(text.len());
        Index { catalog, text, starts }
    }

    /// The catalog it was made from.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    fn folded(&self, item: usize) -> &str {
        match (self.starts.get(item), self.starts.get(item + 1)) {
            (Some(&start), Some(&end)) => self.text.get(start..end).unwrap_or(""),
            _ => "",
        }
    }

    /// Items that match, best first, those offered on `today` before those that are not, then by name as the catalog
    /// is sorted.
    pub fn items(&self, words: &Words, filter: &Filter, today: Day) -> Vec<usize> {
        let mut hits: Vec<(Fit, bool, usize)> = (0..self.catalog.items.len())
            .filter_map(|place| {
                let item = self.catalog.items.get(place)?;
                let fit =
                    self.fit(words, place, |number| item.versions.iter().any(|v| v.number.starts_with(number)))?;
                filter.admits(item).then(|| (fit, !item.offered_on(today), place))
            })
            .collect();
        hits.sort_unstable();
        hits.into_iter().map(|(_, _, place)| place).collect()
    }

    /// Versions that match, best first, then by name, newest version first; at most `limit`, and how many there are.
    ///
    /// Versions offered on `today` come before those that are not: they are what most people claim.
    pub fn versions(&self, words: &Words, today: Day, limit: usize) -> (Vec<VersionHit>, usize) {
        let mut hits: Vec<(Fit, bool, usize, usize)> = Vec::new();
        for (place, item) in self.catalog.items.iter().enumerate() {
            // Most items fail on the first word; only the others are looked at by version.
            if self.fit(words, place, |number| item.versions.iter().any(|v| v.number.starts_with(number))).is_none() {
                continue;
            }
            for (at, version) in item.versions.iter().enumerate() {
                if let Some(fit) = self.fit(words, place, |number| version.number.starts_with(number)) {
                    let past = !version.deliveries.iter().any(|delivery| delivery.offered_on(today));
                    hits.push((fit, past, place, at));
                }
            }
        }
        let count = hits.len();
        if count > limit && limit > 0 {
            hits.select_nth_unstable(limit - 1);
            hits.truncate(limit);
        }
        hits.sort_unstable();
        hits.truncate(limit);
        (hits.into_iter().map(|(_, _, item, version)| VersionHit { item, version }).collect(), count)
    }

    fn fit(&self, words: &Words, item: usize, version_begins: impl Fn(&str) -> bool) -> Option<Fit> {
        if words.is_empty() {
            return Some(Fit::Inside);
        }
        let text = self.folded(item);
        let mut all_begin = true;
        let mut acronym_fit = None;
        for word in &words.words {
            let found = position(text.as_bytes(), word.as_bytes());
            let version = word.starts_with(|c: char| c.is_ascii_digit()) && version_begins(word);
            match found {
                None if version => {}
                None => return None,
                Some(place) => {
                    if place == 0 && !text.starts_with(SEPARATOR) {
                        let ends = text.as_bytes().get(word.len()).is_some_and(|&byte| byte == 0x1f);
                        let fit = if ends { Fit::Acronym } else { Fit::AcronymStart };
                        acronym_fit = Some(acronym_fit.map_or(fit, |known: Fit| known.min(fit)));
                    }
                    all_begin = all_begin && begins_a_word(text, word, place);
                }
            }
        }
        if let Some(fit) = acronym_fit {
            return Some(fit);
        }
        let name = text.find(SEPARATOR).and_then(|end| text.get(end + 1..)).unwrap_or("");
        if words.words.first().is_some_and(|word| name.starts_with(word.as_str())) && all_begin {
            return Some(Fit::NameStart);
        }
        Some(if all_begin { Fit::Words } else { Fit::Inside })
    }
}

/// Sorts versions newest first, as [`Item::versions`] must be.
pub fn sort_versions(versions: &mut [Version]) {
    versions.sort_by(|a, b| newest_first(&a.number, &b.number));
}

fn begins_a_word(text: &str, word: &str, first: usize) -> bool {
    let begins = |place: usize| {
        place == 0 || text.as_bytes().get(place - 1).is_some_and(|byte| !byte.is_ascii_alphanumeric() && *byte < 0x80)
    };
    begins(first) || text.match_indices(word).any(|(place, _)| begins(place))
}

/// Where `needle` first occurs. For texts of a hundred bytes a plain loop beats the general search, which prepares
/// itself anew for every item.
fn position(text: &[u8], needle: &[u8]) -> Option<usize> {
    let (&first, rest) = needle.split_first()?;
    let last = text.len().checked_sub(needle.len())?;
    let mut at = 0;
    while at <= last {
        let window = text.get(at..=last)?;
        at += window.iter().position(|&byte| byte == first)?;
        if text.get(at + 1..at + needle.len()) == Some(rest) {
            return Some(at);
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::parse_day;
    use crate::catalog::{Delivery, natural_slug};
    use proptest::prelude::*;

    fn catalog() -> Catalog {
        let delivery = |item_type, credits, until: &str| Delivery {
            item_type,
            credits,
            most_credits: credits,
            offered_from: parse_day("2020-01-01").unwrap(),
            offered_until: parse_day(until).ok(),
            hours: None,
        };
        let item = |name: &str, acronym: &str, versions: &[(&str, Vec<Delivery>)]| {
            let acronym = (!acronym.is_empty()).then(|| acronym.to_owned());
            Item {
                slug: natural_slug(name, acronym.as_deref()),
                name: name.to_owned(),
                acronym,
                technology: None,
                versions: versions
                    .iter()
                    .map(|(number, deliveries)| Version {
                        number: (*number).to_owned(),
                        deliveries: deliveries.clone(),
                    })
                    .collect(),
            }
        };
        Catalog {
            revision: "r".to_owned(),
            credit_words: ["credit".to_owned(), "credits".to_owned()],
            types: Vec::new(),
            technologies: Vec::new(),
            items: vec![
                item("Activity 15 Nov", "", &[("", vec![delivery(3, 550, "")])]),
                item("Core Design Encore", "DESIGN", &[("1.0", vec![delivery(0, 40, "")])]),
                item(
                    "Implementing Advanced Routing",
                    "ENARSI",
                    &[("1.1", vec![delivery(0, 40, "")]), ("1.0", vec![delivery(0, 40, "2021-01-01")])],
                ),
                item(
                    "Implementing Core Technologies",
                    "ENCOR",
                    &[("1.2", vec![delivery(0, 64, "")]), ("1.1", vec![delivery(1, 64, "2021-01-01")])],
                ),
                item("More of ENCOR", "ENCORX", &[("2.0", vec![delivery(0, 8, "")])]),
            ],
        }
    }

    fn names(text: &str) -> Vec<String> {
        let index = Index::new(catalog());
        let today = parse_day("23-Nov-2026").unwrap();
        let (hits, _) = index.versions(&Words::new(text), today, 10);
        hits.iter()
            .map(|hit| {
                let item = &index.catalog().items[hit.item];
                format!("{} {}", item.acronym.as_deref().unwrap_or("-"), item.versions[hit.version].number)
            })
            .collect()
    }

    #[test]
    fn the_acronym_itself_comes_first_and_its_newest_offered_version_on_top() {
        assert_eq!(names("encor"), ["ENCOR 1.2", "ENCOR 1.1", "ENCORX 2.0", "DESIGN 1.0"]);
    }

    #[test]
    fn a_version_number_narrows() {
        assert_eq!(names("encor 1.1"), ["ENCOR 1.1"]);
        assert_eq!(names("1.1"), ["ENARSI 1.1", "ENCOR 1.1"]);
    }

    #[test]
    fn a_whole_printed_label_finds_its_item() {
        assert_eq!(names("Implementing Core Technologies (ENCOR) 1.2"), ["ENCOR 1.2"]);
    }

    #[test]
    fn words_may_come_in_any_order_and_inside_words_count_last() {
        assert_eq!(names("routing adv"), ["ENARSI 1.1", "ENARSI 1.0"]);
        assert_eq!(names("core"), ["DESIGN 1.0", "ENCOR 1.2", "ENCOR 1.1"]);
        assert_eq!(names("dvanced"), ["ENARSI 1.1", "ENARSI 1.0"]);
        assert_eq!(names("core encor"), ["ENCOR 1.2", "ENCOR 1.1", "DESIGN 1.0"]);
        assert_eq!(names("zzz"), Vec::<String>::new());
    }

    #[test]
    fn filters_narrow_by_type_credits_and_day() {
        let index = Index::new(catalog());
        let slugs = |filter: &Filter| -> Vec<String> {
            index
                .items(&Words::default(), filter, parse_day("23-Nov-2026").unwrap())
                .iter()
                .map(|&i| index.catalog().items[i].slug.clone())
                .collect()
        };
        assert_eq!(slugs(&Filter { types: vec![1], ..Filter::default() }), ["encor"]);
        assert_eq!(slugs(&Filter { credits: Some(64), ..Filter::default() }), ["activity-15-nov", "encor"]);
        assert_eq!(
            slugs(&Filter { types: vec![1], offered_on: parse_day("2026-01-01").ok(), ..Filter::default() }),
            Vec::<String>::new()
        );
        assert_eq!(slugs(&Filter { only: Some(vec!["enarsi".to_owned()]), ..Filter::default() }), ["enarsi"]);
    }

    #[test]
    fn what_was_typed_is_marked_where_it_occurs() {
        let words = Words::new("rout adv");
        assert_eq!(words.marks("Advanced Routing"), [(0, 3), (9, 13)]);
        assert_eq!(Words::new("malaga").marks("Site Málaga"), [(5, 12)]);
        assert_eq!(Words::new("").marks("x"), []);
    }

    proptest! {
        #[test]
        fn marks_fall_on_character_boundaries_and_never_panic(typed in "\\PC{0,10}", label in "\\PC{0,30}") {
            for (start, end) in Words::new(&typed).marks(&label) {
                let range = usize::try_from(start).unwrap()..usize::try_from(end).unwrap();
                prop_assert!(label.get(range).is_some());
            }
        }

        #[test]
        fn position_agrees_with_the_standard_library(text in "[ab]{0,20}", needle in "[ab]{1,4}") {
            prop_assert_eq!(position(text.as_bytes(), needle.as_bytes()), text.find(&needle));
        }
    }
}
