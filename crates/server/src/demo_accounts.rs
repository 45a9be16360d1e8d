//! Accounts for a demonstration: one for each role, with a password that is printed. Where the record knows somebody of that
//! role, the account is theirs.

use crate::accounts::Accounts;
use crate::failure::{Failure, exit};
use crate::node::Node;
use rihla_fhir::r4::tables;
use rihla_fhir::view::{Concept, HumanName, Look, Names, Script};
use rihla_identity::{DemoAccount, DisplayName, Grant, Profile, fold_login};
use rihla_kernel::{Entropy, Lang};
use rihla_packs::Role;
use rihla_store::query::Handling;
use rihla_store::{Scoped, Stored};
use rihla_web::look;

/// People looked through for somebody of each role.
const LOOKED_AT: &str = "1000";

/// Somebody of the record who works here.
#[derive(Clone, Debug)]
struct Worker {
    id: String,
    role: String,
}

/// Makes those that are not there yet, and says login, password, role and name, with tabs between.
pub async fn make(node: &Node, accounts: &Accounts, practitioners: &[String], say: &mut (dyn FnMut(&str) + Send)) -> Result<(), Failure> {
    let record = node.for_task("demo");
    let workers = workers(node, &record)?;
    let password = password(node.entropy.as_ref());
    let mut wanted = Vec::new();
    for role in &node.pack.roles.list {
        let worker = workers.iter().find(|worker| worker.role == role.code);
        wanted.push((role, role.code.clone(), worker.map(|worker| worker.id.clone())));
    }
    for id in practitioners {
        let worker = workers.iter().find(|worker| worker.id == *id);
        let role = worker.and_then(|worker| node.pack.roles.role(&worker.role));
        let role = role.ok_or_else(|| Failure::new(exit::FAILED, format!("Practitioner/{id} has no active role that the pack knows")))?;
        wanted.push((role, id.to_lowercase(), Some(id.clone())));
    }
    let taken: Vec<String> = accounts.identity.accounts()?.into_iter().map(|account| account.login).collect();
    for (role, login, practitioner) in wanted {
        if fold_login(&login).is_some_and(|login| taken.contains(&login)) {
            continue;
        }
        let names = practitioner.as_deref().map_or_else(Vec::new, |id| names_of(&record, id));
        let names = if names.is_empty() { of_role(role) } else { names };
        let shown = names.first().map_or_else(String::new, |name| name.text.clone());
        let profile = Profile { login: login.clone(), names, grants: vec![Grant::new(&role.code, node.site, None)], practitioner };
        accounts.identity.demo(vec![DemoAccount { profile, password: password.clone() }]).await?;
        say(&format!("{login}\t{password}\t{}\t{shown}", role.names.get("fr").map_or(role.code.as_str(), String::as_str)));
    }
    Ok(())
}

/// Of this store alone: nobody learns from one demonstration how to come into another.
fn password(entropy: &dyn Entropy) -> String {
    const SIGNS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let mut bits = u128::from(entropy.next_u64()) << 64 | u128::from(entropy.next_u64());
    let mut out = String::from("demo");
    for at in 0..12 {
        if at % 4 == 0 {
            out.push('-');
        }
        let sign = SIGNS.get((bits % SIGNS.len() as u128) as usize).copied().unwrap_or(b'x');
        out.push(char::from(sign));
        bits /= SIGNS.len() as u128;
    }
    out
}

/// French first: it is what a reader of another language is shown.
fn of_role(role: &Role) -> Vec<DisplayName> {
    ["fr", "ar", "en"].into_iter().filter_map(|lang| Some(DisplayName::new(lang, role.names.get(lang)?))).collect()
}

/// Who works here, by their PractitionerRole, in the order of their ids.
fn workers(node: &Node, record: &Scoped) -> Result<Vec<Worker>, Failure> {
    let Some(ty) = tables().resource_type("PractitionerRole") else { return Ok(Vec::new()) };
    let pairs = [("active", "true"), ("_count", LOOKED_AT)].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let (query, _) = record.query(&[ty], &pairs, Handling::Lenient)?;
    let worker = |stored: &Stored| {
        look(stored, |role| {
            let id = role.reference("practitioner.reference", "Practitioner")?.into_owned();
            let codes = role.all("code").into_iter().flat_map(|concept| Concept(concept).codings()).filter_map(|coding| coding.text("code"));
            let role = codes.into_iter().find(|code| node.pack.roles.role(code).is_some())?.into_owned();
            Some(Worker { id, role })
        })
        .flatten()
    };
    let mut found: Vec<Worker> = record.search(&query)?.matches.iter().filter_map(worker).collect();
    found.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(found)
}

/// The names of a Practitioner in both scripts, as far as the record has them.
fn names_of(record: &Scoped, id: &str) -> Vec<DisplayName> {
    let stored = tables().resource_type("Practitioner").and_then(|ty| record.read(ty, id).ok());
    let names = |stored: &Stored| {
        look(stored, |person| {
            let names = Names::of(person);
            let of = |lang: Lang, tag: &str| {
                let script = Script::of_lang(lang);
                names.first(script).filter(|name| name.script() == script).map(HumanName::formal).map(|name| DisplayName::new(tag, &name))
            };
            [of(Lang::French, "fr"), of(Lang::Arabic, "ar")].into_iter().flatten().collect::<Vec<_>>()
        })
    };
    stored.as_ref().and_then(names).unwrap_or_default()
}
