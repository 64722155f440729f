//! The page.

use super::result::{in_words, result};
use super::rows::{adding, row};
use super::saved::{saved_plans, saving};
use super::suggested::{fits, pending, suggestions};
use super::{PlanQuery, PlannerData, planner, read_day};
use crate::app::components::field::ErrorSummary;
use crate::app::components::notice::{Kind, Notice};
use crate::app::components::page::{Empty, ErrorPage, Loading, PageTitle};
use ce_domain::calendar::{Day, add_days};
use ce_domain::plan::{Ahead, Best, Outlook, Step};
use ce_domain::recert::Rules;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use std::time::Duration;

/// How long after the last change of a day the address follows.
const PAUSE: Duration = Duration::from_millis(400);

/// The planner.
#[component]
pub fn Planner() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(PlanQuery::read));
    let done = Memo::new(move |_| query.with(|query| query.get("done").unwrap_or_default()));
    // While a day moves, everything that is shown follows from what is here already.
    let structure = Memo::new(move |_| asked.get().without_days());
    let data = Resource::new(move || structure.get(), move |_| planner(asked.get_untracked()));
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(data) => page(data, asked, &done.get_untracked()),
                    Err(error) => view! { <ErrorPage error=error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// What the planner knows while somebody moves days, in the browser. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    /// What the page began with.
    pub data: StoredValue<PlannerData>,
    /// The days as they stand in the fields, in the order of the rows.
    pub days: StoredValue<Vec<RwSignal<String>>>,
    /// What is asked of the rules; `None` for a record that they refuse, which is never stored.
    outlook: StoredValue<Option<Outlook>>,
    /// What the address says besides the steps.
    asked: StoredValue<PlanQuery>,
}

/// What the plan comes to now.
#[derive(Clone, PartialEq)]
pub(super) struct Reckoned {
    /// What becomes of everything.
    pub ahead: Ahead,
    /// The row whose day decides when the certification that is looked at is renewed, and the day that is best for it.
    pub better: Option<(usize, Best)>,
    /// How many rows count: the others have no day that could be read.
    pub counted: usize,
    /// The last day of those.
    pub last: Option<Day>,
}

impl Plan {
    fn new(data: PlannerData, asked: PlanQuery) -> Plan {
        let outlook = Outlook::new(Rules::of(&data.program), data.record.clone(), data.today).ok();
        let days = data.rows.iter().map(|row| RwSignal::new(row.day.clone())).collect();
        let asked = PlanQuery {
            plan: data.plan.clone(),
            pending: if data.counts_pending { "yes".to_owned() } else { String::new() },
            certification: asked.certification,
            ..PlanQuery::default()
        };
        Plan {
            data: StoredValue::new(data),
            days: StoredValue::new(days),
            outlook: StoredValue::new(outlook),
            asked: StoredValue::new(asked),
        }
    }

    /// Tells whoever calls it of every change of a day.
    pub fn track(&self) {
        self.days.with_value(|days| days.iter().for_each(|day| day.track()));
    }

    /// What the address would say of the plan as it stands now.
    pub fn query(&self) -> PlanQuery {
        let rows = self.data.with_value(|data| data.rows.iter().map(|row| row.what.clone()).collect::<Vec<_>>());
        let days = self.days.with_value(|days| days.iter().map(RwSignal::get_untracked).collect::<Vec<_>>());
        let steps = rows.into_iter().zip(days).map(|(what, day)| super::Asked { what, day });
        PlanQuery { steps: steps.collect(), ..self.asked.get_value() }
    }

    /// Reckons; whoever calls it is told of every change of a day.
    fn reckon(&self) -> Option<Reckoned> {
        let days = self.days.with_value(|days| days.iter().map(RwSignal::get).collect::<Vec<_>>());
        self.data.with_value(|data| {
            let rows = (0usize..).zip(&data.rows).zip(&days);
            let (places, steps): (Vec<usize>, Vec<Step>) = rows
                .filter_map(|((place, row), day)| {
                    let on = read_day(day, data.today, data.program.claim.window_days, row.offered_until).ok()?;
                    Some((place, Step { work: row.work.clone()?, on }))
                })
                .unzip();
            self.outlook.with_value(|outlook| {
                let outlook = outlook.as_ref()?;
                let ahead = outlook.ahead(&steps, data.counts_pending).ok()?;
                let better = better(outlook, &ahead, &steps, data)
                    .and_then(|(step, best)| places.get(step).map(|place| (*place, best)));
                let last = steps.iter().map(|step| step.on).max();
                Some(Reckoned { ahead, better, counted: steps.len(), last })
            })
        })
    }
}

