//! Good plans: the fewest credits, the fewest hours, the soonest, the latest that still works, and without credits.

use super::super::{Position, words};
use crate::app::pages::planner::{Fit, Suggestion, Target};
use crate::server::error::Fault;
use ce_domain::calendar::{Day, show};
use ce_domain::catalog::{Catalog, Delivery, Item, Version, VersionRef, label};
use ce_domain::claim::Claimant;
use ce_domain::plan::suggest::{Offer, fewest_credits, fewest_hours};
use ce_domain::plan::words::span;
use ce_domain::plan::{Best, Outlook, Prospect, Step, What, Work};
use ce_domain::program::CreditsApplyTo;
use ce_domain::recert::Refusal;
use ce_domain::text::query;
use ce_domain::text::{all, capitalised, count};

/// As many trainings as are listed.
const FITS_SHOWN: usize = 8;

/// What to say before anything is planned.
pub(super) struct Advice {
    pub lead: (String, String),
    pub suggestions: Vec<Suggestion>,
    pub fits: Vec<Fit>,
}

/// For who holds nothing that can be renewed.
pub(super) fn nothing() -> Advice {
    let lead =
        ("There is nothing to renew.".to_owned(), "What you hold now is for life, retired, or has ended.".to_owned());
    Advice { lead, suggestions: Vec::new(), fits: Vec::new() }
}

/// What to say where pending claims are counted, and renew it.
pub(super) fn lead_with_pending(outlook: &Outlook, target: &Target) -> Option<(String, String)> {
    let ahead = outlook.ahead(&[], true).ok()?;
    let one = ahead.of(&target.code, target.earned_on).filter(|one| one.gains() && one.by_the_plan)?;
    let words = format!("If they are earned, as of {} until {}.", show(*one.renewed_on.first()?), show(one.then?));
    Some((format!("Your pending claims renew {}.", target.name), words))
}

/// A training that can be taken, and what it is.
struct Training<'c> {
    item: &'c Item,
    version: &'c Version,
    delivery: &'c Delivery,
}

impl Training<'_> {
    fn label(&self) -> String {
        label(&self.item.name, self.item.acronym.as_deref(), &self.version.number)
    }

    fn version_ref(&self) -> VersionRef {
        VersionRef { slug: self.item.slug.clone(), number: self.version.number.clone() }
    }

    fn what(&self, catalog: &Catalog) -> String {
        let version = self.version_ref();
        let key = catalog.type_of(self.delivery).map(|kind| kind.key.clone()).unwrap_or_default();
        What::Training(version, key).to_string()
    }
}

/// What could be done for a certification.
pub(super) fn advice(
    position: &Position<'_>,
    outlook: &Outlook,
    catalog: &Catalog,
    target: &Target,
    person: &Claimant,
) -> Result<Advice, Fault> {
    advised(position, outlook, catalog, target, person)
        .map_err(|refusal| Fault::Impossible(format!("a record is refused: {refusal}")))
}

fn advised(
    position: &Position<'_>,
    outlook: &Outlook,
    catalog: &Catalog,
    target: &Target,
    person: &Claimant,
) -> Result<Advice, Refusal> {
    let today = outlook.today();
    let higher = first_served(position, target);
    let asks = Asks { position, outlook, catalog, target, person };
    if let Some(higher) = &higher {
        return Ok(Advice {
            lead: asks.lead_of_the_lower(higher),
            suggestions: asks.by_exam()?.into_iter().collect(),
            fits: Vec::new(),
        });
    }
    let most = most_credits(position, target);
    let least = outlook.least_credits(today, most, &target.code, target.earned_on)?;
    let best = match least {
        Some(credits) => outlook.best_day_for(&Work::Credits(credits), &target.code, target.earned_on)?,
        None => None,
    };
    let now = outlook.ahead(&[], false)?;
    let anyway = now.of(&target.code, target.earned_on).filter(|one| one.gains());
    let mut suggestions = Vec::new();
    let mut fits = Vec::new();
    if let (Some(credits), Some(best)) = (least, best) {
        let needed = u32::try_from(credits).unwrap_or(u32::MAX);
        let trainings = asks.trainings(best.on);
        suggestions.extend(asks.cheapest(&trainings, needed, best));
        fits = asks.fits(&trainings, credits, most);
    }
    suggestions.extend(asks.soonest(least)?);
    let latest = asks.latest(most, anyway)?;
    suggestions.extend(latest.map(|latest| asks.latest_card(latest)));
    suggestions.extend(asks.by_exam()?);
    Ok(Advice { lead: asks.lead(least, best, anyway, latest), suggestions, fits })
}

