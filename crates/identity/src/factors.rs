//! What people prove themselves with, and how they change it.

use crate::account::{Account, AccountId};
use crate::identity::Identity;
use crate::names;
use crate::passkey::{Assertion, Expected, Offer, Registration, creation, verify_assertion, verify_registration};
use crate::password::{Context, Hash, Lane, check_password, check_pin, make};
use crate::policy::since;
use crate::refusal::Refusal;
use crate::secret::{Errand, Token, base64url, from_base64url, from_spoken, hex, random, same, sha256, spoken};
use crate::secrets::{Passkey, Secrets};
use crate::session::Fresh;
use crate::sign_in::{Ways, forget_factors, ways};
use crate::throttle::{Client, Device};
use crate::totp::{self, Enrolment, SEED_BYTES};
use crate::vault::{EventKind, Told};
use crate::wire::Later;
use rihla_kernel::{FaultKind, Instant};

const RECOVERY_CODES: usize = 10;
/// 120 bits, 24 characters as they are typed (OWASP ASVS 5, 6.5.2: 112 need no slow hash).
const RECOVERY_BYTES: usize = 15;
/// Passkeys of one person.
const PASSKEYS: usize = 16;
/// A seed that no code came for is thrown away after so long.
const ENROLMENT_MS: i64 = 15 * 60 * 1000;

impl Passkey {
    /// Under which name a credential is found.
    pub(crate) fn name_of(credential: &[u8]) -> String {
        hex(&sha256(credential))
    }
}

/// A passkey as its person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyShown {
    pub credential: Vec<u8>,
    pub label: String,
    pub at: Instant,
    pub used: Instant,
}

impl Identity {
    /// Hashes a new password that fits the rules; and whether it is long enough to stand alone.
    pub(crate) async fn new_password(&self, account: &Account, password: &str, beside: bool, client: &Client) -> Result<(Hash, bool), Refusal> {
        let policy = self.policy();
        let shortest = if beside { policy.password_beside } else { policy.password_alone };
        let names = account.names.iter().map(|name| name.text.as_str()).collect();
        let password = check_password(password, &Context { login: &account.login, names, shortest }, &self.blocklist)?;
        let long = password.chars().count() >= policy.password_alone;
        let known = Device::number(self.keys.device(), client, account.id, self.now(), policy.device).is_some();
        let hash = self.hashed(password, policy.password, account.id, if known { Lane::Known } else { Lane::Stranger }).await?;
        Ok((hash, long))
    }

    async fn hashed(&self, secret: String, how: crate::policy::Hashing, owner: AccountId, lane: Lane) -> Result<Hash, Refusal> {
        let (salt, pepper) = (random(self.entropy.as_ref()), self.keys.pepper);
        Ok(self.pool.submit(lane, move || make(&secret, how, salt, &pepper, owner))?.await??)
    }

    fn owner(&self, fresh: &Fresh) -> Result<Account, Refusal> {
        self.account(fresh.account())?.filter(|account| self.usable(account)).ok_or_else(Refusal::sign_in)
    }

    /// What somebody may prove themselves with now.
    pub fn ways(&self, id: AccountId) -> Result<Ways, Refusal> {
        Ok(ways(&self.secrets(id)?.0))
    }

    /// A new password; all other sessions of the person end.
    pub async fn set_password(&self, fresh: &Fresh, password: &str) -> Result<(), Refusal> {
        let account = self.owner(fresh)?;
        let beside = self.secrets(account.id)?.0.has_second();
        // Somebody who is signed in does not stand behind strangers.
        let client = Client::default();
        let (hash, long) = self.new_password(&account, password, beside, &client).await?;
        self.change_secrets(account.id, |secrets, change| {
            if !long && !secrets.has_second() {
                return Err(too_short_alone());
            }
            (secrets.password, secrets.password_long, secrets.invitation) = (Some(hash.clone()), long, None);
            change.tell(Told::own(EventKind::SecretChange, account.id, "password"));
            self.end_all_but(fresh, change)
        })
        .await
    }

    /// A PIN for stations; none takes it away.
    pub async fn set_pin(&self, fresh: &Fresh, pin: Option<&str>) -> Result<(), Refusal> {
        let account = self.owner(fresh)?;
        let (hash, long) = match pin {
            Some(pin) => {
                let (pin, long) = check_pin(pin)?;
                (Some(self.hashed(pin, self.policy().pin, account.id, Lane::Known).await?), long)
            }
            None => (None, false),
        };
        self.change_secrets(account.id, |secrets, change| {
            change.tell(Told::own(EventKind::SecretChange, account.id, "PIN"));
            (secrets.pin, secrets.pin_long, secrets.pin_tries) = (hash.clone(), long, 0);
            Ok(())
        })
        .await
    }

