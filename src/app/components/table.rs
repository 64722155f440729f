//! Tables whose order and page are in the address: heads that sort, and links to pages. Works without a script.

use super::icon::Icon;
use ce_domain::list::{Columns, Page, Sort};
use leptos::prelude::*;

/// The head of a column: a button of the table's form that sorts by it, the other way round when pressed again.
pub fn sort_head<C: Columns>(
    form: &'static str,
    name: &'static str,
    sort: Sort<C>,
    column: C,
    number: bool,
) -> AnyView {
    let sorted = sort.column == column;
    let order = sorted.then_some(if sort.descending { "descending" } else { "ascending" });
    let icon = match (sorted, sort.descending) {
        (false, _) => "sort",
        (true, false) => "sort-up",
        (true, true) => "sort-down",
    };
    view! {
        <th scope="col" aria-sort=order class=number.then_some("num")>
            <button class="sort" form=form name=name value=sort.toggled(column)>
                {column.head()}
                <Icon name=icon />
            </button>
        </th>
    }
    .into_any()
}

/// `1–10 of 14` and links to the other pages. `href` gives the address of a page.
#[component]
pub fn Pager(
    /// Which page is shown, of how many.
    page: Page,
    /// What is paged, as `My Item(s)`.
    #[prop(into)]
    of: String,
    /// The address of a page.
    href: impl Fn(u32) -> String,
) -> impl IntoView {
    let numbers = page
        .window()
        .into_iter()
        .map(|number| match number {
            None => view! { <li><span aria-hidden="true">"…"</span></li> }.into_any(),
            Some(number) => {
                let current = (number == page.number).then_some("page");
                view! {
                    <li>
                        <a href=href(number) aria-current=current aria-label=format!("Page {number}")>{number}</a>
                    </li>
                }
                .into_any()
            }
        })
        .collect_view();
    let next = (page.number < page.of).then(|| {
        view! { <li><a href=href(page.number + 1) aria-label="Next page" rel="next"><Icon name="chevron-right" /></a></li> }
    });
    let total = ce_domain::text::thousands(i64::from(page.total));
    view! {
        <nav class="pager" aria-label=format!("Pages of {of}")>
            <p>{format!("{}–{} of {total}", page.first(), page.last())}</p>
            {(page.of > 1).then(|| view! { <ul>{numbers}{next}</ul> })}
        </nav>
    }
}
