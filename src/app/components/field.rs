//! Fields of forms: label, hint, error, control, in this order, tied together for everybody.

use super::icon::Icon;
use leptos::prelude::*;

/// One thing that is wrong, and the field it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FieldError {
    /// Id of the control.
    pub field: String,
    /// What is wrong and what to do.
    pub words: String,
}

impl FieldError {
    /// Names a field and what is wrong with it.
    pub fn new(field: &str, words: impl Into<String>) -> FieldError {
        FieldError { field: field.to_owned(), words: words.into() }
    }
}

/// The first error of a field.
pub fn error_of(errors: &[FieldError], field: &str) -> Option<String> {
    errors.iter().find(|error| error.field == field).map(|error| error.words.clone())
}

/// What `aria-describedby` of a control refers to: its error, then its hint.
pub fn described_by(id: &str, has_error: bool, has_hint: bool) -> Option<String> {
    match (has_error, has_hint) {
        (true, true) => Some(format!("{id}-error {id}-hint")),
        (true, false) => Some(format!("{id}-error")),
        (false, true) => Some(format!("{id}-hint")),
        (false, false) => None,
    }
}

/// The words under a label that say what is wrong.
#[component]
pub fn FieldErrorText(
    /// Id of the control.
    #[prop(into)]
    id: String,
    /// What is wrong.
    #[prop(into)]
    words: String,
) -> impl IntoView {
    view! {
        <p class="error" id=format!("{id}-error")>
            <Icon name="alert" />
            <span><span class="visually-hidden">"Error: "</span>{words}</span>
        </p>
    }
}

/// A text field of a form that is sent as a whole (sign-in, reset, …). Its value is what the server was sent last.
#[component]
pub fn TextField(
    /// Id and name of the control.
    id: &'static str,
    /// Its label.
    label: &'static str,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: String,
    /// `text`, `email`, `password` …
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What it holds at first.
    #[prop(optional, into)]
    value: String,
    /// What is wrong with it.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
) -> impl IntoView {
    let described = described_by(id, error.is_some(), !hint.is_empty());
    let invalid = error.is_some().then_some("true");
    let inputmode = (kind == "email").then_some("email");
    let spellcheck = matches!(kind, "email" | "password").then_some("false");
    view! {
        <div class="field">
            <label for=id>{label}</label>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=format!("{id}-hint")>{hint}</p> })}
            {error.map(|words| view! { <FieldErrorText id=id words=words /> })}
            <input
                id=id
                name=id
                type=kind
                value=value
                autocomplete=autocomplete
                inputmode=inputmode
                spellcheck=spellcheck
                aria-describedby=described
                aria-invalid=invalid
            />
        </div>
    }
}

/// Ties a text field to a signal without taking away what was typed before the page came alive: what stands in the field
/// then counts, later the signal does.
pub fn tie(input: NodeRef<leptos::html::Input>, text: RwSignal<String>) {
    Effect::new(move |tied: Option<()>| {
        let value = text.get();
        let Some(input) = input.get() else { return };
        let typed = input.value();
        if typed == value {
            return;
        }
        if tied.is_none() && !typed.is_empty() {
            text.set(typed);
        } else {
            input.set_value(&value);
        }
    });
}

/// The summary before the heading: what is wrong, each a link to its field. Takes the focus when the page was sent
/// with it (`autofocus` works on any element with a tab index, without a script).
#[component]
pub fn ErrorSummary(
    /// What is wrong.
    errors: Vec<FieldError>,
) -> impl IntoView {
    (!errors.is_empty()).then(|| {
        view! {
            <div class="error-summary" role="alert" aria-labelledby="error-summary-title" tabindex="-1" autofocus>
                <Icon name="alert" />
                <h2 id="error-summary-title">"There is a problem"</h2>
                <ul role="list">
                    {errors
                        .into_iter()
                        .map(|error| {
                            if error.field.is_empty() {
                                view! { <li>{error.words}</li> }.into_any()
                            } else {
                                view! {
                                    <li>
                                        <a href=format!("#{}", error.field) rel="external">{error.words}</a>
                                    </li>
                                }
                                    .into_any()
                            }
                        })
                        .collect_view()}
                </ul>
            </div>
        }
    })
}
