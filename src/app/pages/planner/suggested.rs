//! What to do: the pending claims that will decide, good plans, and training that is enough by itself.

use super::page::Plan;
use super::{Fit, PlannerData, Suggestion};
use crate::app::components::icon::Icon;
use crate::app::components::time::DayTime;
use ce_domain::plan::words::span;
use ce_domain::plan::{Outlook, words};
use ce_domain::recert::Rules;
use ce_domain::text::thousands;
use leptos::prelude::*;

/// When pending claims would renew by themselves: what that does, and what can be done about it.
pub(super) fn pending(data: &PlannerData) -> Option<AnyView> {
    if data.pending.is_empty() || data.counts_pending {
        return None;
    }
    let outlook = Outlook::new(Rules::of(&data.program), data.record.clone(), data.today).ok()?;
    let ahead = outlook.ahead(&[], true).ok()?;
    let target = data.targets.get(usize::try_from(data.target?).ok()?)?;
    let one = ahead.of(&target.code, target.earned_on).filter(|one| one.gains() && one.by_the_plan)?;
    let (on, ends) = (*one.renewed_on.first()?, one.now?);
    let early = (one.given_up >= 14 && on < ends).then(|| format!(", {} early", span(on, ends)));
    let title = if early.is_some() {
        "Your pending claims would renew you sooner"
    } else {
        "Your pending claims would renew you"
    };
    let claims = data
        .pending
        .iter()
        .map(|claim| {
            let label = match claim.id.clone() {
                Some(id) => view! { <a href=format!("/claims/{id}")>{claim.label.clone()}</a> }.into_any(),
                None => claim.label.clone().into_any(),
            };
            view! {
                <li>
                    {label} ", " {data.program.credits(claim.credits)} ": can be taken back and sent again until "
                    <DayTime day=claim.last_day_to_claim />
                </li>
            }
        })
        .collect_view();
    let names = |code: &str| {
        data.names.iter().find(|(known, _)| known == code).map_or_else(|| code.to_owned(), |(_, name)| name.clone())
    };
    let renews = words::renews(&ahead, data.today, names).join(" ");
    Some(
        view! {
            <div class="notice" data-kind="warn">
                <Icon name="pending" />
                <div>
                    <h2>{title}</h2>
                    <p>
                        "Renewing happens by itself. If they are earned, " {target.name.clone()} " is renewed as of "
                        <DayTime day=on /> {early} ". " {renews}
                    </p>
                    <ul>{claims}</ul>
                </div>
            </div>
        }
        .into_any(),
    )
}

/// Good plans.
pub(super) fn suggestions(suggestions: Vec<Suggestion>) -> Option<AnyView> {
    if suggestions.is_empty() {
        return None;
    }
    let cards = suggestions
        .into_iter()
        .map(|one| {
            let days = one
                .days
                .into_iter()
                .map(|(what, day)| view! { <dt>{what}</dt><dd><DayTime day=day /></dd> })
                .collect_view();
            let (href, words) = one.link;
            view! {
                <li>
                    <small>{one.best}</small>
                    <h3>{one.title.clone()}</h3>
                    <p>{one.words}</p>
                    <dl class="facts">{days}</dl>
                    <div class="actions">
                        <a href=href>{words}<span class="visually-hidden">": " {one.title}</span></a>
                    </div>
                </li>
            }
        })
        .collect_view();
    Some(
        view! {
            <section class="section" aria-labelledby="good">
                <div class="section-head"><h2 id="good">"Good plans"</h2></div>
                <ul class="ways plans" role="list">{cards}</ul>
            </section>
        }
        .into_any(),
    )
}

/// Training that is enough by itself.
pub(super) fn fits(fits: Vec<Fit>, plan: Plan) -> Option<AnyView> {
    if fits.is_empty() {
        return None;
    }
    let timed = fits.iter().any(|fit| fit.hours.is_some());
    let rows = fits
        .into_iter()
        .map(|fit| {
            let what = fit.what;
            let href = move || {
                plan.track();
                plan.query().with(what.clone(), String::new()).href()
            };
            let hours = fit.hours.map(|hours| thousands(i64::from(hours)));
            view! {
                <tr>
                    <th scope="row"><a href=fit.href>{fit.label.clone()}</a></th>
                    <td data-label="Item Type"><span class="kind"><Icon name=fit.kind.1 />{fit.kind.0}</span></td>
                    <td data-label="Credits" class="num">{thousands(fit.credits)}</td>
                    {timed.then(|| view! { <td data-label="Hours" class="num">{hours}</td> })}
                    <td data-label="Left over" class="num">{thousands(fit.left)}</td>
                    <td>
                        <a href=href>"Plan it"<span class="visually-hidden">": " {fit.label}</span></a>
                    </td>
                </tr>
            }
        })
        .collect_view();
    Some(
        view! {
            <section class="section">
                <div class="table-region" role="region" aria-labelledby="fit" tabindex="0">
                    <table class="table">
                        <caption id="fit">"Training that is enough by itself"</caption>
                        <thead>
                            <tr>
                                <th scope="col">"Item Name"</th>
                                <th scope="col">"Item Type"</th>
                                <th scope="col" class="num">"Credits"</th>
                                {timed.then(|| view! { <th scope="col" class="num">"Hours"</th> })}
                                <th scope="col" class="num">"Left over"</th>
                                <th scope="col"><span class="visually-hidden">"Add"</span></th>
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
