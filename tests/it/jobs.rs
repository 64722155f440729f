//! What the server does by itself: of several servers on one database, one at a time.

use crate::common::{TestApp, now};
use ce_portal::server::clock::Clock;
use ce_portal::server::db::leases;
use ce_portal::server::error::Fault;
use ce_portal::server::jobs::{LEASE, settle_in_turn};
use ce_portal::server::settle::{self, BATCH};
use ce_portal::transaction;
use chrono::TimeDelta;

/// The machine's clock, which stands still.
fn machine() -> Clock {
    Clock::manual(chrono_tz::UTC, now())
}

async fn people(app: &TestApp, how_many: i64) {
    for _ in 0..how_many {
        app.profile("Somebody").await;
    }
}

db_test! {
    async fn of_two_servers_each_profile_is_settled_by_one(app: TestApp) {
        people(&app, 5).await;
        let (one, other, machine) = (app.state.clone(), app.state.clone(), machine());
        let (first, second) = tokio::join!(settle_in_turn(&one, "one", &machine), settle_in_turn(&other, "other", &machine));
        let (first, second) = (first.expect("no fault"), second.expect("no fault"));
        assert_eq!(first.unwrap_or(0) + second.unwrap_or(0), 5, "{first:?} {second:?}");
        assert_eq!(app.number("SELECT count(*) AS settled FROM settlements").await, 5);
        assert_eq!(settle_in_turn(&other, "other", &machine).await.expect("no fault"), Some(0), "the lease was given back");
    }

    async fn when_a_server_dies_in_the_middle_another_goes_on_when_its_lease_has_run_out(app: TestApp) {
        people(&app, BATCH + 2).await;
        let (state, machine) = (&app.state, machine());
        // One server takes the lease, settles a batch, and is gone.
        let taken: Result<bool, Fault> = async {
            let now = machine.now();
            transaction!(app.db(), tx, ReadCommitted, {
                Ok(leases::take(tx.on(), "settling", "one", now + LEASE, now).await?)
            })
        }.await;
        assert!(taken.expect("no fault"));
        let settled = settle::next_batch(&state.db, &state.rules, &state.clock, &mut String::new()).await;
        assert_eq!(settled.expect("no fault"), u64::try_from(BATCH).unwrap());
        assert_eq!(settle_in_turn(state, "other", &machine).await.expect("no fault"), None, "it may still be at it");
        machine.advance(LEASE + TimeDelta::seconds(1));
        assert_eq!(settle_in_turn(state, "other", &machine).await.expect("no fault"), Some(2), "only what was left");
        assert_eq!(settle_in_turn(state, "one", &machine).await.expect("no fault"), Some(0));
    }

    async fn who_holds_on_to_the_lease_keeps_it_beyond_its_first_end(app: TestApp) {
        let machine = machine();
        let take = |holder: &'static str| {
            let (db, now) = (app.db().clone(), machine.now());
            async move {
                let taken: Result<bool, Fault> = transaction!(db, tx, ReadCommitted, {
                    Ok(leases::take(tx.on(), "settling", holder, now + LEASE, now).await?)
                });
                taken.expect("no fault")
            }
        };
        assert!(take("one").await);
        machine.advance(LEASE);
        assert!(take("one").await, "it holds on");
        machine.advance(LEASE);
        assert!(!take("other").await, "it is held until the second end");
        machine.advance(TimeDelta::seconds(1));
        assert!(take("other").await);
        assert!(!take("one").await, "and then it is somebody else's");
    }
}
