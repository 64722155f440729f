//! A large world, always the same for the same sizes: what load is tried on.
//!
//! Its shape is that of a real catalog: few versions for most items, hundreds of sites for some courses, one item with
//! every academy, one item in eleven without an acronym, names that occur twice.

use super::demo::import_basics;
use super::random_password;
use crate::server::db::accounts::{self, NewAccount};
use crate::server::db::claims::{self, NewClaim};
use crate::server::db::{Tx, audit, imports, ledger, new_id, settings};
use crate::server::error::Fault;
use crate::server::import::Context;
use crate::server::settle;
use crate::server::state::AppState;
use crate::transaction;
use ce_domain::account::Email;
use ce_domain::calendar::{Day, add_days, add_years, days_between, subtract_days, subtract_years};
use ce_domain::catalog::{label, natural_slug};
use ce_domain::claim::Status;
use ce_domain::program::Program;
use ce_domain::text::{fold, slug, thousands};
use chrono::{DateTime, TimeDelta, Utc};
use indicatif::ProgressBar;
use std::collections::HashSet;
use std::str::FromStr;

/// Rows in one transaction: enough to be fast, few enough that others get their turn.
const BATCH: usize = 5_000;
/// Under which name the sizes are kept: a second large world would stand in the way of the first.
const SETTING: &str = "scale";

/// How large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// Catalog items.
    pub items: u32,
    /// People with a profile and an account.
    pub people: u32,
    /// Claims.
    pub claims: u32,
    /// Whether every record is replayed at the end; otherwise that is left to `ce-portal settle`, which can then be measured.
    pub settle: bool,
}

impl FromStr for Scale {
    type Err = String;

    fn from_str(text: &str) -> Result<Scale, String> {
        let mut scale = Scale { items: 10_000, people: 100_000, claims: 1_000_000, settle: true };
        for part in text.split(',') {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            if name == "settle" {
                scale.settle = match value {
                    "yes" => true,
                    "no" => false,
                    _ => return Err(format!("\"{part}\": write settle=yes or settle=no")),
                };
                continue;
            }
            let size = value.parse::<u32>().ok().filter(|size| *size <= 10_000_000);
            let size = size.ok_or_else(|| format!("\"{part}\": write a size as in items=10000, at most 10000000"))?;
            match name {
                "items" => scale.items = size,
                "people" => scale.people = size,
                "claims" => scale.claims = size,
                _ => return Err(format!("\"{name}\" is none of items, people, claims and settle")),
            }
        }
        if scale.items == 0 || (scale.people == 0 && scale.claims > 0) {
            return Err("there must be at least one item, and one of the people for claims".to_owned());
        }
        // A person claims each version once at most, and not more than this in a cycle.
        if scale.claims / 200 > scale.people.min(u32::MAX / 200) || scale.claims / scale.people.max(1) > scale.items {
            return Err("too many claims for so few people or items: a version counts once a cycle".to_owned());
        }
        Ok(scale)
    }
}

impl std::fmt::Display for Scale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "items={},people={},claims={}", self.items, self.people, self.claims)
    }
}

/// Numbers that look random and are the same every time, with whatever version of whatever crate (splitmix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to `below`, without it.
    fn below(&mut self, below: u32) -> u32 {
        u32::try_from(self.next() % u64::from(below.max(1))).unwrap_or(0)
    }

    fn between(&mut self, from: u32, to: u32) -> u32 {
        from + self.below(to.saturating_sub(from) + 1)
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(usize::try_from(self.below(u32::try_from(of.len()).unwrap_or(u32::MAX))).unwrap_or(0))
    }
}

/// A version that can be claimed, as claims need it.
struct Claimable {
    version_id: String,
    label: String,
    item_type: &'static str,
    provider_id: String,
    credits: i64,
}

struct Person {
    account_id: String,
    profile_id: String,
    cycle_start: Day,
}

