//! The plan as the address says it.

use ce_domain::calendar::{Day, DayError, add_years, parse_day, show, subtract_days};
use ce_domain::plan::MOST_STEPS;
use ce_domain::text::query;
use leptos_router::params::ParamsMap;
use serde::{Deserialize, Serialize};

/// What the planner is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanQuery {
    /// The steps, in order.
    pub steps: Vec<Asked>,
    /// Code of the certification that is looked at; empty: the one that credits count for first.
    pub certification: String,
    /// Whether pending claims are counted as earned: `yes`, or nothing.
    pub pending: String,
    /// Words of a training that is to be added.
    pub find: String,
    /// Key of a kind of exam that is to be added.
    pub exam: String,
    /// Id of a saved plan. Its steps are taken when the address names none.
    pub plan: String,
    /// What the plan is called when it is saved.
    pub name: String,
    /// Whether it is to stand in the calendar: `yes` or `no`; empty where that was not asked.
    pub calendar: String,
}

/// A step as the address says it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// What, as [`ce_domain::plan::What`] reads it.
    pub what: String,
    /// The day, as it was typed; empty: the day that is best.
    pub day: String,
}

impl PlanQuery {
    /// Reads an address.
    pub fn read(address: &ParamsMap) -> PlanQuery {
        let names = ["what", "day", "remove", "certification", "pending", "find", "exam", "plan", "name", "calendar"];
        let all = names.iter().flat_map(|name| {
            let values = address.get_all(name).unwrap_or_default();
            values.into_iter().map(|value| ((*name).to_owned(), value))
        });
        PlanQuery::of(all)
    }

    /// Reads what a form holds: each step is a `what` and a `day`, in the same order. The step whose place `remove` names is
    /// left out.
    pub fn of(pairs: impl IntoIterator<Item = (String, String)>) -> PlanQuery {
        let mut asked = PlanQuery::default();
        let (mut whats, mut days, mut remove) = (Vec::new(), Vec::new(), None);
        for (name, value) in pairs {
            match name.as_str() {
                "what" => whats.push(value),
                "day" => days.push(value),
                "remove" => remove = value.parse::<usize>().ok(),
                "certification" => asked.certification = value,
                "pending" => asked.pending = value,
                "find" => asked.find = value,
                "exam" => asked.exam = value,
                "plan" => asked.plan = value,
                "name" => asked.name = value,
                "calendar" => asked.calendar = value,
                _ => {}
            }
        }
        let days = days.into_iter().chain(std::iter::repeat(String::new()));
        let steps = whats.into_iter().zip(days).enumerate().filter(|(place, _)| Some(*place) != remove);
        asked.steps = steps.map(|(_, (what, day))| Asked { what, day }).take(MOST_STEPS).collect();
        // A saved plan that everything is taken out of is not asked for again: it would come back whole.
        if remove.is_some() && asked.steps.is_empty() {
            asked.plan.clear();
        }
        asked
    }

    /// The address that asks for it; what is as usual is left out.
    pub fn href(&self) -> String {
        let mut values: Vec<(&str, &str)> = Vec::new();
        for step in &self.steps {
            values.push(("what", &step.what));
            values.push(("day", &step.day));
        }
        let others = [
            ("certification", &self.certification),
            ("pending", &self.pending),
            ("find", &self.find),
            ("exam", &self.exam),
            ("plan", &self.plan),
            ("name", &self.name),
            ("calendar", &self.calendar),
        ];
        values.extend(
            others.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name, value.as_str())),
        );
        format!("/planner{}", query(values))
    }

    /// The same without its days: while those move nothing new has to be asked for.
    pub fn without_days(mut self) -> PlanQuery {
        for step in &mut self.steps {
            step.day.clear();
        }
        self
    }

    /// The same with one more step.
    pub fn with(mut self, what: String, day: String) -> PlanQuery {
        self.steps.push(Asked { what, day });
        self
    }

    /// Whether any text in it holds what no database takes.
    pub fn has_nul(&self) -> bool {
        let others =
            [&self.certification, &self.pending, &self.find, &self.exam, &self.plan, &self.name, &self.calendar];
        others
            .into_iter()
            .chain(self.steps.iter().flat_map(|step| [&step.what, &step.day]))
            .any(|text| text.contains('\0'))
    }
}

/// As far ahead as anybody plans.
const YEARS_AHEAD: u32 = 10;

/// The day of a step as it was typed, or what is wrong with it: neither too long ago to be claimed, nor too far away, nor
/// after the last day on which it is offered.
///
/// # Errors
/// What is wrong and what to do, in words.
pub fn read_day(text: &str, today: Day, window_days: u32, offered_until: Option<Day>) -> Result<Day, String> {
    let day = parse_day(text).map_err(|error| {
        match error {
            DayError::Empty => "Enter the day on which you will finish",
            DayError::Malformed => "Write the day like 14-Jun-2027",
            DayError::Impossible => "There is no such day: correct it",
        }
        .to_owned()
    })?;
    if day < subtract_days(today, window_days) {
        return Err(format!("That was more than {window_days} days ago, too long to be claimed: choose a later day"));
    }
    if let Some(last) = offered_until.filter(|last| day > *last) {
        return Err(format!("It is offered until {}: choose an earlier day, or another training", show(last)));
    }
    if day > add_years(today, YEARS_AHEAD) {
        return Err(format!("Choose a day within the next {YEARS_AHEAD} years"));
    }
    Ok(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&str, &str)]) -> PlanQuery {
        PlanQuery::of(list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn each_step_keeps_its_day_and_the_removed_one_is_gone() {
        let asked = pairs(&[
            ("what", "exam:core"),
            ("day", "01-Feb-2027"),
            ("what", "credits:12"),
            ("day", ""),
            ("what", "credits:8"),
            ("remove", "0"),
        ]);
        let steps: Vec<_> = asked.steps.iter().map(|step| (step.what.as_str(), step.day.as_str())).collect();
        assert_eq!(steps, [("credits:12", ""), ("credits:8", "")]);
    }

    #[test]
    fn an_address_is_read_as_it_was_made() {
        let asked = pairs(&[("what", "encor@1.2/instructor-led"), ("day", "30-Apr-2027"), ("pending", "yes")]);
        assert_eq!(asked.href(), "/planner?what=encor@1.2%2Finstructor-led&day=30-Apr-2027&pending=yes");
        assert_eq!(PlanQuery::default().href(), "/planner");
    }

    #[test]
    fn no_plan_has_more_steps_than_somebody_can_look_at() {
        let many: Vec<(&str, &str)> = std::iter::repeat_n(("what", "credits:1"), 100).collect();
        assert_eq!(pairs(&many).steps.len(), MOST_STEPS);
    }
}
