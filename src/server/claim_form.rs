//! What the claim form begins with: a new claim, one of an item's page, a correction, or what was posted without a script.

use super::auth::Candidate;
use super::catalog::Loaded;
use super::claim_check::{Source, claimant};
use super::claims::{self, Purpose, own};
use super::db::{self, catalog, drafts, evidence, providers};
use super::error::Fault;
use super::state::AppState;
use crate::app::error::AppError;
use crate::app::pages::claim::{ChosenVersion, Done, FormData, FormQuery, Posted, ProviderOptions, Sent, SentFile};
use ce_domain::calendar::show;
use ce_domain::catalog::search::Words;
use ce_domain::catalog::{VersionRef, label};
use ce_domain::claim::{Claimant, Draft, Status};
use ce_domain::program::Program;
use ce_domain::text::all;

/// Providers shown at once without a script.
const PROVIDERS_SHOWN: i64 = 50;

/// Everything the form begins with. `who` is missing only when the session ended before a form was posted.
///
/// # Errors
/// [`AppError::NotFound`] for somebody else's claim, [`AppError::Conflict`] for one that cannot be changed so, or when
/// the database says no.
pub async fn load(
    state: &AppState,
    who: Option<&Candidate>,
    query: &FormQuery,
    posted: Option<Posted>,
) -> Result<FormData, AppError> {
    let earlier = match who {
        Some(who) => earlier_claim(state, who, query).await?,
        None => None,
    };
    let (mut draft, problems, trouble, key) = match posted {
        Some(posted) => (posted.draft, posted.problems, posted.trouble, posted.key),
        None => (start(state, who, query, earlier.as_ref()).await?, Vec::new(), None, String::new()),
    };
    let key = if key.is_empty() { db::new_id(state.clock.now()) } else { key };
    let loaded = state.catalog.get(state).await?;
    let chosen = chosen(&loaded, &draft.item);
    let item_matches = if chosen.is_none() { item_matches(&loaded, state, &draft.item_text) } else { Vec::new() };
    if let Some(chosen) = &chosen {
        draft.item_text.clone_from(&chosen.label);
        // One choice is taken by itself.
        if let [only] = chosen.types.as_slice() {
            draft.item_type.clone_from(&only.key);
        }
    }
    let providers = provider_options(state, chosen.as_ref(), &mut draft).await?;
    let file = match who {
        Some(who) if !draft.evidence.is_empty() => sent_file(state, who, &draft.evidence).await?,
        _ => None,
    };
    if file.is_none() && who.is_some() {
        draft.evidence = String::new();
    }
    let person = match who {
        Some(who) => claimant(state, &mut Source::Now(&state.db), who, &query.edits).await?,
        None => Claimant::default(),
    };
    Ok(FormData {
        today: state.clock.today(),
        rules: state.program.claim.clone(),
        validity_years: state.program.certification.validity_years,
        claimant: person,
        email: who.map(|who| who.email.clone()).unwrap_or_default(),
        credit_words: (state.program.credit_word.clone(), state.program.credits_word.clone()),
        certificate_types: certificate_types(&state.program),
        notes: state
            .program
            .item_types
            .iter()
            .filter(|kind| !kind.claim_note.is_empty())
            .map(|kind| (kind.key.clone(), kind.claim_note.clone()))
            .collect(),
        draft,
        chosen,
        providers,
        item_matches,
        file,
        problems,
        trouble,
        key,
        before: earlier.as_ref().map(as_draft),
        denial: earlier.as_ref().and_then(|claim| {
            let reason = state.program.denial_reason(claim.denial_code.as_deref()?)?;
            Some(super::claim_detail::denial(state, reason, claim.completed_on, claim.denial_note.clone()))
        }),
        about: earlier.map(|claim| claim.item_label),
    })
}

/// Names of the types that a certificate of completion is asked for with.
fn certificate_types(program: &Program) -> String {
    let kinds = program.item_types.iter().filter(|kind| program.claim.certificate_required(&kind.key));
    all(&kinds.map(|kind| kind.name.as_str()).collect::<Vec<_>>())
}

async fn earlier_claim(
    state: &AppState,
    who: &Candidate,
    query: &FormQuery,
) -> Result<Option<db::claims::Claim>, AppError> {
    let (id, status) = match (query.corrects.as_str(), query.edits.as_str()) {
        ("", "") => return Ok(None),
        (id, "") => (id, Status::Denied),
        (_, id) => (id, Status::Pending),
    };
    own(state, who, id, status).await.map(Some)
}

async fn start(
    state: &AppState,
    who: Option<&Candidate>,
    query: &FormQuery,
    earlier: Option<&db::claims::Claim>,
) -> Result<Draft, Fault> {
    if let Some(claim) = earlier {
        return Ok(as_draft(claim));
    }
    if !query.item.is_empty() {
        return Ok(Draft {
            item: query.item.clone(),
            item_type: query.item_type.clone(),
            provider: query.provider.clone(),
            ..Draft::default()
        });
    }
    let Some(who) = who else { return Ok(Draft::default()) };
    let kept = drafts::find(state.db.read(), &who.account_id).await?;
    Ok(kept.and_then(|(fields, _)| serde_json::from_str(&fields).ok()).unwrap_or_default())
}

