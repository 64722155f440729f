//! The ways to recertify (guide, step 8): the table of paths, made from the program file, with the reader's own place in it.

use super::parts::tabs;
use crate::app::components::page::{ErrorPage, Loading, PageTitle};
use crate::app::error::AppError;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Everything the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecertifyData {
    /// A level a row, the highest first.
    pub levels: Vec<LevelRow>,
    /// Rules that hold for all of them.
    pub rules: Vec<String>,
    /// What credits are called: `CE credits`.
    pub credits_label: String,
    /// What the tracker of the highest level is called, for who has held that level.
    pub expert: Option<String>,
    /// Whether the reader is signed in as a candidate.
    pub own: bool,
}

/// A level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelRow {
    /// Its name.
    pub name: String,
    /// How long it lasts: `3 years`.
    pub lasts: String,
    /// By exams alone.
    pub exams: Vec<Path>,
    /// By credits and exams.
    pub both: Vec<Path>,
    /// By credits alone.
    pub credits: Vec<Path>,
    /// What the reader holds of this level: name, and where that stands.
    pub held: Vec<(String, String, String)>,
}

/// A path of a level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Path {
    /// What it takes.
    pub words: String,
    /// What the reader still needs of it; `None` when that is not known.
    pub left: Option<String>,
}

/// The table, with the place of who is signed in.
#[server(prefix = "/api", endpoint = "recertify", input = leptos::server_fn::codec::GetUrl, output = crate::app::wire::Json)]
pub async fn paths() -> Result<RecertifyData, AppError> {
    use crate::server::{auth, tracking};
    tracking::paths(&auth::state()?, auth::candidate().ok().as_ref()).await
}

/// The page.
#[component]
pub fn Recertify() -> impl IntoView {
    let data = Resource::new(|| (), |()| paths());
    view! {
        <PageTitle text="Ways to recertify" />
        <Suspense fallback=Loading>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(data) => view(data),
                    Err(error) => view! { <ErrorPage error=error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

fn view(data: RecertifyData) -> AnyView {
    let rules = data.rules.into_iter().map(|rule| view! { <li>{rule}</li> }).collect_view();
    let rows = data.levels.into_iter().map(row).collect_view();
    let only = format!("{} only", data.credits_label);
    let both = format!("{} and exams", data.credits_label);
    view! {
        <header class="page-head">
            <h1>"Ways to recertify"</h1>
            <p class="lead">
                <strong>"Any one path of a level renews it."</strong>
                {if data.own {
                    " What you still need of each is marked where you hold the level."
                } else {
                    " Sign in to see what you still need of each."
                }}
            </p>
        </header>
        {data.own.then(|| tabs("/recertify", data.expert))}
        <section class="section">
            <div class="table-region" role="region" aria-labelledby="paths" tabindex="0">
                <table class="table wide paths">
                    <caption id="paths">"Recertification paths"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Certification level and duration"</th>
                            <th scope="col">"Exams only"</th>
                            <th scope="col">{both}</th>
                            <th scope="col">{only}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
        <section class="section" aria-labelledby="rules">
            <h2 id="rules">"What holds for every path"</h2>
            <ul>{rules}</ul>
        </section>
    }
    .into_any()
}

fn row(level: LevelRow) -> AnyView {
    let held = level
        .held
        .into_iter()
        .map(|(code, name, stands)| {
            view! {
                <small>"You hold " <a href=format!("/tracking/{code}")>{name}</a> ", " {stands}</small>
            }
        })
        .collect_view();
    view! {
        <tr>
            <th scope="row">{level.name} ", " {level.lasts} {held}</th>
            <td data-label="Exams only">{list(level.exams)}</td>
            <td data-label="Credits and exams">{list(level.both)}</td>
            <td data-label="Credits only">{list(level.credits)}</td>
        </tr>
    }
    .into_any()
}

fn list(paths: Vec<Path>) -> AnyView {
    if paths.is_empty() {
        return view! { <span class="hint">"none"</span> }.into_any();
    }
    let items = paths
        .into_iter()
        .map(|path| {
            let left = path.left.map(|left| view! { <small>{left}</small> });
            view! { <li>{path.words} {left}</li> }
        })
        .collect_view();
    view! { <ul role="list">{items}</ul> }.into_any()
}
