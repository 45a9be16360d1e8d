//! Programs that may ask for access: who they are, and how they prove it.

mod manage;
mod metadata;
mod prove;
mod redirect;

pub use manage::{By, NewClient, NewKind, Registered};

use crate::scope::ScopeSet;
use rihla_identity::keeping::{Fields, Later, Taken, Wire};
use rihla_jose::PublicKey;
use rihla_kernel::Instant;

/// How a program proves who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It cannot: it runs where others can read it.
    Public,
    /// By a secret, of which the hash is kept.
    Secret(Vec<u8>),
    /// By signing with a key of its own.
    Keys(Vec<PublicKey>),
    /// The same, for itself: nobody signs in.
    Backend(Vec<PublicKey>),
}

impl Kind {
    pub(crate) fn keys(&self) -> &[PublicKey] {
        match self {
            Self::Keys(keys) | Self::Backend(keys) => keys,
            _ => &[],
        }
    }

    pub fn is_backend(&self) -> bool {
        matches!(self, Self::Backend(_))
    }

    fn number(&self) -> u64 {
        match self {
            Self::Public => 1,
            Self::Secret(_) => 2,
            Self::Keys(_) => 3,
            Self::Backend(_) => 4,
        }
    }
}

/// Whether a program gets anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum State {
    /// Waits for an administrator.
    Asked = 1,
    Approved = 2,
    /// Out of use until it is approved again.
    Suspended = 3,
}

/// Since when a program is in a state, and who decided so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub state: State,
    pub at: Instant,
    /// An account's id, a task of the node, or `self` for what registered itself.
    pub by: String,
    later: Later,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    pub id: String,
    /// As it calls itself: shown to people together with where it sends them.
    pub name: String,
    pub kind: Kind,
    /// Compared byte for byte.
    pub redirects: Vec<String>,
    /// The page by which a chart opens it.
    pub launch: Option<String>,
    /// The most that it is granted.
    pub scopes: ScopeSet,
    /// Oldest first; never empty.
    pub history: Vec<Standing>,
    later: Later,
}

impl Client {
    pub fn state(&self) -> State {
        self.history.last().map_or(State::Suspended, |standing| standing.state)
    }

    pub fn since(&self) -> Instant {
        self.history.last().map_or(Instant(0), |standing| standing.at)
    }
}

impl Wire for Standing {
    fn put(&self, out: &mut Fields) {
        out.number(1, self.state as u64);
        out.time(2, self.at);
        out.text(3, &self.by);
        out.later(&self.later);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        let number: u8 = from.small(1)?;
        let state = [State::Asked, State::Approved, State::Suspended].into_iter().find(|state| *state as u8 == number)?;
        Some(Self { state, at: from.time(2)?, by: from.text(3)?, later: from.later() })
    }
}

/// A text of a list.
struct Line(String);

impl Wire for Line {
    fn put(&self, out: &mut Fields) {
        out.text(1, &self.0);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        Some(Self(from.text(1)?))
    }
}

impl Wire for Client {
    fn put(&self, out: &mut Fields) {
        out.text(1, &self.id);
        out.text(2, &self.name);
        out.number(3, self.kind.number());
        if let Kind::Secret(hash) = &self.kind {
            out.bytes(4, hash);
        }
        out.all(5, self.kind.keys());
        let redirects: Vec<Line> = self.redirects.iter().cloned().map(Line).collect();
        out.all(6, &redirects);
        out.text(7, self.launch.as_deref().unwrap_or(""));
        out.text(8, &self.scopes.to_string());
        out.all(9, &self.history);
        out.later(&self.later);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        let (id, name, number) = (from.text(1)?, from.text(2)?, from.number(3)?);
        let (hash, keys) = (from.bytes(4)?.to_vec(), from.all(5)?);
        let kind = match number {
            1 => Kind::Public,
            2 if !hash.is_empty() => Kind::Secret(hash),
            3 => Kind::Keys(keys),
            4 => Kind::Backend(keys),
            _ => return None,
        };
        let redirects = from.all::<Line>(6)?.into_iter().map(|line| line.0).collect();
        let (launch, scopes, history) = (some(from.text(7)?), ScopeSet::parse(&from.text(8)?), from.all(9)?);
        Some(Self { id, name, kind, redirects, launch, scopes, history, later: from.later() })
    }
}

pub(crate) fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}