/// The step that decides when what is looked at is renewed, and a better day for it.
fn better(outlook: &Outlook, ahead: &Ahead, steps: &[Step], data: &PlannerData) -> Option<(usize, Best)> {
    let target = data.targets.get(usize::try_from(data.target?).ok()?)?;
    let renewed_on = ahead.of(&target.code, target.earned_on)?.renewed_on.first()?;
    let step = steps.iter().position(|step| step.on == *renewed_on)?;
    let best = outlook.best_day(steps, data.counts_pending, step, &target.code, target.earned_on).ok()??;
    Some((step, best))
}

/// The last day that the slider of a row can reach: that of what is looked at, and never less than a week away.
pub(super) fn slides_to(data: &PlannerData) -> Day {
    let target = data.target.and_then(|place| data.targets.get(usize::try_from(place).ok()?));
    target.map_or(data.today, |target| target.expires_on).max(add_days(data.today, 7))
}

fn page(data: PlannerData, asked: Memo<PlanQuery>, done: &str) -> AnyView {
    let errors = data.errors.clone();
    let (strong, rest) = data.lead.clone();
    let failed = !errors.is_empty();
    let said = match done {
        _ if failed => None,
        "saved" => Some("The plan is saved."),
        "removed" => Some("The plan is deleted."),
        _ => None,
    };
    let head = view! {
        <PageTitle text="Planner" error=failed />
        <ErrorSummary errors=errors />
        <header class="page-head">
            <h1>"Planner"</h1>
            <p class="lead"><strong>{strong}</strong> " " {rest}</p>
        </header>
        {said.map(|words| view! { <Notice kind=Kind::Good announce=true><p>{words}</p></Notice> })}
    };
    if data.targets.is_empty() {
        return view! {
            {head}
            <Empty
                icon="planner"
                title="Nothing to plan for"
                text="Nothing that you hold now can be renewed. The ways to recertify say what each level asks for."
            >
                <a class="button" href="/recertify">"See the ways to recertify"</a>
            </Empty>
        }
        .into_any();
    }
    let saved = data.saved.clone();
    let suggested = (data.suggestions.clone(), data.fits.clone());
    let waiting = pending(&data);
    let plan = Plan::new(data, asked.get_untracked());
    let reckoned = Memo::new(move |_| plan.reckon());
    view! {
        {head}
        {form(plan, reckoned, asked)}
        {waiting}
        {saved_plans(saved)}
        {suggestions(suggested.0)}
        {fits(suggested.1, plan)}
    }
    .into_any()
}

