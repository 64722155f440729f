//! A field that lists what matches while one types, after the ARIA Authoring Practices: *combobox, list autocomplete with
//! automatic selection*. The first match is selected by itself, so that Enter takes it.
//!
//! Keys: Down and Up move and wrap (Down from the first goes to the second), Enter takes what is selected and does not
//! send the form while the list is open, Escape closes it and brings back what was chosen before, Alt+Down opens it,
//! everything else edits the text. The focus never leaves the field.
//!
//! Leaving the field (Tab, or a press elsewhere) takes the selected option only when there can be no doubt: the selection
//! was moved, or only one option matches, or the text is exactly an option's. Otherwise the text stays as it is.
//!
//! Without a script it is a plain text field with a name; whoever reads the form makes sense of its words.

use super::field::{FieldErrorText, described_by};
use super::icon::Icon;
use ce_domain::catalog::search::Words;
use ce_domain::text::{count, fold, thousands};
use leptos::ev;
use leptos::html::{Input, Ul};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys;

/// At most so many options are listed.
pub const MOST: usize = 20;

/// Something to choose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ComboOption {
    /// Stands for it in the form.
    pub key: String,
    /// What the field holds once it is chosen.
    pub text: String,
    /// What the list says.
    pub label: String,
    /// What stands out at the end of it, as a version.
    pub strong: String,
    /// A second line.
    pub detail: String,
    /// A number at the end of the row with its words, as `(40, "40 credits")`.
    pub trailing: Option<(u32, String)>,
}

/// What matches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ComboList {
    /// The best of it, at most [`MOST`].
    pub options: Vec<ComboOption>,
    /// How many match.
    pub total: u32,
    /// Whether it belongs to an earlier text, because the answer is on its way.
    pub busy: bool,
    /// Said instead of "No results", as "Loading the catalog".
    pub instead: String,
}

impl ComboList {
    /// What is said below the field while somebody is choosing.
    fn words(&self) -> String {
        if !self.instead.is_empty() {
            return self.instead.clone();
        }
        if self.busy {
            return "Searching".to_owned();
        }
        let shown = u32::try_from(self.options.len()).unwrap_or(u32::MAX);
        match self.total {
            0 => "No results. Try fewer words, or the acronym.".to_owned(),
            total if total > shown => {
                format!("{shown} of {} results. Enter takes the first.", thousands(i64::from(total)))
            }
            total => format!("{}. Enter takes the first.", count(i64::from(total), "result", "results")),
        }
    }
}

