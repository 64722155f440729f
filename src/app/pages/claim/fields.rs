//! The fields of the claim form that do more than hold text.

use super::state::{FormState, control};
use super::{ChosenVersion, SentFile, Uploaded};
use crate::app::components::catalog_store::CatalogStore;
use crate::app::components::choosers::{ItemCombobox, ProviderCombobox};
use crate::app::components::field::{FieldErrorText, described_by, tie};
use crate::app::components::icon::Icon;
use crate::app::components::notice::{Kind, Notice};
use ce_domain::calendar::{Day, show};
use ce_domain::claim::{Field, FileProblem, Problem};
use leptos::html::Input;
use leptos::prelude::*;

/// The item and its version, from the catalog in the browser.
#[component]
pub fn ItemField(
    /// The form.
    form: FormState,
) -> impl IntoView {
    let today = form.data.with_value(|data| data.today);
    // What is chosen is looked up in the catalog the browser holds; what the server chose is known already.
    let store = StoredValue::new(CatalogStore::here());
    Effect::new(move |_| {
        let reference = form.item.get();
        let known = form.chosen.with_untracked(|chosen| chosen.as_ref().is_some_and(|c| c.reference == reference));
        if reference.is_empty() {
            form.follow_item(None);
        } else if !known {
            let found = store
                .with_value(|store| store.index().and_then(|index| ChosenVersion::find(index.catalog(), &reference)));
            if found.is_some() {
                form.follow_item(found);
            }
        }
    });
    let in_full = Signal::derive(move || form.chosen.with(|chosen| chosen.as_ref().map(ChosenVersion::in_full)));
    view! {
        <ItemCombobox
            id="item"
            name="item_text"
            value=form.item_text
            chosen=form.item
            in_full=in_full
            today=today
            error=form.error(Field::Item)
        />
    }
}

/// The provider, from those who offer the version as the type.
#[component]
pub fn ProviderField(
    /// The form.
    form: FormState,
) -> impl IntoView {
    view! {
        <ProviderCombobox
            id="provider"
            name="provider_text"
            version=form.item
            item_type=form.item_type
            value=form.provider_text
            chosen=form.provider
            error=form.error(Field::Provider)
        />
    }
}

/// Says what is wrong with a field once it was left, but not at once: the words move what stands below, and what is
/// being pressed right now must not move away.
pub fn leave_soon(form: FormState, field: Field) {
    #[cfg(feature = "hydrate")]
    let _ = set_timeout(
        move || {
            if form.left.try_get_untracked().is_some() {
                form.leave(field);
            }
        },
        std::time::Duration::from_millis(300),
    );
    #[cfg(not(feature = "hydrate"))]
    form.leave(field);
}

/// A date: text as people write it, or the browser's own calendar.
#[component]
pub fn DateField(
    /// The form.
    form: FormState,
    /// Which date.
    field: Field,
    /// What stands in it.
    text: RwSignal<String>,
) -> impl IntoView {
    let id = control(field);
    let error = form.error(field);
    let picker = NodeRef::<Input>::new();
    let input = NodeRef::<Input>::new();
    tie(input, text);
    let described = move || {
        let own = described_by(id, error.get().is_some(), false);
        Some(own.map_or_else(|| "dates-hint".to_owned(), |own| format!("{own} dates-hint")))
    };
    let open = move |_| {
        if let Some(picker) = picker.get_untracked() {
            if let Ok(day) = ce_domain::calendar::parse_day(&text.get_untracked()) {
                picker.set_value(&day.to_string());
            }
            #[cfg(feature = "hydrate")]
            let _ = picker.show_picker();
        }
    };
    let picked = move |event| {
        if let Ok(day) = event_target_value(&event).parse::<Day>() {
            text.set(show(day));
            form.leave(field);
        }
    };
    view! {
        <div class="field">
            <label for=id>{field.label()}</label>
            {move || error.get().map(|words| view! { <FieldErrorText id=id words=words /> })}
            <div class="with-button">
                <input
                    id=id
                    name=id
                    type="text"
                    autocomplete="off"
                    node_ref=input
                    value=text.get_untracked()
                    aria-describedby=described
                    aria-invalid=move || error.get().is_some().then_some("true")
                    on:input=move |event| text.set(event_target_value(&event))
                    on:blur=move |_| leave_soon(form, field)
                />
                <button
                    class="button only-icon with-script"
                    type="button"
                    aria-label=if field == Field::Start { "Calendar for the first day" } else { "Calendar for the last day" }
                    on:click=open
                >
                    <Icon name="planner" />
                </button>
                <input class="picker" type="date" tabindex="-1" aria-hidden="true" node_ref=picker on:change=picked />
            </div>
        </div>
    }
}

