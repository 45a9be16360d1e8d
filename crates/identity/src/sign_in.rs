//! Coming in: a login and a password, then a second factor where there is one; or a passkey alone; or an invitation.

use crate::account::{Account, AccountId, Standing, State, fold_login, read_invitation};
use crate::factors::no_passkeys;
use crate::identity::Identity;
use crate::names;
use crate::passkey::{Assertion, Offer, request};
use crate::password::{Hash, Lane, decoy, make, normal, verify};
use crate::refusal::Refusal;
use crate::secret::{Errand, Token, base64url, from_base64url, random, same};
use crate::secrets::{Passkey, Secrets};
use crate::session::{Level, Proven};
use crate::throttle::{Attempt, Client, Device};
use crate::vault::{Change, EventKind, Told};
use crate::wire::{Later, encode};
use rihla_kernel::FaultKind;

/// Where a sign-in stands after the password.
#[derive(Debug)]
pub enum Step {
    In(Proven),
    /// The password was right, and the account has a second factor.
    Second {
        /// To be sent back with the factor, within minutes. It is the challenge of a passkey too.
        ticket: Token,
        ways: Ways,
    },
}

/// What somebody may prove themselves with beside the password.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    pub totp: bool,
    /// Recovery codes that are left.
    pub recovery: usize,
    /// Ids of their passkeys' credentials.
    pub passkeys: Vec<Vec<u8>>,
}

