//! The catalog: items, their versions, and what each version comes as.
//!
//! An **offering** is an item version x item type x provider, with its credits and the days it was offered.
//! What the browser loads is smaller: for each version the types it comes as ([`Delivery`]), without providers.

pub mod compact;
pub mod search;

use crate::calendar::Day;
use serde::{Deserialize, Serialize};

/// The whole catalog as searched and filtered, in the browser and on the server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalog {
    /// Changes whenever the content does.
    pub revision: String,
    /// What one credit and several are called.
    pub credit_words: [String; 2],
    /// The kinds of training, in the program's order.
    pub types: Vec<TypeLabel>,
    /// Names of technologies, sorted.
    pub technologies: Vec<String>,
    /// Items, sorted by name, then acronym.
    pub items: Vec<Item>,
}

/// What the browser needs to know of an item type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeLabel {
    /// Stands for the type in data.
    pub key: String,
    /// What people read.
    pub name: String,
    /// A few words beside the name.
    pub hint: String,
    /// Name of its icon in the sprite.
    pub icon: String,
}

/// A training with a name, whatever its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Stands for the item in addresses.
    pub slug: String,
    /// Its full name.
    pub name: String,
    /// Its short name; one item in eleven has none.
    pub acronym: Option<String>,
    /// Place of its technology in [`Catalog::technologies`].
    pub technology: Option<u16>,
    /// Its versions, newest first.
    pub versions: Vec<Version>,
}

/// One version of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// As printed, `1.2`; empty for items that have no versions.
    pub number: String,
    /// What it comes as, in the program's order of types.
    pub deliveries: Vec<Delivery>,
}

/// What a version comes as, over all its providers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Place of the type in [`Catalog::types`].
    pub item_type: u8,
    /// The fewest credits any provider's offering earns.
    pub credits: u32,
    /// The most.
    pub most_credits: u32,
    /// The first day any provider offered it.
    pub offered_from: Day,
    /// The last day any provider offered it; `None`: still offered.
    pub offered_until: Option<Day>,
    /// How many hours it takes with the provider that needs fewest; `None`: nobody says.
    pub hours: Option<u32>,
}

impl Delivery {
    /// Whether it was offered on a day; first and last day count.
    pub fn offered_on(&self, day: Day) -> bool {
        offered_on(self.offered_from, self.offered_until, day)
    }
}

/// Whether a day lies in the days of an offering; first and last day count.
pub fn offered_on(from: Day, until: Option<Day>, day: Day) -> bool {
    from <= day && until.is_none_or(|last| day <= last)
}

impl Version {
    /// Whether it was offered on a day, as anything, by anybody.
    pub fn offered_on(&self, day: Day) -> bool {
        self.deliveries.iter().any(|delivery| delivery.offered_on(day))
    }
}

impl Item {
    /// Whether any version was offered on a day.
    pub fn offered_on(&self, day: Day) -> bool {
        self.versions.iter().any(|version| version.offered_on(day))
    }

    /// Name with acronym, as `Designing Cisco Enterprise Networks (ENSLD)`.
    pub fn title(&self) -> String {
        title(&self.name, self.acronym.as_deref())
    }
}

/// Name with acronym, as `Designing Cisco Enterprise Networks (ENSLD)`.
pub fn title(name: &str, acronym: Option<&str>) -> String {
    match acronym {
        Some(acronym) if !acronym.is_empty() => format!("{name} ({acronym})"),
        _ => name.to_owned(),
    }
}

/// Title with version, as `Designing Cisco Enterprise Networks (ENSLD) 1.0`: what a claim is called.
pub fn label(name: &str, acronym: Option<&str>, version: &str) -> String {
    let title = title(name, acronym);
    if version.is_empty() { title } else { format!("{title} {version}") }
}

/// The slug an item has when no other item has taken it.
pub fn natural_slug(name: &str, acronym: Option<&str>) -> String {
    let slug = crate::text::slug(acronym.filter(|acronym| !acronym.is_empty()).unwrap_or(name));
    if slug.is_empty() { "item".to_owned() } else { slug }
}

