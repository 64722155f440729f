//! The two comboboxes of the claim form: which item version, and from whom.

use super::catalog_store::{CatalogStore, Stored};
use super::combobox::{ComboList, ComboOption, Combobox, MOST};
use super::icon::Icon;
use crate::app::error::AppError;
use crate::app::pages::provider::choices::{ProviderChoice, ProviderChoices, providers_for};
use ce_domain::calendar::{Day, show};
use ce_domain::catalog::search::{Index, VersionHit, Words};
use ce_domain::catalog::{VersionRef, label};
use ce_domain::text::{count, fold};
use leptos::prelude::*;
use std::time::Duration;

/// How long after the last key the server is asked.
const PAUSE: Duration = Duration::from_millis(120);

/// Versions that match a text, best first, as options of a list.
pub fn item_options(index: &Index, text: &str, today: Day) -> ComboList {
    let (hits, total) = index.versions(&Words::new(text), today, MOST);
    ComboList {
        options: hits.iter().filter_map(|hit| item_option(index, *hit, today)).collect(),
        total: u32::try_from(total).unwrap_or(u32::MAX),
        ..ComboList::default()
    }
}

fn item_option(index: &Index, hit: VersionHit, today: Day) -> Option<ComboOption> {
    let catalog = index.catalog();
    let item = catalog.items.get(hit.item)?;
    let version = item.versions.get(hit.version)?;
    let mut detail = if version.number.is_empty() { "No version · ".to_owned() } else { String::new() };
    for (place, delivery) in version.deliveries.iter().enumerate() {
        if place > 0 {
            detail.push_str(", ");
        }
        detail.push_str(catalog.type_of(delivery).map_or("", |kind| kind.name.as_str()));
    }
    // What ended can still be claimed by who finished it before; the list says until when it was offered.
    if !version.offered_on(today)
        && let Some(last) = version.deliveries.iter().filter_map(|delivery| delivery.offered_until).max()
    {
        detail.push_str(", offered until ");
        detail.push_str(&show(last));
    }
    let least = version.deliveries.iter().map(|delivery| delivery.credits).min().unwrap_or(0);
    let most = version.deliveries.iter().map(|delivery| delivery.most_credits).max().unwrap_or(0);
    Some(ComboOption {
        key: VersionRef { slug: item.slug.clone(), number: version.number.clone() }.to_string(),
        text: label(&item.name, item.acronym.as_deref(), &version.number),
        label: item.title(),
        strong: version.number.clone(),
        detail,
        trailing: Some((most, catalog.credits(least, most))),
    })
}

/// `Item name and version`: chooses from the catalog in the browser. `chosen` becomes the reference of the version.
#[component]
pub fn ItemCombobox(
    /// Id of the control.
    id: &'static str,
    /// Its name in the form.
    name: &'static str,
    /// What stands in the field.
    value: RwSignal<String>,
    /// Reference of the version that was chosen.
    chosen: RwSignal<String>,
    /// What was chosen, its version apart: a name is longer than the field, and the version stands at its end.
    #[prop(into)]
    in_full: Signal<Option<(String, String)>>,
    /// Today: what is offered now comes first.
    today: Day,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// Told of what was chosen.
    #[prop(optional, into)]
    on_choose: Option<Callback<ComboOption>>,
) -> impl IntoView {
    let store = StoredValue::new(CatalogStore::here());
    let options = Memo::new(move |_| {
        let instead = |words: &str| ComboList { busy: true, instead: words.to_owned(), ..ComboList::default() };
        match store.with_value(CatalogStore::get) {
            Stored::Ready(index) => value.with(|text| item_options(&index, text, today)),
            Stored::Nothing | Stored::Loading => instead("Loading the catalog"),
            Stored::Failed => ComboList { busy: false, ..instead("The catalog could not be loaded.") },
        }
    });
    let failed = Memo::new(move |_| matches!(store.with_value(CatalogStore::get), Stored::Failed));
    let told = Callback::new(move |option| {
        if let Some(on_choose) = on_choose {
            on_choose.run(option);
        }
    });
    view! {
        <Combobox
            id=id
            name=name
            label="Item name and version"
            list_label="Items"
            hint="Start typing a name or an acronym. For a class, choose the version your student kit was issued for.".to_owned()
            value=value
            chosen=chosen
            options=options
            error=error
            in_full=in_full
            on_choose=told
            on_focus=move |()| store.with_value(CatalogStore::load)
        />
        <Show when=move || failed.get()>
            <div class="notice" data-kind="bad" role="alert">
                <Icon name="alert" />
                <p>
                    "The catalog could not be loaded. Check your connection. What you typed is kept. "
                    <button class="link" type="button" on:click=move |_| store.with_value(CatalogStore::load)>
                        "Load it again"
                    </button>
                </p>
            </div>
        </Show>
    }
}