/// What a higher certification is called that credits renew first, so that this one is renewed together with it.
fn first_served(position: &Position<'_>, target: &Target) -> Option<String> {
    let first = position.first_for_credits()?;
    let higher = position.rank(&first.certification) > position.rank(&target.code);
    let highest_only = position.state.program.recertification.credits_apply_to == CreditsApplyTo::Highest;
    (higher && highest_only).then(|| position.name(&first.certification))
}

/// More credits than this no way of its level asks for.
fn most_credits(position: &Position<'_>, target: &Target) -> i64 {
    let options = position.level(&target.code).map(|level| level.options.iter().map(|option| option.credits));
    options.and_then(Iterator::max).map_or(0, i64::from)
}

/// The latest day on which training still helps, how much it takes then, and until when that lasts.
#[derive(Clone, Copy)]
struct Latest {
    on: Day,
    credits: i64,
    until: Day,
}

/// What is asked about, and of whom.
struct Asks<'a> {
    position: &'a Position<'a>,
    outlook: &'a Outlook,
    catalog: &'a Catalog,
    target: &'a Target,
    person: &'a Claimant,
}

impl<'a> Asks<'a> {
    fn credits(&self, number: i64) -> String {
        self.position.state.program.credits(number)
    }

    fn lead_of_the_lower(&self, higher: &str) -> (String, String) {
        let words = format!(
            "Credits are applied to {higher} first, and renewing that renews {} with it: plan for {higher}.",
            self.target.name
        );
        let credits = capitalised(&self.position.state.program.credits_word);
        (format!("Renewed together with {higher}."), words.replacen("Credits", &credits, 1))
    }

    fn lead(
        &self,
        least: Option<i64>,
        best: Option<Best>,
        anyway: Option<&Prospect>,
        latest: Option<Latest>,
    ) -> (String, String) {
        if let Some(one) = anyway {
            let until = one.then.map(show).unwrap_or_default();
            let on = one.renewed_on.first().copied().map(show).unwrap_or_default();
            let words = format!(
                "{} is renewed by itself on {on}, the last day on which they help, until {until}. What you plan here comes on top.",
                self.target.name
            );
            return (format!("Your {} suffice.", self.position.state.program.credits_word), words);
        }
        if let (None, Some(latest)) = (least, latest) {
            let words = format!(
                "A renewal today would not move the date of {}. {} finished on {} keep it until {}.",
                self.target.name,
                self.credits(latest.credits),
                show(latest.on),
                show(latest.until)
            );
            return ("Nothing is to be gained today.".to_owned(), words);
        }
        let (Some(least), Some(best)) = (least, best) else {
            let words = format!("{} is renewed by an exam, or together with a higher certification.", self.target.name);
            return (format!("No {} renew this one now.", self.position.state.program.credits_word), words);
        };
        let (are, them) = if least == 1 { ("is", "it") } else { ("are", "them") };
        let lost = self.given_up(best);
        let lost = match lost {
            0 => "and not a day is lost.".to_owned(),
            days => format!("the latest that works; {} are given up.", count(days, "day", "days")),
        };
        let last = if best.on == self.target.expires_on { ", the last day," } else { "," };
        let words = format!("Finish {them} on {}{last} {lost}", show(best.on));
        (format!("{} {are} enough for {}.", self.credits(least), self.target.name), words)
    }

    /// Days of the present period that a renewal on that day gives up.
    fn given_up(&self, best: Best) -> i64 {
        ce_domain::calendar::days_between(best.on, self.target.expires_on).max(0)
    }

