//! What the pages of tracking are made of.

use crate::app::components::info::Info;
use crate::app::components::tag::Tag;
use crate::app::components::time::DayTime;
use ce_domain::calendar::Day;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A tag: kind, icon, words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TagWords {
    /// Ends within a year.
    Soon(String),
    /// Does not.
    Calm(String),
    /// Has ended.
    Ended(String),
}

/// Draws the tag.
pub fn tag(words: TagWords) -> AnyView {
    match words {
        TagWords::Soon(text) => view! { <Tag kind="soon" icon="pending" text=text /> }.into_any(),
        TagWords::Calm(text) => view! { <Tag kind="active" icon="check" text=text /> }.into_any(),
        TagWords::Ended(text) => view! { <Tag text=text /> }.into_any(),
    }
}

/// How far something is: a part of a whole, and what pending claims would add.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ring {
    /// How much there is.
    pub have: i64,
    /// How much pending claims would add.
    pub pending: i64,
    /// How much is needed.
    pub of: i64,
    /// What stands below the number.
    pub below: String,
    /// All of it in a sentence.
    pub label: String,
}

/// Draws the ring.
pub fn ring(ring: Ring) -> AnyView {
    let of = ring.of.max(1);
    let have = ring.have.clamp(0, of);
    let pending = ring.pending.clamp(0, of - have);
    view! {
        <svg class="ring" viewBox="0 0 120 120" role="img" aria-label=ring.label>
            <circle class="track" cx="60" cy="60" r="52" />
            {(pending > 0)
                .then(|| {
                    view! {
                        <circle
                            class="planned"
                            cx="60"
                            cy="60"
                            r="52"
                            pathLength=of
                            stroke-dasharray=format!("{pending} {of}")
                            stroke-dashoffset=-have
                        />
                    }
                })}
            {(have > 0)
                .then(|| {
                    view! { <circle cx="60" cy="60" r="52" pathLength=of stroke-dasharray=format!("{have} {of}") /> }
                })}
            <text class="value" x="60" y="64">{ring.have}</text>
            <text x="60" y="83">{ring.below}</text>
        </svg>
    }
    .into_any()
}

/// A fact about something: what, and either words or a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What.
    pub term: String,
    /// In words; empty where it is a day.
    pub words: String,
    /// The day.
    pub day: Option<Day>,
}

impl Fact {
    /// A fact in words.
    pub fn words(term: &str, words: impl Into<String>) -> Fact {
        Fact { term: term.to_owned(), words: words.into(), day: None }
    }

    /// A fact that is a day.
    pub fn day(term: &str, day: Day) -> Fact {
        Fact { term: term.to_owned(), words: String::new(), day: Some(day) }
    }
}

/// Lists facts.
pub fn facts(facts: Vec<Fact>) -> AnyView {
    let rows = facts
        .into_iter()
        .map(|fact| {
            view! {
                <dt>{fact.term}</dt>
                <dd>{fact.words}{fact.day.map(|day| view! { <DayTime day=day /> })}</dd>
            }
        })
        .collect_view();
    view! { <dl class="facts">{rows}</dl> }.into_any()
}

/// One way to renew something, as far as it is still open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// What is still to be done: `72 CE credits`.
    pub title: String,
    /// What that means.
    pub words: String,
    /// Whether training helps.
    pub training: bool,
}

/// Lists ways.
pub fn ways(ways: Vec<Way>) -> AnyView {
    let items = ways
        .into_iter()
        .map(|way| {
            view! {
                <li>
                    <h3>{way.title}</h3>
                    <p>{way.words}</p>
                    {way.training.then(|| view! { <div class="actions"><a href="/catalog">"Find training"</a></div> })}
                </li>
            }
        })
        .collect_view();
    view! { <ul class="ways" role="list">{items}</ul> }.into_any()
}

/// How credits are applied: which, and by which rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breakdown {
    /// What it is of, for who hears the button alone.
    pub of: String,
    /// What it comes to, before the parts; may be empty.
    pub lead: String,
    /// Each part in words.
    pub parts: Vec<String>,
    /// Why it is so, a sentence or two each.
    pub rules: Vec<String>,
}

/// The information button with a breakdown: words only, because a link could not be reached in a text that shows only as
/// long as the keyboard is on its button.
pub fn breakdown(words: &'static str, breakdown: Breakdown) -> AnyView {
    let Breakdown { of, lead, parts, rules } = breakdown;
    view! {
        <Info words=words of=of>
            {(!lead.is_empty()).then(|| view! { <p>{lead}</p> })}
            {(!parts.is_empty())
                .then(|| view! { <ul>{parts.into_iter().map(|part| view! { <li>{part}</li> }).collect_view()}</ul> })}
            {rules.into_iter().map(|rule| view! { <p>{rule}</p> }).collect_view()}
        </Info>
    }
    .into_any()
}

/// The tabs of tracking; `expert` is what the tracker of the highest level is called.
pub fn tabs(here: &'static str, expert: Option<String>) -> AnyView {
    let tab = |href: &'static str, words: String| {
        view! { <li><a href=href aria-current=(href == here).then_some("page")>{words}</a></li> }
    };
    view! {
        <nav class="tabs" aria-label="Views">
            <ul>
                {tab("/tracking", "Certifications".to_owned())}
                {expert.map(|name| tab("/expert", name))}
                {tab("/recertify", "Ways to recertify".to_owned())}
            </ul>
        </nav>
    }
    .into_any()
}
