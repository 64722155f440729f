//! The world of the user guide: its certification table, its claims, its expert, and somebody of every role.
//!
//! What the guide dates, is dated so. What has to be fresh (claims that are waiting, a certification that is about to
//! end) is counted from today. It is all written in one transaction: an interrupted start leaves an empty database.

use super::{CANDIDATE, SignIn, random_password};
use crate::server::db::accounts::{self, NewAccount};
use crate::server::db::announcements::{self, Announcement};
use crate::server::db::claims::{self, NewClaim};
use crate::server::db::{Tx, audit, exams, imports, ledger, new_id, settings};
use crate::server::error::Fault;
use crate::server::files;
use crate::server::import::{self, Context, Kind, Table};
use crate::server::settle;
use crate::server::state::AppState;
use crate::transaction;
use ce_domain::account::{Email, Role};
use ce_domain::calendar::{Day, add_days, add_years, show, subtract_days, subtract_years};
use ce_domain::catalog::{label, offered_on};
use ce_domain::certification::{Holding, cycle_of};
use ce_domain::claim::Status;
use chrono::{DateTime, TimeDelta, Utc};
use indicatif::ProgressBar;
use std::collections::HashMap;
use std::fmt::Write;

const CERTIFICATIONS: &str = include_str!("../../../programs/cisco/certifications.csv");
const PROVIDERS: &str = include_str!("../../../programs/cisco/providers.csv");
const CATALOG: &str = include_str!("../../../programs/cisco/catalog.csv");

const HOME: &str = "candidate.home@example.com";
const EXPERT: &str = "expert@example.com";
const EXPERT_ID: &str = "CSCO10020031";
const PROVIDER: &str = "provider@example.com";

/// Everybody who can sign in, whose profile they are, what else they may do, and what they are for.
const PEOPLE: &[(&str, &str, Option<Role>, &str)] = &[
    (CANDIDATE, "CSCO10020030", None, "the guide's dashboard, and a CCNP that runs out within a year"),
    (HOME, "CSCO10020030", None, "the same person's second account"),
    (EXPERT, EXPERT_ID, None, "the guide's expert with 48 credits"),
    ("uncertified@example.com", "", None, "an account without a certification"),
    (PROVIDER, "", Some(Role::Provider), "a learning provider's staff"),
    ("author@example.com", "", Some(Role::Author), "an author of catalog items"),
    ("admin@example.com", "", Some(Role::Administrator), "an administrator"),
    ("admin2@example.com", "", Some(Role::Administrator), "a second administrator"),
];

/// Those who have accepted the terms. The candidate has not, so that the gate is seen.
const ACCEPTED: [&str; 2] = [HOME, EXPERT];

/// Fills an empty database with the world of the user guide, and tells how to sign in.
///
/// # Errors
/// When the database is not empty, the program is not the sample, or the database says no.
pub async fn demo(state: &AppState) -> Result<Vec<SignIn>, String> {
    if !super::is_empty(&state.db).await? {
        return Err("the database is not empty: demonstration data goes into an empty one only. \
                    Name another in DATABASE_URL, or remove this one"
            .to_owned());
    }
    let password = state.config.demo_password.clone().unwrap_or_else(random_password);
    let mut hashes = HashMap::new();
    for (email, ..) in PEOPLE {
        let hash = state.hasher.hash(password.clone()).await.map_err(|fault| fault.to_string())?;
        hashes.insert(*email, hash);
    }
    let world = World { state, now: state.clock.now(), today: state.clock.today(), hashes: &hashes };
    let written: Result<Result<(), String>, Fault> =
        async { transaction!(state.db, tx, { world.write(&mut tx).await }) }.await;
    written.map_err(|fault| format!("the demonstration data was not written: {fault}"))??;
    // Files cannot be part of the transaction; the demonstration works without them as well.
    if let Err(fault) = attach_certificates(state).await {
        tracing::warn!(cause = %fault, "the demonstration's certificates of completion were not kept");
    }
    Ok(PEOPLE
        .iter()
        .map(|(email, _, _, shows)| SignIn { email: (*email).to_owned(), password: password.clone(), shows })
        .collect())
}

