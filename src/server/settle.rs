//! Settling a profile: its record is replayed, and what is stored becomes what the rules say (recertification, in docs).
//!
//! Done in the transaction that adds a fact, and by the daily job for profiles whose day has come. Holdings are brought
//! up to date; the ledger is only added to: what no longer stands is reversed by new entries.

use super::clock::Clock;
use super::db::record::{self, Stored};
use super::db::{Db, Tx, ledger, new_id};
use super::error::Fault;
use crate::transaction;
use ce_domain::calendar::{Day, add_days};
use ce_domain::ledger::{Due, Kind, Standing, corrections};
use ce_domain::recert::{Explanation, Happened, Held, How, Lot, LotState, Outcome, Position, Record, Rules, explain};
use chrono::{DateTime, Utc};
use indicatif::ProgressBar;
use std::collections::BTreeMap;

/// How many profiles one transaction settles. Others can write in between, and an interruption loses no more than this.
pub const BATCH: i64 = 200;

/// What settling goes by.
#[derive(Clone, Copy)]
pub struct Settling<'a> {
    /// The program's rules.
    pub rules: &'a Rules,
    /// Tells days from instants.
    pub clock: &'a Clock,
    /// Now.
    pub now: DateTime<Utc>,
}

impl Settling<'_> {
    fn today(&self) -> Day {
        self.clock.day_of(self.now)
    }
}

/// A profile as the rules say it should be stored.
pub struct Settled {
    /// What the replay says.
    pub outcome: Outcome,
    /// Its holdings. Ids are empty for those that are not stored yet.
    pub holdings: Vec<Stored>,
    /// What its ledger must say, without what was reversed.
    pub due: Vec<Due>,
    /// The next day on which something changes without a new fact.
    pub next_on: Option<Day>,
}

/// Replays a profile's record as of a day.
///
/// # Errors
/// When the database says no, or the record is none that the rules can be asked about.
pub async fn work_out(
    source: &mut impl record::Source,
    rules: &Rules,
    clock: &Clock,
    profile_id: &str,
    as_of: Day,
) -> Result<Settled, Fault> {
    let loaded = record::load(source, profile_id, clock).await?;
    let explained = explain(rules, &loaded.record, as_of)
        .map_err(|refusal| Fault::Impossible(format!("the record of profile {profile_id} is refused: {refusal}")))?;
    let outcome = &explained.outcome;
    let holdings = outcome
        .holdings
        .iter()
        .map(|held| {
            let began = loaded.began.get(&(held.certification.clone(), held.earned_on));
            Stored {
                id: String::new(),
                code: held.certification.clone(),
                earned_on: held.earned_on,
                cycle_start: held.cycle_start,
                last_extension: last_moved(held, &explained).or(began.and_then(|began| began.last_extension)),
                expires_on: held.expires_on,
                status_code: began.map_or_else(|| "CERT".to_owned(), |began| began.status_code.clone()),
                kept: if held.kept { "yes" } else { "no" }.to_owned(),
            }
        })
        .collect();
    let due = entries_due(&explained);
    let next_on = next_day(outcome, &loaded.record, as_of);
    Ok(Settled { outcome: explained.outcome, holdings, due, next_on })
}

/// The day on which a holding's expiry was last moved within this record.
fn last_moved(held: &Held, explained: &Explanation) -> Option<Day> {
    let of_it =
        |position: &&Position| position.certification == held.certification && position.earned_on == held.earned_on;
    let position = explained.positions.iter().find(of_it)?;
    position.history.iter().rev().find(|step| !matches!(step.how, How::Earned)).map(|step| step.on)
}

