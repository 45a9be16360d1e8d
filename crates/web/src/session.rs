//! Who sits at a screen: an account in the role that it acts in.
//!
//! Sessions are the accounts' own (`rihla_identity`); what is kept here is the role that somebody with several chose, for
//! each session, and as a beginning for the next one.

use crate::desk::porter;
use crate::house::House;
use rihla_identity::{Account, AccountId, Present, Use};
use rihla_kernel::{Actor, Fault, Instant, Lang};
use rihla_packs::Role;
use std::fmt::Write;
use std::sync::Arc;

pub(crate) const COOKIE: &str = "rihla_session";

/// Somebody at a screen.
#[derive(Clone, Debug)]
pub struct Person {
    /// The id of the Practitioner in the record, if they are one.
    pub practitioner: Option<String>,
    /// As the rail shows it, in the reader's script.
    pub name: String,
    /// The role that they act in; they may hold others.
    pub role: Role,
    /// The id of the Location or Organization that the role is for; none: all of the site.
    pub unit: Option<String>,
    pub(crate) present: Arc<Present>,
}

impl Person {
    /// Whom the record's audit names.
    pub fn actor(&self) -> Actor {
        self.present.account.actor()
    }

    /// Who wrote a draft: no other person is offered it.
    pub fn author(&self) -> String {
        author(self.present.account.id)
    }

    /// Names the author in a page, so that a form that was begun by one person is not sent in by the next at this screen.
    pub fn mark(&self) -> String {
        mark_of(self.present.account.id)
    }

    pub fn may(&self, permission: &str) -> bool {
        self.role.permissions.iter().any(|right| right == permission)
    }

    /// Names their session; lets nobody in.
    pub(crate) fn session(&self) -> &str {
        &self.present.fingerprint
    }
}

fn author(id: AccountId) -> String {
    format!("Account/{}", id.to_text())
}

/// The mark of an account in pages and cookies: it is no key to anything.
pub(crate) fn mark_of(id: AccountId) -> String {
    let mut out = String::with_capacity(16);
    for byte in ring::digest::digest(&ring::digest::SHA256, author(id).as_bytes()).as_ref().iter().take(8) {
        // Writing into a String has no way to fail.
        _ = write!(out, "{byte:02x}");
    }
    out
}

/// A role at a place of this site, as somebody chooses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Acting {
    pub role: String,
    pub unit: Option<String>,
}

impl Acting {
    /// As it stands in forms and marks.
    pub fn text(&self) -> String {
        format!("{}/{}", self.role, self.unit.as_deref().unwrap_or(""))
    }
}

/// What somebody may act as here: the grants of this site whose role the pack knows.
pub(crate) fn choices(house: &House, account: &Account) -> Vec<Acting> {
    let here = account.grants.iter().filter(|grant| grant.site == house.site() && house.pack().roles.role(&grant.role).is_some());
    here.map(|grant| Acting { role: grant.role.clone(), unit: grant.unit.clone() }).collect()
}

/// In what somebody acts in this session: their only choice, or the one they made. None: they have to choose, or have none.
pub(crate) fn acting(house: &House, present: &Present) -> Result<Option<Acting>, Fault> {
    let mut choices = choices(house, &present.account);
    if choices.len() <= 1 {
        return Ok(choices.pop());
    }
    let chosen = chosen(house, &session_mark(&present.fingerprint))?;
    Ok(chosen.and_then(|chosen| choices.into_iter().find(|choice| choice.text() == chosen)))
}

fn session_mark(fingerprint: &str) -> String {
    format!("acting/session/{fingerprint}")
}

fn account_mark(id: AccountId) -> String {
    format!("acting/account/{}", id.to_text())
}

fn chosen(house: &House, mark: &str) -> Result<Option<String>, Fault> {
    let kept = house.store().mark(mark)?;
    Ok(kept.and_then(|kept| String::from_utf8_lossy(&kept).split_once('\n').map(|(_, chosen)| chosen.to_owned())))
}

/// Writes down in what somebody acts in this session, and where their next one begins.
pub(crate) async fn choose(house: &House, present: &Present, chosen: &Acting) -> Result<(), Fault> {
    let value = |until: i64| format!("{until}\n{}", chosen.text()).into_bytes();
    let marks = vec![(session_mark(&present.fingerprint), value(present.session.ends.0)), (account_mark(present.account.id), value(i64::MAX))];
    porter(house).commit_passing(marks).await
}

/// A new session begins with what its person chose in the one before it, or the last time.
pub(crate) async fn carry_on(house: &House, before: Option<&Present>, present: &Present) -> Result<(), Fault> {
    let choices = choices(house, &present.account);
    if choices.len() <= 1 {
        return Ok(());
    }
    let before = before.filter(|before| before.account.id == present.account.id);
    let of_before = before.map(|before| self::chosen(house, &session_mark(&before.fingerprint))).transpose()?.flatten();
    let last = match of_before {
        Some(chosen) => Some(chosen),
        None => chosen(house, &account_mark(present.account.id))?,
    };
    match choices.iter().find(|choice| last.as_ref().is_some_and(|last| *last == choice.text())) {
        Some(choice) => choose(house, present, choice).await,
        None => Ok(()),
    }
}

/// Who holds a token now, locked or not.
pub(crate) async fn present(house: &House, token: &str, who: Use) -> Result<Option<Present>, Fault> {
    house.identity().find(token, who).await
}

/// The person of a session, if they have a role to act in.
pub(crate) fn person(house: &House, present: &Arc<Present>, lang: Lang) -> Result<Option<Person>, Fault> {
    let Some(acting) = acting(house, present)? else { return Ok(None) };
    let Some(role) = house.pack().roles.role(&acting.role) else { return Ok(None) };
    let account = &present.account;
    let name = account.name(lang.tag()).to_owned();
    Ok(Some(Person { practitioner: account.practitioner.clone(), name, role: role.clone(), unit: acting.unit, present: present.clone() }))
}

/// Whether a page of theirs may still be sent something: the session goes on, unlocked, in the same role.
pub(crate) fn is_open(house: &House, person: &Person) -> bool {
    let Ok(Some(present)) = house.identity().still(person.session()) else { return false };
    let acts = acting(house, &present).ok().flatten();
    !present.locked && acts.is_some_and(|acts| acts.role == person.role.code && acts.unit == person.unit)
}

/// Takes away sessions that are over, what they acted in, and drafts that are past use.
pub(crate) async fn sweep(house: &House) {
    let over = || -> Result<Vec<(String, Vec<u8>)>, Fault> {
        let mut marks = crate::drafts::past_use(house)?;
        // Sessions end by the clock on the wall, also where time is played.
        let now = house.identity().now();
        let until = |kept: &[u8]| String::from_utf8_lossy(kept).split('\n').next().and_then(|until| until.parse().ok()).map_or(Instant(0), Instant);
        let acted = house.store().marks("acting/session/")?;
        marks.extend(acted.into_iter().filter(|(_, kept)| until(kept) <= now).map(|(name, _)| (name, Vec::new())));
        Ok(marks)
    };
    let swept = match over() {
        Ok(marks) if marks.is_empty() => Ok(()),
        Ok(marks) => porter(house).commit(Vec::new(), Vec::new(), marks).await.map(drop),
        Err(fault) => Err(fault),
    };
    let ended = house.identity().sweep().await.map(drop);
    for fault in [swept, ended].into_iter().filter_map(Result::err) {
        tracing::error!(code = fault.code, "sessions: {}", fault.text);
    }
}
