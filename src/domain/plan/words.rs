//! What a plan comes to, in words.

use super::{Ahead, Prospect};
use crate::calendar::{Day, add_months, days_between, months_between, show};
use crate::text::{all, count};

/// How long it is from one day to another, as people say it: `45 days`, `7 months`, `1 year and 2 months`,
/// `2 months and 15 days`.
pub fn span(from: Day, to: Day) -> String {
    let days = days_between(from, to).max(0);
    if days < 60 {
        return count(days, "day", "days");
    }
    let months = months_between(from, to);
    let rest = days_between(add_months(from, months), to);
    let (years, months) = (months / 12, months % 12);
    let mut parts = Vec::new();
    if years > 0 {
        parts.push(count(i64::from(years), "year", "years"));
    }
    if months > 0 {
        parts.push(count(i64::from(months), "month", "months"));
    }
    // Nobody counts days beside years.
    if rest > 0 && years == 0 {
        parts.push(count(rest, "day", "days"));
    }
    all(&parts.iter().map(String::as_str).collect::<Vec<_>>())
}

/// What a plan does to what is held by a day, beyond what happens anyway: `Renews CCNA and CCNP Enterprise until
/// 12-Sep-2028.` One sentence for each day on which something ends, soonest first; nothing where it renews nothing.
pub fn renews(ahead: &Ahead, by: Day, name: impl Fn(&str) -> String) -> Vec<String> {
    let now = |one: &&Prospect| one.renewed_on.last().is_some_and(|on| *on <= by);
    let sentence = |(day, names): (Day, Vec<String>)| format!("Renews {} until {}.", which(&names), show(day));
    by_end(ahead.holdings.iter().filter(now), name).into_iter().map(sentence).collect()
}

/// What a plan does later than a day, if nothing more is done: credits wait for the last day of what they can renew.
pub fn renews_later(ahead: &Ahead, than: Day, name: impl Fn(&str) -> String) -> Vec<String> {
    let later = |one: &&Prospect| one.renewed_on.last().is_some_and(|on| *on > than);
    let sentence = |(day, names): (Day, Vec<String>)| {
        format!("If nothing more comes, it helps on the last day to renew {} until {}.", which(&names), show(day))
    };
    by_end(ahead.holdings.iter().filter(later), name).into_iter().map(sentence).collect()
}

/// Names of what the plan has a part in renewing, by the day on which it then ends.
fn by_end<'a>(holdings: impl Iterator<Item = &'a Prospect>, name: impl Fn(&str) -> String) -> Vec<(Day, Vec<String>)> {
    let mut until: Vec<(Day, Vec<String>)> = Vec::new();
    for one in holdings.filter(|one| one.gains() && one.by_the_plan) {
        let Some(day) = one.then else { continue };
        match until.iter_mut().find(|(known, _)| *known == day) {
            Some((_, names)) => names.push(name(&one.certification)),
            None => until.push((day, vec![name(&one.certification)])),
        }
    }
    until.sort_by_key(|(day, _)| *day);
    until
}

/// Three names, or how many there are.
fn which(names: &[String]) -> String {
    if names.len() > 3 {
        return count(i64::try_from(names.len()).unwrap_or(i64::MAX), "certification", "certifications");
    }
    all(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

/// What an early renewal gives up, of the holding that gives up most; nothing where it is less than two weeks.
pub fn given_up(ahead: &Ahead, name: impl Fn(&str) -> String) -> Option<String> {
    const WORTH_A_WORD: i64 = 14;
    let renewed = ahead.holdings.iter().filter(|one| one.gains() && one.by_the_plan);
    let most = renewed.max_by_key(|one| one.given_up).filter(|one| one.given_up >= WORTH_A_WORD)?;
    Some(early(most, &name(&most.certification)))
}

/// `That is 7 months and 12 days before CCNP Enterprise would have ended: …`
fn early(one: &Prospect, name: &str) -> String {
    let length = match (one.renewed_on.as_slice(), one.now) {
        ([on], Some(ends)) => span(*on, ends),
        _ => count(one.given_up, "day", "days"),
    };
    format!(
        "That is {length} before {name} would have ended: a new period begins with the renewal, so that time is given up."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_said_as_people_say_it() {
        let day = |text: &str| crate::calendar::parse_day(text).unwrap();
        for (from, to, words) in [
            ("30-Apr-2027", "30-Apr-2027", "0 days"),
            ("30-Apr-2027", "01-May-2027", "1 day"),
            ("30-Apr-2027", "14-Jun-2027", "45 days"),
            ("02-Nov-2026", "14-Jun-2027", "7 months and 12 days"),
            ("31-Jan-2027", "30-Apr-2027", "2 months and 30 days"),
            ("14-Jun-2026", "14-Jun-2027", "1 year"),
            ("14-Jun-2026", "20-Aug-2028", "2 years and 2 months"),
            ("14-Jun-2027", "30-Apr-2027", "0 days"),
        ] {
            assert_eq!(span(day(from), day(to)), words, "{from} to {to}");
        }
    }
}