/// Providers that match a text, those whose name begins so first.
fn provider_options(choices: &ProviderChoices, text: &str) -> ComboList {
    let words = Words::new(text);
    let begins = fold(text.trim());
    let matches = |choice: &ProviderChoice| {
        let place = fold(&format!("{} {}", choice.name, choice.country));
        words.iter().all(|word| place.contains(word)).then(|| (!place.starts_with(&begins), choice.clone()))
    };
    let mut found: Vec<(bool, ProviderChoice)> = choices.shown.iter().filter_map(matches).collect();
    found.sort_by_key(|(later, _)| *later);
    let total = if choices.complete() { u32::try_from(found.len()).unwrap_or(u32::MAX) } else { choices.total };
    let option = |choice: ProviderChoice| ComboOption {
        key: choice.slug,
        text: choice.name.clone(),
        label: choice.name,
        detail: choice.country,
        ..ComboOption::default()
    };
    ComboList {
        options: found.into_iter().take(MOST).map(|(_, choice)| option(choice)).collect(),
        total,
        ..ComboList::default()
    }
}

/// What is known of who offers the version and type at hand.
#[derive(Clone, Default, PartialEq)]
struct Known {
    choices: ProviderChoices,
    /// How many offer it, whatever was typed.
    of: u32,
    busy: bool,
    failed: Option<AppError>,
}

