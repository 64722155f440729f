//! What the pages of tracking show: the replay of the profile's record, in the words of people.

mod breakdown;
mod claim;
mod documents;
mod expert;
mod paths;
mod planner;
mod shown;
mod timeline;
mod words;

pub use claim::would_do;
pub use documents::{certificate, transcript};
pub use expert::expert;
pub use paths::paths;
pub use planner::{delete as delete_plan, planner, save as save_plan};
pub use shown::shown;

use super::auth::Candidate;
use super::db::certifications::Held as Stored;
use super::db::claims::{self, WithCredits};
use super::db::record;
use super::error::Fault;
use super::state::AppState;
use crate::app::components::timeline::Timeline;
use crate::app::error::AppError;
use crate::app::pages::tracking::parts::{Fact as Known, Ring, TagWords};
use crate::app::pages::tracking::{Card, DetailData, Lot, Progress, Renewed, TrackingData, WhatIf};
use ce_domain::calendar::{Day, add_years, days_between, days_to_expire, months_between, show};
use ce_domain::certification::{Urgency, urgency};
use ce_domain::claim::Status;
use ce_domain::plan::words::span;
use ce_domain::program::Level;
use ce_domain::recert::{
    Event, Fact, Held, HeldStatus, How, LotState, Outcome, Position as Explained, Record, Renewal, Spent, Step,
    Validity, explain, replay,
};
use ce_domain::text::{all, count, thousands};

/// A profile's record and what it comes to today.
pub(super) struct Position<'a> {
    state: &'a AppState,
    /// The account that looks; nobody's when somebody else does.
    account_id: Option<&'a str>,
    /// What the profile holds, as it is stored.
    held: &'a [Stored],
    today: Day,
    record: Record,
    outcome: Outcome,
    /// What counts for each holding, and its history.
    positions: Vec<Explained>,
    /// Everything that happened, and why.
    events: Vec<Event>,
    /// The claims that the record speaks of, oldest completion first.
    claims: Vec<WithCredits>,
}

