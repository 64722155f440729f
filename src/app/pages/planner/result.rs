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
pub(super) fn result(plan: Plan, reckoned: Memo<Option<Reckoned>>) -> AnyView {
    view! {
        <section aria-labelledby="result">
            <h2 id="result" class="visually-hidden">"What the plan comes to"</h2>
            <div class="answer" role="status">{move || reckoned.get().map(|reckoned| answer(plan, &reckoned))}</div>
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

/// What becomes of the certification that is looked at.
fn answer(plan: Plan, reckoned: &Reckoned) -> AnyView {
    let words = plan.data.with_value(|data| {
        let target = target(data)?;
        let one = reckoned.ahead.of(&target.code, target.earned_on)?;
        Some(sentences(data, target, one, reckoned))
    });
    let Some((title, rest)) = words else { return ().into_any() };
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
    if one.gains() && one.then == one.anyway && reckoned.counted > 0 {
        let words = format!("What you have renews it by itself; the plan adds nothing to that.{left}");
        return (title, words);
    }
    let Some(on) = one.renewed_on.first() else {
        let words = if reckoned.counted == 0 && !data.counts_pending {
            "As it stands today, without a plan.".to_owned()
        } else {
            "This is not enough to renew it.".to_owned()
        };
        return (title, format!("{words}{left}"));
    };
    let renewed = if *on < data.today {
        format!("Renewed as of {}.", show(*on))
    } else {
        let wait = days_between(data.today, *on);
        format!(
            "Renewed on {}, {}.",
            show(*on),
            if wait == 0 { "today".to_owned() } else { format!("in {}", count(wait, "day", "days")) }
        )
    };
    let lost = match one.given_up {
        0 => " No day is given up.".to_owned(),
        _ => {
            let ends = one.now.unwrap_or(*on);
            format!(" You give up {}: the new period begins with the renewal.", span(*on, ends))
        }
    };
    let with: Vec<String> = reckoned
        .ahead
        .holdings
        .iter()
        .filter(|other| other.renewed_on.contains(on) && other.certification != one.certification)
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
                <p><a href=href>"Move it to " {show(best.on)}</a></p>
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
    let rows = reckoned.ahead.holdings.iter().map(row).collect_view();
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
    let rows: Vec<Row> = reckoned.ahead.holdings.iter().map(held).collect();
    let each = reckoned.ahead.holdings.iter().filter_map(|one| {
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
