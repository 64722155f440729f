//! Areas whose code is loaded when one of their pages is first shown: nobody waits for the code of areas they do not open.
//!
//! One piece an area, not one a page, and few areas: whatever any of them share becomes a piece of its own, for each set of
//! sharers. Six areas make fifty pieces, nine made a hundred and eighty, and a page asked for a hundred of them.

use super::pages::{account, catalog, claim, dashboard, planner, provider, sharing, tracking};
use leptos::prelude::*;
use leptos_router::LazyRoute;
use std::future::Future;

/// Makes an area: a function whose code is a piece of its own, and a route for each of its pages.
macro_rules! area {
    ($area:ident, $preload:ident, $page:ident { $($name:ident => $component:path),+ $(,)? }) => {
        #[derive(Clone, Copy)]
        enum $page {
            $($name),+
        }

        #[lazy]
        fn $area(page: $page) -> AnyView {
            match page {
                $($page::$name => view! { <$component /> }.into_any()),+
            }
        }

        $(
            #[doc = concat!("The route of `", stringify!($component), "`.")]
            pub struct $name;

            impl LazyRoute for $name {
                fn data() -> Self {
                    $name
                }

                fn view(_this: Self) -> impl Future<Output = AnyView> {
                    $area($page::$name)
                }

                async fn preload() {
                    // A piece that does not come now is asked for again when the page is shown.
                    #[cfg(all(feature = "hydrate", target_arch = "wasm32"))]
                    let _ = $preload().await;
                }
            }
        )+
    };
}

// Who follows a claim comes from the dashboard, and need not load the combobox and the rules of the form.
area!(dashboard_area, __preload_dashboard_area, DashboardPages {
    Home => dashboard::Dashboard,
    Claim => claim::detail::ClaimPage,
});

area!(account_area, __preload_account_area, AccountPages {
    SignIn => account::sign_in::SignIn,
    Join => account::join::Join,
    ChoosePassword => account::join::ChoosePassword,
    Reset => account::reset::Reset,
    NewPassword => account::reset::NewPassword,
    ConfirmLink => account::link::ConfirmLink,
    Terms => account::terms::Terms,
    Access => account::access::Access,
    Account => account::home::Account,
    Calendar => account::calendar::Calendar,
});

// What is open to everybody.
area!(catalog_area, __preload_catalog_area, CatalogPages {
    Catalog => catalog::list::CatalogPage,
    Item => catalog::item::ItemPage,
    Directory => provider::directory::Directory,
    Verify => sharing::verify::VerifyPage,
    Verified => sharing::verify::VerifiedPage,
});

area!(claim_area, __preload_claim_area, ClaimPages {
    NewClaim => claim::form::NewClaim,
    EditClaim => claim::form::EditClaim,
});

area!(tracking_area, __preload_tracking_area, TrackingPages {
    Tracking => tracking::cards::Tracking,
    Tracked => tracking::detail::TrackedCertification,
    Expert => tracking::expert::ExpertTracker,
    Recertify => tracking::recertify::Recertify,
    Sharing => sharing::manage::SharingPage,
});

// Apart from tracking: only here the rules come along, to be asked in the browser.
area!(planner_area, __preload_planner_area, PlannerPages { Planner => planner::page::Planner });
