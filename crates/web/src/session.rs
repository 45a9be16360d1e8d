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
            // Two people without a name are not one: their sessions tell them apart.
            None => Actor::new(ActorKind::Person, &format!("role/{}/{}", self.role.code, self.session.get(..8).unwrap_or(""))),
        }
    }

    /// Who wrote a draft: no other person is offered it. Without a name, a session is the closest there is to a person.
    pub(crate) fn author(&self) -> String {
        match &self.practitioner {
            Some(id) => format!("Practitioner/{id}"),
            None => format!("session/{}", self.session),
        }
    }

    /// Names the author in a page, so that a form that was begun by one person is not sent in by the next at this screen.
    pub fn mark(&self) -> String {
        fingerprint(&self.author()).get(..16).unwrap_or("").to_owned()
    }

    pub fn may(&self, permission: &str) -> bool {
        self.role.permissions.iter().any(|right| right == permission)
    }
}

/// Operational state is written by the node: sessions come before anybody is known.
fn keeper(house: &House) -> Scoped {
    house.store().scoped(Actor::node("session"), Purpose::Operations)
}

/// Opens a session in place of the one that the browser had, and returns the token that it keeps.
pub(crate) async fn open(house: &House, role: &str, practitioner: Option<&str>, name: &str, before: Option<&str>) -> Result<String, Fault> {
    let mut token = String::with_capacity(32);
    for _ in 0..2 {
        _ = write!(token, "{:016x}", house.entropy().next_u64());
    }
    let mut marks = match before {
        Some(before) => leavings(house, &fingerprint(before))?,
        None => Vec::new(),
    };
    let kept = Kept { role, practitioner: practitioner.unwrap_or(""), name, used: house.clock().now() };
    marks.push((mark(&fingerprint(&token)), kept.write()));
    keeper(house).commit(Vec::new(), Vec::new(), marks).await?;
    Ok(token)
}

/// Who holds this token now.
pub(crate) async fn find(house: &House, token: &str) -> Result<Option<Person>, Fault> {
    let session = fingerprint(token);
    let Some(text) = house.store().mark(&mark(&session))?.map(|kept| String::from_utf8_lossy(&kept).into_owned()) else { return Ok(None) };
    let kept = Kept::read(&text);
    let idle = kept.idle(house);
    let Some(role) = house.pack().roles.role(kept.role).filter(|_| idle < IDLE_MS) else { return Ok(None) };
    if idle > TOUCH_MS {
        let used = Kept { used: house.clock().now(), ..kept };
        keeper(house).commit(Vec::new(), Vec::new(), vec![(mark(&session), used.write())]).await?;
    }
    let practitioner = Some(kept.practitioner.to_owned()).filter(|id| !id.is_empty());
    Ok(Some(Person { practitioner, name: kept.name.to_owned(), role: role.clone(), session }))
}

/// Whether a session is still open: what is sent without being asked for looks first.
pub(crate) fn is_open(house: &House, person: &Person) -> bool {
    let kept = house.store().mark(&mark(&person.session));
    matches!(kept, Ok(Some(kept)) if Kept::read(&String::from_utf8_lossy(&kept)).idle(house) < IDLE_MS)
}

pub(crate) async fn close(house: &House, token: &str) -> Result<(), Fault> {
    let marks = leavings(house, &fingerprint(token))?;
    keeper(house).commit(Vec::new(), Vec::new(), marks).await.map(drop)
}

/// Takes away sessions that nobody used for long, what their nameless owners left, and drafts that are past use.
pub(crate) async fn sweep(house: &House) {
    let over = || -> Result<Vec<(String, Vec<u8>)>, Fault> {
        let mut marks = Vec::new();
        for (name, kept) in house.store().marks("session/")? {
            if Kept::read(&String::from_utf8_lossy(&kept)).idle(house) >= IDLE_MS {
                marks.extend(leavings(house, name.strip_prefix("session/").unwrap_or(""))?);
            }
        }
        marks.extend(crate::drafts::past_use(house)?);
        Ok(marks)
    };
    let swept = match over() {
        Ok(marks) if marks.is_empty() => return,
        Ok(marks) => keeper(house).commit(Vec::new(), Vec::new(), marks).await,
        Err(fault) => Err(fault),
    };
    if let Err(fault) = swept {
        tracing::error!(code = fault.code, "sessions: {}", fault.text);
    }
}

/// The marks that end a session: its own, and those of a person without a name, whom nobody can be again.
fn leavings(house: &House, session: &str) -> Result<Vec<(String, Vec<u8>)>, Fault> {
    let mut marks = vec![(mark(session), Vec::new())];
    for kind in ["draft", "recent", "asked"] {
        let left = house.store().marks(&format!("{kind}/session/{session}"))?;
        marks.extend(left.into_iter().map(|(name, _)| (name, Vec::new())));
    }
    Ok(marks)
}

/// A session as it is written down.
struct Kept<'k> {
    role: &'k str,
    practitioner: &'k str,
    name: &'k str,
    used: Instant,
}

impl<'k> Kept<'k> {
    fn read(text: &'k str) -> Self {
        let mut lines = text.split('\n');
        let mut next = || lines.next().unwrap_or("");
        Self { role: next(), practitioner: next(), name: next(), used: next().parse().map_or(Instant(0), Instant) }
    }

    fn write(&self) -> Vec<u8> {
        [self.role, self.practitioner, self.name, &self.used.0.to_string()].join("\n").into_bytes()
    }

    fn idle(&self, house: &House) -> i64 {
        house.clock().now().0.saturating_sub(self.used.0)
    }
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
