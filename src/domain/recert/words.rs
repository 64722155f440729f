//! The explanation in plain words, with the program's own.

use super::explanation::{Change, Event, Explanation, Happened, LeftOut};
use super::outcome::{Held, HeldStatus, Renewal, Spent, Way};
use super::renewal::Timing;
use super::witness::NotRenewed;
use crate::calendar::{Day, show};
use crate::program::Program;
use std::fmt::Write;

impl Explanation {
    /// Everything that happened, a paragraph each, and where things stand: for a person at a terminal.
    pub fn text(&self, program: &Program) -> String {
        let mut text = String::new();
        for event in &self.events {
            let mut lines = event.sentences(program).into_iter();
            let first = lines.next().unwrap_or_default();
            // Writing to a text cannot fail.
            let _ = writeln!(text, "{}  {first} (section {})", show(event.on), event.section);
            for line in lines {
                let _ = writeln!(text, "             {line}");
            }
        }
        let _ = writeln!(text, "{}Where things stand:", if text.is_empty() { "" } else { "\n" });
        for held in &self.outcome.holdings {
            let _ = writeln!(text, "  {}", held.sentence());
            let open = |remaining: &&super::Remaining| {
                (&remaining.certification, remaining.earned_on) == (&held.certification, held.earned_on)
            };
            for remaining in self.outcome.remaining.iter().filter(open) {
                let ways: Vec<String> = remaining.options.iter().map(|way| way.words(program)).collect();
                let ways = match ways.as_slice() {
                    [] => "nothing is missing, or it is renewed only together with a higher one".to_owned(),
                    ways => ways.join(", or "),
                };
                let _ = writeln!(text, "    To renew it: {ways}.");
            }
        }
        text
    }
}

impl Held {
    /// Where a holding stands: `CCNA ends on 09-Feb-2028.`
    pub fn sentence(&self) -> String {
        let code = &self.certification;
        let Some(expires_on) = self.expires_on else { return format!("{code} is held for life.") };
        let day = show(expires_on);
        let kept = if self.kept { " That day was promised, and is kept." } else { "" };
        match self.status {
            HeldStatus::Active => format!("{code} expires on {day}.{kept}"),
            HeldStatus::Restorable => {
                format!("{code} expired on {day}. A claim that is still pending may restore it.{kept}")
            }
            HeldStatus::Expired => format!("{code} expired on {day}.{kept}"),
        }
    }
}

