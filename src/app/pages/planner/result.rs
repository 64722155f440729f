//! What the plan comes to: the answer, a table, and a drawing, all of which follow the days as they move.

use super::page::{Plan, Reckoned};
use super::{PlannerData, Target};
use crate::app::components::time::DayTime;
use crate::app::components::timeline::{Bar, Look, Row, Timeline, TimelineView};
use ce_domain::calendar::{days_between, show};
use ce_domain::plan::words::span;
use ce_domain::plan::{Best, Prospect};
use ce_domain::text::{all, count};
use leptos::prelude::*;

/// The result.
///
/// `said` is told to screen readers once a day has come to rest: each step of a slider would be too much.
pub(super) fn result(plan: Plan, reckoned: Memo<Option<Reckoned>>, said: RwSignal<String>) -> AnyView {
    view! {
        <section aria-labelledby="result">
            <h2 id="result" class="visually-hidden">"What the plan comes to"</h2>
            <div class="answer">{move || reckoned.get().map(|reckoned| answer(plan, &reckoned))}</div>
            <p class="visually-hidden" role="status">{move || said.get()}</p>
            {move || reckoned.get().map(|reckoned| better(plan, &reckoned))}
            {move || {
                reckoned
                    .get()
                    .map(|reckoned| plan.data.with_value(|data| {
                        view! {
                            <TimelineView timeline=timeline(data, &reckoned) />
                            {table(data, &reckoned)}
                        }
                    }))
            }}
        </section>
    }
    .into_any()
}

fn target(data: &PlannerData) -> Option<&Target> {
    data.targets.get(usize::try_from(data.target?).ok()?)
}

/// What becomes of the certification that is looked at: in a few words, and what is to be said besides.
pub(super) fn in_words(plan: Plan, reckoned: &Reckoned) -> Option<(String, String)> {
    plan.data.with_value(|data| {
        let target = target(data)?;
        let one = reckoned.ahead.of(&target.code, target.earned_on)?;
        Some(sentences(data, target, one, reckoned))
    })
}

fn answer(plan: Plan, reckoned: &Reckoned) -> AnyView {
    let Some((title, rest)) = in_words(plan, reckoned) else { return ().into_any() };
    view! {
        <h3>{title}</h3>
        <p>{rest}</p>
    }
    .into_any()
}

fn sentences(data: &PlannerData, target: &Target, one: &Prospect, reckoned: &Reckoned) -> (String, String) {
    let until = one.then.map(show).unwrap_or_default();
    let left = match reckoned.ahead.left {
        0 => String::new(),
        left if one.renewed_on.is_empty() => format!(" {} can be used.", data.program.credits(left)),
        left => format!(" {} stay yours.", data.program.credits(left)),
    };
    let title = format!("{}: valid until {until}", target.name);
    let (Some(on), Some(last)) = (one.renewed_on.first(), one.renewed_on.last()) else {
        let words = if reckoned.counted == 0 && !data.counts_pending {
            "As it stands today, without a plan."
        } else if reckoned.last.is_some_and(|last| last > target.expires_on) {
            let ends = show(target.expires_on);
            return (title, format!("It ends on {ends}: what is finished after that is too late for it.{left}"));
        } else {
            "This is not enough to renew it."
        };
        return (title, format!("{words}{left}"));
    };
    if !one.by_the_plan {
        let on = show(*on);
        return (title, format!("What you have renews it by itself on {on}; the plan adds nothing to that.{left}"));
    }
    let renewed = match one.renewed_on.as_slice() {
        [on] if *on < data.today => format!("Renewed as of {}.", show(*on)),
        [on] if *on == data.today => format!("Renewed today, {}.", show(*on)),
        [on] => format!("Renewed on {}, in {}.", show(*on), count(days_between(data.today, *on), "day", "days")),
        [first, ..] => format!("Renewed on {}, and again on {}.", show(*first), show(*last)),
        [] => String::new(),
    };
    let lost = match (one.given_up, one.renewed_on.len(), one.now) {
        (0, ..) => " No day is given up.".to_owned(),
        (_, 1, Some(ends)) => format!(" You give up {}: the new period begins with the renewal.", span(*on, ends)),
        (days, ..) => {
            format!(" You give up {} in all: each new period begins with its renewal.", count(days, "day", "days"))
        }
    };
    let with: Vec<String> = reckoned
        .ahead
        .holdings
        .iter()
        .filter(|other| other.renewed_on.contains(last) && other.certification != one.certification)
        .map(|other| name(data, &other.certification))
        .collect();
    let with = match with.len() {
        0 => String::new(),
        _ => {
            let names: Vec<&str> = with.iter().map(String::as_str).collect();
            format!(" {} {} renewed with it.", all(&names), if names.len() == 1 { "is" } else { "are" })
        }
    };
    (title, format!("{renewed}{lost}{with}{left}"))
}

