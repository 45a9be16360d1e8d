//! Who sits at a screen. Until accounts exist, people say who they are and the server listens to its own machine only.
//!
//! A session is operational state: it outlives a restart and is carried by a backup. The browser holds a random token, the
//! store its fingerprint.

use crate::house::House;
use rihla_kernel::{Actor, ActorKind, Fault, Instant, Purpose};
use rihla_packs::Role;
use rihla_store::Scoped;
use std::fmt::Write;

pub(crate) const COOKIE: &str = "rihla_session";
/// A session that nobody used for so long is over.
const IDLE_MS: i64 = 12 * 60 * 60 * 1000;
/// How often use is written down.
const TOUCH_MS: i64 = 10 * 60 * 1000;

/// Somebody at a screen.
#[derive(Clone, Debug)]
pub struct Person {
    /// The id of the Practitioner in the record, if they are one.
    pub practitioner: Option<String>,
    /// As the rail shows it.
    pub name: String,
    pub role: Role,
    /// The fingerprint of their session: tells two who gave the same name apart.
    pub(crate) session: String,
}

impl Person {
    pub fn actor(&self) -> Actor {
        match &self.practitioner {
            Some(id) => Actor::new(ActorKind::Person, &format!("Practitioner/{id}")),
            None => Actor::new(ActorKind::Person, &format!("role/{}", self.role.code)),
        }
    }

    /// Who wrote a draft: no other person is offered it. Without a name, a session is the closest there is to a person.
    pub(crate) fn author(&self) -> String {
        match &self.practitioner {
            Some(id) => format!("Practitioner/{id}"),
            None => format!("session/{}", self.session),
        }
    }

    pub fn may(&self, permission: &str) -> bool {
        self.role.permissions.iter().any(|right| right == permission)
    }
}

/// Operational state is written by the node: sessions come before anybody is known.
fn keeper(house: &House) -> Scoped {
    house.store().scoped(Actor::node("session"), Purpose::Operations)
}

/// Opens a session and returns the token that the browser keeps.
pub(crate) async fn open(house: &House, role: &str, practitioner: Option<&str>, name: &str) -> Result<String, Fault> {
    let mut token = String::with_capacity(32);
    for _ in 0..2 {
        _ = write!(token, "{:016x}", house.entropy().next_u64());
    }
    let kept = [role, practitioner.unwrap_or(""), name, &house.clock().now().0.to_string()].join("\n");
    keeper(house).commit(Vec::new(), Vec::new(), vec![(mark(&fingerprint(&token)), kept.into_bytes())]).await?;
    Ok(token)
}

/// Who holds this token now.
pub(crate) async fn find(house: &House, token: &str) -> Result<Option<Person>, Fault> {
    let session = fingerprint(token);
    let Some(kept) = house.store().mark(&mark(&session))? else { return Ok(None) };
    let text = String::from_utf8_lossy(&kept).into_owned();
    let mut lines = text.split('\n');
    let mut next = || lines.next().unwrap_or("");
    let (role, practitioner, name, used) = (next(), next(), next(), next().parse().map_or(Instant(0), Instant));
    let idle = house.clock().now().0.saturating_sub(used.0);
    let Some(role) = house.pack().roles.role(role).filter(|_| idle < IDLE_MS) else { return Ok(None) };
    if idle > TOUCH_MS {
        let kept = [&role.code, practitioner, name, &house.clock().now().0.to_string()].join("\n");
        keeper(house).commit(Vec::new(), Vec::new(), vec![(mark(&session), kept.into_bytes())]).await?;
    }
    let practitioner = Some(practitioner.to_owned()).filter(|id| !id.is_empty());
    Ok(Some(Person { practitioner, name: name.to_owned(), role: role.clone(), session }))
}

/// Whether a session is still open: what is sent without being asked for looks first.
pub(crate) fn is_open(house: &House, person: &Person) -> bool {
    matches!(house.store().mark(&mark(&person.session)), Ok(Some(_)))
}

pub(crate) async fn close(house: &House, token: &str) -> Result<(), Fault> {
    keeper(house).commit(Vec::new(), Vec::new(), vec![(mark(&fingerprint(token)), Vec::new())]).await.map(drop)
}

fn mark(session: &str) -> String {
    format!("session/{session}")
}

/// What the store keeps of a token: who reads the store cannot become who is in it.
fn fingerprint(token: &str) -> String {
    let mut out = String::with_capacity(32);
    for byte in ring::digest::digest(&ring::digest::SHA256, token.as_bytes()).as_ref().iter().take(16) {
        _ = write!(out, "{byte:02x}");
    }
    out
}