impl Way {
    /// `40 credits and 1 core exam`, in the program's words.
    pub fn words(&self, program: &Program) -> String {
        let mut parts: Vec<String> = self.exams.iter().map(|exams| program.exams(exams.count, &exams.of)).collect();
        if self.credits > 0 || parts.is_empty() {
            parts.push(program.credits(self.credits));
        }
        crate::text::all(&parts.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

impl NotRenewed {
    /// Why, as the second half of a sentence: `it would gain nothing`.
    pub fn words(self) -> &'static str {
        match self {
            NotRenewed::NothingToGain => "it would gain nothing",
            NotRenewed::Retired => "the certification is retired",
            NotRenewed::HeldForLife => "it is held for life",
            NotRenewed::DoesNotRecertify => "nothing renews it",
            NotRenewed::Expired => "it had expired",
            NotRenewed::PeersRenewApart => "each of its level is renewed by itself",
        }
    }
}

impl Event {
    /// What happened, and each of its consequences, a sentence each.
    pub fn sentences(&self, program: &Program) -> Vec<String> {
        match &self.what {
            Happened::Extended { certification, months, before, after, .. } => {
                let months = crate::text::count(i64::from(*months), "month", "months");
                vec![format!("{certification} was extended by {months}: {}.", expiry(*before, *after))]
            }
            Happened::Earned { certification, expires_on: Some(day) } => {
                vec![format!("{certification} was earned. It expires on {}.", show(*day))]
            }
            Happened::Earned { certification, expires_on: None } => {
                vec![format!("{certification} was earned, for life.")]
            }
            Happened::EarnedAgain { certification, before: Some(before), after: Some(after), .. }
                if before != after =>
            {
                vec![format!("{certification} was earned again while it was held: {}.", expiry(*before, *after))]
            }
            Happened::EarnedAgain { certification, .. } => {
                vec![format!("{certification} was earned again, which gains nothing: it lasts longer already.")]
            }
            Happened::ExamPassed { id, exam_kind } => {
                let name = program.exam_kind(exam_kind).map_or(exam_kind.as_str(), |kind| kind.name.as_str());
                vec![format!("An exam was passed: {name} ({id}).")]
            }
            Happened::CreditsEarned { lot, credits, until } => {
                vec![format!("{} of {lot} count. They can be used until {}.", program.credits(*credits), show(*until))]
            }
            Happened::CreditsWithoutCertification { lot, credits } => vec![format!(
                "{} of {lot} do not count: nothing was held on the day of completion.",
                program.credits(*credits)
            )],
            Happened::Renewed { renewal, timing, changes, left_out } => {
                renewed(program, renewal, *timing, changes, left_out)
            }
            Happened::CreditsNotNeeded { lot, credits } => vec![format!(
                "{} of {lot} were not needed and are lost: what is begun is spent whole.",
                program.credits(*credits)
            )],
            Happened::CreditsLapsed { lot, credits } => vec![format!(
                "{} of {lot} lapsed: a renewal of the highest level ends what it does not need.",
                program.credits(*credits)
            )],
            Happened::CreditsExpired { lot, credits } => {
                vec![format!("Last day of {} of {lot}, which were not used.", program.credits(*credits))]
            }
            Happened::CreditsRevoked { lot, credits } => {
                vec![format!("{} of {lot} were taken back, as if they had never been.", program.credits(*credits))]
            }
            Happened::Reversed { renewal } => vec![format!(
                "The renewal of {} on {} no longer stands, because its {} were taken back.",
                list(&renewal.renewed),
                show(renewal.on),
                program.credits_word
            )],
            Happened::PromiseKept(change) => vec![format!(
                "{} would have expired on {}, but {} had been promised, and is kept.",
                change.certification,
                show(change.before),
                show(change.after)
            )],
            Happened::Expired { certification, .. } => {
                vec![format!("Last day of {certification}: it was not renewed.")]
            }
        }
    }
}

fn renewed(
    program: &Program,
    renewal: &Renewal,
    timing: Option<Timing>,
    changes: &[Change],
    left_out: &[LeftOut],
) -> Vec<String> {
    let trigger = &renewal.trigger;
    let mut lines = Vec::new();
    match (&renewal.option, timing) {
        (Some(way), Some(Timing::LastDay)) => lines
            .push(format!("{trigger} is renewed by {}, on the last day on which they could help.", way.words(program))),
        (Some(way), _) => {
            lines.push(format!("{trigger} is renewed by {}, complete on this day.", way.words(program)));
        }
        (None, _) => lines.push(format!("Earning {trigger} renews what is held with it or below it.")),
    }
    lines.extend(
        changes.iter().map(|change| format!("{}: {}.", change.certification, expiry(change.before, change.after))),
    );
    if !renewal.spent.is_empty() {
        let parts: Vec<String> =
            renewal.spent.iter().map(|Spent { lot, credits }| format!("{credits} of {lot}")).collect();
        lines.push(format!("Spent, the oldest first: {}.", list(&parts)));
    }
    lines.extend(
        left_out
            .iter()
            .map(|left_out| format!("{} is not renewed with it: {}.", left_out.certification, left_out.why.words())),
    );
    lines
}

fn expiry(before: Day, after: Day) -> String {
    format!("it expires on {} instead of {}", show(after), show(before))
}

fn list(parts: &[String]) -> String {
    crate::text::all(&parts.iter().map(String::as_str).collect::<Vec<_>>())
}
