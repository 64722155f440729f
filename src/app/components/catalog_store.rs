//! The catalog in the browser: loaded once, when it is first needed, and kept while the portal is open.
//!
//! On the server there is none: pages are rendered from the server's own, and every field works without.

use ce_domain::catalog::search::Index;
use leptos::prelude::*;
use std::sync::Arc;

/// Where the catalog file is; leads to the one with the name of its content, which the browser keeps.
#[cfg(feature = "hydrate")]
const ADDRESS: &str = "/data/catalog/current";

/// How far loading has come.
#[derive(Clone, Default)]
pub enum Stored {
    /// Nobody has needed it.
    #[default]
    Nothing,
    /// It is on its way.
    Loading,
    /// It is here.
    Ready(Arc<Index>),
    /// It did not come.
    Failed,
}

/// The catalog of this browser tab; cheap to clone.
#[derive(Clone, Default)]
pub struct CatalogStore(ArcRwSignal<Stored>);

impl CatalogStore {
    /// The one there is.
    pub fn here() -> CatalogStore {
        #[cfg(feature = "hydrate")]
        {
            thread_local! {
                static STORE: CatalogStore = CatalogStore::default();
            }
            STORE.with(Clone::clone)
        }
        #[cfg(not(feature = "hydrate"))]
        CatalogStore::default()
    }

    /// How far loading has come; whoever reads it is told when that changes.
    pub fn get(&self) -> Stored {
        self.0.get()
    }

    /// The catalog, once it is here; whoever reads it is told when it comes.
    pub fn index(&self) -> Option<Arc<Index>> {
        match self.0.get() {
            Stored::Ready(index) => Some(index),
            _ => None,
        }
    }

    /// The catalog, if it is here now.
    pub fn index_untracked(&self) -> Option<Arc<Index>> {
        self.0.with_untracked(|stored| match stored {
            Stored::Ready(index) => Some(index.clone()),
            _ => None,
        })
    }

    /// Begins to load it, unless it is here or on its way. After a failure it tries again.
    pub fn load(&self) {
        #[cfg(feature = "hydrate")]
        {
            if self.0.with_untracked(|stored| matches!(stored, Stored::Loading | Stored::Ready(_))) {
                return;
            }
            self.0.set(Stored::Loading);
            let stored = self.0.clone();
            leptos::task::spawn_local(async move {
                let found = fetch().await.map_or(Stored::Failed, |index| Stored::Ready(Arc::new(index)));
                stored.set(found);
            });
        }
    }
}

#[cfg(feature = "hydrate")]
async fn fetch() -> Option<Index> {
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;
    let answer = JsFuture::from(web_sys::window()?.fetch_with_str(ADDRESS)).await.ok()?;
    let answer: web_sys::Response = answer.dyn_into().ok()?;
    if !answer.ok() {
        return None;
    }
    let text = JsFuture::from(answer.text().ok()?).await.ok()?.as_string()?;
    ce_domain::catalog::compact::decode(&text).ok().map(Index::new)
}
