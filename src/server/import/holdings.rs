//! Who holds what: several rows a person, known by candidate ID.
//!
//! A person who is new gets a profile. An account with one of the person's addresses that belongs to nobody yet is
//! linked to it; accounts are never made here, because only their owners can choose a password.

use super::{Change, Context, Outcome, Report, RowError, Table};
use crate::server::db::{Tx, accounts, earned, imports, new_id};
use crate::server::error::Fault;
use crate::server::settle;
use ce_domain::account::{Email, is_candidate_id};
use ce_domain::calendar::{Day, show};
use ce_domain::text::count;
use indicatif::ProgressBar;
use std::collections::{BTreeSet, HashMap, HashSet};

/// The columns of the file. Candidate ID, certification and the day it was earned are what a row is known by.
pub const COLUMNS: &[&str] = &[
    "candidate_id",
    "name",
    "account_email",
    "certification",
    "earned_on",
    "cycle_start",
    "last_extension",
    "expires_on",
    "status",
];

struct Row {
    place: usize,
    candidate_id: String,
    name: String,
    email: Option<Email>,
    certification: String,
    earned_on: Day,
    cycle_start: Day,
    last_extension: Option<Day>,
    expires_on: Option<Day>,
    status: String,
}

struct Profile {
    id: String,
    name: String,
    stored: bool,
}

pub(super) async fn apply(
    tx: &mut Tx,
    context: Context<'_>,
    table: &Table,
    bar: &ProgressBar,
) -> Result<Outcome, Fault> {
    let mut errors = Vec::new();
    let rows = read(context, table, &mut errors);
    agree(&rows, table, &mut errors);

    let certifications: HashMap<String, imports::Certification> =
        imports::certifications(tx.on()).await?.into_iter().map(|c| (c.code.clone(), c)).collect();
    let mut profiles: HashMap<String, Profile> = imports::profiles(tx.on())
        .await?
        .into_iter()
        .map(|(id, candidate_id, name)| (candidate_id, Profile { id, name, stored: true }))
        .collect();
    let mut owners: HashMap<String, (String, Option<String>)> =
        imports::account_owners(tx.on()).await?.into_iter().map(|(id, key, profile)| (key, (id, profile))).collect();
    let stored: HashMap<(String, String, Day), imports::Holding> = imports::holdings(tx.on())
        .await?
        .into_iter()
        .map(|holding| ((holding.profile_id.clone(), holding.certification_id.clone(), holding.earned_on), holding))
        .collect();

    let earned: HashSet<earned::Key> = earned::all(tx.on()).await?.into_iter().collect();

    for row in &rows {
        let Some(file_row) = table.rows.get(row.place) else { continue };
        let mut fields = table.fields(file_row, &mut errors);
        let known = profiles.get(&row.candidate_id).zip(certifications.get(&row.certification));
        if known.is_some_and(|(profile, certification)| {
            earned.contains(&(profile.id.clone(), certification.id.clone(), row.earned_on))
        }) {
            fields.wrong("earned_on", "this was earned after the record began, and counts already: take the row out");
        }
        match certifications.get(&row.certification) {
            None => fields.wrong("certification", "is the code of no certification: import it first, or correct it"),
            Some(certification) => match (row.expires_on, certification.validity.as_str()) {
                (None, "life") => {}
                (Some(_), "life") => {
                    fields.wrong("expires_on", "this certification is held for life: leave the day it expires empty");
                }
                (None, _) => fields.wrong("expires_on", "is empty: write the day it expires, like 2027-03-27"),
                (Some(_), _) => {}
            },
        }
        let owner = row.email.as_ref().and_then(|email| owners.get(&email.key())).and_then(|(_, owner)| owner.as_ref());
        let own = profiles.get(&row.candidate_id).map(|profile| &profile.id);
        if owner.is_some_and(|owner| Some(owner) != own) {
            fields.wrong(
                "account_email",
                "this account belongs to another person's profile: correct the address, or leave it empty",
            );
        }
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }

    let mut report = Report::default();
    let mut without_account = BTreeSet::new();
    let mut moved = BTreeSet::new();
    for row in rows {
        bar.inc(1);
        let mut touched = false;
        let profile = match profiles.entry(row.candidate_id.clone()) {
            std::collections::hash_map::Entry::Occupied(profile) => profile.into_mut(),
            std::collections::hash_map::Entry::Vacant(place) => {
                let id = new_id(context.now);
                accounts::insert_profile(tx.on(), &id, &row.candidate_id, &row.name, context.now).await?;
                touched = true;
                place.insert(Profile { id, name: row.name.clone(), stored: false })
            }
        };
        if profile.stored && profile.name != row.name {
            imports::rename_profile(tx.on(), &profile.id, &row.name).await?;
            profile.name.clone_from(&row.name);
            touched = true;
        }
        if let Some(email) = &row.email {
            match owners.get_mut(&email.key()) {
                None => {
                    without_account.insert(email.key());
                }
                Some((account, owner @ None)) => {
                    accounts::join_profile(tx.on(), account, &profile.id).await?;
                    *owner = Some(profile.id.clone());
                    touched = true;
                }
                Some(_) => {}
            }
        }
        let Some(certification) = certifications.get(&row.certification) else { continue };
        let certification_id = &certification.id;
        let before = stored.get(&(profile.id.clone(), certification_id.clone(), row.earned_on));
        let holding = imports::Holding {
            id: before.map_or_else(|| new_id(context.now), |before| before.id.clone()),
            profile_id: profile.id.clone(),
            certification_id: certification_id.clone(),
            earned_on: row.earned_on,
            cycle_start: row.cycle_start,
            last_extension: row.last_extension,
            expires_on: row.expires_on,
            status_code: row.status,
        };
        let change = match before {
            None => {
                imports::insert_holding(tx.on(), &holding).await?;
                Change::Added
            }
            Some(before) if *before != holding => {
                imports::update_holding(tx.on(), &holding).await?;
                Change::Changed
            }
            Some(_) if touched => Change::Changed,
            Some(_) => Change::None,
        };
        if change != Change::None {
            moved.insert(holding.profile_id);
        }
        report.count(change);
    }
    // What is held follows from the record, which has just changed.
    for profile_id in &moved {
        settle::profile(tx, context.settling, profile_id).await?;
    }
    if !without_account.is_empty() {
        let addresses =
            count(i64::try_from(without_account.len()).unwrap_or(i64::MAX), "address has", "addresses have");
        report.notes.push(format!("{addresses} no account yet; import the file again once it is there, to link it"));
    }
    Ok(Ok(report))
}

