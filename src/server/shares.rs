//! What holders show to others: making a link, taking it back, printing its code on a certificate, and what whoever has
//! the code gets to see.
//!
//! A code leads to what is true on the day somebody looks, and to nothing but what its holder chose. Codes that were never
//! given out, that have ended and that were taken back are all the same to a stranger.

use super::auth::throttle::{self, What};
use super::auth::{Candidate, ProfileInfo, SignedIn};
use super::db::certifications::{self, Held};
use super::db::shares::{self as stored, Chosen, NewShare, Share};
use super::db::{self, audit};
use super::error::Fault;
use super::state::AppState;
use super::tracking;
use crate::app::components::field::FieldError;
use crate::app::error::AppError;
use crate::app::pages::sharing::manage::{Link, SharingData};
use crate::app::pages::sharing::verify::{Holding, Standing, Verified};
use crate::transaction;
use axum::http::request::Parts;
use ce_domain::calendar::show;
use ce_domain::share::{CODE_LENGTH, Code, LONGEST_NOTE, Shows, Until, initials};
use ce_domain::text::tidy;

/// Looks of so short a time are one.
const SEEN_ONCE: chrono::TimeDelta = chrono::TimeDelta::minutes(1);

/// As many links as a profile may have that work.
pub const MOST_LINKS: i64 = 50;

/// What somebody wants to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// For whom.
    pub note: String,
    /// Whether it is whatever is active on the day somebody looks.
    pub everything_active: bool,
    /// Codes of certifications, where it is not.
    pub certifications: Vec<String>,
    /// What is shown besides.
    pub shows: Shows,
    /// For how long, as the form says it.
    pub until: String,
}

/// What came of making a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// It is there: its id.
    Link(String),
    /// It is not; what is wrong.
    Problems(Vec<FieldError>),
}

/// Where a code leads.
pub fn address(state: &AppState, code: &Code) -> String {
    format!("{}/verify/{}", state.config.public_url.trim_end_matches('/'), code.shown())
}

/// Makes a link.
///
/// # Errors
/// When the database says no.
pub async fn make(state: &AppState, who: &SignedIn, profile: &ProfileInfo, wanted: &Wanted) -> Result<Made, AppError> {
    let (note, today) = (tidy(&wanted.note), state.clock.today());
    let mut problems = Vec::new();
    if note.chars().count() > LONGEST_NOTE {
        problems.push(FieldError::new("note", format!("Make the note shorter: {LONGEST_NOTE} characters at most")));
    }
    let chosen: Vec<&String> = who
        .held
        .iter()
        .map(|held| &held.holding.certification)
        .filter(|code| wanted.certifications.contains(code))
        .fold(Vec::new(), |mut once, code| {
            if !once.contains(&code) {
                once.push(code);
            }
            once
        });
    if chosen.is_empty() && !wanted.everything_active {
        problems.push(FieldError::new("show-active", "Choose what the link shows: at least one certification"));
    }
    let Some(until) = Until::parse(&wanted.until).filter(|_| problems.is_empty()) else {
        if Until::parse(&wanted.until).is_none() {
            problems.push(FieldError::new("until-30-days", "Choose how long the link works"));
        }
        return Ok(Made::Problems(problems));
    };
    let (now, code) = (state.clock.now(), new_code());
    let id = db::new_id(now);
    let new = NewShare {
        id: &id,
        profile_id: &profile.id,
        code: code.key(),
        note: &note,
        everything_active: wanted.everything_active,
        certificate_of: None,
        shows: wanted.shows,
        created_at: now,
        ends_on: until.last_day(today),
    };
    let chosen: &[&String] = if wanted.everything_active { &[] } else { &chosen };
    let made: bool = transaction!(state.db, tx, {
        if stored::count_active(tx.on(), &profile.id, today).await? >= MOST_LINKS {
            return Ok(false);
        }
        stored::insert(tx.on(), &new).await?;
        for code in chosen {
            stored::add_certification(tx.on(), &id, code).await?;
        }
        let shows = new.shows.words().join(", ");
        audit::write(tx.on(), &done(&new, Some(&who.account_id), "share.made", &shows)).await?;
        Ok(true)
    })?;
    Ok(if made {
        Made::Link(id)
    } else {
        let words =
            format!("{MOST_LINKS} links work already. Revoke one that nobody needs any more, then make this one");
        Made::Problems(vec![FieldError::new("", words)])
    })
}

fn done<'a>(new: &'a NewShare<'a>, actor_id: Option<&'a str>, action: &'a str, detail: &'a str) -> audit::Done<'a> {
    audit::Done { at: new.created_at, actor_id, action, subject_kind: "share", subject_id: new.id, detail }
}

