//! Beside the form: what the claim will earn, and what has been checked so far.

use super::state::FormState;
use crate::app::components::icon::Icon;
use crate::app::components::time::DayTime;
use ce_domain::calendar::{Day, add_years, parse_day, show};
use ce_domain::claim::{Problem, last_day_to_claim};
use leptos::prelude::*;

/// The panels. They change as the form is filled in, and are read out when they do.
pub fn view(form: FormState) -> impl IntoView {
    view! {
        <div class="panel soft" role="status">{move || earnings(form)}</div>
        {move || checked(form)}
    }
}

fn completed(form: FormState) -> Option<Day> {
    parse_day(&form.completion.get()).ok()
}

fn earnings(form: FormState) -> AnyView {
    let Some(chosen) = form.chosen.get() else {
        return view! {
            <h2>"What it will earn"</h2>
            <p>"Choose the item and its type: the credits show here before you send anything."</p>
        }
        .into_any();
    };
    let (name, version) = chosen.in_full();
    let item = view! { <p>{name} " " <strong>{version}</strong></p> };
    let Some(kind) = chosen.type_choice(&form.item_type.get()).cloned() else {
        return view! {
            <h2>"What it will earn"</h2>
            {item}
            <p>"Choose its type: the credits show here before you send anything."</p>
        }
        .into_any();
    };
    let (rules, words) = form.data.with_value(|data| (data.rules.clone(), data.credit_words.clone()));
    let credits = if kind.credits == kind.most_credits {
        ce_domain::text::count(i64::from(kind.credits), &words.0, &words.1)
    } else {
        format!("{} to {} {}", kind.credits, kind.most_credits, words.1)
    };
    let years = rules.credit_validity_years;
    let until = completed(form).map(|day| add_years(day, years));
    view! {
        <h2>{credits}</h2>
        {item}
        <p>
            {match until {
                Some(until) => view! { "Once earned, they can be used until " <DayTime day=until /> "." }.into_any(),
                None => format!("Once earned, they can be used for {years} years from the completion date.").into_any(),
            }}
        </p>
        <p class="hint">
            {format!(
                "Most claims are decided within {} days, some take up to {}. They count from the completion date, whenever that is.",
                rules.typical_days,
                rules.longest_days,
            )}
        </p>
    }
    .into_any()
}

/// What is known to be right, and what is not, of the rules that depend on the completion date.
fn checked(form: FormState) -> Option<AnyView> {
    let day = completed(form)?;
    let problems = form.check();
    let (rules, today) = form.data.with_value(|data| (data.rules.clone(), data.today));
    let last_day = last_day_to_claim(day, &rules);
    let has = |wanted: fn(&Problem) -> bool| problems.iter().find(|problem| wanted(problem)).map(Problem::words);
    let chosen = form.chosen.with(Option::is_some) && !form.item_type.with(String::is_empty);
    let mut lines: Vec<Result<String, String>> = Vec::new();
    let date =
        has(|p| matches!(p, Problem::CompletionInFuture | Problem::TooLate { .. } | Problem::CompletionBeforeStart));
    lines.push(date.map_or_else(|| Ok(format!("In time: the last day to claim it is {}", show(last_day))), Err));
    if day <= today {
        let certified = has(|p| matches!(p, Problem::NotCertifiedThen { .. }));
        lines.push(certified.map_or_else(|| Ok("You were certified on that day".to_owned()), Err));
    }
    if chosen {
        let offered = has(|p| matches!(p, Problem::NotOfferedThen { .. }));
        lines.push(offered.map_or_else(|| Ok(format!("Offered on {}", show(day))), Err));
        let once = has(|p| matches!(p, Problem::Duplicate { .. }));
        lines.push(once.map_or_else(|| Ok("Not claimed in this cycle".to_owned()), Err));
    }
    Some(
        view! {
            <div class="panel">
                <h2>"Checked so far"</h2>
                <ul class="ticks" role="list">
                    {lines
                        .into_iter()
                        .map(|line| match line {
                            Ok(words) => view! { <li><Icon name="check" /><p>{words}</p></li> }.into_any(),
                            Err(words) => {
                                view! { <li data-kind="bad"><Icon name="alert" /><p>{words}</p></li> }.into_any()
                            }
                        })
                        .collect_view()}
                </ul>
            </div>
        }
        .into_any(),
    )
}