/// Makes a large world, and tells what was made.
///
/// # Errors
/// When the database holds more than demonstration data, the program is not the sample, or the database says no.
pub async fn scale(state: &AppState, scale: Scale, bar: &ProgressBar) -> Result<String, String> {
    let unwell = |error: sqlx::Error| format!("the database does not answer: {error}");
    let demo = settings::get(state.db.read(), settings::DEMO).await.map_err(unwell)?.as_deref() == Some("true");
    if let Some(sizes) = settings::get(state.db.read(), SETTING).await.map_err(unwell)? {
        return Err(format!("the database holds a large world already ({sizes}): name an empty one in DATABASE_URL"));
    }
    if !demo && !super::is_empty(&state.db).await? {
        return Err("the database holds real data: made-up data goes into an empty one, or one of demonstration data"
            .to_owned());
    }
    for (_, key, ..) in TYPES {
        if state.program.item_type(key).is_none() {
            return Err(format!(
                "the program has no item type \"{key}\": a large world is made for the sample program"
            ));
        }
    }
    let password = state.config.demo_password.clone().unwrap_or_else(random_password);
    let hash = state.hasher.hash(password.clone()).await.map_err(|fault| fault.to_string())?;
    let mut maker = Maker { state, bar, dice: Dice(20_261_123), now: state.clock.now(), today: state.clock.today() };
    let made = maker.make(scale, &hash).await.map_err(|fault| format!("the large world was not finished: {fault}"))?;
    let offerings = made?;
    Ok(format!(
        "{} items with {} offerings, {} people, {} claims.\nSign in as person1@scale.example to person{}@scale.example, password {password}",
        thousands(scale.items.into()),
        thousands(offerings),
        thousands(scale.people.into()),
        thousands(scale.claims.into()),
        scale.people
    ))
}

/// Item types: how many of 200 items are one, key, name of the course, fewest and most credits.
const TYPES: [(u32, &str, &str, (u32, u32)); 9] = [
    (90, "live", "Session", (1, 16)),
    (50, "instructor-led", "Implementing", (8, 64)),
    (24, "direct-delivery", "Understanding", (4, 64)),
    (16, "derivative", "Workshop on", (8, 40)),
    (8, "learning-path", "Path to", (8, 64)),
    (6, "academy", "Foundations of", (10, 30)),
    (3, "activity", "Authoring", (4, 70)),
    (2, "bootcamp", "Bootcamp on", (24, 40)),
    (1, "devnet", "Programming", (4, 48)),
];

const TECHNOLOGIES: [&str; 10] = [
    "Enterprise",
    "Security",
    "Data Center",
    "Collaboration",
    "Service Provider",
    "Wireless",
    "Automation",
    "Cloud",
    "Industrial",
    "Observability",
];

const SUBJECTS: [&str; 24] = [
    "Segment Routing",
    "Campus Fabrics",
    "Identity Services",
    "Zero Trust Access",
    "Video Endpoints",
    "Optical Transport",
    "Wireless Assurance",
    "Network Telemetry",
    "Infrastructure as Code",
    "Hybrid Cloud",
    "Industrial Switching",
    "Incident Response",
    "Multicast Design",
    "Quality of Service",
    "Virtual Private Networks",
    "Data Center Storage",
    "Contact Centers",
    "Software-Defined WAN",
    "Threat Hunting",
    "Route Policy",
    "Edge Computing",
    "Model-Driven Management",
    "IPv6 Transition",
    "Time-Sensitive Networks",
];

const CITIES: [&str; 20] = [
    "Lisbon", "Porto", "Málaga", "Lyon", "Ghent", "Kraków", "Łódź", "Turin", "Athens", "Cairo", "Nairobi", "Lagos",
    "Pune", "Chennai", "Cebu", "Osaka", "Recife", "Bogotá", "Denver", "Austin",
];

struct Maker<'a> {
    state: &'a AppState,
    bar: &'a ProgressBar,
    dice: Dice,
    now: DateTime<Utc>,
    today: Day,
}