/// Takes a link back, or the code of a printed certificate. `false`: there is none that could be.
///
/// # Errors
/// When the database says no.
pub async fn revoke(state: &AppState, who: &SignedIn, profile: &ProfileInfo, id: &str) -> Result<bool, Fault> {
    let now = state.clock.now();
    transaction!(state.db, tx, ReadCommitted, {
        let revoked = stored::revoke(tx.on(), id, &profile.id, now).await?;
        if revoked {
            let entry = audit::Done {
                at: now,
                actor_id: Some(&who.account_id),
                action: "share.revoked",
                subject_kind: "share",
                subject_id: id,
                detail: "",
            };
            audit::write(tx.on(), &entry).await?;
        }
        Ok(revoked)
    })
}

/// The code that the certificate of a certification carries: the one it carried before, unless that was taken back.
///
/// # Errors
/// When the database says no.
pub async fn of_certificate(state: &AppState, who: &Candidate, certification: &str) -> Result<Code, Fault> {
    let profile_id = &who.profile.id;
    // Two may print it at once: the one that comes second finds what the first has made.
    for _ in 0..2 {
        if let Some(code) = stored::code_of_certificate(state.db.read(), profile_id, certification).await? {
            return Code::parse(&code).ok_or_else(|| Fault::Impossible("a stored code cannot be read".to_owned()));
        }
        let (now, code) = (state.clock.now(), new_code());
        let id = db::new_id(now);
        let new = NewShare {
            id: &id,
            profile_id,
            code: code.key(),
            note: "",
            everything_active: false,
            certificate_of: Some(certification),
            shows: Shows::CERTIFICATE,
            created_at: now,
            ends_on: None,
        };
        let made: Result<(), Fault> = transaction!(state.db, tx, ReadCommitted, {
            stored::insert(tx.on(), &new).await?;
            stored::add_certification(tx.on(), &id, certification).await?;
            audit::write(tx.on(), &done(&new, Some(&who.account_id), "share.printed", certification)).await?;
            Ok(())
        });
        match made {
            Ok(()) => return Ok(code),
            Err(Fault::Database(error)) if db::violated_key(&error).is_some() => {}
            Err(fault) => return Err(fault),
        }
    }
    Err(Fault::Busy("a certificate's code"))
}

fn new_code() -> Code {
    Code::of(rand::random::<[u8; CODE_LENGTH]>())
}

/// Everything a profile shows or has shown, and what it could show.
///
/// # Errors
/// [`AppError::Forbidden`] when the account belongs to no profile; when the database says no.
pub async fn list(state: &AppState, who: &SignedIn) -> Result<SharingData, AppError> {
    let profile = who.profile.as_ref().ok_or(AppError::Forbidden)?;
    let today = state.clock.today();
    let chosen = stored::certifications_of_profile(state.db.read(), &profile.id).await?;
    let shares = stored::of_profile(state.db.read(), &profile.id).await?;
    let (works, over) = shares.iter().partition::<Vec<&Share>, _>(|share| share.works_on(today));
    let links = |shares: Vec<&Share>| shares.into_iter().filter_map(|share| link(state, share, &chosen)).collect();
    let mut certifications: Vec<(String, String, String)> = Vec::new();
    for held in who.held.iter().rev() {
        let code = &held.holding.certification;
        if certifications.iter().all(|(known, ..)| known != code) {
            let active = state.counts_today(&held.holding);
            let stands = match held.holding.expires_on {
                None => "held for life".to_owned(),
                Some(day) if active => format!("valid until {}", show(day)),
                Some(day) => format!("ended on {}", show(day)),
            };
            certifications.push((code.clone(), held.name.clone(), stands));
        }
    }
    certifications.reverse();
    Ok(SharingData { works: links(works), over: links(over), certifications })
}

fn link(state: &AppState, share: &Share, chosen: &[Chosen]) -> Option<Link> {
    let code = Code::parse(&share.code)?;
    let names: Vec<String> =
        chosen.iter().filter(|chosen| chosen.share_id == share.id).map(|chosen| chosen.name.clone()).collect();
    Some(Link {
        id: share.id.clone(),
        title: match (share.kind.as_str(), share.note.as_str()) {
            ("certificate", _) => format!("Certificate of {}", names.join(", ")),
            (_, "") => "Link without a note".to_owned(),
            (_, note) => note.to_owned(),
        },
        address: address(state, &code),
        code: code.shown(),
        holds: if share.scope == "active" { vec!["whatever is active".to_owned()] } else { names },
        shows: share.shows().words().into_iter().map(str::to_owned).collect(),
        made_on: state.clock.day_of(share.created_at),
        ends_on: share.ends_on,
        revoked_on: share.revoked_at.map(|at| state.clock.day_of(at)),
        views: share.views,
        last_seen_on: share.last_seen_at.map(|at| state.clock.day_of(at)),
    })
}

