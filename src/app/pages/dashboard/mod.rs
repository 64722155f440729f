//! The dashboard: what somebody holds, when it ends, and what they have claimed (guide, step 2).

mod certifications;
mod items;
mod outlook;

use crate::app::components::icon::Icon;
use crate::app::components::notice::{Kind, Notice};
use crate::app::components::page::{ErrorPage, Loading, PageTitle};
use crate::app::components::time::DayTime;
use crate::app::error::AppError;
use ce_domain::calendar::Day;
use ce_domain::certification::Urgency;
use ce_domain::claim::Status;
use ce_domain::list::{Columns, Page, Sort};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

/// The columns of My Item(s).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Column {
    /// Item Name.
    Name,
    /// Status.
    Status,
    /// Item Type.
    Type,
    /// Credits.
    Credits,
    /// Start Date.
    Start,
    /// Completion Date.
    Completion,
    /// Expiration Date.
    Expiration,
}

impl Columns for Column {
    const ALL: &'static [Column] = &[
        Column::Name,
        Column::Status,
        Column::Type,
        Column::Credits,
        Column::Start,
        Column::Completion,
        Column::Expiration,
    ];

    fn key(self) -> &'static str {
        match self {
            Column::Name => "item-name",
            Column::Status => "status",
            Column::Type => "item-type",
            Column::Credits => "credits",
            Column::Start => "start-date",
            Column::Completion => "completion-date",
            Column::Expiration => "expiration-date",
        }
    }

    fn head(self) -> &'static str {
        match self {
            Column::Name => "Item Name",
            Column::Status => "Status",
            Column::Type => "Item Type",
            Column::Credits => "Credits",
            Column::Start => "Start Date",
            Column::Completion => "Completion Date",
            Column::Expiration => "Expiration Date",
        }
    }
}

/// The columns of the Certification table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CertificationColumn {
    /// Certification.
    Name,
    /// Certification Level.
    Level,
    /// Last Extension.
    Extension,
    /// Expiration Date.
    Expiration,
    /// Days to Expire.
    Days,
    /// Cert Status.
    Status,
}

impl Columns for CertificationColumn {
    const ALL: &'static [CertificationColumn] = &[
        CertificationColumn::Name,
        CertificationColumn::Level,
        CertificationColumn::Extension,
        CertificationColumn::Expiration,
        CertificationColumn::Days,
        CertificationColumn::Status,
    ];

    fn key(self) -> &'static str {
        match self {
            CertificationColumn::Name => "certification",
            CertificationColumn::Level => "certification-level",
            CertificationColumn::Extension => "last-extension",
            CertificationColumn::Expiration => "expiration-date",
            CertificationColumn::Days => "days-to-expire",
            CertificationColumn::Status => "cert-status",
        }
    }

    fn head(self) -> &'static str {
        match self {
            CertificationColumn::Name => "Certification",
            CertificationColumn::Level => "Certification Level",
            CertificationColumn::Extension => "Last Extension",
            CertificationColumn::Expiration => "Expiration Date",
            CertificationColumn::Days => "Days to Expire",
            CertificationColumn::Status => "Cert Status",
        }
    }
}

/// What of the dashboard is asked for, as the address says it. Empty means the default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// Words in the name of an item.
    pub q: String,
    /// Key of a status.
    pub status: String,
    /// Order of My Item(s).
    pub sort: String,
    /// Page of My Item(s), from 1.
    pub page: u32,
    /// Order of the Certification table.
    pub certs: String,
}

/// The order in which somebody who asks for none sees My Item(s): as the guide shows it.
pub const DEFAULT_SORT: Sort<Column> = Sort { column: Column::Name, descending: false };

/// The order of the Certification table when none is asked for: what ends next comes first.
pub const DEFAULT_CERTIFICATION_SORT: Sort<CertificationColumn> =
    Sort { column: CertificationColumn::Days, descending: false };

impl Wanted {
    /// The order of My Item(s).
    pub fn sort(&self) -> Sort<Column> {
        Sort::parse(&self.sort).unwrap_or(DEFAULT_SORT)
    }

    /// The order of the Certification table.
    pub fn certification_sort(&self) -> Sort<CertificationColumn> {
        Sort::parse(&self.certs).unwrap_or(DEFAULT_CERTIFICATION_SORT)
    }

    /// Whether My Item(s) is narrowed.
    pub fn narrowed(&self) -> bool {
        !self.q.trim().is_empty() || Status::parse(&self.status).is_some()
    }

    /// The address of all claims, with the certifications as they are.
    pub fn cleared(&self) -> String {
        Wanted { certs: self.certs.clone(), ..Wanted::default() }.href(1)
    }

    /// The address of a page of it; what is as usual is left out. It leads to My Item(s), which stands far below.
    pub fn href(&self, page: u32) -> String {
        let mut query = leptos_router::params::ParamsMap::new();
        for (name, value) in [("q", &self.q), ("status", &self.status), ("sort", &self.sort), ("certs", &self.certs)] {
            if !value.is_empty() {
                query.insert(name, value.clone());
            }
        }
        if page > 1 {
            query.insert("page", page.to_string());
        }
        format!("/{}#items", query.to_query_string())
    }
}