impl<'a> Position<'a> {
    async fn load(state: &'a AppState, who: &'a Candidate) -> Result<Position<'a>, Fault> {
        let mut position = Position::of_profile(state, &who.profile.id, &who.held).await?;
        position.account_id = Some(&who.account_id);
        Ok(position)
    }

    async fn of_profile(state: &'a AppState, profile_id: &str, held: &'a [Stored]) -> Result<Position<'a>, Fault> {
        let today = state.clock.today();
        let record = record::load(&mut &state.db, profile_id, &state.clock).await?.record;
        let claims = claims::with_credits(state.db.read(), profile_id).await?;
        let explained = explain(&state.rules, &record, today)
            .map_err(|refusal| Fault::Impossible(format!("a record is refused: {refusal}")))?;
        let (outcome, positions, events) = (explained.outcome, explained.positions, explained.events);
        Ok(Position { state, account_id: None, held, today, record, outcome, positions, events, claims })
    }

    /// What it would come to if everything that is pending were earned today.
    fn if_earned(&self) -> Result<Option<Outcome>, Fault> {
        let mut record = self.record.clone();
        let pending: Vec<Fact> = self
            .pending()
            .map(|claim| Fact::Approved {
                id: claim.id.clone(),
                credits: None,
                completed_on: None,
                recorded_on: self.today,
            })
            .collect();
        if pending.is_empty() {
            return Ok(None);
        }
        record.facts.extend(pending);
        asked(self.state, &record, self.today).map(Some)
    }

    /// What counts for a holding, and its history.
    fn explained(&self, held: &Held) -> Option<&Explained> {
        let mut known = self.positions.iter();
        known.find(|known| known.certification == held.certification && known.earned_on == held.earned_on)
    }

    /// A renewal by its place in the outcome.
    fn renewal(&self, place: u32) -> Option<&Renewal> {
        usize::try_from(place).ok().and_then(|place| self.outcome.renewals.get(place))
    }

    fn pending(&self) -> impl Iterator<Item = &WithCredits> {
        self.claims.iter().filter(|claim| Status::parse(&claim.status) == Some(Status::Pending))
    }

    fn claim(&self, id: &str) -> Option<&WithCredits> {
        self.claims.iter().find(|claim| claim.id == id)
    }

    /// The claim's address, if it can be opened from this account.
    fn own(&self, claim: &WithCredits) -> Option<String> {
        (self.account_id == Some(&claim.account_id)).then(|| claim.id.clone())
    }

    fn stored(&self, code: &str) -> Option<&Stored> {
        self.held.iter().find(|held| held.holding.certification == code)
    }

    fn name(&self, code: &str) -> String {
        self.stored(code).map_or_else(|| code.to_owned(), |held| held.name.clone())
    }

    fn level(&self, code: &str) -> Option<&Level> {
        self.stored(code).and_then(|held| self.state.program.level(&held.level))
    }

    fn level_name(&self, code: &str) -> String {
        self.level(code).map(|level| level.name.clone()).unwrap_or_default()
    }

    fn rank(&self, code: &str) -> u32 {
        self.stored(code).map_or(0, |held| held.holding.rank)
    }

    /// Active holdings, what ends next first.
    fn active(&self) -> Vec<&Held> {
        let mut active: Vec<&Held> = self.outcome.holdings.iter().filter(|held| self.is_active(held)).collect();
        active.sort_by_key(|held| {
            let rank = std::cmp::Reverse(self.rank(&held.certification));
            (held.expires_on.is_none(), held.expires_on, rank, held.certification.clone())
        });
        active
    }

    fn is_active(&self, held: &Held) -> bool {
        held.status == HeldStatus::Active
    }

    /// Credits that can be used today.
    fn usable(&self) -> i64 {
        self.outcome.credits.iter().filter(|lot| lot.state == LotState::Available).map(|lot| lot.left).sum()
    }

    /// Whether a renewal is possible at all today, and if not, why.
    fn cannot_be_renewed(&self, held: &Held) -> Option<String> {
        let certification = self.record.certifications.iter().find(|known| known.code == held.certification)?;
        if held.expires_on.is_none() || certification.validity == Validity::ForLife {
            return Some("It is held for life.".to_owned());
        }
        if !certification.recertifies {
            return Some("It is not renewed: it ends on its day.".to_owned());
        }
        let retired = certification.retired_on.filter(|day| *day <= self.today)?;
        Some(format!("Retired on {}: what is retired is not renewed.", show(retired)))
    }

    /// The ways still open for a holding.
    fn remaining(&self, held: &Held) -> &[ce_domain::recert::Way] {
        let remaining = &self.outcome.remaining;
        remaining
            .iter()
            .find(|remaining| remaining.certification == held.certification && remaining.earned_on == held.earned_on)
            .map_or(&[], |remaining| &remaining.options)
    }

    /// The highest level among what is active and can be renewed with credits: credits count there first.
    fn first_for_credits(&self) -> Option<&Held> {
        self.active()
            .into_iter()
            .filter(|held| self.cannot_be_renewed(held).is_none())
            .filter(|held| self.credits_alone(&held.certification).is_some())
            .max_by_key(|held| (self.rank(&held.certification), std::cmp::Reverse(held.expires_on)))
    }

    /// How many credits renew a level by themselves.
    fn credits_alone(&self, code: &str) -> Option<i64> {
        let options = &self.level(code)?.options;
        options.iter().filter(|option| option.exams.is_empty()).map(|option| i64::from(option.credits)).min()
    }

    /// How long a certification lasts from a renewal, in years.
    fn validity(&self, code: &str) -> u32 {
        let certification = self.record.certifications.iter().find(|known| known.code == code);
        match certification.map(|known| known.validity) {
            Some(Validity::Years(years)) => years,
            _ => self.state.program.certification.validity_years,
        }
    }
}

fn asked(state: &AppState, record: &Record, as_of: Day) -> Result<Outcome, Fault> {
    replay(&state.rules, record, as_of).map_err(|refusal| Fault::Impossible(format!("a record is refused: {refusal}")))
}

