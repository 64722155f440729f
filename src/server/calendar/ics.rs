//! Writes a calendar as programs read it (RFC 5545, and RFC 7986 for its name and how often to ask). Text in, text out.

use ce_domain::calendar::{Day, add_days};
use chrono::{DateTime, Utc};

/// The longest line, in bytes, without its end.
const LONGEST: usize = 75;
/// The beginning of 2020: versions are counted from there, so that they stay small enough for every program.
const VERSIONS_SINCE: i64 = 1_577_836_800;

/// Something that is the case on a whole day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What programs know it by: stays the same when the day moves.
    pub uid: String,
    /// When what it says last changed; a later change has a later instant.
    pub changed_at: DateTime<Utc>,
    /// The day.
    pub day: Day,
    /// What people see in their calendar.
    pub title: String,
    /// What it means and what to do.
    pub words: String,
    /// The page about it.
    pub link: String,
}

/// A calendar of this name with these events.
///
/// They do not take up time (`TRANSPARENT`). They have no alarms: a program that is subscribed leaves them out, or rings
/// without having been asked to.
pub fn calendar(name: &str, events: &[Event]) -> String {
    let mut ics = Lines::default();
    ics.put("BEGIN", "VCALENDAR");
    ics.put("VERSION", "2.0");
    ics.put("PRODID", "-//CE Portal//Calendar//EN");
    ics.put("CALSCALE", "GREGORIAN");
    ics.put("METHOD", "PUBLISH");
    ics.put("NAME", &escaped(name));
    ics.put("X-WR-CALNAME", &escaped(name));
    ics.put("REFRESH-INTERVAL;VALUE=DURATION", "PT12H");
    ics.put("X-PUBLISHED-TTL", "PT12H");
    for event in events {
        let changed_at = event.changed_at.format("%Y%m%dT%H%M%SZ").to_string();
        let version = (event.changed_at.timestamp() - VERSIONS_SINCE).max(0);
        ics.put("BEGIN", "VEVENT");
        ics.put("UID", &escaped(&event.uid));
        ics.put("DTSTAMP", &changed_at);
        ics.put("LAST-MODIFIED", &changed_at);
        ics.put("SEQUENCE", &version.to_string());
        ics.put("DTSTART;VALUE=DATE", &date(event.day));
        // The day after: the end is no part of it.
        ics.put("DTEND;VALUE=DATE", &date(add_days(event.day, 1)));
        ics.put("SUMMARY", &escaped(&event.title));
        // Many programs show the words and not the link.
        ics.put("DESCRIPTION", &escaped(&format!("{}\n{}", event.words, event.link)));
        ics.put("URL", &event.link);
        ics.put("TRANSP", "TRANSPARENT");
        ics.put("END", "VEVENT");
    }
    ics.put("END", "VCALENDAR");
    ics.0
}

fn date(day: Day) -> String {
    day.format("%Y%m%d").to_string()
}

/// Text as a value: what separates values is marked as text, a new line is written `\n`, and what no text may hold is
/// left out.
fn escaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => value.extend(['\\', c]),
            '\n' => value.push_str("\\n"),
            '\t' => value.push(c),
            c if c.is_control() => {}
            c => value.push(c),
        }
    }
    value
}

#[derive(Default)]
struct Lines(String);

