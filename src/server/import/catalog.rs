//! The catalog: one row an offering (item version x item type x provider), with its credits and its days.
//!
//! A row is known by item name, acronym, version, type, provider and first day. Its credits, last day, technology,
//! note and hours may change as long as no claim rests on what was: a new number of credits is a new period.

use super::{Change, Context, Outcome, Report, Table, choices, free_slug};
use crate::server::db::{Tx, imports, new_id};
use crate::server::error::Fault;
use ce_domain::calendar::{Day, show};
use ce_domain::catalog::natural_slug;
use ce_domain::text;
use indicatif::ProgressBar;
use std::collections::{BTreeMap, HashMap, HashSet};

/// The columns of the file.
pub const COLUMNS: &[&str] = &[
    "item_name",
    "acronym",
    "technology",
    "version",
    "item_type",
    "provider",
    "credits",
    "offered_from",
    "offered_until",
    "note",
];

/// How long a training takes, in hours: for plans that cost the least time. Nothing in it means that nobody says.
pub const OPTIONAL: &[&str] = &["hours"];

/// More than any training takes.
const MOST_HOURS: i64 = 100_000;
/// More than any training earns, less than what makes sums run over.
const MOST_CREDITS: i64 = 1_000_000;

/// A row whose values are each right.
struct Row {
    /// Its place in the table.
    place: usize,
    name: String,
    acronym: String,
    technology: String,
    version: String,
    item_type: String,
    provider: String,
    credits: i64,
    from: Day,
    until: Option<Day>,
    note: String,
    hours: Option<i64>,
}

/// An item, stored or about to be.
struct Item {
    id: String,
    technology: String,
    stored: bool,
    /// The row that named it first, and what that row says of its technology.
    first: Option<(u64, String)>,
}

/// The days of an offering, stored or about to be.
struct Period {
    id: String,
    from: Day,
    until: Option<Day>,
    credits: i64,
    note: String,
    hours: Option<i64>,
    /// What is stored, where something is.
    stored: Option<Stored>,
    /// The row that speaks of it, by its place.
    row: Option<usize>,
}

struct Stored {
    until: Option<Day>,
    credits: i64,
    note: String,
    hours: Option<i64>,
}

impl Period {
    fn differs(&self) -> bool {
        self.stored.as_ref().is_some_and(|stored| {
            stored.until != self.until
                || stored.credits != self.credits
                || stored.note != self.note
                || stored.hours != self.hours
        })
    }

    /// Whether the change could touch a claim: other credits, or fewer days.
    fn takes_away(&self) -> bool {
        self.stored.as_ref().is_some_and(|stored| stored.credits != self.credits || self.shorter(stored))
    }

    fn shorter(&self, stored: &Stored) -> bool {
        self.until.is_some_and(|until| stored.until.is_none_or(|before| until < before))
    }
}

/// Version, type, provider: whose periods may not overlap.
type Group = (String, String, String);

