//! Periods on one scale of time: drawn, and as a table for who reads it.

use super::time::DayTime;
use ce_domain::calendar::{Day, show};
use ce_domain::certification::elapsed_basis_points;
use chrono::Datelike;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What a period is, or a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Look {
    /// A certification is held.
    Held,
    /// Credits can be used.
    Credits,
    /// Not yet certain: what a pending claim or a plan would bring.
    Planned,
    /// Given up: what a new period that begins early takes away from the old one.
    Lost,
    /// The day on which something was earned, renewed or extended.
    Renewed,
    /// The day on which training was completed.
    Training,
    /// The day on which an exam was passed.
    Exam,
}

/// The order of the legend.
const LOOKS: [Look; 7] =
    [Look::Held, Look::Credits, Look::Planned, Look::Lost, Look::Renewed, Look::Training, Look::Exam];

impl Look {
    fn class(self) -> &'static str {
        match self {
            Look::Held => "bar",
            Look::Credits => "pale",
            Look::Planned => "planned",
            Look::Lost => "lost",
            Look::Renewed | Look::Training | Look::Exam => "mark",
        }
    }

    /// Whether it is a day and no period.
    fn is_day(self) -> bool {
        matches!(self, Look::Renewed | Look::Training | Look::Exam)
    }

    fn legend(self) -> &'static str {
        match self {
            Look::Held => "Valid",
            Look::Credits => "Credits can be used",
            Look::Planned => "Expected, not certain yet",
            Look::Lost => "Given up",
            Look::Renewed => "Earned, renewed or extended",
            Look::Training => "Training completed",
            Look::Exam => "Exam passed",
        }
    }
}

/// A period of a row, or a day in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    /// Its first day.
    pub from: Day,
    /// Its last day; `None`: for life. A day is its own last one.
    pub until: Option<Day>,
    /// What it is.
    pub look: Look,
    /// What it is, in words for the table.
    pub words: String,
}

impl Bar {
    /// Something of a day.
    pub fn on(day: Day, look: Look, words: impl Into<String>) -> Bar {
        Bar { from: day, until: Some(day), look, words: words.into() }
    }
}

/// A row: a certification, or the credits of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What stands above its bars.
    pub name: String,
    /// Its periods, one after the other, and days.
    pub bars: Vec<Bar>,
    /// Days on which it was renewed, where there is no more to say of them; others are bars of [`Look::Renewed`].
    pub marks: Vec<Day>,
}

/// Several rows on one scale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// What it shows, in a sentence.
    pub label: String,
    /// The day of the line.
    pub today: Day,
    /// From top to bottom.
    pub rows: Vec<Row>,
}

/// The most years of which each has its name.
const MOST_NAMED: i32 = 5;
/// Years before and after today that are drawn: what lies further is cut off, and said in the table.
const MOST_YEARS: i32 = 4;

impl Timeline {
    /// First day of the first year and of the year after the last one that is drawn.
    fn scale(&self) -> (Day, Day) {
        let bars = || self.rows.iter().flat_map(|row| &row.bars);
        let this = self.today.year();
        let first = bars().map(|bar| bar.from.year()).min().unwrap_or(this).clamp(this - MOST_YEARS, this);
        let last = bars().filter_map(|bar| bar.until).map(|day| day.year()).max().unwrap_or(this);
        let last = last.clamp(this + 1, this + MOST_YEARS);
        let new_year = |year| Day::from_ymd_opt(year, 1, 1).unwrap_or(self.today);
        (new_year(first), new_year(last + 1))
    }
}