/// `Item provider`: chooses from who offers the version as the type. `chosen` becomes the provider's slug. The only
/// provider there is is chosen by itself; what no longer fits is emptied.
#[component]
pub fn ProviderCombobox(
    /// Id of the control.
    id: &'static str,
    /// Its name in the form.
    name: &'static str,
    /// Reference of the version; empty while none is chosen.
    #[prop(into)]
    version: Signal<String>,
    /// Key of the type; empty while none is chosen.
    #[prop(into)]
    item_type: Signal<String>,
    /// What stands in the field.
    value: RwSignal<String>,
    /// Slug of the provider that was chosen.
    chosen: RwSignal<String>,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// Told of what was chosen, also when it was chosen by itself.
    #[prop(optional, into)]
    on_choose: Option<Callback<ComboOption>>,
) -> impl IntoView {
    let known = RwSignal::new(Known::default());
    // Which question was asked last: an answer to an earlier one is not wanted any more.
    let asked = StoredValue::new(0u32);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let again = RwSignal::new(String::new());
    let ask = move |words: String, fresh: bool| {
        let (version, item_type) = (version.get_untracked(), item_type.get_untracked());
        asked.update_value(|asked| *asked += 1);
        let question = asked.get_value();
        known.update(|known| known.busy = true);
        leptos::task::spawn_local(async move {
            let answer = providers_for(version, item_type, words).await;
            if asked.try_get_value() != Some(question) {
                return;
            }
            match answer {
                Ok(choices) => {
                    let only = (fresh && choices.total == 1).then(|| choices.shown.first().cloned()).flatten();
                    let gone = fresh
                        && choices.complete()
                        && chosen.with_untracked(|slug| {
                            !slug.is_empty() && !choices.shown.iter().any(|choice| choice.slug == *slug)
                        });
                    let whole = choices.complete();
                    known.update(|known| {
                        let of = if fresh { choices.total } else { known.of };
                        *known = Known { of, choices, busy: false, failed: None };
                    });
                    let typed = value.get_untracked();
                    if fresh && !whole && chosen.with_untracked(String::is_empty) && !typed.trim().is_empty() {
                        // Typed before the answer came, and the answer is not all there is.
                        again.set(typed);
                    }
                    if gone {
                        chosen.set(String::new());
                        value.set(String::new());
                    }
                    if let Some(only) = only {
                        let option = ComboOption { key: only.slug, text: only.name, ..ComboOption::default() };
                        value.set(option.text.clone());
                        chosen.set(option.key.clone());
                        if let Some(told) = on_choose {
                            told.run(option);
                        }
                    }
                }
                Err(error) => known.update(|known| {
                    known.busy = false;
                    known.failed = Some(error);
                }),
            }
        });
    };
    let question = Memo::new(move |_| (version.get(), item_type.get()));
    Effect::new(move || {
        let ready = question.with(|(version, item_type)| !version.is_empty() && !item_type.is_empty());
        asked.update_value(|asked| *asked += 1);
        known.set(Known::default());
        if ready {
            ask(String::new(), true);
        }
    });
    Effect::new(move || {
        let words = again.get();
        if !words.is_empty() {
            ask(words, false);
        }
    });
    on_cleanup(move || {
        if let Some(timer) = timer.try_get_value().flatten() {
            timer.clear();
        }
    });
    let on_type = move |text: String| {
        // A whole list is narrowed right here; only of a longer one the server finds the best.
        let whole = known.with_untracked(|known| {
            known.failed.is_none() && known.of == known.choices.total && known.choices.complete()
        });
        if whole || version.with_untracked(String::is_empty) || item_type.with_untracked(String::is_empty) {
            return;
        }
        known.update(|known| known.busy = true);
        if let Some(timer) = timer.get_value() {
            timer.clear();
        }
        timer.set_value(set_timeout(move || ask(text, false), PAUSE).ok());
    };
    let waiting = Memo::new(move |_| version.with(String::is_empty) || item_type.with(String::is_empty));
    let options = Memo::new(move |_| {
        let instead = |words: &str| ComboList { instead: words.to_owned(), ..ComboList::default() };
        if waiting.get() {
            return instead("Choose the item and its type first.");
        }
        known.with(|known| match &known.failed {
            Some(error) => instead(&format!("{error}.")),
            None => ComboList { busy: known.busy, ..value.with(|text| provider_options(&known.choices, text)) },
        })
    });
    let hint = Memo::new(move |_| {
        if waiting.get() {
            return "Choose the item and its type first.".to_owned();
        }
        known.with(|known| match known.of {
            0 => "Type a company or a city.".to_owned(),
            1 => "One provider offers it.".to_owned(),
            of => format!(
                "{} offer it. Type a company or a city; ask yours which site name to select.",
                count(i64::from(of), "provider", "providers")
            ),
        })
    });
    let told = Callback::new(move |option| {
        if let Some(on_choose) = on_choose {
            on_choose.run(option);
        }
    });
    view! {
        <Combobox
            id=id
            name=name
            label="Item provider"
            list_label="Providers"
            hint=hint
            value=value
            chosen=chosen
            options=options
            error=error
            opens_when_pressed=true
            on_type=on_type
            on_choose=told
        />
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ce_domain::catalog::{Catalog, Delivery, Item, TypeLabel, Version};

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn index() -> Index {
        let delivery = |credits, most_credits, until: Option<&str>| Delivery {
            item_type: 0,
            credits,
            most_credits,
            offered_from: day("2020-01-01"),
            offered_until: until.map(day),
            hours: None,
        };
        let version = |number: &str, delivery| Version { number: number.to_owned(), deliveries: vec![delivery] };
        let item = |slug: &str, acronym: Option<&str>, versions| Item {
            slug: slug.to_owned(),
            name: "Core Technologies".to_owned(),
            acronym: acronym.map(str::to_owned),
            technology: None,
            versions,
        };
        Index::new(Catalog {
            revision: "r".to_owned(),
            credit_words: ["credit".to_owned(), "credits".to_owned()],
            types: vec![TypeLabel {
                key: "class".to_owned(),
                name: "Class".to_owned(),
                hint: String::new(),
                icon: String::new(),
            }],
            technologies: Vec::new(),
            items: vec![
                item("core", None, vec![version("", delivery(1, 1, None))]),
                item(
                    "encor",
                    Some("ENCOR"),
                    vec![version("1.2", delivery(24, 64, None)), version("1.1", delivery(64, 64, Some("2026-03-31")))],
                ),
            ],
        })
    }

    #[test]
    fn an_option_says_version_types_credits_and_until_when_it_was_offered() {
        let list = item_options(&index(), "encor", day("2026-11-23"));
        let said: Vec<_> = list
            .options
            .iter()
            .map(|option| (option.key.as_str(), option.strong.as_str(), option.detail.as_str()))
            .collect();
        assert_eq!(said, [("encor@1.2", "1.2", "Class"), ("encor@1.1", "1.1", "Class, offered until 31-Mar-2026")]);
        assert_eq!(list.options[0].text, "Core Technologies (ENCOR) 1.2");
        assert_eq!(list.options[0].trailing, Some((64, "24 to 64 credits".to_owned())));
    }

    #[test]
    fn an_item_without_versions_says_so() {
        let list = item_options(&index(), "core tech", day("2026-11-23"));
        let core = list.options.iter().find(|option| option.key == "core").expect("it is found");
        assert_eq!((core.detail.as_str(), core.text.as_str()), ("No version · Class", "Core Technologies"));
        assert_eq!(core.trailing, Some((1, "1 credit".to_owned())));
    }

    #[test]
    fn providers_are_narrowed_by_any_words_and_those_that_begin_so_come_first() {
        let choice = |name: &str| ProviderChoice {
            slug: name.to_lowercase(),
            name: name.to_owned(),
            country: "Portugal".to_owned(),
        };
        let shown = vec![choice("Example, Lisbon"), choice("Lisbon Academy"), choice("Porto")];
        let whole = ProviderChoices { total: 3, shown };
        let names = |choices: &ProviderChoices, text: &str| {
            let list = provider_options(choices, text);
            (list.options.into_iter().map(|option| option.label).collect::<Vec<_>>(), list.total)
        };
        assert_eq!(names(&whole, "lisbon"), (vec!["Lisbon Academy".to_owned(), "Example, Lisbon".to_owned()], 2));
        assert_eq!(names(&whole, "portugal porto"), (vec!["Porto".to_owned()], 1));
        let best = ProviderChoices { total: 900, ..whole };
        assert_eq!(names(&best, "lisbon").1, 900, "what the server counted, not what was sent");
    }
}
