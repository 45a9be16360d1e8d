//! Coming in with an account at an identity provider, which somebody else's code has checked (`crates/oidc/spec.md`).

use crate::account::{Account, AccountId, By, DisplayName, Grant, Profile, State};
use crate::identity::Identity;
use crate::names;
use crate::refusal::Refusal;
use crate::secret::{Errand, Token, base64url, hex, sha256};
use crate::secrets::Secrets;
use crate::session::{Fresh, Level, Proven};
use crate::sign_in::{Step, ways};
use crate::throttle::Client;
use crate::vault::{CHANGED, Change, EventKind, Told, account_name};
use crate::wire::{Fields, Later, Taken, Wire, encode};
use rihla_kernel::{Fault, FaultKind};

/// The task in whose name accounts are made and changed by what a provider says.
const TASK: &str = "identity provider";

/// Somebody, as an identity provider that is trusted says now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// Together with the subject, who it is: a login or a name is not.
    pub issuer: String,
    pub subject: String,
    pub login: Option<String>,
    pub names: Vec<DisplayName>,
    /// None: the provider says nothing about roles here.
    pub grants: Option<Vec<Grant>>,
    pub two_factors: bool,
    /// Whoever is not known here gets an account.
    pub makes: bool,
}

/// To which account it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Link {
    account: AccountId,
    /// The account was made for it, so that its roles are the provider's to say.
    made: bool,
    later: Later,
}

impl Wire for Link {
    fn put(&self, out: &mut Fields) {
        out.bytes(1, &self.account.0);
        out.flag(2, self.made);
        out.later(&self.later);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        Some(Self { account: AccountId(from.array(1)?), made: from.flag(2)?, later: from.later() })
    }
}

impl Outside {
    fn name(&self) -> String {
        name(&self.issuer, &self.subject)
    }
}

fn name(issuer: &str, subject: &str) -> String {
    names::outside(&hex(&sha256(format!("{issuer}\0{subject}").as_bytes())))
}

impl Identity {
    /// Lets somebody in whom a provider vouches for, perhaps after a second factor of this house.
    pub async fn by_provider(&self, who: &Outside, client: &Client) -> Result<Step, Refusal> {
        let known = match self.kept::<Link>(&who.name())? {
            Some((link, _)) => self.as_the_provider_says(who, &link).await.map(|()| link.account),
            None if who.makes => self.make_outside(who).await,
            None => Err(stranger()),
        };
        let id = known.inspect_err(|refusal| self.tell_refused(refusal, None, TASK, "", &client.address))?;
        let (epoch, account) = (self.epoch(id)?.0, self.account(id)?.filter(|account| self.usable(account)));
        let account = account.ok_or_else(Refusal::sign_in).inspect_err(|refusal| self.tell_refused(refusal, Some(id), TASK, "", &client.address))?;
        let (secrets, _) = self.secrets(id)?;
        if secrets.has_second() && !who.two_factors {
            let ticket = Token::of(base64url(&self.ticket(Errand::SecondFactor, Some(id), epoch)));
            return Ok(Step::Second { ticket, ways: ways(&secrets) });
        }
        let level = if who.two_factors { Level::TwoFactors } else { Level::Password };
        let proven = self.proven(&account, epoch, level, self.device(client, id), |_| Ok(())).await?;
        Ok(Step::In(Proven { outside: true, ..proven }))
    }

    /// Roles of an account that was made for a provider's people are as it says now; whoever has none left is out.
    async fn as_the_provider_says(&self, who: &Outside, link: &Link) -> Result<(), Refusal> {
        let Some(grants) = who.grants.as_ref().filter(|_| link.made) else { return Ok(()) };
        let account = self.account(link.account)?.filter(|account| self.usable(account)).ok_or_else(Refusal::sign_in)?;
        if account.grants != *grants {
            let Account { id, version, login, names, practitioner, .. } = account;
            let profile = Profile { login, names, grants: grants.clone(), practitioner };
            self.change(By::Node(TASK), id, version, profile).await?;
        }
        if grants.is_empty() { Err(no_role()) } else { Ok(()) }
    }