    /// Begins with an authenticator app: hands over a new seed. Nothing changes before its first code comes.
    pub async fn begin_totp(&self, fresh: &Fresh) -> Result<Enrolment, Refusal> {
        let account = self.owner(fresh)?;
        let seed: [u8; SEED_BYTES] = random(self.entropy.as_ref());
        let handed = totp::enrolment(&seed, &self.settings.issuer, &account.login)?;
        let sealed = self.keys.seal(&seed, &account.id.0, self.entropy.as_ref()).ok_or_else(sealing)?;
        self.change_secrets(account.id, |secrets, _| {
            (secrets.totp_new, secrets.totp_new_at) = (sealed.clone(), self.now().0.max(0));
            Ok(())
        })
        .await?;
        Ok(handed)
    }

    /// The app's first code: from now on it is asked for, and the app before it counts no more.
    pub async fn confirm_totp(&self, fresh: &Fresh, code: &str) -> Result<(), Refusal> {
        let id = self.owner(fresh)?.id;
        self.change_secrets(id, |secrets, change| {
            let open = !secrets.totp_new.is_empty() && since(Instant(secrets.totp_new_at), self.now()) < ENROLMENT_MS;
            let seed = self.keys.unseal(&secrets.totp_new, &id.0).filter(|_| open).ok_or_else(Refusal::stale)?;
            let step = totp::step_of(&seed, code, 0, self.now()).ok_or_else(Refusal::code)?;
            secrets.totp = std::mem::take(&mut secrets.totp_new);
            secrets.totp_step = step;
            change.tell(Told::own(EventKind::SecretChange, id, "authenticator set"));
            self.end_all_but(fresh, change)
        })
        .await
    }

    pub async fn drop_totp(&self, fresh: &Fresh) -> Result<(), Refusal> {
        let id = self.owner(fresh)?.id;
        self.change_secrets(id, |secrets, change| {
            (secrets.totp, secrets.totp_new) = (Vec::new(), Vec::new());
            without_factor(secrets)?;
            change.tell(Told::own(EventKind::SecretChange, id, "authenticator taken away"));
            self.end_all_but(fresh, change)
        })
        .await
    }