/// Draws it, with its table below.
#[component]
pub fn TimelineView(
    /// What is drawn.
    timeline: Timeline,
) -> impl IntoView {
    let (from, until) = timeline.scale();
    let place = move |day: Day| elapsed_basis_points(from, until, day);
    let bottom = 30 + 46 * i64::try_from(timeline.rows.len()).unwrap_or(0);
    // On a phone there is room for the names of five, also where letters are twice as large.
    let every = if until.year() - from.year() > MOST_NAMED { 2 } else { 1 };
    let years = (from.year()..until.year())
        .filter_map(|year| Some((year, place(Day::from_ymd_opt(year, 1, 1)?))))
        .map(|(year, x)| {
            let x = percent(x);
            let named = (year - from.year()) % every == 0 && year + every <= until.year();
            view! {
                <line x1=x.clone() x2=x.clone() y1="20" y2=bottom />
                {named.then(|| view! { <text x=x y="14">{year}</text> })}
            }
        })
        .collect_view();
    let rows = (0i64..)
        .zip(timeline.rows.clone())
        .map(|(number, row)| drawn(row, 44 + 46 * number, from, until))
        .collect_view();
    let today = percent(place(timeline.today));
    view! {
        <svg class="drawing timeline" width="100%" height=bottom + 18 role="img" aria-label=timeline.label.clone()>
            {years}
            <line class="today" x1=today.clone() x2=today.clone() y1="18" y2=bottom />
            {rows}
            <svg class="drawing" x=today y=bottom>
                <rect class="bar" x="-1.9em" width="3.8em" height="1.45em" rx="3" />
                <text class="flagtext" y="1.05em" text-anchor="middle">"Today"</text>
            </svg>
        </svg>
        {legend(&timeline)}
        {table(timeline)}
    }
}

fn percent(basis_points: u32) -> String {
    format!("{}.{:02}%", basis_points / 100, basis_points % 100)
}

fn drawn(row: Row, y: i64, from: Day, until: Day) -> AnyView {
    let place = |day: Day| elapsed_basis_points(from, until, day);
    let (days, periods): (Vec<Bar>, Vec<Bar>) = row.bars.into_iter().partition(|bar| bar.look.is_day());
    // The name stands where the row begins, or before where it ends, whichever has more room.
    let begins = periods.first().map_or(0, |bar| place(bar.from));
    let ends = periods.last().map_or(10_000, |bar| bar.until.map_or(10_000, place));
    let (x, anchor) = if ends > 10_000 - begins { (percent(ends), "end") } else { (percent(begins), "start") };
    let bars = periods
        .into_iter()
        .map(|bar| {
            let start = place(bar.from);
            let end = bar.until.map_or(10_000, place);
            let width = percent(end.saturating_sub(start).max(30));
            view! { <rect class=bar.look.class() x=percent(start) y=y + 7 width=width height="12" rx="3" /> }
        })
        .collect_view();
    let renewed = row.marks.into_iter().map(|day| (day, Look::Renewed));
    let marks = renewed
        .chain(days.into_iter().map(|bar| (bar.from, bar.look)))
        .filter(|(day, _)| (from..until).contains(day))
        .map(|(day, look)| mark(look, percent(place(day)), y + 13))
        .collect_view();
    view! {
        <text class="strong" x=x text-anchor=anchor y=y>{short(&row.name)}</text>
        {bars}
        {marks}
    }
    .into_any()
}

/// A day, by its shape: a circle is a renewal, a diamond training, a square an exam.
fn mark(look: Look, x: String, y: i64) -> AnyView {
    match look {
        Look::Exam => {
            view! { <rect class="mark" x=x y=y - 5 width="10" height="10" transform="translate(-5)" /> }.into_any()
        }
        // An SVG of its own, because only whole elements have their place in percent.
        Look::Training => view! {
            <svg class="drawing" x=x y=y>
                <path class="mark" d="M0-6.5 6.5 0 0 6.5-6.5 0z" />
            </svg>
        }
        .into_any(),
        _ => view! { <circle class="mark" cx=x cy=y r="5" /> }.into_any(),
    }
}