/// Reads the values of every row; what is wrong with one alone is noted.
fn read(context: Context<'_>, table: &Table, errors: &mut Vec<RowError>) -> Vec<Row> {
    let mut rows = Vec::with_capacity(table.rows.len());
    for (place, row) in table.rows.iter().enumerate() {
        let mut fields = table.fields(row, errors);
        let mut candidate_id = fields.required("candidate_id", 20);
        if candidate_id.as_deref().is_some_and(|id| !is_candidate_id(id)) {
            fields.wrong("candidate_id", "is no candidate ID: write CSCO and eight digits");
            candidate_id = None;
        }
        let name = fields.required("name", 200);
        let written = fields.text("account_email", 320);
        let email = written.as_deref().filter(|text| !text.is_empty()).map(Email::parse);
        if email == Some(None) {
            fields.wrong("account_email", "is no e-mail address: correct it, or leave it empty");
        }
        let certification = fields.required("certification", 40);
        let earned_on = fields.day("earned_on");
        let cycle_start = fields.day("cycle_start");
        let last_extension = fields.optional_day("last_extension");
        let expires_on = fields.optional_day("expires_on");
        let status = fields.required("status", 20);
        let (Some(earned_on), Some(cycle_start), Some(last_extension), Some(expires_on)) =
            (earned_on, cycle_start, last_extension, expires_on)
        else {
            continue;
        };
        let wrong = [
            ("earned_on", Some(earned_on).filter(|day| *day > context.today), "lies in the future", context.today),
            ("cycle_start", Some(cycle_start).filter(|day| *day < earned_on), "lies before it was earned,", earned_on),
            ("last_extension", last_extension.filter(|day| *day < earned_on), "lies before it was earned,", earned_on),
            ("expires_on", expires_on.filter(|day| *day < cycle_start), "lies before its cycle begins,", cycle_start),
        ];
        let mut consistent = true;
        for (column, day, what, other) in wrong {
            if day.is_some() {
                consistent = false;
                let reason = if column == "earned_on" {
                    format!("{what}: write the day on which it was earned")
                } else {
                    format!("{what} {}: correct one of them", show(other))
                };
                fields.wrong(column, reason);
            }
        }
        let (Some(candidate_id), Some(name), Some(certification), Some(status), true) =
            (candidate_id, name, certification, status, consistent && written.is_some())
        else {
            continue;
        };
        rows.push(Row {
            place,
            candidate_id,
            name,
            email: email.flatten(),
            certification,
            earned_on,
            cycle_start,
            last_extension,
            expires_on,
            status,
        });
    }
    rows
}

/// Rows of one person must say the same of the person, and each holding and address stands for one person only.
fn agree(rows: &[Row], table: &Table, errors: &mut Vec<RowError>) {
    let line = |row: &Row| table.rows.get(row.place).map_or(0, |row| row.line);
    let mut names: HashMap<&str, &Row> = HashMap::new();
    let mut emails: HashMap<String, &Row> = HashMap::new();
    let mut keys: HashMap<(&str, &str, Day), &Row> = HashMap::new();
    for row in rows {
        let Some(file_row) = table.rows.get(row.place) else { continue };
        let mut fields = table.fields(file_row, errors);
        let first = *names.entry(&row.candidate_id).or_insert(row);
        if first.name != row.name {
            let (line, name) = (line(first), &first.name);
            fields.wrong("name", format!("line {line} calls the same candidate \"{name}\": make them agree"));
        }
        if let Some(email) = &row.email {
            let first = *emails.entry(email.key()).or_insert(row);
            if first.candidate_id != row.candidate_id {
                let (line, id) = (line(first), &first.candidate_id);
                fields.wrong("account_email", format!("line {line} gives this address to {id}: it can be one's only"));
            }
        }
        if let Some(first) = keys.insert((&row.candidate_id, &row.certification, row.earned_on), row) {
            let reason = format!("the same holding stands on line {} already: take one of them out", line(first));
            fields.wrong("certification", reason);
        }
    }
}