pub(super) async fn apply(
    tx: &mut Tx,
    context: Context<'_>,
    table: &Table,
    bar: &ProgressBar,
) -> Result<Outcome, Fault> {
    let mut errors = Vec::new();
    let rows = read(context, table, &mut errors);

    let providers: HashMap<String, String> =
        imports::providers(tx.on()).await?.into_iter().map(|provider| (provider.name, provider.id)).collect();
    let mut slugs = HashSet::new();
    let mut items: HashMap<(String, String), Item> = HashMap::new();
    for item in imports::items(tx.on()).await? {
        slugs.insert(item.slug);
        let known = Item { id: item.id, technology: item.technology, stored: true, first: None };
        items.insert((item.name, item.acronym), known);
    }
    let mut versions: HashMap<(String, String), String> = HashMap::new();
    for version in imports::versions(tx.on()).await? {
        versions.insert((version.item_id, version.version), version.id);
    }
    let mut groups: HashMap<Group, Vec<Period>> = HashMap::new();
    for offering in imports::offerings(tx.on()).await? {
        let stored = Stored {
            until: offering.offered_until,
            credits: offering.credits,
            note: offering.note.clone(),
            hours: offering.hours,
        };
        groups.entry((offering.version_id, offering.item_type, offering.provider_id)).or_default().push(Period {
            id: offering.id,
            from: offering.offered_from,
            until: offering.offered_until,
            credits: offering.credits,
            note: offering.note,
            hours: offering.hours,
            stored: Some(stored),
            row: None,
        });
    }

    let mut new_versions: Vec<(String, String, String)> = Vec::new();
    let mut touched: BTreeMap<usize, Group> = BTreeMap::new();
    for row in &rows {
        let Some(file_row) = table.rows.get(row.place) else { continue };
        let mut fields = table.fields(file_row, &mut errors);
        let item = items.entry((row.name.clone(), row.acronym.clone())).or_insert_with(|| Item {
            id: new_id(context.now),
            technology: row.technology.clone(),
            stored: false,
            first: None,
        });
        match &item.first {
            None => item.first = Some((file_row.line, row.technology.clone())),
            Some((line, technology)) if *technology != row.technology => {
                let reason = format!("line {line} says \"{technology}\" of the same item: make them agree");
                fields.wrong("technology", reason);
            }
            Some(_) => {}
        }
        let Some(provider_id) = providers.get(&row.provider) else {
            fields.wrong("provider", "is not known: import it with the providers first, or correct its name");
            continue;
        };
        let version_id = versions.entry((item.id.clone(), row.version.clone())).or_insert_with(|| {
            let id = new_id(context.now);
            new_versions.push((id.clone(), item.id.clone(), row.version.clone()));
            id
        });
        let group = (version_id.clone(), row.item_type.clone(), provider_id.clone());
        let periods = groups.entry(group.clone()).or_default();
        match periods.iter_mut().find(|period| period.from == row.from) {
            Some(period) => {
                if let Some(before) = period.row.and_then(|place| table.rows.get(place)) {
                    let reason =
                        format!("the same offering stands on line {} already: take one of them out", before.line);
                    fields.wrong("offered_from", reason);
                    continue;
                }
                period.row = Some(row.place);
                period.until = row.until;
                period.credits = row.credits;
                period.note.clone_from(&row.note);
                period.hours = row.hours;
            }
            None => periods.push(Period {
                id: new_id(context.now),
                from: row.from,
                until: row.until,
                credits: row.credits,
                note: row.note.clone(),
                hours: row.hours,
                stored: None,
                row: Some(row.place),
            }),
        }
        touched.insert(row.place, group);
    }

    let changed_groups: HashSet<&Group> = touched.values().collect();
    for group in &changed_groups {
        if let Some(periods) = groups.get_mut(*group) {
            periods.sort_by_key(|period| period.from);
            find_overlaps(periods, table, &mut errors);
        }
    }
    let taken_away: Vec<&Period> = changed_groups
        .iter()
        .filter_map(|group| groups.get(*group))
        .flatten()
        .filter(|period| period.takes_away())
        .collect();
    if !taken_away.is_empty() {
        let claimed: HashMap<String, Day> = imports::last_claimed(tx.on()).await?.into_iter().collect();
        for period in taken_away {
            if let Some(last) = claimed.get(&period.id) {
                refuse_change(period, *last, table, &mut errors);
            }
        }
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }

    write_items(tx, &items, &mut slugs).await?;
    for (id, item_id, version) in &new_versions {
        imports::insert_version(tx.on(), id, item_id, version).await?;
    }
    let mut report = Report::default();
    for row in &rows {
        bar.inc(1);
        let Some(group) = touched.get(&row.place) else { continue };
        let periods = groups.get(group).map(Vec::as_slice).unwrap_or_default();
        let Some(period) = periods.iter().find(|period| period.row == Some(row.place)) else { continue };
        let (version_id, item_type, provider_id) = group;
        let offering = imports::Offering {
            id: period.id.clone(),
            version_id: version_id.clone(),
            item_type: item_type.clone(),
            provider_id: provider_id.clone(),
            credits: period.credits,
            offered_from: period.from,
            offered_until: period.until,
            note: period.note.clone(),
            hours: period.hours,
        };
        let item = items.get(&(row.name.clone(), row.acronym.clone()));
        let change = if period.stored.is_none() {
            imports::insert_offering(tx.on(), &offering).await?;
            Change::Added
        } else if period.differs() {
            imports::update_offering(tx.on(), &offering).await?;
            Change::Changed
        } else if item.is_some_and(|item| item.stored && item.technology != row.technology) {
            Change::Changed
        } else {
            Change::None
        };
        report.count(change);
    }
    if report.anything() {
        imports::catalog_changed(tx.on()).await?;
    }
    Ok(Ok(report))
}