/// What the ledger must say of every lot, in the order in which it happened.
fn entries_due(explained: &Explanation) -> Vec<Due> {
    let outcome = &explained.outcome;
    let mut due = Vec::new();
    let lots = || outcome.credits.iter().filter(|lot| lot.state != LotState::Revoked);
    let entry = |lot: &Lot, kind, credits, effective_on, renewal: Option<&String>| Due {
        effective_on,
        kind,
        claim: lot.id.clone(),
        credits,
        valid_until: lot.expires_on,
        renewal: renewal.cloned(),
    };
    due.extend(lots().map(|lot| entry(lot, Kind::Earned, lot.credits, lot.completed_on, None)));
    let mut last_spent = BTreeMap::new();
    for renewal in &outcome.renewals {
        for spent in &renewal.spent {
            if let Some(lot) = lots().find(|lot| lot.id == spent.lot) {
                due.push(entry(lot, Kind::Spent, -spent.credits, renewal.on, Some(&renewal.trigger)));
                last_spent.insert(lot.id.as_str(), renewal.on);
            }
        }
    }
    for lot in lots() {
        let left = lot.credits - lot.spent;
        let (kind, on) = match lot.state {
            LotState::Available | LotState::Revoked => continue,
            LotState::NotCertified => (Kind::Uncounted, lot.completed_on),
            // Where lots are not split, what an option did not need of one ends with the renewal that used it.
            LotState::Spent => (Kind::Lapsed, last_spent.get(lot.id.as_str()).copied().unwrap_or(lot.completed_on)),
            LotState::Lapsed => (Kind::Lapsed, lapsed_on(explained, lot)),
            LotState::Expired => (Kind::Expired, add_days(lot.expires_on, 1)),
        };
        if left > 0 {
            due.push(entry(lot, kind, -left, on, None));
        }
    }
    due.sort_by_key(|due| (due.effective_on, due.kind));
    due
}

/// The day on which a renewal ended what was left of a lot.
fn lapsed_on(explained: &Explanation, lot: &Lot) -> Day {
    let ended = explained.events.iter().rev().find(|event| match &event.what {
        Happened::CreditsLapsed { lot: id, .. } => *id == lot.id,
        _ => false,
    });
    ended.map_or(lot.completed_on, |event| event.on)
}

/// The next day on which something changes without a new fact: a last day of a holding, of credits, before a certification
/// is retired, and the days after those (recertification rules, section 5).
fn next_day(outcome: &Outcome, record: &Record, as_of: Day) -> Option<Day> {
    let holdings = outcome.holdings.iter().filter_map(|held| held.expires_on);
    let lots = outcome.credits.iter().filter(|lot| lot.left > 0).map(|lot| lot.expires_on);
    let retirements = record.certifications.iter().filter_map(|certification| certification.retired_on);
    let days = holdings.chain(lots).chain(retirements);
    // A program may say that the day of expiry counts no more: the day before it is then the last one.
    days.flat_map(|day| [day.pred_opt().unwrap_or(day), day, add_days(day, 1)]).filter(|day| *day > as_of).min()
}

/// Settles a profile: stores what the rules say of it today.
///
/// # Errors
/// When the database says no, or the record is none that the rules can be asked about.
pub async fn profile(tx: &mut Tx, settling: Settling<'_>, profile_id: &str) -> Result<Outcome, Fault> {
    let today = settling.today();
    let settled = work_out(tx, settling.rules, settling.clock, profile_id, today).await?;
    let standing = ledger::standing(tx.on(), profile_id).await?;
    let (reverse, add) = corrections_of(&standing, &settled);
    store_holdings(tx, settling, profile_id, settled.holdings).await?;
    for entry in reverse {
        write(tx, settling, profile_id, Kind::Reversed, &reversal(&entry), Some(entry.sequence)).await?;
    }
    for entry in add {
        write(tx, settling, profile_id, entry.kind, &entry, None).await?;
    }
    record::settled(tx.on(), profile_id, today, settled.next_on, settling.now).await?;
    Ok(settled.outcome)
}

