//! Whether a claim can be taken: what the catalog, the profile's record and the record of completions say of it.
//!
//! It is asked twice: before anything is written, to answer most mistakes without holding others up, and once more in
//! the transaction that stores the claim, in which nothing it rests on can change any more.

use super::auth::Candidate;
use super::db::{self, Db, On, Tx, catalog, certifications, completions, evidence, providers};
use super::error::Fault;
use super::state::AppState;
use ce_domain::catalog::VersionRef;
use ce_domain::certification::Cycle;
use ce_domain::claim::{
    Checked, Choice, Claimant, Claimed, Draft, Period, Problem, Record, Status, check, differences,
};

/// What the facts are read from.
pub enum Source<'a> {
    /// The database as it is at this moment.
    Now(&'a Db),
    /// A transaction, which sees one state of it.
    In(&'a mut Tx),
}

impl Source<'_> {
    fn on(&mut self) -> On<'_> {
        match self {
            Source::Now(db) => db.read(),
            Source::In(tx) => tx.on(),
        }
    }
}

/// What is known about somebody, whatever they claim. `except` is the claim being changed: it does not stand in its own way.
///
/// # Errors
/// When the database says no.
pub async fn claimant(
    state: &AppState,
    from: &mut Source<'_>,
    who: &Candidate,
    except: &str,
) -> Result<Claimant, Fault> {
    let held = certifications::held(from.on(), &who.profile.id, &state.program).await?;
    let counting = db::claims::counting(from.on(), &who.profile.id).await?;
    let claimed = counting
        .into_iter()
        .filter(|claim| claim.id != except)
        .map(|claim| Claimed {
            claim: if claim.account_id == who.account_id { claim.id } else { String::new() },
            item: VersionRef { slug: claim.item_slug, number: claim.item_version },
            completed_on: claim.completed_on,
            cycle: Cycle { from: claim.cycle_from, until: claim.cycle_until },
        })
        .collect();
    Ok(Claimant { holdings: held.into_iter().map(|held| held.holding).collect(), claimed })
}

/// What the catalog says about the choices of a draft, with what they stand for.
pub struct Resolved {
    choice: Choice,
    chosen: Option<Chosen>,
}

/// What was chosen, when it is there to be chosen.
pub struct Chosen {
    /// The item version.
    pub version: catalog::Chosen,
    /// Who gave it.
    pub provider: providers::ProviderRow,
}

/// Finds what the choices of a draft stand for.
///
/// # Errors
/// When the database says no.
pub async fn resolve(state: &AppState, draft: &Draft) -> Result<Resolved, Fault> {
    let nothing = |choice| Resolved { choice, chosen: None };
    if draft.item.is_empty() {
        return Ok(nothing(Choice::NoItem));
    }
    let Some(reference) = VersionRef::parse(&draft.item) else { return Ok(nothing(Choice::UnknownItem)) };
    let Some(version) = catalog::version(state.db.read(), &reference).await? else {
        return Ok(nothing(Choice::UnknownItem));
    };
    let loaded = state.catalog.get(state).await?;
    let known = loaded.index.catalog();
    let delivery = known.version(&reference).and_then(|(_, version)| {
        version
            .deliveries
            .iter()
            .find(|delivery| known.type_of(delivery).is_some_and(|kind| kind.key == draft.item_type))
    });
    let Some(delivery) = delivery else {
        return Ok(nothing(if draft.item_type.is_empty() { Choice::NoType } else { Choice::UnknownType }));
    };
    if draft.provider.is_empty() {
        return Ok(nothing(Choice::NoProvider(vec![Period {
            from: delivery.offered_from,
            until: delivery.offered_until,
            credits: delivery.credits,
        }])));
    }
    let Some(provider) = providers::by_slug(state.db.read(), &draft.provider).await? else {
        return Ok(nothing(Choice::UnknownProvider));
    };
    // On which days it was offered is asked when it is judged.
    Ok(Resolved { choice: Choice::UnknownProvider, chosen: Some(Chosen { version, provider }) })
}