/// Everything the dashboard shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DashboardData {
    /// Today, in the program's zone.
    pub today: Day,
    /// What the program has to say, newest first.
    pub announcements: Vec<Announcement>,
    /// What is held.
    pub certifications: Vec<CertificationRow>,
    /// A page of what was claimed.
    pub items: Vec<ItemRow>,
    /// Which page.
    pub page: Page,
    /// How many claims the account has in all.
    pub claims: u32,
    /// How many of them wait.
    pub pending: u32,
    /// The address one is signed in with.
    pub email: String,
    /// Within how many days of its completion a training may be claimed.
    pub window_days: u32,
    /// What is earned, at the beginning of a sentence: `Credits`.
    pub credits_word: String,
    /// Until when something finished before the end may be claimed, when nothing is held any more.
    pub may_claim_until: Option<Day>,
}

/// Something the program has to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// Its id.
    pub id: String,
    /// A few words.
    pub title: String,
    /// The rest.
    pub body: String,
    /// Since when.
    pub published_on: Day,
}

/// A row of the Certification table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificationRow {
    /// Its name.
    pub name: String,
    /// Its level's name.
    pub level: String,
    /// Rank of the level, for sorting.
    pub rank: u32,
    /// When it was earned or last renewed.
    pub cycle_start: Day,
    /// When its expiry was last extended.
    pub last_extension: Option<Day>,
    /// Its last day.
    pub expires_on: Option<Day>,
    /// How pressing that is.
    pub urgency: Urgency,
    /// What "Days to Expire" says.
    pub days: String,
    /// The code of the record.
    pub status: String,
}

/// A row of My Item(s).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemRow {
    /// The claim's id.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Where it stands.
    pub status: Status,
    /// Name of the type.
    pub item_type: String,
    /// Icon of the type.
    pub icon: String,
    /// What it earns.
    pub credits: i64,
    /// First day.
    pub started_on: Day,
    /// Last day.
    pub completed_on: Day,
    /// Last day on which the credits can be used.
    pub credits_until: Option<Day>,
    /// Why it stands there, or how far it is on its way, in a few words.
    pub why: Option<String>,
    /// Whether a denied one can be corrected and sent again.
    pub resubmit: bool,
}

/// The dashboard of who is signed in.
#[server(prefix = "/api", endpoint = "dashboard", input = leptos::server_fn::codec::GetUrl, output = crate::app::wire::Json)]
pub async fn dashboard(wanted: Wanted) -> Result<DashboardData, AppError> {
    use crate::server::{auth, dashboard};
    let who = auth::candidate()?;
    dashboard::load(&auth::state()?, &who, &wanted).await
}

/// The page.
#[component]
pub fn Dashboard() -> impl IntoView {
    let query = use_query_map();
    let wanted = Memo::new(move |_| {
        query.with(|query| {
            let text = |name: &str| query.get(name).unwrap_or_default();
            Wanted {
                q: text("q"),
                status: text("status"),
                sort: text("sort"),
                page: text("page").parse().unwrap_or(1),
                certs: text("certs"),
            }
        })
    });
    let data = Resource::new(move || wanted.get(), dashboard);
    view! {
        <PageTitle text="Dashboard" />
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(found) => view(found, wanted.get_untracked()),
                    Err(error) => view! { <ErrorPage error=error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

fn view(data: DashboardData, wanted: Wanted) -> AnyView {
    let may_claim_until = data.may_claim_until;
    let lead = lead(&data);
    view! {
        {data
            .announcements
            .iter()
            .map(|announcement| {
                view! {
                    <aside class="notice" aria-label=format!("Announcement: {}", announcement.title)>
                        <Icon name="announce" />
                        <p>
                            <strong>{announcement.title.clone()} ", " <DayTime day=announcement.published_on /> "."</strong> " "
                            {announcement.body.clone()}
                        </p>
                    </aside>
                }
            })
            .collect_view()}
        <header class="page-head">
            <h1>"Dashboard"</h1>
            <p class="lead">{lead}</p>
            <div class="actions">
                <a class="button primary" href="/claims/new"><Icon name="plus" />"New claim"</a>
            </div>
        </header>
        {may_claim_until
            .map(|until| {
                view! {
                    <Notice kind=Kind::Warn>
                        <p>
                            <strong>"No certification is active any more. "</strong>
                            "You can still claim what you finished before it ended, until "<DayTime day=until />"."
                        </p>
                    </Notice>
                }
            })}
        {outlook::view(&data)}
        {certifications::view(&data, &wanted)}
        {items::view(data, wanted)}
    }
    .into_any()
}

/// The answer to the question one comes with, in a sentence or two.
fn lead(data: &DashboardData) -> String {
    use ce_domain::text::count;
    let among = |urgency| data.certifications.iter().filter(|row| row.urgency == urgency).count();
    let soon = i64::try_from(among(Urgency::Soon)).unwrap_or(0);
    let calm = i64::try_from(among(Urgency::Calm)).unwrap_or(0);
    let first = match (soon, calm) {
        (0, 0) => "None of your certifications is active.".to_owned(),
        (0, calm) => {
            format!("{} active, none runs out within a year.", count(calm, "certification is", "certifications are"))
        }
        (soon, _) => format!("{} out within a year.", count(soon, "certification runs", "certifications run")),
    };
    let second = match data.pending {
        0 => String::new(),
        pending => format!(" {} for a decision.", count(i64::from(pending), "claim waits", "claims wait")),
    };
    first + &second
}
