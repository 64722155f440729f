//! For addresses that lead nowhere.

use crate::app::components::layout::Frame;
use crate::app::components::page::ErrorPage;
use crate::app::error::AppError;
use leptos::prelude::*;

/// A page that says so, with status 404.
#[component]
pub fn Missing() -> impl IntoView {
    view! {
        <Frame>
            <ErrorPage error=AppError::NotFound />
        </Frame>
    }
}