/// When another day would be better: which, and by how much; a press moves the step there.
fn better(plan: Plan, reckoned: &Reckoned) -> AnyView {
    let Some((place, best)) = reckoned.better else { return ().into_any() };
    let words = plan.data.with_value(|data| {
        let target = target(data)?;
        let then = reckoned.ahead.of(&target.code, target.earned_on)?.then?;
        let row = data.rows.get(place)?;
        Some((row.label.clone(), days_between(then, best.until), target.name.clone()))
    });
    let Some((label, gained, name)) = words else { return ().into_any() };
    let days = count(gained, "day", "days");
    let href = moved(plan, place, best);
    // The address follows by itself; leading there would come between what is still on its way.
    let move_it = move |event: leptos::ev::MouseEvent| {
        if let Some(day) = plan.days.with_value(|days| days.get(place).copied()) {
            event.prevent_default();
            day.set(show(best.on));
        }
    };
    view! {
        <div class="notice" data-kind="warn">
            <crate::app::components::icon::Icon name="pending" />
            <div>
                <p>
                    <strong>"Finish on " <DayTime day=best.on /> " to gain " {days} "."</strong>
                    {format!(
                        " {name} is then valid until {}. Each day on which you finish {label} before that costs one of them; after it, it is too late.",
                        show(best.until),
                    )}
                </p>
                <p><a href=href on:click=move_it>"Move it to " {show(best.on)}</a></p>
            </div>
        </div>
    }
    .into_any()
}

/// The address of the plan with a step moved.
fn moved(plan: Plan, place: usize, best: Best) -> String {
    let mut asked = plan.query();
    if let Some(step) = asked.steps.get_mut(place) {
        step.day = show(best.on);
    }
    asked.href()
}

fn name(data: &PlannerData, code: &str) -> String {
    data.names.iter().find(|(known, _)| known == code).map_or_else(|| code.to_owned(), |(_, name)| name.clone())
}

/// What a plan can do something for.
fn concerned<'a>(data: &'a PlannerData, reckoned: &'a Reckoned) -> impl Iterator<Item = &'a Prospect> {
    let renewable = |one: &Prospect| {
        data.targets.iter().any(|target| target.code == one.certification && target.earned_on == one.earned_on)
    };
    reckoned.ahead.holdings.iter().filter(move |one| one.gains() || renewable(one))
}

fn table(data: &PlannerData, reckoned: &Reckoned) -> AnyView {
    let row = |one: &Prospect| {
        let day = |day| match day {
            Some(day) => view! { <DayTime day=day /> }.into_any(),
            None => "for life".into_any(),
        };
        let lost = match one.given_up {
            0 if one.renewed_on.is_empty() => "not renewed".to_owned(),
            0 => "nothing".to_owned(),
            days => count(days, "day", "days"),
        };
        view! {
            <tr>
                <th scope="row">{name(data, &one.certification)}</th>
                <td data-label="Today">{day(one.now)}</td>
                <td data-label="With the plan"><strong>{day(one.then)}</strong></td>
                <td data-label="Given up">{lost}</td>
            </tr>
        }
    };
    let rows = concerned(data, reckoned).map(row).collect_view();
    view! {
        <div class="table-region" role="region" aria-labelledby="comes-to" tabindex="0">
            <table class="table">
                <caption id="comes-to">"Valid until"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Certification"</th>
                        <th scope="col">"Today"</th>
                        <th scope="col">"With the plan"</th>
                        <th scope="col">"Given up"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn timeline(data: &PlannerData, reckoned: &Reckoned) -> Timeline {
    let held = |one: &Prospect| {
        let mut bars = vec![Bar {
            from: one.earned_on.max(data.today.min(one.now.unwrap_or(data.today))),
            until: one.now,
            look: Look::Held,
            words: "valid as things stand".to_owned(),
        }];
        if let (Some(now), Some(then)) = (one.now, one.then)
            && then > now
        {
            if let Some(on) = one.renewed_on.first().filter(|on| **on < now) {
                let words = "given up by renewing early".to_owned();
                bars.push(Bar { from: *on, until: Some(now), look: Look::Lost, words });
            }
            let words = if one.then == one.anyway { "renewed with what you have already" } else { "won by the plan" };
            let words = words.to_owned();
            bars.push(Bar { from: now, until: Some(then), look: Look::Planned, words });
        }
        Row { name: name(data, &one.certification), bars, marks: one.renewed_on.clone() }
    };
    let rows: Vec<Row> = concerned(data, reckoned).map(held).collect();
    let each = concerned(data, reckoned).filter_map(|one| {
        let name = name(data, &one.certification);
        let now = one.now.map(show)?;
        Some(match one.then.filter(|then| Some(*then) > one.now) {
            Some(then) => format!("{name} is valid until {now}, and until {} with the plan", show(then)),
            None => format!("{name} is valid until {now}"),
        })
    });
    let label = format!("{}. Today is {}.", each.collect::<Vec<_>>().join("; "), show(data.today));
    Timeline { label, today: data.today, rows }
}
