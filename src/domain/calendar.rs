//! Days: how a person writes them, how the program prints them, how years are added.
//!
//! A [`Day`] has no time and no zone. The server says which day it is, in the program's time zone.

use chrono::{Datelike, Months};

/// A calendar day.
pub type Day = chrono::NaiveDate;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Why a text is not a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DayError {
    /// Nothing was written.
    #[error("no date was given")]
    Empty,
    /// Not written in a form this program reads.
    #[error("write the date like 27-Mar-2026")]
    Malformed,
    /// Well written, but there is no such day, as 31-Feb-2026.
    #[error("there is no such day in the calendar")]
    Impossible,
}

/// Reads `09-Feb-2020` (the program's own form) and `2020-02-09` (ISO 8601, the native picker's).
///
/// Generous where nothing can be misread: spaces, slashes, dots and commas divide as well as hyphens,
/// a month may be written out, and case does not matter. Two numbers for day and month are refused,
/// because half the world reads them the other way round.
pub fn parse_day(text: &str) -> Result<Day, DayError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DayError::Empty);
    }
    let parts: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, '-' | '/' | '.' | ','))
        .filter(|part| !part.is_empty())
        .collect();
    let [first, second, third] = parts[..] else {
        return Err(DayError::Malformed);
    };
    let (year, month, day) = if first.len() == 4 {
        (first, number(second, 2)?, number(third, 2)?)
    } else if let Some(month) = month_number(second) {
        (third, month, number(first, 2)?)
    } else {
        return Err(DayError::Malformed);
    };
    if year.len() != 4 {
        return Err(DayError::Malformed);
    }
    let year = i32::try_from(number(year, 4)?).map_err(|_| DayError::Malformed)?;
    // Before the computer and beyond a career: a slip of the finger, not a day somebody means.
    if !(1900..=2200).contains(&year) {
        return Err(DayError::Impossible);
    }
    Day::from_ymd_opt(year, month, day).ok_or(DayError::Impossible)
}

fn number(text: &str, longest: usize) -> Result<u32, DayError> {
    if text.len() > longest || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(DayError::Malformed);
    }
    text.parse().map_err(|_| DayError::Malformed)
}

fn month_number(text: &str) -> Option<u32> {
    const WHOLE: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let text = text.to_ascii_lowercase();
    if text.len() < 3 {
        return None;
    }
    // "Sept" is how many write it; any beginning of three letters or more names one month only.
    (1..).zip(WHOLE).find(|(_, month)| month.starts_with(&text)).map(|(number, _)| number)
}

/// `09-Feb-2020`: what the program prints everywhere a person reads a date (guide, every table).
pub fn show(day: Day) -> String {
    let month = usize::try_from(day.month0()).ok().and_then(|index| MONTHS.get(index)).unwrap_or(&"");
    format!("{:02}-{month}-{:04}", day.day(), day.year())
}

/// Same month and day `years` later; 29 February becomes 28 February where that year has none
/// (recertification rules, opening section).
pub fn add_years(day: Day, years: u32) -> Day {
    day.checked_add_months(Months::new(years.saturating_mul(12))).unwrap_or(Day::MAX)
}

/// As [`add_years`], backwards.
pub fn subtract_years(day: Day, years: u32) -> Day {
    day.checked_sub_months(Months::new(years.saturating_mul(12))).unwrap_or(Day::MIN)
}

/// Same day of the month so many months later, or the last day of that month where it is shorter.
pub fn add_months(day: Day, months: u32) -> Day {
    day.checked_add_months(Months::new(months)).unwrap_or(Day::MAX)
}

/// The day `days` later; the end of the calendar when there is none.
pub fn add_days(day: Day, days: u32) -> Day {
    day.checked_add_days(chrono::Days::new(u64::from(days))).unwrap_or(Day::MAX)
}

/// The day `days` earlier; the beginning of the calendar when there is none.
pub fn subtract_days(day: Day, days: u32) -> Day {
    day.checked_sub_days(chrono::Days::new(u64::from(days))).unwrap_or(Day::MIN)
}

/// Days from `from` to `to`, negative when `to` is earlier.
pub fn days_between(from: Day, to: Day) -> i64 {
    to.signed_duration_since(from).num_days()
}