/// Claims of types that ask for a certificate of completion come with one.
async fn attach_certificates(state: &AppState) -> Result<(), Fault> {
    for item_type in &state.program.claim.certificate_required_for {
        for (claim, account, item, completed_on) in imports::without_evidence(state.db.read(), item_type).await? {
            let content = certificate(&item, completed_on);
            let stream = futures::stream::iter([Ok::<_, std::convert::Infallible>(bytes::Bytes::from(content))]);
            match files::receive(state, &account, "certificate.pdf", stream).await? {
                Ok(evidence) => imports::attach(state.db.write(), &claim, &evidence.id).await?,
                Err(problem) => return Err(Fault::Impossible(problem.words().to_owned())),
            }
        }
    }
    Ok(())
}

/// A PDF of one page that says what was completed when.
fn certificate(item: &str, completed_on: Day) -> Vec<u8> {
    // Brackets and backslashes would end a text in PDF.
    let plain: String = item.chars().filter(|c| c.is_ascii() && !matches!(c, '(' | ')' | '\\')).collect();
    let page = format!(
        "BT /F 22 Tf 60 480 Td (Certificate of completion) Tj /F 13 Tf 0 -50 Td ({plain}) Tj 0 -26 Td (Completed on {}) Tj 0 -60 Td (Demonstration) Tj ET",
        show(completed_on)
    );
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 595] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{page}\nendstream", page.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut text = String::from("%PDF-1.4\n");
    let mut table = String::from("0000000000 65535 f \n");
    for (number, object) in (1..).zip(&objects) {
        let _ = writeln!(table, "{:010} 00000 n ", text.len());
        let _ = write!(text, "{number} 0 obj\n{object}\nendobj\n");
    }
    let start = text.len();
    let _ = write!(text, "xref\n0 6\n{table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    text.into_bytes()
}

/// Imports one of the sample program's files as part of a transaction.
pub(super) async fn import_sample(
    tx: &mut Tx,
    context: Context<'_>,
    kind: Kind,
    text: &str,
) -> Result<Result<(), String>, Fault> {
    let refused = |errors: Vec<import::RowError>| {
        let first = errors.first().map(|error| format!("line {}: {} {}", error.line, error.column, error.reason));
        format!(
            "the sample data does not fit the program: {kind:?}, {}. Take CE_PROGRAM away for it",
            first.unwrap_or_default()
        )
    };
    let table = match Table::read(kind.columns(), kind.optional_columns(), text.as_bytes()) {
        Ok(table) => table,
        Err(errors) => return Ok(Err(refused(errors))),
    };
    let outcome = import::apply(tx, context, kind, &table, &ProgressBar::hidden()).await?;
    Ok(outcome.map(|_| ()).map_err(refused))
}

/// The sample program's certifications and providers, which need no catalog.
pub(super) async fn import_basics(tx: &mut Tx, context: Context<'_>) -> Result<Result<(), String>, Fault> {
    for (kind, text) in [(Kind::Certifications, CERTIFICATIONS), (Kind::Providers, PROVIDERS)] {
        if let Err(refused) = import_sample(tx, context, kind, text).await? {
            return Ok(Err(refused));
        }
    }
    Ok(Ok(()))
}

/// What became of a claim.
enum Fate {
    Pending,
    /// Validated by the provider after so many days.
    Earned(u32),
    /// Earned at once: its certificate ID is on record.
    OnRecord(&'static str),
    /// Denied after so many days: code, note.
    Denied(u32, &'static str, &'static str),
    /// Taken back after so many days.
    Withdrawn(u32),
}

/// A claim of the demonstration.
struct Past {
    who: &'static str,
    item: (&'static str, &'static str, &'static str),
    item_type: &'static str,
    provider: &'static str,
    days: (Day, Day),
    sent_on: Day,
    fate: Fate,
}

struct World<'a> {
    state: &'a AppState,
    now: DateTime<Utc>,
    today: Day,
    hashes: &'a HashMap<&'static str, String>,
}

/// An instant on a day, in office hours of the program's zone.
fn noon(day: Day) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc() + TimeDelta::hours(19)
}