impl Maker<'_> {
    async fn make(&mut self, scale: Scale, hash: &str) -> Result<Result<i64, String>, Fault> {
        let state = self.state;
        let context =
            Context { program: &state.program, settling: state.settling(self.now), now: self.now, today: self.today };
        let sizes = scale.to_string();
        // Marked before it is made: an unfinished large world is not taken for an empty database.
        let begun: Result<Result<(), String>, Fault> = transaction!(state.db, tx, {
            let imported = import_basics(&mut tx, context).await?;
            if imported.is_ok() {
                settings::set(tx.on(), settings::DEMO, "true").await?;
                settings::set(tx.on(), SETTING, &sizes).await?;
            }
            Ok(imported)
        });
        if let Err(refused) = begun? {
            return Ok(Err(refused));
        }
        let (claimable, offerings) = self.make_catalog(scale.items).await?;
        let people = self.make_people(scale.people, hash).await?;
        self.make_claims(scale.claims, &people, &claimable).await?;
        if scale.settle {
            self.bar.set_message("records");
            settle::all_due(&state.db, &state.rules, &state.clock, self.bar).await?;
        }
        Ok(Ok(offerings))
    }

    fn begin(&self, what: &'static str, rows: usize) {
        self.bar.reset();
        self.bar.set_message(what);
        self.bar.set_length(u64::try_from(rows).unwrap_or(0));
    }

    fn done(&self, rows: usize) {
        self.bar.inc(u64::try_from(rows).unwrap_or(0));
    }

    fn provider(&mut self, number: u32, academy: bool) -> imports::Provider {
        let city = self.dice.pick(&CITIES).copied().unwrap_or("Lisbon");
        let name = if academy {
            format!("Scale Academy {number}, {city}")
        } else {
            format!("Scale Learning {number}, {city}")
        };
        imports::Provider {
            id: new_id(self.now),
            slug: slug(&name),
            name,
            kind: if academy { "academy" } else { "learning partner" }.to_owned(),
            country: String::new(),
        }
    }

    async fn make_catalog(&mut self, items: u32) -> Result<(Vec<Claimable>, i64), Fault> {
        let sites: Vec<_> = (1..=(items / 20).clamp(8, 400)).map(|number| self.provider(number, false)).collect();
        let academies: Vec<_> = (1..=items.clamp(20, 12_000)).map(|number| self.provider(number, true)).collect();
        self.begin("providers", sites.len() + academies.len());
        for group in [&sites, &academies] {
            for batch in group.chunks(BATCH) {
                let state = self.state;
                let written: Result<(), Fault> = transaction!(state.db, tx, {
                    for provider in batch {
                        imports::insert_provider(tx.on(), provider).await?;
                    }
                    Ok(())
                });
                written?;
                self.done(batch.len());
            }
        }
        self.begin("items", usize::try_from(items).unwrap_or(0));
        let mut slugs: HashSet<String> =
            imports::items(self.state.db.read()).await?.into_iter().map(|item| item.slug).collect();
        let mut claimable = Vec::new();
        let mut count = 0;
        let mut batch: Vec<NewItem> = Vec::new();
        let mut rows = 0;
        let mut every_academy = true;
        for number in 1..=items {
            let item = self.item(number, &mut slugs, &sites, &academies, &mut every_academy);
            rows += item.offerings.len();
            count += item.offerings.len();
            claimable.extend(item.claimable());
            batch.push(item);
            if rows >= BATCH || number == items {
                self.write_items(&batch).await?;
                self.done(batch.len());
                batch.clear();
                rows = 0;
            }
        }
        imports::catalog_changed(self.state.db.write()).await?;
        Ok((claimable, i64::try_from(count).unwrap_or(i64::MAX)))
    }

    fn item(
        &mut self,
        number: u32,
        slugs: &mut HashSet<String>,
        sites: &[imports::Provider],
        academies: &[imports::Provider],
        every_academy: &mut bool,
    ) -> NewItem {
        let mut roll = self.dice.below(200);
        let mut kind = TYPES.first().copied().unwrap_or((0, "live", "", (1, 1)));
        for candidate in TYPES {
            kind = candidate;
            if roll < candidate.0 {
                break;
            }
            roll -= candidate.0;
        }
        let (_, item_type, verb, (fewest, most)) = kind;
        let subject = self.dice.pick(&SUBJECTS).copied().unwrap_or("Networks");
        // Every tenth name occurs twice; the acronym tells the two apart.
        let name_number = if number.is_multiple_of(10) { number - 1 } else { number };
        let name = format!("{verb} {subject} {name_number}");
        let acronym = if number.is_multiple_of(11) && !number.is_multiple_of(10) {
            String::new()
        } else {
            format!("SC{number:X}")
        };
        let mut item_slug = natural_slug(&name, Some(&acronym));
        while !slugs.insert(item_slug.clone()) {
            item_slug.push_str("-s");
        }
        let versions = match self.dice.below(100) {
            0..40 => 1,
            40..65 => 2,
            65..82 => 3,
            82..92 => 4,
            _ => self.dice.between(5, 8),
        };
        let item = imports::Item {
            id: new_id(self.now),
            slug: item_slug,
            name,
            acronym,
            technology: self.dice.pick(&TECHNOLOGIES).copied().unwrap_or("").to_owned(),
        };
        let mut new = NewItem { item, versions: Vec::new(), offerings: Vec::new(), item_type };
        for version in 1..=versions {
            let id = new_id(self.now);
            let printed = if versions == 1 && item_type == "live" { String::new() } else { format!("{version}.0") };
            new.versions.push((id.clone(), printed));
            let credits = i64::from(match self.dice.below(4_000) {
                0 => 550,
                1 => 1_000,
                _ => self.dice.between(fewest, most),
            });
            // The older half of the versions is no longer offered.
            let age = versions - version;
            let from = subtract_days(self.today, 900 + age * 400);
            let until = (age > 1 && age > versions / 2).then(|| add_days(from, 700));
            let (from_whom, how_many) = match item_type {
                "instructor-led" if number.is_multiple_of(50) => (sites, sites.len()),
                "instructor-led" => (sites, usize::try_from(self.dice.between(2, 24)).unwrap_or(2)),
                "direct-delivery" => (sites, usize::try_from(self.dice.between(3, 8)).unwrap_or(3)),
                "bootcamp" => (sites, usize::try_from(self.dice.between(2, 5)).unwrap_or(2)),
                "academy" if std::mem::take(every_academy) => (academies, academies.len()),
                "academy" => (academies, usize::try_from(self.dice.between(10, 60)).unwrap_or(10)),
                "live" => (sites, usize::try_from(self.dice.between(1, 2)).unwrap_or(1)),
                _ => (sites, 1),
            };
            let start = usize::try_from(self.dice.below(u32::try_from(from_whom.len()).unwrap_or(1))).unwrap_or(0);
            for provider in from_whom.iter().cycle().skip(start).take(how_many.min(from_whom.len())) {
                new.offerings.push(imports::Offering {
                    id: new_id(self.now),
                    version_id: id.clone(),
                    item_type: item_type.to_owned(),
                    provider_id: provider.id.clone(),
                    credits,
                    offered_from: from,
                    offered_until: until,
                    note: "illustrative".to_owned(),
                    // A day of eight hours for every eight credits: most published trainings are like that.
                    hours: Some(credits),
                });
            }
        }
        new
    }

    async fn write_items(&self, batch: &[NewItem]) -> Result<(), Fault> {
        let state = self.state;
        transaction!(state.db, tx, {
            for new in batch {
                let search = fold(&format!("{} {}", new.item.acronym, new.item.name));
                imports::insert_item(tx.on(), &new.item, search.trim_start()).await?;
                for (id, version) in &new.versions {
                    imports::insert_version(tx.on(), id, &new.item.id, version).await?;
                }
                for offering in &new.offerings {
                    imports::insert_offering(tx.on(), offering).await?;
                }
            }
            Ok(())
        })
    }

    async fn make_people(&mut self, people: u32, hash: &str) -> Result<Vec<Person>, Fault> {
        let state = self.state;
        self.begin("people", usize::try_from(people).unwrap_or(0));
        let certifications: Vec<imports::Certification> = imports::certifications(state.db.read())
            .await?
            .into_iter()
            .filter(|certification| certification.retired_on.is_none())
            .collect();
        let terms = state.program.terms_on(self.today).map(|terms| terms.version.clone());
        let mut made = Vec::with_capacity(usize::try_from(people).unwrap_or(0));
        let mut next = 1;
        while next <= people {
            let last = people.min(next + u32::try_from(BATCH / 5).unwrap_or(1) - 1);
            let batch: Vec<(u32, Person, Vec<imports::Holding>)> =
                (next..=last).map(|number| self.person(number, &certifications)).collect();
            let now = self.now;
            let written: Result<(), Fault> = transaction!(state.db, tx, {
                for (number, person, holdings) in &batch {
                    write_person(&mut tx, *number, person, holdings, hash, terms.as_deref(), now).await?;
                }
                Ok(())
            });
            written?;
            self.done(batch.len());
            made.extend(batch.into_iter().map(|(_, person, _)| person));
            next = last + 1;
        }
        Ok(made)
    }

    fn person(
        &mut self,
        number: u32,
        certifications: &[imports::Certification],
    ) -> (u32, Person, Vec<imports::Holding>) {
        let profile_id = new_id(self.now);
        // Most are certified, some have just lapsed.
        let lapsed = self.dice.below(20) == 0;
        let expires = if lapsed {
            subtract_days(self.today, self.dice.between(1, 300))
        } else {
            add_days(self.today, self.dice.between(1, 1_000))
        };
        let cycle_start = subtract_years(expires, 3);
        let earned_on = subtract_years(cycle_start, self.dice.below(3) * 3);
        let mut holdings: Vec<imports::Holding> = Vec::new();
        for _ in 0..self.dice.between(1, 3) {
            let Some(certification) = self.dice.pick(certifications) else { continue };
            if holdings.iter().any(|held| held.certification_id == certification.id) {
                continue;
            }
            holdings.push(imports::Holding {
                id: new_id(self.now),
                profile_id: profile_id.clone(),
                certification_id: certification.id.clone(),
                earned_on,
                cycle_start,
                last_extension: (earned_on < cycle_start).then_some(cycle_start),
                expires_on: Some(expires),
                status_code: "CERT".to_owned(),
            });
        }
        (number, Person { account_id: new_id(self.now), profile_id, cycle_start }, holdings)
    }

    async fn make_claims(&mut self, claims: u32, people: &[Person], of: &[Claimable]) -> Result<(), Fault> {
        self.begin("claims", usize::try_from(claims).unwrap_or(0));
        let state = self.state;
        let reasons: Vec<String> = state.program.denial_reasons.iter().map(|reason| reason.code.clone()).collect();
        let (Some(per_person), false) = (claims.checked_div(u32::try_from(people.len()).unwrap_or(1)), of.is_empty())
        else {
            return Ok(());
        };
        let more = usize::try_from(claims).unwrap_or(0) - usize::try_from(per_person).unwrap_or(0) * people.len();
        let mut batch: Vec<Made> = Vec::with_capacity(BATCH);
        for (place, person) in people.iter().enumerate() {
            let mut of_person = Vec::new();
            // A stride through the catalog: no version comes twice.
            let count = per_person + u32::from(place < more);
            let mut at = usize::try_from(self.dice.below(u32::try_from(of.len()).unwrap_or(1))).unwrap_or(0);
            for _ in 0..count {
                at = (at + 1) % of.len();
                of_person.push(self.claim(person, at, &reasons));
            }
            // A ledger is written in the order of decisions.
            of_person.sort_by_key(|made| made.submitted_on);
            batch.extend(of_person);
            if batch.len() >= BATCH || place + 1 == people.len() {
                let written: Result<(), Fault> = transaction!(state.db, tx, {
                    for made in &batch {
                        let Some(what) = of.get(made.what) else { continue };
                        write_claim(&mut tx, made, what, &state.program).await?;
                    }
                    Ok(())
                });
                written?;
                self.done(batch.len());
                batch.clear();
            }
        }
        Ok(())
    }

    fn claim(&mut self, person: &Person, what: usize, reasons: &[String]) -> Made {
        let days = u32::try_from(days_between(person.cycle_start, self.today)).unwrap_or(1).max(2);
        let completed_on = add_days(person.cycle_start, self.dice.below(days - 1));
        let waited = self.dice.below(40);
        let submitted_on = add_days(completed_on, waited).min(subtract_days(self.today, 1));
        let recent = days_between(submitted_on, self.today) <= 30;
        let status = match self.dice.below(100) {
            _ if recent && self.dice.below(2) == 0 => Status::Pending,
            0..78 => Status::Earned,
            78..93 => Status::Denied,
            _ => Status::Withdrawn,
        };
        Made {
            id: new_id(at(submitted_on)),
            account_id: person.account_id.clone(),
            profile_id: person.profile_id.clone(),
            cycle_from: person.cycle_start,
            what,
            started_on: subtract_days(completed_on, self.dice.below(12)),
            completed_on,
            submitted_on,
            decided_on: add_days(submitted_on, self.dice.below(7)).min(self.today),
            status,
            denial_code: if status == Status::Denied { self.dice.pick(reasons).cloned() } else { None },
        }
    }
}