/// What "Days to Expire" says: `203 days`, `Last day today`, `Expired 6 years ago`.
///
/// The guide's portal prints -1235; a person reads years.
pub fn days_to_expire(expires_on: Day, today: Day) -> String {
    let days = days_between(today, expires_on);
    match days {
        0 => "Last day today".to_owned(),
        1 => "1 day".to_owned(),
        2.. => format!("{} days", crate::text::thousands(days)),
        -1 => "Expired yesterday".to_owned(),
        -59..=-2 => format!("Expired {} days ago", -days),
        _ => {
            let months = months_between(expires_on, today);
            match months {
                0..=23 => format!("Expired {months} months ago"),
                _ => format!("Expired {} years ago", months / 12),
            }
        }
    }
}

/// Whole months from `from` to `to`; 0 when `to` is not later.
pub fn months_between(from: Day, to: Day) -> u32 {
    let months = (to.year() - from.year()) * 12 + i32::try_from(to.month0()).unwrap_or(0)
        - i32::try_from(from.month0()).unwrap_or(0)
        - i32::from(to.day() < from.day());
    u32::try_from(months).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        parse_day(text).unwrap()
    }

    #[test]
    fn a_date_is_read_as_the_program_prints_it_as_iso_and_as_people_write_it() {
        let expected = Day::from_ymd_opt(2020, 2, 9).unwrap();
        for text in [
            "09-Feb-2020",
            "9-feb-2020",
            "2020-02-09",
            "9 February 2020",
            "09/Feb/2020",
            " 09-FEB-2020 ",
            "9 Febr 2020",
        ] {
            assert_eq!(parse_day(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_could_be_misread_is_refused_as_malformed() {
        for text in [
            "09/02/2020",
            "2/9/20",
            "yesterday",
            "09-Fe-2020",
            "9-Feb-20",
            "2020-2",
            "2020-02-09T00:00",
            "1-2-3-4",
            "20200209",
            "09-Feb-+020",
            "٠٩-Feb-2020",
        ] {
            assert_eq!(parse_day(text), Err(DayError::Malformed), "{text}");
        }
        assert_eq!(parse_day("  "), Err(DayError::Empty));
    }

    #[test]
    fn days_that_the_calendar_does_not_have_are_impossible() {
        for text in
            ["31-Feb-2026", "29-Feb-2025", "2026-13-01", "2026-00-10", "00-Jan-2026", "01-Jan-0026", "1-Jan-9999"]
        {
            assert_eq!(parse_day(text), Err(DayError::Impossible), "{text}");
        }
        assert!(parse_day("29-Feb-2024").is_ok());
    }

    #[test]
    fn the_29th_of_february_becomes_the_28th_where_the_year_has_none() {
        assert_eq!(add_years(day("29-Feb-2024"), 3), day("28-Feb-2027"));
        assert_eq!(add_years(day("29-Feb-2024"), 4), day("29-Feb-2028"));
        assert_eq!(subtract_years(day("29-Feb-2024"), 3), day("28-Feb-2021"));
    }

    #[test]
    fn days_to_expire_are_words_a_person_reads() {
        let today = day("23-Nov-2026");
        for (expires, words) in [
            ("14-Jun-2027", "203 days"),
            ("06-Jul-2040", "4,974 days"),
            ("23-Nov-2026", "Last day today"),
            ("24-Nov-2026", "1 day"),
            ("22-Nov-2026", "Expired yesterday"),
            ("20-Nov-2026", "Expired 3 days ago"),
            ("23-Aug-2026", "Expired 3 months ago"),
            ("31-Dec-2019", "Expired 6 years ago"),
            ("31-Dec-2017", "Expired 8 years ago"),
        ] {
            assert_eq!(days_to_expire(day(expires), today), words, "{expires}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(offset in 0u32..100_000) {
            let day = add_days(Day::from_ymd_opt(1901, 1, 1).unwrap(), offset);
            prop_assert_eq!(parse_day(&show(day)), Ok(day));
            prop_assert_eq!(parse_day(&day.to_string()), Ok(day));
        }

        #[test]
        fn no_text_makes_reading_a_date_panic(text in "\\PC{0,24}") {
            let _ = parse_day(&text);
        }

        #[test]
        fn years_keep_month_and_day_or_clamp_to_the_28th_of_february(offset in 0u32..60_000, years in 0u32..60) {
            let day = add_days(Day::from_ymd_opt(1950, 1, 1).unwrap(), offset);
            let later = add_years(day, years);
            prop_assert_eq!(i64::from(later.year()), i64::from(day.year()) + i64::from(years));
            prop_assert_eq!(later.month(), day.month());
            prop_assert!(later.day() == day.day() || (day.month() == 2 && day.day() == 29 && later.day() == 28));
        }
    }
}