    async fn make_outside(&self, who: &Outside) -> Result<AccountId, Refusal> {
        if who.grants.as_ref().is_some_and(Vec::is_empty) {
            return Err(no_role());
        }
        let id = self.new_id();
        let (login, grants) = (who.login.clone().unwrap_or_default(), who.grants.clone().unwrap_or_default());
        let profile = Profile { login, names: who.names.clone(), grants, practitioner: None };
        let mut change = Change::default();
        let made = self.new_account(By::Node(TASK), id, profile, State::Active, &linked_by(who), &mut change);
        made.map_err(|refusal| if refusal.code_of() == "RH-ID-LOGIN-TAKEN" { login_taken() } else { refusal })?;
        let link = Link { account: id, made: true, later: Later::default() };
        change.expect(who.name(), None).put(who.name(), encode(&link));
        match self.vault.commit(change).await {
            Ok(()) => Ok(id),
            // Two pages of one person: the other one made it.
            Err(fault) if fault.code == CHANGED => Ok(self.kept::<Link>(&who.name())?.ok_or_else(Refusal::busy)?.0.account),
            Err(fault) => Err(fault.into()),
        }
    }

    /// Links somebody's account here with their account at a provider: both have just been proven.
    pub async fn link(&self, fresh: &Fresh, who: &Outside) -> Result<(), Refusal> {
        let id = fresh.account();
        if self.kept::<Link>(&who.name())?.is_some_and(|(link, _)| link.account != id) {
            return Err(Refusal::new(FaultKind::Conflict, "RH-ID-LINK-TAKEN", "This account of the provider belongs to another account here."));
        }
        self.change_secrets(id, |secrets, change| {
            let old = std::mem::replace(&mut secrets.outside, who.name());
            if old == who.name() {
                return Ok(());
            }
            if !old.is_empty() {
                self.not_made_for(&old)?;
                change.remove(old);
            }
            let link = Link { account: id, made: false, later: Later::default() };
            change.expect(who.name(), None).put(who.name(), encode(&link)).tell(Told::own(EventKind::SecretChange, id, "identity provider linked"));
            Ok(())
        })
        .await
    }

    /// Takes the link away; not from an account that was made for it: what the provider takes back has to arrive here.
    pub async fn unlink(&self, fresh: &Fresh) -> Result<(), Refusal> {
        self.change_secrets(fresh.account(), |secrets, change| {
            let old = std::mem::take(&mut secrets.outside);
            if !old.is_empty() {
                self.not_made_for(&old)?;
                change.remove(old).tell(Told::own(EventKind::SecretChange, fresh.account(), "identity provider unlinked"));
            }
            Ok(())
        })
        .await
    }

    fn not_made_for(&self, name: &str) -> Result<(), Refusal> {
        if self.kept::<Link>(name)?.is_some_and(|(link, _)| link.made) {
            return Err(Refusal::new(FaultKind::Unprocessable, "RH-ID-LINK-ONLY", "This account was made for the provider's, and stays linked with it."));
        }
        Ok(())
    }

    /// Whether an account is one of a provider too.
    pub fn is_linked(&self, id: AccountId) -> Result<bool, Fault> {
        Ok(!self.secrets(id)?.0.outside.is_empty())
    }

    /// Ends all sessions of somebody because their provider says so.
    pub async fn ended_by_provider(&self, issuer: &str, subject: &str) -> Result<(), Refusal> {
        let Some((link, _)) = self.kept::<Link>(&name(issuer, subject))? else { return Ok(()) };
        let mut change = Change::default();
        self.raise_epoch(link.account, &mut change)?;
        change.tell(By::Node(TASK).told(EventKind::SignOut, account_name(link.account), "all sessions ended"));
        Ok(self.vault.commit(change).await?)
    }
}

fn linked_by(who: &Outside) -> Secrets {
    Secrets { outside: who.name(), ..Secrets::default() }
}

fn stranger() -> Refusal {
    let text = "Your account there is linked with none here. Sign in with your password and link it on your account's page, or ask an administrator.";
    Refusal::new(FaultKind::Forbidden, "RH-ID-OUTSIDE", text)
}

fn login_taken() -> Refusal {
    let text = "Your login there belongs to another account here. If it is yours, sign in with its password and link it; else ask an administrator.";
    Refusal::new(FaultKind::Conflict, "RH-ID-OUTSIDE-LOGIN", text)
}

fn no_role() -> Refusal {
    Refusal::new(FaultKind::Forbidden, "RH-ID-OUTSIDE-ROLE", "Your account there has no role in this hospital. Ask whoever gives roles there.")
}
