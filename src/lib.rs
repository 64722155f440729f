//! CE Portal: where people who hold a professional certification keep it.
//!
//! `domain` (a crate of its own) holds the rules, [`app`] what people see, `server` what runs on the server only.
//! The browser starts [`hydrate`]; tests drive `server::router`.

#![recursion_limit = "512"]

pub mod app;
#[cfg(feature = "ssr")]
pub mod server;

/// Takes over the page the server sent. A page that was cut off on its way is left as it is: it works without.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    let complete = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("page-end"))
        .is_some();
    if complete {
        leptos::mount::hydrate_lazy(app::App);
    }
}