/// A second factor.
#[derive(Clone, Copy, Debug)]
pub enum Second<'s> {
    /// Of an authenticator app.
    Code(&'s str),
    Recovery(&'s str),
    Passkey(&'s Assertion),
}

/// What was found under a login, before anything was compared.
struct Asked {
    account: Option<Account>,
    epoch: u64,
    secrets: Secrets,
    device: Option<[u8; 16]>,
    attempt: Attempt,
}

impl Identity {
    /// Compares a password. Every refusal but those of pace is the same, after the same work.
    pub async fn password(&self, login: &str, password: &str, client: &Client) -> Result<Step, Refusal> {
        let asked = self.asked(login, client)?;
        let known = asked.account.as_ref().map(|account| account.id);
        self.compare(asked, password).await.inspect_err(|refusal| self.tell_refused(refusal, known, "password", "", &client.address))
    }

    async fn compare(&self, asked: Asked, password: &str) -> Result<Step, Refusal> {
        let owner = asked.account.as_ref().map_or(AccountId([0; 16]), |account| account.id);
        let kept = asked.secrets.password.clone().unwrap_or_else(|| decoy(self.policy().password));
        let typed = normal(password);
        self.throttle().charge(&asked.attempt, self.now())?;
        let (how, salt, pepper) = (self.policy().password, random(self.entropy.as_ref()), self.keys.pepper);
        let work = move || {
            let typed = typed.unwrap_or_default();
            let right = verify(&typed, &kept, &pepper, owner);
            // Hashed as is done today, if that was otherwise.
            let anew = (right && kept.how != how).then(|| make(&typed, how, salt, &pepper, owner).ok()).flatten();
            (right, anew.map(|anew| (kept, anew)))
        };
        let (right, anew) = self.hashing(&asked.attempt, work).await?;
        let account = asked.account.filter(|account| right && self.usable(account)).ok_or_else(Refusal::sign_in)?;
        self.throttle().pardon(&asked.attempt, true, self.now());
        if asked.secrets.has_second() {
            self.store_anew(account.id, anew).await?;
            let ticket = Token::of(base64url(&self.ticket(Errand::SecondFactor, Some(account.id), asked.epoch)));
            return Ok(Step::Second { ticket, ways: ways(&asked.secrets) });
        }
        self.store_anew(account.id, anew).await?;
        self.proven(&account, asked.epoch, Level::Password, asked.device, |_| Ok(())).await.map(Step::In)
    }

    /// What somebody whose password was right may go on with.
    pub fn second_ways(&self, ticket: &str) -> Result<(Token, Ways), Refusal> {
        let bytes = from_base64url(ticket).ok_or_else(Refusal::stale)?;
        let id = AccountId(self.read_ticket(&bytes, Errand::SecondFactor)?.account);
        Ok((Token::of(ticket.to_owned()), self.ways(id)?))
    }

    /// Looks at a second factor after the password.
    pub async fn second(&self, ticket: &str, proof: Second<'_>, client: &Client) -> Result<Proven, Refusal> {
        let bytes = from_base64url(ticket).ok_or_else(Refusal::stale)?;
        let read = self.read_ticket(&bytes, Errand::SecondFactor)?;
        let account = self.account(AccountId(read.account))?.filter(|account| self.usable(account)).ok_or_else(Refusal::sign_in)?;
        let device = self.device(client, account.id);
        let attempt =
            self.throttle().sign_in(self.policy(), &format!("second {}", account.id.to_text()), client, device.as_ref().map(|number| number.as_slice()));
        self.throttle()
            .charge(&attempt, self.now())
            .inspect_err(|refusal| self.tell_refused(refusal, Some(account.id), "second factor", "", &client.address))?;
        let proven = self
            .proven(&account, read.epoch, Level::TwoFactors, device, |secrets| match proof {
                Second::Code(code) => self.use_code(account.id, secrets, code),
                Second::Recovery(code) => self.use_recovery(account.id, secrets, code),
                Second::Passkey(assertion) => self.use_passkey(account.id, secrets, assertion, &bytes, false),
            })
            .await
            .inspect_err(|refusal| self.tell_refused(refusal, Some(account.id), "second factor", "", &client.address))?;
        if let Second::Passkey(_) = proof {
            self.spend(&read)?;
        }
        self.throttle().pardon(&attempt, true, self.now());
        Ok(proven)
    }

    /// Asks the browser for a passkey of the person whose password was right; none if they have none.
    pub fn offer_second(&self, ticket: &Token, ways: &Ways) -> Option<Offer> {
        let party = self.settings.relying_party.as_ref().filter(|_| !ways.passkeys.is_empty())?;
        Some(request(party, &ways.passkeys, false, ticket.clone(), self.policy().ticket))
    }

    /// Asks the browser for a passkey that signs in alone, without a login being typed.
    pub fn offer_passkey(&self) -> Result<Offer, Refusal> {
        let party = self.settings.relying_party.as_ref().ok_or_else(no_passkeys)?;
        let challenge = Token::of(base64url(&self.ticket(Errand::PasskeyIn, None, 0)));
        Ok(request(party, &[], true, challenge, self.policy().ticket))
    }

    /// Signs in by a passkey that verified its person. `challenge`: as [`Identity::offer_passkey`] gave it.
    pub async fn passkey(&self, challenge: &str, assertion: &Assertion, client: &Client) -> Result<Proven, Refusal> {
        let bytes = from_base64url(challenge).ok_or_else(Refusal::stale)?;
        let ticket = self.read_ticket(&bytes, Errand::PasskeyIn)?;
        let name = names::passkey(&Passkey::name_of(&assertion.credential));
        let owner = self.vault.read(&name)?.and_then(|id| id.try_into().ok()).map(AccountId);
        let account = owner.map(|id| self.account(id)).transpose()?.flatten().filter(|account| self.usable(account)).ok_or_else(Refusal::sign_in)?;
        if assertion.user.as_deref().is_some_and(|user| user != account.id.0) {
            return Err(Refusal::sign_in());
        }
        let (epoch, _) = self.epoch(account.id)?;
        let device = self.device(client, account.id);
        let proven = self.proven(&account, epoch, Level::TwoFactors, device, |secrets| self.use_passkey(account.id, secrets, assertion, &bytes, true)).await;
        let proven = proven.inspect_err(|refusal| self.tell_refused(refusal, Some(account.id), "passkey", "", &client.address))?;
        // Only what was rightly signed is remembered: others cannot fill the memory.
        self.spend(&ticket)?;
        Ok(proven)
    }

    /// Whom an invitation is for, for the page that asks for a password; none if it is not good any more.
    pub fn invited(&self, token: &str) -> Result<Option<Account>, Refusal> {
        let Some((id, fingerprint)) = read_invitation(token) else { return Ok(None) };
        let (secrets, _) = self.secrets(id)?;
        let open = self.invitation_fits(&secrets, &fingerprint);
        Ok(self.account(id)?.filter(|account| open && (account.state() == State::Invited || self.usable(account))))
    }

    /// Takes an invitation: the password is the person's from now on, and all earlier sessions end.
    pub async fn accept(&self, token: &str, password: &str, client: &Client) -> Result<Step, Refusal> {
        let gone = || Refusal::new(FaultKind::Forbidden, "RH-ID-INVITATION", "This invitation was used, is too old, or a newer one was made. Ask for another.");
        let (id, fingerprint) = read_invitation(token).ok_or_else(gone)?;
        let account = self.invited(token)?.ok_or_else(gone)?;
        let (secrets, _) = self.secrets(id)?;
        let clears = secrets.invitation.as_ref().is_some_and(|invitation| invitation.clears);
        let beside = secrets.has_second() && !clears;
        let (hash, long) = self.new_password(&account, password, beside, client).await?;
        let (account, after) = self
            .change_secrets(id, |secrets, change| {
                let (mut account, bytes) = self.kept::<Account>(&names::account(id))?.ok_or_else(gone)?;
                let invited = account.state() == State::Invited;
                if !self.invitation_fits(secrets, &fingerprint) || !(invited || self.usable(&account)) {
                    return Err(gone());
                }
                // The first time it is the person's own act; later it shows who let them in anew.
                let inviter = secrets.invitation.as_ref().map_or_else(String::new, |invitation| invitation.by.clone());
                let by = if invited { id.to_text() } else { inviter };
                account.history.push(Standing { state: State::Active, at: self.now(), by, later: Later::default() });
                account.version = account.version.saturating_add(1);
                if clears {
                    forget_factors(secrets, change);
                }
                (secrets.password, secrets.password_long, secrets.invitation, secrets.pin) = (Some(hash.clone()), long, None, None);
                self.raise_epoch(id, change)?;
                change.tell(Told::own(EventKind::SecretChange, id, "invitation taken"));
                change.expect(names::account(id), Some(bytes)).put(names::account(id), encode(&account));
                Ok((account, secrets.clone()))
            })
            .await?;
        let (epoch, _) = self.epoch(id)?;
        if after.has_second() {
            let ticket = Token::of(base64url(&self.ticket(Errand::SecondFactor, Some(id), epoch)));
            return Ok(Step::Second { ticket, ways: ways(&after) });
        }
        self.proven(&account, epoch, Level::Password, self.device(client, id), |_| Ok(())).await.map(Step::In)
    }

    /// Leaves in the audit trail that somebody tried in vain to come in, or has to wait.
    pub(crate) fn tell_refused(&self, refusal: &Refusal, known: Option<AccountId>, how: &'static str, station: &str, address: &str) {
        let kind = if refusal.code_of() == Refusal::wait(0).code_of() { EventKind::LockOut } else { EventKind::SignIn };
        let told = known.map_or_else(|| Told::stranger(kind, how), |id| Told { denied: true, ..Told::own(kind, id, how) });
        self.vault.tell(Told { station: station.to_owned(), address: address.to_owned(), ..told });
    }

    fn invitation_fits(&self, secrets: &Secrets, fingerprint: &[u8; 32]) -> bool {
        secrets.invitation.as_ref().is_some_and(|kept| same(&kept.fingerprint, fingerprint) && self.now() < kept.ends)
    }

    fn asked(&self, login: &str, client: &Client) -> Result<Asked, Refusal> {
        let folded = fold_login(login);
        let account = folded.as_deref().map(|login| self.by_login(login)).transpose()?.flatten();
        let (epoch, secrets, device) = match &account {
            // The number of the sessions first: what is ended after this look ends what comes of it.
            Some(account) => (self.epoch(account.id)?.0, self.secrets(account.id)?.0, self.device(client, account.id)),
            None => (0, Secrets::default(), None),
        };
        let attempt = self.throttle().sign_in(self.policy(), folded.as_deref().unwrap_or(""), client, device.as_ref().map(|number| number.as_slice()));
        Ok(Asked { account, epoch, secrets, device, attempt })
    }

    pub(crate) fn device(&self, client: &Client, id: AccountId) -> Option<[u8; 16]> {
        Device::number(self.keys.device(), client, id, self.now(), self.policy().device)
    }

    /// Hashes in the pool for somebody who was charged; who is not looked at is not charged.
    async fn hashing<T: Send + 'static>(&self, attempt: &Attempt, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
        let lane = if attempt.stranger { Lane::Stranger } else { Lane::Known };
        let done = match self.pool.submit(lane, work) {
            Ok(done) => done.await,
            Err(busy) => Err(busy),
        };
        done.inspect_err(|_| self.throttle().pardon(attempt, false, self.now()))
    }

    async fn store_anew(&self, id: AccountId, anew: Option<(Hash, Hash)>) -> Result<(), Refusal> {
        let Some((old, new)) = anew else { return Ok(()) };
        self.change_secrets(id, |secrets, change| {
            if secrets.password.as_ref() == Some(&old) {
                secrets.password = Some(new.clone());
            }
            change.passing();
            Ok(())
        })
        .await
    }

    /// Writes down a whole sign-in, together with the use of a factor.
    pub(crate) async fn proven(
        &self,
        account: &Account,
        epoch: u64,
        level: Level,
        device: Option<[u8; 16]>,
        mut factor: impl FnMut(&mut Secrets) -> Result<(), Refusal> + Send,
    ) -> Result<Proven, Refusal> {
        self.change_secrets(account.id, |secrets, change| {
            let (now, bytes) = self.epoch(account.id)?;
            if now != epoch {
                return Err(Refusal::stale());
            }
            change.expect(names::epoch(account.id), bytes).passing();
            factor(secrets)?;
            secrets.full_at = self.now().0.max(0);
            secrets.pin_tries = 0;
            Ok(())
        })
        .await?;
        Ok(Proven { account: account.id, epoch, level, device, until: None, outside: false })
    }
}

/// Takes away what a person proved themselves with beside the password.
pub(crate) fn forget_factors(secrets: &mut Secrets, change: &mut Change) {
    for passkey in secrets.passkeys.drain(..) {
        change.remove(names::passkey(&Passkey::name_of(&passkey.credential)));
    }
    (secrets.totp, secrets.totp_new, secrets.recovery) = (Vec::new(), Vec::new(), Vec::new());
}

pub(crate) fn ways(secrets: &Secrets) -> Ways {
    Ways {
        totp: !secrets.totp.is_empty(),
        recovery: secrets.recovery.len(),
        passkeys: secrets.passkeys.iter().map(|passkey| passkey.credential.clone()).collect(),
    }
}
