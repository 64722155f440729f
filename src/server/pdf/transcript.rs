//! The transcript: everything that is on record of somebody's certifications and credits, as tables over as many pages as
//! it takes.

use super::super::error::Fault;
use super::flow::{Column, Flow, PAGE, Table};
use super::sheet::{MUTED, Sheet};
use ce_domain::calendar::{Day, show};
use ce_domain::text::thousands;

/// What a transcript says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcript {
    /// What the portal is called.
    pub portal: String,
    /// Whose it is.
    pub holder: String,
    /// The holder's candidate ID.
    pub candidate_id: String,
    /// The day it speaks of.
    pub as_of: Day,
    /// What is held and active.
    pub held: Vec<HeldRow>,
    /// What was held.
    pub ended: Vec<HeldRow>,
    /// Every renewal, latest first.
    pub renewals: Vec<RenewalRow>,
    /// Every activity that earned credits, latest first.
    pub credits: Vec<CreditRow>,
}

/// A certification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRow {
    /// Its name.
    pub name: String,
    /// Name of its level.
    pub level: String,
    /// When it was earned.
    pub earned_on: Day,
    /// When it was last renewed, if it ever was.
    pub renewed_on: Option<Day>,
    /// The day it expires; `None`: held for life.
    pub expires_on: Option<Day>,
}

/// A renewal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenewalRow {
    /// When.
    pub on: Day,
    /// What was renewed.
    pub renewed: String,
    /// By what.
    pub by: String,
    /// What was spent, an activity each.
    pub spent: Vec<String>,
}

/// The credits of one activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditRow {
    /// What was completed.
    pub activity: String,
    /// When.
    pub completed_on: Day,
    /// How many credits.
    pub credits: i64,
    /// How many renewals have used.
    pub spent: i64,
    /// How many can still be used.
    pub left: i64,
    /// Their last day.
    pub until: Day,
    /// Why none are left though not all were used; empty where that is not so.
    pub remark: &'static str,
}

/// Makes the file.
///
/// # Errors
/// Never, unless this program was built wrong.
pub fn draw(transcript: &Transcript) -> Result<Vec<u8>, Fault> {
    let mut flow = Flow::new(Sheet::new(PAGE)?);
    flow.portal(&transcript.portal);
    flow.heading(1, "Transcript", 60.0);
    flow.fact("Name", &transcript.holder);
    flow.fact("Candidate ID", &transcript.candidate_id);
    flow.fact("As of", &show(transcript.as_of));
    flow.skip(16.0);
    section(&mut flow, "Held", held(&transcript.held), "Nothing is active.");
    section(&mut flow, "Held before", held(&transcript.ended), "Nothing has ended.");
    section(&mut flow, "Renewals", renewals(&transcript.renewals), "No renewal since this record began.");
    section(&mut flow, "Credits", credits(&transcript.credits), "No credits are on record.");
    if flow.sheet.fonts.substitutes(&everything(transcript)) {
        let words = "\u{fffd} stands for a letter that cannot be drawn here. It can be read by programs and found by searching.";
        flow.paragraph(words, MUTED);
    }
    flow.footers(&format!(
        "{} · Transcript of {} as of {}",
        transcript.portal,
        transcript.candidate_id,
        show(transcript.as_of)
    ));
    let title = format!("Transcript: {}, {}", transcript.holder, show(transcript.as_of));
    flow.sheet.finish(&super::fonts::clean(&title), &transcript.portal, flow.parts)
}

/// Every text of it that somebody else wrote.
fn everything(transcript: &Transcript) -> String {
    let names = transcript.held.iter().chain(&transcript.ended).map(|held| held.name.as_str());
    let activities = transcript.credits.iter().map(|credits| credits.activity.as_str());
    let spent = transcript.renewals.iter().flat_map(|renewal| renewal.spent.iter().map(String::as_str));
    [transcript.holder.as_str()].into_iter().chain(names).chain(activities).chain(spent).collect()
}

fn section(flow: &mut Flow, title: &str, table: Table, nothing: &str) {
    flow.heading(2, title, Flow::beginning(&table).max(20.0));
    if table.rows.is_empty() {
        flow.paragraph(nothing, MUTED);
        flow.skip(14.0);
    } else {
        flow.table(&table);
    }
}

fn text(head: &'static str, part: f32) -> Column {
    Column { head, part, number: false }
}

fn number(head: &'static str, part: f32) -> Column {
    Column { head, part, number: true }
}

fn cell(words: impl Into<String>) -> Vec<String> {
    vec![words.into()]
}

fn held(rows: &[HeldRow]) -> Table {
    let rows = rows.iter().map(|held| {
        vec![
            cell(&held.name),
            cell(&held.level),
            cell(show(held.earned_on)),
            cell(held.renewed_on.map_or_else(|| "not yet".to_owned(), show)),
            cell(held.expires_on.map_or_else(|| "for life".to_owned(), show)),
        ]
    });
    Table {
        columns: vec![
            text("Certification", 2.4),
            text("Level", 1.2),
            text("Earned", 1.0),
            text("Last renewed", 1.05),
            text("Valid until", 1.0),
        ],
        rows: rows.collect(),
    }
}

fn renewals(rows: &[RenewalRow]) -> Table {
    let rows = rows.iter().map(|renewal| {
        let spent = if renewal.spent.is_empty() { cell("nothing") } else { renewal.spent.clone() };
        vec![cell(show(renewal.on)), cell(&renewal.renewed), cell(&renewal.by), spent]
    });
    Table {
        columns: vec![text("Date", 1.0), text("Renewed", 1.8), text("By", 1.6), text("Spent", 2.6)],
        rows: rows.collect(),
    }
}

fn credits(rows: &[CreditRow]) -> Table {
    let rows = rows.iter().map(|credits| {
        let mut activity = cell(&credits.activity);
        if !credits.remark.is_empty() {
            activity.push(format!("({})", credits.remark));
        }
        vec![
            activity,
            cell(show(credits.completed_on)),
            cell(thousands(credits.credits)),
            cell(thousands(credits.spent)),
            cell(thousands(credits.left)),
            cell(show(credits.until)),
        ]
    });
    Table {
        columns: vec![
            text("Activity", 3.0),
            text("Completed", 1.05),
            number("Credits", 0.75),
            number("Spent", 0.65),
            number("Left", 0.6),
            text("Usable until", 1.05),
        ],
        rows: rows.collect(),
    }
}