/// What the ledger lacks, and what in it does not stand any more.
///
/// Credits of claims that are not in the record (an earlier system counted them) are left alone, and so is what was
/// earned as long as its claim stands: later rules do not write it anew.
pub fn corrections_of(standing: &[Standing], settled: &Settled) -> (Vec<Standing>, Vec<Due>) {
    let lots = &settled.outcome.credits;
    let in_record = |claim: &str| lots.iter().any(|lot| lot.id == claim);
    let is_earned = |claim: &str| settled.due.iter().any(|due| due.kind == Kind::Earned && due.claim == claim);
    let compared: Vec<Standing> = standing
        .iter()
        .filter(|entry| in_record(&entry.says.claim))
        .filter(|entry| entry.says.kind != Kind::Earned || !is_earned(&entry.says.claim))
        .cloned()
        .collect();
    let earned_before =
        |claim: &str| standing.iter().any(|entry| entry.says.kind == Kind::Earned && entry.says.claim == claim);
    let due = settled.due.iter().filter(|due| due.kind != Kind::Earned || !earned_before(&due.claim)).cloned();
    corrections(&compared, due.collect())
}

fn reversal(entry: &Standing) -> Due {
    Due { kind: Kind::Reversed, credits: -entry.says.credits, ..entry.says.clone() }
}

async fn write(
    tx: &mut Tx,
    settling: Settling<'_>,
    profile_id: &str,
    kind: Kind,
    entry: &Due,
    reverses: Option<i64>,
) -> Result<(), Fault> {
    let new = ledger::NewEntry {
        profile_id,
        claim_id: &entry.claim,
        kind,
        credits: entry.credits,
        effective_on: entry.effective_on,
        valid_until: entry.valid_until,
        recorded_at: settling.now,
        renewal: entry.renewal.as_deref(),
        reverses,
    };
    ledger::append(tx, &new).await?;
    Ok(())
}

async fn store_holdings(
    tx: &mut Tx,
    settling: Settling<'_>,
    profile_id: &str,
    wanted: Vec<Stored>,
) -> Result<(), Fault> {
    let mut stored = record::stored(tx.on(), profile_id).await?;
    for mut holding in wanted {
        let place = stored.iter().position(|old| old.code == holding.code && old.earned_on == holding.earned_on);
        match place.map(|place| stored.swap_remove(place)) {
            None => {
                holding.id = new_id(settling.now);
                record::insert(tx.on(), profile_id, &holding).await?;
            }
            Some(old) => {
                holding.id.clone_from(&old.id);
                if holding != old {
                    record::update(tx.on(), &holding).await?;
                }
            }
        }
    }
    for old in stored {
        record::delete(tx.on(), &old.id).await?;
    }
    Ok(())
}

/// Settles every profile whose day has come, in batches; gives how many there were. What is done stays done when it is
/// interrupted, and done again it changes nothing. So it waits for nobody: a server that is at it does no harm.
///
/// # Errors
/// When the database says no, or a record is none that the rules can be asked about.
pub async fn all_due(db: &Db, rules: &Rules, clock: &Clock, bar: &ProgressBar) -> Result<u64, Fault> {
    bar.reset();
    bar.set_length(u64::try_from(record::due_count(db.read(), clock.today()).await?).unwrap_or(0));
    let mut after = String::new();
    let mut done = 0;
    loop {
        let settled = next_batch(db, rules, clock, &mut after).await?;
        if settled == 0 {
            return Ok(done);
        }
        bar.inc(settled);
        done += settled;
    }
}

/// Settles the first few profiles whose day has come, after one whose id is `after`; gives how many there were, and leaves
/// the last one's id in `after`. None are left when there were none.
///
/// # Errors
/// As [`all_due`].
pub async fn next_batch(db: &Db, rules: &Rules, clock: &Clock, after: &mut String) -> Result<u64, Fault> {
    let batch = record::due(db.read(), clock.today(), after, BATCH).await?;
    let Some(last) = batch.last() else { return Ok(0) };
    let settling = Settling { rules, clock, now: clock.now() };
    let written: Result<(), Fault> = transaction!(db, tx, {
        for id in &batch {
            profile(&mut tx, settling, id).await?;
        }
        Ok(())
    });
    written?;
    after.clone_from(last);
    Ok(u64::try_from(batch.len()).unwrap_or(0))
}
