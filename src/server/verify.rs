//! The proof that what is stored is what the rules say: every profile's record is replayed and compared with its holdings
//! and its ledger; the ledger's chain of hashes is followed from its beginning.

use super::clock::Clock;
use super::db::record::{self, Settlement};
use super::db::{Db, claims, ledger};
use super::error::Fault;
use super::settle::{corrections_of, work_out};
use ce_domain::calendar::{Day, show};
use ce_domain::ledger::Kind;
use ce_domain::recert::{LotState, Rules};
use ce_domain::text::thousands;
use indicatif::ProgressBar;

/// How many profiles are asked for at once.
const BATCH: i64 = 500;

/// What was looked at, and what is not as it should be.
#[derive(Debug, Default)]
pub struct Verified {
    /// Profiles that were replayed.
    pub profiles: u64,
    /// Entries of ledgers that were followed.
    pub entries: u64,
    /// A sentence for each thing that is wrong.
    pub findings: Vec<String>,
    /// Profiles whose day has come and that the daily job has not settled yet.
    pub waiting: u64,
}

/// Verifies every profile.
///
/// # Errors
/// When the database says no; what is wrong with what is stored is found, not an error.
pub async fn all(db: &Db, rules: &Rules, clock: &Clock, bar: &ProgressBar) -> Result<Verified, Fault> {
    let mut verified = Verified::default();
    bar.set_length(u64::try_from(record::profile_count(db.read()).await?).unwrap_or(0));
    let mut after = String::new();
    loop {
        let batch = record::profiles(db.read(), &after, BATCH).await?;
        let Some((last, _)) = batch.last() else { return Ok(verified) };
        after.clone_from(last);
        for (id, candidate_id) in &batch {
            profile(db, rules, clock, id, candidate_id, &mut verified).await?;
            bar.inc(1);
        }
    }
}

async fn profile(
    db: &Db,
    rules: &Rules,
    clock: &Clock,
    id: &str,
    candidate_id: &str,
    verified: &mut Verified,
) -> Result<(), Fault> {
    verified.profiles += 1;
    let mut find = |what: String| verified.findings.push(format!("{candidate_id}: {what}"));
    let entries = ledger::of_profile(db.read(), id).await?;
    verified.entries += u64::try_from(entries.len()).unwrap_or(0);
    if let Some(sequence) = ledger::first_broken(&entries) {
        find(format!("entry {sequence} of the ledger is not what was written, or does not follow the one before it"));
    }
    for claim in claims::earned(db.read(), id).await? {
        let written: i64 = entries
            .iter()
            .filter(|entry| entry.claim_id == claim.id && entry.kind == Kind::Earned.key())
            .map(|entry| entry.credits)
            .sum();
        if written != claim.credits {
            find(format!("claim {} earned {}, but the ledger has {written}", claim.id, claim.credits));
        }
    }
    let Some(Settlement { settled_on, next_on }) = record::settlement(db.read(), id).await? else {
        verified.waiting += 1;
        return Ok(());
    };
    if next_on.is_some_and(|day| day <= clock.today()) {
        verified.waiting += 1;
    }
    let settled = match work_out(&mut &*db, rules, clock, id, settled_on).await {
        Ok(settled) => settled,
        Err(Fault::Impossible(why)) => {
            find(why);
            return Ok(());
        }
        Err(fault) => return Err(fault),
    };
    let mut stored = record::stored(db.read(), id).await?;
    for wanted in &settled.holdings {
        let name = |day: Option<Day>| day.map_or_else(|| "never".to_owned(), show);
        match stored.iter().position(|old| old.code == wanted.code && old.earned_on == wanted.earned_on) {
            None => find(format!("{} of {} is not stored", wanted.code, show(wanted.earned_on))),
            Some(place) => {
                let old = stored.swap_remove(place);
                if (old.cycle_start, old.expires_on, old.last_extension, &old.kept)
                    != (wanted.cycle_start, wanted.expires_on, wanted.last_extension, &wanted.kept)
                {
                    find(format!(
                        "{} is stored as renewed on {}, expiring {}; the rules say {}, {}",
                        wanted.code,
                        show(old.cycle_start),
                        name(old.expires_on),
                        show(wanted.cycle_start),
                        name(wanted.expires_on),
                    ));
                }
            }
        }
    }
    for old in stored {
        find(format!("{} of {} is stored, and the rules know nothing of it", old.code, show(old.earned_on)));
    }
    if next_on != settled.next_on {
        find("the next day on which something changes is not the one the rules give".to_owned());
    }
    let standing = ledger::standing(db.read(), id).await?;
    let (reverse, add) = corrections_of(&standing, &settled);
    for entry in reverse {
        find(format!("entry {} of the ledger stands, and the rules know nothing of it", entry.sequence));
    }
    for entry in add {
        find(format!(
            "the ledger lacks {} {} of claim {} on {}",
            thousands(entry.credits),
            entry.kind.key(),
            entry.claim,
            show(entry.effective_on)
        ));
    }
    let sum: i64 = entries.iter().map(|entry| entry.credits).sum();
    let available: i64 =
        settled.outcome.credits.iter().filter(|lot| lot.state == LotState::Available).map(|lot| lot.left).sum();
    if sum != available {
        find(format!("the ledger comes to {}, and {} can be used", thousands(sum), thousands(available)));
    }
    Ok(())
}
