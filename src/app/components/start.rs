//! What makes a page come alive: the links that load the program early, and the few lines that start it.

use crate::app::site::Assets;
use leptos::nonce::use_nonce;
use leptos::prelude::*;

/// In the head of every document. Without JavaScript nothing of it matters.
#[component]
pub fn StartScripts(
    /// Where the files are.
    assets: Assets,
) -> impl IntoView {
    // A plain script, not a module: it runs at once and asks for both files while the page is still arriving. Links
    // that preload them would cost those who have no script the whole program.
    let start = format!(
        "{{const w=fetch('{}');import('{}').then(m=>m.default({{module_or_path:w}}).then(()=>\
         document.readyState==='loading'?addEventListener('DOMContentLoaded',()=>m.hydrate()):m.hydrate()))}}",
        assets.wasm, assets.js
    );
    view! { <script nonce=use_nonce() inner_html=start></script> }
}
