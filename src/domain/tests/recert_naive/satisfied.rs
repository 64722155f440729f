//! Section 3: when a level is satisfied, and when a renewal is due.

use super::program::{Need, RenewalOption};
use super::telling::{Holding, Telling};
use super::{day_after, day_before};
use chrono::{Datelike, NaiveDate};

/// A renewal that is due, and what makes it so.
pub struct Due {
    pub option: RenewalOption,
    pub because: Vec<&'static str>,
}

impl Telling<'_> {
    /// L may take credits for h on d.
    pub fn may_take_credits(&self, h: &Holding, day: NaiveDate, begun_by: NaiveDate) -> bool {
        let level = h.certification.level;
        if !self.record.switches.credits_apply_to_highest || self.highest_level(day, begun_by) == Some(level) {
            return true;
        }
        let ends_today = |holding: &Holding| self.last_day(holding) == Some(day);
        ends_today(h)
            && self
                .holdings
                .iter()
                .filter(|other| other.certification.level > level)
                .filter(|other| other.earned_on <= begun_by && self.is_renewable(other, day))
                .filter(|other| self.record.table.has_an_option_that_takes_credits(other.certification.level))
                .all(ends_today)
    }

    /// The kinds of the exams passed in the cycle of `h` by `day`.
    pub fn exams_in_cycle(&self, h: &Holding, day: NaiveDate) -> Vec<String> {
        let in_cycle = self.exams.iter().filter(|exam| h.cycle_start < exam.passed_on && exam.passed_on <= day);
        in_cycle.map(|exam| exam.kind.clone()).collect()
    }

    /// The options of its level that are met for `h` on `day`, in the order of the program.
    pub fn met_options(&self, h: &Holding, day: NaiveDate, begun_by: NaiveDate) -> Vec<RenewalOption> {
        if !self.is_renewable(h, day) {
            return vec![];
        }
        let credits = if self.may_take_credits(h, day, begun_by) { self.usable_credits(day) } else { 0 };
        let exams = self.exams_in_cycle(h, day);
        let is_met =
            |option: &RenewalOption| option.credits <= credits && can_fill(&single_needs(&option.exams), &exams);
        self.record.table.options_of(h.certification.level).into_iter().filter(is_met).collect()
    }

    pub fn would_gain(&self, h: &Holding, day: NaiveDate) -> bool {
        h.certification.expiry_when_renewed_on(day) > h.expires_on
    }

    /// Whether a renewal of `h` is due on `day`, and by which option.
    pub fn due(&self, h: &Holding, day: NaiveDate) -> Option<Due> {
        // 1
        if !self.is_renewable(h, day) || h.cycle_start >= day {
            return None;
        }
        // 2
        let met = self.met_options(h, day, day);
        if met.is_empty() {
            return None;
        }
        // 3
        if !self.would_gain(h, day) {
            return None;
        }
        // 4
        let met_before = self.met_options(h, day_before(day), day_before(day));
        let met_after = self.met_options(h, day_after(day), day);
        let without_credits = |options: &[RenewalOption]| options.iter().any(|option| option.credits == 0);
        let first_day = met_before.is_empty();
        let first_day_without_credits = without_credits(&met) && !without_credits(&met_before);
        let last_day = met_after.is_empty();
        if !first_day && !first_day_without_credits && !last_day {
            return None;
        }
        let fewest = met.iter().map(|option| option.credits).min()?;
        let option = met.into_iter().find(|option| option.credits == fewest)?;
        let mut because = self.how_it_renews(h, &option, day);
        because.extend(first_day.then_some("renewal on the first day"));
        because.extend((first_day_without_credits && !first_day).then_some("renewal on the first day without credits"));
        because.extend(last_day.then_some("renewal on the last day"));
        if last_day && !first_day && !first_day_without_credits {
            because.push("renewal on the last day only");
        }
        if last_day && self.last_day(h) != Some(day) {
            because.push("renewal on the last day of credits or of being the highest");
        }
        Some(Due { option, because })
    }

    /// For the generator's coverage only.
    fn how_it_renews(&self, h: &Holding, option: &RenewalOption, day: NaiveDate) -> Vec<&'static str> {
        let by_credits = option.credits > 0;
        let highest = self.highest_level(day, day) == Some(h.certification.level);
        let ends_today = self.last_day(h) == Some(day);
        let ways = [
            (
                by_credits && !highest && ends_today && self.record.switches.credits_apply_to_highest,
                "the lower saved on the common last day",
            ),
            (by_credits && !highest && !self.record.switches.credits_apply_to_highest, "credits renew any level"),
            (by_credits && !option.exams.is_empty(), "renewal by credits and exams"),
            (by_credits && option.exams.is_empty(), "renewal by credits alone"),
            (!by_credits, "renewal by exams alone"),
            (h.kept, "renewal of a kept holding"),
            (ends_today && !self.record.switches.last_day_inclusive, "renewal on an exclusive last day"),
            (day.month() == 2 && day.day() == 29, "renewal on a leap day"),
        ];
        ways.into_iter().filter(|(holds, _)| *holds).map(|(_, way)| way).collect()
    }
}

/// Each need as many times as it counts.
pub fn single_needs(needs: &[Need]) -> Vec<Vec<&'static str>> {
    needs.iter().flat_map(|need| std::iter::repeat_n(need.of.clone(), need.count)).collect()
}

/// Whether each need can have an exam of its own.
fn can_fill(needs: &[Vec<&'static str>], exams: &[String]) -> bool {
    let Some((need, other_needs)) = needs.split_first() else { return true };
    (0..exams.len()).filter(|place| need.contains(&exams[*place].as_str())).any(|place| {
        let mut other_exams = exams.to_vec();
        other_exams.remove(place);
        can_fill(other_needs, &other_exams)
    })
}
