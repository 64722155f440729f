//! Beside the form: what the claim will earn, and what has been checked so far.

use super::state::FormState;
use super::{Does, Trained, would_do};
use crate::app::components::icon::Icon;
use crate::app::components::time::DayTime;
use ce_domain::calendar::{Day, add_years, parse_day};
use ce_domain::claim::{DateProblem, Field, Problem, last_day_to_claim};
use leptos::prelude::*;

/// The panels; `edits` is the id of the pending claim that is changed. They change as the form is filled in, and are read out when they do.
pub fn view(form: FormState, edits: String) -> impl IntoView {
    let lines = Memo::new(move |_| checked(form));
    // Only what is complete is asked about: a date that is being typed is none.
    let asked = Memo::new(move |_| {
        let known = form.data.with_value(|data| !data.email.is_empty());
        // A claim that would be refused does nothing.
        let refused = form.check().iter().any(|problem| {
            let dates = [Field::Item, Field::Start, Field::Completion].contains(&problem.field());
            dates && !matches!(problem, Problem::Date(_, DateProblem::Missing))
        });
        let completion = completed(form).filter(|_| known && !refused).map(|day| day.to_string()).unwrap_or_default();
        Trained { item: form.item.get(), item_type: form.item_type.get(), completion, edits: edits.clone() }
    });
    let does = Resource::new(
        move || asked.get(),
        |claim| async move {
            if claim.item.is_empty() || claim.item_type.is_empty() || claim.completion.is_empty() {
                return None;
            }
            would_do(claim).await.ok().flatten()
        },
    );
    view! {
        <div class="panel soft" role="status">{move || earnings(form)}</div>
        <div role="status">
            <Transition>{move || Suspend::new(async move { does.await.map(consequences) })}</Transition>
        </div>
        <div role="status">{move || checks(form, lines.get())}</div>
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

/// What the claim would do to what is held.
fn consequences(does: Does) -> AnyView {
    let icon = if does.renews { "check" } else { "pending" };
    let sentences = does.sentences.into_iter().map(|words| view! { <p>{words}</p> }).collect_view();
    view! {
        <div class="panel">
            <h2>"What it will do"</h2>
            <ul class="ticks" role="list">
                <li>
                    <Icon name=icon />
                    <div>{sentences}</div>
                </li>
                {does
                    .warning
                    .map(|words| {
                        view! {
                            <li data-kind="warn">
                                <Icon name="alert" />
                                <p>{words} " The planner shows which day is best."</p>
                            </li>
                        }
                    })}
            </ul>
        </div>
    }
    .into_any()
}

/// A line of the checks: whether it is right, in words, and the day they end with.
type Line = (bool, String, Option<Day>);

/// What is known to be right, and what is not, of the rules that depend on the dates.
fn checked(form: FormState) -> Vec<Line> {
    // Nobody's certifications and claims can be judged while nobody is signed in.
    if form.data.with_value(|data| data.email.is_empty()) {
        return Vec::new();
    }
    let problems = form.check();
    let (rules, today) = form.data.with_value(|data| (data.rules.clone(), data.today));
    let has = |wanted: fn(&Problem) -> bool| problems.iter().find(|problem| wanted(problem)).map(Problem::words);
    let mut lines: Vec<Line> = Vec::new();
    for field in [Field::Start, Field::Completion] {
        // What cannot be read is said once somebody has finished writing it.
        let unreadable = problems
            .iter()
            .find(|problem| matches!(problem, Problem::Date(of, why) if *of == field && *why != DateProblem::Missing));
        if let Some(problem) = unreadable.filter(|_| form.left.with(|left| left.contains(&field))) {
            lines.push((false, problem.words(), None));
        }
    }
    let Some(day) = completed(form) else { return lines };
    let mut line = |wrong: Option<String>, right: &str, until: Option<Day>| {
        lines.push(wrong.map_or_else(|| (true, right.to_owned(), until), |words| (false, words, None)));
    };
    let date =
        has(|p| matches!(p, Problem::CompletionInFuture | Problem::TooLate { .. } | Problem::CompletionBeforeStart));
    line(date, "In time: the last day to claim it is ", Some(last_day_to_claim(day, &rules)));
    if day <= today {
        let certified = has(|p| matches!(p, Problem::NotCertifiedThen { .. }));
        line(certified, "You were certified on that day", None);
    }
    if form.chosen.with(Option::is_some) && !form.item_type.with(String::is_empty) {
        let offered = has(|p| matches!(p, Problem::NotOfferedThen { .. }));
        line(offered, "Offered on ", Some(day));
        let once = form.duplicate().map(|claim| Problem::Duplicate { claim }.words());
        line(once, "Not claimed in this cycle", None);
    }
    lines
}

fn checks(form: FormState, lines: Vec<Line>) -> AnyView {
    if lines.is_empty() {
        return ().into_any();
    }
    let rows = lines
        .into_iter()
        .map(|(right, words, day)| {
            let day = day.map(|day| view! { <DayTime day=day /> });
            view! {
                <li data-kind=(!right).then_some("bad")>
                    <Icon name=if right { "check" } else { "alert" } />
                    <p>{words}{day}</p>
                </li>
            }
        })
        .collect_view();
    let earlier = form.duplicate().map(|claim| {
        if claim.is_empty() {
            view! { <p>"It was sent from another address of your profile, and stands under My Item(s) there."</p> }
                .into_any()
        } else {
            view! { <p><a href=format!("/claims/{claim}")>"See the claim you sent"</a></p> }.into_any()
        }
    });
    view! {
        <div class="panel">
            <h2>"Checked so far"</h2>
            <ul class="ticks" role="list">{rows}</ul>
            {earlier}
        </div>
    }
    .into_any()
}
