//! The catalog as one small text file: what the browser loads, once, and keeps.
//!
//! A line a thing, tab-separated, indices instead of keys, days as numbers from 2000-01-01, slugs only where they are not
//! the natural one. It is made to compress well (150 KB at 10,000 offerings is the budget) and to be read without a parser
//! library in the first chunk of the browser's code.
//!
//! ```text
//! ce-catalog/1 <TAB> revision
//! C <TAB> credit <TAB> credits                                       what one credit and several are called
//! T <TAB> key <TAB> name <TAB> hint <TAB> icon                       types, in order
//! G <TAB> name                                                       technologies, in order
//! I <TAB> name <TAB> acronym <TAB> technology <TAB> slug             an item
//! <TAB> number <TAB> type,credits,most,from,until,hours [<TAB> …]    its versions, each with what it comes as
//! ```

use super::{Catalog, Delivery, Item, TypeLabel, Version, natural_slug};
use crate::calendar::{Day, add_days, days_between};
use std::fmt::Write;

const MAGIC: &str = "ce-catalog/1";

/// The file is not one this program can read: cut off, or of another version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the catalog file cannot be read (line {line})")]
pub struct CompactError {
    /// The line, from 1.
    pub line: u32,
}

fn epoch() -> Day {
    Day::from_ymd_opt(2000, 1, 1).unwrap_or_default()
}

fn number_of(day: Day) -> i64 {
    days_between(epoch(), day)
}

fn day_of(text: &str) -> Option<Day> {
    let number: i64 = text.parse().ok()?;
    match u32::try_from(number) {
        Ok(days) => Some(add_days(epoch(), days)),
        Err(_) => Some(crate::calendar::subtract_days(epoch(), u32::try_from(-number).ok()?)),
    }
}

/// Writes the file. Names must hold no tab and no line break; import tidies them.
pub fn encode(catalog: &Catalog) -> String {
    let mut out = String::with_capacity(catalog.items.len() * 96 + 4096);
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{MAGIC}\t{}", catalog.revision);
    let [one, many] = &catalog.credit_words;
    let _ = writeln!(out, "C\t{one}\t{many}");
    for kind in &catalog.types {
        let _ = writeln!(out, "T\t{}\t{}\t{}\t{}", kind.key, kind.name, kind.hint, kind.icon);
    }
    for technology in &catalog.technologies {
        let _ = writeln!(out, "G\t{technology}");
    }
    for item in &catalog.items {
        let acronym = item.acronym.as_deref().unwrap_or("");
        let _ = write!(out, "I\t{}\t{acronym}\t", item.name);
        if let Some(technology) = item.technology {
            let _ = write!(out, "{technology}");
        }
        if item.slug == natural_slug(&item.name, item.acronym.as_deref()) {
            out.push_str("\t\n");
        } else {
            let _ = writeln!(out, "\t{}", item.slug);
        }
        for version in &item.versions {
            let _ = write!(out, "\t{}", version.number);
            for delivery in &version.deliveries {
                let _ = write!(out, "\t{},{},", delivery.item_type, delivery.credits);
                if delivery.most_credits != delivery.credits {
                    let _ = write!(out, "{}", delivery.most_credits);
                }
                let _ = write!(out, ",{}", number_of(delivery.offered_from));
                // What stands at the end is left out where it is nothing.
                match (delivery.offered_until, delivery.hours) {
                    (None, None) => {}
                    (Some(until), None) => drop(write!(out, ",{}", number_of(until))),
                    (None, Some(hours)) => drop(write!(out, ",,{hours}")),
                    (Some(until), Some(hours)) => drop(write!(out, ",{},{hours}", number_of(until))),
                }
            }
            out.push('\n');
        }
    }
    out
}

/// Reads what [`encode`] wrote.
///
/// # Errors
/// When a line is not as it should be; nothing is guessed.
pub fn decode(text: &str) -> Result<Catalog, CompactError> {
    let mut catalog = Catalog::default();
    for (index, line) in (1u32..).zip(text.lines()) {
        let at = |found: Option<()>| found.ok_or(CompactError { line: index });
        if index == 1 {
            let revision = line.strip_prefix(MAGIC).and_then(|rest| rest.strip_prefix('\t'));
            at(revision.map(|revision| revision.clone_into(&mut catalog.revision)))?;
            continue;
        }
        at(decode_line(&mut catalog, line))?;
    }
    if catalog.revision.is_empty() { Err(CompactError { line: 1 }) } else { Ok(catalog) }
}