/// The field with its label, hint, error and list.
///
/// `value` is the text in the field and `chosen` the key of what was chosen, empty while nothing is: typing empties it,
/// choosing sets it. `options` is what matches `value`.
#[component]
pub fn Combobox(
    /// Id of the control.
    id: &'static str,
    /// Its name in the form: the text is sent under it.
    name: &'static str,
    /// Its label.
    label: &'static str,
    /// What the list holds, as `Items`.
    list_label: &'static str,
    /// What helps to fill it in; may change, may be empty.
    #[prop(into)]
    hint: Signal<String>,
    /// What stands in the field.
    value: RwSignal<String>,
    /// Key of what was chosen.
    chosen: RwSignal<String>,
    /// What matches.
    #[prop(into)]
    options: Signal<ComboList>,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// Told of every change of the text.
    #[prop(optional, into)]
    on_type: Option<Callback<String>>,
    /// Told of what was chosen.
    #[prop(optional, into)]
    on_choose: Option<Callback<ComboOption>>,
    /// Whether a press on the field shows what there is before anything is typed.
    #[prop(optional)]
    opens_when_pressed: bool,
    /// Told when somebody is about to type.
    #[prop(optional, into)]
    on_focus: Option<Callback<()>>,
    /// What was chosen, in full and with what stands out in it: for names that are longer than the field.
    #[prop(optional, into)]
    in_full: Option<Signal<Option<(String, String)>>>,
) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    let list = NodeRef::<Ul>::new();
    let open = RwSignal::new(false);
    let active = RwSignal::new(0usize);
    let moved = StoredValue::new(false);
    // Key and text of what was chosen last: Escape brings it back.
    let accepted = StoredValue::new((String::new(), String::new()));

    let length = move || options.with(|list| list.options.len());
    let expanded = Memo::new(move |_| open.get() && length() > 0);
    let option_id = move |place: usize| format!("{id}-option-{place}");
    let list_id = format!("{id}-list");

    let choose = move |option: ComboOption| {
        accepted.set_value((option.key.clone(), option.text.clone()));
        open.set(false);
        moved.set_value(false);
        value.set(option.text.clone());
        chosen.set(option.key.clone());
        if let Some(told) = on_choose {
            told.run(option);
        }
    };
    let selected = move || options.with_untracked(|list| list.options.get(active.get_untracked()).cloned());
    let typed = move |text: String| {
        let same = accepted.with_value(|(key, accepted)| (!key.is_empty() && *accepted == text).then(|| key.clone()));
        open.set(!text.trim().is_empty());
        active.set(0);
        moved.set_value(false);
        value.set(text.clone());
        let key = same.unwrap_or_default();
        if chosen.with_untracked(|chosen| *chosen != key) {
            chosen.set(key);
        }
        if let Some(told) = on_type {
            told.run(text);
        }
    };
    let remember = move || {
        let key = chosen.get_untracked();
        let text = if key.is_empty() { String::new() } else { value.get_untracked() };
        accepted.set_value((key, text));
        if let Some(told) = on_focus {
            told.run(());
        }
    };
    let step = move |down: bool| {
        let length = options.with_untracked(|list| list.options.len());
        if length == 0 {
            return;
        }
        let at = active.get_untracked().min(length - 1);
        active.set(if down { (at + 1) % length } else { (at + length - 1) % length });
        moved.set_value(true);
        keep_in_sight(list, &option_id(active.get_untracked()));
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if event.is_composing() {
            return;
        }
        let listed = expanded.get_untracked();
        match event.key().as_str() {
            key @ ("ArrowDown" | "ArrowUp") => {
                event.prevent_default();
                let down = key == "ArrowDown";
                if !listed {
                    open.set(true);
                    active.set(if down {
                        0
                    } else {
                        options.with_untracked(|list| list.options.len().saturating_sub(1))
                    });
                    moved.set_value(!down);
                } else if !event.alt_key() {
                    step(down);
                } else if !down {
                    open.set(false);
                }
            }
            "Enter" => {
                let waiting = open.get_untracked() && options.with_untracked(|list| list.busy);
                if listed || waiting {
                    event.prevent_default();
                }
                if listed
                    && !waiting
                    && let Some(option) = selected()
                {
                    choose(option);
                }
            }
            "Escape" if open.get_untracked() => {
                event.prevent_default();
                event.stop_propagation();
                open.set(false);
                moved.set_value(false);
                let (key, text) = accepted.get_value();
                if !key.is_empty() && chosen.get_untracked() != key {
                    value.set(text.clone());
                    chosen.set(key.clone());
                    if let Some(told) = on_choose {
                        told.run(ComboOption { key, text, ..ComboOption::default() });
                    }
                }
            }
            _ => {}
        }
    };
    let on_leave = move |_| {
        if !open.get_untracked() {
            return;
        }
        open.set(false);
        let text = fold(&value.get_untracked());
        let certain = options.with_untracked(|list| {
            if list.busy || text.trim().is_empty() {
                return None;
            }
            let exact = list.options.iter().find(|option| fold(&option.text) == text.trim()).cloned();
            let doubtless = moved.get_value() || list.total == 1;
            exact.filter(|_| !moved.get_value()).or_else(|| doubtless.then(selected).flatten())
        });
        if let Some(option) = certain {
            choose(option);
        }
    };

    // The field is not tied to the signal while the page comes alive: what was typed before that would be lost. And only
    // a field that is alive says that it is more than a field.
    let alive = RwSignal::new(false);
    Effect::new(move |before: Option<bool>| {
        let wanted = value.get();
        let Some(field) = input.get() else { return false };
        let typed_early = before != Some(true);
        if field.value() != wanted {
            if typed_early {
                value.set(field.value());
                chosen.set(String::new());
            } else {
                field.set_value(&wanted);
            }
        }
        if typed_early {
            alive.set(true);
            if has_focus(id) {
                remember();
                let unfinished = value.with_untracked(|text| !text.trim().is_empty());
                open.set(unfinished && chosen.with_untracked(String::is_empty));
            }
        }
        true
    });

    let status = move || if open.get() { options.with(ComboList::words) } else { String::new() };
    let rows = move || {
        // Followed, not only read: another text may match the same and still be marked otherwise.
        let words = value.with(|text| Words::new(text));
        options.with(|list| {
            list.options
                .iter()
                .enumerate()
                .map(|(place, option)| {
                    let picked = option.clone();
                    row(option_id(place), option, &words, Signal::derive(move || active.get() == place), move || {
                        choose(picked.clone());
                    })
                })
                .collect_view()
        })
    };
    let invalid = move || error.with(|error| error.is_some().then_some("true"));
    let described = move || described_by(id, error.with(Option::is_some), hint.with(|hint| !hint.is_empty()));
    let controls = list_id.clone();
    view! {
        <div class="field">
            <label for=id>{label}</label>
            {move || {
                hint.with(|hint| (!hint.is_empty()).then(|| {
                    view! { <p class="hint" id=format!("{id}-hint")>{hint.clone()}</p> }
                }))
            }}
            {move || error.get().map(|words| view! { <FieldErrorText id=id words=words /> })}
            <div class="combo">
                <div class="search">
                    <Icon name="search" />
                    <input
                        node_ref=input
                        id=id
                        name=name
                        type="text"
                        value=value.get_untracked()
                        role=move || alive.get().then_some("combobox")
                        autocomplete="off"
                        autocapitalize="none"
                        spellcheck="false"
                        aria-autocomplete=move || alive.get().then_some("list")
                        aria-expanded=move || alive.get().then(|| if expanded.get() { "true" } else { "false" })
                        aria-controls=move || expanded.get().then(|| controls.clone())
                        aria-activedescendant=move || expanded.get().then(|| option_id(active.get().min(length().saturating_sub(1))))
                        aria-describedby=described
                        aria-invalid=invalid
                        on:focus=move |_| {
                            remember();
                            if !chosen.with_untracked(String::is_empty) {
                                select_all(input);
                            }
                        }
                        on:click=move |_| {
                            if opens_when_pressed && options.with_untracked(|list| !list.options.is_empty()) && chosen.with_untracked(String::is_empty) {
                                open.set(true);
                            }
                        }
                        on:blur=on_leave
                        on:keydown=on_key
                        on:input=move |event| {
                            let composing = event.unchecked_ref::<web_sys::InputEvent>().is_composing();
                            if !composing {
                                typed(event_target_value(&event));
                            }
                        }
                        on:compositionend=move |event| typed(event_target_value(&event))
                    />
                </div>
                <Show when=move || expanded.get()>
                    <ul
                        node_ref=list
                        role="listbox"
                        id=list_id.clone()
                        aria-label=list_label
                        on:pointerdown=|event| event.prevent_default()
                        on:mousedown=|event| event.prevent_default()
                    >
                        {rows}
                    </ul>
                </Show>
            </div>
            {in_full
                .map(|in_full| {
                    move || {
                        in_full.get().map(|(name, strong)| {
                            view! {
                                <p class="chosen">
                                    <Icon name="check" />
                                    <span>{name} {(!strong.is_empty()).then(|| view! { " " <strong>{strong.clone()}</strong> })}</span>
                                </p>
                            }
                        })
                    }
                })}
            <p class="hint" role="status">{status}</p>
        </div>
    }
}

