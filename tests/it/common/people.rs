//! People to test with.

use super::client::Client;
use super::{TestApp, day, now};
use ce_domain::calendar::Day;
use ce_portal::execute;
use ce_portal::server::db::new_id;
use tokio::sync::OnceCell;

/// The password of everybody in the tests.
pub const PASSWORD: &str = "seven quiet herons";

/// Somebody with an account.
#[derive(Debug, Clone)]
pub struct Person {
    /// The account's address.
    pub email: String,
    /// The account.
    pub account_id: String,
    /// The profile it belongs to; empty when there is none.
    pub profile_id: String,
}

/// What a new person is like; [`Default`] is an active CCNP who accepted the terms.
#[derive(Debug, Clone)]
pub struct NewPerson<'a> {
    /// The name on the profile.
    pub name: &'a str,
    /// Whether the account is linked to a profile.
    pub profile: bool,
    /// Code, name, level, earned, expires; nothing held when empty.
    pub holds: Vec<(&'a str, &'a str, &'a str, Day, Option<Day>)>,
    /// Whether the current terms are accepted.
    pub terms: bool,
}

impl Default for NewPerson<'_> {
    fn default() -> Self {
        let ccnp = ("CCNP-ENT", "CCNP Enterprise", "professional", day("2024-09-01"), Some(day("2027-09-01")));
        NewPerson { name: "Ana Candidate", profile: true, holds: vec![ccnp], terms: true }
    }
}

impl TestApp {
    /// An active candidate with this address.
    pub async fn person(&self, email: &str) -> Person {
        self.person_like(email, &NewPerson::default()).await
    }

    /// Somebody with this address who is like that.
    pub async fn person_like(&self, email: &str, like: &NewPerson<'_>) -> Person {
        let profile_id = if like.profile { Some(self.profile(like.name).await) } else { None };
        let person = self.account(email, profile_id.as_deref()).await;
        if like.terms {
            self.accept_terms(&person).await;
        }
        if let Some(profile_id) = profile_id {
            for (code, name, level, earned_on, expires_on) in &like.holds {
                let certification_id = self.certification(code, name, level).await;
                self.holding(&profile_id, &certification_id, *earned_on, *expires_on).await;
            }
        }
        person
    }

    /// A second address of somebody's profile, terms accepted.
    pub async fn second_account(&self, person: &Person, email: &str) -> Person {
        let second = self.account(email, Some(&person.profile_id)).await;
        self.accept_terms(&second).await;
        second
    }

    /// A profile, with a candidate ID of its own; gives its id.
    pub async fn profile(&self, name: &str) -> String {
        let id = new_id(now());
        let number = rand::random::<u32>() % 100_000_000;
        execute!(
            self.db().write(),
            "INSERT INTO profiles (id, candidate_id, name, created_at) VALUES ($1, $2, $3, $4)",
            &id,
            format!("CSCO{number:08}"),
            name,
            now()
        )
        .expect("a profile is made");
        id
    }

    /// An account, terms not accepted.
    pub async fn account(&self, email: &str, profile_id: Option<&str>) -> Person {
        let account_id = new_id(now());
        execute!(
            self.db().write(),
            "INSERT INTO accounts (id, profile_id, email, email_key, password_hash, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
            &account_id,
            profile_id,
            email,
            email.to_lowercase(),
            self.password_hash().await,
            now()
        )
        .expect("an account is made");
        Person { email: email.to_owned(), account_id, profile_id: profile_id.unwrap_or_default().to_owned() }
    }

    /// Accepts the terms that are current on the clock's day.
    pub async fn accept_terms(&self, person: &Person) {
        let terms = self.state.program.terms_on(self.state.clock.today()).expect("there are terms");
        execute!(
            self.db().write(),
            "INSERT INTO terms_acceptances (account_id, version, accepted_at) VALUES ($1, $2, $3)",
            &person.account_id,
            &terms.version,
            now()
        )
        .expect("the terms are accepted");
    }

    /// A certification, made when it is not there; gives its id.
    pub async fn certification(&self, code: &str, name: &str, level: &str) -> String {
        execute!(
            self.db().write(),
            "INSERT INTO certifications (id, code, name, level) VALUES ($1, $2, $3, $4) ON CONFLICT (code) DO NOTHING",
            new_id(now()),
            code,
            name,
            level
        )
        .expect("a certification is made");
        self.text("SELECT id FROM certifications WHERE code = $1", code).await
    }

    /// Something a profile held when its record began, since a day; its cycle begins that day.
    pub async fn holding(&self, profile_id: &str, certification_id: &str, earned_on: Day, expires_on: Option<Day>) {
        let id = new_id(now());
        for sql in [
            "INSERT INTO starting_holdings (id, profile_id, certification_id, earned_on, cycle_start, expires_on, status_code)
                VALUES ($1, $2, $3, $4, $4, $5, 'CERT')",
            "INSERT INTO holdings (id, profile_id, certification_id, earned_on, cycle_start, expires_on, status_code)
                VALUES ($1, $2, $3, $4, $4, $5, 'CERT')",
        ] {
            execute!(self.db().write(), sql, &id, profile_id, certification_id, earned_on, expires_on)
                .expect("a holding is made");
        }
    }

    /// Somebody's browser, signed in.
    pub async fn signed_in(&self, person: &Person) -> Client {
        let client = self.client();
        let answer = client.post_form("/sign-in", &[("email", &person.email), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, 303, "signing in as {}: {}", person.email, answer.text());
        client
    }

    /// The one text a query gives.
    pub async fn text(&self, sql: &'static str, bind: &str) -> String {
        let (found,): (String,) = ce_portal::fetch_one!(self.db().write(), (String,), sql, bind).expect("a row");
        found
    }

    /// The one number a query gives.
    pub async fn number(&self, sql: &'static str) -> i64 {
        let (found,): (i64,) = ce_portal::fetch_one!(self.db().write(), (i64,), sql).expect("a row");
        found
    }

    async fn password_hash(&self) -> String {
        // The same for everybody: hashing is slow on purpose.
        static HASH: OnceCell<String> = OnceCell::const_new();
        let hash = HASH.get_or_init(|| async {
            self.state.hasher.hash(PASSWORD.to_owned()).await.expect("a password can be hashed")
        });
        hash.await.clone()
    }
}
