//! Notices: one thing worth knowing, beside what it is about.

use super::icon::Icon;
use leptos::prelude::*;

/// What kind of thing a notice says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It worked.
    Good,
    /// It will matter soon.
    Warn,
    /// It went wrong.
    Bad,
    /// Worth knowing.
    Plain,
}

impl Kind {
    fn key(self) -> &'static str {
        match self {
            Kind::Good => "good",
            Kind::Warn => "warn",
            Kind::Bad => "bad",
            Kind::Plain => "plain",
        }
    }

    fn icon(self) -> &'static str {
        match self {
            Kind::Good => "check",
            Kind::Warn => "alert",
            Kind::Bad => "alert",
            Kind::Plain => "info",
        }
    }
}

/// A notice with an icon before its words.
#[component]
pub fn Notice(
    /// What kind of thing it says.
    kind: Kind,
    /// Whether screen readers are told at once (it appeared after something was done).
    #[prop(optional)]
    announce: bool,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="notice" data-kind=kind.key() role=announce.then_some("status")>
            <Icon name=kind.icon() />
            <div>{children()}</div>
        </div>
    }
}