/// The certificate of completion: asked for only where the type needs one.
#[component]
pub fn FileField(
    /// The form.
    form: FormState,
) -> impl IntoView {
    let needed = Memo::new(move |_| {
        form.item_type.with(|key| form.data.with_value(|data| data.rules.certificate_required(key)))
    });
    move || {
        // A type that the version does not come as needs nothing: it will be refused.
        let known = form.item_type.with(|key| {
            form.chosen.with(|chosen| chosen.as_ref().is_some_and(|chosen| chosen.type_choice(key).is_some()))
        });
        if needed.get() {
            file_input(form)
        } else if !known {
            ().into_any()
        } else {
            let asked_with = form.data.with_value(|data| data.certificate_types.clone());
            view! {
                <Notice kind=Kind::Plain>
                    <p>
                        "No certificate is needed."
                        {(!asked_with.is_empty()).then(|| format!(" One is asked for only with {asked_with}."))}
                    </p>
                </Notice>
            }
            .into_any()
        }
    }
}

fn file_input(form: FormState) -> AnyView {
    let error = form.error(Field::Certificate);
    let sending = RwSignal::new(None::<String>);
    let chosen = move |event| {
        let Some(file) = chosen_file(&event) else { return };
        sending.set(Some(file.0.clone()));
        form.problems.update(|problems| problems.retain(|problem| problem.field() != Field::Certificate));
        leptos::task::spawn_local(async move {
            match send_file(file).await {
                Uploaded::Kept(kept) => form.file.set(Some(kept)),
                Uploaded::Refused(problem) => refuse(form, problem),
                Uploaded::Failed(error) => form.trouble.set(Some(error)),
            }
            sending.set(None);
        });
    };
    view! {
        <div class="field file">
            <label for="certificate">"Certificate of completion"</label>
            <p class="hint" id="certificate-hint">"PDF, PNG, JPEG or WebP, up to 10 MB."</p>
            {move || error.get().map(|words| view! { <FieldErrorText id="certificate" words=words /> })}
            <input
                id="certificate"
                name="certificate"
                type="file"
                accept=".pdf,.png,.jpg,.jpeg,.webp,application/pdf,image/png,image/jpeg,image/webp"
                aria-describedby=move || described_by("certificate", error.get().is_some(), true)
                aria-invalid=move || error.get().is_some().then_some("true")
                on:change=chosen
            />
            <div role="status">
                {move || sending.get().map(|name| view! { <p class="hint">{format!("Sending {name}")}</p> })}
                {move || form.file.get().map(|file| kept_file(form, file))}
                {kept_without_name(form)}
            </div>
        </div>
    }
    .into_any()
}

/// A file that was sent before the session ended: whose it is is not known now, so it is not named, but it is kept.
fn kept_without_name(form: FormState) -> Option<AnyView> {
    let id = form.data.with_value(|data| data.draft.evidence.clone());
    let unnamed = form.data.with_value(|data| data.email.is_empty() && data.file.is_none());
    (unnamed && !id.is_empty()).then(|| {
        view! {
            <input type="hidden" name="evidence" value=id />
            <p class="hint">"The certificate you sent before is kept."</p>
        }
        .into_any()
    })
}