struct NewItem {
    item: imports::Item,
    versions: Vec<(String, String)>,
    offerings: Vec<imports::Offering>,
    item_type: &'static str,
}

impl NewItem {
    /// One way to claim each of its versions.
    fn claimable(&self) -> Vec<Claimable> {
        self.versions
            .iter()
            .filter_map(|(id, version)| {
                let offering = self.offerings.iter().find(|offering| offering.version_id == *id)?;
                Some(Claimable {
                    version_id: id.clone(),
                    label: label(&self.item.name, Some(&self.item.acronym), version),
                    item_type: self.item_type,
                    provider_id: offering.provider_id.clone(),
                    credits: offering.credits,
                })
            })
            .collect()
    }
}

/// A claim about to be written.
struct Made {
    id: String,
    account_id: String,
    profile_id: String,
    cycle_from: Day,
    what: usize,
    started_on: Day,
    completed_on: Day,
    submitted_on: Day,
    decided_on: Day,
    status: Status,
    denial_code: Option<String>,
}

fn at(day: Day) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc() + TimeDelta::hours(19)
}

async fn write_person(
    tx: &mut Tx,
    number: u32,
    person: &Person,
    holdings: &[imports::Holding],
    password_hash: &str,
    terms: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let address = format!("person{number}@scale.example");
    let email = Email::parse(&address).ok_or_else(|| Fault::Impossible(format!("{address} is no address")))?;
    let candidate_id = format!("CSCO5{number:07}");
    accounts::insert_profile(tx.on(), &person.profile_id, &candidate_id, &format!("Person {number}"), now).await?;
    let (id, profile_id) = (person.account_id.as_str(), Some(person.profile_id.as_str()));
    accounts::insert(tx.on(), &NewAccount { id, profile_id, email: &email, password_hash, created_at: now }).await?;
    if let Some(version) = terms {
        accounts::accept_terms(tx.on(), id, version, now).await?;
    }
    for holding in holdings {
        imports::insert_holding(tx.on(), holding).await?;
    }
    Ok(())
}

