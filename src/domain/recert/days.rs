//! Days as plain numbers, because the replay compares and steps through very many of them.

use crate::calendar::Day;
use chrono::{Datelike, Months};

/// A day counted from 1 January of the year 1, which is 1.
pub(super) type Number = i32;

/// The first and the last day this program reckons with. Nothing is ever later than the last: what would be, is it.
pub(super) const FIRST: Number = 1;
/// 31 December 9999.
pub(super) const LAST: Number = 3_652_059;
/// Later than every day: what never happens.
pub(super) const NEVER: Number = i32::MAX;

/// The number of a day, or `None` outside of the years 1 to 9999.
pub(super) fn number(day: Day) -> Option<Number> {
    let number = day.num_days_from_ce();
    (FIRST..=LAST).contains(&number).then_some(number)
}

/// The day of a number.
pub(super) fn day(number: Number) -> Day {
    Day::from_num_days_from_ce_opt(number.clamp(FIRST, LAST)).unwrap_or_default()
}

/// Same day of the month so many months later, or the last day of that month where it is shorter.
pub(super) fn plus_months(number: Number, months: u32) -> Number {
    day(number).checked_add_months(Months::new(months)).map_or(LAST, |day| day.num_days_from_ce().min(LAST))
}

/// Same day and month so many years later; 29 February becomes the 28th where that year has none.
pub(super) fn plus_years(number: Number, years: u32) -> Number {
    plus_months(number, years.saturating_mul(12))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_ends_with_the_year_9999_and_nothing_goes_beyond() {
        let last = Day::from_ymd_opt(9999, 12, 31).unwrap();
        assert_eq!(number(last), Some(LAST));
        assert_eq!(number(last.succ_opt().unwrap()), None);
        assert_eq!(number(Day::MAX), None);
        assert_eq!(number(Day::from_ymd_opt(1, 1, 1).unwrap()), Some(FIRST));
        assert_eq!(number(Day::from_ymd_opt(0, 12, 31).unwrap()), None);
        assert_eq!(plus_years(LAST, 1), LAST);
        assert_eq!(plus_months(FIRST, u32::MAX), LAST);
        assert_eq!(day(NEVER), last);
    }

    #[test]
    fn a_month_that_is_shorter_ends_sooner() {
        let number = |y, m, d| super::number(Day::from_ymd_opt(y, m, d).unwrap()).unwrap();
        assert_eq!(plus_months(number(2024, 1, 31), 1), number(2024, 2, 29));
        assert_eq!(plus_months(number(2024, 8, 31), 6), number(2025, 2, 28));
        assert_eq!(plus_years(number(2024, 2, 29), 3), number(2027, 2, 28));
    }
}