fn form(plan: Plan, reckoned: Memo<Option<Reckoned>>, asked: Memo<PlanQuery>) -> AnyView {
    let navigate = StoredValue::new(use_navigate());
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let go = move |asked: PlanQuery, replace: bool| {
        let options = NavigateOptions { replace, scroll: false, ..NavigateOptions::default() };
        navigate.with_value(|navigate| navigate(&asked.href(), options));
    };
    let stop = move || {
        if let Some(timer) = timer.try_get_value().flatten() {
            timer.clear();
        }
    };
    // The address follows the days, so that the plan can be sent to somebody or found again.
    let written = StoredValue::new(None::<PlanQuery>);
    let said = RwSignal::new(String::new());
    let follow = move || {
        let words = untrack(|| reckoned.get()).and_then(|reckoned| in_words(plan, &reckoned));
        said.set(words.map(|(title, _)| title).unwrap_or_default());
        let query = plan.query();
        written.set_value(Some(query.clone()));
        go(query, true);
    };
    Effect::new(move |before: Option<()>| {
        plan.track();
        if before.is_some() {
            stop();
            timer.set_value(set_timeout(follow, PAUSE).ok());
        }
    });
    // And the days follow the address where somebody else has changed it: a link, or the way back.
    Effect::new(move |before: Option<()>| {
        let steps = asked.with(|asked| asked.steps.clone());
        let ours = written.with_value(|written| written.as_ref().is_some_and(|written| written.steps == steps));
        if before.is_some() && !ours {
            plan.days.with_value(|days| {
                for (day, step) in days.iter().zip(&steps) {
                    if !step.day.is_empty() && day.with_untracked(|text| *text != step.day) {
                        day.set(step.day.clone());
                    }
                }
            });
        }
    });
    on_cleanup(stop);
    // Everything of the form but what saves the plan: the page follows without a new document.
    let send = move |event: SubmitEvent| {
        let button = event.submitter();
        let attribute = |name: &str| button.as_ref().and_then(|button| button.get_attribute(name));
        if attribute("formmethod").is_some() {
            return;
        }
        event.prevent_default();
        stop();
        let Some(form) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlFormElement>().ok()) else {
            return;
        };
        let field = |name: &str| value_of(&form, name);
        let mut asked = PlanQuery { certification: field("certification"), ..plan.query() };
        // What was chosen to be added is added by the button beside it, and by nothing else.
        if attribute("name").as_deref() == Some("add") {
            asked.find = field("find");
            asked.exam = field("exam");
        }
        if let (Some("remove"), Some(place)) = (attribute("name").as_deref(), attribute("value"))
            && let Some(place) = place.parse().ok().filter(|place| *place < asked.steps.len())
        {
            asked.steps.remove(place);
            if asked.steps.is_empty() {
                asked.plan.clear();
            }
        }
        go(asked, false);
    };
    let changed = move |change: &dyn Fn(&mut PlanQuery)| {
        stop();
        let mut asked = plan.query();
        change(&mut asked);
        go(asked, false);
    };
    let rows = plan.data.with_value(|data| data.rows.clone());
    let none = rows.is_empty();
    let row_change = move |place: usize, what: String| {
        changed(&|asked: &mut PlanQuery| {
            if let Some(step) = asked.steps.get_mut(place) {
                step.what.clone_from(&what);
            }
        });
    };
    let rows = (0usize..)
        .zip(rows)
        .map(|(place, shown)| row(plan, place, shown, Callback::new(move |what| row_change(place, what))))
        .collect_view();
    let notes = plan.data.with_value(|data| data.notes.clone());
    let notes = notes.into_iter().map(|words| view! { <p>{words}</p> }).collect_view();
    let targets = plan.data.with_value(|data| {
        (0u32..)
            .zip(&data.targets)
            .map(|(place, target)| {
                let selected = data.target == Some(place);
                view! { <option value=target.code.clone() selected=selected>{target.name.clone()}</option> }
            })
            .collect_view()
    });
    let (plan_id, has_pending, counts_pending) =
        plan.data.with_value(|data| (data.plan.clone(), !data.pending.is_empty(), data.counts_pending));
    let choose_target = move |event| {
        let code = event_target_value(&event);
        changed(&|asked: &mut PlanQuery| asked.certification.clone_from(&code));
    };
    let choose_pending = move |event| {
        let yes = event_target_checked(&event);
        changed(&|asked: &mut PlanQuery| asked.pending = if yes { "yes".to_owned() } else { String::new() });
    };
    let add = Callback::new(move |what: String| go(plan.query().with(what, String::new()), false));
    view! {
        <form class="panel soft plan stack" id="plan" action="/planner" method="get" on:submit=send novalidate>
            // What Enter in a field presses: the first button of a form. Without it that would take a step away.
            <button class="visually-hidden" tabindex="-1" aria-hidden="true">"Show what it comes to"</button>
            {(!plan_id.is_empty()).then(|| view! { <input type="hidden" name="plan" value=plan_id /> })}
            <div class="field">
                <label for="certification">"Certification"</label>
                <select id="certification" name="certification" on:change=choose_target>{targets}</select>
            </div>
            <section aria-labelledby="steps">
                <h2 id="steps">"What you plan"</h2>
                <div role="status">{notes}</div>
                {if none {
                    view! { <p class="hint">"Nothing yet. Add a training or an exam, or begin with one of the good plans below."</p> }
                        .into_any()
                } else {
                    view! { <ul class="steps-planned" role="list">{rows}</ul> }.into_any()
                }}
                {adding(plan, add)}
                {has_pending
                    .then(|| {
                        view! {
                            <label class="check">
                                <input
                                    type="checkbox"
                                    name="pending"
                                    value="yes"
                                    checked=counts_pending
                                    on:change=choose_pending
                                />
                                <span>"Count my pending claims as earned"</span>
                            </label>
                        }
                    })}
                <div class="actions without-script"><button class="button">"Show what it comes to"</button></div>
            </section>
            {result(plan, reckoned, said)}
            {saving(plan)}
        </form>
    }
    .into_any()
}

/// What stands in a field of the form.
fn value_of(form: &web_sys::HtmlFormElement, name: &str) -> String {
    let field = form.elements().named_item(name);
    let Some(field) = field else { return String::new() };
    if let Some(select) = field.dyn_ref::<web_sys::HtmlSelectElement>() {
        return select.value();
    }
    field.dyn_ref::<web_sys::HtmlInputElement>().map(web_sys::HtmlInputElement::value).unwrap_or_default()
}