/// Stands for one version of one item in forms and addresses: `encor@1.2`, or `activity-15-nov`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct VersionRef {
    /// The item's slug.
    pub slug: String,
    /// The version's number; empty for items that have no versions.
    pub number: String,
}

impl VersionRef {
    /// Reads what [`VersionRef::to_string`] wrote; `None` when it cannot be one.
    pub fn parse(text: &str) -> Option<VersionRef> {
        let (slug, number) = text.split_once('@').unwrap_or((text, ""));
        let slug_ok = !slug.is_empty()
            && slug.len() <= 200
            && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let number_ok = number.len() <= 40 && !number.chars().any(|c| c.is_control() || c == '@');
        (slug_ok && number_ok).then(|| VersionRef { slug: slug.to_owned(), number: number.to_owned() })
    }
}

impl std::fmt::Display for VersionRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.number.is_empty() { f.write_str(&self.slug) } else { write!(f, "{}@{}", self.slug, self.number) }
    }
}

/// Newest first: `10.0` before `9.1`, `2.0` before `1.2`, words after numbers.
pub fn newest_first(a: &str, b: &str) -> std::cmp::Ordering {
    let key = |text: &str| -> Vec<(u64, String)> {
        text.split(['.', '-', ' '])
            .map(|part| {
                let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
                let rest = part.get(digits.len()..).unwrap_or("").to_owned();
                (digits.parse().unwrap_or(0), rest)
            })
            .collect()
    };
    key(b).cmp(&key(a)).then_with(|| b.cmp(a))
}

impl Catalog {
    /// The item with this slug.
    pub fn item(&self, slug: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.slug == slug)
    }

    /// The item and version a reference stands for.
    pub fn version(&self, reference: &VersionRef) -> Option<(&Item, &Version)> {
        let item = self.item(&reference.slug)?;
        let version = item.versions.iter().find(|version| version.number == reference.number)?;
        Some((item, version))
    }

    /// `1 credit`, `64 credits`, in the program's own word; `24 to 64 credits` where providers differ.
    pub fn credits(&self, least: u32, most: u32) -> String {
        let [one, many] = &self.credit_words;
        let most_words = crate::text::count(i64::from(most), one, many);
        if least == most { most_words } else { format!("{least} to {most_words}") }
    }

    /// What people read for a delivery's type.
    pub fn type_of(&self, delivery: &Delivery) -> Option<&TypeLabel> {
        self.types.get(usize::from(delivery.item_type))
    }

    /// Place of the type with this key.
    pub fn type_place(&self, key: &str) -> Option<u8> {
        self.types.iter().position(|kind| kind.key == key).and_then(|place| u8::try_from(place).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{add_days, parse_day};
    use proptest::prelude::*;

    #[test]
    fn a_claim_is_called_by_name_acronym_and_version() {
        assert_eq!(label("Designing Networks", Some("ENSLD"), "1.0"), "Designing Networks (ENSLD) 1.0");
        assert_eq!(label("Activity 15 Nov", None, ""), "Activity 15 Nov");
    }

    #[test]
    fn the_newest_version_comes_first() {
        let mut versions = vec!["1.0", "", "10.0", "2.1", "2.10", "1.2", "2.1a"];
        versions.sort_by(|a, b| newest_first(a, b));
        assert_eq!(versions, ["10.0", "2.10", "2.1a", "2.1", "1.2", "1.0", ""]);
    }

    #[test]
    fn a_reference_survives_being_written_and_read() {
        for text in ["encor@1.2", "activity-15-nov", "x@2.0 beta"] {
            assert_eq!(VersionRef::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "@1.2", "Encor@1", "a b", "a@b@c", "../x", "a@\n"] {
            assert_eq!(VersionRef::parse(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn an_offering_is_offered_from_its_first_to_its_last_day_and_on_no_other(
            first in 0u32..4000, lasts in proptest::option::of(0u32..4000), at in 0u32..9000,
        ) {
            let start = parse_day("01-Jan-2015").unwrap();
            let from = add_days(start, first);
            let until = lasts.map(|days| add_days(from, days));
            let expected = at >= first && lasts.is_none_or(|days| at <= first + days);
            prop_assert_eq!(offered_on(from, until, add_days(start, at)), expected);
        }
    }
}