/// What the shapes mean, of those that are drawn.
fn legend(timeline: &Timeline) -> AnyView {
    let drawn = |look: Look| {
        let any = timeline.rows.iter().flat_map(|row| &row.bars).any(|bar| bar.look == look);
        any || (look == Look::Renewed && timeline.rows.iter().any(|row| !row.marks.is_empty()))
    };
    let items = LOOKS
        .into_iter()
        .filter(|look| drawn(*look))
        .map(|look| {
            let shape = if look.is_day() {
                mark(look, "8".to_owned(), 8)
            } else {
                view! { <rect class=look.class() x="1" y="2" width="14" height="12" rx="3" /> }.into_any()
            };
            view! { <li><svg class="drawing" viewBox="0 0 16 16" aria-hidden="true">{shape}</svg>{look.legend()}</li> }
        })
        .collect_view();
    view! { <ul class="legend" role="list">{items}</ul> }.into_any()
}

/// As much of a name as a phone has room for; the table has all of it.
fn short(name: &str) -> String {
    const MOST: usize = 40;
    if name.chars().count() <= MOST {
        return name.to_owned();
    }
    let kept: String = name.chars().take(MOST - 1).collect();
    format!("{}…", kept.trim_end())
}

/// What the drawing shows, for who cannot or would rather not look at it.
fn table(timeline: Timeline) -> AnyView {
    let rows = timeline
        .rows
        .into_iter()
        .flat_map(|row| {
            let name = row.name;
            let marks = row.marks.into_iter().map(|day| Bar::on(day, Look::Renewed, "renewed"));
            row.bars.into_iter().chain(marks).map(move |bar| (name.clone(), bar))
        })
        .map(|(name, bar)| {
            let from = if bar.look.is_day() { "On" } else { "From" };
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td data-label="What">{bar.words}</td>
                    <td data-label=from><DayTime day=bar.from /></td>
                    {match bar.until {
                        _ if bar.look.is_day() => view! { <td></td> }.into_any(),
                        Some(day) => view! { <td data-label="Until"><DayTime day=day /></td> }.into_any(),
                        None => view! { <td data-label="Until">"for life"</td> }.into_any(),
                    }}
                </tr>
            }
        })
        .collect_view();
    let summary = format!("The same as a table, as of {}", show(timeline.today));
    view! {
        <details class="disclosure">
            <summary><super::icon::Icon name="chevron-right" />{summary}</summary>
            <div class="table-region" role="region" aria-label="The timeline as a table" tabindex="0">
                <table class="table">
                    <caption class="visually-hidden">"The timeline as a table"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Name"</th>
                            <th scope="col">"What"</th>
                            <th scope="col">"From or on"</th>
                            <th scope="col">"Until"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ce_domain::calendar::parse_day;

    fn day(text: &str) -> Day {
        parse_day(text).unwrap()
    }

    #[test]
    fn the_scale_is_whole_years_and_never_more_than_a_screen_can_show() {
        let bar = |from: &str, until: Option<&str>| Bar {
            from: day(from),
            until: until.map(day),
            look: Look::Held,
            words: String::new(),
        };
        let timeline = |bars| Timeline {
            label: String::new(),
            today: day("23-Nov-2026"),
            rows: vec![Row { name: String::new(), bars, marks: Vec::new() }],
        };
        let years = |timeline: &Timeline| {
            let (from, until) = timeline.scale();
            (from.year(), until.year())
        };
        assert_eq!(years(&timeline(vec![bar("14-Jun-2024", Some("14-Jun-2027"))])), (2024, 2028));
        assert_eq!(years(&timeline(vec![bar("20-Jan-2011", Some("06-Jul-2040"))])), (2022, 2031));
        assert_eq!(years(&timeline(vec![bar("01-Jan-2026", None)])), (2026, 2028));
        let exam = Bar::on(day("29-Jan-2025"), Look::Exam, "an exam");
        assert_eq!(years(&timeline(vec![exam, bar("01-Jan-2026", None)])), (2025, 2028), "days are on the scale, too");
    }
}
