//! Accounts: who may come in, under which name, to do what, where.

mod login;
mod register;

pub use login::{LOGIN_MAX, fold_login};
pub use register::{By, Invitation, Move, NewAccount, Profile};
pub(crate) use register::{DEMO, read_invitation, unknown};

use crate::secret::{from_spoken, spoken};
use crate::wire::{Fields, Later, Taken, Wire};
use rihla_kernel::{Actor, ActorKind, Instant, SiteId};
use std::fmt;

/// Names an account for ever: made by the server, never given again. 26 characters as text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(pub(crate) [u8; 16]);

impl AccountId {
    pub fn to_text(self) -> String {
        spoken(&self.0)
    }

    pub fn parse(text: &str) -> Option<Self> {
        Some(Self(from_spoken(text)?.try_into().ok()?)).filter(|id| id.to_text() == text)
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.to_text())
    }
}

/// Whether somebody may come in with an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum State {
    /// Made; waits for its person to choose a password.
    Invited = 1,
    Active = 2,
    /// Out of use for a time.
    Suspended = 3,
    /// Out of use for ever. Its name stays taken, so that what was written under it stays one person's.
    Closed = 4,
}

impl State {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
        }
    }

    fn of(number: u8) -> Option<Self> {
        [Self::Invited, Self::Active, Self::Suspended, Self::Closed].into_iter().find(|state| *state as u8 == number)
    }
}

/// Since when an account is in a state, and who decided so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub state: State,
    pub at: Instant,
    /// An account's id, or a task of the node.
    pub by: String,
    pub(crate) later: Later,
}

/// A role at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// A code of the pack's roles.
    pub role: String,
    pub site: SiteId,
    /// The id of a Location or Organization of that site; none: all of the site.
    pub unit: Option<String>,
    pub(crate) later: Later,
}

impl Grant {
    pub fn new(role: &str, site: SiteId, unit: Option<&str>) -> Self {
        Self { role: role.to_owned(), site, unit: unit.map(str::to_owned), later: Later::default() }
    }
}

/// A name as it is shown to readers of a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayName {
    /// A language tag: `fr`, `ar`, `en`.
    pub lang: String,
    pub text: String,
    pub(crate) later: Later,
}

impl DisplayName {
    pub fn new(lang: &str, text: &str) -> Self {
        Self { lang: lang.to_owned(), text: text.to_owned(), later: Later::default() }
    }
}

/// Somebody who may come in, now or once. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    /// Counts the changes: a change names the version that it was made on.
    pub version: u64,
    /// Folded: what is typed is folded the same way.
    pub login: String,
    pub names: Vec<DisplayName>,
    pub grants: Vec<Grant>,
    /// The id of the Practitioner in the record, if they are one.
    pub practitioner: Option<String>,
    /// Oldest first; never empty.
    pub history: Vec<Standing>,
    /// Made for a demonstration with a known password: never let in on a store that is in production.
    pub demo: bool,
    pub(crate) later: Later,
}

impl Account {
    pub fn state(&self) -> State {
        self.history.last().map_or(State::Closed, |standing| standing.state)
    }

    /// Whom the record's audit names: the account, since the link to a Practitioner may be put right later.
    pub fn actor(&self) -> Actor {
        Actor::new(ActorKind::Person, &format!("Account/{}", self.id.to_text()))
    }

    pub fn name(&self, lang: &str) -> &str {
        let named = self.names.iter().find(|name| name.lang == lang).or_else(|| self.names.first());
        named.map_or(self.login.as_str(), |name| &name.text)
    }

    pub fn holds(&self, role: &str) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }
}

impl Wire for Standing {
    fn put(&self, out: &mut Fields) {
        out.number(1, u64::from(self.state as u8));
        out.time(2, self.at);
        out.text(3, &self.by);
        out.later(&self.later);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        Some(Self { state: State::of(from.small(1)?)?, at: from.time(2)?, by: from.text(3)?, later: from.later() })
    }
}

impl Wire for Grant {
    fn put(&self, out: &mut Fields) {
        out.text(1, &self.role);
        out.number(2, u64::from(self.site.0));
        out.text(3, self.unit.as_deref().unwrap_or(""));
        out.later(&self.later);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        Some(Self { role: from.text(1)?, site: SiteId(from.small(2)?), unit: some(from.text(3)?), later: from.later() })
    }
}

impl Wire for DisplayName {
    fn put(&self, out: &mut Fields) {
        out.text(1, &self.lang);
        out.text(2, &self.text);
        out.later(&self.later);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        Some(Self { lang: from.text(1)?, text: from.text(2)?, later: from.later() })
    }
}

impl Wire for Account {
    fn put(&self, out: &mut Fields) {
        out.bytes(1, &self.id.0);
        out.number(2, self.version);
        out.text(3, &self.login);
        out.all(4, &self.names);
        out.all(5, &self.grants);
        out.text(6, self.practitioner.as_deref().unwrap_or(""));
        out.all(7, &self.history);
        out.flag(8, self.demo);
        out.later(&self.later);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        let account = Self {
            id: AccountId(from.array(1)?),
            version: from.number(2)?,
            login: from.text(3)?,
            names: from.all(4)?,
            grants: from.all(5)?,
            practitioner: some(from.text(6)?),
            history: from.all(7)?,
            demo: from.flag(8)?,
            later: from.later(),
        };
        (!account.history.is_empty()).then_some(account)
    }
}

/// An empty text is one that is not there.
pub(crate) fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{decode, encode};
    use proptest::prelude::*;

    fn accounts() -> impl Strategy<Value = Account> {
        let standing = (prop::sample::select(vec![State::Invited, State::Active, State::Suspended, State::Closed]), 0i64..1 << 60, "[a-z]{1,5}")
            .prop_map(|(state, at, by)| Standing { state, at: Instant(at), by, later: Later::default() });
        let grant = ("[a-z-]{1,9}", any::<u16>(), prop::option::of("[a-z0-9]{1,9}")).prop_map(|(role, site, unit)| Grant {
            role,
            site: SiteId(site),
            unit,
            later: Later::default(),
        });
        let name = ("fr|ar|en", "\\PC{1,20}").prop_map(|(lang, text)| DisplayName::new(&lang, &text));
        let head = (any::<[u8; 16]>(), any::<u64>(), "[a-z.]{1,20}", any::<bool>(), prop::option::of("[a-z0-9]{1,26}"));
        let lists = (prop::collection::vec(name, 0..3), prop::collection::vec(grant, 0..4), prop::collection::vec(standing, 1..4));
        (head, lists).prop_map(|((id, version, login, demo, practitioner), (names, grants, history))| Account {
            id: AccountId(id),
            version,
            login,
            names,
            grants,
            practitioner,
            history,
            demo,
            later: Later::default(),
        })
    }

    proptest! {
        #[test]
        fn an_account_reads_back_as_it_was(account in accounts()) {
            let bytes = encode(&account);
            let back: Account = decode(&bytes).expect("own encoding");
            prop_assert_eq!(encode(&back), bytes);
            prop_assert_eq!(back, account);
        }

        #[test]
        fn an_id_has_one_text(id in any::<[u8; 16]>()) {
            let text = AccountId(id).to_text();
            prop_assert_eq!(text.len(), 26);
            prop_assert_eq!(AccountId::parse(&text), Some(AccountId(id)));
            prop_assert_eq!(AccountId::parse(&text.to_uppercase()).is_some(), text.bytes().all(|byte| byte.is_ascii_digit()));
        }
    }
}