/// What a code leads to, for whoever has typed it.
///
/// # Errors
/// [`AppError::NotFound`] when it leads to nothing today, whatever the reason; [`AppError::RateLimited`] when that was so
/// too often; when the database says no.
pub async fn look(state: &AppState, who: Option<&SignedIn>, parts: &Parts, typed: &str) -> Result<Verified, AppError> {
    let keys: Vec<throttle::Key> = throttle::key_of_network(state, What::Verify, parts).into_iter().collect();
    // Before it is looked up nothing is written: whoever looks at a code that works again and again holds nobody up.
    throttle::blocked(state, &keys).await?.map_err(|seconds| AppError::RateLimited { seconds })?;
    let (now, today) = (state.clock.now(), state.clock.today());
    let share = match Code::parse(typed) {
        Some(code) => stored::by_code(state.db.read(), code.key()).await?,
        None => None,
    };
    let Some(share) = share.filter(|share| share.works_on(today)) else {
        throttle::attempt(state, &keys).await?.map_err(|seconds| AppError::RateLimited { seconds })?;
        return Err(AppError::NotFound);
    };
    let verified = verified(state, &share).await?;
    // Whoever looks at their own is not somebody who was shown it.
    let own = who.and_then(|who| who.profile.as_ref()).is_some_and(|profile| profile.id == share.profile_id);
    // Somebody who reloads has looked once. That it cannot be counted must not keep anybody from looking.
    let lately = share.last_seen_at.is_some_and(|at| now - at < SEEN_ONCE);
    if !own
        && !lately
        && let Err(error) = stored::seen(state.db.write(), &share.id, now).await
    {
        tracing::warn!(cause = %error, "a look at a share could not be counted");
    }
    Ok(verified)
}

async fn verified(state: &AppState, share: &Share) -> Result<Verified, Fault> {
    let (today, shows) = (state.clock.today(), share.shows());
    let (name, candidate_id) = stored::holder(state.db.read(), &share.profile_id).await?;
    let held = certifications::held(state.db.read(), &share.profile_id, &state.program).await?;
    let latest = |code: &str| {
        let of_it = held.iter().filter(|held| held.holding.certification == code);
        of_it.max_by_key(|held| held.holding.earned_on)
    };
    let holdings: Vec<(String, Holding)> = if share.scope == "active" {
        let active = held.iter().filter(|held| state.counts_today(&held.holding));
        active.map(|held| (held.holding.certification.clone(), holding(state, held, shows))).collect()
    } else {
        let chosen = stored::certifications(state.db.read(), &share.id).await?;
        let of = |chosen: Chosen| {
            let not_held = || Holding::not_held(&chosen.name);
            let holding = latest(&chosen.code).map_or_else(not_held, |held| holding(state, held, shows));
            (chosen.code, holding)
        };
        chosen.into_iter().map(of).collect()
    };
    let (mut renewals, mut credits) = (None, None);
    if shows.renewals || shows.credits {
        let codes: Vec<&str> = holdings.iter().map(|(code, _)| code.as_str()).collect();
        let more = tracking::shown(state, &share.profile_id, &held, &codes).await?;
        renewals = shows.renewals.then_some(more.renewals);
        credits = shows.credits.then(|| state.program.credits(more.usable));
    }
    Ok(Verified {
        holder: if shows.name { name } else { initials(&name) },
        candidate_id: shows.candidate_id.then_some(candidate_id),
        as_of: today,
        holdings: holdings.into_iter().map(|(_, holding)| holding).collect(),
        dates: shows.dates,
        renewals,
        credits,
        site: state.config.public_url.clone(),
    })
}

fn holding(state: &AppState, held: &Held, shows: Shows) -> Holding {
    let holding = &held.holding;
    let active = state.counts_today(holding);
    Holding {
        name: held.name.clone(),
        level: state.program.level(&held.level).map(|level| level.name.clone()).unwrap_or_default(),
        standing: if active { Standing::Active } else { Standing::Ended },
        for_life: active && shows.dates && holding.expires_on.is_none(),
        earned_on: shows.dates.then_some(holding.earned_on),
        expires_on: holding.expires_on.filter(|_| shows.dates),
    }
}