async fn write_claim(tx: &mut Tx, made: &Made, what: &Claimable, program: &Program) -> Result<(), Fault> {
    let until = add_years(made.completed_on, program.claim.credit_validity_years);
    let kind = program.item_type(what.item_type);
    let earned = made.status == Status::Earned;
    let decided_at = (made.status != Status::Pending).then(|| at(made.decided_on));
    let new = NewClaim {
        id: &made.id,
        account_id: &made.account_id,
        profile_id: &made.profile_id,
        version_id: &what.version_id,
        item_type: what.item_type,
        type_name: kind.map_or(what.item_type, |kind| &kind.name),
        provider_id: &what.provider_id,
        item_label: &what.label,
        started_on: made.started_on,
        completed_on: made.completed_on,
        credits: what.credits,
        cycle_from: made.cycle_from,
        cycle_until: None,
        certificate_id: None,
        evidence_id: None,
        status: made.status,
        denial_code: made.denial_code.as_deref(),
        denial_note: "",
        corrects_id: None,
        submitted_at: at(made.submitted_on),
        submitted_on: made.submitted_on,
        decided_at,
        credits_until: earned.then_some(until),
    };
    claims::insert(tx.on(), &new).await?;
    let sent = audit::Done {
        at: new.submitted_at,
        actor_id: Some(&made.account_id),
        action: "claim.submitted",
        subject_kind: "claim",
        subject_id: &made.id,
        detail: "",
    };
    audit::write(tx.on(), &sent).await?;
    let Some(decided_at) = decided_at else { return Ok(()) };
    if earned {
        let entry = ledger::NewEntry {
            profile_id: &made.profile_id,
            claim_id: &made.id,
            kind: ce_domain::ledger::Kind::Earned,
            credits: what.credits,
            effective_on: made.completed_on,
            valid_until: until,
            recorded_at: decided_at,
            renewal: None,
            reverses: None,
        };
        ledger::append(tx, &entry).await?;
    }
    let (action, actor_id) = match made.status {
        Status::Earned => ("claim.earned", None),
        Status::Denied => ("claim.denied", None),
        _ => ("claim.withdrawn", Some(made.account_id.as_str())),
    };
    let detail = made.denial_code.as_deref().unwrap_or("");
    audit::write(tx.on(), &audit::Done { at: decided_at, actor_id, action, detail, ..sent }).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_bad_ones_named() {
        assert_eq!("items=5,people=2,claims=4".parse(), Ok(Scale { items: 5, people: 2, claims: 4, settle: true }));
        assert_eq!("settle=no".parse::<Scale>().map(|scale| scale.settle), Ok(false));
        for (text, word) in [
            ("items=x", "items=x"),
            ("cats=5", "cats"),
            ("settle=never", "settle=yes or settle=no"),
            ("items=0,people=1,claims=1", "at least one"),
            ("people=1,claims=5000", "too many"),
        ] {
            let error = text.parse::<Scale>().expect_err(text);
            assert!(error.contains(word), "{text}: {error}");
        }
    }

    #[test]
    fn the_dice_fall_the_same_every_time() {
        let mut dice = Dice(1);
        assert_eq!([dice.next(), dice.next()], [0x910a_2dec_8902_5cc1, 0xbeeb_8da1_658e_ec67]);
    }
}
