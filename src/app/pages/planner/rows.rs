//! The steps of the plan, and how one is added.

use super::page::{Plan, slides_to};
use super::{PlanRow, read_day};
use crate::app::components::choosers::ItemCombobox;
use crate::app::components::combobox::ComboOption;
use crate::app::components::field::{FieldErrorText, tie};
use crate::app::components::icon::Icon;
use ce_domain::calendar::{Day, add_days, days_between, parse_day, show};
use leptos::html::Input;
use leptos::prelude::*;

/// A step: what it is, its day as text, from the browser's calendar or by a slider, and the way to be rid of it.
pub(super) fn row(plan: Plan, place: usize, row: PlanRow, on_kind: Callback<String>) -> AnyView {
    let Some(day) = plan.days.with_value(|days| days.get(place).copied()) else { return ().into_any() };
    let id = format!("day-{place}");
    let input = NodeRef::<Input>::new();
    let picker = NodeRef::<Input>::new();
    tie(input, day);
    // What was sent is judged at once, what is being typed once the field is left.
    let left = RwSignal::new(true);
    let until = row.offered_until;
    let error = Memo::new(move |_| {
        let wrong = day.with(|text| {
            plan.data.with_value(|data| read_day(text, data.today, data.program.claim.window_days, until).err())
        });
        wrong.filter(|_| left.get())
    });
    let open = move |_| {
        if let Some(picker) = picker.get_untracked() {
            if let Ok(day) = parse_day(&day.get_untracked()) {
                picker.set_value(&day.to_string());
            }
            #[cfg(feature = "hydrate")]
            let _ = picker.show_picker();
        }
    };
    let picked = move |event| {
        if let Ok(chosen) = event_target_value(&event).parse::<Day>() {
            day.set(show(chosen));
        }
    };
    let name = row.label.clone();
    let error_id = id.clone();
    let invalid = move || error.get().is_some().then_some("true");
    let described = {
        let id = id.clone();
        move || error.get().is_some().then(|| format!("{id}-error"))
    };
    view! {
        <li>
            <div>
                <h3>
                    {match row.href.clone() {
                        Some(href) => view! { <a href=href>{row.label.clone()}</a> }.into_any(),
                        None => row.label.clone().into_any(),
                    }}
                </h3>
                {kind(place, &row, on_kind)}
                <p class="hint">{row.detail.clone()}</p>
            </div>
            <div class="field">
                <label for=id.clone()>"Finish on" <span class="visually-hidden">": " {name.clone()}</span></label>
                {move || error.get().map(|words| view! { <FieldErrorText id=error_id.clone() words=words /> })}
                <div class="with-button">
                    <input
                        id=id
                        name="day"
                        type="text"
                        autocomplete="off"
                        node_ref=input
                        value=day.get_untracked()
                        aria-describedby=described
                        aria-invalid=invalid
                        on:input=move |event| {
                            left.set(false);
                            day.set(event_target_value(&event));
                        }
                        on:blur=move |_| left.set(true)
                        // Enter as well: it changes nothing else.
                        on:change=move |_| left.set(true)
                    />
                    <button
                        class="button only-icon with-script"
                        type="button"
                        aria-label=format!("Calendar for {name}")
                        on:click=open
                    >
                        <Icon name="planner" />
                    </button>
                    <input class="picker" type="date" tabindex="-1" aria-hidden="true" node_ref=picker on:change=picked />
                </div>
            </div>
            {slider(plan, place, day, &row.label)}
            <button
                class="button quiet only-icon"
                name="remove"
                value=place.to_string()
                aria-label=format!("Remove {}", row.label)
            >
                <Icon name="trash" />
            </button>
        </li>
    }
    .into_any()
}

/// What the row sends as `what`: chosen, where a training comes as more than one type.
fn kind(place: usize, row: &PlanRow, on_kind: Callback<String>) -> AnyView {
    if row.kinds.len() < 2 {
        return view! { <input type="hidden" name="what" value=row.what.clone() /> }.into_any();
    }
    let id = format!("kind-{place}");
    let options = row
        .kinds
        .iter()
        .map(|(what, words)| {
            view! { <option value=what.clone() selected=*what == row.what>{words.clone()}</option> }
        })
        .collect_view();
    view! {
        <label class="visually-hidden" for=id.clone()>{format!("Item type of {}", row.label)}</label>
        <select id=id name="what" on:change=move |event| on_kind.run(event_target_value(&event))>{options}</select>
    }
    .into_any()
}

fn slider(plan: Plan, place: usize, day: RwSignal<String>, label: &str) -> AnyView {
    let id = format!("slide-{place}");
    let (today, until) = plan.data.with_value(|data| (data.today, slides_to(data)));
    let whole = days_between(today, until);
    let position = move || parse_day(&day.get()).map_or(0, |on| days_between(today, on)).clamp(0, whole);
    let slide = move |event| {
        if let Ok(days) = event_target_value(&event).parse() {
            day.set(show(add_days(today, days)));
        }
    };
    view! {
        <div class="field with-script">
            <label for=id.clone()>"Move the date" <span class="visually-hidden">{format!(" of {label}")}</span></label>
            <input
                id=id
                type="range"
                min="0"
                max=whole
                value=untrack(position)
                prop:value=move || position().to_string()
                aria-valuetext=move || day.get()
                on:input=slide
            />
        </div>
    }
    .into_any()
}

/// The fields that add a step: a training of the catalog, or an exam.
pub(super) fn adding(plan: Plan, add: Callback<String>) -> AnyView {
    let (today, exams, full) = plan.data.with_value(|data| {
        let exams: Vec<(String, String)> = data
            .program
            .exam_kinds
            .iter()
            .filter(|kind| {
                data.program
                    .levels
                    .iter()
                    .flat_map(|level| &level.options)
                    .flat_map(|o| &o.exams)
                    .any(|need| need.of.contains(&kind.key))
            })
            .map(|kind| (kind.key.clone(), ce_domain::text::capitalised(&kind.name)))
            .collect();
        (data.today, exams, data.rows.len() >= ce_domain::plan::MOST_STEPS)
    });
    if full {
        return view! { <p class="hint">"The plan is full. Take something out before you add more."</p> }.into_any();
    }
    let text = RwSignal::new(String::new());
    let chosen = RwSignal::new(String::new());
    let options = exams.into_iter().map(|(key, name)| view! { <option value=key>{name}</option> }).collect_view();
    // The server finds out what the version comes as.
    let take = Callback::new(move |option: ComboOption| {
        text.set(String::new());
        chosen.set(String::new());
        add.run(format!("{}/", option.key));
    });
    view! {
        <div class="fields adding">
            <ItemCombobox
                id="find"
                name="find"
                value=text
                chosen=chosen
                in_full=Signal::derive(|| None)
                today=today
                error=Signal::derive(|| None::<String>)
                on_choose=take
            />
            <div class="field">
                <label for="exam">"Exam"</label>
                <p class="hint" id="exam-hint">"One that you mean to pass."</p>
                <div class="with-button">
                    <select id="exam" name="exam" aria-describedby="exam-hint">
                        <option value="">"Choose one"</option>
                        {options}
                    </select>
                    <button class="button" name="add" value="yes">"Add"</button>
                </div>
            </div>
        </div>
    }
    .into_any()
}
