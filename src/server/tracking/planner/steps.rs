//! The steps of a plan, looked up in the catalog.

use crate::app::pages::planner::{PlanQuery, PlanRow, Target};
use ce_domain::calendar::{Day, add_days, parse_day, show};
use ce_domain::catalog::search::{Index, Words};
use ce_domain::catalog::{Catalog, Delivery, Version, VersionRef, label};
use ce_domain::claim::Claimant;
use ce_domain::plan::{MOST_STEPS, Outlook, Step, What, Work};
use ce_domain::program::Program;
use ce_domain::text::capitalised;

/// The steps that are asked for, those that are to be added last, and what to say about them.
pub(super) fn rows(
    program: &Program,
    catalog: &Index,
    outlook: &Outlook,
    target: Option<&Target>,
    person: &Claimant,
    asked: &PlanQuery,
) -> (Vec<PlanRow>, Vec<String>) {
    let today = outlook.today();
    let (mut rows, mut notes) = (Vec::new(), Vec::new());
    let mut steps: Vec<(String, String)> =
        asked.steps.iter().map(|step| (step.what.clone(), step.day.clone())).collect();
    let (found, said) = added(program, catalog, asked, today);
    steps.extend(found.into_iter().map(|what| (what, String::new())));
    notes.extend(said);
    for (what, day) in steps.into_iter().take(MOST_STEPS) {
        match looked_up(program, catalog.catalog(), &what, today) {
            Some(row) => rows.push(PlanRow { day, ..row }),
            None => notes.push("Something that was planned is not known here, and was left out.".to_owned()),
        }
    }
    for place in 0..rows.len() {
        let Some(row) = rows.get(place) else { continue };
        let day =
            if row.day.is_empty() { show(first_day(&rows, place, outlook, target, asked)) } else { row.day.clone() };
        let again = again(&row.what, &day, rows.get(..place).unwrap_or_default(), person);
        if let Some(row) = rows.get_mut(place) {
            row.day = day;
            if let Some(words) = again {
                row.work = None;
                row.detail = format!("{} {words}", row.detail);
            }
        }
    }
    (rows, notes)
}

/// The day a step begins with: the best beside the others; where it does nothing by itself, the last on which it could.
fn first_day(rows: &[PlanRow], place: usize, outlook: &Outlook, target: Option<&Target>, asked: &PlanQuery) -> Day {
    let today = outlook.today();
    let Some(target) = target else { return add_days(today, 90) };
    let last = outlook.last_day(target.expires_on);
    let mut at = None;
    let mut steps = Vec::new();
    for (other, row) in rows.iter().enumerate() {
        let on = if other == place { Ok(today) } else { parse_day(&row.day) };
        if let (Some(work), Ok(on)) = (row.work.clone(), on) {
            if other == place {
                at = Some(steps.len());
            }
            steps.push(Step { work, on });
        }
    }
    let Some(at) = at else { return last };
    let pending = asked.pending == "yes";
    let best = outlook.best_day(&steps, pending, at, &target.code, target.earned_on).ok().flatten();
    best.map_or(last, |best| best.on).max(today)
}

/// What words, or the choice of an exam, add to the plan; and what to say about it.
fn added(program: &Program, catalog: &Index, asked: &PlanQuery, today: Day) -> (Vec<String>, Vec<String>) {
    let (mut found, mut notes) = (Vec::new(), Vec::new());
    if program.exam_kind(&asked.exam).is_some() {
        found.push(What::Exam(asked.exam.clone()).to_string());
    }
    let words = Words::new(&asked.find);
    if !words.is_empty() {
        // As everywhere: the first that matches is taken.
        let (hits, total) = catalog.versions(&words, today, 1);
        let reference = hits.first().and_then(|hit| {
            let item = catalog.catalog().items.get(hit.item)?;
            let number = item.versions.get(hit.version)?.number.clone();
            Some(VersionRef { slug: item.slug.clone(), number })
        });
        match reference {
            Some(reference) => {
                found.push(format!("{reference}/"));
                if total > 1 {
                    notes.push(
                        "The best match was added. If you meant another one, remove it and write more of its name."
                            .to_owned(),
                    );
                }
            }
            None => notes
                .push(format!("Nothing in the catalog matches \"{}\". Try fewer words, or the acronym.", asked.find)),
        }
    }
    (found, notes)
}