fn ymd(year: i32, month: u32, day: u32) -> Day {
    Day::from_ymd_opt(year, month, day).unwrap_or_default()
}

impl World<'_> {
    fn ago(&self, days: u32) -> Day {
        subtract_days(self.today, days)
    }

    async fn write(&self, tx: &mut Tx) -> Result<Result<(), String>, Fault> {
        let context = Context {
            program: &self.state.program,
            settling: self.state.settling(self.now),
            now: self.now,
            today: self.today,
        };
        if let Err(refused) = import_basics(tx, context).await? {
            return Ok(Err(refused));
        }
        let accounts = self.write_people(tx).await?;
        for (kind, text) in [
            (Kind::Catalog, CATALOG.to_owned()),
            (Kind::Holdings, self.holdings()),
            (Kind::Completions, self.completions()),
        ] {
            if let Err(refused) = import_sample(tx, context, kind, &text).await? {
                return Ok(Err(refused));
            }
        }
        if let Err(missing) = self.write_claims(tx, &accounts).await? {
            return Ok(Err(missing));
        }
        self.write_exams(tx).await?;
        for (profile_id, ..) in imports::profiles(tx.on()).await? {
            settle::profile(tx, self.state.settling(self.now), &profile_id).await?;
        }
        for announcement in self.announcements() {
            announcements::insert(tx.on(), &announcement, None).await?;
        }
        settings::set(tx.on(), settings::DEMO, "true").await?;
        Ok(Ok(()))
    }

    /// The accounts, without profiles: the holdings bring those and link them. Gives the id of each address.
    async fn write_people(&self, tx: &mut Tx) -> Result<HashMap<&'static str, String>, Fault> {
        let mut ids = HashMap::new();
        let at = noon(self.ago(30));
        for (address, _, role, _) in PEOPLE {
            let (Some(email), Some(password_hash)) = (Email::parse(address), self.hashes.get(address)) else {
                return Err(Fault::Impossible(format!("{address} is no address")));
            };
            let id = new_id(self.now);
            let account = NewAccount { id: &id, profile_id: None, email: &email, password_hash, created_at: at };
            accounts::insert(tx.on(), &account).await?;
            if let Some(role) = role {
                accounts::add_role(tx.on(), &id, *role).await?;
            }
            if let (true, Some(terms)) = (ACCEPTED.contains(address), self.state.program.terms_on(self.today)) {
                accounts::accept_terms(tx.on(), &id, &terms.version, at).await?;
            }
            ids.insert(*address, id);
        }
        Ok(ids)
    }

    /// When the candidate's CCNP was renewed that runs out in 203 days.
    fn renewed_on(&self) -> Day {
        subtract_years(add_days(self.today, 203), 3)
    }

    /// The guide's certification table, a CCNP that runs out in 203 days, and the guide's expert.
    fn holdings(&self) -> String {
        let mut rows = vec![import::holdings::COLUMNS.join(",")];
        let mut row = |email: &str, code: &str, earned: Day, cycle: Day, extended: Option<Day>, expires: Day| {
            let (id, name) =
                if email == EXPERT { (EXPERT_ID, "Robin Keller") } else { ("CSCO10020030", "Alex Moreno") };
            let extended = extended.map(|day| day.to_string()).unwrap_or_default();
            rows.push(format!("{id},{name},{email},{code},{earned},{cycle},{extended},{expires},CERT"));
        };
        let guide = ymd(2011, 1, 20);
        row(CANDIDATE, "CCIE-ISPDIAL", ymd(2002, 1, 20), guide, Some(guide), ymd(2017, 12, 31));
        row(CANDIDATE, "CCIE-RS", ymd(2004, 6, 11), guide, Some(guide), ymd(2019, 12, 31));
        row(CANDIDATE, "CCIE-SEC-OLD", ymd(2006, 3, 2), guide, Some(guide), ymd(2017, 12, 31));
        row(CANDIDATE, "CCDP", ymd(2003, 7, 6), guide, Some(guide), ymd(2040, 7, 6));
        let renewed = self.renewed_on();
        let (expires, earned) = (add_days(self.today, 203), subtract_years(renewed, 3));
        row(CANDIDATE, "CCNP-ENT", earned, renewed, Some(renewed), expires);
        row(HOME, "CCNA", earned, renewed, Some(renewed), expires);
        let (renewed, due) = (ymd(2021, 1, 29), ymd(2024, 1, 29));
        row(EXPERT, "CCIE-EI", ymd(2018, 1, 29), renewed, Some(renewed), due);
        if due < self.today {
            // The guide's expert was due in January 2024; another certification keeps the gate open for them since.
            let expires = add_days(self.today, 600);
            let earned = subtract_years(expires, 3);
            row(EXPERT, "CCIE-SEC", earned, earned, None, expires);
        }
        rows.join("\n")
    }

    /// Certificate IDs to try: one that agrees, one that is somebody else's, one that is used.
    fn completions(&self) -> String {
        let rows = [
            (
                "CDLL-DEMO-0001",
                CANDIDATE,
                "Implementing Secure Solutions with Virtual Private Networks,SVPN,1.1",
                self.ago(10),
            ),
            (
                "CDLL-DEMO-0002",
                "someone.else@example.com",
                "Implementing Cisco Enterprise Advanced Routing and Services,ENARSI,1.1",
                self.ago(20),
            ),
            ("CDLL-DEMO-0003", HOME, "Introducing Automation for Cisco Solutions,CSAU,1.1", ymd(2023, 5, 10)),
            ("CDLL-DEMO-0004", EXPERT, "Understanding Cisco Data Center Foundations,DCFNDU,1.1", self.ago(6)),
        ];
        let mut text = import::completions::COLUMNS.join(",");
        for (id, email, item, completed_on) in rows.into_iter().filter(|(.., day)| *day <= self.today) {
            let _ = write!(text, "\n{id},{email},{item},direct-delivery,{completed_on}");
        }
        text
    }

    /// The guide's claims, with its dates but for the two that are waiting; and some more, so that there are two pages.
    fn claims(&self) -> Vec<Past> {
        const AUTHORING: &str = "EPM (item authoring by SMEs)";
        let encor = "Implementing and Operating Cisco Enterprise Network Core Technologies";
        let past = |who, item, item_type, provider, days: (Day, Day), sent_after, fate| Past {
            who,
            item,
            item_type,
            provider,
            days,
            sent_on: add_days(days.1, sent_after),
            fate,
        };
        vec![
            past(
                CANDIDATE,
                ("ACI Programmability", "ACIPRG", "3.0"),
                "instructor-led",
                "Global Knowledge (Sweden)",
                (self.ago(16), self.ago(8)),
                5,
                Fate::Pending,
            ),
            past(
                CANDIDATE,
                ("Activity 15 Nov", "", ""),
                "activity",
                AUTHORING,
                (ymd(2021, 10, 2), ymd(2021, 11, 8)),
                12,
                Fate::Denied(4, "duplicate", "The activity of 01-Nov-2021 to 15-Nov-2021 was claimed before."),
            ),
            past(
                CANDIDATE,
                ("Activity 15 Nov", "", ""),
                "activity",
                AUTHORING,
                (ymd(2021, 11, 1), ymd(2021, 11, 15)),
                2,
                Fate::Earned(2),
            ),
            past(
                CANDIDATE,
                ("Activity 25 March1", "", ""),
                "activity",
                AUTHORING,
                (ymd(2020, 3, 3), ymd(2020, 3, 23)),
                1,
                Fate::Earned(3),
            ),
            past(
                CANDIDATE,
                (encor, "ENCOR", "1.2"),
                "instructor-led",
                "Example Learning, Lisbon",
                (ymd(2022, 9, 12), ymd(2022, 9, 16)),
                3,
                Fate::Earned(4),
            ),
            past(
                CANDIDATE,
                ("Designing Cisco Enterprise Networks", "ENSLD", "1.0"),
                "direct-delivery",
                "Cisco Learning Services",
                (self.ago(37), self.ago(21)),
                9,
                Fate::Pending,
            ),
            past(
                CANDIDATE,
                ("CyberOps Associate", "", ""),
                "academy",
                "Cisco Networking Academy, Tripura",
                (ymd(2022, 10, 1), ymd(2022, 10, 30)),
                2,
                Fate::Denied(9, "not-found", "The academy has no enrollment under this address."),
            ),
            past(
                CANDIDATE,
                ("Implementing Cisco SD-WAN Solutions", "SDWAN300", "1.0"),
                "instructor-led",
                "Copper Kettle Learning, Porto",
                (ymd(2022, 11, 7), ymd(2022, 11, 11)),
                3,
                Fate::Denied(6, "date-mismatch", "Our record says 14-Nov-2022 to 18-Nov-2022."),
            ),
            past(
                CANDIDATE,
                ("Item authoring for the professional exams", "", ""),
                "activity",
                AUTHORING,
                (self.ago(304), self.ago(290)),
                5,
                Fate::Earned(3),
            ),
            past(
                CANDIDATE,
                ("Containers for Network Engineers", "", ""),
                "devnet",
                "Cisco DevNet",
                (self.ago(203), self.ago(196)),
                2,
                Fate::Earned(1),
            ),
            past(
                CANDIDATE,
                ("Working with REST APIs", "", ""),
                "devnet",
                "Cisco DevNet",
                (self.ago(66), self.ago(62)),
                4,
                Fate::Earned(5),
            ),
            past(
                CANDIDATE,
                ("Network Security in Practice", "", ""),
                "learning-path",
                "Cisco U.",
                (self.ago(60), self.ago(46)),
                3,
                Fate::Denied(4, "date-mismatch", "Our record says it was finished a day later."),
            ),
            past(
                CANDIDATE,
                ("Data Center Automation Camp", "", ""),
                "bootcamp",
                "Cisco Learning Services",
                (self.ago(34), self.ago(30)),
                2,
                Fate::Withdrawn(1),
            ),
            past(
                HOME,
                ("Introducing Automation for Cisco Solutions", "CSAU", "1.1"),
                "direct-delivery",
                "Cisco Digital Learning",
                (ymd(2023, 5, 2), ymd(2023, 5, 10)),
                1,
                Fate::OnRecord("CDLL-DEMO-0003"),
            ),
            past(
                HOME,
                ("Advanced developer workshop 3140", "DEVWKS-3140", ""),
                "live",
                "Cisco Live US 2022 Las Vegas",
                (ymd(2022, 6, 14), ymd(2022, 6, 14)),
                9,
                Fate::Earned(5),
            ),
            past(
                EXPERT,
                ("DevNet Associate Fundamentals", "", ""),
                "devnet",
                "Cisco DevNet",
                (ymd(2021, 1, 30), ymd(2021, 2, 23)),
                2,
                Fate::Earned(2),
            ),
        ]
    }

    async fn write_claims(
        &self,
        tx: &mut Tx,
        accounts: &HashMap<&'static str, String>,
    ) -> Result<Result<(), String>, Fault> {
        let catalog = Catalog::read(tx).await?;
        let owners: HashMap<String, String> = imports::account_owners(tx.on())
            .await?
            .into_iter()
            .filter_map(|(id, _, profile)| Some((id, profile?)))
            .collect();
        let levels: HashMap<String, (String, String)> =
            imports::certifications(tx.on()).await?.into_iter().map(|c| (c.id, (c.code, c.level))).collect();
        let holdings = imports::holdings(tx.on()).await?;
        let decider = accounts.get(PROVIDER).map(String::as_str);
        let mut pasts = self.claims();
        // Entries of a ledger follow each other as they were decided.
        pasts.sort_by_key(|past| past.sent_on);
        // The guide's dates are fixed: with a clock that is set back, some of them are still to come.
        pasts.retain(|past| past.sent_on <= self.today);
        for past in &pasts {
            let (Some(account_id), Some((version_id, provider_id, credits))) =
                (accounts.get(past.who), catalog.find(past))
            else {
                // With a clock that is set back, what counts from today is older than the sample catalog's items.
                if self.today < ymd(2023, 5, 11) {
                    continue;
                }
                let what = label(past.item.0, Some(past.item.1), past.item.2);
                let when = show(past.days.1);
                return Ok(Err(format!("the sample catalog does not have {what} from {} on {when}", past.provider)));
            };
            let Some(profile_id) = owners.get(account_id) else {
                return Ok(Err(format!("{} has no profile", past.who)));
            };
            let held: Vec<Holding> = holdings
                .iter()
                .filter(|holding| holding.profile_id == *profile_id)
                .filter_map(|holding| {
                    let (code, level) = levels.get(&holding.certification_id)?;
                    Some(Holding {
                        certification: code.clone(),
                        rank: self.state.program.rank(level)?,
                        earned_on: holding.earned_on,
                        cycle_start: holding.cycle_start,
                        expires_on: holding.expires_on,
                    })
                })
                .collect();
            let validity = self.state.program.certification.validity_years;
            let Some(cycle) = cycle_of(&held, past.days.1, validity) else {
                return Ok(Err(format!("{} was not certified on {}", past.who, show(past.days.1))));
            };
            let (status, after, certificate_id, denial_code, denial_note) = match past.fate {
                Fate::Pending => (Status::Pending, None, None, None, ""),
                Fate::Earned(days) => (Status::Earned, Some(days), None, None, ""),
                Fate::OnRecord(id) => (Status::Earned, Some(0), Some(id), None, ""),
                Fate::Denied(days, code, note) => (Status::Denied, Some(days), None, Some(code), note),
                Fate::Withdrawn(days) => (Status::Withdrawn, Some(days), None, None, ""),
            };
            let submitted_at = noon(past.sent_on);
            let decided_at = after.map(|days| noon(add_days(past.sent_on, days)));
            let until = add_years(past.days.1, self.state.program.claim.credit_validity_years);
            let id = new_id(submitted_at);
            let kind = self.state.program.item_type(past.item_type);
            let new = NewClaim {
                id: &id,
                account_id,
                profile_id,
                version_id: &version_id,
                item_type: past.item_type,
                type_name: kind.map_or(past.item_type, |kind| &kind.name),
                provider_id: &provider_id,
                item_label: &label(past.item.0, Some(past.item.1), past.item.2),
                started_on: past.days.0,
                completed_on: past.days.1,
                credits,
                cycle_from: cycle.from,
                cycle_until: cycle.until,
                certificate_id,
                evidence_id: None,
                status,
                denial_code,
                denial_note,
                corrects_id: None,
                submitted_at,
                submitted_on: past.sent_on,
                decided_at,
                credits_until: (status == Status::Earned).then_some(until),
            };
            claims::insert(tx.on(), &new).await?;
            if let (Status::Earned, Some(recorded_at)) = (status, decided_at) {
                let entry = ledger::NewEntry {
                    profile_id,
                    claim_id: &id,
                    kind: ce_domain::ledger::Kind::Earned,
                    credits,
                    effective_on: past.days.1,
                    valid_until: until,
                    recorded_at,
                    renewal: None,
                    reverses: None,
                };
                ledger::append(tx, &entry).await?;
                if past.who != EXPERT && past.days.1 < self.renewed_on() {
                    // The guide's claims are older than this portal: what they did is in the holdings it began with.
                    imports::count_in_earlier_system(tx.on(), &id).await?;
                    let kind = ce_domain::ledger::Kind::Spent;
                    ledger::append(tx, &ledger::NewEntry { kind, credits: -credits, ..entry }).await?;
                }
            }
            self.write_history(tx, &new, &past.fate, decider).await?;
        }
        Ok(Ok(()))
    }

    /// The exam on the guide's tracker page, with which its expert was renewed.
    async fn write_exams(&self, tx: &mut Tx) -> Result<(), Fault> {
        let profiles = imports::profiles(tx.on()).await?;
        let Some((profile_id, ..)) = profiles.into_iter().find(|(_, candidate_id, _)| candidate_id == EXPERT_ID) else {
            return Ok(());
        };
        let taken_on = ymd(2021, 1, 29);
        let exam = exams::Exam {
            id: new_id(noon(taken_on)),
            profile_id,
            code: "300-410".to_owned(),
            name: "Implementing Cisco Enterprise Advanced Routing and Services".to_owned(),
            kind: "concentration".to_owned(),
            taken_on,
            score: Some(905),
            result: "pass".to_owned(),
            recorded_on: taken_on,
        };
        exams::insert(tx.on(), &exam).await?;
        Ok(())
    }

    async fn write_history(
        &self,
        tx: &mut Tx,
        claim: &NewClaim<'_>,
        fate: &Fate,
        decider: Option<&str>,
    ) -> Result<(), Fault> {
        let sender = Some(claim.account_id);
        let mut done = audit::Done {
            at: claim.submitted_at,
            actor_id: sender,
            action: "claim.submitted",
            subject_kind: "claim",
            subject_id: claim.id,
            detail: "",
        };
        audit::write(tx.on(), &done).await?;
        let Some(at) = claim.decided_at else { return Ok(()) };
        let (action, actor_id, detail) = match fate {
            Fate::Pending => return Ok(()),
            Fate::Earned(_) => ("claim.earned", decider, ""),
            Fate::OnRecord(_) => ("claim.earned", None, "certificate ID matched"),
            Fate::Denied(_, code, _) => ("claim.denied", decider, *code),
            Fate::Withdrawn(_) => ("claim.withdrawn", sender, ""),
        };
        done = audit::Done { at, actor_id, action, detail, ..done };
        audit::write(tx.on(), &done).await?;
        Ok(())
    }

    fn announcements(&self) -> [Announcement; 2] {
        let announcement = |days, title: &str, body: &str| Announcement {
            id: new_id(noon(self.ago(days))),
            title: title.to_owned(),
            body: body.to_owned(),
            published_at: noon(self.ago(days)),
        };
        [
            announcement(
                20,
                "Claim within 365 days",
                "A training counts if you claim it no later than 365 days after you completed it. Credits never arrive without a claim.",
            ),
            announcement(
                3,
                "New versions in the catalog",
                "ENCOR 1.4 and SCOR 2.0 have been added. For a class, choose the version your student kit was first issued for, even if your certificate names another.",
            ),
        ]
    }
}

