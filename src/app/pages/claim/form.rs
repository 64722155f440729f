//! The claim form (guide, step 5): item and version, then type, then provider, each choice offered from the one before.
//!
//! The same form works without a script: its `Continue` button sends it as it is and gets it back with the next choice.
//! With one, choices open as they are made, the file is sent when it is chosen, everything is checked before it is sent,
//! and what was typed is kept on this device until the claim is taken.

use super::detail::Denial;
use super::fields::{DateField, FileField, ItemField, ProviderField, leave_soon};
use super::kept;
use super::preview;
use super::state::FormState;
use super::{FormData, FormQuery, Sent, claim_form, send_claim};
use crate::app::components::field::{ErrorSummary, FieldErrorText, described_by, tie};
use crate::app::components::icon::Icon;
use crate::app::components::notice::{Kind, Notice};
use crate::app::components::page::{ErrorPage, Loading, PageTitle, set_status};
use crate::app::components::time::DayTime;
use crate::app::error::AppError;
use ce_domain::claim::{Field, Problem};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};

/// A new claim, or one that takes the place of a denied one.
#[component]
pub fn NewClaim() -> impl IntoView {
    let query = use_query_map();
    let wanted = Memo::new(move |_| {
        query.with(|query| {
            let text = |name: &str| query.get(name).unwrap_or_default();
            FormQuery {
                item: text("item"),
                item_type: text("type"),
                provider: text("provider"),
                corrects: text("corrects"),
                edits: String::new(),
            }
        })
    });
    page(wanted)
}

/// A pending claim that is changed.
#[component]
pub fn EditClaim() -> impl IntoView {
    let params = use_params_map();
    let wanted = Memo::new(move |_| FormQuery {
        edits: params.with(|params| params.get("id").unwrap_or_default()),
        ..FormQuery::default()
    });
    page(wanted)
}