/// The overview.
///
/// # Errors
/// When the database says no.
pub async fn overview(state: &AppState, who: &Candidate) -> Result<TrackingData, AppError> {
    let position = Position::load(state, who).await?;
    let active = position.active();
    let cards = active.iter().map(|held| card(&position, held)).collect();
    let mut ended: Vec<_> = position
        .outcome
        .holdings
        .iter()
        .filter(|held| !position.is_active(held))
        .filter_map(|held| {
            let code = &held.certification;
            Some((code.clone(), position.name(code), position.level_name(code), held.expires_on?))
        })
        .collect();
    ended.sort_by_key(|(code, _, _, last)| (std::cmp::Reverse(*last), code.clone()));
    let if_earned = position.if_earned()?;
    let mut rows: Vec<_> = active.iter().map(|held| timeline::held_row(&position, held, if_earned.as_ref())).collect();
    rows.extend(timeline::activities(&position));
    let label = timeline::label(&position, &active, if_earned.as_ref());
    Ok(TrackingData {
        lead: lead(&position),
        cards,
        stats: stats(&position),
        timeline: Timeline { label, today: position.today, rows },
        ended,
        expert: expert_title(&position),
    })
}

/// What the tracker of the highest level is called, for who holds or has held that level.
fn expert_title(position: &Position<'_>) -> Option<String> {
    let top = u32::try_from(position.state.program.levels.len()).unwrap_or(0).checked_sub(1)?;
    let held = position.outcome.holdings.iter().any(|held| position.rank(&held.certification) == top);
    held.then(|| position.state.program.tracker.title.clone())
}

fn lead(position: &Position<'_>) -> (String, String) {
    let program = &position.state.program;
    let usable = program.credits(position.usable());
    let pending: i64 = position.pending().map(|claim| claim.credits).sum();
    let pending = match pending {
        0 => "Nothing is pending.".to_owned(),
        pending => format!("{} more are pending.", thousands(pending)),
    };
    (
        format!("{usable} can be used"),
        format!("toward what you hold. {pending} All accounts of your profile are included."),
    )
}

fn stats(position: &Position<'_>) -> Vec<(String, String, String)> {
    let lots: Vec<_> = position.outcome.credits.iter().filter(|lot| lot.state == LotState::Available).collect();
    let activities = |number: usize| count(i64::try_from(number).unwrap_or(0), "activity", "activities");
    let pending: Vec<_> = position.pending().collect();
    let mut stats = vec![
        ("Can be used now".to_owned(), thousands(position.usable()), format!("from {}", activities(lots.len()))),
        (
            "Pending".to_owned(),
            thousands(pending.iter().map(|claim| claim.credits).sum()),
            count(i64::try_from(pending.len()).unwrap_or(0), "claim", "claims"),
        ),
    ];
    if let Some(first) = lots.iter().min_by_key(|lot| lot.expires_on) {
        stats.push(("First to run out".to_owned(), thousands(first.left), format!("on {}", show(first.expires_on))));
    }
    let used: i64 = position.outcome.credits.iter().map(|lot| lot.spent).sum();
    stats.push(("Used for renewals".to_owned(), thousands(used), "since this record began".to_owned()));
    stats
}

fn tag(position: &Position<'_>, held: &Held) -> TagWords {
    match held.expires_on {
        None => TagWords::Calm("Held for life".to_owned()),
        Some(day) => {
            let words = days_to_expire(day, position.today);
            match urgency(held.expires_on, position.today) {
                Urgency::Soon => TagWords::Soon(words),
                Urgency::Calm => TagWords::Calm(words),
                Urgency::Ended => TagWords::Ended(words),
            }
        }
    }
}

fn card(position: &Position<'_>, held: &Held) -> Card {
    let code = &held.certification;
    let mut facts = vec![Known::words("Level", position.level_name(code))];
    match held.expires_on {
        Some(day) => facts.push(Known::day("Expiration Date", day)),
        None => facts.push(Known::words("Expiration Date", "none: held for life")),
    }
    if held.kept {
        facts.push(Known::words("Kept", "a date you had been told is not taken back"));
    }
    Card {
        code: code.clone(),
        name: position.name(code),
        tag: tag(position, held),
        ring: ring(position, held),
        answer: answer(position, held),
        applied: breakdown::of_holding(position, held),
        facts,
    }
}

