//! What e-learning systems report: who completed what, under which certificate ID. A claim with that ID is decided by it.

use super::{Change, Context, Outcome, Report, Table, choices};
use crate::server::db::{Tx, imports, new_id};
use crate::server::error::Fault;
use ce_domain::account::Email;
use ce_domain::claim::parse_certificate_id;
use ce_domain::text::count;
use indicatif::ProgressBar;
use std::collections::{HashMap, HashSet};

/// The columns of the file. The certificate ID is what a row is known by.
pub const COLUMNS: &[&str] =
    &["certificate_id", "account_email", "item_name", "acronym", "version", "item_type", "completed_on"];

pub(super) async fn apply(
    tx: &mut Tx,
    context: Context<'_>,
    table: &Table,
    bar: &ProgressBar,
) -> Result<Outcome, Fault> {
    let mut errors = Vec::new();
    let items: HashMap<(String, String), String> =
        imports::items(tx.on()).await?.into_iter().map(|item| ((item.name, item.acronym), item.id)).collect();
    let versions: HashMap<(String, String), String> =
        imports::versions(tx.on()).await?.into_iter().map(|v| ((v.item_id, v.version), v.id)).collect();
    let deliveries: HashSet<(String, String)> = imports::deliveries(tx.on()).await?.into_iter().collect();
    let stored: HashMap<String, imports::Completion> = imports::completions(tx.on())
        .await?
        .into_iter()
        .map(|completion| (completion.certificate_id.clone(), completion))
        .collect();

    let mut lines: HashMap<String, u64> = HashMap::new();
    let mut rows: Vec<imports::Completion> = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let mut fields = table.fields(row, &mut errors);
        let prefix = &context.program.claim.certificate_id_prefix;
        let certificate_id = match parse_certificate_id(fields.value("certificate_id"), prefix) {
            Ok(Some(id)) => Some(id),
            Ok(None) => {
                fields.wrong("certificate_id", "is empty: a completion without an ID cannot be found by a claim");
                None
            }
            Err(_) => {
                let reason = format!("must begin with {prefix} and have only letters, digits and hyphens after it");
                fields.wrong("certificate_id", reason);
                None
            }
        };
        if let Some(before) = certificate_id.as_ref().and_then(|id| lines.insert(id.clone(), row.line)) {
            fields.wrong("certificate_id", format!("stands on line {before} already: an ID is one completion's only"));
        }
        let email = Email::parse(fields.value("account_email"));
        if email.is_none() {
            fields.wrong("account_email", "is no e-mail address: write the one the training was taken with");
        }
        let mut item_type = fields.required("item_type", 60);
        if item_type.as_deref().is_some_and(|key| context.program.item_type(key).is_none()) {
            let keys = choices(context.program.item_types.iter().map(|kind| kind.key.as_str()));
            fields.wrong("item_type", format!("is no item type of this program: write one of {keys}"));
            item_type = None;
        }
        let version_id = match fields.required("item_name", 200) {
            None => None,
            Some(name) => match items.get(&(name, fields.value("acronym").to_owned())) {
                None => {
                    fields
                        .wrong("item_name", "is not in the catalog with this acronym: correct it, or import it first");
                    None
                }
                Some(item) => {
                    let version = versions.get(&(item.clone(), fields.value("version").to_owned()));
                    if version.is_none() {
                        fields.wrong("version", "the item has no such version: correct it, or import it first");
                    }
                    version.cloned()
                }
            },
        };
        let completed_on = fields.day("completed_on");
        if completed_on.is_some_and(|day| day > context.today) {
            fields.wrong("completed_on", "lies in the future: only what is finished can be reported");
        }
        let (Some(certificate_id), Some(email), Some(item_type), Some(version_id), Some(completed_on)) =
            (certificate_id, email, item_type, version_id, completed_on)
        else {
            continue;
        };
        if !deliveries.contains(&(version_id.clone(), item_type.clone())) {
            fields.wrong("item_type", "the catalog does not have this version as this type: correct it");
            continue;
        }
        let before = stored.get(&certificate_id);
        let completion = imports::Completion {
            id: before.map_or_else(|| new_id(context.now), |before| before.id.clone()),
            certificate_id,
            email_key: email.key(),
            version_id,
            item_type,
            completed_on,
            claimed: before.map_or(0, |before| before.claimed),
        };
        if before.is_some_and(|before| before.claimed > 0 && *before != completion) {
            fields.wrong(
                "certificate_id",
                "a claim has been decided by what was reported before, so it cannot change: deny that claim first",
            );
        }
        rows.push(completion);
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let mut report = Report::default();
    for completion in &rows {
        bar.inc(1);
        let change = match stored.get(&completion.certificate_id) {
            None => {
                imports::insert_completion(tx.on(), completion).await?;
                Change::Added
            }
            Some(before) if before == completion => Change::None,
            Some(_) => {
                imports::update_completion(tx.on(), completion).await?;
                Change::Changed
            }
        };
        report.count(change);
    }
    let clashing = imports::clashing_certificates(tx.on()).await?;
    if clashing > 0 {
        let claims = count(clashing, "pending claim carries", "pending claims carry");
        report.notes.push(format!(
            "{claims} a certificate ID that is on record for another address; whoever it is on record for can claim with it"
        ));
    }
    Ok(Ok(report))
}