/// Names of the catalog and what they stand for.
struct Catalog {
    versions: HashMap<(String, String, String), String>,
    providers: HashMap<String, String>,
    offerings: HashMap<(String, String, String), Vec<imports::Offering>>,
}

impl Catalog {
    async fn read(tx: &mut Tx) -> Result<Catalog, Fault> {
        let items: HashMap<String, (String, String)> =
            imports::items(tx.on()).await?.into_iter().map(|item| (item.id, (item.name, item.acronym))).collect();
        let versions = imports::versions(tx.on())
            .await?
            .into_iter()
            .filter_map(|version| {
                let (name, acronym) = items.get(&version.item_id)?.clone();
                Some(((name, acronym, version.version), version.id))
            })
            .collect();
        let providers = imports::providers(tx.on()).await?.into_iter().map(|p| (p.name, p.id)).collect();
        let mut offerings: HashMap<_, Vec<_>> = HashMap::new();
        for offering in imports::offerings(tx.on()).await? {
            let key = (offering.version_id.clone(), offering.item_type.clone(), offering.provider_id.clone());
            offerings.entry(key).or_default().push(offering);
        }
        Ok(Catalog { versions, providers, offerings })
    }

    /// Version, provider and credits of a claim, if the catalog had it on its completion date.
    fn find(&self, past: &Past) -> Option<(String, String, i64)> {
        let (name, acronym, version) = past.item;
        let version = self.versions.get(&(name.to_owned(), acronym.to_owned(), version.to_owned()))?;
        let provider = self.providers.get(past.provider)?;
        let periods = self.offerings.get(&(version.clone(), past.item_type.to_owned(), provider.clone()))?;
        let period = periods.iter().find(|o| offered_on(o.offered_from, o.offered_until, past.days.1))?;
        Some((version.clone(), provider.clone(), period.credits))
    }
}