fn decode_line(catalog: &mut Catalog, line: &str) -> Option<()> {
    let (kind, rest) = line.split_once('\t')?;
    let mut fields = rest.split('\t');
    match kind {
        "C" => catalog.credit_words = [fields.next()?.to_owned(), fields.next()?.to_owned()],
        "T" => catalog.types.push(TypeLabel {
            key: fields.next()?.to_owned(),
            name: fields.next()?.to_owned(),
            hint: fields.next()?.to_owned(),
            icon: fields.next()?.to_owned(),
        }),
        "G" => catalog.technologies.push(rest.to_owned()),
        "I" => {
            let name = fields.next()?.to_owned();
            let acronym = fields.next().filter(|acronym| !acronym.is_empty()).map(str::to_owned);
            let technology = match fields.next()? {
                "" => None,
                place => Some(place.parse().ok()?),
            };
            let slug = match fields.next()? {
                "" => natural_slug(&name, acronym.as_deref()),
                slug => slug.to_owned(),
            };
            catalog.items.push(Item { slug, name, acronym, technology, versions: Vec::new() });
        }
        "" => {
            let number = fields.next()?.to_owned();
            let deliveries = fields.map(decode_delivery).collect::<Option<Vec<_>>>()?;
            catalog.items.last_mut()?.versions.push(Version { number, deliveries });
        }
        _ => return None,
    }
    Some(())
}

fn decode_delivery(text: &str) -> Option<Delivery> {
    let mut fields = text.split(',');
    let item_type = fields.next()?.parse().ok()?;
    let credits = fields.next()?.parse().ok()?;
    let most_credits = match fields.next()? {
        "" => credits,
        most => most.parse().ok()?,
    };
    let offered_from = day_of(fields.next()?)?;
    let offered_until = match fields.next() {
        None | Some("") => None,
        Some(day) => Some(day_of(day)?),
    };
    let hours = match fields.next() {
        None => None,
        Some(hours) => Some(hours.parse().ok()?),
    };
    Some(Delivery { item_type, credits, most_credits, offered_from, offered_until, hours })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;

    fn name() -> impl Strategy<Value = String> {
        "[A-Za-z][A-Za-z0-9 .&()é-]{0,30}[a-z]"
    }

    fn delivery() -> impl Strategy<Value = Delivery> {
        (0u8..9, 1u32..1001, 0u32..3, -4000i64..12_000, option::of(0u32..5000), option::of(1u32..500)).prop_map(
            |(item_type, credits, more, from, lasts, hours)| {
                let offered_from = day_of(&from.to_string()).unwrap();
                let offered_until = lasts.map(|days| add_days(offered_from, days));
                Delivery { item_type, credits, most_credits: credits + more, offered_from, offered_until, hours }
            },
        )
    }

    fn item() -> impl Strategy<Value = Item> {
        let versions = vec(("[0-9.]{0,4}", vec(delivery(), 0..3)), 0..3);
        (name(), option::of("[A-Z0-9]{2,9}"), option::of(0u16..5), option::of("[a-z0-9-]{1,12}"), versions).prop_map(
            |(name, acronym, technology, slug, versions)| Item {
                slug: slug.unwrap_or_else(|| natural_slug(&name, acronym.as_deref())),
                name,
                acronym,
                technology,
                versions: versions.into_iter().map(|(number, deliveries)| Version { number, deliveries }).collect(),
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(items in vec(item(), 0..12)) {
            let label = |text: &str| text.to_owned();
            let catalog = Catalog {
                revision: label("r1"),
                credit_words: [label("credit"), label("credits")],
                types: vec![TypeLabel { key: label("a"), name: label("A b"), hint: label(""), icon: label("i") }],
                technologies: vec![label("Security"), label("Data Center")],
                items,
            };
            prop_assert_eq!(decode(&encode(&catalog)), Ok(catalog));
        }

        #[test]
        fn no_file_makes_reading_panic(text in "(ce-catalog/1\tr\n)?([CTGI]?\t[\\PC\t,]{0,12}\n){0,6}") {
            let _ = decode(&text);
        }
    }

    #[test]
    fn a_file_that_is_cut_off_or_foreign_is_refused_with_its_line() {
        assert_eq!(decode(""), Err(CompactError { line: 1 }));
        assert_eq!(decode("<!doctype html>"), Err(CompactError { line: 1 }));
        assert_eq!(decode("ce-catalog/1\tr\nI\tname\tAC"), Err(CompactError { line: 2 }));
        assert_eq!(decode("ce-catalog/1\tr\n\t1.0\t0,5,,10"), Err(CompactError { line: 2 }));
    }
}
