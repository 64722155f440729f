//! Keeping a plan, and the plans that were kept.

use super::SavedPlan;
use super::page::Plan;
use crate::app::components::field::{FieldErrorText, described_by, error_of};
use crate::app::components::time::DayTime;
use ce_domain::text::count;
use leptos::prelude::*;

/// The part of the form that saves the plan. Its button sends the whole form.
pub(super) fn saving(plan: Plan) -> Option<AnyView> {
    let (name, in_calendar, errors, saved, empty) = plan.data.with_value(|data| {
        (data.name.clone(), data.in_calendar, data.errors.clone(), !data.plan.is_empty(), data.rows.is_empty())
    });
    if empty {
        return None;
    }
    let error = error_of(&errors, "name");
    let described = described_by("name", error.is_some(), true);
    let invalid = error.is_some().then_some("true");
    let words = if saved { "Save the changes" } else { "Save this plan" };
    Some(
        view! {
            <section class="fields" aria-label="Keep the plan">
                <div class="field">
                    <label for="name">"Name of the plan"</label>
                    <p class="hint" id="name-hint">"To find it again here."</p>
                    {error.map(|words| view! { <FieldErrorText id="name" words=words /> })}
                    <input
                        id="name"
                        name="name"
                        type="text"
                        maxlength="80"
                        autocomplete="off"
                        value=name
                        aria-describedby=described
                        aria-invalid=invalid
                    />
                </div>
                <div class="field">
                    <label class="check">
                        // Of two values the last counts: so it is told apart from a form that never asked.
                        <input type="hidden" name="calendar" value="no" />
                        <input type="checkbox" name="calendar" value="yes" checked=in_calendar />
                        <span>"Show its days in my calendar"</span>
                    </label>
                    <div class="actions">
                        <button class="button primary" formmethod="post" formaction="/planner">{words}</button>
                    </div>
                </div>
            </section>
        }
        .into_any(),
    )
}

/// The plans that were saved.
pub(super) fn saved_plans(plans: Vec<SavedPlan>) -> Option<AnyView> {
    if plans.is_empty() {
        return None;
    }
    let rows = plans
        .into_iter()
        .map(|plan| {
            let until = plan.until.map(|day| view! { ", the last on " <DayTime day=day /> });
            let calendar = if plan.in_calendar {
                view! { <a href="/account/calendar">"in your calendar"</a> }.into_any()
            } else {
                "not in your calendar".into_any()
            };
            view! {
                <tr>
                    <th scope="row"><a href=format!("/planner?plan={}", plan.id)>{plan.name.clone()}</a></th>
                    <td data-label="Steps">{count(plan.steps, "step", "steps")} {until}</td>
                    <td data-label="Calendar">{calendar}</td>
                    <td>
                        <form method="post" action="/planner">
                            <input type="hidden" name="delete" value=plan.id />
                            <button class="button quiet">
                                "Delete"<span class="visually-hidden">" the plan " {plan.name}</span>
                            </button>
                        </form>
                    </td>
                </tr>
            }
        })
        .collect_view();
    Some(
        view! {
            <section class="section">
                <div class="table-region" role="region" aria-labelledby="plans" tabindex="0">
                    <table class="table">
                        <caption id="plans">"Saved plans"</caption>
                        <thead>
                            <tr>
                                <th scope="col">"Plan"</th>
                                <th scope="col">"Steps"</th>
                                <th scope="col">"Calendar"</th>
                                <th scope="col"><span class="visually-hidden">"Delete"</span></th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </section>
        }
        .into_any(),
    )
}