impl Lines {
    /// Adds a line, broken where it is too long: what goes on begins with a space. Never within a character.
    fn put(&mut self, name: &str, value: &str) {
        let mut used = 0;
        let whole = name.chars().chain([':']).chain(value.chars().filter(|c| !matches!(c, '\r' | '\n')));
        for c in whole {
            if used + c.len_utf8() > LONGEST {
                self.0.push_str("\r\n ");
                used = 1;
            }
            self.0.push(c);
            used += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn event(title: &str) -> Event {
        Event {
            uid: "expiry-1@ce-portal".to_owned(),
            changed_at: "2026-11-23T20:00:00Z".parse().expect("an instant"),
            day: "2027-06-14".parse().expect("a day"),
            title: title.to_owned(),
            words: "What renews it:".to_owned(),
            link: "https://ce.example.org/tracking/CCNP-ENT".to_owned(),
        }
    }

    /// The lines as a program reads them: put together again.
    fn unfolded(ics: &str) -> Vec<String> {
        ics.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
    }

    /// A text as a program reads it.
    fn read(value: &str) -> String {
        let mut text = String::new();
        let mut chars = value.chars();
        while let Some(c) = chars.next() {
            match (c, c == '\\') {
                (_, true) => match chars.next() {
                    Some('n' | 'N') => text.push('\n'),
                    Some(other) => text.push(other),
                    None => {}
                },
                (c, false) => text.push(c),
            }
        }
        text
    }

    #[test]
    fn an_event_is_a_whole_day_that_takes_up_no_time() {
        let lines = unfolded(&calendar("CE Portal", &[event("CCNP Enterprise expires")]));
        let expected = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//CE Portal//Calendar//EN",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH",
            "NAME:CE Portal",
            "X-WR-CALNAME:CE Portal",
            "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
            "X-PUBLISHED-TTL:PT12H",
            "BEGIN:VEVENT",
            "UID:expiry-1@ce-portal",
            "DTSTAMP:20261123T200000Z",
            "LAST-MODIFIED:20261123T200000Z",
            "SEQUENCE:217627200",
            "DTSTART;VALUE=DATE:20270614",
            "DTEND;VALUE=DATE:20270615",
            "SUMMARY:CCNP Enterprise expires",
            "DESCRIPTION:What renews it:\\nhttps://ce.example.org/tracking/CCNP-ENT",
            "URL:https://ce.example.org/tracking/CCNP-ENT",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
            "END:VCALENDAR",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn what_separates_values_is_written_as_text() {
        let lines = unfolded(&calendar("a;b", &[event("One, two; \\three\r\nfour\u{7} 🎓")]));
        assert!(lines.contains(&"SUMMARY:One\\, two\\; \\\\three\\nfour 🎓".to_owned()), "{lines:?}");
        assert!(lines.contains(&"NAME:a\\;b".to_owned()), "{lines:?}");
    }

    #[test]
    fn a_link_cannot_begin_a_line_of_its_own() {
        let link = "https://ce.example.org/tracking/X\r\nBEGIN:VALARM".to_owned();
        let lines = unfolded(&calendar("CE Portal", &[Event { link, ..event("x") }]));
        assert!(lines.iter().all(|line| !line.starts_with("BEGIN:VALARM")), "{lines:?}");
    }

    #[test]
    fn a_later_change_has_a_later_version_and_one_long_ago_none_below_zero() {
        let version = |at: &str| {
            let event = Event { changed_at: at.parse().expect("an instant"), ..event("x") };
            let lines = unfolded(&calendar("x", &[event]));
            let line = lines.iter().find_map(|line| line.strip_prefix("SEQUENCE:").map(str::to_owned));
            line.expect("a version").parse::<i32>().expect("a number that every program can hold")
        };
        assert!(version("2026-11-23T20:00:00Z") < version("2026-11-23T20:00:01Z"));
        assert_eq!(version("2011-01-20T00:00:00Z"), 0);
        assert!(version("2080-01-01T00:00:00Z") > 0);
    }

    proptest! {
        #[test]
        fn no_line_is_longer_than_allowed_and_every_text_is_read_as_it_was(title in "[ -~äß€🎓,;\\\\\n]{0,200}") {
            let ics = calendar("CE Portal", &[event(&title)]);
            prop_assert!(ics.split("\r\n").all(|line| line.len() <= LONGEST), "{}", ics);
            prop_assert!(!ics.replace("\r\n", "").contains(['\r', '\n']));
            let lines = unfolded(&ics);
            let summary = lines.iter().find_map(|line| line.strip_prefix("SUMMARY:")).unwrap_or_default();
            prop_assert_eq!(read(summary), title);
        }
    }
}
