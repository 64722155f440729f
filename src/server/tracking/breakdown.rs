//! How credits are applied: which activity gave how many to which certification, when, by which rule.

use super::Position;
use crate::app::pages::tracking::parts::Breakdown;
use crate::server::db::claims::WithCredits;
use ce_domain::calendar::show;
use ce_domain::recert::{Event, Happened, Held, How, Renewal, Spent, Timing};
use ce_domain::text::{all, capitalised, thousands};

/// How credits are applied to what is held; nothing where it cannot be renewed at all.
pub fn of_holding(position: &Position<'_>, held: &Held) -> Option<Breakdown> {
    if position.cannot_be_renewed(held).is_some() {
        return None;
    }
    let code = &held.certification;
    let known = position.explained(held)?;
    let program = &position.state.program;
    let counting: i64 = known.credits.iter().map(|spent| spent.credits).sum();
    let (lead, rule) = match (known.takes_credits, position.credits_alone(code)) {
        (true, Some(needed)) => (
            format!("{} of {} are there:", thousands(counting), program.credits(needed)),
            format!("{} {}", highest(position, held), "When one way is complete, they are used, the oldest first."),
        ),
        (true, None) => (format!("{} are there:", program.credits(counting)), highest(position, held)),
        (false, _) => (String::new(), elsewhere(position, held)),
    };
    let mut parts: Vec<_> = known.credits.iter().map(|spent| usable(position, spent)).collect();
    if known.takes_credits {
        parts.extend(position.pending().map(|claim| {
            format!("{} more from {}, if that is earned", program.credits(claim.credits), claim.item_label)
        }));
    }
    let lead = if parts.is_empty() && !lead.is_empty() { "None are there yet.".to_owned() } else { lead };
    let rules = [Some(rule), last_renewal(position, held)].into_iter().flatten().collect();
    Some(Breakdown { of: position.name(code), lead, parts, rules })
}

/// Credits that can still be used, with where they come from and until when.
fn usable(position: &Position<'_>, spent: &Spent) -> String {
    let lot = position.outcome.credits.iter().find(|lot| lot.id == spent.lot);
    let label = label(position, spent);
    let of = match lot {
        Some(lot) if lot.credits != spent.credits => {
            let whole = position.state.program.credits(lot.credits);
            format!("{} of {whole}", thousands(spent.credits))
        }
        _ => position.state.program.credits(spent.credits),
    };
    let days = lot.map_or_else(String::new, |lot| {
        format!(", completed {}, usable until {}", show(lot.completed_on), show(lot.expires_on))
    });
    format!("{of} from {label}{days}")
}

/// What credits were earned by.
fn label<'a>(position: &'a Position<'_>, spent: &Spent) -> &'a str {
    position.claim(&spent.lot).map_or("training without a claim", |claim| claim.item_label.as_str())
}

/// Why credits are applied here.
fn highest(position: &Position<'_>, held: &Held) -> String {
    format!(
        "{} are applied here because {} is the highest level you hold that they can renew.",
        capitalised(&position.state.program.credits_word),
        position.level_name(&held.certification)
    )
}

/// Why credits are not applied here.
fn elsewhere(position: &Position<'_>, held: &Held) -> String {
    let (name, word) = (position.name(&held.certification), &position.state.program.credits_word);
    match position.first_for_credits() {
        Some(first) if position.rank(&first.certification) > position.rank(&held.certification) => format!(
            "{} are applied to {} first, which is of a higher level. When that is renewed, {name} is renewed with it, if it \
             gains by it.",
            capitalised(word),
            position.name(&first.certification)
        ),
        _ => format!("No way to renew {name} takes {word} now."),
    }
}

/// What the last renewal used, in a sentence.
fn last_renewal(position: &Position<'_>, held: &Held) -> Option<String> {
    let renewal = position.explained(held)?.history.iter().rev().find_map(|step| match step.how {
        How::Renewed { renewal } => position.renewal(renewal),
        _ => None,
    })?;
    let parts: Vec<String> = renewal.spent.iter().map(|spent| super::used(position, spent).0).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let used = if parts.is_empty() { String::new() } else { format!(" It used {}.", all(&parts)) };
    Some(format!("Last renewed on {}.{used}", show(renewal.on)))
}

