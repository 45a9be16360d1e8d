//! The first administrator, and accounts for a demonstration.

use crate::account::{Account, AccountId, By, DEMO, Profile, State, fold_login};
use crate::identity::Identity;
use crate::names;
use crate::password::{Lane, make};
use crate::refusal::Refusal;
use crate::secret::{Token, from_spoken, random, same, sha256, spoken};
use crate::secrets::Secrets;
use crate::session::{Level, Proven};
use crate::throttle::Client;
use crate::vault::Change;
use crate::wire::{Fields, Later, Taken, Wire, encode};
use rihla_kernel::{FaultKind, Instant};

/// 120 bits: 24 characters as they are typed.
const CODE_BYTES: usize = 15;

/// The setup code as it is kept.
struct Setup {
    hash: Vec<u8>,
    ends: Instant,
    later: Later,
}

impl Wire for Setup {
    fn put(&self, out: &mut Fields) {
        out.bytes(1, &self.hash);
        out.time(2, self.ends);
        out.later(&self.later);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        Some(Self { hash: from.bytes(1)?.to_vec(), ends: from.time(2)?, later: from.later() })
    }
}

/// One account of a demonstration.
#[derive(Clone, Debug)]
pub struct DemoAccount {
    pub profile: Profile,
    /// Known to all who watch; the rules of passwords do not ask about it.
    pub password: String,
}

impl Identity {
    /// Whether an account was ever made.
    pub fn is_founded(&self) -> Result<bool, Refusal> {
        Ok(self.vault.read(names::FOUNDED)?.is_some())
    }

    /// A code for the operator's terminal, in place of any before; none once an account was made.
    pub async fn setup_code(&self) -> Result<Option<Token>, Refusal> {
        if self.is_founded()? {
            return Ok(None);
        }
        let bytes: [u8; CODE_BYTES] = random(self.entropy.as_ref());
        let ends = Instant(self.now().0.saturating_add(self.policy().setup_code));
        let mut change = Change::default();
        change.expect(names::FOUNDED, None).put(names::SETUP, encode(&Setup { hash: sha256(&bytes).to_vec(), ends, later: Later::default() }));
        self.vault.commit(change).await?;
        let letters: Vec<char> = spoken(&bytes).chars().collect();
        let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
        Ok(Some(Token::of(groups.join("-"))))
    }

    /// Makes the first administrator, who is signed in by it. `profile` gives them their role.
    pub async fn set_up(&self, code: &str, profile: Profile, password: &str, client: &Client) -> Result<Proven, Refusal> {
        let login = fold_login(&profile.login).unwrap_or_default();
        // 120 bits are not guessed: no wait that others could bring about.
        let typed = from_spoken(code).filter(|bytes| bytes.len() == CODE_BYTES).ok_or_else(wrong_code)?;
        let (setup, kept) = self.kept::<Setup>(names::SETUP)?.ok_or_else(wrong_code)?;
        if !same(&setup.hash, &sha256(&typed)) || self.now() >= setup.ends || self.is_founded()? {
            return Err(wrong_code());
        }
        if profile.grants.is_empty() {
            return Err(Refusal::new(FaultKind::Invalid, "RH-ID-ROLE", "The first account needs the role that administers accounts."));
        }
        let id = self.new_id();
        let mut change = Change::default();
        // Two who have the code do not both become the first.
        change.expect(names::FOUNDED, None).expect(names::SETUP, Some(kept)).remove(names::SETUP);
        let person = Profile { login, ..profile };
        let mut secrets = Secrets { full_at: self.now().0.max(0), ..Secrets::default() };
        let account = self.new_account(By::Node("setup"), id, person.clone(), State::Active, &secrets, &mut Change::default())?;
        let (hash, long) = self.new_password(&account, password, false, client).await?;
        (secrets.password, secrets.password_long) = (Some(hash), long);
        self.new_account(By::Node("setup"), id, person, State::Active, &secrets, &mut change)?;
        self.vault.commit(change).await?;
        Ok(Proven { account: id, epoch: 0, level: Level::Password, device: None, until: None, outside: false })
    }

    /// Makes accounts with known passwords, each once; those whose login is taken stay as they are. Refused on a store that
    /// is in production (`RH-ID-DEMO`).
    pub async fn demo(&self, accounts: Vec<DemoAccount>) -> Result<Vec<Account>, Refusal> {
        if self.settings.production {
            return Err(Refusal::new(FaultKind::Forbidden, "RH-ID-DEMO", "A store with real patients takes no accounts with known passwords."));
        }
        let mut made = Vec::new();
        for DemoAccount { profile, password } in accounts {
            if let Some(account) = fold_login(&profile.login).map_or(Ok(None), |login| self.by_login(&login))? {
                made.push(account);
                continue;
            }
            let id = self.new_id();
            let hash = self.demo_hash(id, password).await?;
            let secrets = Secrets { password: Some(hash), password_long: true, ..Secrets::default() };
            let mut change = Change::default();
            made.push(self.new_account(By::Node(DEMO), id, profile, State::Active, &secrets, &mut change)?);
            self.vault.commit(change).await?;
        }
        Ok(made)
    }

    /// Opens a session of somebody made up, who has no password and is made the first time. Refused on a store that is in
    /// production (`RH-ID-DEMO`), and for whoever signs in as people do (`RH-ID-SIGN-IN`).
    pub async fn stand_in(&self, profile: Profile) -> Result<crate::session::Opened, Refusal> {
        if self.settings.production {
            return Err(Refusal::new(FaultKind::Forbidden, "RH-ID-DEMO", "Nobody is made up in a store with real patients."));
        }
        let id = match fold_login(&profile.login).map_or(Ok(None), |login| self.by_login(&login))? {
            Some(account) => account.id,
            None => {
                let (id, mut change) = (self.new_id(), Change::default());
                self.new_account(By::Node(DEMO), id, profile, State::Active, &Secrets::default(), &mut change)?;
                self.vault.commit(change).await?;
                id
            }
        };
        if self.secrets(id)?.0.password.is_some() {
            return Err(Refusal::sign_in());
        }
        let (epoch, _) = self.epoch(id)?;
        let proven = Proven { account: id, epoch, level: Level::Password, device: None, until: None, outside: false };
        self.enter(proven, crate::session::Seat::default()).await
    }

    async fn demo_hash(&self, id: AccountId, password: String) -> Result<crate::password::Hash, Refusal> {
        let (how, salt, pepper) = (self.policy().password, random(self.entropy.as_ref()), self.keys.pepper);
        let password = crate::password::normal(&password).unwrap_or_default();
        Ok(self.pool.submit(Lane::Known, move || make(&password, how, salt, &pepper, id))?.await??)
    }
}

fn wrong_code() -> Refusal {
    Refusal::new(
        FaultKind::Forbidden,
        "RH-ID-SETUP",
        "The setup code is not right, is older than a day, or was used. The server's terminal shows the newest one.",
    )
}
