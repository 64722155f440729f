//! Who offers a version as a type: what the claim form and the item page choose from.

use crate::app::error::AppError;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A list of so many providers is sent whole, and narrowed in the browser; of a longer one only the best are sent.
pub const WHOLE: u32 = 300;

/// How many of a longer list are sent.
pub const BEST: u32 = 50;

/// Who offers something.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderChoices {
    /// How many match.
    pub total: u32,
    /// All of them, or the best.
    pub shown: Vec<ProviderChoice>,
}

impl ProviderChoices {
    /// Whether nothing was left out.
    pub fn complete(&self) -> bool {
        u32::try_from(self.shown.len()).is_ok_and(|shown| shown == self.total)
    }
}

/// A provider to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderChoice {
    /// Stands for it in forms.
    pub slug: String,
    /// Its name, with its site.
    pub name: String,
    /// Where it is.
    pub country: String,
}

/// Who offers or has offered a version (as [`VersionRef`](ce_domain::catalog::VersionRef) prints it) as a type, best
/// match first; everybody may ask. Nobody offers what the catalog does not have.
#[server(prefix = "/api", endpoint = "catalog/providers", input = leptos::server_fn::codec::GetUrl, output = crate::app::wire::Json)]
pub async fn providers_for(version: String, item_type: String, words: String) -> Result<ProviderChoices, AppError> {
    use crate::server::{auth, catalog};
    catalog::provider_choices(&auth::state()?, &version, &item_type, &words).await
}