/// A draft that satisfies every rule, with what it stands for.
pub struct Ready<'a> {
    /// What was checked.
    pub checked: Checked,
    /// What was chosen.
    pub chosen: &'a Chosen,
    /// Whether the record of completions agrees with it.
    pub on_record: bool,
    /// A pending claim of somebody else that carries the certificate ID, which the record says is this claim's.
    pub takes_certificate_from: Option<String>,
}

/// Judges a draft.
///
/// # Errors
/// The outer one when the database says no; the inner one is everything that is wrong, in the order of the form.
pub async fn judge<'a>(
    state: &AppState,
    from: &mut Source<'_>,
    who: &Candidate,
    draft: &Draft,
    resolved: &'a Resolved,
    except: &str,
) -> Result<Result<Ready<'a>, Vec<Problem>>, Fault> {
    let mut draft = draft.clone();
    // A file that is not the sender's own, or that is gone, is no file.
    if !draft.evidence.is_empty() && evidence::owned(from.on(), &draft.evidence, &who.profile.id).await?.is_none() {
        draft.evidence = String::new();
    }
    let mut choice = resolved.choice.clone();
    if let Some(chosen) = &resolved.chosen {
        let periods =
            catalog::periods(from.on(), &chosen.version.version_id, &draft.item_type, &draft.provider).await?;
        if !periods.is_empty() {
            choice = Choice::Offered(periods);
        }
    }
    let person = claimant(state, from, who, except).await?;
    let rules = &state.program.claim;
    let validity = state.program.certification.validity_years;
    let checked = match check(&draft, &choice, &person, rules, validity, state.clock.today()) {
        Ok(checked) => checked,
        Err(problems) => return Ok(Err(problems)),
    };
    let Some(chosen) = &resolved.chosen else { return Ok(Err(vec![Problem::ProviderNotOffered])) };
    let mut ready = Ready { checked, chosen, on_record: false, takes_certificate_from: None };
    let Some(certificate_id) = &ready.checked.certificate_id else { return Ok(Ok(ready)) };
    let other = db::claims::with_certificate(from.on(), certificate_id, except).await?;
    // Whatever its record says: an ID that has earned credits earns no more.
    if matches!(other, Some((_, Status::Earned))) {
        return Ok(Err(vec![Problem::CertificateIdUsed]));
    }
    if let Some(record) = record(state, from, who, certificate_id).await? {
        let differences = differences(&record, &ready.checked, &draft.item_type);
        if !differences.is_empty() {
            return Ok(Err(differences));
        }
        ready.on_record = true;
    }
    match other {
        None => {}
        // Certificate IDs can be guessed: a claim that nobody has validated keeps them from nobody on record.
        Some((other, Status::Pending)) if ready.on_record => ready.takes_certificate_from = Some(other),
        Some(_) => return Ok(Err(vec![Problem::CertificateIdUsed])),
    }
    Ok(Ok(ready))
}

async fn record(
    state: &AppState,
    from: &mut Source<'_>,
    who: &Candidate,
    certificate_id: &str,
) -> Result<Option<Record>, Fault> {
    let Some(completion) = completions::find(from.on(), certificate_id).await? else { return Ok(None) };
    let (reference, item_label) = match catalog::reference_of(from.on(), &completion.version_id).await? {
        Some(chosen) => chosen,
        None => return Ok(None),
    };
    let same_account = completion.email_key == who.email.to_lowercase();
    let own_address = if same_account {
        None
    } else {
        let own = db::accounts::emails_of_profile(from.on(), &who.profile.id).await?;
        own.into_iter().find(|address| address.to_lowercase() == completion.email_key)
    };
    let type_name =
        state.program.item_type(&completion.item_type).map_or(completion.item_type.clone(), |kind| kind.name.clone());
    Ok(Some(Record {
        same_account,
        own_address,
        item: (reference, item_label),
        item_type: (completion.item_type, type_name),
        completed_on: completion.completed_on,
    }))
}