fn kept_file(form: FormState, file: SentFile) -> impl IntoView {
    let size = file.size_words();
    let name = file.file_name.clone();
    view! {
        <input type="hidden" name="evidence" value=file.id />
        <ul role="list" aria-label="Chosen files">
            <li>
                <Icon name="file" />
                <span>{file.file_name}<small>{size}</small></span>
                <button
                    class="button quiet only-icon with-script"
                    type="button"
                    aria-label=format!("Remove {name}")
                    on:click=move |_| form.file.set(None)
                >
                    <Icon name="trash" />
                </button>
            </li>
        </ul>
    }
}

fn refuse(form: FormState, problem: FileProblem) {
    form.file.set(None);
    form.problems.update(|problems| {
        problems.retain(|problem| problem.field() != Field::Certificate);
        problems.push(Problem::CertificateFile(problem));
        problems.sort_by_key(Problem::field);
    });
}

#[cfg(feature = "hydrate")]
type ChosenFile = (String, web_sys::File);
#[cfg(not(feature = "hydrate"))]
type ChosenFile = (String, ());

#[cfg(feature = "hydrate")]
fn chosen_file(event: &web_sys::Event) -> Option<ChosenFile> {
    let input: web_sys::HtmlInputElement = event_target(event);
    let file = input.files()?.get(0)?;
    Some((file.name(), file))
}

#[cfg(not(feature = "hydrate"))]
fn chosen_file(_event: &leptos::ev::Event) -> Option<ChosenFile> {
    None
}

/// Sends a file as soon as it is chosen, so that nothing has to be chosen twice when something else is wrong.
#[cfg(feature = "hydrate")]
async fn send_file(file: ChosenFile) -> Uploaded {
    use crate::app::error::AppError;
    use ce_domain::claim::LARGEST_FILE;
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;

    // The server says the same, but after ten megabytes.
    if file.1.size() == 0.0 {
        return Uploaded::Refused(FileProblem::Empty);
    }
    if file.1.size() > js_sys::Number::from(u32::try_from(LARGEST_FILE).unwrap_or(u32::MAX)).value_of() {
        return Uploaded::Refused(FileProblem::TooLarge);
    }
    let sent = async {
        let body = web_sys::FormData::new()?;
        body.append_with_blob_and_filename("certificate", &file.1, &file.0)?;
        let options = web_sys::RequestInit::new();
        options.set_method("POST");
        options.set_body(&body);
        let response = JsFuture::from(window().fetch_with_str_and_init("/files/evidence", &options)).await?;
        let response: web_sys::Response = response.dyn_into()?;
        let text = JsFuture::from(response.text()?).await?;
        Ok::<_, wasm_bindgen::JsValue>((response.status(), text.as_string().unwrap_or_default()))
    };
    let Ok((status, text)) = sent.await else { return Uploaded::Failed(AppError::Unreachable) };
    match status {
        200..300 => match serde_json::from_str(&text) {
            Ok(kept) => Uploaded::Kept(kept),
            Err(_) => Uploaded::Failed(AppError::Unreachable),
        },
        _ => match serde_json::from_str::<Refusal>(&text) {
            Ok(refusal) => Uploaded::Refused(refusal.problem),
            Err(_) => Uploaded::Failed(serde_json::from_str(&text).unwrap_or(AppError::Unreachable)),
        },
    }
}

#[cfg(not(feature = "hydrate"))]
async fn send_file(_file: ChosenFile) -> Uploaded {
    Uploaded::Failed(crate::app::error::AppError::Unreachable)
}

/// What the server answers when it does not take a file.
#[cfg(feature = "hydrate")]
#[derive(serde::Deserialize)]
struct Refusal {
    problem: FileProblem,
}
