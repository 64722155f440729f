//! What is held, what was done for it and what is expected, on one scale of time.

use super::Position;
use crate::app::components::timeline::{Bar, Look, Row};
use crate::app::pages::tracking::Lot;
use crate::server::db::claims::WithCredits;
use ce_domain::calendar::{Day, show};
use ce_domain::claim::Status;
use ce_domain::recert::{Fact, Held, How, Outcome, Step};

/// When something held is valid: this cycle, the days it was renewed, and until when it would last if everything that is
/// pending were earned.
pub fn held_row(position: &Position<'_>, held: &Held, if_earned: Option<&Outcome>) -> Row {
    let mut bars = vec![Bar {
        from: held.cycle_start,
        until: held.expires_on,
        look: Look::Held,
        words: "valid, this cycle".to_owned(),
    }];
    if let (Some(ends), Some(until)) = (held.expires_on, planned(held, if_earned)) {
        let words = "valid, if what is pending is earned".to_owned();
        bars.push(Bar { from: ends, until: Some(until), look: Look::Planned, words });
    }
    let history = position.explained(held).map_or(&[][..], |known| &known.history);
    // A cycle may have begun before the record did.
    let begun = history.iter().any(|step| step.on == held.cycle_start);
    let before = (!begun).then(|| Bar::on(held.cycle_start, Look::Renewed, "earned or renewed"));
    bars.extend(before);
    bars.extend(history.iter().map(|step| Bar::on(step.on, Look::Renewed, step_words(position, step))));
    Row { name: position.name(&held.certification), bars, marks: Vec::new() }
}

fn step_words(position: &Position<'_>, step: &Step) -> String {
    match &step.how {
        How::Earned => "earned".to_owned(),
        How::EarnedAgain => "earned again".to_owned(),
        How::Extended { .. } => "extended".to_owned(),
        How::PromiseKept => "kept as promised".to_owned(),
        How::Renewed { renewal } => match position.renewal(*renewal).and_then(|renewal| renewal.option.as_ref()) {
            Some(way) => format!("renewed by {}", way.words(&position.state.program)),
            None => "renewed".to_owned(),
        },
    }
}

/// Until when it would last if everything that is pending were earned, where that is longer.
pub fn planned(held: &Held, if_earned: Option<&Outcome>) -> Option<Day> {
    let same = |other: &&Held| other.certification == held.certification && other.earned_on == held.earned_on;
    let planned = if_earned?.holdings.iter().find(same)?;
    planned.expires_on.filter(|until| held.expires_on.is_some_and(|ends| *until > ends))
}

/// Training that was completed and exams that were passed, on their days; nothing where there were none.
pub fn activities(position: &Position<'_>) -> Option<Row> {
    let program = &position.state.program;
    // What was taken back is kept for its name alone.
    let counted = |claim: &&WithCredits| Status::parse(&claim.status).is_some_and(Status::counts);
    let training = position.claims.iter().filter(counted).map(|claim| {
        let pending = if Status::parse(&claim.status) == Some(Status::Pending) { ", pending" } else { "" };
        let words = format!("training: {}, {}{pending}", claim.item_label, program.credits(claim.credits));
        Bar::on(claim.completed_on, Look::Training, words)
    });
    let mut bars: Vec<Bar> = training.chain(exams(position)).collect();
    bars.sort_by_key(|bar| bar.from);
    (!bars.is_empty()).then(|| Row { name: "Training and exams".to_owned(), bars, marks: Vec::new() })
}

/// Exams that were passed.
fn exams(position: &Position<'_>) -> impl Iterator<Item = Bar> {
    position.record.facts.iter().filter_map(|fact| match fact {
        Fact::Exam { exam_kind, passed_on, .. } if *passed_on <= position.today => {
            let kind =
                position.state.program.exam_kind(exam_kind).map_or(exam_kind.as_str(), |kind| kind.name.as_str());
            Some(Bar::on(*passed_on, Look::Exam, format!("exam passed: {kind}")))
        }
        _ => None,
    })
}

/// A row for the exams passed since a cycle began; nothing where there were none.
pub fn exams_since(position: &Position<'_>, since: Day) -> Option<Row> {
    let bars: Vec<Bar> = exams(position).filter(|bar| bar.from >= since).collect();
    (!bars.is_empty()).then(|| Row { name: "Exams".to_owned(), bars, marks: Vec::new() })
}

/// Until when the credits of a claim can be used, from the day it was completed.
pub fn lot_row(position: &Position<'_>, lot: &Lot) -> Row {
    let (look, words) = if lot.pending {
        (Look::Planned, "credits can be used, if the claim is earned")
    } else {
        (Look::Credits, "credits can be used")
    };
    let usable = Bar { from: lot.completed_on, until: Some(lot.until), look, words: words.to_owned() };
    let completed = Bar::on(lot.completed_on, Look::Training, "training completed");
    let name = format!("{}, {}", position.state.program.credits(lot.credits), lot.label);
    Row { name, bars: vec![usable, completed], marks: Vec::new() }
}

/// The drawing in a sentence or two.
pub fn label(position: &Position<'_>, shown: &[&Held], if_earned: Option<&Outcome>) -> String {
    let each = shown.iter().map(|held| {
        let until = held.expires_on.map_or_else(|| "for life".to_owned(), |day| format!("until {}", show(day)));
        let planned = planned(held, if_earned)
            .map_or_else(String::new, |day| format!(", and until {} if what is pending is earned", show(day)));
        format!("{} is valid {until}{planned}", position.name(&held.certification))
    });
    format!("{}. Today is {}.", each.collect::<Vec<_>>().join("; "), show(position.today))
}