    /// Ten new codes for whoever loses the phone; those before are void. Shown once.
    pub async fn new_recovery(&self, fresh: &Fresh) -> Result<Vec<Token>, Refusal> {
        let id = self.owner(fresh)?.id;
        let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| spoken(&random::<RECOVERY_BYTES>(self.entropy.as_ref()))).collect();
        self.change_secrets(id, |secrets, change| {
            change.tell(Told::own(EventKind::SecretChange, id, "recovery codes"));
            if !secrets.has_second() {
                return Err(Refusal::new(FaultKind::Unprocessable, "RH-ID-NO-SECOND", "Recovery codes stand in for a second factor. Set one up first."));
            }
            secrets.recovery = codes.iter().filter_map(|code| self.recovery_hash(id, code)).collect();
            Ok(())
        })
        .await?;
        Ok(codes.iter().map(|code| Token::of(grouped(code))).collect())
    }

    fn recovery_hash(&self, id: AccountId, code: &str) -> Option<Vec<u8>> {
        let bytes = from_spoken(code).filter(|bytes| bytes.len() == RECOVERY_BYTES)?;
        Some(sha256(&[self.keys.pepper.as_slice(), &id.0, &bytes].concat()).to_vec())
    }

    pub(crate) fn use_recovery(&self, id: AccountId, secrets: &mut Secrets, code: &str) -> Result<(), Refusal> {
        let hash = self.recovery_hash(id, code).ok_or_else(Refusal::code)?;
        let place = secrets.recovery.iter().position(|kept| same(kept, &hash)).ok_or_else(Refusal::code)?;
        secrets.recovery.remove(place);
        Ok(())
    }

    pub(crate) fn use_code(&self, id: AccountId, secrets: &mut Secrets, code: &str) -> Result<(), Refusal> {
        let seed = self.keys.unseal(&secrets.totp, &id.0).ok_or_else(Refusal::code)?;
        secrets.totp_step = totp::step_of(&seed, code, secrets.totp_step, self.now()).ok_or_else(Refusal::code)?;
        Ok(())
    }

    /// `alone`: nothing else was asked for, so the person has to be verified.
    pub(crate) fn use_passkey(&self, id: AccountId, secrets: &mut Secrets, answer: &Assertion, challenge: &[u8], alone: bool) -> Result<(), Refusal> {
        let party = self.settings.relying_party.as_ref().ok_or_else(no_passkeys)?;
        if answer.user.as_deref().is_some_and(|user| user != id.0) {
            return Err(Refusal::sign_in());
        }
        let passkey = secrets.passkeys.iter_mut().find(|passkey| passkey.credential == answer.credential).ok_or_else(Refusal::sign_in)?;
        let seen = verify_assertion(answer, &passkey.key, &Expected { party, challenge, verified: alone })?;
        // A token that does not count says 0 (WebAuthn 3, 6.1.1).
        if (seen > 0 || passkey.counter > 0) && seen <= passkey.counter {
            return Err(Refusal::new(
                FaultKind::Forbidden,
                "RH-ID-PASSKEY-COPY",
                "This passkey seems to be a copy of another. Remove it and register a new one.",
            ));
        }
        (passkey.counter, passkey.used) = (seen, self.now());
        Ok(())
    }

    /// Asks the browser for a new passkey. It knows the account by its id, which says nothing of the person.
    pub fn offer_new_passkey(&self, fresh: &Fresh) -> Result<Offer, Refusal> {
        let party = self.settings.relying_party.as_ref().ok_or_else(no_passkeys)?;
        let account = self.owner(fresh)?;
        let has = self.ways(account.id)?.passkeys;
        let challenge = Token::of(base64url(&self.ticket(Errand::PasskeyNew, Some(account.id), self.epoch(account.id)?.0)));
        Ok(creation(party, &self.settings.issuer, &account, &has, challenge, self.policy().ticket))
    }

    /// Registers a passkey; all other sessions of the person end.
    pub async fn add_passkey(&self, fresh: &Fresh, challenge: &str, answer: &Registration, label: &str) -> Result<(), Refusal> {
        let id = self.owner(fresh)?.id;
        let bytes = from_base64url(challenge).ok_or_else(Refusal::stale)?;
        let ticket = self.read_ticket(&bytes, Errand::PasskeyNew)?;
        if ticket.account != id.0 || ticket.epoch != self.epoch(id)?.0 {
            return Err(Refusal::stale());
        }
        let party = self.settings.relying_party.as_ref().ok_or_else(no_passkeys)?;
        let made = verify_registration(answer, &Expected { party, challenge: &bytes, verified: false })?;
        let label: String = label.chars().filter(|sign| !sign.is_control()).take(80).collect();
        let now = self.now();
        let name = names::passkey(&Passkey::name_of(&made.credential));
        if self.vault.read(&name)?.is_some() {
            return Err(Refusal::new(FaultKind::Conflict, "RH-ID-PASSKEY-TAKEN", "This passkey is registered already."));
        }
        self.spend(&ticket)?;
        self.change_secrets(id, |secrets, change| {
            if secrets.passkeys.len() >= PASSKEYS {
                return Err(Refusal::new(FaultKind::TooLarge, "RH-ID-PASSKEYS-FULL", "This account has 16 passkeys. Remove one first."));
            }
            let (credential, key, counter) = (made.credential.clone(), made.key.clone(), made.counter);
            secrets.passkeys.push(Passkey { credential, key, counter, label: label.clone(), at: now, used: now, later: Later::default() });
            change.expect(name.clone(), None).put(name.clone(), id.0.to_vec());
            change.tell(Told::own(EventKind::SecretChange, id, "passkey set"));
            self.end_all_but(fresh, change)
        })
        .await
    }

    pub fn passkeys(&self, id: AccountId) -> Result<Vec<PasskeyShown>, Refusal> {
        let shown = |passkey: Passkey| PasskeyShown { credential: passkey.credential, label: passkey.label, at: passkey.at, used: passkey.used };
        Ok(self.secrets(id)?.0.passkeys.into_iter().map(shown).collect())
    }

    pub async fn drop_passkey(&self, fresh: &Fresh, credential: &[u8]) -> Result<(), Refusal> {
        let id = self.owner(fresh)?.id;
        self.change_secrets(id, |secrets, change| {
            let before = secrets.passkeys.len();
            secrets.passkeys.retain(|passkey| passkey.credential != credential);
            if secrets.passkeys.len() == before {
                return Err(Refusal::new(FaultKind::NotFound, "RH-ID-PASSKEY-UNKNOWN", "This account has no such passkey."));
            }
            change.remove(names::passkey(&Passkey::name_of(credential)));
            without_factor(secrets)?;
            change.tell(Told::own(EventKind::SecretChange, id, "passkey taken away"));
            self.end_all_but(fresh, change)
        })
        .await
    }

    /// Takes all second factors of a person away at their wish.
    pub async fn drop_factors(&self, fresh: &Fresh) -> Result<(), Refusal> {
        let id = self.owner(fresh)?.id;
        self.change_secrets(id, |secrets, change| {
            forget_factors(secrets, change);
            without_factor(secrets)?;
            change.tell(Told::own(EventKind::SecretChange, id, "second factors taken away"));
            self.end_all_but(fresh, change)
        })
        .await
    }
}

/// A short password does not stand alone, and recovery codes stand for nothing.
fn without_factor(secrets: &mut Secrets) -> Result<(), Refusal> {
    if secrets.has_second() {
        return Ok(());
    }
    if !secrets.password_long {
        return Err(too_short_alone());
    }
    secrets.recovery.clear();
    Ok(())
}

fn grouped(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

fn too_short_alone() -> Refusal {
    Refusal::new(FaultKind::Unprocessable, "RH-ID-PASSWORD-ALONE", "Without a second factor the password needs 15 characters. Choose a longer one first.")
}

pub(crate) fn no_passkeys() -> Refusal {
    Refusal::new(FaultKind::Unprocessable, "RH-ID-PASSKEY-OFF", "This server makes no passkeys: its address for them is not configured.")
}

fn sealing() -> Refusal {
    Refusal::new(FaultKind::Internal, "RH-ID-SEALING", "A secret could not be sealed.")
}
