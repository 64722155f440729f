//! What the dashboard shows, in as few questions to the database as there are things to know.

use super::auth::Candidate;
use super::claim_detail::too_late_since;
use super::db::{announcements, claims};
use super::state::AppState;
use crate::app::error::AppError;
use crate::app::pages::dashboard::{Announcement, CertificationRow, DashboardData, ItemRow, Wanted};
use ce_domain::calendar::days_to_expire;
use ce_domain::certification::{Standing, standing, urgency};
use ce_domain::claim::{Status, waiting_words};
use ce_domain::list::Page;
use ce_domain::program::DenialReason;
use ce_domain::text::capitalised;

/// Rows on a page of My Item(s).
const PAGE_SIZE: u32 = 10;

/// Everything the dashboard shows to `who`.
///
/// # Errors
/// When the database says no.
pub async fn load(state: &AppState, who: &Candidate, wanted: &Wanted) -> Result<DashboardData, AppError> {
    let today = state.clock.today();
    let asked = wanted.page.clamp(1, 1_000_000);
    let mut rows = list(state, who, wanted, asked).await?;
    if rows.is_empty() && asked > 1 {
        rows = list(state, who, wanted, 1).await?;
        if let Some(total) = rows.first().map(|row| u32::try_from(row.total).unwrap_or(u32::MAX)) {
            let last = Page::new(asked, PAGE_SIZE, total).number;
            if last > 1 {
                rows = list(state, who, wanted, last).await?;
            }
        }
    }
    let total = rows.first().map_or(0, |row| u32::try_from(row.total).unwrap_or(u32::MAX));
    let totals = claims::totals(state.db.read(), &who.account_id).await?;
    let count = |wanted: Option<Status>| -> u32 {
        let sum: i64 = totals.iter().filter(|(s, _)| wanted.is_none_or(|w| w == *s)).map(|(_, count)| count).sum();
        u32::try_from(sum).unwrap_or(u32::MAX)
    };
    let announcements = announcements::current(state.db.read(), state.clock.now()).await?;
    let may_claim_until = match standing(&who.holdings(), today, state.program.claim.window_days) {
        Standing::MayStillClaim { until, .. } => Some(until),
        _ => None,
    };
    Ok(DashboardData {
        today,
        announcements: announcements
            .into_iter()
            .map(|announcement| Announcement {
                id: announcement.id,
                title: announcement.title,
                body: announcement.body,
                published_on: state.clock.day_of(announcement.published_at),
            })
            .collect(),
        certifications: who.held.iter().map(|held| certification_row(state, held, today)).collect(),
        items: rows.into_iter().filter_map(|row| item_row(state, row, today)).collect(),
        page: Page::new(asked, PAGE_SIZE, total),
        claims: count(None),
        pending: count(Some(Status::Pending)),
        email: who.email.clone(),
        window_days: state.program.claim.window_days,
        credits_word: capitalised(&state.program.credits_word),
        may_claim_until,
    })
}

async fn list(state: &AppState, who: &Candidate, wanted: &Wanted, page: u32) -> Result<Vec<claims::Row>, sqlx::Error> {
    let wanted = claims::Wanted {
        words: &wanted.q,
        status: Status::parse(&wanted.status),
        sort: wanted.sort(),
        limit: i64::from(PAGE_SIZE),
        offset: i64::from(page - 1) * i64::from(PAGE_SIZE),
    };
    claims::list(state.db.read(), &who.account_id, &wanted).await
}

fn certification_row(
    state: &AppState,
    held: &super::db::certifications::Held,
    today: ce_domain::calendar::Day,
) -> CertificationRow {
    let expires_on = held.holding.expires_on;
    CertificationRow {
        name: held.name.clone(),
        level: state.program.level(&held.level).map_or_else(|| held.level.clone(), |level| level.name.clone()),
        rank: held.holding.rank,
        cycle_start: held.holding.cycle_start,
        last_extension: held.last_extension,
        expires_on,
        urgency: urgency(expires_on, today),
        days: expires_on.map_or_else(|| "Held for life".to_owned(), |day| days_to_expire(day, today)),
        status: held.status_code.clone(),
    }
}

fn item_row(state: &AppState, row: claims::Row, today: ce_domain::calendar::Day) -> Option<ItemRow> {
    let status = Status::parse(&row.status)?;
    let kind = state.program.item_type(&row.item_type);
    let reason = row.denial_code.as_deref().and_then(|code| state.program.denial_reason(code));
    let why = match status {
        Status::Denied if row.revoked => reason.map(|reason| format!("Credits taken back: {}", reason.title)),
        Status::Denied => reason.map(|reason| reason.title.clone()),
        Status::Withdrawn => row
            .decided_at
            .map(|at| format!("Withdrawn by you on {}", ce_domain::calendar::show(state.clock.day_of(at)))),
        Status::Pending => Some(waiting_words(row.submitted_on, today, &state.program.claim)),
        Status::Earned => None,
    };
    let in_time = |reason: &DenialReason| too_late_since(state, reason, row.completed_on).is_none();
    let resubmit = status == Status::Denied && !row.corrected && reason.is_some_and(|r| r.resubmit && in_time(r));
    Some(ItemRow {
        id: row.id,
        label: row.item_label,
        status,
        item_type: kind.map_or(row.item_type.clone(), |kind| kind.name.clone()),
        icon: kind.map_or_else(|| "claim".to_owned(), |kind| kind.icon.clone()),
        credits: row.credits,
        started_on: row.started_on,
        completed_on: row.completed_on,
        credits_until: row.credits_until,
        why,
        resubmit,
    })
}