/// Sends what the form holds: a new claim, the correction of a denied one, or a change of a pending one. A change that
/// changes nothing is not made.
///
/// # Errors
/// As [`claims::send`].
pub async fn send(
    state: &AppState,
    who: &Candidate,
    draft: &Draft,
    key: &str,
    corrects: &str,
    edits: &str,
) -> Result<Sent, AppError> {
    if !edits.is_empty() && db::claims::submitted_with(state.db.read(), &who.account_id, key).await?.is_none() {
        let query = FormQuery { edits: edits.to_owned(), ..FormQuery::default() };
        let before = earlier_claim(state, who, &query).await?;
        if before.is_some_and(|claim| as_draft(&claim).says_the_same(draft)) {
            return Ok(Sent::Taken(edits.to_owned(), Done::Unchanged));
        }
    }
    let done = if edits.is_empty() { Done::Sent } else { Done::Changed };
    Ok(match claims::send(state, who, draft, key, Purpose::of(corrects, edits)).await? {
        claims::Sent::Taken(id) => Sent::Taken(id, done),
        claims::Sent::Problems(problems) => Sent::Problems(problems),
    })
}

/// A claim as its form was filled in.
fn as_draft(claim: &db::claims::Claim) -> Draft {
    Draft {
        item: VersionRef { slug: claim.item_slug.clone(), number: claim.item_version.clone() }.to_string(),
        item_text: claim.item_label.clone(),
        item_type: claim.item_type.clone(),
        provider: claim.provider_slug.clone(),
        provider_text: claim.provider_name.clone(),
        start: show(claim.started_on),
        completion: show(claim.completed_on),
        certificate_id: claim.certificate_id.clone().unwrap_or_default(),
        evidence: claim.evidence_id.clone().unwrap_or_default(),
    }
}

/// The version a reference stands for, with what it comes as.
pub fn chosen(loaded: &Loaded, reference: &str) -> Option<ChosenVersion> {
    ChosenVersion::find(loaded.index.catalog(), reference)
}

/// What words could mean: references and labels, best first, at most twenty.
fn item_matches(loaded: &Loaded, state: &AppState, text: &str) -> Vec<(String, String)> {
    let words = Words::new(text);
    if words.is_empty() {
        return Vec::new();
    }
    let known = loaded.index.catalog();
    let (hits, _) = loaded.index.versions(&words, state.clock.today(), 20);
    hits.into_iter()
        .filter_map(|hit| {
            let item = known.items.get(hit.item)?;
            let version = item.versions.get(hit.version)?;
            let reference = VersionRef { slug: item.slug.clone(), number: version.number.clone() };
            Some((reference.to_string(), label(&item.name, item.acronym.as_deref(), &version.number)))
        })
        .collect()
}

/// The version that words mean without a doubt: its whole label, or the only one that matches.
pub fn meant(loaded: &Loaded, state: &AppState, text: &str) -> Option<String> {
    let matches = item_matches(loaded, state, text);
    let exact = matches.iter().find(|(_, label)| ce_domain::text::fold(label) == ce_domain::text::fold(text.trim()));
    match (exact, matches.as_slice()) {
        (Some((reference, _)), _) | (None, [(reference, _)]) => Some(reference.clone()),
        _ => None,
    }
}

async fn provider_options(
    state: &AppState,
    chosen: Option<&ChosenVersion>,
    draft: &mut Draft,
) -> Result<Option<ProviderOptions>, Fault> {
    let Some(chosen) = chosen.filter(|chosen| chosen.type_choice(&draft.item_type).is_some()) else { return Ok(None) };
    let Some(reference) = VersionRef::parse(&chosen.reference) else { return Ok(None) };
    let Some(version) = catalog::version(state.db.read(), &reference).await? else { return Ok(None) };
    let typed =
        if draft.provider.is_empty() { ce_domain::text::fold(draft.provider_text.trim()) } else { String::new() };
    let (rows, found) =
        providers::offering(state.db.read(), &version.version_id, &draft.item_type, &typed, PROVIDERS_SHOWN).await?;
    // The only one there is, or the only one that is meant, is taken by itself.
    let exact = rows.iter().find(|row| ce_domain::text::fold(&row.name) == typed);
    let only = if found == 1 { rows.first() } else { exact };
    if let (true, Some(only)) = (draft.provider.is_empty(), only) {
        draft.provider.clone_from(&only.slug);
        draft.provider_text.clone_from(&only.name);
    } else if !draft.provider.is_empty() {
        match providers::by_slug(state.db.read(), &draft.provider).await? {
            Some(row) => draft.provider_text = row.name,
            None => draft.provider = String::new(),
        }
    }
    Ok(Some(ProviderOptions {
        total: u32::try_from(found).unwrap_or(u32::MAX),
        shown: rows.into_iter().map(|row| (row.slug, row.name)).collect(),
    }))
}

async fn sent_file(state: &AppState, who: &Candidate, id: &str) -> Result<Option<SentFile>, Fault> {
    let found = evidence::owned(state.db.read(), id, &who.profile.id).await?;
    Ok(found.map(|found| SentFile { id: found.id, file_name: found.file_name, size: found.size }))
}