/// Reads the values of every row; what is wrong with one alone is noted.
fn read(context: Context<'_>, table: &Table, errors: &mut Vec<super::RowError>) -> Vec<Row> {
    let mut rows = Vec::with_capacity(table.rows.len());
    for (place, row) in table.rows.iter().enumerate() {
        let mut fields = table.fields(row, errors);
        let name = fields.required("item_name", 200);
        let acronym = fields.text("acronym", 40);
        let technology = fields.text("technology", 80);
        let mut version = fields.text("version", 40);
        if version.as_deref().is_some_and(|version| version.contains('@')) {
            fields.wrong("version", "a version cannot contain @: it divides item and version in addresses");
            version = None;
        }
        let mut item_type = fields.required("item_type", 60);
        if item_type.as_deref().is_some_and(|key| context.program.item_type(key).is_none()) {
            let keys = choices(context.program.item_types.iter().map(|kind| kind.key.as_str()));
            fields.wrong("item_type", format!("is no item type of this program: write one of {keys}"));
            item_type = None;
        }
        let provider = fields.required("provider", 200);
        let credits = match fields.value("credits").parse::<i64>() {
            Ok(credits) if (1..=MOST_CREDITS).contains(&credits) => Some(credits),
            _ => {
                let most = text::thousands(MOST_CREDITS);
                fields.wrong("credits", format!("write a whole number from 1 to {most}, without signs"));
                None
            }
        };
        let hours = match fields.value("hours") {
            "" => None,
            text => match text.parse::<i64>() {
                Ok(hours) if (1..=MOST_HOURS).contains(&hours) => Some(hours),
                _ => {
                    let most = text::thousands(MOST_HOURS);
                    fields.wrong("hours", format!("write a whole number from 1 to {most}, or nothing"));
                    continue;
                }
            },
        };
        let from = fields.day("offered_from");
        let until = fields.optional_day("offered_until");
        let note = fields.text("note", 200);
        if let (Some(from), Some(Some(until))) = (from, until)
            && until < from
        {
            fields.wrong("offered_until", format!("lies before the first day, {}: correct one of them", show(from)));
            continue;
        }
        let (Some(name), Some(acronym), Some(technology), Some(version)) = (name, acronym, technology, version) else {
            continue;
        };
        let (Some(item_type), Some(provider), Some(credits)) = (item_type, provider, credits) else { continue };
        let (Some(from), Some(until), Some(note)) = (from, until, note) else { continue };
        rows.push(Row {
            place,
            name,
            acronym,
            technology,
            version,
            item_type,
            provider,
            credits,
            from,
            until,
            note,
            hours,
        });
    }
    rows
}

/// Notes the periods, sorted by first day, that begin before the one before them has ended.
fn find_overlaps(periods: &[Period], table: &Table, errors: &mut Vec<super::RowError>) {
    for pair in periods.windows(2) {
        let [first, second] = pair else { continue };
        if first.until.is_some_and(|until| until < second.from) {
            continue;
        }
        // What stands in the file can be corrected there; of two rows the later period.
        let (place, column, other) = match (first.row, second.row) {
            (_, Some(place)) => (place, "offered_from", first),
            (Some(place), None) => (place, "offered_until", second),
            (None, None) => continue,
        };
        let Some(row) = table.rows.get(place) else { continue };
        let whose = match other.row.and_then(|place| table.rows.get(place)) {
            Some(row) => format!("on line {}", row.line),
            None => "in the catalog".to_owned(),
        };
        let days = match other.until {
            Some(until) => format!("{} to {}", show(other.from), show(until)),
            None => format!("{} on", show(other.from)),
        };
        let reason = format!(
            "overlaps the period from {days} {whose}, for the same version, type and provider: end the old period \
             the day before, in its own row, and begin the new one after it"
        );
        table.fields(row, errors).wrong(column, reason);
    }
}

/// Notes that claims rest on what a row would change.
fn refuse_change(period: &Period, last_claim: Day, table: &Table, errors: &mut Vec<super::RowError>) {
    let (Some(stored), Some(row)) = (&period.stored, period.row.and_then(|place| table.rows.get(place))) else {
        return;
    };
    let mut fields = table.fields(row, errors);
    if stored.credits != period.credits {
        let reason = format!(
            "was {} and has been claimed for trainings up to {}, so it cannot change: end this period (offered_until) \
             and add a row for the new one",
            stored.credits,
            show(last_claim)
        );
        fields.wrong("credits", reason);
    }
    if period.shorter(stored) && period.until.is_some_and(|until| until < last_claim) {
        let reason =
            format!("it has been claimed for a training completed on {}: end it then or later", show(last_claim));
        fields.wrong("offered_until", reason);
    }
}

/// Adds new items and corrects the technology of known ones.
async fn write_items(
    tx: &mut Tx,
    items: &HashMap<(String, String), Item>,
    slugs: &mut HashSet<String>,
) -> Result<(), Fault> {
    // By name, so that slugs do not depend on the order of the rows.
    let mut named: Vec<_> = items.iter().filter_map(|(key, item)| Some((key, item, item.first.as_ref()?))).collect();
    named.sort_by_key(|(key, ..)| *key);
    for ((name, acronym), item, (_, technology)) in named {
        if !item.stored {
            let slug = free_slug(&natural_slug(name, Some(acronym)), slugs);
            let search = text::fold(text::tidy(&format!("{acronym} {name}")).as_str());
            let new = imports::Item {
                id: item.id.clone(),
                slug,
                name: name.clone(),
                acronym: acronym.clone(),
                technology: technology.clone(),
            };
            imports::insert_item(tx.on(), &new, &search).await?;
        } else if item.technology != *technology {
            imports::set_technology(tx.on(), &item.id, technology).await?;
        }
    }
    Ok(())
}