    /// What is offered on a day and has a number of credits everybody can count on.
    fn trainings(&self, on: Day) -> Vec<Training<'a>> {
        let claimed = |training: &Training<'_>| {
            let version = training.version_ref();
            self.person.claimed.iter().any(|claimed| claimed.item == version && claimed.cycle.holds(on))
        };
        let mut found: Vec<Training<'a>> = Vec::new();
        for item in &self.catalog.items {
            // Of an item its newest version: nobody plans to take an older one.
            let newest = item.versions.iter().find_map(|version| {
                let offered = |d: &&Delivery| d.offered_on(self.outlook.today()) && d.offered_on(on);
                let cheapest = version.deliveries.iter().filter(offered).min_by_key(|d| (d.credits, d.hours));
                cheapest.map(|delivery| Training { item, version, delivery })
            });
            // In one cycle a version can be claimed once: what was claimed is no new idea.
            found.extend(newest.filter(|training| !claimed(training)));
        }
        found
    }

    /// The trainings that earn enough with the fewest credits, and those that take the fewest hours.
    fn cheapest(&self, trainings: &[Training<'_>], needed: u32, best: Best) -> Vec<Suggestion> {
        let offers: Vec<Offer> = trainings
            .iter()
            .map(|training| Offer { credits: training.delivery.credits, hours: training.delivery.hours })
            .collect();
        let (few, quick) = (fewest_credits(&offers, needed), fewest_hours(&offers, needed));
        let both = few == quick;
        let mut found = Vec::new();
        if !few.is_empty() {
            let what = if both { "Fewest credits and hours, no exam" } else { "Fewest credits, no exam" };
            found.push(self.together(what, trainings, &few, needed, best));
        }
        if !quick.is_empty() && !both {
            found.push(self.together("Fewest hours, no exam", trainings, &quick, needed, best));
        }
        found
    }

    fn together(
        &self,
        what: &str,
        trainings: &[Training<'_>],
        places: &[usize],
        needed: u32,
        best: Best,
    ) -> Suggestion {
        let chosen: Vec<&Training<'_>> = places.iter().filter_map(|place| trainings.get(*place)).collect();
        let labels: Vec<String> = chosen.iter().map(|training| training.label()).collect();
        let earns: i64 = chosen.iter().map(|training| i64::from(training.delivery.credits)).sum();
        let hours: Option<u32> = chosen.iter().map(|training| training.delivery.hours).sum();
        let hours = hours.map(|hours| format!(" in about {}", count(i64::from(hours), "hour", "hours")));
        let words = format!(
            "{} {}{}. You need {needed}.",
            if chosen.len() == 1 { "It brings" } else { "Together they bring" },
            self.credits(earns),
            hours.unwrap_or_default()
        );
        let steps: Vec<(String, String)> = chosen
            .iter()
            .flat_map(|training| [("what".to_owned(), training.what(self.catalog)), ("day".to_owned(), show(best.on))])
            .collect();
        Suggestion {
            best: what.to_owned(),
            title: all(&labels.iter().map(String::as_str).collect::<Vec<_>>()),
            words,
            days: vec![("Finish by".to_owned(), best.on), ("Valid until".to_owned(), best.until)],
            link: (self.href(&steps), "Plan it".to_owned()),
        }
    }

    fn href(&self, steps: &[(String, String)]) -> String {
        let target = ("certification".to_owned(), self.target.code.clone());
        let values = steps.iter().chain(std::iter::once(&target));
        format!("/planner{}", query(values.map(|(name, value)| (name.as_str(), value.as_str()))))
    }

    /// By what it is renewed soonest.
    fn soonest(&self, least: Option<i64>) -> Result<Option<Suggestion>, Refusal> {
        let today = self.outlook.today();
        let pending: i64 = self.outlook.pending().map(|(_, credits, _)| credits).sum();
        let waiting = self.outlook.ahead(&[], true)?;
        let waiting = waiting.of(&self.target.code, self.target.earned_on).filter(|one| one.lasts_longer_by_the_plan());
        if let Some((on, until)) = waiting.and_then(|one| Some((*one.renewed_on.first()?, one.then?))) {
            return Ok(Some(Suggestion {
                best: "Soonest".to_owned(),
                title: "Wait for your claims".to_owned(),
                words: format!("{} are pending. There is nothing else to do.", self.credits(pending)),
                days: vec![("Renewed from".to_owned(), on), ("Valid until".to_owned(), until)],
                link: (self.href(&[("pending".to_owned(), "yes".to_owned())]), "See what that comes to".to_owned()),
            }));
        }
        let Some(least) = least else { return Ok(None) };
        let ahead = self.outlook.ahead(&[Step { work: Work::Credits(least), on: today }], false)?;
        let Some(one) = ahead.of(&self.target.code, self.target.earned_on) else { return Ok(None) };
        let Some((on, until)) = one.renewed_on.first().copied().zip(one.then) else { return Ok(None) };
        let lost = match one.given_up {
            0 => String::new(),
            _ => format!(" It gives up {}.", span(on, self.target.expires_on)),
        };
        let steps = [
            ("what".to_owned(), What::Credits(u32::try_from(least).unwrap_or(u32::MAX)).to_string()),
            ("day".to_owned(), show(today)),
        ];
        Ok(Some(Suggestion {
            best: "Soonest".to_owned(),
            title: format!("{} today", self.credits(least)),
            words: format!("Whatever you finish renews it on the day it is finished.{lost}"),
            days: vec![("Renewed from".to_owned(), on), ("Valid until".to_owned(), until)],
            link: (self.href(&steps), "Plan it".to_owned()),
        }))
    }

    /// The latest day on which training still helps, and how much it takes then: credits may have run out by that day.
    fn latest(&self, most: i64, anyway: Option<&Prospect>) -> Result<Option<Latest>, Refusal> {
        if anyway.is_some() {
            return Ok(None);
        }
        let mut found: Option<Latest> = None;
        for on in self.outlook.last_days(self.outlook.today()) {
            let Some(credits) = self.outlook.least_credits(on, most, &self.target.code, self.target.earned_on)? else {
                continue;
            };
            let ahead = self.outlook.ahead(&[Step { work: Work::Credits(credits), on }], false)?;
            let until = ahead.of(&self.target.code, self.target.earned_on).and_then(|one| one.then);
            if let Some(until) = until.filter(|until| found.is_none_or(|known| *until > known.until)) {
                found = Some(Latest { on, credits, until });
            }
        }
        Ok(found)
    }

    fn latest_card(&self, latest: Latest) -> Suggestion {
        let Latest { on, credits, until } = latest;
        let window = self.position.state.program.claim.window_days;
        let steps = [
            ("what".to_owned(), What::Credits(u32::try_from(credits).unwrap_or(u32::MAX)).to_string()),
            ("day".to_owned(), show(on)),
        ];
        Suggestion {
            best: "Latest that still works".to_owned(),
            title: format!("{} on {}", self.credits(credits), show(on)),
            words: format!(
                "Any training that ends on that day. The claim may come later, up to {}.",
                count(i64::from(window), "day", "days")
            ),
            days: vec![("Renewed from".to_owned(), on), ("Valid until".to_owned(), until)],
            link: (self.href(&steps), "Plan it".to_owned()),
        }
    }

    /// One exam that renews it by itself, where there is one.
    fn by_exam(&self) -> Result<Option<Suggestion>, Refusal> {
        let remaining = &self.outlook.now().remaining;
        let of_it = |open: &&ce_domain::recert::Remaining| {
            open.certification == self.target.code && open.earned_on == self.target.earned_on
        };
        let ways = remaining.iter().find(of_it).map(|open| open.options.as_slice()).unwrap_or_default();
        let one = ways.iter().find_map(|way| match (way.credits, way.exams.as_slice()) {
            (0, [exam]) if exam.count == 1 => Some((way, exam.of.first()?.clone())),
            _ => None,
        });
        let Some((way, kind)) = one else { return Ok(None) };
        let work = Work::Exam(kind.clone());
        let Some(best) = self.outlook.best_day_for(&work, &self.target.code, self.target.earned_on)? else {
            return Ok(None);
        };
        let program = &self.position.state.program;
        let usable = self.position.usable();
        let words = if usable > 0 {
            format!("By exam alone. Your {} stay.", program.credits(usable))
        } else {
            "By exam alone.".to_owned()
        };
        let steps = [("what".to_owned(), What::Exam(kind).to_string()), ("day".to_owned(), show(best.on))];
        Ok(Some(Suggestion {
            best: format!("Without {}", program.credits_word),
            title: capitalised(&words::exams(program, &way.exams, false)),
            words,
            days: vec![("Pass by".to_owned(), best.on), ("Valid until".to_owned(), best.until)],
            link: (self.href(&steps), "Plan it".to_owned()),
        }))
    }

    /// Training that is enough by itself, what is just enough first.
    fn fits(&self, trainings: &[Training<'_>], needed: i64, most: i64) -> Vec<Fit> {
        // What earns many times as much is something else than a way to renew this.
        let enough = |credits: i64| credits >= needed && credits <= needed.saturating_mul(4).max(most);
        let mut enough: Vec<&Training<'_>> =
            trainings.iter().filter(|training| enough(i64::from(training.delivery.credits))).collect();
        enough.sort_by_key(|training| (training.delivery.credits, training.delivery.hours.unwrap_or(u32::MAX)));
        enough
            .into_iter()
            .take(FITS_SHOWN)
            .map(|training| {
                let kind = self.catalog.type_of(training.delivery);
                let credits = i64::from(training.delivery.credits);
                Fit {
                    what: training.what(self.catalog),
                    label: training.label(),
                    href: format!("/catalog/{}", training.item.slug),
                    kind: kind.map(|kind| (kind.name.clone(), kind.icon.clone())).unwrap_or_default(),
                    credits,
                    hours: training.delivery.hours,
                    left: credits - needed,
                }
            })
            .collect()
    }
}