fn page(wanted: Memo<FormQuery>) -> AnyView {
    let data = Resource::new(move || wanted.get(), claim_form);
    view! {
        <Suspense fallback=Loading>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(data) => view! { <Form data=data query=wanted.get_untracked() /> }.into_any(),
                    Err(AppError::Conflict) => decided(&wanted.get_untracked()),
                    Err(error) => view! { <ErrorPage error=error /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

/// In place of the form of a claim that cannot be changed so, or not any more: it never can again, however often the
/// page is loaded.
fn decided(query: &FormQuery) -> AnyView {
    set_status(&AppError::Conflict);
    let (title, lead) = if query.edits.is_empty() {
        (
            "This claim cannot be corrected",
            "Only a claim that was denied can be corrected and sent again. Its page says how it stands.",
        )
    } else {
        (
            "This claim cannot be changed any more",
            "It was decided, or you took it back, meanwhile. Its page says how it stands.",
        )
    };
    view! {
        <PageTitle text=title />
        <header class="page-head">
            <h1>{title}</h1>
            <p class="lead">{lead}</p>
            <div class="actions"><a class="button primary" href=query.cancel()>"See the claim"</a></div>
        </header>
    }
    .into_any()
}

#[component]
fn Form(data: FormData, query: FormQuery) -> impl IntoView {
    let title = if !query.edits.is_empty() {
        "Change your claim"
    } else if !query.corrects.is_empty() {
        "Correct and resubmit"
    } else {
        "New claim"
    };
    let email = data.email.clone();
    let key = data.key.clone();
    let item_matches = data.item_matches.clone();
    let about = data.about.clone();
    let denied = data.denial.clone().map(denied);
    let editing = !query.edits.is_empty();
    let cancel = query.cancel();
    let edits = query.edits.clone();
    let providers = data.providers.clone().unwrap_or_default();
    let provider_chosen = !data.draft.provider.is_empty();
    let window = data.rules.window_days;
    let form = FormState::new(data);
    let query = StoredValue::new(query);
    let send = sender(form, query);
    let action = query.with_value(FormQuery::action);
    let corrects = query.with_value(|query| query.corrects.clone());
    kept::keep_on_this_device(form, query);
    let failed = Signal::derive(move || !form.problems.with(Vec::is_empty) || form.trouble.with(Option::is_some));
    view! {
        {move || view! { <PageTitle text=title error=failed.get() /> }}
        {move || view! { <ErrorSummary errors=form.errors() /> }}
        {move || session_ended(form, query)}
        {move || resumed(form)}
        {move || other(form)}
        <header class="page-head">
            <h1>{title}</h1>
            <p class="lead">
                {match about {
                    Some(label) if editing => {
                        view! { "Your claim for " <strong>{label}</strong> " still waits. It waits on as you change it here." }
                            .into_any()
                    }
                    Some(label) => {
                        view! { "Put right what differs in your claim for " <strong>{label}</strong> ", then send it again." }
                            .into_any()
                    }
                    None => {
                        view! {
                            {format!("Claim within {window} days, with the account you trained with.")}
                            {(!email.is_empty())
                                .then(|| view! { " You are signed in as " <strong>{email}</strong> "." })}
                        }
                            .into_any()
                    }
                }}
            </p>
        </header>
        {denied}
        <div class="split">
            <form
                class="form"
                id="claim"
                action=action
                method="post"
                enctype="multipart/form-data"
                novalidate
                on:submit=move |event| {
                    event.prevent_default();
                    send.run(());
                }
            >
                <input type="hidden" name="key" value=key />
                <input type="hidden" name="corrects" value=corrects />
                <input type="hidden" name="item" value=form.item.get_untracked() prop:value=form.item />
                <input type="hidden" name="provider" value=form.provider.get_untracked() prop:value=form.provider />
                <ItemField form=form />
                {choices_without_script("item", "Which item and version do you mean?", item_matches)}
                {move || types(form)}
                {move || note(form)}
                <ProviderField form=form />
                {(!provider_chosen && providers.total > 1)
                    .then(|| choices_without_script("provider", "Which provider do you mean?", providers.shown))}
                <button class="button without-script" name="step" value="continue">"Continue"</button>
                <fieldset>
                    <legend class="visually-hidden">"Dates in your training record"</legend>
                    <div class="fields">
                        <DateField form=form field=Field::Start text=form.start />
                        <DateField form=form field=Field::Completion text=form.completion />
                    </div>
                    <p class="hint" id="dates-hint">"Both must match the training record. For example, 27-Mar-2026."</p>
                </fieldset>
                <FileField form=form />
                {certificate_id(form)}
            </form>
            // Before the button, also where there is only one column: it says what the claim will earn and whether it can.
            <aside aria-label="About this claim">{preview::view(form, edits)}</aside>
            <div class="actions">
                {move || unchanged(form, editing)}
                <button class="button primary" form="claim" aria-busy=move || form.sending.get().then_some("true")>
                    {move || if form.sending.get() { "Sending claim" } else { "Submit claim" }}
                </button>
                <a class="button quiet" href=cancel>"Cancel"</a>
            </div>
        </div>
    }
}

/// The radio buttons of the type; nothing until an item is chosen.
fn types(form: FormState) -> AnyView {
    let Some(chosen) = form.chosen.get() else { return ().into_any() };
    let error = form.error(Field::ItemType).get();
    let described = described_by("type", error.is_some(), false);
    let choices = chosen
        .types
        .into_iter()
        .enumerate()
        .map(|(place, kind)| {
            let key = kind.key.clone();
            let selected = {
                let key = kind.key.clone();
                move || form.item_type.with(|chosen| *chosen == key)
            };
            // The first carries the id an error leads to.
            let id = if place == 0 { "type".to_owned() } else { format!("type-{}", kind.key) };
            view! {
                <label class="choice">
                    <input
                        type="radio"
                        name="type"
                        id=id
                        value=kind.key
                        checked=selected.clone()
                        prop:checked=selected
                        on:change=move |_| form.choose_type(key.clone())
                    />
                    <span>{kind.name}</span>
                    <Icon name=kind.icon />
                    <small>{kind.hint}</small>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset aria-describedby=described>
            <legend>"Item type"</legend>
            {error.map(|words| view! { <FieldErrorText id="type" words=words /> })}
            <div class="choices">{choices}</div>
        </fieldset>
    }
    .into_any()
}

/// What one must know before claiming the chosen type.
fn note(form: FormState) -> AnyView {
    let key = form.item_type.get();
    let note =
        form.data.with_value(|data| data.notes.iter().find(|(kind, _)| *kind == key).map(|(_, note)| note.clone()));
    match note.filter(|_| form.chosen.with(Option::is_some)) {
        Some(note) => view! { <Notice kind=Kind::Plain><p>{note}</p></Notice> }.into_any(),
        None => ().into_any(),
    }
}

/// Radio buttons that only those without a script see: what a typed text could mean.
fn choices_without_script(name: &'static str, legend: &'static str, choices: Vec<(String, String)>) -> AnyView {
    if choices.is_empty() {
        return ().into_any();
    }
    view! {
        <fieldset class="without-script">
            <legend>{legend}</legend>
            <div class="choices">
                {choices
                    .into_iter()
                    .map(|(value, label)| {
                        view! {
                            <label class="choice">
                                <input type="radio" name=name value=value />
                                <span>{label}</span>
                            </label>
                        }
                    })
                    .collect_view()}
            </div>
        </fieldset>
    }
    .into_any()
}

fn certificate_id(form: FormState) -> AnyView {
    let error = form.error(Field::CertificateId);
    let prefix = form.data.with_value(|data| data.rules.certificate_id_prefix.clone());
    let input = NodeRef::<leptos::html::Input>::new();
    tie(input, form.certificate_id);
    view! {
        <div class="field">
            <label for="certificate_id">"Certificate ID"</label>
            <p class="hint" id="certificate_id-hint">
                {format!("At the bottom right of e-learning certificates, beginning with {prefix}. With it, your claim is checked at once. Leave it empty if yours has none.")}
            </p>
            {move || error.get().map(|words| view! { <FieldErrorText id="certificate_id" words=words /> })}
            <input
                id="certificate_id"
                name="certificate_id"
                type="text"
                autocomplete="off"
                autocapitalize="characters"
                spellcheck="false"
                node_ref=input
                value=form.certificate_id.get_untracked()
                aria-describedby=move || described_by("certificate_id", error.get().is_some(), true)
                aria-invalid=move || error.get().is_some().then_some("true")
                on:input=move |event| form.certificate_id.set(event_target_value(&event))
                on:blur=move |_| leave_soon(form, Field::CertificateId)
            />
        </div>
    }
    .into_any()
}

/// When the session ended while somebody typed: what to do, and that nothing is lost.
fn session_ended(form: FormState, query: StoredValue<FormQuery>) -> AnyView {
    if form.trouble.get() != Some(AppError::Unauthenticated) {
        return ().into_any();
    }
    // Without a script the file came with the form, from nobody known: it was not kept.
    let choose_again = form.file.with(Option::is_none)
        && form.data.with_value(|data| {
            data.draft.evidence.is_empty() && data.rules.certificate_required(&form.item_type.get())
        });
    let back = format!("/sign-in{}", ce_domain::text::query([("next", query.with_value(FormQuery::address).as_str())]));
    view! {
        <Notice kind=Kind::Warn>
            <p>
                <strong>"Your session has ended. "</strong>
                "What you typed is still here. "
                {choose_again.then_some("Only the certificate has to be chosen again. ")}
                <a href=back target="_blank" rel="external">"Sign in in a new tab"</a>
                ", then come back and submit the claim."
            </p>
        </Notice>
    }
    .into_any()
}

/// Why the claim that is corrected was denied.
fn denied(denial: Denial) -> AnyView {
    view! {
        <div class="notice" data-kind="bad">
            <Icon name="denied" />
            <div>
                <h2>{denial.title}</h2>
                <p>{denial.words}</p>
                {(!denial.note.is_empty()).then(|| view! { <p>"The provider adds: " {denial.note.clone()}</p> })}
                <p>{denial.remedy}</p>
            </div>
        </div>
    }
    .into_any()
}

/// As long as the form says the same as the claim it corrects or changes: what comes of sending it so.
fn unchanged(form: FormState, editing: bool) -> AnyView {
    let draft = form.draft();
    if form.data.with_value(|data| data.before.as_ref().is_none_or(|before| !before.says_the_same(&draft))) {
        return ().into_any();
    }
    let words = if editing {
        "Nothing is changed yet."
    } else {
        "Nothing is changed yet: as it stands, this claim was denied."
    };
    view! { <p class="hint">{words}</p> }.into_any()
}

/// When what was typed before is back: from when it is, and how to be rid of it.
fn resumed(form: FormState) -> AnyView {
    let Some(day) = form.resumed.get() else { return ().into_any() };
    view! {
        <Notice kind=Kind::Plain announce=true>
            <p>
                "You began this on " <DayTime day=day /> ", and it is as you left it. "
                <button class="link" type="button" on:click=move |_| kept::start_over(form)>"Start over"</button>
            </p>
        </Notice>
    }
    .into_any()
}

/// When another claim is half filled in: that it is kept, and where.
fn other(form: FormState) -> AnyView {
    let Some(label) = form.other.get() else { return ().into_any() };
    view! {
        <Notice kind=Kind::Plain announce=true>
            <p>
                "You have another claim half filled in, for " <strong>{label}</strong> ". It is kept. "
                <a href="/claims/new" rel="external">"Continue that one"</a>
            </p>
        </Notice>
    }
    .into_any()
}

/// Checks the claim, sends it, and goes where it leads.
fn sender(form: FormState, query: StoredValue<FormQuery>) -> Callback<()> {
    let navigate = use_navigate();
    Callback::new(move |()| {
        if form.sending.get_untracked() {
            return;
        }
        let draft = untrack(|| form.draft());
        let problems: Vec<Problem> = untrack(|| form.check());
        form.trouble.set(None);
        if !problems.is_empty() {
            form.refuse(draft, problems);
            kept::focus_summary();
            return;
        }
        form.sending.set(true);
        let key = form.data.with_value(|data| data.key.clone());
        let (corrects, edits) = query.with_value(|query| (query.corrects.clone(), query.edits.clone()));
        let navigate = navigate.clone();
        leptos::task::spawn_local(async move {
            match send_claim(draft.clone(), key, corrects, edits).await {
                Ok(Sent::Taken(id, done)) => {
                    kept::forget(form);
                    let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                    navigate(&done.address(&id), options);
                }
                Ok(Sent::Problems(problems)) => {
                    form.refuse(draft, problems);
                    kept::focus_summary();
                }
                Err(error) => {
                    if error == AppError::Conflict {
                        // The key has led somewhere that cannot be changed any more: what is sent next is something new.
                        form.data.update_value(|data| data.key.push('+'));
                    }
                    form.problems.set(Vec::new());
                    form.trouble.set(Some(error));
                    kept::focus_summary();
                }
            }
            form.sending.set(false);
        });
    })
}
