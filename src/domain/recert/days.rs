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
    let day = day(number);
    let year = i32::try_from(years).ok().and_then(|years| day.year().checked_add(years));
    match year.and_then(|year| day.with_year(year)) {
        Some(day) => day.num_days_from_ce().min(LAST),
        None => plus_months(number, years.saturating_mul(12)),
    }
}

/// Whether the same day so many years later is later than another day.
///
/// A year has 365 days or 366, and that alone nearly always tells, without the calendar.
pub(super) fn plus_years_is_later(number: Number, years: u32, than: Number) -> bool {
    let days = |in_a_year: Number| i32::try_from(years).unwrap_or(LAST).saturating_mul(in_a_year);
    if number.saturating_add(days(365)).min(LAST) > than {
        return true;
    }
    number.saturating_add(days(366)) > than && plus_years(number, years) > than
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
        assert_eq!(plus_years(number(2024, 2, 29), 4), number(2028, 2, 29));
    }

    #[test]
    fn what_is_later_in_so_many_years_is_told_without_reckoning_the_day() {
        for (start, years) in (0..2_000).flat_map(|day| [(730_000 + day, 1), (730_000 + day, 3), (LAST - day, 7)]) {
            let later = plus_years(start, years);
            for than in [start, later - 2, later - 1, later, later + 1, NEVER] {
                assert_eq!(plus_years_is_later(start, years, than), later > than, "{start} {years} {than}");
            }
        }
        assert!(!plus_years_is_later(LAST, u32::MAX, LAST));
        assert!(plus_years_is_later(FIRST, u32::MAX, LAST - 1));
    }
}
