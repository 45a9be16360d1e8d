//! What is kept of a person's leave: codes, grants, launches.

use crate::client::some;
use crate::names;
use crate::scope::ScopeSet;
use crate::smart::Smart;
use rihla_identity::keeping::{Fields, Later, Taken, Wire, encode};
use rihla_identity::{AccountId, CHANGED, Change, EventKind, Told};
use rihla_kernel::{Fault, FaultKind, Instant};

/// Times that ending a grant is tried again when it changed meanwhile.
const AGAIN: usize = 8;

/// To what a person gave leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leave {
    pub client: String,
    pub account: AccountId,
    pub session: String,
    pub proved: Instant,
    pub scopes: ScopeSet,
    pub patient: Option<String>,
    pub encounter: Option<String>,
    /// In what the person acted when they gave it.
    pub acting: String,
    pub later: Later,
}

/// What stands behind a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Code {
    pub leave: Leave,
    pub redirect: String,
    pub challenge: String,
    pub nonce: Option<String>,
    pub ends: Instant,
    /// The number of the grant that comes of it.
    pub grant: String,
    pub used: bool,
    pub later: Later,
}

/// A leave that tokens were given for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    pub leave: Leave,
    pub at: Instant,
    pub used: Instant,
    /// How many refresh tokens there were: only the last is good.
    pub generation: u64,
    pub ended: Option<Instant>,
    /// What a nurse or an administrator reads: why.
    pub why: String,
    pub later: Later,
}

/// A page from which a program was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Launch {
    pub client: String,
    pub account: AccountId,
    pub patient: Option<String>,
    pub encounter: Option<String>,
    pub ends: Instant,
    pub later: Later,
}

/// A grant as it is shown to its person and to administrators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantShown {
    pub id: String,
    pub client: String,
    pub account: AccountId,
    pub scopes: ScopeSet,
    pub patient: Option<String>,
    pub acting: String,
    pub at: Instant,
    pub used: Instant,
}

impl Wire for Leave {
    fn put(&self, out: &mut Fields) {
        out.text(1, &self.client);
        out.text(2, &self.account.to_text());
        out.text(3, &self.session);
        out.time(4, self.proved);
        out.text(5, &self.scopes.to_string());
        out.text(6, self.patient.as_deref().unwrap_or(""));
        out.text(7, self.encounter.as_deref().unwrap_or(""));
        out.text(8, &self.acting);
        out.later(&self.later);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        Some(Self {
            client: from.text(1)?,
            account: AccountId::parse(&from.text(2)?)?,
            session: from.text(3)?,
            proved: from.time(4)?,
            scopes: ScopeSet::parse(&from.text(5)?),
            patient: some(from.text(6)?),
            encounter: some(from.text(7)?),
            acting: from.text(8)?,
            later: from.later(),
        })
    }
}

impl Wire for Code {
    fn put(&self, out: &mut Fields) {
        out.one(1, Some(&self.leave));
        out.text(2, &self.redirect);
        out.text(3, &self.challenge);
        out.text(4, self.nonce.as_deref().unwrap_or(""));
        out.time(5, self.ends);
        out.text(6, &self.grant);
        out.flag(7, self.used);
        out.later(&self.later);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        Some(Self {
            leave: from.one(1)??,
            redirect: from.text(2)?,
            challenge: from.text(3)?,
            nonce: some(from.text(4)?),
            ends: from.time(5)?,
            grant: from.text(6)?,
            used: from.flag(7)?,
            later: from.later(),
        })
    }
}

impl Wire for Grant {
    fn put(&self, out: &mut Fields) {
        out.one(1, Some(&self.leave));
        out.time(2, self.at);
        out.time(3, self.used);
        out.number(4, self.generation);
        out.time(5, self.ended.unwrap_or(Instant(0)));
        out.text(6, &self.why);
        out.later(&self.later);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        Some(Self {
            leave: from.one(1)??,
            at: from.time(2)?,
            used: from.time(3)?,
            generation: from.number(4)?,
            ended: Some(from.time(5)?).filter(|at| at.0 > 0),
            why: from.text(6)?,
            later: from.later(),
        })
    }
}

impl Wire for Launch {
    fn put(&self, out: &mut Fields) {
        out.text(1, &self.client);
        out.text(2, &self.account.to_text());
        out.text(3, self.patient.as_deref().unwrap_or(""));
        out.text(4, self.encounter.as_deref().unwrap_or(""));
        out.time(5, self.ends);
        out.later(&self.later);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        Some(Self {
            client: from.text(1)?,
            account: AccountId::parse(&from.text(2)?)?,
            patient: some(from.text(3)?),
            encounter: some(from.text(4)?),
            ends: from.time(5)?,
            later: from.later(),
        })
    }
}

impl Smart {
    /// When nothing of a grant is good any more.
    pub(crate) fn end_of(&self, grant: &Grant) -> Instant {
        let policy = self.policy();
        let whole = grant.at.0.saturating_add(policy.offline);
        let idle = grant.used.0.saturating_add(policy.offline_idle);
        let ended = grant.ended.map_or(i64::MAX, |at| at.0.saturating_add(policy.offline_idle));
        Instant(whole.min(idle).min(ended))
    }

    /// Ends a grant and all its tokens. Nothing is said if there is none.
    pub(crate) async fn end_grant(&self, id: &str, why: &str) -> Result<(), Fault> {
        for _ in 0..AGAIN {
            let name = names::grant(id);
            let Some((mut grant, bytes)) = self.kept::<Grant>(&name)? else { return Ok(()) };
            let mut change = Change::default();
            if grant.ended.is_none() {
                (grant.ended, grant.why) = (Some(self.now()), why.to_owned());
                change.tell(Told { subject: format!("Client/{}", grant.leave.client), ..Told::own(EventKind::Consent, grant.leave.account, "ended") });
            }
            change.expect(name.clone(), Some(bytes)).put(name, encode(&grant));
            match self.put_out(&[format!("g-{id}")], change).await {
                Err(fault) if fault.code == CHANGED => {}
                other => return other,
            }
        }
        Err(Fault::new(FaultKind::Unavailable, "RH-SMART-BUSY", "The program's access changes at this moment. Try again."))
    }

    /// The programs that a person gave leave to, the last used first.
    pub fn grants(&self, account: AccountId) -> Result<Vec<GrantShown>, Fault> {
        let mut out = Vec::new();
        for (name, bytes) in self.vault.list(names::GRANTS)? {
            let Grant { leave, at, used, ended, .. } = rihla_identity::keeping::decode(&bytes)?;
            if leave.account == account && ended.is_none() {
                let id = name.strip_prefix(names::GRANTS).unwrap_or("").to_owned();
                out.push(GrantShown { id, client: leave.client, account, scopes: leave.scopes, patient: leave.patient, acting: leave.acting, at, used });
            }
        }
        out.sort_by_key(|grant| std::cmp::Reverse(grant.used));
        Ok(out)
    }

    /// Takes back a leave that a person gave.
    pub async fn take_back(&self, account: AccountId, grant: &str) -> Result<(), Fault> {
        match self.kept::<Grant>(&names::grant(grant))? {
            Some((known, _)) if known.leave.account == account => self.end_grant(grant, "taken back").await,
            _ => Ok(()),
        }
    }
}