/// How far the credits are: toward this certification, or toward the higher one it is renewed with.
fn ring(position: &Position<'_>, held: &Held) -> Option<Ring> {
    if position.cannot_be_renewed(held).is_some() {
        return None;
    }
    let first = position.first_for_credits()?;
    let of = position.credits_alone(&first.certification)?;
    let shared = position.rank(&first.certification) > position.rank(&held.certification);
    let have = position.usable();
    let pending: i64 = position.pending().map(|claim| claim.credits).sum();
    let words = &position.state.program.credits_word;
    let below = if shared { format!("of {of}, shared") } else { format!("of {of} {words}") };
    let more = if pending > 0 { format!(", {pending} more pending") } else { String::new() };
    Some(Ring { have, pending, of, below, label: format!("{have} of {of} {words}{more}") })
}

/// What to do about a holding.
fn answer(position: &Position<'_>, held: &Held) -> (String, String) {
    if let Some(why) = position.cannot_be_renewed(held) {
        return ("Nothing to do.".to_owned(), why);
    }
    let remaining = position.remaining(held);
    let first = position.first_for_credits();
    let waits = first.is_some_and(|first| {
        first.certification == held.certification
            && position.credits_alone(&first.certification).is_some_and(|needed| position.usable() >= needed)
    });
    if waits {
        let words = "It is renewed with them on the last day on which that helps, so that none of its time is lost.";
        return ("Your credits suffice.".to_owned(), words.to_owned());
    }
    if remaining.is_empty() {
        return ("Nothing to do now.".to_owned(), "A renewal today would not move its date.".to_owned());
    }
    let program = &position.state.program;
    let credits = remaining.iter().find(|way| way.exams.is_empty()).map(|way| program.credits(way.credits));
    let exams = remaining.iter().find(|way| way.credits == 0).map(|way| words::exams(program, &way.exams, false));
    let by = match (credits, exams) {
        (Some(credits), Some(exams)) => format!("{credits} or {exams}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => "An exam and credits".to_owned(),
    };
    let higher = first.filter(|first| position.rank(&first.certification) > position.rank(&held.certification));
    match higher {
        Some(first) => (
            format!("Renewed together with {}", position.name(&first.certification)),
            format!("when that is renewed; alone by {by}."),
        ),
        None => (by, "to renew it.".to_owned()),
    }
}

/// The page of a certification.
///
/// # Errors
/// [`AppError::NotFound`] when it is not held and never was; when the database says no.
pub async fn detail(state: &AppState, who: &Candidate, code: &str) -> Result<DetailData, AppError> {
    let position = Position::load(state, who).await?;
    let holdings = position.outcome.holdings.iter().filter(|held| held.certification == code);
    // Of one that was earned anew after it had ended, the present one.
    let held = holdings.max_by_key(|held| held.earned_on).cloned().ok_or(AppError::NotFound)?;
    let if_earned = position.if_earned()?;
    let same = |other: &&Held| other.certification == held.certification && other.earned_on == held.earned_on;
    let planned = if_earned.as_ref().and_then(|outcome| outcome.holdings.iter().find(same));
    let active = position.is_active(&held);
    let (lots, progress) = if active { credits(&position, &held) } else { (Vec::new(), None) };
    let program = &state.program;
    let years = count(i64::from(position.validity(code)), "year", "years");
    let mut rows = vec![timeline::held_row(&position, &held, if_earned.as_ref())];
    rows.extend(timeline::exams_since(&position, held.cycle_start).filter(|_| active));
    rows.extend(lots.iter().map(|lot| timeline::lot_row(&position, lot)));
    let label = timeline::label(&position, &[&held], if_earned.as_ref());
    Ok(DetailData {
        code: code.to_owned(),
        name: position.name(code),
        lead: detail_lead(&position, &held),
        progress,
        ways: if active {
            words::ways(program, position.level(code), position.remaining(&held), position.usable(), false)
        } else {
            Vec::new()
        },
        renewed_for: format!("for {years} from the day it is done"),
        timeline: Timeline { label, today: position.today, rows },
        lots,
        pending: planned
            .filter(|_| position.cannot_be_renewed(&held).is_none())
            .and_then(|planned| what_if(&position, &held, planned, if_earned.as_ref())),
        facts: details(&position, &held),
        cycle: held.expires_on.filter(|_| active).map(|until| (held.cycle_start, until, position.today)),
        renewals: renewals(&position, &held),
        credits_word: program.credits_word.clone(),
        why: words::why(program),
        active,
    })
}

fn detail_lead(position: &Position<'_>, held: &Held) -> (String, String) {
    if !position.is_active(held) {
        let ended = held.expires_on.map(|day| days_to_expire(day, position.today)).unwrap_or_default();
        return (format!("{ended}."), "A certification that has ended is earned again by its exams.".to_owned());
    }
    let (strong, rest) = answer(position, held);
    let until = held
        .expires_on
        .map(|day| format!("It is valid until {}: {}.", show(day), days_to_expire(day, position.today).to_lowercase()));
    (strong, format!("{rest} {}", until.unwrap_or_default()).trim_end().to_owned())
}

/// The credits that count for a holding, oldest first, and how far they go.
fn credits(position: &Position<'_>, held: &Held) -> (Vec<Lot>, Option<Progress>) {
    if position.cannot_be_renewed(held).is_some() {
        return (Vec::new(), None);
    }
    let first = position.first_for_credits();
    let own = first.is_some_and(|first| position.rank(&first.certification) == position.rank(&held.certification));
    let needed = if own { position.credits_alone(&held.certification).unwrap_or(0) } else { 0 };
    let mut missing = needed;
    let mut lots = Vec::new();
    let mut before = 0;
    let mut take = |claim: &WithCredits, usable: i64, until: Day, pending: bool| {
        let applied = usable.min(missing);
        missing -= applied;
        let breakdown = breakdown::of_lot(position, held, claim, applied, usable - applied, before);
        before += usable;
        lots.push(Lot {
            claim: position.own(claim),
            label: claim.item_label.clone(),
            item_type: claim.type_name.clone(),
            completed_on: claim.completed_on,
            pending,
            credits: usable,
            applied,
            left: usable - applied,
            until,
            breakdown,
        });
    };
    for lot in position.outcome.credits.iter().filter(|lot| lot.state == LotState::Available) {
        if let Some(claim) = position.claim(&lot.id) {
            take(claim, lot.left, lot.expires_on, false);
        }
    }
    for claim in position.pending() {
        let until = add_years(claim.completed_on, position.state.program.claim.credit_validity_years);
        take(claim, claim.credits, until, true);
    }
    let progress = own.then(|| {
        let program = &position.state.program;
        let have = position.usable().min(needed);
        Progress {
            title: format!("{} of {}", thousands(have), program.credits(needed)),
            since: held.cycle_start,
            of: needed,
            parts: lots
                .iter()
                .filter(|lot| lot.applied > 0)
                .map(|lot| (lot.applied, lot.label.clone(), lot.pending))
                .collect(),
        }
    });
    (lots, progress)
}

/// What would become of a holding if what is pending were earned.
fn what_if(position: &Position<'_>, held: &Held, planned: &Held, outcome: Option<&Outcome>) -> Option<WhatIf> {
    let (before, after) = (held.expires_on?, planned.expires_on?);
    if after <= before {
        let words = "It would not be renewed yet: the credits would wait until they suffice, or until they are needed.";
        return Some(WhatIf { words: words.to_owned(), warning: None });
    }
    let outcome = outcome?;
    let with: Vec<String> = outcome
        .renewals
        .iter()
        .filter(|renewal| renewal.on == planned.cycle_start)
        .flat_map(|renewal| &renewal.renewed)
        .filter(|code| **code != held.certification)
        .map(|code| position.name(code))
        .collect();
    let with: Vec<&str> = with.iter().map(String::as_str).collect();
    let with = if with.is_empty() { String::new() } else { format!(" {} would be renewed with it.", all(&with)) };
    let left: i64 = outcome.credits.iter().filter(|lot| lot.state == LotState::Available).map(|lot| lot.left).sum();
    let left = format!(" {} would stay yours.", position.state.program.credits(left));
    let words = format!("Renewed as of {}, valid until {}.{with}{left}", show(planned.cycle_start), show(after));
    let early = months_between(planned.cycle_start, before);
    let warning = (early >= 2).then(|| {
        format!(
            "That is {} before {} would have ended: the new period begins with the renewal, so that time is not added.",
            span(planned.cycle_start, before),
            position.name(&held.certification)
        )
    });
    Some(WhatIf { words, warning })
}

fn details(position: &Position<'_>, held: &Held) -> Vec<Known> {
    let code = &held.certification;
    let mut facts = vec![Known::words("Certification Level", position.level_name(code))];
    if let Some(stored) = position.stored(code) {
        facts.push(Known::words("Cert Status", stored.status_code.clone()));
        facts.push(Known::day("Earned", held.earned_on));
        match stored.last_extension {
            Some(day) => facts.push(Known::day("Last Extension", day)),
            None => facts.push(Known::words("Last Extension", "none")),
        }
        if let Some(day) = stored.retired_on {
            facts.push(Known::day("Retired", day));
        }
    }
    match held.expires_on {
        Some(day) => {
            facts.push(Known::day("Expiration Date", day));
            let days = days_between(position.today, day);
            facts.push(Known::words("Days to Expire", if days < 0 { "0".to_owned() } else { thousands(days) }));
        }
        None => facts.push(Known::words("Expiration Date", "none: held for life")),
    }
    if held.kept {
        facts.push(Known::words("Kept", "a later record would have ended it sooner; what you had been told stands"));
    }
    facts
}

/// How a holding was renewed, latest first.
fn renewals(position: &Position<'_>, held: &Held) -> Vec<Renewed> {
    let code = &held.certification;
    let program = &position.state.program;
    let history = position.explained(held).map_or(&[][..], |known| &known.history);
    let step = |step: &Step| {
        let mut shown = Renewed {
            on: step.on,
            by: String::new(),
            used: Vec::new(),
            with: String::new(),
            breakdown: None,
            before: step.before,
            after: step.after,
        };
        match &step.how {
            How::Earned => shown.by = "Earned".to_owned(),
            How::EarnedAgain => shown.by = "Earned again while it was held".to_owned(),
            How::Extended { months } => {
                shown.by = format!("Extended by {}", count(i64::from(*months), "month", "months"));
            }
            How::PromiseKept => shown.by = "Kept: what you had been told stands".to_owned(),
            How::Renewed { renewal } => {
                let renewal = position.renewal(*renewal)?;
                let trigger = position.name(&renewal.trigger);
                shown.by = match &renewal.option {
                    None => format!("{trigger} was earned"),
                    Some(option) if renewal.trigger == *code => option.words(program),
                    Some(option) => format!("{trigger}, renewed by {}", option.words(program)),
                };
                shown.breakdown = Some(breakdown::of_renewal(position, renewal));
                shown.used = renewal.spent.iter().map(|spent| used(position, spent)).collect();
                let with: Vec<String> =
                    renewal.renewed.iter().filter(|other| *other != code).map(|other| position.name(other)).collect();
                shown.with = all(&with.iter().map(String::as_str).collect::<Vec<_>>());
            }
        }
        Some(shown)
    };
    history.iter().rev().filter_map(step).collect()
}

/// What a renewal used of a claim, and the claim where it can be opened from this account.
fn used(position: &Position<'_>, spent: &Spent) -> (String, Option<String>) {
    let claim = position.claim(&spent.lot);
    let label = claim.map_or("credits without a claim", |claim| &claim.item_label);
    let words = format!("{} from {label}", position.state.program.credits(spent.credits));
    (words, claim.and_then(|claim| position.own(claim)))
}