/// A step as it is called; `None` for what cannot be one.
pub(super) fn looked_up(program: &Program, catalog: &Catalog, what: &str, today: Day) -> Option<PlanRow> {
    let row = |what: String, label: String, work: Work, detail: String| PlanRow {
        what,
        label,
        href: None,
        work: Some(work),
        kinds: Vec::new(),
        detail,
        offered_until: None,
        day: String::new(),
    };
    // A version alone: what it comes as is chosen here.
    if let Some(version) = what.strip_suffix('/') {
        return training(program, catalog, &VersionRef::parse(version)?, None, today);
    }
    match What::parse(what)? {
        What::Training(version, item_type) => training(program, catalog, &version, Some(&item_type), today),
        What::Credits(credits) => {
            let words = program.credits(i64::from(credits));
            let work = Work::Credits(i64::from(credits));
            Some(row(what.to_owned(), format!("Training for {words}"), work, "Any from the catalog.".to_owned()))
        }
        What::Exam(kind) => {
            let known = program.exam_kind(&kind)?;
            let label = capitalised(&known.name);
            Some(row(what.to_owned(), label, Work::Exam(kind), "Passed on that day.".to_owned()))
        }
    }
}

fn training(
    program: &Program,
    catalog: &Catalog,
    reference: &VersionRef,
    item_type: Option<&str>,
    today: Day,
) -> Option<PlanRow> {
    let key = |delivery: &Delivery| catalog.type_of(delivery).map(|kind| kind.key.clone());
    let Some((item, version)) = catalog.version(reference) else {
        return Some(PlanRow {
            what: format!("{reference}/{}", item_type.unwrap_or("any")),
            label: reference.to_string(),
            href: None,
            work: None,
            kinds: Vec::new(),
            detail: "This is not in the catalog any more: remove it.".to_owned(),
            offered_until: None,
            day: String::new(),
        });
    };
    let chosen = match item_type {
        Some(wanted) => version.deliveries.iter().find(|delivery| key(delivery).is_some_and(|key| key == wanted)),
        None => version.deliveries.iter().find(|delivery| delivery.offered_on(today)),
    };
    let chosen = chosen.or_else(|| version.deliveries.first())?;
    let what = |delivery: &Delivery| Some(What::Training(reference.clone(), key(delivery)?).to_string());
    Some(PlanRow {
        what: what(chosen)?,
        label: label(&item.name, item.acronym.as_deref(), &version.number),
        href: Some(format!("/catalog/{}", item.slug)),
        work: Some(Work::Credits(i64::from(chosen.credits))),
        kinds: kinds(catalog, version, what),
        detail: detail(program, catalog, chosen),
        offered_until: chosen.offered_until,
        day: String::new(),
    })
}

fn kinds(catalog: &Catalog, version: &Version, what: impl Fn(&Delivery) -> Option<String>) -> Vec<(String, String)> {
    let kind = |delivery: &Delivery| {
        let name = &catalog.type_of(delivery)?.name;
        Some((what(delivery)?, format!("{name}, {}", catalog.credits(delivery.credits, delivery.most_credits))))
    };
    version.deliveries.iter().filter_map(kind).collect()
}

fn detail(program: &Program, catalog: &Catalog, delivery: &Delivery) -> String {
    let kind = catalog.type_of(delivery).map(|kind| kind.name.clone()).unwrap_or_default();
    let credits = program.credits(i64::from(delivery.credits));
    let credits =
        if delivery.credits == delivery.most_credits { credits } else { format!("at least {credits}, by provider") };
    let until = delivery.offered_until.map(|day| format!(" Offered until {}.", show(day))).unwrap_or_default();
    format!("{kind}, {credits}.{until}")
}

/// Whether a training would count a second time in one cycle, which it does not: what to say then.
fn again(what: &str, day: &str, before: &[PlanRow], person: &Claimant) -> Option<String> {
    let Some(What::Training(version, _)) = What::parse(what) else { return None };
    let same = |other: &PlanRow| matches!(What::parse(&other.what), Some(What::Training(other, _)) if other == version);
    if before.iter().any(same) {
        return Some(
            "It stands in the plan twice: in one cycle it can be claimed once, so this one is not counted.".to_owned(),
        );
    }
    let on = parse_day(day).ok()?;
    let claimed = person.claimed.iter().find(|claimed| claimed.item == version && claimed.cycle.holds(on))?;
    let done = show(claimed.completed_on);
    Some(format!("You claimed it as completed on {done}: in one cycle it can be claimed once, so it is not counted."))
}
