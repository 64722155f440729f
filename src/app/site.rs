//! What the server tells every page: who is looking, which day it is, where the files are.

use ce_domain::account::Gate;
use ce_domain::calendar::Day;
use serde::{Deserialize, Serialize};

/// Known on every page. Provided by the server while it renders, and carried to the browser in the page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteInfo {
    /// What the portal is called.
    pub portal: String,
    /// Today, in the program's time zone.
    pub today: Day,
    /// Whether the data is a demonstration.
    pub demo: bool,
    /// `light` or `dark`, where somebody has chosen.
    pub theme: Option<String>,
    /// Where the icon sprite is.
    pub icons: String,
    /// Where support can be written to, as a link.
    pub support: Option<String>,
    /// Who is signed in.
    pub viewer: Option<Viewer>,
}

/// How a page links to what only candidates may see (`rel`): somebody who is not signed in must ask the server for it,
/// which shows the way in.
pub fn rel_to_own() -> Option<&'static str> {
    let signed_in = leptos::prelude::use_context::<SiteInfo>().is_some_and(|site| site.viewer.is_some());
    (!signed_in).then_some("external")
}

/// Who is signed in, as the pages need to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// The address they signed in with.
    pub email: String,
    /// `CSCO` and eight digits, if the account belongs to a profile.
    pub candidate_id: Option<String>,
    /// What stands between them and the portal.
    pub gate: Gate,
    /// Seconds until the session ends if nothing is done.
    pub idle_seconds: u32,
}

/// Addresses of the files a page begins with. Only the server needs them.
#[derive(Debug, Clone, Default)]
pub struct Assets {
    /// The script.
    pub js: String,
    /// The program.
    pub wasm: String,
    /// The style sheet.
    pub css: String,
}
