//! What has to be known of people: whether they may come in, and whether their session goes on.

use crate::answer::{Error, Refused};
use rihla_identity::{AccountId, Identity, Present};
use rihla_kernel::{Fault, Instant};

/// Accounts and sessions, as far as tokens hang on them.
pub trait People: Send + Sync {
    /// The person of an account. None: they may not come in.
    fn person(&self, account: AccountId) -> Result<Option<Person>, Fault>;

    /// Whether a session goes on, by its fingerprint.
    fn goes_on(&self, account: AccountId, session: &str) -> Result<bool, Fault>;
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The id of their Practitioner in the record, if they are one.
    pub practitioner: Option<String>,
}

impl People for Identity {
    fn person(&self, account: AccountId) -> Result<Option<Person>, Fault> {
        let account = self.account(account)?.filter(|account| self.is_in_use(account));
        Ok(account.map(|account| Person { practitioner: account.practitioner }))
    }

    fn goes_on(&self, account: AccountId, session: &str) -> Result<bool, Fault> {
        self.is_open(account, session)
    }
}

/// Somebody at a screen, signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    pub account: AccountId,
    /// The fingerprint of their session.
    pub session: String,
    /// When they proved who they are.
    pub proved: Instant,
    /// In what they act, in the words of whoever knows roles: what they let in acts in that and nothing else.
    pub acting: String,
}

impl Signed {
    /// Refuses a locked screen, and whoever owes a second factor: no program is let in from there.
    pub fn of(present: &Present, acting: &str) -> Result<Self, Refused> {
        if present.locked || present.owes_second {
            return Err(Refused::new(Error::AccessDenied, "Sign in first, with the second factor that your role asks for."));
        }
        // Who came back by a PIN has not proved themselves in this session: the opening is what there is.
        let proved = if present.session.proved.0 > 0 { present.session.proved } else { present.session.opened };
        Ok(Self { account: present.account.id, session: present.fingerprint.clone(), proved, acting: acting.to_owned() })
    }
}