fn row(
    id: String,
    option: &ComboOption,
    words: &Words,
    selected: Signal<bool>,
    choose: impl Fn() + 'static,
) -> AnyView {
    let strong = (!option.strong.is_empty()).then(|| {
        view! { "\u{a0}" <strong>{marked(words, &option.strong)}</strong> }
    });
    let detail = (!option.detail.is_empty()).then(|| view! { <small>{option.detail.clone()}</small> });
    let trailing =
        option.trailing.clone().map(|(number, words)| view! { <data value=number.to_string()>{words}</data> });
    view! {
        <li
            role="option"
            id=id
            aria-selected=move || if selected.get() { "true" } else { "false" }
            on:click=move |_| choose()
        >
            <span>{marked(words, &option.label)}{strong}</span>
            {detail}
            {trailing}
        </li>
    }
    .into_any()
}

/// A label with what was typed marked in it.
pub fn marked(words: &Words, label: &str) -> AnyView {
    let mut pieces = Vec::new();
    let mut at = 0;
    for (start, end) in words.marks(label) {
        let (Ok(start), Ok(end)) = (usize::try_from(start), usize::try_from(end)) else { continue };
        if start > at {
            pieces.push((false, label.get(at..start).unwrap_or_default().to_owned()));
        }
        pieces.push((true, label.get(start..end).unwrap_or_default().to_owned()));
        at = end;
    }
    if at < label.len() {
        pieces.push((false, label.get(at..).unwrap_or_default().to_owned()));
    }
    pieces
        .into_iter()
        .map(|(mark, text)| if mark { view! { <mark>{text}</mark> }.into_any() } else { text.into_any() })
        .collect_view()
        .into_any()
}