/// What became of the credits of a claim, and what becomes of those that are left: so many are applied to what is held, so
/// many stay. `before` is how many others are used before them.
pub fn of_lot(
    position: &Position<'_>,
    held: &Held,
    claim: &WithCredits,
    applied: i64,
    left: i64,
    before: i64,
) -> Breakdown {
    let program = &position.state.program;
    let name = position.name(&held.certification);
    let lot = position.outcome.credits.iter().find(|lot| lot.id == claim.id);
    let mut parts = Vec::new();
    for renewal in &position.outcome.renewals {
        if let Some(spent) = renewal.spent.iter().find(|spent| spent.lot == claim.id) {
            let renewed: Vec<String> = renewal.renewed.iter().map(|code| position.name(code)).collect();
            let renewed: Vec<&str> = renewed.iter().map(String::as_str).collect();
            parts.push(format!("{} used on {} to renew {}", thousands(spent.credits), show(renewal.on), all(&renewed)));
        }
    }
    if applied > 0 {
        let words = if lot.is_some() { "applied to" } else { "would be applied to" };
        let yet = if lot.is_some() { ", not used yet" } else { "" };
        parts.push(format!("{} {words} {name}{yet}", thousands(applied)));
    }
    if left > 0 {
        parts.push(if position.explained(held).is_some_and(|known| known.takes_credits) {
            format!("{} left: {name} does not need them now", thousands(left))
        } else {
            format!("{} not applied to {name}", thousands(left))
        });
    }
    let rule = match position.explained(held) {
        Some(known) if !known.takes_credits => elsewhere(position, held),
        _ if before == 0 => "They are the oldest, so they are used first.".to_owned(),
        _ => format!("They are used after {} that are older.", program.credits(before)),
    };
    let lead = match lot {
        Some(lot) => {
            format!("{} were earned by training completed on {}.", program.credits(lot.credits), show(lot.completed_on))
        }
        None => format!("This claim is waiting. Of its {}, once it is earned:", program.credits(claim.credits)),
    };
    Breakdown { of: claim.item_label.clone(), lead, parts, rules: vec![rule] }
}

/// How a renewal was made: what it used of what, and why on that day.
pub fn of_renewal(position: &Position<'_>, renewal: &Renewal) -> Breakdown {
    let program = &position.state.program;
    let trigger = position.name(&renewal.trigger);
    let part = |spent: &Spent| {
        let whole = position.outcome.credits.iter().find(|lot| lot.id == spent.lot);
        let of = whole
            .filter(|lot| lot.credits != spent.credits)
            .map_or_else(String::new, |lot| format!(" of {}", thousands(lot.credits)));
        let day = whole.map_or_else(String::new, |lot| format!(", completed {}", show(lot.completed_on)));
        let (credits, word) = (thousands(spent.credits), &program.credits_word);
        format!("{credits}{of} {word} from {}{day}", label(position, spent))
    };
    let parts: Vec<_> = renewal.spent.iter().map(part).collect();
    let mut rules = Vec::new();
    let made = position.events.iter().find_map(|event| match event {
        Event { what: Happened::Renewed { renewal: made, timing, left_out, .. }, .. } if made == renewal => {
            Some((*timing, left_out))
        }
        _ => None,
    });
    let lead = match (&renewal.option, made.and_then(|(timing, _)| timing)) {
        (None, _) => format!("Earning {trigger} renewed what was held with it or below it."),
        (Some(way), Some(Timing::LastDay)) => format!(
            "{trigger} was renewed by {} on {}, the last day on which they could help.",
            way.words(program),
            show(renewal.on)
        ),
        (Some(way), _) => {
            format!("{trigger} was renewed by {}, which were complete on {}.", way.words(program), show(renewal.on))
        }
    };
    if !parts.is_empty() {
        rules.push("The oldest were used first.".to_owned());
    }
    for left_out in made.map(|(_, left_out)| left_out.as_slice()).unwrap_or_default() {
        rules.push(format!(
            "{} was not renewed with it: {}.",
            position.name(&left_out.certification),
            left_out.why.words()
        ));
    }
    Breakdown { of: format!("{trigger}, {}", show(renewal.on)), lead, parts, rules }
}

/// What was applied to the cycle before the present one.
pub fn of_cycle_before(position: &Position<'_>, held: &Held) -> Breakdown {
    let renewed = position.outcome.renewals.iter().rev();
    let mut renewed =
        renewed.filter(|renewal| renewal.on == held.cycle_start && renewal.renewed.contains(&held.certification));
    if let Some(renewal) = renewed.next() {
        let mut made = of_renewal(position, renewal);
        if renewal.spent.is_empty() {
            made.rules.insert(0, format!("No {} were applied.", position.state.program.credits_word));
        }
        return made;
    }
    let lead = if held.cycle_start == held.earned_on {
        format!("There is none: it was earned on {}.", show(held.earned_on))
    } else {
        format!(
            "Renewed on {}, before this portal kept the record. {} that were applied to it are not listed here.",
            show(held.cycle_start),
            capitalised(&position.state.program.credits_word)
        )
    };
    Breakdown { of: position.name(&held.certification), lead, parts: Vec::new(), rules: Vec::new() }
}