/// Marks the whole text: what is typed over something chosen takes its place instead of standing in the middle of it.
fn select_all(input: NodeRef<Input>) {
    // A press puts the cursor somewhere first.
    let _ = set_timeout(
        move || {
            if let Some(field) = input.try_get_untracked().flatten().filter(|field| has_focus(&field.id())) {
                field.select();
            }
        },
        std::time::Duration::ZERO,
    );
}

fn has_focus(id: &str) -> bool {
    document().active_element().is_some_and(|element| element.id() == id)
}

/// Scrolls the list, and only the list, until an option can be seen.
fn keep_in_sight(list: NodeRef<Ul>, option: &str) {
    let Some(list) = list.get_untracked() else { return };
    let Some(option) = document().get_element_by_id(option) else { return };
    let option: web_sys::HtmlElement = option.unchecked_into();
    let floats = option.offset_parent().is_some_and(|parent| parent.is_same_node(Some(&list)));
    let top = option.offset_top() - if floats { 0 } else { list.offset_top() };
    let bottom = top + option.offset_height();
    if top < list.scroll_top() {
        list.set_scroll_top(top);
    } else if bottom > list.scroll_top() + list.client_height() {
        list.set_scroll_top(bottom - list.client_height());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_below_the_field_counts_the_results_and_tells_what_enter_does() {
        let list = |shown: usize, total| ComboList {
            options: vec![ComboOption::default(); shown],
            total,
            ..ComboList::default()
        };
        assert_eq!(list(4, 4).words(), "4 results. Enter takes the first.");
        assert_eq!(list(1, 1).words(), "1 result. Enter takes the first.");
        assert_eq!(list(20, 1574).words(), "20 of 1,574 results. Enter takes the first.");
        assert_eq!(list(0, 0).words(), "No results. Try fewer words, or the acronym.");
        assert_eq!(ComboList { busy: true, ..list(4, 4) }.words(), "Searching");
    }
}
